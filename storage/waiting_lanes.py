"""Which lane sends next: of those that have something to send and may, found and locked.

Moments are real time, by the database's clock, unless a name says otherwise. Source: decision 0153.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlmodel import Session, col, exists, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.deliveries import OPEN_SQL, Delivery, Lane
from storage.statements import all_rows, first_row
from storage.types import UtcDateTime
from storage.workspaces import Workspace

MOST_SEEN = 64  # lanes that one look at all that waits is good for …
SEEN_FOR = timedelta(seconds=1)  # … and so long: whoever has something to say since then has a share, too


class SeenLanes:
    """Lanes that a worker has seen waiting, of which it may still claim.

    Whoever looks at all that waits for each message looks at the square of it: of 51,000 messages at one hour.
    """

    def __init__(self) -> None:
        self.lane_ids: list[int] = []
        self.good_until = datetime.min.replace(tzinfo=UTC)
        self.are_many = False  # the last look has found something: there may be more


def _has_open_delivery() -> ColumnElement[bool]:
    """What is open is listed, not what lanes there are."""
    return col(Lane.id).in_(select(Delivery.lane_id).where(OPEN_SQL))


def _may_send(now: datetime) -> ColumnElement[bool]:
    paused = col(Workspace.sending_paused_until)
    return or_(paused.is_(None), paused <= now)


def _open_or_to_be_looked_at(look_before: datetime) -> ColumnElement[bool]:
    """What others can read is looked at again once a day: the news of its end may have been lost."""
    return or_(col(Lane.is_closed).is_(False), col(Lane.looked_at) <= look_before)


def lock_next_lane(
    session: Session, now: datetime, look_before: datetime, crowded: Collection[str], seen: SeenLanes
) -> Lane | None:
    """The lane that has had its last turn longest ago, of equals the oldest.

    A worker that found nothing the last time finds and locks it in one statement; else it sees what waits, for
    several claims.
    """
    if now >= seen.good_until:
        seen.lane_ids = []
    lane = _lock_seen_lane(session, now, look_before, crowded, seen.lane_ids) if seen.lane_ids else None
    if lane is None and not seen.are_many:
        lane = _lock_first_lane(session, now, look_before, crowded)
    elif lane is None:
        seen.lane_ids = [each for each in _list_waiting_lanes(session, now, look_before) if each is not None]
        seen.good_until = now + SEEN_FOR
        lane = _lock_seen_lane(session, now, look_before, crowded, seen.lane_ids) if seen.lane_ids else None
    seen.are_many = lane is not None
    seen.lane_ids = [each for each in seen.lane_ids if lane is not None and each != lane.pk]
    return lane


def _may_be_claimed(now: datetime, look_before: datetime) -> tuple[ColumnElement[bool], ...]:
    """A lane, with its workspace, whether or not it has anything to send."""
    lease = col(Lane.leased_until)
    is_free = or_(lease.is_(None), lease <= now)
    return (col(Lane.next_at) <= now, is_free, _may_send(now), _open_or_to_be_looked_at(look_before))


def _select_next_lane(now: datetime, look_before: datetime, crowded: Collection[str]) -> SelectOfScalar[Lane]:
    return (
        select(Lane)
        .join(Workspace, col(Workspace.team_id) == col(Lane.team_id))
        .where(*_may_be_claimed(now, look_before))
        .order_by(case((col(Lane.team_id).in_(crowded), 1), else_=0), col(Lane.next_at), col(Lane.id))
        .limit(1)
        .with_for_update(of=Lane, key_share=True, skip_locked=True)
        .execution_options(populate_existing=True)
    )


@first_row
def _lock_first_lane(now: datetime, look_before: datetime, crowded: Collection[str]) -> SelectOfScalar[Lane]:
    return _select_next_lane(now, look_before, crowded).where(_has_open_delivery())


@first_row
def _lock_seen_lane(
    now: datetime, look_before: datetime, crowded: Collection[str], lane_ids: Collection[int]
) -> SelectOfScalar[Lane]:
    """What waits elsewhere is not looked at."""
    is_waiting = exists(select(Delivery.id).where(col(Delivery.lane_id) == col(Lane.id), OPEN_SQL))
    return _select_next_lane(now, look_before, crowded).where(col(Lane.id).in_(lane_ids), is_waiting)


@all_rows
def _list_waiting_lanes(now: datetime, look_before: datetime) -> SelectOfScalar[int | None]:
    """Of each workspace the first before the second of any: none waits behind all of another's."""
    turn = func.row_number().over(partition_by=col(Lane.team_id), order_by=(col(Lane.next_at), col(Lane.id)))
    return (
        select(col(Lane.id))
        .join(Workspace, col(Workspace.team_id) == col(Lane.team_id))
        .where(*_may_be_claimed(now, look_before), _has_open_delivery())
        .order_by(turn, col(Lane.next_at), col(Lane.id))
        .limit(MOST_SEEN)
    )


@first_row
def find_next_moment(look_before: datetime) -> SelectOfScalar[datetime | None]:
    """When the earliest lane with work may be claimed; None if there is no work."""
    free_at = _later_moment(col(Lane.next_at), col(Lane.leased_until))
    moment = _later_moment(free_at, col(Workspace.sending_paused_until))
    return (
        select(func.min(moment, type_=UtcDateTime()))
        .select_from(Lane)
        .join(Workspace, col(Workspace.team_id) == col(Lane.team_id))
        .where(_has_open_delivery(), _open_or_to_be_looked_at(look_before))
    )


def _later_moment(moment: SQLCoreOperations[Any], other: SQLCoreOperations[Any]) -> ColumnElement[Any]:
    """Of two moments, the second of which may be NULL."""
    return case((other > moment, other), else_=moment)
