"""Drafting a charter and changing it, by a form in two steps whose first is kept (product §2.3, §4.1, §4.4)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from sqlmodel import Session

from bot.charter import notifications
from bot.charter.first_step import drop_kept_form, load_kept_form
from bot.charter.form_parser import ListErrors, read_whole_charter, today_in_form_zone
from bot.charter.next_steps import tell_former_leads
from bot.charter.policy import EditedCharter, is_charter_declined, require_editable_charter
from bot.charter.rules import CHARTER_KIND, PEOPLE, SIGNED, UNSIGNED, Charter, CharterChanges, diff_charters
from bot.charter.service import refresh_charter_requests, request_charter_signatures
from bot.charter.snapshots import (
    build_charter_snapshot,
    check_currency_stays,
    compare_versions,
    list_milestones_outside,
    refuse_milestones_outside,
)
from bot.people.rules import Actor
from bot.people.service import require_colleague
from bot.projects.drafts import make_stamp
from bot.projects.policy import list_holders
from bot.projects.rules import Role, State
from bot.projects.service import ProjectContext, load_context, log_event, roles_of_actor
from bot.runtime.domain_events import (
    CharterAdopted,
    ExecutivesNamed,
    LeadsChanged,
    ProposalMade,
    ProposalOff,
    SeatGivenUp,
    publish_event,
)
from bot.runtime.errors import NotAllowed, NotFound, Refusal, collect_refusals
from bot.signing.service.close_request import void_request
from storage import charters, team
from storage.projects import CharterVersion, Project
from storage.workspaces import next_project_number

FollowEnd = Callable[[ProjectContext], None]
"""(the project with its newest version) → milestones past that version's end are to come to it."""

OWN_LEADS: Final = {
    "lead_it": frozenset({Role.CIO, Role.LEAD_IT}),
    "lead_marketing": frozenset({Role.CMO, Role.LEAD_MARKETING}),
}  # who names them, once the charter is on its way


def create_draft_project(
    session: Session,
    *,
    actor: Actor,
    values: Mapping[str, str | None],
    now: datetime,
    stamp: int | None = None,
    also: ListErrors = lambda read: [],
    begin: Callable[[Project, CharterVersion], None] = lambda project, charter: None,
) -> ProjectContext:
    """A project in draft, from the kept first step and the values of the second.

    `stamp` is that of the first step which the form belongs to; `also` lists what later features find wrong, and
    `begin` adds what they keep, before anybody is told. Raises: FormErrors; NotForYou for guests; Refusal; NotFound
    if the first step is not kept any more; what `begin` raises.
    """
    charter = _read_charter(session, actor=actor, edited=None, values=values, stamp=stamp, now=now, also=also)
    project = Project(
        team_id=actor.team_id,
        number=next_project_number(session, actor.team_id),
        state=State.DRAFT,
        created_by=actor.user_id,
        created_at=now,
        **_unsigned_values(charter),
    )
    session.add(project)
    session.flush()
    version = _add_version(session, project, charter, actor=actor, now=now)
    drop_kept_form(session, actor=actor, edited=None)
    log_event(
        session,
        project,
        "charter.drafted",
        actor=actor.user_id,
        now=now,
        after=vars(charter),
    )
    begin(project, version)
    session.flush()
    drafted = load_context(session, actor=actor, project_id=project.pk)
    notifications.notify_leads_of_draft(session, drafted.project, drafted.charter, by=actor.user_id, now=now)
    return drafted


def revise_charter(
    session: Session,
    *,
    actor: Actor,
    edited: EditedCharter,
    values: Mapping[str, str | None],
    now: datetime,
    stamp: int | None = None,
    follow_end: FollowEnd | None = None,
    moves_milestones: bool = False,
) -> tuple[ProjectContext, CharterChanges]:
    """Changes a charter. Returns the project with the version that the change led to, and what changed, old → new.

    A change of what is signed makes a new version: before activation it voids the signatures given, after it
    the old version governs until both executives have signed the new one. The rest changes at once (product §4.4).
    `stamp` as for `create_draft_project`. `moves_milestones`: those past a new end are no error, as `follow_end`
    brings them to it; it is called with every new end.
    Raises: as `require_editable_charter`; FormErrors; NotFound, also if the first step is not kept any more.
    """
    locked = load_context(session, actor=actor, project_id=edited.project_id, for_update=True)
    found = require_editable_charter(session, locked, edited)
    before = build_charter_snapshot(found.project, found.charter)
    charter = _read_charter(
        session,
        actor=actor,
        edited=edited,
        values=values,
        stamp=stamp,
        now=now,
        before=before,
        also=partial(_list_revision_errors, session, found, before, moves_milestones=moves_milestones, now=now),
    )
    changed = diff_charters(before, charter)
    drop_kept_form(session, actor=actor, edited=edited)
    if not changed.pairs:
        return found, changed
    project = found.project
    former = project.leads
    project.sqlmodel_update(_unsigned_values(charter))
    project.revision += 1
    newest = found.charter
    if changed.pairs.keys() & SIGNED:
        project.latest_version += 1
        newest = _add_version(session, project, charter, actor=actor, now=now)
    if "ends_on" in changed.pairs and follow_end is not None:
        follow_end(ProjectContext(actor, project, newest, found.roles))
    _record_charter_change(session, project, changed, actor=actor, now=now)
    if (changed.cio or changed.cmo) and project.governing_version is None:
        publish_event(session, ExecutivesNamed(project.team_id, now, project.pk, actor.user_id))
    if project.leads != former and project.governing_version is None:
        publish_event(session, LeadsChanged(project.team_id, now, project.pk, actor.user_id, *former))
    # Not read again: whoever gave away their own seat has just lost sight of the project.
    revised = ProjectContext(actor, project, newest, roles_of_actor(project, newest, actor))
    if project.state == State.DRAFT:
        notifications.refresh_draft_letters(session, project, newest, was=set(former), by=actor.user_id, now=now)
    else:
        _follow_up_revision(session, revised, changed, was=set(former), actor=actor, now=now)
    return revised, changed


def renew_signing_for_timetable(session: Session, project: Project, *, actor: Actor, now: datetime) -> None:
    """Both sign the timetable, too (product §4.1): while they are asked to, a change of it makes a new version."""
    if project.state != State.SIGNING:
        return
    notifications.notify_of_renewed_signing(session, project, by=actor.user_id, now=now)
    charter = build_charter_snapshot(project, charters.load_counting_charter(session, project))
    project.latest_version += 1
    project.revision += 1
    request_charter_signatures(
        session,
        project,
        _add_version(session, project, charter, actor=actor, now=now),
        by=actor.user_id,
        now=now,
    )


def propose_with_moves(
    session: Session, project: Project, charter: CharterVersion, *, is_new: bool, actor: Actor, now: datetime
) -> CharterVersion:
    """Both read, and sign, which milestones move with a proposed version (product §9.2). Returns what they sign.

    One that was proposed before (not `is_new`) may have a signature already: it makes way for a new version.
    """
    assert project.governing_version is not None
    if is_new:
        governing = charters.load_charter(session, project, project.governing_version)
        changed = compare_versions(session, project, governing, charter)
        refresh_charter_requests(session, project, charter)
        notifications.notify_of_proposal(session, project, changed, by=actor.user_id, now=now)
        return charter
    project.latest_version += 1
    project.revision += 1
    same = build_charter_snapshot(project, charter)
    version = _add_version(session, project, same, actor=actor, now=now)
    _propose_version(session, project, version, by=actor.user_id, now=now)
    return version


def _record_charter_change(
    session: Session, project: Project, changed: CharterChanges, *, actor: Actor, now: datetime
) -> None:
    signed, unsigned = changed.of_fields(SIGNED), changed.of_fields(UNSIGNED)
    is_proposal = project.governing_version is not None
    for action, logged in (
        ("charter.proposed", signed if is_proposal else CharterChanges()),
        ("charter.changed", unsigned if is_proposal else changed),
    ):
        if logged.pairs:
            pairs = logged.with_units(logged.pairs)
            log_event(
                session,
                project,
                action,
                actor=actor.user_id,
                now=now,
                before={name: old for name, (old, _) in pairs.items()},
                after={name: new for name, (_, new) in pairs.items()},
            )
    session.flush()


def _follow_up_revision(
    session: Session,
    revised: ProjectContext,
    changed: CharterChanges,
    *,
    was: set[str],
    actor: Actor,
    now: datetime,
) -> None:
    """Who is asked, and who is told, once a charter is on its way or signed."""
    project, newest, by = revised.project, revised.charter, actor.user_id
    if not changed.pairs.keys() & SIGNED:
        refresh_charter_requests(session, project, newest)
    elif project.governing_version is None:
        notifications.withdraw_draft_letters(session, project, [by])
        request_charter_signatures(session, project, newest, by=by, now=now)
    else:
        _propose_version(session, project, newest, by=by, now=now)
    if project.governing_version is None:
        notifications.notify_of_charter_changes(session, project, newest, changed, by=by, now=now)
        return
    at_once = changed.of_fields(UNSIGNED)
    if at_once.pairs:
        notifications.notify_of_charter_changes(session, project, newest, at_once, by=by, now=now)
        tell_former_leads(session, project, was, by=by, now=now)
        publish_event(session, CharterAdopted(project.team_id, now, project.pk))


def _propose_version(session: Session, project: Project, newest: CharterVersion, *, by: str, now: datetime) -> None:
    """Both are asked; changed back to what governs, there is nothing to sign."""
    assert project.governing_version is not None
    governing = charters.load_charter(session, project, project.governing_version)
    changed = compare_versions(session, project, governing, newest)
    if changed.pairs:
        request_charter_signatures(session, project, newest, by=by, now=now)
        notifications.notify_of_proposal(session, project, changed, by=by, now=now)
        publish_event(session, ProposalMade(project.team_id, now, project.pk))
    else:
        void_request(session, team_id=project.team_id, project_id=project.pk, kind=CHARTER_KIND, now=now)
        notifications.notify_of_dropped_proposal(session, project, now=now)
        publish_event(session, ProposalOff(project.team_id, now, project.pk))


def _read_charter(
    session: Session,
    *,
    actor: Actor,
    edited: EditedCharter | None,
    values: Mapping[str, str | None],
    stamp: int | None,
    now: datetime,
    also: ListErrors,
    before: Charter | None = None,
) -> Charter:
    """`before`: of a charter that is changed, where whoever has left meanwhile may stay named (product §4.9)."""
    kept = load_kept_form(session, actor=actor, edited=edited)
    if kept is None:
        raise NotFound
    first, kept_at = kept
    if stamp is not None and stamp != make_stamp(kept_at):
        raise Refusal("error.first_step_moved_on")

    def list_errors(read: Mapping[str, Any]) -> list[Refusal]:
        return [*_list_people_errors(session, actor.team_id, read, before), *also(read)]

    return read_whole_charter(first, values, today=today_in_form_zone(values, now), also=list_errors)


def _list_people_errors(
    session: Session, team_id: str, read: Mapping[str, Any], before: Charter | None
) -> list[Refusal]:
    named = {name: read[name] for name in PEOPLE if name in read and read[name] != getattr(before, name, None)}
    return collect_refusals(
        *(partial(require_colleague, session, team_id, who, field=name) for name, who in named.items())
    )


def _list_revision_errors(
    session: Session,
    found: ProjectContext,
    before: Charter,
    read: Mapping[str, Any],
    *,
    moves_milestones: bool,
    now: datetime,
) -> list[Refusal]:
    """What the project has, beside the charter, that forbids the change; as far as it could be read."""
    project = found.project
    was, days = vars(before), ("starts_on", "ends_on")
    moved = {name: read[name] if name in read and read[name] != was[name] else None for name in days}
    return collect_refusals(
        *(
            partial(_check_lead, session, found, name)
            for name in OWN_LEADS
            if name in read and read[name] != was[name]
        ),
        partial(_check_leavers, session, found, before, read, now=now),
        partial(_check_milestone_dates, session, project, moves_milestones=moves_milestones, **moved),
        partial(check_currency_stays, session, project, read["budget"].currency if "budget" in read else None),
    )


def _check_milestone_dates(
    session: Session, project: Project, *, starts_on: date | None, ends_on: date | None, moves_milestones: bool
) -> None:
    """Raises: FormErrors of what would lie outside the new days and is not to come with the end."""
    until = None if moves_milestones else ends_on
    outside = list_milestones_outside(session, project, starts_on=starts_on, ends_on=until)
    refuse_milestones_outside(outside, may_follow_end=True)


def _check_leavers(
    session: Session, found: ProjectContext, before: Charter, read: Mapping[str, Any], *, now: datetime
) -> None:
    """Whoever would leave with their last seat must not own anything here. Raises: Refusal of those who know."""
    if not set(PEOPLE) <= read.keys():
        return
    stay = {read[name] for name in PEOPLE}
    stay |= {member.user_id for member in team.list_members(session, found.project.team_id, found.project.pk)}
    for name in PEOPLE:
        leaver = getattr(before, name)
        if leaver not in stay:
            publish_event(session, SeatGivenUp(found.project.team_id, now, found.project.pk, leaver, name))


def _check_lead(session: Session, found: ProjectContext, name: str) -> None:
    """Each side names its own lead; of a charter that was declined and nobody has signed, both sides do."""
    own, project = OWN_LEADS[name], found.project
    if found.state == State.DRAFT or found.roles & own:
        return
    if is_charter_declined(session, project, found.charter, is_unsigned=True):
        return
    raise NotAllowed("error.other_sides_lead", may=list_holders(found, own), project_id=project.pk, field=name)


def _add_version(
    session: Session, project: Project, charter: Charter, *, actor: Actor, now: datetime
) -> CharterVersion:
    row = CharterVersion(
        team_id=actor.team_id,
        project_id=project.pk,
        version=project.latest_version,
        **{name: value for name, value in vars(charter).items() if name in SIGNED - {"budget"}},
        budget_minor=charter.budget.minor,
        currency=charter.budget.currency,
        created_by=actor.user_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _unsigned_values(charter: Charter) -> dict[str, Any]:
    return {name: getattr(charter, name) for name in UNSIGNED}
