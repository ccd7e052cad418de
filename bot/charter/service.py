"""From a draft to an active project: sending a charter, signing it, and what has changed since (product §4)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.charter import announcements
from bot.charter.facts import signed_timetable, values_of
from bot.charter.matter import KIND, check_end
from bot.charter.rules import changes, timetable_changes
from bot.charter.views import Signature
from bot.errors import NotFound, UserError
from bot.happenings import (
    CharterAdopted,
    ProjectActivated,
    RequestAgreed,
    RequestLapsed,
    RequestWithdrawn,
    SeatGivenUp,
    announce,
)
from bot.people.rules import Actor
from bot.people.service import NotAColleague, colleague
from bot.projects.rules import EXECUTIVES, ITSELF, Side, State, moved
from bot.projects.service import Dossier, dossier, note
from bot.signing import messages
from bot.signing.deputies import side_signed_for
from bot.signing.service import NotYourSignature, readdress, request_signatures
from bot.texts import person
from storage import projects, signing, team
from storage.projects import CharterVersion, Project
from storage.signing import SigningRequest


@dataclass(eq=False)
class StaleCharter(UserError):
    """The charter moved on since the form or button was drawn (product §4.5)."""

    project_id: int
    seen: int
    current: int
    text_key = "error.stale_charter"


@dataclass(eq=False)
class SeatNotFilled(UserError):
    """Somebody named in the charter cannot take part any more."""

    user_id: str
    text_key = "error.seat_not_filled"

    def facts(self) -> dict[str, Any]:
        return {"who": person(self.user_id)}


def send(session: Session, *, actor: Actor, project_id: int, seen: int, now: datetime) -> Dossier:
    """Asks both executives, in one transaction.

    Raises: NotInThisState, NotAllowed, StaleCharter, EndInPast, SeatNotFilled.
    """
    found = dossier(session, actor=actor, project_id=project_id, for_update=True)
    project, charter = found.project, found.charter
    state = moved("send", found.state, roles=found.roles, key=project.key)
    check_version(found, seen)
    check_end(project, charter, now)  # it may have lain until then
    for user_id in (charter.cio, charter.cmo, project.lead_it, project.lead_marketing):
        _check_seat(session, actor.team_id, user_id)
    project.state = state
    note(
        session,
        project,
        "charter.sent",
        actor=actor.user_id,
        now=now,
        after={"version": charter.version},
    )
    announcements.draft_is_sent(session, project, charter, by=actor.user_id)
    ask(session, project, charter, by=actor.user_id, now=now)
    return found


def agreed(session: Session, agreed: RequestAgreed) -> None:
    """The reaction to the second signature, in its transaction (product §4.3, §4.4)."""
    if agreed.kind != KIND:
        return
    project = projects.project_for_update(session, agreed.team_id, agreed.project_id)
    assert project is not None
    if project.governing_version is None:
        _activate(session, project, agreed)
    elif project.governing_version != agreed.subject:
        _adopt(session, project, agreed)
    else:  # whoever took a seat has signed: the pinned charter shows it
        announce(session, CharterAdopted(agreed.team_id, agreed.now, project.pk, {}))


def _activate(session: Session, project: Project, agreed: RequestAgreed) -> None:
    project.state = moved("activate", State(project.state), roles=ITSELF, key=project.key)
    project.governing_version, project.activated_at = agreed.subject, agreed.now
    note(
        session,
        project,
        "project.activated",
        actor=None,
        now=agreed.now,
        before={"state": State.SIGNING},
        after={"state": State.ACTIVE, "version": agreed.subject},
    )
    session.flush()
    announce(session, ProjectActivated(team_id=agreed.team_id, now=agreed.now, project_id=project.pk))


def _adopt(session: Session, project: Project, agreed: RequestAgreed) -> None:
    """A new version governs from now on."""
    assert project.governing_version is not None
    old = projects.charter(session, project.team_id, project.pk, project.governing_version)
    new = projects.charter(session, project.team_id, project.pk, agreed.subject)
    assert old is not None
    assert new is not None
    stay = {new.cio, new.cmo, project.lead_it, project.lead_marketing}
    stay |= {member.user_id for member in team.members(session, project.team_id, project.pk)}
    for user_id in sorted({old.cio, old.cmo} - stay):  # what they own may have come to them since it was proposed
        announce(session, SeatGivenUp(project.team_id, agreed.now, project.pk, user_id, field=None))
    changed = changes(values_of(project, old), values_of(project, new))
    project.governing_version = agreed.subject
    announcements.proposal_is_decided(session, project)
    note(
        session,
        project,
        "charter.adopted",
        actor=None,
        now=agreed.now,
        before={"version": old.version},
        after={"version": new.version},
    )
    session.flush()
    _hand_over(session, project, old, new, agreed.now)
    announce(
        session,
        CharterAdopted(team_id=agreed.team_id, now=agreed.now, project_id=project.pk, changed=changed),
    )


def _hand_over(session: Session, project: Project, old: CharterVersion, new: CharterVersion, now: datetime) -> None:
    """Where the new version names another executive: what was asked of the one before is asked of them."""
    for side, before, after in ((Side.IT, old.cio, new.cio), (Side.MARKETING, old.cmo, new.cmo)):
        if before == after:
            continue
        if project.withdrawn_by == before:
            project.withdrawn_by = after
        for request in signing.open_requests_of(session, project.team_id, project.pk):
            if getattr(request, side) == before:
                readdress(session, request, side=side, to=after, now=now)
    if (old.cio, old.cmo) != (new.cio, new.cmo):
        ask_newcomer(session, project, by=new.created_by, now=now)


def ask_newcomer(session: Session, project: Project, *, by: str, now: datetime) -> None:
    """Whoever takes a seat signs the version that governs; earlier signatures stand. A proposal comes first."""
    version = project.governing_version
    if version is None or signing.open_request(session, project.team_id, project.pk, KIND) is not None:
        return
    charter = projects.charter(session, project.team_id, project.pk, version)
    standing = signing.latest_request(session, project.team_id, project.pk, KIND, version)
    assert charter is not None
    request_signatures(
        session,
        team_id=project.team_id,
        project_id=project.pk,
        kind=KIND,
        subject=version,
        it=charter.cio,
        marketing=charter.cmo,
        opened_by=by,
        now=now,
        standing=standing,
    )


def unsigned(session: Session, ended: RequestLapsed | RequestWithdrawn) -> None:
    """The reaction to an unsigned charter: before activation the project is a draft again, or cancelled."""
    project = projects.project_for_update(session, ended.team_id, ended.project_id)
    if ended.kind != KIND or project is None:
        return
    if project.governing_version not in (None, ended.subject):
        announcements.proposal_is_off(session, project, now=ended.now)
    if project.state != State.SIGNING:
        return
    step = "fall_back" if isinstance(ended, RequestLapsed) else "cancel"
    roles = ITSELF if isinstance(ended, RequestLapsed) else EXECUTIVES
    project.state = moved(step, State(project.state), roles=roles, key=project.key)
    session.flush()
    if isinstance(ended, RequestLapsed):
        charter = projects.charter(session, project.team_id, project.pk, project.latest_version)
        assert charter is not None
        announcements.draft_stands(session, project, charter)


@dataclass(frozen=True)
class WhatChanged:
    """For a form that was drawn for an older version."""

    project: Project
    charter: CharterVersion
    request: SigningRequest | None  # what is to be signed now, if it is addressed to the actor
    changed: dict[str, tuple[Any, Any]]


def what_changed(session: Session, *, actor: Actor, project_id: int, seen: int, now: datetime) -> WhatChanged:
    """Between the version the person saw and the newest one.

    Raises: NotFound, NotYourSignature for somebody who has no part in the newest version.
    """
    project = projects.project(session, actor.team_id, project_id)
    old = projects.charter(session, actor.team_id, project_id, seen)
    if project is None or old is None:
        raise NotFound
    request = signing.open_request(session, actor.team_id, project_id, KIND)
    if request is not None and side_signed_for(session, request=request, user_id=actor.user_id, now=now) is None:
        request = None
    if request is None:  # not for a signatory, who may be a deputy from outside the project
        _check_sees(session, actor, project_id)
    charter = charter_under_edit(session, project)
    changed = changes(values_of(project, old), values_of(project, charter))
    changed |= timetable_changes(old.timetable, charter.timetable)
    return WhatChanged(project, charter, request, changed)


def _check_sees(session: Session, actor: Actor, project_id: int) -> None:
    try:
        dossier(session, actor=actor, project_id=project_id)
    except NotFound:
        raise NotYourSignature from None


def _check_seat(session: Session, team_id: str, user_id: str) -> None:
    """Somebody may have left since the draft was written."""
    try:
        colleague(session, team_id, user_id)
    except NotAColleague:
        raise SeatNotFilled(user_id) from None


def check_version(found: Dossier, seen: int) -> None:
    if seen != found.charter.version:
        raise StaleCharter(found.project.pk, seen, found.charter.version)


def under_edit(session: Session, found: Dossier) -> Dossier:
    """With the charter that a change begins from."""
    return replace(found, charter=charter_under_edit(session, found.project))


def charter_under_edit(session: Session, project: Project) -> CharterVersion:
    """Of an active project its open proposal, if there is one, else what governs; before that the newest."""
    version = project.counting_version
    request = signing.open_request(session, project.team_id, project.pk, KIND)
    if project.governing_version is not None and request is not None:
        version = request.subject
    charter = projects.charter(session, project.team_id, project.pk, version)
    assert charter is not None
    return charter


def is_asked(session: Session, found: Dossier) -> bool:
    """Whether both executives are asked to sign this very version."""
    request = signing.open_request(session, found.project.team_id, found.project.pk, KIND)
    return request is not None and request.subject == found.charter.version


def ask(session: Session, project: Project, charter: CharterVersion, *, by: str, now: datetime) -> None:
    """Asks those whose agreement it is: before activation those whom the version names, then those who govern."""
    signers = charter
    if project.governing_version is None:
        charter.timetable = signed_timetable(session, project)
    else:
        signers = projects.counting_charter(session, project)
    request_signatures(
        session,
        team_id=project.team_id,
        project_id=project.pk,
        kind=KIND,
        subject=charter.version,
        it=signers.cio,
        marketing=signers.cmo,
        opened_by=by,
        now=now,
    )


def signatures_of(session: Session, project: Project, charter: CharterVersion) -> dict[str, Signature]:
    """By side. Until a successor has signed, the signature given before them stands (product §4.9)."""
    signed = signing.signatures(session, project.team_id, project.pk, KIND, charter.version)
    return {side: Signature(p.user_id, p.for_user_id, p.answered_at) for side, p in signed.items()}


def refresh_requests(session: Session, project: Project, charter: CharterVersion) -> None:
    """The messages of the newest request to this charter show what is true now."""
    request = signing.latest_request(session, project.team_id, project.pk, KIND, charter.version)
    if request is not None:
        messages.refresh(session, request)
