"""What somebody answers without having been asked: early, late, or again."""

from datetime import date, datetime

from sqlmodel import Session

from bot.checkins import respondents, rounds
from bot.checkins.answers import OpenPrompt, build_open_prompt
from bot.checkins.rules import EARLY
from bot.checkins.schedules import round_opening_time
from bot.people.rules import Actor
from bot.projects.rules import NotInThisState, State
from bot.runtime.errors import Refusal
from storage import checkins, projects
from storage.checkins import CheckinSchedule, RoundState
from storage.projects import Project


def find_or_create_own_prompt(session: Session, *, actor: Actor, project_id: int, now: datetime) -> OpenPrompt:
    """What the actor may answer in a project now: the round that goes on, one to come within a day, or the last.

    Locks the project and creates the early prompt. Raises: NotInThisState, Refusal(Yet).
    """
    project = projects.find_project_for_update(session, actor.team_id, project_id)
    assert project is not None
    if project.state != State.ACTIVE:
        raise NotInThisState(project.key, project.state)
    newest = next(iter(checkins.list_rounds(session, actor.team_id, project.pk, limit=1)), None)
    prompt = None if newest is None else checkins.find_prompt_of_person(session, newest.pk, actor.user_id)
    if newest is not None and prompt is not None and newest.state is RoundState.OPEN:
        return build_open_prompt(session, project, newest, prompt)
    early = _open_early_prompt(session, actor, project, now)
    if early is not None:
        return early
    if newest is not None and prompt is not None:
        return build_open_prompt(session, project, newest, prompt)
    row = checkins.find_schedule(session, actor.team_id, project.pk)
    if row is None or row.next_on is None:
        raise Refusal("error.checkin.nothing_planned")
    raise Refusal("error.checkin.nothing", next_on=row.next_on)


def has_answerable_prompt(session: Session, *, actor: Actor, project: Project, now: datetime) -> bool:
    """Whether `find_or_create_own_prompt` would find something."""
    if (soon := _find_soon_round(session, project, now)) is not None:
        return actor.user_id in respondents.list_respondents(session, project, *soon)
    newest = next(iter(checkins.list_rounds(session, actor.team_id, project.pk, limit=1)), None)
    return newest is not None and checkins.find_prompt_of_person(session, newest.pk, actor.user_id) is not None


def _find_soon_round(session: Session, project: Project, now: datetime) -> tuple[CheckinSchedule, date] | None:
    """The schedule and its next day, if that begins within a day."""
    row = checkins.find_schedule(session, project.team_id, project.pk)
    if row is None or row.next_on is None:
        return None
    return (row, row.next_on) if round_opening_time(session, project, row, row.next_on) - now <= EARLY else None


def _open_early_prompt(session: Session, actor: Actor, project: Project, now: datetime) -> OpenPrompt | None:
    soon = _find_soon_round(session, project, now)
    planned = [] if soon is None else respondents.plan_round(session, project, *soon, only=actor.user_id)
    if soon is None or not planned:
        return None
    row, day = soon
    round_ = rounds.ensure_round(session, project, row, day.isoformat(), day)
    prompt = checkins.find_prompt_of_person(session, round_.pk, actor.user_id)
    if prompt is None:
        prompt = respondents.build_prompt(round_, planned[0])
        session.add(prompt)
        session.flush()
    return build_open_prompt(session, project, round_, prompt)
