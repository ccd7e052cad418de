"""On which days a project is asked next, and which are skipped (product §8.1)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.checkins import respondents
from bot.checkins.respondents import AskedSchedule
from bot.checkins.rules import (
    Schedule,
    WantedSchedule,
    first_instant_at,
    is_never_free,
    list_schedule_days,
    next_schedule_days,
)
from bot.checkins.schedule_views import SchedulePreview
from bot.people.service import work_calendar
from storage import charters, checkins
from storage.checkins import CheckinSchedule, RoundState
from storage.projects import Project

SHOWN_OCCURRENCES = 3  # of the next occurrences


def list_upcoming_days(
    session: Session,
    project: Project,
    row: CheckinSchedule,
    wanted: WantedSchedule | None = None,
    *,
    now: datetime,
    count: int = SHOWN_OCCURRENCES,
) -> Sequence[date]:
    """The next occurrences, from the project's start to its end, of the schedule or of what is wanted instead.

    The day that is planned already is one of them as long as somebody is yet to be asked on it.
    """
    asked: AskedSchedule = wanted or row
    today = project.day(now)

    def is_over(day: date) -> bool:
        if day > today + timedelta(days=1):  # no zone is further ahead
            return False
        had = checkins.find_round_of_slot(session, project.team_id, project.pk, day.isoformat())
        due = list_asking_times(session, project, asked, day)
        is_past = (max(due) if day == row.next_on else min(due)) <= now
        return is_past or (had is not None and had.state is not RoundState.EARLY)

    since = min(today, row.next_on or today)
    return _list_project_days(session, project, asked.rule, since=since, count=count, is_over=is_over)


def first_schedule_day(session: Session, project: Project, rule: Schedule) -> date | None:
    """The schedule's first one since the project became active, whatever happened on it."""
    begun = project.activated_at
    if begun is None:
        return None

    def is_over(day: date) -> bool:
        return first_instant_at(day, rule.at, project.zone) <= begun

    return next(
        iter(_list_project_days(session, project, rule, since=project.day(begun), count=1, is_over=is_over)), None
    )


def following_schedule_day(session: Session, project: Project, rule: Schedule, day: date) -> date | None:
    """The schedule's next one, though it may be past: each is decided on."""
    return next(iter(_list_project_days(session, project, rule, since=day + timedelta(days=1), count=1)), None)


def _list_project_days(
    session: Session,
    project: Project,
    rule: Schedule,
    *,
    since: date,
    count: int,
    is_over: Callable[[date], bool] = is_never_free,
) -> Sequence[date]:
    charter = charters.load_counting_charter(session, project)
    is_free = _build_free_day_test(session, project, rule)
    begins = datetime.combine(max(since, charter.starts_on), time(0), ZoneInfo(project.zone))
    found = next_schedule_days(
        rule,
        after=begins - timedelta(seconds=1),
        zone=project.zone,
        count=count,
        is_free=lambda day: is_free(day) or is_over(day),
    )
    return [day for day in found if day <= charter.ends_on]


def list_asking_times(session: Session, project: Project, asked: AskedSchedule, day: date) -> list[datetime]:
    """When each is asked on that day; if there is nobody, when they would be."""
    planned = respondents.plan_round(session, project, asked, day)
    return [each.due_at for each in planned] or [first_instant_at(day, asked.rule.at, project.zone)]


def list_skipped_days(
    session: Session, project: Project, rule: Schedule, *, since: date, until: date
) -> list[date]:
    """Holidays on which the schedule would ask else, also those before its anchor, which is no holiday itself."""
    is_free = _build_free_day_test(session, project, rule)
    weekly = replace(rule, every_weeks=1, anchor=since)
    days = [
        *takewhile(lambda each: each < rule.anchor, list_schedule_days(weekly, since=since)),
        *takewhile(lambda each: each <= until, list_schedule_days(rule, since=max(since, rule.anchor))),
    ]
    return [day for day in days if is_free(day)]


def _build_free_day_test(session: Session, project: Project, rule: Schedule) -> Callable[[date], bool]:
    calendar = work_calendar(session, project.team_id, project.zone, country=rule.country)
    return lambda day: not calendar.is_working_day(day)


def anchor_schedule(
    session: Session, project: Project, row: CheckinSchedule, wanted: WantedSchedule, *, now: datetime
) -> WantedSchedule:
    """Every N weeks from its first day that is left: this week, if it has one. At another hour the weeks stay."""
    before, rule, today = row.rule, wanted.rule, project.day(now)
    if (rule.weekdays, rule.every_weeks, rule.nth) == (before.weekdays, before.every_weeks, before.nth):
        return replace(wanted, rule=replace(rule, anchor=before.anchor))
    weekly = replace(wanted, rule=replace(rule, every_weeks=1, anchor=today))
    first = next(iter(list_upcoming_days(session, project, row, weekly, now=now, count=1)), today)
    return replace(wanted, rule=replace(rule, anchor=first))


def load_schedule_preview(
    session: Session, project: Project, row: CheckinSchedule, wanted: WantedSchedule | None = None, *, now: datetime
) -> SchedulePreview:
    """The schedule, or what is wanted instead, with the days from today to the last of its next occurrences."""
    rule = row.rule if wanted is None else wanted.rule
    if rule.errors():
        return SchedulePreview(rule, project.zone)
    if wanted is not None:
        wanted = anchor_schedule(session, project, row, wanted, now=now)
        rule = wanted.rule
    days = list_upcoming_days(session, project, row, wanted, now=now)
    if not days:
        return SchedulePreview(rule, project.zone)
    since = max(project.day(now), charters.load_counting_charter(session, project).starts_on)
    skipped = list_skipped_days(session, project, rule, since=since, until=days[-1])
    return SchedulePreview(rule, project.zone, days, skipped)
