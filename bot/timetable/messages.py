"""Who is told of a change in the timetable: the channel with its routine message, the owner by direct message."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.charter.announcements import notify_leads
from bot.notices import notify_person, notify_project
from bot.projects.rules import State
from storage import notices, people
from storage.projects import Project
from storage.timetable import Milestone

NEWS, YOURS, NEEDS_OWNER = "timetable.news", "timetable.yours", "timetable.needs_owner"  # notice kinds


def told(
    session: Session,
    project: Project,
    milestone: Milestone,
    what: str,
    *,
    by: str,
    now: datetime,
    more: Mapping[str, Any] | None = None,
) -> None:
    """The team; while a charter is being signed, the leads. Whoever did it is named, not mentioned (§2.6)."""
    found = people.person(session, project.team_id, by)
    facts = _facts(project, milestone, what) | {"by": "" if found is None else found.name, **(more or {})}
    subject = f"{milestone.pk}:{what}"
    if project.governing_version is None or project.channel_id is None:
        if project.state != State.DRAFT:
            notify_leads(session, project, NEWS, facts, besides={by}, now=now, subject=subject)
        return
    notify_project(
        session,
        team_id=project.team_id,
        project_id=project.pk,
        kind=NEWS,
        facts=facts,
        now=now,
        subject=subject,
    )


def yours(
    session: Session,
    project: Project,
    milestone: Milestone,
    what: str,
    *,
    by: str,
    now: datetime,
    reader: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Its owner, if somebody else did it."""
    reader = reader or milestone.owner
    if reader is None or reader == by or (what == "taken" and reader == milestone.owner):
        return
    notify_person(
        session,
        team_id=project.team_id,
        user_id=reader,
        kind=YOURS,
        facts=_facts(project, milestone, what) | {"by": by, **(more or {})},
        project_id=project.pk,
        now=now,
        subject=f"{milestone.pk}:{what}",
    )


def ask_for_owner(
    session: Session, project: Project, milestone: Milestone, *, before: str | None, now: datetime
) -> None:
    facts = _facts(project, milestone, "needs_owner") | {"milestone": milestone.pk}
    subject = f"{milestone.pk}:needs_owner"
    leaver = () if before is None else (before,)
    notify_leads(session, project, NEEDS_OWNER, facts, besides=leaver, now=now, subject=subject)


def forget(session: Session, milestone: Milestone, *what: str) -> int:
    """What waits to be told of it and is no longer so. Returns how much there was."""
    return sum(
        notices.withdraw(session, milestone.team_id, kind, f"{milestone.pk}:{each}")
        for kind in (NEWS, YOURS)
        for each in what
    )


def _facts(project: Project, milestone: Milestone, what: str) -> dict[str, Any]:
    return {
        "what": what,
        "key": project.key,
        "project": project.name,
        "name": milestone.title,
        "due": milestone.due.isoformat(),
        "owner": milestone.owner,
    }
