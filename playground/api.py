"""The Web API's door: token, scope, rate, faults, record. The methods stand in `playground.methods`."""

import asyncio
import json
import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web

from playground.core import Core
from playground.errors import ApiError
from playground.faults import Fault
from playground.limits import RateLimitExceeded
from playground.methods import METHODS, Call
from playground.refusals import EVERY_METHOD, REFUSALS
from playground.sockets import reset_connection
from playground.world import Json, Team

KEPT_CALLS = 5_000
LEAVING_SECONDS = 0.02  # how often a withheld answer looks whether the client has left
SPOILED = web.Response  # an answer nobody will read: the connection is gone


@dataclass(frozen=True)
class Recorded:
    method: str
    team: str | None
    arguments: Json  # without the token
    answer: Json | None  # None: the client never got one
    began: float  # monotonic seconds
    seconds: float
    fault: str | None = None

    def as_json(self) -> Json:
        return asdict(self)


class Api:
    def __init__(self, core: Core) -> None:
        self._core = core
        self.calls: deque[Recorded] = deque(maxlen=KEPT_CALLS)
        self.in_flight = 0
        self._late: set[asyncio.Task[None]] = set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.in_flight += 1
        try:
            return await self._serve(request)
        finally:
            self.in_flight -= 1
            self._core.world.changes.announce()

    async def stop(self) -> None:
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        began, name = time.monotonic(), request.match_info["method"]
        args = await _read_arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or args.pop("token", "")
        args.pop("token", None)
        team, fault, answer, status, headers = None, None, None, 200, {}
        try:
            team = self._authenticate(name, str(token))
            headers = {} if team is None else {"X-OAuth-Scopes": ",".join(sorted(team.scopes))}
            fault = self._core.faults.draw(name)
            if fault is not None and fault.kind not in ("ratelimited", "error"):
                return await self._break(request, name, team, args, fault, began)
            answer = {"ok": True, **self._run(name, team, args, fault)}
        except ApiError as refusal:
            answer = refusal.answer
            if isinstance(refusal, RateLimitExceeded):
                status, headers = 429, headers | {"Retry-After": refusal.retry_after}
        self._record(name, team, args, answer, began, fault)
        return web.json_response(answer, status=status, headers=headers)

    def _authenticate(self, name: str, token: str) -> Team | None:
        """The token's team, None for the app's own token. Raises: `ApiError`."""
        if not token:
            raise ApiError("not_authed")
        if token == self._core.world.app.token:
            if name not in ("apps.connections.open", "auth.test"):
                raise ApiError("not_allowed_token_type")
            return None
        team = next((each for each in self._core.world.teams.values() if each.bot_token == token), None)
        if team is None:
            raise ApiError("invalid_auth")
        if not team.installed:
            raise ApiError("account_inactive")
        if team.tokens_revoked:
            raise ApiError("token_revoked")
        if name == "apps.connections.open":
            raise ApiError("not_allowed_token_type")
        return team

    def _run(self, name: str, team: Team | None, args: Json, fault: Fault | None = None) -> Json:
        """Raises: `ApiError`."""
        if fault is not None and fault.kind == "ratelimited":
            raise RateLimitExceeded(fault.retry_after)
        if fault is not None and fault.kind == "error":
            raise ApiError(fault.code)
        if team is None:
            return self._app_call(name)
        method = METHODS.get(name)
        if method is None:
            raise self._core.gate.refuse(name, "unknown_method", f"there is no method {name}")
        call = Call(self._core, name, team, args)
        self._core.limits.take(name, team.id, method.per_minute)
        if method.scope is not None:
            call.needs(method.scope)
        try:
            return method.run(call)
        except ApiError as refusal:
            documented = EVERY_METHOD | REFUSALS.get(name, frozenset({refusal.code}))
            if refusal.code not in documented:
                self._core.gate.refuse(name, "undocumented_refusal", refusal.code)
            raise

    def _app_call(self, name: str) -> Json:
        app = self._core.world.app
        if name == "auth.test":
            return {"app_name": app.bot_name, "app_id": app.id}
        ticket = self._core.sockets.ticket()
        return {"url": f"{self._core.base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={app.id}"}

    async def _break(
        self, request: web.Request, name: str, team: Team | None, args: Json, fault: Fault, began: float
    ) -> web.StreamResponse:
        """A fault in which the client gets no proper answer, whether or not the call takes effect."""
        if fault.kind == "late_commit":
            self._later(fault.delay_seconds, name, team, args, fault, began)
        elif fault.commit:
            self._commit(name, team, args)
        if fault.kind != "late_commit":
            self._record(name, team, args, None, began, fault)
        return await break_off_request(request, fault)

    def _commit(self, name: str, team: Team | None, args: Json) -> None:
        try:
            self._run(name, team, args)
        except ApiError:
            return  # it would not have worked anyway; the client will never know

    def _later(self, seconds: float, name: str, team: Team | None, args: Json, fault: Fault, began: float) -> None:
        async def commit() -> None:
            await asyncio.sleep(seconds)
            self._commit(name, team, args)
            self._record(name, team, args, None, began, fault)

        task = asyncio.create_task(commit())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    def _record(
        self, name: str, team: Team | None, args: Json, answer: Json | None, began: float, fault: Fault | None
    ) -> None:
        seconds = time.monotonic() - began
        team_id = team.id if team else None
        self.calls.append(Recorded(name, team_id, args, answer, began, seconds, fault.kind if fault else None))
        status = "no answer" if answer is None else str(answer.get("error", "ok"))
        kind = fault.kind if fault else None
        self._core.traffic.note("from app", name, args, answer, seconds=seconds, status=status, fault=kind)
        self._core.world.changes.announce()


async def break_off_request(request: web.Request, fault: Fault) -> web.Response:
    """The end of a request that gets no proper answer."""
    if fault.kind == "http_500":
        return web.Response(status=500, text="Internal Server Error")
    if fault.kind == "timeout":
        await _hold_request(request, fault.hold_seconds)
    reset_connection(request.transport)
    return SPOILED()


async def _read_arguments(request: web.Request) -> dict[str, Any]:
    """The query and the body, which may be a form or JSON."""
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            body = {}
        return args | (body if isinstance(body, dict) else {})
    form = await request.post()
    return args | {key: value for key, value in form.items() if isinstance(value, str)}


async def _hold_request(request: web.Request, seconds: float) -> None:
    """Until the client has left, or time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if request.transport is None or request.transport.is_closing():
            return
        await asyncio.sleep(LEAVING_SECONDS)
