"""What follows from each step of an ask: the log, the clock, its reminder, and who hears of it (product §10.2)."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from sqlmodel import Session

from bot.asks import notifications
from bot.asks.rules import ANSWERS, AskState, AskStep, count_working_days
from bot.people.service import find_reading_moment, load_personal_calendar, zone_of_person
from bot.projects.service import log_event
from bot.runtime.domain_events import AsksChanged, publish_event
from bot.scheduling.zones import local_day
from bot.ui.clipping import clip_text
from storage.asks import Ask
from storage.projects import Project

LOGGED: Final = 80  # characters of an ask in the log


def take_step(
    session: Session,
    project: Project,
    ask: Ask,
    step: AskStep,
    *,
    by: str | None,
    now: datetime,
    readers: Collection[str] = (),
    state: AskState | None = None,
    about: str | None = None,
    was: date | None = None,
) -> None:
    """Records a step of an ask, and tells the `readers` (product §10.2).

    `state`: the new one, if it changes; `about`: whom the step is about besides; `was`: the date before.
    """
    ask.step, ask.step_by, ask.about = step, by, about
    ask.revision += step is not AskStep.ASKED
    ask.state = state or ask.state
    if step in ANSWERS and ask.answered_at is None:
        ask.answered_at, ask.answer_days = now, _count_answer_days(session, ask, now)
    if ask.is_open:
        ask.ended_at = None
    else:
        ask.ended_at, ask.handed_to, ask.wished_due = ask.ended_at or now, None, None
    session.flush()
    _log_step(session, project, ask, now, was)
    notifications.arm_overdue_timer(session, project, ask)
    notifications.refresh_ask_messages(session, project, ask)
    notifications.tell_people(session, project, ask, readers, now=now)
    session.flush()
    publish_event(session, AsksChanged(project.team_id, now, project.pk))


def _log_step(session: Session, project: Project, ask: Ask, now: datetime, was: date | None) -> None:
    due = ask.wished_due if ask.step is AskStep.DATE_WISHED else ask.due
    owner = ask.asked_by if ask.step is AskStep.ASKER_PASSED else ask.owner
    facts = {"text": clip_text(ask.text, LOGGED), "owner": owner, "due": due}
    if ask.about is not None:
        facts["member"] = ask.about
    if was is not None:
        facts["was"] = was
    if ask.step is AskStep.DECLINED:
        facts["reason"] = ask.reason
    log_event(session, project, f"ask.{ask.step}", actor=ask.step_by, now=now, after=facts)


def _count_answer_days(session: Session, ask: Ask, now: datetime) -> int:
    """Counts by the calendar of whoever is asked; the days of a pause do not count (product §10.3)."""
    return max(count_calendar_days(session, ask, ask.counts_from, now) - ask.paused_days, 0)


def count_calendar_days(session: Session, ask: Ask, since: date, now: datetime) -> int:
    """Counts the working days of an ask's owner after `since`, today included."""
    zone, calendar = load_personal_calendar(session, ask.team_id, ask.owner, since=since)
    return count_working_days(since, local_day(now, zone), calendar.is_working_day)


def find_first_reading_day(session: Session, team_id: str, user_id: str, now: datetime) -> date:
    """Finds the person's day on which they can first read what is asked now."""
    moment = find_reading_moment(session, team_id, user_id, now)
    return local_day(moment, zone_of_person(session, team_id, user_id))
