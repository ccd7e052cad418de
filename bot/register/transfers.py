"""From one owner to another, once the new one accepts; until then the old one stays (product §5.3)."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.people.rules import Actor
from bot.people.service import require_internal, work_calendar, zone_of_person
from bot.register import notifications, offer_messages
from bot.register.changes import (
    OFFER,
    RETURNS,
    announce_asset_change,
    clear_offer,
    drop_offer,
    end_stand_in,
    lock_asset,
    mark_needing_owner,
    record_asset_change,
    require_changeable_asset,
)
from bot.register.policy import (
    check_owner,
    check_still_on_side,
    confirm_own_side,
    is_on_side,
    lock_for_own_side,
    may_change_asset,
    may_propose_decision,
    refuse_all_but_keepers,
)
from bot.runtime.errors import NotFound, Refusal
from bot.scheduling.workdays import after_working_days
from bot.ui.mrkdwn import person_mention
from storage import register, timers
from storage.register import Asset
from storage.timers import Timer

REMINDED_AFTER = 2  # working days
OFFERED_FOR = timedelta(days=30)


def transfer_asset(session: Session, *, actor: Actor, asset_id: int, to: str, now: datetime) -> Asset:
    """Offers the asset to somebody: until they accept, the owner stays. To oneself at once, and without an owner to
    whoever is known to work on its side.

    Raises: NotFound, NotAllowed, Refusal; as `check_owner`, also for those of the other side
    who may only ask for a decision.
    """
    require_internal(actor)
    lock_for_own_side(session, actor=actor, named=(to,), asset_ids=[asset_id])
    asset = lock_asset(session, actor.team_id, asset_id)
    may = may_change_asset(session, actor, asset)
    if not (may or may_propose_decision(session, actor, asset)):
        raise refuse_all_but_keepers(session, actor, asset)
    if to == asset.owner:
        return asset
    kind = asset.kind
    check_owner(session, team_id=actor.team_id, kind=kind, owner=to)
    if not may:
        raise refuse_all_but_keepers(session, actor, asset)
    if asset.across_until is not None and asset.owner not in (None, actor.user_id):
        assert asset.owner is not None
        raise Refusal("error.held_by_decision", owner=person_mention(asset.owner), until=asset.across_until)
    if to == actor.user_id:
        confirm_own_side(session, actor=actor, kind=kind, now=now)
    is_known = is_on_side(session, team_id=actor.team_id, kind=kind, user_id=to)
    if to == actor.user_id or (asset.owner is None and is_known):
        if asset.offered_to == actor.user_id:
            offer_messages.close_offer_message(session, asset, "you_accepted")
        change_owner(session, asset, to, by=actor.user_id, now=now)
    elif to != asset.offered_to:
        drop_offer(session, asset)
        offer_asset(session, asset, to, by=actor.user_id, now=now)
    return asset


def accept_offer(session: Session, *, actor: Actor, asset_id: int, now: datetime) -> Asset:
    """Raises: NotFound, Refusal, NotForYou; WrongSide, if they have changed sides since."""
    require_internal(actor)
    if (
        shown := register.find_asset(session, actor.team_id, asset_id)
    ) is None or shown.offered_to != actor.user_id:
        raise NotFound() if shown is None else Refusal("error.not_offered")
    check_still_on_side(session, team_id=actor.team_id, kind=shown.kind, user_id=actor.user_id)
    confirm_own_side(session, actor=actor, kind=shown.kind, now=now)  # locks it, too
    asset = _require_offered_asset(session, actor, asset_id)
    offer_messages.close_offer_message(session, asset, "you_accepted")
    change_owner(session, asset, actor.user_id, by=actor.user_id, now=now)
    return asset


def decline_offer(session: Session, *, actor: Actor, asset_id: int, now: datetime) -> Asset:
    """The owner stays. Raises: NotFound, Refusal, NotForYou."""
    asset = _require_offered_asset(session, actor, asset_id)
    offer_messages.close_offer_message(session, asset, "you_declined")
    end_declined_offer(session, asset, by=actor.user_id, now=now)
    return asset


def end_declined_offer(session: Session, asset: Asset, *, by: str, now: datetime, tells_asker: bool = True) -> None:
    """`tells_asker`: as of `change_owner`."""
    offer_messages.notify_of_decline(session, asset, by=by, now=now, tells_asker=tells_asker)
    clear_offer(session, asset)
    record_asset_change(session, asset, "asset.declined", by, now, after={"owner": by})
    session.flush()
    mark_needing_owner(session, asset, now=now)


def take_back_offer(session: Session, *, actor: Actor, asset_id: int, now: datetime) -> Asset:
    """The owner stays. Raises: as `require_changeable_asset`; Refusal."""
    asset = require_changeable_asset(session, actor=actor, asset_id=asset_id)
    if asset.offered_to is None:
        raise Refusal("error.nothing_offered")
    give_up_offer(session, asset, "taken_back", by=actor.user_id, now=now)
    return asset


def give_up_offer(session: Session, asset: Asset, why: str, *, by: str | None, now: datetime) -> None:
    """Taken back, lapsed, or its reader has left: whoever made it and the owner are told."""
    to, readers = asset.offered_to, {asset.offered_by, asset.owner} - {by}
    drop_offer(session, asset)
    record_asset_change(session, asset, "asset.offer_over", by, now, after={"owner": to})
    session.flush()
    notifications.notify_about_asset(session, asset, readers, why, now=now, to=to, by=by)
    mark_needing_owner(session, asset, now=now)


def remind_of_or_lapse_offer(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind: a reminder, once; after thirty days it is not offered any more."""
    asset = register.find_asset_for_update(session, timer.team_id, int(timer.subject))
    if asset is None or asset.offered_to is None or asset.offered_at is None:
        return None
    lapses = asset.offered_at + OFFERED_FOR
    if now < lapses:
        offer_messages.remind_of_offer(session, asset, now=now)
        return lapses
    give_up_offer(session, asset, "lapsed", by=None, now=now)
    return None


def offer_asset(session: Session, asset: Asset, to: str, *, by: str, now: datetime) -> None:
    record_offer(session, asset, to, by=by, now=now)
    offer_messages.notify_of_offer(session, asset, now=now)


def record_offer(session: Session, asset: Asset, to: str, *, by: str, now: datetime) -> None:
    """Nobody is told of it yet; whoever it is offered to is reminded."""
    asset.offered_to, asset.offered_by, asset.offered_at = to, by, now
    record_asset_change(session, asset, "asset.offered", by, now, after={"owner": to})
    session.flush()
    zone = zone_of_person(session, asset.team_id, to)
    calendar = work_calendar(session, asset.team_id, zone)
    timers.arm_timer(
        session,
        team_id=asset.team_id,
        key=f"{OFFER}:{asset.pk}",
        kind=OFFER,
        subject=str(asset.pk),
        due_at=after_working_days(now, REMINDED_AFTER, zone=zone, calendar=calendar),
        project_id=next(iter(register.list_project_ids_of_asset(session, asset.team_id, asset.pk)), None),
    )


def change_owner(
    session: Session, asset: Asset, to: str, *, by: str, now: datetime, tells_asker: bool = True
) -> None:
    """To somebody of the right side: a decision that had it elsewhere has nothing left to hand back.

    `tells_asker`: otherwise whoever has offered it is told of several at once.
    """
    before, offered_by = asset.owner, asset.offered_by
    asset.owner, asset.needs_owner_since = to, None
    if asset.across_until is not None:
        asset.across_until, asset.returns_to = None, None
        timers.cancel_timers(session, asset.team_id, f"{RETURNS}:{asset.pk}")
    if asset.offered_to != by:
        drop_offer(session, asset)
    clear_offer(session, asset)
    if asset.stand_in == to:
        end_stand_in(session, asset, by=by, now=now)
    notifications.withdraw_asset_notices(session, asset, notifications.NEEDS_OWNER)
    record_asset_change(session, asset, "asset.owner", by, now, before={"owner": before}, after={"owner": to})
    session.flush()
    notifications.notify_of_handover(
        session, asset, before=before, by=by, offered_by=offered_by, now=now, tells_asker=tells_asker
    )
    announce_asset_change(session, asset, "owner", by=by, now=now, before=before)


def _require_offered_asset(session: Session, actor: Actor, asset_id: int) -> Asset:
    require_internal(actor)
    asset = lock_asset(session, actor.team_id, asset_id)
    if asset.offered_to != actor.user_id:
        raise Refusal("error.not_offered")
    return asset
