"""Rounds that have begun: asked, reminded, ended, and summed up (product §8.3–8.6)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.checkins import prompts as checkins_prompts
from bot.checkins import summaries
from bot.people.service import work_calendar
from bot.projects.rules import Side, State
from bot.scheduling.workdays import next_working_moment
from storage import checkin_prompts, checkins, projects, timers
from storage.checkin_prompts import CheckinPrompt, PromptState, WhyNotAsked
from storage.checkins import CheckinRound, RoundState
from storage.projects import Project
from storage.timers import Timer

ROUND = "checkins.round"  # timer kind


def count_prompts(session: Session, round_: CheckinRound) -> tuple[int, int]:
    """How many people a round has asked, and how many it is yet to ask."""
    states = [each.state for each in checkin_prompts.list_prompts(session, round_.pk)]
    return states.count(PromptState.ASKED), states.count(PromptState.WAITING)


def run_round_timer(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """The function of the timer kind `checkins.round`."""
    round_ = checkins.find_round(session, timer.team_id, int(timer.subject))
    project = None if round_ is None else projects.find_project(session, timer.team_id, round_.project_id)
    if round_ is None or project is None:
        return None
    return _advance_round(session, project, round_, checkin_prompts.list_prompts(session, round_.pk), now)


def continue_round(session: Session, project: Project, round_: CheckinRound, now: datetime) -> None:
    """Does what is due in the round, and sets its timer for what comes next."""
    prompts = checkin_prompts.list_prompts(session, round_.pk)
    set_round_timer(session, project, round_, _advance_round(session, project, round_, prompts, now))


def set_round_timer(session: Session, project: Project, round_: CheckinRound, due_at: datetime | None) -> None:
    """None: nothing is due any more."""
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


def end_superseded_round(session: Session, project: Project, round_: CheckinRound, now: datetime) -> None:
    """The next round begins, and this one is still open."""
    prompts = checkin_prompts.list_prompts(session, round_.pk)
    _end_round(session, project, round_, prompts, now)
    set_round_timer(session, project, round_, _advance_round(session, project, round_, prompts, now))


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
            unanswered = [each for each in checkin_prompts.list_prompts(session, round_.pk) if each.is_open]
            checkins_prompts.stop_expecting_answers(session, unanswered, WhyNotAsked.STOPPED, now)
            round_.enter_state(RoundState.ENDED, now)
        continue_round(session, project, round_, now)
