"""A project's schedule: given at activation, changed, paused and resumed by leads and executives (product §8.1)."""

from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from bot.checkins import respondents
from bot.checkins.rules import (
    DEFAULT_QUESTIONS,
    DEFAULT_SCHEDULE,
    Question,
    RespondentGroup,
    Schedule,
    WantedSchedule,
    list_question_errors,
)
from bot.checkins.schedule_views import ScheduleBrief
from bot.checkins.upcoming_days import anchor_schedule, list_asking_times, list_upcoming_days
from bot.checkins.views import ScheduleNews
from bot.deliveries.digests.queue import GATHERING, notify_channel
from bot.people.rules import Actor
from bot.people.service import work_calendar
from bot.projects.policy import require_editor
from bot.projects.rules import EDITORS, RUNNING, NotInThisState, State
from bot.projects.service import ProjectContext, load_context, log_event
from bot.runtime.domain_events import ProjectActivated, ScheduleChanged, publish_event
from bot.runtime.errors import FormErrors, Refusal
from bot.scheduling.workdays import DAY_BEGINS, DAY_ENDS
from bot.ui.mrkdwn import person_mention
from storage import checkins, projects, timers
from storage.checkins import CheckinSchedule, Pause
from storage.notices import Notice
from storage.projects import Project

OPEN = "checkins.open"  # timer kind
DEFAULT_VERSION = 1  # of a schedule that nobody has seen to
FIELDS = {"weekdays": "weekdays", "every_weeks": "rhythm", "nth": "rhythm"}  # an error's → the form's


def find_schedule(session: Session, found: ProjectContext) -> CheckinSchedule:
    """Raises: NotInThisState before activation."""
    row = checkins.find_schedule(session, found.project.team_id, found.project.pk)
    if row is None:
        raise NotInThisState(found.project)
    return row


def may_edit_schedule(found: ProjectContext) -> bool:
    return found.state in RUNNING and bool(found.roles & EDITORS)


def require_editable_schedule(
    session: Session, *, actor: Actor, project_id: int
) -> tuple[ProjectContext, CheckinSchedule]:
    """The project and its schedule, locked, for somebody who may change it: leads and executives (product §14).

    Raises: NotFound, NotAllowed, NotInThisState.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    row = find_schedule(session, found)
    require_editor(found)
    if not may_edit_schedule(found):
        raise NotInThisState(found.project)
    return found, row


def read_stored_schedule(row: CheckinSchedule) -> WantedSchedule:
    return WantedSchedule(row.rule, tuple(row.questions), row.whom, tuple(row.people))


def change_schedule(
    session: Session, *, actor: Actor, project_id: int, wanted: WantedSchedule, version: int | None, now: datetime
) -> CheckinSchedule:
    """`version`: the one that the form showed; None: by command, whatever there is.

    Raises: NotFound, NotAllowed, NotInThisState, Refusal, FormErrors.
    """
    found, row = require_editable_schedule(session, actor=actor, project_id=project_id)
    if version not in (None, row.version):
        raise Refusal("error.checkin.stale")
    project = found.project
    before, was = read_stored_schedule(row), brief_schedule(project, row)
    if not wanted.rule.errors():
        wanted = anchor_schedule(session, project, row, wanted, now=now)
    errors = list_schedule_errors(session, project, row, wanted, now=now)
    if errors:
        raise FormErrors(errors)
    if wanted == before:
        if row.version == DEFAULT_VERSION:
            row.version += 1  # somebody has looked at the default, and keeps it
            _announce_change(session, row, now=now)
        return row
    row.rule, row.questions = wanted.rule, list(wanted.questions)
    row.whom, row.people = wanted.whom, list(wanted.people)
    row.version += 1
    _announce_change(session, row, now=now)
    arm_schedule(session, project, row, now=now)
    facts = {"rule": row.rule, "zone": project.zone}
    log_event(session, project, "checkin.changed", actor=actor.user_id, now=now, after=facts)
    if wanted.rule != before.rule:
        notify_of_schedule(session, project, row, was=was, by=actor.user_id, now=now)
    return row


def list_schedule_errors(
    session: Session, project: Project, row: CheckinSchedule, wanted: WantedSchedule, *, now: datetime
) -> list[Refusal]:
    """What of it cannot be, each at its field of the form."""
    found = [*wanted.rule.errors(), *list_question_errors(wanted.questions)]
    errors = [error.at(FIELDS.get(error.field or "", "questions")) for error in found]
    if not DAY_BEGINS <= wanted.rule.at < DAY_ENDS:
        errors.append(Refusal("error.checkin.outside_hours", field="at"))
    if wanted.whom == RespondentGroup.PEOPLE:
        known = respondents.list_eligible_respondents(session, project, project.day(now))
        strangers = [user_id for user_id in wanted.people if user_id not in known]
        if strangers:
            errors.append(Refusal("error.checkin.not_in_project", field="people", who=person_mention(strangers[0])))
        elif not wanted.people:
            errors.append(Refusal("error.checkin.nobody", field="people"))
    if not errors and not list_upcoming_days(session, project, row, wanted, now=now, count=1):
        errors.append(Refusal("error.checkin.no_day_left"))
    return errors


def pause_schedule(session: Session, *, actor: Actor, project_id: int, now: datetime) -> Project:
    """No more rounds until it is resumed; one that goes on is ended as usual.

    Raises: NotFound, NotAllowed, NotInThisState, Refusal.
    """
    found, row = require_editable_schedule(session, actor=actor, project_id=project_id)
    if row.paused is not None:
        raise Refusal("error.checkin.paused")
    change_pause_state(session, found.project, row, Pause.ASKED, by=actor.user_id, now=now)
    return found.project


def resume_schedule(session: Session, *, actor: Actor, project_id: int, now: datetime) -> CheckinSchedule:
    """Raises: NotFound, NotAllowed, NotInThisState, Refusal."""
    found, row = require_editable_schedule(session, actor=actor, project_id=project_id)
    if row.paused is None:
        raise Refusal("error.checkin.not_paused")
    change_pause_state(session, found.project, row, None, by=actor.user_id, now=now)
    return row


def _announce_change(session: Session, row: CheckinSchedule, *, now: datetime) -> None:
    session.flush()
    publish_event(session, ScheduleChanged(row.team_id, now, row.project_id))


def change_pause_state(
    session: Session, project: Project, row: CheckinSchedule, why: Pause | None, *, by: str | None, now: datetime
) -> None:
    """`why`: None goes on. A form that was opened before is stale then.

    Where it happens by itself, as its channel is lost, nobody has looked at a default.
    """
    was, row.paused = brief_schedule(project, row), why
    if by is not None or row.version != DEFAULT_VERSION:
        row.version += 1
    if by is not None:
        _announce_change(session, row, now=now)
    arm_schedule(session, project, row, now=now)
    log_event(session, project, "checkin.resumed" if why is None else "checkin.paused", actor=by, now=now)
    if project.state in (State.ACTIVE, State.PAUSED):
        notify_of_schedule(session, project, row, was=was, by=by, now=now)


def create_default_schedule(session: Session, event: ProjectActivated) -> None:
    """The reaction: every active project has the default schedule, and is told how to change it (product §8.1)."""
    project = projects.load_project_of(session, event)
    if checkins.find_schedule(session, project.team_id, project.pk) is not None:
        return
    calendar = work_calendar(session, project.team_id, project.zone)
    rule = replace(DEFAULT_SCHEDULE, anchor=project.day(event.now), country=calendar.country)
    row = CheckinSchedule(
        project_id=project.pk,
        team_id=project.team_id,
        rule=rule,
        questions=_choose_first_questions(session, project),
        whom=RespondentGroup.TEAM,
    )
    arm_schedule(session, project, row, now=event.now)
    checkins.add_schedule(session, row)
    # Not with this very moment's message: the charter is yet to be posted.
    notify_of_schedule(session, project, row, was=None, by=None, now=event.now + GATHERING)


def _choose_first_questions(session: Session, project: Project) -> list[Question]:
    """Those of the project that it was begun from (product §12.3), else the default ones."""
    source = None
    if project.begun_from is not None:
        source = checkins.find_schedule(session, project.team_id, project.begun_from)
    return list(DEFAULT_QUESTIONS if source is None else source.questions)


def notify_of_schedule(
    session: Session,
    project: Project,
    row: CheckinSchedule,
    *,
    was: ScheduleBrief | None,
    by: str | None,
    now: datetime,
) -> None:
    """The project channel reads with its next routine message what has become of it since the last (product §8.8).

    `was`: as it was announced before; None: never.
    """
    notify_channel(
        session,
        project,
        ScheduleNews(project=project.pk, by=by, was=was),
        now=now,
        subject=str(project.pk),
        merge=lambda earlier, newer: newer.model_copy(update={"was": earlier.was}),
    )


def load_schedule_news(session: Session, notice: Notice, facts: ScheduleNews) -> ScheduleNews | None:
    """What is otherwise than it was announced, as it is now; None if nothing is."""
    row = checkins.find_schedule(session, notice.team_id, facts.project)
    project = projects.find_project(session, notice.team_id, facts.project)
    if row is None or project is None or project.state not in (State.ACTIVE, State.PAUSED):
        return None
    now = brief_schedule(project, row)
    what = _schedule_change_kind(facts.was, now)
    return None if what is None else facts.model_copy(update={"what": what, "now": now})


def brief_schedule(project: Project, row: CheckinSchedule) -> ScheduleBrief:
    return ScheduleBrief(row.rule, project.zone, row.next_on, row.paused)


def _schedule_change_kind(was: ScheduleBrief | None, now: ScheduleBrief) -> str | None:
    if was is None:
        return "begun"
    if (was.paused is None) != (now.paused is None):
        return "resumed" if now.paused is None else "paused"
    return None if _visible_rule(was) == _visible_rule(now) else "changed"


def _visible_rule(schedule: ScheduleBrief) -> Schedule:
    """From which week it is counted matters only where it skips weeks."""
    rule = schedule.rule
    return rule if rule.every_weeks > 1 else replace(rule, anchor=DEFAULT_SCHEDULE.anchor)


def arm_schedule(session: Session, project: Project, row: CheckinSchedule, *, now: datetime) -> None:
    """Finds the next day to decide on, and sets the timer for it."""
    runs = project.state == State.ACTIVE and row.paused is None
    row.next_on = next(iter(list_upcoming_days(session, project, row, now=now, count=1)), None) if runs else None
    _move_early_round(session, project, row)
    if row.next_on is None:
        timers.cancel_timers(session, project.team_id, f"{OPEN}:{project.pk}")
        return
    timers.arm_row_timer(session, project, OPEN, project.pk, round_opening_time(session, project, row, row.next_on))


def _move_early_round(session: Session, project: Project, row: CheckinSchedule) -> None:
    """Answers given early to a day that is none any more count for the next one."""
    early = checkins.find_early_round(session, project.team_id, project.pk)
    if early is not None and row.next_on is not None and early.day != row.next_on:
        early.slot, early.day = row.next_on.isoformat(), row.next_on
        session.flush()


def round_opening_time(session: Session, project: Project, row: CheckinSchedule, day: date) -> datetime:
    """When the first person is asked on that day."""
    return min(list_asking_times(session, project, row, day))
