"""What a transaction writes only once somebody could read it, or at its end: of many writes that makes a few."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy.orm import Session as OrmSession
from sqlmodel import Session

_POSTPONED = "postponed_writes"  # in `session.info`: table → (how they are written, they)

ONLY_READS = "only_reads"  # in `session.info` of a session in which nothing waits

Write = Callable[[Session, Sequence[Any]], object]


def postpone_write(session: Session, table: str, write: Write, item: Any) -> None:
    """`write` gets all that has been postponed for this table, in the order in which it came."""
    session.info.setdefault(_POSTPONED, {}).setdefault(table, (write, []))[1].append(item)


def list_postponed(session: Session, table: str) -> Sequence[Any]:
    """What has been postponed for this table, and has not been written yet."""
    found: dict[str, tuple[Write, list[Any]]] = session.info.get(_POSTPONED, {})
    return found[table][1] if table in found else ()


def write_postponed(session: OrmSession, tables: Collection[str] | None = None) -> None:
    """Writes what is for these tables, or all of it."""
    postponed: dict[str, tuple[Write, list[Any]]] = session.info.get(_POSTPONED, {})
    for table in sorted(postponed.keys() if tables is None else postponed.keys() & tables, reverse=True):
        write, items = postponed.pop(table)
        write(cast(Session, session), items)  # timers are locked before lanes and deliveries


def write_what_is_read(session: Session, tables: Collection[str]) -> None:
    """Writes what waits, if a statement about these tables could find any of it. All else waits on."""
    if ONLY_READS in session.info:
        return
    waits = (*session.new, *session.dirty, *session.deleted)
    if any(row.__tablename__ in tables for row in waits):
        session.flush()
    if not session.info.get(_POSTPONED, {}).keys().isdisjoint(tables):
        write_postponed(session, tables)


@contextmanager
def savepoint(session: Session) -> Iterator[None]:
    """What the body writes is written when it ends; if it raises, none of it is."""
    write_postponed(session)
    with session.begin_nested():
        try:
            yield
            write_postponed(session)
        except BaseException:
            session.info.pop(_POSTPONED, None)
            raise
