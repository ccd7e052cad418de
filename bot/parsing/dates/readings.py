"""What comes of reading words as a day or a period: a value, so that nobody on the way can lose a refusal."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, TypeVar

from bot.runtime.errors import Refusal
from bot.ui.texts import WithWeekday

LONGEST: Final = 60
_BEFORE_DAY: Final = re.compile(r"^(?:from|since|until|till|by|on|to|od|do|na|we?|dnia)\s+", re.IGNORECASE)
Value = TypeVar("Value")
Period = tuple[date, date]
"""The first day and the last."""


def clip_quote(text: str) -> str:
    """As much of it as a refusal repeats."""
    return text.strip()[:LONGEST]


class NotADay(Refusal):
    """Nothing that Duet reads as a day."""

    def __init__(self, text: str) -> None:
        super().__init__("error.day.unclear", text=clip_quote(text))


class TwoDays(Refusal):
    """03/04/2027: which is the month?"""

    def __init__(self, text: str, one: date, other: date) -> None:
        super().__init__("error.day.two", text=clip_quote(text), one=WithWeekday(one), other=WithWeekday(other))
        self.one, self.other = one, other


class SeveralDays(Refusal):
    """`next week`, where one day is needed."""

    def __init__(self, text: str, first: date, last: date) -> None:
        super().__init__(
            "error.day.several", text=clip_quote(text), first=WithWeekday(first), last=WithWeekday(last)
        )
        self.first, self.last = first, last


class NoLastDay(Refusal):
    """A period that only begins."""

    def __init__(self, text: str, first: date) -> None:
        super().__init__("error.day.no_last", text=clip_quote(text))
        self.first = first


@dataclass(frozen=True)
class Understood(Generic[Value]):
    value: Value
    is_unmistakable: bool = True  # may be meant as a day also in the middle of a sentence: `24 Dec`, not `friday`


@dataclass(frozen=True)
class TwoReadings:
    """`error` says both."""

    error: Refusal
    is_unmistakable: bool = True


@dataclass(frozen=True)
class RefusedReading:
    """Words that are a day, and not one that can be meant; `error` says why."""

    error: Refusal
    is_unmistakable: bool = True


@dataclass(frozen=True)
class NotRead:
    text: str

    @property
    def error(self) -> Refusal:
        return NotADay(self.text)


DayReading = Understood[date] | TwoReadings | RefusedReading | NotRead
PeriodReading = Understood[Period] | TwoReadings | RefusedReading | NotRead


def value_of(reading: Understood[Value] | TwoReadings | RefusedReading | NotRead) -> Value:
    """Raises: why there is none."""
    if isinstance(reading, Understood):
        return reading.value
    raise reading.error


def refuse_past(day: date, *, is_unmistakable: bool = True) -> RefusedReading:
    """A day, or the last of a period, that is over where one to come is needed."""
    return RefusedReading(Refusal("error.day.past", day=WithWeekday(day)), is_unmistakable)


def refuse_missing_day(text: str, *, is_unmistakable: bool = True) -> RefusedReading:
    """The calendar has no such day: 31.02. Only the day is named, without the `from` or `od` before it."""
    day = _BEFORE_DAY.sub("", text.strip(), count=1)
    return RefusedReading(Refusal("error.day.none", text=clip_quote(day)), is_unmistakable)


def refuse_backwards(text: str) -> RefusedReading:
    """A period whose last day, in the year that can be meant, is before its first."""
    return RefusedReading(Refusal("error.day.backwards", text=clip_quote(text)))


def offer_two_periods(text: str, one: Period, other: Period) -> TwoReadings:
    """`24.12 2.01`, said on 27 December: the one that runs, or that of next year?"""
    refusal = Refusal(
        "error.day.two_periods",
        text=clip_quote(text),
        one_first=WithWeekday(one[0]),
        one_last=WithWeekday(one[1]),
        other_first=WithWeekday(other[0]),
        other_last=WithWeekday(other[1]),
    )
    return TwoReadings(refusal)
