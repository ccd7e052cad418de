"""Requests that had an effect, with the reply they were given: a replay gets that reply and no second effect.

A row is written in the transaction of the effect, so it is also the witness of a COMMIT whose answer was lost.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage import audit
from storage.engine import Database
from storage.postponed import write_postponed
from storage.session import read_only_session
from storage.statements import all_rows, first_row, insert_into
from storage.types import Json, Row, UtcDateTime

A_MOMENT = timedelta(minutes=1)
"""How long an act that the audit log does not know can be repeated: nothing says what has happened since.
What Duet itself goes on to do within it undoes no act: it opens the channel of the project, say.
"""
DOUBLE_CLICK = timedelta(seconds=3)
"""Within which the same click is no second act, also where it could be done again: a file, an hour from now."""


class SeenRequest(Row, table=True):
    __tablename__ = "seen_requests"

    team_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    user_id: str = Field(index=True)
    act_fingerprint: str
    """The same for the same thing asked again, by another click; "" where that is to be done again."""
    reply: dict[str, Any] = Field(sa_type=Json)
    logged_in: list[int | None] = Field(sa_type=Json)  # whose audit logs have it; None: no project's
    last_entry: int  # the newest entry there, its own included
    seen_at: datetime = Field(sa_type=UtcDateTime, index=True)


@all_rows
def _list_earlier_requests(team_id: str, key: str, user_id: str) -> SelectOfScalar[SeenRequest]:
    own = select(SeenRequest.key).filter_by(team_id=team_id, user_id=user_id)
    last = own.order_by(col(SeenRequest.seen_at).desc()).limit(1).scalar_subquery()
    return select(SeenRequest).where(SeenRequest.team_id == team_id, col(SeenRequest.key).in_([key, last]))


@first_row
def find_reply(team_id: str, key: str) -> SelectOfScalar[dict[str, Any]]:
    """To the same request, sent before."""
    return select(col(SeenRequest.reply)).filter_by(team_id=team_id, key=key)


@first_row
def _lock_turn(person: str) -> SelectOfScalar[Any]:
    return select(func.pg_advisory_xact_lock(func.hashtextextended(person, 0)))


def take_turn(session: Session, user_id: str) -> None:
    """Lets a person's clicks run one after the other: the second of two at one instant finds what the first did.

    By the person's id alone: in which workspace they are is read after it. A SQLite file has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        _lock_turn(session, user_id)


def find_reply_to_click(
    session: Session, team_id: str, user_id: str, *, key: str, act_fingerprint: str, now: datetime
) -> dict[str, Any] | None:
    """To the same request; else to the same act of this person, if it was their last, a moment ago, and nothing is
    logged there since: a double click.
    """
    earlier = _list_earlier_requests(session, team_id, key, user_id)
    same = next((each for each in earlier if each.key == key), None)
    if same is not None:
        return same.reply
    last = next(iter(earlier), None)
    if last is None or last.act_fingerprint != act_fingerprint or now - last.seen_at > DOUBLE_CLICK:
        return None
    return last.reply if _is_last_in_log(session, last) else None


def find_reply_to_act(
    session: Session, team_id: str, user_id: str, act_fingerprint: str, *, now: datetime
) -> dict[str, Any] | None:
    """To the same act of this person, if all is as it left it: nothing has been logged where it was since. One that
    the log does not know has to be their last, a moment ago.
    """
    same = _find_last_request_of_act(session, team_id, user_id, act_fingerprint)
    if same is None:
        return None
    if same.logged_in:
        holds = _is_last_in_log(session, same)
    else:
        last = _find_last_request(session, team_id, user_id)
        holds = last is not None and same.key == last.key and now - same.seen_at <= A_MOMENT
    return same.reply if holds else None


def void_act(session: Session, team_id: str, user_id: str, *, since: datetime) -> None:
    """What came to nothing after all (Slack refused it) is done anew by the next click, however quick."""
    session.flush()
    session.execute(
        update(SeenRequest)
        .where(
            col(SeenRequest.team_id) == team_id,
            col(SeenRequest.user_id) == user_id,
            col(SeenRequest.seen_at) >= since - DOUBLE_CLICK,
        )
        .values(act_fingerprint="")
        .execution_options(synchronize_session=False)
    )


@first_row
def _find_last_request(team_id: str, user_id: str) -> SelectOfScalar[SeenRequest]:
    own = select(SeenRequest).filter_by(team_id=team_id, user_id=user_id)
    return own.order_by(col(SeenRequest.seen_at).desc()).limit(1)


@first_row
def _find_last_request_of_act(team_id: str, user_id: str, act_fingerprint: str) -> SelectOfScalar[SeenRequest]:
    own = select(SeenRequest).filter_by(team_id=team_id, user_id=user_id, act_fingerprint=act_fingerprint)
    return own.order_by(col(SeenRequest.seen_at).desc()).limit(1)


def _is_last_in_log(session: Session, row: SeenRequest) -> bool:
    if not row.logged_in:
        return True
    newest = audit.newest_entry_id(session, row.team_id, row.logged_in, own_after=row.seen_at + A_MOMENT)
    return newest <= row.last_entry


def remember_reply(
    session: Session,
    *,
    team_id: str,
    user_id: str,
    key: str,
    act_fingerprint: str,
    reply: dict[str, Any],
    now: datetime,
) -> None:
    write_postponed(session)
    logged_in = audit.project_ids_of_new_entries(session)
    row = {
        "team_id": team_id,
        "key": key,
        "user_id": user_id,
        "act_fingerprint": act_fingerprint,
        "reply": reply,
        "logged_in": logged_in,
        "seen_at": now,
    }
    place = {audit.LOG_TEAM: team_id}
    match logged_in:
        case [None]:
            _insert_with_newest_of_no_project(session, **row, **place)
        case [project_id]:
            _insert_with_newest_entry(session, **row, **place, **{audit.LOG_PROJECT: project_id})
        case _:
            newest = audit.newest_entry_id(session, team_id, logged_in, own_after=now)
            _insert_reply(session, **row, last_entry=newest)


@insert_into(SeenRequest)
def _insert_reply(insert: Any) -> Any:
    return insert


@insert_into(SeenRequest)
def _insert_with_newest_entry(insert: Any) -> Any:
    """As mostly: what was done stands in the log of one project."""
    return insert.values(last_entry=audit.select_newest_id(of_project=True))


@insert_into(SeenRequest)
def _insert_with_newest_of_no_project(insert: Any) -> Any:
    return insert.values(last_entry=audit.select_newest_id(of_project=False))


def find_committed_reply(database: Database, team_id: str, key: str) -> dict[str, Any] | None:
    """Asks, on a new connection, whether a transaction whose COMMIT failed took effect; None: it did not.

    One that PostgreSQL has not ended yet is waited for: nobody else can take its key until then.
    Raises: DBAPIError where that cannot be asked.
    """
    with read_only_session(database) as session:
        given = find_reply(session, team_id, key)
    if given is not None or database.is_sqlite:
        return given
    with Session(database.engine) as session:
        session.add(
            SeenRequest(
                team_id=team_id,
                key=key,
                user_id="",
                act_fingerprint="",
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
            return find_reply(session, team_id, key)
        session.rollback()
    return None


def forget_replies(session: Session, *, before: datetime) -> None:
    session.execute(delete(SeenRequest).where(col(SeenRequest.seen_at) < before))
