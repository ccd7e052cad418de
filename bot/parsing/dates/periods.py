"""From one day to another, in words, English and Polish. Pure.

What means a whole period is read first, and only what is none is cut in two: `2 weeks from monday` is not two days.
"""

import re
from datetime import date
from typing import Final

from bot.parsing.dates.day_pairs import read_pair
from bot.parsing.dates.days import read_day
from bot.parsing.dates.readings import (
    LONGEST,
    NoLastDay,
    NotRead,
    Period,
    PeriodReading,
    RefusedReading,
    TwoReadings,
    Understood,
    refuse_backwards,
    refuse_missing_day,
    refuse_past,
)
from bot.parsing.dates.reckoning import WorkingDay, is_weekday, months_later, require_reach
from bot.parsing.dates.spans import read_named_period, read_shared_week, read_span
from bot.parsing.folding import fold_text
from bot.runtime.errors import Refusal
from bot.ui.texts import WithWeekday

MOST_WORDS: Final = 16
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_UNTIL = re.compile(
    r"(?:from (?:now|today) |od (?:dzis|dzisiaj|teraz) )?(?:until|till|til|through|thru|up to|az do|do) (.+)"
)
_WITHIN = re.compile(r"(?:within|w ciagu|w przeciagu) ")
_INCLUSIVE = re.compile(r" (?:inclusive|inclusively|incl\.?|wlacznie)$")  # every period is
_OPEN = re.compile(r"(?:from|od|starting|since|poczawszy od)\s")


def read_period(text: str, *, today: date, is_working: WorkingDay = is_weekday) -> PeriodReading:
    """`10.01 24.01`, `monday to friday`, `od 24 do 31 grudnia`, `until friday`, `next week`, `2 weeks`; or one day.

    A year that nobody typed may carry it over New Year: it begins today or later, and lasts half a year at most.
    """
    words = " ".join(fold_text(text).translate(_DASHES).replace(",", " ").split())
    if len(words) > 2 * LONGEST or len(words.split()) > MOST_WORDS:
        return NotRead(text)
    reading = _read_period_words(_INCLUSIVE.sub("", words), today, is_working)
    if isinstance(reading, NotRead):
        return NotRead(text)
    if isinstance(reading, TwoReadings) and isinstance(reading.error, NoLastDay):
        return TwoReadings(NoLastDay(text, reading.error.first))  # as it was typed, not folded
    if isinstance(reading, RefusedReading) and reading.error.key == "error.day.backwards":
        return refuse_backwards(text)
    return _refuse_impossible(reading, text, today) if isinstance(reading, Understood) else reading


def _refuse_impossible(reading: Understood[Period], text: str, today: date) -> PeriodReading:
    """Refuses what nobody can have meant."""
    first, last = reading.value
    if last < first:
        return refuse_backwards(text)
    if first <= months_later(today, -12) and last >= today:
        return RefusedReading(Refusal("error.day.begun_long_ago", day=WithWeekday(first)))
    return reading


def _read_period_words(words: str, today: date, is_working: WorkingDay) -> PeriodReading:
    try:
        for period in (
            read_named_period(words, today),
            read_shared_week(words, today),
            read_span(words, today, is_working),
        ):
            if period is not None:
                return _check_reach(period)
    except (ValueError, OverflowError):
        return refuse_missing_day(words)
    if until := _UNTIL.fullmatch(words):
        reading = _read_until(words, until[1], today, is_working)
        if not isinstance(reading, NotRead):
            return reading
    if _WITHIN.match(words):
        return NotRead(words)  # by when, not from when
    day = read_day(words, today=today, is_working=is_working)
    if isinstance(day, Understood):
        if _OPEN.match(words):
            return TwoReadings(NoLastDay(words, day.value))
        return Understood((day.value, day.value))
    return read_pair(words, today, is_working) if isinstance(day, NotRead) else day


def _check_reach(period: PeriodReading) -> PeriodReading:
    try:
        if isinstance(period, Understood):
            for day in period.value:
                require_reach(day)
    except Refusal as error:
        return RefusedReading(error)
    return period


def _read_until(words: str, last_words: str, today: date, is_working: WorkingDay) -> PeriodReading:
    last = read_day(last_words, today=today, is_working=is_working)
    if not isinstance(last, Understood):
        return last
    if last.value < today:
        return refuse_past(last.value)
    is_same_later = read_day(last_words, today=months_later(today, 24), is_working=is_working)
    if last.value > months_later(today, 6) and is_same_later != last:
        return refuse_backwards(words)
    return Understood((today, last.value))
