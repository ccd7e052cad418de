"""What every change of the register does: lock, ask who may, log, and have it told (product §5, §14).

Among them: an asset is left without an owner, or comes back from across the boundary (§5.2, §5.4).
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.people.rules import Actor
from bot.people.service import NotAColleague, require_colleague, require_internal, work_calendar
from bot.projects.rules import LIVE
from bot.projects.sides import find_known_side
from bot.register import notifications, offer_messages
from bot.register.policy import may_change_asset, refuse_all_but_keepers
from bot.register.rules import SIDE_OF
from bot.runtime.domain_events import BoundaryChanged, publish_event
from bot.runtime.errors import NotFound
from bot.scheduling.workdays import after_working_days
from storage import audit, projects, register, timers
from storage.register import Asset
from storage.timers import Timer
from storage.workspaces import load_workspace

OFFER = "register.offer"  # timer kind: somebody has not said yet whether they take over
NEEDS_OWNER = "register.needs_owner"  # timer kind
RETURNS = "register.returns"  # timer kind: an asset that is across the boundary comes back
REMINDER_INTERVAL = timedelta(days=7)


def lock_asset(session: Session, team_id: str, asset_id: int) -> Asset:
    """The asset, and before it every project that it may write to: the lock order. Raises: NotFound."""
    for project_id in register.list_project_ids_of_asset(session, team_id, asset_id):
        projects.lock_project(session, project_id)
    asset = register.find_asset_for_update(session, team_id, asset_id)
    if asset is None:
        raise NotFound
    return asset


def lock_assets(session: Session, team_id: str, asset_ids: Collection[int]) -> list[Asset]:
    """The same of several, both by ascending id. Raises: NotFound, if one of them is not there."""
    linked = register.list_project_ids_by_asset(session, team_id, asset_ids)
    for project_id in sorted({each for ids in linked.values() for each in ids}):
        projects.lock_project(session, project_id)
    locked = [register.find_asset_for_update(session, team_id, each) for each in sorted({*asset_ids})]
    assets = [asset for asset in locked if asset is not None]
    if len(assets) != len(locked):
        raise NotFound
    return assets


def require_changeable_asset(session: Session, *, actor: Actor, asset_id: int) -> Asset:
    """The asset, locked, if the actor owns it, or leads or directs its side where that counts.

    Raises: NotFound, NotForYou, NotAllowed.
    """
    require_internal(actor)
    asset = lock_asset(session, actor.team_id, asset_id)
    if not may_change_asset(session, actor, asset):
        raise refuse_all_but_keepers(session, actor, asset)
    return asset


def announce_asset_change(
    session: Session, asset: Asset, what: str, *, by: str | None, now: datetime, before: str | None = None
) -> None:
    """Every project that touches the asset shows the boundary as it is now; one that has ended, as it was.

    `what` has happened, as the team reads it; `before`: its owner, or its name, until now.
    """
    session.flush()
    for project_id in list_live_project_ids(session, asset):
        publish_event(session, BoundaryChanged(asset.team_id, now, project_id))
        notifications.notify_channel_of_asset(session, asset, project_id, what=what, by=by, before=before, now=now)


def list_live_project_ids(session: Session, asset: Asset) -> list[int]:
    """Ids of those that touch it and have not ended."""
    ids = register.list_project_ids_of_asset(session, asset.team_id, asset.pk)
    found = [projects.find_project(session, asset.team_id, each) for each in ids]
    return [project.pk for project in found if project is not None and project.state in LIVE]


def record_asset_change(
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
    """In the log of every project that touches the asset, or `only` of this one."""
    linked = [only] if only is not None else register.list_project_ids_of_asset(session, asset.team_id, asset.pk)
    for project_id in linked or [None]:  # type: ignore[list-item]
        audit.record_audit_entry(
            session,
            team_id=asset.team_id,
            project_id=project_id,
            at=now,
            actor=actor,
            action=action,
            before=before,
            after={"name": asset.name, "kind": asset.kind, **(after or {})},
        )


def drop_offer(session: Session, asset: Asset) -> None:
    """What was offered to somebody is not any more; the message that asked them says so."""
    if asset.offered_to is not None:
        offer_messages.close_offer_message(session, asset, "offer_over")
        clear_offer(session, asset)


def clear_offer(session: Session, asset: Asset) -> None:
    """Accepted, declined or dropped: nobody is reminded of it."""
    notifications.withdraw_asset_notices(session, asset, notifications.OFFERED)
    timers.cancel_timers(session, asset.team_id, f"{OFFER}:{asset.pk}")
    asset.offered_to, asset.offered_by, asset.offered_at = None, None, None


def end_stand_in(session: Session, asset: Asset, *, by: str | None, now: datetime) -> None:
    """They cannot stand in any more: like every change, it is in the log."""
    if asset.stand_in is not None:
        before, after = {"stand_in": asset.stand_in}, {"stand_in": None}
        record_asset_change(session, asset, "asset.changed", by, now, before=before, after=after)
        asset.stand_in = None


def lose_owner(
    session: Session, asset: Asset, *, now: datetime, by: str | None = None, why: str | None = None
) -> None:
    """Its owner has left Slack, or `why` they cannot keep it: that side is told, and weekly until there is one."""
    left, asset.owner, asset.needs_owner_since = asset.owner, None, now
    record_asset_change(session, asset, "asset.needs_owner", by, now, before={"owner": left})
    session.flush()
    notifications.notify_of_missing_owner(session, asset, left=left, why=why, now=now)
    _arm_reminder(session, asset, now)
    announce_asset_change(session, asset, "needs_owner", by=by, now=now, before=left)


def mark_needing_owner(session: Session, asset: Asset, *, now: datetime) -> None:
    """Nobody has it, and nobody is asked any more: that side is told, as if its owner had left."""
    if asset.owner is not None or asset.needs_owner_since is not None:
        return
    asset.needs_owner_since = now
    session.flush()
    notifications.notify_of_missing_owner(session, asset, left=None, now=now)
    _arm_reminder(session, asset, now)


def remind_of_missing_owner(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind: weekly, until the asset has an owner."""
    asset = register.find_asset(session, timer.team_id, int(timer.subject))
    if asset is None or asset.owner is not None:
        return None
    notifications.notify_of_missing_owner(session, asset, left=None, now=now)
    return _next_reminder_time(session, timer.team_id, now)


def return_crossed_asset(session: Session, timer: Timer, now: datetime) -> None:
    """The function of the timer kind: on its end date the asset returns to the right side."""
    asset = register.find_asset_for_update(session, timer.team_id, int(timer.subject))
    if asset is not None and asset.across_until is not None:
        return_asset(session, asset, now=now)


def return_asset(session: Session, asset: Asset, *, now: datetime) -> None:
    """To whoever had it before, if they are still there: else it needs an owner."""
    drop_offer(session, asset)
    end_stand_in(session, asset, by=None, now=now)
    before, asset.owner = asset.owner, _find_former_owner(session, asset)
    asset.across_until, asset.returns_to = None, None
    asset.needs_owner_since = None if asset.owner is not None else now
    record_asset_change(
        session, asset, "asset.returned", None, now, before={"owner": before}, after={"owner": asset.owner}
    )
    session.flush()
    notifications.notify_of_return(session, asset, before=before, now=now)
    if asset.owner is None:
        notifications.notify_of_missing_owner(session, asset, left=None, now=now)
        _arm_reminder(session, asset, now)
    announce_asset_change(session, asset, "returned", by=None, now=now, before=before)


def _find_former_owner(session: Session, asset: Asset) -> str | None:
    if asset.returns_to is None:
        return None
    try:
        require_colleague(session, asset.team_id, asset.returns_to)
    except NotAColleague:
        return None
    side = find_known_side(session, asset.team_id, asset.returns_to)
    return asset.returns_to if side in (None, SIDE_OF[asset.kind]) else None


def _arm_reminder(session: Session, asset: Asset, now: datetime) -> None:
    timers.arm_timer(
        session,
        team_id=asset.team_id,
        key=f"{NEEDS_OWNER}:{asset.pk}",
        kind=NEEDS_OWNER,
        subject=str(asset.pk),
        due_at=_next_reminder_time(session, asset.team_id, now),
    )


def _next_reminder_time(session: Session, team_id: str, now: datetime) -> datetime:
    """At nine, a week on, or on the working day after."""
    zone = load_workspace(session, team_id).zone or "UTC"
    calendar = work_calendar(session, team_id, zone)
    return after_working_days(now + REMINDER_INTERVAL - timedelta(days=1), 1, zone=zone, calendar=calendar)
