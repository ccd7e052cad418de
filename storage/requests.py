"""Requests that had an effect, with the reply they were given: a replay gets that reply and no second effect."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col

from storage.types import Json, UtcDateTime


class SeenRequest(SQLModel, table=True):
    __tablename__ = "seen_requests"

    team_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    reply: dict[str, Any] = Field(sa_type=Json)
    seen_at: datetime = Field(sa_type=UtcDateTime, index=True)


def reply_given(session: Session, team_id: str, key: str) -> dict[str, Any] | None:
    row = session.get(SeenRequest, (team_id, key))
    return None if row is None else row.reply


def remember_reply(session: Session, team_id: str, key: str, reply: dict[str, Any], now: datetime) -> None:
    session.add(SeenRequest(team_id=team_id, key=key, reply=reply, seen_at=now))


def forget_replies(session: Session, *, before: datetime) -> None:
    session.execute(delete(SeenRequest).where(col(SeenRequest.seen_at) < before))
