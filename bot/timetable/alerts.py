"""When the channel hears of a milestone: one timer each, decided shortly before nine (product §9.1, §9.3).

Decided five minutes early, all alerts of a morning are there when that morning's one message is written.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.charter.announcements import notify_leads
from bot.digests.queue import notify_project
from bot.digests.sending import retell
from bot.people.service import work_calendar
from bot.projects.rules import State
from bot.timetable.rules import next_alert, next_alert_after
from bot.workdays import ROUTINE_TIME, is_quiet
from bot.zones import local_day
from storage import notices, projects, timers, timetable
from storage.notices import Notice
from storage.projects import Project
from storage.timers import Timer
from storage.timetable import Milestone

ALERT = "timetable.alert"  # timer kind, notice kind
DECIDED, EARLY = time(8, 55), timedelta(minutes=5)  # before nine
LATE = timedelta(minutes=5)  # after it


def rearm(
    session: Session, project: Project, milestone: Milestone, *, now: datetime, since: datetime | None = None
) -> None:
    """After a change: what was decided for the old date is not told, and the next day is reckoned anew.

    `since`: until when the channel has heard, if not until now. What it missed is one alert of the next morning.
    """
    forget(session, milestone)
    if not milestone.is_open or project.state != State.ACTIVE:
        return
    after = _day_of_decision(since or now, project.zone) - timedelta(days=1)
    due_at = _next(session, project, milestone, after=after)
    if due_at is not None and due_at < now:  # resumed by itself, at nine, it still goes with that message
        due_at = _morning(session, project, now - EARLY - LATE)
    if due_at is not None:
        timers.arm(
            session,
            team_id=milestone.team_id,
            key=_key(milestone),
            kind=ALERT,
            subject=str(milestone.pk),
            due_at=due_at,
            project_id=milestone.project_id,
        )


def rearm_all(session: Session, project: Project, *, now: datetime, since: datetime | None = None) -> None:
    """For a project that begins, pauses, goes on or ends. `since`: of one that goes on, when its pause began."""
    for milestone in timetable.milestones(session, project.team_id, project.pk):
        waits = notices.withdraw(session, milestone.team_id, ALERT, str(milestone.pk))
        rearm(session, project, milestone, now=now, since=since)
        if waits and milestone.is_open and project.state == State.ACTIVE:
            _tell(session, project, milestone, now=now, late=False)


def renew(session: Session, project: Project, milestone: Milestone, *, now: datetime) -> None:
    """An alert that waits to be told is told as the milestone is now."""
    if notices.withdraw(session, milestone.team_id, ALERT, str(milestone.pk)):
        _tell(session, project, milestone, now=now, late=False)


def alert_facts(session: Session, notice: Notice) -> Mapping[str, Any] | None:
    """The milestone as it is when the channel reads of it; None if it is not open any more."""
    milestone = timetable.milestone(session, notice.team_id, int(notice.subject or 0))
    if milestone is None or not milestone.is_open:
        return None
    project = projects.project(session, notice.team_id, milestone.project_id)
    assert project is not None
    return {**notice.facts, **_facts(project, milestone)}


def alert_order(facts: Mapping[str, Any]) -> str:
    """Overdue ones first: the longest overdue before all others."""
    return str(facts["due"])


def show(session: Session, milestone: Milestone) -> None:
    """What the channel has read of it, and may still click, says how it is now."""
    facts = {
        "name": milestone.title,
        "owner": milestone.owner,
        "stage": milestone.state,
        "moved_to": milestone.due.isoformat(),
    }
    retell(session, team_id=milestone.team_id, kind=ALERT, subject=str(milestone.pk), facts=facts)


def forget(session: Session, milestone: Milestone) -> None:
    timers.cancel(session, milestone.team_id, _key(milestone))
    notices.withdraw(session, milestone.team_id, ALERT, str(milestone.pk))


def alert(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind. After days without Duet: one alert, of what matters now."""
    milestone = timetable.milestone(session, timer.team_id, int(timer.subject))
    if milestone is None or not milestone.is_open:
        return None
    project = projects.project(session, timer.team_id, milestone.project_id)
    if project is None or project.state != State.ACTIVE:
        return None  # armed anew when it goes on
    calendar = work_calendar(session, project.team_id, project.zone)
    if is_quiet(now, zone=project.zone, calendar=calendar):
        return _morning(session, project, now)
    planned = local_day(timer.due_at, project.zone)
    today = local_day(now, project.zone)
    missed = now >= datetime.combine(today, ROUTINE_TIME, ZoneInfo(project.zone)) + LATE
    notices.withdraw(session, milestone.team_id, ALERT, str(milestone.pk))
    _tell(session, project, milestone, now=now, late=missed, says_so=missed and planned == today)
    return _next(session, project, milestone, after=today, alerted_on=today)


def _morning(session: Session, project: Project, now: datetime) -> datetime:
    """When the next working day's alerts are decided."""
    calendar = work_calendar(session, project.team_id, project.zone)
    day = _day_of_decision(now, project.zone)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, DECIDED, ZoneInfo(project.zone))


def _day_of_decision(moment: datetime, zone: str) -> date:
    """The first local day whose alerts are not yet decided at that moment."""
    is_over = moment.astimezone(ZoneInfo(zone)).time() >= DECIDED
    return local_day(moment, zone) + timedelta(days=is_over)


def _next(
    session: Session, project: Project, milestone: Milestone, *, after: date, alerted_on: date | None = None
) -> datetime | None:
    """`alerted_on`: when the last alert was given, if it is not one that was told already."""
    calendar = work_calendar(session, project.team_id, project.zone)
    alerted_on = alerted_on or _last_told_on(session, project, milestone)

    day = next_alert(milestone.due, after=after, is_working=calendar.is_working_day)
    if day is not None and alerted_on is not None:
        earliest = next_alert_after(milestone.due, alerted_on=alerted_on, is_working=calendar.is_working_day)
        day = day if earliest is None else max(day, earliest)
    return None if day is None else datetime.combine(day, DECIDED, ZoneInfo(project.zone))


def _last_told_on(session: Session, project: Project, milestone: Milestone) -> date | None:
    """The project's day of the last alert that said the date as it is now."""
    told = [
        each.sent_at
        for each in notices.told(session, project.team_id, ALERT, str(milestone.pk))
        if each.sent_at is not None and each.facts.get("due") == milestone.due.isoformat()
    ]
    return project.day(max(told)) if told else None


def _tell(
    session: Session, project: Project, milestone: Milestone, *, now: datetime, late: bool, says_so: bool = False
) -> None:
    facts = _facts(project, milestone)
    facts["late_on"] = local_day(now, project.zone).isoformat() if says_so else None
    subject = str(milestone.pk)
    if project.channel_id is None:  # Slack did not let Duet make one: nothing is silent for that
        facts |= {"key": project.key}
        notify_leads(session, project, ALERT, facts, besides=(), now=now, subject=subject)
        return
    notify_project(
        session,
        team_id=project.team_id,
        project_id=project.pk,
        kind=ALERT,
        facts=facts,
        now=now,
        subject=subject,
        missed=late,
    )


def _facts(project: Project, milestone: Milestone) -> dict[str, Any]:
    return {
        "milestone": milestone.pk,
        "name": milestone.title,
        "owner": milestone.owner,
        "leads": [project.lead_it, project.lead_marketing],
        "due": milestone.due.isoformat(),
        "stage": milestone.state,
    }


def _key(milestone: Milestone) -> str:
    return f"{ALERT}:{milestone.pk}"
