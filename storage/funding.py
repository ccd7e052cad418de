"""The ledger of a project: entries, agreements to value in kind, and disputes (product §6)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, col, exists, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.funding.rules import DisputeOutcome, EntryKind
from bot.projects.rules import Side
from storage.statements import all_rows, build_finder, first_row, is_among, result_of
from storage.types import NumberedRow, Row, UtcDateTime, build_enum_type, build_sparse_index

_OPEN = text("ended_at IS NULL")


class LedgerEntry(NumberedRow, table=True):
    """Numbered within its project, reversed once at most. The database refuses to change or delete one."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        UniqueConstraint("reverses"),
        CheckConstraint("amount_minor > 0", name="has_amount"),
        CheckConstraint("(kind = 'reversal') = (reverses IS NOT NULL)", name="reverses_one"),
        build_sparse_index("ledger_entries", "milestone_id"),
    )

    team_id: str
    project_id: int = Field(foreign_key="projects.id")
    number: int
    kind: EntryKind = Field(sa_type=build_enum_type(EntryKind, "known_kind"))
    side: Side = Field(sa_type=build_enum_type(Side, "known_side"))
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    day: date  # on which it was paid, or spent
    what: str  # of a reversal: why; empty where nothing was said of a payment
    milestone_id: int | None = Field(default=None, foreign_key="milestones.id")  # of spending
    reference: str | None = None  # a cost centre, an invoice
    reverses: int | None = Field(default=None, foreign_key="ledger_entries.id")
    recorded_by: str | None = None  # None: both executives have decided it
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class InKindAgreement(Row, table=True):
    """The other side's lead has agreed that what was given in kind is worth that much."""

    __tablename__ = "in_kind_agreements"

    entry_id: int = Field(foreign_key="ledger_entries.id", primary_key=True)
    team_id: str
    project_id: int = Field(foreign_key="projects.id", index=True)
    agreed_by: str
    agreed_at: datetime = Field(sa_type=UtcDateTime)


class LedgerDispute(NumberedRow, table=True):
    """The side that did not record an entry does not agree with it. One at a time about one entry."""

    __tablename__ = "ledger_disputes"
    __table_args__ = (
        Index("uq_ledger_disputes_open", "entry_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    team_id: str
    project_id: int = Field(foreign_key="projects.id", index=True)
    entry_id: int = Field(foreign_key="ledger_entries.id", index=True)
    reason: str
    opened_by: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str | None = None  # None: both executives have decided it
    outcome: DisputeOutcome | None = Field(default=None, sa_type=build_enum_type(DisputeOutcome, "known_outcome"))


find_entry = build_finder(LedgerEntry)
find_dispute = build_finder(LedgerDispute, anew=True)


@all_rows
def list_entries(team_id: str, project_id: int) -> SelectOfScalar[LedgerEntry]:
    """In the order in which they were recorded."""
    statement = select(LedgerEntry).filter_by(team_id=team_id, project_id=project_id)
    return statement.order_by(col(LedgerEntry.number))


@first_row
def _find_largest_number(team_id: str, project_id: int) -> SelectOfScalar[int]:
    return select(func.max(LedgerEntry.number)).filter_by(team_id=team_id, project_id=project_id)


def next_entry_number(session: Session, team_id: str, project_id: int) -> int:
    """The project is locked by whoever asks."""
    return (_find_largest_number(session, team_id, project_id) or 0) + 1


def has_entries(session: Session, team_id: str, project_id: int) -> bool:
    return bool(_find_largest_number(session, team_id, project_id))


@all_rows
def list_projects_with_entries(team_id: str) -> SelectOfScalar[int]:
    """Their ids, in order."""
    statement = select(LedgerEntry.project_id).filter_by(team_id=team_id).distinct()
    return statement.order_by(col(LedgerEntry.project_id))


@result_of
def _sum_up_spending(team_id: str, project_ids: Collection[int]) -> Select[int, int]:
    reversal = aliased(LedgerEntry)
    undone = exists().where(col(reversal.reverses) == col(LedgerEntry.id))
    statement = select(LedgerEntry.project_id, func.sum(LedgerEntry.amount_minor)).where(
        LedgerEntry.team_id == team_id,
        is_among(LedgerEntry.project_id, project_ids),
        LedgerEntry.kind == EntryKind.SPENT,
        ~undone,
    )
    return statement.group_by(col(LedgerEntry.project_id)).order_by(col(LedgerEntry.project_id))


def sum_up_spending(session: Session, team_id: str, project_ids: Collection[int]) -> dict[int, int]:
    """How much was spent in those of them in which anything was, in minor units, without what was undone."""
    return {project_id: int(spent) for project_id, spent in _sum_up_spending(session, team_id, project_ids)}


@first_row
def find_reversal(team_id: str, entry_id: int) -> SelectOfScalar[LedgerEntry]:
    """By which the entry was undone."""
    return select(LedgerEntry).filter_by(team_id=team_id, reverses=entry_id)


@all_rows
def list_agreements(team_id: str, project_id: int) -> SelectOfScalar[InKindAgreement]:
    return select(InKindAgreement).filter_by(team_id=team_id, project_id=project_id)


@first_row
def find_agreement(team_id: str, entry_id: int) -> SelectOfScalar[InKindAgreement]:
    return select(InKindAgreement).filter_by(team_id=team_id, entry_id=entry_id)


@all_rows
def list_unagreed_entries(team_id: str, project_ids: Sequence[int]) -> SelectOfScalar[LedgerEntry]:
    """Lists value in kind of these projects that nobody has agreed to or reversed, oldest first."""
    reversal = aliased(LedgerEntry)
    undone = exists().where(col(reversal.reverses) == col(LedgerEntry.id))
    agreed = exists().where(col(InKindAgreement.entry_id) == col(LedgerEntry.id))
    statement = select(LedgerEntry).where(
        LedgerEntry.team_id == team_id,
        is_among(LedgerEntry.project_id, project_ids),
        LedgerEntry.kind == EntryKind.IN_KIND,
        ~undone,
        ~agreed,
    )
    return statement.order_by(col(LedgerEntry.id))


@all_rows
def list_disputes(team_id: str, project_id: int) -> SelectOfScalar[LedgerDispute]:
    """Also those that have ended, as they came."""
    statement = select(LedgerDispute).filter_by(team_id=team_id, project_id=project_id)
    return statement.order_by(col(LedgerDispute.id)).execution_options(populate_existing=True)


@all_rows
def list_disputes_with_entries(team_id: str, project_ids: Collection[int]) -> Select[LedgerDispute, LedgerEntry]:
    """Lists disputes of these projects, those that have ended, too, each with its entry, oldest first."""
    is_of_entry = col(LedgerEntry.id) == col(LedgerDispute.entry_id)
    statement = select(LedgerDispute, LedgerEntry).join(LedgerEntry, is_of_entry)
    theirs = LedgerDispute.team_id == team_id, is_among(LedgerDispute.project_id, project_ids)
    return statement.where(*theirs).order_by(col(LedgerDispute.id))


@all_rows
def list_disputes_of_entry(team_id: str, entry_id: int) -> SelectOfScalar[LedgerDispute]:
    """Also those that have ended, as they came."""
    statement = select(LedgerDispute).filter_by(team_id=team_id, entry_id=entry_id)
    return statement.order_by(col(LedgerDispute.id)).execution_options(populate_existing=True)


@first_row
def find_open_dispute(team_id: str, entry_id: int) -> SelectOfScalar[LedgerDispute]:
    statement = select(LedgerDispute).filter_by(team_id=team_id, entry_id=entry_id, ended_at=None)
    return statement.execution_options(populate_existing=True)
