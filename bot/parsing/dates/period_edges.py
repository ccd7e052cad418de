"""Readers of the first and last days of weeks, months, quarters and years, and of weekdays in them. Pure."""

import re
from datetime import date, timedelta

from bot.parsing.dates.reckoning import WorkingDay, edge_of_period, last_of_month, months_later
from bot.parsing.dates.vocabulary import MONTHS, NEXT, ORDINALS, PERIODS, QUARTER, THIS, WEEKDAYS

_ENDS = frozenset({"end", "koniec", "konca", "koncu", "koncem"})
_EDGE = re.compile(
    r"(?P<edge>end|koniec|konca|koncu|koncem|start|beginning|poczatek|poczatku)(?: of)?"
    rf"(?: (?:(?P<next>{NEXT})|(?P<this>{THIS})))? (?P<period>[a-z]+)\.?(?: (?P<year>\d{{4}}))?"
)
_EDGE_OF_YEAR = re.compile(
    r"(?P<edge>end|koniec|konca|koncu|start|beginning|poczatek|poczatku)(?: of)? (?P<year>\d{4})"
)
_EDGE_OF_QUARTER = re.compile(
    r"(?P<edge>end|koniec|konca|koncu|start|beginning|poczatek|poczatku)(?: of)? (?P<quarter>.+)"
)
_SHORT = {"eow": "week", "eom": "month", "eoq": "quarter", "eoy": "year"} | {
    f"{period} end": period for period in ("month", "quarter", "year")
}


def first_and_last(found: re.Match[str], today: date) -> tuple[date, date]:
    """Of NAMED_PERIOD; of this one, from its beginning on."""
    if found["after_next"]:
        return edge_of_period("week", today, ahead=2, at_end=False), edge_of_period(
            "week", today, ahead=2, at_end=True
        )
    period, ahead = PERIODS[found["period"]], 1 if found["next"] else -1 if found["last"] else 0
    first, last = (edge_of_period(period, today, ahead=ahead, at_end=at_end) for at_end in (False, True))
    return first, last


def read_edge(words: str, today: date) -> date | None:
    """`end of month`, `koniec przyszłego miesiąca`, `end of december`, `eoq`. A week ends on its Friday.

    The beginning of one that has begun is that of the next, unless *this* one's is said.
    """
    if words in _SHORT:
        return edge_of_period(_SHORT[words], today, ahead=0, at_end=True)
    if found := _EDGE_OF_YEAR.fullmatch(words):
        return date(int(found["year"]), 12, 31) if found["edge"] in _ENDS else date(int(found["year"]), 1, 1)
    found = _EDGE.fullmatch(words)
    if found is None:
        return None
    at_end = found["edge"] in _ENDS
    if found["period"] in MONTHS and not (found["next"] or found["this"]):
        return _edge_of_month(MONTHS[found["period"]], found["year"], today, at_end=at_end)
    if found["period"] not in PERIODS or found["year"]:
        return None
    period = PERIODS[found["period"]]
    day = edge_of_period(period, today, ahead=1 if found["next"] else 0, at_end=at_end)
    if day < today and not found["this"]:
        return edge_of_period(period, today, ahead=1, at_end=at_end)
    return day


def _edge_of_month(month: int, year: str | None, today: date, *, at_end: bool) -> date:
    def edge(of_year: int) -> date:
        return last_of_month(of_year, month) if at_end else date(of_year, month, 1)

    if year:
        return edge(int(year))
    return edge(today.year) if edge(today.year) >= today else edge(today.year + 1)


def find_quarter(words: str) -> tuple[int, str | None] | None:
    """`q1`, `i kwartal 2027`, `first quarter`: its number, and its year if that is said."""
    found = QUARTER.fullmatch(words)
    if found is None:
        return None
    number = int(found["number"]) if found["number"] else ORDINALS.get(found["word"], 0)
    if found["word"] and found["word"] in ("1", "2", "3", "4"):
        number = int(found["word"])
    return (number, found["year"]) if 1 <= number <= 4 else None


def quarter_of(number: int, year: str | None, today: date, *, at_end: bool = True) -> tuple[date, date]:
    """Its first and last day; without a year the next one whose last (else first) day is not over."""
    candidates = [int(year)] if year else [today.year, today.year + 1]
    for of_year in candidates:
        first = date(of_year, 3 * number - 2, 1)
        last = months_later(first, 3) - timedelta(days=1)
        if (last if at_end else first) >= today:
            break
    return first, last


def read_quarter(words: str, today: date) -> date | None:
    """`Q1`, `koniec Q1`, `I kwartał`: its last day; `start of Q2`: its first."""
    found = _EDGE_OF_QUARTER.fullmatch(words)
    named = find_quarter(found["quarter"] if found else words)
    if named is None:
        return None
    at_end = found is None or found["edge"] in _ENDS
    return quarter_of(*named, today, at_end=at_end)[1 if at_end else 0]


_NTH = re.compile(
    r"(?P<nth>[a-z]+|[1-5](?:th|\.)) (?P<day>[a-z]+|working day|business day|dzien roboczy|dnia roboczego)"
    rf" (?:of |in |w )?(?:the )?(?:(?P<next>{NEXT}|following)|(?P<this>{THIS}))? ?"
    r"(?P<month>[a-z]+)(?: (?P<year>\d{4}))?"
)
_WORKING = frozenset({"working day", "business day", "workday", "dzien roboczy", "dnia roboczego"})


def read_nth_weekday(words: str, today: date) -> date | None:
    """`pierwszy poniedziałek stycznia`, `last friday of november`; without a year the next one."""
    found = _NTH.fullmatch(words)
    if found is None or found["day"] not in WEEKDAYS:
        return None
    number = WEEKDAYS[found["day"]]
    return _nth_of_month(found, today, lambda day: day.weekday() == number)


def read_nth_working_day(words: str, today: date, is_working: WorkingDay) -> date | None:
    """`last working day of the month`, `pierwszy dzień roboczy stycznia`."""
    found = _NTH.fullmatch(words)
    if found is None or found["day"] not in _WORKING:
        return None
    return _nth_of_month(found, today, is_working)


def _nth_of_month(found: re.Match[str], today: date, is_meant: WorkingDay) -> date | None:
    nth = ORDINALS.get(found["nth"])
    if nth is None:
        return None
    this_month = today.replace(day=1)
    if found["month"] in MONTHS and not (found["next"] or found["this"]):
        month = MONTHS[found["month"]]
        years = [int(found["year"])] if found["year"] else [today.year, today.year + 1]
        firsts = [date(year, month, 1) for year in years]
    elif PERIODS.get(found["month"]) == "month" and not found["year"]:
        firsts = [months_later(this_month, 1)] if found["next"] else [this_month]
        firsts += [] if found["next"] or found["this"] else [months_later(this_month, 1)]
    else:
        return None
    days = [_nth_day(first, nth, is_meant) for first in firsts]
    return next((day for day in days if day >= today), days[-1])


def _nth_day(first: date, nth: int, is_meant: WorkingDay) -> date:
    """Raises: ValueError where the month has no fifth."""
    month = (first + timedelta(days=ahead) for ahead in range(last_of_month(first.year, first.month).day))
    meant = [day for day in month if is_meant(day)]
    if nth > len(meant):
        raise ValueError
    return meant[nth - 1 if nth > 0 else -1]
