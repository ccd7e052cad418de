"""Ending requests: void, without two yeses in thirty days, or taken off the table (product §4.6, §4.7)."""

from contextlib import suppress
from datetime import datetime

from sqlmodel import Session

from bot.people.rules import Actor
from bot.projects.service import load_context, log_event
from bot.runtime.domain_events import RequestLapsed, RequestWithdrawn, publish_event
from bot.runtime.errors import NotFound
from bot.signing import notifications, reminders, request_messages
from bot.signing.deputies import require_asked_executive
from bot.signing.rules import RequestState, read_reason, require_open_state
from bot.signing.signables import log_action_prefix, log_reference
from storage import signing as storage_signing
from storage.signing import SigningRequest
from storage.timers import Timer


def void_request(
    session: Session, *, team_id: str, project_id: int, kind: str, now: datetime
) -> SigningRequest | None:
    """Closes the open request, if there is one: signatures given to it count for nothing any more."""
    request = storage_signing.find_open_request(session, team_id, project_id, kind)
    if request is not None:
        close_request(session, request, RequestState.VOID, now)
    return request


def close_project_requests(session: Session, *, team_id: str, project_id: int, now: datetime) -> None:
    """Ends whatever is asked of a project that has ended."""
    for request in storage_signing.list_open_requests_of_project(session, team_id, project_id):
        close_request(session, request, RequestState.WITHDRAWN, now)


def close_request(session: Session, request: SigningRequest, state: RequestState, now: datetime) -> None:
    request.state, request.closed_at = state, now
    session.flush()
    reminders.cancel_request_timers(session, request)
    positions = storage_signing.load_positions(session, request.team_id, request.pk)
    notifications.settle_notices(session, request, positions)
    with suppress(NotFound):  # nothing is known any more of what it asked
        request_messages.refresh_request(session, request, positions)


def lapse_request(session: Session, request: SigningRequest, now: datetime) -> None:
    """Ends a request after thirty days without two yeses; the feature that asked reacts (product §4.6, §4.7)."""
    close_request(session, request, RequestState.LAPSED, now)
    action, after = f"{log_action_prefix(request.kind)}.lapsed", log_reference(session, request)
    log_event(session, request, action, actor=None, now=now, after=after)
    event = RequestLapsed(request.team_id, now, request.project_id, request.pk, request.kind, request.subject)
    publish_event(session, event)
    notifications.notify_of_lapse(session, request, now=now)


def run_lapse_timer(session: Session, timer: Timer, now: datetime) -> None:
    """Ends the request, if it is still open; the function of the timer kind."""
    request = storage_signing.find_signing_request(session, timer.team_id, int(timer.subject))
    if request is not None and request.is_open:
        lapse_request(session, request, now)


def withdraw_request(
    session: Session, *, actor: Actor, request_id: int, reason: str | None, now: datetime
) -> SigningRequest:
    """Takes a request off the table, as one of those who were asked: with a reason, without a tie-break (§4.7).

    Raises: as `require_withdrawable_request`; Refusal.
    """
    request = require_withdrawable_request(session, actor=actor, request_id=request_id, for_update=True)
    words = read_reason(reason, needed=True)
    assert words is not None
    end_withdrawn_request(session, request, by=actor.user_id, reason=words, now=now)
    return request


def require_withdrawable_request(
    session: Session, *, actor: Actor, request_id: int, for_update: bool = False
) -> SigningRequest:
    """Returns the request, if the actor may take it off the table now.

    Raises: NotFound, NotAllowed, StaleRequest, Refusal.
    """
    unlocked = storage_signing.find_signing_request(session, actor.team_id, request_id)
    if unlocked is None:
        raise NotFound
    load_context(session, actor=actor, project_id=unlocked.project_id, for_update=for_update)
    request = storage_signing.find_signing_request(session, actor.team_id, request_id)  # under the lock
    assert request is not None
    require_asked_executive(request, actor)
    require_open_state(request.state, request_id=request.pk)
    return request


def end_withdrawn_request(
    session: Session, request: SigningRequest, *, by: str, reason: str, now: datetime
) -> None:
    """Ends an open request as withdrawn; the feature that asked reacts to it."""
    action, after = f"{log_action_prefix(request.kind)}.withdrawn", log_reference(session, request)
    log_event(session, request, action, actor=by, now=now, after={**after, "reason": reason})
    close_request(session, request, RequestState.WITHDRAWN, now)  # its messages say who and why, as the log does
    ended = (request.team_id, now, request.project_id, request.pk, request.kind, request.subject)
    publish_event(session, RequestWithdrawn(*ended, by=by, reason=reason))
    notifications.notify_of_withdrawal(session, request, by=by, reason=reason, now=now)
