"""SELECTs that Core carries out, past the ORM; and the objects of a session that only reads, made of their columns.

The ORM prepares each result for what may have to be written of it: that is more than half of a statement's cost.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, chain, pairwise
from operator import itemgetter
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, inspect
from sqlalchemy.orm import Mapper
from sqlalchemy.util import immutabledict
from sqlmodel import Session, SQLModel
from sqlmodel.sql.expression import SelectOfScalar

Kind = TypeVar("Kind", bound=SQLModel)

_READ_ROWS = "read_rows"  # in `session.info` of one that only reads: class and primary key → the row

_Values = Sequence[Any]  # of a row of the result, as it came
_Held = dict[tuple[Any, ...], Any]
_Make = Callable[[_Values, _Held], Any]


class CompiledForms(dict[Any, Any]):
    """A statement's compiled form, by dialect, as the option `compiled_cache` of whoever carries out no other.

    SQLAlchemy asks for it by a key with all that a statement consists of, whose hash costs more than SQLite's work.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[0], default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(key[0], compiled)


class ColumnStatement:
    """A SELECT that asks for the columns of an object in the object's place, and so needs no ORM."""

    def __init__(self, statement: Any) -> None:
        described = statement.column_descriptions
        kinds = [each["expr"] if each["expr"] is each.get("entity") else None for each in described]
        columns = [
            [each["expr"]] if kind is None else _list_attributes(kind)
            for kind, each in zip(kinds, described, strict=True)
        ]
        self.has_objects = any(kinds)
        self._statement = statement.with_only_columns(*chain(*columns)) if self.has_objects else statement
        self._options = immutabledict({"compiled_cache": CompiledForms()})
        begins = accumulate(map(len, columns), initial=0)
        makers = [_build_maker(kind, *place) for kind, place in zip(kinds, pairwise(begins), strict=True)]
        self.is_scalar = isinstance(statement, SelectOfScalar)
        self._make = makers[0] if self.is_scalar else _build_tuple_maker(makers)
        self._keeps_rows = not (self.is_scalar or self.has_objects)
        self._is_anew = bool(statement.get_execution_options().get("populate_existing"))

    def execute(self, session: Session, values: Mapping[str, Any]) -> CursorResult[Any]:
        return session.connection().execute(self._statement, values, execution_options=self._options)

    def list_items(self, session: Session, values: Mapping[str, Any]) -> Sequence[Any]:
        """Lists what the ORM would, one item a row: an object, a value, or a tuple of both."""
        rows = self.execute(session, values).all()
        if self._keeps_rows or not rows:
            return rows
        held = self._find_held(session)
        return [self._make(row, held) for row in rows]

    def find_item(self, session: Session, values: Mapping[str, Any]) -> Any:
        """The first of them, or None."""
        row = self.execute(session, values).first()
        return None if row is None else self._make(row, self._find_held(session))

    def _find_held(self, session: Session) -> _Held:
        """What it has read already is the same object, unless it is read anew."""
        if self._is_anew:
            session.info[_READ_ROWS] = {}
        held: _Held = session.info.setdefault(_READ_ROWS, {})
        return held


def find_read_row(session: Session, kind: type[Kind], *key: Any) -> Kind | None:
    """Finds an object that a session that only reads has made already, by its primary key."""
    found: Kind | None = session.info.get(_READ_ROWS, {}).get((kind, *key))
    return found


def _list_attributes(kind: type[SQLModel]) -> list[Any]:
    mapper = cast(Mapper[Any], inspect(kind))
    return [getattr(kind, each.key) for each in mapper.column_attrs]


def _build_tuple_maker(makers: Sequence[_Make]) -> _Make:
    return lambda row, held: tuple([make(row, held) for make in makers])


def _build_maker(kind: type[SQLModel] | None, begins: int, ends: int) -> _Make:
    """What makes an item of these columns: a `kind`, or None where an outer join found none; else the one value."""
    if kind is None:
        return lambda row, _: row[begins]
    mapper = cast(Mapper[Any], inspect(kind))
    names = [each.key for each in mapper.column_attrs]
    pick_key = itemgetter(
        *[begins + names.index(mapper.get_property_by_column(each).key) for each in mapper.primary_key]
    )
    is_simple, new_object = len(mapper.primary_key) == 1, mapper.class_manager.new_instance

    def make(row: _Values, held: _Held) -> Any:
        found = pick_key(row)
        key = (kind, found) if is_simple else (kind, *found)
        if key[1] is None:
            return None
        made = held.get(key)
        if made is None:
            made = held[key] = new_object()
            made.__dict__.update(zip(names, row[begins:ends], strict=True))
        return made

    return make
