"""Moving what Duet keeps from a SQLite file to PostgreSQL, all or one workspace: every row as it is, proven before
it counts.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Enum,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    cast,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from bot.runtime.clock import real_now
from bot.runtime.errors import OperatorError
from storage import schema
from storage.engine import Database
from storage.installations import end_installation
from storage.session import transaction
from storage.types import Json, PydanticJson
from storage.whole import is_of_workspace, list_workspace_tables
from storage.workspaces import UNTIL_BROUGHT_BACK, record_move

BATCH: Final = 1000
MARK: Final = "sending_paused_until"


ROOM: Final = 1_000_000
"""So many numbers are left free for what the file's other workspaces get until they are moved, too."""


@dataclass(frozen=True)
class MovedTable:
    name: str
    count: int
    checksum: str  # of every value of every row


def move_database(source: Database, target: Database) -> list[MovedTable]:
    """Copies every row of every table, with its id, in one transaction of the target.

    Both sides are then read and compared, row by row; nothing is kept of a copy that differs. An empty target
    gets its schema. The file is never served again. Raises: OperatorError.
    """
    _prepare_target(source, target)
    tables = [_strip_types(table) for table in SQLModel.metadata.sorted_tables]
    with source.readers.connect() as reader, target.engine.begin() as writer:
        team_ids = _list_workspaces(reader)
        gone = _list_moved_workspaces(reader)
        if gone and len(gone) < len(team_ids):  # all of them: this has broken off at its end
            raise OperatorError(
                f"Moved already: {', '.join(gone)}. Move the others one at a time, with --workspace. "
                "Nothing was changed."
            )
        writer.execute(text("SET LOCAL statement_timeout = 0"))
        writer.execute(text(f"LOCK TABLE {', '.join(table.name for table in tables)} IN ACCESS EXCLUSIVE MODE"))
        for table in tables:
            if _count_rows(writer, table):
                raise OperatorError(f"The database to move to is not empty ({table.name}): nothing was changed.")
        moved = [_move_table(reader, writer, table) for table in tables]
        for table in tables:
            _advance_sequence(writer, table, _find_last_id(writer, table))
        _leave_to_target(source, team_ids)
    _end_installations(source, team_ids)
    return moved


def move_workspace(source: Database, target: Database, team_id: str) -> list[MovedTable]:
    """The same of one workspace, beside those that the target has; other processes may be running there.

    Every row keeps its id, as messages that were sent carry it (decision 0152): where the target has such a row
    already, nothing is moved. Raises: OperatorError.
    """
    _prepare_target(source, target)
    tables = [_strip_types(table) for table in list_workspace_tables()]
    with source.readers.connect() as reader, target.engine.begin() as writer:
        if team_id not in (known := _list_workspaces(reader)):
            raise OperatorError(f"The file has no workspace {team_id}. It has {', '.join(known) or 'none'}.")
        writer.execute(text("SET LOCAL statement_timeout = 0"))
        for table in tables:
            if _count_rows(writer, table, is_of_workspace(table, team_id)):
                raise OperatorError(f"The database to move to has {team_id} already: nothing was changed.")
        for table in tables:  # before any row is written: what others add meanwhile gets numbers beyond
            _advance_sequence(writer, table, _find_last_id(reader, table), room=ROOM)
        moved = [_move_table(reader, writer, table, team_id) for table in tables]
        _leave_to_target(source, [team_id])
    _end_installations(source, [team_id])
    return moved


def _prepare_target(source: Database, target: Database) -> None:
    """Raises: OperatorError."""
    if not source.is_sqlite or target.is_sqlite:
        raise OperatorError("Data are moved from a SQLite file (DATABASE_URL) to PostgreSQL (the address given).")
    if not schema.is_schema_current(source):
        raise OperatorError("The SQLite file's schema is not current: run `duet db upgrade` first.")
    if schema.is_database_empty(target):
        schema.upgrade_schema(target)
    elif not schema.is_schema_current(target):
        raise OperatorError("The schema of the database to move to is not current: run `duet db upgrade` there.")


def _list_workspaces(reader: Connection) -> Sequence[str]:
    team_id = SQLModel.metadata.tables["workspaces"].c["team_id"]
    return reader.execute(select(team_id).order_by(team_id)).scalars().all()


def _list_moved_workspaces(reader: Connection) -> Sequence[str]:
    workspaces = SQLModel.metadata.tables["workspaces"].c
    statement = select(workspaces.team_id).where(workspaces[MARK] == UNTIL_BROUGHT_BACK)
    return reader.execute(statement.order_by(workspaces.team_id)).scalars().all()


def _leave_to_target(source: Database, team_ids: Sequence[str]) -> None:
    """Before the target commits: whatever fails from here on, no workspace is ever served from both. What was left
    so and has not arrived is moved by the same command.
    """
    with transaction(source) as session:
        record_move(session, team_ids)


def _end_installations(source: Database, team_ids: Sequence[str]) -> None:
    """Their tokens are the target's: a token that is changed in time has one owner."""
    with transaction(source) as session:
        for team_id in team_ids:
            end_installation(session, team_id, real_now())


def _strip_types(table: Table) -> Table:
    """With columns that keep what is stored as it is, also what another version of Duet has written."""
    columns = [Column(each.name, _plain_type(each.type), primary_key=each.primary_key) for each in table.columns]
    return Table(table.name, MetaData(), *columns)


def _plain_type(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(kind, PydanticJson):
        return Json
    return String() if isinstance(kind, Enum) else kind


def _count_rows(connection: Connection, table: Table, *which: ColumnElement[bool]) -> int:
    count: int = connection.execute(select(func.count()).select_from(table).where(*which)).scalar_one()
    return count


def _move_table(reader: Connection, writer: Connection, table: Table, team_id: str | None = None) -> MovedTable:
    """Its rows of that workspace, else all. Raises: OperatorError if what was written is not what was read."""
    try:
        for batch in _read_batches(reader, table, team_id):
            writer.execute(insert(table), batch)
    except IntegrityError:
        raise OperatorError(
            f"The database to move to has other rows with the same numbers ({table.name}), which cannot change, as "
            "messages that were sent carry them: give this workspace a database of its own. Nothing was moved."
        ) from None
    read, written = _describe(reader, table, team_id), _describe(writer, table, team_id)
    if read != written:
        raise OperatorError(f"The copy of {table.name} differs from what was read: nothing was changed.")
    return written


def _read_batches(connection: Connection, table: Table, team_id: str | None) -> Iterator[list[dict[str, Any]]]:
    """In the order of their keys: a row that points at another one of its table is younger."""
    which = [] if team_id is None else [is_of_workspace(table, team_id)]
    statement = select(table).where(*which).order_by(*table.primary_key)
    found = connection.execute(statement.execution_options(yield_per=BATCH))
    for batch in found.mappings().partitions():
        yield [_drop_mark(row) for row in batch]


def _drop_mark(row: RowMapping) -> dict[str, Any]:
    """A workspace that was left to the target by a move that failed at its end is one like any other there."""
    values = dict(row)
    if values.get(MARK) == UNTIL_BROUGHT_BACK:
        values[MARK] = None
    return values


def _describe(connection: Connection, table: Table, team_id: str | None) -> MovedTable:
    """The checksum knows nothing of the order: databases sort words differently."""
    count, total = 0, 0
    for batch in _read_batches(connection, table, team_id):
        for row in batch:
            written = json.dumps(row, sort_keys=True, default=_write_value).encode()
            count, total = count + 1, (total + int.from_bytes(sha256(written).digest())) % 2**256
    return MovedTable(table.name, count, f"{total:064x}"[:16])


def _write_value(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _find_last_id(connection: Connection, table: Table) -> int:
    """0 where there is none."""
    ids = table.columns.get("id")
    if ids is None or not isinstance(ids.type, Integer):
        return 0
    return connection.execute(select(func.max(ids))).scalar_one() or 0


def _advance_sequence(writer: Connection, table: Table, last: int, *, room: int = 0) -> None:
    """The next row gets the next number, or a later one, as far as the sequence has come already."""
    if last:
        sequence = cast(func.pg_get_serial_sequence(table.name, "id"), REGCLASS)
        writer.execute(
            select(func.setval(sequence, func.greatest(last + room, func.pg_sequence_last_value(sequence))))
        )
