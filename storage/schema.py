"""The schema's version, and upgrading a database to the newest."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.runtime.errors import OperatorError
from storage.engine import Database


class UnknownRevision(OperatorError):
    def __init__(self) -> None:
        super().__init__(
            "The database was made by another version of Duet, a newer one or a pre-release: nothing was changed. "
            "Run that version, or restore a copy with `duet db restore`."
        )


def is_schema_current(database: Database) -> bool:
    """Raises: UnknownRevision."""
    with database.readers.connect() as connection:  # asked while others write
        return _read_revision(connection) == _newest_revision()


def is_database_empty(database: Database) -> bool:
    """Raises: UnknownRevision."""
    with database.readers.connect() as connection:
        return _read_revision(connection) is None


def upgrade_schema(database: Database) -> None:
    """To the newest schema; nothing of a failed upgrade stays.

    Raises: UnknownRevision; RuntimeError if rows would be left pointing at nothing (SQLite).
    """
    with database.engine.connect() as connection:
        if database.is_sqlite:
            # Rebuilding a parent table with foreign keys on empties its children, and this pragma is
            # ignored inside a transaction. The connection goes back into no pool.
            connection.detach()
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():  # before Alembic begins one, which it would commit by itself
            command.upgrade(build_alembic_config(connection), "head")
            if database.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise RuntimeError("the upgrade would break references between rows; nothing was changed")


def build_alembic_config(connection: Connection | None = None) -> Config:
    alembic = Config()
    alembic.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    alembic.attributes["connection"] = connection
    return alembic


def _read_revision(connection: Connection) -> str | None:
    """None before the first upgrade. Raises: UnknownRevision."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None and revision not in _known_revisions():
        raise UnknownRevision
    return revision


@cache  # reading all migrations takes a while
def _load_scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(build_alembic_config())


@cache
def _known_revisions() -> frozenset[str]:
    return frozenset(script.revision for script in _load_scripts().walk_revisions())


def _newest_revision() -> str | None:
    return _load_scripts().get_current_head()
