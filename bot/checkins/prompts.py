"""One person's part of a round: asked, reminded once, and shown in their direct messages (product §8.3)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

from sqlmodel import Session

from bot.checkins import prompt_messages, respondents
from bot.checkins.prompt_messages import add_to_messages, build_part
from bot.checkins.respondents import Window
from bot.checkins.rules import LATE
from bot.people.service import find_calendar, zone_of_person
from bot.scheduling.workdays import WorkCalendar, is_quiet
from bot.scheduling.zones import local_day
from storage import people, seats
from storage.checkin_prompts import CheckinPrompt, NewPrompt, PromptState, WhyNotAsked
from storage.workspaces import load_workspace

SNOOZE: Final = timedelta(hours=1)


Prompt = TypeVar("Prompt", CheckinPrompt, NewPrompt)


def advance_prompts(
    session: Session, team_id: str, prompts: Sequence[CheckinPrompt], now: datetime
) -> list[datetime]:
    """Does what is due for these people of one round. Returns the moments of what is to come."""
    asked = decide_whom_to_ask(session, team_id, prompts, now)
    reminded = _decide_whom_to_remind(session, team_id, prompts, now)
    parts = [build_part(each.user_id, each.due_at, each.pk) for each in asked]
    parts += [build_part(each.user_id, due_at, each.pk, is_reminder=True) for each, due_at in reminded]
    add_to_messages(session, team_id, parts, now)
    return list_next_moments(prompts)


def list_next_moments(prompts: Iterable[CheckinPrompt | NewPrompt]) -> list[datetime]:
    """When somebody is asked or reminded."""
    waiting = [each.due_at for each in prompts if each.state is PromptState.WAITING]
    asked = [each.remind_at for each in prompts if each.state is PromptState.ASKED]
    return [*waiting, *(each for each in asked if each is not None)]


def decide_whom_to_ask(session: Session, team_id: str, prompts: Iterable[Prompt], now: datetime) -> list[Prompt]:
    """Of prompts that are stored, or are yet to be. Returns those that are asked from now on."""
    due = [each for each in prompts if each.state is PromptState.WAITING and each.due_at <= now]
    if not due:
        return []
    user_ids = {each.user_id for each in due}
    found = people.find_people(session, team_id, user_ids)
    away = respondents.find_people_away(session, team_id, user_ids, now)
    workspace = load_workspace(session, team_id)
    asked = []
    for prompt in due:
        person = found.get(prompt.user_id)
        if person is None or person.deleted:
            _close_without_asking(prompt, WhyNotAsked.LEFT)
            continue
        zone, calendar = person.zone, find_calendar(workspace, person.zone)
        if is_too_late(prompt.due_at, now, zone=zone, calendar=calendar):
            _close_without_asking(prompt, WhyNotAsked.LATE)
        elif prompt.user_id in away:
            _close_without_asking(prompt, WhyNotAsked.AWAY)
        elif is_quiet(now, zone=zone, calendar=calendar):
            _replan_prompt(prompt, respondents.plan_window(now, zone=zone, calendar=calendar))
        else:
            prompt.state = PromptState.ASKED
            prompt.asks += 1
            asked.append(prompt)
    return asked


def _replan_prompt(prompt: CheckinPrompt | NewPrompt, window: Window) -> None:
    """Asks in their next working hours whoever has another clock now than when it was planned."""
    prompt.due_at = window.due_at
    if not prompt.asks:  # the window counts from when they are asked for the first time
        prompt.remind_at, prompt.closes_at = window.remind_at, window.closes_at


def is_too_late(due_at: datetime, now: datetime, *, zone: str, calendar: WorkCalendar) -> bool:
    """To ask, by more than two hours; or the working hours are over in which it was due (product §8.2, §2.8)."""
    if now - due_at > LATE:
        return True
    return is_quiet(now, zone=zone, calendar=calendar) and not is_quiet(due_at, zone=zone, calendar=calendar)


def _decide_whom_to_remind(
    session: Session, team_id: str, prompts: Iterable[CheckinPrompt], now: datetime
) -> list[tuple[CheckinPrompt, datetime]]:
    """Once, and only if it still is the morning for it. Returns who is reminded, and when it was due.

    Spared are those who have turned reminders off, and executives (product §2.8: two routine messages a week).
    """
    due: list[tuple[CheckinPrompt, datetime]] = []
    for prompt in prompts:
        due_at = prompt.remind_at
        if prompt.state is PromptState.ASKED and due_at is not None and due_at <= now:
            prompt.remind_at = None
            due.append((prompt, due_at))
    if not due:
        return []
    user_ids = {prompt.user_id for prompt, _ in due}
    found = people.find_people(session, team_id, user_ids)
    workspace = load_workspace(session, team_id)
    spared = respondents.find_people_away(session, team_id, user_ids, now)
    spared |= seats.list_executives(session, team_id, user_ids)
    reminded = []
    for prompt, due_at in due:
        person = found.get(prompt.user_id)
        if person is None or person.deleted or not person.reminders or now >= prompt.closes_at:
            continue
        zone, calendar = person.zone, find_calendar(workspace, person.zone)
        is_over = is_too_late(due_at, now, zone=zone, calendar=calendar)
        if prompt.user_id not in spared and not is_over and not is_quiet(now, zone=zone, calendar=calendar):
            reminded.append((prompt, due_at))
    return reminded


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


def _close_without_asking(prompt: CheckinPrompt | NewPrompt, why: WhyNotAsked) -> None:
    prompt.state, prompt.why, prompt.remind_at = PromptState.NOT_ASKED, why, None
