"""What `/duet milestone add` and `move` say: the title or the reason, and the day (product §2.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.dates.days import read_future_day
from bot.dates.errors import HourLeftOut
from bot.dates.readings import DayReading, NotRead, Refused, Understood
from bot.dates.reckoning import WorkingDay
from bot.dates.sentences import read_day_and_reason, read_title_and_day
from bot.errors import UserError
from bot.signing.service import read_reason
from bot.timetable.service import read_title
from handlers.grammar import Token, text_of


@dataclass(frozen=True)
class TypedMilestone:
    title: str | None
    due: date | None
    trouble: UserError | None  # why there is no day though something was typed, to be said above the form


def read_milestone(args: tuple[Token, ...], *, today: date, is_working: WorkingDay) -> TypedMilestone:
    """Of `add`, without the people. Raises: TitleTooLong; why a day that was typed is refused."""
    quoted = [token for token in args if token.kind == "quoted"]
    if len(quoted) == 1:
        title, words = quoted[0].text.strip(), text_of(token for token in args if token.kind != "quoted")
        reading = read_future_day(words.strip(" :;,–—-"), today=today, is_working=is_working)
    else:
        found = read_title_and_day(_as_typed(args), today=today, is_working=is_working)
        title, reading, words = found.title, found.reading, ""
    if title:
        title = read_title(title)
    due, trouble = _day_or_trouble(reading, is_typed=bool(words))
    return TypedMilestone(title or None, due, trouble)


@dataclass(frozen=True)
class TypedMove:
    due: date | None
    reason: str | None
    trouble: UserError | None
    is_certain: bool


def read_move(args: tuple[Token, ...], *, today: date, is_working: WorkingDay) -> TypedMove:
    """Of `move`; a reason in quotes may come first. Raises: ReasonTooLong; why a day that was typed is refused."""
    if args and args[0].kind == "quoted" and all(token.kind != "quoted" for token in args[1:]):
        args = (*args[1:], args[0])
    found = read_day_and_reason(_as_typed(args), today=today, is_working=is_working)
    reason = read_reason(found.reason, needed=False)
    due, trouble = _day_or_trouble(found.reading, is_typed=bool(args) and args[0].kind != "quoted")
    if found.hour is not None:
        trouble = HourLeftOut(found.hour)
    return TypedMove(due, reason, trouble, found.is_certain)


def _day_or_trouble(reading: DayReading, *, is_typed: bool) -> tuple[date | None, UserError | None]:
    """Raises: why a day is refused."""
    if isinstance(reading, Understood):
        return reading.value, None
    if isinstance(reading, Refused):
        raise reading.error
    return None, None if isinstance(reading, NotRead) and not is_typed else reading.error


def _as_typed(args: Iterable[Token]) -> str:
    """With its quotation marks."""
    return " ".join(f'"{token.text}"' if token.kind == "quoted" else text_of([token]) for token in args)
