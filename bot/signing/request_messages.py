"""The messages that ask for a signature, and what becomes of them."""

from collections.abc import Callable, Mapping
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.projects.rules import Side
from bot.signing import discussion, views
from bot.signing.rules import RequestState
from bot.signing.signables import load_presentation
from bot.ui.components import Compose
from storage import deliveries, signing
from storage.signing import Position, SigningRequest

REQUEST = "signing_request"  # delivery kind: the direct message in which somebody is asked


def revoke_request_message(session: Session, request: SigningRequest, *, side: Side, reader: str) -> None:
    """Somebody who was asked signs here no more: their message says so, and has no button."""
    presentation, facts = load_presentation(session, request)
    post.revise_for_person(
        session,
        request,
        reader,
        key=request_message_key(request, side, reader),
        message=lambda t: views.render_revoked_request(t, presentation.what(t, facts)),
    )


def was_asked(session: Session, request: SigningRequest, user_id: str) -> bool:
    """Whether somebody has, or had, a message that asks them to sign."""
    keys = (request_message_key(request, side, user_id) for side in Side)
    return any(deliveries.has_delivery(session, request.team_id, key) for key in keys)


def refresh_request_messages(
    session: Session, request: SigningRequest, positions: Mapping[Side, Position] | None = None
) -> None:
    """The messages of this request show what is true now. `positions`: where they are known already."""
    if positions is None:
        positions = signing.load_positions(session, request.team_id, request.pk)
    compose = _compose_request_messages(session, request, positions)
    readers = _list_request_readers(session, request)
    messages = {request_message_key(request, *each): (each[1], compose(*each)) for each in readers}
    post.revise_for_people(session, request, messages)
    discussion.refresh_discussion(session, request, positions)


def send_request_message(session: Session, request: SigningRequest, side: Side, reader: str) -> None:
    key = request_message_key(request, side, reader)
    positions = signing.load_positions(session, request.team_id, request.pk)
    message = _compose_request_messages(session, request, positions)(side, reader)
    if deliveries.has_delivery(session, request.team_id, key):  # excused before
        post.revise_for_person(session, request, reader, key=key, message=message)
        return
    subject = f"{request.pk}:{reader}"
    post.to_person(session, request, reader, key=key, message=message, kind=REQUEST, subject=subject)


def _list_request_readers(session: Session, request: SigningRequest) -> list[tuple[Side, str]]:
    """Everybody who may have a message about a side: the executives, and their deputies."""
    deputies = signing.find_deputies(session, request.team_id, list(request.executives))
    executives = [(side, request.executives[side]) for side in Side]
    return [*executives, *((side, deputies[each].deputy) for side, each in executives if each in deputies)]


def _compose_request_messages(
    session: Session, request: SigningRequest, positions: Mapping[Side, Position]
) -> Callable[[Side, str], Compose]:
    """(side, reader) → their message, for any number of readers of what is read once."""
    presentation, facts = load_presentation(session, request, in_full=request.state is RequestState.OPEN)
    first = min(positions.values(), key=lambda each: each.answered_at, default=None)

    def compose(side: Side, reader: str) -> Compose:
        given = positions.get(side)
        return partial(
            views.render_request_message,
            presentation=presentation,
            facts=facts,
            request_id=request.pk,
            state=request.state,
            asked_by=request.opened_by,
            reader=reader,
            executive=request.executives[side],
            given=None if given is None else views.GivenAnswer(given.answer, given.user_id, given.for_user_id),
            has_signed_first=first is not None and first.user_id == reader,
        )

    return compose


def request_message_key(request: SigningRequest, side: Side, reader: str) -> str:
    return f"request:{request.pk}:{side}:{reader}"
