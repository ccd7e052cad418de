"""Readers of days told from today: words → a day, None for what they do not read. Pure.

The words are those of `normal_words`. What several readers could read, the first of `READERS` reads. They raise
ValueError or OverflowError for a day that is not, and a Refusal, of those TwoDays and SeveralDays.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from bot.parsing.dates.calendar_readers import CALENDAR, read_day_of_month
from bot.parsing.dates.period_edges import first_and_last, read_edge, read_nth_weekday, read_quarter
from bot.parsing.dates.readings import SeveralDays
from bot.parsing.dates.reckoning import add_units, edge_of_period, months_later
from bot.parsing.dates.vocabulary import (
    COMING,
    NAMED_PERIOD,
    NEXT,
    PREVIOUS,
    THIS,
    UNITS,
    WEEKDAYS,
    count_of_units,
    map_words,
)

_NEAR: Final = {"day after tomorrow": 2, "day before yesterday": -2} | map_words(
    {
        0: "today now teraz dzisiaj dzis",
        1: "tomorrow tmrw jutro jutra",
        2: "pojutrze",
        -1: "yesterday wczoraj",
        -2: "przedwczoraj",
    }.items()
)


def read_near(words: str, today: date) -> date | None:
    return None if words not in _NEAR else today + timedelta(days=_NEAR[words])


_WEEKDAY = re.compile(
    rf"(?:(?:(?P<next>{NEXT})|(?P<this>{THIS})|(?P<last>{PREVIOUS})|{COMING}) )?"
    r"(?P<day>[a-z]+)\.?(?P<after> after next)?"
)
_NEXT_WEEK = rf"(?:(?P<after_next>week after next)|(?P<next>{NEXT} (?:week|tydzien|tygodniu|tyg|tydz)))"
_THIS_WEEK = rf"(?P<this>{THIS} (?:week|tygodniu|tyg|tydz))"
_WEEKS = r"(?P<unit>weeks?|wks?|tydzien|tygodnie|tygodni|tydz|tyg)"
_IN_WEEKS = rf"(?:in|za) (?:(?P<count>\d{{1,2}}) |(?P<word>[a-z]+) )?{_WEEKS}"
_WEEK = rf"(?:(?:in |of |w )?(?:the )?(?:{_NEXT_WEEK}|{_THIS_WEEK})|{_IN_WEEKS})\.?"
_WEEKDAY_OF_WEEK = (
    re.compile(rf"(?P<day>[a-z]+)\.? {_WEEK}"),
    re.compile(rf"{_WEEK} (?:on |we? )?(?P<day>[a-z]+)\.?"),
)
_WEEKS_ON = (
    re.compile(r"(?P<day>[a-z]+)\.? (?P<count>)(?P<word>)(?P<unit>week|fortnight)"),  # friday week
    re.compile(rf"(?:(?P<count>\d{{1,2}}) |(?P<word>[a-z]+) )?{_WEEKS} on (?P<day>[a-z]+)\.?"),
)


def read_weekday(words: str, today: date) -> date | None:
    """A bare one: the next, never today; *this* one may be. *Next* and *przyszły*: of the week after this one."""
    found = _WEEKDAY.fullmatch(words)
    if found is None or found["day"] not in WEEKDAYS:
        return None
    number = WEEKDAYS[found["day"]]
    if found["after"]:
        return None if found["next"] or found["last"] else weekday_of_week(number, today, ahead=2)
    if found["next"]:
        return weekday_of_week(number, today, ahead=1)
    days = (number - today.weekday()) % 7
    if found["last"]:
        return today + timedelta(days=days - 7)
    return today + timedelta(days=days if found["this"] else days or 7)


def read_weekday_of_week(words: str, today: date) -> date | None:
    """`friday next week`, `za tydzień w piątek`, `piątek za 2 tygodnie`, `friday week`: counted from today."""
    for phrase in _WEEKDAY_OF_WEEK:
        found = phrase.fullmatch(words)
        if found is None or found["day"] not in WEEKDAYS:
            continue
        number = WEEKDAYS[found["day"]]
        if found["next"] or found["after_next"] or found["this"]:
            return weekday_of_week(number, today, ahead=2 if found["after_next"] else 1 if found["next"] else 0)
        return _weeks_after(number, found, today)
    for phrase in _WEEKS_ON:
        if (found := phrase.fullmatch(words)) and found["day"] in WEEKDAYS:
            return _weeks_after(WEEKDAYS[found["day"]], found, today)
    return None


def _weeks_after(number: int, found: re.Match[str], today: date) -> date | None:
    return _add_counted(today + timedelta(days=(number - today.weekday()) % 7), found)


def weekday_of_week(number: int, today: date, *, ahead: int) -> date:
    return edge_of_period("week", today, ahead=ahead, at_end=False) + timedelta(days=number)


_COUNT = r"(?:(?P<count>\d{1,3}) ?|(?P<word>[a-z]+) )?(?P<unit>[a-z]+)\.?"
_AHEAD = re.compile(rf"(?P<in>(?:in|za|within|w ciagu|ciagu|w przeciagu|przeciagu) )?{_COUNT}(?:'s?)?(?: time)?")
_TWO_COUNTS = re.compile(r"((?:in|za) )?(.+) (?:and|i|oraz) (.+)")
_AGO = re.compile(rf"{_COUNT} (?:ago|temu)")


def read_ahead(words: str, today: date) -> date | None:
    """`in 2 weeks`, `za tydzień`, `3 days`, `za 2 tygodnie i 3 dni`; a bare `tydzień` needs its "za"."""
    if words in ("in half a year", "half a year", "za pol roku"):
        return months_later(today, 6)
    if words in ("in a fortnight", "in fortnight", "fortnight"):
        return today + timedelta(days=14)
    if found := _AGO.fullmatch(words):
        return _add_counted(today, found, sign=-1)
    if found := _TWO_COUNTS.fullmatch(words):
        first = _read_count(f"{found[1] or ''}{found[2]}", today)
        return None if first is None else _read_count(found[3], first, is_bare=True)
    return _read_count(words, today)


def _read_count(words: str, day: date, *, is_bare: bool = False) -> date | None:
    found = _AHEAD.fullmatch(words)
    if found is None or not (found["in"] or found["count"] or found["word"] or is_bare):
        return None
    return _add_counted(day, found)


def _add_counted(day: date, found: re.Match[str], sign: int = 1) -> date | None:
    """The day so many units on; None if what was found is no number of units."""
    count = count_of_units(found) if found["unit"] in UNITS else None
    return None if count is None else add_units(day, sign * count, UNITS[found["unit"]])


def is_bare_count(words: str) -> bool:
    """`2 weeks`, without "in": a day, or how long something takes."""
    return not words.startswith(("in ", "za ", "within ", "ciagu ", "przeciagu ")) and _is_count(words)


def _is_count(words: str) -> bool:
    if found := _TWO_COUNTS.fullmatch(words):
        return _is_count(found[2])
    found = _AHEAD.fullmatch(words)
    return found is not None and found["unit"] in UNITS and count_of_units(found) is not None


def read_next_period(words: str, today: date) -> date | None:
    """`last week` is past, by its first day. Raises: SeveralDays for `next week`, `this month`."""
    found = NAMED_PERIOD.fullmatch(words)
    if found is None:
        return None
    first, last = first_and_last(found, today)
    if not found["last"]:
        raise SeveralDays(words, first, last)
    return first


READERS: Final[tuple[Callable[[str, date], date | None], ...]] = (
    read_near,
    *CALENDAR,
    read_weekday,
    read_weekday_of_week,
    read_edge,
    read_quarter,
    read_nth_weekday,
    read_next_period,
    read_ahead,
    read_day_of_month,
)
