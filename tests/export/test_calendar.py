"""Calendars that strict programs read (product §13.3)."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.export.calendar import CalendarEntry, CalendarSeries, render_calendar, stable_uid

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
words = st.text(st.characters(exclude_categories=["Cc", "Cn", "Cs"]), max_size=120)


def entry(
    summary: str, *, sequence: int = 0, dropped: bool = False, day: date = date(2026, 12, 1)
) -> CalendarEntry:
    return CalendarEntry("milestone-7@t1.duet", day, summary, "Zażółć;\ngęślą, jaźń", sequence, NOW, dropped)


@given(words)
@example(r"C:\New\nowe, \;")
def test_a_strict_parser_reads_what_was_written(title: str) -> None:
    """RFC 5545: parsed back, whole; no line over 75 octets; each ends with CRLF."""
    text = render_calendar("D-1", [entry(title)], now=NOW)
    lines = text.encode().split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    parsed = Calendar.from_ical(text, multiple=False)
    (event,) = parsed.walk("VEVENT")
    assert not event.errors
    assert not parsed.errors
    read = {
        name: re.sub(r"\\(.)", _unescape_break, value) for name, _, value in unfold_lines(text)
    }  # by hand: RFC 5545, 3.3.11
    assert read["SUMMARY"] == title
    assert read["DESCRIPTION"] == "Zażółć;\ngęślą, jaźń"


def _unescape_break(found: re.Match[str]) -> str:
    return "\n" if found[1] in "nN" else found[1]


def test_the_file_keeps_the_rules_of_the_format() -> None:
    """RFC 5545, read by hand, not by the library that has written it: 3.4, 3.6, 3.6.1, 3.6.5, 3.3.10."""
    zone = ZoneInfo("Europe/Warsaw")
    thursday = datetime(2026, 11, 26, 10, tzinfo=zone)
    rule = {"FREQ": ["WEEKLY"], "BYDAY": ["TH"], "UNTIL": [datetime(2027, 6, 1, 21, 59, tzinfo=UTC)]}
    series = CalendarSeries(
        "c@t1.duet", thursday, rule, [thursday + timedelta(days=28)], "Check-in", "Co tydzień", 2, is_off=False
    )
    lines = unfold_lines(
        render_calendar("D-1; Ź,", [entry("Pilot"), entry("Raport", dropped=True)], now=NOW, series=[series])
    )
    assert (lines[0], lines[-1]) == (("BEGIN", "", "VCALENDAR"), ("END", "", "VCALENDAR"))
    head = [name for name, _, _ in lines[: lines.index(("BEGIN", "", "VEVENT"))]]
    assert head.count("PRODID") == head.count("VERSION") == head.count("METHOD") == 1
    zones = {value for name, _, value in lines if name == "TZID"}
    stack, events = list[str](), list[dict[str, list[tuple[str, str]]]]()
    for name, parameters, value in lines:
        if name == "BEGIN":
            stack.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert stack.pop() == value
        elif stack[-1] == "VEVENT":
            events[-1].setdefault(name, []).append((parameters, value))
        for zone_name in re.findall("TZID=([^;:]+)", parameters):
            assert zone_name in zones, "each zone that is named is described"
    assert stack == []
    assert len(events) == 3
    for event in events:
        for name in ("UID", "DTSTAMP", "DTSTART", "SEQUENCE", "STATUS", "SUMMARY"):
            assert len(event[name]) == 1, (name, event)
        assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"][0][1])
        assert ("DTEND" in event) != ("DURATION" in event), "one of them"
    repeated = events[-1]
    assert repeated["DTSTART"] == [("TZID=Europe/Warsaw", "20261126T100000")]
    assert repeated["EXDATE"] == [("TZID=Europe/Warsaw", "20261224T100000")]
    assert "UNTIL=20270601T215900Z" in repeated["RRULE"][0][1], "in UTC, since DTSTART has a zone"


@pytest.mark.parametrize(
    "zone",
    [
        *("Europe/Warsaw", "Europe/London", "Europe/Dublin", "America/New_York", "America/Santiago"),
        *("Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Asia/Tokyo", "Asia/Kolkata", "UTC"),
        *("Africa/Casablanca", "Asia/Beirut", "America/Nuuk", "America/Asuncion"),
    ],
)
def test_a_program_that_reads_the_files_zone_is_right_all_year(zone: str) -> None:
    """Some ask no table of zones: what the file says of it has to hold on each day of the series."""
    first, last = datetime(2026, 1, 29, 10, tzinfo=ZoneInfo(zone)), datetime(2027, 12, 30, 21, 59, tzinfo=UTC)
    rule = {"FREQ": ["WEEKLY"], "BYDAY": ["TH"], "UNTIL": [last]}
    series = CalendarSeries("c@t1.duet", first, rule, [], "Check-in", "", 0, is_off=False)
    text = render_calendar("D-1", [], now=NOW, series=[series])
    (event,) = vobject.readOne(text).vevent_list
    assert event.dtstart.value.utcoffset() == first.utcoffset()
    of_file = event.dtstart.value.tzinfo
    days = [first + timedelta(days=n) for n in range((last - first).days)]
    for day in days:
        naive = day.replace(tzinfo=None)
        assert naive.replace(tzinfo=of_file).utcoffset() == day.utcoffset(), day
    if zone in ("Europe/Warsaw", "America/New_York", "Australia/Sydney"):
        names = [
            name for name, _, value in unfold_lines(text) if value in ("STANDARD", "DAYLIGHT") and name == "BEGIN"
        ]
        assert len(names) == 2  # each once, with its rule: several would be read as the last that has begun


def test_entries_of_two_databases_are_not_taken_for_each_other() -> None:
    """Two fresh databases count from one; whoever has both in their calendar keeps both."""
    one, other = (stable_uid("milestone", "T1", 1, moment, 1) for moment in (NOW, NOW + timedelta(seconds=1)))
    assert one != other
    assert one == stable_uid("milestone", "T1", 1, NOW, 1)


def unfold_lines(text: str) -> list[tuple[str, str, str]]:
    """(name, parameters, value) of each line."""
    assert text.endswith("\r\n")
    whole = text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    found = [re.fullmatch(r"([A-Z-]+)(?:;([^:]*))?:(.*)", line) for line in whole]
    return [(each[1], each[2] or "", each[3]) for each in found if each] if all(found) else []


def test_a_milestone_is_an_all_day_event_that_is_updated() -> None:
    (event,) = Calendar.from_ical(render_calendar("D-1", [entry("Pilot", sequence=3)], now=NOW)).walk("VEVENT")
    assert event.decoded("dtstart") == date(2026, 12, 1)
    assert event.decoded("dtend") == date(2026, 12, 2)
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert (event.decoded("sequence"), str(event["uid"])) == (3, "milestone-7@t1.duet")
    assert event.decoded("dtstamp") == NOW
    assert str(event["status"]) == "CONFIRMED"
    (dropped,) = Calendar.from_ical(render_calendar("D-1", [entry("Pilot", dropped=True)], now=NOW)).walk("VEVENT")
    assert str(dropped["status"]) == "CANCELLED"
    assert render_calendar("D-1", [entry("Pilot", day=date.max)], now=NOW + timedelta(days=1))
