"""Pausing a project, and resuming it: by hand, or when the pause is over (product §3.1)."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.lifecycle.notifications import notify_everybody, post_to_everybody
from bot.lifecycle.service.close_project import RESUME, nine_of_day
from bot.lifecycle.views import ProjectResumed
from bot.people.rules import Actor
from bot.people.service import work_calendar
from bot.projects.policy import check_own_step
from bot.projects.rules import ITSELF, MAX_PAUSE_DAYS, State, may_take_step
from bot.projects.service import ProjectContext, load_context, log_event
from bot.runtime.domain_events import ProjectChanged, publish_event
from bot.runtime.errors import Refusal
from bot.scheduling.workdays import next_working_moment
from bot.signing import reminders
from bot.signing.rules import read_reason
from storage import notices, projects, signing, timers
from storage.projects import Project
from storage.timers import Timer

USUAL_PAUSE = timedelta(days=14)


def may_pause_project(found: ProjectContext) -> bool:
    return may_take_step("pause", found.state, roles=found.roles)


def may_resume_project(found: ProjectContext) -> bool:
    return may_take_step("resume", found.state, roles=found.roles)


def require_pausable_project(found: ProjectContext) -> None:
    """Checks that the actor may pause it now. Raises: NotInThisState, NotAllowed."""
    check_own_step(found, "pause")


def suggest_resume_day(session: Session, project: Project, now: datetime) -> date:
    """The first working day of the project, two weeks on."""
    calendar = work_calendar(session, project.team_id, project.zone)
    moment = nine_of_day(project, project.day(now) + USUAL_PAUSE)
    return project.day(next_working_moment(moment, zone=project.zone, calendar=calendar))


def pause_project(
    session: Session, *, actor: Actor, project_id: int, reason: str | None, until: date, now: datetime
) -> Project:
    """`until`: the day on which it resumes by itself; return dates do not move (product §3.1).

    Raises: NotFound, NotInThisState, NotAllowed, Refusal.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    project = found.project
    require_pausable_project(found)
    words = read_reason(reason, needed=True)
    assert words is not None
    today = project.day(now)
    latest = today + timedelta(days=MAX_PAUSE_DAYS)
    if not today < until <= latest:
        raise Refusal("error.pause_length", field="until", until=until, latest=latest)
    project.take_step("pause", roles=found.roles)
    project.paused_until, project.pause_reason, project.paused_at = until, words, now
    notices.forget_waiting_notices(session, project.team_id, ProjectResumed.kind, str(project.pk))
    _move_open_requests(session, project, days=(until - today).days)
    timers.arm_row_timer(session, project, RESUME, project.pk, nine_of_day(project, until))
    log_event(
        session,
        project,
        "project.paused",
        actor=actor.user_id,
        now=now,
        after={"until": until, "reason": words},
    )
    post_to_everybody(session, project, "paused", by=actor.user_id, now=now, reason=words, until=until)
    publish_event(session, ProjectChanged(project.team_id, now, project.pk))
    return project


def resume_project(session: Session, *, actor: Actor, project_id: int, now: datetime) -> Project:
    """Raises: NotFound, NotInThisState, NotAllowed."""
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    check_own_step(found, "resume")
    found.project.take_step("resume", roles=found.roles)
    _follow_up_resumption(session, found.project, by=actor.user_id, now=now)
    return found.project


def resume_when_due(session: Session, timer: Timer, now: datetime) -> None:
    """The function of the timer kind: the pause is over."""
    project = projects.find_project(session, timer.team_id, int(timer.subject))
    if project is not None and project.state == State.PAUSED:
        project.take_step("resume", roles=ITSELF)
        _follow_up_resumption(session, project, by=None, now=now)


def _follow_up_resumption(session: Session, project: Project, *, by: str | None, now: datetime) -> None:
    if project.paused_until is not None and project.paused_at is not None:  # before, requests were not moved
        _move_open_requests(session, project, days=(project.day(now) - project.paused_until).days)
    project.paused_until, project.pause_reason = None, None
    paused_since, project.paused_at = project.paused_at, None
    log_event(session, project, "project.resumed", actor=by, now=now)
    if by is None:
        notify_everybody(session, project, ProjectResumed(), now=now)
    else:
        timers.cancel_timers(session, project.team_id, f"{RESUME}:{project.pk}")
        post_to_everybody(session, project, "resumed", by=by, now=now)
    publish_event(session, ProjectChanged(project.team_id, now, project.pk, paused_since))


def _move_open_requests(session: Session, project: Project, *, days: int) -> None:
    """The days of a pause do not count for what waits to be signed: those expected, and those not used."""
    for request in signing.list_open_requests_of_project(session, project.team_id, project.pk):
        reminders.move_request_timers(session, request, days=days)
