"""Gathers what a person may take along of a project, and sends it to them as a file (product §2, §14)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.charter.facts import values_of
from bot.charter.service import signatures_of
from bot.export.calendar import Entry, calendar
from bot.export.checkin_times import series_of
from bot.export.rules import Format, as_csv, as_json
from bot.people.rules import Actor
from bot.people.service import NotForYou, introduce
from bot.projects.rules import may_read_log
from bot.projects.service import Dossier, dossier
from bot.texts import Texts, unescape
from bot.timetable.rules import Stage
from bot.words import fold
from storage import audit, people, register, team, timetable
from storage.deliveries import enqueue
from storage.projects import Project
from storage.timetable import Milestone

UPLOAD = "upload"  # delivery kind
MOST_LOGGED = 5_000


def send(session: Session, *, actor: Actor, project_id: int, format_: Format, t: Texts, now: datetime) -> Project:
    """The file, on its way by direct message, in the person's language. Raises: NotFound; NotForYou for guests."""
    found = dossier(session, actor=actor, project_id=project_id)
    if not actor.is_internal:
        raise NotForYou
    project = found.project
    content = {
        "name": f"{_stem(project)}.{format_}",
        "title": f"{project.key} {project.name}.{format_}",
        "text": str(t("export.here", key=project.key, name=project.name)),
        "data": _written(session, found, format_, t, now),
    }
    introduce(session, actor.team_id, actor.user_id)
    enqueue(
        session,
        team_id=actor.team_id,
        lane=f"dm:{actor.user_id}",
        key=f"export:{project.pk}:{actor.user_id}:{format_}:{now.timestamp()}",
        kind=UPLOAD,
        content=content,
        project_id=project.pk,
    )
    return project


def _written(session: Session, found: Dossier, format_: Format, t: Texts, now: datetime) -> str:
    if format_ is Format.ICS:
        return _calendar(session, found.project, t, now)
    facts = _facts(session, found)
    return as_csv(facts) if format_ is Format.CSV else as_json(facts)


def _calendar(session: Session, project: Project, t: Texts, now: datetime) -> str:
    every = timetable.milestones(session, project.team_id, project.pk)
    names = _names(session, project.team_id, (each.owner for each in every))
    entries = [_entry(project, each, names, t) for each in every]
    series = series_of(session, project, t, now=now)
    return calendar(f"{project.key} {project.name}", entries, now=now, series=series)


def _entry(project: Project, milestone: Milestone, names: dict[str, str], t: Texts) -> Entry:
    owner = names.get(milestone.owner or "", unescape(t("boundary.no_owner")))
    stage = t.plain(f"milestone.stage.{milestone.state}") if milestone.state != Stage.DROPPED else ""
    lines = [project.name, owner, t.plain(f"milestone.side.{milestone.side}"), stage]
    return Entry(
        uid=f"milestone-{milestone.pk}@{project.team_id.lower()}.duet",
        day=milestone.due,
        summary=f"{project.key}: {milestone.title}",
        description="\n".join(line for line in lines if line),
        sequence=milestone.revision - 1,
        changed_at=milestone.changed_at,
        is_dropped=milestone.state == Stage.DROPPED,
    )


def _facts(session: Session, found: Dossier) -> dict[str, Any]:
    """Whole, by section. People are Slack ids; `people` has their names."""
    project, charter, team_id = found.project, found.charter, found.project.team_id
    facts: dict[str, Any] = {
        "project": {
            "key": project.key,
            "state": project.state,
            "created_at": project.created_at.isoformat(),
            "activated_at": None if project.activated_at is None else project.activated_at.isoformat(),
            "charter_version": charter.version,
        },
        "charter": values_of(project, charter),
        "signatures": [
            {"side": side, "by": given.user_id, "for": given.for_user_id, "at": given.at.isoformat()}
            for side, given in sorted(signatures_of(session, project, charter).items())
        ],
        "members": [
            {
                "person": each.user_id,
                "side": each.side,
                "home_post": each.home_post,
                "from": each.starts_on.isoformat(),
                "until": each.ends_on.isoformat(),
            }
            for each in team.members(session, team_id, project.pk)
        ],
        "register": [
            {"kind": each.kind, "name": each.name, "owner": each.owner, "stand_in": each.stand_in}
            for each in register.assets_of_project(session, team_id, project.pk)
        ],
        "milestones": [_milestone(each) for each in timetable.milestones(session, team_id, project.pk)],
    }
    if may_read_log(found.roles):
        facts["log"] = _log(session, project)
    known = _names(session, team_id, _ids(facts))
    facts["people"] = [{"person": user_id, "name": name} for user_id, name in sorted(known.items())]
    return facts


def _milestone(each: Milestone) -> dict[str, Any]:
    return {
        "number": each.number,
        "title": each.title,
        "owner": each.owner,
        "side": each.side,
        "state": each.state,
        "signed_due": each.signed_due.isoformat(),
        "due": each.due.isoformat(),
        "done_on": None if each.done_on is None else each.done_on.isoformat(),
    }


def _log(session: Session, project: Project) -> list[dict[str, Any]]:
    entries = audit.entries(session, project.team_id, project.pk, limit=MOST_LOGGED)
    return [
        {
            "at": each.at.isoformat(),
            "by": each.actor,
            "action": each.action,
            "before": each.before,
            "after": each.after,
        }
        for each in entries
    ]


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
