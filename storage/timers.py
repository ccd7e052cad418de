"""What comes due, and when."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, UniqueConstraint, bindparam, case, delete, func, inspect, literal, text
from sqlmodel import Field, Session, col, exists, or_, select, update
from sqlmodel.sql.expression import Select, SelectOfScalar

from storage.postponed import postpone_write
from storage.queries import HAS_WRITTEN
from storage.statements import all_rows, change_rows, first_row, insert_rows_into, result_of
from storage.types import Concern, NumberedRow, UtcDateTime, build_sparse_index
from storage.workspaces import Workspace, has_left


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
        build_sparse_index("timers", "parked_at"),
    )

    team_id: str
    key: str
    kind: str  # whose function a feature declares
    subject: str  # what the kind's function needs to find its row
    project_id: int | None = Field(default=None, foreign_key="projects.id")  # locked before the timer
    due_at: datetime = Field(sa_type=UtcDateTime)  # business time
    attempts: int = 0
    retry_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # real time
    parked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str | None = None


_RUNS_AFRESH = {"attempts": 0, "retry_at": None, "parked_at": None}


@insert_rows_into(Timer)
def _arm_several(insert: Any) -> Any:
    moved = {"due_at": insert.excluded.due_at, **_RUNS_AFRESH}
    return insert.on_conflict_do_update(index_elements=["team_id", "key"], set_=moved)


@insert_rows_into(Timer)
def _arm_several_earlier(insert: Any) -> Any:
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

    It is written at the end, with what else the transaction arms and cancels, in one statement, which waits for a
    tick that is running the timer: what is read first may be gone by then.
    """
    values = {
        "team_id": team_id,
        "key": key,
        "kind": kind,
        "subject": subject,
        "due_at": due_at,
        "project_id": project_id,
    }
    _postpone(session, _Change(team_id, key, values, keep_earlier))


@dataclass(frozen=True)
class _Change:
    """What is to become of the timer of a key."""

    team_id: str
    key: str
    armed: Mapping[str, Any] | None = None  # its values; None: it is cancelled
    keeps_earlier: bool = False

    def after(self, earlier: "_Change | None") -> "_Change":
        """What is to become of it if that was decided before."""
        if earlier is None or earlier.armed is None or self.armed is None or not self.keeps_earlier:
            return self
        due_at = min(earlier.armed["due_at"], self.armed["due_at"])
        return _Change(self.team_id, self.key, {**self.armed, "due_at": due_at}, earlier.keeps_earlier)


def _postpone(session: Session, *changes: _Change) -> None:
    for each in changes:
        postpone_write(session, Timer.__tablename__, _write_changes, each)


def _write_changes(session: Session, changes: Sequence[_Change]) -> None:
    """What was cancelled is deleted, also where it has been armed since: that is another timer."""
    last: dict[tuple[str, str], _Change] = {}
    cancelled: dict[str, set[str]] = {}
    for each in changes:
        last[each.team_id, each.key] = each.after(last.get((each.team_id, each.key)))
        if each.armed is None:
            cancelled.setdefault(each.team_id, set()).add(each.key)
    for team_id, keys in sorted(cancelled.items()):
        change_rows(session, _DELETE_BY_KEY, {"team_id": team_id, "keys": sorted(keys)})
    armed = [last[key] for key in sorted(last)]
    _arm_several(session, [each.armed for each in armed if each.armed is not None and not each.keeps_earlier])
    _arm_several_earlier(session, [each.armed for each in armed if each.armed is not None and each.keeps_earlier])


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


def arm_row_timers(
    session: Session, team_id: str, kind: str, row_ids: Iterable[int], due_at: datetime, *, project_id: int | None
) -> None:
    """`arm_row_timer` of several rows."""
    for row_id in row_ids:
        arm_timer(
            session,
            team_id=team_id,
            key=f"{kind}:{row_id}",
            kind=kind,
            subject=str(row_id),
            due_at=due_at,
            project_id=project_id,
        )


def move_timer(session: Session, team_id: str, key: str, due_at: datetime) -> None:
    """Sets when the timer of that key is due, if there is one."""
    session.flush()
    statement = update(Timer).filter_by(team_id=team_id, key=key).values(due_at=due_at)
    session.execute(statement)


def hasten_timer(session: Session, timer: Timer, due_at: datetime) -> None:
    """Moves a timer forwards; one that is due sooner stays."""
    arm_timer(
        session,
        team_id=timer.team_id,
        key=timer.key,
        kind=timer.kind,
        subject=timer.subject,
        due_at=due_at,
        project_id=timer.project_id,
        keep_earlier=True,
    )


def cancel_timers(session: Session, team_id: str, *keys: str) -> None:
    """Those of these keys that there are. In the database alone: what has run one of them needs it no more."""
    _postpone(session, *(_Change(team_id, key) for key in keys))


@all_rows
def _lock_timers(team_id: str, keys: Collection[str]) -> SelectOfScalar[Timer]:
    statement = select(Timer).where(Timer.team_id == team_id, col(Timer.key).in_(keys)).order_by(col(Timer.id))
    return statement.with_for_update().execution_options(populate_existing=True)


def delete_timers(session: Session, team_id: str, keys: Collection[str]) -> None:
    """The same, locked in the order of their ids: a tick that runs one is waited for, and what it wrote is seen."""
    for row in _lock_timers(session, team_id, keys):
        session.delete(row)
    session.flush()


@first_row
def find_due_moment(team_id: str, key: str) -> SelectOfScalar[datetime]:
    """When the timer of that key is due; None if there is none."""
    return select(Timer.due_at).filter_by(team_id=team_id, key=key)


def _is_of_workspace(team_id: str) -> ColumnElement[bool]:
    """To be looked for by what is to be done, and when: the index of a workspace has all of its timers, and SQLite
    would take it.
    """
    return col(Timer.team_id).concat("") == team_id


def _select_waiting_timers(kind: str, *, after: datetime) -> SelectOfScalar[Timer]:
    """Those of a kind that are due later than `after`: of which workspace, and of what, is still to be said."""
    return select(Timer).where(col(Timer.kind) == kind, col(Timer.due_at) > after, col(Timer.parked_at).is_(None))


@all_rows
def list_waiting_timers(
    team_id: str, kind: str, keys: Collection[str], *, after: datetime
) -> SelectOfScalar[Timer]:
    """Those of a kind that are due later than `after`, of these keys."""
    return _select_waiting_timers(kind, after=after).where(Timer.team_id == team_id, col(Timer.key).in_(keys))


@all_rows
def list_waiting_timers_of_project(
    team_id: str, kind: str, project_id: int, *, after: datetime
) -> SelectOfScalar[Timer]:
    """Those of a kind that are due later than `after`, of a project."""
    waiting = _select_waiting_timers(kind, after=after)
    return waiting.where(_is_of_workspace(team_id), col(Timer.project_id) == project_id)


@all_rows
def list_waiting_timers_of_person(
    team_id: str, kind: str, user_id: str, *, after: datetime
) -> SelectOfScalar[Timer]:
    """Those of a kind that are due later than `after`, and whose subject ends with the person: `row:person`."""
    waiting = _select_waiting_timers(kind, after=after)
    return waiting.where(_is_of_workspace(team_id), col(Timer.subject).like(literal("%:").concat(user_id)))


@dataclass(frozen=True)
class DueTimer:
    """As it was seen without a lock: by now it may have run, and its number be another one's."""

    timer_id: int
    team_id: str
    kind: str
    project_id: int | None

    def is_still(self, timer: Timer) -> bool:
        return (timer.team_id, timer.kind, timer.project_id) == (self.team_id, self.kind, self.project_id)


@result_of
def _list_due_timers(now: datetime, real_now: datetime, limit: int) -> Select[int | None, str, str, int | None]:
    return (
        select(Timer.id, Timer.team_id, Timer.kind, Timer.project_id)
        .where(
            col(Timer.parked_at).is_(None),
            Timer.due_at <= now,
            or_(col(Timer.retry_at).is_(None), col(Timer.retry_at) <= real_now),
            ~is_in_left_workspace(),
        )
        .order_by(col(Timer.due_at), col(Timer.id))
        .limit(limit)
    )


def list_due_timers(session: Session, *, now: datetime, real_now: datetime, limit: int) -> list[DueTimer]:
    """What is due, longest overdue first.

    A workspace that has removed Duet is left alone: what came due there runs when it is installed again.
    """
    due = _list_due_timers(session, now, real_now, limit)
    return [DueTimer(timer_id, team_id, kind, about) for timer_id, team_id, kind, about in due if timer_id]


@first_row
def next_due_moment() -> SelectOfScalar[datetime]:
    """When the next timer is due; those that are parked will never be."""
    return select(func.min(Timer.due_at, type_=UtcDateTime())).where(
        col(Timer.parked_at).is_(None), ~is_in_left_workspace()
    )


def _select_newly_due(now: datetime, *which: ColumnElement[bool]) -> SelectOfScalar[int | None]:
    """One of these that has come due, and has neither run nor failed yet."""
    is_untried = (Timer.attempts == 0, col(Timer.retry_at).is_(None), col(Timer.parked_at).is_(None))
    return select(col(Timer.id)).where(*which, Timer.due_at <= now, *is_untried).limit(1)


@first_row
def _find_due_timer_beside(timer_id: int, project_id: int, now: datetime) -> SelectOfScalar[int | None]:
    return _select_newly_due(now, col(Timer.project_id) == project_id, col(Timer.id) != timer_id)


@first_row
def _find_due_timer_of_kind(team_id: str, kind: str, now: datetime) -> SelectOfScalar[int | None]:
    return _select_newly_due(now, _is_of_workspace(team_id), col(Timer.kind) == kind)


def has_due_timer(session: Session, team_id: str, kind: str, *, now: datetime) -> bool:
    """Whether one of that kind has come due in the workspace, and has neither run nor failed yet."""
    return _find_due_timer_of_kind(session, team_id, kind, now) is not None


def has_others_due(session: Session, timer: Timer, *, now: datetime) -> bool:
    """Whether more has come due in the timer's project, and has not failed yet."""
    if timer.project_id is None:
        return False
    return _find_due_timer_beside(session, timer.pk, timer.project_id, now) is not None


@all_rows
def list_parked_timers() -> SelectOfScalar[Timer]:
    """Of all workspaces: for whoever runs Duet."""
    return select(Timer).where(col(Timer.parked_at).is_not(None)).order_by(col(Timer.id))


@all_rows
def claim_timers(timer_ids: Collection[int], *, now: datetime, real_now: datetime) -> SelectOfScalar[Timer]:
    """Those timers, locked, in the order of their ids; without what another process has, or has just run, and what
    is no longer due.
    """
    statement = select(Timer).where(
        col(Timer.id).in_(timer_ids),
        Timer.due_at <= now,
        col(Timer.parked_at).is_(None),
        or_(col(Timer.retry_at).is_(None), col(Timer.retry_at) <= real_now),
    )
    return statement.order_by(col(Timer.id)).with_for_update(skip_locked=True)


def claim_timer(session: Session, timer_id: int, *, now: datetime, real_now: datetime) -> Timer | None:
    """The same of one."""
    return next(iter(claim_timers(session, (timer_id,), now=now, real_now=real_now)), None)


_TIMERS = inspect(Timer).local_table.c
_IS_TIMER = _TIMERS.id == bindparam("timer_id")
_RUN_AGAIN = update(Timer.__table__).where(_IS_TIMER).values(due_at=bindparam("again"), attempts=0)  # type: ignore[attr-defined]
_DELETE_UNMOVED = delete(Timer.__table__).where(_IS_TIMER, _TIMERS.due_at == bindparam("due_at"))  # type: ignore[attr-defined]
_DELETE_SEVERAL = delete(Timer.__table__).where(_TIMERS.id.in_(bindparam("timer_ids", expanding=True)))  # type: ignore[attr-defined]


_DELETE_BY_KEY = (
    delete(Timer.__table__)  # type: ignore[attr-defined]
    .where(_TIMERS.team_id == bindparam("team_id"), _TIMERS.key.in_(bindparam("keys", expanding=True)))
    .execution_options(**HAS_WRITTEN)
)


def finish_timer(session: Session, timer_id: int, *, due_at: datetime, again: datetime | None) -> None:
    """It has run, and runs again then; None: no more, unless it was moved meanwhile from `due_at`.

    In the database alone: what has run it needs it no more.
    """
    session.flush()
    if again is not None:
        session.execute(_RUN_AGAIN, {"timer_id": timer_id, "again": again})
    else:
        session.execute(_DELETE_UNMOVED, {"timer_id": timer_id, "due_at": due_at})


def delete_claimed_timers(session: Session, claimed: Collection[Timer]) -> None:
    """Before they are run, in the same transaction: what is armed on the way is a timer of its own."""
    session.execute(_DELETE_SEVERAL, {"timer_ids": [each.pk for each in claimed]})


def arm_again(session: Session, claimed: Collection[Timer], again: Mapping[int, datetime]) -> None:
    """Those that were deleted before they ran, and are to run again: each by its id."""
    kept = ("team_id", "key", "kind", "subject", "project_id")
    rows = [(each, again[each.pk]) for each in claimed if each.pk in again]
    _arm_several(session, [{name: getattr(t, name) for name in kept} | {"due_at": due_at} for t, due_at in rows])


def is_in_left_workspace() -> ColumnElement[bool]:
    return exists().where(col(Workspace.team_id) == col(Timer.team_id), has_left())
