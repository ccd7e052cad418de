"""Why words are not taken as a day."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.errors import UserError

LONGEST: Final = 60


def quoted(text: str) -> str:
    """As much of it as a refusal repeats."""
    return text.strip()[:LONGEST]


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
class DayIsPast(UserError):
    """A day that is over, where one to come is needed."""

    day: date
    text_key = "error.day.past"


@dataclass(eq=False)
class WrongWeekday(UserError):
    """A weekday before a date that is another: Monday 4 December 2026."""

    day: date
    text_key = "error.day.weekday"


@dataclass(eq=False)
class TwoDays(UserError):
    """03/04/2027: which is the month?"""

    text: str
    one: date
    other: date
    text_key = "error.day.two"


@dataclass(eq=False)
class NoLastDay(UserError):
    """A period that only begins."""

    text: str
    text_key = "error.day.no_last"


@dataclass(eq=False)
class DayOutOfReach(UserError):
    """Of another century: a slip of the finger, and no day to reckon with."""

    day: date
    text_key = "error.day.out_of_reach"
