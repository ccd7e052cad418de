"""Moving all that Duet keeps from a SQLite file to PostgreSQL: every row as it is, proven before it counts."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Enum,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from bot.runtime.errors import OperatorError
from storage import schema
from storage.engine import Database
from storage.types import Json, PydanticJson

BATCH: Final = 1000


@dataclass(frozen=True)
class MovedTable:
    name: str
    count: int
    checksum: str  # of every value of every row


def move_database(source: Database, target: Database) -> list[MovedTable]:
    """Copies every row of every table, with its id, in one transaction of the target.

    Both sides are then read and compared, row by row; nothing is kept of a copy that differs. An empty target
    gets its schema. Raises: OperatorError.
    """
    if not source.is_sqlite or target.is_sqlite:
        raise OperatorError("Data are moved from a SQLite file (DATABASE_URL) to PostgreSQL (the address given).")
    if not schema.is_schema_current(source):
        raise OperatorError("The SQLite file's schema is not current: run `duet db upgrade` first.")
    if schema.is_database_empty(target):
        schema.upgrade_schema(target)
    elif not schema.is_schema_current(target):
        raise OperatorError("The schema of the database to move to is not current: run `duet db upgrade` there.")
    tables = [_strip_types(table) for table in SQLModel.metadata.sorted_tables]
    with source.readers.connect() as reader, target.engine.begin() as writer:
        writer.execute(text("SET LOCAL statement_timeout = 0"))
        writer.execute(text(f"LOCK TABLE {', '.join(table.name for table in tables)} IN ACCESS EXCLUSIVE MODE"))
        _refuse_rows(writer, tables)
        return [_move_table(reader, writer, table) for table in tables]


def _strip_types(table: Table) -> Table:
    """With columns that keep what is stored as it is, also what another version of Duet has written."""
    columns = [Column(each.name, _plain_type(each.type), primary_key=each.primary_key) for each in table.columns]
    return Table(table.name, MetaData(), *columns)


def _plain_type(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(kind, PydanticJson):
        return Json
    return String() if isinstance(kind, Enum) else kind


def _refuse_rows(writer: Connection, tables: Sequence[Table]) -> None:
    for table in tables:
        if writer.execute(select(func.count()).select_from(table)).scalar_one():
            raise OperatorError(f"The database to move to is not empty ({table.name}): nothing was changed.")


def _move_table(reader: Connection, writer: Connection, table: Table) -> MovedTable:
    """Raises: OperatorError if what was written is not what was read."""
    for batch in _read_batches(reader, table):
        writer.execute(insert(table), [dict(row) for row in batch])
    _advance_sequence(writer, table)
    read, written = _describe(reader, table), _describe(writer, table)
    if read != written:
        raise OperatorError(f"The copy of {table.name} differs from what was read: nothing was changed.")
    return written


def _read_batches(connection: Connection, table: Table) -> Iterator[Sequence[RowMapping]]:
    """In the order of their keys: a row that points at another one of its table is younger."""
    found = connection.execute(select(table).order_by(*table.primary_key).execution_options(yield_per=BATCH))
    yield from found.mappings().partitions()


def _describe(connection: Connection, table: Table) -> MovedTable:
    """The checksum knows nothing of the order: databases sort words differently."""
    count, total = 0, 0
    for batch in _read_batches(connection, table):
        for row in batch:
            written = json.dumps({**row}, sort_keys=True, default=_write_value).encode()
            count, total = count + 1, (total + int.from_bytes(sha256(written).digest())) % 2**256
    return MovedTable(table.name, count, f"{total:064x}"[:16])


def _write_value(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _advance_sequence(writer: Connection, table: Table) -> None:
    """The next row gets the next number."""
    ids = table.columns.get("id")
    if ids is None or not isinstance(ids.type, Integer):
        return
    last = writer.execute(select(func.max(ids))).scalar_one()
    if last is not None:
        sequence = func.pg_get_serial_sequence(table.name, ids.name)
        writer.execute(select(func.setval(sequence, last)))
