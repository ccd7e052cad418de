"""Tokens that expire are changed in time, each by one process: Slack takes a refresh token once."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Final, TypeVar

import structlog
from sqlmodel import Session

from bot.runtime.clock import Now
from bot.slack.client import FreshToken, RateLimited, Refused, Revoked, Slack, SlackError
from bot.slack.token_vault import TokenVault, Unreadable
from storage import installations
from storage.engine import Database
from storage.installations import Installation
from storage.session import DATABASE_TROUBLE, read_only_session, transaction

log = structlog.get_logger()

T = TypeVar("T")
AHEAD: Final = timedelta(hours=6)  # of twelve: whoever installed Duet can still be told if something goes wrong
LEASE: Final = timedelta(minutes=1)
AT_ONCE: Final = 50

OnLost = Callable[[Session, Installation], None]
"""(session, installation): Slack takes its refresh token no more; the token works until it expires."""


class TokenRotator:
    def __init__(
        self,
        database: Database,
        slack: Slack,
        vault: TokenVault,
        *,
        client_id: str,
        client_secret: str,
        now: Now,
        on_lost: OnLost,
    ) -> None:
        """`now`: real time."""
        self._database = database
        self._slack = slack
        self._vault = vault
        self._client_id = client_id
        self._client_secret = client_secret
        self._now = now
        self._on_lost = on_lost

    async def rotate_due(self) -> None:
        """All whose tokens expire soon. What fails for now is tried again when its lease has ended."""
        try:
            for team_id in await self._in_writer(self._list_due):
                await self._rotate(team_id)
        except DATABASE_TROUBLE as error:
            log.warning("tokens.not_rotated", error=type(error).__name__)

    async def _rotate(self, team_id: str) -> None:
        leased = await self._in_writer(lambda: self._lease(team_id))
        if leased is None or leased.refresh_token is None:
            return
        try:
            refresh_token = self._vault.open(team_id, leased.refresh_token)
            fresh = await self._slack.refresh_token(self._client_id, self._client_secret, refresh_token)
        except Unreadable:
            log.error("installation.unreadable", team_id=team_id)
        except (Refused, Revoked) as error:  # the answer that had the next one was lost, or Duet is not welcome
            log.error("tokens.cannot_rotate", team_id=team_id, error=error.code)
            await self._in_writer(lambda: self._give_up(team_id, leased))
        except (RateLimited, SlackError) as error:
            log.warning("tokens.not_rotated", team_id=team_id, error=error.code)
        else:
            await self._store_surely(team_id, leased, fresh)

    async def _store_surely(self, team_id: str, leased: Installation, fresh: FreshToken) -> None:
        """Slack has forgotten the old one: what it gave is nowhere but here until it is stored."""
        for attempt in range(10):
            try:
                await self._in_writer(lambda: self._store(team_id, leased, fresh))
                break
            except DATABASE_TROUBLE as error:
                log.warning("tokens.not_stored", team_id=team_id, error=type(error).__name__)
                await asyncio.sleep(min(2**attempt, 30))
        self._slack.forget(team_id)

    def _list_due(self) -> list[str]:
        with read_only_session(self._database) as session:
            now = self._now()
            return list(installations.list_expiring(session, now + AHEAD, now, AT_ONCE))

    def _lease(self, team_id: str) -> Installation | None:
        now = self._now()
        with transaction(self._database) as session:
            return installations.lease_rotation(session, team_id, before=now + AHEAD, now=now, until=now + LEASE)

    def _store(self, team_id: str, leased: Installation, fresh: FreshToken) -> None:
        with transaction(self._database) as session:
            row = installations.find_installation_for_update(session, team_id)
            if row is None or row.refresh_token != leased.refresh_token:
                return  # installed again, or removed, meanwhile: what is there is newer
            row.bot_token = self._vault.seal(team_id, fresh.token)
            row.refresh_token = self._vault.seal(team_id, fresh.refresh_token)
            row.expires_at = self._now() + fresh.lasts
            row.rotating_until = row.cannot_rotate_since = None

    def _give_up(self, team_id: str, leased: Installation) -> None:
        """The token that there is goes on working until it expires; nothing is asked for any more."""
        with transaction(self._database) as session:
            row = installations.find_installation_for_update(session, team_id)
            if row is None or row.refresh_token != leased.refresh_token:
                return
            row.refresh_token, row.rotating_until, row.cannot_rotate_since = None, None, self._now()
            session.flush()
            self._on_lost(session, row)

    async def _in_writer(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._database.writer_threads, work)
