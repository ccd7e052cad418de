"""One person's part of a round: asked, reminded once, and shown in their direct messages (product §8.3)."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlmodel import Session

from bot.checkins import needs, prompt_news, respondents, views
from bot.checkins.rules import LATE
from bot.checkins.summaries import build_measure_reading
from bot.checkins.summary_views import MeasureReading
from bot.deliveries import post
from bot.deliveries.post import MESSAGE
from bot.people.service import work_calendar, zone_of_person
from bot.scheduling.workdays import is_quiet
from bot.scheduling.zones import local_day
from bot.ui.components import Compose
from storage import checkins, people, projects, seats
from storage.checkins import CheckinPrompt, CheckinRound, PromptState, WhyNotAsked
from storage.people import Person
from storage.projects import Project

PROMPT = "checkin_prompt"  # delivery kind
KEY, REMINDER_KEY = "checkin", "checkin-reminder"  # begin the keys of the messages


def advance_prompt(
    session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt, now: datetime
) -> list[datetime]:
    """Does what is due for this person. Returns the moments of what is to come."""
    if prompt.state is PromptState.WAITING:
        if prompt.due_at > now:
            return [prompt.due_at]
        _ask_person(session, project, round_, prompt, now)
        if prompt.state is PromptState.WAITING:
            return [prompt.due_at]
    if prompt.state is PromptState.ASKED and prompt.remind_at is not None:
        if prompt.remind_at > now:
            return [prompt.remind_at]
        _remind_person(session, project, round_, prompt, now)
    return []


def _ask_person(
    session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt, now: datetime
) -> None:
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
        key = _prompt_key(prompt, prompt.asks)
        message = _compose_prompt(session, project, round_, prompt)
        _send_prompt(session, prompt, key, message, now, kind=PROMPT, subject=str(prompt.pk))


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


def _remind_person(
    session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt, now: datetime
) -> None:
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
    if prompt.user_id in seats.list_executives(session, prompt.team_id):
        return
    reminder = partial(
        views.render_prompt_reminder,
        key=project.key,
        name=project.name,
        prompt_id=prompt.pk,
        closes_at=prompt.closes_at,
    )
    _send_prompt(session, prompt, _reminder_key(prompt), reminder, now)


def _send_prompt(
    session: Session,
    prompt: CheckinPrompt,
    key: str,
    message: Compose,
    now: datetime,
    *,
    kind: str = MESSAGE,
    subject: str | None = None,
) -> None:
    """A question or its reminder, with the day's news, until its window closes."""
    with_news = partial(
        prompt_news.render_with_news, session=session, prompt=prompt, key=key, message=message, claim_at=now
    )
    post.to_person(
        session,
        prompt,
        prompt.user_id,
        key=key,
        message=with_news,
        kind=kind,
        subject=subject,
        not_after=prompt.closes_at,
    )


def postpone_prompt(
    session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt, *, until: datetime
) -> None:
    prompt.state, prompt.due_at = PromptState.WAITING, until
    zone = zone_of_person(session, prompt.team_id, prompt.user_id)
    if prompt.remind_at is not None and local_day(prompt.remind_at, zone) <= local_day(until, zone):
        prompt.remind_at = None  # the question itself comes again that day
    refresh_prompt(session, project, round_, prompt)


def stop_expecting_answer(
    session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt, why: WhyNotAsked
) -> None:
    """Somebody who is not waited for any more; their message says so."""
    _close_without_asking(prompt, why)
    refresh_prompt(session, project, round_, prompt)


def refresh_prompt(
    session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt, *, is_over: bool = False
) -> None:
    """Brings what the person has been sent up to date."""
    message = _compose_prompt(session, project, round_, prompt, is_over=is_over)
    for key in (_prompt_key(prompt, prompt.asks), _reminder_key(prompt)):
        with_news = partial(prompt_news.render_with_news, session=session, prompt=prompt, key=key, message=message)
        post.revise_for_person(session, prompt, prompt.user_id, key=key, message=with_news)


def refresh_prompt_by_key(session: Session, team_id: str, key: str) -> bool:
    """Renders anew the prompt or reminder of that key with the news in it; False if the key is of neither."""
    kind, _, rest = key.partition(":")
    if kind not in (KEY, REMINDER_KEY):
        return False
    prompt = checkins.find_prompt(session, team_id, int(rest.partition(":")[0]))
    round_ = None if prompt is None else checkins.find_round(session, team_id, prompt.round_id)
    project = None if prompt is None else projects.find_project(session, team_id, prompt.project_id)
    if prompt is not None and round_ is not None and project is not None:
        newest = checkins.list_rounds(session, team_id, project.pk, limit=1)
        is_over = bool(newest) and newest[0].pk != round_.pk and prompt.state is PromptState.ASKED
        refresh_prompt(session, project, round_, prompt, is_over=is_over)
    return True


def _compose_prompt(
    session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt, *, is_over: bool = False
) -> Compose:
    last = checkins.find_last_answer(session, prompt.team_id, project.pk, prompt.user_id)
    return partial(
        views.render_prompt,
        asked=views.PromptFacts(
            prompt_id=prompt.pk,
            key=project.key,
            name=project.name,
            day=round_.day,
            closes_at=prompt.closes_at,
            state="over" if is_over else prompt.state,
            why=prompt.why,
            again_at=prompt.due_at,
            has_answered_before=last is not None and last.pk != prompt.pk,
            only_measure=prompt.only_measure,
            has_need=prompt.state is PromptState.ANSWERED and needs.find_need(round_, prompt) is not None,
            measured=_load_measure_reading(session, project, round_, prompt)
            if prompt.state is PromptState.ANSWERED
            else None,
        ),
    )


def find_own_measure_value(session: Session, round_: CheckinRound, prompt: CheckinPrompt) -> Decimal | None:
    """What this person has given as the measure's value of the round's month; None if another gave the last."""
    if round_.measure_month is None:
        return None
    row = checkins.find_measure_value(session, prompt.project_id, round_.measure_month)
    return row.value if row is not None and row.reported_by == prompt.user_id else None


def _load_measure_reading(
    session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt
) -> MeasureReading | None:
    value = find_own_measure_value(session, round_, prompt)
    return None if value is None else build_measure_reading(projects.load_counting_charter(session, project), value)


def _close_without_asking(prompt: CheckinPrompt, why: WhyNotAsked) -> None:
    prompt.state, prompt.why, prompt.remind_at = PromptState.NOT_ASKED, why, None


def _prompt_key(prompt: CheckinPrompt, asks: int) -> str:
    return f"{KEY}:{prompt.pk}:{asks}"


def _reminder_key(prompt: CheckinPrompt) -> str:
    return f"{REMINDER_KEY}:{prompt.pk}"


SNOOZE = timedelta(hours=1)
