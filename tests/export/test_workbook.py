"""Workbooks, read back by another library than has written them (product §13.3)."""

import io
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.declarations import SECTIONS, SHEETS
from bot.export.tables import ORDER, read_markup
from bot.export.workbook import Cell, Money, Table, write_workbook
from bot.ui.mrkdwn import ISOLATES
from bot.ui.texts import Texts

MADE_AT = datetime.fromisoformat("2026-11-24T09:00")  # local: a workbook knows no zones
DAY, MOMENT = date(2026, 12, 1), datetime.fromisoformat("2026-12-01T14:30")
# Two characters are none: Excel reads them back, openpyxl does not.
words = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=80)


def read_back(*tables: Table, title: str = "D-1") -> Any:
    return openpyxl.load_workbook(io.BytesIO(write_workbook(tables, title=title, made_at=MADE_AT)))


def read_cell(cell: Cell) -> Any:
    (sheet,) = read_back(Table("Sheet", ["Heading"], [[cell]]))
    return sheet["A2"]


@given(words)
@example("_x0041_")
@example(" =1")
def test_each_text_is_read_back_as_it_was_written(text: str) -> None:
    found = read_cell(text)
    assert (found.value or "") == text
    assert found.data_type == ("s" if text else "n")


@pytest.mark.parametrize("text", ["=1+1", "+48 600", "-5", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("x")'])
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    """§13.3: also once somebody has edited the cell, which is read anew without the mark."""
    found = read_cell(text)
    assert (found.data_type, found.value) == ("s", text)
    assert found.quotePrefix
    assert not read_cell("Pilot").quotePrefix


@pytest.mark.parametrize(
    ("cell", "value", "shown"),
    [
        (7, 7, "General"),
        (Decimal("3.5"), 3.5, "General"),
        (Money(Decimal("120000.00")), 120000, "#,##0.00"),
        (Money(Decimal("-5")), -5, "#,##0"),
        (Money(Decimal("1.250")), 1.25, "#,##0.000"),
        (DAY, datetime.combine(DAY, time()), "mm-dd-yy"),  # a day as the computer's settings have it
        (MOMENT, MOMENT, "m/d/yy h:mm"),
    ],
)
def test_numbers_amounts_and_days_are_what_they_are(cell: Cell, value: Any, shown: str) -> None:
    """§13.3: a spreadsheet adds them up, and sorts by them."""
    found = read_cell(cell)
    assert (found.value, found.number_format) == (value, shown)
    assert found.data_type == ("d" if isinstance(value, datetime) else "n")


def test_a_heading_stays_and_each_column_can_be_filtered() -> None:
    """§13.3: filters, a frozen heading, columns as wide as what is in them."""
    rows: list[list[Cell]] = [["Pilot", DAY], ["x" * 200, None], ["a\nb", None]]
    one, empty = read_back(Table("Harmonogram", ["Kamień milowy", "Termin"], rows), Table("Puste", ["Co"], []))
    assert one.title == "Harmonogram"
    assert [cell.value for cell in one[1]] == ["Kamień milowy", "Termin"]
    assert one[1][0].font.bold
    assert one.freeze_panes == empty.freeze_panes == "A2"
    assert (one.auto_filter.ref, empty.auto_filter.ref) == ("A1:B4", "A1:A2")
    assert one.column_dimensions["A"].width > 60 > one.column_dimensions["B"].width > 11
    assert one["A3"].alignment.wrap_text


def test_a_row_is_as_high_as_its_longest_text() -> None:
    """Not every program finds out by itself when it opens the file."""
    (sheet,) = read_back(Table("S", ["A", "B"], [["kot", "a\nb\nc"], ["x" * 200, "y"], ["kot", "pies"]]))
    assert [sheet.row_dimensions[number].height for number in (2, 3, 4)] == [45, 60, None]


def test_a_text_that_no_cell_takes_is_cut() -> None:
    found = read_cell("ą" * 40_000).value
    assert 32_700 < len(found) <= 32_767
    assert found.endswith("…")


def test_the_same_facts_make_the_same_file() -> None:
    """Nothing in it is of the machine or the moment on which it was written."""
    one, other = (
        write_workbook([Table("Projekt", ["Co"], [["=1"], [Money(Decimal("1.00"))]])], title="D-1", made_at=MADE_AT)
        for _ in range(2)
    )
    assert one == other


@pytest.mark.parametrize("language", ["en", "pl"])
def test_each_sheet_and_column_has_a_name_that_a_workbook_takes(language: str) -> None:
    """At most 31 characters, and none of those that formulas need; no two of one name."""
    t = Texts.of(language)
    named = {each.sheet for each in SECTIONS.values() if each.sheet} | SHEETS.keys()
    assert named == {*ORDER, "log"}
    titles = [t.plain(f"sheet.{name}") for name in named]
    assert len({title.casefold() for title in titles}) == len(titles)
    assert not [title for title in titles if len(title) > 31 or set(title) & set(r"[]:*?/\'")]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40))
@example("2*3")
@example("`a` <@U0EWA> > b &amp;")
def test_what_a_person_wrote_is_whole_in_plain_words(text: str) -> None:
    """The marks of ours are gone, theirs stay: `2*3` is no `23`."""
    said = Texts.of("en").without_marks()("milestone.said.done", name=text)
    assert read_markup(Texts.of("en"), {}, said) == f"Done: {ISOLATES.sub('', text)}."


@pytest.mark.parametrize("title", ["D-1 Kto kupuje", "D-2 R&D && A&B", "D-3 " + "&" * 200])
def test_a_printed_page_says_what_it_is_of(title: str) -> None:
    """§13.3: the project, the sheet, the page of how many."""
    (sheet,) = read_back(Table("Zespół", ["Osoba"], []), title=title)
    assert sheet.oddHeader.left.text.replace("&&", "&") in (title, f"{title[:98]}…")
    assert sheet.oddHeader.right.text == "&A"
    assert sheet.oddFooter.right.text == "&P/&N"


def test_a_heading_stands_above_its_numbers() -> None:
    """§13.3: on the right, as they do; above words on the left, and where lines are about one thing."""
    table = Table(
        "Salda", ["Strona", "Wkład", "Nr"], [["IT", None, 1], ["Marketing", Money(Decimal("1.50")), None]]
    )
    (sheet,) = read_back(table)
    assert [cell.alignment.horizontal for cell in sheet[1]] == [None, "right", "right"]
    (sheet,) = read_back(replace(table, is_list=False))
    assert {cell.alignment.horizontal for cell in sheet[1]} == {None}
