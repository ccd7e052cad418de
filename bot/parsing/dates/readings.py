"""What comes of reading words as a day or a period: a value, so that nobody on the way can lose a refusal."""

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from bot.parsing.dates.errors import NotADay, clip_quote
from bot.runtime.errors import Refusal

Value = TypeVar("Value")
Period = tuple[date, date]
"""The first day and the last."""


@dataclass(frozen=True)
class Understood(Generic[Value]):
    value: Value
    is_unmistakable: bool = True  # may be meant as a day also in the middle of a sentence: `24 Dec`, not `friday`


@dataclass(frozen=True)
class TwoReadings:
    """`error` says both: TwoDays, TwoPeriods, SeveralDays."""

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
        return NotADay(clip_quote(self.text))


DayReading = Understood[date] | TwoReadings | RefusedReading | NotRead
PeriodReading = Understood[Period] | TwoReadings | RefusedReading | NotRead


def value_of(reading: Understood[Value] | TwoReadings | RefusedReading | NotRead) -> Value:
    """Raises: why there is none."""
    if isinstance(reading, Understood):
        return reading.value
    raise reading.error
