"""Whether Duet may still post in a project channel, and back again (product §4.3, §8.8, §16).

It may not where the channel was archived or deleted, where Duet was shown out, or where another company reads.
Events come late, twice, and in any order: each only says that Slack is to be asked.
"""

import asyncio
from datetime import datetime
from enum import Enum, auto

import structlog
from sqlmodel import Session

from bot.charter.channel import (
    CHARTER_POST,
    LOOK,
    MESSAGE,
    ask_for_channel,
    lost_channel_key,
    release_refused_posts,
)
from bot.deliveries import post
from bot.deliveries.destinations import Readers, channel_lane, fetch_channel_info, is_shared_with_others
from bot.deliveries.digests.letters import Routine
from bot.projects.rules import LIVE
from bot.projects.service import log_event
from bot.runtime.clock import Now
from bot.runtime.domain_events import ChannelLost, publish_event
from bot.slack.client import Refused, Slack, SlackError
from bot.slack.refusals import DeliveryRefusal, codes_of, refusal_of
from storage import projects
from storage.delivery_claims import Claim
from storage.delivery_retries import retry_first_refused_delivery
from storage.engine import Database
from storage.lanes import is_closed_lane, record_channel_look
from storage.projects import Project
from storage.session import read_only_session, transaction

log = structlog.get_logger()


CHANNEL_GONE_TEXTS = (
    "charter.channel_lost",
    "charter.not_in_channel",
)  # why there is no channel; else it only takes nothing


class ChannelState(Enum):
    """What a look at a project's channel has shown."""

    OURS = auto()  # Duet is in it, and nobody else's
    LOST = auto()
    SHARED = auto()


class ChannelMonitor:
    def __init__(self, database: Database, slack: Slack, now: Now) -> None:
        self._database = database
        self._slack = slack
        self._now = now

    async def look(self, team_id: str, channel_id: str) -> None:
        """Something happened to a channel. Raises: SlackError if Slack does not say; what the database raises."""
        loop = asyncio.get_running_loop()
        threads = self._database.writer_threads
        if await loop.run_in_executor(self._database.reader_threads, self._is_ours, team_id, channel_id):
            looked_at = self._now()  # before Slack is asked: an answer may be overtaken on its way
            state = await self._fetch_state(team_id, channel_id)
            await loop.run_in_executor(threads, self._note, team_id, channel_id, state, looked_at)

    async def look_at_lost(self) -> None:
        """Events get lost, and of the end of a restriction there is none: what takes no posts is looked at anew.

        Raises: what the database raises.
        """
        loop = asyncio.get_running_loop()
        for team_id, channel_id in await loop.run_in_executor(
            self._database.reader_threads, self._list_lost_channels
        ):
            try:
                await self.look(team_id, channel_id)
            except SlackError as error:  # an hour later, then
                log.info("channel.not_looked_at", team_id=team_id, error=error.code)

    def _list_lost_channels(self) -> list[tuple[str, str]]:
        with read_only_session(self._database) as session:
            return projects.list_lost_channels(session)

    async def joined(self, team_id: str, user_id: str, channel_id: str) -> None:
        """Somebody came in: Duet itself, perhaps."""
        bot = await self._slack.learn(team_id)
        if bot is not None and bot.user_id == user_id:
            await self.look(team_id, channel_id)

    async def _fetch_state(self, team_id: str, channel_id: str) -> ChannelState:
        try:
            channel = await fetch_channel_info(self._slack, team_id, channel_id)
        except Refused as refused:
            if refusal_of(refused.code) is DeliveryRefusal.CHANNEL_GONE:
                return ChannelState.LOST
            raise
        if is_shared_with_others(channel):
            return ChannelState.SHARED
        is_there = channel.get("is_member") and not channel.get("is_archived")
        return ChannelState.OURS if is_there else ChannelState.LOST

    def _is_ours(self, team_id: str, channel_id: str) -> bool:
        with read_only_session(self._database) as session:
            return projects.find_project_by_channel(session, team_id, channel_id) is not None

    def _note(self, team_id: str, channel_id: str, state: ChannelState, looked_at: datetime) -> None:
        with transaction(self._database) as session:
            found = projects.find_project_by_channel(session, team_id, channel_id)
            if found is None:
                return
            project = projects.find_project_for_update(session, team_id, found.pk)
            assert project is not None
            is_lost = project.channel_lost_at is not None
            if project.channel_id == channel_id and (is_lost or project.state in LIVE):
                _apply_channel_state(session, project, state, looked_at=looked_at, now=self._now())


def retry_restricted_message(session: Session, project: Project) -> bool:
    """Lets one message go out that the channel has not taken, which shows whether it takes any.

    Returns whether there is one.
    """
    return project.channel_lost_at is not None and retry_first_refused_delivery(
        session,
        team_id=project.team_id,
        lane=channel_lane(project.pk),
        errors=codes_of({DeliveryRefusal.RESTRICTED}),
        kinds=(MESSAGE, CHARTER_POST),
    )


def _apply_channel_state(
    session: Session, project: Project, state: ChannelState, *, looked_at: datetime, now: datetime
) -> None:
    team_id, lane = project.team_id, channel_lane(project.pk)
    was_closed = is_closed_lane(session, team_id, lane)
    is_closed = None if state is ChannelState.LOST else state is ChannelState.SHARED
    if not record_channel_look(session, team_id=team_id, lane=lane, looked_at=looked_at, is_closed=is_closed):
        return
    if state is ChannelState.OURS:
        if not retry_restricted_message(session, project):
            release_refused_posts(session, project, now=now)
    elif state is ChannelState.SHARED and not was_closed:
        _close_channel(session, project, now=now)
    elif state is ChannelState.LOST and project.channel_lost_at is None:
        lose_channel(session, project, action="project.channel_lost", why="charter.channel_lost", now=now)
    elif state is ChannelState.LOST:
        announce_channel_loss(session, project, now=now)


def react_to_channel_readers(session: Session, claimed: Claim, readers: Readers, now: datetime) -> None:
    """A delivery has found who reads the channel that it was for, or that this takes again what it had refused."""
    _, _, project_id = claimed.lane.partition(":")
    project = projects.find_project_for_update(session, claimed.team_id, int(project_id))
    if project is None or project.channel_id != claimed.channel_id or project.state not in LIVE:
        return
    match readers:
        case Readers.OTHERS:
            _close_channel(session, project, now=now)
        case Readers.EVERYBODY:
            _warn_of_public_channel(session, project, now=now)
        case Readers.INVITED:
            release_refused_posts(session, project, now=now)


def _warn_of_public_channel(session: Session, project: Project, *, now: datetime) -> None:
    """Somebody has made the channel public: both leads are told who reads it now, and go on there if they like."""
    log_event(session, project, "project.channel_public", actor=None, now=now)
    _notify_leads_of_channel(session, project, "project.channel_public", why="charter.channel_public", now=now)


def _close_channel(session: Session, project: Project, *, now: datetime) -> None:
    """Others read the channel. The lane's last delivery makes Duet look again each day: news may be lost."""
    key = f"look:{project.pk}:{project.channel_id}:{now.timestamp()}"
    post.do_in_channel(session, project, key=key, kind=LOOK, content={})
    lose_channel(session, project, action="project.channel_shared", why="charter.channel_shared", now=now)


def lose_channel(session: Session, project: Project, *, action: str, why: str, now: datetime) -> None:
    """Both leads are told once, with the ways out; what has to be posted there waits. `why`: a text."""
    project.channel_lost_at = project.channel_lost_at or now
    log_event(session, project, action, actor=None, now=now)
    _notify_leads_of_channel(session, project, action, why=why, now=now)
    if why in CHANNEL_GONE_TEXTS:
        announce_channel_loss(session, project, now=now)


def announce_channel_loss(session: Session, project: Project, *, now: datetime) -> None:
    """The channel is gone, which pauses the check-ins (product §8.8); one that takes no posts is none of that."""
    session.flush()
    if project.state in LIVE:
        publish_event(session, ChannelLost(project.team_id, now, project.pk))


def _notify_leads_of_channel(session: Session, project: Project, action: str, *, why: str, now: datetime) -> None:
    key = f"{lost_channel_key(project)}{action}:{now.timestamp()}"
    ask_for_channel(session, project, why, key=key, routine=Routine("channel", now, needs_reader=True))
