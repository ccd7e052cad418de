"""The control API under `/playground/`: what people and tests do, as JSON over HTTP.

Everything is `POST` with a JSON object, except reading (`GET` with a query). `{"cannot": text}`, with 200, is
what Slack's client would not let a person do; with `at_fields`, the form shows why. Refusals: 400 for what is
not understood, 404 for what there is not, 408 for what did not come in time.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from aiohttp import web

from playground.core import Core
from playground.errors import ApiError, CannotDo, Incomplete
from playground.world import Person, Team

Args = Mapping[str, Any]
T = TypeVar("T")


class Control:
    """A part of the API: `read_NAME` answers `GET /playground/NAME`, `do_NAME` the same as a `POST`. Each takes the
    arguments as a mapping, among them `team` (default: the first one)."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def _team(self, args: Args) -> Team:
        teams = self._core.world.teams
        return teams[args["team"]] if args.get("team") else next(iter(teams.values()))

    def _person(self, args: Args, key: str = "person") -> Person:
        """By handle or id. Raises: `CannotDo`."""
        team = self._team(args)
        person = team.person(args[key])
        if person is None:
            raise CannotDo(f"there is nobody called {args[key]} in {team.name}")
        return person

    async def _wait(
        self, args: Args, look: Callable[[], T | None], problem: Callable[[], str], seconds: float = 10
    ) -> T:
        """What `look` finds, at the latest after `timeout` seconds. Raises: `TimeoutError` with the problem."""
        found = await self._core.world.changes.until(look, float(args.get("timeout", seconds)))
        if not found:
            raise TimeoutError(problem())
        return found


Answer = tuple[int, dict[str, Any]]
"""The status, and what is told with it."""


async def answer_control(parts: Sequence[Control], name: str, args: Args, *, is_read: bool) -> Answer:
    method = f"read_{name}" if is_read else f"do_{name}"
    handler = next((getattr(part, method) for part in parts if hasattr(part, method)), None)
    if handler is None:
        return 404, {"problem": "no such thing"}
    try:
        return 200, {"value": await handler(args)}
    except CannotDo as refusal:
        return 200, {"cannot": str(refusal), "at_fields": isinstance(refusal, Incomplete)}
    except ApiError as refusal:
        return 400, {"problem": refusal.code, **refusal.details}
    except TimeoutError as late:
        return 408, {"problem": str(late)}
    except (KeyError, ValueError, TypeError) as mistake:
        return 400, {"problem": f"{type(mistake).__name__}: {mistake}"}


def add_control_routes(app: web.Application, parts: Sequence[Control]) -> None:
    async def answer(request: web.Request) -> web.Response:
        is_read = request.method != "POST"
        try:
            args = request.query if is_read else json.loads(await request.text() or "{}")
        except ValueError as mistake:
            return web.json_response({"problem": f"{type(mistake).__name__}: {mistake}"}, status=400)
        status, told = await answer_control(parts, request.match_info["name"], args, is_read=is_read)
        return web.json_response(told, status=status)

    app.router.add_get("/playground/{name}", answer)
    app.router.add_post("/playground/{name}", answer)
