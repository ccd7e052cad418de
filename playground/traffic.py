"""What went to and fro between the workspace and the app, for those who look under the hood."""

import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.changes import Changes
from playground.world import Json

KEPT = 300


@dataclass(frozen=True)
class Exchange:
    n: int
    at: float  # when it ended, by the moved clock
    way: str  # "to app" or "from app"
    name: str  # a method, or what a person did: "/duet new", "block_actions charter.read"
    request: Json
    answer: Json | None  # None: there was none
    seconds: float
    status: str = "ok"  # or Slack's error code, or "no answer"
    fault: str | None = None


class Traffic:
    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._numbers = itertools.count(1)
        self._kept: deque[Exchange] = deque(maxlen=KEPT)
        self.changes = Changes()

    def note(self, way: str, name: str, request: Json, answer: Json | None, **more: Any) -> None:
        """`more`: the other fields of `Exchange`."""
        self._kept.append(Exchange(next(self._numbers), self._now(), way, name, request, answer, **more))
        self.changes.announce()

    def since(self, n: int) -> list[Exchange]:
        """Those after the `n`th, oldest first, as far as they are kept."""
        return [each for each in self._kept if each.n > n]


def envelope_name(kind: str, payload: Json) -> str:
    """What a payload to the app is about, in a few words."""
    if kind == "slash_commands":
        return f"{payload.get('command')} {payload.get('text', '')}".strip()[:80]
    if kind == "events_api":
        return f"event {payload['event']['type']}"
    actions = payload.get("actions") or [{}]
    named = payload.get("callback_id") or (payload.get("view") or {}).get("callback_id")
    detail = actions[0].get("action_id") or named or ""
    return f"{payload.get('type')} {detail}".strip()
