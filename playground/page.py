"""The page: its files, the files people have been sent, and what it hears without asking.

One person's screen, and the traffic under the hood, by WebSocket: browsers allow only six event streams to one
host, and every window that is somebody needs one.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from aiohttp import web

from playground.core import Core
from playground.screen_state import ScreenState
from playground.world import Person, Team

FOLDER = Path(__file__).parent / "page"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
HEARTBEAT_SECONDS = 20.0
GATHER_SECONDS = 0.01  # what changes at once is told at once


def add_page_routes(app: web.Application, core: Core) -> None:
    async def serve_index(_: web.Request) -> web.FileResponse:
        return web.FileResponse(FOLDER / "index.html")

    async def serve_sent_file(request: web.Request) -> web.Response:
        """Always to be saved: what is in it is not ours to show."""
        file = core.world.files.get(request.match_info["id"])
        if file is None or file.is_deleted or file.key != request.match_info["key"]:
            raise web.HTTPNotFound
        name = "".join(each if each.isalnum() or each in "-_." else "_" for each in file.name)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=file.content or b"", content_type="application/octet-stream", headers=headers)

    async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(HEADERS)

    app.on_response_prepare.append(add_headers)
    app.router.add_get("/", serve_index)
    app.router.add_static("/page/", FOLDER)
    app.router.add_get("/file/{id}/{key}", serve_sent_file)


class Live:
    def __init__(self, core: Core) -> None:
        self._core = core
        self._watching: set[web.WebSocketResponse] = set()

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/playground/live", self._screen)
        app.router.add_get("/playground/traffic", self._traffic)

    async def stop(self) -> None:
        for ws in list(self._watching):
            with contextlib.suppress(ConnectionError, TimeoutError):
                async with asyncio.timeout(0.5):
                    await ws.close(code=1001)

    async def _screen(self, request: web.Request) -> web.StreamResponse:
        team, person = self._viewer(request)
        return await self._watch(request, self._frames(team, person))

    async def _traffic(self, request: web.Request) -> web.StreamResponse:
        return await self._watch(request, self._exchanges())

    def _viewer(self, request: web.Request) -> tuple[Team, Person]:
        teams = self._core.world.teams
        team = teams.get(request.query.get("team", "")) or next(iter(teams.values()))
        person = team.person(request.query.get("person", ""))
        return team, person or next(each for each in team.people.values() if not each.is_bot)

    async def _watch(self, request: web.Request, frames: AsyncIterator[Any]) -> web.StreamResponse:
        """Sends frames until the page or the playground leaves."""
        ws = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, compress=False)
        await ws.prepare(request)
        self._watching.add(ws)
        sending = asyncio.create_task(_send_frames(ws, frames))
        try:
            async for _ in ws:
                pass  # the page says nothing here: it acts by the control API
        finally:
            self._watching.discard(ws)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        return ws

    async def _frames(self, team: Team, person: Person) -> AsyncIterator[Any]:
        known: dict[str, str] = {}
        while True:
            changed = self._core.world.changes.next
            parts = ScreenState(self._core.world, self._core.director, team, person).all()
            frame, known = diff_parts(known, parts)
            if frame["set"] or frame["gone"]:
                yield frame
            await changed.wait()
            await asyncio.sleep(GATHER_SECONDS)

    async def _exchanges(self) -> AsyncIterator[Any]:
        n = 0
        while True:
            changed = self._core.traffic.changes.next
            news = self._core.traffic.since(n)
            if news:
                n = news[-1].n
                yield [asdict(each) for each in news]
            await changed.wait()
            await asyncio.sleep(GATHER_SECONDS)


async def _send_frames(ws: web.WebSocketResponse, frames: AsyncIterator[Any]) -> None:
    with contextlib.suppress(ConnectionError):
        async for frame in frames:
            await ws.send_json(frame)


def diff_parts(known: Mapping[str, str], parts: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """What a page that knows `known` (key → JSON text) has to be told, and what it knows then."""
    written = {key: json.dumps(value, ensure_ascii=False) for key, value in parts.items()}
    changed = {key: parts[key] for key, text in written.items() if known.get(key) != text}
    return {"set": changed, "gone": [key for key in known if key not in written]}, written
