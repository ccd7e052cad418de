"""The messages that ask for a signature, and what becomes of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.projects.rules import Side, Sides
from bot.signing import discussion, views
from bot.signing.requesters import find_requester
from bot.signing.rules import RequestState, SigningAnswer
from bot.signing.signables import load_presentation
from bot.signing.withdrawals import find_withdrawal
from bot.ui.components import Compose
from storage import deliveries, projects
from storage import signing as storage_signing
from storage.signing import Position, SigningRequest

REQUEST = "signing_request"  # delivery kind: the direct message in which somebody is asked


def revoke_request_message(session: Session, request: SigningRequest, *, side: Side, reader: str) -> None:
    """Replaces the message of somebody who signs here no more by one that says so, without a button."""
    presentation, facts = load_presentation(session, request)
    post.revise_for_person(
        session,
        request,
        reader,
        key=request_message_key(request, side, reader),
        message=lambda t: views.render_revoked_request(t, presentation.what(t, facts)),
    )


def was_asked(session: Session, request: SigningRequest, user_id: str) -> bool:
    """Tells whether somebody has, or had, a message that asks them to sign."""
    keys = (request_message_key(request, side, user_id) for side in Side)
    return any(deliveries.has_delivery(session, request.team_id, key) for key in keys)


def refresh_request(
    session: Session, request: SigningRequest, positions: Mapping[Side, Position] | None = None
) -> None:
    """Shows what is true now in the request's messages, and in the executives' conversation about it.

    `positions`: where they are known already.
    """
    if positions is None:
        positions = storage_signing.load_positions(session, request.team_id, request.pk)
    refresh_request_messages(session, request, positions)
    discussion.refresh_discussion(session, request, positions)


def refresh_request_messages(session: Session, request: SigningRequest, positions: Mapping[Side, Position]) -> None:
    """Shows what is true now in the messages that ask the executives and their deputies to sign."""
    compose = _compose_request_messages(session, request, positions)
    readers = _list_request_readers(session, request)
    messages = {request_message_key(request, *each): (each[1], compose(*each)) for each in readers}
    post.revise_for_people(session, request, messages)


def send_request_message(session: Session, request: SigningRequest, side: Side, reader: str) -> None:
    key = request_message_key(request, side, reader)
    positions = storage_signing.load_positions(session, request.team_id, request.pk)
    message = _compose_request_messages(session, request, positions)(side, reader)
    if deliveries.has_delivery(session, request.team_id, key):  # it was revoked before
        post.revise_for_person(session, request, reader, key=key, message=message)
        return
    subject = f"{request.pk}:{reader}"
    post.to_person(session, request, reader, key=key, message=message, kind=REQUEST, subject=subject)


def _list_request_readers(session: Session, request: SigningRequest) -> list[tuple[Side, str]]:
    """Lists who may have a message about a side: the executives, and their deputies."""
    deputies = storage_signing.find_deputies(session, request.team_id, list(request.executives))
    executives = [(side, request.executives[side]) for side in Side]
    return [*executives, *((side, deputies[each].deputy) for side, each in executives if each in deputies)]


def _compose_request_messages(
    session: Session, request: SigningRequest, positions: Mapping[Side, Position]
) -> Callable[[Side, str], Compose]:
    """Composes, of what is read once, a function of any side and reader: their message."""
    presentation, facts = load_presentation(session, request, in_full=request.state is RequestState.OPEN)
    first = min(positions.values(), key=lambda each: each.answered_at, default=None)
    asked_by = find_requester(session, request) if request.state is RequestState.OPEN else request.opened_by
    seats = _load_seats(session, request, positions)
    withdrawal = find_withdrawal(session, request)
    earlier = _load_earlier_answers(session, request)

    def compose(side: Side, reader: str) -> Compose:
        return partial(
            views.render_request_message,
            presentation=presentation,
            facts=facts,
            request_id=request.pk,
            state=request.state,
            asked_by=asked_by,
            reader=reader,
            executive=request.executives[side],
            side_answer=_show_answer(positions.get(side)),
            taken=seats[side].taken if reader == request.executives[side] else None,
            other=seats[side].other,
            has_signed_first=first is not None and first.user_id == reader,
            deputies=list_deputy_signatures(positions),
            withdrawal=withdrawal,
            earlier=earlier.get(reader),
            has_answered_for_other=side.other in positions and positions[side.other].user_id == reader,
        )

    return compose


def _load_earlier_answers(session: Session, request: SigningRequest) -> dict[str, views.EarlierAnswer]:
    """Loads, by executive, what the other one has answered to what this request is in place of, unless by a yes.

    It was addressed to both executives of then: to nobody who has come since, and to no deputy.
    """
    place = request.team_id, request.project_id, request.kind
    replaced = (
        storage_signing.find_replaced_request(session, *place, request.opened_at) if request.is_open else None
    )
    if replaced is None:
        return {}
    presentation, facts = load_presentation(session, replaced)
    return {
        replaced.executives[side.other]: views.EarlierAnswer(
            presentation.what,
            facts,
            views.SideAnswer(each.answer, each.user_id, each.for_user_id, each.reason),
        )
        for side, each in storage_signing.load_positions(session, request.team_id, replaced.pk).items()
        if each.answer != SigningAnswer.SIGN
    }


def list_deputy_signatures(positions: Mapping[Side, Position]) -> list[tuple[str, str]]:
    """Lists which deputy has signed for which executive (product §4.8)."""
    given = (positions[side] for side in Side if side in positions)
    return [
        (each.user_id, each.for_user_id)
        for each in given
        if each.answer == SigningAnswer.SIGN and each.for_user_id is not None
    ]


@dataclass(frozen=True)
class _Seat:
    """What somebody who is asked has to know of the executives' seats."""

    taken: views.TakenSeat | None  # if the executive has come to it with, or since, the request
    other: views.OtherSide


def _load_seats(session: Session, request: SigningRequest, positions: Mapping[Side, Position]) -> Sides[_Seat]:
    if not request.is_open or len(positions) == len(Side):  # nobody is asked any more
        nothing = _Seat(None, views.OtherSide.NOT_ASKED)
        return Sides(nothing, nothing)
    project = projects.load_project_of(session, request)
    passed = storage_signing.list_settled_successions(session, request.team_id, project.pk, since=request.opened_at)
    taken_at = {each.side: each.settled_at for each in passed if each.successor == request.executives[each.side]}
    had_signed = {side for side, each in positions.items() if each.answered_at < request.opened_at}

    def describe_seat(side: Side) -> _Seat:
        since, other = taken_at.get(side), views.OtherSide.ASKED
        if since is None and side.other in had_signed and side not in had_signed:
            since = request.opened_at  # the other signature stands: it is asked for this seat
        if project.vacant[side.other]:
            other = views.OtherSide.VACANT
        elif side.other in had_signed or any(at and at > request.opened_at for at in taken_at.values()):
            other = views.OtherSide.NOT_ASKED
        return _Seat(None if since is None else views.TakenSeat(side, project.day(since)), other)

    return Sides(*(describe_seat(side) for side in Side))


def _show_answer(position: Position | None) -> views.SideAnswer | None:
    if position is None:
        return None
    return views.SideAnswer(position.answer, position.user_id, position.for_user_id)


def request_message_key(request: SigningRequest, side: Side, reader: str) -> str:
    return f"request:{request.pk}:{side}:{reader}"
