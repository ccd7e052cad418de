"""In which workspaces Duet is at home: it comes in with a token, and notices when it is shown out."""

import asyncio

import structlog

from bot.slack.client import Slack
from storage import people
from storage.engine import Database
from storage.session import transaction

log = structlog.get_logger()


class Installations:
    def __init__(self, database: Database, slack: Slack) -> None:
        self._database = database
        self._slack = slack

    async def shown_out(self, team_id: str) -> None:
        """An `app_uninstalled` or `tokens_revoked` event. Slack is asked: events come late, when Duet may be
        installed again, and tokens of people are revoked, too.

        The workspace is left alone from now on and its token forgotten; other processes find it in the database.
        Raises: SlackError if Slack does not say; what the database raises.
        """
        if team_id not in self._slack.bots or await self._slack.is_welcome(team_id):
            return
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._database.writer_threads, self._leave, team_id)
        self._slack.forget(team_id)
        log.warning("workspace.left", team_id=team_id)

    def _leave(self, team_id: str) -> None:
        with transaction(self._database) as session:
            people.record_uninstallation(session, team_id)
