"""What can be wrong with a schedule, its questions, and what people do about a round (product §8). Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from bot.runtime.errors import UserError
from bot.ui.texts import Mrkdwn


@dataclass(eq=False)
class CheckinError(UserError):
    """`field`: of a schedule its field's name; of a question its id, of its choices `<id>_choices`."""

    field: str | None = None
    text_key: ClassVar[str] = "error.form"


class NoWeekday(CheckinError):
    text_key = "error.checkin.no_weekday"


class NotAWorkingDay(CheckinError):
    text_key = "error.checkin.weekend"


class NoSuchRhythm(CheckinError):
    """Neither every 1 to 12 weeks nor the first to fifth, or last, weekday of a month."""

    text_key = "error.checkin.rhythm"


class NoQuestion(CheckinError):
    text_key = "error.checkin.no_question"


@dataclass(eq=False)
class TooManyQuestions(CheckinError):
    limit: int = 0
    text_key: ClassVar[str] = "error.checkin.too_many_questions"


class TwoOfAKind(CheckinError):
    """Two questions for the status, the blockers or the needs."""

    text_key = "error.checkin.two_of_a_kind"


class EmptyQuestion(CheckinError):
    text_key = "error.checkin.empty_question"


@dataclass(eq=False)
class QuestionTooLong(CheckinError):
    limit: int = 0
    text_key: ClassVar[str] = "error.checkin.question_too_long"


@dataclass(eq=False)
class TooFewChoices(CheckinError):
    least: int = 0
    text_key: ClassVar[str] = "error.checkin.too_few_choices"


@dataclass(eq=False)
class TooManyChoices(CheckinError):
    limit: int = 0
    text_key: ClassVar[str] = "error.checkin.too_many_choices"


@dataclass(eq=False)
class ChoiceTooLong(CheckinError):
    limit: int = 0
    text_key: ClassVar[str] = "error.checkin.choice_too_long"


class EmptyChoice(CheckinError):
    text_key = "error.field.empty"


class SameChoice(CheckinError):
    """Two choices that read the same: case, diacritics and spaces folded."""

    text_key = "error.checkin.same_choice"


# --- what a person does about check-ins ------------------------------------------------------------------------


class OutsideHours(UserError):
    """Nothing is asked outside working hours (product §2.8)."""

    text_key = "error.checkin.outside_hours"
    field = "at"


class NobodyToAsk(UserError):
    text_key = "error.checkin.nobody"
    field = "people"


@dataclass(eq=False)
class RespondentNotInProject(UserError):
    """Only who has a part in the project is asked."""

    who: Mrkdwn
    text_key = "error.checkin.not_in_project"
    field = "people"


class NoDayLeft(UserError):
    """The schedule has no day before the project ends."""

    text_key = "error.checkin.no_day_left"


class StaleSchedule(UserError):
    """Somebody else has changed the schedule since the form was opened."""

    text_key = "error.checkin.stale"


@dataclass(eq=False)
class RoundGoesOn(UserError):
    """One round at a time."""

    closes_at: datetime
    text_key = "error.checkin.goes_on"


@dataclass(eq=False)
class NothingToAnswer(UserError):
    """Nothing is asked now, and the next round is more than a day away."""

    next_on: date
    text_key = "error.checkin.nothing"


class NothingToAnswerYet(UserError):
    """The same, where no round is planned."""

    text_key = "error.checkin.nothing_planned"


class RoundOver(UserError):
    """The next round has begun: answers to this one are not taken any more (product §8.4)."""

    text_key = "error.checkin.round_over"


class NothingWritten(UserError):
    text_key = "error.checkin.empty"
    field = "q1"


@dataclass(eq=False)
class AnswerTooLong(UserError):
    limit: int
    field: str | None = None
    text_key = "error.field.too_long"


class NoEarlierAnswer(UserError):
    """There is nothing to repeat."""

    text_key = "error.checkin.no_earlier"


class TooLateToSnooze(UserError):
    """An hour from now the round is over."""

    text_key = "error.checkin.no_snooze"


class AlreadyAnswered(UserError):
    text_key = "error.checkin.answered"


class PausedAlready(UserError):
    text_key = "error.checkin.paused"


class GoesOnAlready(UserError):
    text_key = "error.checkin.not_paused"


class BlockerResolved(UserError):
    text_key = "error.checkin.resolved"
