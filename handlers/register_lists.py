"""The register read: a project's assets, one's own, and `/duet who`."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from sqlmodel import Session

from bot.parsing.folding import fold_text
from bot.people.rules import Actor
from bot.projects.rules import EDITORS, LIVE
from bot.projects.service import ProjectContext, load_context
from bot.projects.sides import find_asked_side, find_present_side, weigh_word_on_side
from bot.register import (
    lookup,
    service,
    views,
)
from bot.register.notifications import build_asset_view
from bot.register.policy import list_keepers, may_change_asset
from bot.register.search import MAX_LOOKED_UP, asks_owner, is_only_a_question, trim_question
from bot.runtime.errors import Refusal
from bot.ui.blocks import Message
from bot.ui.components import Compose, take_page
from bot.ui.said_words import find_topic_asked
from handlers.decoding import read_id, read_page
from handlers.grammar import ONESELF, Token
from handlers.mentions import read_people
from handlers.requests import Reply, Request
from storage.register import Asset
from storage.seats import find_former_side


def handle_register_page_click(request: Request, session: Session) -> Reply:
    project_id, number = read_page(request.value)
    found = load_context(session, actor=request.actor, project_id=read_id(project_id))
    return show_register_page(request, session, found, number)


def show_register_page(request: Request, session: Session, found: ProjectContext, number: int) -> Reply:
    """What the project touches, with what the reader may do."""
    actor, assets = request.actor, lookup.list_assets_of_project(session, found)
    return Reply(
        views.render_project_register(
            request.t,
            key=found.project.key,
            name=found.project.name,
            project_id=found.project.pk,
            assets=[
                (
                    build_asset_view(each),
                    may_change_asset(session, actor, each),
                    service.may_unlink_asset(found, actor, each),
                )
                for each in assets
            ],
            number=number,
            may_add=bool(found.roles & EDITORS) and found.state in LIVE,
            owns=len(lookup.list_owned_assets(session, actor=actor)),
        )
    )


def handle_own_assets_click(request: Request, session: Session) -> Reply:
    _, number = read_page(request.value)
    return show_own_assets(request, session, number)


def show_own_assets(request: Request, session: Session, number: int) -> Reply:
    owned = lookup.list_owned_assets(session, actor=request.actor)
    shown = [build_asset_view(asset) for asset in owned]
    return Reply(views.render_owned_assets(request.t, shown, owner=request.actor.user_id, number=number))


def handle_who_command(request: Request, session: Session) -> Reply:
    """`/duet who WORDS|@p`: who owns what, in one line each; of a person, on which side they work, too."""
    if not request.words:
        raise Refusal("error.words_needed")
    actor = request.actor
    if fold_text(request.words) in (*ONESELF, "myself"):
        request = replace(request, args=(Token("person", "", actor.user_id),))
    people = read_people(request.args)
    people.check()
    words = [lookup.find_person_name(session, actor, token.id) or token.text for token in request.args]
    mentioned = people.only if len(request.args) == 1 else None
    return _show_found(request, session, mentioned, " ".join(words), said=request.words)


def handle_found_page_click(request: Request, session: Session) -> Reply:
    """Another page of what was found: of the same person, or by the same words."""
    listed, number = read_page(request.value)
    mentioned, _, words = listed.partition(":")
    words = words or lookup.find_person_name(session, request.actor, mentioned) or ""
    return _show_found(request, session, mentioned or None, words, said=words, number=number)


def _show_found(
    request: Request, session: Session, mentioned: str | None, words: str, *, said: str, number: int = 1
) -> Reply:
    """`mentioned`: of whom alone it was asked; `said`: the words as they were typed."""
    actor = request.actor
    found, matching = lookup.search_register(session, actor=actor, words=words)
    if not found and is_only_a_question(said):
        raise Refusal("error.words_needed")
    if mentioned is not None:
        found, matching = lookup.add_assets_of_stand_in(
            session, actor=actor, user_id=mentioned, found=found if matching else []
        )
    below = []
    if mentioned and lookup.is_colleague(session, actor, mentioned):
        present = find_present_side(session, actor.team_id, mentioned)
        below = views.render_person_side(
            request.t,
            mentioned,
            known=present or find_former_side(session, actor.team_id, mentioned),
            proposed=find_asked_side(session, actor.team_id, mentioned),
            is_of_former_team=present is None,
            say=weigh_word_on_side(session, actor, mentioned),
        )
    compose = _compose_found(session, actor, found, number, asked=f"{mentioned or ''}:{words}", matching=matching)
    return Reply(compose(request.t, words=trim_question(said), who=mentioned, below=below))


def show_assets_called(request: Request, session: Session, words: str, *, is_to_change: bool) -> Reply | None:
    """What in the register is called so; None if nothing is, or if it is not the actor's to read.

    `is_to_change`: the words would have had it changed, which they have not.
    """
    actor = request.actor
    if not actor.is_internal or len(words) > MAX_LOOKED_UP:
        return None
    found, matching = lookup.search_register(session, actor=actor, words=words)
    if not matching:
        return None
    compose = _compose_found(session, actor, found, asked=f":{words}", matching=True)
    return Reply(compose(request.t, words=words, is_to_change=is_to_change))


def compose_asked_owner(session: Session, *, actor: Actor, words: str) -> Compose | None:
    """The same of a question typed outside a command, found or not; None if it asks for no owner, asks for that of
    a milestone or the like, or is not the actor's to ask.
    """
    if not actor.is_internal or len(words) > MAX_LOOKED_UP or not asks_owner(words):
        return None
    found, matching = lookup.search_register(session, actor=actor, words=words)
    if not matching and find_topic_asked(words):
        return None
    compose = _compose_found(session, actor, found, asked=f":{words}", matching=matching)
    return partial(compose, words=trim_question(words))


def _compose_found(
    session: Session, actor: Actor, found: Sequence[Asset], number: int = 1, *, asked: str, matching: bool
) -> partial[Message]:
    """Composes, but for what each answer says besides, `render_search_result`. Which of the assets the actor may
    change is not asked of those that are not on the page.
    """
    on_page = {each.pk for each in take_page(found, number, size=views.PAGE).items}
    shown = [
        (build_asset_view(each), each.pk in on_page and may_change_asset(session, actor, each)) for each in found
    ]
    return partial(
        views.render_search_result,
        assets=shown,
        asked=asked,
        number=number,
        matching=matching,
        keepers=_list_keepers_of_only(actor, session, found, shown),
        handing=_find_handing(shown) if matching else None,
    )


def _find_handing(shown: Sequence[tuple[views.AssetView, bool]]) -> views.Handing | None:
    """Where all that was found is of one owner: they may be leaving."""
    held = [asset for asset, _ in shown if asset.across_until is None]
    owners = {asset.owner for asset in held}
    owner = owners.pop() if len(owners) == 1 else None
    if owner is None or len(held) < 2:
        return None
    return views.Handing(owner, held[0].kind, may=any(may for _, may in shown))


def _list_keepers_of_only(
    actor: Actor, session: Session, found: Sequence[Asset], shown: Sequence[tuple[views.AssetView, bool]]
) -> list[str]:
    """Who may change the only asset that was found, if the actor may not, and knows of others than its owner."""
    if len(found) != 1 or shown[0][1]:
        return []
    keepers = list_keepers(session, actor, found[0])
    return [] if keepers == [found[0].owner] else keepers
