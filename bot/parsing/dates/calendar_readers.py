"""Readers of days of the calendar: `24.12`, `24 Dec 2026`, `Friday, 4 December`, `3 maja przyszłego roku`. Pure.

A reader makes a day of words as `normal_words` makes them, None of what it does not read; it raises ValueError for
a day that is not.
"""

import re
from datetime import date
from typing import Final

from bot.parsing.dates.readings import TwoDays
from bot.parsing.dates.reckoning import last_of_month, months_later, next_such_day
from bot.parsing.dates.vocabulary import MONTHS, NEXT, ORDINALS, PREVIOUS, THIS, WEEKDAYS
from bot.runtime.errors import Refusal
from bot.ui.texts import WithWeekday

_TIME = r"(?:t\d{1,2}:?\d{2}(?::?\d{2}(?:\.\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(rf"(\d{{4}})[-./](\d{{1,2}})[-./](\d{{1,2}}){_TIME}")
_DOTTED = re.compile(r"(\d{1,2})[.](\d{1,2})(?:[.](\d{4}|\d{2})?)?")
_DASHED = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?")


def read_figures(words: str, today: date) -> date | None:
    if found := _ISO.fullmatch(words):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _SLASHED.fullmatch(words):
        return _read_slashed_date(words, int(found[1]), int(found[2]), found[3], today)
    if found := _DASHED.fullmatch(words) or _DOTTED.fullmatch(words):
        return next_such_day(int(found[1]), int(found[2]), found[3], today)
    return None


def _read_slashed_date(words: str, one: int, other: int, year: str | None, today: date) -> date:
    """In some countries the month comes first. Raises: TwoDays where either may be the month."""
    day_first, month_first = (one, other, year, today), (other, one, year, today)
    if one != other and one <= 12 and other <= 12:
        raise TwoDays(words, next_such_day(*day_first), next_such_day(*month_first))
    return next_such_day(*(month_first if other > 12 else day_first))


_DAY_MONTH = re.compile(r"(\d{1,2})(?:th|\.)?[ -]?(?:of )?([a-z]+)\.?(?:[ -](\d{4}|\d{2}))?")
_MONTH_DAY = re.compile(r"([a-z]+)\.? (\d{1,2})(?:th)?(?: (\d{4}))?")
_ORDINAL_MONTH = re.compile(r"([a-z]+) (?:of )?([a-z]+)(?: (\d{4}))?")


def read_named_month(words: str, today: date) -> date | None:
    if (found := _DAY_MONTH.fullmatch(words)) and found[2] in MONTHS:
        return next_such_day(int(found[1]), MONTHS[found[2]], found[3], today)
    if (found := _MONTH_DAY.fullmatch(words)) and found[1] in MONTHS:
        return next_such_day(int(found[2]), MONTHS[found[1]], found[3], today)
    if (found := _ORDINAL_MONTH.fullmatch(words)) and found[2] in MONTHS and ORDINALS.get(found[1], 0) > 0:
        return next_such_day(ORDINALS[found[1]], MONTHS[found[2]], found[3], today)
    return None


_YEAR_IN_WORDS = re.compile(
    rf"(?P<rest>.*\S) (?:of |in |w )?(?:(?P<next>{NEXT} (?:year|roku?))|(?P<last>{PREVIOUS} (?:year|roku))"
    rf"|(?P<this>{THIS} (?:year|roku)|br\.?|b\. ?r\.?))"
)


def year_in_figures(words: str, today: date) -> str:
    """`24 grudnia przyszłego roku`, `24.12 br.`: the same words with the year that is meant."""
    found = _YEAR_IN_WORDS.fullmatch(words)
    if found is None:
        return words
    year = today.year + (1 if found["next"] else -1 if found["last"] else 0)
    rest = found["rest"].removesuffix(" of").removesuffix(".")
    return f"{rest}.{year}" if re.fullmatch(r"(?:.* )?\d{1,2}\.\d{1,2}", rest) else f"{rest} {year}"


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


def read_date(words: str, today: date) -> date | None:
    """Of the calendar, with or without a year, without a weekday."""
    return read_figures(words, today) or read_named_month(words, today)


_WEEKDAY_FIRST = re.compile(r"([a-z]+)\.? (?:the )?(\d.*|[a-z]+\.? \d.*)")
_WEEKDAY_LAST = re.compile(r"(.*\d.*?) (?:\(([a-z]+)\.?\)|([a-z]+)\.?)")


def read_with_weekday(words: str, today: date) -> date | None:
    """`Friday 4 December 2026`, `2 December 2026 (Wednesday)`, as Duet itself writes it.

    Raises: Refusal, for another; TwoDays where both are on that weekday.
    """
    if (found := _WEEKDAY_FIRST.fullmatch(words)) and found[1] in WEEKDAYS:
        weekday, rest = WEEKDAYS[found[1]], found[2]
    elif (found := _WEEKDAY_LAST.fullmatch(words)) and (found[2] or found[3]) in WEEKDAYS:
        weekday, rest = WEEKDAYS[found[2] or found[3]], found[1]
    else:
        return None
    try:
        day = read_date(rest, today) or read_day_of_month(rest, today)
    except TwoDays as two:
        fitting = [each for each in (two.one, two.other) if each.weekday() == weekday]
        if len(fitting) == 2:
            raise
        day = fitting[0] if fitting else two.one
    if day is not None and day.weekday() != weekday:
        if found.re is _WEEKDAY_LAST and found[3]:
            return None  # `24.12 friday` may be from one day to the other
        raise Refusal("error.day.weekday", day=WithWeekday(day))
    return day


CALENDAR: Final = (read_figures, read_named_month, read_with_weekday)
