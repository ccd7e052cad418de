"""What Slack must be made to show, one row each, in lanes: one lane per destination.

To post, insert a row; to change what was posted, raise its version. Source: architecture §4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Index, UniqueConstraint, case, func, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlmodel import Field, Session, SQLModel, col, exists, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from storage.people import Workspace
from storage.types import Json, UtcDateTime

OPEN = ("pending", "sending")
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_OPEN_SQL = text("status IN ('pending', 'sending')")


class Lane(SQLModel, table=True):
    """A destination: at most one send at a time goes there, by whoever holds the lease."""

    __tablename__ = "lanes"
    __table_args__ = (UniqueConstraint("team_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str = Field(foreign_key="workspaces.team_id")
    name: str  # "dm:U7" | "project:7"
    channel_id: str | None = None
    next_at: datetime = Field(sa_type=UtcDateTime)  # real time, as all moments of this table
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fence: int = 0  # grows with each claim: a worker that lost its lease cannot mark
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Delivery(SQLModel, table=True):
    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("team_id", "key"),
        Index("ix_deliveries_open", "lane_id", "id", sqlite_where=_OPEN_SQL, postgresql_where=_OPEN_SQL),
    )

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    key: str  # "charter:7:2:it"
    lane_id: int = Field(foreign_key="lanes.id")
    kind: str  # looked up in the workers' registry
    parent_id: int | None = Field(default=None, foreign_key="deliveries.id")  # its ts is needed first
    project_id: int | None = Field(default=None, foreign_key="projects.id")  # locked before the outcome is told
    subject: str | None = None  # what the kind's `on_outcome` needs to find its row
    content: dict[str, Any] = Field(sa_type=Json)
    version: int = 1
    delivered_version: int = 0
    sending_version: int | None = None
    status: str = "pending"  # pending | sending | delivered | parked | dropped
    first_sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # real time
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # real time
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    not_after: datetime | None = Field(default=None, sa_type=UtcDateTime)  # business time
    channel_id: str | None = None  # where it was delivered
    ts: str | None = None
    attempts: int = 0
    opaque: str = Field(default_factory=lambda: uuid4().hex)  # our mark in Slack's metadata, says nothing
    last_error: str | None = None

    @property
    def is_unsent(self) -> bool:
        return self.delivered_version == 0


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
    first_sent_at: datetime
    leased_until: datetime
    attempts: int
    failing_since: datetime | None


@dataclass(frozen=True)
class Wait:
    """Nothing can be claimed; look again at `until`, or when something was committed."""

    until: datetime | None


def enqueue(
    session: Session,
    *,
    team_id: str,
    lane: str,
    key: str,
    kind: str,
    content: dict[str, Any],
    parent: str | None = None,
    project_id: int | None = None,
    subject: str | None = None,
    not_after: datetime | None = None,
) -> None:
    """Adds a delivery. One of this key that exists already stays as it is: enqueuing twice is harmless.

    `parent` is the key of the message that this one hangs on: a reply, or a pin.
    """
    lane_id = _lane(session, team_id, lane)
    if _find(session, team_id, key) is not None:
        return
    parent_row = None if parent is None else _find(session, team_id, parent)
    session.add(
        Delivery(
            team_id=team_id,
            key=key,
            lane_id=lane_id,
            kind=kind,
            parent_id=None if parent_row is None else parent_row.id,
            project_id=project_id,
            subject=subject,
            content=content,
            not_after=not_after,
        )
    )
    session.flush()  # children find their parent, and the order of the ids is the order of the calls


def revise(session: Session, *, team_id: str, key: str, content: dict[str, Any]) -> None:
    """New content for a delivery: unsent, only this goes out; sent, the message is edited. Unknown keys: nothing.

    What was parked or dropped stays so.
    """
    session.flush()
    session.execute(
        update(Delivery)
        .where(col(Delivery.team_id) == team_id, col(Delivery.key) == key)
        .values(
            content=content,
            version=Delivery.version + 1,
            status=case((col(Delivery.status) == "delivered", "pending"), else_=Delivery.status),
        )
        .execution_options(synchronize_session=False)
    )


def drop(session: Session, *, team_id: str, key: str) -> None:
    """Withdraws a delivery that has not been sent; one that may have been sent stays."""
    session.flush()
    session.execute(
        update(Delivery)
        .where(
            col(Delivery.team_id) == team_id,
            col(Delivery.key) == key,
            col(Delivery.status) == "pending",
            col(Delivery.first_sent_at).is_(None),
        )
        .values(status="dropped")
        .execution_options(synchronize_session=False)
    )


def retry(session: Session, *, team_id: str, key: str) -> None:
    """Lets a parked delivery try again."""
    session.flush()
    session.execute(
        update(Delivery)
        .where(col(Delivery.team_id) == team_id, col(Delivery.key) == key, col(Delivery.status) == "parked")
        .values(status="pending", attempts=0)
        .execution_options(synchronize_session=False)
    )


def set_lane_channel(session: Session, *, team_id: str, lane: str, channel_id: str) -> None:
    """Where the lane's messages go from now on."""
    lane_id = _lane(session, team_id, lane)
    session.execute(update(Lane).where(col(Lane.id) == lane_id).values(channel_id=channel_id))


def claim(
    session: Session,
    *,
    now: datetime,
    lease: timedelta,
    pace: timedelta,
    settle: timedelta,
    business_now: datetime,
) -> Claim | Wait:
    """Leases the next lane that may send, and takes its head. `now` is the database's clock.

    The lane is locked first and its head read in a second statement, so that the head is seen as it is
    under the lock. An unsent post blocks what follows it, an edit does not.
    """
    lane = session.exec(_next_lane(now)).first()
    if lane is None:
        return Wait(_next_moment(session))
    rows = session.exec(_open_rows(lane)).all()
    settled_at: list[datetime] = []
    for row in rows:
        if row.not_after is not None and row.not_after < business_now and row.first_sent_at is None:
            row.status, row.last_error = "dropped", "not_after"
            continue
        if row.status == "sending" and row.sent_at is not None and now < row.sent_at + settle:
            settled_at.append(row.sent_at + settle)
            if row.is_unsent:
                break
            continue
        parent = None if row.parent_id is None else session.get_one(Delivery, row.parent_id)
        if parent is not None and parent.ts is None:
            return _wait_for(lane, row, parent, now)
        return _take(lane, row, parent, now=now, lease=lease, pace=pace)
    if settled_at:
        lane.next_at = min(settled_at)
    return Wait(now)


def _wait_for(lane: Lane, head: Delivery, parent: Delivery, now: datetime) -> Wait:
    """What hangs on a message that will never be, will never be either; else it is looked at again soon."""
    if parent.status in OPEN:
        lane.next_at = now + timedelta(seconds=1)
    else:
        head.status, head.last_error = "parked", "parent"
    return Wait(now)


def _take(
    lane: Lane,
    head: Delivery,
    parent: Delivery | None,
    *,
    now: datetime,
    lease: timedelta,
    pace: timedelta,
) -> Claim:
    uncertain = head.status == "sending"
    lane.fence += 1
    lane.leased_until, lane.next_at = now + lease, now + pace
    first_sent_at = head.first_sent_at or now
    head.status, head.sending_version, head.first_sent_at, head.sent_at = (
        "sending",
        head.version,
        first_sent_at,
        now,
    )
    return Claim(
        delivery_id=head.id or 0,
        lane_id=lane.id or 0,
        fence=lane.fence,
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
        leased_until=lane.leased_until,
        attempts=head.attempts,
        failing_since=lane.failing_since,
    )


def leased(session: Session, claimed: Claim) -> tuple[Lane, Delivery] | None:
    """The lane and the delivery, locked, if the claim's lease was not taken over by another worker."""
    statement = select(Lane).where(Lane.id == claimed.lane_id, Lane.fence == claimed.fence)
    lane = session.exec(statement.with_for_update()).first()
    if lane is None:
        return None
    statement_row = select(Delivery).where(Delivery.id == claimed.delivery_id)
    return lane, session.exec(statement_row.with_for_update()).one()


def parked(session: Session, team_id: str) -> Sequence[Delivery]:
    statement = select(Delivery).where(Delivery.team_id == team_id, Delivery.status == "parked")
    return session.exec(statement.order_by(col(Delivery.id))).all()


def blank_delivered(session: Session, *, before: datetime) -> None:
    """Forgets the content of what was delivered before that moment (real time)."""
    session.execute(
        update(Delivery)
        .where(col(Delivery.status) == "delivered", col(Delivery.delivered_at) < before)
        .values(content={}, delivered_at=None)
    )


def database_now(session: Session) -> datetime:
    """The clock that leases go by: the server's on PostgreSQL; a SQLite file is on this machine anyway."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = session.execute(select(func.clock_timestamp(type_=UtcDateTime()))).scalar_one()
    return now


def _lane(session: Session, team_id: str, name: str) -> int:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = select(Lane.id).where(Lane.team_id == team_id, Lane.name == name)
    lane_id = session.exec(statement).first()
    if lane_id is None:
        values = {"team_id": team_id, "name": name, "next_at": EARLIEST, "fence": 0}
        session.execute(insert(Lane).values(values).on_conflict_do_nothing())
        lane_id = session.exec(statement).one()
    return lane_id or 0


def _find(session: Session, team_id: str, key: str) -> Delivery | None:
    return session.exec(select(Delivery).where(Delivery.team_id == team_id, Delivery.key == key)).first()


def _has_open_delivery() -> ColumnElement[bool]:
    return exists().where(col(Delivery.lane_id) == col(Lane.id), col(Delivery.status).in_(OPEN))


def _sending_allowed(now: datetime) -> ColumnElement[bool]:
    paused = col(Workspace.sending_paused_until)
    return or_(paused.is_(None), paused <= now)


def _next_lane(now: datetime) -> SelectOfScalar[Lane]:
    lease = col(Lane.leased_until)
    return (
        select(Lane)
        .join(Workspace, col(Workspace.team_id) == col(Lane.team_id))
        .where(
            Lane.next_at <= now,
            or_(lease.is_(None), lease <= now),
            _sending_allowed(now),
            _has_open_delivery(),
        )
        .order_by(col(Lane.next_at))
        .limit(1)
        .with_for_update(of=Lane, skip_locked=True)
        .execution_options(populate_existing=True)
    )


def _next_moment(session: Session) -> datetime | None:
    """When the earliest lane with work may be claimed; None if there is no work."""
    free_at = _later(col(Lane.next_at), col(Lane.leased_until))
    moment = _later(free_at, col(Workspace.sending_paused_until))
    statement = (
        select(func.min(moment, type_=UtcDateTime()))
        .select_from(Lane)
        .join(Workspace, col(Workspace.team_id) == col(Lane.team_id))
        .where(_has_open_delivery())
    )
    return session.execute(statement).scalar()


def _later(moment: SQLCoreOperations[Any], other: SQLCoreOperations[Any]) -> ColumnElement[Any]:
    """Of two moments, the second of which may be NULL."""
    return case((other > moment, other), else_=moment)


def _open_rows(lane: Lane) -> SelectOfScalar[Delivery]:
    return (
        select(Delivery)
        .where(Delivery.lane_id == lane.id, col(Delivery.status).in_(OPEN))
        .order_by(col(Delivery.id))
        .limit(20)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
