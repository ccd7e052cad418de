"""What a closing report says, and what came of a project's goal (product §12). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bot.parsing.folding import has_visible_text
from bot.projects.closing_items import ReportPart, ReportWords
from bot.projects.rules import ClosingWay
from bot.runtime.errors import FormErrors, Refusal
from bot.ui.texts import clean_text

REPORT_AFTER: Final = 5  # working days in closing
CLOSE_AFTER: Final = 10  # working days after the report
ARCHIVE_AFTER_DAYS: Final = 7
LATE_ENTRIES: Final = timedelta(days=90)  # of a closed project's ledger
MAX_ANSWER: Final = 500  # characters, of the retrospective
PART_ORDER: Final = ("timetable", "money", "asks", "trust", "team", "boundary", "retrospective")
QUESTIONS: Final = ("worked", "failed", "learned")  # fields of the form, ends of texts' keys


class GoalOutcome(StrEnum):
    ACHIEVED = "achieved"
    PARTLY = "partly"
    STOPPED_EARLY = "stopped_early"


class Ending(StrEnum):
    """How a project was closed."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"


class ReportMeasure(ReportWords):
    """The charter's measure; `last` is its last value, if anybody has said it."""

    name: str
    unit: str
    start: Decimal
    target: Decimal
    by: date
    last: Decimal | None


class Report(ReportWords):
    """The closing report as both executives sign it. People are names, and what features add is in words."""

    number: int  # of the reports of this project
    key: str
    name: str
    goal: str
    way: ClosingWay
    outcome: GoalOutcome
    reason: str | None  # of a withdrawal
    measure: ReportMeasure
    starts_on: date
    ends_on: date  # as signed
    ended_on: date
    executives: tuple[str, str]
    leads: tuple[str, str]
    made_on: date
    still_open: tuple[str, ...]  # lines of the checklist
    parts: tuple[ReportPart, ...]


@dataclass(frozen=True)
class Advice:
    """What a closed project's people have said of what did not work, or what they learned: without names."""

    key: str
    name: str
    said: tuple[str, ...]


def judge_outcome(way: ClosingWay, measure: ReportMeasure) -> GoalOutcome:
    """Judges by the measure's last value where neither lead has said what came of the goal (product §12.2)."""
    if way is ClosingWay.WITHDRAWN:
        return GoalOutcome.STOPPED_EARLY
    return GoalOutcome.ACHIEVED if measure_share(measure) == 100 else GoalOutcome.PARTLY


def measure_share(measure: ReportMeasure) -> int | None:
    """Measures how much of the way from start to target was made, in whole percent between 0 and 100."""
    way = measure.target - measure.start
    if measure.last is None or not way:
        return None
    share = (measure.last - measure.start) / way * 100
    return int(min(max(share, Decimal(0)), Decimal(100)))


def read_answers(values: Mapping[str, str | None]) -> dict[str, str]:
    """Reads the three answers of a retrospective, of which two may be empty. Raises: FormErrors."""
    answers = {name: clean_text(values.get(name) or "").strip() for name in QUESTIONS}
    errors = [
        Refusal("error.field.too_long", field=name, limit=MAX_ANSWER)
        for name, text in answers.items()
        if len(text) > MAX_ANSWER
    ]
    if not any(has_visible_text(text) for text in answers.values()):
        errors.append(Refusal("error.field.empty", field=QUESTIONS[0]))
    if errors:
        raise FormErrors(errors)
    return answers
