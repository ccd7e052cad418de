"""Looking into the register: a project's assets, somebody's own, and a search (product §5)."""

from collections import defaultdict
from collections.abc import Sequence

from sqlmodel import Session

from bot.parsing.folding import fold_text
from bot.people.rules import Actor
from bot.people.service import require_internal
from bot.projects.rules import Side
from bot.projects.service import ProjectContext
from bot.projects.sides import find_known_side, has_seats_of_other_side_only
from bot.register.changes import list_live_project_ids
from bot.register.form_views import AssetActions
from bot.register.policy import (
    is_given_up_on,
    list_visible_projects,
    may_change_asset,
)
from bot.register.rules import AssetKind
from bot.register.search import MAX_LOOKED_UP, SearchEntry, find_nearest_entries, search_entries
from bot.register.service import may_unlink_asset
from bot.runtime.errors import NotFound, Refusal
from storage import people, register
from storage.register import Asset

STEPS_SHOWN = 3  # projects from which a form unlinks: each list has its own besides


def list_assets_of_project(session: Session, found: ProjectContext) -> Sequence[Asset]:
    """What the project touches. Raises: NotForYou."""
    require_internal(found.actor)
    return register.list_assets_of_project(session, found.project.team_id, found.project.pk)


def find_changeable_asset(
    session: Session,
    *,
    actor: Actor,
    asset_id: int | None = None,
    kind: AssetKind | None = None,
    name: str | None = None,
) -> Asset | None:
    """The asset of that id, else of that name, if the actor may change it."""
    asset = None
    if asset_id is not None:
        asset = register.find_asset(session, actor.team_id, asset_id)
    elif kind is not None:
        asset = register.find_asset_by_name(session, actor.team_id, kind, fold_text(name or ""))
    return asset if asset is not None and may_change_asset(session, actor, asset) else None


def list_assets_called(session: Session, *, actor: Actor, name: str, kind: AssetKind | None = None) -> list[Asset]:
    """Those of exactly that name: of a kind there is one. Nothing to whoever reads no register."""
    if not actor.is_internal:
        return []
    kinds = AssetKind if kind is None else [kind]
    known = (register.find_asset_by_name(session, actor.team_id, each, fold_text(name)) for each in kinds)
    return [asset for asset in known if asset is not None]


def load_asset(session: Session, *, actor: Actor, asset_id: int) -> Asset:
    """Raises: NotFound."""
    asset = register.find_asset(session, actor.team_id, asset_id)
    if asset is None:
        raise NotFound
    return asset


def load_linked_asset(session: Session, *, actor: Actor, asset_id: int, project_id: int) -> tuple[Asset, bool]:
    """An asset, and whether the project touches it. Raises: NotFound."""
    return load_asset(session, actor=actor, asset_id=asset_id), project_id in register.list_project_ids_of_asset(
        session, actor.team_id, asset_id
    )


def load_asset_actions(session: Session, *, actor: Actor, asset: Asset) -> AssetActions:
    """What the actor, who may change the asset, may do with it besides."""
    unlinkable = [
        (found.project.pk, found.project.key)
        for found in list_visible_projects(session, actor, asset)
        if may_unlink_asset(found, actor, asset)
    ]
    return AssetActions(
        asset.offered_to is not None, unlinkable[:STEPS_SHOWN], remove=not list_live_project_ids(session, asset)
    )


def list_owned_assets(session: Session, *, actor: Actor) -> Sequence[Asset]:
    """What the actor owns, whichever projects touch it: ownership outlives them. Raises: NotForYou."""
    require_internal(actor)
    return register.list_assets_of_person(session, actor.team_id, actor.user_id)


def list_names_given_up(session: Session, actor: Actor, side: Side) -> list[str]:
    """Lists by name what the actor owns and gives up by their first word that this is their side.

    It needs another owner then. Where their word would be refused, that is nothing.
    """
    team_id, user_id = actor.team_id, actor.user_id
    person = people.find_person(session, team_id, user_id)
    if person is not None and person.side is not None:
        return []
    if find_known_side(session, team_id, user_id) == side:
        return []
    if has_seats_of_other_side_only(session, team_id, user_id, side):
        return []
    owned = register.list_assets_of_person(session, team_id, user_id)
    return [each.name for each in owned if is_given_up_on(each, side)]


def find_person_name(session: Session, actor: Actor, user_id: str | None) -> str | None:
    """Of somebody who was mentioned: what owners are found by."""
    found = None if user_id is None else people.find_person(session, actor.team_id, user_id)
    return None if found is None else found.name


def is_colleague(session: Session, actor: Actor, user_id: str) -> bool:
    """Whether it makes sense to ask on which side they work."""
    found = people.find_person(session, actor.team_id, user_id)
    return found is not None and found.is_internal


def add_assets_of_stand_in(
    session: Session, *, actor: Actor, user_id: str, found: Sequence[Asset]
) -> tuple[list[Asset], bool]:
    """What was found by somebody's name, and then what they stand in for; and whether that is anything."""
    known = {each.pk for each in found}
    concerning = register.list_assets_concerning(session, actor.team_id, user_id)
    every = [*found, *(each for each in concerning if each.stand_in == user_id and each.pk not in known)]
    return every, bool(every)


def list_alike_assets(session: Session, team_id: str, assets: Sequence[Asset]) -> list[Asset]:
    """Others of the same name but for its spaces, of either kind: somebody may mean one thing by both."""
    by_name: defaultdict[str, list[Asset]] = defaultdict(list)
    for each in register.list_assets(session, team_id):
        by_name[_squeeze(each.name)].append(each)
    alike = ((asset, each) for asset in assets for each in by_name[_squeeze(asset.name)])
    return [*{each.pk: each for asset, each in alike if each is not asset}.values()]


def _squeeze(name: str) -> str:
    return fold_text(name).replace(" ", "").replace("-", "")


def search_register(session: Session, *, actor: Actor, words: str) -> tuple[list[Asset], bool]:
    """Who owns what: everybody internal may ask. (assets, whether they match or are only near).

    Raises: NotForYou, Refusal.
    """
    require_internal(actor)
    if len(words) > MAX_LOOKED_UP:
        raise Refusal("error.words_too_long", limit=MAX_LOOKED_UP)
    found = {asset.pk: asset for asset in register.list_assets(session, actor.team_id)}
    owners = {asset.owner for asset in found.values() if asset.owner is not None}
    known = people.find_people(session, actor.team_id, owners)
    names = {user_id: row.name for user_id, row in known.items()}
    entries = [
        SearchEntry(a.pk, a.name, a.description, names.get(a.owner or "", ""), a.kind) for a in found.values()
    ]
    matching = search_entries(words, entries)
    ids = matching or find_nearest_entries(words, entries)
    return [found[asset_id] for asset_id in ids], bool(matching)
