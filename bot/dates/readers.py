"""Readers: words → a day, None for what they do not read, ValueError for a day that is not. Pure.

The words are `normal`. What several readers could read, the first of `READERS` reads.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from bot.dates.errors import TwoDays, WrongWeekday
from bot.dates.reckoning import edge_of_period, last_of_month, later, months_later, next_such_day
from bot.dates.vocabulary import (
    COMING,
    MONTHS,
    NAMED_PERIOD,
    NEXT,
    PERIODS,
    THIS,
    UNITS,
    WEEKDAYS,
    count_of_units,
)

_NEAR: Final = {
    "today": 0,
    "now": 0,
    "tomorrow": 1,
    "tmrw": 1,
    "jutro": 1,
    "jutra": 1,
    "dzisiaj": 0,
    "dzis": 0,
    "day after tomorrow": 2,
    "pojutrze": 2,
    "yesterday": -1,
    "wczoraj": -1,
    "day before yesterday": -2,
    "przedwczoraj": -2,
}


def read_near(words: str, today: date) -> date | None:
    return None if words not in _NEAR else today + timedelta(days=_NEAR[words])


_ISO = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})[.](\d{1,2})(?:[.](\d{4}|\d{2})?)?(?: ?r\.?)?")
_DASHED = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?")


def read_figures(words: str, today: date) -> date | None:
    if found := _ISO.fullmatch(words):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _SLASHED.fullmatch(words):
        return _slashed(words, int(found[1]), int(found[2]), found[3], today)
    if found := _DASHED.fullmatch(words) or _DOTTED.fullmatch(words):
        return next_such_day(int(found[1]), int(found[2]), found[3], today)
    return None


def _slashed(words: str, one: int, other: int, year: str | None, today: date) -> date:
    """In some countries the month comes first. Raises: TwoDays where either may be the month."""
    day_first, month_first = (one, other, year, today), (other, one, year, today)
    if one != other and one <= 12 and other <= 12:
        raise TwoDays(words, next_such_day(*day_first), next_such_day(*month_first))
    return next_such_day(*(month_first if other > 12 else day_first))


_DAY_MONTH = re.compile(r"(\d{1,2})(?:th|\.)?[ -](?:of )?([a-z]+)\.?(?:[ -](\d{4}|\d{2}))?(?: ?r\.?)?")
_MONTH_DAY = re.compile(r"([a-z]+)\.? (\d{1,2})(?:th)?(?: (\d{4}))?")


def read_named_month(words: str, today: date) -> date | None:
    if (found := _DAY_MONTH.fullmatch(words)) and found[2] in MONTHS:
        return next_such_day(int(found[1]), MONTHS[found[2]], found[3], today)
    if (found := _MONTH_DAY.fullmatch(words)) and found[1] in MONTHS:
        return next_such_day(int(found[2]), MONTHS[found[1]], found[3], today)
    return None


_WITH_WEEKDAY = re.compile(r"([a-z]+)\.? (?:the )?(\d.*|[a-z]+\.? \d.*)")


def read_with_weekday(words: str, today: date) -> date | None:
    """`Friday 4 December 2026`, as Duet itself writes it. Raises: WrongWeekday."""
    found = _WITH_WEEKDAY.fullmatch(words)
    if found is None or found[1] not in WEEKDAYS:
        return None
    rest = found[2]
    day = read_figures(rest, today) or read_named_month(rest, today) or read_day_of_month(rest, today)
    if day is not None and day.weekday() != WEEKDAYS[found[1]]:
        raise WrongWeekday(day)
    return day


_WEEKDAY = re.compile(rf"(?:(?P<next>{NEXT})|(?P<this>{THIS})|{COMING})? ?(?P<day>[a-z]+)\.?")
_NEXT_WEEK = rf"(?P<next>{NEXT} (?:week|tydzien|tygodniu))"
_WEEKS = r"(?P<unit>weeks?|wks?|tydzien|tygodnie|tygodni|tydz|tyg)"
_IN_WEEKS = rf"(?:in|za) (?:(?P<count>\d{{1,2}}) |(?P<word>[a-z]+) )?{_WEEKS}\.?"
_WEEK = rf"(?:(?:in |w )?{_NEXT_WEEK}|{_IN_WEEKS})"
_WEEKDAY_OF_WEEK = (
    re.compile(rf"(?P<day>[a-z]+)\.? {_WEEK}"),
    re.compile(rf"{_WEEK} (?:on |we? )?(?P<day>[a-z]+)\.?"),
)


def read_weekday(words: str, today: date) -> date | None:
    """A bare one: the next, never today; *this* one may be. *Next* and *przyszły*: of the week after this one."""
    found = _WEEKDAY.fullmatch(words)
    if found is None or found["day"] not in WEEKDAYS:
        return None
    number = WEEKDAYS[found["day"]]
    if found["next"]:
        return _weekday_of_next_week(number, today)
    days = (number - today.weekday()) % 7
    return today + timedelta(days=days if found["this"] else days or 7)


def read_weekday_of_week(words: str, today: date) -> date | None:
    """`friday next week`, `za tydzień w piątek`, `piątek za 2 tygodnie`: on a Friday counted from today."""
    for phrase in _WEEKDAY_OF_WEEK:
        found = phrase.fullmatch(words)
        if found is None or found["day"] not in WEEKDAYS:
            continue
        number = WEEKDAYS[found["day"]]
        if found["next"]:
            return _weekday_of_next_week(number, today)
        count = count_of_units(found)
        if count is not None:
            return today + timedelta(days=(number - today.weekday()) % 7 + 7 * count)
    return None


def _weekday_of_next_week(number: int, today: date) -> date:
    return edge_of_period("week", today, ahead=1, at_end=False) + timedelta(days=number)


_AHEAD = re.compile(
    r"(?P<in>(?:in|za|within) )?(?:(?P<count>\d{1,3}) ?|(?P<word>[a-z]+) )?(?P<unit>[a-z]+)\.?"
    r"(?: from (?:now|today)| od dzis\w*)?"
)


def read_ahead(words: str, today: date) -> date | None:
    """`in 2 weeks`, `za tydzień`, `3 days from now`; a bare `tydzień` needs its "za"."""
    if words in ("in half a year", "half a year", "za pol roku"):
        return months_later(today, 6)
    if words in ("in a fortnight", "in fortnight", "fortnight"):
        return today + timedelta(days=14)
    found = _AHEAD.fullmatch(words)
    if found is None or found["unit"] not in UNITS:
        return None
    count = count_of_units(found)
    if count is None or not (found["in"] or found["count"] or found["word"]):
        return None
    return later(today, count, UNITS[found["unit"]])


_EDGE = re.compile(
    r"(?P<edge>end|koniec|konca|koncu|start|beginning|poczatek|poczatku)(?: of)?"
    rf"(?: (?:(?P<next>{NEXT})|{THIS}))? (?P<period>[a-z]+)(?: (?P<year>\d{{4}}))?"
)


def read_edge(words: str, today: date) -> date | None:
    """`end of month`, `koniec przyszłego miesiąca`, `end of december`. A week ends on its Friday."""
    found = _EDGE.fullmatch("end of month" if words in ("eom", "month end") else words)
    if found is None:
        return None
    at_end = found["edge"] in ("end", "koniec", "konca", "koncu")
    if found["period"] in MONTHS:
        return _edge_of_month(MONTHS[found["period"]], found["year"], today, at_end=at_end)
    if found["period"] not in PERIODS:
        return None
    return edge_of_period(PERIODS[found["period"]], today, ahead=1 if found["next"] else 0, at_end=at_end)


def _edge_of_month(month: int, year: str | None, today: date, *, at_end: bool) -> date:
    def edge(of_year: int) -> date:
        return last_of_month(of_year, month) if at_end else date(of_year, month, 1)

    if year:
        return edge(int(year))
    return edge(today.year) if edge(today.year) >= today else edge(today.year + 1)


def read_next_period(words: str, today: date) -> date | None:
    """`next week` is its Monday, `next month` its first day."""
    found = NAMED_PERIOD.fullmatch(words)
    if found is None or not found["next"]:
        return None
    return edge_of_period(PERIODS[found["period"]], today, ahead=1, at_end=False)


_DAY_OF_MONTH = re.compile(
    rf"(\d{{1,2}})(?:th|(?:th|\.)?(?: of)? (?P<which>(?P<next>{NEXT})|{THIS}) (?:month|miesiaca))"
)


def read_day_of_month(words: str, today: date) -> date | None:
    """`the 15th`, `15-go`: the next such day. `15th of next month`."""
    found = _DAY_OF_MONTH.fullmatch(words)
    if found is None:
        return None
    number, first = int(found[1]), today.replace(day=1)
    if found["which"]:
        return months_later(first, 1 if found["next"] else 0).replace(day=number)
    for ahead in range(12):
        month = months_later(first, ahead)
        if number <= last_of_month(month.year, month.month).day and month.replace(day=number) >= today:
            return month.replace(day=number)
    raise ValueError


Reader = Callable[[str, date], date | None]
CALENDAR: Final[tuple[Reader, ...]] = (read_figures, read_named_month, read_with_weekday)
READERS: Final[tuple[Reader, ...]] = (
    read_near,
    *CALENDAR,
    read_weekday,
    read_weekday_of_week,
    read_edge,
    read_next_period,
    read_ahead,
    read_day_of_month,
)
