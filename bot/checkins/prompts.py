"""One person's part of a round: asked, reminded once, and shown in their direct messages (product §8.3)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from bot.checkins import prompt_messages, respondents
from bot.checkins.rules import LATE
from bot.people.service import work_calendar, zone_of_person
from bot.scheduling.workdays import is_quiet
from bot.scheduling.zones import local_day
from storage import people, seats
from storage.checkins import CheckinPrompt, PromptState, WhyNotAsked
from storage.people import Person

SNOOZE: Final = timedelta(hours=1)


def advance_prompt(session: Session, prompt: CheckinPrompt, now: datetime) -> list[datetime]:
    """Does what is due for this person. Returns the moments of what is to come."""
    if prompt.state is PromptState.WAITING:
        if prompt.due_at > now:
            return [prompt.due_at]
        _ask_person(session, prompt, now)
        if prompt.state is PromptState.WAITING:
            return [prompt.due_at]
    if prompt.state is PromptState.ASKED and prompt.remind_at is not None:
        if prompt.remind_at > now:
            return [prompt.remind_at]
        _remind_person(session, prompt, now)
    return []


def _ask_person(session: Session, prompt: CheckinPrompt, now: datetime) -> None:
    person = people.find_person(session, prompt.team_id, prompt.user_id)
    if person is None or person.deleted:
        _close_without_asking(prompt, WhyNotAsked.LEFT)
    elif is_too_late_to_ask(session, prompt.team_id, prompt.due_at, now, zone=person.zone):
        _close_without_asking(prompt, WhyNotAsked.LATE)
    elif respondents.is_person_away(session, prompt.team_id, prompt.user_id, now):
        _close_without_asking(prompt, WhyNotAsked.AWAY)
    elif respondents.person_working_moment(session, prompt.team_id, prompt.user_id, now) > now:
        _replan_prompt(session, prompt, person, now)
    else:
        prompt.state = PromptState.ASKED
        prompt.asks += 1
        prompt_messages.ask_in_message(session, prompt, prompt.due_at, now)


def _replan_prompt(session: Session, prompt: CheckinPrompt, person: Person, now: datetime) -> None:
    """Asks in their next working hours whoever has another clock now than when it was planned."""
    plan = respondents.plan_prompt(session, person, prompt.side, now)
    prompt.due_at = plan.due_at
    if not prompt.asks:  # the window counts from when they are asked for the first time
        prompt.remind_at, prompt.closes_at = plan.remind_at, plan.closes_at


def is_too_late_to_ask(session: Session, team_id: str, due_at: datetime, now: datetime, *, zone: str) -> bool:
    """By more than two hours; or the working hours are over in which it was due (product §8.2, §2.8)."""
    calendar = work_calendar(session, team_id, zone)
    if now - due_at > LATE:
        return True
    return is_quiet(now, zone=zone, calendar=calendar) and not is_quiet(due_at, zone=zone, calendar=calendar)


def _remind_person(session: Session, prompt: CheckinPrompt, now: datetime) -> None:
    """Once, and only if it still is the morning for it.

    Spared are those who have turned reminders off, and executives (product §2.8: two routine messages a week).
    """
    due_at, prompt.remind_at = prompt.remind_at, None
    person = people.find_person(session, prompt.team_id, prompt.user_id)
    assert due_at is not None
    if person is None or person.deleted or not person.reminders or now >= prompt.closes_at:
        return
    if is_too_late_to_ask(session, prompt.team_id, due_at, now, zone=person.zone):
        return
    if is_quiet(now, zone=person.zone, calendar=work_calendar(session, prompt.team_id, person.zone)):
        return
    if respondents.is_person_away(session, prompt.team_id, prompt.user_id, now):
        return
    if seats.has_executive_seat(session, prompt.team_id, prompt.user_id):
        return
    prompt_messages.remind_in_message(session, prompt, due_at, now)


def postpone_prompt(session: Session, prompt: CheckinPrompt, *, until: datetime) -> None:
    prompt.state, prompt.due_at = PromptState.WAITING, until
    zone = zone_of_person(session, prompt.team_id, prompt.user_id)
    if prompt.remind_at is not None and local_day(prompt.remind_at, zone) <= local_day(until, zone):
        prompt.remind_at = None  # the question itself comes again that day


def stop_expecting_answers(
    session: Session, prompts: Sequence[CheckinPrompt], why: WhyNotAsked, now: datetime
) -> None:
    """People who are not waited for any more; their messages say so."""
    for each in prompts:
        _close_without_asking(each, why)
    prompt_messages.refresh_messages_later(session, prompts, now)


def _close_without_asking(prompt: CheckinPrompt, why: WhyNotAsked) -> None:
    prompt.state, prompt.why, prompt.remind_at = PromptState.NOT_ASKED, why, None
