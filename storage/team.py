"""Who is seconded to a project, from which post and until when; and who is away (product §7.1, §8.5)."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.projects.rules import Side
from storage.statements import all_rows, build_finder, first_row, result_of
from storage.types import NumberedRow, UtcDateTime, build_enum_type

_STAYS = text("left_at IS NULL")


class Member(NumberedRow, table=True):
    """One stay in one project. Who has left keeps the row: the closing report names them."""

    __tablename__ = "members"
    __table_args__ = (
        Index(
            "uq_members_stay", "project_id", "user_id", unique=True, sqlite_where=_STAYS, postgresql_where=_STAYS
        ),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    )

    team_id: str
    project_id: int = Field(foreign_key="projects.id")
    user_id: str = Field(index=True)
    side: Side = Field(sa_type=build_enum_type(Side, "known_side"))
    home_post: str  # where they return to
    starts_on: date
    ends_on: date  # the last day in the team
    added_by: str
    added_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Absence(NumberedRow, table=True):
    """Days on which a person is not asked anything. It carries no reason."""

    __tablename__ = "absences"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="ends_after_start"),)

    team_id: str = Field(index=True)
    user_id: str = Field(index=True)
    starts_on: date
    ends_on: date  # the last day away


@all_rows
def list_members(team_id: str, project_id: int) -> SelectOfScalar[Member]:
    """Those who have not left, IT first, then as they came."""
    statement = select(Member).filter_by(team_id=team_id, project_id=project_id, left_at=None)
    return statement.order_by(col(Member.side), col(Member.id))


@all_rows
def list_all_stays(team_id: str, project_id: int) -> SelectOfScalar[Member]:
    """Also those that are over, as they came."""
    return select(Member).filter_by(team_id=team_id, project_id=project_id).order_by(col(Member.id))


find_member = build_finder(Member)


@first_row
def find_current_stay(team_id: str, project_id: int, user_id: str) -> SelectOfScalar[Member]:
    """The one in that project that goes on."""
    return select(Member).filter_by(team_id=team_id, project_id=project_id, user_id=user_id, left_at=None)


@result_of
def _list_current_stays(team_id: str, user_id: str) -> SelectOfScalar[Member]:
    statement = select(Member).filter_by(team_id=team_id, user_id=user_id, left_at=None)
    return statement.order_by(col(Member.project_id))


def list_current_stays(session: Session, team_id: str, user_id: str) -> dict[int, Member]:
    """Project id → the stay there that goes on."""
    return {row.project_id: row for row in _list_current_stays(session, team_id, user_id)}


@all_rows
def list_absences(team_id: str, user_id: str, *, since: date) -> SelectOfScalar[Absence]:
    """Those that are not over on that day, by their days."""
    statement = select(Absence).where(
        Absence.team_id == team_id, Absence.user_id == user_id, Absence.ends_on >= since
    )
    return statement.order_by(col(Absence.starts_on), col(Absence.id))


@first_row
def find_absence(team_id: str, user_id: str, absence_id: int) -> SelectOfScalar[Absence]:
    """One of the person's own."""
    return select(Absence).filter_by(team_id=team_id, user_id=user_id, id=absence_id)


@result_of
def _list_people_away(team_id: str, user_ids: Collection[str], day: date) -> SelectOfScalar[str]:
    return select(Absence.user_id).where(
        Absence.team_id == team_id,
        col(Absence.user_id).in_(user_ids),
        Absence.starts_on <= day,
        Absence.ends_on >= day,
    )


def find_people_away(session: Session, team_id: str, user_ids: Collection[str], day: date) -> set[str]:
    """Those of them who are away on that day."""
    return set(_list_people_away(session, team_id, user_ids, day))
