"""The playground itself: a Slack workspace on 127.0.0.1."""

import json
import time
from typing import Any, Self

from aiohttp import web
from aiohttp.typedefs import Handler

from playground.actions import Actions
from playground.admin_control import AdminControl
from playground.api import Api, break_off_request
from playground.control import add_control_routes
from playground.core import Core
from playground.errors import ApiError
from playground.faults import RESPONSE_URL
from playground.oauth import OAuth
from playground.page import Live, add_page_routes
from playground.person_control import PersonControl

HOST = "127.0.0.1"


class Playground(Core):
    """Serves from `start()` to `stop()`, on the running event loop; also an async context manager."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        """As `Core` takes them."""
        super().__init__(*args, **settings)
        self.acts = Actions(self)
        self.oauth = OAuth(self)
        self.api = Api(self, self.oauth)
        self.control = (PersonControl(self, self.acts), AdminControl(self, self.api))
        self._live = Live(self)
        self._runner: web.AppRunner | None = None

    @property
    def api_url(self) -> str:
        return self.addresses["api_url"]

    @property
    def app_token(self) -> str:
        return self.world.app.token

    @property
    def signing_secret(self) -> str:
        return self.world.app.signing_secret

    @property
    def bot_tokens(self) -> dict[str, str]:
        """By team id."""
        return {team.id: team.bot_token for team in self.world.teams.values()}

    async def start(self) -> None:
        app = web.Application(client_max_size=10 * 1024 * 1024, middlewares=[self._only_ours])
        app.router.add_route("*", "/api/{method}", self.api.serve)
        app.router.add_get("/link/", self.sockets.serve)
        self.oauth.add_routes(app)
        app.router.add_post("/response/{team}/{key}", self._respond)
        app.router.add_post("/upload/{file}/{key}", self._upload)
        add_page_routes(app, self)
        self._live.add_routes(app)
        add_control_routes(app, self.control)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self.port).start()
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        for part in (self.events, self.api, self.sockets, self.posts, self._live):
            await part.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @web.middleware
    async def _only_ours(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self.is_ours(request):
            return web.json_response({"problem": "foreign Host or Origin"}, status=403)
        return await handler(request)

    async def _respond(self, request: web.Request) -> web.Response:
        """A use of a `response_url`."""
        began, body, code = time.monotonic(), await request.text(), "ok"
        fault = self.faults.draw(RESPONSE_URL)
        if fault is not None and fault.kind == "error":
            return web.json_response({"ok": False, "error": fault.code})
        if fault is not None and not fault.commit:
            return await break_off_request(request, fault)
        try:
            interaction = self.interactions.use(request.match_info["team"], request.match_info["key"])
            self.acts.reply(interaction, json.loads(body), "response_url")
            response = web.Response(text="ok")
        except ApiError as refusal:
            code, gone = refusal.code, refusal.code in ("used_url", "expired_url", "not_found")
            response = web.json_response(refusal.answer, status=404 if gone else 400)
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        seconds = time.monotonic() - began
        self.traffic.note("from app", RESPONSE_URL, json.loads(body), {}, seconds=seconds, status=code)
        return response if fault is None else await break_off_request(request, fault)

    async def _upload(self, request: web.Request) -> web.Response:
        file = self.world.files.get(request.match_info["file"])
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
