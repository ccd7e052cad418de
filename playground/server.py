"""The playground itself: a Slack workspace on 127.0.0.1."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler

from playground.actions import Actions
from playground.api import Api, break_off_request
from playground.app_link import AppLink
from playground.clock import Clock
from playground.control import Control
from playground.core import Core
from playground.director import Director
from playground.errors import ApiError
from playground.events import RETRY_SECONDS, Events
from playground.faults import RESPONSE_URL, Faults
from playground.interactions import Interactions
from playground.limits import Limits
from playground.live import Live
from playground.manifest import App
from playground.page import HEADERS, PageFiles
from playground.posts import Posts
from playground.seed import DEFAULT_TEAMS, TeamSeed
from playground.sockets import ACK_SECONDS, Sockets
from playground.strict.gate import Gate, Violation
from playground.strict.schemas import SecondOpinion
from playground.traffic import Traffic
from playground.world import World

HOST = "127.0.0.1"
T = TypeVar("T")


class Playground:
    """Serves from `start()` to `stop()`, on the running event loop; also an async context manager.

    `manifest` is the app's, as loaded from YAML. `schemas`: a folder with a second opinion on messages and
    views. `pace_seconds`: between two messages of one channel. `rate_scale` multiplies the other limits.
    `history_per_minute`: Slack's limit for commercially distributed apps outside its Marketplace.
    `request_url`: where the app takes payloads by HTTP; None: it connects by Socket Mode.
    `fault_seed`: of the draws of `Fault.probability`.
    """

    def __init__(
        self,
        manifest: dict[str, Any],
        teams: Sequence[TeamSeed] = DEFAULT_TEAMS,
        *,
        schemas: Path | None = None,
        pace_seconds: float = 1.0,
        clock_file: Path | None = None,
        withheld_scopes: Sequence[str] = (),
        rate_scale: float = 1.0,
        history_per_minute: int | None = None,
        event_retry_seconds: Sequence[float] = RETRY_SECONDS,
        ack_seconds: float = ACK_SECONDS,
        request_url: str | None = None,
        fault_seed: int = 0,
        port: int = 0,
    ) -> None:
        app = App.from_manifest(manifest)
        world = World(app, Clock(clock_file))
        for team in teams:
            world.add_team(team, frozenset(withheld_scopes))
        traffic = Traffic(world.clock.now)
        sockets = Sockets(app.id, world.changes, ack_seconds)
        posts = Posts(app.signing_secret, ack_seconds, request_url)
        line = AppLink(sockets, posts, traffic, world.changes)
        limits = Limits(
            pace_seconds=pace_seconds,
            scale=rate_scale,
            history_per_minute=history_per_minute,
            now=lambda: time.monotonic() + world.clock.offset_seconds,
        )
        self.core = Core(
            world=world,
            gate=Gate(SecondOpinion(schemas) if schemas else None),
            limits=limits,
            faults=Faults(fault_seed),
            interactions=Interactions(world),
            sockets=sockets,
            posts=posts,
            line=line,
            events=Events(world, line, event_retry_seconds),
            traffic=traffic,
            director=Director(world.changes),
        )
        self.acts = Actions(self.core)
        self.api = Api(self.core)
        self._live = Live(self.core)
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return self.core.base_url

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    @property
    def app_token(self) -> str:
        return self.core.world.app.token

    @property
    def signing_secret(self) -> str:
        return self.core.world.app.signing_secret

    @property
    def bot_tokens(self) -> dict[str, str]:
        """By team id."""
        return {team.id: team.bot_token for team in self.core.world.teams.values()}

    @property
    def violations(self) -> list[Violation]:
        return self.core.gate.violations

    async def start(self) -> None:
        app = web.Application(client_max_size=10 * 1024 * 1024, middlewares=[self._only_ours])
        app.router.add_route("*", "/api/{method}", self.api.serve)
        app.router.add_get("/link/", self.core.sockets.serve)
        app.router.add_post("/response/{team}/{key}", self._respond)
        app.router.add_post("/upload/{file}/{key}", self._upload)
        PageFiles(self.core).add_routes(app)
        self._live.add_routes(app)
        Control(self.core, self.acts, self.api).add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port).start()
        port = self._runner.addresses[0][1]
        self.core.base_url = f"http://{HOST}:{port}"
        self.core.interactions.serve_at(self.core.base_url)

    async def stop(self) -> None:
        await self.core.events.stop()
        await self.api.stop()
        await self.core.sockets.stop()
        await self.core.posts.stop()
        await self._live.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @web.middleware
    async def _only_ours(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self.core.is_ours(request):
            return web.json_response({"problem": "foreign Host or Origin"}, status=403, headers=HEADERS)
        return await handler(request)

    async def _respond(self, request: web.Request) -> web.Response:
        """A use of a `response_url`."""
        began, body, code = time.monotonic(), await request.text(), "ok"
        fault = self.core.faults.draw(RESPONSE_URL)
        if fault is not None and fault.kind == "error":
            return web.json_response({"ok": False, "error": fault.code})
        if fault is not None and not fault.commit:
            return await break_off_request(request, fault)
        try:
            interaction = self.core.interactions.use(request.match_info["team"], request.match_info["key"])
            self.acts.reply(interaction, json.loads(body), "response_url")
            response = web.Response(text="ok")
        except ApiError as refusal:
            code, gone = refusal.code, refusal.code in ("used_url", "expired_url", "not_found")
            response = web.json_response(refusal.answer, status=404 if gone else 400)
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        seconds = time.monotonic() - began
        self.core.traffic.note("from app", RESPONSE_URL, json.loads(body), {}, seconds=seconds, status=code)
        return response if fault is None else await break_off_request(request, fault)

    async def _upload(self, request: web.Request) -> web.Response:
        file = self.core.world.files.get(request.match_info["file"])
        if file is None or file.key != request.match_info["key"]:
            return web.Response(status=404, text="not found")
        content = await _read_content(request)
        if len(content) != file.length:
            return web.Response(status=400, text="length does not match")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")


async def _read_content(request: web.Request) -> bytes:
    """The uploaded bytes: the whole body, or the first part of a form."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    part = next(iter((await request.post()).values()))
    if isinstance(part, web.FileField):
        return part.file.read()
    return part.encode() if isinstance(part, str) else bytes(part)


class PlaygroundThread:
    """A playground in a thread of its own, for synchronous tests; takes `Playground`'s arguments.

    `with PlaygroundThread(manifest) as playground: Driver(playground.url)`. The object yielded is the
    `Playground`: read from it, but change it only through the driver, or `in_loop`.
    """

    def __init__(self, manifest: dict[str, Any], *args: Any, **settings: Any) -> None:
        self._build: Callable[[], Playground] = lambda: Playground(manifest, *args, **settings)
        self._ready = threading.Event()
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failure: BaseException | None = None
        self._playground: Playground | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), name="playground")

    def start(self) -> Playground:
        """Raises what building or starting the playground raised."""
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure
        assert self._playground is not None
        return self._playground

    def stop(self) -> None:
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def in_loop(self, work: Callable[[], T]) -> T:
        """What `work` returns, done where the workspace's state may be touched."""

        async def run() -> T:
            return work()

        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    def __enter__(self) -> Playground:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            self._playground = self._build()
            await self._playground.start()
        except Exception as error:  # carried over to the thread that waits
            self._failure = error
            return
        finally:
            self._ready.set()
        await self._stop.wait()
        await self._playground.stop()
