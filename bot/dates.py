"""Days in words, English and Polish, as people type them anywhere in Duet (product §2.4). Pure.

One grammar for both languages: whoever writes "next piątek" is understood, too. `01.12` is 1 December, never a
time.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.errors import UserError
from bot.words import fold

_LONGEST = 60
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)  # two figures of a year are read as one of these


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
class DayOutOfReach(UserError):
    """Of another century: a slip of the finger, and no day to reckon with."""

    day: date
    text_key = "error.day.out_of_reach"


def picked_day(text: str) -> date:
    """As a date picker gives it. Raises: NotADay, DayOutOfReach."""
    try:
        return _in_reach(date.fromisoformat(text))
    except ValueError:
        raise NotADay(text.strip()[:_LONGEST]) from None


def future_day(text: str, *, today: date) -> date:
    """Today or later. Raises: NotADay, NoSuchDay, DayOutOfReach, DayIsPast."""
    day = parse_day(text, today=today)
    if day < today:
        raise DayIsPast(day)
    return day


def parse_period(text: str, *, today: date) -> tuple[date, date]:
    """Two days in a row: `10.01 24.01`, `from friday until next friday`, `od jutra do końca miesiąca`.

    Raises: NotADay; NoSuchDay; DayOutOfReach.
    """
    words = text.replace("–", " ").replace(" - ", " ").split()
    impossible: NoSuchDay | None = None
    for at in range(1, len(words)):
        try:
            first, last = parse_day(" ".join(words[:at]), today=today), parse_day(" ".join(words[at:]), today=today)
        except NotADay:
            continue
        except NoSuchDay as error:
            impossible = error
            continue
        return first, last
    raise impossible or NotADay(text.strip()[:_LONGEST])


def parse_day(text: str, *, today: date) -> date:
    """Without a year the next such day is meant, today included. Raises: NotADay, NoSuchDay, DayOutOfReach."""
    words = _normal(text)
    if not words or len(words) > _LONGEST:
        raise NotADay(text.strip()[:_LONGEST])
    try:
        for read in _READERS:
            day = read(words, today)
            if day is not None:
                return _in_reach(day)
    except (ValueError, OverflowError):
        raise NoSuchDay(text.strip()[:_LONGEST]) from None
    raise NotADay(text.strip()[:_LONGEST])


def _in_reach(day: date) -> date:
    """Raises: DayOutOfReach."""
    if not FIRST <= day <= LAST:
        raise DayOutOfReach(day)
    return day


# --- words ----------------------------------------------------------------------------------------------------

WEEKDAYS: Final = {
    word: number
    for number, words in enumerate(
        (
            "mon monday pon poniedzialek poniedzialku pn",
            "tue tues tuesday wt wto wtorek wtorku",
            "wed weds wednesday sr sro sroda srode srody",
            "thu thur thurs thursday czw czwartek czwartku cz",
            "fri friday pt pia piatek piatku",
            "sat saturday sob sobota sobote soboty sb",
            "sun sunday nd ndz nie niedziela niedziele niedzieli",
        )
    )
    for word in words.split()
}
"""0 is Monday; folded, in the cases that follow "on", "by" and "from"."""
_MONTHS: Final = {
    word: number
    for number, words in enumerate(
        (
            "jan january sty styczen stycznia styczniu",
            "feb february lut luty lutego lutym",
            "mar march marzec marca marcu",
            "apr april kwi kwiecien kwietnia kwietniu",
            "may maj maja maju",
            "jun june cze czerwiec czerwca czerwcu",
            "jul july lip lipiec lipca lipcu",
            "aug august sie sierpien sierpnia sierpniu",
            "sep sept september wrz wrzesien wrzesnia wrzesniu",
            "oct october paz pazdziernik pazdziernika pazdzierniku",
            "nov november lis listopad listopada listopadzie",
            "dec december gru grudzien grudnia grudniu",
        ),
        1,
    )
    for word in words.split()
}
NUMBERS: Final = {
    word: number
    for number, words in {
        1: "a an one jeden jedna jedno",
        2: "two dwa dwie dwoch",
        3: "three trzy trzech",
        4: "four cztery",
        5: "five piec",
        6: "six szesc",
        7: "seven siedem",
        8: "eight osiem",
        9: "nine dziewiec",
        10: "ten dziesiec",
        11: "eleven jedenascie",
        12: "twelve dwanascie",
        14: "fourteen fortnight czternascie",
        30: "thirty trzydziesci",
    }.items()
    for word in words.split()
}
"""Folded."""
_UNITS: Final = {
    word: unit
    for unit, words in {
        "day": "day days d dzien dni",
        "week": "week weeks w wk wks tydzien tygodnie tygodni tyg",
        "month": "month months miesiac miesiace miesiecy mies",
        "year": "year years rok lata lat",
    }.items()
    for word in words.split()
}
_NEAR: Final = {
    "today": 0,
    "now": 0,
    "tomorrow": 1,
    "tmrw": 1,
    "jutro": 1,
    "jutra": 1,
    "dzisiaj": 0,
    "dzis": 0,
    "day after tomorrow": 2,
    "pojutrze": 2,
    "yesterday": -1,
    "wczoraj": -1,
    "przedwczoraj": -2,
}
_NEXT: Final = r"(?:next|przyszl\w+|nastepn\w+)"
_THIS: Final = r"(?:this|coming|ten|ta|te|to|tego|tej|tym|biezac\w+|najblizsz\w+)"
_FILLERS: Final = re.compile(r"^(?:(?:by|on|until|till|the|do|na|w|we|dnia|od|from|at)\s+)+")
_ORDINAL: Final = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|-?go|-?ego|-?tego)\b")


def _normal(text: str) -> str:
    """Folded, without commas and the little words in front; "12th of May" is "12 may"."""
    folded = fold(text).replace(",", " ").replace(" of the ", " of ")
    folded = folded.replace("a couple of ", "2 ").replace("a couple ", "2 ")
    folded = _ORDINAL.sub(r"\1th", folded)
    return " ".join(_FILLERS.sub("", f"{folded} ").split())


# --- readers: words → a day, None for what they do not read, ValueError for a day that is not --------------------


def _near(words: str, today: date) -> date | None:
    return None if words not in _NEAR else today + timedelta(days=_NEAR[words])


_ISO = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})[.](\d{1,2})(?:[.](\d{4}|\d{2})?)?(?: ?r\.?)?")
_DASHED = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})")


def _figures(words: str, today: date) -> date | None:
    if found := _ISO.fullmatch(words):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DASHED.fullmatch(words):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := _DOTTED.fullmatch(words):
        return _day(int(found[1]), int(found[2]), found[3], today)
    return None


_DAY_MONTH = re.compile(r"(\d{1,2})(?:th|\.)? (?:of )?([a-z]+)\.?(?: (\d{4}))?(?: ?r\.?)?")
_MONTH_DAY = re.compile(r"([a-z]+)\.? (\d{1,2})(?:th)?(?: (\d{4}))?")


def _named_month(words: str, today: date) -> date | None:
    if (found := _DAY_MONTH.fullmatch(words)) and found[2] in _MONTHS:
        return _day(int(found[1]), _MONTHS[found[2]], found[3], today)
    if (found := _MONTH_DAY.fullmatch(words)) and found[1] in _MONTHS:
        return _day(int(found[2]), _MONTHS[found[1]], found[3], today)
    return None


_WEEKDAY = re.compile(
    rf"(?:(?P<next>{_NEXT})|(?P<this>{_THIS}))? ?(?P<day>[a-z]+)\.?(?P<after> (?:next week|za tydzien))?"
)


def _weekday(words: str, today: date) -> date | None:
    """A bare one: the next, never today. *Next* and *przyszły*: of the week after this one."""
    found = _WEEKDAY.fullmatch(words)
    if found is None or found["day"] not in WEEKDAYS:
        return None
    number = WEEKDAYS[found["day"]]
    if found["next"] or found["after"] == " next week":
        return today - timedelta(days=today.weekday()) + timedelta(days=7 + number)
    ahead = (number - today.weekday() - 1) % 7 + 1
    return today + timedelta(days=ahead + (7 if found["after"] else 0))


_AHEAD = re.compile(
    r"(?P<in>(?:in|za|within) )?(?:(?P<count>\d{1,3}) ?|(?P<word>[a-z]+) )?(?P<unit>[a-z]+)\.?"
    r"(?: from (?:now|today)| od dzis\w*)?"
)
_HALF = {"in half a year", "half a year", "za pol roku", "in six months"}


def _ahead(words: str, today: date) -> date | None:
    """`in 2 weeks`, `za tydzień`, `3 days from now`; a bare `tydzień` needs its "za"."""
    if words in _HALF:
        return _months(today, 6)
    if words in ("in a fortnight", "fortnight", "in fortnight"):
        return today + timedelta(days=14)
    found = _AHEAD.fullmatch(words)
    if found is None or found["unit"] not in _UNITS:
        return None
    count = int(found["count"]) if found["count"] else NUMBERS.get(found["word"] or "one")
    if count is None or not (found["in"] or found["count"] or found["word"]):
        return None
    unit = _UNITS[found["unit"]]
    if unit in ("day", "week"):
        return today + timedelta(days=count * (7 if unit == "week" else 1))
    return _months(today, count * (12 if unit == "year" else 1))


_EDGE = re.compile(
    r"(?P<edge>end|koniec|konca|koncu|start|beginning|poczatek|poczatku)(?: of)?"
    rf"(?: (?:(?P<next>{_NEXT})|{_THIS}))? (?P<period>[a-z]+)(?: (?P<year>\d{{4}}))?"
)
_PERIODS: Final = {
    word: period
    for period, words in {
        "week": "week tygodnia tygodniu",
        "month": "month miesiaca miesiacu",
        "quarter": "quarter kwartalu kwartale",
        "year": "year roku",
    }.items()
    for word in words.split()
}


def _edge(words: str, today: date) -> date | None:
    """`end of month`, `koniec przyszłego miesiąca`, `end of december`. A week ends on its Friday."""
    if words in ("eom", "month end", "end of month"):
        words = "end of this month"
    found = _EDGE.fullmatch(words)
    if found is None:
        return None
    at_end = found["edge"] in ("end", "koniec", "konca", "koncu")
    if found["period"] in _MONTHS:
        return _edge_of_month(_MONTHS[found["period"]], found["year"], today, at_end=at_end)
    if found["period"] not in _PERIODS:
        return None
    return _PERIOD_EDGES[_PERIODS[found["period"]]](today, 1 if found["next"] else 0, at_end)


def _edge_of_month(month: int, year: str | None, today: date, *, at_end: bool) -> date:
    of_year = int(year) if year else today.year
    day = _last(of_year, month) if at_end else date(of_year, month, 1)
    return day if year or day >= today else (_last(of_year + 1, month) if at_end else date(of_year + 1, month, 1))


def _of_week(today: date, ahead: int, at_end: bool) -> date:
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * ahead)
    friday = monday + timedelta(days=4)
    return max(friday, today) if at_end else monday


def _of_months(size: int) -> Callable[[date, int, bool], date]:
    def edge(today: date, ahead: int, at_end: bool) -> date:
        first = _months(date(today.year, (today.month - 1) // size * size + 1, 1), ahead * size)
        return _months(first, size) - timedelta(days=1) if at_end else first

    return edge


_PERIOD_EDGES: Final[dict[str, Callable[[date, int, bool], date]]] = {
    "week": _of_week,
    "month": _of_months(1),
    "quarter": _of_months(3),
    "year": _of_months(12),
}
_NEXT_PERIOD = re.compile(
    rf"{_NEXT} (?P<period>week|month|quarter|year|tydzien|tygodniu|miesiac|miesiacu|kwartal|kwartale|rok|roku)"
)
_PERIOD_STEMS: Final = {"we": "week", "ty": "week", "mo": "month", "mi": "month", "qu": "quarter", "kw": "quarter"}


def _next_period(words: str, today: date) -> date | None:
    """`next week` is its Monday, `next month` its first day."""
    found = _NEXT_PERIOD.fullmatch(words)
    if found is None:
        return None
    return _PERIOD_EDGES[_PERIOD_STEMS.get(found["period"][:2], "year")](today, 1, False)


_DAY_OF_MONTH = re.compile(r"(\d{1,2})th")


def _day_of_month(words: str, today: date) -> date | None:
    """`the 15th`, `15-go`: the next such day."""
    found = _DAY_OF_MONTH.fullmatch(words)
    if found is None:
        return None
    number = int(found[1])
    if not 1 <= number <= 31:
        raise ValueError
    first = today.replace(day=1)
    for ahead in range(12):
        month = _months(first, ahead)
        if number <= _last(month.year, month.month).day and month.replace(day=number) >= today:
            return month.replace(day=number)
    raise ValueError


_READERS: Final = (_near, _figures, _named_month, _weekday, _edge, _next_period, _ahead, _day_of_month)


def _day(day: int, month: int, year: str | None, today: date) -> date:
    """Raises: ValueError for a day that no year has."""
    if year is not None:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    date(2024, month, day)  # a leap year: 29 February is one
    for candidate in range(today.year, today.year + 9):
        if day <= _last(candidate, month).day and date(candidate, month, day) >= today:
            return date(candidate, month, day)
    raise ValueError


def _months(day: date, count: int) -> date:
    """So many months on; 31 January and a month is the last day of February."""
    at = day.month - 1 + count
    year, month = day.year + at // 12, at % 12 + 1
    return date(year, month, min(day.day, _last(year, month).day))


def _last(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
