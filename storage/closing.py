"""How projects end: their closing, its report, and what their people have made of it (product §12)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, Index
from sqlmodel import Field, Session, col, exists, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.closing.rules import REPORT_KIND, Ending, GoalOutcome
from bot.projects.rules import ClosingWay, Side, State
from bot.signing.rules import RequestState, SigningAnswer
from storage.projects import Project
from storage.signing import Position, SigningRequest
from storage.statements import all_rows, first_row, result_of
from storage.types import ExactDecimal, Json, NumberedRow, Row, UtcDateTime, build_enum_type


class Closing(NumberedRow, table=True):
    """One project's, from the day on which it entered it."""

    __tablename__ = "closings"
    __table_args__ = (
        CheckConstraint("(reported_at IS NULL) = (report_number = 0)", name="report_sent_at_a_moment"),
        CheckConstraint("(closed_at IS NULL) = (ending IS NULL)", name="closed_in_a_way"),
        Index("ix_closings_closed_at", "team_id", "closed_at"),
    )

    team_id: str
    project_id: int = Field(foreign_key="projects.id", unique=True)
    way: ClosingWay = Field(sa_type=build_enum_type(ClosingWay, "known_way"))
    began_at: datetime = Field(sa_type=UtcDateTime)
    report_due_at: datetime = Field(sa_type=UtcDateTime)  # at the latest
    outcome: GoalOutcome | None = Field(default=None, sa_type=build_enum_type(GoalOutcome, "known_outcome"))
    measured: Decimal | None = Field(default=None, sa_type=ExactDecimal)  # the measure's last value
    assessed_by: str | None = None  # who has said both
    assessed_on: date | None = None
    report: dict[str, Any] | None = Field(default=None, sa_type=Json)  # bot.closing.rules.Report, as it was sent
    report_number: int = 0  # grows with each that is sent
    reported_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the first
    closes_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # without both signatures
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ending: Ending | None = Field(default=None, sa_type=build_enum_type(Ending, "known_ending"))
    kept_by: str | None = None  # the lead who keeps the channel
    archived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Retrospective(Row, table=True):
    """What one person of the team has answered; the report has it without the name."""

    __tablename__ = "retrospectives"

    project_id: int = Field(foreign_key="projects.id", primary_key=True)
    user_id: str = Field(primary_key=True)
    team_id: str
    side: Side = Field(sa_type=build_enum_type(Side, "known_side"))
    worked: str
    failed: str
    learned: str
    answered_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def says_anything(self) -> bool:
        """Whether the report has any of it: "none" is an answer, and says nothing."""
        return bool(self.worked or self.failed or self.learned)


class ConfirmedAsset(Row, table=True):
    """An asset that stays with its owner when the project ends; another owner is to be confirmed anew."""

    __tablename__ = "confirmed_assets"

    project_id: int = Field(foreign_key="projects.id", primary_key=True)
    asset_id: int = Field(primary_key=True)
    team_id: str
    owner: str
    confirmed_by: str
    confirmed_at: datetime = Field(sa_type=UtcDateTime)


@result_of
def _list_projects_closed_before(team_id: str, moment: datetime) -> Select[int | None, int]:
    statement = select(col(Project.id), Project.number).join(Closing, col(Closing.project_id) == col(Project.id))
    return statement.where(Closing.team_id == team_id, col(Closing.closed_at) < moment)


def list_projects_closed_before(session: Session, team_id: str, moment: datetime) -> list[tuple[int, int]]:
    """Their ids and numbers."""
    found = _list_projects_closed_before(session, team_id, moment)
    return [(project_id, number) for project_id, number in found if project_id is not None]


@first_row
def find_closing(team_id: str, project_id: int) -> SelectOfScalar[Closing]:
    """As it is now: it may have been read before its project was locked."""
    statement = select(Closing).filter_by(team_id=team_id, project_id=project_id)
    return statement.execution_options(populate_existing=True)


def load_closing(session: Session, team_id: str, project_id: int) -> Closing:
    """Of a project that has entered it."""
    found = find_closing(session, team_id, project_id)
    assert found is not None
    return found


@all_rows
def list_retrospectives(team_id: str, project_id: int) -> SelectOfScalar[Retrospective]:
    """Not in the order of the answers, which would say whose they are."""
    statement = select(Retrospective).filter_by(team_id=team_id, project_id=project_id)
    return statement.order_by(col(Retrospective.worked), col(Retrospective.failed))


@all_rows
def list_reported_closings(team_id: str) -> SelectOfScalar[Closing]:
    """Those that have a report."""
    return select(Closing).where(Closing.team_id == team_id, Closing.report_number > 0).order_by(col(Closing.id))


@all_rows
def list_projects_of_closings(team_id: str, closing_ids: Collection[int]) -> SelectOfScalar[int]:
    return select(Closing.project_id).where(Closing.team_id == team_id, col(Closing.id).in_(closing_ids))


@first_row
def find_retrospective(team_id: str, project_id: int, user_id: str) -> SelectOfScalar[Retrospective]:
    return select(Retrospective).filter_by(team_id=team_id, project_id=project_id, user_id=user_id)


@all_rows
def list_answered_retrospectives(team_id: str, user_id: str, project_ids: Collection[int]) -> SelectOfScalar[int]:
    """In which of these projects the person has answered."""
    answered = select(Retrospective.project_id).filter_by(team_id=team_id, user_id=user_id)
    return answered.where(col(Retrospective.project_id).in_(project_ids))


def _is_report_refused() -> ColumnElement[bool]:
    """An executive has answered the report that counts otherwise than by signing it, or has taken it back."""
    is_unsigned = exists().where(
        col(Position.request_id) == col(SigningRequest.id), col(Position.answer) != SigningAnswer.SIGN
    )
    return exists().where(
        col(SigningRequest.project_id) == col(Closing.project_id),
        col(SigningRequest.kind) == REPORT_KIND,
        col(SigningRequest.subject) == col(Closing.report_number),
        or_(col(SigningRequest.state) == RequestState.WITHDRAWN, is_unsigned),
    )


@first_row
def _find_refused_report(team_id: str, project_id: int) -> SelectOfScalar[int]:
    return select(Closing.project_id).filter_by(team_id=team_id, project_id=project_id).where(_is_report_refused())


def is_report_refused(session: Session, team_id: str, project_id: int) -> bool:
    return _find_refused_report(session, team_id, project_id) is not None


@all_rows
def list_projects_looking_back(team_id: str) -> SelectOfScalar[Project]:
    """Those whose report is still to be sent, or is refused, and takes answers, the oldest first."""
    takes_answers = or_(col(Closing.reported_at).is_(None), _is_report_refused())
    return (
        select(Project)
        .join(Closing, col(Closing.project_id) == col(Project.id))
        .where(Project.team_id == team_id, Project.state == State.CLOSING, takes_answers)
        .order_by(col(Project.id))
    )


@all_rows
def _list_confirmed_assets(team_id: str, project_id: int) -> SelectOfScalar[ConfirmedAsset]:
    return select(ConfirmedAsset).filter_by(team_id=team_id, project_id=project_id)


def list_confirmed_assets(session: Session, team_id: str, project_id: int) -> dict[int, ConfirmedAsset]:
    """By the asset's id."""
    return {row.asset_id: row for row in _list_confirmed_assets(session, team_id, project_id)}


@all_rows
def _list_closed_projects(team_id: str, project_ids: Collection[int]) -> SelectOfScalar[int]:
    """Ids, the last one that was closed first."""
    statement = select(Closing.project_id).where(
        Closing.team_id == team_id,
        col(Closing.project_id).in_(project_ids),
        col(Closing.closed_at).is_not(None),
    )
    return statement.order_by(col(Closing.closed_at).desc())


@all_rows
def _list_retrospectives_of(team_id: str, project_ids: Collection[int]) -> SelectOfScalar[Retrospective]:
    statement = select(Retrospective).where(
        Retrospective.team_id == team_id, col(Retrospective.project_id).in_(project_ids)
    )
    return statement.order_by(col(Retrospective.learned))


def list_last_retrospectives(
    session: Session, team_id: str, project_ids: Collection[int], *, count: int
) -> Sequence[Retrospective]:
    """The answers given in the `count` of these projects that were closed last, newest project first."""
    ids = list(_list_closed_projects(session, team_id, project_ids))[:count]
    found = _list_retrospectives_of(session, team_id, ids) if ids else []
    return sorted(found, key=lambda each: ids.index(each.project_id))
