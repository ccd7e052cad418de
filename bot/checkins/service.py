"""What people read of check-ins: the overview, the rounds that were, and the answers (product §8, §14)."""

from datetime import datetime

from sqlmodel import Session

from bot.checkins import respondents, summaries
from bot.checkins.form_views import ScheduleBrief
from bot.checkins.overview_views import CheckinOverview, PastRound
from bot.checkins.own_prompts import has_answerable_prompt
from bot.checkins.schedules import brief_schedule, find_schedule
from bot.checkins.summary_views import RoundSummary
from bot.checkins.upcoming_days import list_upcoming_days, list_upcoming_skipped_days
from bot.people.rules import Actor
from bot.projects.rules import EDITORS, RUNNING, State
from bot.projects.service import ProjectContext, load_context
from bot.runtime.errors import NotAllowed, NotFound
from bot.ui.components import ListPage, build_uncounted_page
from storage import checkins, projects
from storage.checkins import CheckinRound, PromptState, RoundState
from storage.projects import Project

PAGE = 8  # rounds


def load_checkin_overview(session: Session, found: ProjectContext, *, now: datetime) -> CheckinOverview:
    """Raises: NotAllowed, NotInThisState before activation."""
    row, actor = find_schedule(session, found), found.actor
    project, rule = found.project, row.rule
    _require_reader(session, project, actor, now)
    runs = found.state == State.ACTIVE and row.paused is None
    rounds = checkins.list_rounds(session, project.team_id, project.pk, limit=1)
    going_on = [each for each in rounds if each.state is RoundState.OPEN]
    closes = [
        p.closes_at for each in going_on for p in checkins.list_prompts(session, each.pk) if not p.only_measure
    ]
    is_editor = bool(found.roles & EDITORS)
    asked = respondents.list_respondents(session, project, row, row.next_on or project.day(now))
    days = list_upcoming_days(session, project, row, now=now) if runs else ()
    return CheckinOverview(
        project_id=project.pk,
        key=project.key,
        name=project.name,
        rule=rule,
        zone=project.zone,
        upcoming=days,
        skipped=list_upcoming_skipped_days(session, project, rule, days, now=now),
        paused=row.paused,
        asked=list(asked),
        questions=row.questions,
        round_closes_at=max(closes, default=None),
        blockers=[
            (each, is_editor or each.owner == actor.user_id)
            for each in summaries.list_blocker_views(session, project)
        ],
        may_answer=found.state == State.ACTIVE
        and has_answerable_prompt(session, actor=actor, project=project, now=now),
        may_edit=is_editor and found.state in (State.ACTIVE, State.PAUSED),
        has_history=bool(rounds),
    )


def load_schedule_brief(session: Session, project: Project) -> ScheduleBrief | None:
    """When the project is asked, for its card; None before activation and after its end."""
    row = checkins.find_schedule(session, project.team_id, project.pk)
    if row is None or project.state not in RUNNING:
        return None
    return brief_schedule(project, row)


def list_past_rounds(session: Session, found: ProjectContext, *, page: int, now: datetime) -> ListPage[PastRound]:
    """The page's rounds, newest first. Raises: NotAllowed."""
    project, offset = found.project, (page - 1) * PAGE
    _require_reader(session, project, found.actor, now)
    rounds = checkins.list_rounds(session, project.team_id, project.pk, limit=PAGE + 1, offset=offset)
    seen = build_uncounted_page(rounds, page, size=PAGE)
    return seen.convert_items(lambda each: _build_past_round(session, each))


def _build_past_round(session: Session, round_: CheckinRound) -> PastRound:
    states = [each.state for each in checkins.list_prompts(session, round_.pk) if not each.only_measure]
    answered, asked = states.count(PromptState.ANSWERED), len(states) - states.count(PromptState.NOT_ASKED)
    return PastRound(round_.pk, round_.day, answered, asked, round_.state is RoundState.OPEN)


def load_round_answers(session: Session, *, actor: Actor, round_id: int, now: datetime) -> RoundSummary:
    """A round with every answer in full, for the team (product §14). Raises: NotFound, NotAllowed."""
    round_ = checkins.find_round(session, actor.team_id, round_id)
    project = None if round_ is None else projects.find_project(session, actor.team_id, round_.project_id)
    if round_ is None or project is None or round_.state is RoundState.EARLY:
        raise NotFound
    load_context(session, actor=actor, project_id=project.pk)
    _require_reader(session, project, actor, now)
    return summaries.load_round_summary(session, project, round_)


def _require_reader(session: Session, project: Project, actor: Actor, now: datetime) -> None:
    """Answers are for the team: whoever only drafted the project has no part in it. Raises: NotAllowed."""
    if actor.user_id not in respondents.list_eligible_respondents(session, project, project.day(now)):
        raise NotAllowed
