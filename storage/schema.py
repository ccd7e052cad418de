"""The schema's version, and upgrading a database to the newest.

Alembic is imported by whoever upgrades: a Duet whose database is current starts without it.
"""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from bot.runtime.errors import OperatorError
from storage.engine import Database

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
_REVISION = re.compile(r'^revision = ["\'](.+)["\']$', re.MULTILINE)


class UnknownRevision(OperatorError):
    def __init__(self) -> None:
        super().__init__(
            "The database was made by another version of Duet, a newer one or a pre-release: nothing was changed. "
            "Run that version, or restore a copy with `duet db restore`."
        )


def is_schema_current(database: Database) -> bool:
    """Raises: UnknownRevision."""
    with database.readers.connect() as connection:  # asked while others write
        return _read_revision(connection) == list_revisions()[-1]


def is_database_empty(database: Database) -> bool:
    """Raises: UnknownRevision."""
    with database.readers.connect() as connection:
        return _read_revision(connection) is None


def upgrade_schema(database: Database) -> None:
    """To the newest schema; nothing of a failed upgrade stays.

    Raises: UnknownRevision; RuntimeError if rows would be left pointing at nothing (SQLite).
    """
    from alembic import command

    with database.engine.connect() as connection:
        if database.is_sqlite:
            # Rebuilding a parent table with foreign keys on empties its children, and this pragma is
            # ignored inside a transaction. The connection goes back into no pool.
            connection.detach()
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():  # before Alembic begins one, which it would commit by itself
            _read_revision(connection)  # for what it raises: Alembic has its own error for an unknown one
            command.upgrade(build_alembic_config(connection), "head")
            if database.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise RuntimeError("the upgrade would break references between rows; nothing was changed")


def build_alembic_config(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    alembic = Config()
    alembic.set_main_option("script_location", str(_MIGRATIONS))
    alembic.attributes["connection"] = connection
    return alembic


def _read_revision(connection: Connection) -> str | None:
    """None before the first upgrade. Raises: UnknownRevision."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if revision is not None and revision not in list_revisions():
        raise UnknownRevision
    return revision


@cache
def list_revisions() -> tuple[str, ...]:
    """Of all migrations, the newest last: their files are numbered in the order in which they follow each other."""
    files = sorted((_MIGRATIONS / "versions").glob("[0-9]*.py"))
    return tuple(_REVISION.findall("\n".join(file.read_text(encoding="utf-8") for file in files)))
