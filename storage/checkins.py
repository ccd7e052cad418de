"""Status check-ins: a project's schedule, its rounds with a prompt for each person, blockers, and the measure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, col, exists, func, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.checkins.rules import Question, RespondentGroup, Schedule
from bot.projects.rules import Side
from storage.projects import Project
from storage.statements import all_rows, build_finder, first_row, held_rows, hold_rows, insert_rows_into, result_of
from storage.types import ExactDecimal, Json, NumberedRow, PydanticJson, Row, UtcDateTime, build_enum_type


class Pause(StrEnum):
    ASKED = "asked"  # by somebody's wish
    CHANNEL = "channel"  # the project channel is archived


class RoundState(StrEnum):
    EARLY = "early"  # it has not begun: somebody has answered early
    OPEN = "open"
    ENDED = "ended"  # its summary is yet to be posted
    POSTED = "posted"


class PromptState(StrEnum):
    WAITING = "waiting"
    ASKED = "asked"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    NOT_ASKED = "not_asked"


class WhyNotAsked(StrEnum):
    AWAY = "away"
    LEFT = "left"
    LATE = "late"
    REFUSED = "refused"  # by Slack
    STOPPED = "stopped"  # with the project


OPEN_PROMPT = (PromptState.WAITING, PromptState.ASKED)
_IS_OPEN = text("state IN ('waiting', 'asked')")


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


class CheckinPrompt(NumberedRow, table=True):
    """What one person is asked in one round, and the answer."""

    __tablename__ = "checkin_prompts"
    __table_args__ = (
        UniqueConstraint("round_id", "user_id"),
        Index("ix_checkin_prompts_person", "team_id", "user_id", "project_id", "id"),
        Index("ix_checkin_prompts_open", "team_id", "user_id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )

    team_id: str
    project_id: int
    round_id: int = Field(foreign_key="checkin_rounds.id", index=True)
    user_id: str
    side: Side = Field(sa_type=build_enum_type(Side, "known_side"))
    state: PromptState = Field(default=PromptState.WAITING, sa_type=build_enum_type(PromptState, "known_state"))
    why: WhyNotAsked | None = Field(default=None, sa_type=build_enum_type(WhyNotAsked, "known_why"))
    only_measure: bool = False  # a lead who is asked for the measure's value only
    due_at: datetime = Field(sa_type=UtcDateTime)  # when to ask (again)
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # None: reminded, or not to be
    closes_at: datetime = Field(sa_type=UtcDateTime)
    asks: int = 0  # how often the question was sent: after each snooze, anew
    answer: dict[str, Any] | None = Field(default=None, sa_type=Json)  # question id → text, choice, or "1" to "5"
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_late: bool = False

    @property
    def is_open(self) -> bool:
        """Sent, or to be sent, and without an answer: to skip is one."""
        return self.state in OPEN_PROMPT


class Blocker(NumberedRow, table=True):
    """What stops somebody, until it is resolved (product §1, §8.7)."""

    __tablename__ = "blockers"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    team_id: str
    project_id: int = Field(foreign_key="projects.id")
    number: int
    # The answer that names it; None: it was noted by command, form or shortcut.
    prompt_id: int | None = Field(default=None, foreign_key="checkin_prompts.id", unique=True)
    text: str
    link: str | None = None  # to the message in which it began
    author: str  # who has named it
    owner: str  # who takes care of it: at first its author
    side: Side = Field(sa_type=build_enum_type(Side, "known_side"))  # its author's
    since: datetime = Field(sa_type=UtcDateTime)
    step: int = 0  # of its way up: 1 the owner was asked, 2 the leads know, 3 asked again, 4 the executives know
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolved_by: str | None = None


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
find_prompt = build_finder(CheckinPrompt, anew=True)
find_blocker = build_finder(Blocker, anew=True)


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
    count = _select_open_blockers(team_id, project_id).scalar_subquery()
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
def list_rounds_of_prompts(team_id: str, prompt_ids: Collection[int]) -> SelectOfScalar[CheckinRound]:
    """Those in which these were asked, oldest first."""
    asked = select(CheckinPrompt.round_id).where(col(CheckinPrompt.id).in_(prompt_ids))
    statement = select(CheckinRound).where(CheckinRound.team_id == team_id, col(CheckinRound.id).in_(asked))
    return statement.order_by(col(CheckinRound.id))


@all_rows
def list_projects_of_blockers(team_id: str, blocker_ids: Collection[int]) -> SelectOfScalar[int]:
    """Ids of the projects in whose way they stand."""
    statement = select(Blocker.project_id).where(Blocker.team_id == team_id, col(Blocker.id).in_(blocker_ids))
    return statement.distinct().order_by(col(Blocker.project_id))


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


@first_row
def _find_measure_prompt(
    team_id: str, project_id: int, month: str, leads: Collection[str]
) -> SelectOfScalar[int | None]:
    return (
        select(col(CheckinPrompt.id))
        .join(CheckinRound, col(CheckinRound.id) == col(CheckinPrompt.round_id))
        .where(
            CheckinRound.team_id == team_id,
            CheckinRound.project_id == project_id,
            CheckinRound.measure_month == month,
            col(CheckinPrompt.user_id).in_(leads),
            CheckinPrompt.state != PromptState.NOT_ASKED,
            or_(CheckinPrompt.asks > 0, CheckinPrompt.state == PromptState.WAITING),
        )
        .limit(1)
    )


def has_measure_prompt(session: Session, team_id: str, project_id: int, month: str, leads: Collection[str]) -> bool:
    """Whether one of them has been asked, or is about to be; not who was away, nor who had answered early."""
    return _find_measure_prompt(session, team_id, project_id, month, leads) is not None


@all_rows
def list_prompts(round_id: int) -> SelectOfScalar[CheckinPrompt]:
    """Of a round of which the workspace is known already. IT first, in the order in which people came."""
    statement = select(CheckinPrompt).filter_by(round_id=round_id)
    ordered = statement.order_by(col(CheckinPrompt.side), col(CheckinPrompt.id))
    return ordered.execution_options(populate_existing=True)


@all_rows
def list_asked_prompts(team_id: str, round_ids: Collection[int]) -> SelectOfScalar[CheckinPrompt]:
    """Of these rounds, those that are yet to be answered."""
    statement = select(CheckinPrompt).filter_by(team_id=team_id).where(col(CheckinPrompt.round_id).in_(round_ids))
    return statement.where(CheckinPrompt.state == PromptState.ASKED).order_by(col(CheckinPrompt.id))


@dataclass
class NewPrompt:
    """A prompt that is yet to be stored."""

    user_id: str
    side: Side
    only_measure: bool
    due_at: datetime
    remind_at: datetime | None
    closes_at: datetime
    state: PromptState = PromptState.WAITING
    why: WhyNotAsked | None = None
    asks: int = 0

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_PROMPT


@insert_rows_into(CheckinPrompt)
def _insert_prompts(insert: Any) -> Any:
    return insert


@result_of
def _list_prompt_ids(round_ids: Collection[int]) -> Select[int, str, int | None]:
    statement = select(CheckinPrompt.round_id, CheckinPrompt.user_id, CheckinPrompt.id)
    return statement.where(col(CheckinPrompt.round_id).in_(round_ids))


def insert_prompts(
    session: Session, new: Sequence[tuple[CheckinRound, Sequence[NewPrompt]]]
) -> dict[tuple[int, str], int]:
    """Stores those of several rounds in one statement. Returns the ids of all prompts there, by round and user."""
    rows = [
        {"team_id": round_.team_id, "project_id": round_.project_id, "round_id": round_.pk, **vars(each)}
        for round_, prompts in new
        for each in prompts
    ]
    _insert_prompts(session, rows)
    found = _list_prompt_ids(session, [round_.pk for round_, _ in new])
    return {(round_id, user_id): prompt_id for round_id, user_id, prompt_id in found if prompt_id}


@first_row
def find_prompt_of_person(round_id: int, user_id: str) -> SelectOfScalar[CheckinPrompt]:
    return select(CheckinPrompt).filter_by(round_id=round_id, user_id=user_id)


@all_rows
def list_open_prompts(team_id: str, user_id: str) -> SelectOfScalar[CheckinPrompt]:
    """What the person is yet to be asked or to answer, in rounds that go on or are to come."""
    goes_on = select(CheckinRound.id).where(
        col(CheckinRound.id) == col(CheckinPrompt.round_id),
        col(CheckinRound.state).in_((RoundState.EARLY, RoundState.OPEN)),
    )
    # In the very words of the partial index, so that SQLite uses it.
    statement = select(CheckinPrompt).filter_by(team_id=team_id, user_id=user_id).where(_IS_OPEN, exists(goes_on))
    ordered = statement.order_by(col(CheckinPrompt.project_id), col(CheckinPrompt.id))
    return ordered.execution_options(populate_existing=True)


@all_rows
def list_prompts_in_window(team_id: str, user_id: str, now: datetime) -> SelectOfScalar[CheckinPrompt]:
    """What the person was asked and has time for, whatever has become of it."""
    statement = select(CheckinPrompt).where(
        CheckinPrompt.team_id == team_id,
        CheckinPrompt.user_id == user_id,
        CheckinPrompt.asks > 0,
        CheckinPrompt.closes_at > now,
    )
    return statement.order_by(col(CheckinPrompt.project_id), col(CheckinPrompt.id))


@first_row
def find_last_answer(team_id: str, project_id: int, user_id: str) -> SelectOfScalar[CheckinPrompt]:
    """The newest prompt of the project that the person has answered."""
    statement = select(CheckinPrompt).where(
        CheckinPrompt.team_id == team_id,
        CheckinPrompt.project_id == project_id,
        CheckinPrompt.user_id == user_id,
        CheckinPrompt.state == PromptState.ANSWERED,
        col(CheckinPrompt.only_measure).is_(False),
    )
    return statement.order_by(col(CheckinPrompt.id).desc()).limit(1)


@first_row
def find_blocker_of_prompt(prompt_id: int) -> SelectOfScalar[Blocker]:
    return select(Blocker).filter_by(prompt_id=prompt_id)


@all_rows
def list_open_blockers(team_id: str, project_id: int) -> SelectOfScalar[Blocker]:
    """Those that are open, oldest first."""
    statement = select(Blocker).filter_by(team_id=team_id, project_id=project_id, resolved_at=None)
    return statement.order_by(col(Blocker.since), col(Blocker.id))


@first_row
def find_numbered_blocker(team_id: str, project_id: int, number: int) -> SelectOfScalar[Blocker]:
    return select(Blocker).filter_by(team_id=team_id, project_id=project_id, number=number)


@all_rows
def list_projects_of_blocker_owner(team_id: str, user_id: str) -> SelectOfScalar[int]:
    """The ids of the projects in which open ones are theirs."""
    is_theirs = Blocker.team_id == team_id, Blocker.owner == user_id, col(Blocker.resolved_at).is_(None)
    return select(Blocker.project_id).where(*is_theirs)


def _select_open_blockers(team_id: str, project_id: int) -> SelectOfScalar[int]:
    is_open = Blocker.team_id == team_id, Blocker.project_id == project_id, col(Blocker.resolved_at).is_(None)
    return select(func.count(col(Blocker.id))).where(*is_open)


@result_of
def _count_open_blockers(team_id: str, project_id: int) -> SelectOfScalar[int]:
    return _select_open_blockers(team_id, project_id)


def count_open_blockers(session: Session, team_id: str, project_id: int) -> int:
    return _count_open_blockers(session, team_id, project_id).one()


@first_row
def _find_largest_blocker_number(project_id: int) -> SelectOfScalar[int]:
    return select(func.max(Blocker.number)).where(Blocker.project_id == project_id)


def next_blocker_number(session: Session, project_id: int) -> int:
    """The project is locked by whoever asks."""
    return (_find_largest_blocker_number(session, project_id) or 0) + 1


def find_measure_value(session: Session, project_id: int, month: str) -> MeasureValue | None:
    return session.get(MeasureValue, (project_id, month))
