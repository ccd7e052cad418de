"""What people read of check-ins: the overview, the rounds that were, and the answers (product §8, §14)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.checkins import summaries, whom
from bot.checkins.answers import answerable
from bot.checkins.form_views import Overview, Past, Regular
from bot.checkins.rules import Question, Schedule
from bot.checkins.schedules import schedule_of, skipped_among, upcoming
from bot.checkins.summary_views import Stuck, Summary
from bot.errors import NotAllowed, NotFound
from bot.people.rules import Actor
from bot.projects.rules import EDITORS, RUNNING, State
from bot.projects.service import dossier
from storage import checkins, projects
from storage.projects import Project

PAGE = 8  # rounds


def overview_of(session: Session, *, actor: Actor, project_id: int, now: datetime) -> Overview:
    """Raises: NotFound, NotAllowed, NotInThisState before activation."""
    found, row = schedule_of(session, actor=actor, project_id=project_id)
    project, rule = found.project, Schedule.from_json(row.rule)
    _check_reader(session, project, actor, now)
    runs = found.state == State.ACTIVE and row.paused is None
    rounds = checkins.rounds(session, project.team_id, project.pk, limit=1)
    going_on = [each for each in rounds if each.ended_at is None]
    closes = [p.closes_at for each in going_on for p in checkins.prompts(session, each.pk) if not p.only_measure]
    is_editor = bool(found.roles & EDITORS)
    asked = whom.asked(session, project, row, row.next_on or project.day(now))
    days = upcoming(session, project, row, now=now) if runs else ()
    return Overview(
        project_id=project.pk,
        key=project.key,
        name=project.name,
        rule=rule,
        zone=project.zone,
        upcoming=days,
        skipped=skipped_among(session, project, rule, days, now=now),
        paused=row.paused,
        asked=list(asked),
        questions=[Question.from_json(each) for each in row.questions],
        round_closes_at=max(closes, default=None),
        blockers=[
            (
                Stuck(b.pk, b.text, b.owner, project.day(b.since), is_executives=False),
                is_editor or b.owner == actor.user_id,
            )
            for b in checkins.blockers(session, project.team_id, project.pk)
        ],
        may_answer=found.state == State.ACTIVE and answerable(session, actor=actor, project=project, now=now),
        may_edit=is_editor and found.state in (State.ACTIVE, State.PAUSED),
        has_history=bool(rounds),
    )


def regular_of(session: Session, project: Project) -> Regular | None:
    """When the project is asked, for its card; None before activation and after its end."""
    row = checkins.schedule(session, project.team_id, project.pk)
    if row is None or project.state not in RUNNING:
        return None
    return Regular(Schedule.from_json(row.rule), project.zone, row.next_on, row.paused)


def past_rounds(
    session: Session, *, actor: Actor, project_id: int, page: int, now: datetime
) -> tuple[Project, Sequence[Past], bool]:
    """The page's rounds, newest first, and whether there are older ones. Raises: NotFound, NotAllowed."""
    project = dossier(session, actor=actor, project_id=project_id).project
    _check_reader(session, project, actor, now)
    found = checkins.rounds(session, actor.team_id, project_id, limit=PAGE + 1, offset=(max(page, 1) - 1) * PAGE)
    past = []
    for each in found[:PAGE]:
        prompts = [p for p in checkins.prompts(session, each.pk) if not p.only_measure and p.state != "not_asked"]
        answered = sum(p.state == "answered" for p in prompts)
        past.append(Past(each.pk, each.day, answered, len(prompts), each.ended_at is None))
    return project, past, len(found) > PAGE


def answers_of(session: Session, *, actor: Actor, round_id: int, now: datetime) -> Summary:
    """A round with every answer in full, for the team (product §14). Raises: NotFound, NotAllowed."""
    round_ = checkins.round_(session, actor.team_id, round_id)
    project = None if round_ is None else projects.project(session, actor.team_id, round_.project_id)
    if round_ is None or project is None or round_.opened_at is None:
        raise NotFound
    dossier(session, actor=actor, project_id=project.pk)
    _check_reader(session, project, actor, now)
    return summaries.facts_of(session, project, round_)


def _check_reader(session: Session, project: Project, actor: Actor, now: datetime) -> None:
    """Answers are for the team: whoever only drafted the project has no part in it. Raises: NotAllowed."""
    if actor.user_id not in whom.with_a_part(session, project, project.day(now)):
        raise NotAllowed
