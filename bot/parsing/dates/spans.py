"""Periods that need no second day: a week, a month, so many days from one on, days of one week. Pure."""

import re
from datetime import date, timedelta

from bot.parsing.dates.days import read_day
from bot.parsing.dates.period_edges import find_quarter, first_and_last, quarter_of
from bot.parsing.dates.readings import NotRead, PeriodReading, Understood, refuse_past
from bot.parsing.dates.reckoning import WorkingDay, add_units, edge_of_period, last_of_month, working_days_later
from bot.parsing.dates.vocabulary import (
    MONTHS,
    NAMED_PERIOD,
    NEXT,
    NUMBERS,
    THIS,
    UNITS,
    WEEKDAYS,
    count_of_units,
    normal_words,
)

_WHOLE = re.compile(
    r"^(?:(?:przez |for |na )?(?:(?:the )?(?:whole|entire|all(?: of)?) |caly |cala |calego )(?:of )?(?:the )?)"
)
_MONTH = re.compile(r"(?:in )?([a-z]+)(?: (\d{4}))?")
_WEEKEND = re.compile(rf"(?:{THIS} |coming )?weekend")


def read_named_period(words: str, today: date) -> PeriodReading | None:
    """`next week`, `cały grudzień`, `Q1`, `this weekend`; of one that runs, what is left."""
    bare = _WHOLE.sub("", words)
    said = normal_words(bare)
    if found := NAMED_PERIOD.fullmatch(said):
        first, last = first_and_last(found, today)
        return refuse_past(last) if last < today else Understood((max(first, today), last))
    if _WEEKEND.fullmatch(said):
        saturday = edge_of_period("week", today, ahead=0, at_end=False) + timedelta(days=5)
        return Understood((max(saturday, today), saturday + timedelta(days=1)))
    if (quarter := find_quarter(said)) is not None:
        first, last = quarter_of(*quarter, today)
        return refuse_past(last) if last < today else Understood((max(first, today), last))
    found = _MONTH.fullmatch(said)
    is_meant = bare != words or words.startswith(("in ", "w ", "we ")) or " " in said or len(said) > 3
    return _read_month(found, today) if found and found[1] in MONTHS and is_meant else None


def _read_month(found: re.Match[str], today: date) -> PeriodReading:
    """Without a year the next one, the one that runs included."""
    number = MONTHS[found[1]]
    year = int(found[2]) if found[2] else today.year + (1 if number < today.month else 0)
    first, last = date(year, number, 1), last_of_month(year, number)
    return refuse_past(last) if last < today else Understood((max(first, today), last))


_TO = r"(?:to|until|till|til|through|thru|do|-|and|i|oraz)"
_DAYS = rf"(?:(?:from|od|w|we|on|between) )?(?P<first>[a-z]+)\.? ?{_TO} ?(?:w |we |on )?(?P<last>[a-z]+)\.?"
_WEEK = (
    r"(?:(?:in |of |w )?(?:the )?"
    rf"(?:(?P<after_next>week after next)|(?P<next>{NEXT} (?:week|tydzien|tygodniu|tygodnia|tyg|tydz))"
    rf"|{THIS} (?:week|tydzien|tygodniu|tygodnia|tyg|tydz))\.?)"
)
_SHARED_WEEK = (re.compile(rf"{_DAYS} {_WEEK}"), re.compile(rf"{_WEEK} {_DAYS}"))


def read_shared_week(words: str, today: date) -> PeriodReading | None:
    """`thu-fri next week`, `w przyszłym tygodniu od czwartku do piątku`: both days are of that week."""
    for phrase in _SHARED_WEEK:
        found = phrase.fullmatch(words)
        if found is None or found["first"] not in WEEKDAYS or found["last"] not in WEEKDAYS:
            continue
        ahead = 2 if found["after_next"] else 1 if found["next"] else 0
        monday = edge_of_period("week", today, ahead=ahead, at_end=False)
        first, last = (monday + timedelta(days=WEEKDAYS[found[name]]) for name in ("first", "last"))
        return refuse_past(last) if first <= last < today else Understood((first, last))
    return None


_LASTING = r"(?:for |na |przez )"
_COUNTED = r"(?:(?P<count>\d{1,3}) ?|(?P<word>[a-z]+) )?(?P<unit>[a-z]{2,})\.?"
_WORKING = (
    r"(?P<working>\d{1,3}|[a-z]+) (?:(?:working|business|work) days?|workdays?|(?:dni|dzien) robocz(?:e|ych|y))"
)
_SPAN = re.compile(rf"{_LASTING}?{_COUNTED}")
_WORKING_SPAN = re.compile(rf"{_LASTING}?{_WORKING}")
_SPAN_FROM = re.compile(
    r"(?P<span>.+?) (?:from|od|starting(?: on| from)?|beginning(?: on)?|poczawszy od|zaczynajac od) (?P<day>.+)"
)
_DAY_FOR_SPAN = re.compile(
    r"(?:(?:from|od|starting(?: on| from)?|poczawszy od) )?(?P<day>.+) (?P<span>(?:for|na|przez) .+)"
)
_FROM_DAY_SPAN = re.compile(
    r"(?:from|od|starting(?: on| from)?|poczawszy od) (?P<day>.+?) (?P<span>(?:\d|[a-z]+ ).*)"
)


def read_span(words: str, today: date, is_working: WorkingDay) -> PeriodReading | None:
    """`2 weeks`, from today on; `5 dni od jutra`, `from monday for a week`, `od jutra 3 dni`."""
    if (last := _last_of_span(words, today, is_working)) is not None:
        return Understood((today, last))
    for phrase in (_SPAN_FROM, _DAY_FOR_SPAN, _FROM_DAY_SPAN):
        found = phrase.fullmatch(words)
        if found is None or _last_of_span(found["span"], today, is_working) is None:
            continue
        first = read_day(found["day"], today=today, is_working=is_working)
        if isinstance(first, NotRead):
            continue
        if not isinstance(first, Understood):
            return first
        last = _last_of_span(found["span"], first.value, is_working)
        assert last is not None
        return Understood((first.value, last))
    return None


def _last_of_span(words: str, first: date, is_working: WorkingDay) -> date | None:
    """The last of so many days from `first` on: `2 weeks`, `na tydzień`, `5 dni roboczych`."""
    words = words.replace("a couple of ", "2 ").replace("a couple ", "2 ")
    if working := _WORKING_SPAN.fullmatch(words):
        count = int(working["working"]) if working["working"].isdecimal() else NUMBERS.get(working["working"])
        return None if not count else working_days_later(first - timedelta(days=1), count, is_working)
    found = _SPAN.fullmatch(words)
    if found is None or found["unit"] not in UNITS:
        return None
    count = count_of_units(found)
    return None if not count else add_units(first, count, UNITS[found["unit"]]) - timedelta(days=1)
