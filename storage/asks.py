"""Asks: what one side of a project asks of somebody of the other, by a day (product §10)."""

from datetime import date, datetime

from sqlmodel import Field, and_, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.asks.rules import OPEN, AskState, AskStep
from bot.projects.rules import Side
from storage.statements import all_rows, build_finder, is_one_of
from storage.types import NumberedRow, PydanticJson, UtcDateTime, build_enum_type


class Ask(NumberedRow, table=True):
    __tablename__ = "asks"

    team_id: str
    project_id: int = Field(foreign_key="projects.id", index=True)
    text: str
    link: str | None = None  # to the message in which it began
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
    messages: dict[str, int] = Field(default_factory=dict, sa_type=PydanticJson(dict[str, int]))
    """User id → how many messages about it they have had."""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_reopenable(self) -> bool:
        """Whether it was declined, and whoever asked has not asked anew."""
        return self.state is AskState.DECLINED and self.step is AskStep.DECLINED


find_ask = build_finder(Ask)


@all_rows
def list_open_asks(team_id: str, project_id: int) -> SelectOfScalar[Ask]:
    """The one that is due first first."""
    statement = select(Ask).filter_by(team_id=team_id, project_id=project_id)
    return statement.where(is_one_of(col(Ask.state), OPEN)).order_by(col(Ask.due), col(Ask.id))


@all_rows
def list_answerable_asks(team_id: str, project_id: int) -> SelectOfScalar[Ask]:
    """The open ones, and those that can be reopened; by due date."""
    statement = select(Ask).filter_by(team_id=team_id, project_id=project_id)
    is_reopenable = and_(col(Ask.state) == AskState.DECLINED, col(Ask.step) == AskStep.DECLINED)
    return statement.where(or_(is_one_of(col(Ask.state), OPEN), is_reopenable)).order_by(col(Ask.due), col(Ask.id))


@all_rows
def list_open_asks_of_person(team_id: str, user_id: str) -> SelectOfScalar[Ask]:
    """Of all projects, those in which they have a part: asker, owner, or to whom one is handed."""
    is_theirs = or_(col(Ask.asked_by) == user_id, col(Ask.owner) == user_id, col(Ask.handed_to) == user_id)
    statement = select(Ask).where(Ask.team_id == team_id, is_theirs, is_one_of(col(Ask.state), OPEN))
    return statement.order_by(col(Ask.project_id), col(Ask.due), col(Ask.id))
