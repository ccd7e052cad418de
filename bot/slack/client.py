"""The only caller of Slack's Web API."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from math import inf
from time import monotonic
from typing import Any, Protocol, TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.refusals import CODES, LATER, LIMITED, PASSING, REVOKED, DeliveryRefusal

log = structlog.get_logger()

T = TypeVar("T")
LEAST_WAIT_SECONDS = 0.1
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0  # while Slack cannot be reached

TIMEOUT_SECONDS = 10
KNOWN_SECONDS = 5.0  # so long a bot from the table is believed: another process may have changed its token
DIRECT_MESSAGES = "im:history"  # the scope with which Slack tells of what people type to Duet


class SlackError(Exception):
    """A call of the Web API did not do what it was asked to."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RateLimited(SlackError):
    """Refused for now; nothing happened."""

    def __init__(self, retry_after_seconds: float) -> None:
        super().__init__("ratelimited")
        self.retry_after_seconds = retry_after_seconds


class NotSent(SlackError):
    """Nothing happened: the request did not reach Slack, or Slack cannot do it just now."""


class Uncertain(SlackError):
    """The request may have had its effect: reset, time-out after sending, 5xx, Slack's internal errors."""


class Revoked(SlackError):
    """The token is not valid any more."""


class Refused(SlackError):
    """Slack says no, and will say so again."""


class Gone(Refused):
    """The message cannot be edited any more."""


@dataclass(frozen=True)
class Bot:
    """Duet in one workspace, as `auth.test` describes it."""

    team_id: str
    enterprise_id: str | None
    bot_id: str
    user_id: str
    token: str = field(repr=False)
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class FreshToken:
    """What Slack gives for a refresh token, which it takes no more."""

    token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    lasts: timedelta


class BotStore(Protocol):
    async def load(self, team_id: str | None, enterprise_id: str | None) -> Bot | None:
        """Who speaks for a workspace in which Duet was installed. Raises: NotSent where nobody can say."""


class Slack:
    """Web API calls for several workspaces over one HTTP session.

    `bots` are those that signed in at the start, and those of the `store` that were learnt meanwhile.
    """

    def __init__(self, base_url: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self.base_url = base_url
        self.bots: dict[str, Bot] = {}
        self.store: BotStore | None = None
        self._believed_until: dict[str, float] = {}  # of the store's, by workspace; monotonic seconds
        self.timeout_seconds = timeout_seconds
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Slack":
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self.timeout_seconds))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def sign_in(self, token: str) -> Bot:
        """Raises: SlackError."""
        answer, headers = await self._call(token, "auth.test", {})
        bot = Bot(
            team_id=answer["team_id"],
            enterprise_id=answer.get("enterprise_id"),
            bot_id=answer["bot_id"],
            user_id=answer["user_id"],
            token=token,
            scopes=frozenset(scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")),
        )
        self.bots[bot.team_id] = bot
        return bot

    def bot_of(self, team_id: str | None, enterprise_id: str | None) -> Bot | None:
        """Who speaks for what came from there. Payloads of an organisation-wide installation may name the
        organisation only, or one of its workspaces that has no bot of its own. What the store has speaks for one
        workspace.
        """
        bot = self.bots.get(team_id or "")
        if bot is not None or not enterprise_id:
            return bot
        others = (one for one in self.bots.values() if one.enterprise_id == enterprise_id)
        return next((one for one in others if team_id is None or one.team_id not in self._believed_until), None)

    def bot(self, team_id: str) -> Bot:
        """Raises: Revoked where Duet has no token (any more)."""
        found = self.bots.get(team_id)
        if found is None:
            raise Revoked("not_installed")
        return found

    async def learn(self, team_id: str | None, enterprise_id: str | None = None) -> Bot | None:
        """The same as `bot_of`, by what the store says now, which `bots` then have.

        Raises: NotSent where the store cannot say, and did not before.
        """
        known = self.bot_of(team_id, enterprise_id)
        if self.store is None or (known is not None and self._is_believed(known, team_id)):
            return known
        try:
            found = await self.store.load(team_id, enterprise_id)
        except NotSent:
            if known is None:
                raise
            return known
        if found is not None:
            self.bots[found.team_id] = found
            self._believed_until[found.team_id] = monotonic() + KNOWN_SECONDS
        elif known is not None and known.team_id not in self._believed_until:
            return known  # from the settings
        elif team_id is not None:
            self.forget(team_id)
        return found

    def _is_believed(self, bot: Bot, team_id: str | None) -> bool:
        return team_id in (bot.team_id, None) and monotonic() < self._believed_until.get(bot.team_id, inf)

    def forget(self, team_id: str) -> None:
        """Drops the token of a workspace; if the store has one, it is loaded when it is needed."""
        self.bots.pop(team_id, None)
        self._believed_until.pop(team_id, None)

    async def is_welcome(self, team_id: str) -> bool:
        """Whether our token still works there. Raises: SlackError if Slack does not say."""
        if await self.learn(team_id) is None:
            return False
        try:
            await self._call(self.bot(team_id).token, "auth.test", {})
        except Revoked:
            return False
        return True

    async def open_connection(self, app_token: str) -> str:
        """Asks for a Socket Mode connection. Returns its address. Raises: SlackError."""
        answer, _ = await self._call(app_token, "apps.connections.open", {})
        return str(answer["url"])

    async def call(
        self, team_id: str, method: str, *, timeout_seconds: float | None = None, **arguments: Any
    ) -> dict[str, Any]:
        """One Web API call, never repeated. Arguments that are None are left out. Raises: SlackError."""
        await self.learn(team_id)
        bot = self.bot(team_id)
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            return await asyncio.wait_for(self._call_with_newest_token(bot, method, given), timeout_seconds)
        except TimeoutError:
            raise Uncertain("timeout") from None

    async def _call_with_newest_token(self, bot: Bot, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Another process may have changed the token a moment ago: then it is called with the new one."""
        try:
            return (await self._call(bot.token, method, arguments))[0]
        except Revoked:
            if bot.team_id not in self._believed_until:
                raise
            self.forget(bot.team_id)
            newest = await self.learn(bot.team_id)
            if newest is None or newest.token == bot.token:
                raise
            return (await self._call(newest.token, method, arguments))[0]

    async def refresh_token(self, client_id: str, client_secret: str, refresh_token: str) -> FreshToken:
        """Raises: SlackError."""
        client = OAuthClient(base_url=self.base_url, session=self._session, retry_handlers=[])
        given = {"client_id": client_id, "client_secret": client_secret, "refresh_token": refresh_token}
        answer, _ = await self._answer_of(client.oauth_v2_access(grant_type="refresh_token", **given))
        lasts = timedelta(seconds=int(answer["expires_in"]))
        return FreshToken(answer["access_token"], answer["refresh_token"], lasts)

    async def upload(self, upload_url: str, data: bytes) -> None:
        """A file's content, to where `files.getUploadURLExternal` said. Raises: SlackError."""
        assert self._session is not None
        try:
            async with self._session.post(upload_url, data=data) as response:
                if response.status >= 500:
                    raise NotSent(f"http_{response.status}")
                if response.status != 200:
                    raise Refused(f"http_{response.status}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotSent(type(error).__name__) from None  # nobody sees it yet: it may safely be sent again

    async def answer(self, response_url: str, body: dict[str, Any]) -> None:
        """Replies through a `response_url`, which must never be logged. Raises: SlackError."""
        assert self._session is not None
        try:
            async with self._session.post(response_url, json=body) as response:
                said = await response.text()
                if response.status >= 500:
                    raise Uncertain(f"http_{response.status}")
                if response.status != 200 or not _is_ok(said):
                    raise Refused(_error_in(said) or f"http_{response.status}")
        except aiohttp.ClientConnectorError as error:
            raise NotSent(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Uncertain(type(error).__name__) from None

    async def _call(
        self, token: str, method: str, arguments: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        # The SDK's own retry after a reset was seen to post twice.
        client = AsyncWebClient(token, self.base_url, session=self._session, retry_handlers=[])
        if _takes_json(method):
            return await self._answer_of(client.api_call(method, json=arguments))
        return await self._answer_of(client.api_call(method, params=arguments))

    async def _answer_of(self, calling: Awaitable[AsyncSlackResponse]) -> tuple[dict[str, Any], dict[str, str]]:
        """What Slack says, and the headers. Raises: SlackError."""
        try:
            response = await calling
        except SlackApiError as error:
            raise classify_error(error) from None
        except aiohttp.ClientConnectorError as error:
            raise NotSent(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Uncertain(type(error).__name__) from None
        answer = response.data
        if not isinstance(answer, dict):
            raise Uncertain("no_json")
        headers = {str(name).lower(): str(value) for name, value in dict(response.headers).items()}
        return answer, headers


class OAuthClient(AsyncWebClient):
    """Sends the app's secret in the body: the SDK's way leads through what aiohttp is going to remove."""

    async def oauth_v2_access(self, **arguments: Any) -> AsyncSlackResponse:
        given = {name: value for name, value in arguments.items() if value is not None}
        return await self.api_call("oauth.v2.access", data=given)


async def wait_for_slack(call: Callable[[], Awaitable[T]]) -> T:
    """What `call` returns, which is repeated while Slack is away, and as late as it asks where that is too often.

    Raises: SlackError for a no.
    """
    pause_seconds = FIRST_PAUSE_SECONDS
    while True:
        try:
            return await call()
        except RateLimited as limited:
            seconds, code = max(limited.retry_after_seconds, LEAST_WAIT_SECONDS), limited.code
        except (NotSent, Uncertain) as away:
            seconds, code = pause_seconds, away.code
            pause_seconds = min(2 * pause_seconds, LONGEST_PAUSE_SECONDS)
        log.warning("slack.unreachable", error=code, again_in_seconds=seconds)
        await asyncio.sleep(seconds)


def classify_error(error: SlackApiError) -> SlackError:
    status = getattr(error.response, "status_code", None) or getattr(error.response, "status", None) or 0
    data = getattr(error.response, "data", None)
    code = data.get("error", "unknown") if isinstance(data, dict) else "unreadable"
    if status == 429 or code in LIMITED:
        return RateLimited(_retry_after_seconds(getattr(error.response, "headers", {})))
    if status >= 500 or code in PASSING or code == "unreadable":
        return Uncertain(code)
    if code in REVOKED:
        return Revoked(code)
    if code in LATER:
        return NotSent(code)
    if code in CODES[DeliveryRefusal.MESSAGE_GONE]:
        return Gone(code)
    return Refused(code)


def _is_ok(said: str) -> bool:
    """Of what a `response_url` says: `ok`, an object whose `ok` is true, or nothing at all."""
    answer = _object_in(said)
    return said.strip() in ("", "ok") if answer is None else answer.get("ok") is True


def _error_in(said: str) -> str | None:
    code = (_object_in(said) or {}).get("error")
    return code if isinstance(code, str) else None


def _object_in(said: str) -> dict[str, Any] | None:
    with suppress(ValueError):
        found = json.loads(said)
        return found if isinstance(found, dict) else None
    return None


def _retry_after_seconds(headers: Any) -> float:
    for name, value in dict(headers).items():
        if name.lower() == "retry-after":
            try:
                return max(float(value), 0.0)
            except ValueError:
                break
    return 1.0


def _takes_json(method: str) -> bool:
    """Slack reads JSON bodies in methods that write, and query parameters in those that only read."""
    if method == "files.getUploadURLExternal":
        return False
    return not method.endswith((".info", ".history", ".replies", ".list", ".test", ".members"))
