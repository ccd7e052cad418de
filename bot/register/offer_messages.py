"""What whoever is offered an asset reads, until they have decided; and who is told of it (product §5)."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.queue import OfNoProject, notify_person, person_audience_name
from bot.deliveries.digests.sending import rerender_sent_items
from bot.projects.sides import find_known_side
from bot.register import notice_views
from bot.register.notice_views import AssetNotice, AssetsOffered
from bot.register.notifications import IS_OFFERED, OFFERED, build_asset_view, notify_about_asset
from storage import notices, register
from storage.notices import Notice
from storage.register import Asset


def notify_of_offer(session: Session, asset: Asset, *, now: datetime) -> None:
    """To whom it is offered decides; the owner, if somebody else offers it, is told."""
    to, by = asset.offered_to, asset.offered_by
    _send_offer(session, asset, now=now, is_again=False)
    notify_about_asset(session, asset, {asset.owner} - {None, by, to}, IS_OFFERED, now=now, to=to, by=by)


def notify_of_offers(session: Session, assets: Sequence[Asset], *, now: datetime) -> None:
    """The same of several that are offered together: one request, and one word to each of their owners."""
    to, by = assets[0].offered_to, assets[0].offered_by
    _send_offers(session, assets, now=now, is_again=False)
    for owner in sorted({asset.owner for asset in assets if asset.owner is not None} - {by, to}):
        _notify_of_offers(session, assets, owner, now=now, is_to_owner=True)


def remind_of_offer(session: Session, asset: Asset, *, now: datetime) -> None:
    """Unless they have not read of it yet. What is offered together is one request, and stays one."""
    together = list_offered_together(session, asset)
    if len(together) > 1:
        subject = _shared_subject(asset)
        unread = notices.list_audiences(session, asset.team_id, AssetsOffered.kind, subject, is_waiting=True)
        if person_audience_name(asset.offered_to or "") not in unread:
            _send_offers(session, together, now=now, is_again=True)
        return
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


def list_offered_together(session: Session, asset: Asset) -> Sequence[Asset]:
    """What is offered to the same person in the same request; the asset is among them."""
    if asset.offered_to is None or asset.offered_by is None or asset.offered_at is None:
        return [asset]
    return register.list_assets_offered_together(
        session, asset.team_id, asset.offered_to, asset.offered_by, asset.offered_at
    )


def _send_offers(session: Session, assets: Sequence[Asset], *, now: datetime, is_again: bool) -> None:
    to = assets[0].offered_to
    assert to is not None
    asks_side = find_known_side(session, assets[0].team_id, to) is None
    _notify_of_offers(session, assets, to, now=now, asks_side=asks_side, is_again=is_again)


def _notify_of_offers(
    session: Session, assets: Sequence[Asset], reader: str, *, now: datetime, **more: bool
) -> None:
    first = assets[0]
    assert first.offered_to is not None and first.offered_by is not None
    facts = AssetsOffered(
        assets=_name_assets(assets), asset_kind=first.kind, by=first.offered_by, to=first.offered_to, **more
    )
    notify_person(
        session,
        OfNoProject(first.team_id),
        reader,
        facts,
        now=now,
        subject=_shared_subject(first),
        is_urgent=not facts.is_to_owner,
    )


def load_assets_offered(session: Session, notice: Notice, facts: AssetsOffered) -> AssetsOffered | None:
    """Those that are still offered when its reader is told of it; None if none is."""
    for asset_id, _ in facts.assets:
        asset = register.find_asset(session, notice.team_id, asset_id)
        if asset is not None and _shared_subject(asset) == notice.subject:
            return facts.model_copy(update={"assets": _name_assets(list_offered_together(session, asset))})
    return None


def _name_assets(assets: Sequence[Asset]) -> tuple[tuple[int, str], ...]:
    return tuple((each.pk, each.name) for each in register.sort_by_name(assets))


def notify_of_decline(session: Session, asset: Asset, *, by: str, now: datetime, tells_asker: bool = True) -> None:
    asker = {asset.offered_by} - {by, None}
    post.to_people(
        session,
        OfNoProject(asset.team_id),
        asker if tells_asker else (),
        key=f"declined:{_offer_subject(asset)}",
        message=partial(notice_views.render_decline, asset=build_asset_view(asset), by=by),
    )
    notify_about_asset(session, asset, {asset.owner} - {by, *asker}, "declined", now=now, by=by)


def close_offer_message(session: Session, asset: Asset, ended: str) -> None:
    """Where it stands with *Accept* and *Decline* it says how it ended; what nobody has read never comes."""
    subject = _offer_subject(asset)
    notices.forget_waiting_notices(session, asset.team_id, AssetNotice.kind, subject)
    rerender_sent_items(session, team_id=asset.team_id, facts=AssetNotice, subject=subject, ended=ended)
    left = [each for each in list_offered_together(session, asset) if each.pk != asset.pk]
    if left:
        subject, names = _shared_subject(asset), _name_assets(left)
        rerender_sent_items(session, team_id=asset.team_id, facts=AssetsOffered, subject=subject, assets=names)
    else:
        end_shared_message(session, asset, f"{ended}_several")


def end_shared_message(session: Session, asset: Asset, ended: str) -> None:
    """Where it asks for several together, it says how that ended; what nobody has read never comes."""
    subject = _shared_subject(asset)
    notices.forget_waiting_notices(session, asset.team_id, AssetsOffered.kind, subject)
    rerender_sent_items(session, team_id=asset.team_id, facts=AssetsOffered, subject=subject, ended=ended)


def tell_asker_of_all(session: Session, assets: Sequence[Asset], *, by: str, asker: str, is_accepted: bool) -> None:
    """Whoever has offered them together has one answer at once."""
    first = assets[0]
    compose = partial(
        notice_views.render_shared_answer,
        names=[each.name for each in assets],
        by=by,
        is_accepted=is_accepted,
    )
    post.to_people(
        session, OfNoProject(first.team_id), {asker} - {by}, key=f"answer:{_shared_subject(first)}", message=compose
    )


def _shared_subject(asset: Asset) -> str:
    """Of all that are offered in the same request."""
    return f"{asset.offered_by}:{asset.offered_to}:{asset.offered_at.timestamp() if asset.offered_at else 0}"


def _offer_subject(asset: Asset) -> str:
    return f"{asset.pk}:{OFFERED}:{asset.offered_at.timestamp() if asset.offered_at else 0}"
