"""What people read of check-ins, and answer without having been asked: early, late, or again (product §8, §14)."""

from datetime import date, datetime

from sqlmodel import Session

from bot.checkins import blockers as blocker_service
from bot.checkins import openings, respondents, summaries
from bot.checkins.open_prompts import OpenPrompt, build_open_prompt
from bot.checkins.overview_views import CheckinOverview
from bot.checkins.readers import require_reader
from bot.checkins.rules import EARLY
from bot.checkins.schedule_views import ScheduleBrief, SchedulePreview
from bot.checkins.schedules import brief_schedule, find_schedule, may_edit_schedule, round_opening_time
from bot.checkins.summary_views import RoundSummary
from bot.checkins.upcoming_days import load_schedule_preview
from bot.checkins.views import OpenRound
from bot.people.rules import Actor
from bot.projects.rules import EDITORS, RUNNING, TEAM, NotInThisState, State
from bot.projects.service import ProjectContext, load_context
from bot.runtime.errors import NotFound, Refusal
from storage import blockers, checkins, projects
from storage.checkin_prompts import PromptState, find_prompt_of_person, insert_prompts, list_prompts
from storage.checkins import CheckinSchedule, RoundState
from storage.projects import Project

SHOWN_BLOCKERS = 3  # the oldest; all of them are a click away


def load_checkin_overview(session: Session, found: ProjectContext, *, now: datetime) -> CheckinOverview:
    """Raises: NotAllowed, NotInThisState before activation."""
    row, actor = find_schedule(session, found), found.actor
    project = found.project
    require_reader(session, found, now)
    runs = found.state == State.ACTIVE and row.paused is None
    newest = checkins.list_rounds(session, project.team_id, project.pk, limit=1)
    going_on = [each for each in newest if each.state is RoundState.OPEN]
    closes = [p.closes_at for each in going_on for p in list_prompts(session, each.pk) if not p.only_measure]
    is_editor = bool(found.roles & EDITORS)
    asked = respondents.list_respondents(session, project, row, row.next_on or project.day(now))
    return CheckinOverview(
        project_id=project.pk,
        key=project.key,
        name=project.name,
        schedule=load_schedule_preview(session, project, row, now=now)
        if runs
        else SchedulePreview(row.rule, project.zone),
        paused=row.paused,
        state=found.state,
        asked=list(asked),
        questions=row.questions,
        round_closes_at=max(closes, default=None),
        blockers=[
            (each, found.state in blocker_service.CHANGEABLE and (is_editor or each.owner == actor.user_id))
            for each in summaries.list_blocker_views(session, project)[:SHOWN_BLOCKERS]
        ],
        blocker_count=blockers.count_open_blockers(session, project.team_id, project.pk),
        may_answer=found.state == State.ACTIVE
        and has_answerable_prompt(session, actor=actor, project=project, now=now),
        may_edit=may_edit_schedule(found),
        may_ask_now=openings.may_start_round(found),
        has_history=bool(newest),
    )


def load_brief_and_blockers(session: Session, project: Project) -> tuple[ScheduleBrief | None, int]:
    """For the card: when the project is asked, and how many blockers are open; nothing before activation and after
    its end.
    """
    if project.state not in RUNNING:
        return None, 0
    row, count = checkins.load_schedule_with_blockers(session, project.team_id, project.pk)
    return None if row is None else brief_schedule(project, row), count


def load_round_answers(session: Session, *, actor: Actor, round_id: int, now: datetime) -> RoundSummary:
    """A round with every answer in full, for the team (product §14). Raises: NotFound, NotAllowed."""
    round_ = checkins.find_round(session, actor.team_id, round_id)
    project = None if round_ is None else projects.find_project(session, actor.team_id, round_.project_id)
    if round_ is None or project is None or round_.state is RoundState.EARLY:
        raise NotFound
    found = load_context(session, actor=actor, project_id=project.pk)
    require_reader(session, found, now)
    return summaries.load_round_summary(session, project, round_)


def find_open_round(session: Session, found: ProjectContext) -> OpenRound | None:
    """The round that goes on, for who may begin one; None if none does."""
    project, user_id = found.project, found.actor.user_id
    begun = checkins.list_unfinished_rounds(session, project.team_id, project.pk)
    round_ = next((each for each in begun if each.state is RoundState.OPEN), None)
    if round_ is None or round_.opened_at is None:
        return None
    prompts = [each for each in list_prompts(session, round_.pk) if not each.only_measure]
    led = respondents.list_acting_leads(session, project).get(user_id)
    return OpenRound(
        since=round_.opened_at,
        closes_at=max(each.closes_at for each in prompts),
        answered=sum(each.state is PromptState.ANSWERED for each in prompts),
        asked=sum(each.state is not PromptState.NOT_ASKED for each in prompts),
        without_answer=[
            each.user_id for each in prompts if each.is_open and each.side == led and each.user_id != user_id
        ],
    )


# --- what somebody answers unasked ------------------------------------------------------------------------------


def may_answer_in(found: ProjectContext) -> bool:
    """Whether it is worth offering the project to the actor: `find_or_create_own_prompt` decides."""
    return found.state == State.ACTIVE and bool(found.roles & TEAM)


def find_or_create_own_prompt(session: Session, *, actor: Actor, project_id: int, now: datetime) -> OpenPrompt:
    """What the actor may answer in a project now: the round that goes on, one to come within a day, or the last.

    Locks the project and creates the early prompt. Raises: NotInThisState, Refusal(Yet).
    """
    project = projects.find_project_for_update(session, actor.team_id, project_id)
    assert project is not None
    if project.state != State.ACTIVE:
        raise NotInThisState(project)
    newest = next(iter(checkins.list_rounds(session, actor.team_id, project.pk, limit=1)), None)
    prompt = None if newest is None else find_prompt_of_person(session, newest.pk, actor.user_id)
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
    if actor.user_id not in respondents.list_respondents(session, project, row, row.next_on):
        raise Refusal("error.checkin.not_asked", key=project.key)
    raise Refusal("error.checkin.nothing", next_on=row.next_on)


def has_answerable_prompt(session: Session, *, actor: Actor, project: Project, now: datetime) -> bool:
    """Whether `find_or_create_own_prompt` would find something."""
    if (soon := _find_soon_round(session, project, now)) is not None:
        return actor.user_id in respondents.list_respondents(session, project, *soon)
    newest = next(iter(checkins.list_rounds(session, actor.team_id, project.pk, limit=1)), None)
    return newest is not None and find_prompt_of_person(session, newest.pk, actor.user_id) is not None


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
    round_ = openings.ensure_round(session, project, row, day.isoformat(), day, now=now)
    prompt = find_prompt_of_person(session, round_.pk, actor.user_id)
    if prompt is None:
        insert_prompts(session, [(round_, [respondents.build_new_prompt(planned[0])])])
        prompt = find_prompt_of_person(session, round_.pk, actor.user_id)
        assert prompt is not None
    return build_open_prompt(session, project, round_, prompt)
