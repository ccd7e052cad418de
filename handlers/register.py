"""`/duet own` and `who`, and every button and form about the register (product §5)."""

from collections.abc import Callable

from sqlmodel import Session

from bot.deliveries.digests.topics import LATE, Topic, needs_somebody, outlives_project
from bot.projects.service import ProjectContext, find_project_by_number, load_context
from bot.projects.views import render_needs_project
from bot.register import (
    changes,
    export_sections,
    lookup,
    notice_views,
    notifications,
    offer_messages,
    service,
    subscribers,
    transfers,
    views,
)
from bot.register.notifications import build_asset_view
from bot.register.rules import WantedAsset, WrongSide
from bot.runtime.domain_events import (
    BecameOutsider,
    BoundaryChanged,
    PersonLeft,
    ProjectActivated,
    SeatGivenUp,
    SideStated,
    TeamChanged,
)
from bot.runtime.errors import NotFound, ProjectNotFound
from bot.ui.mrkdwn import Mrkdwn
from handlers import boundary_decision
from handlers.decoding import read_id, read_id_pair
from handlers.features import Args, Command, Feature, ProjectCommand, split_args_at
from handlers.grammar import join_tokens, read_project_number
from handlers.mentions import read_people
from handlers.pasted_lines import join_pasted_lines, means_several
from handlers.register_arguments import (
    is_asset_kind,
    read_typed_asset,
    split_off_asset,
    strip_adding_word,
)
from handlers.register_forms import (
    build_added_asset_message,
    build_asset_done_message,
    build_refusal_with_way_on,
    build_unchanged_asset_message,
    build_wrong_asset_side_message,
    handle_add_asset_click,
    handle_add_asset_submission,
    handle_add_several_click,
    handle_add_several_submission,
    handle_change_asset_click,
    handle_change_asset_submission,
    open_add_asset_form,
    open_add_several_form,
    open_change_asset_form,
)
from handlers.register_handover import (
    handle_accept_several_click,
    handle_decline_several_click,
    handle_hand_over_click,
    handle_hand_over_submission,
)
from handlers.register_lists import (
    handle_found_page_click,
    handle_own_assets_click,
    handle_register_page_click,
    handle_who_command,
    show_own_assets,
    show_register_page,
)
from handlers.register_words import MEANT, answer_asset_words, handle_meant_asset_click
from handlers.requests import Handler, Reply, Request, Route, TypedCommand, reply_with_text
from handlers.responses import add_explanation
from storage.projects import Project
from storage.register import Asset


def handle_own_command(request: Request, session: Session, found: ProjectContext) -> Reply:
    """`/duet own [project] [add [several]] [data|customers "NAME" @p]`."""
    if not request.args:
        return show_register_page(request, session, found, 1)
    service.require_open_project(found)
    added = strip_adding_word(request.args)
    if added is not None and means_several(added):
        return open_add_several_form(request, found, typed=join_pasted_lines(added))
    if added is not None and not any(map(is_asset_kind, added[:1])):
        people = read_people(added)
        form = open_add_asset_form(request, found, {"name": join_tokens(people.rest), "owner": people.only})
        return add_explanation(form, request.t, people.trouble)
    typed = read_typed_asset(request.args if added is None else added)
    if typed.owner is None or typed.name is None:
        form = open_add_asset_form(request, found, typed.values)
        return add_explanation(form, request.t, typed.people.trouble)
    return _add_asset(request, session, found.project, WantedAsset.read(typed.values))


def handle_own_without_project(request: Request, session: Session) -> Reply:
    """Whoever has no part in a project may still own something: ownership outlives projects (product §5.1)."""
    reply = _give_asset_away(request, session, request.args) if request.args else None
    if reply is None and lookup.list_owned_assets(session, actor=request.actor):
        reply = show_own_assets(request, session, 1)
    return reply or Reply(render_needs_project(request.t, may_draft=request.actor.is_internal))


def handle_own_in_other_project(request: Request, session: Session) -> Reply:
    """The same, where they name a project in which they have no part; else what is named may be an asset."""
    where, rest = split_args_at(is_asset_kind)(request.args)
    reply = _give_asset_away(request, session, rest) if rest else None
    number = read_project_number(request.args[0])
    if reply is None and number is None:
        reply = answer_asset_words(request, session, request.args)
    elif reply is None and number is not None and len(where) > 1:
        find_project_by_number(session, actor=request.actor, number=number)
        reply = answer_asset_words(request, session, request.args[1:])
        if reply is None:
            raise ProjectNotFound
    if reply is None and number is None and not rest and request.actor.is_internal:
        return handle_who_command(request, session)
    if reply is None:
        raise NotFound
    return reply


def _give_asset_away(request: Request, session: Session, args: Args) -> Reply | None:
    """To somebody else, by whoever may change it; None if there is nothing of that name that they may."""
    typed = read_typed_asset(args)
    typed.people.check()
    asset = lookup.find_changeable_asset(session, actor=request.actor, kind=typed.kind, name=typed.name)
    if asset is None:
        return None
    if typed.owner is None:
        return open_change_asset_form(request, session, asset)
    if typed.owner == asset.owner:
        return Reply(build_unchanged_asset_message(request, session, asset, None))
    to = WantedAsset.read(typed.values).owner
    try:
        given = transfers.transfer_asset(session, actor=request.actor, asset_id=asset.pk, to=to, now=request.now)
    except WrongSide as wrong:
        return Reply(build_refusal_with_way_on(request, session, asset, wrong))
    return Reply(build_asset_done_message(request, given))


# --- adding ---------------------------------------------------------------------------------------------------


def _add_asset(request: Request, session: Session, project: Project, wanted: WantedAsset) -> Reply:
    """By command: what cannot be done at once is answered with the way on."""
    try:
        asset, outcome = service.add_or_transfer_asset(
            session, actor=request.actor, project_id=project.pk, wanted=wanted, now=request.now
        )
    except WrongSide as wrong:
        return Reply(boundary_decision.build_boundary_refusal(request, session, project, wanted, wrong))
    if outcome == "unchanged":
        return Reply(build_unchanged_asset_message(request, session, asset, project))
    if outcome == "given":
        return Reply(build_added_asset_message(request, session, asset))
    view = build_asset_view(asset)
    return Reply(views.render_already_in_register(request.t, view, project_id=project.pk, is_linked=False))


# --- buttons --------------------------------------------------------------------------------------------------


def _build_link_handler(change: Callable[..., Asset], confirm: Callable[..., Mrkdwn]) -> Handler:
    """*Link it*, *Unlink it*."""

    def run(request: Request, session: Session) -> Reply:
        project_id, asset_id = read_id_pair(request.value)
        asset = change(session, actor=request.actor, project_id=project_id, asset_id=asset_id, now=request.now)
        key = load_context(session, actor=request.actor, project_id=project_id).project.key
        return reply_with_text(confirm(request.t, build_asset_view(asset), key=key))

    return run


def handle_remove_asset_click(request: Request, session: Session) -> Reply:
    name = service.remove_asset(session, actor=request.actor, asset_id=read_id(request.value), now=request.now)
    return reply_with_text(views.asset_removal_confirmation(request.t, name))


def handle_accept_asset_click(request: Request, session: Session) -> Reply:
    try:
        asset = transfers.accept_offer(
            session, actor=request.actor, asset_id=read_id(request.value), now=request.now
        )
    except WrongSide as wrong:
        return Reply(build_wrong_asset_side_message(request, session, wrong))
    return reply_with_text(views.asset_change_confirmation(request.t, build_asset_view(asset)))


def handle_decline_asset_click(request: Request, session: Session) -> Reply:
    asset = transfers.decline_offer(session, actor=request.actor, asset_id=read_id(request.value), now=request.now)
    return reply_with_text(request.t("register.you_declined", name=asset.name))


def handle_take_back_offer_click(request: Request, session: Session) -> Reply:
    asset = transfers.take_back_offer(
        session, actor=request.actor, asset_id=read_id(request.value), now=request.now
    )
    return reply_with_text(views.take_back_confirmation(request.t, build_asset_view(asset)))


FEATURE = Feature(
    commands=(
        ProjectCommand(
            "own",
            handle_own_command,
            everyday=True,
            parts=split_off_asset,
            suits=lambda found, args: service.is_open_project(found) if args else found.actor.is_internal,
            elsewise=handle_own_in_other_project,
            without=handle_own_without_project,
        ),
        Command("who", handle_who_command, reads=True),
    ),
    buttons={
        "register.page": Route(handle_register_page_click, reads=True),
        "register.found": Route(handle_found_page_click, reads=True),
        "register.mine": Route(handle_own_assets_click, reads=True),
        "register.add": Route(handle_add_asset_click, reads=True),
        "register.add_several": Route(handle_add_several_click, reads=True),
        "register.change": Route(handle_change_asset_click, reads=True),
        MEANT: Route(handle_meant_asset_click, reads=True, command=TypedCommand("own", (), is_runnable=True)),
        "register.link": Route(_build_link_handler(service.link_asset, views.asset_link_confirmation)),
        "register.unlink": Route(_build_link_handler(service.unlink_asset, views.asset_unlink_confirmation)),
        "register.remove": Route(handle_remove_asset_click),
        "register.accept": Route(handle_accept_asset_click),
        "register.decline": Route(handle_decline_asset_click),
        "register.hand_over": Route(handle_hand_over_click, reads=True),
        "register.accept_several": Route(handle_accept_several_click),
        "register.decline_several": Route(handle_decline_several_click),
        "register.take_back": Route(handle_take_back_offer_click),
    },
    forms={
        "register.add": Route(handle_add_asset_submission),
        "register.add_several": Route(handle_add_several_submission),
        "register.change": Route(handle_change_asset_submission),
        "register.hand_over": Route(handle_hand_over_submission),
    },
    timers={
        changes.RETURNS: changes.return_crossed_asset,
        changes.NEEDS_OWNER: changes.remind_of_missing_owner,
        changes.OFFER: transfers.remind_of_or_lapse_offer,
        subscribers.INCOMPLETE: subscribers.remind_of_boundary,
    },
    digests=(
        Topic(
            notice_views.RegisterNews,
            notice_views.register_news_line,
            notifications.load_register_news,
            counted=notifications.register_news_count_key,
            thing=lambda facts: f"asset {facts.asset.asset_id}",
            rank=LATE,
        ),
        Topic(
            notice_views.AssetNotice,
            notice_views.asset_notice_line,
            notifications.load_asset_notice,
            notifications.asset_notice_order,
            notifications.asset_notice_count_key,
            thing=lambda facts: f"asset {facts.asset.asset_id}",
            rank=LATE,
            outlives=outlives_project,
        ),
        Topic(
            notice_views.AssetsOffered,
            notice_views.assets_offered_line,
            offer_messages.load_assets_offered,
            notifications.assets_offered_order,
            lambda _: "offer",
            rank=LATE,
            outlives=outlives_project,
        ),
        Topic(
            notice_views.StillOwns,
            notice_views.leaver_assets_line,
            subscribers.load_leaver_assets,
            needs_somebody,
            lambda _: "owner",
            thing=lambda facts: f"{facts.who} {facts.asset_kind}",
            join=subscribers.join_still_owned,
            outlives=outlives_project,
        ),
        Topic(
            notice_views.BoundaryIncomplete, notice_views.missing_boundary_line, subscribers.load_missing_boundary
        ),
    ),
    sections=export_sections.SECTIONS,
    subscriptions=(
        (PersonLeft, subscribers.release_assets_of_leaver),
        (BecameOutsider, subscribers.release_assets_of_outsider),
        (ProjectActivated, subscribers.arm_boundary_reminder),
        (SideStated, subscribers.release_assets_of_other_side),
        (SeatGivenUp, subscribers.forbid_leaving_with_assets),
        (BoundaryChanged, subscribers.refresh_boundary_reminder),
        (TeamChanged, subscribers.notify_lead_of_leaver_assets),
    ),
)
