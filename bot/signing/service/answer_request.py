"""Answering a request, by an executive or their deputy, and agreeing it; and who may (product §4.2, §4.8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.people.rules import Actor
from bot.people.service import require_internal
from bot.projects.rules import Side
from bot.projects.service import load_context, log_event
from bot.runtime.domain_events import RequestAgreed, publish_event
from bot.runtime.errors import NotFound, Refusal
from bot.signing import notifications, reminders, request_messages
from bot.signing.deputies import find_side_to_sign
from bot.signing.rules import (
    NEEDS_REASON,
    RequestState,
    SigningAnswer,
    has_both_signatures,
    read_reason,
    require_open_state,
)
from bot.signing.signables import load_signable, log_action_prefix, log_reference
from bot.ui.mrkdwn import person_mention
from storage import projects
from storage import signing as storage_signing
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
    """Returns the request, if it is open and the actor signs for one of its sides.

    Raises: NotFound, StaleRequest, NotForYou, Refusal.
    """
    request = storage_signing.find_signing_request(session, actor.team_id, request_id)
    if request is None:
        raise NotFound
    seat = find_side_to_sign(session, request=request, user_id=actor.user_id, now=now)
    if seat is None:
        raise _build_signatory_error(session, actor, request)
    require_internal(actor)
    require_open_state(request.state, request_id=request.pk)
    side, for_user_id = seat
    project = projects.load_project_of(session, request)
    if project.vacant[side]:
        raise Refusal("error.seat_vacant")
    return AnswerableRequest(project, request, side, for_user_id)


def load_answers(session: Session, answerable: AnswerableRequest) -> tuple[Position | None, str | None]:
    """Loads the position so far of the side that the actor signs for, and the answer of the other one."""
    request = answerable.request
    positions = storage_signing.load_positions(session, request.team_id, request.pk)
    other = positions.get(answerable.side.other)
    return positions.get(answerable.side), None if other is None else other.answer


def answer_request(
    session: Session, *, actor: Actor, request_id: int, answer: SigningAnswer, reason: str | None, now: datetime
) -> AnswerableRequest:
    """Records the side's position; the second yes to the same thing agrees it, in this transaction.

    A position may be changed until then. Raises: as `require_answerable_request` and the signable's check;
    Refusal, for a reason that is missing or too long.
    """
    # The request is read under the lock: the other executive, or a new version, may have come first.
    locked = storage_signing.find_project_of_request_for_update(session, actor.team_id, request_id)
    if locked is None:
        raise NotFound
    answerable = require_answerable_request(session, actor=actor, request_id=request_id, now=now)
    assert answerable.project is locked
    request, side = answerable.request, answerable.side
    signable, _ = load_signable(session, request)
    if answer is SigningAnswer.SIGN and signable.check is not None:
        signable.check(session, request, now)
    reason = read_reason(reason, needed=answer in NEEDS_REASON)
    positions = storage_signing.load_positions(session, actor.team_id, request_id)
    _check_signatory(positions, answerable, actor)
    position = positions.get(side)
    if position is not None and (position.answer, position.reason, position.user_id) == (
        answer,
        reason,
        actor.user_id,
    ):
        return answerable  # a second click says nothing new
    before = None if position is None else position.answer
    answered_before = None if position is None else position.answered_at
    if position is None:
        position = Position(
            team_id=actor.team_id,
            request_id=request_id,
            side=side,
            user_id=actor.user_id,
            answer=answer,
            answered_at=now,
        )
        session.add(position)
    position.user_id, position.for_user_id = actor.user_id, answerable.for_user_id
    position.answer, position.reason, position.answered_at = answer, reason, now
    _log_position(session, answerable, position, before=before, now=now)
    positions = {**positions, side: position}
    agree_if_both_signed(session, request, positions, now=now)
    if request.state is RequestState.OPEN:
        reminders.withdraw_side_reminders(session, request, side)
    notifications.notify_of_position(session, request, positions, side, answered_before=answered_before, now=now)
    return answerable


def _check_signatory(positions: Mapping[Side, Position], answerable: AnswerableRequest, actor: Actor) -> None:
    """Checks that nobody signs for both sides, and no deputy over their executive. Raises: Refusal."""
    others = {position.user_id for side, position in positions.items() if side != answerable.side}
    if actor.user_id in others:
        raise Refusal("error.both_signatures")
    own = positions.get(answerable.side)
    if own is not None and answerable.for_user_id is not None and own.user_id == answerable.for_user_id:
        raise Refusal("error.executive_answered")


def _log_position(
    session: Session, answerable: AnswerableRequest, position: Position, *, before: str | None, now: datetime
) -> None:
    request = answerable.request
    after: dict[str, Any] = {**log_reference(session, request), "side": answerable.side}
    if position.for_user_id is not None:
        after["for"] = position.for_user_id
    # "Let's talk first" is between the executives: its words are not for the log (product §4.2).
    if position.answer == SigningAnswer.DECLINE and position.reason:
        after["reason"] = position.reason
    action = f"{log_action_prefix(request.kind)}.{position.answer}"
    was = {} if before is None else {"answer": before}
    log_event(session, request, action, actor=position.user_id, now=now, before=was, after=after)


def _build_signatory_error(session: Session, actor: Actor, request: SigningRequest) -> Refusal:
    """Builds the refusal of somebody who does not sign here.

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


def agree_if_both_signed(
    session: Session, request: SigningRequest, positions: Mapping[Side, Position], *, now: datetime
) -> None:
    """Agrees a request that both sides have signed, unless a seat is vacant: then it waits."""
    if not has_both_signatures({side: position.answer for side, position in positions.items()}):
        return
    project = projects.load_project_of(session, request)
    if any(project.vacant[side] for side in positions):
        return
    request.state, request.closed_at = RequestState.AGREED, now
    reminders.cancel_request_timers(session, request)
    event = RequestAgreed(request.team_id, now, request.project_id, request.pk, request.kind, request.subject)
    publish_event(session, event)
