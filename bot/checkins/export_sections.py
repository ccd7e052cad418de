"""Check-ins, blockers and measured values in the project's file."""

from typing import Final

from pydantic import TypeAdapter
from sqlmodel import Session

from bot.checkins.answer_views import question_text
from bot.checkins.respondents import list_eligible_respondents
from bot.checkins.rules import Schedule
from bot.checkins.schedule_views import describe_schedule
from bot.projects.export_sections import Reader, Row, Section, format_day, format_moment
from bot.ui.texts import unescape_text
from storage import checkins
from storage.checkins import Blocker, CheckinPrompt, CheckinRound, MeasureValue, PromptState
from storage.statements import list_rows_of_project


def _reads_answers(session: Session, reader: Reader) -> bool:
    """Answers are for the team; whoever only drafted the project has no part in it."""
    project = reader.found.project
    return reader.actor.user_id in list_eligible_respondents(session, project, project.day(reader.now))


def list_schedule_rows(session: Session, reader: Reader) -> list[Row]:
    row = checkins.find_schedule(session, *reader.place)
    if row is None:
        return []
    when = describe_schedule(reader.t, row.rule, reader.found.project.zone)
    questions = [question_text(reader.t, each) for each in row.questions]
    return [
        {
            "when": unescape_text(when),
            "questions": questions,
            "whom": row.whom,
            "people": row.people,
            "next_on": format_day(row.next_on),
            "paused": row.paused,
            "rule": TypeAdapter(Schedule).dump_python(row.rule, mode="json"),
        }
    ]


def list_round_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "round": each.number,
            "day": format_day(each.day),
            "opened_at": format_moment(each.opened_at),
            "ended_at": format_moment(each.ended_at),
            "posted_at": format_moment(each.posted_at),
        }
        for each in list_rows_of_project(session, CheckinRound, *reader.place)
    ]


def list_answer_rows(session: Session, reader: Reader) -> list[Row]:
    """Of those who have answered: who has not is told to that side's lead only (product §8.6)."""
    rows: list[Row] = []
    rounds = {each.pk: each for each in list_rows_of_project(session, CheckinRound, *reader.place)}
    for prompt in list_rows_of_project(session, CheckinPrompt, *reader.place):
        if prompt.state is not PromptState.ANSWERED or prompt.only_measure:
            continue
        asked = rounds[prompt.round_id]
        for question in asked.questions:
            if question.id in (prompt.answer or {}):
                row = {
                    "round": asked.number,
                    "day": format_day(asked.day),
                    "person": prompt.user_id,
                    "side": prompt.side,
                    "question": question_text(reader.t, question),
                    "answer": (prompt.answer or {})[question.id],
                    "at": format_moment(prompt.answered_at),
                    "late": prompt.is_late,
                    "edited_at": format_moment(prompt.edited_at),
                }
                rows.append(row)
    return rows


def list_blocker_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "number": each.number,
            "text": each.text,
            "link": each.link,
            "author": each.author,
            "owner": each.owner,
            "side": each.side,
            "since": format_moment(each.since),
            "resolved_at": format_moment(each.resolved_at),
            "resolved_by": each.resolved_by,
        }
        for each in list_rows_of_project(session, Blocker, *reader.place)
    ]


def list_measure_value_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {"month": each.month, "value": each.value, "by": each.reported_by, "at": format_moment(each.reported_at)}
        for each in list_rows_of_project(session, MeasureValue, *reader.place)
    ]


SECTIONS: Final = (
    Section("check_in_schedule", ("checkin_schedules",), list_schedule_rows, untabular=("rule",)),
    Section("check_ins", ("checkin_rounds",), list_round_rows),
    Section("answers", ("checkin_prompts",), list_answer_rows, _reads_answers),
    Section("blockers", ("blockers",), list_blocker_rows, _reads_answers),
    Section("measure_values", ("measure_values",), list_measure_value_rows, _reads_answers),
)
