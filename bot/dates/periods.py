"""From one day to another, in words, English and Polish. Pure."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from bot.dates.days import day_and_reader, parse_day
from bot.dates.errors import LONGEST, NoLastDay, NoSuchDay, NotADay, quoted
from bot.dates.readers import CALENDAR, read_ahead, read_near, read_weekday
from bot.dates.reckoning import edge_of_period, in_reach, later, months_later
from bot.dates.vocabulary import NAMED_PERIOD, PERIODS, UNITS, count_of_units, normal
from bot.errors import UserError
from bot.words import fold

_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_UNTIL = re.compile(r"(?:until|till|til|through|up to|az do|do)\s+")
_OPEN = re.compile(r"\s*(?:from|od)\s")
_WHOLE = re.compile(r"^(?:(?:the |for )?(?:whole|entire|all(?: of)?) |przez )?(?:caly |cala |calego )?")
_BOUND = re.compile(r"^(?:(?:to|until|till|til|through|az|do|-)\s+)+|\s*-\s*$")
_NUMBER = re.compile(r"(\d{1,2})(?:th|\.)?")
_SPAN = re.compile(r"(?:for |na |przez )?(?:(?P<count>\d{1,3}) ?|(?P<word>[a-z]+) )?(?P<unit>[a-z]{2,})\.?")


def parse_period(text: str, *, today: date) -> tuple[date, date]:
    """`10.01 24.01`, `monday to friday`, `od 24 do 31 grudnia`, `until friday`, `next week`, `2 weeks`; or one day.

    Of what can be meant it is the shortest, and of two as long the one that begins earlier: on 27 December
    `24.12 2.01` runs already. Raises: as `parse_day`; NoLastDay for `from tomorrow`.
    """
    first, last = _period(text, today)
    return in_reach(first), in_reach(last)


def _period(text: str, today: date) -> tuple[date, date]:
    words = fold(text).translate(_DASHES)
    if len(words) > 2 * LONGEST:
        raise NotADay(quoted(text))
    found = _whole_period(words, today)
    if found is not None:
        return found
    try:
        day = parse_day(words, today=today)
    except NotADay:
        pass
    else:
        if _OPEN.match(words):
            raise NoLastDay(quoted(text))
        return day, day
    wrong: UserError | None = None
    for left, right in _splits(words):
        try:
            return _between(left, right, today)
        except NotADay:
            continue
        except UserError as error:
            wrong = wrong or error
    raise wrong or NotADay(quoted(text))


def _whole_period(words: str, today: date) -> tuple[date, date] | None:
    """What needs no second day: until one, a week or month, so many days."""
    if until := _UNTIL.match(words):
        try:
            return today, parse_day(words[until.end() :], today=today)
        except NotADay:
            return None
    if named := NAMED_PERIOD.fullmatch(normal(_WHOLE.sub("", words))):
        period, ahead = PERIODS[named["period"]], 1 if named["next"] else 0
        first, last = (edge_of_period(period, today, ahead=ahead, at_end=at_end) for at_end in (False, True))
        return max(first, today), last
    last_of_span = _last_of_span(words, today)
    return None if last_of_span is None else (today, last_of_span)


def _splits(words: str) -> Iterator[tuple[str, str]]:
    """Everywhere between two words, then at each dash; without the words that join two days."""
    parts = words.split()
    pairs = [(" ".join(parts[:at]), " ".join(parts[at:])) for at in range(1, len(parts))]
    pairs += [(words[:at], words[at + 1 :]) for at, letter in enumerate(words) if letter == "-"]
    for left, right in pairs:
        yield _BOUND.sub("", left.strip()), _BOUND.sub("", right.strip())


def _between(left: str, right: str, today: date) -> tuple[date, date]:
    """From one day to the other; `1` and `15 december` share the month. Raises: as `parse_day`."""
    if shared := _shared_month(left, right, today):
        return shared
    first, of_first = day_and_reader(left, today)
    last_of_span = _last_of_span(right, first)
    if last_of_span is not None:
        return first, last_of_span
    last, of_last = day_and_reader(right, today)
    found = [(first, last)]
    if of_last not in (read_near, read_ahead):
        found.append((first, parse_day(right, today=first)))
    if of_first in CALENDAR:
        found.append((parse_day(left, today=months_later(last, -12) + timedelta(days=1)), last))
    least = timedelta(days=1 if of_last is read_weekday else 0)  # monday to monday is a week
    possible = [each for each in found if each[1] - each[0] >= least]
    return min(possible, key=lambda each: (each[1] - each[0], each[0]), default=(first, last))


def _shared_month(left: str, right: str, today: date) -> tuple[date, date] | None:
    first, last = _NUMBER.fullmatch(normal(left)), _NUMBER.fullmatch(normal(right))
    if first is not None and last is None:
        until, reader = day_and_reader(right, today)
        if reader in CALENDAR:
            number = int(first[1])
            return _in_month(until if number <= until.day else months_later(until, -1), number), until
    if last is not None and first is None:
        since, reader = day_and_reader(left, today)
        if reader in CALENDAR and int(last[1]) >= since.day:
            return since, _in_month(since, int(last[1]))
    return None


def _in_month(day: date, number: int) -> date:
    try:
        return day.replace(day=number)
    except ValueError:
        raise NoSuchDay(f"{number}.{day:%m.%Y}") from None


def _last_of_span(words: str, first: date) -> date | None:
    """The last of so many days from `first` on: `2 weeks`, `na tydzień`."""
    found = _SPAN.fullmatch(words.replace("a couple of ", "2 "))
    if found is None or found["unit"] not in UNITS:
        return None
    count = count_of_units(found)
    return None if count is None else later(first, count, UNITS[found["unit"]]) - timedelta(days=1)
