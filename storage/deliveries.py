"""What Slack must be made to show, one row each, in lanes: one lane per destination.

To post, insert a row; to change what was posted, raise its version. Source: architecture §4.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import ColumnElement, Index, String, TextClause, UniqueConstraint, func, text, type_coerce
from sqlmodel import Field, Session, col, delete, or_, select, update
from sqlmodel.sql.expression import Select, SelectOfScalar

from storage.postponed import list_postponed, postpone_write
from storage.queries import FINDS_STORED
from storage.statements import all_rows, first_row, insert_rows_into, result_of
from storage.types import Json, NumberedRow, UtcDateTime, build_enum_type, build_sparse_index

GAVE_UP = "gave_up:"  # begins the error of what was parked for no fault of its own
FAULT = "fault:"  # begins the error of what was parked by our own fault
WITHOUT_PARENT = "parent"  # the error of what hangs on a message that Slack does not show
SIMPLIFIED = "simplified:"  # begins the error of what Slack shows in a simpler form
_LANES = "lanes"  # in `session.info`: the ids of those that this transaction knows, by workspace and name
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
# In the very words of the partial indexes, so that SQLite uses them.
OPEN_SQL = text("status IN ('pending', 'sending')")
PARKED_SQL = text("status = 'parked'")


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    SENDING = "sending"  # also what may have been sent: it is looked for first
    DELIVERED = "delivered"
    PARKED = "parked"  # refused, or given up
    DROPPED = "dropped"  # not true any more


PENDING, SENDING, DELIVERED, PARKED, DROPPED = DeliveryStatus
OPEN = (PENDING, SENDING)


class Lane(NumberedRow, table=True):
    """A destination: at most one send at a time goes there, by whoever holds the lease."""

    __tablename__ = "lanes"
    __table_args__ = (UniqueConstraint("team_id", "name"),)

    team_id: str = Field(foreign_key="workspaces.team_id")
    name: str  # "dm:U7" | "group:U7,U8" | "project:7"
    channel_id: str | None = None
    next_at: datetime = Field(sa_type=UtcDateTime)  # real time, as all moments of this table
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fence: int = 0  # grows with each claim: a worker that lost its lease cannot mark
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    looked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # at its channel; business time
    is_closed: bool = False  # others read it
    is_public: bool | None = None  # everybody internal can read its channel; None: not looked at yet


_REVISED: Final = "revised_deliveries"  # in a session's `info`

KEEP_DELIVERED = timedelta(days=7)
"""So long the content of what was delivered is kept, and what was refused may be tried again."""


class Delivery(NumberedRow, table=True):
    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("team_id", "key"),
        Index("ix_deliveries_kind", "kind", "lane_id"),  # the lane second: not for what is open of a lane
        Index("ix_deliveries_open", "lane_id", "id", sqlite_where=OPEN_SQL, postgresql_where=OPEN_SQL),
        Index("ix_deliveries_parked", "team_id", sqlite_where=PARKED_SQL, postgresql_where=PARKED_SQL),
        build_sparse_index("deliveries", "parent_id"),
        build_sparse_index("deliveries", "project_id"),
    )

    team_id: str
    key: str  # "request:7:it:U7"
    lane_id: int = Field(foreign_key="lanes.id")
    kind: str  # how it is sent, and what reacts to the outcome: a `DeliveryKind`, by this name
    parent_id: int | None = Field(default=None, foreign_key="deliveries.id")  # its ts is needed first
    project_id: int | None = Field(default=None, foreign_key="projects.id")  # locked before the outcome is told
    subject: str | None = None  # by which the kind's reaction to an outcome finds its row
    content: dict[str, Any] = Field(sa_type=Json)  # forgotten some days after it was delivered
    fingerprint: str  # of the content, which it outlives: what says the same is not told to Slack again
    version: int = 1
    delivered_version: int = 0
    status: DeliveryStatus = Field(default=PENDING, sa_type=build_enum_type(DeliveryStatus, "known_status"))
    first_sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # business time, as Slack's
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

    @property
    def error_code(self) -> str:
        """Slack's code, or one of ours, with what is said of it besides."""
        return (self.last_error or "").removeprefix(FAULT)


@dataclass(frozen=True)
class NewDelivery:
    """One delivery that is to be enqueued; as its columns, with the name of its lane."""

    lane: str
    key: str
    kind: str
    content: dict[str, Any]
    parent_id: int | None = None
    project_id: int | None = None
    subject: str | None = None
    not_after: datetime | None = None


@insert_rows_into(Delivery)
def _insert_deliveries(insert: Any) -> Any:
    return insert.on_conflict_do_nothing()


def make_fingerprint(content: Mapping[str, Any]) -> str:
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def enqueue_delivery(
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
    parent_row = None if parent is None else _find_delivery(session, team_id, parent)
    parent_id = None if parent_row is None else parent_row.id
    new = NewDelivery(lane, key, kind, content, parent_id, project_id, subject, not_after)
    enqueue_deliveries(session, team_id, [new])


def enqueue_deliveries(session: Session, team_id: str, new: Iterable[NewDelivery]) -> None:
    """`enqueue_delivery` of several, in their order. All that a transaction enqueues is written together."""
    for each in new:
        postpone_write(session, Delivery.__tablename__, _write_new_deliveries, (team_id, each))


def _write_new_deliveries(session: Session, new: Sequence[tuple[str, NewDelivery]]) -> None:
    lanes = {
        team_id: ensure_lanes(session, team_id, [each.lane for its_team, each in new if its_team == team_id])
        for team_id in sorted({team_id for team_id, _ in new})
    }
    _insert_deliveries(
        session,
        [
            {
                "team_id": team_id,
                "key": each.key,
                "lane_id": lanes[team_id][each.lane],
                "kind": each.kind,
                "parent_id": each.parent_id,
                "project_id": each.project_id,
                "subject": each.subject,
                "content": each.content,
                "fingerprint": make_fingerprint(each.content),
                "not_after": each.not_after,
            }
            for team_id, each in new
        ],
    )


def revise_delivery(session: Session, *, team_id: str, key: str, content: dict[str, Any]) -> None:
    """New content for a delivery: unsent, only this goes out; sent, the message is edited. Unknown keys, and the
    content that it has: nothing.

    What was dropped, or parked because Slack refused to post it, stays so; what was given up in bad times, an edit
    that was refused, and what we have failed to write, tries again.
    """
    revise_deliveries(session, team_id=team_id, contents={key: content})


@all_rows
def _lock_deliveries(team_id: str, keys: Collection[str]) -> SelectOfScalar[Delivery]:
    statement = select(Delivery).where(Delivery.team_id == team_id, col(Delivery.key).in_(keys))
    locked = statement.order_by(col(Delivery.id)).with_for_update(key_share=True)
    return locked.execution_options(populate_existing=True)


def revise_deliveries(session: Session, *, team_id: str, contents: Mapping[str, dict[str, Any]]) -> set[str]:
    """`revise_delivery` of several, by their keys. Returns those of the keys of which there is a delivery."""
    rows = _lock_deliveries(session, team_id, contents.keys())
    for row in rows:
        fingerprint = make_fingerprint(contents[row.key])
        if row.fingerprint != fingerprint:
            _revise_row(row, contents[row.key], fingerprint)
            session.info.setdefault(_REVISED, []).append(row)
    return {row.key for row in rows}


def find_revised_content(session: Session, channel_id: str, ts: str) -> dict[str, Any] | None:
    """Finds what the message there is to say from now on; None, unless this session has revised it."""
    revised: list[Delivery] = session.info.get(_REVISED, [])
    found = (row.content for row in reversed(revised) if (row.channel_id, row.ts) == (channel_id, ts))
    return next(found, None)


def _revise_row(row: Delivery, content: dict[str, Any], fingerprint: str) -> None:
    may_go_out = not row.is_unsent or (row.last_error or "").startswith((GAVE_UP, FAULT))
    row.content, row.fingerprint, row.version, row.attempts = content, fingerprint, row.version + 1, 0
    if row.status == DELIVERED or (row.status == PARKED and may_go_out):
        row.status = SENDING if row.is_unsent else PENDING  # looked for first: it may have arrived


@all_rows
def _list_stored_keys(team_id: str, keys: Collection[str]) -> SelectOfScalar[str]:
    statement = select(Delivery.key).where(Delivery.team_id == team_id, col(Delivery.key).in_(keys))
    return statement.execution_options(**FINDS_STORED)


def list_posted_keys(session: Session, team_id: str, keys: Collection[str]) -> set[str]:
    """Those of the keys of which there is a delivery."""
    waiting = {
        each.key for its_team, each in list_postponed(session, Delivery.__tablename__) if its_team == team_id
    }
    found = waiting & {*keys}
    unsure = sorted({*keys} - found)
    return found | {*_list_stored_keys(session, team_id, unsure)} if unsure else found


@first_row
def _find_delivery_id(team_id: str, key: str) -> SelectOfScalar[int | None]:
    return select(col(Delivery.id)).filter_by(team_id=team_id, key=key)


@first_row
def find_fingerprint(team_id: str, key: str) -> SelectOfScalar[str]:
    """Of what a delivery says now; None if there is none of that key."""
    return select(Delivery.fingerprint).filter_by(team_id=team_id, key=key)


def has_delivery(session: Session, team_id: str, key: str) -> bool:
    return _find_delivery_id(session, team_id, key) is not None


@result_of
def list_keys_in_lane(team_id: str, lane: str, kind: str, beginning: str) -> SelectOfScalar[str]:
    """The keys of a lane's deliveries of a kind that begin so, as long as these are kept."""
    lane_id = select(Lane.id).filter_by(team_id=team_id, name=lane).scalar_subquery()
    words = type_coerce(beginning, String)
    return select(Delivery.key).where(
        Delivery.team_id == team_id,
        Delivery.kind == kind,
        Delivery.lane_id == lane_id,
        func.substr(col(Delivery.key), 1, func.length(words)) == words,
    )


def has_reached_slack(session: Session, team_id: str, key: str) -> bool:
    """Whether Slack has it, in some version."""
    found = _find_delivery(session, team_id, key)
    return found is not None and not found.is_unsent


def drop_delivery(session: Session, *, team_id: str, key: str) -> None:
    """Withdraws a delivery that has surely not been sent, or was refused; one that may have been sent stays."""
    update_deliveries(
        session,
        col(Delivery.team_id) == team_id,
        col(Delivery.key) == key,
        col(Delivery.status).in_((PENDING, PARKED)),
        col(Delivery.delivered_version) == 0,
        status=DROPPED,
    )


def update_deliveries(session: Session, *which: ColumnElement[bool] | TextClause, **values: Any) -> None:
    """In the database alone: rows that the session has read stay as they were."""
    session.flush()
    statement = update(Delivery).where(*which).values(**values)
    session.execute(statement.execution_options(synchronize_session=False))


def take_back_unsent(session: Session, team_id: str, beginning: str, *, now: datetime) -> list[str]:
    """Deletes what has surely not been sent and has a key of that beginning.

    Returns their keys, and those of what is too late to be sent. `now` is business time.
    """
    session.flush()
    unsent = (
        col(Delivery.team_id) == team_id,
        col(Delivery.status) == PENDING,
        col(Delivery.delivered_version) == 0,
        col(Delivery.first_sent_at).is_(None),
    )
    begins_so = col(Delivery.key).startswith(beginning, autoescape=True)
    keys = session.exec(select(Delivery.key).where(*unsent, or_(begins_so, col(Delivery.not_after) < now))).all()
    session.execute(delete(Delivery).where(*unsent, begins_so).execution_options(synchronize_session=False))
    return list(keys)


@all_rows
def list_deliveries_of_lane(*, team_id: str, lane: str, kinds: Collection[str]) -> SelectOfScalar[Delivery]:
    """Those of these kinds, oldest first, the dropped ones, too."""
    statement = (
        select(Delivery)
        .join(Lane, col(Lane.id) == col(Delivery.lane_id))
        .where(
            Lane.team_id == team_id,
            Lane.name == lane,
            col(Delivery.kind).in_(kinds),
        )
        .order_by(col(Delivery.id))
    )
    return statement.execution_options(populate_existing=True)


def find_channel_of_delivery(session: Session, team_id: str, key: str) -> str | None:
    """The channel in which Slack shows a delivery, or that it has made; None before that."""
    found = _find_delivery(session, team_id, key)
    return None if found is None or found.is_unsent else found.channel_id


@all_rows
def list_parked_deliveries() -> SelectOfScalar[Delivery]:
    """Of all workspaces: for whoever runs Duet."""
    return select(Delivery).where(PARKED_SQL).order_by(col(Delivery.id))


@all_rows
def list_parked_deliveries_with_lanes() -> Select[Delivery, str]:
    """The same, each with the name of its lane."""
    statement = select(Delivery, Lane.name).join(Lane, col(Lane.id) == col(Delivery.lane_id))
    return statement.where(PARKED_SQL).order_by(col(Delivery.id))


@all_rows
def list_simplified_deliveries() -> SelectOfScalar[Delivery]:
    """Of all workspaces, what Slack shows in a simpler form only, as it refused ours."""
    statement = select(Delivery).where(
        Delivery.status == DELIVERED, col(Delivery.last_error).startswith(SIMPLIFIED)
    )
    return statement.order_by(col(Delivery.id))


def blank_delivered_contents(session: Session, *, before: datetime) -> None:
    """Forgets the content of what was delivered before that moment (real time)."""
    session.execute(
        update(Delivery)
        .where(col(Delivery.status) == DELIVERED, col(Delivery.delivered_at) < before)
        .values(content={}, delivered_at=None)
    )


@result_of
def _list_lane_ids(team_id: str, names: Collection[str]) -> Select[str, int | None]:
    return select(Lane.name, Lane.id).where(Lane.team_id == team_id, col(Lane.name).in_(names))


@insert_rows_into(Lane)
def _insert_lanes(insert: Any) -> Any:
    return insert.on_conflict_do_nothing().returning(col(Lane.name), col(Lane.id))


def ensure_lane(session: Session, team_id: str, name: str) -> int:
    """The id of the lane of that name, which is there from now on."""
    return ensure_lanes(session, team_id, (name,))[name]


def ensure_lanes(session: Session, team_id: str, names: Collection[str]) -> dict[str, int]:
    """The ids of the lanes of these names, which are there from now on: each is looked up once a transaction."""
    known: dict[tuple[str, str], int] = session.info.setdefault(_LANES, {})
    found = {name: known[team_id, name] for name in names if (team_id, name) in known}
    for look in (_list_lane_ids, _create_lanes, _list_lane_ids):  # at last, what another process has just created
        missing = sorted({*names} - found.keys())
        if missing:
            found |= {name: lane_id for name, lane_id in look(session, team_id, missing) if lane_id}
    if not session.in_nested_transaction():  # with a savepoint that is rolled back a new one goes
        known |= {(team_id, name): lane_id for name, lane_id in found.items()}
    return found


def _create_lanes(session: Session, team_id: str, names: Collection[str]) -> Iterable[tuple[str, int | None]]:
    new = [{"team_id": team_id, "name": name, "next_at": EARLIEST} for name in names]
    created: Any = _insert_lanes(session, new)
    return [(name, lane_id) for name, lane_id in created]


@first_row
def _find_delivery(team_id: str, key: str) -> SelectOfScalar[Delivery]:
    return select(Delivery).filter_by(team_id=team_id, key=key)
