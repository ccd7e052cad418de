"""What follows from each change of a milestone: the log, the alerts, whoever shows it."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.projects.service import log_event
from bot.runtime.domain_events import TimetableChanged, publish_event
from bot.timetable import alerts
from storage.projects import Project
from storage.timetable import Milestone


def announce_milestone_change(
    session: Session, project: Project, milestone: Milestone, now: datetime, *, arms: bool = True
) -> None:
    """What waits to be told of it is told as it is now, or not at all."""
    milestone.revision += 1
    milestone.changed_at = now
    session.flush()
    if arms:
        alerts.rearm_alert(session, project, milestone, now=now)
    else:
        alerts.refresh_waiting_alert(session, project, milestone, now=now)
    alerts.refresh_posted_alerts(session, milestone)
    publish_event(session, TimetableChanged(project.team_id, now, project.pk))


def record_milestone_change(
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
    log_event(session, project, f"milestone.{what}", actor=actor, now=now, before=before, after=facts)
