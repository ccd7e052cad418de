"""What people have begun to fill in."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col

from storage.types import Json, UtcDateTime


class Draft(SQLModel, table=True):
    """The first step of a long form, kept until the second is sent."""

    __tablename__ = "drafts"

    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    form: str = Field(primary_key=True)
    values: dict[str, Any] = Field(sa_type=Json)
    updated_at: datetime = Field(sa_type=UtcDateTime)


def find_draft(session: Session, team_id: str, user_id: str, form: str) -> Draft | None:
    return session.get(Draft, (team_id, user_id, form))


def keep_draft(
    session: Session, team_id: str, user_id: str, form: str, *, values: dict[str, Any], now: datetime
) -> None:
    session.merge(Draft(team_id=team_id, user_id=user_id, form=form, values=values, updated_at=now))


def drop_draft(session: Session, team_id: str, user_id: str, form: str) -> None:
    row = find_draft(session, team_id, user_id, form)
    if row is not None:
        session.delete(row)


def forget_drafts(session: Session, *, before: datetime) -> None:
    """Forms that nobody came back to."""
    session.execute(delete(Draft).where(col(Draft.updated_at) < before))
