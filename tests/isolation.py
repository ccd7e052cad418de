"""Whether what is asked of the database, what stands there and what is sent keeps to one workspace.

The statements of a request, and of a worker for one workspace, are looked at as they are built: which columns they
compare with which values.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, takewhile
from typing import Any

from sqlalchemy import BindParameter, Column, Connection, Table, event, select, text
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, Grouping
from sqlmodel import SQLModel

from storage.delivery_claims import Claim
from storage.engine import Database
from storage.timers import DueTimer
from tests.running import Office

OF_REQUESTS = (
    "handlers/request_session.py",
    "handlers/execution.py",
    "handlers/screen.py",
    "handlers/bolt_adapter.py",
    "people/directory.py",
)
OF_WORKERS = {"scheduling/worker.py": "due", "deliveries/worker.py": "claimed", "deliveries/attempts.py": "claimed"}
"""What they work on, by its name there: it says of which workspace it is."""
LOOKED_AT = ("SELECT", "INSERT", "UPDATE", "DELETE")
NO_ROW = re.compile(r"(?<!NOT )IN \((NULL\) AND \(1 != 1\)|SELECT 1 FROM \(SELECT 1\) WHERE 1!=1\))")
"""As an empty `IN` is written."""
Compared = tuple[str, str, Any]
"""Table, column, value."""


class WorkspaceWatch:
    """Notes each statement that names neither the workspace for which it is made nor something of that one's."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._team_id: str | None = None
        self._looked_at: set[tuple[str, str, tuple[Compared, ...]]] = set()
        self.seen = Counter[str]()  # statements, by workspace

    @contextmanager
    def acting(self, team_id: str) -> Iterator[None]:
        """The requests inside come from there."""
        self._team_id = team_id
        try:
            yield
        finally:
            self._team_id = None

    def record(
        self, _connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool
    ) -> None:
        if not statement.startswith(LOOKED_AT) or context is None or context.compiled is None:
            return
        line = " ".join(statement.split())
        if line.startswith("SELECT") and " FROM " not in line:  # the time, or a lock
            return
        team_id = _find_workspace(self._team_id)
        if team_id is None:
            return
        compared = sorted({*_list_compared(context)}, key=repr)
        self._looked_at.add((team_id, line, tuple(compared)))
        self.seen[team_id] += 1

    def list_strays(self) -> list[str]:
        """The statements that do not keep to the workspace from which they were asked."""
        with self._database.readers.connect() as connection:
            return [
                f"{team_id}: {line[:300]} {compared}"
                for team_id, line, compared in sorted(self._looked_at, key=repr)
                if not _keeps_to(connection, team_id, line, compared)
            ]


@contextmanager
def watch_workspaces(duet: Office) -> Iterator[WorkspaceWatch]:
    watch = WorkspaceWatch(duet.database)
    engines = {duet.database.engine, *([duet.database.readers] if duet.database.is_sqlite else [])}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", watch.record)
    try:
        yield watch
        duet.answers()
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", watch.record)


def _find_workspace(acting: str | None) -> str | None:
    """For which workspace a statement is made: the one that a worker works for, or, of a request, whose that is.

    None: it is nobody's, as when a worker looks what is due anywhere.
    """
    frame = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename
        if path == __file__:  # it is read here, by the test
            return None
        for name in (name for end, name in OF_WORKERS.items() if path.endswith(end)):
            found = frame.f_locals.get(name)
            for each in found if isinstance(found, list | tuple) else [found]:
                if isinstance(each, DueTimer | Claim):
                    return each.team_id
        if path.endswith(OF_REQUESTS):
            return acting
        frame = frame.f_back  # type: ignore[assignment]
    return None


def _list_compared(context: Any) -> Iterator[Compared]:
    """What is compared with, or written into, which column of a table of ours."""
    compiled = context.compiled
    for given in context.compiled_parameters:
        if context.isinsert:
            table = compiled.statement.table
            says_whose = {each.name for each in table.c if each.name == "team_id" or each.foreign_keys}
            yield from ((table.name, name, value) for name, value in given.items() if name in says_whose)
        for element in visitors.iterate(compiled.statement):
            if isinstance(element, BinaryExpression) and element.operator in (operators.eq, operators.in_op):
                yield from _list_sides(element, compiled, given)


def _list_sides(element: BinaryExpression[Any], compiled: Any, given: dict[str, Any]) -> Iterator[Compared]:
    for side, other in ((element.left, element.right), (element.right, element.left)):
        inner: Any = side.element if isinstance(side, Grouping) else side
        is_kept_from_index = isinstance(inner, BinaryExpression) and inner.operator is operators.concat_op
        column = inner.left if is_kept_from_index else inner
        if not isinstance(column, Column) or not isinstance(other, BindParameter):
            continue
        table = getattr(column.table, "element", column.table)
        for each in _list_values(other, compiled.bind_names.get(other, other.key), given):
            yield table.name, column.name, each


def _list_values(parameter: BindParameter[Any], name: str, given: dict[str, Any]) -> list[Any]:
    """Of `IN` several, which the driver is given each by a name of its own."""
    each_of_several = list(takewhile(given.__contains__, (f"{name}_{n}" for n in count(1))))
    if name not in given and each_of_several:
        return [given[each] for each in each_of_several]
    value = given.get(name, parameter.value)
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


def _keeps_to(connection: Connection, team_id: str, line: str, compared: tuple[Compared, ...]) -> bool:
    if not compared and NO_ROW.search(line):
        return True
    named = {value for _, column, value in compared if column == "team_id"}
    if named:
        return named == {team_id}
    owners = {
        owner
        for table, column, value in compared
        for owner in _list_owners(connection, SQLModel.metadata.tables[table], column, value)
    }
    return owners <= {team_id} and any(isinstance(value, int) for _, _, value in compared)


def _list_owners(connection: Connection, table: Table, column: str, value: Any) -> set[str]:
    """The workspaces of the rows with that number, or to which that number points."""
    keys = [each.column for each in table.c[column].foreign_keys] or [table.c[column]]
    if keys[0].name != "id" or not isinstance(value, int):
        return set()
    target = keys[0].table
    if "team_id" not in target.c or target.name == "timers":  # of which a number may be another one's by now
        return set()
    return set(connection.execute(select(target.c.team_id).where(keys[0] == value)).scalars())


def read_rows_of(connection: Connection, team_id: str) -> dict[str, list[Any]]:
    """All that stands in the database of that workspace, by table."""
    return {
        table.name: sorted(map(tuple, connection.execute(table.select().filter_by(team_id=team_id))), key=repr)
        for table in SQLModel.metadata.sorted_tables
        if "team_id" in table.c
    }


def list_crossing_rows(database: Database) -> list[str]:
    """Rows that point at a row of another workspace."""
    found = []
    with database.readers.connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            for key in table.foreign_keys:
                parent = key.column.table
                if "team_id" not in table.c or "team_id" not in parent.c:
                    continue
                crossing = connection.execute(
                    text(
                        f"SELECT count(*) FROM {table.name} AS child JOIN {parent.name} AS parent"
                        f" ON child.{key.parent.name} = parent.{key.column.name}"
                        " WHERE child.team_id <> parent.team_id"
                    )
                ).scalar_one()
                if crossing:
                    found.append(f"{table.name}.{key.parent.name}: {crossing}")
    return found
