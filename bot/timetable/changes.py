"""What follows from each change of a milestone: the log, the alerts, whoever shows it."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.happenings import TimetableChanged, announce
from bot.projects.service import note
from bot.timetable import alerts
from storage.projects import Project
from storage.timetable import Milestone


def changed(session: Session, project: Project, milestone: Milestone, now: datetime, *, arms: bool = True) -> None:
    """What waits to be told of it is told as it is now, or not at all."""
    milestone.revision += 1
    milestone.changed_at = now
    session.flush()
    if arms:
        alerts.rearm(session, project, milestone, now=now)
    else:
        alerts.renew(session, project, milestone, now=now)
    alerts.show(session, milestone)
    announce(session, TimetableChanged(project.team_id, now, project.pk))


def noted(
    session: Session,
    project: Project,
    milestone: Milestone,
    what: str,
    actor: str | None,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    facts = {"name": milestone.title, **(after or {})}
    note(session, project, f"milestone.{what}", actor=actor, now=now, before=before, after=facts)
