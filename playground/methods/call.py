"""One call of a Web API method, and the registry the methods put themselves into."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playground.core import Core
from playground.errors import ApiError
from playground.world import Channel, Json, Person, Team, World

TIER_2, TIER_3, TIER_4, SPECIAL = 20, 50, 100, 600  # calls a minute

READ = {"channel": "channels:read", "group": "groups:read", "im": "im:read", "mpim": "mpim:read"}
HISTORY = {kind: scope.replace("read", "history") for kind, scope in READ.items()}
MANAGE = {"channel": "channels:manage", "group": "groups:write", "im": "im:write", "mpim": "mpim:write"}


@dataclass(frozen=True)
class Call:
    """`args` are strings if the body was a form, anything if it was JSON."""

    core: Core
    method: str
    team: Team
    args: Json

    @property
    def world(self) -> World:
        return self.core.world

    @property
    def bot(self) -> str:
        """The id of the app's own user."""
        return self.team.bot_user.id

    def text(self, name: str, default: str = "") -> str:
        value = self.args.get(name)
        return default if value is None else str(value)

    def flag(self, name: str) -> bool:
        return str(self.args.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """Raises: `ApiError` invalid_arguments."""
        try:
            return int(self.args.get(name) or default)
        except ValueError:
            raise self.invalid(f"{name} is not a number") from None

    def decoded(self, name: str) -> Any:
        """An object or list, given as itself or as JSON text. Raises: `ApiError` invalid_arguments."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise self.invalid(f"{name} is not JSON") from None

    def required(self, name: str) -> str:
        """Raises: `ApiError` invalid_arguments, noted as a violation."""
        value = self.text(name)
        if not value:
            raise self.invalid(f"missing required field: {name}")
        return value

    def invalid(self, problem: str) -> ApiError:
        return self.core.gate.refuse(self.method, "invalid_arguments", problem)

    def content(self, *, is_edit: bool = False) -> tuple[str, list[Json]]:
        """Text and blocks, as `Gate.message` lets them pass. Raises: `ApiError`."""
        return self.core.gate.message(self.method, self.args.get("text"), self.args.get("blocks"), is_edit=is_edit)

    def user_ids(self, missing: str) -> list[str]:
        """`users`, each once. Raises: `ApiError` `missing` if there are none."""
        ids = list(dict.fromkeys(who for who in self.text("users").split(",") if who))
        if not ids:
            raise self.core.gate.refuse(self.method, missing, "users is missing")
        return ids

    def needs(self, scope: str) -> None:
        """Raises: `ApiError` missing_scope."""
        if scope not in self.team.scopes:
            provided = ",".join(sorted(self.team.scopes))
            raise ApiError("missing_scope", needed=scope, provided=provided)

    def channel(self, name: str = "channel") -> Channel:
        """A conversation the bot can know of. Raises: `ApiError` channel_not_found."""
        found = self.team.channels.get(self.text(name))
        if found is None or (found.kind != "channel" and self.bot not in found.members):
            raise ApiError("channel_not_found")
        return found

    def scoped_channel(self, scopes: Mapping[str, str], *, direct: bool = True) -> Channel:
        """One of whose kind the app has the scope. Raises: `ApiError` channel_not_found, missing_scope;
        method_not_supported_for_channel_type, unless it may be `direct`."""
        channel = self.channel()
        self.needs(scopes[channel.kind])
        if channel.is_direct and not direct:
            raise ApiError("method_not_supported_for_channel_type")
        return channel

    def member_channel(self, name: str = "channel", *, archived: str = "is_archived") -> Channel:
        """One in which the bot may act. Raises: `ApiError` …, `archived`, not_in_channel."""
        channel = self.channel(name)
        if channel.archived:
            raise ApiError(archived)
        if self.bot not in channel.members:
            raise ApiError("not_in_channel")
        return channel

    def person(self, user_id: str) -> Person:
        """Raises: `ApiError` user_not_found."""
        found = self.team.people.get(user_id)
        if found is None:
            raise ApiError("user_not_found")
        return found


Run = Callable[[Call], Json]


@dataclass(frozen=True)
class Method:
    name: str
    run: Run
    per_minute: int
    scope: str | None


METHODS: dict[str, Method] = {}


def register_method(name: str, per_minute: int, scope: str | None = None) -> Callable[[Run], Run]:
    """Registers a method; scopes that depend on the conversation are asked for inside."""

    def register(run: Run) -> Run:
        METHODS[name] = Method(name, run, per_minute, scope)
        return run

    return register


def slice_page(items: list[Any], call: Call, *, default: int = 100, most: int = 999) -> tuple[list[Any], str]:
    """A page and the cursor of the next one ("" after the last). Raises: `ApiError` invalid_cursor."""
    limit = min(max(call.number("limit", default), 1), most)
    cursor = call.text("cursor")
    if cursor and not cursor.removeprefix("next:").isdecimal():
        raise ApiError("invalid_cursor")
    start = int(cursor.removeprefix("next:")) if cursor else 0
    rest = start + limit
    return items[start:rest], f"next:{rest}" if rest < len(items) else ""
