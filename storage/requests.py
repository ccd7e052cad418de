"""Requests that had an effect, with the reply they were given: a replay gets that reply and no second effect.

A row is written in the transaction of the effect, so it is also the witness of a COMMIT whose answer was lost.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from storage import audit
from storage.engine import Database
from storage.session import reading
from storage.types import Json, UtcDateTime

UNLOGGED_REPEATS = timedelta(minutes=1)
"""How long an act that the audit log does not know can be repeated: nothing says what has happened since."""


class SeenRequest(SQLModel, table=True):
    __tablename__ = "seen_requests"

    team_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    user_id: str = Field(index=True)
    act: str  # the same for the same thing asked again, by another click; "" where that is to be done again
    reply: dict[str, Any] = Field(sa_type=Json)
    logged_in: list[int | None] = Field(sa_type=Json)  # whose audit logs have it; None: no project's
    last_entry: int  # the newest entry there, its own included
    seen_at: datetime = Field(sa_type=UtcDateTime, index=True)


def reply_given(session: Session, team_id: str, key: str) -> dict[str, Any] | None:
    """To the same request, sent before."""
    row = session.get(SeenRequest, (team_id, key))
    return None if row is None else row.reply


def reply_to_act(session: Session, team_id: str, user_id: str, act: str, *, now: datetime) -> dict[str, Any] | None:
    """To the same act of this person, if all is as it left it: nothing has been logged where it was since. One that
    the log does not know has to be their last, a moment ago.
    """
    own = (
        select(SeenRequest)
        .where(SeenRequest.team_id == team_id, SeenRequest.user_id == user_id)
        .order_by(col(SeenRequest.seen_at).desc())
        .limit(1)
    )
    same, last = (session.exec(each).first() for each in (own.where(SeenRequest.act == act), own))
    if same is None or last is None:
        return None
    if same.logged_in:
        holds = audit.newest_entry(session, team_id, same.logged_in) == same.last_entry
    else:
        holds = same.key == last.key and now - same.seen_at <= UNLOGGED_REPEATS
    return same.reply if holds else None


def remember_reply(
    session: Session, *, team_id: str, user_id: str, key: str, act: str, reply: dict[str, Any], now: datetime
) -> None:
    session.flush()
    logged_in = audit.projects_logged(session)
    last_entry = audit.newest_entry(session, team_id, logged_in) if logged_in else 0
    session.add(
        SeenRequest(
            team_id=team_id,
            key=key,
            user_id=user_id,
            act=act,
            reply=reply,
            logged_in=logged_in,
            last_entry=last_entry,
            seen_at=now,
        )
    )


def committed_reply(database: Database, team_id: str, key: str) -> dict[str, Any] | None:
    """Asks, on a new connection, whether a transaction whose COMMIT failed took effect; None: it did not.

    One that PostgreSQL has not ended yet is waited for: nobody else can take its key until then.
    Raises: DBAPIError where that cannot be asked.
    """
    with reading(database) as session:
        given = reply_given(session, team_id, key)
    if given is not None or database.is_sqlite:
        return given
    with Session(database.engine) as session:
        session.add(
            SeenRequest(
                team_id=team_id,
                key=key,
                user_id="",
                act="",
                reply={},
                logged_in=[],
                last_entry=0,
                seen_at=datetime.fromtimestamp(0).astimezone(),
            )
        )
        try:
            session.flush()
        except IntegrityError:
            session.rollback()
            return reply_given(session, team_id, key)
        session.rollback()
    return None


def forget_replies(session: Session, *, before: datetime) -> None:
    session.execute(delete(SeenRequest).where(col(SeenRequest.seen_at) < before))
