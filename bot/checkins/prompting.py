"""One person's part of a round: asked, reminded once, and shown in their direct messages (product §8.3)."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel import Session

from bot.checkins import carrying, views, whom
from bot.checkins.rules import LATE
from bot.checkins.summary_views import Measured
from bot.kit import Message
from bot.people.service import direct_message, texts_of, work_calendar
from bot.texts import Texts
from bot.workdays import is_quiet, next_working_moment
from bot.zones import local_day
from storage import checkins, people, projects
from storage.checkins import CheckinPrompt, CheckinRound
from storage.deliveries import revise
from storage.projects import Project

PROMPT = "checkin_prompt"  # delivery kind
KEY, REMINDER_KEY = "checkin", "checkin-reminder"  # begin the keys of the messages
AWAY, LEFT, LATE_BY_HOURS, REFUSED, STOPPED = "away", "left", "late", "refused", "stopped"  # why not asked


def advance(
    session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt, now: datetime
) -> list[datetime]:
    """Does what is due for this person. Returns the moments of what is to come."""
    if prompt.state == "waiting":
        if prompt.due_at > now:
            return [prompt.due_at]
        _ask(session, project, round_, prompt, now)
        if prompt.state == "waiting":
            return [prompt.due_at]
    if prompt.state == "asked" and prompt.remind_at is not None:
        if prompt.remind_at > now:
            return [prompt.remind_at]
        _remind(session, project, round_, prompt, now)
    return []


def _ask(session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt, now: datetime) -> None:
    person = people.person(session, prompt.team_id, prompt.user_id)
    if person is None or person.deleted:
        _not_asked(prompt, LEFT)
    elif is_too_late(session, prompt.team_id, prompt.due_at, now, zone=person.zone):
        _not_asked(prompt, LATE_BY_HOURS)
    elif whom.is_away(session, prompt.team_id, prompt.user_id, now):
        _not_asked(prompt, AWAY)
    elif working_moment(session, prompt.team_id, prompt.user_id, now) > now:
        _postpone(session, prompt, person.zone, now)
    else:
        prompt.state = "asked"
        prompt.asks += 1
        key = _key(prompt, prompt.asks)
        message = carrying.with_claimed_news(
            session, prompt, key, _message(session, project, round_, prompt), now=now
        )
        direct_message(
            session,
            team_id=prompt.team_id,
            user_id=prompt.user_id,
            key=key,
            kind=PROMPT,
            message=message,
            project_id=project.pk,
            subject=str(prompt.pk),
            not_after=prompt.closes_at,
        )


def _postpone(session: Session, prompt: CheckinPrompt, zone: str, now: datetime) -> None:
    """Asks in their next working hours whoever has another clock now than when it was planned."""
    calendar = work_calendar(session, prompt.team_id, zone)
    plan = whom.window(prompt.user_id, prompt.side, now, zone=zone, calendar=calendar)
    prompt.due_at = plan.due_at
    if not prompt.asks:  # the window counts from when they are asked for the first time
        prompt.remind_at, prompt.closes_at = plan.remind_at, plan.closes_at


def is_too_late(session: Session, team_id: str, due_at: datetime, now: datetime, *, zone: str) -> bool:
    """By more than two hours; or the working hours are over in which it was due (product §8.2, §2.8)."""
    calendar = work_calendar(session, team_id, zone)
    if now - due_at > LATE:
        return True
    return is_quiet(now, zone=zone, calendar=calendar) and not is_quiet(due_at, zone=zone, calendar=calendar)


def working_moment(session: Session, team_id: str, user_id: str, moment: datetime) -> datetime:
    """`moment`, or the first one after it that lies in the person's working hours (product §2.8)."""
    zone = texts_of(session, team_id, user_id).zone
    return next_working_moment(moment, zone=zone, calendar=work_calendar(session, team_id, zone))


def _remind(session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt, now: datetime) -> None:
    """Once, and only if it still is the morning for it.

    Spared are those who have turned reminders off, and executives (product §2.8: two routine messages a week).
    """
    due_at, prompt.remind_at = prompt.remind_at, None
    person = people.person(session, prompt.team_id, prompt.user_id)
    assert due_at is not None
    if person is None or person.deleted or not person.reminders or now >= prompt.closes_at:
        return
    if is_too_late(session, prompt.team_id, due_at, now, zone=person.zone):
        return
    if is_quiet(now, zone=person.zone, calendar=work_calendar(session, prompt.team_id, person.zone)):
        return
    if whom.is_away(session, prompt.team_id, prompt.user_id, now):
        return
    if prompt.user_id in projects.executives(session, prompt.team_id):
        return
    reminder = views.reminder(
        texts_of(session, prompt.team_id, prompt.user_id),
        key=project.key,
        name=project.name,
        prompt_id=prompt.pk,
        closes_at=prompt.closes_at,
    )
    direct_message(
        session,
        team_id=prompt.team_id,
        user_id=prompt.user_id,
        key=_reminder_key(prompt),
        message=carrying.with_claimed_news(session, prompt, _reminder_key(prompt), reminder, now=now),
        project_id=project.pk,
        not_after=prompt.closes_at,
    )


def snooze(
    session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt, *, until: datetime
) -> None:
    prompt.state, prompt.due_at = "waiting", until
    zone = _texts(session, prompt).zone
    if prompt.remind_at is not None and local_day(prompt.remind_at, zone) <= local_day(until, zone):
        prompt.remind_at = None  # the question itself comes again that day
    show(session, project, round_, prompt)


def excuse(session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt, why: str) -> None:
    """Somebody who is not waited for any more; their message says so."""
    _not_asked(prompt, why)
    show(session, project, round_, prompt)


def show(
    session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt, *, is_over: bool = False
) -> None:
    """Brings what the person has been sent up to date."""
    message = _message(session, project, round_, prompt, is_over=is_over)
    for key in (_key(prompt, prompt.asks), _reminder_key(prompt)):
        content = carrying.with_told_news(session, prompt, key, message).content()
        revise(session, team_id=prompt.team_id, key=key, content=content)


def refresh_carrying(session: Session, team_id: str, key: str) -> bool:
    """Renders anew the prompt or reminder of that key with the news in it; False if the key is of neither."""
    kind, _, rest = key.partition(":")
    if kind not in (KEY, REMINDER_KEY):
        return False
    prompt = checkins.prompt(session, team_id, int(rest.partition(":")[0]))
    round_ = None if prompt is None else checkins.round_(session, team_id, prompt.round_id)
    project = None if prompt is None else projects.project(session, team_id, prompt.project_id)
    if prompt is not None and round_ is not None and project is not None:
        newest = checkins.rounds(session, team_id, project.pk, limit=1)
        is_over = bool(newest) and newest[0].pk != round_.pk and prompt.state == "asked"
        show(session, project, round_, prompt, is_over=is_over)
    return True


def _message(
    session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt, *, is_over: bool = False
) -> Message:
    last = checkins.last_answer(session, prompt.team_id, project.pk, prompt.user_id)
    return views.prompt(
        _texts(session, prompt),
        views.Prompted(
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
            measured=_measured(session, project, round_, prompt) if prompt.state == "answered" else None,
        ),
    )


def measured_by(session: Session, round_: CheckinRound, prompt: CheckinPrompt) -> Decimal | None:
    """What this person has given as the measure's value of the round's month; None if another gave the last."""
    if round_.measure_month is None:
        return None
    row = checkins.measure_of(session, prompt.project_id, round_.measure_month)
    return row.value if row is not None and row.reported_by == prompt.user_id else None


def _measured(session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt) -> Measured | None:
    value = measured_by(session, round_, prompt)
    if value is None:
        return None
    charter = projects.counting_charter(session, project)
    return Measured(charter.measure_name, charter.measure_unit, value, charter.measure_target)


def _texts(session: Session, prompt: CheckinPrompt) -> Texts:
    return texts_of(session, prompt.team_id, prompt.user_id)


def _not_asked(prompt: CheckinPrompt, why: str) -> None:
    prompt.state, prompt.why, prompt.remind_at = "not_asked", why, None


def _key(prompt: CheckinPrompt, asks: int) -> str:
    return f"{KEY}:{prompt.pk}:{asks}"


def _reminder_key(prompt: CheckinPrompt) -> str:
    return f"{REMINDER_KEY}:{prompt.pk}"


SNOOZE = timedelta(hours=1)
