"""Closing requests that are asked no more."""

from contextlib import suppress
from datetime import datetime

from sqlmodel import Session

from bot.runtime.errors import NotFound
from bot.signing import notifications, reminders, request_messages
from bot.signing.rules import RequestState
from storage import signing
from storage.signing import SigningRequest


def void_request(
    session: Session, *, team_id: str, project_id: int, kind: str, now: datetime
) -> SigningRequest | None:
    """Closes the open request, if there is one: signatures given to it count for nothing any more."""
    request = signing.find_open_request(session, team_id, project_id, kind)
    if request is not None:
        close_request(session, request, RequestState.VOID, now)
    return request


def close_project_requests(session: Session, *, team_id: str, project_id: int, now: datetime) -> None:
    """Whatever is asked of a project that has ended is asked no more."""
    for request in signing.list_open_requests_of_project(session, team_id, project_id):
        close_request(session, request, RequestState.WITHDRAWN, now)


def close_request(session: Session, request: SigningRequest, state: RequestState, now: datetime) -> None:
    request.state, request.closed_at = state, now
    session.flush()
    reminders.cancel_request_timers(session, request)
    notifications.withdraw_signature_notice(session, request)
    with suppress(NotFound):  # nothing is known any more of what it asked
        request_messages.refresh_request_messages(session, request)
