"""Agreeing what both sides have signed, once no seat is vacant (product §4.9)."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from bot.projects.rules import Side
from bot.runtime.domain_events import RequestAgreed, publish_event
from bot.signing import reminders
from bot.signing.rules import RequestState, has_both_signatures
from storage import projects
from storage.signing import Position, SigningRequest


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
