"""Where Slack's requests come in: what Duet needs of Socket Mode and of HTTP alike."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.client import Slack, SlackError

POLL_SECONDS = 0.01


class Intake(Protocol):
    async def open(self, app: AsyncApp) -> None:
        """Requests go to `app` from now on. Raises: SlackError, OperatorError."""

    def stop(self) -> None:
        """Takes no new requests, where their senders are told so; goes on answering those it has."""

    @property
    def is_idle(self) -> bool:
        """Whether each request has its answer, and the answer has left."""

    async def close(self) -> None: ...


class NoIntake:
    """Of a process that only works: Slack's requests go to others."""

    is_idle = True

    async def open(self, app: AsyncApp) -> None: ...

    def stop(self) -> None: ...

    async def close(self) -> None: ...


async def wait_until_idle(is_idle: Callable[[], bool], *, at_most_seconds: float) -> bool:
    """Waits until nothing is in flight. Returns whether that was reached."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + at_most_seconds
    while loop.time() < deadline:
        if is_idle():
            return True
        await asyncio.sleep(POLL_SECONDS)
    return False


class OwnTokens(AsyncAuthorize):
    """From the tokens of the settings and of the table; Bolt's own would ask Slack on every request.

    Where there is none, it lets the request in without: Bolt would answer it in its own words, and over HTTP with a
    500. The adapter says that Duet is not installed there.
    """

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult:
        bot = None
        with suppress(SlackError):  # the database is away: the handler says so
            bot = await self._slack.learn(team_id, enterprise_id)
        if bot is None:
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)
        return AuthorizeResult(
            enterprise_id=bot.enterprise_id,
            team_id=bot.team_id,
            bot_id=bot.bot_id,
            bot_user_id=bot.user_id,
            bot_token=bot.token,
            user_id=user_id,
        )
