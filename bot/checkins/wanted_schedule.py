"""A schedule with its questions and whom it asks, as it is stored and as it is wanted."""

from dataclasses import dataclass

from bot.checkins.rules import Question, RespondentGroup, Schedule
from storage.checkins import CheckinSchedule


@dataclass(frozen=True)
class WantedSchedule:
    """A schedule as somebody wants it. `people` are user ids, used where `whom` is people."""

    rule: Schedule
    questions: tuple[Question, ...]
    whom: RespondentGroup = RespondentGroup.TEAM
    people: tuple[str, ...] = ()


def read_stored_schedule(row: CheckinSchedule) -> WantedSchedule:
    """As it is stored."""
    questions = tuple(row.questions)
    return WantedSchedule(row.rule, questions, row.whom, tuple(row.people))
