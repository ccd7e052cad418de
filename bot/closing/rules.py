"""What a closing report says, and what came of a project's goal (product §12). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from bot.parsing.folding import has_visible_text
from bot.projects.closing_items import ReportPart, ReportWords
from bot.projects.rules import ClosingWay
from bot.runtime.errors import FormErrors, Refusal
from bot.ui.mrkdwn import clean_text
from bot.ui.said_words import is_plain_no

REPORT_AFTER: Final = 5  # working days in closing
CLOSE_AFTER: Final = 10  # working days after the report
ARCHIVE_AFTER_DAYS: Final = 7
LATE_ENTRIES: Final = timedelta(days=90)  # of a closed project's ledger
DECIDED: Final = "closing"  # the kind of the decision to close early
REPORT_KIND: Final = "closing_report"  # of the request to sign it; its subject is the report's number
MAX_ANSWER: Final = 500  # characters, of the retrospective
PART_ORDER: Final = ("timetable", "money", "asks", "trust", "team", "boundary", "retrospective")
QUESTIONS: Final = ("worked", "failed", "learned")  # fields of the form, ends of texts' keys


class GoalOutcome(StrEnum):
    ACHIEVED = "achieved"
    PARTLY = "partly"
    NOT_ACHIEVED = "not_achieved"  # said by people only: `judge_outcome` never says it
    STOPPED_EARLY = "stopped_early"


class Ending(StrEnum):
    """How a project was closed."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"


class QuestionsStage(StrEnum):
    """Whether the three questions of a closing take answers."""

    ASKED = "asked"
    REPORTED = "reported"  # the report is out, to be signed
    REOPENED = "reopened"  # an executive has answered it otherwise than by signing, or has taken it back
    OVER = "over"  # the project is not closing, or not any more


TAKING_ANSWERS: Final = {QuestionsStage.ASKED, QuestionsStage.REOPENED}


class ProposedClosing(BaseModel):
    """What is stored of the proposal to close a project before its end."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)

    reason: str
    name: str  # in the log


class ReportMeasure(ReportWords):
    """The charter's measure; `last` is its last value, if anybody has said it."""

    name: str
    unit: str
    start: Decimal | None  # None: it was not measured
    target: Decimal
    by: date
    last: Decimal | None


class OpenLine(ReportWords):
    """A line of the checklist that was not done when the report was made."""

    text: str
    is_confidential: bool  # money and trust: not in the channel's copy (product §6.4, §12.3)


class Report(ReportWords):
    """The closing report as both executives sign it. People are names, and what features add is in words."""

    number: int  # of the reports of this project
    key: str
    name: str
    goal: str
    way: ClosingWay
    outcome: GoalOutcome | None  # None: nobody has said it, and it cannot be told from the measure
    reason: str | None  # of a withdrawal, or of a decision to close early
    measure: ReportMeasure
    starts_on: date
    ends_on: date  # as signed
    ended_on: date
    executives: tuple[str, str]
    leads: tuple[str, str]
    made_on: date
    still_open: tuple[OpenLine, ...]
    parts: tuple[ReportPart, ...]


@dataclass(frozen=True)
class Advice:
    """What a closed project's people have said of what did not work, or what they learned: without names."""

    key: str
    name: str
    said: tuple[tuple[str, str], ...]  # (`failed` or `learned`, a sentence)


@dataclass(frozen=True)
class Renewal:
    """What a new project's form has of a closed one, and what it has not."""

    key: str
    name: str
    milestones: int  # in the form
    left_out: tuple[str, ...]  # titles of those for which it has no room
    own: tuple[str, ...]  # people whom the actor may take along
    crossed: tuple[str, ...]  # of the actor's side then, who work on the other one now
    others: tuple[str, ...]  # people whom the other side names (product §4.4)


@dataclass(frozen=True)
class AdoptedPeople:
    """Who of the closed project's team is in the new one's, and who is not yet."""

    taken: tuple[str, ...]
    crossed: tuple[str, ...]  # who work on the other side now
    left: tuple[str, ...]


def leave_out_confidential(report: Report) -> Report:
    """Returns what the channel and the team read of it: without money and trust (product §12.3)."""
    return report.model_copy(
        update={
            "still_open": tuple(each for each in report.still_open if not each.is_confidential),
            "parts": tuple(each for each in report.parts if not each.is_confidential),
        }
    )


def judge_outcome(way: ClosingWay, measure: ReportMeasure) -> GoalOutcome | None:
    """Judges by the measure's last value where nobody has said what came of the goal (product §12.2).

    None: it is not assessed. Nothing measured, or no way made, is no part of a goal.
    """
    share = measure_share(measure)
    if way is ClosingWay.WITHDRAWN or (way is ClosingWay.DECISION and share != 100):
        return GoalOutcome.STOPPED_EARLY
    if share == 100:
        return GoalOutcome.ACHIEVED
    return GoalOutcome.PARTLY if share else None


def name_verdict(outcome: GoalOutcome | None) -> str:
    """Names the end of a text's key, and a colour of the printed report."""
    return "unassessed" if outcome is None else outcome.value


def has_outdated_figures(report: Report, now: Report) -> bool:
    """Whether the outcome, the measure or the money is not as the report says it: so nobody signs it."""

    def figures(each: Report) -> tuple[object, ...]:
        return each.outcome, each.measure, [part for part in each.parts if part.name == "money"]

    return figures(report) != figures(now)


def is_same_report(report: Report, now: Report) -> bool:
    """Whether one made now would say nothing else."""
    return report == now.model_copy(update={"number": report.number, "made_on": report.made_on})


def measure_share(measure: ReportMeasure) -> int | None:
    """Measures how much of the way from start to target was made, in whole percent between 0 and 100."""
    if measure.last is None or measure.start is None or measure.start == measure.target:
        return None
    way = measure.target - measure.start
    share = (measure.last - measure.start) / way * 100
    return int(min(max(share, Decimal(0)), Decimal(100)))


def is_target_reached(start: Decimal | None, target: Decimal, last: Decimal, outcome: GoalOutcome | None) -> bool:
    """Whether a measure's last value is its target, or past it as seen from the start.

    From where it was to be reached is not known without a start: then by what people have said of the goal.
    """
    if last == target:
        return True
    if start is None:
        return outcome is GoalOutcome.ACHIEVED
    return (last > target) == (target > start)


def read_answers(values: Mapping[str, str | None]) -> dict[str, str]:
    """Reads the three answers of a retrospective, of which two may be empty.

    Who writes that there is nothing has answered, and there is nothing to tell of it. Raises: FormErrors.
    """
    answers = {name: clean_text(values.get(name) or "").strip() for name in QUESTIONS}
    errors = [
        Refusal("error.field.too_long", field=name, limit=MAX_ANSWER)
        for name, text in answers.items()
        if len(text) > MAX_ANSWER
    ]
    if not any(has_visible_text(text) for text in answers.values()):
        errors.append(Refusal("error.closing.no_answer", field=QUESTIONS[0]))
    if errors:
        raise FormErrors(errors)
    return {name: "" if is_plain_no(text) else text for name, text in answers.items()}


def has_unquoted_answer(values: Mapping[str, str | None]) -> bool:
    """Whether one of the answers says that there is nothing, which the report does not quote."""
    typed = [clean_text(values.get(name) or "") for name in QUESTIONS]
    return any(has_visible_text(text) and is_plain_no(text) for text in typed)
