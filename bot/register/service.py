"""The boundary register: adding, linking, transferring, and looking up who owns what (product §5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from bot.errors import NotAllowed, NotFound, UserError
from bot.happenings import BoundaryChanged, announce
from bot.people.rules import Actor
from bot.people.service import NotForYou, colleague
from bot.projects.rules import DECIDES, EDITORS, LIVE, NotInThisState, Role, Side, State
from bot.projects.service import Dossier, dossier
from bot.projects.sides import known_side, may_correct
from bot.register import messages
from bot.register.keepers import may_change
from bot.register.rules import MAX_DESCRIPTION, MAX_NAME, SIDE_OF, Entry, Kind, nearest, search
from bot.texts import clean, person
from bot.words import fold, has_visible_text
from storage import audit, people, projects, register, timers
from storage.register import Asset

RETURNS = "register.returns"  # timer kind: an asset that is across the boundary comes back
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


class SideIsCorrectedByExecutives(UserError):
    text_key = "error.side_corrected"
    field = SIDE


@dataclass(eq=False)
class WrongSide(UserError):
    """IT keeps data, marketing keeps customer bases; across the boundary only by a decision (product §5.2)."""

    who: str
    kind: Kind
    field = OWNER


class CustomersAcross(WrongSide):
    text_key = "error.wrong_side.customers"


class DataAcross(WrongSide):
    text_key = "error.wrong_side.data"


def wrong_side(who: str, kind: Kind) -> WrongSide:
    return (DataAcross if kind is Kind.DATA else CustomersAcross)(who, kind)


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


@dataclass(eq=False)
class OwnsOnThatSide(UserError):
    """A side is corrected once nothing of the other side's is theirs any more."""

    names: str
    text_key = "error.owns_on_that_side"
    field = SIDE


@dataclass(eq=False)
class HeldByDecision(UserError):
    """What both executives have decided ends on its date, or when its owner gives it back (product §5.2)."""

    owner: str
    until: date
    text_key = "error.held_by_decision"

    def facts(self) -> dict[str, Any]:
        return {"owner": person(self.owner), "until": self.until}


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
        return {"names": self.names}


class StillOwnsHere(OwnsHere):
    """The same, when the second signature would let them go."""

    text_key = "error.still_owns_here"

    def facts(self) -> dict[str, Any]:
        return {"who": person(self.who), "names": self.names}


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
    if not has_visible_text(fold(read)):
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

    Raises: as `_open_project` and `check_owner`; NotAllowed, AlreadyThere.
    """
    found = _open_project(session, actor, project_id)
    _check_decides(found, wanted.kind, actor, wanted.owner)
    existing = register.asset_named(session, actor.team_id, wanted.kind, fold(wanted.name))
    if existing is not None:
        raise AlreadyThere(existing.pk, existing.name, existing.owner)
    check_owner(session, actor=actor, wanted=wanted)
    asset = _insert(session, actor, wanted, now)
    register.link(session, asset, project_id, by=actor.user_id, now=now)
    _remember_side(session, asset, wanted, actor, now)
    _record(session, asset, "asset.added", actor.user_id, now, after={"owner": asset.owner})
    if asset.owner is not None:
        messages.given(session, asset, by=actor.user_id, now=now)
    changed(session, asset, by=actor.user_id, now=now)
    return asset


def link(session: Session, *, actor: Actor, project_id: int, asset_id: int, now: datetime) -> Asset:
    """An asset that is in the register already; its owner stays. Raises: as `_open_project`; NotAllowed."""
    found = _open_project(session, actor, project_id)
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

    Raises: as `changeable` and `check_owner`; OwnsAlready, HeldByDecision.
    """
    asset = changeable(session, actor=actor, asset_id=asset_id)
    if to == asset.owner:
        raise OwnsAlready
    wanted = Wanted(Kind(asset.kind), asset.name, to, side)
    check_owner(session, actor=actor, wanted=wanted)
    if asset.across_until is not None and asset.owner not in (None, actor.user_id):
        assert asset.owner is not None
        raise HeldByDecision(asset.owner, asset.across_until)
    _remember_side(session, asset, wanted, actor, now)
    if asset.owner is None or to == actor.user_id:
        if asset.offered_to == actor.user_id:
            messages.accepted(session, asset, by=actor.user_id)
        _hand_over(session, asset, to, by=actor.user_id, now=now)
        return asset
    if to == asset.offered_to:
        return asset  # asked already
    drop_offer(session, asset)
    asset.offered_to, asset.offered_by, asset.offered_at = to, actor.user_id, now
    _record(session, asset, "asset.offered", actor.user_id, now, after={"owner": to})
    session.flush()
    messages.offered(session, asset, now=now)
    return asset


def accept(session: Session, *, actor: Actor, asset_id: int, now: datetime) -> Asset:
    """Raises: NotFound, NotOffered, NotForYou; WrongSide, if they have changed sides since."""
    asset = _offered(session, actor, asset_id)
    _check_side(session, asset, actor.user_id)
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
    old = {STAND_IN: asset.stand_in, DESCRIPTION: asset.description}
    new = {STAND_IN: stand_in, DESCRIPTION: about}
    after = {name: value for name, value in new.items() if value != old[name]}
    asset.stand_in, asset.description = stand_in, about
    before = {name: old[name] for name in after}
    _record(session, asset, "asset.changed", actor.user_id, now, before=before, after=after)
    session.flush()
    return asset


def changeable(session: Session, *, actor: Actor, asset_id: int) -> Asset:
    """The asset, locked, if the actor owns it, or leads or directs its side in a project that touches it.

    Raises: NotFound, NotAllowed.
    """
    asset = locked(session, actor.team_id, asset_id)
    if not actor.is_internal or not may_change(session, actor.user_id, asset):
        raise NotAllowed
    return asset


def locked(session: Session, team_id: str, asset_id: int) -> Asset:
    """The asset, and before it every project that it may write to: the lock order. Raises: NotFound."""
    for project_id in register.projects_of_asset(session, team_id, asset_id):
        projects.lock(session, project_id)
    asset = register.asset_for_update(session, team_id, asset_id)
    if asset is None:
        raise NotFound
    return asset


def drop_offer(session: Session, asset: Asset) -> None:
    """What was offered to somebody is not any more; the message that asked them says so."""
    if asset.offered_to is not None:
        messages.offer_over(session, asset)
        asset.offered_to, asset.offered_by, asset.offered_at = None, None, None


def check_owner(session: Session, *, actor: Actor, wanted: Wanted) -> None:
    """Changes nothing yet: what is refused must not be remembered.

    Raises: NotAColleague, SideUnknown, SideIsCorrectedByExecutives, OwnsOnThatSide, WrongSide.
    """
    try:
        colleague(session, actor.team_id, wanted.owner)
    except UserError as error:
        error.field = OWNER
        raise
    side = known_side(session, actor.team_id, wanted.owner)
    if wanted.side is not None and side is not None and wanted.side != side:
        if not may_correct(session, actor.team_id, actor.user_id, {side, wanted.side}):
            raise SideIsCorrectedByExecutives
        if names := _owned_on(session, actor.team_id, wanted.owner, side):
            raise OwnsOnThatSide(names)
    if (wanted.side or side) is None:
        raise SideUnknown(wanted.owner)
    if (wanted.side or side) != SIDE_OF[wanted.kind]:
        raise wrong_side(wanted.owner, wanted.kind)
    if wanted.stand_in is not None:
        _check_stand_in(session, actor.team_id, wanted.kind, wanted.stand_in)


def _remember_side(session: Session, asset: Asset, wanted: Wanted, actor: Actor, now: datetime) -> None:
    """What was said of the owner, from now on; a correction is in the log like any other change."""
    known = known_side(session, actor.team_id, wanted.owner)
    if wanted.side is None or wanted.side == known:
        return
    colleague(session, actor.team_id, wanted.owner).side = wanted.side
    facts = {"holder": wanted.owner, "works_in": wanted.side}
    _record(session, asset, "person.side", actor.user_id, now, before={"works_in": known}, after=facts)


def _owned_on(session: Session, team_id: str, user_id: str, side: Side) -> str:
    """Names of what somebody owns because they are of this side; not what a decision lends them."""
    owned = register.assets_of_person(session, team_id, user_id)
    return ", ".join(a.name for a in owned if SIDE_OF[Kind(a.kind)] == side and a.across_until is None)


def _check_side(session: Session, asset: Asset, user_id: str) -> None:
    kind = Kind(asset.kind)
    if known_side(session, asset.team_id, user_id) not in (None, SIDE_OF[kind]):
        raise wrong_side(user_id, kind)


def own_view(session: Session, *, actor: Actor, project_id: int) -> tuple[Dossier, Sequence[Asset]]:
    """What the project touches. Raises: NotFound."""
    found = dossier(session, actor=actor, project_id=project_id)
    if not actor.is_internal:
        raise NotForYou
    return found, register.assets_of_project(session, actor.team_id, project_id)


def name_of(session: Session, actor: Actor, user_id: str | None) -> str | None:
    """Of somebody who was mentioned: what owners are found by."""
    found = None if user_id is None else people.person(session, actor.team_id, user_id)
    return None if found is None else found.name


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
    entries = [
        Entry(a.pk, a.name, a.description, names.get(a.owner or "", ""), Kind(a.kind)) for a in found.values()
    ]
    matching = search(words, entries)
    ids = matching or nearest(words, entries)
    return [found[asset_id] for asset_id in ids], bool(matching)


def changed(session: Session, asset: Asset, *, by: str | None, now: datetime) -> None:
    """Every project that touches the asset shows the boundary as it is now; one that has ended, as it was."""
    session.flush()
    for project_id in register.projects_of_asset(session, asset.team_id, asset.pk):
        project = projects.project(session, asset.team_id, project_id)
        if project is None or State(project.state) not in LIVE:
            continue
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
    """To somebody of the right side: a decision that had it elsewhere has nothing left to hand back."""
    before, offered_by = asset.owner, asset.offered_by
    asset.owner, asset.needs_owner_since = to, None
    if asset.across_until is not None:
        asset.across_until, asset.returns_to = None, None
        timers.cancel(session, asset.team_id, f"{RETURNS}:{asset.pk}")
    if asset.offered_to != by:
        drop_offer(session, asset)
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
    asset = locked(session, actor.team_id, asset_id)
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


def _open_project(session: Session, actor: Actor, project_id: int) -> Dossier:
    """To add something to. Raises: NotFound, NotForYou, NotInThisState."""
    found = dossier(session, actor=actor, project_id=project_id, for_update=True)
    if not actor.is_internal:
        raise NotForYou
    if found.state not in LIVE:
        raise NotInThisState(found.project.key, found.state)
    return found
