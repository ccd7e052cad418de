"""Connections: SQLite by default, PostgreSQL by URL, each set up so that it arbitrates between writers."""

import re
import sqlite3
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

BUSY_MS = 800
"""How long a transaction waits for another one's lock, where a request has a second."""

_HOW_TO_WRITE = "write sqlite:///duet.db, or postgresql://user:password@host/name"
POSTGRES_THREADS = 8
POSTGRES_READERS = 4
# Of a host that swallows what is sent to it nothing else is heard: a thread would wait for it for minutes.
_REACHING = {"connect_timeout": "5", "tcp_user_timeout": "15000"}
"""libpq's names: seconds until a connection stands, milliseconds until what was sent is confirmed."""

PING_AFTER_SECONDS = 1.0
"""How long a connection may have been idle before it is tried: the server may have gone meanwhile."""


@dataclass(frozen=True)
class Database:
    """The engines, and the threads on which synchronous sessions run.

    SQLite has one writer thread (several met "database is locked") and one reader that cannot write.
    """

    engine: Engine
    readers: Engine
    writer_threads: Executor
    reader_threads: Executor
    session_info: dict[str, Any] = field(default_factory=dict)  # copied into every session's `info`
    on_commit: list[Callable[[], None]] = field(default_factory=list)  # called after a commit that wrote
    # Called after one that changed what people look at, with the ids of their workspaces.
    on_change: list[Callable[[Collection[str]], None]] = field(default_factory=list)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        self.writer_threads.shutdown()
        self.reader_threads.shutdown()
        self.engine.dispose()
        self.readers.dispose()


def connect_database(url: str, *, busy_ms: int = BUSY_MS) -> Database:
    """Accepts `sqlite:///file` and `postgresql://…`, also `postgres://…`. Raises: ValueError for anything else."""
    try:
        parsed = make_url(re.sub("^postgres://", "postgresql://", url))
    except (ArgumentError, ValueError):  # without the address, which may hold a password
        raise ValueError(f"it cannot be read: {_HOW_TO_WRITE}") from None
    if "@" in (parsed.host or ""):  # else the driver would look for a host that is half a password, and name it
        raise ValueError("it cannot be read: in a password write %40 for @")
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return Database(
            engine=_create_sqlite_engine(parsed, begin="BEGIN IMMEDIATE", query_only=False, busy_ms=busy_ms),
            readers=_create_sqlite_engine(parsed, begin="BEGIN", query_only=True, busy_ms=busy_ms),
            writer_threads=ThreadPoolExecutor(1, "writer"),
            reader_threads=ThreadPoolExecutor(1, "reader"),
        )
    if backend == "postgresql":
        engine = _create_postgres_engine(parsed, busy_ms)
        return Database(
            engine=engine,
            readers=engine.execution_options(isolation_level="AUTOCOMMIT"),  # without BEGIN and COMMIT
            writer_threads=ThreadPoolExecutor(POSTGRES_THREADS, "writer"),
            reader_threads=ThreadPoolExecutor(POSTGRES_READERS, "reader"),  # never behind waiting writers
        )
    raise ValueError(f"unknown database: {backend}; {_HOW_TO_WRITE}")


def _create_sqlite_engine(url: URL, *, begin: str, query_only: bool, busy_ms: int) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ValueError("SQLite needs a file: what was confirmed to a person must survive")
    if not Path(url.database).absolute().parent.is_dir():
        raise ValueError(f"there is no folder for {url.database}")
    engine = create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we begin by ourselves, below
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={busy_ms}")
        if not query_only:
            cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten, too (product §11.2)
        cursor.execute(f"PRAGMA query_only={int(query_only)}")
        cursor.close()

    def start(connection: sqlite3.Connection) -> None:
        connection.execute(begin)

    # Deferred transactions that read and then write lost 971 of 1,000 updates: writers lock at once. A listener
    # would do, too: but with one, SQLAlchemy asks at each statement for those of five more events.
    engine.dialect.do_begin = start  # type: ignore[method-assign, assignment]
    return engine


def _create_postgres_engine(url: URL, busy_ms: int) -> Engine:
    options: dict[str, int | str] = {
        "lock_timeout": busy_ms,
        "statement_timeout": 10_000,
        "idle_in_transaction_session_timeout": 15_000,
        "timezone": "UTC",
    }
    is_pooled = url.query.get("pooler") == "transaction"
    session_options = {"options": " ".join(f"-c {name}={value}" for name, value in options.items())}
    url = url.set(query={**_REACHING, **url.query})
    engine = create_engine(
        url.set(drivername="postgresql+psycopg").difference_update_query(["pooler"]),
        pool_size=POSTGRES_THREADS + POSTGRES_READERS,
        pool_use_lifo=True,
        hide_parameters=True,  # what people wrote is not for error messages
        # A pooler gives each transaction another session: that has neither our options nor our prepared statements.
        connect_args={"prepare_threshold": None} if is_pooled else session_options,
    )
    if is_pooled:
        _set_options_in_each_transaction(engine, options)

    @event.listens_for(engine, "checkin")
    def note_use(connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["used_at"] = monotonic()

    # SQLAlchemy's own ping comes before each transaction, a quarter of the way that a short one goes to the server.
    @event.listens_for(engine, "checkout")
    def ping_idle(connection: Any, entry: ConnectionPoolEntry, proxy: PoolProxiedConnection) -> None:
        if monotonic() - entry.info.get("used_at", monotonic()) < PING_AFTER_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    return engine


def _set_options_in_each_transaction(engine: Engine, options: Mapping[str, int | str]) -> None:
    """What only reads has none: its statements have no transaction."""
    setting = "; ".join(f"SET LOCAL {name} = '{value}'" for name, value in options.items())

    @event.listens_for(engine, "begin")
    def set_options(connection: Connection) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(setting)
