"""The two forms of the register, opened and submitted: adding an asset, changing one."""

from collections.abc import Mapping

from sqlmodel import Session

from bot.projects.service import ProjectContext, load_context
from bot.register import form_views, service, views
from bot.register.asset_parser import read_wanted_asset
from bot.register.changes import list_live_project_ids
from bot.register.errors import OWNER, AlreadyThere, WrongSide
from bot.register.notifications import build_asset_view
from bot.register.policy import may_change_asset
from bot.register.rules import AssetKind
from bot.runtime.errors import NotFound
from bot.ui.blocks import Message
from bot.ui.components import render_section_message
from handlers import boundary_decision
from handlers.decoding import read_id, read_meta_id
from handlers.project_arguments import load_clicked_project
from handlers.register_replies import (
    build_asset_done_message,
    build_refusal_with_way_on,
    build_unchanged_asset_message,
    build_wrong_asset_side_message,
    find_project_to_ask_in,
    find_visible_project,
    load_existing_asset,
    transfer_wanted_asset,
)
from handlers.requests import Reply, Request, reply_with_notice
from storage import register
from storage.register import Asset

STEPS_SHOWN = 3  # projects from which a form unlinks: each list has its own besides


def open_add_asset_form(request: Request, found: ProjectContext, values: Mapping[str, str | None]) -> Reply:
    service.require_open_project(found)
    project = found.project
    return Reply(opens=form_views.add_asset_form(request.t, project_id=project.pk, key=project.key, values=values))


def handle_add_asset_click(request: Request, session: Session) -> Reply:
    return open_add_asset_form(request, load_clicked_project(request, session), {})


def handle_add_asset_submission(request: Request, session: Session) -> Reply:
    project_id, kind = read_meta_id(request.meta, "project"), request.values.get("kind")
    if project_id is None or kind not in list(AssetKind):
        raise NotFound
    given = {name: request.values.get(name) for name in ("stand_in", "description")}
    seen = load_context(session, actor=request.actor, project_id=project_id)
    service.require_open_project(seen)
    wanted = read_wanted_asset(AssetKind(kind), request.values.get("name"), request.values.get("owner"), **given)
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
        found = load_existing_asset(request, session, there)
        is_linked = project_id in register.list_project_ids_of_asset(session, found.team_id, found.pk)
        message = views.render_already_in_register(
            request.t, build_asset_view(found), project_id=project_id, is_linked=is_linked
        )
        return _show_message(request, message)
    return _show_message(request, build_asset_done_message(request, asset))


# --- changing -------------------------------------------------------------------------------------------------


def handle_change_asset_click(request: Request, session: Session) -> Reply:
    asset = register.find_asset(session, request.actor.team_id, read_id(request.value))
    if asset is None or not may_change_asset(session, request.actor, asset):
        raise NotFound
    return open_change_asset_form(request, session, asset)


def open_change_asset_form(request: Request, session: Session, asset: Asset, *, owner: str | None = None) -> Reply:
    live = list_live_project_ids(session, asset)
    found = [each for each in (find_visible_project(request, session, at) for at in live) if each is not None]
    steps = form_views.AssetActions(
        take_back=asset.offered_to is not None,
        unlink=[
            (each.project.pk, each.project.key)
            for each in found
            if service.may_unlink_asset(each, request.actor, asset)
        ][:STEPS_SHOWN],
        remove=not live,
    )
    return Reply(opens=form_views.change_asset_form(request.t, build_asset_view(asset), steps, owner=owner))


def handle_change_asset_submission(request: Request, session: Session) -> Reply:
    """Name, stand-in and description at once; another owner has to accept. All of it, or nothing."""
    asset_id = read_meta_id(request.meta, "asset")
    if asset_id is None:
        raise NotFound
    try:
        with session.begin_nested():
            message = _change_asset(request, session, asset_id, request.values.get("owner"))
    except WrongSide as wrong:
        asset = register.find_asset(session, request.actor.team_id, asset_id)
        if asset is None:
            raise
        if wrong.field != OWNER:
            return _refuse_above_form(request, session, wrong)
        message = build_refusal_with_way_on(request, session, asset, wrong)
    return _show_message(request, message)


def _change_asset(request: Request, session: Session, asset_id: int, owner: str | None) -> Message:
    actor = request.actor
    was = register.find_asset(session, actor.team_id, asset_id)
    before = None if was is None else build_asset_view(was)
    asset = service.change_asset_details(
        session,
        actor=actor,
        asset_id=asset_id,
        name=request.values.get("name"),
        stand_in=request.values.get("stand_in"),
        description=request.values.get("description"),
        now=request.now,
        seen=read_meta_id(request.meta, "seen"),
    )
    if owner is not None and owner != asset.owner:
        wanted = read_wanted_asset(AssetKind(asset.kind), asset.name, owner)
        reply = transfer_wanted_asset(request, session, asset, wanted)
        assert reply.message is not None
        return reply.message
    if build_asset_view(asset) == before:
        found = find_project_to_ask_in(request, session, asset)
        return build_unchanged_asset_message(request, session, asset, None if found is None else found.project)
    return render_section_message(views.asset_change_confirmation(request.t, build_asset_view(asset)))


def _refuse_above_form(request: Request, session: Session, wrong: WrongSide) -> Reply:
    """On top of the form, which keeps what was typed: a field's error has no button."""
    return Reply(build_wrong_asset_side_message(request, session, wrong), refuses=True)


def _show_message(request: Request, message: Message) -> Reply:
    return reply_with_notice(request.t, "register.form_title", message.blocks)
