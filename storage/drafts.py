"""What people have begun to fill in."""

from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python
from sqlalchemy import delete
from sqlmodel import Field, Session, col

from bot.runtime.logs import log_skipped_item
from storage.types import Json, Row, UtcDateTime

D = TypeVar("D")


class Draft(Row, table=True):
    """The first step of a long form, kept until the second is sent."""

    __tablename__ = "drafts"

    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    form: str = Field(primary_key=True)
    values: Any = Field(sa_type=Json)
    updated_at: datetime = Field(sa_type=UtcDateTime, index=True)


def find_draft(
    session: Session, team_id: str, user_id: str, form: str, *, of: type[D]
) -> tuple[D, datetime] | None:
    """What was kept, and when; None also for what another version of Duet has kept."""
    row = session.get(Draft, (team_id, user_id, form))
    try:
        return None if row is None else (TypeAdapter(of).validate_python(row.values), row.updated_at)
    except ValidationError as error:
        log_skipped_item("draft.skipped", form=form, faults=error.error_count())
        return None


def keep_draft(session: Session, team_id: str, user_id: str, form: str, *, values: object, now: datetime) -> None:
    """`values`: of the type by which they are found again."""
    kept = to_jsonable_python(values)
    session.merge(Draft(team_id=team_id, user_id=user_id, form=form, values=kept, updated_at=now))


def drop_draft(session: Session, team_id: str, user_id: str, form: str) -> None:
    row = session.get(Draft, (team_id, user_id, form))
    if row is not None:
        session.delete(row)


def forget_drafts(session: Session, *, before: datetime) -> None:
    """Forms that nobody came back to."""
    session.execute(delete(Draft).where(col(Draft.updated_at) < before))
