"""Several assets of one owner handed to one person, by one request that is answered once (product §5.3)."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.people.rules import Actor
from bot.people.service import require_internal
from bot.register import offer_messages
from bot.register.changes import drop_offer, lock_assets
from bot.register.policy import (
    check_owner,
    check_still_on_side,
    confirm_own_side,
    lock_for_own_side,
    may_change_asset,
    refuse_all_but_keepers,
)
from bot.register.rules import HANDED_OVER, MOST_HANDED_OVER
from bot.register.transfers import change_owner, end_declined_offer, record_offer
from bot.runtime.errors import NotFound, Refusal
from bot.ui.mrkdwn import person_mention
from storage import register
from storage.register import Asset


def list_assets_to_hand_over(session: Session, *, actor: Actor, owner: str) -> list[Asset]:
    """What the owner has that the actor may give to somebody else: of the kind of which that is more, since nobody
    takes over both. What is across the boundary returns by itself.

    Raises: NotForYou; NotFound, if they own nothing; NotAllowed, if it is others who may; Refusal.
    """
    require_internal(actor)
    owned = register.list_assets_of_person(session, actor.team_id, owner)
    if not owned:
        raise NotFound
    held = [each for each in owned if each.across_until is None]
    if not held:
        raise Refusal("error.nothing_to_hand_over")
    mine = [each for each in held if may_change_asset(session, actor, each)]
    if not mine:
        raise refuse_all_but_keepers(session, actor, held[0])
    (kind, _), *_ = Counter(each.kind for each in mine).most_common()
    return [each for each in mine if each.kind == kind][:MOST_HANDED_OVER]


def offer_assets(
    session: Session, *, actor: Actor, asset_ids: Collection[int], to: str, now: datetime
) -> list[Asset]:
    """Asks somebody to take all of them over, as `transfer_asset` asks for one; to oneself at once.

    Returns those that were not theirs already. Raises: as `transfer_asset`; Refusal for none, and for both kinds.
    """
    require_internal(actor)
    lock_for_own_side(session, actor=actor, named=(to,), asset_ids=asset_ids)
    assets = lock_assets(session, actor.team_id, asset_ids)
    _check_all_may_go(session, actor, assets, to)
    wanted = [each for each in assets if each.owner != to]
    if to == actor.user_id:
        confirm_own_side(session, actor=actor, kind=assets[0].kind, now=now)
        for each in wanted:
            drop_offer(session, each)
            change_owner(session, each, to, by=actor.user_id, now=now)
        return wanted
    for each in wanted:
        drop_offer(session, each)
        record_offer(session, each, to, by=actor.user_id, now=now)
    if len(wanted) == 1:
        offer_messages.notify_of_offer(session, wanted[0], now=now)
    elif wanted:
        offer_messages.notify_of_offers(session, wanted, now=now)
    return wanted


def _check_all_may_go(session: Session, actor: Actor, assets: Sequence[Asset], to: str) -> None:
    """Raises: as `offer_assets`."""
    if not assets:
        raise Refusal("error.field.empty", field=HANDED_OVER)
    for each in assets:
        if not may_change_asset(session, actor, each):
            raise refuse_all_but_keepers(session, actor, each)
        if each.across_until is not None and each.owner is not None:
            owner = person_mention(each.owner)
            raise Refusal("error.held_by_decision", owner=owner, until=each.across_until)
    if len({each.kind for each in assets}) > 1:
        raise Refusal("error.two_kinds", field=HANDED_OVER)
    check_owner(session, team_id=actor.team_id, kind=assets[0].kind, owner=to)


def accept_offers(session: Session, *, actor: Actor, asset_id: int, now: datetime) -> list[Asset]:
    """All that was offered to the actor together with this one. Raises: as `accept_offer`."""
    together = _list_offered_to(session, actor, asset_id)
    check_still_on_side(session, team_id=actor.team_id, kind=together[0].kind, user_id=actor.user_id)
    confirm_own_side(session, actor=actor, kind=together[0].kind, now=now)  # locks them, too
    assets, asker = _lock_offered(session, actor, asset_id, together)
    _close_request(session, assets, "you_accepted")
    offer_messages.tell_asker_of_all(session, assets, by=actor.user_id, asker=asker, is_accepted=True)
    for each in assets:
        change_owner(session, each, actor.user_id, by=actor.user_id, now=now, tells_asker=False)
    return assets


def decline_offers(session: Session, *, actor: Actor, asset_id: int, now: datetime) -> list[Asset]:
    """Their owners stay. Raises: as `decline_offer`."""
    assets, asker = _lock_offered(session, actor, asset_id, _list_offered_to(session, actor, asset_id))
    _close_request(session, assets, "you_declined")
    offer_messages.tell_asker_of_all(session, assets, by=actor.user_id, asker=asker, is_accepted=False)
    for each in assets:
        end_declined_offer(session, each, by=actor.user_id, now=now, tells_asker=False)
    return assets


def _close_request(session: Session, assets: Sequence[Asset], ended: str) -> None:
    """Of a request for one, or of which one is left, the message may be that asset's own."""
    if len(assets) == 1:
        offer_messages.close_offer_message(session, assets[0], ended)
    else:
        offer_messages.end_shared_message(session, assets[0], f"{ended}_several")


def _list_offered_to(session: Session, actor: Actor, asset_id: int) -> Sequence[Asset]:
    """Raises: NotFound, NotForYou, Refusal."""
    require_internal(actor)
    asset = register.find_asset(session, actor.team_id, asset_id)
    if asset is None:
        raise NotFound
    if asset.offered_to != actor.user_id:
        raise Refusal("error.not_offered")
    return offer_messages.list_offered_together(session, asset)


def _lock_offered(session: Session, actor: Actor, asset_id: int, seen: Sequence[Asset]) -> tuple[list[Asset], str]:
    """Those of them that are still offered now that they are locked, and by whom. Raises: NotFound, Refusal."""
    locked = lock_assets(session, actor.team_id, [each.pk for each in seen])
    first = next((each for each in locked if each.pk == asset_id and each.offered_to == actor.user_id), None)
    if first is None or first.offered_by is None:
        raise Refusal("error.not_offered")
    request = (first.offered_by, first.offered_at)
    return [
        each
        for each in locked
        if each.offered_to == actor.user_id and (each.offered_by, each.offered_at) == request
    ], first.offered_by
