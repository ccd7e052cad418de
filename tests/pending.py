"""What Duet has still to do, as its database has it. Read after each commit, so in one statement, built once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Text, bindparam, cast, exists, literal, null, select, union_all
from sqlmodel import col

from bot.runtime.clock import real_now
from storage.deliveries import OPEN, Delivery, Lane
from storage.delivery_claims import LOOK_EVERY
from storage.engine import Database
from storage.timers import Timer, is_in_left_workspace
from storage.workspaces import Workspace

SOON = timedelta(seconds=0.1)

_NOTHING = cast(null(), Text)
_DUE_TIMERS: Any = select(
    literal(True).label("is_timer"),
    col(Timer.kind).label("kind"),
    col(Timer.last_error).label("error"),
    col(Timer.due_at).label("at"),
    col(Timer.retry_at).label("not_before"),
    col(Timer.parked_at).label("stopped_at"),
    is_in_left_workspace().label("is_closed"),
    literal(False).label("is_looked_at"),
).where(col(Timer.due_at) <= bindparam("soon"))
_OPEN_LANES = (
    select(
        literal(False),
        _NOTHING,
        _NOTHING,
        col(Lane.next_at),
        col(Lane.leased_until),
        col(Workspace.sending_paused_until),
        col(Lane.is_closed),
        col(Lane.looked_at) <= bindparam("looked_before"),
    )
    .join(Workspace, col(Workspace.team_id) == col(Lane.team_id))
    .where(exists().where(col(Delivery.lane_id) == col(Lane.id), col(Delivery.status).in_(OPEN)))
)
_WORK: Any = union_all(_DUE_TIMERS, _OPEN_LANES)


@dataclass(frozen=True)
class Work:
    """What is left at a moment of business time; the database runs on this machine, and so does real time."""

    now: datetime
    timers: Sequence[Row[Any]]
    lanes: Sequence[Row[Any]]

    @property
    def is_timer_due(self) -> bool:
        """Whether one is, or will be in a moment."""
        at = real_now()
        return any(
            each.stopped_at is None and not each.is_closed and (each.not_before or at) <= at for each in self.timers
        )

    @property
    def is_sending(self) -> bool:
        """Whether a delivery is under way, or will be in a moment; one that waits for long is not."""
        at = real_now()
        return any(
            (each.not_before or at) > at or max(each.at, each.stopped_at or each.at) <= at + SOON
            for each in self.lanes
            if not each.is_closed or each.is_looked_at
        )

    @property
    def has_undelivered(self) -> bool:
        """Whether a delivery is left to be sent, but for those to a channel that others read."""
        return any(not each.is_closed for each in self.lanes)

    @property
    def has_due_timers(self) -> bool:
        """Whether any is, also one that waits to be tried again; none may have failed."""
        due = [each for each in self.timers if each.at <= self.now]
        failing = [(each.kind, each.error) for each in due if each.error]
        assert not failing, failing
        return bool(due)


def list_work(database: Database, now: datetime) -> Work:
    with database.readers.connect() as connection:
        rows = connection.execute(_WORK, {"soon": now + SOON, "looked_before": now - LOOK_EVERY}).all()
    return Work(now, [row for row in rows if row.is_timer], [row for row in rows if not row.is_timer])
