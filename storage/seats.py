"""Who sits where in the projects that go on: executives, leads, members."""

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.projects.rules import LIVE, Side
from storage.projects import CharterVersion, Project, is_counting_charter
from storage.statements import all_rows, result_of
from storage.team import Member


def _goes_on() -> ColumnElement[bool]:
    return col(Project.state).in_(LIVE)


@result_of
def _list_executives(team_id: str) -> Select[str, str]:
    return (
        select(CharterVersion.cio, CharterVersion.cmo)
        .join(Project, col(Project.id) == col(CharterVersion.project_id))
        .where(CharterVersion.team_id == team_id, is_counting_charter(), _goes_on())
    )


def list_executives(session: Session, team_id: str) -> set[str]:
    """Everybody who is the CIO or the CMO of a project that goes on."""
    return {user_id for pair in _list_executives(session, team_id) for user_id in pair}


@all_rows
def list_seats_of_person(team_id: str, user_id: str) -> Select[Project, CharterVersion]:
    """Projects that go on, with the charter that counts, in which the person is an executive or a lead."""
    statement = (
        select(Project, CharterVersion)
        .join(CharterVersion, col(CharterVersion.project_id) == col(Project.id))
        .where(
            Project.team_id == team_id,
            is_counting_charter(),
            _goes_on(),
            or_(
                CharterVersion.cio == user_id,
                CharterVersion.cmo == user_id,
                Project.lead_it == user_id,
                Project.lead_marketing == user_id,
            ),
        )
        .order_by(col(Project.id))
    )
    return statement.execution_options(populate_existing=True)


@result_of
def _list_sides_of_stays(team_id: str, user_id: str) -> SelectOfScalar[Side]:
    return (
        select(col(Member.side))
        .join(Project, col(Project.id) == col(Member.project_id))
        .where(
            Member.team_id == team_id,
            Member.user_id == user_id,
            col(Member.left_at).is_(None),
            col(Project.governing_version).is_not(None),
            _goes_on(),
        )
    )


def list_sides_of_stays(session: Session, team_id: str, user_id: str) -> set[Side]:
    """On which sides the person is a member of projects that both executives have signed, and that go on."""
    return set(_list_sides_of_stays(session, team_id, user_id))
