"""Projects with the charter that counts and somebody's stay there, each read in one statement."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, union_all
from sqlalchemy.orm import defer
from sqlmodel import and_, col, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from storage.projects import CharterVersion, Project, is_counting_charter
from storage.queries import NEEDS_ORM
from storage.statements import all_rows, first_row
from storage.team import Member

ProjectWithStay = tuple[Project, CharterVersion, Member | None]
"""A project, its charter that counts, and somebody's stay there that goes on, or has ended with the project."""


@first_row
def find_project_with_stay(team_id: str, user_id: str, project_id: int) -> Select[Project, CharterVersion, Member]:
    """The stay is that person's."""
    return _select_with_stay(user_id).where(Project.team_id == team_id, Project.id == project_id)


@first_row
def find_number_with_stay(team_id: str, user_id: str, number: int) -> Select[Project, CharterVersion, Member]:
    return _select_with_stay(user_id).where(Project.team_id == team_id, Project.number == number)


@first_row
def find_channel_with_stay(team_id: str, user_id: str, channel_id: str) -> Select[Project, CharterVersion, Member]:
    return _select_with_stay(user_id).where(Project.team_id == team_id, Project.channel_id == channel_id)


@all_rows
def list_projects_of_person(team_id: str, user_id: str) -> Select[Project, CharterVersion, Member | None]:
    """Those in which the person is a lead, an executive of the charter that counts, a member, or, until it is
    signed, the drafter. Newest first.
    """
    return _select_projects(team_id, user_id, col(Member.left_at).is_(None))


@all_rows
def list_seen_projects(team_id: str, user_id: str) -> Select[Project, CharterVersion, Member | None]:
    """The same, and those with which a stay of the person's has ended: they go on reading them (product §14)."""
    return _select_projects(team_id, user_id, gives_sight())


def _select_projects(
    team_id: str, user_id: str, is_stay: ColumnElement[bool]
) -> Select[Project, CharterVersion, Member]:
    has_part = or_(
        Project.lead_it == user_id,
        Project.lead_marketing == user_id,
        and_(Project.created_by == user_id, col(Project.governing_version).is_(None)),
        CharterVersion.cio == user_id,
        CharterVersion.cmo == user_id,
        col(Member.id).is_not(None),
    )
    theirs = is_any_of(
        *select_seats(user_id),
        select(Project.id).where(Project.created_by == user_id),
        select(Member.project_id).where(Member.user_id == user_id, is_stay),
    )
    statement = _select_with_stay(user_id, is_stay).where(CharterVersion.team_id == team_id, theirs, has_part)
    return (
        statement.order_by(col(Project.number).desc())
        .options(*map(defer, _UNLISTED))
        .execution_options(**NEEDS_ORM)
    )


# What no list of projects says, and what is dear to read; whoever asks one of them for it, reads it then.
_UNLISTED: tuple[Any, ...] = (
    *(Project.created_at, Project.activated_at, Project.paused_at, Project.channel_lost_at),
    *(CharterVersion.measure_start, CharterVersion.measure_target, CharterVersion.measure_by),
    *(CharterVersion.timetable, CharterVersion.created_at),
)


def select_seats(user_id: str) -> Sequence[SelectOfScalar[Any]]:
    """Ids of projects in one of whose charters the person is an executive, or that they lead."""
    return (
        select(Project.id).where(Project.lead_it == user_id),
        select(Project.id).where(Project.lead_marketing == user_id),
        select(CharterVersion.project_id).where(CharterVersion.cio == user_id),
        select(CharterVersion.project_id).where(CharterVersion.cmo == user_id),
    )


def is_any_of(*project_ids: SelectOfScalar[Any]) -> ColumnElement[bool]:
    """Each part is found by an index, where one condition about all of them reads every project of the company.

    Then the workspace is asked of the charter: asked of the project, SQLite takes the index of the company's.
    """
    return col(Project.id).in_(union_all(*project_ids))


def gives_sight() -> ColumnElement[bool]:
    """Whether a stay goes on, or has ended with its project."""
    return or_(col(Member.left_at).is_(None), col(Member.ended_with_project))


def _select_with_stay(
    user_id: str, is_stay: ColumnElement[bool] | None = None
) -> Select[Project, CharterVersion, Member]:
    """Projects with the charter that counts, and the person's stay, which goes on or has ended with the project."""
    is_theirs = and_(col(Member.project_id) == col(Project.id), Member.user_id == user_id)
    stay = and_(is_theirs, gives_sight() if is_stay is None else is_stay)
    return (
        select(Project, CharterVersion, Member)
        .join(CharterVersion, col(CharterVersion.project_id) == col(Project.id))
        .join(Member, stay, isouter=True)
        .where(is_counting_charter())
    )
