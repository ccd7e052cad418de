"""Projects and the versions of their charters."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, Index, UniqueConstraint, func
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.charter.rules import BudgetBasis, TimetableLine
from bot.parsing.money import Amount
from bot.projects.rules import RUNNING, Role, Sides, State, apply_transition
from bot.scheduling.zones import local_day
from storage import people
from storage.statements import all_rows, build_held_finder, first_row, forget_held_rows, result_of
from storage.types import (
    Concern,
    ExactDecimal,
    NumberedRow,
    PydanticJson,
    Row,
    UtcDateTime,
    build_enum_type,
    build_sparse_index,
)

# In `session.info`, as a session holds what is unchanged by weak references only: the projects that it has locked,
# and the charters that it has read since.
_LOCKED, CHARTERS = "locked_projects", "charters"


class Project(NumberedRow, table=True):
    """What changes without a signature. What both executives sign is in `CharterVersion`."""

    __tablename__ = "projects"
    __table_args__ = (
        UniqueConstraint("team_id", "number"),
        UniqueConstraint("team_id", "channel_id"),
        Index("ix_projects_state", "team_id", "state"),
        build_sparse_index("projects", "begun_from"),
    )

    team_id: str = Field(foreign_key="workspaces.team_id")
    number: int
    name: str
    state: State = Field(sa_type=build_enum_type(State, "known_state"))
    latest_version: int = 1
    revision: int = 1  # grows with every change of the charter, signed or not
    governing_version: int | None = None  # the one that both executives have signed
    lead_it: str = Field(index=True)
    lead_marketing: str = Field(index=True)
    language: str
    zone: str
    channel_id: str | None = None
    created_by: str = Field(index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    activated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paused_until: date | None = None  # the day on which it resumes by itself
    pause_reason: str | None = None
    paused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_by: str | None = None
    withdrawal_reason: str | None = None
    closes_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # ten working days after a withdrawal
    vacant_it: bool = False
    vacant_marketing: bool = False
    is_public: bool = False  # product §14
    takes_late_entries: bool = False  # closed, and its ledger is still open (product §12.3)
    begun_from: int | None = Field(default=None, foreign_key="projects.id")  # a closed project (product §12.3)
    channel_lost_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # Slack said so; None: it is there

    @property
    def key(self) -> str:
        return f"D-{self.number}"

    @property
    def project_id(self) -> int:
        """What is said about a project belongs to it."""
        return self.pk

    @property
    def leads(self) -> Sides[str]:
        return Sides(self.lead_it, self.lead_marketing)

    @property
    def vacant(self) -> Sides[bool]:
        """Whether the side's executive has left, and has no successor yet."""
        return Sides(self.vacant_it, self.vacant_marketing)

    @vacant.setter
    def vacant(self, vacant: Sides[bool]) -> None:
        self.vacant_it, self.vacant_marketing = vacant

    @property
    def is_paused(self) -> bool:
        return self.state is State.PAUSED

    @property
    def has_ended(self) -> bool:
        return self.state in (State.CLOSED, State.CANCELLED)

    @property
    def counting_version(self) -> int:
        """Of its charter: the governing one, or before there is one the newest."""
        return self.governing_version or self.latest_version

    def take_step(self, name: str, *, roles: frozenset[Role]) -> None:
        """Enters the state to which a step of the table leads; nothing else changes it (product §3).

        Raises: NotInThisState, NotAllowed.
        """
        self.state = apply_transition(name, self, roles=roles)

    def day(self, moment: datetime) -> date:
        """The local day of a moment."""
        return local_day(moment, self.zone)


class CharterVersion(Row, table=True):
    """A change is a new version (product §4.4); only a seat passes to a successor within one (§4.9)."""

    __tablename__ = "charter_versions"
    __table_args__ = (
        CheckConstraint("cio <> cmo", name="two_people"),
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("budget_minor > 0", name="has_budget"),
    )

    project_id: int = Field(foreign_key="projects.id", primary_key=True)
    version: int = Field(primary_key=True)
    team_id: str
    goal: str
    measure_name: str
    measure_unit: str
    measure_start: Decimal | None = Field(sa_type=ExactDecimal, nullable=True)  # None: not measured yet
    measure_target: Decimal = Field(sa_type=ExactDecimal)
    measure_by: date
    cio: str = Field(index=True)
    cmo: str = Field(index=True)
    starts_on: date
    ends_on: date
    budget_minor: int = Field(sa_type=BigInteger)
    currency: str
    budget_basis: BudgetBasis = Field(sa_type=build_enum_type(BudgetBasis, "known_budget_basis"))
    created_by: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    # As both are asked to sign it; None: they were not.
    timetable: list[TimetableLine] | None = Field(default=None, sa_type=PydanticJson(list[TimetableLine]))

    @property
    def budget(self) -> Amount:
        return Amount(self.budget_minor, self.currency)

    @property
    def executives(self) -> Sides[str]:
        return Sides(self.cio, self.cmo)

    @executives.setter
    def executives(self, executives: Sides[str]) -> None:
        self.cio, self.cmo = executives


find_project = build_held_finder(Project)
"""Asks the database only if nobody in this transaction holds the project: whoever has it hands it on."""


@all_rows
def _list_projects(team_id: str, project_ids: Collection[int]) -> SelectOfScalar[Project]:
    return select(Project).where(Project.team_id == team_id, col(Project.id).in_(project_ids))


def load_projects(session: Session, team_id: str, project_ids: Collection[int]) -> dict[int, Project]:
    """Those of them that there are, by id, in one statement. Whoever holds them finds each without a statement."""
    return {row.pk: row for row in _list_projects(session, team_id, project_ids)} if project_ids else {}


def load_project_of(session: Session, about: Concern, *, for_update: bool = False) -> Project:
    """The project of something that belongs to one. `for_update`: as `find_project_for_update`."""
    assert about.project_id is not None
    find = find_project_for_update if for_update else find_project
    found = find(session, about.team_id, about.project_id)
    assert found is not None
    return found


@first_row
def _lock_project(team_id: str, project_id: int) -> SelectOfScalar[Project]:
    statement = select(Project).filter_by(team_id=team_id, id=project_id)
    return statement.with_for_update(key_share=True).execution_options(populate_existing=True)


def find_project_for_update(session: Session, team_id: str, project_id: int) -> Project | None:
    """Locks the root that every change of a project locks first (lock order: project, timer, the rest).

    What was read of it before counts no more: the project is as it is now, and its charters are read again.
    """
    found = _lock_project(session, team_id, project_id)
    hold_locked(session, [] if found is None else [found])
    return found


@first_row
def _lock_project_of_any_team(project_id: int) -> SelectOfScalar[Project]:
    statement = select(Project).filter_by(id=project_id).with_for_update(key_share=True)
    return statement.execution_options(populate_existing=True)


@all_rows
def _lock_projects(team_id: str, project_ids: Collection[int]) -> SelectOfScalar[Project]:
    statement = select(Project).where(Project.team_id == team_id, col(Project.id).in_(project_ids))
    ordered = statement.order_by(col(Project.id)).with_for_update(key_share=True)
    return ordered.execution_options(populate_existing=True)


def load_projects_for_update(session: Session, team_id: str, project_ids: Collection[int]) -> dict[int, Project]:
    """As `find_project_for_update`, of several in one statement, which locks them by ascending id."""
    if not project_ids:
        return {}
    locked = {row.pk: row for row in _lock_projects(session, team_id, project_ids)}
    hold_locked(session, locked.values())
    return locked


def lock_project(session: Session, project_id: int) -> None:
    """The same lock for a worker that knows the project only by what hangs on it."""
    found = _lock_project_of_any_team(session, project_id)
    hold_locked(session, [] if found is None else [found])


def hold_locked(session: Session, locked: Iterable[Project]) -> None:
    """What is locked is read no more: it stays as it is.

    Whoever has waited for a lock reads charters and people again: a seat may have passed on meanwhile.
    """
    held: list[Project] = session.info.setdefault(_LOCKED, [])
    held += locked
    people.forget_people(session)
    forget_held_rows(session)
    session.info.pop(CHARTERS, None)
    for charter in [row for row in session if isinstance(row, CharterVersion)]:
        session.expire(charter)


@first_row
def find_project_by_channel(team_id: str, channel_id: str) -> SelectOfScalar[Project]:
    return select(Project).filter_by(team_id=team_id, channel_id=channel_id)


@result_of
def _list_lost_channels() -> Select[str, str | None]:
    statement = select(Project.team_id, Project.channel_id).where(
        col(Project.channel_lost_at).is_not(None), col(Project.state).in_(RUNNING | {State.CLOSING})
    )
    return statement.order_by(col(Project.id))


def list_lost_channels(session: Session) -> list[tuple[str, str]]:
    """Of all workspaces: team and channel of the live projects whose channel takes no posts."""
    return [(team_id, channel_id) for team_id, channel_id in _list_lost_channels(session) if channel_id is not None]


@all_rows
def list_public_projects(team_id: str, states: Collection[State]) -> Select[Project, CharterVersion]:
    """With the charter that counts, newest first."""
    return (
        select(Project, CharterVersion)
        .join(CharterVersion, col(CharterVersion.project_id) == col(Project.id))
        .where(
            Project.team_id == team_id,
            col(Project.is_public),
            col(Project.state).in_(states),
            is_counting_charter(),
        )
        .order_by(col(Project.number).desc())
    )


@all_rows
def list_projects_in_state(team_id: str, state: State) -> SelectOfScalar[Project]:
    """Oldest first."""
    return select(Project).filter_by(team_id=team_id, state=state).order_by(col(Project.id))


@first_row
def find_project_in(team_id: str, states: Collection[State]) -> SelectOfScalar[Project]:
    """Some project in one of the states, if there is any."""
    return select(Project).where(Project.team_id == team_id, col(Project.state).in_(states)).limit(1)


def is_counting_charter() -> ColumnElement[bool]:
    """The governing charter, or before there is one the newest."""
    return col(CharterVersion.version) == func.coalesce(col(Project.governing_version), col(Project.latest_version))
