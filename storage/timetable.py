"""The timetable: dated results of a project, and who sees to each (product §9)."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint, func
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.timetable.rules import OPEN, MilestoneSide, MilestoneStage
from storage.statements import all_rows, build_held_finder, first_row, held_rows, is_one_of
from storage.types import NumberedRow, UtcDateTime, build_enum_type


class Milestone(NumberedRow, table=True):
    """Numbered within its project; `signed_due` is what its slip is measured from."""

    __tablename__ = "milestones"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    team_id: str
    project_id: int = Field(foreign_key="projects.id")
    number: int
    title: str
    owner: str | None = Field(default=None, index=True)  # None: it needs one
    side: MilestoneSide = Field(sa_type=build_enum_type(MilestoneSide, "known_side"))
    state: MilestoneStage = Field(
        default=MilestoneStage.OPEN, sa_type=build_enum_type(MilestoneStage, "known_state")
    )
    due: date
    signed_due: date  # as of the signature; of what was added later, the first
    done_on: date | None = None
    revision: int = 1  # grows with every change of it
    wished_due: date | None = None  # past the project's end: waits until the charter sent with it governs
    wished_reason: str | None = None
    wished_by: str | None = None
    wished_in: int | None = None  # the charter's version that proposes the later end
    created_by: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def is_standing(self) -> bool:
        return self.state is not MilestoneStage.DROPPED

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@held_rows
def _list_milestones(team_id: str, project_id: int) -> SelectOfScalar[Milestone]:
    statement = select(Milestone).filter_by(team_id=team_id, project_id=project_id)
    return statement.execution_options(populate_existing=True)


def list_milestones(session: Session, team_id: str, project_id: int) -> list[Milestone]:
    """All of the project, in the order of their dates; dropped ones, too."""
    return sorted(_list_milestones(session, team_id, project_id), key=lambda each: (each.due, each.number))


find_milestone = build_held_finder(Milestone)
"""It may have been read before its project was locked."""


@first_row
def find_numbered_milestone(team_id: str, project_id: int, number: int) -> SelectOfScalar[Milestone]:
    return select(Milestone).filter_by(team_id=team_id, project_id=project_id, number=number)


@all_rows
def list_overdue_milestones(team_id: str, user_id: str, today: date) -> SelectOfScalar[Milestone]:
    """Open ones of that owner whose day has passed, in all projects, the longest overdue first."""
    statement = select(Milestone).filter_by(team_id=team_id, owner=user_id)
    is_overdue = is_one_of(col(Milestone.state), OPEN), col(Milestone.due) < today
    return statement.where(*is_overdue).order_by(col(Milestone.due), col(Milestone.id))


@all_rows
def list_milestones_of_owner(team_id: str, user_id: str) -> SelectOfScalar[Milestone]:
    """Of all projects."""
    statement = select(Milestone).filter_by(team_id=team_id, owner=user_id)
    return statement.order_by(col(Milestone.project_id), col(Milestone.id))


@first_row
def _find_largest_number(project_id: int) -> SelectOfScalar[int]:
    return select(func.max(Milestone.number)).where(Milestone.project_id == project_id)


def next_milestone_number(session: Session, project_id: int) -> int:
    """The project is locked by whoever asks."""
    return (_find_largest_number(session, project_id) or 0) + 1
