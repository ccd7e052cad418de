"""Installation in HTTP mode: `/slack/install` leads to Slack, which sends back to `/slack/oauth_redirect`.

Bolt's flow does it; what it says to the person, and where it keeps what it needs, is ours.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from hashlib import sha256
from html import escape
from secrets import token_urlsafe
from typing import Final
from urllib.parse import urljoin

import aiohttp
import structlog
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.runtime.clock import real_now
from bot.runtime.errors import OperatorError
from bot.slack.client import OAuthClient
from bot.slack.installations import InstallationStore
from bot.slack.manifest import read_manifest
from bot.ui.languages import DEFAULT_LANGUAGE, list_languages
from bot.ui.texts import Texts
from storage import installations
from storage.engine import Database
from storage.session import DATABASE_TROUBLE, transaction

log = structlog.get_logger()

INSTALL_PATH: Final = "/slack/install"
REDIRECT_PATH: Final = "/slack/oauth_redirect"
WAY: Final = timedelta(minutes=10)  # so long may somebody take from the one to the other
MOST_UNDER_WAY: Final = 1000  # anybody may begin one
TIMEOUT_SECONDS: Final = 10
_HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",  # the address has Slack's code
    "X-Content-Type-Options": "nosniff",
}
_STYLE: Final = "font: 1.1rem/1.5 system-ui, sans-serif; margin: 4rem auto; max-width: 34rem; padding: 0 1rem"
_STALE: Final = frozenset({"invalid_state", "invalid_browser", "missing_code"})
_SILENT: Final = logging.getLogger("duet.oauth")  # Bolt's own would log Slack's code
_SILENT.disabled = True


class _NoRoom(Exception):
    """Too many installations are under way."""


class StateStore(AsyncOAuthStateStore):
    """What a browser brings back, once, and in time. The table has its digest only, which nobody can use."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """Raises: _NoRoom; what the database raises."""
        state = token_urlsafe(32)
        now = real_now()

        def issue() -> bool:
            with transaction(self._database) as session:
                digest, expires_at = _digest(state), now + WAY
                return installations.issue_state(
                    session, digest, now=now, expires_at=expires_at, most=MOST_UNDER_WAY
                )

        if not await self._in_writer(issue):
            raise _NoRoom
        return state

    async def async_consume(self, state: str) -> bool:
        def consume() -> bool:
            with transaction(self._database) as session:
                return installations.consume_state(session, _digest(state), now=real_now())

        return await self._in_writer(consume)

    async def _in_writer(self, work: Callable[[], bool]) -> bool:
        return await asyncio.get_running_loop().run_in_executor(self._database.writer_threads, work)


def _digest(state: str) -> str:
    return sha256(state.encode()).hexdigest()


class InstallPages:
    """What `HttpMode` serves besides Slack's requests."""

    def __init__(
        self, database: Database, store: InstallationStore, *, api_url: str, client_id: str, client_secret: str
    ) -> None:
        scopes: list[str] = read_manifest()["oauth_config"]["scopes"]["bot"]
        self._flow = AsyncOAuthFlow(
            client=OAuthClient(base_url=api_url, timeout=TIMEOUT_SECONDS, retry_handlers=[]),
            logger=_SILENT,
            settings=AsyncOAuthSettings(
                authorization_url=urljoin(api_url, "/oauth/v2/authorize"),
                client_id=client_id,
                client_secret=client_secret,
                scopes=scopes,
                user_scopes=[],
                install_path=INSTALL_PATH,
                redirect_uri_path=REDIRECT_PATH,
                install_page_rendering_enabled=False,
                callback_options=AsyncCallbackOptions(success=_tell_success, failure=_tell_failure),
                installation_store=store,
                state_store=StateStore(database),
                state_expiration_seconds=int(WAY.total_seconds()),
                logger=_SILENT,
            ),
        )

    def list_routes(self) -> Sequence[Route]:
        return (
            Route(INSTALL_PATH, self._begin, methods=["GET"]),
            Route(REDIRECT_PATH, self._end, methods=["GET"]),
        )

    async def _begin(self, request: Request) -> Response:
        return await _answer(self._flow.handle_installation, request)

    async def _end(self, request: Request) -> Response:
        return await _answer(self._flow.handle_callback, request)


async def _answer(handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]], request: Request) -> Response:
    asked = AsyncBoltRequest(body="", query=request.url.query, headers=dict(request.headers))
    try:
        said = await handle(asked)
    except _NoRoom:
        said = _page(asked, "install.busy", status=503)
    except DATABASE_TROUBLE as error:
        log.warning("install.failed", error=type(error).__name__)
        said = _page(asked, "install.busy", status=503)
    except (aiohttp.ClientError, TimeoutError, SlackClientError, KeyError, OperatorError) as error:
        log.warning("install.failed", error=type(error).__name__)
        said = _page(asked, "install.failed", status=502)
    response = Response(said.body, said.status)
    for name, values in said.headers.items():
        for value in values:
            response.headers.append(name, value)
    return response


async def _tell_success(args: AsyncSuccessArgs) -> BoltResponse:
    name = args.installation.team_name or args.installation.team_id or ""
    said = _page(args.request, "install.done", status=200, workspace=name, begins_again=False)
    said.headers["set-cookie"] = [args.settings.state_utils.build_set_cookie_for_deletion()]
    return said


async def _tell_failure(args: AsyncFailureArgs) -> BoltResponse:
    """Slack's own reasons come through the browser: they are not logged as they are."""
    key = "install.failed"
    if args.reason in _STALE:
        key = "install.stale"
    elif args.reason == "storage_error":
        key = "install.organisation"
    elif args.request.query.get("error"):
        key = "install.cancelled"
    log.info("install.refused", page=key)
    return _page(args.request, key, status=args.suggested_status_code)


def _page(
    request: AsyncBoltRequest, key: str, *, status: int, begins_again: bool = True, **facts: str
) -> BoltResponse:
    language = _choose_language(" ".join(request.headers.get("accept-language", ())))
    t = Texts.of(language)
    again = f'<p><a href="{INSTALL_PATH}">{escape(t.plain("install.again"))}</a></p>' if begins_again else ""
    body = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>Duet</title>'
        '<meta name="viewport" content="width=device-width">'
        f'<body style="{_STYLE}">'
        f"<h1>Duet</h1><p>{escape(t.plain(key, **facts))}</p>{again}"
    )
    return BoltResponse(status=status, body=body, headers=dict(_HEADERS))


def _choose_language(accepted: str) -> str:
    """The first that a browser asks for and Duet speaks: `pl-PL,pl;q=0.9,en;q=0.8`."""
    wanted = (each.partition(";")[0].strip().partition("-")[0].lower() for each in accepted.split(","))
    return next((each for each in wanted if each in list_languages()), DEFAULT_LANGUAGE)
