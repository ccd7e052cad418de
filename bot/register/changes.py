"""What every change of the register does: lock, ask who may, log, and have it told (product §5, §14)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.people.rules import Actor
from bot.people.service import require_internal
from bot.projects.rules import LIVE
from bot.register import notifications, offer_notifications
from bot.register.policy import may_change_asset
from bot.runtime.domain_events import BoundaryChanged, publish_event
from bot.runtime.errors import NotAllowed, NotFound
from storage import audit, projects, register, timers
from storage.register import Asset

OFFER = "register.offer"  # timer kind: somebody has not said yet whether they take over


def lock_asset(session: Session, team_id: str, asset_id: int) -> Asset:
    """The asset, and before it every project that it may write to: the lock order. Raises: NotFound."""
    for project_id in register.list_project_ids_of_asset(session, team_id, asset_id):
        projects.lock_project(session, project_id)
    asset = register.find_asset_for_update(session, team_id, asset_id)
    if asset is None:
        raise NotFound
    return asset


def require_changeable_asset(session: Session, *, actor: Actor, asset_id: int) -> Asset:
    """The asset, locked, if the actor owns it, or leads or directs its side where that counts.

    Raises: NotFound, NotForYou, NotAllowed.
    """
    require_internal(actor)
    asset = lock_asset(session, actor.team_id, asset_id)
    if not may_change_asset(session, actor, asset):
        raise NotAllowed
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
        offer_notifications.close_dropped_offer(session, asset)
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
