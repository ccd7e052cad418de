"""Asks: what one side of a project asks of somebody of the other, by a day (product §10)."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Field, Session, col, func, or_, select

from bot.asks.rules import OPEN, AskState, AskStep
from bot.projects.rules import Side
from storage.types import NumberedRow, PydanticJson, UtcDateTime, build_enum_type


class Ask(NumberedRow, table=True):
    __tablename__ = "asks"

    team_id: str
    project_id: int = Field(foreign_key="projects.id", index=True)
    text: str
    asked_by: str = Field(index=True)  # who hears the answers
    side: Side = Field(sa_type=build_enum_type(Side, "known_side"))  # that is asked
    owner: str = Field(index=True)  # who is asked, then sees to it
    handed_to: str | None = Field(default=None, index=True)  # somebody else of the side, who has yet to accept
    state: AskState = Field(default=AskState.WAITING, sa_type=build_enum_type(AskState, "known_state"))
    step: AskStep = Field(default=AskStep.ASKED, sa_type=build_enum_type(AskStep, "known_step"))
    step_by: str | None  # None: Duet itself
    about: str | None = None  # who is not in the project any more, or has not taken it over: the step's
    reason: str | None = None  # why it was declined
    due: date
    wished_due: date | None = None  # as its owner proposes, until the asker answers
    revision: int = 1  # grows with every step
    asked_at: datetime = Field(sa_type=UtcDateTime)
    counts_from: date  # the owner's day on which they could first read it
    paused_from: date | None = None  # the owner's day on which a pause has stopped the clock
    paused_days: int = 0  # working days of former pauses, which do not count
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # for the first time
    answer_days: int | None = None  # working days that it took
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    letters: dict[str, int] = Field(default_factory=dict, sa_type=PydanticJson(dict[str, int]))
    """User id → how many messages about it they have had."""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


def find_ask(session: Session, team_id: str, ask_id: int) -> Ask | None:
    return session.exec(select(Ask).filter_by(team_id=team_id, id=ask_id)).first()


def list_open_asks(session: Session, team_id: str, project_id: int) -> Sequence[Ask]:
    """The one that is due first first."""
    statement = select(Ask).where(Ask.team_id == team_id, Ask.project_id == project_id, col(Ask.state).in_(OPEN))
    return session.exec(statement.order_by(col(Ask.due), col(Ask.id))).all()


def count_open_asks(session: Session, team_id: str, project_id: int) -> dict[Side, int]:
    """By the side that is asked; a side without any is left out."""
    statement = (
        select(Ask.side, func.count(col(Ask.id)))
        .where(Ask.team_id == team_id, Ask.project_id == project_id, col(Ask.state).in_(OPEN))
        .group_by(Ask.side)
    )
    return {Side(side): count for side, count in session.exec(statement)}


def list_open_asks_of_person(session: Session, team_id: str, user_id: str) -> Sequence[Ask]:
    """Of all projects, those in which they have a part: asker, owner, or to whom one is handed."""
    is_theirs = or_(Ask.asked_by == user_id, Ask.owner == user_id, Ask.handed_to == user_id)
    statement = select(Ask).where(Ask.team_id == team_id, is_theirs, col(Ask.state).in_(OPEN))
    return session.exec(statement.order_by(col(Ask.project_id), col(Ask.due), col(Ask.id))).all()
