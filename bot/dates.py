"""Days in words, English and Polish, as people type them anywhere in Duet (product §2.4). Pure.

One grammar for both languages: whoever writes "next piątek" is understood, too. `01.12` is 1 December, never a
time.
"""

import calendar
import re
from collections.abc import Callable, Iterator
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


def picked_day(text: str) -> date:
    """As a date picker gives it. Raises: NotADay, DayOutOfReach."""
    try:
        return _in_reach(date.fromisoformat(text))
    except ValueError:
        raise NotADay(text.strip()[:_LONGEST]) from None


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
    return _read(text, today)[0]


def parse_period(text: str, *, today: date) -> tuple[date, date]:
    """`10.01 24.01`, `monday to friday`, `od 24 do 31 grudnia`, `until friday`, `next week`, `2 weeks`; or one day.

    Of what can be meant it is the shortest, and of two as long the one that begins earlier: on 27 December
    `24.12 2.01` runs already. Raises: as `parse_day`; NoLastDay for `from tomorrow`.
    """
    first, last = _period(text, today)
    return _in_reach(first), _in_reach(last)


def _period(text: str, today: date) -> tuple[date, date]:
    words = fold(text).translate(_DASHES)
    if len(words) > 2 * _LONGEST:
        raise NotADay(text.strip()[:_LONGEST])
    found = _whole_period(words, today)
    if found is not None:
        return found
    wrong: UserError | None = None
    try:
        day = parse_day(words, today=today)
    except NotADay:
        pass
    else:
        if _OPEN.match(words):
            raise NoLastDay(text.strip()[:_LONGEST])
        return day, day
    for left, right in _splits(words):
        try:
            found = _between(left, right, today)
        except NotADay:
            continue
        except UserError as error:
            wrong = wrong or error
            continue
        if found is not None:
            return found
    raise wrong or NotADay(text.strip()[:_LONGEST])


# --- periods ----------------------------------------------------------------------------------------------------

_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_UNTIL = re.compile(r"(?:until|till|til|through|up to|az do|do)\s+")
_OPEN = re.compile(r"\s*(?:from|od)\s")
_WHOLE = re.compile(r"^(?:(?:the |for )?(?:whole|entire|all(?: of)?) |przez )?(?:caly |cala |calego )?")
_BOUND = re.compile(r"^(?:(?:to|until|till|til|through|az|do|-)\s+)+|\s*-\s*$")
_NUMBER = re.compile(r"(\d{1,2})(?:th|\.)?")


def _whole_period(words: str, today: date) -> tuple[date, date] | None:
    """What needs no second day: until one, a week or month, so many days."""
    if until := _UNTIL.match(words):
        try:
            return today, parse_day(words[until.end() :], today=today)
        except NotADay:
            return None
    named = _normal(_WHOLE.sub("", words))
    if (found := _NEXT_PERIOD.fullmatch(named)) or (found := _THIS_PERIOD.fullmatch(named)):
        edge, ahead = _PERIOD_EDGES[_PERIODS[found["period"]]], 1 if found.re is _NEXT_PERIOD else 0
        return max(edge(today, ahead, False), today), edge(today, ahead, True)
    last = _span(words, today)
    return None if last is None else (today, last)


def _splits(words: str) -> Iterator[tuple[str, str]]:
    """Everywhere between two words, then at each dash; without the words that join two days."""
    parts = words.split()
    pairs = [(" ".join(parts[:at]), " ".join(parts[at:])) for at in range(1, len(parts))]
    pairs += [(words[:at], words[at + 1 :]) for at, letter in enumerate(words) if letter == "-"]
    for left, right in pairs:
        yield _BOUND.sub("", left.strip()), _BOUND.sub("", right.strip())


def _between(left: str, right: str, today: date) -> tuple[date, date] | None:
    """From one day to the other; `1` and `15 december` share the month. Raises: as `parse_day`."""
    if shared := _shared_month(left, right, today):
        return shared
    first, of_first = _read(left, today)
    last_of_span = _span(right, first)
    if last_of_span is not None:
        return first, last_of_span
    last, of_last = _read(right, today)
    found = [(first, last)]
    if of_last not in (_near, _ahead):
        found.append((first, _read(right, first)[0]))
    if of_first in _CALENDAR:
        found.append((_read(left, _months(last, -12) + timedelta(days=1))[0], last))
    least = timedelta(days=1 if of_last is _weekday else 0)  # monday to monday is a week
    possible = [each for each in found if each[1] - each[0] >= least]
    return min(possible, key=lambda each: (each[1] - each[0], each[0]), default=(first, last))


def _shared_month(left: str, right: str, today: date) -> tuple[date, date] | None:
    first, last = _NUMBER.fullmatch(_normal(left)), _NUMBER.fullmatch(_normal(right))
    if first is not None and last is None:
        until, reader = _read(right, today)
        if reader in _CALENDAR:
            number = int(first[1])
            return _in_month(until if number <= until.day else _months(until, -1), number), until
    if last is not None and first is None:
        since, reader = _read(left, today)
        if reader in _CALENDAR and int(last[1]) >= since.day:
            return since, _in_month(since, int(last[1]))
    return None


def _in_month(day: date, number: int) -> date:
    try:
        return day.replace(day=number)
    except ValueError:
        raise NoSuchDay(f"{number}.{day:%m.%Y}") from None


_SPAN = re.compile(r"(?:for |na |przez )?(?:(?P<count>\d{1,3}) ?|(?P<word>[a-z]+) )?(?P<unit>[a-z]{2,})\.?")


def _span(words: str, first: date) -> date | None:
    """The last of so many days from `first` on: `2 weeks`, `na tydzień`."""
    found = _SPAN.fullmatch(" ".join(words.split()).replace("a couple of ", "2 "))
    count = None if found is None or found["unit"] not in _UNITS else _count(found)
    return (
        None if found is None or count is None else _later(first, count, _UNITS[found["unit"]]) - timedelta(days=1)
    )


def _read(text: str, today: date) -> tuple[date, "Reader"]:
    """And the reader that has read it."""
    words = _normal(text)
    if not words or len(words) > _LONGEST:
        raise NotADay(text.strip()[:_LONGEST])
    try:
        for read in _READERS:
            day = read(words, today)
            if day is not None:
                return _in_reach(day), read
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
            "sun sunday nd ndz niedz niedziela niedziele niedzieli",
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
        "week": "week weeks w wk wks tydzien tygodnie tygodni tyg tydz",
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
    "day before yesterday": -2,
    "przedwczoraj": -2,
}
_NEXT: Final = r"(?:next|przyszl\w+|nastepn\w+)"
_THIS: Final = r"(?:this|ten|ta|tego|tej|tym|biezac\w+)"
_COMING: Final = r"(?:coming|najblizsz\w+)"
_FILLERS: Final = re.compile(r"^(?:(?:by|on|until|till|the|do|na|w|we|dnia|od|from|at)\s+)+")
_ORDINAL: Final = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|-?go|-?ego|-?tego)\b")


_EDGE_DAYS: Final = {
    "start": re.compile(r"\b(?:first day|pierwsz(?:y dzien|ego dnia))\b"),
    "end": re.compile(r"\b(?:last day|ostatni(?: dzien|ego dnia))\b"),
}


def _normal(text: str) -> str:
    """Folded, without commas and the little words in front; "12th of May" is "12 may"."""
    folded = fold(text).replace(",", " ").replace(" of the ", " of ")
    folded = folded.replace("a couple of ", "2 ").replace("a couple ", "2 ")
    folded = _ORDINAL.sub(r"\1th", folded)
    for edge, phrase in _EDGE_DAYS.items():
        folded = phrase.sub(edge, folded)
    return " ".join(_FILLERS.sub("", f"{folded} ").split())


# --- readers: words → a day, None for what they do not read, ValueError for a day that is not --------------------


def _near(words: str, today: date) -> date | None:
    return None if words not in _NEAR else today + timedelta(days=_NEAR[words])


_ISO = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})[.](\d{1,2})(?:[.](\d{4}|\d{2})?)?(?: ?r\.?)?")
_DASHED = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?")


def _figures(words: str, today: date) -> date | None:
    if found := _ISO.fullmatch(words):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _SLASHED.fullmatch(words):
        return _slashed(words, int(found[1]), int(found[2]), found[3], today)
    if found := _DASHED.fullmatch(words) or _DOTTED.fullmatch(words):
        return _day(int(found[1]), int(found[2]), found[3], today)
    return None


def _slashed(words: str, one: int, other: int, year: str | None, today: date) -> date:
    """In some countries the month comes first. Raises: TwoDays where either may be the month."""
    if one != other and one <= 12 and other <= 12:
        raise TwoDays(words, _day(one, other, year, today), _day(other, one, year, today))
    return _day(other, one, year, today) if other > 12 else _day(one, other, year, today)


_DAY_MONTH = re.compile(r"(\d{1,2})(?:th|\.)?[ -](?:of )?([a-z]+)\.?(?:[ -](\d{4}|\d{2}))?(?: ?r\.?)?")
_MONTH_DAY = re.compile(r"([a-z]+)\.? (\d{1,2})(?:th)?(?: (\d{4}))?")


def _named_month(words: str, today: date) -> date | None:
    if (found := _DAY_MONTH.fullmatch(words)) and found[2] in _MONTHS:
        return _day(int(found[1]), _MONTHS[found[2]], found[3], today)
    if (found := _MONTH_DAY.fullmatch(words)) and found[1] in _MONTHS:
        return _day(int(found[2]), _MONTHS[found[1]], found[3], today)
    return None


_WITH_WEEKDAY = re.compile(r"([a-z]+)\.? (?:the )?(\d.*|[a-z]+\.? \d.*)")


def _with_weekday(words: str, today: date) -> date | None:
    """`Friday 4 December 2026`, as Duet itself writes it. Raises: WrongWeekday."""
    found = _WITH_WEEKDAY.fullmatch(words)
    if found is None or found[1] not in WEEKDAYS:
        return None
    day = _figures(found[2], today) or _named_month(found[2], today) or _day_of_month(found[2], today)
    if day is not None and day.weekday() != WEEKDAYS[found[1]]:
        raise WrongWeekday(day)
    return day


_WEEKDAY = re.compile(rf"(?:(?P<next>{_NEXT})|(?P<this>{_THIS})|{_COMING})? ?(?P<day>[a-z]+)\.?")
_NEXT_WEEK = rf"(?P<next>{_NEXT} (?:week|tydzien|tygodniu))"
_WEEKS = r"(?P<unit>weeks?|wks?|tydzien|tygodnie|tygodni|tydz|tyg)"
_IN_WEEKS = rf"(?:in|za) (?:(?P<count>\d{{1,2}}) |(?P<word>[a-z]+) )?{_WEEKS}\.?"
_WEEK = rf"(?:(?:in |w )?{_NEXT_WEEK}|{_IN_WEEKS})"
_WEEKDAY_OF_WEEK = (
    re.compile(rf"(?P<day>[a-z]+)\.? {_WEEK}"),
    re.compile(rf"{_WEEK} (?:on |we? )?(?P<day>[a-z]+)\.?"),
)


def _weekday(words: str, today: date) -> date | None:
    """A bare one: the next, never today; *this* one may be. *Next* and *przyszły*: of the week after this one."""
    found = _WEEKDAY.fullmatch(words)
    if found is None or found["day"] not in WEEKDAYS:
        return None
    number = WEEKDAYS[found["day"]]
    if found["next"]:
        return _of_week(today, 1, False) + timedelta(days=number)
    ahead = (number - today.weekday()) % 7
    return today + timedelta(days=ahead if found["this"] else ahead or 7)


def _weekday_of_week(words: str, today: date) -> date | None:
    """`friday next week`, `za tydzień w piątek`, `piątek za 2 tygodnie`: on a Friday counted from today."""
    for phrase in _WEEKDAY_OF_WEEK:
        found = phrase.fullmatch(words)
        if found is None or found["day"] not in WEEKDAYS:
            continue
        number = WEEKDAYS[found["day"]]
        if found["next"]:
            return _of_week(today, 1, False) + timedelta(days=number)
        count = _count(found)
        if count is not None:
            return today + timedelta(days=(number - today.weekday()) % 7 + 7 * count)
    return None


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
    count = _count(found)
    if count is None or not (found["in"] or found["count"] or found["word"]):
        return None
    return _later(today, count, _UNITS[found["unit"]])


_ONE_IN_POLISH: Final = frozenset({"dzien", "tydzien", "miesiac", "rok"})


def _count(found: re.Match[str]) -> int | None:
    """Of units. `ten tydzień` is this week, not ten of them."""
    if found["count"]:
        return int(found["count"])
    if found["word"] == "ten" and found["unit"] in _ONE_IN_POLISH:
        return None
    return NUMBERS.get(found["word"] or "one")


def _later(day: date, count: int, unit: str) -> date:
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    return _months(day, count * (12 if unit == "year" else 1))


_EDGE = re.compile(
    r"(?P<edge>end|koniec|konca|koncu|start|beginning|poczatek|poczatku)(?: of)?"
    rf"(?: (?:(?P<next>{_NEXT})|{_THIS}))? (?P<period>[a-z]+)(?: (?P<year>\d{{4}}))?"
)
_PERIODS: Final = {
    word: period
    for period, words in {
        "week": "week tydzien tygodnia tygodniu",
        "month": "month miesiac miesiaca miesiacu",
        "quarter": "quarter kwartal kwartalu kwartale",
        "year": "year rok roku",
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
_NEXT_PERIOD = re.compile(rf"{_NEXT} (?P<period>{'|'.join(_PERIODS)})")
_THIS_PERIOD = re.compile(rf"{_THIS} (?P<period>{'|'.join(_PERIODS)})")


def _next_period(words: str, today: date) -> date | None:
    """`next week` is its Monday, `next month` its first day."""
    found = _NEXT_PERIOD.fullmatch(words)
    return None if found is None else _PERIOD_EDGES[_PERIODS[found["period"]]](today, 1, False)


_DAY_OF_MONTH = re.compile(
    rf"(\d{{1,2}})(?:th|(?:th|\.)?(?: of)? (?:(?P<next>{_NEXT})|{_THIS}) (?:month|miesiaca))"
)


def _day_of_month(words: str, today: date) -> date | None:
    """`the 15th`, `15-go`: the next such day. `15th of next month`."""
    found = _DAY_OF_MONTH.fullmatch(words)
    if found is None:
        return None
    number = int(found[1])
    if "month" in words or "miesiaca" in words:
        return _months(today.replace(day=1), 1 if found["next"] else 0).replace(day=number)
    if not 1 <= number <= 31:
        raise ValueError
    first = today.replace(day=1)
    for ahead in range(12):
        month = _months(first, ahead)
        if number <= _last(month.year, month.month).day and month.replace(day=number) >= today:
            return month.replace(day=number)
    raise ValueError


Reader = Callable[[str, date], date | None]
_CALENDAR: Final = (_figures, _named_month, _with_weekday)
_READERS: Final[tuple[Reader, ...]] = (
    _near,
    *_CALENDAR,
    _weekday,
    _weekday_of_week,
    _edge,
    _next_period,
    _ahead,
    _day_of_month,
)


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
