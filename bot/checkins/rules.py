"""When check-ins are asked, and what: schedules, the clocks' oddities, questions (product §8). Pure."""

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer

from bot.parsing.folding import fold_text, has_visible_text
from bot.runtime.errors import Refusal
from bot.scheduling.zones import local_day

LATE = timedelta(hours=2)  # a round that could not be asked within it is skipped
EARLY = timedelta(hours=24)  # an answer so long before the round counts for it
WINDOW_ENDS = time(12, 0)  # of the next working day
REMIND_AT = time(9, 0)  # of that day, each person's local time
MAX_QUESTIONS = 5
MAX_QUESTION = 150  # characters, as all below
MAX_ANSWER = 3000
MAX_BLOCKER = 500  # that is noted by itself
MIN_CHOICES, MAX_CHOICES, MAX_CHOICE = 2, 11, 75  # 0 to 10 are 11
SCALE: Final = ("1", "2", "3", "4", "5")
MAX_WEEKS = 12  # between two rounds
BLOCKER_TO_LEADS, BLOCKER_TO_EXECUTIVES = 2, 5  # working days that it has been open
BLOCKER_STEPS = (  # (after so many working days, who hears of it): its author is asked the working day before
    (BLOCKER_TO_LEADS - 1, "author"),
    (BLOCKER_TO_LEADS, "leads"),
    (BLOCKER_TO_EXECUTIVES - 1, "author"),
    (BLOCKER_TO_EXECUTIVES, "executives"),
)
THREAD_OVER = 20  # answers; the details of more go in the summary's thread
LAST = -1  # the last such weekday of a month
WORKING_DAYS: Final = frozenset(range(5))
SEARCHED = timedelta(days=10 * 366)  # without a single date: then there is none


# --- schedules ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Schedule:
    """When a project asks. It has no date before the week of `anchor`. Source: product §8.1.

    Raises: ValueError if `at` is no local time in whole minutes.
    """

    weekdays: frozenset[int]  # 0 Monday to 4 Friday, at least one
    at: Annotated[time, PlainSerializer(lambda at: f"{at:%H:%M}")]  # local, whole minutes
    every_weeks: int = 1  # 1 to 12, counted from the week of `anchor`
    nth: int | None = None  # 1 to 5, or LAST: that one of each month instead of weekly; `every_weeks` is 1 then
    anchor: date = date(2001, 1, 1)  # a day of the first week
    own_zone: bool = False  # asked at `at` in each member's zone, else in the project's
    country: str | None = None  # ISO 3166 alpha-2: its holidays are skipped

    def __post_init__(self) -> None:
        if self.at.tzinfo is not None or self.at.replace(second=0, microsecond=0) != self.at:
            raise ValueError(f"no local time in whole minutes: {self.at}")

    def errors(self) -> list[Refusal]:
        """What of it cannot be asked, each at its field."""
        found: list[Refusal] = []
        if not self.weekdays:
            found.append(Refusal("error.checkin.no_weekday", field="weekdays"))
        elif not self.weekdays <= WORKING_DAYS:
            found.append(Refusal("error.checkin.weekend", field="weekdays"))
        if not 1 <= self.every_weeks <= MAX_WEEKS:
            found.append(Refusal("error.checkin.rhythm", field="every_weeks"))
        elif self.nth is not None and (self.nth not in (*range(1, 6), LAST) or self.every_weeks != 1):
            found.append(Refusal("error.checkin.rhythm", field="nth"))
        return found


DEFAULT_SCHEDULE: Final = Schedule(frozenset({3}), time(10, 0))
"""Weekly, Thursday 10:00."""


def is_never_free(_day: date) -> bool:
    """For a schedule that skips no holidays."""
    return False


def list_schedule_days(
    schedule: Schedule, *, since: date, is_free: Callable[[date], bool] = is_never_free
) -> Iterator[date]:
    """Its dates from `since` on, each once, in order; days that `is_free` are skipped, not moved.

    Ends at the calendar's end, or after SEARCHED without a date. Source: product §8.1.
    """
    day = max(since, _monday_of_week(schedule.anchor))
    found = day
    while day - found <= SEARCHED:
        if _is_schedule_day(schedule, day) and not is_free(day):
            found = day
            yield day
        if day == date.max:
            return
        day += timedelta(days=1)


def _is_schedule_day(schedule: Schedule, day: date) -> bool:
    if day.weekday() not in schedule.weekdays:
        return False
    if schedule.nth is None:
        weeks = (_monday_of_week(day) - _monday_of_week(schedule.anchor)).days // 7
        return weeks % schedule.every_weeks == 0
    if schedule.nth == LAST:
        return day.day + 7 > monthrange(day.year, day.month)[1]
    return (day.day - 1) // 7 + 1 == schedule.nth


def _monday_of_week(day: date) -> date:
    return day - timedelta(days=day.weekday())


def first_instant_at(day: date, at: time, zone: str) -> datetime:
    """The first instant, in UTC, at which a clock in `zone` shows `day` and `at`, or has passed over them.

    So a time that occurs twice is the first, one that the clocks skip is the first instant after the gap, and so
    is every time of a day that was left out whole (Pacific/Apia, 30 December 2011). Source: product §8.2.
    """
    tz, wanted = ZoneInfo(zone), datetime.combine(day, at)
    instant = wanted.replace(tzinfo=tz, fold=0).astimezone(UTC)
    if _wall_clock_time(instant, tz) == wanted:
        return instant
    # In a gap: fold 0 counts by the offset before it, so comes out after; fold 1 the other way round.
    before, after = wanted.replace(tzinfo=tz, fold=1).astimezone(UTC), instant
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (before, middle) if _wall_clock_time(middle, tz) >= wanted else (middle, after)
    return after


def _wall_clock_time(instant: datetime, tz: ZoneInfo) -> datetime:
    return instant.astimezone(tz).replace(tzinfo=None, fold=0)


def next_schedule_days(
    schedule: Schedule, *, after: datetime, zone: str, count: int, is_free: Callable[[date], bool] = is_never_free
) -> list[date]:
    """The first `count` dates, or as many as there are, that are asked after the instant `after`, in `zone`.

    A date that the zone left out is asked at the first instant after it; should the next date be asked at that very
    instant (at 00:00), one round is asked, not two: it has the earlier date. Source: product §8.2.
    """
    found: list[date] = []
    latest = after
    for day in list_schedule_days(schedule, since=local_day(after, zone), is_free=is_free):
        if len(found) == count:
            break
        asked = first_instant_at(day, schedule.at, zone)
        if asked > latest:
            found.append(day)
            latest = asked
    return found


def same_day_next_month(day: date) -> date:
    """The same day of the next month; the last one where it has no such day."""
    year, month = divmod(day.year * 12 + day.month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# --- questions ----------------------------------------------------------------------------------------------------


class RespondentGroup(StrEnum):
    TEAM = "team"
    LEADS = "leads"
    EVERYBODY = "everybody"
    PEOPLE = "people"  # those who are named


class Status(StrEnum):
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"


class QuestionKind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    SCALE = "scale"  # 1 to 5
    STATUS = "status"  # a Status
    BLOCKERS = "blockers"  # each an item of its own
    NEEDS = "needs"  # of the other side; can become asks


IN_WORDS: Final = frozenset({QuestionKind.TEXT, QuestionKind.BLOCKERS, QuestionKind.NEEDS})
"""What is answered by writing."""

ONE_OF_A_KIND: Final = frozenset({QuestionKind.STATUS, QuestionKind.BLOCKERS, QuestionKind.NEEDS})
"""A summary shows one of each, and a person has one status, and names one blocker, an answer."""


@dataclass(frozen=True)
class Question:
    id: str  # `q1`; stays with the question, so that answers find it again
    kind: QuestionKind
    text: str | None = None  # None: the default question's words, `text_key`
    default: str | None = None  # which of the default questions it is: progress, status, blockers, needs
    choices: tuple[str, ...] = ()  # of a CHOICE

    @property
    def text_key(self) -> str:
        """Of a default question."""
        return f"checkin.question.{self.default}"

    def errors(self) -> list[Refusal]:
        found: list[Refusal] = []
        words = self.default if self.text is None else self.text
        if not has_visible_text(words or ""):
            found.append(Refusal("error.checkin.empty_question", field=self.id))
        elif self.text is not None and len(self.text) > MAX_QUESTION:
            found.append(Refusal("error.checkin.question_too_long", field=self.id, limit=MAX_QUESTION))
        if self.kind is QuestionKind.CHOICE:
            found += self._choice_errors()
        if self.kind is QuestionKind.TEXT and self.text is not None and self.text.endswith("]"):
            found.append(Refusal("error.checkin.bracket", field=self.id))  # or its choices would be words of it
        return found

    def _choice_errors(self) -> list[Refusal]:
        where = f"{self.id}_choices"
        if len(self.choices) < MIN_CHOICES:
            return [Refusal("error.checkin.too_few_choices", field=where, least=MIN_CHOICES)]
        if len(self.choices) > MAX_CHOICES:
            return [Refusal("error.checkin.too_many_choices", field=where, limit=MAX_CHOICES)]
        if not all(has_visible_text(choice) for choice in self.choices):
            return [Refusal("error.field.empty", field=where)]
        if any(len(choice) > MAX_CHOICE for choice in self.choices):
            return [Refusal("error.checkin.choice_too_long", field=where, limit=MAX_CHOICE)]
        if len({fold_text(choice) for choice in self.choices}) < len(self.choices):
            return [Refusal("error.checkin.same_choice", field=where)]
        return []


@dataclass(frozen=True)
class WantedSchedule:
    """A schedule as somebody wants it. `people` are user ids, used where `whom` is people."""

    rule: Schedule
    questions: tuple[Question, ...]
    whom: RespondentGroup = RespondentGroup.TEAM
    people: tuple[str, ...] = ()


DEFAULT_QUESTIONS: Final = (
    Question("q1", QuestionKind.TEXT, default="progress"),
    Question("q2", QuestionKind.STATUS, default="status"),
    Question("q3", QuestionKind.BLOCKERS, default="blockers"),
    Question("q4", QuestionKind.NEEDS, default="needs"),
)


def list_question_errors(questions: Sequence[Question]) -> list[Refusal]:
    """Of all questions of a schedule: one to MAX_QUESTIONS."""
    if not questions:
        return [Refusal("error.checkin.no_question", field="questions")]
    found: list[Refusal] = []
    if len(questions) > MAX_QUESTIONS:
        found.append(Refusal("error.checkin.too_many_questions", field="questions", limit=MAX_QUESTIONS))
    kinds = [question.kind for question in questions if question.kind in ONE_OF_A_KIND]
    if len(set(kinds)) < len(kinds):
        found.append(Refusal("error.checkin.two_of_a_kind", field="questions"))
    return found + [error for question in questions for error in question.errors()]
