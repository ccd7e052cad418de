"""From a draft to an active project: sending a charter, signing it, and what has changed since (product §4)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.charter import notifications
from bot.charter.rules import CHARTER_KIND, StaleCharter
from bot.charter.snapshots import check_charter_end, compare_versions, load_timetable_to_sign
from bot.charter.views import Signature
from bot.people.rules import Actor
from bot.people.service import NotAColleague, require_colleague
from bot.projects.policy import check_own_step
from bot.projects.rules import EXECUTIVES, ITSELF, TRANSITIONS, Side, State
from bot.projects.service import ProjectContext, load_context, log_event
from bot.runtime.domain_events import (
    CharterAdopted,
    ClosingBegun,
    ProjectActivated,
    RequestAgreed,
    RequestAnswered,
    RequestLapsed,
    RequestWithdrawn,
    SeatGivenUp,
    publish_event,
)
from bot.runtime.errors import Refusal
from bot.signing import request_messages
from bot.signing.service.open_request import request_signatures
from bot.signing.service.readdress_request import readdress_request
from bot.ui.mrkdwn import person_mention
from storage import charters, projects, signing, team
from storage.projects import CharterVersion, Project
from storage.signing import Position


def send_charter(session: Session, *, actor: Actor, project_id: int, seen: int, now: datetime) -> ProjectContext:
    """Asks both executives, in one transaction.

    Raises: NotInThisState, NotAllowed, StaleCharter, Refusal.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    project, charter = found.project, found.charter
    _check_not_sent(session, found)
    check_own_step(found, "send")
    check_charter_version(found, seen)
    check_charter_end(project, charter, now)  # it may have lain until then
    for user_id in (*charter.executives, *project.leads):
        _check_seat(session, actor.team_id, user_id)
    project.take_step("send", roles=found.roles)
    log_event(
        session,
        project,
        "charter.sent",
        actor=actor.user_id,
        now=now,
        after={"version": charter.version},
    )
    notifications.close_draft_letters(session, project, charter, by=actor.user_id)
    request_charter_signatures(session, project, charter, by=actor.user_id, now=now)
    return found


def _check_not_sent(session: Session, found: ProjectContext) -> None:
    """Checks that nobody else who may send it has done so. Raises: Refusal, which names them, and when it was."""
    if found.state is not State.SIGNING or not found.roles & TRANSITIONS["send"].by:
        return
    sent = signing.find_open_request(session, found.project.team_id, found.project.pk, CHARTER_KIND)
    if sent is not None:
        by = person_mention(sent.opened_by)
        raise Refusal("error.already_sent", key=found.project.key, by=by, at=sent.opened_at)


def settle_draft_letters(session: Session, event: RequestAnswered) -> None:
    """The reaction to a no: who has not read that the draft was sent reads what was answered to it."""
    if event.kind == CHARTER_KIND and not event.is_yes:
        project = projects.load_project_of(session, event)
        notifications.withdraw_draft_letters(session, project, project.leads)


def apply_agreed_charter(session: Session, event: RequestAgreed) -> None:
    """The reaction to the second signature, in its transaction (product §4.3, §4.4)."""
    if event.kind != CHARTER_KIND:
        return
    project = projects.load_project_of(session, event)  # locked by whoever signed
    if project.governing_version is None:
        _activate_project(session, project, event)
    elif project.governing_version != event.subject:
        _adopt_version(session, project, event)
    else:  # whoever took a seat has signed: the pinned charter shows it
        publish_event(session, CharterAdopted(event.team_id, event.now, project.pk))


def _activate_project(session: Session, project: Project, event: RequestAgreed) -> None:
    charter = charters.load_charter(session, project, event.subject)
    project.take_step("activate", roles=ITSELF)
    project.governing_version, project.activated_at = charter.version, event.now
    log_event(
        session,
        project,
        "project.activated",
        actor=None,
        now=event.now,
        before={"state": State.SIGNING},
        after={"state": State.ACTIVE, "version": charter.version},
    )
    notifications.forget_changes_before_signing(session, project)
    publish_event(session, ProjectActivated(team_id=event.team_id, now=event.now, project_id=project.pk))


def _adopt_version(session: Session, project: Project, event: RequestAgreed) -> None:
    """A new version governs from now on."""
    assert project.governing_version is not None
    old = charters.load_charter(session, project, project.governing_version)
    new = charters.load_charter(session, project, event.subject)
    stay = {*new.executives, *project.leads}
    stay |= {member.user_id for member in team.list_members(session, project.team_id, project.pk)}
    for user_id in sorted(set(old.executives) - stay):  # what they own may have come to them since it was proposed
        publish_event(session, SeatGivenUp(project.team_id, event.now, project.pk, user_id, field=None))
    project.governing_version = event.subject
    notifications.withdraw_proposal_notice(session, project)
    log_event(
        session,
        project,
        "charter.adopted",
        actor=None,
        now=event.now,
        before={"version": old.version},
        after={"version": new.version},
    )
    session.flush()
    _hand_over_requests(session, project, old, new, event.now)
    if project.channel_id is not None:
        changed = compare_versions(session, project, old, new)
        notifications.notify_of_adoption(session, project, new, changed, request_id=event.request_id, now=event.now)
        refresh_charter_requests(session, project, new)
    former_end = old.ends_on if old.ends_on != new.ends_on else None
    publish_event(session, CharterAdopted(project.team_id, event.now, project.pk, former_end))


def _hand_over_requests(
    session: Session, project: Project, old: CharterVersion, new: CharterVersion, now: datetime
) -> None:
    """Where the new version names another executive: what was asked of the one before is asked of them."""
    for side in Side:
        before, after = old.executives[side], new.executives[side]
        if before == after:
            continue
        if project.withdrawn_by == before:
            project.withdrawn_by = after
        for request in signing.list_open_requests_of_project(session, project.team_id, project.pk):
            if request.executives[side] == before:
                readdress_request(session, request, side=side, to=after, now=now)
    if old.executives != new.executives:
        ask_new_executive(session, project, by=new.created_by, now=now)


def ask_new_executive(session: Session, project: Project, *, by: str, now: datetime) -> None:
    """Whoever takes a seat signs the version that governs; earlier signatures stand. A proposal comes first."""
    version = project.governing_version
    if version is None or signing.find_open_request(session, project.team_id, project.pk, CHARTER_KIND) is not None:
        return
    charter = charters.load_charter(session, project, version)
    predecessor = signing.find_latest_request(session, project.team_id, project.pk, CHARTER_KIND, version)
    request_signatures(
        session,
        team_id=project.team_id,
        project_id=project.pk,
        kind=CHARTER_KIND,
        subject=version,
        executives=charter.executives,
        opened_by=by,
        now=now,
        predecessor=predecessor,
    )


def end_charter_signing(session: Session, event: RequestLapsed | RequestWithdrawn) -> None:
    """The reaction to an unsigned charter: before activation the project is a draft again, or cancelled."""
    project = projects.find_project_for_update(session, event.team_id, event.project_id)
    if event.kind != CHARTER_KIND or project is None:
        return
    if project.governing_version not in (None, event.subject):
        notifications.notify_of_dropped_proposal(session, project, now=event.now)
    if project.state != State.SIGNING:
        return
    step = "fall_back" if isinstance(event, RequestLapsed) else "cancel"
    roles = ITSELF if isinstance(event, RequestLapsed) else EXECUTIVES
    project.take_step(step, roles=roles)
    session.flush()
    if isinstance(event, RequestLapsed):
        charter = charters.load_charter(session, project, project.latest_version)
        notifications.restore_draft_letters(session, project, charter)


def drop_proposal_of_ending_project(session: Session, event: ClosingBegun) -> None:
    """The reaction to a closing: a version that both were still asked to sign will not govern any more."""
    project = projects.load_project_of(session, event)
    asked = signing.find_latest_request(session, project.team_id, project.pk, CHARTER_KIND, project.latest_version)
    is_dropped = asked is not None and asked.closed_at == event.now
    if is_dropped and project.latest_version != project.governing_version:
        notifications.notify_of_dropped_proposal(session, project, now=event.now)


def _check_seat(session: Session, team_id: str, user_id: str) -> None:
    """Somebody may have left since the draft was written."""
    try:
        require_colleague(session, team_id, user_id)
    except NotAColleague:
        raise Refusal("error.seat_not_filled", who=person_mention(user_id)) from None


def check_charter_version(found: ProjectContext, seen: int) -> None:
    if seen != found.charter.version:
        raise StaleCharter(found.project.pk, seen)


def replace_charter_under_edit(session: Session, found: ProjectContext) -> ProjectContext:
    """With the charter that a change begins from."""
    return replace(found, charter=load_charter_under_edit(session, found.project))


def load_charter_under_edit(session: Session, project: Project) -> CharterVersion:
    """Of an active project its open proposal, if there is one, else what governs; before that the newest."""
    version = project.counting_version
    request = signing.find_open_request(session, project.team_id, project.pk, CHARTER_KIND)
    if project.governing_version is not None and request is not None:
        version = request.subject
    return charters.load_charter(session, project, version)


def has_open_signing(session: Session, found: ProjectContext) -> bool:
    """Whether both executives are asked to sign this very version."""
    request = signing.find_open_request(session, found.project.team_id, found.project.pk, CHARTER_KIND)
    return request is not None and request.subject == found.charter.version


def request_charter_signatures(
    session: Session, project: Project, charter: CharterVersion, *, by: str, now: datetime
) -> None:
    """Asks those whose agreement it is: before activation those whom the version names, then those who govern."""
    signers = charter
    if project.governing_version is None:
        charter.timetable = load_timetable_to_sign(session, project)
    else:
        signers = charters.load_counting_charter(session, project)
    request_signatures(
        session,
        team_id=project.team_id,
        project_id=project.pk,
        kind=CHARTER_KIND,
        subject=charter.version,
        executives=signers.executives,
        opened_by=by,
        now=now,
    )


def load_charter_signatures(session: Session, project: Project, charter: CharterVersion) -> dict[Side, Signature]:
    """By side. Until a successor has signed, the signature given before them stands (product §4.9)."""
    signed = signing.load_signatures(session, project.team_id, project.pk, CHARTER_KIND, charter.version)
    return build_signatures(signed)


def build_signatures(signed: Mapping[Side, Position]) -> dict[Side, Signature]:
    return {side: Signature(p.user_id, p.for_user_id, p.answered_at) for side, p in signed.items()}


def refresh_charter_requests(session: Session, project: Project, charter: CharterVersion) -> None:
    """The messages of the newest request to this charter show what is true now."""
    request = signing.find_latest_request(session, project.team_id, project.pk, CHARTER_KIND, charter.version)
    if request is not None:
        request_messages.refresh_request(session, request)


def refresh_open_charter_request(
    session: Session, project: Project, charter: CharterVersion
) -> dict[Side, Signature]:
    """As long as both are asked to sign this charter, the messages show team, boundary and timetable as they are.

    Those of one that is agreed show nothing of these. Returns who has signed it.
    """
    asked, signed, _ = signing.load_open_and_answered(
        session, project.team_id, project.pk, CHARTER_KIND, charter.version
    )
    for request in asked:
        if (request.kind, request.subject) == (CHARTER_KIND, charter.version):
            request_messages.refresh_request(session, request)
    return build_signatures(signed)
