"""The schema's version: upgrading a database, and copying a SQLite file before that."""

import sqlite3
from contextlib import closing
from datetime import datetime
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.engine import Database


def is_current(database: Database) -> bool:
    with database.readers.connect() as connection:  # asked while others write
        return MigrationContext.configure(connection).get_current_revision() == _newest()


def is_empty(database: Database) -> bool:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() is None


def upgrade(database: Database) -> None:
    """To the newest schema; nothing of a failed upgrade stays.

    Raises: RuntimeError if rows would be left pointing at nothing (SQLite).
    """
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            _run(connection)
            connection.commit()
            return
        # Rebuilding a parent table with foreign keys on empties its children, and this pragma is
        # ignored inside a transaction. The connection is thrown away afterwards.
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute("PRAGMA foreign_keys=OFF")
        _run(connection)
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise RuntimeError("the upgrade would break references between rows; nothing was changed")
        connection.commit()
        connection.invalidate()


def backup(database: Database, now: datetime) -> Path:
    """Copies the SQLite file beside itself while others may be writing. Returns the copy."""
    path = Path(database.engine.url.database or "")
    copy = path.with_name(f"{path.name}.{now:%Y%m%dT%H%M%S%f}.backup")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def config(connection: Connection | None = None) -> Config:
    alembic = Config()
    alembic.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    alembic.attributes["connection"] = connection
    return alembic


def _run(connection: Connection) -> None:
    command.upgrade(config(connection), "head")


@cache  # reading all migrations takes a while
def _newest() -> str | None:
    return ScriptDirectory.from_config(config()).get_current_head()
