"""When a project resumes or closes by itself."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.scheduling.workdays import ROUTINE_TIME
from storage import timers
from storage.projects import Project

RESUME, CLOSE, END = "life.resume", "life.close", "life.end"  # timer kinds


def arm_project_timer(session: Session, project: Project, kind: str, due_at: datetime) -> None:
    timers.arm_row_timer(session, project, kind, project.pk, due_at)


def nine_of_day(project: Project, day: date) -> datetime:
    return datetime.combine(day, ROUTINE_TIME, ZoneInfo(project.zone))
