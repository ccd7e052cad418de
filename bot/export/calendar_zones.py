"""A time zone as a calendar file describes it, so that programs which read it there are right all year.

Some (ical.js, vobject) take what stands in the file rather than the zone's name, and of several descriptions the
last that has begun: each of the two is given once, from 1970 on, with the rule by which it comes each year.
Source: RFC 5545, 3.6.5.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

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
