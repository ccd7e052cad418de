"""Asking a successor what their predecessor was asked (product §4.9)."""

from datetime import datetime

from sqlmodel import Session

from bot.projects.rules import Side
from bot.signing import discussion, notifications, request_messages
from bot.signing.rules import SigningAnswer
from bot.signing.service.answer_request import agree_if_both_signed
from storage import signing as storage_signing
from storage.signing import SigningRequest


def readdress_request(session: Session, request: SigningRequest, *, side: Side, to: str, now: datetime) -> None:
    """Asks a successor what their predecessor was asked; a signature that was given stands (product §4.9).

    `to` may be the same person, whose seat was vacant meanwhile.
    """
    before = request.executives[side]
    if before != to:
        discussion.end_discussion(session, request)
        request_messages.revoke_request_message(session, request, side=side, reader=before)
        request.executives = request.executives.with_value(side, to)
        session.flush()
    positions = storage_signing.load_positions(session, request.team_id, request.pk)
    if before != to and side in positions and positions[side].answer != SigningAnswer.SIGN:
        session.delete(positions.pop(side))
        session.flush()
    if side not in positions:
        notifications.ask_signatories(session, request, now=now, only=side)
    agree_if_both_signed(session, request, positions, now=now)
    request_messages.refresh_request(session, request, positions)
    notifications.settle_notices(session, request, positions)
    discussion.open_needed_discussion(session, request, by=None, now=now)
