"""Working days and hours: when a routine message may reach people (product §2.8)."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

ROUTINE_TIME = time(9, 0)
DAY_BEGINS, DAY_ENDS = time(8, 0), time(18, 0)
SATURDAY = 5


def is_working_day(day: date, country: str | None) -> bool:
    """Neither a weekend nor a public holiday. `country`: ISO 3166 alpha-2; None, or unknown: weekends only."""
    return day.weekday() < SATURDAY and day not in _holidays(country, day.year)


def is_quiet(now: datetime, *, zone: str, country: str | None) -> bool:
    """Whether a routine message would disturb: outside 08:00–18:00 of a working day in `zone`."""
    local = now.astimezone(ZoneInfo(zone))
    return not (DAY_BEGINS <= local.time() < DAY_ENDS and is_working_day(local.date(), country))


def next_working_moment(moment: datetime, *, zone: str, country: str | None) -> datetime:
    """`moment` itself, or the first moment of working hours in `zone` after it."""
    if not is_quiet(moment, zone=zone, country=country):
        return moment
    tz = ZoneInfo(zone)
    local = moment.astimezone(tz)
    day = local.date() if local.time() < DAY_BEGINS else local.date() + timedelta(days=1)
    while not is_working_day(day, country):
        day += timedelta(days=1)
    return datetime.combine(day, DAY_BEGINS, tz)


def next_slot(
    now: datetime, *, zone: str, country: str | None, taken: Collection[datetime], per_week: int
) -> datetime:
    """The next 09:00 of a working day in `zone` that leaves at most one message a day, `per_week` a week.

    `taken` are the moments of earlier and planned routine messages.
    """
    tz = ZoneInfo(zone)
    taken_days = {moment.astimezone(tz).date() for moment in taken}
    day = now.astimezone(tz).date()
    while True:
        slot = datetime.combine(day, ROUTINE_TIME, tz)
        of_week = sum(taken_day.isocalendar()[:2] == day.isocalendar()[:2] for taken_day in taken_days)
        free = day not in taken_days and of_week < per_week
        if slot >= now and free and is_working_day(day, country):
            return slot
        day += timedelta(days=1)


def after_working_days(
    moment: datetime, days: int, *, zone: str, country: str | None, at: time = ROUTINE_TIME
) -> datetime:
    """`at` in `zone`, `days` working days after the local day of `moment`."""
    tz = ZoneInfo(zone)
    day, left = moment.astimezone(tz).date(), days
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day, country)
    return datetime.combine(day, at, tz)


@lru_cache(maxsize=128)
def _holidays(country: str | None, year: int) -> Collection[date]:
    if country is None:
        return ()
    try:
        return holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return ()
