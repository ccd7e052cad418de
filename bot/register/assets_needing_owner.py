"""An asset is left without an owner, or comes back from across the boundary (product §5.2, §5.4)."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.people.service import NotAColleague, require_colleague, work_calendar
from bot.projects.sides import find_known_side
from bot.register import notifications
from bot.register.changes import announce_asset_change, drop_offer, end_stand_in, record_asset_change
from bot.register.rules import SIDE_OF
from bot.scheduling.workdays import after_working_days
from storage import people, register, timers
from storage.register import Asset
from storage.timers import Timer

NEEDS_OWNER = "register.needs_owner"  # timer kind
RETURNS = "register.returns"  # timer kind: an asset that is across the boundary comes back
REMINDER_INTERVAL = timedelta(days=7)


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
    zone = people.load_workspace(session, team_id).zone or "UTC"
    calendar = work_calendar(session, team_id, zone)
    return after_working_days(now + REMINDER_INTERVAL - timedelta(days=1), 1, zone=zone, calendar=calendar)
