"""What is typed after `/duet own` about an asset that is called so, whichever its kind (product §2.11, §5.1)."""

from typing import Final

from sqlmodel import Session

from bot.projects.drafts import find_stamped_draft, keep_stamped_draft
from bot.register import lookup, views
from bot.register.notifications import build_asset_view
from bot.register.policy import may_change_asset, refuse_all_but_keepers
from bot.runtime.errors import NotAllowed, Refusal
from handlers.decoding import read_id_pair
from handlers.features import Args
from handlers.guesses import KEPT
from handlers.register_arguments import AssetWords, name_kind, read_asset_words
from handlers.register_forms import open_change_asset_form
from handlers.register_lists import show_assets_called
from handlers.requests import Reply, Request
from handlers.responses import add_explanation
from storage.register import Asset

MEANT: Final = "register.meant"  # action id


def answer_asset_words(request: Request, session: Session, args: Args) -> Reply | None:
    """The form of the asset that is to be changed, filled with whom it is to go to; nothing is changed by words
    without a kind, and where both kinds have the name it is asked which is meant. Else what is called so; None if
    nothing is. Raises: NotAllowed, if it is not the actor's to change; Refusal.
    """
    words = read_asset_words(args)
    called = _list_assets_to_change(request, session, words)
    if not called:
        return show_assets_called(request, session, words.name, is_to_change=words.is_to_change)
    if len(called) == 1:
        return _open_form_for_words(request, session, words, called[0])
    stamp = keep_stamped_draft(session, actor=request.actor, name=MEANT, values=args, now=request.now)
    return Reply(views.render_which_asset(request.t, [build_asset_view(each) for each in called], stamp=stamp))


def handle_meant_asset_click(request: Request, session: Session) -> Reply:
    """Goes on with what was typed. Raises: NotFound; NotAllowed; Refusal after half an hour."""
    asset_id, stamp = read_id_pair(request.value)
    since = request.now - KEPT
    args = find_stamped_draft(session, actor=request.actor, name=MEANT, stamp=stamp, of=Args, since=since)
    if args is None:
        raise Refusal("error.guess_too_old")
    asset, words = lookup.load_asset(session, actor=request.actor, asset_id=asset_id), read_asset_words(args)
    try:
        return _open_form_for_words(request, session, words, asset)
    except NotAllowed as refused:
        raise refused.trying(name_kind(args, words, asset.kind, request.t)) from None


def _list_assets_to_change(request: Request, session: Session, words: AssetWords) -> list[Asset]:
    """Those that are called as was typed; else, where a kind was, the one of that kind."""
    if not words.is_to_change:
        return []
    called, typed = lookup.list_assets_called(session, actor=request.actor, name=words.name), words.typed
    if not called and typed is not None and typed.name is not None:
        called = lookup.list_assets_called(session, actor=request.actor, name=typed.name, kind=typed.kind)
    return called


def _open_form_for_words(request: Request, session: Session, words: AssetWords, asset: Asset) -> Reply:
    """Raises: NotAllowed."""
    if not may_change_asset(session, request.actor, asset):
        raise refuse_all_but_keepers(session, request.actor, asset)
    form = open_change_asset_form(request, session, asset, owner=words.people.only)
    form = add_explanation(form, request.t, Refusal("error.own_removal") if words.is_to_end else None)
    return add_explanation(form, request.t, words.people.trouble)
