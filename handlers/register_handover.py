"""Several assets of one owner handed to one person: the form, and the answer to the request (product §5.3)."""

from collections.abc import Callable

from sqlmodel import Session

from bot.register import form_views, handing_over, views
from bot.register.rules import HANDED_OVER, OWNER, WrongSide
from bot.runtime.errors import Refusal
from bot.ui.clipping import MOST_NAMED, join_first
from handlers.decoding import read_id
from handlers.register_forms import build_wrong_asset_side_message
from handlers.requests import Handler, Reply, Request, reply_with_notice, reply_with_text
from storage.register import Asset


def handle_hand_over_click(request: Request, session: Session) -> Reply:
    """The button's value: whose they are."""
    owner = request.value
    assets = handing_over.list_assets_to_hand_over(session, actor=request.actor, owner=owner)
    form = form_views.hand_over_form(
        request.t,
        owner=owner,
        kind=assets[0].kind,
        assets=[(each.pk, each.name) for each in assets],
        is_own=owner == request.actor.user_id,
    )
    return Reply(opens=form)


def handle_hand_over_submission(request: Request, session: Session) -> Reply:
    chosen = [read_id(each) for each in (request.values.get(HANDED_OVER) or "").split(",") if each]
    to = request.values.get(OWNER)
    if to is None:
        raise Refusal("error.field.empty", field=OWNER)
    try:
        given = handing_over.offer_assets(session, actor=request.actor, asset_ids=chosen, to=to, now=request.now)
    except WrongSide as wrong:
        return Reply(build_wrong_asset_side_message(request, session, wrong), refuses=True)
    names = [each.name for each in given]
    if not given:
        said = request.t("register.hand_over_none")
    elif to == request.actor.user_id:
        said = request.t("register.you_accepted_several", names=join_first(names, MOST_NAMED))
    else:
        said = views.offer_of_several_confirmation(request.t, names, to=to)
    return reply_with_notice(request.t, "register.hand_over_title", [said])


def _build_answer_handler(answer: Callable[..., list[Asset]], key: str) -> Handler:
    """To a request about several: all of them are meant, by the id of one."""

    def run(request: Request, session: Session) -> Reply:
        try:
            assets = answer(session, actor=request.actor, asset_id=read_id(request.value), now=request.now)
        except WrongSide as wrong:
            return Reply(build_wrong_asset_side_message(request, session, wrong))
        return reply_with_text(request.t(key, names=join_first([each.name for each in assets], MOST_NAMED)))

    return run


handle_accept_several_click = _build_answer_handler(handing_over.accept_offers, "register.you_accepted_several")
handle_decline_several_click = _build_answer_handler(handing_over.decline_offers, "register.you_declined_several")
