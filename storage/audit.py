"""The audit log: who changed what, when, before → after. The database refuses to change or delete entries."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Index, ScalarSelect, bindparam, func
from sqlmodel import Field, Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.checkins.rules import Schedule
from bot.parsing.money import Amount
from storage.postponed import postpone_write
from storage.statements import all_rows, first_row, insert_rows_into
from storage.types import Json, NumberedRow, UtcDateTime, build_sparse_index

_LOGGED = "logged_in"  # of a session's `info`
LOGGED_WORDS: Final = frozenset({"text", "reason"})
"""The facts of the log that people have written themselves; its other texts are what things are called."""


class AuditEntry(NumberedRow, table=True):
    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_project", "team_id", "project_id", "id"),  # a log's newest entries first
        build_sparse_index("audit_log", "project_id"),
    )

    team_id: str
    project_id: int | None = Field(default=None, foreign_key="projects.id")
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str | None  # None: Duet itself
    action: str  # "charter.sent"; the sentence is `log.<action>` in the catalogues
    before: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    after: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class LogFacts(BaseModel):
    """How things were, or are, as an entry is written and read; what has no type here is text, number or id."""

    model_config = ConfigDict(defer_build=True, extra="allow", hide_input_in_errors=True)

    start: date | None = None
    until: date | None = None
    closes_on: date | None = None
    due: date | None = None
    was: date | None = None
    day: date | None = None
    value: Decimal | None = None
    amount: Amount | None = None
    rule: Schedule | None = None
    measure_start: Decimal | None = None
    measure_target: Decimal | None = None
    measure_by: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    budget: Amount | None = None


def read_log_facts(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry says, by name. Raises: pydantic.ValidationError for what another version has written."""
    facts = LogFacts.model_validate(stored)
    return {name: value for name, value in facts if name in facts.model_fields_set}


def _write_log_facts(facts: Mapping[str, Any] | None) -> dict[str, Any]:
    return LogFacts.model_validate(facts or {}).model_dump(mode="json", exclude_unset=True)


@insert_rows_into(AuditEntry)
def _insert_entries(insert: Any) -> Any:
    return insert


def record_audit_entry(
    session: Session,
    *,
    team_id: str,
    project_id: int | None,
    at: datetime,
    actor: str | None,
    action: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """`before` and `after` are `LogFacts`. `actor` is None for what Duet does by itself."""
    entry = {
        "team_id": team_id,
        "project_id": project_id,
        "at": at,
        "actor": actor,
        "action": action,
        "before": _write_log_facts(before),
        "after": _write_log_facts(after),
    }
    postpone_write(session, AuditEntry.__tablename__, _insert_entries, entry)
    session.info.setdefault(_LOGGED, set()).add(project_id)


def project_ids_of_new_entries(session: Session) -> list[int | None]:
    """In whose log this session has made entries; None: in that of no project."""
    return sorted(session.info.get(_LOGGED, ()), key=lambda project_id: project_id or 0)


def newest_entry_id(
    session: Session, team_id: str, project_ids: Collection[int | None], *, own_after: datetime
) -> int:
    """The id of the newest entry in the logs of these projects (None: of no project), 0 if there is none.

    What Duet did by itself counts if it was after `own_after`.
    """
    found: list[int | None] = [0]
    if named := [each for each in project_ids if each is not None]:
        found.append(_find_newest_id(session, team_id, named, own_after))
    if None in project_ids:
        found.append(_find_newest_id_of_no_project(session, team_id, own_after))
    return max(each or 0 for each in found)


@first_row
def _find_newest_id(team_id: str, project_ids: Collection[int], own_after: datetime) -> SelectOfScalar[int | None]:
    return _select_newest_id_of(team_id, own_after).where(col(AuditEntry.project_id).in_(project_ids))


@first_row
def _find_newest_id_of_no_project(team_id: str, own_after: datetime) -> SelectOfScalar[int | None]:
    return _select_newest_id_of(team_id, own_after).filter_by(project_id=None)


def _select_newest_id_of(team_id: str, own_after: datetime) -> SelectOfScalar[int | None]:
    of_people = col(AuditEntry.actor).is_not(None)
    newest = select(func.max(AuditEntry.id)).where(AuditEntry.team_id == team_id)
    return newest.where(or_(of_people, col(AuditEntry.at) > own_after))


LOG_TEAM, LOG_PROJECT = "log_team_id", "log_project_id"


def select_newest_id(*, of_project: bool) -> ScalarSelect[int]:
    """The same of one log, as a part of the statement that writes it down and has its place as parameters."""
    project = col(AuditEntry.project_id)
    is_of_log = project == bindparam(LOG_PROJECT) if of_project else project.is_(None)
    newest = select(func.coalesce(func.max(AuditEntry.id), 0))
    return newest.where(AuditEntry.team_id == bindparam(LOG_TEAM), is_of_log).scalar_subquery()


@all_rows
def list_audit_entries(team_id: str, project_id: int, *, limit: int, offset: int = 0) -> SelectOfScalar[AuditEntry]:
    """Newest first."""
    return (
        select(AuditEntry)
        .filter_by(team_id=team_id, project_id=project_id)
        .order_by(col(AuditEntry.id).desc())
        .limit(limit)
        .offset(offset)
    )


@all_rows
def list_entries_of_action(team_id: str, project_id: int, action: str) -> SelectOfScalar[AuditEntry]:
    """Oldest first."""
    statement = select(AuditEntry).filter_by(team_id=team_id, project_id=project_id, action=action)
    return statement.order_by(col(AuditEntry.id))


@first_row
def find_latest_audit_entry(team_id: str, project_id: int, action: str) -> SelectOfScalar[AuditEntry]:
    statement = select(AuditEntry).filter_by(team_id=team_id, project_id=project_id, action=action)
    return statement.order_by(col(AuditEntry.id).desc())


@first_row
def _find_first_of_no_project(team_id: str, before: datetime) -> SelectOfScalar[int | None]:
    statement = select(col(AuditEntry.id)).filter_by(team_id=team_id, project_id=None)
    return statement.where(AuditEntry.at < before).limit(1)


def has_entries_of_no_project(session: Session, team_id: str, before: datetime) -> bool:
    """Whether the workspace's own log goes back beyond that moment."""
    return _find_first_of_no_project(session, team_id, before) is not None


def count_audit_entries(session: Session, team_id: str, project_id: int, kinds: Collection[str]) -> int:
    """How many entries there are whose actions begin so: `charter` counts `charter.sent`."""
    statement = select(func.count(col(AuditEntry.id))).where(
        AuditEntry.team_id == team_id,
        AuditEntry.project_id == project_id,
        or_(*(col(AuditEntry.action).startswith(f"{kind}.") for kind in kinds)),
    )
    return session.exec(statement).one()
