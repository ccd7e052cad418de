"""The boundary register: adding, linking, transferring, and looking up who owns what (product §5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from bot.errors import NotAllowed, NotFound, UserError
from bot.happenings import BoundaryChanged, announce
from bot.people.rules import Actor
from bot.people.service import NotForYou, colleague
from bot.projects.rules import EDITORS, Role, Side
from bot.projects.service import Dossier, dossier, roles_of
from bot.register import messages
from bot.register.rules import DECIDES, MAX_DESCRIPTION, MAX_NAME, SIDE_OF, Entry, Kind, nearest, search
from bot.texts import clean, person
from bot.words import fold, has_visible_text
from storage import audit, people, projects, register
from storage.register import Asset

NAME, OWNER, SIDE, STAND_IN, DESCRIPTION = "name", "owner", "side", "stand_in", "description"


class AssetName(UserError):
    text_key = "error.field.empty"
    field = NAME


@dataclass(eq=False)
class AssetTextTooLong(UserError):
    limit: int
    field: str | None = NAME
    text_key = "error.field.too_long"

    def facts(self) -> dict[str, Any]:
        return {"limit": self.limit}


@dataclass(eq=False)
class SideUnknown(UserError):
    """Duet does not know yet on which side somebody works: the form asks."""

    who: str
    text_key = "error.side_unknown"
    field = SIDE

    def facts(self) -> dict[str, Any]:
        return {"who": person(self.who)}


class SideIsCorrectedByExecutives(UserError):
    text_key = "error.side_corrected"
    field = SIDE


@dataclass(eq=False)
class WrongSide(UserError):
    """IT keeps data, marketing keeps customer bases; across the boundary only by a decision (product §5.2)."""

    who: str
    kind: Kind
    field = OWNER

    def facts(self) -> dict[str, Any]:
        return {"who": person(self.who)}


class CustomersToIt(WrongSide):
    text_key = "error.wrong_side.customers"


class DataToMarketing(WrongSide):
    text_key = "error.wrong_side.data"


def wrong_side(who: str, kind: Kind) -> WrongSide:
    return (DataToMarketing if kind is Kind.DATA else CustomersToIt)(who, kind)


@dataclass(eq=False)
class AlreadyThere(UserError):
    """The register has an asset of this kind and name: it can be linked (product §5.1)."""

    asset_id: int
    name: str
    owner: str | None
    text_key = "error.asset_there"
    field = NAME

    def facts(self) -> dict[str, Any]:
        return {"name": self.name}


class OwnsAlready(UserError):
    text_key = "error.owns_already"
    field = OWNER


class NotOffered(UserError):
    """Only to whom it is offered, and only while it is."""

    text_key = "error.not_offered"


@dataclass(eq=False)
class OwnsHere(UserError):
    """Nobody who owns something leaves before it is transferred (product §5.3)."""

    who: str
    names: str
    text_key = "error.owns_here"

    def facts(self) -> dict[str, Any]:
        return {"who": person(self.who), "names": self.names}


class WhichProject(UserError):
    """None is named, and several or none can be meant."""

    text_key = "error.which_project"


class WordsNeeded(UserError):
    text_key = "error.words_needed"


@dataclass(frozen=True)
class Wanted:
    """An asset as somebody described it."""

    kind: Kind
    name: str
    owner: str
    side: Side | None = None  # of the owner, if it was said
    stand_in: str | None = None
    description: str = ""


def read_wanted(
    kind: Kind,
    name: str | None,
    owner: str | None,
    *,
    side: str | None,
    stand_in: str | None,
    description: str | None,
) -> Wanted:
    """Raises: AssetName, AssetTextTooLong."""
    read = " ".join(clean(name or "").split())
    if not has_visible_text(read):
        raise AssetName
    if len(read) > MAX_NAME:
        raise AssetTextTooLong(MAX_NAME)
    about = clean(description or "").strip()
    if len(about) > MAX_DESCRIPTION:
        raise AssetTextTooLong(MAX_DESCRIPTION, DESCRIPTION)
    if not owner:
        error = AssetName()
        error.field = OWNER
        raise error
    return Wanted(kind, read, owner, Side(side) if side in list(Side) else None, stand_in or None, about)


def add(session: Session, *, actor: Actor, project_id: int, wanted: Wanted, now: datetime) -> Asset:
    """A new asset, linked to the project; its first owner has it at once, and is told.

    Raises: NotFound, NotAllowed, NotAColleague, SideUnknown, SideIsCorrectedByExecutives, WrongSide, AlreadyThere.
    """
    found = _dossier(session, actor, project_id, for_update=True)
    _check_decides(found, wanted.kind, actor, wanted.owner)
    existing = register.asset_named(session, actor.team_id, wanted.kind, fold(wanted.name))
    if existing is not None:
        raise AlreadyThere(existing.pk, existing.name, existing.owner)
    check_owner(session, actor=actor, found=found, wanted=wanted)
    asset = _insert(session, actor, wanted, now)
    register.link(session, asset, project_id, by=actor.user_id, now=now)
    _record(session, asset, "asset.added", actor.user_id, now, after={"owner": asset.owner})
    if asset.owner is not None:
        messages.given(session, asset, by=actor.user_id, now=now)
    changed(session, asset, by=actor.user_id, now=now)
    return asset


def link(session: Session, *, actor: Actor, project_id: int, asset_id: int, now: datetime) -> Asset:
    """An asset that is in the register already; its owner stays. Raises: NotFound, NotAllowed."""
    found = _dossier(session, actor, project_id, for_update=True)
    if not found.roles & EDITORS:
        raise NotAllowed
    asset = register.asset_for_update(session, actor.team_id, asset_id)
    if asset is None:
        raise NotFound
    if register.link(session, asset, project_id, by=actor.user_id, now=now):
        _record(session, asset, "asset.linked", actor.user_id, now, after={"owner": asset.owner}, only=project_id)
        changed(session, asset, by=actor.user_id, now=now)
    return asset


def transfer(session: Session, *, actor: Actor, asset_id: int, to: str, side: Side | None, now: datetime) -> Asset:
    """Offers the asset to somebody: until they accept, the owner stays. Without an owner, or to oneself, at once.

    Raises: NotFound, NotAllowed, NotAColleague, OwnsAlready, SideUnknown, WrongSide.
    """
    asset = changeable(session, actor=actor, asset_id=asset_id)
    colleague(session, actor.team_id, to)
    if to == asset.owner:
        raise OwnsAlready
    wanted = Wanted(Kind(asset.kind), asset.name, to, side)
    check_owner(session, actor=actor, found=None, wanted=wanted)
    if asset.owner is None or to == actor.user_id:
        _hand_over(session, asset, to, by=actor.user_id, now=now)
        return asset
    asset.offered_to, asset.offered_by, asset.offered_at = to, actor.user_id, now
    _record(session, asset, "asset.offered", actor.user_id, now, after={"owner": to})
    session.flush()
    messages.offered(session, asset, now=now)
    return asset


def accept(session: Session, *, actor: Actor, asset_id: int, now: datetime) -> Asset:
    """Raises: NotFound, NotOffered, NotForYou."""
    asset = _offered(session, actor, asset_id)
    messages.accepted(session, asset, by=actor.user_id)
    _hand_over(session, asset, actor.user_id, by=actor.user_id, now=now)
    return asset


def decline(session: Session, *, actor: Actor, asset_id: int, now: datetime) -> Asset:
    """The owner stays. Raises: NotFound, NotOffered, NotForYou."""
    asset = _offered(session, actor, asset_id)
    messages.declined(session, asset, by=actor.user_id, now=now)
    asset.offered_to, asset.offered_by, asset.offered_at = None, None, None
    _record(session, asset, "asset.declined", actor.user_id, now, after={"owner": actor.user_id})
    session.flush()
    return asset


def describe(
    session: Session, *, actor: Actor, asset_id: int, stand_in: str | None, description: str, now: datetime
) -> Asset:
    """Stand-in and description change at once. Raises: NotFound, NotAllowed, NotAColleague, WrongSide."""
    asset = changeable(session, actor=actor, asset_id=asset_id)
    about = clean(description).strip()
    if len(about) > MAX_DESCRIPTION:
        raise AssetTextTooLong(MAX_DESCRIPTION, DESCRIPTION)
    if stand_in is not None:
        _check_stand_in(session, actor.team_id, Kind(asset.kind), stand_in)
    if (asset.stand_in, asset.description) == (stand_in, about):
        return asset
    before = {"stand_in": asset.stand_in}
    asset.stand_in, asset.description = stand_in, about
    _record(session, asset, "asset.changed", actor.user_id, now, before=before, after={"stand_in": stand_in})
    session.flush()
    return asset


def changeable(session: Session, *, actor: Actor, asset_id: int) -> Asset:
    """The asset, locked, if the actor owns it, or leads or directs its side in a project that touches it.

    Raises: NotFound, NotAllowed.
    """
    asset = register.asset(session, actor.team_id, asset_id)
    if asset is None:
        raise NotFound
    for project_id in register.projects_of_asset(session, actor.team_id, asset_id):
        projects.lock(session, project_id)  # the lock order: projects first
    asset = register.asset_for_update(session, actor.team_id, asset_id)
    assert asset is not None
    if not actor.is_internal or not may_change(session, actor, asset):
        raise NotAllowed
    return asset


def may_change(session: Session, actor: Actor, asset: Asset) -> bool:
    """Product §14: the asset's owner, that side's lead and executive."""
    if actor.user_id == asset.owner:
        return True
    decides = DECIDES[SIDE_OF[Kind(asset.kind)]]
    for project_id in register.projects_of_asset(session, asset.team_id, asset.pk):
        project = projects.project(session, asset.team_id, project_id)
        assert project is not None
        version = project.governing_version or project.latest_version
        charter = projects.charter(session, asset.team_id, project_id, version)
        assert charter is not None
        if roles_of(project, charter, actor.user_id) & decides:
            return True
    return False


def known_side(session: Session, team_id: str, user_id: str) -> Side | None:
    """What was said of them, else what their seats say, if these agree."""
    found = people.person(session, team_id, user_id)
    if found is not None and found.side is not None:
        return Side(found.side)
    sides = set()
    for project, charter in projects.seats_of(session, team_id, user_id):
        if user_id in (charter.cio, project.lead_it):
            sides.add(Side.IT)
        if user_id in (charter.cmo, project.lead_marketing):
            sides.add(Side.MARKETING)
    return sides.pop() if len(sides) == 1 else None


def check_owner(session: Session, *, actor: Actor, found: Dossier | None, wanted: Wanted) -> None:
    """Also remembers the side, if it was not known. Raises: NotAColleague, SideUnknown, WrongSide, …"""
    try:
        owner = colleague(session, actor.team_id, wanted.owner)
    except UserError as error:
        error.field = OWNER
        raise
    side = known_side(session, actor.team_id, wanted.owner)
    if wanted.side is not None and side is not None and wanted.side != side:
        if not _may_correct(session, actor, found, side, wanted.side):
            raise SideIsCorrectedByExecutives
        side = None
    if side is None:
        if wanted.side is None:
            raise SideUnknown(wanted.owner)
        owner.side = side = wanted.side
    if side != SIDE_OF[wanted.kind]:
        raise wrong_side(wanted.owner, wanted.kind)
    if wanted.stand_in is not None:
        _check_stand_in(session, actor.team_id, wanted.kind, wanted.stand_in)


def own_view(session: Session, *, actor: Actor, project_id: int) -> tuple[Dossier, Sequence[Asset]]:
    """What the project touches. Raises: NotFound."""
    found = _dossier(session, actor, project_id)
    return found, register.assets_of_project(session, actor.team_id, project_id)


def who(session: Session, *, actor: Actor, words: str) -> tuple[list[Asset], bool]:
    """Who owns what: everybody internal may ask. (assets, whether they match or are only near).

    Raises: NotForYou.
    """
    if not actor.is_internal:
        raise NotForYou
    found = {asset.pk: asset for asset in register.assets(session, actor.team_id)}
    owners = {asset.owner for asset in found.values() if asset.owner is not None}
    known = people.known(session, actor.team_id, owners)
    names = {user_id: row.name for user_id, row in known.items()}
    entries = [Entry(a.pk, a.name, a.description, names.get(a.owner or "", "")) for a in found.values()]
    matching = search(words, entries)
    ids = matching or nearest(words, entries)
    return [found[asset_id] for asset_id in ids], bool(matching)


def changed(session: Session, asset: Asset, *, by: str | None, now: datetime) -> None:
    """Every project that touches the asset shows the boundary as it is now."""
    session.flush()
    for project_id in register.projects_of_asset(session, asset.team_id, asset.pk):
        announce(session, BoundaryChanged(asset.team_id, now, project_id))
        messages.notify_channel(session, asset, project_id, by=by, now=now)


def record(
    session: Session,
    asset: Asset,
    action: str,
    actor: str | None,
    now: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """In the log of every project that touches the asset."""
    _record(session, asset, action, actor, now, before=before, after=after)


def _record(
    session: Session,
    asset: Asset,
    action: str,
    actor: str | None,
    now: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    only: int | None = None,
) -> None:
    linked = register.projects_of_asset(session, asset.team_id, asset.pk)
    for project_id in [only] if only is not None else (list(linked) or [None]):  # type: ignore[list-item]
        audit.record(
            session,
            team_id=asset.team_id,
            project_id=project_id,
            at=now,
            actor=actor,
            action=action,
            before=dict(before or {}),
            after={"name": asset.name, "kind": asset.kind, **dict(after or {})},
        )


def _hand_over(session: Session, asset: Asset, to: str, *, by: str | None, now: datetime) -> None:
    before, offered_by = asset.owner, asset.offered_by
    asset.owner, asset.needs_owner_since = to, None
    asset.offered_to, asset.offered_by, asset.offered_at = None, None, None
    if asset.stand_in == to:
        asset.stand_in = None
    _record(session, asset, "asset.owner", by, now, before={"owner": before}, after={"owner": to})
    session.flush()
    messages.handed_over(session, asset, before=before, by=by, offered_by=offered_by, now=now)
    changed(session, asset, by=by, now=now)


def _offered(session: Session, actor: Actor, asset_id: int) -> Asset:
    if not actor.is_internal:
        raise NotForYou
    asset = register.asset_for_update(session, actor.team_id, asset_id)
    if asset is None:
        raise NotFound
    if asset.offered_to != actor.user_id:
        raise NotOffered
    return asset


def _insert(session: Session, actor: Actor, wanted: Wanted, now: datetime) -> Asset:
    """Raises: AlreadyThere, if somebody else has just added it: the database holds names unique."""
    asset = Asset(
        team_id=actor.team_id,
        kind=wanted.kind,
        name=wanted.name,
        folded=fold(wanted.name),
        description=wanted.description,
        owner=wanted.owner,
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


def _check_decides(found: Dossier, kind: Kind, actor: Actor, owner: str) -> None:
    """That side's lead and executive; anybody of the project for what they will own themselves."""
    side = SIDE_OF[kind]
    if found.roles & DECIDES[side] or (owner == actor.user_id and found.roles - {Role.DRAFTER}):
        return
    raise NotAllowed


def _check_stand_in(session: Session, team_id: str, kind: Kind, stand_in: str) -> None:
    try:
        colleague(session, team_id, stand_in)
    except UserError as error:
        error.field = STAND_IN
        raise
    side = known_side(session, team_id, stand_in)
    if side is not None and side != SIDE_OF[kind]:
        refused = wrong_side(stand_in, kind)
        refused.field = STAND_IN
        raise refused


def _may_correct(session: Session, actor: Actor, found: Dossier | None, side: Side, to: Side) -> bool:
    """The executive of the side they are said to be on, or are to be on."""
    executive_of = {Side.IT: "cio", Side.MARKETING: "cmo"}
    for _, charter in projects.seats_of(session, actor.team_id, actor.user_id):
        if actor.user_id in {getattr(charter, executive_of[each]) for each in (side, to)}:
            return True
    return False


def _dossier(session: Session, actor: Actor, project_id: int, *, for_update: bool = False) -> Dossier:
    found = dossier(session, actor=actor, project_id=project_id, for_update=for_update)
    if not actor.is_internal:
        raise NotForYou
    return found
