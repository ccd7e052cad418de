"""That something is erased, and why (product §17). What is: `storage/person_erasure.py`, `project_erasure.py`.

What may not be changed otherwise may be within an open erasure, which only its own transaction sees
(decision 0145).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, func, update
from sqlmodel import Field, Session, SQLModel, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.postponed import write_postponed
from storage.statements import all_rows, first_row
from storage.types import NumberedRow, UtcDateTime, build_enum_type


class ErasureReason(StrEnum):
    PERSON = "person"  # somebody was forgotten
    ANSWERS = "answers"  # a project's answers were kept long enough
    RECORDS = "records"  # so was all the rest of it
    DRAFT = "draft"  # it was never signed
    LOG = "log"  # of no project


class Erasure(NumberedRow, table=True):
    """That something was erased. It stays: nobody can be named by it."""

    __tablename__ = "erasures"
    __table_args__ = (Index("ix_erasures_reason", "team_id", "reason", "number"),)

    team_id: str
    reason: ErasureReason = Field(sa_type=build_enum_type(ErasureReason, "known_reason"))
    number: int  # of the former member, or of the project; the year of a log
    erased_at: datetime = Field(sa_type=UtcDateTime)
    is_open: bool  # in its own transaction only


@contextmanager
def open_erasure(
    session: Session, *, team_id: str, reason: ErasureReason, number: int, now: datetime
) -> Iterator[None]:
    """Within it, and within its transaction, the append-only tables of the workspace may be changed."""
    row = Erasure(team_id=team_id, reason=reason, number=number, erased_at=now, is_open=True)
    session.add(row)
    session.flush()
    row_id = row.pk
    yield
    write_postponed(session)
    session.flush()
    erasures = SQLModel.metadata.tables["erasures"]
    session.execute(update(erasures).where(erasures.c.id == row_id).values(is_open=False))
    session.expire_all()


@first_row
def _find_newest_number(team_id: str, reason: ErasureReason) -> SelectOfScalar[int | None]:
    statement: SelectOfScalar[int | None] = select(func.max(Erasure.number))
    return statement.filter_by(team_id=team_id, reason=reason)


@all_rows
def list_erased_numbers(team_id: str, reason: ErasureReason) -> SelectOfScalar[int]:
    return select(Erasure.number).filter_by(team_id=team_id, reason=reason)


def next_former_number(session: Session, team_id: str) -> int:
    return (_find_newest_number(session, team_id, ErasureReason.PERSON) or 0) + 1
