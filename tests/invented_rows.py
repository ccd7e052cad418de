"""Rows made from the schema: a new table or column is in them before anybody has thought of it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import JSON, Boolean, Column, Enum, Integer, String, Table, TypeDecorator, literal
from sqlmodel import Session

from playground.seed import PIKUS
from storage import tables
from storage.personal import HOLDINGS
from storage.types import ExactDecimal, Json
from storage.whole import OF_NO_WORKSPACE
from tests.running import START

TABLES: Final = [table for table in tables.metadata.sorted_tables if table.name not in OF_NO_WORKSPACE]

Say = Callable[[str, str], str]
"""What somebody (the second) has written into a column (the first, as `asks.text`)."""


def say_own(place: str, author: str) -> str:
    """A word that stands nowhere else, and the person's id with it."""
    return f"{place} by {author.lower()}, {author}"


def add_row(
    session: Session, table: Table, author: str, *, number: int = 1, keys: Mapping[str, Any], say: Say = say_own
) -> dict[str, Any]:
    """The person is whoever it names, and each text of it is theirs. `keys`: of the rows that it may point at, as
    `projects.id`. Returns its own.
    """
    row = {column.name: invent_value(column, author, number, keys, say) for column in table.c}
    given = {name: value for name, value in row.items() if value is not None}
    added = session.execute(table.insert().values(given))
    if "id" in table.c:
        row["id"] = added.inserted_primary_key[0]  # type: ignore[attr-defined]
    return {f"{table.name}.{name}": value for name, value in row.items()}


def invent_value(column: Column[Any], author: str, number: int, keys: Mapping[str, Any], say: Say) -> Any:
    kind = column.type
    if column.name == "team_id":
        return PIKUS.id
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return keys.get(str(key.column))  # none, where it points at another row of its own table
    if column.name == "id" and isinstance(kind, Integer):
        return None  # the database's
    if isinstance(kind, Enum):
        assert kind.enum_class is not None
        return next(iter(kind.enum_class))
    if isinstance(kind, ExactDecimal):
        return Decimal(number)
    return _invent_plain_value(column, author, number, say)


def _invent_plain_value(column: Column[Any], author: str, number: int, say: Say) -> Any:
    kind: Any = column.type
    of = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    if isinstance(of, JSON):
        return literal({"reason": say(str(column), author), "by": author}, Json)
    if isinstance(of, String):
        return author if names_person(column) else say(str(column), author)
    if isinstance(of, Boolean):
        return False
    return {int: number, date: START.date(), datetime: START}[of.python_type]


def names_person(column: Column[Any]) -> bool:
    holding = HOLDINGS.get(column.table.name)
    return column.name in ("user_id", *(() if holding is None else holding.of_people))
