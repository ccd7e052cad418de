"""What can be wrong with a schedule or its questions (product §8.1). Pure."""

from dataclasses import dataclass
from typing import ClassVar

from bot.errors import UserError


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
