"""What each person is asked in a round of check-ins, and the answer (product §8.3)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, Session, col, exists, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.projects.rules import Side
from storage.checkins import CheckinRound, RoundState
from storage.statements import all_rows, build_finder, first_row, insert_rows_into, is_one_of, result_of
from storage.types import Json, NumberedRow, UtcDateTime, build_enum_type


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

    @property
    def was_called_off(self) -> bool:
        """Asked, and not waited for any more. Whoever is away counts as not asked (product §8.5)."""
        is_stopped = self.state is PromptState.NOT_ASKED and self.why in (WhyNotAsked.LEFT, WhyNotAsked.STOPPED)
        return is_stopped and self.asks > 0


find_prompt = build_finder(CheckinPrompt, anew=True)


@all_rows
def list_rounds_of_prompts(team_id: str, prompt_ids: Collection[int]) -> SelectOfScalar[CheckinRound]:
    """Those in which these were asked, oldest first."""
    asked = select(CheckinPrompt.round_id).where(col(CheckinPrompt.id).in_(prompt_ids))
    statement = select(CheckinRound).where(CheckinRound.team_id == team_id, col(CheckinRound.id).in_(asked))
    return statement.order_by(col(CheckinRound.id))


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
def list_prompts_of_project(team_id: str, project_id: int) -> SelectOfScalar[CheckinPrompt]:
    """Of all its rounds, as they came."""
    statement = select(CheckinPrompt).join(CheckinRound, col(CheckinRound.id) == col(CheckinPrompt.round_id))
    return statement.where(CheckinRound.team_id == team_id, CheckinRound.project_id == project_id).order_by(
        col(CheckinPrompt.id)
    )


@all_rows
def list_asked_prompts(team_id: str, round_ids: Collection[int]) -> SelectOfScalar[CheckinPrompt]:
    """Of these rounds, those that are yet to be answered. The workspace is asked of the rounds: asked of the
    prompts, SQLite reads all that it has.
    """
    statement = select(CheckinPrompt).join(CheckinRound, col(CheckinRound.id) == col(CheckinPrompt.round_id))
    named = CheckinRound.team_id == team_id, col(CheckinRound.id).in_(round_ids)
    return statement.where(*named, CheckinPrompt.state == PromptState.ASKED).order_by(col(CheckinPrompt.id))


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
        is_one_of(col(CheckinRound.state), (RoundState.EARLY, RoundState.OPEN)),
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
