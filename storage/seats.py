"""Who sits where in the projects that go on: executives, leads, members."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, exists, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.projects.rules import LIVE, Side
from bot.team.rules import ConfirmationState
from storage.people import Person
from storage.projects import CharterVersion, Project, is_counting_charter
from storage.projects_with_stays import is_any_of, select_seats
from storage.statements import all_rows, is_among, is_one_of, result_of
from storage.team import Member, StayConfirmation, is_open_confirmation_of


def _goes_on() -> ColumnElement[bool]:
    return is_one_of(col(Project.state), LIVE)


def _has_seat(seat: Any) -> ColumnElement[bool]:
    return exists(
        select(CharterVersion.project_id)
        .join(Project, col(Project.id) == col(CharterVersion.project_id))
        .where(seat == col(Person.user_id), CharterVersion.team_id == Person.team_id)
        .where(is_counting_charter(), _goes_on())
    )


@result_of
def _list_executives(team_id: str, user_ids: Collection[str]) -> SelectOfScalar[str]:
    """For each seat it stops at the first; SQLite would read all projects for one condition about both."""
    has_any = or_(_has_seat(col(CharterVersion.cio)), _has_seat(col(CharterVersion.cmo)))
    return select(Person.user_id).where(Person.team_id == team_id, col(Person.user_id).in_(user_ids), has_any)


def list_executives(session: Session, team_id: str, user_ids: Collection[str]) -> set[str]:
    """Those of them who are the CIO or the CMO of a project that goes on."""
    return {*_list_executives(session, team_id, user_ids)}


def has_executive_seat(session: Session, team_id: str, user_id: str) -> bool:
    return user_id in list_executives(session, team_id, (user_id,))


def _is_seated(user_id: str) -> tuple[ColumnElement[bool], ...]:
    """In a project that goes on, by the charter that counts, as an executive or a lead."""
    is_any = or_(
        CharterVersion.cio == user_id,
        CharterVersion.cmo == user_id,
        Project.lead_it == user_id,
        Project.lead_marketing == user_id,
    )
    return is_counting_charter(), _goes_on(), is_any_of(*select_seats(user_id)), is_any


@all_rows
def list_seats_of_person(team_id: str, user_id: str) -> Select[Project, CharterVersion]:
    """Projects that go on, with the charter that counts, in which the person is an executive or a lead."""
    statement = (
        select(Project, CharterVersion)
        .join(CharterVersion, col(CharterVersion.project_id) == col(Project.id))
        .where(CharterVersion.team_id == team_id, *_is_seated(user_id))
        .order_by(col(Project.id))
    )
    return statement.execution_options(populate_existing=True)


@result_of
def _list_seated_people(team_id: str, user_id: str) -> Select[str, str, str, str]:
    """Who sits beside the person, each constellation once: the two of IT, then the two of marketing."""
    return (
        select(Project.lead_it, CharterVersion.cio, Project.lead_marketing, CharterVersion.cmo)
        .join(CharterVersion, col(CharterVersion.project_id) == col(Project.id))
        .where(CharterVersion.team_id == team_id, col(Project.governing_version).is_not(None), *_is_seated(user_id))
        .distinct()
    )


def list_sides_of_seats(session: Session, team_id: str, user_id: str) -> set[Side]:
    """On which sides the person leads or signs projects that both executives have signed, and that go on."""
    seated = [*_list_seated_people(session, team_id, user_id)]
    is_seated = {
        Side.IT: any(user_id in (lead, cio) for lead, cio, _, _ in seated),
        Side.MARKETING: any(user_id in (lead, cmo) for _, _, lead, cmo in seated),
    }
    return {side for side, is_theirs in is_seated.items() if is_theirs}


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


@all_rows
def _list_former_stays(team_id: str, user_id: str) -> Select[Member, Project]:
    """In projects that both executives have signed, the one that ended last first."""
    statement = select(Member, Project).join(Project, col(Project.id) == col(Member.project_id))
    theirs = Member.team_id == team_id, Member.user_id == user_id, col(Member.left_at).is_not(None)
    is_signed = col(Project.governing_version).is_not(None)
    return statement.where(*theirs, is_signed).order_by(col(Member.left_at).desc(), col(Member.id).desc())


def find_former_side(session: Session, team_id: str, user_id: str) -> Side | None:
    """The side on which the person stayed in a team last. Who was taken out may have been there by mistake."""
    for stay, project in _list_former_stays(session, team_id, user_id):
        if not stay.is_broken_off(project.zone):
            return stay.side
    return None


@all_rows
def list_open_confirmations_with_stays(team_id: str, user_id: str) -> Select[StayConfirmation, Member, Project]:
    """As `list_open_confirmations`, each with the stay that is to be confirmed, and its project."""
    return _select_confirmations_with_stays().where(*is_open_confirmation_of(team_id, user_id))


@all_rows
def list_unfinished_returns(
    team_id: str, project_ids: Collection[int]
) -> Select[StayConfirmation, Member, Project]:
    """Returns of which somebody has said that they are not quite so, as they came."""
    is_theirs = col(StayConfirmation.team_id) == team_id, is_among(col(StayConfirmation.project_id), project_ids)
    is_unfinished = is_one_of(col(StayConfirmation.state), (ConfirmationState.NOT_QUITE,))
    return _select_confirmations_with_stays().where(*is_theirs, is_unfinished)


def _select_confirmations_with_stays() -> Select[StayConfirmation, Member, Project]:
    """Oldest first."""
    statement = (
        select(StayConfirmation, Member, Project)
        .join(Member, col(Member.id) == col(StayConfirmation.member_id))
        .join(Project, col(Project.id) == col(StayConfirmation.project_id))
    )
    return statement.order_by(col(StayConfirmation.id))
