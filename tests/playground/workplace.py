"""A small Bolt app in a thread, and calls of the Web API as the SDK makes them."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Self

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.driver import PATIENCE_SECONDS
from playground.server import Playground

Register = Callable[[AsyncApp], None]

MANIFEST: dict[str, Any] = {
    "features": {
        "bot_user": {"display_name": "Duet"},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {"command": "/duet", "should_escape": True},
            {"command": "/plain"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                *("commands", "chat:write", "im:write", "mpim:write", "channels:manage", "groups:write"),
                *("channels:read", "groups:read", "im:read", "users:read", "pins:write"),
                *("files:write", "channels:history", "groups:history", "im:history"),
            ]
        }
    },
    "settings": {
        "interactivity": {"is_enabled": True},
        "event_subscriptions": {
            "bot_events": ["user_change", "app_home_opened", "channel_archive", "app_uninstalled"]
        },
    },
}


def call_method(
    playground: Playground, method: str, *, token: str | None = None, **arguments: Any
) -> dict[str, Any]:
    """The answer, also of a refusal. Without the SDK's own retries."""
    chosen = token or playground.bot_tokens["T0PIKUS"]

    async def ask() -> dict[str, Any]:
        client = AsyncWebClient(
            token=chosen, base_url=playground.api_url, timeout=int(PATIENCE_SECONDS), retry_handlers=[]
        )
        try:
            answer = await client.api_call(method, json=arguments)
        except SlackApiError as refusal:
            body = refusal.response.data
            said = body if isinstance(body, dict) else {}
            return said | {"status": refusal.response.status_code} | _refusal_headers(refusal)
        return dict(answer.data)  # type: ignore[arg-type]

    return asyncio.run(ask())


def _refusal_headers(refusal: SlackApiError) -> dict[str, str]:
    retry_after = refusal.response.headers.get("Retry-After")
    return {"retry_after": retry_after} if retry_after else {}


class SmallBot:
    """A Bolt app with what `register` adds to it, connected by Socket Mode while the `with` block runs."""

    def __init__(self, playground: Playground, register: Register, ping_seconds: float = 5) -> None:
        self._playground = playground
        self._register = register
        self._ping_seconds = ping_seconds
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bot")

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(PATIENCE_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    def _app(self) -> AsyncApp:
        async def authorize(team_id: str | None) -> AuthorizeResult:
            """Several workspaces: the token follows the payload's team."""
            team = self._playground.world.teams[team_id or "T0PIKUS"]
            return AuthorizeResult(
                enterprise_id=None,
                team_id=team.id,
                bot_token=team.bot_token,
                bot_id=team.bot_id,
                bot_user_id=team.bot_user.id,
            )

        client = AsyncWebClient(base_url=self._playground.api_url)
        secret = self._playground.signing_secret
        app = AsyncApp(client=client, authorize=authorize, signing_secret=secret, process_before_response=True)
        self._register(app)
        return app

    async def _serve(self) -> None:
        handler = AsyncSocketModeHandler(self._app(), self._playground.app_token, ping_interval=self._ping_seconds)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        self._ready.set()
        await self._stop.wait()
        await handler.close_async()  # type: ignore[no-untyped-call]


def plain_text(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section_block(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button_element(text: str, action_id: str = "go", value: str = "1", **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain_text(text), "value": value, **more}


def text_input(label: str, block_id: str, **element: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label),
        "element": {"type": "plain_text_input", "action_id": "typed", **element},
    }


def modal_view(*blocks: dict[str, Any], title: str = "Form", **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain_text(title),
        "submit": plain_text("Send"),
        "blocks": list(blocks),
        **more,
    }
