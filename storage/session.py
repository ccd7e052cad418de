"""`transaction()`: the only commit in the project."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from enum import Enum
from threading import Lock
from typing import Any, cast

from sqlalchemy import Executable, Table, UpdateBase, event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session as OrmSession
from sqlmodel import Session

from storage.engine import Database
from storage.postponed import ONLY_READS, write_postponed
from storage.queries import has_written
from storage.statements import forget_held_rows

CONFLICTS = {"40001", "40P01"}  # serialization failure, deadlock: a rerun may pass
BUSY = {"55P03", "57014"}  # lock not available in time, statement cancelled
SQLITE_BUSY = 5
PASSING = {"08", "53", "57", "58"}  # classes: connection, resources (a full disk), intervention, the server's disk
SQLITE_PASSING = {SQLITE_BUSY, 6, 7, 10, 13, 14}  # locked, memory, I/O, full, cannot open

MACHINERY = frozenset(
    (
        *("audit_log", "checkin_message_parts", "checkin_messages", "deliveries", "drafts", "erasures", "lanes"),
        *("install_states", "installations", "notices", "opened_homes", "seen_requests", "timers"),
    )
)
"""Tables by which Duet goes about its work: what only they hold has changed nothing that people look at."""

DATABASE_TROUBLE = (DBAPIError, PoolTimeout)
"""What a worker lives on after; `is_passing_error` says whether the same work may yet succeed."""


class TicketRefused(Exception):
    """The request was given up before COMMIT; nothing of it was written."""


class Ticket:
    """Says, exactly once, whether a request is committed or given up: `open → committing | refused`.

    Without it 2 of 20 people were told "refused" though their change had been written.
    """

    class State(Enum):
        OPEN = "open"
        COMMITTING = "committing"
        REFUSED = "refused"

    def __init__(self) -> None:
        self._state = Ticket.State.OPEN
        self._lock = Lock()

    def commit(self) -> bool:
        return self._flip(Ticket.State.COMMITTING)

    def refuse(self) -> bool:
        return self._flip(Ticket.State.REFUSED)

    @property
    def refused(self) -> bool:
        return self._state is Ticket.State.REFUSED

    @property
    def is_committing(self) -> bool:
        """COMMIT has been sent, or is about to be: whatever fails now may have taken effect."""
        return self._state is Ticket.State.COMMITTING

    def _flip(self, to: "Ticket.State") -> bool:
        with self._lock:
            if self._state is Ticket.State.OPEN:
                self._state = to
            return self._state is to


class NotingSession(Session):
    """A session that writes what waits before a statement that could find it, and notes what statements change.

    SQLAlchemy's own event for that would cost each statement 20 µs more, as it prepares everything twice then.
    """

    def exec(self, statement: Any, *, params: Any = None, **options: Any) -> Any:
        self._note_statement(statement, params)
        return super().exec(statement, params=params, **options)

    def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        self._note_statement(statement, params)
        return super().execute(statement, params, **options)

    def _note_statement(self, statement: Executable, values: Any) -> None:
        """Of an UPDATE or DELETE nothing says whose rows those are: what people look at is never changed by one
        alone.
        """
        if not has_written(statement.get_execution_options()):
            write_postponed(self)
        if not statement.is_dml:
            return
        self.info["written"] = True
        table = cast(Table, cast(UpdateBase, statement).table)
        forget_held_rows(self, {table.name})
        if isinstance(values, Mapping) and "team_id" in values and table.name not in MACHINERY:
            _note_changed_teams(self, {values["team_id"]})


@contextmanager
def transaction(database: Database, ticket: Ticket | None = None) -> Iterator[Session]:
    """A session whose changes are committed together, or not at all.

    Raises: TicketRefused if the ticket was refused before COMMIT; whatever the body raises.
    """
    if ticket is not None and ticket.refused:
        raise TicketRefused
    with NotingSession(database.engine, expire_on_commit=False, info=dict(database.session_info)) as session:
        yield session
        send_writes(session)
        if ticket is not None and not ticket.commit():
            raise TicketRefused
        session.commit()
        written, changed_teams = has_sent_writes(session), session.info.get("changed_teams", frozenset())
    if written:
        for hook in database.on_commit:
            hook()
    if changed_teams:
        for react in database.on_change:
            react(changed_teams)


@contextmanager
def read_only_session(database: Database) -> Iterator[Session]:
    """A session that cannot write (SQLite) or does not (PostgreSQL)."""
    with NotingSession(database.readers, info={**database.session_info, ONLY_READS: True}) as session:
        yield session


def send_writes(session: OrmSession) -> None:
    """Sends the database all that waits in this session to be written."""
    write_postponed(session)
    session.flush()


def has_sent_writes(session: OrmSession) -> bool:
    """Whether it has sent any INSERT, UPDATE or DELETE; what waits has yet to be sent."""
    return bool(session.info.get("written"))


def is_conflict(error: DBAPIError) -> bool:
    """Somebody else was first: the same work, run again, sees what they wrote."""
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in CONFLICTS


def is_passing_error(error: Exception) -> bool:
    """Locks, lost connections, a full disk: the work is to be tried again, and again. Anything else is a bug."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    sqlite_code = getattr(error.orig, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return sqlite_code & 0xFF in SQLITE_PASSING
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # not from the server: it cannot be reached
        return isinstance(error, OperationalError)
    return error.connection_invalidated or state in CONFLICTS | BUSY or state[:2] in PASSING


def is_busy(error: DBAPIError) -> bool:
    """A lock was not to be had in time."""
    if not isinstance(error, OperationalError):
        return False
    sqlite_code: int = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return sqlite_code == SQLITE_BUSY or getattr(error.orig, "sqlstate", None) in BUSY


@event.listens_for(OrmSession, "after_flush")
def _note_flush(session: OrmSession, context: Any) -> None:
    session.info["written"] = True
    rows = (*session.new, *session.dirty, *session.deleted)
    forget_held_rows(session, {row.__tablename__ for row in (*session.new, *session.deleted)})
    _note_changed_teams(session, {row.team_id for row in rows if row.__tablename__ not in MACHINERY})


@event.listens_for(OrmSession, "after_soft_rollback")
def _forget_what_is_undone(session: OrmSession, _undone: Any) -> None:
    forget_held_rows(session)


def _note_changed_teams(session: OrmSession, team_ids: AbstractSet[str]) -> None:
    session.info["changed_teams"] = session.info.get("changed_teams", frozenset()) | team_ids
