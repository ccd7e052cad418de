"""`/duet own` and `who`, and every button and form about the register (product §5)."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from sqlmodel import Session

from bot.deliveries.digests.topics import LATE, Topic, needs_somebody
from bot.parsing.folding import fold_text
from bot.projects.rules import EDITORS
from bot.projects.service import Dossier, load_dossier
from bot.projects.sides import find_asked_side, find_known_side, weigh_word_on_side
from bot.projects.views import render_no_projects
from bot.register import (
    assets_needing_owner,
    changes,
    export_sections,
    notifications,
    service,
    subscribers,
    transfers,
    views,
)
from bot.register.changes import list_live_project_ids
from bot.register.errors import OWNER, AlreadyThere, NotUnderstood, WordsNeeded, WrongSide
from bot.register.notifications import build_asset_view
from bot.register.policy import may_change_asset
from bot.register.rules import AssetKind, parse_asset_kind
from bot.register.service import WantedAsset, read_wanted_asset
from bot.runtime.domain_events import (
    BecameOutsider,
    BoundaryChanged,
    PersonLeft,
    ProjectActivated,
    SeatGivenUp,
    SideStated,
    TeamChanged,
)
from bot.runtime.errors import NotFound
from bot.signing.views import build_notice_modal
from bot.ui.blocks import Message, fit_message, section_block
from bot.ui.texts import Mrkdwn
from handlers import boundary_decision
from handlers.decoding import read_id, read_id_pair, read_meta_id
from handlers.features import Args, Command, Feature, ProjectCommand, split_args_at
from handlers.grammar import Token, join_tokens, read_project_number
from handlers.mentions import NamedPeople, read_people
from handlers.requests import Reply, Request, Route, View
from handlers.responses import add_explanation
from storage import register
from storage.projects import Project
from storage.register import Asset

STEPS_SHOWN = 3  # projects from which a form unlinks: each list has its own besides


# --- what is typed --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TypedAsset:
    """`data|customers "NAME" @p`, of which name and person may be left to the form."""

    kind: AssetKind
    name: str | None
    people: NamedPeople

    @property
    def owner(self) -> str | None:
        return self.people.only

    @property
    def values(self) -> dict[str, str | None]:
        """As the form takes them."""
        return {"kind": self.kind.value, "name": self.name, "owner": self.owner}


def _read_typed_asset(args: Args) -> TypedAsset:
    """Raises: NotUnderstood, for what is neither the kind, the name nor the one person."""
    kind = parse_asset_kind(args[0].text)
    assert kind is not None
    rest = list(args[1:])
    if (
        len(rest) > 1
        and _is_kind(rest[0])
        and parse_asset_kind(rest[0].text) is kind
        and rest[1].kind in ("word", "quoted")
    ):
        del rest[0]  # a kind in two words, as in "baza klientów", "customer list"
    people = read_people(tuple(rest))
    quoted = next((token for token in people.rest if token.kind == "quoted"), None)
    left = [token for token in people.rest if not (_may_be_name_part(token) if quoted is None else token is quoted)]
    if left:
        raise NotUnderstood(join_tokens(left))
    name = quoted.text if quoted is not None else join_tokens(people.rest)
    return TypedAsset(kind, name or None, people)


def _may_be_name_part(token: Token) -> bool:
    """Without quotes: no project's key."""
    return token.kind == "word" and read_project_number(token) is None


def _is_kind(token: Token) -> bool:
    return token.kind == "word" and parse_asset_kind(token.text) is not None


def handle_own_command(request: Request, session: Session, project: Project) -> Reply:
    """`/duet own [project] [data|customers "NAME" @p]`."""
    if not request.args:
        return _show_register_page(request, session, project.pk, 1)
    service.require_open_project(session, actor=request.actor, project_id=project.pk)
    typed = _read_typed_asset(request.args)
    if typed.owner is None or typed.name is None:
        form = _open_add_form(request, session, project, typed.values)
        return add_explanation(form, request.t, typed.people.trouble)
    return _add_asset(request, session, project, read_wanted_asset(typed.kind, typed.name, typed.owner))


def handle_own_without_project(request: Request, session: Session) -> Reply:
    """Whoever has no part in a project may still own something: ownership outlives projects (product §5.1)."""
    reply = _give_asset_away(request, session, request.args) if request.args else None
    if reply is None and service.list_owned_assets(session, actor=request.actor):
        reply = _show_own_assets(request, session, 1)
    return reply or Reply(render_no_projects(request.t))


def handle_own_in_other_project(request: Request, session: Session) -> Reply:
    """The same, where they name a project in which they have no part."""
    _, rest = split_args_at(_is_kind)(request.args)
    reply = _give_asset_away(request, session, rest) if rest else None
    if reply is None:
        raise NotFound
    return reply


def _give_asset_away(request: Request, session: Session, args: Args) -> Reply | None:
    """To somebody else, by whoever may change it; None if there is nothing of that name that they may."""
    typed = _read_typed_asset(args)
    typed.people.check()
    asset = register.find_asset_by_name(session, request.actor.team_id, typed.kind, fold_text(typed.name or ""))
    if asset is None or not may_change_asset(session, request.actor, asset):
        return None
    if typed.owner is None:
        return _open_change_form(request, session, asset)
    if typed.owner == asset.owner:
        return Reply(_build_unchanged_message(request, session, asset, None))
    wanted = read_wanted_asset(typed.kind, typed.name, typed.owner)
    try:
        return _transfer_asset(request, session, asset, wanted)
    except WrongSide as wrong:
        return Reply(_build_refusal_with_way_on(request, session, asset, wrong))


# --- lists ----------------------------------------------------------------------------------------------------


def handle_register_page_click(request: Request, session: Session) -> Reply:
    project_id, number = read_id_pair(request.value)
    return _show_register_page(request, session, project_id, number)


def _show_register_page(request: Request, session: Session, project_id: int, number: int) -> Reply:
    """What the project touches, with what the reader may do."""
    actor = request.actor
    found, assets = service.load_register_view(session, actor=actor, project_id=project_id)
    return Reply(
        views.render_project_register(
            request.t,
            key=found.project.key,
            name=found.project.name,
            project_id=project_id,
            assets=[
                (
                    build_asset_view(each),
                    may_change_asset(session, actor, each),
                    service.may_unlink_asset(found, actor, each),
                )
                for each in assets
            ],
            number=number,
            may_add=bool(found.roles & EDITORS),
            owns=len(service.list_owned_assets(session, actor=actor)),
        )
    )


def handle_own_assets_click(request: Request, session: Session) -> Reply:
    return _show_own_assets(request, session, read_id(request.value))


def _show_own_assets(request: Request, session: Session, number: int) -> Reply:
    owned = service.list_owned_assets(session, actor=request.actor)
    return Reply(views.render_owned_assets(request.t, [build_asset_view(asset) for asset in owned], number=number))


def handle_who_command(request: Request, session: Session) -> Reply:
    """`/duet who WORDS|@p`: who owns what, in one line each; of a person, on which side they work, too."""
    if not request.words:
        raise WordsNeeded
    actor = request.actor
    people = read_people(request.args)
    people.check()
    words = [service.find_person_name(session, actor, token.id) or token.text for token in request.args]
    found, matching = service.search_register(session, actor=actor, words=" ".join(words))
    mentioned = people.only if len(request.args) == 1 else None
    below = []
    if mentioned and service.is_colleague(session, actor, mentioned):
        below = views.render_person_side(
            request.t,
            mentioned,
            known=find_known_side(session, actor.team_id, mentioned),
            proposed=find_asked_side(session, actor.team_id, mentioned),
            say=weigh_word_on_side(session, actor, mentioned),
        )
    shown = [
        (build_asset_view(asset), may_change_asset(session, actor, asset)) for asset in found[: views.MOST_SHOWN]
    ]
    shown += [(build_asset_view(asset), False) for asset in found[views.MOST_SHOWN :]]
    return Reply(views.render_search_result(request.t, shown, words=request.words, matching=matching, below=below))


# --- adding ---------------------------------------------------------------------------------------------------


def _add_asset(request: Request, session: Session, project: Project, wanted: WantedAsset) -> Reply:
    """By command: what cannot be done at once is answered with the way on."""
    existing = register.find_asset_by_name(session, request.actor.team_id, wanted.kind, fold_text(wanted.name))
    if existing is not None:
        return _answer_for_existing_asset(request, session, project, existing, wanted)
    try:
        asset = service.add_asset(
            session, actor=request.actor, project_id=project.pk, wanted=wanted, now=request.now
        )
    except WrongSide as wrong:
        return Reply(boundary_decision.build_boundary_refusal(request, session, project, wanted, wrong))
    except AlreadyThere as there:
        return _answer_for_existing_asset(
            request, session, project, _load_existing_asset(request, session, there), wanted
        )
    return Reply(_build_done_message(request, asset))


def _build_done_message(request: Request, asset: Asset) -> Message:
    """How it stands now; what is offered, with the way to take that back."""
    if asset.offered_to is not None:
        return views.offer_confirmation(request.t, build_asset_view(asset), to=asset.offered_to)
    return _build_text_message(views.asset_change_confirmation(request.t, build_asset_view(asset)))


def _answer_for_existing_asset(
    request: Request, session: Session, project: Project, asset: Asset, wanted: WantedAsset
) -> Reply:
    """Of the project: a transfer; of the register only: it can be linked."""
    is_linked = project.pk in register.list_project_ids_of_asset(session, asset.team_id, asset.pk)
    if not is_linked:
        return Reply(
            views.render_already_in_register(
                request.t, build_asset_view(asset), project_id=project.pk, is_linked=False
            )
        )
    if wanted.owner == asset.owner:
        return Reply(_build_unchanged_message(request, session, asset, project))
    try:
        return _transfer_asset(request, session, asset, wanted)
    except WrongSide as wrong:
        return Reply(boundary_decision.build_boundary_refusal(request, session, project, wanted, wrong))


def _load_existing_asset(request: Request, session: Session, there: AlreadyThere) -> Asset:
    found = register.find_asset(session, request.actor.team_id, there.asset_id)
    assert found is not None
    return found


def _transfer_asset(request: Request, session: Session, asset: Asset, wanted: WantedAsset) -> Reply:
    changed = transfers.transfer_asset(
        session, actor=request.actor, asset_id=asset.pk, to=wanted.owner, now=request.now
    )
    return Reply(_build_done_message(request, changed))


def _build_unchanged_message(request: Request, session: Session, asset: Asset, project: Project | None) -> Message:
    """Nothing was to be changed: how it stands, whom it is offered to, and how a decision is prolonged."""
    kept = None
    if asset.across_until is not None and asset.owner is not None and project is not None:
        wanted = WantedAsset(AssetKind(asset.kind), asset.name, asset.owner)
        kept = boundary_decision.keep_decision_draft(request, session, project, wanted)
    may = may_change_asset(session, request.actor, asset)
    return views.render_unchanged_asset(request.t, build_asset_view(asset), may_take_back=may, kept=kept)


def _open_add_form(request: Request, session: Session, project: Project, values: Mapping[str, str | None]) -> Reply:
    found = service.require_open_project(session, actor=request.actor, project_id=project.pk)
    form = views.add_asset_form(request.t, project_id=project.pk, key=found.project.key, values=values)
    return Reply(opens=form)


def handle_add_asset_click(request: Request, session: Session) -> Reply:
    found = service.require_open_project(session, actor=request.actor, project_id=read_id(request.value))
    return _open_add_form(request, session, found.project, {})


def handle_add_asset_submission(request: Request, session: Session) -> Reply:
    project_id, kind = read_meta_id(request.meta, "project"), request.values.get("kind")
    if project_id is None or kind not in list(AssetKind):
        raise NotFound
    given = {name: request.values.get(name) for name in ("stand_in", "description")}
    project = service.require_open_project(session, actor=request.actor, project_id=project_id).project
    wanted = read_wanted_asset(AssetKind(kind), request.values.get("name"), request.values.get("owner"), **given)
    try:
        asset = service.add_asset(
            session, actor=request.actor, project_id=project_id, wanted=wanted, now=request.now
        )
    except WrongSide as wrong:
        if wrong.field != OWNER:
            return _refuse_above_form(request, session, wrong)
        return Reply(
            shows=_build_notice_view(
                request, boundary_decision.build_boundary_refusal(request, session, project, wanted, wrong)
            )
        )
    except AlreadyThere as there:
        found = _load_existing_asset(request, session, there)
        is_linked = project_id in register.list_project_ids_of_asset(session, found.team_id, found.pk)
        message = views.render_already_in_register(
            request.t, build_asset_view(found), project_id=project_id, is_linked=is_linked
        )
        return Reply(shows=_build_notice_view(request, message))
    return Reply(shows=_build_notice_view(request, _build_done_message(request, asset)))


# --- changing -------------------------------------------------------------------------------------------------


def handle_change_asset_click(request: Request, session: Session) -> Reply:
    asset = register.find_asset(session, request.actor.team_id, read_id(request.value))
    if asset is None or not may_change_asset(session, request.actor, asset):
        raise NotFound
    return _open_change_form(request, session, asset)


def _open_change_form(request: Request, session: Session, asset: Asset, *, owner: str | None = None) -> Reply:
    live = list_live_project_ids(session, asset)
    found = [each for each in (_find_visible_project(request, session, at) for at in live) if each is not None]
    steps = views.AssetActions(
        take_back=asset.offered_to is not None,
        unlink=[
            (each.project.pk, each.project.key)
            for each in found
            if service.may_unlink_asset(each, request.actor, asset)
        ][:STEPS_SHOWN],
        remove=not live,
    )
    return Reply(opens=views.change_asset_form(request.t, build_asset_view(asset), steps, owner=owner))


def _find_visible_project(request: Request, session: Session, project_id: int) -> Dossier | None:
    with suppress(NotFound):  # not theirs to see
        return load_dossier(session, actor=request.actor, project_id=project_id)
    return None


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
        message = _build_refusal_with_way_on(request, session, asset, wrong)
    return Reply(shows=_build_notice_view(request, message))


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
        reply = _transfer_asset(request, session, asset, wanted)
        assert reply.message is not None
        return reply.message
    if build_asset_view(asset) == before:
        found = _find_project_to_ask_in(request, session, asset)
        return _build_unchanged_message(request, session, asset, None if found is None else found.project)
    return _build_text_message(views.asset_change_confirmation(request.t, build_asset_view(asset)))


def _refuse_above_form(request: Request, session: Session, wrong: WrongSide) -> Reply:
    """On top of the form, which keeps what was typed: a field's error has no button."""
    return Reply(_build_wrong_side_message(request, session, wrong), refuses=True)


def _build_wrong_side_message(request: Request, session: Session, wrong: WrongSide) -> Message:
    say = weigh_word_on_side(session, request.actor, wrong.who)
    return views.render_wrong_asset_side(request.t, kind=wrong.kind, who=wrong.who, kept=None, say=say)


def _build_refusal_with_way_on(request: Request, session: Session, asset: Asset, wrong: WrongSide) -> Message:
    """The way on leads through a project of the asset in which the actor may ask; else it is only said."""
    found = _find_project_to_ask_in(request, session, asset)
    if found is None:
        return _build_wrong_side_message(request, session, wrong)
    wanted = WantedAsset(wrong.kind, asset.name, wrong.who)
    return boundary_decision.build_boundary_refusal(request, session, found.project, wanted, wrong)


def _find_project_to_ask_in(request: Request, session: Session, asset: Asset) -> Dossier | None:
    """The first of the asset's projects in which the actor may ask both executives."""
    wanted = WantedAsset(AssetKind(asset.kind), asset.name, "")
    for project_id in register.list_project_ids_of_asset(session, asset.team_id, asset.pk):
        found = _find_visible_project(request, session, project_id)
        if found is not None and boundary_decision.may_ask_executives(
            session, found, wanted, by=request.actor.user_id
        ):
            return found
    return None


# --- buttons --------------------------------------------------------------------------------------------------


def handle_link_asset_click(request: Request, session: Session) -> Reply:
    project_id, asset_id = read_id_pair(request.value)
    asset = service.link_asset(
        session, actor=request.actor, project_id=project_id, asset_id=asset_id, now=request.now
    )
    key = load_dossier(session, actor=request.actor, project_id=project_id).project.key
    return _reply_with_text(views.asset_link_confirmation(request.t, build_asset_view(asset), key=key))


def handle_unlink_asset_click(request: Request, session: Session) -> Reply:
    project_id, asset_id = read_id_pair(request.value)
    asset = service.unlink_asset(
        session, actor=request.actor, project_id=project_id, asset_id=asset_id, now=request.now
    )
    key = load_dossier(session, actor=request.actor, project_id=project_id).project.key
    return _reply_with_text(views.asset_unlink_confirmation(request.t, build_asset_view(asset), key=key))


def handle_remove_asset_click(request: Request, session: Session) -> Reply:
    name = service.remove_asset(session, actor=request.actor, asset_id=read_id(request.value), now=request.now)
    return _reply_with_text(views.asset_removal_confirmation(request.t, name))


def handle_accept_asset_click(request: Request, session: Session) -> Reply:
    try:
        asset = transfers.accept_offer(
            session, actor=request.actor, asset_id=read_id(request.value), now=request.now
        )
    except WrongSide as wrong:
        return Reply(_build_wrong_side_message(request, session, wrong))
    return _reply_with_text(views.asset_change_confirmation(request.t, build_asset_view(asset)))


def handle_decline_asset_click(request: Request, session: Session) -> Reply:
    asset = transfers.decline_offer(session, actor=request.actor, asset_id=read_id(request.value), now=request.now)
    return _reply_with_text(request.t("register.you_declined", name=asset.name))


def handle_take_back_offer_click(request: Request, session: Session) -> Reply:
    asset = transfers.take_back_offer(
        session, actor=request.actor, asset_id=read_id(request.value), now=request.now
    )
    return _reply_with_text(views.take_back_confirmation(request.t, build_asset_view(asset)))


def _build_notice_view(request: Request, message: Message) -> View:
    return build_notice_modal(request.t, request.t.plain("register.form_title"), list(message.blocks))


def _build_text_message(text: Mrkdwn) -> Message:
    return fit_message(text, [section_block(text)])


def _reply_with_text(text: Mrkdwn) -> Reply:
    return Reply(_build_text_message(text))


FEATURE = Feature(
    commands=(
        ProjectCommand(
            "own",
            handle_own_command,
            everyday=True,
            parts=split_args_at(_is_kind),
            elsewise=handle_own_in_other_project,
            without=handle_own_without_project,
        ),
        Command("who", handle_who_command, reads=True),
    ),
    buttons={
        "register.page": Route(handle_register_page_click, reads=True),
        "register.mine": Route(handle_own_assets_click, reads=True),
        "register.add": Route(handle_add_asset_click, reads=True),
        "register.change": Route(handle_change_asset_click, reads=True),
        "register.link": Route(handle_link_asset_click),
        "register.unlink": Route(handle_unlink_asset_click),
        "register.remove": Route(handle_remove_asset_click),
        "register.accept": Route(handle_accept_asset_click),
        "register.decline": Route(handle_decline_asset_click),
        "register.take_back": Route(handle_take_back_offer_click),
    },
    forms={
        "register.add": Route(handle_add_asset_submission),
        "register.change": Route(handle_change_asset_submission),
    },
    timers={
        assets_needing_owner.RETURNS: assets_needing_owner.return_crossed_asset,
        assets_needing_owner.NEEDS_OWNER: assets_needing_owner.remind_of_missing_owner,
        changes.OFFER: transfers.remind_of_or_lapse_offer,
        subscribers.INCOMPLETE: subscribers.remind_of_boundary,
    },
    digests={
        notifications.CHANGED: Topic(
            views.register_news_line,
            notifications.load_register_news_facts,
            counted=notifications.register_news_count_key,
            thing=notifications.asset_of,
            rank=LATE,
        ),
        notifications.TOLD: Topic(
            views.asset_notice_line,
            notifications.load_asset_notice_facts,
            notifications.asset_notice_order,
            notifications.asset_notice_count_key,
            thing=notifications.asset_of,
            rank=LATE,
        ),
        subscribers.STILL_OWNS: Topic(
            views.leaver_assets_line,
            subscribers.load_leaver_assets_facts,
            needs_somebody,
            lambda _: "owner",
            thing=lambda notice: f"{notice.facts['who']} {notice.facts['kind']}",
            join=subscribers.join_still_owned,
        ),
        subscribers.INCOMPLETE_NOTICE: Topic(views.missing_boundary_line, subscribers.load_missing_boundary_facts),
    },
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
