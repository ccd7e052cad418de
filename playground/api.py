"""The Web API's door: token, scope, rate, faults, record. The methods stand in `playground.methods`."""

import asyncio
import contextlib
import json
import time
from collections import deque
from dataclasses import dataclass, field

from aiohttp import web

from playground.core import Core
from playground.errors import ApiError
from playground.faults import Fault
from playground.limits import RateLimitExceeded
from playground.manifest import APP_ID
from playground.methods import METHODS, Call
from playground.oauth import OAuth
from playground.refusals import REFUSALS
from playground.sockets import reset_connection
from playground.world import Json, Team

KEPT_CALLS = 5_000
OAUTH = "oauth.v2.access"
LEAVING_SECONDS = 0.02  # how often a withheld answer looks whether the client has left


@dataclass
class Recorded:
    method: str
    arguments: Json  # without the token
    team: str | None = None
    answer: Json | None = None  # None: the client never got one
    began: float = field(default_factory=time.monotonic)  # monotonic seconds
    seconds: float = 0
    fault: str | None = None


class Api:
    def __init__(self, core: Core, oauth: OAuth) -> None:
        self._core = core
        self._oauth = oauth
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
        args = await _read_arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or args.get("token", "")
        args.pop("token", None)
        call, status, headers = Recorded(request.match_info["method"], _leave_out_secrets(args)), 200, {}
        if call.method == OAUTH:
            return await self._exchange(request, call, args)
        try:
            team = self._authenticate(call.method, str(token))
            if team is not None:
                call.team, headers = team.id, {"X-OAuth-Scopes": ",".join(sorted(team.scopes))}
            fault = self._core.faults.draw(call.method)
            if fault is not None:
                call.fault = fault.kind
                if fault.kind == "ratelimited":
                    raise RateLimitExceeded(fault.retry_after)
                if fault.kind == "error":
                    raise ApiError(fault.code)
                return await self._break(request, call, team, fault)
            call.answer = {"ok": True, **self._run(call, team)}
        except ApiError as refusal:
            call.answer = refusal.answer
            if isinstance(refusal, RateLimitExceeded):
                status, headers = 429, headers | {"Retry-After": refusal.retry_after}
        self._record(call)
        return web.json_response(call.answer, status=status, headers=headers)

    async def _exchange(self, request: web.Request, call: Recorded, args: Json) -> web.StreamResponse:
        """The one method that is called without a token."""
        fault = self._core.faults.draw(OAUTH)
        try:
            if fault is not None and fault.kind == "error":
                raise ApiError(fault.code)
            if fault is not None and not fault.commit:
                return await break_off_request(request, fault)
            call.answer = {"ok": True, **self._oauth.exchange(args, request.headers.get("Authorization", ""))}
        except ApiError as refusal:
            call.answer = refusal.answer
        if fault is not None and fault.commit:
            return await break_off_request(request, fault)
        answer, call.answer = call.answer, {"ok": call.answer["ok"]}
        self._record(call)
        return web.json_response(answer)

    def _authenticate(self, name: str, token: str) -> Team | None:
        """The token's team, None for the app's own token. Raises: `ApiError`."""
        if not token:
            raise ApiError("not_authed")
        if token == self._core.world.app.token:
            if name not in ("apps.connections.open", "auth.test"):
                raise ApiError("not_allowed_token_type")
            return None
        team, expires_at = self._find_team(token)
        if expires_at is not None and expires_at < self._core.world.clock.now():
            raise ApiError("token_expired")
        if not team.installed:
            raise ApiError("account_inactive")
        if team.tokens_revoked:
            raise ApiError("token_revoked")
        if name == "apps.connections.open":
            raise ApiError("not_allowed_token_type")
        return team

    def _find_team(self, token: str) -> tuple[Team, float | None]:
        """Of a token, and when it expires. Raises: `ApiError`."""
        for team in self._core.world.teams.values():
            if token == team.bot_token:
                return team, team.expires_at
            if token in team.older_tokens:
                return team, team.older_tokens[token]
        raise ApiError("invalid_auth")

    def _run(self, recorded: Recorded, team: Team | None) -> Json:
        """Raises: `ApiError`."""
        name = recorded.method
        if team is None:
            return self._app_call(name)
        method = METHODS.get(name)
        if method is None:
            raise self._core.gate.refuse(name, "unknown_method", f"there is no method {name}")
        call = Call(self._core, name, team, recorded.arguments)
        self._core.limits.take(name, team.id, method.per_minute)
        if method.scope is not None:
            call.needs(method.scope)
        try:
            return method.run(call)
        except ApiError as refusal:
            documented = REFUSALS["*"] | REFUSALS.get(name, {refusal.code})
            if refusal.code not in documented:
                self._core.gate.refuse(name, "undocumented_refusal", refusal.code)
            raise

    def _app_call(self, name: str) -> Json:
        if name == "auth.test":
            return {"app_name": self._core.world.app.bot_name, "app_id": APP_ID}
        address, ticket = self._core.url.replace("http", "ws", 1), self._core.sockets.ticket()
        return {"url": f"{address}/link/?ticket={ticket}&app_id={APP_ID}"}

    async def _break(
        self, request: web.Request, call: Recorded, team: Team | None, fault: Fault
    ) -> web.StreamResponse:
        """A fault in which the client gets no proper answer, whether or not the call takes effect."""
        if fault.kind == "late_commit":
            task = asyncio.create_task(self._commit(call, team, fault.delay_seconds))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
        elif fault.commit:
            await self._commit(call, team, 0)
        else:
            self._record(call)
        return await break_off_request(request, fault)

    async def _commit(self, call: Recorded, team: Team | None, seconds: float) -> None:
        if seconds:
            await asyncio.sleep(seconds)
        with contextlib.suppress(ApiError):  # it would not have worked anyway; the client will never know
            self._run(call, team)
        self._record(call)

    def _record(self, call: Recorded) -> None:
        call.seconds = time.monotonic() - call.began
        self.calls.append(call)
        status = "no answer" if call.answer is None else str(call.answer.get("error", "ok"))
        note = self._core.traffic.note
        note(
            "from app",
            call.method,
            call.arguments,
            call.answer,
            seconds=call.seconds,
            status=status,
            fault=call.fault,
        )
        self._core.world.changes.announce()


async def break_off_request(request: web.Request, fault: Fault) -> web.Response:
    """The end of a request that gets no proper answer."""
    if fault.kind == "http_500":
        return web.Response(status=500, text="Internal Server Error")
    if fault.kind == "timeout":
        await _hold_request(request, fault.hold_seconds)
    reset_connection(request.transport)
    return web.Response()  # which nobody will read: the connection is gone


async def _read_arguments(request: web.Request) -> Json:
    """The query and the body, which may be a form or JSON."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            body = {}
        return args | (body if isinstance(body, dict) else {})
    form = await request.post()
    return args | {key: value for key, value in form.items() if isinstance(value, str)}


def _leave_out_secrets(args: Json) -> Json:
    return {key: value for key, value in args.items() if key not in ("client_secret", "code", "refresh_token")}


async def _hold_request(request: web.Request, seconds: float) -> None:
    """Until the client has left, or time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if request.transport is None or request.transport.is_closing():
            return
        await asyncio.sleep(LEAVING_SECONDS)
