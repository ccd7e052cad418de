"""Days reckoned from days: months on, the edges of a week, month, quarter or year. Pure."""

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from bot.runtime.errors import Refusal
from bot.ui.texts import WithWeekday

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)  # two figures of a year are read as one of these
WorkingDay = Callable[[date], bool]
_DAYS: Final = {"day": 1, "week": 7, "fortnight": 14}
_IN_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


def require_reach(day: date) -> date:
    """Raises: Refusal."""
    if not FIRST <= day <= LAST:
        raise Refusal("error.day.out_of_reach", day=WithWeekday(day))
    return day


def next_such_day(day: int, month: int, year: str | None, today: date) -> date:
    """Without a year, the next one, today included.

    Raises: ValueError for a day that no year has; Refusal of a 29 February that is over a year away, untyped.
    """
    if year is not None:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    date(2024, month, day)  # a leap year: 29 February is one
    for candidate in range(today.year, today.year + 9):
        if day <= last_of_month(candidate, month).day and (found := date(candidate, month, day)) >= today:
            if found > months_later(today, 12):
                raise Refusal("error.day.leap", day=WithWeekday(found))
            return found
    raise ValueError


def months_later(day: date, count: int) -> date:
    """So many months on; 31 January and a month is the last day of February."""
    at = day.month - 1 + count
    year, month = day.year + at // 12, at % 12 + 1
    return date(year, month, min(day.day, last_of_month(year, month).day))


def last_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def add_units(day: date, count: int, unit: str) -> date:
    """`unit`: day, week, fortnight, month, quarter or year."""
    if unit in _DAYS:
        return day + timedelta(days=count * _DAYS[unit])
    return months_later(day, count * _IN_MONTHS[unit])


def edge_of_period(period: str, today: date, *, ahead: int, at_end: bool) -> date:
    """The first or last day of the week, month, quarter or year so many `ahead` of this one.

    A week ends on its Friday, or today where that is over.
    """
    if period == "week":
        monday = today + timedelta(days=7 * ahead - today.weekday())
        return max(monday + timedelta(days=4), today) if at_end else monday
    size = _IN_MONTHS[period]
    first = months_later(date(today.year, (today.month - 1) // size * size + 1, 1), ahead * size)
    return months_later(first, size) - timedelta(days=1) if at_end else first


def is_weekday(day: date) -> bool:
    """A working day where nobody knows of holidays."""
    return day.weekday() < 5


def working_days_later(day: date, count: int, is_working: WorkingDay) -> date:
    """So many working days on; backwards if `count` is negative."""
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working(day)
    return day
