"""From a draft to an active project: sending a charter, signing it, and what has changed since (product §4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.charter import announcements
from bot.charter.facts import values_of
from bot.charter.rules import SIGNED, EndInPast, changes
from bot.errors import NotFound, UserError
from bot.happenings import ProjectActivated, RequestAgreed, announce
from bot.people.rules import Actor
from bot.people.service import NotAColleague, colleague
from bot.projects.rules import ITSELF, State, moved
from bot.projects.service import Dossier, dossier, note
from bot.signing.rules import Answer
from bot.signing.service import NotYourSignature, readable_request, request_signatures, void_request
from bot.signing.service import answer as give_answer
from bot.texts import person
from storage import projects, signing
from storage.projects import CharterVersion, Project
from storage.signing import SigningRequest

KIND = "charter"


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
    """Asks both executives, in one transaction. Raises: NotInThisState, NotAllowed, StaleCharter, SeatNotFilled."""
    found = dossier(session, actor=actor, project_id=project_id, for_update=True)
    project, charter = found.project, found.charter
    state = moved("send", found.state, roles=found.roles, key=project.key)
    check_version(found, seen)
    _check_end(project, charter, now)
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
    _ask(session, found, actor=actor, now=now)
    return found


def answer(
    session: Session, *, actor: Actor, request_id: int, answer: Answer, reason: str | None, now: datetime
) -> SigningRequest:
    """An executive's answer to a charter. Raises: as `signing.service.answer`, and EndInPast for a late yes."""
    request = readable_request(session, actor=actor, request_id=request_id)
    found = dossier(session, actor=actor, project_id=request.project_id)
    if answer is Answer.SIGN:
        _check_end(found.project, found.charter, now)
    return give_answer(session, actor=actor, request_id=request_id, answer=answer, reason=reason, now=now)


def activate(session: Session, agreed: RequestAgreed) -> None:
    """The reaction to the second signature, in its transaction (product §4.3)."""
    if agreed.kind != KIND:
        return
    project = projects.project_for_update(session, agreed.team_id, agreed.project_id)
    assert project is not None
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


def _check_end(project: Project, charter: CharterVersion, now: datetime) -> None:
    """A draft may have lain, a request may have waited, until after the end (product §4.1)."""
    if charter.ends_on < now.astimezone(ZoneInfo(project.zone)).date():
        raise EndInPast


def _check_seat(session: Session, team_id: str, user_id: str) -> None:
    """Somebody may have left since the draft was written."""
    try:
        colleague(session, team_id, user_id)
    except NotAColleague:
        raise SeatNotFilled(user_id) from None


def check_version(found: Dossier, seen: int) -> None:
    if seen != found.charter.version:
        raise StaleCharter(found.project.pk, seen, found.charter.version)


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


def ask_anew(
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
