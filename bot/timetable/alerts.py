"""When the channel hears of a milestone: one timer each, decided shortly before nine (product §9.1, §9.3).

Decided five minutes early, all alerts of a morning are there when that morning's one message is written.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.deliveries.digests.queue import notify_channel, notify_people
from bot.deliveries.digests.sending import rerender_sent_items
from bot.deliveries.digests.topics import read_facts
from bot.people.service import work_calendar
from bot.projects.rules import ENDING, State
from bot.projects.service import find_side_readers
from bot.scheduling.workdays import ROUTINE_TIME, is_quiet
from bot.scheduling.zones import local_day
from bot.timetable.rules import next_alert_day, next_alert_day_after
from bot.timetable.views import MilestoneAlert, OwnerAway
from storage import notices, people, projects, team, timers, timetable
from storage.notices import Notice
from storage.projects import Project
from storage.timers import Timer
from storage.timetable import Milestone

ALERT = MilestoneAlert.kind  # timer kind, too
DECISION_TIME, EARLY = time(8, 55), timedelta(minutes=5)  # before nine
LATE = timedelta(minutes=5)  # after it
FIRST_ALERT_BEFORE = timedelta(days=14)  # and then some: on free days it comes sooner


def rearm_alert(
    session: Session, project: Project, milestone: Milestone, *, now: datetime, since: datetime | None = None
) -> None:
    """Rearms after a change: what was decided for the old date is not told, and the next day is reckoned anew.

    `since`: until when the channel has heard, if not until now. What it missed is one alert of the next morning.
    """
    timers.cancel_timers(session, milestone.team_id, f"{ALERT}:{milestone.pk}")
    notices.forget_waiting_notices(session, milestone.team_id, ALERT, str(milestone.pk))
    if not milestone.is_open or project.state != State.ACTIVE:
        return
    after = _first_undecided_day(since or now, project.zone) - timedelta(days=1)
    due_at = _next_alert_time(session, project, milestone, after=after)
    if due_at is not None and due_at < now:  # resumed by itself, at nine, it still goes with that message
        due_at = _next_decision_time(session, project, now - EARLY - LATE)
    if due_at is not None:
        timers.arm_row_timer(session, milestone, ALERT, milestone.pk, due_at)


def rearm_alerts(
    session: Session,
    project: Project,
    milestones: Iterable[Milestone],
    *,
    now: datetime,
    since: datetime | None = None,
) -> None:
    """Rearms those of a project that begins, pauses, goes on or ends. `since`: of one that goes on, when its pause
    began.

    What the morning on which its closing begins was to tell is told: until it is closed, it can be done or dropped.
    """
    for milestone in milestones:
        if project.state is State.CLOSING:
            timers.cancel_timers(session, milestone.team_id, f"{ALERT}:{milestone.pk}")
            continue
        waits = notices.withdraw_waiting_notices(session, milestone.team_id, ALERT, str(milestone.pk))
        rearm_alert(session, project, milestone, now=now, since=since)
        if waits and milestone.is_open and project.state == State.ACTIVE:
            _notify_of_alert(session, project, milestone, now=now, late=False)


def refresh_waiting_alert(session: Session, project: Project, milestone: Milestone, *, now: datetime) -> None:
    """Brings an alert that waits to be told up to what the milestone is now."""
    if notices.withdraw_waiting_notices(session, milestone.team_id, ALERT, str(milestone.pk)):
        _notify_of_alert(session, project, milestone, now=now, late=False)


def load_alert(session: Session, notice: Notice, facts: MilestoneAlert) -> MilestoneAlert | None:
    """Loads the milestone as it is when the channel reads of it; None if it is not open any more."""
    milestone = timetable.find_milestone(session, notice.team_id, facts.milestone)
    if milestone is None or not milestone.is_open:
        return None
    project = projects.load_project_of(session, milestone)
    return _build_alert(session, project, milestone, late_on=facts.late_on)


def alert_order(facts: MilestoneAlert) -> str:
    """Puts overdue ones first: the longest overdue before all others."""
    return str(facts.due)


def refresh_posted_alerts(session: Session, project: Project, milestone: Milestone, now: datetime) -> None:
    """Makes what the channel has read of it, and may still click, say how it is now."""
    rerender_sent_items(
        session,
        team_id=milestone.team_id,
        facts=MilestoneAlert,
        subject=str(milestone.pk),
        name=milestone.title,
        owner=milestone.owner,
        stage=milestone.state,
        moved_to=milestone.due,
        changed_on=project.day(now),
    )


def end_posted_alerts(session: Session, project: Project, milestones: Iterable[Milestone]) -> None:
    """Takes from what the channel has read, and is open, whatever its project does not allow while it ends."""
    for milestone in milestones:
        if milestone.is_open:
            rerender_sent_items(
                session,
                team_id=milestone.team_id,
                facts=MilestoneAlert,
                subject=str(milestone.pk),
                ending=project.state,
            )


def send_due_alert(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Tells the channel what is due; the function of the timer kind.

    After days without Duet: one alert, of what matters now.
    """
    milestone = timetable.find_milestone(session, timer.team_id, int(timer.subject))
    if milestone is None or not milestone.is_open:
        return None
    project = projects.find_project(session, timer.team_id, milestone.project_id)
    if project is None or project.state != State.ACTIVE:
        return None  # armed anew when it goes on
    calendar = work_calendar(session, project.team_id, project.zone)
    if is_quiet(now, zone=project.zone, calendar=calendar):
        return _next_decision_time(session, project, now)
    planned = local_day(timer.due_at, project.zone)
    today = local_day(now, project.zone)
    missed = now >= datetime.combine(today, ROUTINE_TIME, ZoneInfo(project.zone)) + LATE
    notices.forget_waiting_notices(session, milestone.team_id, ALERT, str(milestone.pk))
    _notify_of_alert(session, project, milestone, now=now, late=missed, says_so=missed and planned == today)
    return _next_alert_time(session, project, milestone, after=today, alerted_on=today)


def _next_decision_time(session: Session, project: Project, now: datetime) -> datetime:
    """Returns when the next working day's alerts are decided."""
    calendar = work_calendar(session, project.team_id, project.zone)
    day = _first_undecided_day(now, project.zone)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, DECISION_TIME, ZoneInfo(project.zone))


def _first_undecided_day(moment: datetime, zone: str) -> date:
    """Returns the first local day whose alerts are not yet decided at that moment."""
    is_over = moment.astimezone(ZoneInfo(zone)).time() >= DECISION_TIME
    return local_day(moment, zone) + timedelta(days=is_over)


def _next_alert_time(
    session: Session, project: Project, milestone: Milestone, *, after: date, alerted_on: date | None = None
) -> datetime | None:
    """`alerted_on`: when the last alert was given, if it is not one that was told already."""
    calendar = work_calendar(session, project.team_id, project.zone)
    alerted_on = alerted_on or _last_alert_day(session, project, milestone)

    day = next_alert_day(milestone.due, after=after, is_working=calendar.is_working_day)
    if day is not None and alerted_on is not None:
        earliest = next_alert_day_after(milestone.due, alerted_on=alerted_on, is_working=calendar.is_working_day)
        day = day if earliest is None else max(day, earliest)
    return None if day is None else datetime.combine(day, DECISION_TIME, ZoneInfo(project.zone))


def _last_alert_day(session: Session, project: Project, milestone: Milestone) -> date | None:
    """Returns the project's day of the last alert that said the date as it is now."""
    told = [
        each.sent_at
        for each in notices.list_told_notices(session, project.team_id, ALERT, str(milestone.pk))
        if each.sent_at is not None
        and (facts := read_facts(session, each, MilestoneAlert)) is not None
        and facts.due == milestone.due
    ]
    return project.day(max(told)) if told else None


def _notify_of_alert(
    session: Session, project: Project, milestone: Milestone, *, now: datetime, late: bool, says_so: bool = False
) -> None:
    facts = _build_alert(session, project, milestone, late_on=local_day(now, project.zone) if says_so else None)
    subject = str(milestone.pk)
    if project.channel_id is None:  # Slack did not let Duet make one: nothing is silent for that
        notify_people(session, project, find_side_readers(session, project), facts, now=now, subject=subject)
    else:
        notify_channel(session, project, facts, now=now, subject=subject, missed=late)


def _build_alert(
    session: Session, project: Project, milestone: Milestone, *, late_on: date | None
) -> MilestoneAlert:
    leads = project.leads if milestone.owner else find_side_readers(session, project)
    return MilestoneAlert(
        milestone=milestone.pk,
        name=milestone.title,
        owner=milestone.owner,
        leads=(leads.it, leads.marketing),
        side=milestone.side,
        due=milestone.due,
        stage=milestone.state,
        late_on=late_on,
        ending=project.state if project.state in ENDING else "",
        away=_find_owner_away(session, milestone),
    )


def _find_owner_away(session: Session, milestone: Milestone) -> OwnerAway | None:
    """Finds the absences of its owner from its first alert on."""
    if milestone.owner is None:
        return None
    since = milestone.due - FIRST_ALERT_BEFORE
    found = team.list_absences_of_people(session, milestone.team_id, [milestone.owner], since=since, until=date.max)
    owner = people.find_person(session, milestone.team_id, milestone.owner)
    if owner is None or not found:
        return None
    periods = tuple(sorted((starts_on, ends_on) for _, starts_on, ends_on in found))
    return OwnerAway(owner=milestone.owner, name=owner.name, periods=periods)
