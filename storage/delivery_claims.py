"""The workers' side of the deliveries: leasing a lane, taking its head, and finding both again to mark them.

Source: architecture §4. Moments are real time, by the database's clock, unless a name says otherwise.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, literal
from sqlmodel import Session, col, exists, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from storage.deliveries import DROPPED, OPEN, OPEN_SQL, PARKED, SENDING, WITHOUT_PARENT, Delivery, Lane
from storage.statements import all_rows, first_row, result_of, update_row_of
from storage.types import UtcDateTime
from storage.waiting_lanes import SeenLanes, find_next_moment, lock_next_lane

LOOK_EVERY = timedelta(days=1)
MOST_LOOKED_AT = 20  # of a lane whose first delivery cannot be sent now


@dataclass(frozen=True)
class Claim:
    """One delivery, leased: everything a worker needs to send it without the database."""

    delivery_id: int
    lane_id: int
    fence: int
    team_id: str
    key: str
    kind: str
    project_id: int | None
    subject: str | None
    lane: str
    channel_id: str | None  # of the message if it is posted already, else of the lane
    content: dict[str, Any]
    version: int
    opaque: str
    ts: str | None  # None: not posted yet, as far as we know
    parent_ts: str | None
    uncertain: bool  # an earlier send may have arrived
    first_sent_at: datetime  # business time, as the moments that Slack gives its messages
    leased_until: datetime
    attempts: int
    failing_since: datetime | None
    looked_at: datetime | None  # when the channel was last looked at, by business time; None: never
    is_closed: bool  # others were seen to read the lane's channel
    is_public: bool | None  # everybody internal was seen to read the lane's channel; None: not looked at yet
    is_of_lane: bool  # it goes to the lane's channel, not to one in which it was posted before
    last_error: str  # of the try before


@dataclass(frozen=True)
class Wait:
    """Nothing can be claimed; look again at `until`, or when something was committed."""

    until: datetime | None


@first_row
def _find_open_delivery() -> SelectOfScalar[int]:
    """In the very words of the partial index, so that SQLite uses it."""
    return select(literal(1)).where(exists(select(Delivery.id).where(OPEN_SQL)))


def has_open_delivery(session: Session) -> bool:
    """Whether anything waits to be sent: most looks find nothing, so they are cheap."""
    return _find_open_delivery(session) is not None


def claim_delivery(
    session: Session,
    *,
    now: datetime,
    lease: timedelta,
    pace: timedelta,
    settle: timedelta,
    business_now: datetime,
    crowded: Collection[str] = (),
    seen: SeenLanes | None = None,
) -> Claim | Wait:
    """Leases the next lane that may send, and takes its head. `now` is the database's clock.

    Lanes of workspaces that are `crowded` come last: they send enough already. What is `seen` is kept between the
    claims of one worker: it is claimed first, and seen anew when nothing of it is left.
    The lane is locked first, so that others may still enqueue, and its head read in a second statement,
    so that the head is seen as it is under the lock. An unsent post blocks what follows it, an edit does not.
    """
    look_before = business_now - LOOK_EVERY
    lane = lock_next_lane(session, now, look_before, crowded, seen or SeenLanes())
    if lane is None:
        return Wait(find_next_moment(session, look_before))
    settled_at: list[datetime] = []
    for row in _lock_open_deliveries(session, lane.pk):
        if row.not_after is not None and row.not_after < business_now and row.first_sent_at is None:
            row.status, row.last_error = DROPPED, "not_after"
            continue
        if row.status == SENDING and row.sent_at is not None and now < row.sent_at + settle:
            settled_at.append(row.sent_at + settle)
            if row.is_unsent:
                break
            continue
        parent = None if row.parent_id is None else session.get_one(Delivery, row.parent_id)
        if parent is not None and parent.ts is None:
            return _wait_for_parent(lane, row, parent, now)
        return _take_delivery(
            session, lane, row, parent, now=now, lease=lease, pace=pace, business_now=business_now
        )
    if settled_at:
        lane.next_at = min(settled_at)
    return Wait(now)


def _wait_for_parent(lane: Lane, head: Delivery, parent: Delivery, now: datetime) -> Wait:
    """What hangs on a message that will never be, will never be either; else it is looked at again soon."""
    if parent.status in OPEN:
        lane.next_at = now + timedelta(seconds=1)
    else:
        head.status, head.last_error = PARKED, WITHOUT_PARENT
    return Wait(now)


_lease_lane = update_row_of(Lane, "fence", "leased_until", "next_at")
_take_head = update_row_of(Delivery, "status", "first_sent_at", "sent_at")


def _take_delivery(
    session: Session,
    lane: Lane,
    head: Delivery,
    parent: Delivery | None,
    *,
    now: datetime,
    lease: timedelta,
    pace: timedelta,
    business_now: datetime,
) -> Claim:
    uncertain = head.status == SENDING
    is_of_lane = head.channel_id is None or head.channel_id == lane.channel_id
    fence, leased_until = lane.fence + 1, now + lease
    first_sent_at = head.first_sent_at or business_now
    _lease_lane(session, lane.pk, fence=fence, leased_until=leased_until, next_at=now + pace)
    _take_head(session, head.pk, status=SENDING, first_sent_at=first_sent_at, sent_at=now)
    return Claim(
        delivery_id=head.pk,
        lane_id=lane.pk,
        fence=fence,
        team_id=head.team_id,
        key=head.key,
        kind=head.kind,
        project_id=head.project_id,
        subject=head.subject,
        lane=lane.name,
        channel_id=head.channel_id or lane.channel_id,
        content=head.content,
        version=head.version,
        opaque=head.opaque,
        ts=head.ts,
        parent_ts=None if parent is None else parent.ts,
        uncertain=uncertain,
        first_sent_at=first_sent_at,
        leased_until=leased_until,
        attempts=head.attempts,
        failing_since=lane.failing_since,
        looked_at=lane.looked_at if is_of_lane else None,
        is_closed=lane.is_closed,
        is_public=lane.is_public,
        last_error=head.error_code,
        is_of_lane=is_of_lane,
    )


@first_row
def _lock_leased(lane_id: int, fence: int, delivery_id: int) -> Select[Lane, Delivery]:
    """PostgreSQL locks them in the order in which they are named here, and sees each as it is under its lock."""
    statement = select(Lane, Delivery).join(Delivery, col(Delivery.lane_id) == col(Lane.id))
    return statement.where(Lane.id == lane_id, Lane.fence == fence, Delivery.id == delivery_id).with_for_update(
        key_share=True
    )


def lock_lease(session: Session, claimed: Claim) -> tuple[Lane, Delivery] | None:
    """The lane and the delivery, locked, if the claim's lease was not taken over by another worker."""
    return _lock_leased(session, claimed.lane_id, claimed.fence, claimed.delivery_id)


@result_of
def _read_clock() -> SelectOfScalar[datetime]:
    return select(func.clock_timestamp(type_=UtcDateTime()))


def database_now(session: Session) -> datetime:
    """The clock that leases go by: the server's on PostgreSQL; a SQLite file is on this machine anyway."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    return _read_clock(session).one()


@all_rows
def _lock_open_deliveries_after(lane_id: int, delivery_id: int, most: int) -> SelectOfScalar[Delivery]:
    return (
        select(Delivery)
        .where(Delivery.lane_id == lane_id, OPEN_SQL, col(Delivery.id) > delivery_id)
        .order_by(col(Delivery.id))
        .limit(most)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _lock_open_deliveries(session: Session, lane_id: int) -> Iterator[Delivery]:
    """The lane's first, in their order; nearly always the very first can be sent."""
    first = _lock_open_deliveries_after(session, lane_id, 0, 1)
    yield from first
    for row in first:
        yield from _lock_open_deliveries_after(session, lane_id, row.pk, MOST_LOOKED_AT)
