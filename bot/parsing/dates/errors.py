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
class SeveralDays(SaysDays):
    """`next week`, where one day is needed."""

    text: str
    first: date
    last: date
    text_key = "error.day.several"
