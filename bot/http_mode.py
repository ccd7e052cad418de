"""HTTP mode: Slack's requests at `/slack/events`, a process manager's at `/healthz` and `/readyz`."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.guard import Guard
from bot.health import OK, Health
from bot.intake import CannotListen

log = structlog.get_logger()

REQUEST_PATH = "/slack/events"
CLOSE_SECONDS = 1  # for what is still not answered when the draining has ended


class HttpMode:
    """The intake of `duet serve`. Encryption is somebody else's: a proxy stands before it."""

    def __init__(self, host: str, port: int, *, signing_secret: str, health: Health) -> None:
        """`port` 0: any free one."""
        self._host = host
        self._port = port
        self._signing_secret = signing_secret
        self._health = health
        self._guard: Guard | None = None
        self._server: Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self.url = ""  # http://127.0.0.1:3000, known once it is open

    async def open(self, app: AsyncApp) -> None:
        """Raises: CannotListen."""
        self._guard = Guard(app, self._signing_secret)
        host, family = (f"[{self._host}]", socket.AF_INET6) if ":" in self._host else (self._host, socket.AF_INET)
        try:
            listening = socket.create_server((self._host, self._port), family=family)
        except OSError as error:
            reason = str(error.strerror).partition(" (")[0]
            raise CannotListen(f"Duet cannot listen on {host}:{self._port}: {reason}") from None
        self.url = f"http://{host}:{listening.getsockname()[1]}"
        self._server = Server(application(self._guard, self._health))
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


class Server(uvicorn.Server):
    """Says when it is up, and leaves signals to Duet."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="h11",
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


def application(guard: Guard, health: Health) -> Starlette:
    async def healthz(request: Request) -> Response:
        return _word(health.alive())

    async def readyz(request: Request) -> Response:
        return _word(await health.ready())

    return Starlette(
        routes=[
            Route(REQUEST_PATH, guard, methods=["POST"]),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
        ]
    )


def _word(word: str) -> Response:
    return PlainTextResponse(word, status_code=200 if word == OK else 503)
