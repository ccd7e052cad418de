"""Closing a project on its end date, or ten working days after it was withdrawn (product §3.2, §3.3)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.lifecycle.notifications import notify_everybody
from bot.lifecycle.views import ClosingDayMoved, ProjectCloses
from bot.people.service import work_calendar
from bot.projects.rules import ITSELF, RUNNING, WITHDRAWAL_AFTER, ClosingWay
from bot.projects.service import log_event
from bot.runtime.domain_events import (
    CharterAdopted,
    ClosingBegun,
    ProjectActivated,
    ProjectChanged,
    publish_event,
)
from bot.scheduling.workdays import ROUTINE_TIME, after_working_days
from bot.signing.service.close_request import close_project_requests
from storage import charters, projects, timers
from storage.projects import Project
from storage.timers import Timer

RESUME, CLOSE, END = "life.resume", "life.close", "life.end"  # timer kinds


def nine_of_day(project: Project, day: date) -> datetime:
    return datetime.combine(day, ROUTINE_TIME, ZoneInfo(project.zone))


def closing_day_from_now(session: Session, project: Project, *, now: datetime) -> date:
    """The day on which a running project that is withdrawn now enters its closing: its end date at the latest."""
    return min(
        project.day(withdrawal_deadline(session, project, now)),
        charters.load_counting_charter(session, project).ends_on,
    )


def closing_day_of(session: Session, project: Project) -> date | None:
    """The day on which a withdrawn project enters its closing, unless that is taken back."""
    if project.closes_at is None:
        return None
    return min(project.day(project.closes_at), charters.load_counting_charter(session, project).ends_on)


def ends_before(session: Session, project: Project, day: date) -> bool:
    """Whether a running project enters its closing before that day, by its charter or by a withdrawal."""
    ends_on = closing_day_of(session, project) or charters.load_counting_charter(session, project).ends_on
    return ends_on < day


def close_when_due(session: Session, timer: Timer, now: datetime) -> None:
    """The function of two timer kinds: a withdrawal's ten days are over, or the end date is here (§3.2, §3.3)."""
    project = projects.find_project(session, timer.team_id, int(timer.subject))
    if project is None or project.state not in RUNNING:
        return
    if timer.kind == CLOSE and project.closes_at is None:
        return
    way = ClosingWay.END_DATE if project.closes_at is None else ClosingWay.WITHDRAWN  # its end date may come first
    begin_closing(session, project, way, now=now, due=timer)


def begin_closing(
    session: Session, project: Project, way: ClosingWay, *, now: datetime, due: Timer | None = None
) -> None:
    """The project, locked and running, enters its closing; what is asked of both executives is asked no more.

    `due`: the timer by which it does, which its worker ends. Raises: NotInThisState.
    """
    before = project.state
    project.take_step("begin_closing", roles=ITSELF)
    project.paused_until, project.pause_reason, project.paused_at = None, None, None
    for kind in (RESUME, CLOSE, END):
        if due is None or kind != due.kind:
            timers.cancel_timers(session, project.team_id, f"{kind}:{project.pk}")
    close_project_requests(session, team_id=project.team_id, project_id=project.pk, now=now)
    log_event(
        session,
        project,
        "project.closing",
        actor=None,
        now=now,
        before={"state": before},
        after={"state": project.state},
    )
    end = charters.load_counting_charter(session, project).ends_on
    today = project.day(now)  # everybody's last day in the team
    news = ProjectCloses(project_id=project.pk, way=way, began_on=today, planned=end)
    notify_everybody(session, project, news, now=now, everybody=True, until=today)
    publish_event(session, ClosingBegun(project.team_id, now, project.pk, way))
    publish_event(session, ProjectChanged(project.team_id, now, project.pk))


def arm_project_end(session: Session, event: ProjectActivated | CharterAdopted) -> None:
    """The reaction to a charter that governs: on its end date the project enters closing by itself (§3.3)."""
    project = projects.load_project_of(session, event)
    ends_at = nine_of_day(project, charters.load_counting_charter(session, project).ends_on)
    timers.arm_row_timer(session, project, END, project.pk, ends_at)


def notify_of_changed_end(session: Session, event: CharterAdopted) -> None:
    """The reaction to another end date: where a withdrawn project closes on another day by it, everybody reads that
    with the next routine message."""
    project = projects.load_project_of(session, event)
    day = closing_day_of(session, project)
    if day is None or event.former_end is None or project.closes_at is None:
        return
    before = min(project.day(project.closes_at), event.former_end)
    if day != before:
        notify_everybody(
            session,
            project,
            ClosingDayMoved(before=before, closes_on=day),
            now=event.now,
            everybody=True,
            merge=_merge_closing_days,
        )


def _merge_closing_days(earlier: ClosingDayMoved, newer: ClosingDayMoved) -> ClosingDayMoved | None:
    """Two changes of the day as one; None if it is the same again."""
    return None if earlier.before == newer.closes_on else newer.model_copy(update={"before": earlier.before})


def withdrawal_deadline(session: Session, project: Project, now: datetime) -> datetime:
    calendar = work_calendar(session, project.team_id, project.zone)
    return after_working_days(now, WITHDRAWAL_AFTER, zone=project.zone, calendar=calendar)
