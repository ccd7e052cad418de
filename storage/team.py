"""Who is seconded to a project, until when, and who has confirmed it; and who is away (product §7, §8.5)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, Index, UniqueConstraint, text
from sqlmodel import Field, Session, col, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.projects.rules import FULL_TIME, Side
from bot.scheduling.zones import local_day
from bot.team.rules import ConfirmationState, Confirmer, StayMoment
from storage.statements import all_rows, build_finder, first_row, held_rows, hold_rows, is_one_of
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
        CheckConstraint("share BETWEEN 1 AND 100", name="share_in_percent"),
        CheckConstraint("home_manager <> user_id", name="managed_by_another"),
        CheckConstraint("left_at IS NOT NULL OR NOT ended_with_project", name="ended_when_left"),
    )

    team_id: str
    project_id: int = Field(foreign_key="projects.id", index=True)
    user_id: str = Field(index=True)
    side: Side = Field(sa_type=build_enum_type(Side, "known_side"))
    home_post: str  # where they return to
    home_manager: str | None = Field(default=None, index=True)  # who leads there; a guest may have none
    share: int = FULL_TIME  # percent of their time
    revision: int = 1  # grows with every change
    starts_on: date
    ends_on: date  # the last day in the team
    added_by: str
    added_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_with_project: bool = False  # and not before: whoever was in the team then goes on reading (product §14)
    hinted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # by it the side learned of a law's limit

    def is_broken_off(self, zone: str) -> bool:
        """Whether it ended before its last day was over, in the project's zone."""
        return self.left_at is not None and local_day(self.left_at, zone) <= self.ends_on


class StayConfirmation(NumberedRow, table=True):
    """That the start or the return of a stay is confirmed, by the member or by the home manager."""

    __tablename__ = "stay_confirmations"
    __table_args__ = (
        UniqueConstraint("member_id", "moment", "confirmer"),
        CheckConstraint("(reason IS NOT NULL) = (state = 'not_quite')", name="reason_if_not_quite"),
    )

    team_id: str
    project_id: int = Field(foreign_key="projects.id", index=True)
    member_id: int = Field(foreign_key="members.id")
    moment: StayMoment = Field(sa_type=build_enum_type(StayMoment, "known_moment"))
    confirmer: Confirmer = Field(sa_type=build_enum_type(Confirmer, "known_confirmer"))
    user_id: str = Field(index=True)  # who is asked, or has answered
    state: ConfirmationState = Field(sa_type=build_enum_type(ConfirmationState, "known_state"))
    revision: int = 1  # grows when it is asked anew: what was asked before is answered no more
    reminders: int = 0  # since then
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str | None = None  # why not quite; for the side's executive only
    told: str | None = None  # the executive who was told the reason


class Absence(NumberedRow, table=True):
    """Days on which a person is not asked anything. It carries no reason."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        Index("ix_absences_person", "team_id", "user_id", "ends_on"),
    )

    team_id: str
    user_id: str
    starts_on: date
    ends_on: date  # the last day away
    is_of_status: bool = False  # ends with the Slack status that it was taken from


@all_rows
def _list_members_of_projects(team_id: str, project_ids: Collection[int]) -> SelectOfScalar[Member]:
    statement = select(Member).where(
        Member.team_id == team_id, col(Member.project_id).in_(project_ids), col(Member.left_at).is_(None)
    )
    return statement.order_by(col(Member.side), col(Member.id))


@held_rows
def list_all_stays(team_id: str, project_id: int) -> SelectOfScalar[Member]:
    """Also those that are over, as they came."""
    return select(Member).filter_by(team_id=team_id, project_id=project_id).order_by(col(Member.id))


def list_last_stays(session: Session, team_id: str, project_id: int) -> list[Member]:
    """Each person's last one, also where that is over, as they came."""
    return [*{each.user_id: each for each in list_all_stays(session, team_id, project_id)}.values()]


def list_members(session: Session, team_id: str, project_id: int) -> list[Member]:
    """Those who have not left, IT first, then as they came."""
    here = [each for each in list_all_stays(session, team_id, project_id) if each.left_at is None]
    return sorted(here, key=lambda each: (each.side, each.pk))


def list_members_of_projects(session: Session, team_id: str, project_ids: Collection[int]) -> Sequence[Member]:
    """The same of several projects."""
    if len(project_ids) == 1:
        return list_members(session, team_id, *project_ids)
    return _list_members_of_projects(session, team_id, project_ids)


find_member = build_finder(Member)


@first_row
def find_current_stay(team_id: str, project_id: int, user_id: str) -> SelectOfScalar[Member]:
    """The one in that project that goes on."""
    return select(Member).filter_by(team_id=team_id, project_id=project_id, user_id=user_id, left_at=None)


@all_rows
def _list_current_stays(team_id: str, user_id: str) -> SelectOfScalar[Member]:
    statement = select(Member).filter_by(team_id=team_id, user_id=user_id, left_at=None)
    return statement.order_by(col(Member.project_id))


def list_current_stays(session: Session, team_id: str, user_id: str) -> dict[int, Member]:
    """Project id → the stay there that goes on."""
    return {row.project_id: row for row in _list_current_stays(session, team_id, user_id)}


@all_rows
def list_stays_of_person(team_id: str, user_id: str) -> SelectOfScalar[Member]:
    """Also those that are over, in all projects, as they came."""
    return select(Member).filter_by(team_id=team_id, user_id=user_id).order_by(col(Member.id))


@all_rows
def list_managed_stays(team_id: str, user_id: str) -> SelectOfScalar[Member]:
    """Stays, also those that are over, of whom the person is the home manager; by project, as they came."""
    statement = select(Member).filter_by(team_id=team_id, home_manager=user_id)
    return statement.order_by(col(Member.project_id), col(Member.id))


@all_rows
def list_project_ids_of_stays(team_id: str, user_id: str) -> SelectOfScalar[int]:
    """Of stays, also those that are over, of which the person is the member or the home manager."""
    is_theirs = or_(col(Member.user_id) == user_id, col(Member.home_manager) == user_id)
    return select(Member.project_id).where(Member.team_id == team_id, is_theirs)


@first_row
def find_hinted_stay(team_id: str, project_id: int, side: Side) -> SelectOfScalar[Member]:
    """By which the side has learned of a law's limit in this project."""
    statement = select(Member).filter_by(team_id=team_id, project_id=project_id, side=side)
    return statement.where(col(Member.hinted_at).is_not(None))


find_confirmation = build_finder(StayConfirmation)


@all_rows
def _list_confirmations(team_id: str, member_id: int) -> SelectOfScalar[StayConfirmation]:
    statement = select(StayConfirmation).filter_by(team_id=team_id, member_id=member_id)
    return statement.order_by(col(StayConfirmation.id))


def list_confirmations_of_stay(session: Session, member: Member, *moments: StayMoment) -> list[StayConfirmation]:
    """Of these moments, as they came."""
    return [row for row in _list_confirmations(session, member.team_id, member.pk) if row.moment in moments]


@all_rows
def _list_stays_with_confirmations(team_id: str, project_id: int) -> Select[Member, StayConfirmation]:
    of_stay = col(StayConfirmation.member_id) == col(Member.id)
    statement = select(Member, StayConfirmation).join(StayConfirmation, of_stay, isouter=True)
    place = Member.team_id == team_id, Member.project_id == project_id
    return statement.where(*place).order_by(col(Member.id), col(StayConfirmation.id))


def list_stays_with_confirmations(
    session: Session, team_id: str, project_id: int
) -> Sequence[tuple[Member, StayConfirmation | None]]:
    """All stays, as they came, each with each of its confirmations; one that has none, with None."""
    rows: Sequence[tuple[Member, StayConfirmation | None]] = _list_stays_with_confirmations(
        session, team_id, project_id
    )
    stays = {member.pk: member for member, _ in rows}
    hold_rows(session, list_all_stays, team_id, project_id, rows=[*stays.values()])
    return rows


@all_rows
def list_confirmations_of_project(team_id: str, project_id: int) -> SelectOfScalar[StayConfirmation]:
    """Of all its stays, as they came."""
    statement = select(StayConfirmation).filter_by(team_id=team_id, project_id=project_id)
    return statement.order_by(col(StayConfirmation.id))


def is_open_confirmation_of(team_id: str, user_id: str) -> tuple[ColumnElement[bool], ...]:
    """What the person has been asked and has not confirmed."""
    is_theirs = col(StayConfirmation.team_id) == team_id, col(StayConfirmation.user_id) == user_id
    is_open = is_one_of(col(StayConfirmation.state), (ConfirmationState.ASKED, ConfirmationState.NOT_QUITE))
    return *is_theirs, is_open


@all_rows
def list_open_confirmations(team_id: str, user_id: str) -> SelectOfScalar[StayConfirmation]:
    """What the person has been asked and has not confirmed, as it came."""
    statement = select(StayConfirmation).where(*is_open_confirmation_of(team_id, user_id))
    return statement.order_by(col(StayConfirmation.id))


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


@all_rows
def list_absences_of_people(
    team_id: str, user_ids: Collection[str], since: date, until: date
) -> Select[str, date, date]:
    """Of each who is away on one of these days, first and last included: from when to when."""
    return select(Absence.user_id, col(Absence.starts_on), col(Absence.ends_on)).where(
        Absence.team_id == team_id,
        col(Absence.user_id).in_(user_ids),
        Absence.starts_on <= until,
        Absence.ends_on >= since,
    )
