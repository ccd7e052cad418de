"""Files that other programs read: strict calendars, and tables that calculate nothing (product §2)."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.export.calendar import Entry, calendar
from bot.export.rules import BYTE_ORDER_MARK, as_csv, as_json, defused

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
words = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=120)


def entry(summary: str, *, sequence: int = 0, dropped: bool = False, day: date = date(2026, 12, 1)) -> Entry:
    return Entry("milestone-7@t1.duet", day, summary, "Zażółć;\ngęślą, jaźń", sequence, NOW, dropped)


@settings(deadline=None)
@given(words)
def test_a_strict_parser_reads_what_was_written(title: str) -> None:
    """RFC 5545: parsed back, whole; no line over 75 octets; each ends with CRLF."""
    text = calendar("D-1", [entry(title)], now=NOW)
    lines = text.encode().split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    parsed = Calendar.from_ical(text, multiple=False)
    (event,) = parsed.walk("VEVENT")
    assert not event.errors
    assert not parsed.errors
    assert str(event["summary"]) == title
    assert str(event["description"]) == "Zażółć;\ngęślą, jaźń"


def test_a_milestone_is_an_all_day_event_that_is_updated() -> None:
    (event,) = Calendar.from_ical(calendar("D-1", [entry("Pilot", sequence=3)], now=NOW)).walk("VEVENT")
    assert event.decoded("dtstart") == date(2026, 12, 1)
    assert event.decoded("dtend") == date(2026, 12, 2)
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert (event.decoded("sequence"), str(event["uid"])) == (3, "milestone-7@t1.duet")
    assert event.decoded("dtstamp") == NOW
    assert str(event["status"]) == "CONFIRMED"
    (dropped,) = Calendar.from_ical(calendar("D-1", [entry("Pilot", dropped=True)], now=NOW)).walk("VEVENT")
    assert str(dropped["status"]) == "CANCELLED"
    assert calendar("D-1", [entry("Pilot", day=date.max)], now=NOW + timedelta(days=1))


@pytest.mark.parametrize("cell", ["=1+1", "+48 600", "-5+1", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0"])
def test_a_formula_is_text(cell: str) -> None:
    assert defused(cell) == f"'{cell}"
    assert read(as_csv({"charter": {"name": cell}}))[2] == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["-5", "-5.25", "12", "2026-11-24"])
def test_a_number_stays_one(cell: str) -> None:
    assert defused(cell) == cell


@given(words)
def test_every_table_is_read_back(text: str) -> None:
    facts = {
        "charter": {"name": text, "budget": Decimal("-1200.50")},
        "members": [],
        "milestones": [{"title": text, "owner": None}, {"title": "b", "owner": "Ewa"}],
    }
    assert read(as_csv(facts)) == [
        ["charter"],
        ["name", "budget"],
        [defused(text), "-1200.50"],
        [],
        ["milestones"],
        ["title", "owner"],
        [defused(text), ""],
        ["b", "Ewa"],
        [],
    ]
    assert json.loads(as_json(facts)) == facts | {"charter": {"name": text, "budget": "-1200.50"}}


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))
