"""Where Duet was installed over OAuth: the store that Bolt's flow fills, and that knows every bot."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import structlog
from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot as SdkBot
from slack_sdk.oauth.installation_store.models.installation import Installation as SdkInstallation
from sqlmodel import Session

from bot.runtime.clock import real_now
from bot.slack.client import Bot, NotSent, Slack
from bot.slack.token_vault import TokenVault, Unreadable
from storage import installations
from storage.engine import Database
from storage.installations import Installation
from storage.session import DATABASE_TROUBLE, read_only_session, transaction

log = structlog.get_logger()

T = TypeVar("T")
OnInstalled = Callable[[Session, Bot], None]
"""(session, the bot): what else is stored in the transaction in which an installation is."""


class InstallationStore(AsyncInstallationStore):
    """`on_installed` runs in the transaction of an installation; `greet`, with workspace and person, after it."""

    def __init__(
        self,
        database: Database,
        slack: Slack,
        vault: TokenVault,
        *,
        on_installed: OnInstalled,
        greet: Callable[[str, str], Awaitable[None]],
    ) -> None:
        self._database = database
        self._slack = slack
        self._vault = vault
        self._on_installed = on_installed
        self._greet = greet

    async def load(self, team_id: str | None, enterprise_id: str | None) -> Bot | None:
        """Who speaks there, as the table has it. Raises: NotSent where that cannot be read."""
        try:
            found = await self._read(partial(self._find, team_id, enterprise_id))
        except DATABASE_TROUBLE as error:
            raise NotSent(type(error).__name__) from None
        return found

    async def async_save(self, installation: SdkInstallation) -> None:
        """Raises: BoltError for what is no installation into one workspace; what the database raises."""
        team_id, token = installation.team_id, installation.bot_token
        if installation.is_enterprise_install or team_id is None or token is None:
            raise BoltError("organisation")
        bot = Bot(
            team_id=team_id,
            enterprise_id=installation.enterprise_id,
            bot_id=installation.bot_id or "",
            user_id=installation.bot_user_id or "",
            token=token,
            scopes=frozenset(installation.bot_scopes or ()),
        )
        await self._write(lambda session: self._save(session, bot, installation))
        self._slack.forget(team_id)  # whatever was known of it
        log.info("workspace.installed", team_id=team_id)
        await self._greet(team_id, installation.user_id)

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> SdkBot | None:
        found = await self.async_find_installation(enterprise_id=enterprise_id, team_id=team_id)
        return None if found is None else found.to_bot()

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> SdkInstallation | None:
        """Raises: what the database raises."""
        return await self._read(partial(self._find_installation, team_id, enterprise_id))

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        await self._write(
            lambda session: (
                None if team_id is None else installations.end_installation(session, team_id, real_now())
            )
        )

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """A workspace has one, whoever installed it."""
        await self.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)

    def _save(self, session: Session, bot: Bot, installation: SdkInstallation) -> None:
        seal = partial(self._vault.seal, bot.team_id)
        refresh_token, expires_at = installation.bot_refresh_token, installation.bot_token_expires_at
        installations.save_installation(
            session,
            bot.team_id,
            enterprise_id=bot.enterprise_id,
            bot_id=bot.bot_id,
            bot_user_id=bot.user_id,
            scopes=",".join(sorted(bot.scopes)),
            bot_token=seal(bot.token),
            refresh_token=None if refresh_token is None else seal(refresh_token),
            expires_at=None if expires_at is None else datetime.fromtimestamp(expires_at, UTC),
            installed_by=installation.user_id,
            installed_at=real_now(),
        )
        self._on_installed(session, bot)

    def _find(self, team_id: str | None, enterprise_id: str | None, session: Session) -> Bot | None:
        found = _find_row(session, team_id, enterprise_id)
        if found is None or found.bot_token is None:
            return None
        try:
            return Bot(
                team_id=found.team_id,
                enterprise_id=found.enterprise_id,
                bot_id=found.bot_id,
                user_id=found.bot_user_id,
                token=self._vault.open(found.team_id, found.bot_token),
                scopes=frozenset(found.scopes.split(",")),
            )
        except Unreadable:
            log.error("installation.unreadable", team_id=found.team_id)
            return None

    def _find_installation(
        self, team_id: str | None, enterprise_id: str | None, session: Session
    ) -> SdkInstallation | None:
        bot, row = self._find(team_id, enterprise_id, session), _find_row(session, team_id, enterprise_id)
        if bot is None or row is None:
            return None
        return SdkInstallation(
            team_id=bot.team_id,
            enterprise_id=bot.enterprise_id,
            bot_token=bot.token,
            bot_id=bot.bot_id,
            bot_user_id=bot.user_id,
            bot_scopes=sorted(bot.scopes),
            bot_refresh_token=(
                None if row.refresh_token is None else self._vault.open(bot.team_id, row.refresh_token)
            ),
            bot_token_expires_at=row.expires_at,
            user_id=row.installed_by,
            installed_at=row.installed_at,
        )

    async def _read(self, work: Callable[[Session], T]) -> T:
        def read() -> T:
            with read_only_session(self._database) as session:
                return work(session)

        return await asyncio.get_running_loop().run_in_executor(self._database.reader_threads, read)

    async def _write(self, work: Callable[[Session], T]) -> T:
        def write() -> T:
            with transaction(self._database) as session:
                return work(session)

        return await asyncio.get_running_loop().run_in_executor(self._database.writer_threads, write)


def _find_row(session: Session, team_id: str | None, enterprise_id: str | None) -> Installation | None:
    """Of an organisation's workspaces, if none is named, the only one: of several nobody could say which."""
    if team_id is not None:
        return installations.find_installation(session, team_id)
    found = [] if enterprise_id is None else installations.list_installations_of_enterprise(session, enterprise_id)
    return found[0] if len(found) == 1 else None


def is_readable(vault: TokenVault, installation: Installation) -> bool:
    """Whether one of the keys opens its token."""
    try:
        vault.open(installation.team_id, installation.bot_token or "")
    except Unreadable:
        return False
    return True


def reseal_tokens(database: Database, vault: TokenVault) -> tuple[int, list[str]]:
    """All of them under the newest key. Returns how many workspaces, and those whose tokens no key opens."""
    done, unreadable = 0, []
    with read_only_session(database) as session:
        team_ids = [
            each.team_id for each in installations.list_installations(session) if each.bot_token is not None
        ]
    for team_id in team_ids:
        with transaction(database) as session:
            row = installations.find_installation_for_update(session, team_id)
            try:
                for name in ("bot_token", "refresh_token"):
                    if row is not None and (sealed := getattr(row, name)) is not None:
                        setattr(row, name, vault.reseal(team_id, sealed))
                done += 1
            except Unreadable:
                unreadable.append(team_id)
    return done, unreadable
