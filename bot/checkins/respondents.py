"""Whom a round asks, whom for the measure, and when each of them (product §8.1, §8.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from sqlmodel import Session

from bot.checkins.rules import (
    REMIND_AT,
    WINDOW_ENDS,
    RespondentGroup,
    Schedule,
    first_instant_at,
    same_day_next_month,
)
from bot.people.service import today_of, work_calendar, zone_of_person
from bot.projects.rules import Side
from bot.scheduling.workdays import after_working_days, next_working_moment
from storage import checkins, people, projects, team
from storage.checkins import CheckinPrompt, CheckinRound, CheckinSchedule, PromptState
from storage.people import Person
from storage.projects import Project


class AskedSchedule(Protocol):
    """A schedule, and whom it asks, with the user ids where it is people."""

    @property
    def rule(self) -> Schedule: ...
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


def list_respondents(session: Session, project: Project, by: AskedSchedule, day: date) -> dict[str, Side]:
    """Those of the schedule on that day, as user id → side, IT first; nobody whose account is gone."""
    members = _list_members_on_day(session, project, day)
    chosen: Mapping[str, Side]
    match by.whom:
        case RespondentGroup.LEADS:
            chosen = list_acting_leads(session, project)
        case RespondentGroup.EVERYBODY:
            return list_leads_and_members(session, project, day)
        case RespondentGroup.PEOPLE:
            known = list_eligible_respondents(session, project, day)
            chosen = {user_id: known[user_id] for user_id in by.people if user_id in known}
        case _:
            chosen = members or list_acting_leads(session, project)
    return _keep_reachable_people(session, project, chosen)


def list_leads_and_members(session: Session, project: Project, day: date) -> dict[str, Side]:
    """Everybody who works in it on that day, as user id → side, IT first; nobody whose account is gone."""
    members = _list_members_on_day(session, project, day)
    return _keep_reachable_people(session, project, {**list_acting_leads(session, project), **members})


def _keep_reachable_people(session: Session, project: Project, chosen: Mapping[str, Side]) -> dict[str, Side]:
    there = people.find_people(session, project.team_id, set(chosen))
    reachable = {u: side for u, side in chosen.items() if u in there and not (there[u].deleted or there[u].is_bot)}
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
        since = first_instant_at(day, rule.at, found[user_id].zone if rule.own_zone else project.zone)
        since = since if not_before is None else max(since, not_before)
        plans.append(plan_prompt(session, found[user_id], side, since))
    return plans


def plan_round(
    session: Session, project: Project, asked: AskedSchedule, day: date, *, only: str | None = None
) -> list[PlannedPrompt]:
    """Whom the schedule asks on that day, and when; of `only` that person, if one is given."""
    sides = list_respondents(session, project, asked, day)
    if only is not None:
        sides = {user_id: side for user_id, side in sides.items() if user_id == only}
    return plan_prompts(session, project, asked.rule, sides, day)


def plan_prompts_now(
    session: Session, project: Project, sides: Mapping[str, Side], now: datetime
) -> list[PlannedPrompt]:
    """Out of turn: now for whoever is at work, when their hours begin for the others (product §8.8)."""
    found = people.find_people(session, project.team_id, set(sides))
    return [plan_prompt(session, found[user_id], side, now) for user_id, side in sides.items()]


def plan_prompt(session: Session, person: Person, side: Side, since: datetime) -> PlannedPrompt:
    """From the question, in the person's own working hours, to 12:00 of their next working day (product §8.3)."""
    zone, calendar = person.zone, work_calendar(session, person.team_id, person.zone)
    due_at = next_working_moment(since, zone=zone, calendar=calendar)
    return PlannedPrompt(
        user_id=person.user_id,
        side=side,
        zone=zone,
        due_at=due_at,
        remind_at=after_working_days(due_at, 1, zone=zone, calendar=calendar, at=REMIND_AT),
        closes_at=after_working_days(due_at, 1, zone=zone, calendar=calendar, at=WINDOW_ENDS),
    )


def person_working_moment(session: Session, team_id: str, user_id: str, moment: datetime) -> datetime:
    """`moment`, or the first one after it that lies in the person's working hours (product §2.8)."""
    zone = zone_of_person(session, team_id, user_id)
    return next_working_moment(moment, zone=zone, calendar=work_calendar(session, team_id, zone))


def _list_members_on_day(session: Session, project: Project, day: date) -> dict[str, Side]:
    found = team.list_members(session, project.team_id, project.pk)
    return {member.user_id: member.side for member in found if member.starts_on <= day <= member.ends_on}


def is_person_away(session: Session, team_id: str, user_id: str, now: datetime) -> bool:
    """On this day of their own calendar (product §8.5)."""
    return bool(team.find_people_away(session, team_id, [user_id], today_of(session, team_id, user_id, now)))


# --- the prompts of a round ------------------------------------------------------------------------------------


def update_early_prompts(
    session: Session, row: CheckinSchedule, round_: CheckinRound, planned: Sequence[PlannedPrompt]
) -> None:
    """Who has opened the form early, and closed it, is asked as the schedule is now."""
    plans = {each.user_id: each for each in planned}
    prompts = checkins.list_prompts(session, round_.pk)
    if not any(each.state is PromptState.ANSWERED for each in prompts):
        round_.questions = row.questions
    for prompt in prompts:
        if prompt.state is not PromptState.WAITING:
            continue
        if (plan := plans.get(prompt.user_id)) is None:
            session.delete(prompt)
        else:
            prompt.due_at, prompt.remind_at, prompt.closes_at = plan.due_at, plan.remind_at, plan.closes_at
    session.flush()


def build_prompt(round_: CheckinRound, planned: PlannedPrompt) -> CheckinPrompt:
    return CheckinPrompt(
        team_id=round_.team_id,
        project_id=round_.project_id,
        round_id=round_.pk,
        user_id=planned.user_id,
        side=planned.side,
        only_measure=planned.only_measure,
        due_at=planned.due_at,
        remind_at=planned.remind_at,
        closes_at=planned.closes_at,
    )


def is_measure_due(session: Session, project: Project, day: date) -> bool:
    """Whether the round of that day asks the leads for the measure's value: the first one of a calendar month that
    began when the project was a month old; a later one only if nobody could be asked in it (product §8.1).
    """
    month = f"{day:%Y-%m}"
    first = checkins.first_round_day(session, project.team_id, project.pk, day.replace(day=1)) or day
    if min(first, day) < same_day_next_month(project_start_day(session, project)):
        return False
    return checkins.find_measure_value(session, project.pk, month) is None and not checkins.has_measure_prompt(
        session, project.team_id, project.pk, month, list(project.leads)
    )


def project_start_day(session: Session, project: Project) -> date:
    """Its charter's start, or the day of the second signature if that came later."""
    starts_on = projects.load_counting_charter(session, project).starts_on
    return starts_on if project.activated_at is None else max(starts_on, project.day(project.activated_at))


def plan_measure_prompts(
    session: Session,
    project: Project,
    row: CheckinSchedule,
    planned: Sequence[PlannedPrompt],
    day: date,
    now: datetime,
) -> list[PlannedPrompt]:
    """The leads, who are asked for the measure's value whoever else is asked."""
    asked = {each.user_id for each in planned}
    there = {u: side for u, side in list_acting_leads(session, project).items() if u not in asked}
    found = plan_prompts(session, project, row.rule, there, day, not_before=now)
    return [replace(each, only_measure=True) for each in found]
