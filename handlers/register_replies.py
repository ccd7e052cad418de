"""How a command, a form and a click about one asset are answered alike."""

from sqlmodel import Session

from bot.projects.sides import weigh_word_on_side
from bot.register import views
from bot.register.asset_parser import WantedAsset
from bot.register.notifications import build_asset_view
from bot.register.policy import find_project_to_ask_in, may_change_asset
from bot.register.rules import WrongSide
from bot.ui.blocks import Message
from bot.ui.components import render_section_message
from handlers import boundary_decision
from handlers.requests import Request
from storage.projects import Project
from storage.register import Asset


def build_asset_done_message(request: Request, asset: Asset) -> Message:
    """How it stands now; what is offered, with the way to take that back."""
    if asset.offered_to is not None:
        return views.offer_confirmation(request.t, build_asset_view(asset), to=asset.offered_to)
    return render_section_message(views.asset_change_confirmation(request.t, build_asset_view(asset)))


def build_unchanged_asset_message(
    request: Request, session: Session, asset: Asset, project: Project | None
) -> Message:
    """Nothing was to be changed: how it stands, whom it is offered to, and how a decision is prolonged."""
    kept = None
    if asset.across_until is not None and asset.owner is not None and project is not None:
        wanted = WantedAsset(asset.kind, asset.name, asset.owner)
        kept = boundary_decision.keep_decision_draft(request, session, project, wanted)
    may = may_change_asset(session, request.actor, asset)
    return views.render_unchanged_asset(request.t, build_asset_view(asset), may_take_back=may, kept=kept)


def build_wrong_asset_side_message(request: Request, session: Session, wrong: WrongSide) -> Message:
    say = weigh_word_on_side(session, request.actor, wrong.who)
    return views.render_wrong_asset_side(request.t, kind=wrong.kind, who=wrong.who, kept=None, say=say)


def build_refusal_with_way_on(request: Request, session: Session, asset: Asset, wrong: WrongSide) -> Message:
    """The way on leads through a project of the asset in which the actor may ask; else it is only said."""
    project = find_project_to_ask_in(session, request.actor, asset)
    if project is None:
        return build_wrong_asset_side_message(request, session, wrong)
    wanted = WantedAsset(wrong.kind, asset.name, wrong.who)
    return boundary_decision.build_boundary_refusal(request, session, project, wanted, wrong)
