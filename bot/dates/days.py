"""Days in words, English and Polish, as people type them anywhere in Duet (product §2.4). Pure.

One grammar for both languages: whoever writes "next piątek" is understood, too. `01.12` is 1 December, never a
time.
"""

from datetime import date

from bot.dates.errors import LONGEST, DayIsPast, NoSuchDay, NotADay, quoted
from bot.dates.readers import READERS, Reader
from bot.dates.reckoning import in_reach
from bot.dates.vocabulary import normal


def picked_day(text: str) -> date:
    """As a date picker gives it. Raises: NotADay, DayOutOfReach."""
    try:
        return in_reach(date.fromisoformat(text))
    except ValueError:
        raise NotADay(quoted(text)) from None


def future_day(text: str, *, today: date) -> date:
    """Today or later. Raises: as `parse_day`; DayIsPast."""
    day = parse_day(text, today=today)
    if day < today:
        raise DayIsPast(day)
    return day


def parse_day(text: str, *, today: date) -> date:
    """Without a year the next such day is meant, today included.

    Raises: NotADay, NoSuchDay, DayOutOfReach, WrongWeekday, TwoDays.
    """
    return day_and_reader(text, today)[0]


def day_and_reader(text: str, today: date) -> tuple[date, Reader]:
    """And the reader that has read it. Raises: as `parse_day`."""
    words = normal(text)
    if not words or len(words) > LONGEST:
        raise NotADay(quoted(text))
    try:
        for read in READERS:
            day = read(words, today)
            if day is not None:
                return in_reach(day), read
    except (ValueError, OverflowError):
        raise NoSuchDay(quoted(text)) from None
    raise NotADay(quoted(text))
