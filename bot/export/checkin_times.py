"""When a project's check-ins are asked, as a series of a calendar (product §8.1)."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.checkins.rules import LAST, Schedule
from bot.checkins.schedule_views import describe_schedule
from bot.checkins.upcoming_days import first_schedule_day, list_skipped_days
from bot.export.calendar import CalendarSeries, stable_uid
from bot.projects.rules import State
from bot.ui.texts import Texts, unescape_text
from storage import checkins, projects
from storage.projects import Project

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR")


def build_checkin_series(session: Session, project: Project, t: Texts, *, changes: int) -> list[CalendarSeries]:
    """One series, from its first day to the project's end; cancelled while check-ins are paused. None: no days.

    `changes`: of the project, so far.
    """
    row = checkins.find_schedule(session, project.team_id, project.pk)
    if row is None:
        return []
    rule = row.rule
    first = first_schedule_day(session, project, rule)
    if first is None:
        return []
    charter = projects.load_counting_charter(session, project)
    zone = ZoneInfo(t.zone if rule.own_zone else project.zone)
    last = datetime.combine(charter.ends_on, time(23, 59), zone)
    return [
        CalendarSeries(
            uid=stable_uid("check-ins", project.team_id, project.number, project.created_at),
            first=datetime.combine(first, rule.at, zone),
            rule=_recurrence_rule(rule, last),
            skipped=[
                datetime.combine(day, rule.at, zone)
                for day in list_skipped_days(session, project, rule, since=first, until=charter.ends_on)
            ],
            summary=f"{project.key}: {t.plain('checkin.one')}",
            description=f"{project.name}\n{unescape_text(describe_schedule(t, rule, project.zone))}",
            sequence=row.version - 1 + changes,
            is_off=row.paused is not None or project.state != State.ACTIVE,
        )
    ]


def _recurrence_rule(rule: Schedule, last: datetime) -> dict[str, object]:
    days = [WEEKDAYS[number] for number in sorted(rule.weekdays)]
    until = {"UNTIL": [last.astimezone(ZoneInfo("UTC"))]}
    if rule.nth is None:
        return {"FREQ": ["WEEKLY"], "INTERVAL": [rule.every_weeks], "BYDAY": days, "WKST": ["MO"], **until}
    which = -1 if rule.nth == LAST else rule.nth
    return {"FREQ": ["MONTHLY"], "BYDAY": [f"{which}{day}" for day in days], **until}
