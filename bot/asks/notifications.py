"""Who hears of an ask, and when: within their hours, in their language (product §10.2, §2.8).

A reader's newest message is the ask as it is, and stays so: what happens afterwards is written into it, too. Those
before it lead to it.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.asks import views
from bot.asks.policy import find_part, list_steps_of_part
from bot.asks.rules import ANSWERABLE, NEW_OWNER, REMINDED_EVERY, AskOverdue
from bot.asks.views import AskView
from bot.deliveries import post
from bot.deliveries.digests.queue import notify_person
from bot.deliveries.digests.sending import rerender_sent_items
from bot.people.reading_timers import arm_reading_timer, cancel_reading_timer
from bot.people.service import find_reading_moment, load_personal_calendar, today_of, zone_of_person
from bot.projects.rules import State
from bot.projects.service import OwnProject
from bot.scheduling.workdays import ROUTINE_TIME, after_working_days
from bot.scheduling.zones import local_day
from bot.ui.components import Compose
from storage import asks, notices, projects, timers
from storage.asks import Ask
from storage.deliveries import take_back_unsent
from storage.notices import Notice
from storage.projects import Project
from storage.timers import Timer

TELL, OVERDUE = "asks.tell", "asks.overdue"  # timer kinds


# --- messages -------------------------------------------------------------------------------------------------


def tell_people(session: Session, project: Project, ask: Ask, readers: Iterable[str], *, now: datetime) -> None:
    """Tells each of them now, or when their hours begin, of the ask as it is then; not of their own act.

    Somebody may leave during a pause, too: who has the ask then hears of it when the project goes on.
    """
    for user_id in sorted(set(readers) - {ask.step_by}):
        moment = find_reading_moment(session, ask.team_id, user_id, now)
        if moment <= now and project.state != State.PAUSED:
            cancel_reading_timer(session, ask.team_id, TELL, ask.pk, user_id)
            _tell_person(session, project, ask, user_id, now)
        else:
            arm_reading_timer(session, ask, TELL, ask.pk, user_id, moment)


def tell_when_hours_begin(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Tells a person when their hours begin; while the project is paused, it waits. The timer kind's function."""
    ask_id, _, user_id = timer.subject.partition(":")
    ask = asks.find_ask(session, timer.team_id, int(ask_id))
    if ask is None:
        return None
    project = projects.load_project_of(session, ask)
    moment = find_reading_moment(session, ask.team_id, user_id, now)
    if moment > now:
        return moment
    if project.state == State.PAUSED:
        return find_reading_moment(session, ask.team_id, user_id, now + timedelta(days=1))
    if user_id != ask.step_by:
        _tell_person(session, project, ask, user_id, now)
    return None


def hasten_telling_in_project(session: Session, project: Project, now: datetime) -> None:
    """What has waited for the end of a pause is told when its reader's hours begin next, or now."""
    for each in timers.list_waiting_timers_of_project(session, project.team_id, TELL, project.pk, after=now):
        user_id = each.subject.partition(":")[2]
        timers.hasten_timer(session, each, find_reading_moment(session, project.team_id, user_id, now))


def _tell_person(session: Session, project: Project, ask: Ask, user_id: str, now: datetime) -> None:
    """Writes to a person, unless it came and went before they heard of it, or is not theirs any more."""
    is_theirs = user_id in (ask.asked_by, ask.owner, ask.handed_to)
    is_known = ask.is_open or user_id in (ask.asked_by, *ask.messages)
    if not (is_theirs or user_id == ask.about) or not is_known:
        return
    told_before = ask.messages.get(user_id, 0)
    number = told_before + 1
    ask.messages = {**ask.messages, user_id: number}
    if told_before:
        before = _ask_message_key(ask, user_id, told_before)
        take_back_unsent(session, ask.team_id, before, now=now)
        post.revise_for_person(session, project, user_id, key=before, message=_compose_earlier(project, ask))
    today = today_of(session, ask.team_id, user_id, now)
    if number == 1 and user_id == ask.owner and ask.due < today:  # it waited for them: they have this day for it
        timers.arm_row_timer(session, project, OVERDUE, ask.pk, _next_reminder_time(session, ask, today))
    message = _compose_ask_message(project, ask, user_id)
    post.to_person(session, project, user_id, key=_ask_message_key(ask, user_id, number), message=message)


def refresh_ask_messages(session: Session, project: Project, ask: Ask) -> None:
    """Rewrites what was sent about the ask: in each reader's newest how it is now, and what they may do about it.

    A reminder of it, too, once its reader has nothing to answer any more.
    """
    messages = {
        _ask_message_key(ask, user_id, number): (
            user_id,
            _compose_ask_message(project, ask, user_id) if number == count else _compose_earlier(project, ask),
        )
        for user_id, count in ask.messages.items()
        for number in range(1, count + 1)
    }
    post.revise_for_people(session, project, messages)
    if not ask.is_open or ask.step in NEW_OWNER:
        rerender_sent_items(session, team_id=ask.team_id, facts=AskOverdue, subject=str(ask.pk), is_over=True)


def _ask_message_key(ask: Ask, user_id: str, number: int) -> str:
    return f"ask:{ask.pk}:{user_id}:{number}"


def _compose_ask_message(project: Project, ask: Ask, user_id: str) -> Compose:
    steps = list_steps_of_part(ask, find_part(ask, user_id), State(project.state))
    return partial(views.render_ask, ask=build_ask_view(project, ask), steps=steps)


def _compose_earlier(project: Project, ask: Ask) -> Compose:
    """A reader's message before the newest: a second one word for word would look like a second ask."""
    return partial(views.render_earlier_ask, ask=build_ask_view(project, ask))


def build_ask_view(project: Project | OwnProject, ask: Ask) -> AskView:
    return AskView(
        ask_id=ask.pk,
        revision=ask.revision,
        key=project.key,
        name=project.name,
        text=ask.text,
        asked_by=ask.asked_by,
        owner=ask.owner,
        side=ask.side,
        state=ask.state,
        step=ask.step,
        step_by=ask.step_by,
        about=ask.about,
        reason=ask.reason,
        due=ask.due,
        wished_due=ask.wished_due,
        link=ask.link,
    )


# --- overdue --------------------------------------------------------------------------------------------------


def arm_overdue_timer(session: Session, project: Project, ask: Ask) -> None:
    """Arms the reminder for nine on its owner's first working day after the date; anew when either changes."""
    if not ask.is_open:
        timers.cancel_timers(session, ask.team_id, f"{OVERDUE}:{ask.pk}")
        return
    timers.arm_row_timer(session, project, OVERDUE, ask.pk, _next_reminder_time(session, ask, ask.due))


def hasten_reminders(session: Session, team_id: str, user_id: str, now: datetime) -> None:
    """Their owner, who is back, is reminded on the next working day, but of none twice within a week."""
    zone, today = zone_of_person(session, team_id, user_id), today_of(session, team_id, user_id, now)
    of_person = asks.list_open_asks_of_person(session, team_id, user_id)
    owned = {f"{OVERDUE}:{each.pk}": each for each in of_person if each.owner == user_id}
    for timer in timers.list_waiting_timers(session, team_id, OVERDUE, owned.keys(), after=now):
        ask = owned[timer.key]
        said = [
            *notices.list_told_notices(session, team_id, AskOverdue.kind, timer.subject),
            *notices.list_unsent_notices(session, team_id, AskOverdue.kind, timer.subject),
        ]
        quiet = [local_day(each.created_at, zone) + REMINDED_EVERY - timedelta(days=1) for each in said]
        timers.hasten_timer(session, timer, _next_reminder_time(session, ask, max(today, ask.due, *quiet)))


def remind_of_overdue_ask(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Reminds an overdue ask's owner, and nobody else, every week; the timer kind's function (product §10.2).

    Who has proposed another date that is still ahead waits for the asker, and is not reminded.
    """
    ask = asks.find_ask(session, timer.team_id, int(timer.subject))
    if ask is None or not ask.is_open:
        return None
    project = projects.load_project_of(session, ask)
    if project.state not in ANSWERABLE:
        return None  # armed anew when it goes on
    today = today_of(session, ask.team_id, ask.owner, now)
    due_at = _next_reminder_time(session, ask, max(ask.due, today - timedelta(days=1)))
    if due_at > now:
        return due_at
    if ask.wished_due is None or ask.wished_due < today:
        facts = AskOverdue(ask=ask.pk, text=ask.text, link=ask.link, asked_by=ask.asked_by, due=ask.due)
        notify_person(session, project, ask.owner, facts, now=now, subject=str(ask.pk), is_urgent=True)
    return _next_reminder_time(session, ask, today + REMINDED_EVERY - timedelta(days=1))


def load_overdue_ask(session: Session, notice: Notice, facts: AskOverdue) -> AskOverdue | None:
    """Loads the ask as it is now; None if it is not its reader's any more, or not overdue."""
    ask = asks.find_ask(session, notice.team_id, facts.ask)
    if ask is None or not ask.is_open or ask.owner != notice.audience.partition(":")[2] or ask.due != facts.due:
        return None
    return facts.model_copy(update={"text": ask.text, "asked_by": ask.asked_by})


def _next_reminder_time(session: Session, ask: Ask, after: date) -> datetime:
    """Returns nine in the owner's morning of their first working day after `after`."""
    zone, calendar = load_personal_calendar(session, ask.team_id, ask.owner, since=after)
    noon = datetime.combine(after, time(12), ZoneInfo(zone))
    return after_working_days(noon, 1, zone=zone, calendar=calendar, at=ROUTINE_TIME)
