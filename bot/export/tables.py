"""Rows of a project's file as the tables of its workbook, in the reader's language and zone (product §13.3)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic.fields import FieldInfo
from sqlmodel import Session

from bot.export.workbook import Cell, Money, Table
from bot.projects.export_sections import CodeTexts, ColumnMark, FileRow, Reader, Section, Sheet, file_parts_of
from bot.ui.mrkdwn import ISOLATES, unescape_text
from bot.ui.texts import Texts
from storage import people

ORDER: Final = (
    *("project", "team", "confirmations", "timetable", "moves", "measure", "register", "checkins", "blockers"),
    *("asks", "ledger", "balance"),
)
"""Of the sheets: a new feature's comes after these, and the log is the last."""
_MENTION = re.compile("<@([UW][A-Z0-9]+)>")
_CHANNEL = re.compile("<#([CDG][A-Z0-9]+)>")
_QUOTATION = re.compile("^>", re.MULTILINE)

Part = Section | Sheet


def build_tables(session: Session, reader: Reader) -> list[Table]:
    """All tables that the reader may have."""
    parts = [part for part in _list_sheet_parts(session) if part.may(session, reader)]
    loaded = [(part, part.rows(session, reader)) for part in parts]
    names = load_names(session, reader.actor.team_id, (row for _, rows in loaded for row in rows))
    return [
        _build_table(reader.t, names, name, [*group])
        for name, group in groupby(loaded, key=lambda each: _name_sheet(each[0]))
    ]


def _list_sheet_parts(session: Session) -> list[Part]:
    declared = file_parts_of(session)
    found: list[Part] = [*(each for each in declared.sections if each.sheet is not None), *declared.sheets]
    return sorted(found, key=lambda part: _rank_sheet(_name_sheet(part)))


def _name_sheet(part: Part) -> str:
    return part.name if isinstance(part, Sheet) else part.sheet or ""


def _rank_sheet(name: str) -> int:
    if name == "log":
        return len(ORDER) + 1
    return ORDER.index(name) if name in ORDER else len(ORDER)


def _build_table(
    t: Texts, names: Mapping[str, str], name: str, loaded: Sequence[tuple[Part, Sequence[FileRow]]]
) -> Table:
    if any(isinstance(part, Section) and part.is_single for part, _ in loaded):
        return _build_lines(t, names, name, [row for _, rows in loaded for row in rows])
    ((part, rows),) = loaded
    columns = _list_columns(part.row)
    return Table(
        t.plain(f"sheet.{name}"),
        [t.plain(f"sheet.column.{column}") for column in columns],
        [[_build_cell(t, names, field, getattr(row, column)) for column, field in columns.items()] for row in rows],
    )


def _build_lines(t: Texts, names: Mapping[str, str], name: str, rows: Iterable[FileRow]) -> Table:
    """What there is one of: a line a field, without those that say nothing."""
    lines = [
        (t.plain(f"sheet.column.{column}"), _build_cell(t, names, field, getattr(row, column)))
        for row in rows
        for column, field in _list_columns(type(row)).items()
    ]
    headings = [t.plain("sheet.what"), t.plain("sheet.value")]
    filled = [line for line in lines if line[1] is not None]
    return Table(t.plain(f"sheet.{name}"), headings, filled, is_list=False)


def _list_columns(row: type[FileRow]) -> dict[str, FieldInfo]:
    """The fields that people read, in their order."""
    return {
        name: field for name, field in row.model_fields.items() if ColumnMark.PROGRAMS_ONLY not in field.metadata
    }


def _build_cell(t: Texts, names: Mapping[str, str], field: FieldInfo, value: Any) -> Cell:
    if value is None or value == "":
        return None
    if ColumnMark.PERSON in field.metadata:
        ids = [value] if isinstance(value, str) else value
        return ", ".join(names.get(user_id, user_id) for user_id in ids)
    if ColumnMark.MONEY in field.metadata:
        return Money(value)
    if ColumnMark.MARKUP in field.metadata:
        return read_markup(t, names, value)
    if ColumnMark.ZONE in field.metadata:
        return t.city(value)
    for codes in field.metadata:
        if isinstance(codes, CodeTexts):
            return t.plain(f"{codes.beginning}.{value}")
    match value:
        case bool():
            return t.plain("sheet.yes" if value else "sheet.no")
        case datetime():
            return value.astimezone(ZoneInfo(t.zone)).replace(tzinfo=None)
        case StrEnum():
            raise TypeError(f"no text for the code {value!r}")
        case str() | int() | Decimal() | date():
            return value
    raise TypeError(f"no cell for {value!r}")


def read_markup(t: Texts, names: Mapping[str, str], said: str) -> str:
    """A sentence for Slack, made of a text without marks, as plain words: with people's names."""
    said = _MENTION.sub(lambda found: names.get(found[1], found[1]), said)
    said = _CHANNEL.sub(lambda found: t.plain("sheet.channel", id=found[1]), said)
    return unescape_text(ISOLATES.sub("", _QUOTATION.sub("", said)))


def load_names(session: Session, team_id: str, found: Iterable[Any]) -> dict[str, str]:
    """The names of all people in it: rows, or what json is made of."""
    ids = {user_id for each in found for user_id in _find_person_ids(each)}
    known = people.find_people(session, team_id, ids)
    return {user_id: row.full_name or row.name for user_id, row in known.items()}


def _find_person_ids(value: Any) -> Iterator[str]:
    """Every text in it that may be somebody's id: only those of people are found when they are looked up."""
    if isinstance(value, FileRow):
        value = dict(value)
    if isinstance(value, Mapping):
        value = value.values()
    if isinstance(value, str):
        if value[:1] in ("U", "W") and len(value) < 20:
            yield value
        yield from _MENTION.findall(value)
    elif isinstance(value, Iterable):
        for each in value:
            yield from _find_person_ids(each)
