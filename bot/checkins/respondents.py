"""Whom a round asks, whom for the measure, and when each of them (product §8.1, §8.3)."""

from collections.abc import Collection, Mapping, Sequence
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
from bot.people.service import find_calendar, work_calendar, zone_of_person
from bot.projects.rules import Side, Sides
from bot.scheduling.workdays import WorkCalendar, after_working_days, next_working_moment
from bot.scheduling.zones import local_day
from storage import checkin_prompts, checkins, people, team
from storage.charters import load_counting_charter, load_counting_charters
from storage.checkin_prompts import NewPrompt, PromptState, has_measure_prompt
from storage.checkins import CheckinRound, CheckinSchedule
from storage.people import Person
from storage.projects import Project
from storage.team import Member
from storage.workspaces import Workspace, load_workspace


class AskedSchedule(Protocol):
    """A schedule, and whom it asks, with the user ids where it is people."""

    @property
    def rule(self) -> Schedule: ...
    @property
    def whom(self) -> RespondentGroup: ...
    @property
    def people(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class Window:
    """In which somebody is asked, reminded, and waited for."""

    due_at: datetime
    remind_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class PlannedPrompt:
    """One person of a round, and their window."""

    user_id: str
    side: Side
    zone: str  # their own
    window: Window
    only_measure: bool = False

    @property
    def due_at(self) -> datetime:
        return self.window.due_at


@dataclass(frozen=True)
class ProjectPeople:
    """Who there is to be asked in a project, and what their hours hang on: read once, whatever days are planned."""

    project: Project
    executives: Sides[str]
    members: Sequence[Member]  # who have not left, IT first
    known: Mapping[str, Person]
    workspace: Workspace

    def list_eligible(self, day: date) -> dict[str, Side]:
        """Everybody who may be chosen, as user id → side: members of that day, leads, executives.

        A lead or an executive who is a guest now has no part by that seat (product §14).
        """
        seats = {**self.executives.by_value(), **self.project.leads.by_value()}
        return {**self._keep_internal(seats), **self.list_members(day)}

    def list_members(self, day: date) -> dict[str, Side]:
        return {each.user_id: each.side for each in self.members if each.starts_on <= day <= each.ends_on}

    def list_acting_leads(self) -> dict[str, Side]:
        return self._keep_internal(self.project.leads.by_value())

    def list_leads_and_members(self, day: date) -> dict[str, Side]:
        """Everybody who works in it on that day, as user id → side, IT first; nobody whose account is gone."""
        return self._keep_reachable({**self.list_acting_leads(), **self.list_members(day)})

    def list_respondents(self, by: AskedSchedule, day: date) -> dict[str, Side]:
        """Those of the schedule on that day, as user id → side, IT first; nobody whose account is gone."""
        chosen: Mapping[str, Side]
        match by.whom:
            case RespondentGroup.LEADS:
                chosen = self.list_acting_leads()
            case RespondentGroup.EVERYBODY:
                return self.list_leads_and_members(day)
            case RespondentGroup.PEOPLE:
                known = self.list_eligible(day)
                chosen = {user_id: known[user_id] for user_id in by.people if user_id in known}
            case _:
                chosen = self.list_members(day) or self.list_acting_leads()
        return self._keep_reachable(chosen)

    def plan_round(self, asked: AskedSchedule, day: date, *, only: str | None = None) -> "list[PlannedPrompt]":
        """Whom the schedule asks on that day, and when; of `only` that person, if one is given."""
        sides = self.list_respondents(asked, day)
        if only is not None:
            sides = {user_id: side for user_id, side in sides.items() if user_id == only}
        return self.plan_prompts(asked.rule, sides, day)

    def plan_prompts(
        self, rule: Schedule, sides: Mapping[str, Side], day: date, *, not_before: datetime | None = None
    ) -> "list[PlannedPrompt]":
        """With each person's own moments: nothing comes outside their working hours, where they are (§2.8)."""
        begins = {
            zone: first_instant_at(day, rule.at, zone)
            for zone in {self.known[each].zone if rule.own_zone else self.project.zone for each in sides}
        }
        since = {u: begins[self.known[u].zone if rule.own_zone else self.project.zone] for u in sides}
        return self._plan(sides, {u: max(at, not_before or at) for u, at in since.items()})

    def plan_prompts_now(self, sides: Mapping[str, Side], now: datetime) -> "list[PlannedPrompt]":
        """Out of turn: now for whoever is at work, when their hours begin for the others (product §8.8)."""
        return self._plan(sides, dict.fromkeys(sides, now))

    def _plan(self, sides: Mapping[str, Side], since: Mapping[str, datetime]) -> "list[PlannedPrompt]":
        """Many people are in few zones: the hours of each are looked up once."""
        windows: dict[tuple[datetime, str], Window] = {}
        planned = []
        for user_id, side in sides.items():
            zone = self.known[user_id].zone
            place = since[user_id], zone
            window = windows.get(place)
            if window is None:
                calendar = find_calendar(self.workspace, zone)
                window = windows[place] = plan_window(place[0], zone=zone, calendar=calendar)
            planned.append(PlannedPrompt(user_id, side, zone, window))
        return planned

    def _keep_internal(self, sides: Mapping[str, Side]) -> dict[str, Side]:
        return {u: side for u, side in sides.items() if u in self.known and self.known[u].is_internal}

    def _keep_reachable(self, chosen: Mapping[str, Side]) -> dict[str, Side]:
        there = self.known
        reachable = {
            u: side for u, side in chosen.items() if u in there and not (there[u].deleted or there[u].is_bot)
        }
        return dict(sorted(reachable.items(), key=lambda each: each[1]))


def load_project_people(session: Session, project: Project) -> ProjectPeople:
    return load_people_of_projects(session, project.team_id, [project])[project.pk]


def load_people_of_projects(session: Session, team_id: str, found: Sequence[Project]) -> dict[int, ProjectPeople]:
    """Project id → who there is to be asked, of all of them in as many statements as of one."""
    members: dict[int, list[Member]] = {each.pk: [] for each in found}
    for member in team.list_members_of_projects(session, team_id, members.keys()):
        members[member.project_id].append(member)
    charters = load_counting_charters(session, found)
    user_ids = {each.user_id for listed in members.values() for each in listed}
    user_ids |= {user_id for each in found for user_id in (*each.leads, *charters[each.pk].executives)}
    known = people.find_people(session, team_id, user_ids)
    workspace = load_workspace(session, team_id)
    return {
        each.pk: ProjectPeople(each, charters[each.pk].executives, members[each.pk], known, workspace)
        for each in found
    }


def list_eligible_respondents(session: Session, project: Project, day: date) -> dict[str, Side]:
    return load_project_people(session, project).list_eligible(day)


def list_acting_leads(session: Session, project: Project) -> dict[str, Side]:
    """User id → side, of those whose account is a colleague's: a guest leads nothing (product §14)."""
    found = people.find_people(session, project.team_id, {*project.leads})
    return {u: side for u, side in project.leads.by_value().items() if u in found and found[u].is_internal}


def list_respondents(session: Session, project: Project, by: AskedSchedule, day: date) -> dict[str, Side]:
    return load_project_people(session, project).list_respondents(by, day)


def plan_round(
    session: Session, project: Project, asked: AskedSchedule, day: date, *, only: str | None = None
) -> list[PlannedPrompt]:
    return load_project_people(session, project).plan_round(asked, day, only=only)


def plan_window(since: datetime, *, zone: str, calendar: WorkCalendar) -> Window:
    """From the question, in the person's own working hours, to 12:00 of their next working day (product §8.3)."""
    due_at = next_working_moment(since, zone=zone, calendar=calendar)
    return Window(
        due_at=due_at,
        remind_at=after_working_days(due_at, 1, zone=zone, calendar=calendar, at=REMIND_AT),
        closes_at=after_working_days(due_at, 1, zone=zone, calendar=calendar, at=WINDOW_ENDS),
    )


def person_working_moment(session: Session, team_id: str, user_id: str, moment: datetime) -> datetime:
    """`moment`, or the first one after it that lies in the person's working hours (product §2.8)."""
    zone = zone_of_person(session, team_id, user_id)
    return next_working_moment(moment, zone=zone, calendar=work_calendar(session, team_id, zone))


def find_working_moments(
    session: Session, team_id: str, user_ids: Collection[str], moment: datetime
) -> dict[str, datetime]:
    """The same of several, by user id."""
    known = people.find_people(session, team_id, user_ids)
    zones = {each: known[each].zone if each in known else "UTC" for each in user_ids}
    moments = {
        zone: next_working_moment(moment, zone=zone, calendar=work_calendar(session, team_id, zone))
        for zone in {*zones.values()}
    }
    return {each: moments[zone] for each, zone in zones.items()}


def is_person_away(session: Session, team_id: str, user_id: str, now: datetime) -> bool:
    """On this day of their own calendar (product §8.5)."""
    return bool(find_people_away(session, team_id, [user_id], now))


def find_people_away(session: Session, team_id: str, user_ids: Collection[str], now: datetime) -> set[str]:
    """Those of them who are away on this day of their own calendars (product §8.5)."""
    if not user_ids:
        return set()
    known = people.find_people(session, team_id, user_ids)
    today = {user_id: local_day(now, known[user_id].zone if user_id in known else "UTC") for user_id in user_ids}
    days = today.values()
    absences = team.list_absences_of_people(session, team_id, user_ids, since=min(days), until=max(days))
    return {user_id for user_id, starts_on, ends_on in absences if starts_on <= today[user_id] <= ends_on}


# --- the prompts of a round ------------------------------------------------------------------------------------


def update_early_prompts(
    session: Session, row: CheckinSchedule, round_: CheckinRound, planned: Sequence[PlannedPrompt]
) -> set[str]:
    """Who has opened the form early, and closed it, is asked as the schedule is now. Returns who has a prompt."""
    plans = {each.user_id: each for each in planned}
    prompts = checkin_prompts.list_prompts(session, round_.pk)
    if not any(each.state is PromptState.ANSWERED for each in prompts):
        round_.questions = row.questions
    left = {each.user_id for each in prompts}
    for prompt in prompts:
        if prompt.state is not PromptState.WAITING:
            continue
        if (plan := plans.get(prompt.user_id)) is None:
            session.delete(prompt)
            left.remove(prompt.user_id)
        else:
            window = plan.window
            prompt.due_at, prompt.remind_at, prompt.closes_at = window.due_at, window.remind_at, window.closes_at
    session.flush()
    return left


def build_new_prompt(planned: PlannedPrompt) -> NewPrompt:
    window = planned.window
    return NewPrompt(
        user_id=planned.user_id,
        side=planned.side,
        only_measure=planned.only_measure,
        due_at=window.due_at,
        remind_at=window.remind_at,
        closes_at=window.closes_at,
    )


def is_measure_due(session: Session, project: Project, day: date) -> bool:
    """Whether the round of that day asks the leads for the measure's value: the first one of a calendar month that
    began when the project was a month old; a later one only if nobody could be asked in it (product §8.1).
    """
    month, since = f"{day:%Y-%m}", same_day_next_month(project_start_day(session, project))
    if day < since:
        return False
    first = checkins.first_round_day(session, project.team_id, project.pk, day.replace(day=1))
    if first is not None and first < since:
        return False
    return checkins.find_measure_value(session, project.pk, month) is None and not has_measure_prompt(
        session, project.team_id, project.pk, month, list(project.leads)
    )


def project_start_day(session: Session, project: Project) -> date:
    """Its charter's start, or the day of the second signature if that came later."""
    starts_on = load_counting_charter(session, project).starts_on
    return starts_on if project.activated_at is None else max(starts_on, project.day(project.activated_at))


def plan_measure_prompts(
    who: ProjectPeople, row: CheckinSchedule, planned: Sequence[PlannedPrompt], day: date, now: datetime
) -> list[PlannedPrompt]:
    """The leads, who are asked for the measure's value whoever else is asked."""
    asked = {each.user_id for each in planned}
    there = {u: side for u, side in who.list_acting_leads().items() if u not in asked}
    found = who.plan_prompts(row.rule, there, day, not_before=now)
    return [replace(each, only_measure=True) for each in found]
