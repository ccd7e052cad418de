"""HTTP mode: Slack's requests at `/slack/events`, a process manager's at `/healthz` and `/readyz`."""

import asyncio
import resource
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import h11
import structlog
import uvicorn
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.runtime.errors import OperatorError
from bot.runtime.logs import SKIPPED
from bot.scheduling.health import OK, Health
from bot.slack.guard import Guard

log = structlog.get_logger()

REQUEST_PATH = "/slack/events"
CLOSE_SECONDS = 1  # for what is still not answered when the draining has ended
REQUEST_SECONDS = 5.0  # for the next request of a connection to arrive, up to the end of its headers
MOST_CONNECTIONS = 1000
BACKLOG = 32  # so many are accepted in one turn of the loop, and the first of them is counted two turns later
FILES_BESIDE = 100 + 5 * BACKLOG  # descriptors for the database, Slack and the log; for what is about to be closed


class HttpMode:
    """The intake of `duet serve`, and where `duet work` tells its health. Encryption is a proxy's before it."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        signing_secret: str | None,
        health: Health,
        pages: Sequence[Route] = (),
    ) -> None:
        """`port` 0: any free one. `signing_secret` None: Slack's requests are not taken. `pages`: besides."""
        self._pages = pages
        self._host = host
        self._port = port
        self._signing_secret = signing_secret
        self._health = health
        self._guard: Guard | None = None
        self._server: Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self.url = ""  # http://127.0.0.1:3000, known once it is open

    async def open(self, app: AsyncApp) -> None:
        """Raises: OperatorError."""
        if self._signing_secret is not None:
            self._guard = Guard(app, self._signing_secret)
        host, family = (f"[{self._host}]", socket.AF_INET6) if ":" in self._host else (self._host, socket.AF_INET)
        try:
            listening = socket.create_server((self._host, self._port), family=family)
        except OSError as error:
            reason = str(error.strerror).partition(" (")[0]
            raise OperatorError(f"Duet cannot listen on {host}:{self._port}: {reason}.") from None
        # Head and body are written one after the other: else the body waits 40 ms for the client's delayed ACK.
        # asyncio sees to that for sockets of its own making only; what is accepted here has it from this one.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.url = f"http://{host}:{listening.getsockname()[1]}"
        self._server = Server(build_application(self._guard, self._health, self._pages))
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        await self._server.up.wait()
        log.info("http.listening", url=self.url)

    def stop(self) -> None:
        """New requests are told 503: a proxy may have another Duet for them, and Slack repeats events."""
        if self._guard is not None:
            self._guard.stopping = True

    @property
    def is_idle(self) -> bool:
        return self._guard is None or self._guard.in_flight == 0

    async def close(self) -> None:
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving


class LimitedConnection(H11Protocol):
    """Closes connections that are idle or drip, and never has more open than the process has descriptors for.

    Out of descriptors nobody is heard any more, and each refused connection is a line in the log.
    """

    _waits_since = 0.0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_a_request()
        most = _most_connections()
        if len(self.connections) > most:  # those aborted in this turn of the loop are among them until the next
            every = (each for each in self.connections if isinstance(each, LimitedConnection))
            still_open = [each for each in every if not each.transport.is_closing()]
            if len(still_open) > most:
                idle = (each for each in still_open if each.is_waiting)
                min(idle, key=lambda connection: connection._waits_since, default=self).transport.abort()

    def data_received(self, data: bytes) -> None:
        try:
            super().data_received(data)
        except h11.LocalProtocolError:  # it was refused already, and what follows is no HTTP
            self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        super().send_400_response(msg)
        if self.cycle is not None:
            self.cycle.disconnected = True  # whatever else would be answered, nobody is there for it

    def connection_lost(self, exc: Exception | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        self._wait_for_a_request()
        super().on_response_complete()

    @property
    def is_waiting(self) -> bool:
        """Whether nobody is waiting for an answer."""
        return self.cycle is None or self.cycle.response_complete

    def _wait_for_a_request(self) -> None:
        self._waits_since = time.monotonic()
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self._give_up)

    def _give_up(self) -> None:
        if self.is_waiting:
            self.transport.abort()


def _most_connections() -> int:
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(1, min(MOST_CONNECTIONS, allowed - FILES_BESIDE))


class Server(uvicorn.Server):
    """Says when it is up, and leaves signals to Duet."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=LimitedConnection,
                backlog=BACKLOG,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=CLOSE_SECONDS,
            )
        )
        self.up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


def build_application(guard: Guard | None, health: Health, pages: Sequence[Route] = ()) -> ASGIApp:
    """`guard` None: no request of Slack's is taken. Those go to it at once, past what other routes need."""

    async def healthz(request: Request) -> Response:
        answer = _word_response(health.alive())
        answer.headers["X-Duet-Faults"] = str(health.faults())
        answer.headers["X-Duet-Skipped"] = str(SKIPPED.total())
        return answer

    async def readyz(request: Request) -> Response:
        return _word_response(await health.ready())

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), *pages]
    if guard is not None:
        routes.append(Route(REQUEST_PATH, guard, methods=["POST"]))
    app = Starlette(routes=routes)
    app.router.redirect_slashes = False  # it would lead to whatever host the request names
    if guard is None:
        return app

    async def take_request(scope: Scope, receive: Receive, send: Send) -> None:
        is_slacks = scope["path"] == REQUEST_PATH and scope["method"] == "POST"
        await (guard if is_slacks else app)(scope, receive, send)

    return take_request


def _word_response(word: str) -> Response:
    return PlainTextResponse(word, status_code=200 if word == OK else 503)
