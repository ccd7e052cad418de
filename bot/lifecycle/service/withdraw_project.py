"""Withdrawing a project, and taking that back (product §3.2)."""

from datetime import datetime
from typing import Final

from sqlmodel import Session

from bot.charter import notifications
from bot.charter.rules import CHARTER_KIND
from bot.lifecycle.notifications import post_to_everybody
from bot.lifecycle.service.close_project import CLOSE, closing_day_from_now, closing_day_of, withdrawal_deadline
from bot.people.rules import Actor
from bot.projects.policy import check_own_step
from bot.projects.rules import RUNNING, NotInThisState, State, may_take_step
from bot.projects.service import ProjectContext, load_context, log_event
from bot.runtime.domain_events import ProjectChanged, publish_event
from bot.runtime.errors import NotAllowed, Refusal
from bot.signing.rules import read_reason
from bot.signing.service.close_request import end_withdrawn_request
from storage import signing, timers
from storage.projects import Project

_WITHDRAWALS: Final = {State.DRAFT: "discard", State.SIGNING: "cancel"}  # steps; once both have signed: "withdraw"


def withdraw_project(
    session: Session, *, actor: Actor, project_id: int, seen: str, reason: str | None, now: datetime
) -> Project:
    """Before activation: off the table at once. After it: closing after ten working days (product §3.2, §4.7).

    `seen`: the state for which the form said what will happen.
    Raises: NotFound, NotInThisState, NotAllowed, Refusal.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    require_withdrawable_project(session, found)
    if seen != found.state and not {seen, found.state} <= RUNNING:
        raise NotInThisState(found.project)
    words = read_reason(reason, needed=True)
    assert words is not None
    project = found.project
    if found.state == State.DRAFT:
        _discard_draft(session, found, actor, words, now)
    elif found.state == State.SIGNING:
        request = signing.find_open_request(session, project.team_id, project.pk, CHARTER_KIND)
        assert request is not None
        end_withdrawn_request(session, request, by=actor.user_id, reason=words, now=now)
    else:
        _withdraw_running_project(session, found, words, now)
    return project


def may_withdraw_project(found: ProjectContext) -> bool:
    """Whether the actor may withdraw it now; nobody withdraws it twice."""
    is_withdrawn = found.state in RUNNING and found.project.closes_at is not None
    return not is_withdrawn and may_take_step(_find_step(found), found.state, roles=found.roles)


def require_withdrawable_project(session: Session, found: ProjectContext) -> None:
    """Whether the actor may withdraw it now. Raises: NotInThisState, NotAllowed, Refusal."""
    check_own_step(found, _find_step(found))
    day = closing_day_of(session, found.project)
    if found.state in RUNNING and day is not None:
        raise Refusal("error.already_withdrawn", key=found.project.key, closes_on=day)


def _find_step(found: ProjectContext) -> str:
    return _WITHDRAWALS.get(found.state, "withdraw")


def take_back_withdrawal(session: Session, *, actor: Actor, project_id: int, now: datetime) -> Project:
    """Raises: NotFound, NotAllowed, NotInThisState, Refusal."""
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    project = found.project
    check_own_step(found, "take_back")
    project.take_step("take_back", roles=found.roles)
    if project.closes_at is None:
        raise Refusal("error.not_withdrawn")
    if project.withdrawn_by != actor.user_id:
        may = [] if project.withdrawn_by is None else [project.withdrawn_by]
        raise NotAllowed("error.only.withdrawer", may=may, project_id=project.pk)
    project.closes_at, project.withdrawn_by, project.withdrawal_reason = None, None, None
    timers.cancel_timers(session, project.team_id, f"{CLOSE}:{project.pk}")
    log_event(session, project, "project.taken_back", actor=actor.user_id, now=now, after={})
    post_to_everybody(session, project, "taken_back", by=actor.user_id, now=now, everybody=True)
    return project


def _discard_draft(session: Session, found: ProjectContext, actor: Actor, reason: str, now: datetime) -> None:
    project = found.project
    project.take_step("discard", roles=found.roles)
    log_event(session, project, "project.discarded", actor=actor.user_id, now=now, after={"reason": reason})
    notifications.notify_of_discarded_draft(session, project, by=actor.user_id, reason=reason)
    publish_event(session, ProjectChanged(project.team_id, now, project.pk))


def _withdraw_running_project(session: Session, found: ProjectContext, reason: str, now: datetime) -> None:
    project, actor = found.project, found.actor
    project.take_step("withdraw", roles=found.roles)
    closes_at = withdrawal_deadline(session, project, now)  # its end date closes it by itself
    project.withdrawn_by, project.withdrawal_reason, project.closes_at = actor.user_id, reason, closes_at
    timers.arm_row_timer(session, project, CLOSE, project.pk, closes_at)
    day = closing_day_from_now(session, project, now=now)
    log_event(
        session,
        project,
        "project.withdrawn",
        actor=actor.user_id,
        now=now,
        after={"reason": reason, "closes_on": day},
    )
    post_to_everybody(
        session,
        project,
        "withdrawn",
        by=actor.user_id,
        now=now,
        reason=reason,
        everybody=True,
        closes_on=day,
    )
