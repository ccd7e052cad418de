"""A period told by two days: `24.12 2.01`, `monday to friday`, `24–26 grudnia`, `czwartek i piątek`. Pure."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from bot.parsing.dates.calendar_readers import CALENDAR
from bot.parsing.dates.days import read_day
from bot.parsing.dates.readers import read_near, read_weekday
from bot.parsing.dates.readings import (
    NotRead,
    PeriodReading,
    RefusedReading,
    TwoReadings,
    Understood,
    offer_two_periods,
    refuse_backwards,
    refuse_missing_day,
    refuse_past,
    value_of,
)
from bot.parsing.dates.reckoning import WorkingDay, months_later
from bot.parsing.dates.vocabulary import WEEKDAYS, normal_words
from bot.runtime.errors import Refusal

LONGEST_GUESS: Final = timedelta(days=183)
"""A year that nobody typed makes no longer period."""
_BETWEEN = re.compile(r"^(?:between|pomiedzy|miedzy) (.+) (?:and|a|i) (.+)$")
_JOINT = re.compile(r" (?P<joint>to|until|till|til|through|thru|up to|az do|do|and|i|oraz|-) |(?P<dash>-)")
_SINCE = re.compile(r"^(?:from|od|starting|since|poczawszy od) ")
_COUNTED_FROM = re.compile(r"(?:in|za) .* (?:from|od) ")
_NUMBER_OF_MONTH = re.compile(r"(\d{1,2})th")
_NUMBER = re.compile(r"(\d{1,2})(?:th|\.)?")


def read_pair(words: str, today: date, is_working: WorkingDay) -> PeriodReading:
    """What a word or a dash joins; else two days one after the other, if both are of the calendar, or weekdays."""
    pair = _Pair(today, is_working)
    joined = [pair.read(left, right, joint) for left, right, joint in _split_at_joints(words)]
    return (
        _choose_reading(words, joined)
        or _choose_reading(words, [pair.read(*each) for each in _split_at_gaps(words)])
        or NotRead(words)
    )


def _split_at_joints(words: str) -> Iterator[tuple[str, str, str]]:
    if between := _BETWEEN.fullmatch(words):
        yield between[1], between[2], "to"
    for at in range(len(words)):
        if found := _JOINT.match(words, at):
            joint = found["joint"] or "-"
            yield words[:at], words[found.end() :], "and" if joint in ("and", "i", "oraz") else joint


def _split_at_gaps(words: str) -> Iterator[tuple[str, str, str]]:
    parts = words.split()
    for at in range(1, len(parts)):
        yield " ".join(parts[:at]), " ".join(parts[at:]), ""


def _choose_reading(words: str, readings: list[PeriodReading]) -> PeriodReading | None:
    """The one that is understood; of several that differ, none."""
    understood = [each for each in readings if isinstance(each, Understood)]
    if understood:
        one, *others = understood
        other = next((each for each in others if each.value != one.value), None)
        if other is None:
            return one
        return offer_two_periods(words, one.value, other.value)
    return next((each for each in readings if not isinstance(each, NotRead)), None)


class _Pair:
    def __init__(self, today: date, is_working: WorkingDay) -> None:
        self._today = today
        self._is_working = is_working

    def read(self, left: str, right: str, joint: str) -> PeriodReading:
        left, right = _SINCE.sub("", left.strip()), right.strip()
        whole = f"{left} {right}"
        if _COUNTED_FROM.match(left):
            return NotRead(
                whole
            )  # `in 2 weeks from monday to wednesday`: 2 weeks from monday, or days of that week?
        reading = self._shared_month(left, right) if joint else None
        if reading is None:
            if not joint and not (self._may_stand_alone(left) and self._may_stand_alone(right)):
                return NotRead(whole)
            try:
                reading = self._between(left, right)
            except Refusal as error:  # of `Monday 4 December`, in another year
                return RefusedReading(error)
        if joint == "and" and isinstance(reading, Understood):
            first, last = reading.value
            return reading if last - first == timedelta(days=1) else NotRead(whole)
        return reading

    def _between(self, left: str, right: str) -> PeriodReading:
        first, last = self._day(left, self._today), self._day(right, self._today)
        for each in (first, last):
            if isinstance(each, NotRead):
                return each
        for each in (first, last):
            if not isinstance(each, Understood):
                return each
        assert isinstance(first, Understood)
        assert isinstance(last, Understood)
        numbers = [_NUMBER_OF_MONTH.fullmatch(normal_words(each)) for each in (left, right)]
        if (
            numbers[0] and numbers[1] and int(numbers[0][1]) <= int(numbers[1][1])
        ):  # the 24th to the 31st: of one month
            return _pair_in_month(last.value, int(numbers[0][1]), last.value, at_end=False)
        if self._is_guessed(left):
            if self._is_guessed(right):
                return self._both_guessed(left, right)
            if self._is_calendar(right):
                return self._first_guessed(left, last.value)
        return self._from(first.value, last.value, left, right)

    def _both_guessed(self, left: str, right: str) -> PeriodReading:
        """The next such period, if none runs."""
        found = []
        first = self._known(left, self._today)
        found.append((first, self._known(right, first)))
        last = self._known(right, self._today)
        found.append((self._known(left, months_later(last, -12) + timedelta(days=1)), last))
        possible = sorted({each for each in found if timedelta() <= each[1] - each[0] <= LONGEST_GUESS})
        words = f"{left} {right}"
        if not possible:
            return refuse_backwards(words)
        if len(possible) == 1 and possible[0][0] >= self._today:
            return Understood(possible[0])
        if len(possible) == 1:
            return refuse_past(possible[0][0])
        return offer_two_periods(words, possible[0], possible[1])

    def _first_guessed(self, left: str, last: date) -> PeriodReading:
        """The year of the last day is typed."""
        first = self._known(left, months_later(last, -12) + timedelta(days=1))
        if last - first > LONGEST_GUESS:
            return refuse_backwards(f"{left} {last}")
        return refuse_past(first) if first < self._today else Understood((first, last))

    def _from(self, first: date, last: date, left: str, right: str) -> PeriodReading:
        """The shortest that ends after it begins; monday to monday is a week, tomorrow to monday may be a day."""
        is_guessed = self._is_guessed(left) or self._is_guessed(right)
        are_weekdays = self._is_weekday(left) and self._is_weekday(right)
        # A bare weekday is never the day on which it is said: said the day before, it may be the first day itself.
        may_be_first = normal_words(right) in WEEKDAYS and not are_weekdays
        since = first - timedelta(days=1) if may_be_first else first
        is_from_today = self._is_told_from_today(right) or first < self._today
        lasts = {last} if is_from_today else {last, self._known(right, since)}
        least = timedelta(days=1 if are_weekdays else 0)
        possible = [each for each in lasts if each - first >= least]
        if not possible or (is_guessed and min(possible) - first > LONGEST_GUESS):
            return refuse_backwards(f"{first:%d.%m.%Y} {right}")
        return Understood((first, min(possible)))

    def _shared_month(self, left: str, right: str) -> PeriodReading | None:
        """`1` and `15 december` share the month."""
        of_left, of_right = _NUMBER.fullmatch(normal_words(left)), _NUMBER.fullmatch(normal_words(right))
        if of_left is not None and of_right is None and self._is_calendar(right):
            return self._in_month_before(left, int(of_left[1]), right)
        if of_right is not None and of_left is None and self._is_calendar(left):
            since = self._day(left, self._today)
            if not isinstance(since, Understood):
                return since
            return _pair_in_month(since.value, int(of_right[1]), since.value, at_end=True)
        return None

    def _in_month_before(self, left: str, number: int, right: str) -> PeriodReading:
        until = self._day(right, self._today)
        if not isinstance(until, Understood):
            return until
        month = until.value if number <= until.value.day else months_later(until.value, -1)
        reading = _pair_in_month(month, number, until.value, at_end=False)
        if isinstance(reading, Understood) and reading.value[0] < self._today and self._is_guessed(right):
            following = self._known(right, reading.value[1] + timedelta(days=1))
            later = _pair_in_month(
                following if number <= following.day else months_later(following, -1),
                number,
                following,
                at_end=False,
            )
            if isinstance(later, Understood):
                return offer_two_periods(f"{left} {right}", reading.value, later.value)
        return reading

    def _day(self, words: str, today: date) -> Understood[date] | TwoReadings | RefusedReading | NotRead:
        return read_day(words, today=today, is_working=self._is_working)

    def _known(self, words: str, today: date) -> date:
        """Of words that are understood already: the day that they mean from another one on."""
        return value_of(self._day(words, today))

    def _is_calendar(self, words: str) -> bool:
        try:
            return any(read(normal_words(words), self._today) is not None for read in CALENDAR)
        except (ValueError, OverflowError, Refusal):
            return True

    def _is_guessed(self, words: str) -> bool:
        """Whether its year is: in another year the same words mean another day."""
        in_two_years = self._day(words, months_later(self._today, 24))
        return self._is_calendar(words) and self._day(words, self._today) != in_two_years

    def _is_weekday(self, words: str) -> bool:
        return read_weekday(normal_words(words), self._today) is not None

    def _is_told_from_today(self, words: str) -> bool:
        """`tomorrow`, `in 2 weeks`: not from the first day on."""
        said = normal_words(words)
        is_weekday_or_edge = self._is_weekday(words) or said.startswith(("end ", "koniec", "konca"))
        return read_near(said, self._today) is not None or not (is_weekday_or_edge or self._is_calendar(words))

    def _may_stand_alone(self, words: str) -> bool:
        """One after the other, without a word between them, only days that nothing else can be made of."""
        said = normal_words(words)
        return self._is_calendar(words) or read_near(said, self._today) is not None or self._is_weekday(words)


def _pair_in_month(month: date, number: int, other: date, *, at_end: bool) -> PeriodReading:
    try:
        day = month.replace(day=number)
    except ValueError:
        return refuse_missing_day(f"{number}.{month:%m.%Y}")
    first, last = (other, day) if at_end else (day, other)
    return Understood((first, last))
