"""What whoever is offered an asset reads, until they have decided; and who is told of it (product §5)."""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.queue import OfNoProject
from bot.deliveries.digests.sending import rerender_sent_items
from bot.projects.sides import find_known_side
from bot.register import notice_views
from bot.register.notice_views import AssetNotice
from bot.register.notifications import IS_OFFERED, OFFERED, build_asset_view, notify_about_asset
from storage import notices
from storage.register import Asset


def notify_of_offer(session: Session, asset: Asset, *, now: datetime) -> None:
    """To whom it is offered decides; the owner, if somebody else offers it, is told."""
    to, by = asset.offered_to, asset.offered_by
    _send_offer(session, asset, now=now, is_again=False)
    notify_about_asset(session, asset, {asset.owner} - {None, by, to}, IS_OFFERED, now=now, to=to, by=by)


def remind_of_offer(session: Session, asset: Asset, *, now: datetime) -> None:
    """Unless they have not read of it yet."""
    unread = notices.list_audiences(
        session, asset.team_id, AssetNotice.kind, _offer_subject(asset), is_waiting=True
    )
    if not unread:
        _send_offer(session, asset, now=now, is_again=True)


def _send_offer(session: Session, asset: Asset, *, now: datetime, is_again: bool) -> None:
    to, by = asset.offered_to, asset.offered_by
    assert to is not None
    notify_about_asset(
        session,
        asset,
        {to},
        OFFERED,
        now=now,
        urgent=True,
        subject=_offer_subject(asset),
        by=by,
        to=to,
        asks_side=find_known_side(session, asset.team_id, to) is None,
        is_again=is_again,
    )


def notify_of_decline(session: Session, asset: Asset, *, by: str, now: datetime) -> None:
    close_offer_message(session, asset, "you_declined")
    asker = {asset.offered_by} - {by, None}
    post.to_people(
        session,
        OfNoProject(asset.team_id),
        asker,
        key=f"declined:{_offer_subject(asset)}",
        message=partial(notice_views.render_decline, asset=build_asset_view(asset), by=by),
    )
    notify_about_asset(session, asset, {asset.owner} - {by, *asker}, "declined", now=now, by=by)


def close_offer_message(session: Session, asset: Asset, ended: str) -> None:
    """Where it stands with *Accept* and *Decline* it says how it ended; what nobody has read never comes."""
    subject = _offer_subject(asset)
    notices.forget_waiting_notices(session, asset.team_id, AssetNotice.kind, subject)
    rerender_sent_items(session, team_id=asset.team_id, facts=AssetNotice, subject=subject, ended=ended)


def _offer_subject(asset: Asset) -> str:
    return f"{asset.pk}:{OFFERED}:{asset.offered_at.timestamp() if asset.offered_at else 0}"
