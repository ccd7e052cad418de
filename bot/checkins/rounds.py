"""Rounds: opened when they are due, asked, reminded, ended, and summed up (product §8.2–8.6)."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from bot.checkins import prompts as checkins_prompts
from bot.checkins import respondents, summaries
from bot.checkins.errors import NobodyToAsk, RoundGoesOn
from bot.checkins.respondents import PlannedPrompt
from bot.checkins.rules import Schedule, first_instant_at, same_day_next_month
from bot.checkins.schedules import (
    following_schedule_day,
    load_schedule,
    require_schedule_editor,
    round_opening_time,
)
from bot.deliveries.digests.queue import notify_person
from bot.people.rules import Actor
from bot.people.service import work_calendar
from bot.projects.rules import NotInThisState, State
from bot.projects.service import log_event
from bot.scheduling.workdays import next_working_moment
from storage import checkins, projects, timers
from storage.checkins import CheckinPrompt, CheckinRound, CheckinSchedule
from storage.notices import withdraw_waiting_notices
from storage.projects import Project
from storage.timers import Timer

ROUND = "checkins.round"  # timer kind
UNANSWERED = "checkins.unanswered"  # notice kind
NO_ANSWER = ("waiting", "asked")  # states of a prompt that was sent and has no answer; to skip is one
OUT_OF_TURN = "now:"  # begins the slot of a round that somebody has asked for


def open_due_round(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind `checkins.open`: each day is decided on exactly once.

    Too late for everybody it is skipped and logged; after days without Duet there is no backlog.
    """
    project = projects.find_project(session, timer.team_id, int(timer.subject))
    row = checkins.find_schedule(session, timer.team_id, int(timer.subject))
    if project is None or row is None or project.state != State.ACTIVE or row.paused is not None:
        return None
    rule = Schedule.from_json(row.rule)
    while row.next_on is not None:
        day = row.next_on
        planned = respondents.plan_prompts(
            session, project, rule, respondents.list_respondents(session, project, row, day), day
        )
        opens = min((each.due_at for each in planned), default=first_instant_at(day, rule.at, project.zone))
        if opens > now:
            return opens
        following = following_schedule_day(session, project, rule, day)
        is_overtaken = following is not None and round_opening_time(session, project, row, following) <= now
        _decide_on_day(session, project, row, day, planned, now, is_overtaken=is_overtaken)
        row.next_on = following
    return None


def _decide_on_day(
    session: Session,
    project: Project,
    row: CheckinSchedule,
    day: date,
    planned: Sequence[PlannedPrompt],
    now: datetime,
    *,
    is_overtaken: bool,
) -> None:
    """`is_overtaken`: the next day is due, too; so are all days of a holiday, on the first day after it."""
    early = checkins.find_round_of_slot(session, project.team_id, project.pk, day.isoformat())
    if not planned:
        log_event(session, project, "checkin.nobody", actor=None, now=now, after={"day": day.isoformat()})
    elif early is None and (is_overtaken or _is_too_late_for_everybody(session, project, planned, now)):
        log_event(session, project, "checkin.skipped", actor=None, now=now, after={"day": day.isoformat()})
    else:
        _begin_round(session, project, row, slot=day.isoformat(), day=day, planned=planned, now=now)


def _is_too_late_for_everybody(
    session: Session, project: Project, planned: Sequence[PlannedPrompt], now: datetime
) -> bool:
    """For everybody."""
    return all(
        checkins_prompts.is_too_late_to_ask(session, project.team_id, each.due_at, now, zone=each.zone)
        for each in planned
    )


def start_round_now(session: Session, *, actor: Actor, project_id: int, now: datetime) -> CheckinRound:
    """A round out of turn (product §8.8).

    Raises: NotFound, NotAllowed, NotInThisState, RoundGoesOn, NobodyToAsk.
    """
    found, row = load_schedule(session, actor=actor, project_id=project_id, for_update=True)
    require_schedule_editor(found, actor)
    project = found.project
    if found.state != State.ACTIVE:
        raise NotInThisState(project.key, project.state)
    for going_on in checkins.list_unfinished_rounds(session, project.team_id, project.pk):
        if going_on.ended_at is None:
            raise RoundGoesOn(max(each.closes_at for each in checkins.list_prompts(session, going_on.pk)))
    day = project.day(now)
    sides = respondents.list_respondents(session, project, row, day)
    if not sides:
        raise NobodyToAsk
    planned = respondents.plan_prompts_now(session, project, sides, now)
    slot = f"{OUT_OF_TURN}{row.last_number + 1}"
    return _begin_round(session, project, row, slot=slot, day=day, planned=planned, now=now, by=actor.user_id)


def count_prompts(session: Session, round_: CheckinRound) -> tuple[int, int]:
    """How many people a round has asked, and how many it is yet to ask."""
    states = [each.state for each in checkins.list_prompts(session, round_.pk)]
    return states.count("asked"), states.count("waiting")


def ensure_early_round(session: Session, project: Project, row: CheckinSchedule, day: date) -> CheckinRound:
    """The round of a day to come, for whoever answers before it begins."""
    found = checkins.find_round_of_slot(session, project.team_id, project.pk, day.isoformat())
    return found or _create_round(session, project, row, day.isoformat(), day)


def _create_round(session: Session, project: Project, row: CheckinSchedule, slot: str, day: date) -> CheckinRound:
    row.last_number += 1
    created = CheckinRound(
        team_id=project.team_id,
        project_id=project.pk,
        number=row.last_number,
        slot=slot,
        day=day,
        questions=row.questions,
    )
    session.add(created)
    session.flush()
    return created


def _begin_round(
    session: Session,
    project: Project,
    row: CheckinSchedule,
    *,
    slot: str,
    day: date,
    planned: Sequence[PlannedPrompt],
    now: datetime,
    by: str | None = None,
) -> CheckinRound:
    for earlier in checkins.list_rounds(session, project.team_id, project.pk, limit=1):
        _supersede_round(session, project, earlier, now)
    found = checkins.find_round_of_slot(session, project.team_id, project.pk, slot)
    begun = found or _create_round(session, project, row, slot, day)
    begun.opened_at = now
    _update_early_prompts(session, row, begun, planned)
    if _is_measure_due(session, project, day):
        begun.measure_month = f"{day:%Y-%m}"
        planned = [*planned, *_plan_measure_prompts(session, project, row, planned, day, now)]
    for each in planned:
        if checkins.find_prompt_of_person(session, begun.pk, each.user_id) is None:
            session.add(build_prompt(begun, each))
    session.flush()
    log_event(session, project, "checkin.begun", actor=by, now=now, after={"day": day.isoformat()})
    continue_round(session, project, begun, now)
    return begun


def _update_early_prompts(
    session: Session, row: CheckinSchedule, round_: CheckinRound, planned: Sequence[PlannedPrompt]
) -> None:
    """Who has opened the form early, and closed it, is asked as the schedule is now."""
    plans = {each.user_id: each for each in planned}
    prompts = checkins.list_prompts(session, round_.pk)
    if not any(each.state == "answered" for each in prompts):
        round_.questions = row.questions
    for prompt in prompts:
        if prompt.state != "waiting":
            continue
        if (plan := plans.get(prompt.user_id)) is None:
            session.delete(prompt)
        else:
            prompt.due_at, prompt.remind_at, prompt.closes_at = plan.due_at, plan.remind_at, plan.closes_at
    session.flush()


def build_prompt(round_: CheckinRound, planned: PlannedPrompt) -> CheckinPrompt:
    return CheckinPrompt(
        team_id=round_.team_id,
        project_id=round_.project_id,
        round_id=round_.pk,
        user_id=planned.user_id,
        side=planned.side,
        only_measure=planned.only_measure,
        due_at=planned.due_at,
        remind_at=planned.remind_at,
        closes_at=planned.closes_at,
    )


def _is_measure_due(session: Session, project: Project, day: date) -> bool:
    """Whether the round of that day asks the leads for the measure's value: the first one of a calendar month that
    began when the project was a month old; a later one only if nobody could be asked in it (product §8.1).
    """
    month = f"{day:%Y-%m}"
    first = checkins.first_round_day(session, project.team_id, project.pk, day.replace(day=1)) or day
    if min(first, day) < same_day_next_month(_project_start_day(session, project)):
        return False
    return checkins.find_measure_value(session, project.pk, month) is None and not checkins.has_measure_prompt(
        session, project.team_id, project.pk, month, respondents.lead_sides(project)
    )


def _project_start_day(session: Session, project: Project) -> date:
    """Its charter's start, or the day of the second signature if that came later."""
    starts_on = projects.load_counting_charter(session, project).starts_on
    return starts_on if project.activated_at is None else max(starts_on, project.day(project.activated_at))


def _plan_measure_prompts(
    session: Session,
    project: Project,
    row: CheckinSchedule,
    planned: Sequence[PlannedPrompt],
    day: date,
    now: datetime,
) -> list[PlannedPrompt]:
    """The leads, who are asked for the measure's value whoever else is asked."""
    asked = {each.user_id for each in planned}
    there = {u: side for u, side in respondents.list_acting_leads(session, project).items() if u not in asked}
    rule = Schedule.from_json(row.rule)
    found = respondents.plan_prompts(session, project, rule, there, day, not_before=now)
    return [PlannedPrompt(**(vars(each) | {"only_measure": True})) for each in found]


def _supersede_round(session: Session, project: Project, earlier: CheckinRound, now: datetime) -> None:
    """The next round begins: late answers to this one are over (product §8.4)."""
    if earlier.ended_at is None:
        _end_round(session, project, earlier, now)
        continue_round(session, project, earlier, now)
    for prompt in checkins.list_prompts(session, earlier.pk):
        if prompt.state == "asked":
            checkins_prompts.refresh_prompt(session, project, earlier, prompt, is_over=True)


def run_round_timer(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind `checkins.round`."""
    round_ = checkins.find_round(session, timer.team_id, int(timer.subject))
    project = None if round_ is None else projects.find_project(session, timer.team_id, round_.project_id)
    return None if round_ is None or project is None else _advance_round(session, project, round_, now)


def continue_round(session: Session, project: Project, round_: CheckinRound, now: datetime) -> None:
    """Does what is due in the round, and sets its timer for what comes next."""
    due_at = _advance_round(session, project, round_, now)
    key = f"{ROUND}:{round_.pk}"
    if due_at is None:
        timers.cancel_timer(session, project.team_id, key)
        return
    timers.arm_timer(
        session,
        team_id=project.team_id,
        key=key,
        kind=ROUND,
        subject=str(round_.pk),
        due_at=due_at,
        project_id=project.pk,
    )


def _advance_round(session: Session, project: Project, round_: CheckinRound, now: datetime) -> datetime | None:
    """Asks, reminds, ends and posts what is due. Returns when something will be next."""
    if round_.opened_at is None:
        return None
    # Each takes along what waits for its person: rounds of several projects lock people's news in the same order.
    prompts = sorted(checkins.list_prompts(session, round_.pk), key=lambda each: each.user_id)
    moments: list[datetime] = []
    if round_.ended_at is None:
        moments += [
            m for each in prompts for m in checkins_prompts.advance_prompt(session, project, round_, each, now)
        ]
        open_ = [each for each in prompts if each.state in ("waiting", "asked")]
        counted = [each for each in open_ if not each.only_measure]
        if not counted or all(each.closes_at <= now for each in counted):
            _end_round(session, project, round_, now)
        else:
            moments.append(max(each.closes_at for each in counted))
    if round_.ended_at is not None:
        moments = [
            m
            for each in prompts
            if each.only_measure
            for m in checkins_prompts.advance_prompt(session, project, round_, each, now)
        ]
        if round_.posted_at is None:
            post_at = _next_posting_time(session, project, now)
            if post_at is not None and post_at <= now:
                summaries.post_summary(session, project, round_, now)
            elif post_at is not None:
                moments.append(post_at)
    return min(moments, default=None)


def _end_round(session: Session, project: Project, round_: CheckinRound, now: datetime) -> None:
    """The window is over, or everybody has answered."""
    round_.ended_at = now
    prompts = [each for each in checkins.list_prompts(session, round_.pk) if not each.only_measure]
    for each in prompts:
        if each.state == "waiting" and not each.asks:  # the next round has begun on their free day
            checkins_prompts.stop_expecting_answer(session, project, round_, each, checkins_prompts.AWAY)
    for side in respondents.SIDES:
        _notify_of_missing_answers(session, project, round_, side, now)


def _notify_of_missing_answers(
    session: Session, project: Project, round_: CheckinRound, side: str, now: datetime
) -> None:
    """To the side's lead only, with the next morning's message (product §8.6)."""
    leads = respondents.list_acting_leads(session, project)
    lead = next((user_id for user_id, of in leads.items() if of == side), None)
    if lead is None:
        return
    prompts = [
        each for each in checkins.list_prompts(session, round_.pk) if each.side == side and not each.only_measure
    ]
    names = [each.user_id for each in prompts if each.state in NO_ANSWER and each.user_id != lead]
    if names:
        facts = {"key": project.key, "name": project.name, "day": round_.day.isoformat(), "people": names}
        notify_person(
            session,
            team_id=project.team_id,
            user_id=lead,
            kind=UNANSWERED,
            facts=facts,
            project_id=project.pk,
            now=now,
            subject=_missing_answers_subject(round_, side),
        )


def refresh_missing_answers(
    session: Session, project: Project, round_: CheckinRound, side: str, now: datetime
) -> None:
    """Somebody has answered late, or skipped: the lead is yet to be told the names, and then only of the others."""
    if withdraw_waiting_notices(session, project.team_id, UNANSWERED, _missing_answers_subject(round_, side)):
        _notify_of_missing_answers(session, project, round_, side, now)


def _missing_answers_subject(round_: CheckinRound, side: str) -> str:
    return f"{round_.pk}:{side}"


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
        if round_.ended_at is None:
            for prompt in checkins.list_prompts(session, round_.pk):
                if prompt.state in ("waiting", "asked"):
                    checkins_prompts.stop_expecting_answer(
                        session, project, round_, prompt, checkins_prompts.STOPPED
                    )
            round_.ended_at = now
        continue_round(session, project, round_, now)
