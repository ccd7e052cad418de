"""The messages that ask for a signature, and what becomes of them."""

from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.projects.rules import Side
from bot.signing import discussion, views
from bot.signing.signables import load_presentation
from bot.ui.components import Compose
from storage import deliveries, signing
from storage.signing import SigningRequest

REQUEST = "signing_request"  # delivery kind: the direct message in which somebody is asked


def revoke_request_message(session: Session, request: SigningRequest, *, side: Side, reader: str) -> None:
    """Somebody who was asked signs here no more: their message says so, and has no button."""
    look, facts = load_presentation(session, request)
    post.revise_for_person(
        session,
        request,
        reader,
        key=request_message_key(request, side, reader),
        message=lambda t: views.render_revoked_request(t, look.what(t, facts)),
    )


def was_asked(session: Session, request: SigningRequest, user_id: str) -> bool:
    """Whether somebody has, or had, a message that asks them to sign."""
    keys = (request_message_key(request, side, user_id) for side in Side)
    return any(deliveries.has_delivery(session, request.team_id, key) for key in keys)


def refresh_request_messages(session: Session, request: SigningRequest) -> None:
    """The messages of this request show what is true now."""
    for side in Side:
        for reader in _list_request_readers(session, request, side):
            _revise_request_message(session, request, side, reader)
    discussion.refresh_discussion(session, request)


def send_request_message(session: Session, request: SigningRequest, side: Side, reader: str) -> None:
    key = request_message_key(request, side, reader)
    if deliveries.has_delivery(session, request.team_id, key):  # excused before
        _revise_request_message(session, request, side, reader)
        return
    post.to_person(
        session,
        request,
        reader,
        key=key,
        message=_compose_request_message(session, request, side, reader),
        kind=REQUEST,
        subject=f"{request.pk}:{reader}",
    )


def _revise_request_message(session: Session, request: SigningRequest, side: Side, reader: str) -> None:
    post.revise_for_person(
        session,
        request,
        reader,
        key=request_message_key(request, side, reader),
        message=_compose_request_message(session, request, side, reader),
    )


def _list_request_readers(session: Session, request: SigningRequest, side: Side) -> list[str]:
    """Everybody who may have a message about this side: the executive, and their deputy."""
    executive = request.executives[side]
    row = signing.find_deputy_of_executive(session, request.team_id, executive)
    return [executive] if row is None else [executive, row.deputy]


def _compose_request_message(session: Session, request: SigningRequest, side: Side, reader: str) -> Compose:
    look, facts = load_presentation(session, request)
    positions = signing.load_positions(session, request.team_id, request.pk)
    position, executive = positions.get(side), request.executives[side]
    first = min(positions.values(), key=lambda each: each.answered_at, default=None)
    return partial(
        views.render_request_message,
        look=look,
        facts=facts,
        request_id=request.pk,
        state=request.state,
        asked_by=request.opened_by,
        reader=reader,
        executive=executive,
        given=None
        if position is None
        else views.GivenAnswer(position.answer, position.user_id, position.for_user_id),
        has_signed_first=first is not None and first.user_id == reader,
    )


def request_message_key(request: SigningRequest, side: Side, reader: str) -> str:
    return f"request:{request.pk}:{side}:{reader}"
