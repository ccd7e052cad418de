"""What Duet has still to do, as its database has it. Read after each commit, so by statements built once."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, literal, or_, select
from sqlmodel import col

from bot.runtime.clock import real_now
from storage.deliveries import OPEN, Delivery, Lane
from storage.delivery_claims import LOOK_EVERY
from storage.engine import Database
from storage.people import Workspace
from storage.session import read_only_session
from storage.timers import Timer, list_due_timers

SOON = timedelta(seconds=0.1)

_IS_OPEN = (col(Delivery.lane_id) == col(Lane.id), col(Delivery.status).in_(OPEN))
_UNDELIVERED = select(literal(1)).where(exists(select(col(Delivery.id)).where(*_IS_OPEN, ~col(Lane.is_closed))))
_WAITING_LANES = (
    select(col(Lane.leased_until), col(Lane.next_at), col(Workspace.sending_paused_until))
    .join(Workspace, col(Workspace.team_id) == col(Lane.team_id))
    .where(exists().where(*_IS_OPEN), or_(~col(Lane.is_closed), col(Lane.looked_at) <= bindparam("looked_before")))
)
_DUE_TIMERS = select(col(Timer.kind), col(Timer.last_error)).where(col(Timer.due_at) <= bindparam("now"))


def has_undelivered(database: Database) -> bool:
    """Whether a delivery is left to be sent, but for those to a channel that others read."""
    with database.readers.connect() as connection:
        return connection.execute(_UNDELIVERED).first() is not None


def is_sending(database: Database, now: datetime) -> bool:
    """Whether a delivery is under way, or will be in a moment; one that waits for long is not."""
    with database.readers.connect() as connection:
        lanes = connection.execute(_WAITING_LANES, {"looked_before": now - LOOK_EVERY}).all()
    at = real_now()  # the database runs on this machine
    return any(
        (leased_until is not None and leased_until > at) or max(next_at, paused_until or next_at) <= at + SOON
        for leased_until, next_at, paused_until in lanes
    )


def is_timer_due(database: Database, now: datetime) -> bool:
    """Whether one is, or will be in a moment."""
    with read_only_session(database) as session:
        return bool(list_due_timers(session, now=now + SOON, real_now=real_now(), limit=1))


def list_due_kinds(database: Database, now: datetime) -> list[str]:
    """Of all timers that are due; none may have failed."""
    with database.readers.connect() as connection:
        due = connection.execute(_DUE_TIMERS, {"now": now}).all()
    failing = [(kind, error) for kind, error in due if error]
    assert not failing, failing
    return [kind for kind, _ in due]
