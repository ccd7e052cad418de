"""Gathers what a person may take along of a project, and sends it to them as a file (product §2, §14)."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from bot.card.log import sentence
from bot.errors import UserError
from bot.export.calendar import Entry, calendar, stable_uid
from bot.export.checkin_times import series_of
from bot.export.rules import Format, as_csv, as_json
from bot.export.sections import Reader, gathered
from bot.people.rules import Actor
from bot.people.service import check_internal, introduce
from bot.projects.rules import State
from bot.projects.service import Dossier, dossier
from bot.texts import Mrkdwn, Texts, unescape
from bot.timetable.rules import Stage
from bot.words import fold
from storage import audit, people, timetable
from storage.deliveries import enqueue
from storage.projects import Project
from storage.timetable import Milestone

UPLOAD = "upload"  # delivery kind
MOST_BYTES: Final = 5_000_000  # it waits in the database until it has arrived
WORTH_SENDING: Final = timedelta(days=1)  # whoever still wants it then asks again, for what is so by then
MENTION = re.compile("<@([UW][A-Z0-9]+)>")
IN_WORDS = frozenset({"log", "milestone_changes"})
UNTABULAR: Mapping[str, Collection[str]] = {
    "check_in_schedule": ("rule",),
    "decisions": ("facts",),
}
"""By section, columns that no table can show."""


@dataclass(eq=False)
class FileTooLarge(UserError):
    """More than Duet keeps in its database until it has arrived."""

    key: str
    text_key = "error.export_too_large"


def exportable(session: Session, *, actor: Actor, project_id: int) -> Dossier:
    """The project, for its members, leads and executives. Raises: NotFound; NotForYou for guests."""
    found = dossier(session, actor=actor, project_id=project_id)
    check_internal(actor)
    return found


def send(session: Session, *, actor: Actor, project_id: int, format_: Format, t: Texts, now: datetime) -> Project:
    """The file, on its way by direct message, in the person's language. Raises: as `exportable`; FileTooLarge."""
    found = exportable(session, actor=actor, project_id=project_id)
    project = found.project
    data = _written(session, actor, found, format_, t, now)
    if len(data.encode()) > MOST_BYTES:
        raise FileTooLarge(project.key)
    here = t("export.here.ics" if format_ is Format.ICS else "export.here", key=project.key, name=project.name)
    content = {
        "name": f"{_stem(project)}.{format_}",
        "title": f"{project.key} {project.name}.{format_}",
        "text": str(here),
        "data": data,
    }
    introduce(session, actor.team_id, actor.user_id)
    enqueue(
        session,
        team_id=actor.team_id,
        lane=f"dm:{actor.user_id}",
        key=f"export:{project.pk}:{actor.user_id}:{format_}:{now.timestamp()}",
        kind=UPLOAD,
        content=content,
        not_after=now + WORTH_SENDING,
        project_id=project.pk,
    )
    return project


def _written(session: Session, actor: Actor, found: Dossier, format_: Format, t: Texts, now: datetime) -> str:
    if format_ is Format.ICS:
        return _calendar(session, found.project, t, now)
    reader = Reader(actor, found, t, now)
    return as_csv(_tables(session, reader)) if format_ is Format.CSV else as_json(_everything(session, reader))


def _everything(session: Session, reader: Reader) -> dict[str, Any]:
    """Whole. People are Slack ids; `people` has their names."""
    facts = gathered(session, reader)
    known = _names(session, reader.found.project.team_id, _ids(facts))
    facts["people"] = [{"person": user_id, "name": name} for user_id, name in sorted(known.items())]
    return facts


def _calendar(session: Session, project: Project, t: Texts, now: datetime) -> str:
    every = timetable.milestones(session, project.team_id, project.pk)
    names = _names(session, project.team_id, (each.owner for each in every))
    changes = audit.count(session, project.team_id, project.pk, ("project", "charter"))
    entries = [_entry(project, each, names, t, changes) for each in every]
    series = series_of(session, project, t, changes=changes)
    return calendar(f"{project.key} {project.name}", entries, now=now, series=series)


def _entry(project: Project, milestone: Milestone, names: dict[str, str], t: Texts, changes: int) -> Entry:
    owner = names.get(milestone.owner or "", unescape(t("boundary.no_owner")))
    stage = t.plain(f"milestone.stage.{milestone.state}") if milestone.state != Stage.DROPPED else ""
    lines = [project.name, owner, t.plain(f"milestone.side.{milestone.side}"), stage]
    return Entry(
        uid=stable_uid("milestone", project.team_id, project.number, project.created_at, milestone.number),
        day=milestone.due,
        summary=f"{project.key}: {milestone.title}",
        description="\n".join(line for line in lines if line),
        sequence=milestone.revision - 1 + changes,
        changed_at=milestone.changed_at,
        is_off=milestone.state == Stage.DROPPED or (milestone.is_open and project.state == State.CANCELLED),
    )


def _tables(session: Session, reader: Reader) -> dict[str, Any]:
    """As people open them in a spreadsheet: with names instead of ids, and the log in words."""
    facts = gathered(session, reader)
    names = _names(session, reader.found.project.team_id, _ids(facts))
    for name in facts.keys() & IN_WORDS:
        facts[name] = [_in_words(each, reader.t, names) for each in facts[name]]
    for name in facts.keys() & UNTABULAR.keys():
        facts[name] = [{k: v for k, v in each.items() if k not in UNTABULAR[name]} for each in facts[name]]
    return {name: _named(found, names) for name, found in facts.items()}


def _in_words(entry: Mapping[str, Any], t: Texts, names: Mapping[str, str]) -> dict[str, Any]:
    said = sentence(t, entry["action"], entry["before"], entry["after"])
    named = MENTION.sub(lambda found: f"@{names.get(found[1], found[1])}", said)
    return {"at": entry["at"], "by": entry["by"], "what": unescape(Mrkdwn(named)).replace("*", "")}


def _named(value: Any, names: Mapping[str, str]) -> Any:
    """The same with the people's names."""
    if isinstance(value, dict):
        return {key: _named(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [_named(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


def _ids(value: Any) -> Iterable[str]:
    """Every text in it: those that are ids of people are looked up."""
    if isinstance(value, dict):
        for each in value.values():
            yield from _ids(each)
    elif isinstance(value, list):
        for each in value:
            yield from _ids(each)
    elif isinstance(value, str) and value[:1] in ("U", "W") and len(value) < 20:
        yield value


def _names(session: Session, team_id: str, user_ids: Iterable[str | None]) -> dict[str, str]:
    wanted = {user_id for user_id in user_ids if user_id is not None}
    return {user_id: row.name for user_id, row in people.known(session, team_id, wanted).items()}


def _stem(project: Project) -> str:
    """`D-12-kto-kupuje-w-piatki`."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in fold(project.name)).split()
    return "-".join([project.key, *words])[:60]
