"""Whether Duet can still post in a project channel: archived, deleted, or shown out, and back (product §8.8, §16).

Events come late, twice, and in any order: each only says that Slack is to be asked.
"""

import asyncio
from datetime import datetime

from sqlmodel import Session

from bot.charter import views
from bot.charter.announcements import tell
from bot.charter.channel import refusal_key, regain
from bot.clock import Now
from bot.happenings import ChannelLost, announce
from bot.projects.rules import LIVE, State
from bot.projects.service import note
from bot.slack import Refused, Slack
from storage import projects
from storage.deliveries import exists
from storage.engine import Database
from storage.projects import Project
from storage.session import reading, transaction

LOST = {"channel_not_found", "not_in_channel", "is_archived", "method_not_supported_for_channel_type"}


class Presence:
    def __init__(self, database: Database, slack: Slack, now: Now) -> None:
        self._database = database
        self._slack = slack
        self._now = now

    async def look(self, team_id: str, channel_id: str) -> None:
        """Something happened to a channel. Raises: SlackError if Slack does not say; what the database raises."""
        loop = asyncio.get_running_loop()
        threads = self._database.writer_threads
        if await loop.run_in_executor(self._database.reader_threads, self._is_ours, team_id, channel_id):
            is_there = await self._is_there(team_id, channel_id)
            await loop.run_in_executor(threads, self._note, team_id, channel_id, is_there)

    async def joined(self, team_id: str, user_id: str, channel_id: str) -> None:
        """Somebody came in: Duet itself, perhaps."""
        bot = self._slack.bots.get(team_id)
        if bot is not None and bot.user_id == user_id:
            await self.look(team_id, channel_id)

    async def _is_there(self, team_id: str, channel_id: str) -> bool:
        try:
            answer = await self._slack.call(team_id, "conversations.info", channel=channel_id)
        except Refused as refused:
            if refused.code in LOST:
                return False
            raise
        return bool(answer["channel"].get("is_member")) and not answer["channel"].get("is_archived")

    def _is_ours(self, team_id: str, channel_id: str) -> bool:
        with reading(self._database) as session:
            return projects.project_of_channel(session, team_id, channel_id) is not None

    def _note(self, team_id: str, channel_id: str, is_there: bool) -> None:
        with transaction(self._database) as session:
            found = projects.project_of_channel(session, team_id, channel_id)
            if found is None:
                return
            project = projects.project_for_update(session, team_id, found.pk)
            assert project is not None
            if project.channel_id != channel_id or State(project.state) not in LIVE:
                return
            if is_there:
                regain(session, project, now=self._now())
            elif project.channel_lost_at is None:
                _lose(session, project, now=self._now())


def _lose(session: Session, project: Project, *, now: datetime) -> None:
    """Both leads are told once, with the ways out; what has to be posted there waits."""
    project.channel_lost_at = now
    note(session, project, "project.channel_lost", actor=None, now=now)
    for lead in sorted({project.lead_it, project.lead_marketing}):
        if exists(session, project.team_id, refusal_key(project, lead, now)):
            continue  # a message that Slack refused there was faster
        tell(
            session,
            project,
            lead,
            key=f"channel-lost:{project.pk}:{now.timestamp()}:{lead}",
            message=lambda t: views.channel_needed(
                t,
                key=project.key,
                name=project.name,
                channel_name="",
                project_id=project.pk,
                version=project.counting_version,
                why="charter.channel_lost",
            ),
        )
    session.flush()
    announce(session, ChannelLost(project.team_id, now, project.pk))
