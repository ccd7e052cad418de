"""Days in words, English and Polish, as people type them anywhere in Duet (product §2.4). Pure.

One grammar for both languages: whoever writes "next piątek" is understood, too. `01.12` is 1 December, never a
time.
"""

import re
from datetime import date
from typing import Final

from bot.parsing.dates.calendar_readers import year_in_figures
from bot.parsing.dates.period_edges import read_nth_working_day
from bot.parsing.dates.readers import READERS, is_bare_count
from bot.parsing.dates.readings import (
    LONGEST,
    DayReading,
    NotADay,
    NotRead,
    RefusedReading,
    SeveralDays,
    TwoDays,
    TwoReadings,
    Understood,
    refuse_missing_day,
    refuse_past,
)
from bot.parsing.dates.reckoning import WorkingDay, add_units, is_weekday, require_reach, working_days_later
from bot.parsing.dates.vocabulary import (
    NUMBERS,
    UNITS,
    count_of_units,
    is_unmistakable,
    may_be_read,
    normal_words,
    without_fillers,
)
from bot.runtime.errors import Refusal

MOST_WORDS: Final = 8
"""No day has more of them, so nobody need try more."""


def parse_picked_day(text: str) -> date:
    """As a date picker gives it. Raises: NotADay, Refusal."""
    try:
        return require_reach(date.fromisoformat(text))
    except ValueError:
        raise NotADay(text) from None


def read_future_day(text: str, *, today: date, is_working: WorkingDay = is_weekday) -> DayReading:
    """As `read_day`; a day that is over is refused."""
    reading = read_day(text, today=today, is_working=is_working)
    if isinstance(reading, Understood) and reading.value < today:
        return refuse_past(reading.value, is_unmistakable=reading.is_unmistakable)
    return reading


def read_day(text: str, *, today: date, is_working: WorkingDay = is_weekday) -> DayReading:
    """What the whole of the text means as a day. Without a year the next such day is meant, today included.

    `is_working`: of the calendar by which `10 working days` are counted.
    """
    if len(text) > LONGEST:
        return NotRead(text)
    fillers, words = without_fillers(text)
    if not words or not may_be_read(words):
        return NotRead(text)
    if fillers and fillers != "the" and is_bare_count(words):
        return NotRead(text)  # `w 2 tygodnie`, `do 2 tygodni`: how long, not when
    return _read_words(text, words, today, is_working)


def _read_words(text: str, words: str, today: date, is_working: WorkingDay) -> DayReading:
    is_certain = is_unmistakable(words)
    try:
        day = _read_day_words(words, today, is_working)
        if day is None:
            return NotRead(text)
        return Understood(require_reach(day), is_certain)
    except TwoDays as two:
        return TwoReadings(TwoDays(text, two.one, two.other), is_certain)
    except SeveralDays as several:
        return TwoReadings(SeveralDays(text, several.first, several.last), is_certain)
    except Refusal as error:
        return RefusedReading(error, is_certain)
    except (ValueError, OverflowError):
        return refuse_missing_day(text, is_unmistakable=is_certain)


def _read_day_words(words: str, today: date, is_working: WorkingDay) -> date | None:
    """Raises: ValueError, OverflowError, Refusal."""
    words = year_in_figures(words, today)
    day = _read_simple(words, today, is_working)
    return _read_from_another(words, today, is_working) if day is None else day


def _read_simple(words: str, today: date, is_working: WorkingDay) -> date | None:
    for read in READERS:
        day = read(words, today)
        if day is not None:
            return day
    day = read_nth_working_day(words, today, is_working)
    return _read_working_days(words, today, is_working) if day is None else day


_WORKING_DAYS = (
    r"(?P<in>(?:in|za|within|ciagu|w ciagu) )?(?:(?P<working>\d{1,3}|[a-z]+) )"
    r"(?:(?:working|business|work) days?|workdays?|(?:dni|dzien|dnia) robocz(?:e|ych|y|ego)|robocz(?:e|ych) dni)"
)
_COUNTED_WORKING = re.compile(_WORKING_DAYS)


def _read_working_days(words: str, day: date, is_working: WorkingDay, sign: int = 1) -> date | None:
    """`in 10 working days`, `za 10 dni roboczych`."""
    found = _COUNTED_WORKING.fullmatch(words)
    if found is None:
        return None
    count = int(found["working"]) if found["working"].isdecimal() else NUMBERS.get(found["working"])
    return None if count is None else working_days_later(day, sign * count, is_working)


_FROM_ANOTHER = re.compile(
    r"(?P<count_words>(?:in |za )?.+?) (?P<which>from|after|od|po|before|przed|ahead of) (?P<rest>.+)"
)
_UNITS_COUNTED = re.compile(r"(?:in |za )?(?:(?P<count>\d{1,3}) ?|(?P<word>[a-z]+) )?(?P<unit>[a-z]+)\.?")


def _read_from_another(words: str, today: date, is_working: WorkingDay) -> date | None:
    """`2 weeks from friday`, `tydzień po 24.12`, `2 days before 1 May`, `10 working days from now`."""
    split = _FROM_ANOTHER.fullmatch(words)
    if split is None:
        return None
    rest = normal_words(split["rest"])
    base = _read_simple(year_in_figures(rest, today), today, is_working) if not is_bare_count(rest) else None
    if base is None:
        return None
    sign = -1 if split["which"] in ("before", "przed", "ahead of") else 1
    found = _UNITS_COUNTED.fullmatch(split["count_words"])
    if found is not None and found["unit"] in UNITS:
        count = count_of_units(found)
        return None if count is None else add_units(base, sign * count, UNITS[found["unit"]])
    return _read_working_days(split["count_words"], base, is_working, sign)
