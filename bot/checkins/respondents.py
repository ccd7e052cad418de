"""Whom a round asks, and when each of them (product §8.1, §8.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlmodel import Session

from bot.checkins.rules import REMIND_AT, WINDOW_ENDS, RespondentGroup, Schedule, first_instant_at
from bot.people.service import today_of, work_calendar
from bot.projects.rules import Side
from bot.scheduling.workdays import WorkCalendar, after_working_days, next_working_moment
from storage import people, projects, team
from storage.people import Person
from storage.projects import Project


class RespondentChoice(Protocol):
    """Whom a schedule asks, with the user ids where it is people."""

    @property
    def whom(self) -> RespondentGroup: ...
    @property
    def people(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class PlannedPrompt:
    """One person of a round, and their window."""

    user_id: str
    side: Side
    zone: str  # their own
    due_at: datetime
    remind_at: datetime
    closes_at: datetime
    only_measure: bool = False


def list_eligible_respondents(session: Session, project: Project, day: date) -> dict[str, Side]:
    """Everybody who may be chosen, as user id → side: members of that day, leads, executives.

    A lead or an executive who is a guest now has no part by that seat (product §14).
    """
    charter = projects.load_counting_charter(session, project)
    seats = {**charter.executives.by_value(), **project.leads.by_value()}
    return {**_keep_internal_people(session, project, seats), **_list_members_on_day(session, project, day)}


def list_acting_leads(session: Session, project: Project) -> dict[str, Side]:
    """User id → side, of those whose account is a colleague's: a guest leads nothing (product §14)."""
    return _keep_internal_people(session, project, project.leads.by_value())


def _keep_internal_people(session: Session, project: Project, sides: Mapping[str, Side]) -> dict[str, Side]:
    found = people.find_people(session, project.team_id, set(sides))
    return {u: side for u, side in sides.items() if u in found and found[u].is_internal}


def list_respondents(session: Session, project: Project, by: RespondentChoice, day: date) -> dict[str, Side]:
    """Those of the schedule on that day, as user id → side, IT first; nobody whose account is gone."""
    members = _list_members_on_day(session, project, day)
    chosen: Mapping[str, Side]
    match by.whom:
        case RespondentGroup.LEADS:
            chosen = list_acting_leads(session, project)
        case RespondentGroup.EVERYBODY:
            chosen = {**list_acting_leads(session, project), **members}
        case RespondentGroup.PEOPLE:
            known = list_eligible_respondents(session, project, day)
            chosen = {user_id: known[user_id] for user_id in by.people if user_id in known}
        case _:
            chosen = members or list_acting_leads(session, project)
    there = people.find_people(session, project.team_id, set(chosen))
    reachable = {u: side for u, side in chosen.items() if u in there and not _is_unreachable(there[u])}
    return dict(sorted(reachable.items(), key=lambda each: each[1]))


def plan_prompts(
    session: Session,
    project: Project,
    rule: Schedule,
    sides: Mapping[str, Side],
    day: date,
    *,
    not_before: datetime | None = None,
) -> list[PlannedPrompt]:
    """With each person's own moments: nothing comes outside their working hours, where they are (product §2.8)."""
    found = people.find_people(session, project.team_id, set(sides))
    plans = []
    for user_id, side in sides.items():
        zone = found[user_id].zone
        since = first_instant_at(day, rule.at, zone if rule.own_zone else project.zone)
        since = since if not_before is None else max(since, not_before)
        calendar = work_calendar(session, project.team_id, zone)
        plans.append(plan_prompt(user_id, side, since, zone=zone, calendar=calendar))
    return plans


def plan_prompts_now(
    session: Session, project: Project, sides: Mapping[str, Side], now: datetime
) -> list[PlannedPrompt]:
    """Out of turn: now for whoever is at work, when their hours begin for the others (product §8.8)."""
    found = people.find_people(session, project.team_id, set(sides))
    plans = []
    for user_id, side in sides.items():
        zone = found[user_id].zone
        calendar = work_calendar(session, project.team_id, zone)
        plans.append(plan_prompt(user_id, side, now, zone=zone, calendar=calendar))
    return plans


def plan_prompt(user_id: str, side: Side, since: datetime, *, zone: str, calendar: WorkCalendar) -> PlannedPrompt:
    """From the question, in the person's own working hours, to 12:00 of their next working day (product §8.3)."""
    due_at = next_working_moment(since, zone=zone, calendar=calendar)
    return PlannedPrompt(
        user_id=user_id,
        side=side,
        zone=zone,
        due_at=due_at,
        remind_at=after_working_days(due_at, 1, zone=zone, calendar=calendar, at=REMIND_AT),
        closes_at=after_working_days(due_at, 1, zone=zone, calendar=calendar, at=WINDOW_ENDS),
    )


def load_schedule_calendar(session: Session, project: Project, rule: Schedule) -> WorkCalendar:
    """Whose free days the schedule skips."""
    return work_calendar(session, project.team_id, project.zone, country=rule.country)


def respondent_zone(session: Session, project: Project, user_id: str) -> str:
    found = people.find_person(session, project.team_id, user_id)
    return project.zone if found is None else found.zone


def _list_members_on_day(session: Session, project: Project, day: date) -> dict[str, Side]:
    found = team.list_members(session, project.team_id, project.pk)
    return {member.user_id: member.side for member in found if member.starts_on <= day <= member.ends_on}


def _is_unreachable(person: Person) -> bool:
    return person.deleted or person.is_bot


def is_person_away(session: Session, team_id: str, user_id: str, now: datetime) -> bool:
    """On this day of their own calendar (product §8.5)."""
    return bool(team.find_people_away(session, team_id, [user_id], today_of(session, team_id, user_id, now)))
