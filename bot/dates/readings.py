"""What comes of reading words as a day or a period: a value, so that nobody on the way can lose a refusal."""

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from bot.dates.errors import NotADay, quoted
from bot.errors import UserError

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

    error: UserError
    is_unmistakable: bool = True


@dataclass(frozen=True)
class Refused:
    """Words that are a day, and not one that can be meant; `error` says why."""

    error: UserError
    is_unmistakable: bool = True


@dataclass(frozen=True)
class NotRead:
    text: str

    @property
    def error(self) -> UserError:
        return NotADay(quoted(self.text))


DayReading = Understood[date] | TwoReadings | Refused | NotRead
PeriodReading = Understood[Period] | TwoReadings | Refused | NotRead


def value_of(reading: Understood[Value] | TwoReadings | Refused | NotRead) -> Value:
    """Raises: why there is none."""
    if isinstance(reading, Understood):
        return reading.value
    raise reading.error
