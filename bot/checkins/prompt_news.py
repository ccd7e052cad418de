"""The day's news goes with a prompt or its reminder: one message a person and morning (product §2.8)."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.checkins import respondents
from bot.checkins.rules import LATE
from bot.deliveries.digests.sending import rerender_news_of_message, tell_claimed_news
from bot.people.service import zone_of_person
from bot.projects.rules import State
from bot.scheduling.zones import local_day
from bot.ui import blocks as ui
from bot.ui.components import Compose
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts
from storage import checkin_messages, checkin_prompts, checkins, people, seats
from storage.checkin_messages import CheckinMessage
from storage.checkin_prompts import PromptState
from storage.notices import Notice
from storage.projects_with_stays import list_projects_of_person

NOON: Final = time(12, 0)  # what comes later is not waited for


def render_with_told_news(
    t: Texts, *, session: Session, reader: CheckinMessage, key: str, message: Compose
) -> ui.Message:
    """The message of that key, and below it the news that it has told."""
    shown = message(t)
    news = rerender_news_of_message(
        session, team_id=reader.team_id, user_id=reader.user_id, key=key, beside=[*shown.blocks, *_heading(t)]
    )
    return _add_news(t, shown, news)


def render_with_waiting_news(
    t: Texts,
    shown: ui.Message,
    *,
    session: Session,
    reader: CheckinMessage,
    key: str,
    waiting: Sequence[Notice],
    now: datetime,
) -> ui.Message:
    """The same when it is sent first: what waits for its reader is told with it from now on."""
    news = tell_claimed_news(
        session,
        team_id=reader.team_id,
        user_id=reader.user_id,
        waiting=waiting,
        key=key,
        beside=[*shown.blocks, *_heading(t)],
        now=now,
    )
    return _add_news(t, shown, news)


def _heading(t: Texts) -> list[ui.Block]:
    return [ui.divider_block(), ui.context_block(t("digest.also_today"))]


def _add_news(t: Texts, shown: ui.Message, news: Sequence[ui.Block]) -> ui.Message:
    return ui.fit_message(Mrkdwn(shown.text), [*shown.blocks, *_heading(t), *news]) if news else shown


def next_prompt_time(session: Session, team_id: str, user_id: str, now: datetime) -> datetime | None:
    """When the person is asked or reminded this morning, where they are; None if they are not.

    What is late still comes (product §8.2): Duet was down when it was due.
    """
    zone = zone_of_person(session, team_id, user_id)
    noon = datetime.combine(local_day(now, zone), NOON, ZoneInfo(zone))
    moments = [*_list_open_moments(session, team_id, user_id), *_list_planned_moments(session, team_id, user_id)]
    return min((max(each, now) for each in moments if now - LATE <= each < noon), default=None)


def _list_open_moments(session: Session, team_id: str, user_id: str) -> list[datetime]:
    person = people.find_person(session, team_id, user_id)
    is_executive = seats.has_executive_seat(session, team_id, user_id)
    is_reminded = person is not None and person.reminders and not is_executive
    moments = list(checkin_messages.list_unsent_slots(session, team_id, user_id))
    for prompt in checkin_prompts.list_open_prompts(session, team_id, user_id):
        if prompt.state is PromptState.WAITING:
            moments.append(prompt.due_at)
        elif prompt.remind_at is not None and is_reminded:
            moments.append(prompt.remind_at)
    return moments


def _list_planned_moments(session: Session, team_id: str, user_id: str) -> list[datetime]:
    """Of rounds that have not begun."""
    moments = []
    for project, _, _ in list_projects_of_person(session, team_id, user_id):
        row = checkins.find_schedule(session, team_id, project.pk)
        if project.state != State.ACTIVE or row is None or row.paused is not None or row.next_on is None:
            continue
        planned = respondents.plan_round(session, project, row, row.next_on, only=user_id)
        moments += [each.due_at for each in planned]
    return moments
