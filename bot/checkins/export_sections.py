"""Check-ins, blockers and measured values in the project's files."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Final

from sqlmodel import Session

from bot.checkins.answer_views import format_answer, question_text
from bot.checkins.respondents import list_eligible_respondents
from bot.checkins.rules import Question, QuestionKind, RespondentGroup, Schedule
from bot.projects.export_sections import (
    PROGRAMS_ONLY,
    CodeTexts,
    ColumnMark,
    FileRow,
    MaybePersonId,
    PersonId,
    Reader,
    Section,
    Sheet,
)
from bot.projects.rules import Side
from storage import checkins
from storage.blockers import Blocker
from storage.checkin_prompts import CheckinPrompt, PromptState
from storage.checkins import CheckinRound, MeasureValue, Pause
from storage.statements import list_rows_of_project


class ScheduleRow(FileRow):
    """When and what is asked; a question without a `text` is one of Duet's own."""

    rule: Schedule
    questions: tuple[Question, ...]
    whom: RespondentGroup
    people: Annotated[tuple[str, ...], ColumnMark.PERSON]
    next_on: date | None
    paused: Pause | None


class RoundRow(FileRow):
    round: int
    day: date
    opened_at: datetime | None
    ended_at: datetime | None
    posted_at: datetime | None


class CheckinRow(FileRow):
    """Who has answered what; who has not is told to that side's lead only (product §8.6)."""

    round: int
    day: date
    person: PersonId
    side: Annotated[Side, CodeTexts("side")]


class AnswerRow(CheckinRow):
    question: str
    kind: QuestionKind
    answer: str
    at: datetime | None
    is_late: bool
    edited_at: datetime | None


class AnswerLine(CheckinRow):
    """The same in the reader's words."""

    question: str
    answer: str
    at: datetime | None
    is_late: bool


class BlockerRow(FileRow):
    number: int
    text: str
    link: Annotated[str | None, PROGRAMS_ONLY]
    author: PersonId
    owner: PersonId
    side: Annotated[Side, CodeTexts("side")]
    since: datetime
    resolved_at: datetime | None
    resolved_by: MaybePersonId


class MeasureValueRow(FileRow):
    month: str
    value: Decimal
    by: PersonId
    at: datetime


def _reads_answers(session: Session, reader: Reader) -> bool:
    """Answers are for the team, also when it has returned; whoever only drafted the project has no part in it."""
    project = reader.found.project
    if reader.found.may_only_read:
        return True
    return reader.actor.user_id in list_eligible_respondents(session, project, project.day(reader.now))


def list_schedule_rows(session: Session, reader: Reader) -> list[ScheduleRow]:
    row = checkins.find_schedule(session, *reader.place)
    if row is None:
        return []
    return [
        ScheduleRow(
            rule=row.rule,
            questions=tuple(row.questions),
            whom=row.whom,
            people=tuple(row.people),
            next_on=row.next_on,
            paused=row.paused,
        )
    ]


def list_round_rows(session: Session, reader: Reader) -> list[RoundRow]:
    return [
        RoundRow(
            round=each.number,
            day=each.day,
            opened_at=each.opened_at,
            ended_at=each.ended_at,
            posted_at=each.posted_at,
        )
        for each in list_rows_of_project(session, CheckinRound, *reader.place)
    ]


def _iterate_answers(
    session: Session, reader: Reader
) -> Iterator[tuple[CheckinRound, CheckinPrompt, Question, str]]:
    rounds = {each.pk: each for each in list_rows_of_project(session, CheckinRound, *reader.place)}
    for prompt in list_rows_of_project(session, CheckinPrompt, *reader.place):
        if prompt.state is not PromptState.ANSWERED or prompt.only_measure:
            continue
        asked, given = rounds[prompt.round_id], prompt.answer or {}
        for question in asked.questions:
            if question.id in given:
                yield asked, prompt, question, given[question.id]


def list_answer_rows(session: Session, reader: Reader) -> list[AnswerRow]:
    return [
        AnswerRow(
            round=asked.number,
            day=asked.day,
            person=prompt.user_id,
            side=prompt.side,
            question=question_text(reader.t, question),
            kind=question.kind,
            answer=answer,
            at=prompt.answered_at,
            is_late=prompt.is_late,
            edited_at=prompt.edited_at,
        )
        for asked, prompt, question, answer in _iterate_answers(session, reader)
    ]


def list_answer_lines(session: Session, reader: Reader) -> list[AnswerLine]:
    return [
        AnswerLine(
            round=asked.number,
            day=asked.day,
            person=prompt.user_id,
            side=prompt.side,
            question=question_text(reader.t, question),
            answer=format_answer(reader.t, question, answer),
            at=prompt.answered_at,
            is_late=prompt.is_late,
        )
        for asked, prompt, question, answer in _iterate_answers(session, reader)
    ]


def list_blocker_rows(session: Session, reader: Reader) -> list[BlockerRow]:
    blockers = list_rows_of_project(session, Blocker, *reader.place)
    return [BlockerRow(**{name: getattr(each, name) for name in BlockerRow.model_fields}) for each in blockers]


def list_measure_value_rows(session: Session, reader: Reader) -> list[MeasureValueRow]:
    return [
        MeasureValueRow(month=each.month, value=each.value, by=each.reported_by, at=each.reported_at)
        for each in list_rows_of_project(session, MeasureValue, *reader.place)
    ]


SECTIONS: Final = (
    Section("check_in_schedule", ("checkin_schedules",), ScheduleRow, list_schedule_rows, is_single=True),
    Section("check_ins", ("checkin_rounds",), RoundRow, list_round_rows),
    Section("answers", ("checkin_prompts",), AnswerRow, list_answer_rows, _reads_answers),
    Section("blockers", ("blockers",), BlockerRow, list_blocker_rows, _reads_answers, sheet="blockers"),
    Section(
        "measure_values",
        ("measure_values",),
        MeasureValueRow,
        list_measure_value_rows,
        _reads_answers,
        sheet="measure",
    ),
)
SHEETS: Final = (Sheet("checkins", AnswerLine, list_answer_lines, _reads_answers),)
