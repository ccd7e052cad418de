"""The boundary register: adding, linking, changing, removing, and looking up who owns what (product §5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from bot.errors import NotAllowed, NotFound
from bot.happenings import BoundaryChanged, announce
from bot.people.rules import Actor
from bot.people.service import check_internal
from bot.projects.rules import DECIDES, EDITORS, LIVE, NotInThisState, Role
from bot.projects.service import Dossier, dossier
from bot.register import messages
from bot.register.changes import changeable, changed, drop_offer, live_projects, record
from bot.register.holders import (
    ask_side_of_stand_in,
    check_owner,
    check_stand_in,
    confirm_own_side,
    is_on_side,
    lock_for_own_side,
)
from bot.register.owners import NEEDS_OWNER, RETURNS
from bot.register.refusals import (
    DESCRIPTION,
    OWNER,
    STAND_IN,
    AlreadyThere,
    AssetMovedOn,
    AssetName,
    AssetTextTooLong,
    HeldByDecision,
    NeedsOwnerFirst,
    StillTouched,
    TooMuchToLookUp,
)
from bot.register.rules import (
    MAX_DESCRIPTION,
    MAX_LOOKED_UP,
    MAX_NAME,
    SIDE_OF,
    Entry,
    Kind,
    nearest,
    search,
    stamp,
)
from bot.register.transfers import offer
from bot.texts import clean
from bot.words import fold, has_visible_text
from storage import people, register, timers
from storage.register import Asset


@dataclass(frozen=True)
class Wanted:
    """An asset as somebody described it."""

    kind: Kind
    name: str
    owner: str
    stand_in: str | None = None
    description: str = ""


def read_wanted(
    kind: Kind,
    name: str | None,
    owner: str | None,
    *,
    stand_in: str | None = None,
    description: str | None = None,
) -> Wanted:
    """Raises: AssetName, AssetTextTooLong."""
    read, about = _name_in(name), _description_in(description)
    if not owner:
        error = AssetName()
        error.field = OWNER
        raise error
    return Wanted(kind, read, owner, stand_in or None, about)


def add(session: Session, *, actor: Actor, project_id: int, wanted: Wanted, now: datetime) -> Asset:
    """A new asset, linked to the project; its first owner has it at once, and is told.

    If it is not known on which side they work, it waits for their word, as an offer.

    Raises: as `open_project`, `check_owner` and `check_stand_in`; NotAllowed, AlreadyThere.
    """
    lock_for_own_side(session, actor=actor, named=(wanted.owner, wanted.stand_in), project_id=project_id)
    found = open_project(session, actor=actor, project_id=project_id, for_update=True)
    existing = register.asset_named(session, actor.team_id, wanted.kind, fold(wanted.name))
    if not _decides(found, wanted.kind, actor, wanted.owner):
        if found.roles & EDITORS and existing is None:  # of the other side: they may ask for a decision
            check_owner(session, team_id=actor.team_id, kind=wanted.kind, owner=wanted.owner)
        raise NotAllowed
    if existing is not None:
        raise AlreadyThere(existing.pk, existing.name, existing.owner)
    check_owner(session, team_id=actor.team_id, kind=wanted.kind, owner=wanted.owner)
    check_stand_in(session, team_id=actor.team_id, kind=wanted.kind, stand_in=wanted.stand_in, owner=wanted.owner)
    if wanted.owner == actor.user_id:
        confirm_own_side(session, actor=actor, kind=wanted.kind, now=now)
    asset = _insert(session, actor, wanted, now)
    register.link(session, asset, project_id, by=actor.user_id, now=now)
    if wanted.stand_in is not None:
        ask_side_of_stand_in(session, actor=actor, kind=wanted.kind, stand_in=wanted.stand_in, now=now)
    if is_on_side(session, team_id=actor.team_id, kind=wanted.kind, user_id=wanted.owner):
        asset.owner = wanted.owner
    record(session, asset, "asset.added", actor.user_id, now, after={"owner": asset.owner})
    if asset.owner is None:
        offer(session, asset, wanted.owner, by=actor.user_id, now=now)
    else:
        messages.given(session, asset, by=actor.user_id, now=now)
    changed(session, asset, "added", by=actor.user_id, now=now)
    return asset


def link(session: Session, *, actor: Actor, project_id: int, asset_id: int, now: datetime) -> Asset:
    """An asset that is in the register already; its owner stays, and is told.

    Raises: as `open_project`; NotAllowed.
    """
    found = open_project(session, actor=actor, project_id=project_id, for_update=True)
    if not found.roles & EDITORS:
        raise NotAllowed
    asset = register.asset_for_update(session, actor.team_id, asset_id)
    if asset is None:
        raise NotFound
    if register.link(session, asset, project_id, by=actor.user_id, now=now):
        record(session, asset, "asset.linked", actor.user_id, now, after={"owner": asset.owner}, only=project_id)
        announce(session, BoundaryChanged(asset.team_id, now, project_id))
        messages.notify_channel(session, asset, project_id, what="linked", by=actor.user_id, now=now)
        messages.link_changed(session, asset, project_id, was=False, by=actor.user_id, now=now)
    return asset


def unlink(session: Session, *, actor: Actor, project_id: int, asset_id: int, now: datetime) -> Asset:
    """The project does not touch it any more; it stays in the register.

    Raises: as `open_project`; NotAllowed, NeedsOwnerFirst.
    """
    found = open_project(session, actor=actor, project_id=project_id, for_update=True)
    asset = register.asset_for_update(session, actor.team_id, asset_id)
    if asset is None or project_id not in register.projects_of_asset(session, actor.team_id, asset_id):
        raise NotFound
    if not may_unlink(found, actor, asset):
        raise NotAllowed
    if asset.owner is None and len(register.projects_of_asset(session, actor.team_id, asset_id)) == 1:
        raise NeedsOwnerFirst(asset.name)
    record(session, asset, "asset.unlinked", actor.user_id, now, after={"owner": asset.owner}, only=project_id)
    register.unlink(session, asset, project_id)
    announce(session, BoundaryChanged(asset.team_id, now, project_id))
    messages.notify_channel(session, asset, project_id, what="unlinked", by=actor.user_id, now=now)
    messages.link_changed(session, asset, project_id, was=True, by=actor.user_id, now=now)
    return asset


def may_unlink(found: Dossier, actor: Actor, asset: Asset) -> bool:
    """As for adding it."""
    return found.state in LIVE and _decides(found, Kind(asset.kind), actor, asset.owner)


def remove(session: Session, *, actor: Actor, asset_id: int, now: datetime) -> str:
    """Out of the register, which no live project needs it in: its name, as it was.

    Raises: as `changeable`; StillTouched, HeldByDecision.
    """
    asset = changeable(session, actor=actor, asset_id=asset_id)
    if live_projects(session, asset):
        raise StillTouched(asset.name)
    if asset.across_until is not None and asset.owner is not None:
        raise HeldByDecision(asset.owner, asset.across_until)
    drop_offer(session, asset)
    messages.forget(session, asset, messages.NEEDS_OWNER)
    for timer in (NEEDS_OWNER, RETURNS):
        timers.cancel(session, asset.team_id, f"{timer}:{asset.pk}")
    record(session, asset, "asset.removed", actor.user_id, now, before={"owner": asset.owner})
    messages.tell(session, asset, {asset.owner} - {actor.user_id}, "removed", now=now, by=actor.user_id)
    register.remove(session, asset)
    return asset.name


def describe(
    session: Session,
    *,
    actor: Actor,
    asset_id: int,
    name: str | None,
    stand_in: str | None,
    description: str | None,
    now: datetime,
    seen: int | None = None,
) -> Asset:
    """Name, stand-in and description change at once, logged old → new. `seen`: the stamp of what the form showed.

    Raises: as `changeable` and `check_stand_in`; AssetName, AssetTextTooLong, AlreadyThere, AssetMovedOn.
    """
    lock_for_own_side(session, actor=actor, named=(stand_in,), asset_id=asset_id)
    asset = changeable(session, actor=actor, asset_id=asset_id)
    if seen is not None and seen != stamp(asset.name, asset.owner, asset.stand_in, asset.description):
        raise AssetMovedOn
    called, about, kind = _name_in(name), _description_in(description), Kind(asset.kind)
    check_stand_in(session, team_id=actor.team_id, kind=kind, stand_in=stand_in, owner=asset.owner)
    there = register.asset_named(session, actor.team_id, kind, fold(called))
    if there is not None and there.pk != asset.pk:
        raise AlreadyThere(there.pk, there.name, there.owner)
    if stand_in is not None and stand_in != asset.stand_in:
        ask_side_of_stand_in(session, actor=actor, kind=kind, stand_in=stand_in, now=now)
    was = asset.name
    old = {STAND_IN: asset.stand_in, DESCRIPTION: asset.description}
    new = {STAND_IN: stand_in, DESCRIPTION: about}
    after = {field: value for field, value in new.items() if value != old[field]}
    _rename(session, asset, called)
    asset.stand_in, asset.description = stand_in, about
    if was != called:
        record(session, asset, "asset.renamed", actor.user_id, now, before={"name": was}, after={"was_name": was})
        changed(session, asset, "renamed", by=actor.user_id, now=now, before=was)
    if after:
        before = {field: old[field] for field in after}
        record(session, asset, "asset.changed", actor.user_id, now, before=before, after=after)
    session.flush()
    return asset


def own_view(session: Session, *, actor: Actor, project_id: int) -> tuple[Dossier, Sequence[Asset]]:
    """What the project touches. Raises: NotFound."""
    found = dossier(session, actor=actor, project_id=project_id)
    check_internal(actor)
    return found, register.assets_of_project(session, actor.team_id, project_id)


def owned_view(session: Session, *, actor: Actor) -> Sequence[Asset]:
    """What the actor owns, whichever projects touch it: ownership outlives them. Raises: NotForYou."""
    check_internal(actor)
    return register.assets_of_person(session, actor.team_id, actor.user_id)


def name_of(session: Session, actor: Actor, user_id: str | None) -> str | None:
    """Of somebody who was mentioned: what owners are found by."""
    found = None if user_id is None else people.person(session, actor.team_id, user_id)
    return None if found is None else found.name


def is_colleague(session: Session, actor: Actor, user_id: str) -> bool:
    """Whether it makes sense to ask on which side they work."""
    found = people.person(session, actor.team_id, user_id)
    return found is not None and found.is_internal


def who(session: Session, *, actor: Actor, words: str) -> tuple[list[Asset], bool]:
    """Who owns what: everybody internal may ask. (assets, whether they match or are only near).

    Raises: NotForYou, TooMuchToLookUp.
    """
    check_internal(actor)
    if len(words) > MAX_LOOKED_UP:
        raise TooMuchToLookUp(MAX_LOOKED_UP)
    found = {asset.pk: asset for asset in register.assets(session, actor.team_id)}
    owners = {asset.owner for asset in found.values() if asset.owner is not None}
    known = people.known(session, actor.team_id, owners)
    names = {user_id: row.name for user_id, row in known.items()}
    entries = [
        Entry(a.pk, a.name, a.description, names.get(a.owner or "", ""), Kind(a.kind)) for a in found.values()
    ]
    matching = search(words, entries)
    ids = matching or nearest(words, entries)
    return [found[asset_id] for asset_id in ids], bool(matching)


def _name_in(name: str | None) -> str:
    read = " ".join(clean(name or "").split())
    if not has_visible_text(fold(read)):
        raise AssetName
    if len(read) > MAX_NAME:
        raise AssetTextTooLong(MAX_NAME)
    return read


def _description_in(description: str | None) -> str:
    about = clean(description or "").strip()
    if len(about) > MAX_DESCRIPTION:
        raise AssetTextTooLong(MAX_DESCRIPTION, DESCRIPTION)
    return about


def _insert(session: Session, actor: Actor, wanted: Wanted, now: datetime) -> Asset:
    """Raises: AlreadyThere, if somebody else has just added it: the database holds names unique."""
    asset = Asset(
        team_id=actor.team_id,
        kind=wanted.kind,
        name=wanted.name,
        folded=fold(wanted.name),
        description=wanted.description,
        stand_in=wanted.stand_in,
        created_by=actor.user_id,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(asset)
            session.flush()
    except IntegrityError:
        existing = register.asset_named(session, actor.team_id, wanted.kind, fold(wanted.name))
        assert existing is not None
        raise AlreadyThere(existing.pk, existing.name, existing.owner) from None
    return asset


def _rename(session: Session, asset: Asset, name: str) -> None:
    """Raises: AlreadyThere, as `_insert`."""
    try:
        with session.begin_nested():
            asset.name, asset.folded = name, fold(name)
            session.flush()
    except IntegrityError:
        existing = register.asset_named(session, asset.team_id, asset.kind, fold(name))
        assert existing is not None
        raise AlreadyThere(existing.pk, existing.name, existing.owner) from None


def _decides(found: Dossier, kind: Kind, actor: Actor, owner: str | None) -> bool:
    """That side's lead and executive; anybody of the project for what they own, or will."""
    return bool(found.roles & DECIDES[SIDE_OF[kind]]) or (
        owner == actor.user_id and bool(found.roles - {Role.DRAFTER})
    )


def open_project(session: Session, *, actor: Actor, project_id: int, for_update: bool = False) -> Dossier:
    """To add something to, or take it out; asked before anything is said of what the register has.

    Raises: NotFound, NotForYou, NotInThisState.
    """
    found = dossier(session, actor=actor, project_id=project_id, for_update=for_update)
    check_internal(actor)
    if found.state not in LIVE:
        raise NotInThisState(found.project.key, found.state)
    return found
