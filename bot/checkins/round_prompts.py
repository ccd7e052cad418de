"""Whom a round asks, and whom for the measure (product §8.1, §8.3)."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from bot.checkins import respondents
from bot.checkins.respondents import PlannedPrompt
from bot.checkins.rules import same_day_next_month
from storage import checkins, projects
from storage.checkins import CheckinPrompt, CheckinRound, CheckinSchedule, PromptState
from storage.projects import Project


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
    there = {u: side for u, side in respondents.list_acting_leads(session, project).items() if u not in asked}
    rule = row.rule
    found = respondents.plan_prompts(session, project, rule, there, day, not_before=now)
    return [PlannedPrompt(**(vars(each) | {"only_measure": True})) for each in found]
