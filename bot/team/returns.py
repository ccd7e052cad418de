"""Before the last day in the team the member, the home manager and the lead are reminded of it (product §7.2)."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.deliveries.digests.queue import notify_people, notify_person
from bot.people.service import work_calendar
from bot.projects.service import find_side_readers
from bot.team.notice_views import MyReturnAhead, ReturnAhead
from bot.team.rules import list_return_reminder_days
from storage import projects, team, timers
from storage.notices import Notice
from storage.projects import Project
from storage.team import Member
from storage.timers import Timer

REMIND = "team.return"  # timer kind


def arm_return_reminder(session: Session, project: Project, member: Member, *, now: datetime) -> None:
    """Arms the next reminder, if there is any."""
    due_at = _next_reminder(session, project, member, now)
    if due_at is None:
        timers.cancel_timers(session, project.team_id, f"{REMIND}:{member.pk}")
    else:
        timers.arm_row_timer(session, member, REMIND, member.pk, due_at)


def remind_of_return(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Reminds at midnight, told with that morning's messages; the function of the timer kind."""
    member = team.find_member(session, timer.team_id, int(timer.subject))
    if member is None or member.left_at is not None:
        return None
    project = projects.load_project_of(session, member)
    if project.governing_version is not None:
        _notify_of_return(session, project, member, now)
    return _next_reminder(session, project, member, now)


def _next_reminder(session: Session, project: Project, member: Member, now: datetime) -> datetime | None:
    calendar = work_calendar(session, project.team_id, project.zone)
    days = list_return_reminder_days(member.starts_on, member.ends_on, is_working_day=calendar.is_working_day)
    moments = (datetime.combine(day, time(0, 0), ZoneInfo(project.zone)) for day in days)
    return next((moment for moment in moments if moment > now), None)


def _notify_of_return(session: Session, project: Project, member: Member, now: datetime) -> None:
    end = member.ends_on
    mine = MyReturnAhead(end=end, home_post=member.home_post)
    of_stay, keep_newer = str(member.pk), lambda _, newer: newer  # several have waited in a pause
    notify_person(session, project, member.user_id, mine, now=now, subject=of_stay, merge=keep_newer)
    lead = find_side_readers(session, project)[member.side]
    readers = {lead, member.home_manager} - {member.user_id}
    notify_people(
        session,
        project,
        readers,
        ReturnAhead(end=end, people=(member.user_id,)),
        now=now,
        subject=f"{project.pk}:{end}",
        merge=_merge_returns,
    )


def _merge_returns(earlier: ReturnAhead, newer: ReturnAhead) -> ReturnAhead:
    return newer.model_copy(update={"people": tuple(dict.fromkeys([*earlier.people, *newer.people]))})


def load_return_ahead(session: Session, notice: Notice, facts: ReturnAhead) -> ReturnAhead | None:
    """Loads those who are still to return on that day."""
    people = tuple(each for each in facts.people if _is_to_return(session, notice, each, facts.end))
    return facts.model_copy(update={"people": people}) if people else None


def load_my_return_ahead(session: Session, notice: Notice, facts: MyReturnAhead) -> MyReturnAhead | None:
    """Loads the person's own return; None if it is on another day."""
    reader = notice.audience.partition(":")[2]
    return facts if _is_to_return(session, notice, reader, facts.end) else None


def _is_to_return(session: Session, notice: Notice, user_id: str, end: date) -> bool:
    stay = team.find_current_stay(session, notice.team_id, notice.project_id or 0, user_id)
    return stay is not None and stay.ends_on == end
