"""A project's life after its draft: pausing, resuming, withdrawing, and its end (product §3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.charter import announcements
from bot.charter.matter import KIND
from bot.digests.queue import Merge, notify_person, notify_project
from bot.errors import NotAllowed, UserError
from bot.happenings import CharterAdopted, ProjectActivated, ProjectChanged, announce
from bot.kit import Message
from bot.life import views
from bot.people.rules import Actor
from bot.people.service import direct_message, texts_of, work_calendar
from bot.projects.rules import (
    EXECUTIVES,
    ITSELF,
    MAX_PAUSE_DAYS,
    RUNNING,
    WITHDRAWAL_AFTER,
    NotInThisState,
    State,
    moved,
)
from bot.projects.service import Dossier, dossier, note
from bot.signing import reminders
from bot.signing.service import close_requests, read_reason, take_back
from bot.texts import Texts
from bot.workdays import ROUTINE_TIME, after_working_days
from storage import notices, projects, signing, timers
from storage.deliveries import enqueue
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


def pause(
    session: Session, *, actor: Actor, project_id: int, reason: str | None, until: date, now: datetime
) -> Project:
    """`until`: the day on which it resumes by itself; return dates do not move (product §3.1).

    Raises: NotFound, NotInThisState, NotAllowed, PauseLength, ReasonNeeded, ReasonTooLong.
    """
    found = _found(session, actor, project_id)
    project = found.project
    state = moved("pause", found.state, roles=found.roles, key=project.key)
    words = read_reason(reason, needed=True)
    assert words is not None
    today = project.day(now)
    latest = today + timedelta(days=MAX_PAUSE_DAYS)
    if not today < until <= latest:
        raise PauseLength(latest)
    project.state, project.paused_until, project.pause_reason = state, until, words
    project.paused_at = now
    notices.withdraw(session, project.team_id, RESUMED, str(project.pk))
    _move_requests(session, project, days=(until - today).days)
    _arm(session, project, RESUME, _nine(project, until))
    _note(session, project, "project.paused", actor, now, {"until": until.isoformat(), "reason": words})
    tell_all(
        session,
        project,
        key=f"paused:{project.pk}:{now.timestamp()}",
        by=actor.user_id,
        message=lambda t: views.paused(t, project.key, project.name, by=actor.user_id, until=until, reason=words),
    )
    announce(session, ProjectChanged(project.team_id, now, project.pk))
    return project


def resume(session: Session, *, actor: Actor, project_id: int, now: datetime) -> Project:
    """Raises: NotFound, NotInThisState, NotAllowed."""
    found = _found(session, actor, project_id)
    state = moved("resume", found.state, roles=found.roles, key=found.project.key)
    _resume(session, found.project, state, by=actor.user_id, now=now)
    return found.project


def resume_by_itself(session: Session, timer: Timer, now: datetime) -> None:
    """The function of the timer kind: the pause is over."""
    project = projects.project(session, timer.team_id, int(timer.subject))
    if project is not None and project.state == State.PAUSED:
        state = moved("resume", State.PAUSED, roles=ITSELF, key=project.key)
        _resume(session, project, state, by=None, now=now)


def withdraw(
    session: Session, *, actor: Actor, project_id: int, seen: str, reason: str | None, now: datetime
) -> Project:
    """Before activation: off the table at once. After it: closing after ten working days (product §3.2, §4.7).

    `seen`: the state for which the form said what will happen.
    Raises: NotFound, NotInThisState, NotAllowed, AlreadyWithdrawn, ReasonNeeded, ReasonTooLong.
    """
    found = withdrawable(session, actor=actor, project_id=project_id, now=now, for_update=True)
    if seen != found.state and not {seen, found.state} <= RUNNING:
        raise NotInThisState(found.project.key, found.state)
    words = read_reason(reason, needed=True)
    assert words is not None
    project = found.project
    if found.state == State.DRAFT:
        _discard(session, found, actor, words, now)
    elif found.state == State.SIGNING:
        request = signing.open_request(session, project.team_id, project.pk, KIND)
        assert request is not None
        take_back(session, request, by=actor.user_id, reason=words, now=now)
    else:
        _withdraw(session, project, actor, words, now)
    return project


def withdrawable(
    session: Session, *, actor: Actor, project_id: int, now: datetime, for_update: bool = False
) -> Dossier:
    """The project, if the actor may withdraw it now.

    Raises: NotFound, NotInThisState, NotAllowed, AlreadyWithdrawn.
    """
    found = _found(session, actor, project_id, for_update=for_update)
    if found.state in RUNNING:
        if not found.roles & EXECUTIVES:
            raise NotAllowed
        day = closes_on(session, found.project)
        if day is not None:
            raise AlreadyWithdrawn(found.project.key, day)
    else:
        moved(
            "discard" if found.state == State.DRAFT else "cancel",
            found.state,
            roles=found.roles,
            key=found.project.key,
        )
    return found


def closing_after(session: Session, project: Project, *, now: datetime) -> date:
    """The day on which a running project that is withdrawn now enters its closing: its end date at the latest."""
    return min(project.day(_ten_days(session, project, now)), _governing(session, project).ends_on)


def closes_on(session: Session, project: Project) -> date | None:
    """The day on which a withdrawn project enters its closing, unless that is taken back."""
    if project.closes_at is None:
        return None
    return min(project.day(project.closes_at), _governing(session, project).ends_on)


def take_back_withdrawal(session: Session, *, actor: Actor, project_id: int, now: datetime) -> Project:
    """Raises: NotFound, NotAllowed, NotInThisState, NotWithdrawn, TakenBackByAnother."""
    found = _found(session, actor, project_id)
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
    timers.cancel(session, project.team_id, f"{CLOSE}:{project.pk}")
    _note(session, project, "project.taken_back", actor, now, {})
    tell_all(
        session,
        project,
        key=f"taken-back:{project.pk}:{now.timestamp()}",
        by=actor.user_id,
        message=lambda t: views.taken_back(t, project.key, project.name, by=actor.user_id),
        everybody=True,
    )
    return project


def close_by_itself(session: Session, timer: Timer, now: datetime) -> None:
    """The function of two timer kinds: a withdrawal's ten days are over, or the end date is here (§3.2, §3.3)."""
    project = projects.project(session, timer.team_id, int(timer.subject))
    if project is None or project.state not in RUNNING:
        return
    if timer.kind == CLOSE and project.closes_at is None:
        return
    before = project.state
    project.state = moved("begin_closing", State(project.state), roles=ITSELF, key=project.key)
    project.paused_until, project.pause_reason, project.paused_at = None, None, None
    for kind in (RESUME, CLOSE, END):
        if kind != timer.kind:
            timers.cancel(session, project.team_id, f"{kind}:{project.pk}")
    close_requests(session, team_id=project.team_id, project_id=project.pk, now=now)
    note(
        session,
        project,
        "project.closing",
        actor=None,
        now=now,
        before={"state": before},
        after={"state": project.state},
    )
    notify_all(session, project, CLOSING, now=now, everybody=True)
    announce(session, ProjectChanged(project.team_id, now, project.pk))


def arm_end(session: Session, happened: ProjectActivated | CharterAdopted) -> None:
    """The reaction to a charter that governs: on its end date the project enters closing by itself (§3.3)."""
    project = projects.project(session, happened.team_id, happened.project_id)
    assert project is not None
    _arm(session, project, END, _nine(project, _governing(session, project).ends_on))


def end_moved(session: Session, happened: CharterAdopted) -> None:
    """The reaction to another end date: where a withdrawn project closes on another day by it, everybody reads that
    with the next routine message."""
    project = projects.project(session, happened.team_id, happened.project_id)
    assert project is not None
    day = closes_on(session, project)
    if day is None or "ends_on" not in happened.changed or project.closes_at is None:
        return
    before = min(project.day(project.closes_at), date.fromisoformat(happened.changed["ends_on"][0]))
    if day != before:
        notify_all(
            session,
            project,
            CLOSES_ON,
            {"before": before.isoformat(), "closes_on": day.isoformat()},
            now=happened.now,
            everybody=True,
            merge=_keep_before,
        )


def _keep_before(earlier: Mapping[str, Any], newer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Two changes of the day as one; None if it is the same again."""
    whole = {**newer, "before": earlier["before"]}
    return None if whole["before"] == whole["closes_on"] else whole


def closes_on_facts(session: Session, notice: Notice) -> Mapping[str, Any] | None:
    """None once it does not close by a withdrawal any more."""
    project = projects.project(session, notice.team_id, notice.project_id or 0)
    if project is None or project.closes_at is None or project.state not in RUNNING:
        return None
    return announcements.project_facts(session, notice)


def visibility_facts(session: Session, notice: Notice) -> Mapping[str, Any] | None:
    """None if it was changed back."""
    project = projects.project(session, notice.team_id, notice.project_id or 0)
    if project is None or project.is_public != notice.facts["is_public"]:
        return None
    return announcements.project_facts(session, notice)


def tell_all(
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
        enqueue(
            session,
            team_id=project.team_id,
            lane=f"project:{project.pk}",
            key=key,
            kind="message",
            content=message(Texts.of(project.language, project.zone)).content(),
            project_id=project.pk,
        )
    for user_id in sorted(_besides_channel(session, project, everybody=everybody) - {by}):
        direct_message(
            session,
            team_id=project.team_id,
            user_id=user_id,
            key=f"{key}:{user_id}",
            message=message(texts_of(session, project.team_id, user_id)),
            project_id=project.pk,
        )


def notify_all(
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
    for user_id in sorted(_besides_channel(session, project, everybody=everybody) - {by}):
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


def _besides_channel(session: Session, project: Project, *, everybody: bool) -> set[str]:
    """Who reads it as a direct message."""
    if project.channel_id is not None and not everybody:
        return set()
    charter = projects.counting_charter(session, project)
    executives = {charter.cio, charter.cmo}
    return executives if project.channel_id is not None else executives | {project.lead_it, project.lead_marketing}


def _found(session: Session, actor: Actor, project_id: int, *, for_update: bool = True) -> Dossier:
    return dossier(session, actor=actor, project_id=project_id, for_update=for_update)


def _resume(session: Session, project: Project, state: State, *, by: str | None, now: datetime) -> None:
    if project.paused_until is not None and project.paused_at is not None:  # before, requests were not moved
        _move_requests(session, project, days=(project.day(now) - project.paused_until).days)
    project.state, project.paused_until, project.pause_reason = state, None, None
    paused_since, project.paused_at = project.paused_at, None
    note(session, project, "project.resumed", actor=by, now=now)
    if by is None:
        notify_all(session, project, RESUMED, now=now)
    else:
        timers.cancel(session, project.team_id, f"{RESUME}:{project.pk}")
        tell_all(
            session,
            project,
            key=f"resumed:{project.pk}:{now.timestamp()}",
            by=by,
            message=lambda t: views.resumed(t, project.key, project.name, by=by),
        )
    announce(session, ProjectChanged(project.team_id, now, project.pk, paused_since))


def _move_requests(session: Session, project: Project, *, days: int) -> None:
    """The days of a pause do not count for what waits to be signed: those expected, and those not used."""
    for request in signing.open_requests_of(session, project.team_id, project.pk):
        reminders.move(session, request, days=days)


def _discard(session: Session, found: Dossier, actor: Actor, reason: str, now: datetime) -> None:
    project = found.project
    project.state = moved("discard", found.state, roles=found.roles, key=project.key)
    _note(session, project, "project.discarded", actor, now, {"reason": reason})
    announcements.draft_discarded(session, project, by=actor.user_id, reason=reason)


def _withdraw(session: Session, project: Project, actor: Actor, reason: str, now: datetime) -> None:
    closes_at = _ten_days(session, project, now)  # its end date closes it by itself
    project.withdrawn_by, project.withdrawal_reason, project.closes_at = actor.user_id, reason, closes_at
    _arm(session, project, CLOSE, closes_at)
    day = closing_after(session, project, now=now)
    _note(session, project, "project.withdrawn", actor, now, {"reason": reason, "closes_on": day.isoformat()})
    tell_all(
        session,
        project,
        key=f"withdrawn:{project.pk}:{now.timestamp()}",
        by=actor.user_id,
        message=lambda t: views.withdrawn(
            t, project.key, project.name, by=actor.user_id, closes_on=day, reason=reason
        ),
        everybody=True,
    )


def _ten_days(session: Session, project: Project, now: datetime) -> datetime:
    calendar = work_calendar(session, project.team_id, project.zone)
    return after_working_days(now, WITHDRAWAL_AFTER, zone=project.zone, calendar=calendar)


def _governing(session: Session, project: Project) -> CharterVersion:
    assert project.governing_version is not None
    return projects.counting_charter(session, project)


def _arm(session: Session, project: Project, kind: str, due_at: datetime) -> None:
    timers.arm(
        session,
        team_id=project.team_id,
        key=f"{kind}:{project.pk}",
        kind=kind,
        subject=str(project.pk),
        due_at=due_at,
        project_id=project.pk,
    )


def _nine(project: Project, day: date) -> datetime:
    return datetime.combine(day, ROUTINE_TIME, ZoneInfo(project.zone))


def _note(
    session: Session, project: Project, action: str, actor: Actor, now: datetime, after: dict[str, Any]
) -> None:
    note(session, project, action, actor=actor.user_id, now=now, after=after)
