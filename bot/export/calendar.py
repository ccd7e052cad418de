"""The timetable and the check-ins as a calendar file: importing it again updates, and never doubles.

A stable UID says which entry it is, SEQUENCE which change of it; a dropped milestone is cancelled, not left out.
Source: RFC 5545, RFC 7986.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from bot.export.calendar_zones import describe_zone
from bot.scheduling.zones import local_day

if TYPE_CHECKING:
    from icalendar import Event, Timezone

NAMESPACE: Final = UUID("5f0f4c5e-6d0e-4d5b-9b4b-0c1f7a2f6a11")  # of Duet's entries, chosen at random
PRODID = "-//Duet//Timetable//EN"
ANSWERING = timedelta(minutes=15)  # in which a check-in can be answered with ease
_NO_BREAK = "\ufdd0"  # no character; between `\` and `N`, which icalendar takes for a line break (seen, 7.3)


@dataclass(frozen=True)
class CalendarEntry:
    """Something on one day."""

    uid: str
    day: date
    summary: str
    description: str
    sequence: int  # grows with every change
    changed_at: datetime
    is_off: bool


@dataclass(frozen=True)
class CalendarSeries:
    """Something at the same local time again and again."""

    uid: str
    first: datetime  # aware, in its zone
    rule: Mapping[str, Any]  # RRULE, by its parts, with an end
    skipped: Sequence[datetime]  # occurrences of the rule that are none
    summary: str
    description: str
    sequence: int  # grows with every change
    is_off: bool


def render_calendar(
    name: str, entries: Sequence[CalendarEntry], *, now: datetime, series: Sequence[CalendarSeries] = ()
) -> str:
    """`now` stamps the file: of two with the same SEQUENCE the later one counts."""
    from icalendar import Calendar  # only those who ask for a file need it

    file = Calendar()
    file.add("prodid", PRODID)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", _keep_backslash(name))
    for zone in _describe_zones(series):
        file.add_component(zone)
    for entry in entries:
        file.add_component(_build_event(entry, now))
    for each in series:
        file.add_component(_build_repeating_event(each, now))
    written: bytes = file.to_ical()
    return written.decode().replace(_NO_BREAK, "")


def stable_uid(kind: str, *facts: object) -> str:
    """Of an entry: the same in every file of one database, and of no other database's entry."""
    return f"{kind}-{uuid5(NAMESPACE, '/'.join(map(str, facts)))}@duet"


def _describe_zones(series: Sequence[CalendarSeries]) -> "list[Timezone]":
    """Of all series; each has one time zone, and each time zone is described once."""
    spans: dict[str, tuple[ZoneInfo, date, date]] = {}
    for each in series:
        zone = each.first.tzinfo
        assert isinstance(zone, ZoneInfo)
        (until,) = each.rule["UNTIL"]
        begins, ends = local_day(each.first, zone.key), local_day(until, zone.key)
        _, first, last = spans.get(zone.key, (zone, begins, ends))
        spans[zone.key] = (zone, min(first, begins), max(last, ends))
    return [describe_zone(zone, first=first, last=last) for zone, first, last in spans.values()]


def _keep_backslash(words: str) -> str:
    return words.replace(r"\N", rf"\{_NO_BREAK}N")


def _build_event(entry: CalendarEntry, now: datetime) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.day)
    event.add("dtend", min(entry.day, date.max - timedelta(days=1)) + timedelta(days=1))
    event.add("summary", _keep_backslash(entry.summary))
    event.add("description", _keep_backslash(entry.description))
    event.add("status", "CANCELLED" if entry.is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # a milestone takes nobody's time
    return event


def _build_repeating_event(series: CalendarSeries, now: datetime) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", series.uid)
    event.add("dtstamp", now)
    event.add("sequence", series.sequence)
    event.add("dtstart", series.first)
    event.add("duration", ANSWERING)
    event.add("rrule", dict(series.rule))
    for skipped in series.skipped:
        event.add("exdate", skipped)
    event.add("summary", _keep_backslash(series.summary))
    event.add("description", _keep_backslash(series.description))
    event.add("status", "CANCELLED" if series.is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event
