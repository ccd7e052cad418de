"""The database as Duet opens it: connected, with what the features declare in its sessions, and upgraded."""

from bot.declarations import SECTIONS, SHEETS, SIGNABLES, fold_closing_parts, fold_digests, wire_subscribers
from bot.deliveries.digests import topics
from bot.projects import closing_parts, export_sections
from bot.projects.export_sections import FileParts
from bot.runtime.clock import real_now
from bot.runtime.domain_events import SESSION_KEY
from bot.runtime.errors import OperatorError
from bot.signing import signables
from storage import copies, schema, tables
from storage.engine import BUSY_MS, Database, connect_database


def open_database(url: str, *, budget_seconds: float = 1.0) -> Database:
    """Connected, with the domain events wired; its schema as it is found.

    `budget_seconds`: of a request, of which a part may be spent on waiting for a lock. Raises: ValueError.
    """
    assert tables.metadata.tables  # all rows are known before the first query
    database = connect_database(url, busy_ms=round(budget_seconds * BUSY_MS))
    database.session_info[SESSION_KEY] = wire_subscribers()
    database.session_info[signables.SESSION_KEY] = SIGNABLES
    database.session_info[topics.SESSION_KEY] = fold_digests()
    database.session_info[export_sections.SESSION_KEY] = FileParts(tuple(SECTIONS.values()), tuple(SHEETS.values()))
    database.session_info[closing_parts.SESSION_KEY] = fold_closing_parts()
    return database


def prepare_database(database: Database) -> None:
    """Upgrades a SQLite file by itself, after a copy.

    Raises: OperatorError, also for PostgreSQL, which is upgraded by its owner.
    """
    if database.is_sqlite:
        copies.refuse_half_restore(database)
    if schema.is_schema_current(database):
        return
    if not database.is_sqlite:
        raise OperatorError("The database's schema is not current: run `duet db upgrade`.")
    if not schema.is_database_empty(database):
        copies.copy_sqlite_file(database, real_now())
    schema.upgrade_schema(database)
