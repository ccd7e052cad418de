"""Socket Mode, with a close that loses nothing: Bolt's own drains nothing."""

import asyncio
from collections.abc import Callable

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

PING_SECONDS = 3  # a FIN or RST is noticed in 2.7 s; Bolt's default of 10 takes 9.7 s
POLL_SECONDS = 0.05


class Socket(AsyncSocketModeHandler):
    """Counts what it is answering, until the answer has left."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        super().__init__(app, app_token, ping_interval=PING_SECONDS)
        self._in_flight = 0

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        self._in_flight += 1
        try:
            await super().handle(client, req)
        finally:
            self._in_flight -= 1

    async def open(self) -> None:
        await self.client.connect()  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        await self.client.close()  # type: ignore[no-untyped-call]

    @property
    def is_idle(self) -> bool:
        return self._in_flight == 0 and self.client.message_queue.empty()

    async def drain(self, *, also_idle: Callable[[], bool], at_most_seconds: float) -> bool:
        """Keeps answering until nothing is in flight. Returns whether that was reached."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + at_most_seconds
        while loop.time() < deadline:
            if self.is_idle and also_idle():
                return True
            await asyncio.sleep(POLL_SECONDS)
        return False
