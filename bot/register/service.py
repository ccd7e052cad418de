"""The boundary register: adding, linking and removing (product §5)."""

from datetime import datetime

from sqlmodel import Session

from bot.parsing.folding import fold_text
from bot.people.rules import Actor
from bot.people.service import require_internal
from bot.projects.policy import list_holders, require_editor
from bot.projects.rules import DECIDES, EDITORS, LIVE, TEAM, NotInThisState
from bot.projects.service import ProjectContext, load_context
from bot.register import notifications
from bot.register.asset_details import AssetOutcome, refuse_taken_name
from bot.register.changes import (
    NEEDS_OWNER,
    RETURNS,
    drop_offer,
    list_live_project_ids,
    record_asset_change,
    require_changeable_asset,
)
from bot.register.policy import (
    ask_side_of_stand_in,
    check_owner,
    check_stand_in,
    confirm_own_side,
    is_on_side,
    lock_for_own_side,
)
from bot.register.rules import (
    RULE,
    SIDE_OF,
    AlreadyThere,
    AssetKind,
    WantedAsset,
)
from bot.register.transfers import offer_asset, transfer_asset
from bot.runtime.domain_events import BoundaryChanged, publish_event
from bot.runtime.errors import NotAllowed, NotFound, Refusal
from bot.ui.mrkdwn import person_mention
from bot.ui.texts import Term
from storage import register, timers
from storage.register import Asset


def add_asset(session: Session, *, actor: Actor, project_id: int, wanted: WantedAsset, now: datetime) -> Asset:
    """A new asset, linked to the project, as `add_next_asset` has it; what shows the boundary follows.

    Raises: as `add_next_asset`.
    """
    asset = add_next_asset(session, actor=actor, project_id=project_id, wanted=wanted, now=now)
    publish_event(session, BoundaryChanged(asset.team_id, now, project_id))
    return asset


def add_next_asset(session: Session, *, actor: Actor, project_id: int, wanted: WantedAsset, now: datetime) -> Asset:
    """One of several: whoever adds them publishes once, after the last, that the boundary has changed.

    Its first owner has it at once, and is told; if it is not known on which side they work, it waits for their
    word, as an offer.

    Raises: as `require_open_project`, `check_owner` and `check_stand_in`; NotAllowed, AlreadyThere.
    """
    lock_for_own_side(session, actor=actor, named=(wanted.owner, wanted.stand_in), project_id=project_id)
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    require_open_project(found)
    existing = register.find_asset_by_name(session, actor.team_id, wanted.kind, fold_text(wanted.name))
    if not _may_decide(found, wanted.kind, actor, wanted.owner):
        if found.roles & EDITORS and existing is None:  # of the other side: they may ask for a decision
            check_owner(session, team_id=actor.team_id, kind=wanted.kind, owner=wanted.owner)
        raise _refuse_other_side(found, wanted.kind)
    if existing is not None:
        raise AlreadyThere(existing.pk, existing.name)
    check_owner(session, team_id=actor.team_id, kind=wanted.kind, owner=wanted.owner)
    check_stand_in(session, team_id=actor.team_id, kind=wanted.kind, stand_in=wanted.stand_in, owner=wanted.owner)
    if wanted.usage_rule and wanted.owner != actor.user_id:
        raise NotAllowed("error.only.asset_owner", may=[wanted.owner], project_id=project_id, field=RULE)
    if wanted.owner == actor.user_id:
        confirm_own_side(session, actor=actor, kind=wanted.kind, now=now)
    asset = _insert_asset(session, actor, wanted, now)
    register.insert_asset_link(session, asset, project_id, by=actor.user_id, now=now)
    if wanted.stand_in is not None:
        ask_side_of_stand_in(session, actor=actor, kind=wanted.kind, stand_in=wanted.stand_in, now=now)
    if is_on_side(session, team_id=actor.team_id, kind=wanted.kind, user_id=wanted.owner):
        asset.owner = wanted.owner
    record_asset_change(session, asset, "asset.added", actor.user_id, now, after={"owner": asset.owner})
    if asset.owner is None:
        offer_asset(session, asset, wanted.owner, by=actor.user_id, now=now)
    else:
        notifications.notify_first_owner(session, asset, by=actor.user_id, now=now)
    notifications.notify_of_stand_in(session, asset, by=actor.user_id, now=now)
    notifications.notify_channel_of_asset(session, asset, project_id, what="added", by=actor.user_id, now=now)
    session.flush()
    return asset


def link_asset(session: Session, *, actor: Actor, project_id: int, asset_id: int, now: datetime) -> Asset:
    """An asset that is in the register already; its owner stays, and is told.

    Raises: as `require_open_project`; NotAllowed.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    require_open_project(found)
    require_editor(found)
    asset = register.find_asset_for_update(session, actor.team_id, asset_id)
    if asset is None:
        raise NotFound
    if register.insert_asset_link(session, asset, project_id, by=actor.user_id, now=now):
        record_asset_change(
            session, asset, "asset.linked", actor.user_id, now, after={"owner": asset.owner}, only=project_id
        )
        publish_event(session, BoundaryChanged(asset.team_id, now, project_id))
        notifications.notify_channel_of_asset(session, asset, project_id, what="linked", by=actor.user_id, now=now)
        notifications.notify_of_asset_link(session, asset, project_id, was=False, by=actor.user_id, now=now)
    return asset


def unlink_asset(session: Session, *, actor: Actor, project_id: int, asset_id: int, now: datetime) -> Asset:
    """The project does not touch it any more; it stays in the register.

    Raises: as `require_open_project`; NotAllowed, Refusal.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    require_open_project(found)
    asset = register.find_asset_for_update(session, actor.team_id, asset_id)
    if asset is None or project_id not in register.list_project_ids_of_asset(session, actor.team_id, asset_id):
        raise NotFound
    if not may_unlink_asset(found, actor, asset):
        holders = list_holders(found, DECIDES[SIDE_OF[asset.kind]])
        may = [*([asset.owner] if asset.owner else []), *holders]
        raise NotAllowed("error.only.asset", may=may, project_id=project_id)
    if asset.owner is None and len(register.list_project_ids_of_asset(session, actor.team_id, asset_id)) == 1:
        raise Refusal("error.needs_owner_first", name=asset.name)
    record_asset_change(
        session, asset, "asset.unlinked", actor.user_id, now, after={"owner": asset.owner}, only=project_id
    )
    register.delete_asset_link(session, asset, project_id)
    publish_event(session, BoundaryChanged(asset.team_id, now, project_id))
    notifications.notify_channel_of_asset(session, asset, project_id, what="unlinked", by=actor.user_id, now=now)
    notifications.notify_of_asset_link(session, asset, project_id, was=True, by=actor.user_id, now=now)
    return asset


def may_unlink_asset(found: ProjectContext, actor: Actor, asset: Asset) -> bool:
    """As for adding it."""
    return found.state in LIVE and _may_decide(found, asset.kind, actor, asset.owner)


def remove_asset(session: Session, *, actor: Actor, asset_id: int, now: datetime) -> str:
    """Out of the register, which no live project needs it in: its name, as it was.

    Raises: as `require_changeable_asset`; Refusal.
    """
    asset = require_changeable_asset(session, actor=actor, asset_id=asset_id)
    if list_live_project_ids(session, asset):
        raise Refusal("error.still_touched", name=asset.name)
    if asset.across_until is not None and asset.owner is not None:
        raise Refusal("error.held_by_decision", owner=person_mention(asset.owner), until=asset.across_until)
    drop_offer(session, asset)
    notifications.withdraw_asset_notices(session, asset, notifications.NEEDS_OWNER)
    for timer in (NEEDS_OWNER, RETURNS):
        timers.cancel_timers(session, asset.team_id, f"{timer}:{asset.pk}")
    record_asset_change(session, asset, "asset.removed", actor.user_id, now, before={"owner": asset.owner})
    notifications.notify_about_asset(
        session, asset, {asset.owner} - {actor.user_id}, "removed", now=now, by=actor.user_id
    )
    register.delete_asset(session, asset)
    return asset.name


def _insert_asset(session: Session, actor: Actor, wanted: WantedAsset, now: datetime) -> Asset:
    """Raises: AlreadyThere, if somebody else has just added it: the database holds names unique."""
    asset = Asset(
        team_id=actor.team_id,
        kind=wanted.kind,
        name=wanted.name,
        folded=fold_text(wanted.name),
        description=wanted.description,
        link=wanted.link,
        has_personal_data=wanted.has_personal_data,
        rule=wanted.usage_rule,
        stand_in=wanted.stand_in,
        created_by=actor.user_id,
        created_at=now,
    )
    with refuse_taken_name(session, asset.team_id, asset.kind, asset.folded):
        session.add(asset)
        session.flush()
    return asset


def _may_decide(found: ProjectContext, kind: AssetKind, actor: Actor, owner: str | None) -> bool:
    """That side's lead and executive; anybody of the project for what they own, or will."""
    return bool(found.roles & DECIDES[SIDE_OF[kind]]) or (owner == actor.user_id and bool(found.roles & TEAM))


def _refuse_other_side(found: ProjectContext, kind: AssetKind) -> NotAllowed:
    """Returns the refusal to add what the other side keeps: it says what, as it may be one of several lines."""
    return NotAllowed(
        "error.only.side_adds.data" if kind is AssetKind.DATA else "error.only.side_adds.customers",
        may=list_holders(found, DECIDES[SIDE_OF[kind]]),
        project_id=found.project.pk,
        side=Term(f"side.of.{SIDE_OF[kind]}"),
    )


def is_open_project(found: ProjectContext) -> bool:
    """Whether the actor may try to add something to it; on whose side it is, they say then."""
    return found.actor.is_internal and found.state in LIVE and bool(found.roles & TEAM)


def require_open_project(found: ProjectContext) -> None:
    """To add something to, or take it out; asked before anything is said of what the register has.

    Raises: NotForYou, NotInThisState.
    """
    require_internal(found.actor)
    if found.state not in LIVE:
        raise NotInThisState(found.project)


def add_or_transfer_asset(
    session: Session, *, actor: Actor, project_id: int, wanted: WantedAsset, now: datetime
) -> tuple[Asset, AssetOutcome]:
    """Adds the asset to the project; one that the project touches already is given to the wanted owner.

    Returns it with what has become of it; `not_linked`: it is in the register, and no concern of the project yet.

    Raises: as `add_asset`, but for AlreadyThere; as `transfer_asset`.
    """
    existing = register.find_asset_by_name(session, actor.team_id, wanted.kind, fold_text(wanted.name))
    if existing is None:
        try:
            return add_asset(session, actor=actor, project_id=project_id, wanted=wanted, now=now), "given"
        except AlreadyThere as there:  # somebody was faster
            existing = register.find_asset(session, actor.team_id, there.asset_id)
            assert existing is not None
    if project_id not in register.list_project_ids_of_asset(session, actor.team_id, existing.pk):
        return existing, "not_linked"
    if wanted.owner == existing.owner:
        return existing, "unchanged"
    return transfer_asset(session, actor=actor, asset_id=existing.pk, to=wanted.owner, now=now), "given"
