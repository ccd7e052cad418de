"""What the two executives of a project have answered about each other (product §11.4)."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, Session, col, exists, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.projects.rules import Side, Sides
from bot.pulse.rules import Occasion
from storage.statements import all_rows, build_finder
from storage.types import NumberedRow, Row, UtcDateTime, build_enum_type


class ExecutiveRoundState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"  # by both
    OVER = "over"  # the next one has begun, one of the two has left the seat, or the project has ended


class ExecutiveRound(NumberedRow, table=True):
    """That both executives of a project are asked about the other (product §11.4)."""

    __tablename__ = "executive_rounds"
    __table_args__ = (
        Index("ix_executive_rounds_cio", "cio", "state"),
        Index("ix_executive_rounds_cmo", "cmo", "state"),
    )

    team_id: str
    project_id: int = Field(foreign_key="projects.id", index=True)
    cio: str
    cmo: str
    occasion: Occasion = Field(sa_type=build_enum_type(Occasion, "known_occasion"))
    opened_at: datetime = Field(sa_type=UtcDateTime)
    state: ExecutiveRoundState = Field(
        default=ExecutiveRoundState.OPEN, sa_type=build_enum_type(ExecutiveRoundState, "known_state")
    )
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # by the second of them

    @property
    def executives(self) -> Sides[str]:
        """Between whom it is: whoever has a seat later is asked anew, and reads none of it."""
        return Sides(self.cio, self.cmo)


class ExecutiveAnswer(Row, table=True):
    """What the executive of a side says of the other. For the two who have answered, and nobody else."""

    __tablename__ = "executive_answers"
    __table_args__ = (
        CheckConstraint("about_other BETWEEN 1 AND 5", name="known_about_other"),
        CheckConstraint("again BETWEEN 1 AND 5", name="known_again"),
    )

    round_id: int = Field(foreign_key="executive_rounds.id", primary_key=True)
    side: Side = Field(primary_key=True, sa_type=build_enum_type(Side, "known_side"))
    team_id: str
    user_id: str
    about_other: int  # their side's own question
    again: int
    may_be_reported: bool = False  # agrees to its standing in the closing report


find_executive_round = build_finder(ExecutiveRound, anew=True)


@all_rows
def list_executive_rounds(team_id: str, project_id: int) -> SelectOfScalar[ExecutiveRound]:
    """Oldest first."""
    statement = select(ExecutiveRound).filter_by(team_id=team_id, project_id=project_id)
    return statement.order_by(col(ExecutiveRound.id))


@all_rows
def list_unanswered_rounds(team_id: str, user_id: str) -> SelectOfScalar[ExecutiveRound]:
    """Open rounds between the person and somebody else that they have not answered, oldest first."""
    answered = exists().where(
        col(ExecutiveAnswer.round_id) == col(ExecutiveRound.id), col(ExecutiveAnswer.user_id) == user_id
    )
    is_theirs = or_(ExecutiveRound.cio == user_id, ExecutiveRound.cmo == user_id)
    statement = select(ExecutiveRound).filter_by(team_id=team_id, state=ExecutiveRoundState.OPEN)
    return statement.where(is_theirs, ~answered).order_by(col(ExecutiveRound.id))


@all_rows
def _list_executive_answers(team_id: str, round_ids: Collection[int]) -> SelectOfScalar[ExecutiveAnswer]:
    statement = select(ExecutiveAnswer).where(
        ExecutiveAnswer.team_id == team_id, col(ExecutiveAnswer.round_id).in_(round_ids)
    )
    return statement.execution_options(populate_existing=True)


def load_executive_answers(
    session: Session, team_id: str, round_ids: Collection[int]
) -> dict[int, Sides[ExecutiveAnswer | None]]:
    """By round, of those of which there is any."""
    nobody: Sides[ExecutiveAnswer | None] = Sides(None, None)
    answers: dict[int, Sides[ExecutiveAnswer | None]] = {}
    for row in _list_executive_answers(session, team_id, round_ids):
        answers[row.round_id] = answers.get(row.round_id, nobody).with_value(row.side, row)
    return answers
