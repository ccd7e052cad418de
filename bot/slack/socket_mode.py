"""Socket Mode, with a close that loses nothing: Bolt's own drains nothing."""

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.client import Slack, wait_for_slack

PING_SECONDS = 3  # a FIN or RST is noticed in 2.7 s; Bolt's default of 10 takes 9.7 s


class SocketMode:
    """The intake of `duet run`."""

    def __init__(self, slack: Slack, app_token: str) -> None:
        self._slack = slack
        self._app_token = app_token
        self._socket: Socket | None = None

    async def open(self, app: AsyncApp) -> None:
        """Raises: SlackError."""
        await self._ask_for_address()  # says what is wrong with the token, if anything is
        self._socket = Socket(app, self._app_token)
        self._socket.client.issue_new_wss_url = self._ask_for_address  # type: ignore[method-assign]
        await self._socket.client.connect()  # type: ignore[no-untyped-call]

    async def _ask_for_address(self) -> str:
        return await wait_for_slack(lambda: self._slack.open_connection(self._app_token))

    def stop(self) -> None:
        """Goes on: Slack sends over an open socket, and would have to wait for an answer in vain."""

    @property
    def is_idle(self) -> bool:
        return self._socket is None or self._socket.is_idle

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.client.close()  # type: ignore[no-untyped-call]


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

    @property
    def is_idle(self) -> bool:
        return self._in_flight == 0 and self.client.message_queue.empty()
