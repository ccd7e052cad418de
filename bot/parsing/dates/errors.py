"""Why words are not taken as a day."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bot.runtime.errors import UserError
from bot.ui.texts import WithWeekday

LONGEST: Final = 60


def clip_quote(text: str) -> str:
    """As much of it as a refusal repeats."""
    return text.strip()[:LONGEST]


class SaysDays(UserError):
    """Whose days are said in full, with their weekdays (product §2.4)."""

    def build_facts(self) -> dict[str, Any]:
        said = super().build_facts()
        return {name: WithWeekday(fact) if isinstance(fact, date) else fact for name, fact in said.items()}


@dataclass(eq=False)
class NotADay(UserError):
    """Nothing that Duet reads as a day."""

    text: str
    text_key = "error.day.unclear"


@dataclass(eq=False)
class NoSuchDay(UserError):
    """The calendar has no such day: 31.02."""

    text: str
    text_key = "error.day.none"


@dataclass(eq=False)
class DayIsPast(SaysDays):
    """A day that is over, where one to come is needed."""

    day: date
    text_key = "error.day.past"


@dataclass(eq=False)
class WrongWeekday(SaysDays):
    """A weekday before a date that is another: Monday 4 December 2026."""

    day: date
    text_key = "error.day.weekday"


@dataclass(eq=False)
class TwoDays(SaysDays):
    """03/04/2027: which is the month?"""

    text: str
    one: date
    other: date
    text_key = "error.day.two"


@dataclass(eq=False)
class NoLastDay(UserError):
    """A period that only begins."""

    text: str
    first: date
    text_key = "error.day.no_last"


@dataclass(eq=False)
class DayOutOfReach(SaysDays):
    """Of another century: a slip of the finger, and no day to reckon with."""

    day: date
    text_key = "error.day.out_of_reach"


@dataclass(eq=False)
class SeveralDays(SaysDays):
    """`next week`, where one day is needed."""

    text: str
    first: date
    last: date
    text_key = "error.day.several"


@dataclass(eq=False)
class TwoPeriods(SaysDays):
    """`24.12 2.01`, said on 27 December: the one that runs, or that of next year?"""

    text: str
    one_first: date
    one_last: date
    other_first: date
    other_last: date
    text_key = "error.day.two_periods"


@dataclass(eq=False)
class EndsBeforeItBegins(UserError):
    """A period whose last day, in the year that can be meant, is before its first."""

    text: str
    text_key = "error.day.backwards"


@dataclass(eq=False)
class BegunLongAgo(SaysDays):
    """A period that began a year ago: a slip of the year."""

    day: date
    text_key = "error.day.begun_long_ago"


@dataclass(eq=False)
class HourLeftOut(UserError):
    """`tomorrow at 10`, where only the day is kept."""

    text: str
    text_key = "error.day.hour"
