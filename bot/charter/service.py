"""From a draft to an active project: drafting, sending, changing and signing a charter (product §4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.charter import announcements
from bot.charter.facts import values_of
from bot.charter.forms import PEOPLE, first_step, whole
from bot.charter.rules import SIGNED, Charter, changes
from bot.errors import FormErrors, NotAllowed, NotFound, UserError
from bot.happenings import ProjectActivated, RequestAgreed, announce
from bot.people.rules import Actor
from bot.people.service import NotAColleague, NotForYou, colleague
from bot.projects.rules import EDITORS, ITSELF, Role, State, moved
from bot.projects.service import Dossier, dossier, roles_of
from bot.signing.service import NotYourSignature, request_signatures, void_request
from bot.texts import person
from storage import audit, people, projects, signing
from storage.projects import CharterVersion, Draft, Project
from storage.signing import SigningRequest

KIND = "charter"
FORM = "charter"


@dataclass(eq=False)
class StaleCharter(UserError):
    """The charter moved on since the form or button was drawn (product §4.5)."""

    project_id: int
    seen: int
    current: int
    text_key = "error.stale_charter"


@dataclass(eq=False)
class NotEditable(UserError):
    """After activation a change needs both signatures again; that is not a change of the draft."""

    key: str
    text_key = "error.not_editable"


class OtherSidesLead(UserError):
    """Each side names its own lead (product §4.4)."""

    text_key = "error.other_sides_lead"


@dataclass(frozen=True)
class Edited:
    """Which charter a form changes."""

    project_id: int
    seen: int  # the version that the form was filled with


def form_name(edited: Edited | None) -> str:
    """Under which a closed form is kept: one for a new project, one for each version that is edited."""
    return FORM if edited is None else f"{FORM}:{edited.project_id}:{edited.seen}"


def begun(session: Session, *, actor: Actor, edited: Edited | None) -> Draft | None:
    """What was kept of a form that was closed half-way. Raises: NotForYou for guests."""
    if not actor.is_internal:
        raise NotForYou
    return projects.draft(session, actor.team_id, actor.user_id, form_name(edited))


def keep_first_step(
    session: Session,
    *,
    actor: Actor,
    edited: Edited | None,
    values: Mapping[str, str | None],
    now: datetime,
) -> dict[str, str]:
    """Reads the first step and keeps it. Raises: FormErrors, NotForYou; for an edit as `editable`."""
    if not actor.is_internal:
        raise NotForYou
    if edited is not None:
        editable(session, actor=actor, project_id=edited.project_id, seen=edited.seen)
    kept = first_step(values)
    projects.keep_draft(session, actor.team_id, actor.user_id, form_name(edited), values=kept, now=now)
    return kept


def drop_first_step(session: Session, *, actor: Actor, edited: Edited | None) -> None:
    projects.drop_draft(session, actor.team_id, actor.user_id, form_name(edited))


def create(session: Session, *, actor: Actor, values: Mapping[str, str | None], now: datetime) -> Dossier:
    """A project in draft, from the kept first step and the values of the second.

    Raises: FormErrors; NotForYou for guests; NotFound if the first step is not kept any more.
    """
    charter = _read(session, actor=actor, edited=None, values=values, now=now)
    project = Project(
        team_id=actor.team_id,
        number=people.next_project_number(session, actor.team_id),
        state=State.DRAFT,
        created_by=actor.user_id,
        created_at=now,
        **_unsigned(charter),
    )
    session.add(project)
    session.flush()
    _add_version(session, project, charter, actor=actor, now=now)
    drop_first_step(session, actor=actor, edited=None)
    audit.record(
        session,
        team_id=actor.team_id,
        project_id=project.pk,
        at=now,
        actor=actor.user_id,
        action="charter.drafted",
        after=charter.as_json(),
    )
    session.flush()
    drafted = dossier(session, actor=actor, project_id=project.pk)
    announcements.draft_waits(session, drafted.project, drafted.charter, by=actor.user_id)
    return drafted


def revise(
    session: Session,
    *,
    actor: Actor,
    edited: Edited,
    values: Mapping[str, str | None],
    now: datetime,
) -> tuple[Dossier, dict[str, tuple[Any, Any]]]:
    """Changes a charter that is not active yet. Returns the project and what changed, old → new.

    A change of what is signed makes a new version: signatures given are void, and while the project is
    being signed both executives are asked anew. Raises: FormErrors, StaleCharter, NotEditable, NotAllowed.
    """
    found = editable(session, actor=actor, project_id=edited.project_id, seen=edited.seen, for_update=True)
    charter = _read(session, actor=actor, edited=edited, values=values, now=now)
    old, new = values_of(found.project, found.charter), charter.as_json()
    changed = changes(old, new)
    _check_leads(found, changed)
    drop_first_step(session, actor=actor, edited=edited)
    if not changed:
        return found, changed
    project = found.project
    project.sqlmodel_update(_unsigned(charter))
    newest = found.charter
    if changed.keys() & SIGNED:
        project.latest_version += 1
        newest = _add_version(session, project, charter, actor=actor, now=now)
    audit.record(
        session,
        team_id=actor.team_id,
        project_id=project.pk,
        at=now,
        actor=actor.user_id,
        action="charter.changed",
        before={name: before for name, (before, _) in changed.items()},
        after={name: after for name, (_, after) in changed.items()},
    )
    session.flush()
    # Not read again: whoever gave away their own seat has just lost sight of the project.
    revised = Dossier(project, newest, roles_of(project, newest, actor.user_id))
    if project.state == State.SIGNING:
        _ask_anew(session, revised, changed, actor=actor, now=now)
    return revised, changed


@dataclass(eq=False)
class SeatNotFilled(UserError):
    """Somebody named in the charter cannot take part any more."""

    user_id: str
    text_key = "error.seat_not_filled"

    def facts(self) -> dict[str, Any]:
        return {"who": person(self.user_id)}


def send(session: Session, *, actor: Actor, project_id: int, seen: int, now: datetime) -> Dossier:
    """Asks both executives, in one transaction. Raises: NotInThisState, NotAllowed, StaleCharter, SeatNotFilled."""
    found = dossier(session, actor=actor, project_id=project_id, for_update=True)
    project, charter = found.project, found.charter
    state = moved("send", found.state, roles=found.roles, key=project.key)
    _check_version(found, seen)
    for user_id in (charter.cio, charter.cmo, project.lead_it, project.lead_marketing):
        _check_seat(session, actor.team_id, user_id)
    project.state = state
    audit.record(
        session,
        team_id=actor.team_id,
        project_id=project.pk,
        at=now,
        actor=actor.user_id,
        action="charter.sent",
        after={"version": charter.version},
    )
    announcements.draft_is_sent(session, project, charter, by=actor.user_id)
    _ask(session, found, actor=actor, now=now)
    return found


def editable(
    session: Session, *, actor: Actor, project_id: int, seen: int | None = None, for_update: bool = False
) -> Dossier:
    """The project, if the actor may change its charter now.

    Raises: NotFound, NotAllowed, NotEditable, StaleCharter if `seen` is not the newest version.
    """
    found = dossier(session, actor=actor, project_id=project_id, for_update=for_update)
    if found.state not in (State.DRAFT, State.SIGNING):
        raise NotEditable(found.project.key)
    allowed = EDITORS | {Role.DRAFTER} if found.state == State.DRAFT else EDITORS
    if not found.roles & allowed or not actor.is_internal:
        raise NotAllowed
    if seen is not None:
        _check_version(found, seen)
    return found


def activate(session: Session, agreed: RequestAgreed) -> None:
    """The reaction to the second signature, in its transaction (product §4.3)."""
    if agreed.kind != KIND:
        return
    project = projects.project_for_update(session, agreed.team_id, agreed.project_id)
    assert project is not None
    project.state = moved("activate", State(project.state), roles=ITSELF, key=project.key)
    project.governing_version, project.activated_at = agreed.subject, agreed.now
    audit.record(
        session,
        team_id=agreed.team_id,
        project_id=project.pk,
        at=agreed.now,
        actor=None,
        action="project.activated",
        before={"state": State.SIGNING},
        after={"state": State.ACTIVE, "version": agreed.subject},
    )
    session.flush()
    announce(session, ProjectActivated(team_id=agreed.team_id, now=agreed.now, project_id=project.pk))


@dataclass(frozen=True)
class WhatChanged:
    """For a form that was drawn for an older version."""

    project: Project
    charter: CharterVersion
    request: SigningRequest | None  # what is to be signed now, if it is addressed to the actor
    changed: dict[str, tuple[Any, Any]]


def what_changed(session: Session, *, actor: Actor, project_id: int, seen: int) -> WhatChanged:
    """Between the version the person saw and the newest one.

    Raises: NotYourSignature for somebody who has no part in the newest version.
    """
    try:
        found = dossier(session, actor=actor, project_id=project_id)
    except NotFound:
        raise NotYourSignature from None
    old = projects.charter(session, actor.team_id, project_id, seen)
    if old is None:
        raise NotFound
    changed = changes(values_of(found.project, old), values_of(found.project, found.charter))
    request = signing.open_request(session, actor.team_id, project_id, KIND)
    if request is not None and actor.user_id not in (request.it, request.marketing):
        request = None
    return WhatChanged(found.project, found.charter, request, changed)


def _read(
    session: Session, *, actor: Actor, edited: Edited | None, values: Mapping[str, str | None], now: datetime
) -> Charter:
    kept = begun(session, actor=actor, edited=edited)
    if kept is None:
        raise NotFound
    charter = whole(kept.values, values, today=_today(values, now))
    _check_people(session, actor.team_id, charter)
    return charter


def _today(values: Mapping[str, str | None], now: datetime) -> Any:
    """In the project's zone; the form refuses an unknown one by itself."""
    try:
        zone = ZoneInfo(values.get("zone") or "UTC")
    except (KeyError, ValueError, OSError):  # OSError: `Europe` is a folder of zones
        zone = ZoneInfo("UTC")
    return now.astimezone(zone).date()


def _check_people(session: Session, team_id: str, charter: Charter) -> None:
    errors: list[UserError] = []
    for name in PEOPLE:
        try:
            colleague(session, team_id, getattr(charter, name))
        except NotAColleague as error:
            error.field = name
            errors.append(error)
    if errors:
        raise FormErrors(errors)


def _check_seat(session: Session, team_id: str, user_id: str) -> None:
    """Somebody may have left since the draft was written."""
    try:
        colleague(session, team_id, user_id)
    except NotAColleague:
        raise SeatNotFilled(user_id) from None


def _check_version(found: Dossier, seen: int) -> None:
    if seen != found.charter.version:
        raise StaleCharter(found.project.pk, seen, found.charter.version)


def _check_leads(found: Dossier, changed: Iterable[str]) -> None:
    own = {
        "lead_it": {Role.CIO, Role.LEAD_IT},
        "lead_marketing": {Role.CMO, Role.LEAD_MARKETING},
    }
    for name, roles in own.items():
        if name in changed and found.state != State.DRAFT and not found.roles & roles:
            error = OtherSidesLead()
            error.field = name
            raise error


def _ask(session: Session, found: Dossier, *, actor: Actor, now: datetime) -> None:
    request = request_signatures(
        session,
        team_id=actor.team_id,
        project_id=found.project.pk,
        kind=KIND,
        subject=found.charter.version,
        it=found.charter.cio,
        marketing=found.charter.cmo,
        opened_by=actor.user_id,
        now=now,
    )
    announcements.ask_executives(session, found.project, found.charter, request)


def _ask_anew(
    session: Session,
    found: Dossier,
    changed: Mapping[str, tuple[Any, Any]],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """A new version voids what was signed; a change of the rest only shows in what was posted."""
    if changed.keys() & SIGNED:
        void = void_request(session, team_id=actor.team_id, project_id=found.project.pk, kind=KIND, now=now)
        if void is not None:
            announcements.request_is_void(session, found.project, found.charter, void)
        _ask(session, found, actor=actor, now=now)
    else:
        announcements.refresh_requests(session, found.project, found.charter)
    announcements.tell_changes(session, found.project, found.charter, changed, by=actor.user_id, now=now)


def _add_version(
    session: Session, project: Project, charter: Charter, *, actor: Actor, now: datetime
) -> CharterVersion:
    row = CharterVersion(
        team_id=actor.team_id,
        project_id=project.pk,
        version=project.latest_version,
        goal=charter.goal,
        measure_name=charter.measure_name,
        measure_unit=charter.measure_unit,
        measure_start=charter.measure_start,
        measure_target=charter.measure_target,
        measure_by=charter.measure_by,
        cio=charter.cio,
        cmo=charter.cmo,
        starts_on=charter.starts_on,
        ends_on=charter.ends_on,
        budget_minor=charter.budget_minor,
        currency=charter.currency,
        created_by=actor.user_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _unsigned(charter: Charter) -> dict[str, Any]:
    return {name: getattr(charter, name) for name in ("name", "lead_it", "lead_marketing", "language", "zone")}
