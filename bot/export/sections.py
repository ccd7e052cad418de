"""What a project's file has, section by section, each for whom it is theirs to read (product §14)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import Session

from bot.charter.service import load_charter_signatures
from bot.charter.snapshots import charter_values
from bot.checkins.respondents import list_eligible_respondents
from bot.checkins.rules import Question, Schedule
from bot.checkins.schedule_views import describe_schedule
from bot.checkins.summary_views import question_text
from bot.parsing.money import decimal_amount
from bot.people.rules import Actor
from bot.projects.rules import may_read_log
from bot.projects.service import Dossier
from bot.ui.texts import Texts, unescape_text
from storage import audit, checkins, register, signing
from storage.checkins import Blocker, CheckinPrompt, CheckinRound, MeasureValue
from storage.export import list_rows_of_project
from storage.projects import CharterVersion
from storage.signing import Decision, Succession
from storage.team import Member
from storage.timetable import Milestone

MOST_LOGGED: Final = 5_000

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Reader:
    """Whoever takes the file along, and what of the project they see."""

    actor: Actor
    found: Dossier
    t: Texts
    now: datetime

    @property
    def place(self) -> tuple[str, int]:
        return self.found.project.team_id, self.found.project.pk


@dataclass(frozen=True)
class Section:
    name: str
    tables: tuple[str, ...]
    rows: Callable[[Session, Reader], Sequence[Row] | Row]
    may: Callable[[Session, Reader], bool] = lambda session, reader: True


LEFT_OUT: Final = {
    "notices": "what waits to be told, and was, says what stands in the other sections",
    "deliveries": "messages in Slack: they stay there",
    "timers": "what comes due follows from the other sections",
}
"""Tables of a project that are in no section, and why."""


def _may_read_log(session: Session, reader: Reader) -> bool:
    return may_read_log(reader.found.roles)


def _may_read_answers(session: Session, reader: Reader) -> bool:
    """Answers are for the team; whoever only drafted the project has no part in it."""
    project = reader.found.project
    return reader.actor.user_id in list_eligible_respondents(session, project, project.day(reader.now))


def _project_row(session: Session, reader: Reader) -> Row:
    project = reader.found.project
    return {
        "key": project.key,
        "state": project.state,
        "public": project.is_public,
        "channel": project.channel_id,
        "created_by": project.created_by,
        "created_at": _format_moment(project.created_at),
        "activated_at": _format_moment(project.activated_at),
        "charter_version": reader.found.charter.version,
        "paused_since": _format_moment(project.paused_at),
        "paused_until": _format_day(project.paused_until),
        "pause_reason": project.pause_reason,
        "withdrawn_by": project.withdrawn_by,
        "withdrawal_reason": project.withdrawal_reason,
        "closes_at": _format_moment(project.closes_at),
    }


def _charter_row(reader: Reader, version: CharterVersion) -> Row:
    values = charter_values(reader.found.project, version)
    minor, currency = values.pop("budget")
    return {**values, "budget": decimal_amount(minor, currency), "currency": currency}


def _charter_version_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "version": each.version,
            "by": each.created_by,
            "at": _format_moment(each.created_at),
            **_signed_charter_row(reader, each),
        }
        for each in list_rows_of_project(session, CharterVersion, *reader.place)
    ]


def _signed_charter_row(reader: Reader, version: CharterVersion) -> Row:
    """What a version holds; name, leads, language and zone have none."""
    unsigned = ("name", "lead_it", "lead_marketing", "language", "zone")
    return {name: value for name, value in _charter_row(reader, version).items() if name not in unsigned}


def _signature_rows(session: Session, reader: Reader) -> list[Row]:
    project = reader.found.project
    return [
        {
            "version": version.version,
            "side": side,
            "by": given.user_id,
            "for": given.for_user_id,
            "at": _format_moment(given.at),
        }
        for version in list_rows_of_project(session, CharterVersion, *reader.place)
        for side, given in sorted(load_charter_signatures(session, project, version).items())
    ]


def _decision_rows(session: Session, reader: Reader) -> list[Row]:
    team_id, project_id = reader.place
    rows: list[Row] = []
    for each in list_rows_of_project(session, Decision, team_id, project_id):
        kind = f"decision:{each.kind}:{each.pk}"
        asked = signing.find_latest_request(session, team_id, project_id, kind, each.pk)
        signed = signing.load_signatures(session, team_id, project_id, kind, each.pk)
        rows.append(
            {
                "kind": each.kind,
                "facts": each.facts,
                "by": each.opened_by,
                "at": _format_moment(each.opened_at),
                "state": None if asked is None else asked.state,
                "signed_by": [given.user_id for _, given in sorted(signed.items())],
            }
        )
    return rows


def _succession_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "side": each.side,
            "left": each.left_user_id,
            "vacant_at": _format_moment(each.vacant_at),
            "successor": each.successor,
            "named_by": each.named_by,
            "settled_at": _format_moment(each.settled_at),
        }
        for each in list_rows_of_project(session, Succession, *reader.place)
    ]


def _member_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "person": each.user_id,
            "side": each.side,
            "home_post": each.home_post,
            "from": _format_day(each.starts_on),
            "until": _format_day(each.ends_on),
            "left_at": _format_moment(each.left_at),
        }
        for each in list_rows_of_project(session, Member, *reader.place)
    ]


def _asset_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "kind": each.kind,
            "name": each.name,
            "description": each.description,
            "owner": each.owner,
            "stand_in": each.stand_in,
            "across_until": _format_day(each.across_until),
            "returns_to": each.returns_to,
        }
        for each in register.list_assets_of_project(session, *reader.place)
    ]


def _milestone_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "number": each.number,
            "title": each.title,
            "owner": each.owner,
            "side": each.side,
            "state": each.state,
            "signed_due": _format_day(each.signed_due),
            "due": _format_day(each.due),
            "done_on": _format_day(each.done_on),
            "revision": each.revision,
            "changed_at": _format_moment(each.changed_at),
        }
        for each in sorted(
            list_rows_of_project(session, Milestone, *reader.place), key=lambda each: (each.due, each.number)
        )
    ]


def _milestone_change_rows(session: Session, reader: Reader) -> list[Row]:
    """What everybody of the project has read of, old → new (product §4.4)."""
    return [each for each in _log_rows(session, reader) if each["action"].startswith("milestone.")]


def _schedule_rows(session: Session, reader: Reader) -> list[Row]:
    row = checkins.find_schedule(session, *reader.place)
    if row is None:
        return []
    when = describe_schedule(reader.t, Schedule.from_json(row.rule), reader.found.project.zone)
    questions = [question_text(reader.t, Question.from_json(each)) for each in row.questions]
    return [
        {
            "when": unescape_text(when),
            "questions": questions,
            "whom": row.whom,
            "people": row.people,
            "next_on": _format_day(row.next_on),
            "paused": row.paused,
            "rule": row.rule,
        }
    ]


def _round_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "round": each.number,
            "day": _format_day(each.day),
            "opened_at": _format_moment(each.opened_at),
            "ended_at": _format_moment(each.ended_at),
            "posted_at": _format_moment(each.posted_at),
        }
        for each in list_rows_of_project(session, CheckinRound, *reader.place)
    ]


def _answer_rows(session: Session, reader: Reader) -> list[Row]:
    """Of those who have answered: who has not is told to that side's lead only (product §8.6)."""
    return list(_iterate_answer_rows(session, reader))


def _iterate_answer_rows(session: Session, reader: Reader) -> Iterator[Row]:
    rounds = {each.pk: each for each in list_rows_of_project(session, CheckinRound, *reader.place)}
    for prompt in list_rows_of_project(session, CheckinPrompt, *reader.place):
        if prompt.state != "answered" or prompt.only_measure:
            continue
        asked = rounds[prompt.round_id]
        for question in map(Question.from_json, asked.questions):
            if question.id in (prompt.answer or {}):
                yield {
                    "round": asked.number,
                    "day": _format_day(asked.day),
                    "person": prompt.user_id,
                    "side": prompt.side,
                    "question": question_text(reader.t, question),
                    "answer": (prompt.answer or {})[question.id],
                    "at": _format_moment(prompt.answered_at),
                    "late": prompt.is_late,
                    "edited_at": _format_moment(prompt.edited_at),
                }


def _blocker_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "text": each.text,
            "owner": each.owner,
            "side": each.side,
            "since": _format_moment(each.since),
            "resolved_at": _format_moment(each.resolved_at),
            "resolved_by": each.resolved_by,
        }
        for each in list_rows_of_project(session, Blocker, *reader.place)
    ]


def _measure_value_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {"month": each.month, "value": each.value, "by": each.reported_by, "at": _format_moment(each.reported_at)}
        for each in list_rows_of_project(session, MeasureValue, *reader.place)
    ]


def _log_rows(session: Session, reader: Reader) -> list[Row]:
    return [
        {
            "at": _format_moment(each.at),
            "by": each.actor,
            "action": each.action,
            "before": each.before,
            "after": each.after,
        }
        for each in audit.list_audit_entries(session, *reader.place, limit=MOST_LOGGED)
    ]


SECTIONS: Final = (
    Section("project", ("projects",), _project_row),
    Section("charter", ("charter_versions",), lambda session, reader: _charter_row(reader, reader.found.charter)),
    Section("charter_versions", ("charter_versions",), _charter_version_rows),
    Section("signatures", ("signing_requests",), _signature_rows),
    Section("decisions", ("decisions",), _decision_rows, _may_read_log),
    Section("successions", ("successions",), _succession_rows, _may_read_log),
    Section("members", ("members",), _member_rows),
    Section("register", ("asset_links",), _asset_rows),
    Section("milestones", ("milestones",), _milestone_rows),
    Section("milestone_changes", ("audit_log",), _milestone_change_rows),
    Section("check_in_schedule", ("checkin_schedules",), _schedule_rows),
    Section("check_ins", ("checkin_rounds",), _round_rows),
    Section("answers", ("checkin_prompts",), _answer_rows, _may_read_answers),
    Section("blockers", ("blockers",), _blocker_rows, _may_read_answers),
    Section("measure_values", ("measure_values",), _measure_value_rows, _may_read_answers),
    Section("log", ("audit_log",), _log_rows, _may_read_log),
)


def gather_sections(session: Session, reader: Reader) -> dict[str, Any]:
    """By section, what the reader may have. People are Slack ids."""
    return {each.name: each.rows(session, reader) for each in SECTIONS if each.may(session, reader)}


def _format_day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _format_moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
