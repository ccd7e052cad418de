"""When a project's check-ins are asked, as a series of a calendar (product §8.1)."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.checkins.rules import LAST, Schedule
from bot.checkins.schedule_views import describe
from bot.checkins.schedules import first_day, skipped_days
from bot.export.calendar import Series, stable_uid
from bot.projects.rules import State
from bot.texts import Texts, unescape
from storage import checkins, projects
from storage.projects import Project

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR")


def series_of(session: Session, project: Project, t: Texts, *, changes: int) -> list[Series]:
    """One series, from its first day to the project's end; cancelled while check-ins are paused. None: no days.

    `changes`: of the project, so far.
    """
    row = checkins.schedule(session, project.team_id, project.pk)
    if row is None:
        return []
    rule = Schedule.from_json(row.rule)
    first = first_day(session, project, rule)
    if first is None:
        return []
    charter = projects.counting_charter(session, project)
    zone = ZoneInfo(t.zone if rule.own_zone else project.zone)
    last = datetime.combine(charter.ends_on, time(23, 59), zone)
    return [
        Series(
            uid=stable_uid("check-ins", project.team_id, project.number, project.created_at),
            first=datetime.combine(first, rule.at, zone),
            rule=_rule(rule, last),
            skipped=[
                datetime.combine(day, rule.at, zone)
                for day in skipped_days(session, project, rule, since=first, until=charter.ends_on)
            ],
            summary=f"{project.key}: {t.plain('checkin.one')}",
            description=f"{project.name}\n{unescape(describe(t, rule, project.zone))}",
            sequence=row.version - 1 + changes,
            is_off=row.paused is not None or project.state != State.ACTIVE,
        )
    ]


def _rule(rule: Schedule, last: datetime) -> dict[str, object]:
    days = [WEEKDAYS[number] for number in sorted(rule.weekdays)]
    until = {"UNTIL": [last.astimezone(ZoneInfo("UTC"))]}
    if rule.nth is None:
        return {"FREQ": ["WEEKLY"], "INTERVAL": [rule.every_weeks], "BYDAY": days, "WKST": ["MO"], **until}
    which = -1 if rule.nth == LAST else rule.nth
    return {"FREQ": ["MONTHLY"], "BYDAY": [f"{which}{day}" for day in days], **until}
