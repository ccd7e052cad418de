"""What comes due, and when."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, UniqueConstraint, case, delete, func, text
from sqlmodel import Field, Session, col, exists, or_, select, update
from sqlmodel.sql.expression import Select, SelectOfScalar

from storage.people import UNTIL_INSTALLED, Workspace
from storage.statements import all_rows, first_row, insert_into, result_of
from storage.types import Concern, NumberedRow, UtcDateTime


class Timer(NumberedRow, table=True):
    __tablename__ = "timers"
    __table_args__ = (
        UniqueConstraint("team_id", "key"),
        Index("ix_timers_project", "project_id", "due_at"),
        Index(
            "ix_timers_due_at",
            "due_at",
            sqlite_where=text("parked_at IS NULL"),
            postgresql_where=text("parked_at IS NULL"),
        ),
    )

    team_id: str
    key: str
    kind: str
    subject: str  # what the kind's function needs to find its row
    project_id: int | None = Field(default=None, foreign_key="projects.id")  # locked before the timer
    due_at: datetime = Field(sa_type=UtcDateTime)  # business time
    attempts: int = 0
    retry_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # real time
    parked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str | None = None


_RUNS_AFRESH = {"attempts": 0, "retry_at": None, "parked_at": None}


@insert_into(Timer)
def _arm(insert: Any) -> Any:
    moved = {"due_at": insert.excluded.due_at, **_RUNS_AFRESH}
    return insert.on_conflict_do_update(index_elements=["team_id", "key"], set_=moved)


@insert_into(Timer)
def _arm_earlier(insert: Any) -> Any:
    new = insert.excluded.due_at
    moved = {"due_at": case((col(Timer.due_at) < new, col(Timer.due_at)), else_=new), **_RUNS_AFRESH}
    return insert.on_conflict_do_update(index_elements=["team_id", "key"], set_=moved)


def arm_timer(
    session: Session,
    *,
    team_id: str,
    key: str,
    kind: str,
    subject: str,
    due_at: datetime,
    project_id: int | None = None,
    keep_earlier: bool = False,
) -> None:
    """Sets the timer of this key, or moves it: arming twice is harmless. `keep_earlier` only moves it forwards.

    One statement, which waits for a tick that is running the timer: what is read first may be gone by then.
    """
    arm = _arm_earlier if keep_earlier else _arm
    arm(
        session,
        team_id=team_id,
        key=key,
        kind=kind,
        subject=subject,
        due_at=due_at,
        project_id=project_id,
    )


def arm_row_timer(session: Session, about: Concern, kind: str, row_id: int, due_at: datetime) -> None:
    """Sets the timer of one row, whose id is the subject; `kind:id` is the key."""
    arm_timer(
        session,
        team_id=about.team_id,
        key=f"{kind}:{row_id}",
        kind=kind,
        subject=str(row_id),
        due_at=due_at,
        project_id=about.project_id,
    )


def move_timer(session: Session, team_id: str, key: str, due_at: datetime) -> None:
    """Sets when the timer of that key is due, if there is one."""
    session.flush()
    statement = update(Timer).filter_by(team_id=team_id, key=key).values(due_at=due_at)
    session.execute(statement)


@all_rows
def _list_timers(team_id: str, keys: Collection[str]) -> SelectOfScalar[Timer]:
    return select(Timer).where(Timer.team_id == team_id, col(Timer.key).in_(keys))


def cancel_timers(session: Session, team_id: str, *keys: str) -> None:
    """Those of these keys that there are."""
    for row in _list_timers(session, team_id, keys):
        session.delete(row)


def delete_timer(session: Session, team_id: str, key: str) -> None:
    """The same in one statement, which waits for a tick that is running it: what it wrote is seen afterwards."""
    session.flush()
    session.execute(
        delete(Timer).filter_by(team_id=team_id, key=key).execution_options(synchronize_session="fetch")
    )


@first_row
def find_due_moment(team_id: str, key: str) -> SelectOfScalar[datetime]:
    """When the timer of that key is due; None if there is none."""
    return select(Timer.due_at).filter_by(team_id=team_id, key=key)


@result_of
def _list_due_timers(now: datetime, real_now: datetime, limit: int) -> Select[int | None, int | None]:
    return (
        select(Timer.id, Timer.project_id)
        .where(
            col(Timer.parked_at).is_(None),
            Timer.due_at <= now,
            or_(col(Timer.retry_at).is_(None), col(Timer.retry_at) <= real_now),
            ~_is_in_left_workspace(),
        )
        .order_by(col(Timer.due_at), col(Timer.id))
        .limit(limit)
    )


def list_due_timers(
    session: Session, *, now: datetime, real_now: datetime, limit: int
) -> Sequence[tuple[int, int | None]]:
    """(timer id, project id) of what is due, longest overdue first. Unlocked: to be re-checked under the lock.

    A workspace that has removed Duet is left alone: what came due there runs when it is installed again.
    """
    due = _list_due_timers(session, now, real_now, limit)
    return [(timer_id, project_id) for timer_id, project_id in due if timer_id is not None]


@first_row
def next_due_moment() -> SelectOfScalar[datetime]:
    """When the next timer is due; those that are parked will never be."""
    return select(func.min(Timer.due_at, type_=UtcDateTime())).where(
        col(Timer.parked_at).is_(None), ~_is_in_left_workspace()
    )


@first_row
def _find_due_timer_beside(timer_id: int, project_id: int, now: datetime) -> SelectOfScalar[int | None]:
    statement = select(col(Timer.id)).where(
        Timer.project_id == project_id,
        Timer.id != timer_id,
        Timer.due_at <= now,
        Timer.attempts == 0,
        col(Timer.retry_at).is_(None),
        col(Timer.parked_at).is_(None),
    )
    return statement.limit(1)


def has_others_due(session: Session, timer: Timer, *, now: datetime) -> bool:
    """Whether more has come due in the timer's project, and has not failed yet."""
    if timer.project_id is None:
        return False
    return _find_due_timer_beside(session, timer.pk, timer.project_id, now) is not None


@all_rows
def list_parked_timers() -> SelectOfScalar[Timer]:
    """Of all workspaces: for whoever runs Duet."""
    return select(Timer).where(col(Timer.parked_at).is_not(None)).order_by(col(Timer.id))


@first_row
def claim_timer(timer_id: int, *, now: datetime, real_now: datetime) -> SelectOfScalar[Timer]:
    """The timer, locked; None if another process has it, has just run it, or it is no longer due."""
    statement = select(Timer).where(
        Timer.id == timer_id,
        Timer.due_at <= now,
        col(Timer.parked_at).is_(None),
        or_(col(Timer.retry_at).is_(None), col(Timer.retry_at) <= real_now),
    )
    return statement.with_for_update(skip_locked=True)


def _is_in_left_workspace() -> ColumnElement[bool]:
    return exists().where(
        col(Workspace.team_id) == col(Timer.team_id), col(Workspace.sending_paused_until) == UNTIL_INSTALLED
    )
