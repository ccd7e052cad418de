"""The day's news goes with a prompt or its reminder: one message a person and morning (product §2.8)."""

from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import kit
from bot.checkins import whom
from bot.checkins.rules import Schedule
from bot.digests.queue import GATHERING
from bot.digests.sending import claim_news_for, news_told_in
from bot.kit import Block, Message
from bot.people.service import texts_of, zone_of
from bot.projects.rules import State
from bot.texts import Mrkdwn
from bot.zones import local_day
from storage import checkins, people, projects
from storage.checkins import CheckinPrompt

NOON: Final = time(12, 0)  # what comes later is not waited for


def with_claimed_news(
    session: Session, prompt: CheckinPrompt, key: str, message: Message, *, now: datetime
) -> Message:
    """The message of that key, and below it what waits for the same person, told with it from now on."""
    beside = [*message.blocks, *_heading(session, prompt)]
    news = claim_news_for(session, team_id=prompt.team_id, user_id=prompt.user_id, key=key, beside=beside, now=now)
    return _together(session, prompt, message, news)


def with_told_news(session: Session, prompt: CheckinPrompt, key: str, message: Message) -> Message:
    """The message of that key, and below it the news that it has told."""
    beside = [*message.blocks, *_heading(session, prompt)]
    news = news_told_in(session, team_id=prompt.team_id, user_id=prompt.user_id, key=key, beside=beside)
    return _together(session, prompt, message, news)


def carries_at(session: Session, team_id: str, user_id: str, now: datetime) -> datetime | None:
    """When the person is asked or reminded this morning, where they are; None if they are not."""
    zone = zone_of(session, team_id, user_id)
    noon = datetime.combine(local_day(now, zone), NOON, ZoneInfo(zone))
    moments = [*_open_moments(session, team_id, user_id), *_planned_moments(session, team_id, user_id)]
    return min((max(each, now) for each in moments if now - GATHERING <= each < noon), default=None)


def _open_moments(session: Session, team_id: str, user_id: str) -> list[datetime]:
    person = people.person(session, team_id, user_id)
    is_reminded = person is not None and person.reminders and user_id not in projects.executives(session, team_id)
    moments = []
    for prompt in checkins.open_prompts(session, team_id, user_id):
        if prompt.state == "waiting":
            moments.append(prompt.due_at)
        elif prompt.remind_at is not None and is_reminded:
            moments.append(prompt.remind_at)
    return moments


def _planned_moments(session: Session, team_id: str, user_id: str) -> list[datetime]:
    """Of rounds that have not begun."""
    moments = []
    for project in projects.projects_of(session, team_id, user_id):
        row = checkins.schedule(session, team_id, project.pk)
        if project.state != State.ACTIVE or row is None or row.paused is not None or row.next_on is None:
            continue
        side = whom.asked(session, project, row, row.next_on).get(user_id)
        if side is not None:
            rule = Schedule.from_json(row.rule)
            planned = whom.planned(session, project, rule, {user_id: side}, row.next_on)
            moments += [each.due_at for each in planned]
    return moments


def _heading(session: Session, prompt: CheckinPrompt) -> list[Block]:
    t = texts_of(session, prompt.team_id, prompt.user_id)
    return [kit.divider(), kit.context(t("digest.also_today"))]


def _together(session: Session, prompt: CheckinPrompt, message: Message, news: list[Block]) -> Message:
    if not news:
        return message
    return kit.fit(Mrkdwn(message.text), [*message.blocks, *_heading(session, prompt), *news])
