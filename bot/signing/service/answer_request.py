"""Answering a request, by an executive or their deputy, and agreeing it; and who may (product §4.2, §4.8)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.people.rules import Actor
from bot.people.service import require_internal
from bot.projects.rules import Side
from bot.projects.service import ProjectContext, load_context, log_event
from bot.runtime.domain_events import RequestAgreed, publish_event
from bot.runtime.errors import NotFound, Refusal
from bot.signing import notifications, reminders, request_messages
from bot.signing.deputies import choose_side_to_sign, find_side_to_sign, list_principals
from bot.signing.rules import (
    NEEDS_REASON,
    RequestState,
    SigningAnswer,
    has_both_signatures,
    read_reason,
    require_open_state,
)
from bot.signing.signables import load_signable, log_action_prefix, log_reference
from bot.ui.texts import person_mention
from storage import projects, signing
from storage.projects import Project
from storage.signing import Position, SigningRequest


@dataclass(frozen=True)
class AnswerableRequest:
    """A request that somebody may answer, and how."""

    project: Project
    request: SigningRequest
    side: Side
    for_user_id: str | None  # whose deputy they are; None: an executive


def require_answerable_request(
    session: Session, *, actor: Actor, request_id: int, now: datetime
) -> AnswerableRequest:
    """The request, if it is open and the actor signs for one of its sides.

    Raises: NotFound, StaleRequest, NotForYou, Refusal.
    """
    request = signing.find_signing_request(session, actor.team_id, request_id)
    if request is None:
        raise NotFound
    found = find_side_to_sign(session, request=request, user_id=actor.user_id, now=now)
    if found is None:
        raise _build_signatory_error(session, actor, request)
    require_internal(actor)
    require_open_state(request.state, request_id=request.pk)
    side, for_user_id = found
    project = projects.load_project_of(session, request)
    if project.vacant[side]:
        raise Refusal("error.seat_vacant")
    return AnswerableRequest(project, request, side, for_user_id)


def load_given_answers(session: Session, asked: AnswerableRequest) -> tuple[str | None, str | None]:
    """The answers so far: of the side that the actor signs for, and of the other one."""
    positions = signing.load_positions(session, asked.request.team_id, asked.request.pk)
    answers = {side: position.answer for side, position in positions.items()}
    return answers.get(asked.side), answers.get(asked.side.other)


def list_waiting_requests(session: Session, *, actor: Actor, now: datetime) -> list[SigningRequest]:
    """Open requests that the actor may sign, for themselves or as a deputy, and whose side has not signed."""
    principals = list_principals(session, team_id=actor.team_id, user_id=actor.user_id, now=now)
    asked = signing.list_open_requests_to(session, actor.team_id, {actor.user_id, *principals})
    return select_waiting_requests(session, asked, actor=actor, now=now)


def select_waiting_requests(
    session: Session, among: Iterable[SigningRequest], *, actor: Actor, now: datetime
) -> list[SigningRequest]:
    """Those that the actor may sign, and whose side has not signed. A guest signs nothing."""
    found: list[SigningRequest] = []
    asked = list(among) if actor.is_internal else []
    if not asked:
        return found
    given = signing.load_positions_in(session, actor.team_id, [request.pk for request in asked])
    concerned = projects.load_projects(session, actor.team_id, {request.project_id for request in asked})
    principals = list_principals(session, team_id=actor.team_id, user_id=actor.user_id, now=now)
    for request in asked:
        positions = given[request.pk]
        signed = choose_side_to_sign(request, positions, user_id=actor.user_id, principals=principals)
        if signed is None or concerned[request.project_id].vacant[signed[0]]:
            continue
        mine = positions.get(signed[0])
        other = {position.user_id for side, position in positions.items() if side != signed[0]}
        if (mine is None or mine.answer != SigningAnswer.SIGN) and actor.user_id not in other:
            found.append(request)
    return found


def pair_with_projects(
    session: Session, requests: Iterable[SigningRequest]
) -> Iterator[tuple[SigningRequest, Project]]:
    """Each request with its project."""
    asked = list(requests)
    for team_id in {request.team_id for request in asked}:  # one
        concerned = projects.load_projects(session, team_id, {request.project_id for request in asked})
        yield from ((each, concerned[each.project_id]) for each in asked if each.project_id in concerned)


def find_request_to_sign(
    session: Session, *, actor: Actor, project_id: int, kind: str, now: datetime
) -> SigningRequest | None:
    """The open request of that kind in a project, if the actor signs for one of its sides."""
    request = signing.find_open_request(session, actor.team_id, project_id, kind)
    if request is None or find_side_to_sign(session, request=request, user_id=actor.user_id, now=now) is None:
        return None
    return request


def require_request_of_project(session: Session, found: ProjectContext, *, now: datetime) -> SigningRequest:
    """What waits for the actor in the project, else what is open there. Raises: Refusal."""
    project = found.project
    asked = signing.list_open_requests_of_project(session, project.team_id, project.pk)
    for each in (*select_waiting_requests(session, asked, actor=found.actor, now=now), *asked):
        return each
    raise Refusal("error.nothing_to_sign")


def answer_request(
    session: Session, *, actor: Actor, request_id: int, answer: SigningAnswer, reason: str | None, now: datetime
) -> AnswerableRequest:
    """Records the side's position; the second yes to the same thing agrees it, in this transaction.

    A position may be changed until then. Raises: as `require_answerable_request` and the signable's check;
    Refusal, for a reason that is missing or too long.
    """
    unlocked = signing.find_signing_request(session, actor.team_id, request_id)
    if unlocked is None:
        raise NotFound
    # Read again under the lock: the other executive, or a new version, may have come first.
    locked = projects.find_project_for_update(session, actor.team_id, unlocked.project_id)
    asked = require_answerable_request(session, actor=actor, request_id=request_id, now=now)
    assert asked.project is locked
    request = asked.request
    signable, _ = load_signable(session, request)
    if answer is SigningAnswer.SIGN and signable.check is not None:
        signable.check(session, request, now)
    reason = read_reason(reason, needed=answer in NEEDS_REASON)
    positions = signing.load_positions(session, actor.team_id, request_id)
    _check_signatory(positions, asked, actor)
    position = positions.get(asked.side)
    if position is not None and (position.answer, position.reason, position.user_id) == (
        answer,
        reason,
        actor.user_id,
    ):
        return asked  # a second click says nothing new
    before = None if position is None else position.answer
    if position is None:
        position = Position(
            team_id=actor.team_id,
            request_id=request_id,
            side=asked.side,
            user_id=actor.user_id,
            answer=answer,
            answered_at=now,
        )
        session.add(position)
    position.user_id, position.for_user_id = actor.user_id, asked.for_user_id
    position.answer, position.reason, position.answered_at = answer, reason, now
    _log_position(session, request, actor, asked, before=before, position=position, now=now)
    session.flush()
    positions = {**positions, asked.side: position}
    settle_request(session, request, positions, now)
    if request.state is RequestState.OPEN:
        reminders.withdraw_side_reminders(session, request, asked.side)
    notifications.notify_of_position(session, request, positions, asked.side, now=now)
    return asked


def _check_signatory(positions: dict[Side, Position], asked: AnswerableRequest, actor: Actor) -> None:
    others = {position.user_id for side, position in positions.items() if side != asked.side}
    if actor.user_id in others:
        raise Refusal("error.both_signatures")
    mine = positions.get(asked.side)
    if mine is not None and asked.for_user_id is not None and mine.user_id == asked.for_user_id:
        raise Refusal("error.executive_answered")


def _log_position(
    session: Session,
    request: SigningRequest,
    actor: Actor,
    asked: AnswerableRequest,
    *,
    before: str | None,
    position: Position,
    now: datetime,
) -> None:
    after: dict[str, Any] = {**log_reference(session, request), "side": asked.side}
    if asked.for_user_id is not None:
        after["for"] = asked.for_user_id
    # "Let's talk first" is between the executives: its words are not for the log (product §4.2).
    if position.answer == SigningAnswer.DECLINE and position.reason:
        after["reason"] = position.reason
    action = f"{log_action_prefix(request.kind)}.{position.answer}"
    was = {} if before is None else {"answer": before}
    log_event(session, request, action, actor=actor.user_id, now=now, before=was, after=after)


def _build_signatory_error(session: Session, actor: Actor, request: SigningRequest) -> Refusal:
    """The refusal of somebody who does not sign here.

    Who signs is told to the project's own people only; whoever else was never asked does not even learn that
    there is such a request.
    """
    try:
        load_context(session, actor=actor, project_id=request.project_id)
    except NotFound as unknown:
        was_asked = request_messages.was_asked(session, request, actor.user_id)
        return Refusal("error.not_your_signature") if was_asked else unknown
    it, marketing = map(person_mention, request.executives)
    return Refusal("error.signed_by_others", it=it, marketing=marketing)


def settle_request(
    session: Session, request: SigningRequest, positions: Mapping[Side, Position], now: datetime
) -> None:
    """Agrees a request that both sides have signed, unless a seat is vacant: then it waits."""
    if not has_both_signatures({side: position.answer for side, position in positions.items()}):
        return
    if any(is_seat_vacant(session, request, side) for side in positions):
        return
    request.state, request.closed_at = RequestState.AGREED, now
    reminders.cancel_request_timers(session, request)
    session.flush()
    event = RequestAgreed(request.team_id, now, request.project_id, request.pk, request.kind, request.subject)
    publish_event(session, event)


def is_seat_vacant(session: Session, request: SigningRequest, side: Side) -> bool:
    project = projects.load_project_of(session, request)
    return project.vacant[side]
