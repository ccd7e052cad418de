"""A project's life after its draft: pausing, resuming, withdrawing, and its end (product §3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.charter import notifications
from bot.charter.signable import KIND
from bot.deliveries.digests.queue import Merge, notify_person, notify_project
from bot.lifecycle import views
from bot.people.rules import Actor
from bot.people.service import enqueue_direct_message, texts_of, work_calendar
from bot.projects.rules import (
    EXECUTIVES,
    ITSELF,
    MAX_PAUSE_DAYS,
    RUNNING,
    WITHDRAWAL_AFTER,
    NotInThisState,
    State,
    apply_transition,
)
from bot.projects.service import Dossier, load_dossier, log_event
from bot.runtime.domain_events import CharterAdopted, ProjectActivated, ProjectChanged, publish_event
from bot.runtime.errors import NotAllowed, UserError
from bot.scheduling.workdays import ROUTINE_TIME, after_working_days
from bot.signing import reminders
from bot.signing.rules import read_reason
from bot.signing.service.close_request import close_project_requests
from bot.signing.service.withdraw_request import end_withdrawn_request
from bot.ui.blocks import Message
from bot.ui.texts import Texts
from storage import notices, projects, signing, timers
from storage.deliveries import enqueue_delivery
from storage.notices import Notice
from storage.projects import CharterVersion, Project
from storage.timers import Timer

RESUME, CLOSE, END = "life.resume", "life.close", "life.end"  # timer kinds
RESUMED, CLOSING = "life.resumed", "life.closing"  # notice kinds: what happens by itself is routine
CLOSES_ON, VISIBILITY = "life.closes_on", "life.visibility"


@dataclass(eq=False)
class PauseLength(UserError):
    """From tomorrow on, and thirty days at most."""

    latest: date
    text_key = "error.pause_length"
    field = "until"


@dataclass(eq=False)
class AlreadyWithdrawn(UserError):
    key: str
    closes_on: date
    text_key = "error.already_withdrawn"


class NotWithdrawn(UserError):
    text_key = "error.not_withdrawn"


@dataclass(eq=False)
class TakenBackByAnother(UserError):
    """Whoever withdrew takes it back: nobody is held in a partnership."""

    text_key = "error.taken_back_by_another"


def pause_project(
    session: Session, *, actor: Actor, project_id: int, reason: str | None, until: date, now: datetime
) -> Project:
    """`until`: the day on which it resumes by itself; return dates do not move (product §3.1).

    Raises: NotFound, NotInThisState, NotAllowed, PauseLength, ReasonNeeded, ReasonTooLong.
    """
    found = _load_dossier(session, actor, project_id)
    project = found.project
    state = apply_transition("pause", found.state, roles=found.roles, key=project.key)
    words = read_reason(reason, needed=True)
    assert words is not None
    today = project.day(now)
    latest = today + timedelta(days=MAX_PAUSE_DAYS)
    if not today < until <= latest:
        raise PauseLength(latest)
    project.state, project.paused_until, project.pause_reason = state, until, words
    project.paused_at = now
    notices.withdraw_waiting_notices(session, project.team_id, RESUMED, str(project.pk))
    _move_open_requests(session, project, days=(until - today).days)
    _arm_project_timer(session, project, RESUME, _nine_of_day(project, until))
    _log_event_of_actor(
        session, project, "project.paused", actor, now, {"until": until.isoformat(), "reason": words}
    )
    tell_everybody(
        session,
        project,
        key=f"paused:{project.pk}:{now.timestamp()}",
        by=actor.user_id,
        message=lambda t: views.render_pause(
            t, project.key, project.name, by=actor.user_id, until=until, reason=words
        ),
    )
    publish_event(session, ProjectChanged(project.team_id, now, project.pk))
    return project


def resume_project(session: Session, *, actor: Actor, project_id: int, now: datetime) -> Project:
    """Raises: NotFound, NotInThisState, NotAllowed."""
    found = _load_dossier(session, actor, project_id)
    state = apply_transition("resume", found.state, roles=found.roles, key=found.project.key)
    _resume_project(session, found.project, state, by=actor.user_id, now=now)
    return found.project


def resume_when_due(session: Session, timer: Timer, now: datetime) -> None:
    """The function of the timer kind: the pause is over."""
    project = projects.find_project(session, timer.team_id, int(timer.subject))
    if project is not None and project.state == State.PAUSED:
        state = apply_transition("resume", State.PAUSED, roles=ITSELF, key=project.key)
        _resume_project(session, project, state, by=None, now=now)


def withdraw_project(
    session: Session, *, actor: Actor, project_id: int, seen: str, reason: str | None, now: datetime
) -> Project:
    """Before activation: off the table at once. After it: closing after ten working days (product §3.2, §4.7).

    `seen`: the state for which the form said what will happen.
    Raises: NotFound, NotInThisState, NotAllowed, AlreadyWithdrawn, ReasonNeeded, ReasonTooLong.
    """
    found = require_withdrawable_project(session, actor=actor, project_id=project_id, now=now, for_update=True)
    if seen != found.state and not {seen, found.state} <= RUNNING:
        raise NotInThisState(found.project.key, found.state)
    words = read_reason(reason, needed=True)
    assert words is not None
    project = found.project
    if found.state == State.DRAFT:
        _discard_draft(session, found, actor, words, now)
    elif found.state == State.SIGNING:
        request = signing.find_open_request(session, project.team_id, project.pk, KIND)
        assert request is not None
        end_withdrawn_request(session, request, by=actor.user_id, reason=words, now=now)
    else:
        _withdraw_running_project(session, project, actor, words, now)
    return project


def require_withdrawable_project(
    session: Session, *, actor: Actor, project_id: int, now: datetime, for_update: bool = False
) -> Dossier:
    """The project, if the actor may withdraw it now.

    Raises: NotFound, NotInThisState, NotAllowed, AlreadyWithdrawn.
    """
    found = _load_dossier(session, actor, project_id, for_update=for_update)
    if found.state in RUNNING:
        if not found.roles & EXECUTIVES:
            raise NotAllowed
        day = closing_day_of(session, found.project)
        if day is not None:
            raise AlreadyWithdrawn(found.project.key, day)
    else:
        apply_transition(
            "discard" if found.state == State.DRAFT else "cancel",
            found.state,
            roles=found.roles,
            key=found.project.key,
        )
    return found


def closing_day_from_now(session: Session, project: Project, *, now: datetime) -> date:
    """The day on which a running project that is withdrawn now enters its closing: its end date at the latest."""
    return min(
        project.day(_withdrawal_deadline(session, project, now)), _governing_charter(session, project).ends_on
    )


def closing_day_of(session: Session, project: Project) -> date | None:
    """The day on which a withdrawn project enters its closing, unless that is taken back."""
    if project.closes_at is None:
        return None
    return min(project.day(project.closes_at), _governing_charter(session, project).ends_on)


def take_back_withdrawal(session: Session, *, actor: Actor, project_id: int, now: datetime) -> Project:
    """Raises: NotFound, NotAllowed, NotInThisState, NotWithdrawn, TakenBackByAnother."""
    found = _load_dossier(session, actor, project_id)
    project = found.project
    if not found.roles & EXECUTIVES:
        raise NotAllowed
    if found.state not in RUNNING:
        raise NotInThisState(project.key, project.state)
    if project.closes_at is None:
        raise NotWithdrawn
    if project.withdrawn_by != actor.user_id:
        raise TakenBackByAnother
    project.closes_at, project.withdrawn_by, project.withdrawal_reason = None, None, None
    timers.cancel_timer(session, project.team_id, f"{CLOSE}:{project.pk}")
    _log_event_of_actor(session, project, "project.taken_back", actor, now, {})
    tell_everybody(
        session,
        project,
        key=f"taken-back:{project.pk}:{now.timestamp()}",
        by=actor.user_id,
        message=lambda t: views.render_taken_back_withdrawal(t, project.key, project.name, by=actor.user_id),
        everybody=True,
    )
    return project


def close_when_due(session: Session, timer: Timer, now: datetime) -> None:
    """The function of two timer kinds: a withdrawal's ten days are over, or the end date is here (§3.2, §3.3)."""
    project = projects.find_project(session, timer.team_id, int(timer.subject))
    if project is None or project.state not in RUNNING:
        return
    if timer.kind == CLOSE and project.closes_at is None:
        return
    before = project.state
    project.state = apply_transition("begin_closing", State(project.state), roles=ITSELF, key=project.key)
    project.paused_until, project.pause_reason, project.paused_at = None, None, None
    for kind in (RESUME, CLOSE, END):
        if kind != timer.kind:
            timers.cancel_timer(session, project.team_id, f"{kind}:{project.pk}")
    close_project_requests(session, team_id=project.team_id, project_id=project.pk, now=now)
    log_event(
        session,
        project,
        "project.closing",
        actor=None,
        now=now,
        before={"state": before},
        after={"state": project.state},
    )
    notify_everybody(session, project, CLOSING, now=now, everybody=True)
    publish_event(session, ProjectChanged(project.team_id, now, project.pk))


def arm_project_end(session: Session, happened: ProjectActivated | CharterAdopted) -> None:
    """The reaction to a charter that governs: on its end date the project enters closing by itself (§3.3)."""
    project = projects.find_project(session, happened.team_id, happened.project_id)
    assert project is not None
    _arm_project_timer(session, project, END, _nine_of_day(project, _governing_charter(session, project).ends_on))


def notify_of_changed_end(session: Session, happened: CharterAdopted) -> None:
    """The reaction to another end date: where a withdrawn project closes on another day by it, everybody reads that
    with the next routine message."""
    project = projects.find_project(session, happened.team_id, happened.project_id)
    assert project is not None
    day = closing_day_of(session, project)
    if day is None or "ends_on" not in happened.changed or project.closes_at is None:
        return
    before = min(project.day(project.closes_at), date.fromisoformat(happened.changed["ends_on"][0]))
    if day != before:
        notify_everybody(
            session,
            project,
            CLOSES_ON,
            {"before": before.isoformat(), "closes_on": day.isoformat()},
            now=happened.now,
            everybody=True,
            merge=_merge_closing_days,
        )


def _merge_closing_days(earlier: Mapping[str, Any], newer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Two changes of the day as one; None if it is the same again."""
    whole = {**newer, "before": earlier["before"]}
    return None if whole["before"] == whole["closes_on"] else whole


def load_closing_facts(session: Session, notice: Notice) -> Mapping[str, Any] | None:
    """None once it does not close by a withdrawal any more."""
    project = projects.find_project(session, notice.team_id, notice.project_id or 0)
    if project is None or project.closes_at is None or project.state not in RUNNING:
        return None
    return notifications.load_project_notice_facts(session, notice)


def load_visibility_facts(session: Session, notice: Notice) -> Mapping[str, Any] | None:
    """None if it was changed back."""
    project = projects.find_project(session, notice.team_id, notice.project_id or 0)
    if project is None or project.is_public != notice.facts["is_public"]:
        return None
    return notifications.load_project_notice_facts(session, notice)


def tell_everybody(
    session: Session,
    project: Project,
    *,
    key: str,
    by: str | None,
    message: Callable[[Texts], Message],
    everybody: bool = False,
) -> None:
    """In the project channel; where there is none, or it concerns `everybody` for sure, to executives and leads."""
    # A person has just done it and others have to know: at once, as what people write to each other.
    if project.channel_id is not None:
        enqueue_delivery(
            session,
            team_id=project.team_id,
            lane=f"project:{project.pk}",
            key=key,
            kind="message",
            content=message(Texts.of(project.language, project.zone)).content(),
            project_id=project.pk,
        )
    for user_id in sorted(_list_direct_readers(session, project, everybody=everybody) - {by}):
        enqueue_direct_message(
            session,
            team_id=project.team_id,
            user_id=user_id,
            key=f"{key}:{user_id}",
            message=message(texts_of(session, project.team_id, user_id)),
            project_id=project.pk,
        )


def notify_everybody(
    session: Session,
    project: Project,
    kind: str,
    facts: Mapping[str, Any] | None = None,
    *,
    now: datetime,
    by: str | None = None,
    everybody: bool = False,
    merge: Merge | None = None,
) -> None:
    """The same of what is not exempt: as routine notices, within working hours (product §2.8)."""
    facts = {"key": project.key, "name": project.name, **(facts or {})}
    if project.channel_id is not None:
        notify_project(
            session,
            team_id=project.team_id,
            project_id=project.pk,
            kind=kind,
            facts=facts,
            now=now,
            subject=str(project.pk),
            merge=merge,
        )
    for user_id in sorted(_list_direct_readers(session, project, everybody=everybody) - {by}):
        notify_person(
            session,
            team_id=project.team_id,
            user_id=user_id,
            kind=kind,
            facts=facts,
            project_id=project.pk,
            now=now,
            subject=str(project.pk),
            merge=merge,
        )


def _list_direct_readers(session: Session, project: Project, *, everybody: bool) -> set[str]:
    """Who reads it as a direct message."""
    if project.channel_id is not None and not everybody:
        return set()
    charter = projects.load_counting_charter(session, project)
    executives = {charter.cio, charter.cmo}
    return executives if project.channel_id is not None else executives | {project.lead_it, project.lead_marketing}


def _load_dossier(session: Session, actor: Actor, project_id: int, *, for_update: bool = True) -> Dossier:
    return load_dossier(session, actor=actor, project_id=project_id, for_update=for_update)


def _resume_project(session: Session, project: Project, state: State, *, by: str | None, now: datetime) -> None:
    if project.paused_until is not None and project.paused_at is not None:  # before, requests were not moved
        _move_open_requests(session, project, days=(project.day(now) - project.paused_until).days)
    project.state, project.paused_until, project.pause_reason = state, None, None
    paused_since, project.paused_at = project.paused_at, None
    log_event(session, project, "project.resumed", actor=by, now=now)
    if by is None:
        notify_everybody(session, project, RESUMED, now=now)
    else:
        timers.cancel_timer(session, project.team_id, f"{RESUME}:{project.pk}")
        tell_everybody(
            session,
            project,
            key=f"resumed:{project.pk}:{now.timestamp()}",
            by=by,
            message=lambda t: views.render_resumption(t, project.key, project.name, by=by),
        )
    publish_event(session, ProjectChanged(project.team_id, now, project.pk, paused_since))


def _move_open_requests(session: Session, project: Project, *, days: int) -> None:
    """The days of a pause do not count for what waits to be signed: those expected, and those not used."""
    for request in signing.list_open_requests_of_project(session, project.team_id, project.pk):
        reminders.move_request_timers(session, request, days=days)


def _discard_draft(session: Session, found: Dossier, actor: Actor, reason: str, now: datetime) -> None:
    project = found.project
    project.state = apply_transition("discard", found.state, roles=found.roles, key=project.key)
    _log_event_of_actor(session, project, "project.discarded", actor, now, {"reason": reason})
    notifications.notify_of_discarded_draft(session, project, by=actor.user_id, reason=reason)


def _withdraw_running_project(session: Session, project: Project, actor: Actor, reason: str, now: datetime) -> None:
    closes_at = _withdrawal_deadline(session, project, now)  # its end date closes it by itself
    project.withdrawn_by, project.withdrawal_reason, project.closes_at = actor.user_id, reason, closes_at
    _arm_project_timer(session, project, CLOSE, closes_at)
    day = closing_day_from_now(session, project, now=now)
    _log_event_of_actor(
        session, project, "project.withdrawn", actor, now, {"reason": reason, "closes_on": day.isoformat()}
    )
    tell_everybody(
        session,
        project,
        key=f"withdrawn:{project.pk}:{now.timestamp()}",
        by=actor.user_id,
        message=lambda t: views.render_withdrawal(
            t, project.key, project.name, by=actor.user_id, closes_on=day, reason=reason
        ),
        everybody=True,
    )


def _withdrawal_deadline(session: Session, project: Project, now: datetime) -> datetime:
    calendar = work_calendar(session, project.team_id, project.zone)
    return after_working_days(now, WITHDRAWAL_AFTER, zone=project.zone, calendar=calendar)


def _governing_charter(session: Session, project: Project) -> CharterVersion:
    assert project.governing_version is not None
    return projects.load_counting_charter(session, project)


def _arm_project_timer(session: Session, project: Project, kind: str, due_at: datetime) -> None:
    timers.arm_timer(
        session,
        team_id=project.team_id,
        key=f"{kind}:{project.pk}",
        kind=kind,
        subject=str(project.pk),
        due_at=due_at,
        project_id=project.pk,
    )


def _nine_of_day(project: Project, day: date) -> datetime:
    return datetime.combine(day, ROUTINE_TIME, ZoneInfo(project.zone))


def _log_event_of_actor(
    session: Session, project: Project, action: str, actor: Actor, now: datetime, after: dict[str, Any]
) -> None:
    log_event(session, project, action, actor=actor.user_id, now=now, after=after)
