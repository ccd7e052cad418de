"""The timetable and the check-ins as a calendar file: importing it again updates, and never doubles.

A stable UID says which entry it is, SEQUENCE which change of it; a dropped milestone is cancelled, not left out.
Source: RFC 5545, RFC 7986.
"""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from bot.scheduling.zones import local_day

if TYPE_CHECKING:
    from icalendar import Component, Timezone

_BEGINNING: Final = 1970
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_HOUR: Final = timedelta(hours=1)
_NOTHING: Final = timedelta()


@dataclass(frozen=True)
class ClockChange:
    """The clocks are put forward or back."""

    at: datetime  # the local time just before, without a zone
    before: timedelta  # offset from UTC
    after: timedelta
    name: str  # CET, CEST
    is_daylight: bool

    @property
    def rule(self) -> dict[str, Any]:
        """Every year on that weekday of that month: the last one where it may be the last, else by number."""
        day = self.at.date()
        is_last = day.day + 7 > calendar.monthrange(day.year, day.month)[1]
        which = -1 if is_last else (day.day - 1) // 7 + 1
        return {"FREQ": ["YEARLY"], "BYMONTH": [day.month], "BYDAY": [f"{which}{_WEEKDAYS[day.weekday()]}"]}


def describe_zone(zone: ZoneInfo, *, first: date, last: date) -> "Timezone":
    """Right for all moments between the two days, and wherever the yearly rules hold beyond them.

    Where no yearly rule holds (clocks put back for Ramadan, a zone that gave up summer time) each change stands
    with its own date.
    """
    from icalendar import Timezone

    described = Timezone()
    described.add("tzid", zone.key)
    changes = list(_find_clock_changes(zone, first.year, last.year))
    if not changes:
        described.add_component(_constant_observance(zone, first))
    elif _are_yearly(changes, years=last.year - first.year + 1):
        for change in {each.is_daylight: each for each in changes}.values():
            described.add_component(_build_observance(change, begins=_first_such_moment(change), rule=change.rule))
    else:
        described.add_component(_constant_observance(zone, date(first.year, 1, 1)))
        for change in changes:
            described.add_component(_build_observance(change, begins=change.at, rule=None))
    return described


def _find_clock_changes(zone: ZoneInfo, first_year: int, last_year: int) -> Iterator[ClockChange]:
    moment = datetime(first_year, 1, 1, tzinfo=UTC)
    while moment.year <= last_year:
        earlier, later = (each.astimezone(zone) for each in (moment, moment + _HOUR))
        before, after = earlier.utcoffset() or _NOTHING, later.utcoffset() or _NOTHING
        if before != after:
            local = (moment + _HOUR + before).replace(tzinfo=None)
            yield ClockChange(local, before, after, later.tzname() or zone.key, is_daylight=bool(later.dst()))
        moment += _HOUR


def _are_yearly(changes: list[ClockChange], *, years: int) -> bool:
    """One change to summer time and one back, by the same rule each year."""
    rules = {(each.is_daylight, str(each.rule), each.at.time(), each.before, each.after) for each in changes}
    return len(rules) == 2 and len(changes) == 2 * years and len({each.is_daylight for each in changes}) == 2


def _first_such_moment(change: ClockChange) -> datetime:
    """In the year in which all descriptions begin."""
    weekday, month = change.at.weekday(), change.at.month
    last = calendar.monthrange(_BEGINNING, month)[1]
    days = [day for day in range(1, last + 1) if date(_BEGINNING, month, day).weekday() == weekday]
    which = str(change.rule["BYDAY"][0])
    day = days[-1] if which.startswith("-1") else days[int(which[0]) - 1]
    return datetime.combine(date(_BEGINNING, month, day), change.at.time())


def _constant_observance(zone: ZoneInfo, day: date) -> "Component":
    """What holds on that day, from the beginning on."""
    local = datetime(day.year, day.month, day.day, tzinfo=zone)
    offset = local.utcoffset() or _NOTHING
    change = ClockChange(
        datetime.combine(date(_BEGINNING, 1, 1), time()),
        offset,
        offset,
        local.tzname() or zone.key,
        is_daylight=False,
    )
    return _build_observance(change, begins=change.at, rule=None)


def _build_observance(change: ClockChange, *, begins: datetime, rule: dict[str, Any] | None) -> "Component":
    from icalendar import TimezoneDaylight, TimezoneStandard

    observance = TimezoneDaylight() if change.is_daylight else TimezoneStandard()
    observance.add("dtstart", begins)
    observance.add("tzoffsetfrom", change.before)
    observance.add("tzoffsetto", change.after)
    observance.add("tzname", change.name)
    if rule is not None:
        observance.add("rrule", rule)
    return observance


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
