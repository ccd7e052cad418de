"""The control API under `/playground/`: what people and tests do, as JSON over HTTP.

Everything is `POST` with a JSON object, except reading (`GET` with a query). `{"cannot": text}`, with 200, is
what Slack's client would not let a person do; with `at_fields`, the form shows why. Refusals: 400 for what is
not understood, 404 for what there is not, 408 for what did not come in time.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from playground.actions import Actions
from playground.admin_control import AdminControl
from playground.api import Api
from playground.core import Core
from playground.errors import ApiError, CannotDo, Incomplete
from playground.person_control import PersonControl
from playground.world import Json

Handler = Callable[[Mapping[str, Any]], Awaitable[Any]]


class Control:
    def __init__(self, core: Core, acts: Actions, api: Api) -> None:
        screens, stage = PersonControl(core, acts), AdminControl(core, api)
        self._reads: dict[str, Handler] = {**screens.reads, **stage.reads}
        self._writes: dict[str, Handler] = {**screens.writes, **stage.writes}

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/playground/{name}", self._get)
        app.router.add_post("/playground/{name}", self._post)

    async def _get(self, request: web.Request) -> web.Response:
        return await self._answer(request, self._reads, request.query)

    async def _post(self, request: web.Request) -> web.Response:
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            return web.json_response({"problem": "not JSON"}, status=400)
        return await self._answer(request, self._writes, body)

    async def _answer(
        self, request: web.Request, handlers: dict[str, Handler], arguments: Mapping[str, Any]
    ) -> web.Response:
        handler = handlers.get(request.match_info["name"])
        if handler is None:
            return web.json_response({"problem": "no such thing"}, status=404)
        status, answer = await _run_handler(handler, arguments)
        return web.json_response(answer, status=status)


async def _run_handler(handler: Handler, arguments: Mapping[str, Any]) -> tuple[int, Json]:
    try:
        return 200, {"value": await handler(arguments)}
    except CannotDo as refusal:
        return 200, {"cannot": str(refusal), "at_fields": isinstance(refusal, Incomplete)}
    except ApiError as refusal:
        return 400, {"problem": refusal.code, **refusal.details}
    except TimeoutError as late:
        return 408, {"problem": str(late)}
    except (KeyError, ValueError, TypeError) as mistake:
        return 400, {"problem": f"{type(mistake).__name__}: {mistake}"}
