"""When each executive has their brief (product §13.2): a timer a person."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.brief.gathering import WEEK
from bot.deliveries.digests.queue import PER_WEEK_EXECUTIVE, person_audience_name
from bot.people.service import load_personal_calendar, zone_of_person
from bot.runtime.domain_events import AbsenceChanged, CharterAdopted, HoursChanged, ProjectActivated
from bot.scheduling.workdays import next_slot
from bot.scheduling.zones import local_day
from storage import charters, notices, people, projects, timers
from storage.deliveries import has_delivery
from storage.people import BRIEF_HOUR

BRIEF: Final = "brief"  # timer kind, and the beginning of the messages' keys
LATE: Final = timedelta(hours=2)  # news waits so long for a brief that should have been there
WEEKEND: Final = timedelta(days=2)  # between one week's brief and the next one's, by whatever clock and hour


def arm_at_activation(session: Session, event: ProjectActivated) -> None:
    """Reacts to a project's beginning: both of its executives have a brief from the next Monday on."""
    _arm_for_executives(session, event.team_id, event.project_id, event.now)


def arm_for_new_executives(session: Session, event: CharterAdopted) -> None:
    """Reacts to another charter, which may name others."""
    _arm_for_executives(session, event.team_id, event.project_id, event.now)


def _arm_for_executives(session: Session, team_id: str, project_id: int, now: datetime) -> None:
    project = projects.find_project(session, team_id, project_id)
    assert project is not None
    for user_id in sorted(charters.load_counting_charter(session, project).executives):
        _arm_brief(session, team_id, user_id, find_next_monday(session, team_id, user_id, now), keep_earlier=True)


def rearm_for_other_hours(session: Session, event: HoursChanged) -> None:
    """Reacts when somebody's clock goes otherwise, or their brief is to come at another hour."""
    due = timers.find_due_moment(session, event.team_id, _timer_key(event.user_id))
    if due is None:
        return
    team_id, user_id, now = event.team_id, event.user_id, event.now
    due_at = find_next_monday(session, team_id, user_id, now)
    if due < due_at - WEEKEND and not has_brief_of_week(session, team_id, user_id, now):
        due_at = find_brief_time(session, team_id, user_id, now)  # this week's is yet to come
    _arm_brief(session, team_id, user_id, due_at)


def rearm_for_absence(session: Session, event: AbsenceChanged) -> None:
    """Reacts when somebody is back sooner: what waited for that is read in this week, or on the next Monday."""
    team_id, user_id, now = event.team_id, event.user_id, event.now
    due = timers.find_due_moment(session, team_id, _timer_key(user_id))
    if due is None:
        return
    due_at = find_next_monday(session, team_id, user_id, now)
    if due != due_at and not has_brief_of_week(session, team_id, user_id, now):
        due_at = find_brief_time(session, team_id, user_id, now)
    _arm_brief(session, team_id, user_id, due_at, keep_earlier=True)


def _arm_brief(
    session: Session, team_id: str, user_id: str, due_at: datetime, *, keep_earlier: bool = False
) -> None:
    timers.arm_timer(
        session,
        team_id=team_id,
        key=_timer_key(user_id),
        kind=BRIEF,
        subject=user_id,
        due_at=due_at,
        keep_earlier=keep_earlier,
    )


def _timer_key(user_id: str) -> str:
    return f"{BRIEF}:{user_id}"


def find_brief_time(session: Session, team_id: str, user_id: str, since: datetime) -> datetime:
    """The person's hour of the first day from that of `since` on, on which they work and may be written to.

    A Monday that is free, or on which they are away, is followed by the day after (product §2.8).
    """
    day = local_day(since, zone_of_person(session, team_id, user_id))
    zone, calendar = load_personal_calendar(session, team_id, user_id, since=day)
    midnight = datetime.combine(day, time(0, 0), ZoneInfo(zone))
    taken = notices.list_message_times(session, team_id, person_audience_name(user_id), midnight - 2 * WEEK)
    at = _hour_of_person(session, team_id, user_id)
    return next_slot(midnight, zone=zone, calendar=calendar, taken=taken, per_week=PER_WEEK_EXECUTIVE, at=at)


def find_next_monday(session: Session, team_id: str, user_id: str, now: datetime) -> datetime:
    """The person's hour of the next Monday where they are; on a Monday it is a week away.

    Whether they work then, and may be written to, is looked at when it has come.
    """
    zone = zone_of_person(session, team_id, user_id)
    monday = find_monday(session, team_id, user_id, now) + WEEK
    return datetime.combine(monday, _hour_of_person(session, team_id, user_id), ZoneInfo(zone))


def _hour_of_person(session: Session, team_id: str, user_id: str) -> time:
    person = people.find_person(session, team_id, user_id)
    return time(BRIEF_HOUR if person is None else person.brief_hour, 0)


def find_monday(session: Session, team_id: str, user_id: str, now: datetime) -> date:
    """The Monday of the week in which the person is."""
    today = local_day(now, zone_of_person(session, team_id, user_id))
    return today - timedelta(days=today.weekday())


def has_brief_of_week(session: Session, team_id: str, user_id: str, now: datetime) -> bool:
    return has_delivery(session, team_id, brief_message_key(user_id, find_monday(session, team_id, user_id, now)))


def find_brief_moment(session: Session, team_id: str, user_id: str, now: datetime) -> datetime | None:
    """When the person's brief comes today; None if it does not: their news goes with it (product §2.8, §13.2)."""
    due = timers.find_due_moment(session, team_id, _timer_key(user_id))
    if due is None or due < now - LATE:
        return None
    zone = zone_of_person(session, team_id, user_id)
    return max(due, now) if local_day(due, zone) == local_day(now, zone) else None


def brief_message_key(user_id: str, monday: date) -> str:
    return f"{BRIEF}:{user_id}:{monday}"
