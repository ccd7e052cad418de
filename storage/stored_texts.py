"""Texts in rows, whatever columns they stand in: found, changed and written back without a model."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import JSON, Column, ColumnElement, Enum, String, Table, TypeDecorator, literal, type_coerce, update
from sqlalchemy import select as select_columns
from sqlmodel import Session

from bot.ui.mrkdwn import ERASED
from storage.types import ExactDecimal, Json, PydanticJson

TEAM: Final = "team_id"


def list_text_columns(table: Table) -> list[Column[Any]]:
    return [each for each in table.c if each.name != TEAM and _holds_text(each)]


def _holds_text(column: Column[Any]) -> bool:
    kind = column.type
    if isinstance(kind, Enum | ExactDecimal):
        return False
    return isinstance(kind.impl_instance if isinstance(kind, TypeDecorator) else kind, String | JSON)


def list_rows(
    session: Session, table: Table, columns: Iterable[str], *which: ColumnElement[bool]
) -> Sequence[Mapping[Any, Any]]:
    """These columns and the key; JSON as it is stored, whatever model reads it."""
    wanted = {*columns, *table.primary_key.columns.keys()}
    raw = [
        type_coerce(table.c[name], JSON).label(name)
        if isinstance(table.c[name].type, PydanticJson)
        else table.c[name]
        for name in sorted(wanted)
    ]
    return session.execute(select_columns(*raw).where(*which)).mappings().all()


def write_row(session: Session, table: Table, row: Mapping[Any, Any], values: Mapping[str, Any]) -> None:
    written = {
        name: literal(value, Json) if isinstance(table.c[name].type, PydanticJson) else value
        for name, value in values.items()
    }
    session.execute(update(table).where(*is_row(table, row)).values(**written))


def is_row(table: Table, row: Mapping[Any, Any]) -> list[ColumnElement[bool]]:
    return [column == row[column.name] for column in table.primary_key]


def list_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from list_texts(each)
    elif isinstance(value, Collection):
        for each in value:
            yield from list_texts(each)


def blank_texts(value: Any, is_erased: Callable[[str], bool]) -> Any:
    return map_texts(value, lambda text: ERASED if text and is_erased(text) else text)


def map_texts(value: Any, change: Callable[[str], str], change_name: Callable[[str], str] = str) -> Any:
    """The same with other texts; `change_name` is for those under which something stands."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change_name(name): map_texts(each, change, change_name) for name, each in value.items()}
    return [map_texts(each, change, change_name) for each in value] if isinstance(value, list) else value
