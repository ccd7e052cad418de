"""One SELECT, built once: when what waits is written before it, and whether the ORM or Core carries it out."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from inspect import signature
from typing import Any, cast

from sqlalchemy import Table, bindparam
from sqlalchemy.sql.visitors import iterate
from sqlmodel import Session

from storage.detached_rows import ColumnStatement, CompiledForms
from storage.postponed import ONLY_READS, write_what_is_read

_KNOWS_TABLES, _FINDS_STORED, _NEEDS_ORM = "knows_tables", "finds_stored", "needs_orm"
HAS_WRITTEN = {_KNOWS_TABLES: True, "autoflush": False}
"""Execution options of a statement before which all has been written that it could find."""
FINDS_STORED = {_FINDS_STORED: True}
"""Execution option of a statement for which nothing has to be written: what waits is not what it looks for."""
NEEDS_ORM = {_NEEDS_ORM: True}
"""Execution option of a statement that says how the ORM is to load its objects."""


class Query:
    """A SELECT that is built once, of a function, with parameters in the place of its arguments."""

    def __init__(self, build: Callable[..., Any]) -> None:
        self._build = build
        parameters = signature(build).parameters
        self._names = [*parameters]
        self._options = {"compiled_cache": CompiledForms()}
        self._defaults = {name: each.default for name, each in parameters.items() if each.default is not each.empty}

    @cached_property
    def statement(self) -> Any:
        built = self._build(**{name: bindparam(name) for name in self._names})
        return built.execution_options(**HAS_WRITTEN)

    @cached_property
    def tables(self) -> frozenset[str]:
        """What waits for these is written first."""
        finds_stored = self.statement.get_execution_options().get(_FINDS_STORED)
        return frozenset() if finds_stored else _name_tables(self.statement)

    @cached_property
    def _columns(self) -> ColumnStatement | None:
        return None if self.statement.get_execution_options().get(_NEEDS_ORM) else ColumnStatement(self.statement)

    def execute(self, session: Session, values: Sequence[Any], named: Mapping[str, Any]) -> Any:
        """Returns a result of SQLAlchemy's."""
        columns, bound = self._columns, self._bind(values, named)
        write_what_is_read(session, self.tables)
        if columns is None or columns.has_objects:
            return session.exec(self.statement, params=bound, execution_options=self._options)
        found = columns.execute(session, bound)
        return found.scalars() if columns.is_scalar else found

    def list_items(self, session: Session, values: Sequence[Any], named: Mapping[str, Any]) -> Sequence[Any]:
        """Lists the rows. A session that only reads does not hold them: they cost it half."""
        columns = self._columns
        if columns is None or ONLY_READS not in session.info:
            return cast(Sequence[Any], self.execute(session, values, named).all())
        return columns.list_items(session, self._bind(values, named))

    def find_item(self, session: Session, values: Sequence[Any], named: Mapping[str, Any]) -> Any:
        """The first of them, or None."""
        columns = self._columns
        if columns is None or ONLY_READS not in session.info:
            return self.execute(session, values, named).first()
        return columns.find_item(session, self._bind(values, named))

    def _bind(self, values: Sequence[Any], named: Mapping[str, Any]) -> dict[str, Any]:
        return self._defaults | dict(zip(self._names, values, strict=False)) | dict(named)


def has_written(options: Mapping[str, Any]) -> bool:
    """Whether a statement with these execution options has had written what it could find."""
    return _KNOWS_TABLES in options


def _name_tables(statement: Any) -> frozenset[str]:
    """The tables that a statement reads, also in its subqueries."""
    return frozenset(each.name for each in iterate(statement) if isinstance(each, Table))
