"""A workbook for people: a table a sheet, with a heading that stays, filters, real days and numbers. Pure.

Nothing in it is calculated: what a person wrote is text, whatever it begins with (OWASP, CSV injection).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from bot.ui.clipping import clip_text

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_LONGEST_CELL: Final = 32_767  # characters; more is no cell
_NARROWEST, _WIDEST = 8, 60  # characters of a column
_LONGEST_HEADER: Final = 100  # characters; with its marks it takes 255
_FILTER_ARROW: Final = 4  # characters that it takes from a heading, which is bold, too
_DAY_WIDTH, _MOMENT_WIDTH = 12, 18
_DAY, _MOMENT = 14, 22  # Excel's own numbers of formats that whoever opens the file has set for their computer
_BEGINS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_LINE_HEIGHT: Final = 15  # points
_MOST_LINES: Final = 27  # of a row: a higher one is none
_HEADING: Final = {"bold": True, "bg_color": "#E7EBF0", "bottom": 1, "text_wrap": True, "valign": "top"}
_HEADING_OF_NUMBERS: Final = {**_HEADING, "align": "right", "indent": 2}  # above them, beside the filter's arrow


@dataclass(frozen=True)
class Money:
    """An amount, with as many decimals as its currency has."""

    amount: Decimal


Cell = None | str | int | Decimal | date | datetime | Money
"""A moment is local, and has no zone: a workbook knows none."""


@dataclass(frozen=True)
class Table:
    """What stands on a sheet: a list, whose columns can be filtered, or lines about one thing."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    is_list: bool = True


def write_workbook(tables: Sequence[Table], *, title: str, made_at: datetime) -> bytes:
    """The file. `made_at` is local, and has no zone."""
    from xlsxwriter import Workbook  # only those who ask for a file need it

    written = BytesIO()
    with Workbook(written, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": title, "author": "Duet", "created": made_at})
        formats = _Formats(workbook)
        above = clip_text(title, _LONGEST_HEADER).replace("&", "&&")  # a mark of what follows
        for table in tables:
            sheet = workbook.add_worksheet(table.name)
            _write_sheet(sheet, table, formats)
            sheet.set_header(f"&L{above}&R&A")  # what a printed page is of: the title, and the sheet's name
            sheet.set_footer("&R&P/&N")
    return written.getvalue()


class _Formats:
    """How a cell is shown, made once a workbook: each format is a part of the file."""

    def __init__(self, workbook: "Workbook") -> None:
        self._workbook = workbook
        self._made: dict[str, Any] = {}

    def of(self, **properties: Any) -> Any:
        key = repr(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format({"valign": "top", **properties})
        return self._made[key]


def _write_sheet(sheet: "Worksheet", table: Table, formats: _Formats) -> None:
    widths = [_column_width(table, column) for column in range(len(table.headings))]
    for column, heading in enumerate(table.headings):
        properties = _HEADING_OF_NUMBERS if _has_numbers(table, column) else _HEADING
        sheet.write_string(0, column, heading, formats.of(**properties))
        sheet.set_column(column, column, widths[column])
    for number, row in enumerate(table.rows, start=1):
        if (lines := max(map(_count_lines, row, widths), default=1)) > 1:
            sheet.set_row(number, _LINE_HEIGHT * min(lines, _MOST_LINES))
        for column, cell in enumerate(row):
            _write_cell(sheet, number, column, cell, formats, aligned=None if table.is_list else "left")
    sheet.freeze_panes(1, 0)
    if table.is_list:
        sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.headings) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_cell(
    sheet: "Worksheet", row: int, column: int, cell: Cell, formats: _Formats, *, aligned: str | None
) -> None:
    """`aligned`: as all cells of its column, whatever they are."""
    of_number = {"align": aligned} if aligned else {"align": "right", "indent": 1}  # off the text that follows
    match cell:
        case None | "":
            return
        case str():
            # A text that is edited stays text: without the mark it would be read anew, as a formula.
            is_quoted = {"quote_prefix": True} if cell.startswith(_BEGINS_FORMULA) else {}
            sheet.write_string(row, column, _fit_text(cell), formats.of(text_wrap=True, **is_quoted))
        case datetime():
            sheet.write_datetime(row, column, cell, formats.of(num_format=_MOMENT, align="left"))
        case date():
            sheet.write_datetime(row, column, cell, formats.of(num_format=_DAY, align="left"))
        case Money():
            shown = formats.of(num_format=_money_format(cell.amount), **of_number)
            sheet.write_number(row, column, float(cell.amount), shown)
        case int() | Decimal():
            sheet.write_number(row, column, float(cell), formats.of(**of_number))


def _has_numbers(table: Table, column: int) -> bool:
    return table.is_list and any(isinstance(row[column], int | Decimal | Money) for row in table.rows)


def _count_lines(cell: Cell, width: int) -> int:
    """How many lines a text takes: not every program that opens the file finds out by itself."""
    if not isinstance(cell, str):
        return 1
    return sum(max(ceil(len(line) / width), 1) for line in cell.split("\n"))


def _fit_text(text: str) -> str:
    return clip_text(text, _LONGEST_CELL) if len(text) > _LONGEST_CELL else text


def _money_format(amount: Decimal) -> str:
    """`#,##0.00`: separators are those of whoever opens the file."""
    exponent = amount.as_tuple().exponent
    decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
    return f"#,##0.{'0' * decimals}" if decimals else "#,##0"


def _column_width(table: Table, column: int) -> int:
    widths = [len(table.headings[column]) + _FILTER_ARROW, *(_cell_width(row[column]) for row in table.rows)]
    return min(max(_NARROWEST, *widths), _WIDEST)


def _cell_width(cell: Cell) -> int:
    match cell:
        case None:
            return 0
        case str():
            return max(map(len, cell.split("\n"))) + 2
        case datetime():
            return _MOMENT_WIDTH
        case date():
            return _DAY_WIDTH
        case Money():
            return len(f"{cell.amount:,}") + 3
        case _:
            return len(str(cell)) + 3
