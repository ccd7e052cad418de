"""Who is seconded to a project, from which post and until when; and who is away (product §7.1, §8.5)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, Session, col, select

from bot.projects.rules import Side
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


def list_members(session: Session, team_id: str, project_id: int) -> Sequence[Member]:
    """Those who have not left, IT first, then as they came."""
    statement = select(Member).filter_by(team_id=team_id, project_id=project_id, left_at=None)
    return session.exec(statement.order_by(col(Member.side), col(Member.id))).all()


def list_all_stays(session: Session, team_id: str, project_id: int) -> Sequence[Member]:
    """Also those that are over, as they came."""
    statement = select(Member).filter_by(team_id=team_id, project_id=project_id)
    return session.exec(statement.order_by(col(Member.id))).all()


def find_member(session: Session, team_id: str, member_id: int) -> Member | None:
    return session.exec(select(Member).filter_by(team_id=team_id, id=member_id)).first()


def find_current_stay(session: Session, team_id: str, project_id: int, user_id: str) -> Member | None:
    """The one in that project that goes on."""
    statement = select(Member).filter_by(team_id=team_id, project_id=project_id, user_id=user_id, left_at=None)
    return session.exec(statement).first()


def list_current_stays(session: Session, team_id: str, user_id: str) -> dict[int, Member]:
    """Project id → the stay there that goes on."""
    statement = select(Member).filter_by(team_id=team_id, user_id=user_id, left_at=None)
    return {row.project_id: row for row in session.exec(statement.order_by(col(Member.project_id)))}


def list_absences(session: Session, team_id: str, user_id: str, *, since: date) -> Sequence[Absence]:
    """Those that are not over on that day, by their days."""
    statement = select(Absence).where(
        Absence.team_id == team_id, Absence.user_id == user_id, Absence.ends_on >= since
    )
    return session.exec(statement.order_by(col(Absence.starts_on), col(Absence.id))).all()


def find_absence(session: Session, team_id: str, user_id: str, absence_id: int) -> Absence | None:
    """One of the person's own."""
    statement = select(Absence).filter_by(team_id=team_id, user_id=user_id, id=absence_id)
    return session.exec(statement).first()


def find_people_away(session: Session, team_id: str, user_ids: Collection[str], day: date) -> set[str]:
    """Those of them who are away on that day."""
    statement = select(Absence.user_id).where(
        Absence.team_id == team_id,
        col(Absence.user_id).in_(user_ids),
        Absence.starts_on <= day,
        Absence.ends_on >= day,
    )
    return set(session.exec(statement))
