"""Blockers: what stops somebody, from an answer or noted by itself (product §8.7)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.projects.rules import Side
from storage.statements import all_rows, build_finder, first_row, result_of
from storage.types import NumberedRow, UtcDateTime, build_enum_type


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


find_blocker = build_finder(Blocker, anew=True)


@all_rows
def list_projects_of_blockers(team_id: str, blocker_ids: Collection[int]) -> SelectOfScalar[int]:
    """Ids of the projects in whose way they stand."""
    statement = select(Blocker.project_id).where(Blocker.team_id == team_id, col(Blocker.id).in_(blocker_ids))
    return statement.distinct().order_by(col(Blocker.project_id))


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
def list_projects_of_blocker_holder(team_id: str, user_id: str) -> SelectOfScalar[int]:
    """The ids of the projects in which they own an open one, or have named it."""
    is_theirs = or_(col(Blocker.owner) == user_id, col(Blocker.author) == user_id)
    return select(Blocker.project_id).where(
        Blocker.team_id == team_id, is_theirs, col(Blocker.resolved_at).is_(None)
    )


def select_open_blockers(team_id: str, project_id: int) -> SelectOfScalar[int]:
    is_open = Blocker.team_id == team_id, Blocker.project_id == project_id, col(Blocker.resolved_at).is_(None)
    return select(func.count(col(Blocker.id))).where(*is_open)


@result_of
def _count_open_blockers(team_id: str, project_id: int) -> SelectOfScalar[int]:
    return select_open_blockers(team_id, project_id)


def count_open_blockers(session: Session, team_id: str, project_id: int) -> int:
    return _count_open_blockers(session, team_id, project_id).one()


@first_row
def _find_largest_blocker_number(project_id: int) -> SelectOfScalar[int]:
    return select(func.max(Blocker.number)).where(Blocker.project_id == project_id)


def next_blocker_number(session: Session, project_id: int) -> int:
    """The project is locked by whoever asks."""
    return (_find_largest_blocker_number(session, project_id) or 0) + 1
