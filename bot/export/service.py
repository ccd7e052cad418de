"""Gathers what a person may take along of a project, and sends it to them as a file (product §2, §14)."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from bot.card.log_sentences import log_sentence
from bot.export.calendar import CalendarEntry, render_calendar, stable_uid
from bot.export.checkin_times import build_checkin_series
from bot.export.rules import Format, as_csv, as_json
from bot.export.sections import gather_sections
from bot.parsing.folding import fold_text
from bot.people.service import introduce_duet, require_internal
from bot.projects.export_sections import Reader, sections_of
from bot.projects.rules import State
from bot.projects.service import ProjectContext
from bot.runtime.errors import Refusal
from bot.timetable.rules import MilestoneStage
from bot.ui.texts import Mrkdwn, Texts, unescape_text
from storage import audit, people, timetable
from storage.deliveries import enqueue_delivery
from storage.projects import Project
from storage.timetable import Milestone

UPLOAD = "upload"  # delivery kind
MOST_BYTES: Final = 5_000_000  # it waits in the database until it has arrived
WORTH_SENDING: Final = timedelta(days=1)  # whoever still wants it then asks again, for what is so by then
MENTION = re.compile("<@([UW][A-Z0-9]+)>")


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
    for section in sections_of(session):
        if section.name in facts and section.is_log:
            facts[section.name] = [_log_entry_in_words(each, reader.t, names) for each in facts[section.name]]
        if section.name in facts and section.untabular:
            facts[section.name] = [_without(each, section.untabular) for each in facts[section.name]]
    return {name: _name_people(found, names) for name, found in facts.items()}


def _without(row: Mapping[str, Any], columns: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in columns}


def _log_entry_in_words(entry: Mapping[str, Any], t: Texts, names: Mapping[str, str]) -> dict[str, Any]:
    said = log_sentence(t, entry["action"], entry["before"], entry["after"])
    named = MENTION.sub(lambda found: f"@{names.get(found[1], found[1])}", said)
    return {"at": entry["at"], "by": entry["by"], "what": unescape_text(Mrkdwn(named)).replace("*", "")}


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
