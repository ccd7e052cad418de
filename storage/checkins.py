"""Status check-ins: a project's schedule, its rounds, and the measure as leads have reported it (product §8)."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.checkins.rules import Question, RespondentGroup, Schedule
from storage.blockers import count_open_blockers, select_open_blockers
from storage.projects import Project
from storage.statements import all_rows, build_finder, first_row, held_rows, hold_rows
from storage.types import ExactDecimal, Json, NumberedRow, PydanticJson, Row, UtcDateTime, build_enum_type


class Pause(StrEnum):
    ASKED = "asked"  # by somebody's wish
    CHANNEL = "channel"  # the project channel is archived


OUT_OF_TURN: Final = "now:"  # begins the slot of a round that somebody has asked for


class RoundState(StrEnum):
    EARLY = "early"  # it has not begun: somebody has answered early
    OPEN = "open"
    ENDED = "ended"  # its summary is yet to be posted
    POSTED = "posted"


class CheckinSchedule(Row, table=True):
    """One a project."""

    __tablename__ = "checkin_schedules"

    project_id: int = Field(primary_key=True, foreign_key="projects.id")
    team_id: str
    rule: Schedule = Field(sa_type=PydanticJson(Schedule))
    questions: list[Question] = Field(sa_type=PydanticJson(list[Question]))
    whom: RespondentGroup = Field(sa_type=build_enum_type(RespondentGroup, "known_whom"))
    people: list[str] = Field(default_factory=list, sa_type=Json)  # user ids, where `whom` is people
    version: int = 1  # grows with each change: a form that was opened before it is stale
    next_on: date | None = None  # the next day to decide on; None: it is paused, or has no more days
    paused: Pause | None = Field(default=None, sa_type=build_enum_type(Pause, "known_paused"))
    last_number: int = 0  # of a round


class CheckinRound(NumberedRow, table=True):
    __tablename__ = "checkin_rounds"
    __table_args__ = (
        UniqueConstraint("project_id", "slot"),
        UniqueConstraint("project_id", "number"),
        CheckConstraint("(opened_at IS NULL) = (state = 'early')", name="begun_at_a_moment"),
        CheckConstraint("(ended_at IS NULL) = (state IN ('early', 'open'))", name="ended_at_a_moment"),
        CheckConstraint("(posted_at IS NULL) = (state <> 'posted')", name="posted_at_a_moment"),
    )

    team_id: str
    project_id: int = Field(foreign_key="projects.id")
    number: int
    slot: str  # "2026-11-26", the day of the schedule; "now:3": out of turn
    day: date
    questions: list[Question] = Field(sa_type=PydanticJson(list[Question]))  # as they were when it began
    measure_month: str | None = None  # "2026-11": the leads are asked for the measure's value, too
    state: RoundState = Field(default=RoundState.EARLY, sa_type=build_enum_type(RoundState, "known_state"))
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    posted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the summary
    days_late_signed: int = 0  # of the timetable, as the summary was posted: against what both have signed
    days_late_planned: int = 0  # of what was added later

    @property
    def is_out_of_turn(self) -> bool:
        return self.slot.startswith(OUT_OF_TURN)

    @property
    def has_ended(self) -> bool:
        return self.ended_at is not None

    def enter_state(self, state: RoundState, now: datetime) -> None:
        """The only way from one state to the next. Raises: ValueError for one that does not follow."""
        match self.state, state:
            case RoundState.EARLY, RoundState.OPEN:
                self.opened_at = now
            case RoundState.OPEN, RoundState.ENDED:
                self.ended_at = now
            case RoundState.ENDED, RoundState.POSTED:
                self.posted_at = now
            case _:
                raise ValueError(f"round {self.id} is {self.state}, and cannot become {state}")
        self.state = state


class MeasureValue(Row, table=True):
    """The success measure as a lead has reported it: one a month."""

    __tablename__ = "measure_values"

    project_id: int = Field(primary_key=True, foreign_key="projects.id")
    month: str = Field(primary_key=True)  # "2026-11"
    team_id: str
    value: Decimal = Field(sa_type=ExactDecimal)
    reported_by: str
    reported_at: datetime = Field(sa_type=UtcDateTime)


find_round = build_finder(CheckinRound, anew=True)


@held_rows
def _list_schedules(team_id: str, project_id: int) -> SelectOfScalar[CheckinSchedule]:
    statement = select(CheckinSchedule).filter_by(team_id=team_id, project_id=project_id)
    return statement.execution_options(populate_existing=True)


@all_rows
def list_schedules_of_projects(team_id: str, project_ids: Collection[int]) -> SelectOfScalar[CheckinSchedule]:
    """In the order of the projects."""
    statement = select(CheckinSchedule).where(CheckinSchedule.team_id == team_id)
    named = statement.where(col(CheckinSchedule.project_id).in_(project_ids))
    return named.order_by(col(CheckinSchedule.project_id)).execution_options(populate_existing=True)


def find_schedule(session: Session, team_id: str, project_id: int) -> CheckinSchedule | None:
    return next(iter(_list_schedules(session, team_id, project_id)), None)


def add_schedule(session: Session, row: CheckinSchedule) -> None:
    """A project has one."""
    session.add(row)
    session.flush()
    hold_rows(session, _list_schedules, row.team_id, row.project_id, rows=[row])


@first_row
def _find_schedule_with_blockers(team_id: str, project_id: int) -> Select[CheckinSchedule, int]:
    count = select_open_blockers(team_id, project_id).scalar_subquery()
    return select(CheckinSchedule, count).filter_by(team_id=team_id, project_id=project_id)


def load_schedule_with_blockers(
    session: Session, team_id: str, project_id: int
) -> tuple[CheckinSchedule | None, int]:
    """The schedule of a project, and how many blockers are open there, in one statement."""
    found: tuple[CheckinSchedule, int] | None = _find_schedule_with_blockers(session, team_id, project_id)
    return (None, count_open_blockers(session, team_id, project_id)) if found is None else (found[0], found[1])


@first_row
def find_round_of_slot(team_id: str, project_id: int, slot: str) -> SelectOfScalar[CheckinRound]:
    return select(CheckinRound).filter_by(team_id=team_id, project_id=project_id, slot=slot)


@all_rows
def list_rounds_of_slots(
    team_id: str, project_ids: Collection[int], slots: Collection[str]
) -> SelectOfScalar[CheckinRound]:
    """Those that any of the projects has of any of the slots."""
    of_projects = CheckinRound.team_id == team_id, col(CheckinRound.project_id).in_(project_ids)
    return select(CheckinRound).where(*of_projects, col(CheckinRound.slot).in_(slots))


@all_rows
def list_newest_rounds(team_id: str, project_ids: Collection[int]) -> SelectOfScalar[CheckinRound]:
    """Of each project the one that has begun last, if one has; in the order of the projects."""
    other = aliased(CheckinRound)
    newest = (
        select(other.id)
        .where(other.project_id == Project.id, other.state != RoundState.EARLY)
        .order_by(col(other.opened_at).desc(), col(other.id).desc())
        .limit(1)
        .correlate(Project)
        .scalar_subquery()
    )
    statement = select(CheckinRound).join(Project, col(CheckinRound.id) == newest)
    named = Project.team_id == team_id, col(Project.id).in_(project_ids)
    return statement.where(*named).order_by(col(CheckinRound.project_id))


@first_row
def find_first_scheduled_round(team_id: str, project_id: int) -> SelectOfScalar[CheckinRound]:
    """The first that has begun by the schedule."""
    statement = select(CheckinRound).where(CheckinRound.team_id == team_id, CheckinRound.project_id == project_id)
    is_scheduled = CheckinRound.state != RoundState.EARLY, ~col(CheckinRound.slot).startswith(OUT_OF_TURN)
    return statement.where(*is_scheduled).order_by(col(CheckinRound.id))


@first_row
def find_early_round(team_id: str, project_id: int) -> SelectOfScalar[CheckinRound]:
    """The one that has not begun and has answers already."""
    statement = select(CheckinRound).filter_by(team_id=team_id, project_id=project_id, state=RoundState.EARLY)
    return statement.order_by(col(CheckinRound.id).desc())


@all_rows
def list_rounds(team_id: str, project_id: int, *, limit: int, offset: int = 0) -> SelectOfScalar[CheckinRound]:
    """Those that have begun, newest first."""
    statement = select(CheckinRound).filter_by(team_id=team_id, project_id=project_id)
    begun = statement.where(CheckinRound.state != RoundState.EARLY)
    ordered = begun.order_by(col(CheckinRound.opened_at).desc(), col(CheckinRound.id).desc())
    return ordered.limit(limit).offset(offset)


@all_rows
def list_posted_rounds(team_id: str, project_id: int, *, limit: int) -> SelectOfScalar[CheckinRound]:
    """Those whose summary is in the channel, newest first."""
    statement = select(CheckinRound).filter_by(team_id=team_id, project_id=project_id, state=RoundState.POSTED)
    return statement.order_by(col(CheckinRound.opened_at).desc(), col(CheckinRound.id).desc()).limit(limit)


@all_rows
def list_unfinished_rounds(team_id: str, project_id: int) -> SelectOfScalar[CheckinRound]:
    """Rounds that have begun and either go on or have no summary in the channel yet, oldest first."""
    statement = select(CheckinRound).filter_by(team_id=team_id, project_id=project_id)
    unfinished = statement.where(col(CheckinRound.state).in_((RoundState.OPEN, RoundState.ENDED)))
    return unfinished.order_by(col(CheckinRound.id))


@first_row
def first_round_day(team_id: str, project_id: int, since: date) -> SelectOfScalar[date]:
    """The day of the first round from `since` on that has begun."""
    statement = select(col(CheckinRound.day)).filter_by(team_id=team_id, project_id=project_id)
    begun = statement.where(CheckinRound.day >= since, CheckinRound.state != RoundState.EARLY)
    return begun.order_by(col(CheckinRound.day)).limit(1)


def find_measure_value(session: Session, project_id: int, month: str) -> MeasureValue | None:
    return session.get(MeasureValue, (project_id, month))


@first_row
def find_newest_measure_value(team_id: str, project_id: int) -> SelectOfScalar[MeasureValue]:
    statement = select(MeasureValue).filter_by(team_id=team_id, project_id=project_id)
    return statement.order_by(col(MeasureValue.month).desc()).limit(1)
