"""Gathers what a person may take along of a project, and sends it to them as a file (product §2, §14)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.card.log_sentences import read_log_sentence
from bot.checkins.rules import LAST, Schedule
from bot.checkins.schedule_views import describe_schedule
from bot.checkins.upcoming_days import first_schedule_day, list_skipped_days
from bot.deliveries import post
from bot.deliveries.outcomes import Outcome
from bot.export import views
from bot.export.calendar import CalendarEntry, CalendarSeries, render_calendar, stable_uid
from bot.export.rules import Format, as_csv, as_json
from bot.parsing.folding import fold_text
from bot.people.service import introduce_duet, require_internal
from bot.projects.export_sections import Reader, Row, Section, list_log_rows, reads_log, sections_of
from bot.projects.rules import State
from bot.projects.service import ProjectContext
from bot.runtime.errors import Refusal
from bot.slack.refusals import DeliveryRefusal, refusal_of
from bot.timetable.rules import MilestoneStage
from bot.ui.texts import Mrkdwn, Texts, unescape_text
from storage import audit, checkins, people, projects, timetable
from storage.deliveries import UPLOAD, drop_delivery, enqueue_delivery
from storage.idempotency import void_act
from storage.projects import Project
from storage.timetable import Milestone

MOST_BYTES: Final = 5_000_000  # it waits in the database until it has arrived
WORTH_SENDING: Final = timedelta(days=1)  # whoever still wants it then asks again, for what is so by then
MENTION = re.compile("<@([UW][A-Z0-9]+)>")
SECTIONS: Final = (Section("log", ("audit_log",), list_log_rows, reads_log, is_log=True),)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR")
WHY = {
    "storage_limit_reached": "export.no_room",
    "file_upload_size_restricted": "export.too_large",
    DeliveryRefusal.FORBIDDEN: "export.no_right",
    DeliveryRefusal.GAVE_UP: "export.gave_up",
    DeliveryRefusal.OURS: "export.our_fault",
}
"""Slack's code, or what it means → which text says so; else uploads are restricted."""


def send_export(session: Session, found: ProjectContext, *, format_: Format, t: Texts, now: datetime) -> None:
    """The file, on its way by direct message, in the person's language. Raises: NotForYou for guests;
    Refusal.
    """
    actor, project = found.actor, found.project
    require_internal(actor)
    data = _write_file(session, found, format_, t, now)
    if len(data.encode()) > MOST_BYTES:
        raise Refusal("error.export_too_large", key=project.key)
    here = t("export.here.ics" if format_ is Format.ICS else "export.here", key=project.key, name=project.name)
    content = {
        "name": f"{_file_stem(project)}.{format_}",
        "title": f"{project.key} {project.name}.{format_}",
        "text": str(here),
        "data": data,
    }
    introduce_duet(session, actor.team_id, actor.user_id)
    enqueue_delivery(
        session,
        team_id=actor.team_id,
        lane=f"dm:{actor.user_id}",
        key=f"export:{project.pk}:{actor.user_id}:{format_}:{now.timestamp()}",
        kind=UPLOAD,
        content=content,
        not_after=now + WORTH_SENDING,
        project_id=project.pk,
    )


def _write_file(session: Session, found: ProjectContext, format_: Format, t: Texts, now: datetime) -> str:
    if format_ is Format.ICS:
        return _write_calendar(session, found.project, t, now)
    reader = Reader(found.actor, found, t, now)
    return (
        as_csv(_gather_tables(session, reader))
        if format_ is Format.CSV
        else as_json(_gather_everything(session, reader))
    )


def _gather_everything(session: Session, reader: Reader) -> dict[str, Any]:
    """Whole. People are Slack ids; `people` has their names."""
    facts = gather_sections(session, reader)
    known = _load_names(session, reader.found.project.team_id, _find_person_ids(facts))
    facts["people"] = [{"person": user_id, "name": name} for user_id, name in sorted(known.items())]
    return facts


def _write_calendar(session: Session, project: Project, t: Texts, now: datetime) -> str:
    every = timetable.list_milestones(session, project.team_id, project.pk)
    names = _load_names(session, project.team_id, (each.owner for each in every))
    changes = audit.count_audit_entries(session, project.team_id, project.pk, ("project", "charter"))
    entries = [_calendar_entry(project, each, names, t, changes) for each in every]
    series = build_checkin_series(session, project, t, changes=changes)
    return render_calendar(f"{project.key} {project.name}", entries, now=now, series=series)


def _calendar_entry(
    project: Project, milestone: Milestone, names: dict[str, str], t: Texts, changes: int
) -> CalendarEntry:
    owner = names.get(milestone.owner or "", unescape_text(t("boundary.no_owner")))
    stage = t.plain(f"milestone.stage.{milestone.state}") if milestone.state != MilestoneStage.DROPPED else ""
    lines = [project.name, owner, t.plain(f"milestone.side.{milestone.side}"), stage]
    return CalendarEntry(
        uid=stable_uid("milestone", project.team_id, project.number, project.created_at, milestone.number),
        day=milestone.due,
        summary=f"{project.key}: {milestone.title}",
        description="\n".join(line for line in lines if line),
        sequence=milestone.revision - 1 + changes,
        changed_at=milestone.changed_at,
        is_off=milestone.state == MilestoneStage.DROPPED
        or (milestone.is_open and project.state == State.CANCELLED),
    )


def _gather_tables(session: Session, reader: Reader) -> dict[str, Any]:
    """As people open them in a spreadsheet: with names instead of ids, and the log in words."""
    facts = gather_sections(session, reader)
    names = _load_names(session, reader.found.project.team_id, _find_person_ids(facts))
    for section in (each for each in sections_of(session) if each.name in facts):
        if section.is_log:
            facts[section.name] = list(_read_log_rows(facts[section.name], reader.t, names))
        for name in section.untabular:
            for row in facts[section.name]:
                row.pop(name, None)
    return {name: _name_people(found, names) for name, found in facts.items()}


def _read_log_rows(entries: Iterable[Row], t: Texts, names: Mapping[str, str]) -> Iterator[Row]:
    """The log in words; without what another version of Duet has written."""
    for entry in entries:
        said = read_log_sentence(t, entry["action"], entry["before"], entry["after"])
        if said is not None:
            named = MENTION.sub(lambda found: f"@{names.get(found[1], found[1])}", said)
            yield {"at": entry["at"], "by": entry["by"], "what": unescape_text(Mrkdwn(named)).replace("*", "")}


def _name_people(value: Any, names: Mapping[str, str]) -> Any:
    """The same with the people's names."""
    if isinstance(value, dict):
        return {key: _name_people(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [_name_people(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


def _find_person_ids(value: Any) -> Iterable[str]:
    """Every text in it: those that are ids of people are looked up."""
    if isinstance(value, dict):
        for each in value.values():
            yield from _find_person_ids(each)
    elif isinstance(value, list):
        for each in value:
            yield from _find_person_ids(each)
    elif isinstance(value, str) and value[:1] in ("U", "W") and len(value) < 20:
        yield value


def _load_names(session: Session, team_id: str, user_ids: Iterable[str | None]) -> dict[str, str]:
    wanted = {user_id for user_id in user_ids if user_id is not None}
    return {user_id: row.name for user_id, row in people.find_people(session, team_id, wanted).items()}


def _file_stem(project: Project) -> str:
    """`D-12-kto-kupuje-w-piatki`."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in fold_text(project.name)).split()
    return "-".join([project.key, *words])[:60]


def gather_sections(session: Session, reader: Reader) -> dict[str, Any]:
    """By section, what the reader may have. People are Slack ids."""
    return {each.name: each.rows(session, reader) for each in sections_of(session) if each.may(session, reader)}


def build_checkin_series(session: Session, project: Project, t: Texts, *, changes: int) -> list[CalendarSeries]:
    """One series, from its first day to the project's end; cancelled while check-ins are paused. None: no days.

    `changes`: of the project, so far.
    """
    row = checkins.find_schedule(session, project.team_id, project.pk)
    if row is None:
        return []
    rule = row.rule
    first = first_schedule_day(session, project, rule)
    if first is None:
        return []
    charter = projects.load_counting_charter(session, project)
    zone = ZoneInfo(t.zone if rule.own_zone else project.zone)
    last = datetime.combine(charter.ends_on, time(23, 59), zone)
    return [
        CalendarSeries(
            uid=stable_uid("check-ins", project.team_id, project.number, project.created_at),
            first=datetime.combine(first, rule.at, zone),
            rule=_recurrence_rule(rule, last),
            skipped=[
                datetime.combine(day, rule.at, zone)
                for day in list_skipped_days(session, project, rule, since=first, until=charter.ends_on)
            ],
            summary=f"{project.key}: {t.plain('checkin.one')}",
            description=f"{project.name}\n{unescape_text(describe_schedule(t, rule, project.zone))}",
            sequence=row.version - 1 + changes,
            is_off=row.paused is not None or project.state != State.ACTIVE,
        )
    ]


def _recurrence_rule(rule: Schedule, last: datetime) -> dict[str, object]:
    days = [WEEKDAYS[number] for number in sorted(rule.weekdays)]
    until = {"UNTIL": [last.astimezone(ZoneInfo("UTC"))]}
    if rule.nth is None:
        return {"FREQ": ["WEEKLY"], "INTERVAL": [rule.every_weeks], "BYDAY": days, "WKST": ["MO"], **until}
    which = -1 if rule.nth == LAST else rule.nth
    return {"FREQ": ["MONTHLY"], "BYDAY": [f"{which}{day}" for day in days], **until}


def tell_of_export_refusal(session: Session, outcome: Outcome) -> None:
    """The reaction to every refusal: the file is not sent later by itself, since it would be an old one."""
    project = None
    if outcome.project_id is not None:
        project = projects.find_project(session, outcome.team_id, outcome.project_id)
    asked_by, error = outcome.lane.partition(":")[2], outcome.error or ""
    meaning = refusal_of(error) if outcome.reference is None else DeliveryRefusal.OURS
    drop_delivery(session, team_id=outcome.team_id, key=outcome.key)
    void_act(session, outcome.team_id, asked_by, since=outcome.now)
    post.to_person(
        session,
        outcome,
        asked_by,
        key=f"refused:{outcome.key}",
        message=partial(
            views.render_export_refusal,
            project=None if project is None else (project.key, project.name),
            why=WHY.get(error) or WHY.get(meaning) or "export.not_allowed",
            reference=outcome.reference or "",
        ),
    )
