"""Rounds: opened when they are due, asked, reminded, ended, and summed up (product §8.2–8.6)."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from bot.checkins import prompt_messages, respondents, summaries
from bot.checkins import prompts as checkins_prompts
from bot.checkins.respondents import PlannedPrompt, ProjectPeople
from bot.checkins.rules import first_instant_at
from bot.checkins.schedules import require_editable_schedule
from bot.checkins.upcoming_days import following_schedule_day
from bot.people.rules import Actor
from bot.people.service import find_calendar, work_calendar
from bot.projects.rules import NotInThisState, Side, State
from bot.projects.service import log_event
from bot.runtime.domain_events import ScheduleChanged, publish_event
from bot.runtime.errors import Refusal
from bot.scheduling.workdays import next_working_moment
from storage import checkins, projects, timers
from storage.checkins import CheckinPrompt, CheckinRound, CheckinSchedule, PromptState, RoundState, WhyNotAsked
from storage.projects import Project
from storage.timers import Timer

ROUND = "checkins.round"  # timer kind
OUT_OF_TURN = "now:"  # begins the slot of a round that somebody has asked for


def open_due_round(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind `checkins.open`: each day is decided on exactly once.

    Too late for everybody it is skipped and logged; after days without Duet there is no backlog.
    """
    project = projects.find_project(session, timer.team_id, int(timer.subject))
    row = checkins.find_schedule(session, timer.team_id, int(timer.subject))
    if project is None or row is None or project.state != State.ACTIVE or row.paused is not None:
        return None
    who = respondents.load_project_people(session, project)
    while row.next_on is not None:
        day = row.next_on
        planned = who.plan_round(row, day)
        opens = _first_moment(planned, project, row, day)
        if opens > now:
            return opens
        following = following_schedule_day(session, project, row.rule, day)
        is_overtaken = (
            following is not None and _first_moment(who.plan_round(row, following), project, row, following) <= now
        )
        row.next_on = following
        _decide_on_day(session, who, row, day, planned, now, is_overtaken=is_overtaken)
    return None


def _first_moment(planned: Sequence[PlannedPrompt], project: Project, row: CheckinSchedule, day: date) -> datetime:
    """When the first person is asked; if there is nobody, when they would be."""
    return min((each.due_at for each in planned), default=first_instant_at(day, row.rule.at, project.zone))


def _decide_on_day(
    session: Session,
    who: ProjectPeople,
    row: CheckinSchedule,
    day: date,
    planned: Sequence[PlannedPrompt],
    now: datetime,
    *,
    is_overtaken: bool,
) -> None:
    """`is_overtaken`: the next day is due, too; so are all days of a holiday, on the first day after it."""
    project = who.project
    early = checkins.find_round_of_slot(session, project.team_id, project.pk, day.isoformat())
    if early is not None and early.state is not RoundState.EARLY:
        return  # it has begun, for whoever is in an earlier zone, before its schedule was changed
    is_too_late = all(
        checkins_prompts.is_too_late(
            each.due_at, now, zone=each.zone, calendar=find_calendar(who.workspace, each.zone)
        )
        for each in planned
    )
    if not planned:
        log_event(session, project, "checkin.nobody", actor=None, now=now, after={"day": day})
    elif early is None and (is_overtaken or is_too_late):
        log_event(session, project, "checkin.skipped", actor=None, now=now, after={"day": day})
    else:
        _begin_round(session, who, row, early=early, slot=day.isoformat(), day=day, planned=planned, now=now)


def start_round_now(session: Session, *, actor: Actor, project_id: int, now: datetime) -> CheckinRound:
    """A round out of turn (product §8.8).

    Raises: NotFound, NotAllowed, NotInThisState, Refusal.
    """
    found, row = require_editable_schedule(session, actor=actor, project_id=project_id)
    project = found.project
    if found.state != State.ACTIVE:
        raise NotInThisState(project.key, project.state)
    for going_on in checkins.list_unfinished_rounds(session, project.team_id, project.pk):
        if going_on.state is RoundState.OPEN:
            raise Refusal(
                "error.checkin.goes_on",
                closes_at=max(each.closes_at for each in checkins.list_prompts(session, going_on.pk)),
            )
    day = project.day(now)
    who = respondents.load_project_people(session, project)
    sides = who.list_respondents(row, day)
    if not sides:
        raise Refusal("error.checkin.nobody", field="people")
    planned = who.plan_prompts_now(sides, now)
    slot = f"{OUT_OF_TURN}{row.last_number + 1}"
    return _begin_round(session, who, row, slot=slot, day=day, planned=planned, now=now, by=actor.user_id)


def count_prompts(session: Session, round_: CheckinRound) -> tuple[int, int]:
    """How many people a round has asked, and how many it is yet to ask."""
    states = [each.state for each in checkins.list_prompts(session, round_.pk)]
    return states.count(PromptState.ASKED), states.count(PromptState.WAITING)


def ensure_round(
    session: Session, project: Project, row: CheckinSchedule, slot: str, day: date, *, now: datetime
) -> CheckinRound:
    """The round of that slot, created for whoever answers before it begins."""
    found = checkins.find_round_of_slot(session, project.team_id, project.pk, slot)
    return found or _create_round(session, project, row, slot, day, RoundState.EARLY, now=now)


def _create_round(
    session: Session,
    project: Project,
    row: CheckinSchedule,
    slot: str,
    day: date,
    state: RoundState,
    *,
    now: datetime,
) -> CheckinRound:
    row.last_number += 1
    created = CheckinRound(
        team_id=project.team_id,
        project_id=project.pk,
        number=row.last_number,
        slot=slot,
        day=day,
        questions=row.questions,
    )
    if state is not RoundState.EARLY:
        created.enter_state(state, now)
    session.add(created)
    session.flush()
    if row.last_number == 1:
        publish_event(session, ScheduleChanged(project.team_id, now, project.pk))
    return created


def _begin_round(
    session: Session,
    who: ProjectPeople,
    row: CheckinSchedule,
    *,
    early: CheckinRound | None = None,
    slot: str,
    day: date,
    planned: Sequence[PlannedPrompt],
    now: datetime,
    by: str | None = None,
) -> CheckinRound:
    """`early`: the round, if somebody has answered before it begins."""
    project = who.project
    for earlier in checkins.list_rounds(session, project.team_id, project.pk, limit=1):
        _supersede_round(session, project, earlier, now)
    there: set[str] = set()
    if early is None:
        begun = _create_round(session, project, row, slot, day, RoundState.OPEN, now=now)
    else:
        begun = early
        begun.enter_state(RoundState.OPEN, now)
        there = respondents.update_early_prompts(session, row, early, planned)
    if respondents.is_measure_due(session, project, day):
        begun.measure_month = f"{day:%Y-%m}"
        planned = [*planned, *respondents.plan_measure_prompts(who, row, planned, day, now)]
    new = [respondents.build_new_prompt(each) for each in planned if each.user_id not in there]
    # Decided before they are stored: each is written once.
    asked = checkins_prompts.decide_whom_to_ask(session, project.team_id, new, now)
    ids = checkins.insert_prompts(session, begun, new)
    log_event(session, project, "checkin.begun", actor=by, now=now, after={"day": day})
    parts = [prompt_messages.build_part(each.user_id, each.due_at, ids[each.user_id]) for each in asked]
    prompt_messages.add_to_messages(session, project.team_id, parts, now)
    counted = [each for each in new if each.is_open and not each.only_measure]
    if early is None and counted:
        moments = checkins_prompts.list_next_moments(new)
        _set_timer(session, project, begun, min(*moments, max(each.closes_at for each in counted)))
    else:
        continue_round(session, project, begun, now)
    return begun


def _supersede_round(session: Session, project: Project, earlier: CheckinRound, now: datetime) -> None:
    """The next round begins: late answers to this one are over (product §8.4)."""
    prompts = checkins.list_prompts(session, earlier.pk)
    if earlier.state is RoundState.OPEN:
        _end_round(session, project, earlier, prompts, now)
        _set_timer(session, project, earlier, _advance_round(session, project, earlier, prompts, now))
    unanswered = [each for each in prompts if each.state is PromptState.ASKED]
    prompt_messages.refresh_messages_later(session, unanswered, now)


def run_round_timer(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind `checkins.round`."""
    round_ = checkins.find_round(session, timer.team_id, int(timer.subject))
    project = None if round_ is None else projects.find_project(session, timer.team_id, round_.project_id)
    if round_ is None or project is None:
        return None
    return _advance_round(session, project, round_, checkins.list_prompts(session, round_.pk), now)


def continue_round(session: Session, project: Project, round_: CheckinRound, now: datetime) -> None:
    """Does what is due in the round, and sets its timer for what comes next."""
    prompts = checkins.list_prompts(session, round_.pk)
    _set_timer(session, project, round_, _advance_round(session, project, round_, prompts, now))


def _set_timer(session: Session, project: Project, round_: CheckinRound, due_at: datetime | None) -> None:
    if due_at is None:
        timers.cancel_timers(session, project.team_id, f"{ROUND}:{round_.pk}")
    else:
        timers.arm_row_timer(session, project, ROUND, round_.pk, due_at)


def _advance_round(
    session: Session, project: Project, round_: CheckinRound, prompts: Sequence[CheckinPrompt], now: datetime
) -> datetime | None:
    """Asks, reminds, ends and posts what is due. Returns when something will be next."""
    if round_.state is RoundState.EARLY:
        return None
    moments: list[datetime] = []
    if round_.state is RoundState.OPEN:
        moments += checkins_prompts.advance_prompts(session, project.team_id, prompts, now)
        counted = [each for each in prompts if each.is_open and not each.only_measure]
        if not counted or all(each.closes_at <= now for each in counted):
            _end_round(session, project, round_, prompts, now)
        else:
            moments.append(max(each.closes_at for each in counted))
    if round_.has_ended:
        measured = [each for each in prompts if each.only_measure]
        moments = checkins_prompts.advance_prompts(session, project.team_id, measured, now)
        if round_.state is RoundState.ENDED:
            post_at = _next_posting_time(session, project, now)
            if post_at is not None and post_at <= now:
                round_.enter_state(RoundState.POSTED, now)
                summaries.post_summary(session, project, round_)
            elif post_at is not None:
                moments.append(post_at)
    return min(moments, default=None)


def _end_round(
    session: Session, project: Project, round_: CheckinRound, prompts: Sequence[CheckinPrompt], now: datetime
) -> None:
    """The window is over, or everybody has answered."""
    round_.enter_state(RoundState.ENDED, now)
    # The next round has begun on their free day.
    unasked = [
        each for each in prompts if each.state is PromptState.WAITING and not each.asks and not each.only_measure
    ]
    checkins_prompts.stop_expecting_answers(session, unasked, WhyNotAsked.AWAY, now)
    for side in Side:
        summaries.notify_of_missing_answers(session, project, round_, side, now)


def _next_posting_time(session: Session, project: Project, now: datetime) -> datetime | None:
    """Returns the first moment of the project's working hours from `now` on (product §2.8, §8.6).

    None: not as long as the project is paused, or its channel is lost.
    """
    if project.state == State.PAUSED or project.channel_lost_at is not None:
        return None
    calendar = work_calendar(session, project.team_id, project.zone)
    return next_working_moment(now, zone=project.zone, calendar=calendar)


def end_open_rounds(session: Session, project: Project, now: datetime) -> None:
    """The project is paused, or ends: nobody is waited for any more, and the summary says what there is."""
    for round_ in checkins.list_unfinished_rounds(session, project.team_id, project.pk):
        if round_.state is RoundState.OPEN:
            unanswered = [each for each in checkins.list_prompts(session, round_.pk) if each.is_open]
            checkins_prompts.stop_expecting_answers(session, unanswered, WhyNotAsked.STOPPED, now)
            round_.enter_state(RoundState.ENDED, now)
        continue_round(session, project, round_, now)
