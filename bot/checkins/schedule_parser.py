"""Schedules in words, English and Polish: `every 2 weeks on friday 9:30`, `w pierwszy poniedziałek miesiąca o 10`.

One grammar for both languages, as for days (`bot/parsing/dates/`). There are no dates in a schedule, so `9.30` is a
time here; not `10.12`, which may be the tenth of December. Whatever is not read is refused with the rest. Pure.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Final, NamedTuple

from bot.checkins.rules import LAST, WORKING_DAYS, Schedule
from bot.parsing.dates.vocabulary import NUMBERS, WEEKDAYS
from bot.parsing.folding import fold_text
from bot.runtime.errors import Refusal
from bot.scheduling.workdays import DAY_BEGINS, DAY_ENDS

_LONGEST, _ECHOED = 120, 60


class NotASchedule(Refusal):
    """Not read as a whole; `text` is the whole."""

    def __init__(self, text: str = "") -> None:
        super().__init__("error.checkin.unclear", text=text.strip()[:_ECHOED])


def parse_schedule(text: str, *, current: Schedule, since: date) -> Schedule:
    """`current`, changed as the words say: what they leave out (the time, the weekdays) stays.

    A new rhythm is counted from the week of its first weekday from `since` on: "every 2 weeks on friday", said on a
    Saturday, begins next Friday. Raises: NotASchedule; Refusal for a weekend (product §2.8) or an unknown rhythm.
    """
    try:
        at, rest = _take_time(_normalize_text(text))
        if at is not None and not rest:
            return replace(current, at=at)
        rhythm = _read_rhythm(rest)
    except NotASchedule:
        raise NotASchedule(text) from None
    weekdays = rhythm.weekdays or current.weekdays
    found = replace(
        current,
        weekdays=weekdays,
        at=at or current.at,
        every_weeks=rhythm.every_weeks,
        nth=rhythm.nth,
        anchor=min(since + timedelta(days=(number - since.weekday()) % 7) for number in weekdays),
    )
    for error in found.errors():
        raise error
    return found


def parse_known_part(text: str, *, current: Schedule) -> Schedule:
    """`current` with what of unread words is a time, a weekday or a number of weeks, for the form that asks."""
    try:
        at, words = _take_time(_normalize_text(text))
    except NotASchedule:
        at, words = None, fold_text(text[:_LONGEST])
    days = {number for word in words.split() for number in _DAYS.get(word, ())} & WORKING_DAYS
    try:
        weeks = _WEEKS.search(words)
        every_weeks = current.every_weeks if weeks is None else _read_week_count(weeks)
    except NotASchedule:
        every_weeks = current.every_weeks
    found = replace(
        current,
        weekdays=frozenset(days) or current.weekdays,
        at=at if at is not None and DAY_BEGINS <= at < DAY_ENDS else current.at,
    )
    with_weeks = replace(found, every_weeks=every_weeks)
    return found if with_weeks.errors() else with_weeks


_JOINED = re.compile(r"[,;/&+]|\b(?:and|i|oraz|a takze)\b")
_DASH = re.compile(r"\s*[-–—]\s*")
_WORKING_DAYS = re.compile(
    r"\b(?:(?:every|each) day|(?:working|business|work|week) ?days?|daily"
    r"|codziennie|co ?dzien|dzien roboczy|dni robocze)\b"
)


def _normalize_text(text: str) -> str:
    """Folded, with single spaces, without commas and the dots of abbreviations."""
    if len(text) > _LONGEST:
        raise NotASchedule
    folded = fold_text(text)
    if len(folded) > 2 * _LONGEST:  # a character may be folded into eighteen
        raise NotASchedule
    folded = re.sub(r"\b([ap])\.? ?m\b\.?", r"\1m", folded)
    folded = re.sub(r"(?<=[a-z])\.", " ", folded)
    folded = _OCLOCK.sub(r"\g<hour>:00", _HOUR.sub(lambda found: f" {_HOURS[found['hour']]}:00", folded))
    folded = _WORKING_DAYS.sub(" weekdays ", _JOINED.sub(" ", folded))
    return " ".join(_DASH.sub(" - ", folded).split())


# --- the time -----------------------------------------------------------------------------------------------------

_HOURS_IN_POLISH: Final = (
    "osmej dziewiatej dziesiatej jedenastej dwunastej trzynastej czternastej pietnastej szesnastej siedemnastej"
)
_HOURS: Final = {word: hour for hour, word in enumerate(_HOURS_IN_POLISH.split(), 8)}
_HOUR = re.compile(rf"\b(?:o|o godzinie) (?P<hour>{'|'.join(_HOURS)})\b")
_OCLOCK = re.compile(r"\b(?P<hour>\d{1,2})(?: ?-? ?(?:tej|ej)| o ?'? ?clock)(?!\S)")
_PARTS_OF_DAY: Final = {
    word: hours
    for hours, words in {
        range(5, 12): ("rano", "przed poludniem", "in the morning"),
        range(12, 19): ("po poludniu", "in the afternoon"),
        range(17, 23): ("wieczorem", "in the evening"),
    }.items()
    for word in words
}
_AT = r"(?:(?P<at>at|@|o|godz|o godz|o godzinie|godzina) ?)?"
_CLOCK = re.compile(
    rf"(?<!\S){_AT}(?P<hour>\d{{1,2}})(?:(?P<point>[:.])(?P<minute>\d\d))?"
    rf"(?: ?(?P<half>[ap]m)| (?P<part>{'|'.join(_PARTS_OF_DAY)}))?(?!\S)"
)
_NOON = re.compile(r"(?<!\S)(?:at noon|noon|w poludnie|o 12 w poludnie)(?!\S)")


def _take_time(words: str) -> tuple[time | None, str]:
    """And the words without it. A bare number is an hour at the end only: `every 2 weeks` tells no time."""
    if noon := _NOON.search(words):
        return time(12, 0), _cut_match(words, noon)
    for found in _CLOCK.finditer(words):
        if found["at"] or found["minute"] or found["half"] or found["part"] or found.end() == len(words):
            return _read_clock(found), _cut_match(words, found)
    return None, words


def _read_clock(found: re.Match[str]) -> time:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["point"] == "." and not found["at"] and 1 <= minute <= 12:
        raise NotASchedule  # a day and a month
    if found["part"]:
        hours = _PARTS_OF_DAY[found["part"]]
        hour = hour if hour in hours else hour + 12
        if hour not in hours:
            raise NotASchedule
    if found["half"]:
        if not 1 <= hour <= 12:
            raise NotASchedule
        hour = hour % 12 + (12 if found["half"] == "pm" else 0)
    if hour > 23 or minute > 59:
        raise NotASchedule
    return time(hour, minute)


def _cut_match(words: str, found: re.Match[str]) -> str:
    return " ".join(f"{words[: found.start()]} {words[found.end() :]}".split())


# --- the rhythm ---------------------------------------------------------------------------------------------------


class _Rhythm(NamedTuple):
    weekdays: frozenset[int]  # none: those there are
    every_weeks: int = 1
    nth: int | None = None


_ORDINALS: Final = {
    word: number
    for number, words in {
        1: "first 1st pierwszy pierwsza",
        2: "second 2nd drugi druga",
        3: "third 3rd trzeci trzecia",
        4: "fourth 4th czwarty czwarta",
        5: "fifth 5th piaty piata",
        LAST: "last ostatni ostatnia",
    }.items()
    for word in words.split()
}
_COUNTS: Final = {**NUMBERS, **{word: number for word, number in _ORDINALS.items() if number > 0}, "other": 2}
_PLURALS: Final = {
    **{f"{word}s": number for word, number in WEEKDAYS.items() if word.endswith("day")},
    "poniedzialki": 0,
    "wtorki": 1,
    "czwartki": 3,
    "piatki": 4,
    "soboty": 5,
    "niedziele": 6,
}
_DAYS: Final = {
    **{word: frozenset({number}) for word, number in (WEEKDAYS | _PLURALS).items()},
    "weekdays": WORKING_DAYS,
    **dict.fromkeys(("weekend", "weekends", "weekendy"), frozenset({5, 6})),
}
_EVERY = r"(?:every|each|co|raz na|once every|(?:w )?kazd[ya])"
_WEEKS = re.compile(
    rf"(?<!\S){_EVERY} (?:(?P<count>\w+) )?(?:weeks?|wks?|tydzien|tygodnie|tygodni|tyg|tydz)(?!\S)"
    r"|(?<!\S)(?:weekly|once a week|raz w tygodniu|(?:co)?tygodniowo)(?!\S)"
    r"|(?<!\S)(?P<two>(?:every )?fortnight(?:ly)?|dwutygodniowo|(?P<either>bi(?: - )?weekly))(?!\S)"
)
_OF_MONTH = re.compile(
    r"(?<!\S)(?:(?:of|in) (?:(?:the|each|every|a) )?month|(?:every|each) month|monthly|once a month"
    r"|(?:kazdego )?(?:miesiaca|m - ca)"
    r"|(?:raz )?w (?:kazdym )?miesiacu|co miesiac)(?!\S)"
)
_EVERY_OTHER = re.compile(rf"(?<!\S){_EVERY} (?P<count>other|[a-z0-9]+) (?=(?P<day>[a-z]+))")
_SMALL: Final = frozenset(["every", "each", "on", "the", "from", "w", "we", "o", "od", "co", "kazdy", "kazda"])
_UP_TO: Final = frozenset(["-", "to", "till", "until", "through", "do"])


def _read_rhythm(words: str) -> _Rhythm:
    rest, monthly = _take_phrase(words, _OF_MONTH)
    rest, weeks = _take_phrase(rest, _WEEKS)
    every_weeks = _read_week_count(weeks) if weeks else None
    if not monthly and every_weeks is None:
        rest, every_weeks = _take_every_other(rest)
    weekdays, nth = _read_weekdays(rest.split())
    if (rest and not weekdays) or (monthly and nth is None) or not words:
        raise NotASchedule
    if nth is not None and every_weeks is not None:
        raise NotASchedule
    if weeks and weeks["either"] and len(weekdays) > 1:
        raise NotASchedule  # every other week, or twice a week?
    return _Rhythm(weekdays, 1 if every_weeks is None else every_weeks, nth)


def _take_phrase(words: str, phrase: re.Pattern[str]) -> tuple[str, re.Match[str] | None]:
    found = phrase.search(words)
    return (words, None) if found is None else (_cut_match(words, found), found)


def _read_week_count(weeks: re.Match[str]) -> int:
    if weeks["two"]:
        return 2
    count = weeks["count"]
    if count is None:
        return 1
    if count.isdecimal():
        return int(count[:4])
    if count not in _COUNTS:
        raise NotASchedule
    return _COUNTS[count]


def _take_every_other(words: str) -> tuple[str, int | None]:
    """`every other friday`, `co trzeci piątek`: so many weeks. Not `every first monday`: that is of a month."""
    found = _EVERY_OTHER.search(words)
    if found is None or found["day"] not in _DAYS:
        return words, None
    count = found["count"]
    if count != "other" and _ORDINALS.get(count, 0) < 2:
        return words, None
    return _cut_match(words, found), _COUNTS[count]


def _read_weekdays(words: list[str]) -> tuple[frozenset[int], int | None]:
    """The days named, and which ones of a month. Raises: NotASchedule; Refusal for a weekend."""
    found: set[int] = set()
    nths: set[int] = set()
    for at, word in enumerate(words):
        after = words[at + 1] if at + 1 < len(words) else ""
        if word in _ORDINALS and after in WEEKDAYS:
            nths.add(_ORDINALS[word])
        elif word in _UP_TO:
            found |= _weekdays_between(words[:at], after)
        elif word in _DAYS:
            found |= _DAYS[word]
        elif word not in _SMALL or not after:
            raise NotASchedule
    if len(nths) > 1 or (nths and words.count("weekdays")):
        raise NotASchedule
    if not found <= WORKING_DAYS:
        raise Refusal("error.checkin.weekend", field="weekdays")
    return frozenset(found), next(iter(nths), None)


def _weekdays_between(before: Iterable[str], last: str) -> set[int]:
    """`mon - fri`, `od wtorku do czwartku`."""
    first = WEEKDAYS.get(["", *before][-1])
    until = WEEKDAYS.get(last)
    if first is None or until is None or until <= first:
        raise NotASchedule
    return set(range(first, until + 1))
