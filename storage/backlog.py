"""How much is left to do, of all workspaces: what an operator's metrics show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from storage.deliveries import OPEN_SQL, PARKED_SQL, Delivery, DeliveryStatus
from storage.statements import first_row, result_of
from storage.timers import Timer
from storage.workspaces import Workspace, has_left


@dataclass(frozen=True)
class Backlog:
    due_lag_seconds: float
    parked_timers: int
    deliveries: Mapping[str, int]  # pending | uncertain | parked


@first_row
def _find_oldest_due_time(now: datetime) -> SelectOfScalar[datetime]:
    """Without those of workspaces that have removed Duet."""
    left = select(Workspace.team_id).where(has_left())
    is_due = (col(Timer.parked_at).is_(None), col(Timer.due_at) <= now, col(Timer.team_id).not_in(left))
    return select(Timer.due_at).where(*is_due).order_by(col(Timer.due_at)).limit(1)


@result_of
def _count_parked_timers() -> SelectOfScalar[int]:
    return select(func.count()).select_from(Timer).where(col(Timer.parked_at).is_not(None))


@result_of
def _count_open_deliveries() -> Select[str, int]:
    return select(Delivery.status, func.count()).where(OPEN_SQL).group_by(col(Delivery.status))


@result_of
def _count_parked_deliveries() -> SelectOfScalar[int]:
    return select(func.count()).select_from(Delivery).where(PARKED_SQL)


def load_backlog(session: Session, *, now: datetime) -> Backlog:
    """`now` is business time."""
    oldest = _find_oldest_due_time(session, now)
    counts = dict(_count_open_deliveries(session).all())
    return Backlog(
        0.0 if oldest is None else (now - oldest).total_seconds(),
        _count_parked_timers(session).one(),
        {
            "pending": counts.get(DeliveryStatus.PENDING.value, 0),
            "uncertain": counts.get(DeliveryStatus.SENDING, 0),
            "parked": _count_parked_deliveries(session).one(),
        },
    )
