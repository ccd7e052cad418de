"""Who is told of a change in the register."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.kit import Message
from bot.notices import notify_person, notify_project
from bot.people.service import direct_message, texts_of
from bot.register import views
from bot.register.keepers import responsible
from bot.texts import Texts
from storage import deliveries, notices, projects
from storage.register import Asset

CHANGED, TOLD = "register.changed", "register.told"  # notice kinds: a project's channel, a person
NEEDS_OWNER, OFFERED = "needs_owner", "offered"  # what is told that may have to be withdrawn


def seen(asset: Asset) -> views.Seen:
    return views.Seen(
        asset.pk,
        asset.kind,
        asset.name,
        asset.owner,
        asset.stand_in,
        asset.description,
        asset.across_until,
        asset.offered_to,
    )


def given(session: Session, asset: Asset, *, by: str, now: datetime) -> None:
    """The first owner is told by whom, unless it was themselves."""
    assert asset.owner is not None
    _send(session, asset, {asset.owner} - {by}, f"given:{asset.pk}", lambda t: views.given(t, seen(asset), by=by))


def offered(session: Session, asset: Asset, *, now: datetime) -> None:
    """To whom it is offered decides; the owner, if somebody else offers it, is told."""
    to, by = asset.offered_to, asset.offered_by
    assert to is not None
    assert by is not None
    _send(session, asset, [to], _offer_key(asset), lambda t: views.offered(t, seen(asset), by=by))
    owner = {asset.owner} - {None, by, to}
    _send(
        session,
        asset,
        owner,
        f"{_offer_key(asset)}:owner",
        lambda t: views.is_offered(t, seen(asset), to=to, by=by),
    )


def remind_of_offer(session: Session, asset: Asset, *, now: datetime) -> None:
    """It waits for an answer, so it comes whatever was sent that week."""
    tell(session, asset, {asset.offered_to}, OFFERED, now=now, urgent=True, by=asset.offered_by)


def declined(session: Session, asset: Asset, *, by: str, now: datetime) -> None:
    _close_offer(session, asset, by, lambda t: views.you_declined(t, seen(asset)))
    readers = {asset.offered_by, asset.owner} - {by, None}
    _send(session, asset, readers, f"declined:{_offer_key(asset)}", lambda t: views.declined(t, seen(asset), by=by))


def accepted(session: Session, asset: Asset, *, by: str) -> None:
    """The message with the offer has no buttons any more."""
    _close_offer(session, asset, by, lambda t: views.you_accepted(t, seen(asset)))


def offer_over(session: Session, asset: Asset) -> None:
    """It was offered to somebody, and is not any more: their buttons go."""
    assert asset.offered_to is not None
    _close_offer(session, asset, asset.offered_to, lambda t: views.offer_over(t, seen(asset)))


def handed_over(
    session: Session, asset: Asset, *, before: str | None, by: str | None, offered_by: str | None, now: datetime
) -> None:
    to = asset.owner
    assert to is not None
    readers = {before, offered_by, to} - {None, by}
    key = f"owner:{asset.pk}:{now.timestamp()}"
    _send(session, asset, readers, key, lambda t: views.handed_over(t, seen(asset), before=before))


def needs_owner(session: Session, asset: Asset, *, left: str | None, now: datetime) -> None:
    """That side's lead and executive, all that they have to name in one message.

    Those of every project that touches it; else the workspace's default executive.
    """
    forget(session, asset, NEEDS_OWNER)
    tell(session, asset, responsible(session, asset), NEEDS_OWNER, now=now, urgent=True, left=left)


def returned(session: Session, asset: Asset, *, before: str | None, now: datetime) -> None:
    readers = {before, asset.owner, *responsible(session, asset)}
    tell(session, asset, readers, "returned", now=now)


def tell(
    session: Session,
    asset: Asset,
    readers: Iterable[str | None],
    what: str,
    *,
    now: datetime,
    urgent: bool = False,
    **more: Any,
) -> None:
    """With the next routine message of each. It is of the workspace, so no paused project silences it."""
    facts = {"what": what, "asset": asset.pk, "name": asset.name, "kind": asset.kind, "owner": asset.owner, **more}
    for reader in sorted({each for each in readers if each is not None}):
        notify_person(
            session,
            team_id=asset.team_id,
            user_id=reader,
            kind=TOLD,
            facts=facts,
            project_id=None,
            now=now,
            subject=f"{asset.pk}:{what}",
            is_urgent=urgent,
        )


def forget(session: Session, asset: Asset, what: str) -> None:
    """What waits to be told of it, and is no longer so."""
    notices.withdraw(session, asset.team_id, TOLD, f"{asset.pk}:{what}")


def notify_channel(
    session: Session,
    asset: Asset,
    project_id: int,
    *,
    what: str,
    by: str | None,
    now: datetime,
    before: str | None = None,
) -> None:
    """The team reads it with the next routine message of an active project."""
    project = projects.project(session, asset.team_id, project_id)
    assert project is not None
    if project.channel_id is None:
        return
    facts = {
        "what": what,
        "name": asset.name,
        "kind": asset.kind,
        "owner": asset.owner,
        "by": by,
        "before": before,
        "until": None if asset.across_until is None else asset.across_until.isoformat(),
    }
    notify_project(session, team_id=asset.team_id, project_id=project_id, kind=CHANGED, facts=facts, now=now)


def _close_offer(session: Session, asset: Asset, reader: str, message: Callable[[Texts], Message]) -> None:
    """The message with *Accept* and *Decline* says how it ended."""
    t = texts_of(session, asset.team_id, reader)
    key = f"{_offer_key(asset)}:{reader}"
    deliveries.revise(session, team_id=asset.team_id, key=key, content=message(t).content())


def _offer_key(asset: Asset) -> str:
    return f"offer:{asset.pk}:{asset.offered_at.timestamp() if asset.offered_at else 0}"


def _send(
    session: Session, asset: Asset, readers: Iterable[str | None], key: str, message: Callable[[Texts], Message]
) -> None:
    for reader in sorted({each for each in readers if each is not None}):
        direct_message(
            session,
            team_id=asset.team_id,
            user_id=reader,
            key=f"{key}:{reader}",
            message=message(texts_of(session, asset.team_id, reader)),
        )
