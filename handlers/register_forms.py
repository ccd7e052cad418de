"""The two forms of the register, opened and submitted: adding an asset, changing one."""

from collections.abc import Mapping

from sqlmodel import Session

from bot.projects.service import ProjectContext, load_context
from bot.projects.sides import weigh_word_on_side
from bot.register import asset_details, form_views, lookup, service, views
from bot.register.notifications import build_asset_view
from bot.register.policy import find_project_to_ask_in, may_change_asset
from bot.register.rules import LINES, OWNER, OWNERS, AlreadyThere, ChangedAsset, WantedAsset, WrongSide
from bot.register.several import add_assets_from_lines, find_kind_of_actor
from bot.runtime.errors import NotFound
from bot.ui.blocks import Message, fit_message, section_block
from bot.ui.components import render_section_message
from bot.ui.mrkdwn import Mrkdwn
from handlers import boundary_decision
from handlers.decoding import find_meta_id, read_id, read_meta_id
from handlers.project_arguments import load_clicked_project
from handlers.requests import Reply, Request, reply_with_notice
from storage.projects import Project
from storage.register import Asset


def open_add_asset_form(request: Request, found: ProjectContext, values: Mapping[str, str | None]) -> Reply:
    service.require_open_project(found)
    project = found.project
    filled = {"kind": find_kind_of_actor(found), **{name: value for name, value in values.items() if value}}
    return Reply(opens=form_views.add_asset_form(request.t, project_id=project.pk, key=project.key, values=filled))


def handle_add_asset_click(request: Request, session: Session) -> Reply:
    return open_add_asset_form(request, load_clicked_project(request, session), {})


def handle_add_asset_submission(request: Request, session: Session) -> Reply:
    project_id = read_meta_id(request.meta, "project")
    seen = load_context(session, actor=request.actor, project_id=project_id)
    service.require_open_project(seen)
    wanted = WantedAsset.read(request.values)
    try:
        asset = service.add_asset(
            session, actor=request.actor, project_id=project_id, wanted=wanted, now=request.now
        )
    except WrongSide as wrong:
        if wrong.field != OWNER:
            return _refuse_above_form(request, session, wrong)
        message = boundary_decision.build_boundary_refusal(request, session, seen.project, wanted, wrong)
        return _show_message(request, message)
    except AlreadyThere as there:
        found, is_linked = lookup.load_linked_asset(
            session, actor=request.actor, asset_id=there.asset_id, project_id=project_id
        )
        message = views.render_already_in_register(
            request.t, build_asset_view(found), project_id=project_id, is_linked=is_linked
        )
        return _show_message(request, message)
    return _show_message(request, build_added_asset_message(request, session, asset))


def handle_add_several_click(request: Request, session: Session) -> Reply:
    return open_add_several_form(request, load_clicked_project(request, session))


def open_add_several_form(request: Request, found: ProjectContext, *, typed: str = "") -> Reply:
    """`typed`: the lines, if they were."""
    service.require_open_project(found)
    form = form_views.add_several_form(
        request.t,
        project_id=found.project.pk,
        key=found.project.key,
        kind=find_kind_of_actor(found),
        typed=typed,
    )
    return Reply(opens=form)


def handle_add_several_submission(request: Request, session: Session) -> Reply:
    added = add_assets_from_lines(
        session,
        actor=request.actor,
        project_id=read_meta_id(request.meta, "project"),
        text=request.values.get(LINES),
        picked=[each for each in (request.values.get(OWNERS) or "").split(",") if each],
        now=request.now,
    )
    lines = [views.asset_line(request.t, build_asset_view(each)) for each in added]
    said = [request.t("register.added_several", n=len(added)), Mrkdwn("\n").join(lines)]
    alike = lookup.list_alike_assets(session, request.actor.team_id, added)
    if alike:
        said.append(views.alike_notice(request.t, [build_asset_view(each) for each in alike]))
    return reply_with_notice(request.t, "register.form_title", said)


# --- changing -------------------------------------------------------------------------------------------------


def handle_change_asset_click(request: Request, session: Session) -> Reply:
    asset = lookup.find_changeable_asset(session, actor=request.actor, asset_id=read_id(request.value))
    if asset is None:
        raise NotFound
    return open_change_asset_form(request, session, asset)


def open_change_asset_form(request: Request, session: Session, asset: Asset, *, owner: str | None = None) -> Reply:
    actions = lookup.load_asset_actions(session, actor=request.actor, asset=asset)
    form = form_views.change_asset_form(
        request.t,
        build_asset_view(asset),
        actions,
        owner=owner,
        may_write_rule=asset.owner == request.actor.user_id,
    )
    return Reply(opens=form)


def handle_change_asset_submission(request: Request, session: Session) -> Reply:
    """Name, stand-in and description at once; another owner has to accept. All of it, or nothing."""
    asset_id = read_meta_id(request.meta, "asset")
    try:
        asset, outcome = asset_details.change_asset(
            session,
            actor=request.actor,
            asset_id=asset_id,
            wanted=ChangedAsset.read(request.values),
            seen=find_meta_id(request.meta, "seen"),
            now=request.now,
        )
    except WrongSide as wrong:
        if wrong.field != OWNER:
            return _refuse_above_form(request, session, wrong)
        asset = lookup.load_asset(session, actor=request.actor, asset_id=asset_id)
        return _show_message(request, build_refusal_with_way_on(request, session, asset, wrong))
    if outcome == "changed":
        return _show_message(
            request, render_section_message(views.asset_change_confirmation(request.t, build_asset_view(asset)))
        )
    if outcome == "unchanged":
        project = find_project_to_ask_in(session, request.actor, asset)
        return _show_message(request, build_unchanged_asset_message(request, session, asset, project))
    return _show_message(request, build_asset_done_message(request, asset))


def _refuse_above_form(request: Request, session: Session, wrong: WrongSide) -> Reply:
    """On top of the form, which keeps what was typed: a field's error has no button."""
    return Reply(build_wrong_asset_side_message(request, session, wrong), refuses=True)


def _show_message(request: Request, message: Message) -> Reply:
    return reply_with_notice(request.t, "register.form_title", message.blocks)


def build_added_asset_message(request: Request, session: Session, asset: Asset) -> Message:
    """The same of a new one; and what else is called nearly so."""
    message = build_asset_done_message(request, asset)
    alike = lookup.list_alike_assets(session, asset.team_id, [asset])
    if not alike:
        return message
    said = views.alike_notice(request.t, [build_asset_view(each) for each in alike])
    return fit_message(Mrkdwn(message.text), [*message.blocks, section_block(said)])


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
        wanted = WantedAsset(kind=asset.kind, name=asset.name, owner=asset.owner)
        kept = boundary_decision.store_decision_draft(request, session, project, wanted)
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
    wanted = WantedAsset(kind=wrong.kind, name=asset.name, owner=wrong.who)
    return boundary_decision.build_boundary_refusal(request, session, project, wanted, wrong)
