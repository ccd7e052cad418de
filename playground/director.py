"""A story that somebody plays on this playground: what the page shows of it, and the page's cues to whoever plays.

The player is another process, with the control API as its only way in, like the tests.
"""

import asyncio
import itertools
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from playground.changes import Changes
from playground.errors import CannotDo
from playground.world import Json

ANSWER_SECONDS = 10.0
GONE_SECONDS = 5.0  # a player who has not asked for that long has left
NOBODY = "Nobody plays a story here. `duet playground` brings one along."


@dataclass
class Cue:
    id: int
    name: str
    answer: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Director:
    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._numbers = itertools.count(1)
        self._cues: deque[Cue] = deque()
        self._taken: dict[int, Cue] = {}
        self._asking = 0
        self._last_asked = -GONE_SECONDS
        self.story: Json | None = None
        self.completions: list[Json] = []

    def narrate(self, story: Json) -> None:
        """What the page shows from now on; it is numbered, so that the page knows a new one."""
        self.story = {**story, "number": next(self._numbers)}
        self._changes.announce()

    def offer(self, completions: list[Json]) -> None:
        self.completions = completions
        self._changes.announce()

    async def cue(self, name: str) -> Any:
        """Gives a cue; returns the player's answer. Raises: `CannotDo` if nobody plays or answers."""
        if not self._asking and time.monotonic() - self._last_asked > GONE_SECONDS:
            raise CannotDo(NOBODY)
        cue = Cue(next(self._numbers), name)
        self._cues.append(cue)
        self._changes.announce()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await cue.answer
        except TimeoutError:
            raise CannotDo("The story is still busy with the step before.") from None
        finally:
            self._taken.pop(cue.id, None)
            if cue in self._cues:
                self._cues.remove(cue)

    async def next_cue(self, timeout_seconds: float) -> Json | None:
        """For the player: the next cue, as `{id, cue}`; None when time is up."""
        self._asking += 1
        try:
            await self._changes.until(lambda: bool(self._cues), timeout_seconds)
        finally:
            self._asking -= 1
            self._last_asked = time.monotonic()
        if not self._cues:
            return None
        cue = self._cues.popleft()
        self._taken[cue.id] = cue
        return {"id": cue.id, "cue": cue.name}

    def answer(self, cue_id: int, value: Any) -> None:
        cue = self._taken.pop(cue_id, None)
        if cue is not None and not cue.answer.done():
            cue.answer.set_result(value)
