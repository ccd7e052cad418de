"""Ends a process whose work stands still, so that whoever runs it starts another (docs/operations.md).

It has a thread of its own, as nothing else in a process that hangs is sure to run. It counts its own looks and
reads no clock: a machine that was suspended has not stood still.
"""

import asyncio
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event, Thread
from typing import Final

import structlog

log = structlog.get_logger()

STALLED: Final = 70  # the exit code: a fault in the software, of which systemd and Docker start it anew
LOOKS: Final = 10  # at which nothing has moved
TELLING_SECONDS: Final = 5  # for the log to take the line: what hangs may be whoever reads it
_SHOWN_FRAMES: Final = 4

Progress = Callable[[], int]
"""A number that is another one whenever something was done."""


def end_process() -> None:
    """Cleans up nothing, which would wait for what hangs: as after `kill -9`, the tables say what is left."""
    os._exit(STALLED)


class Watchdog:
    """Looks from `start`, in the loop's thread, to `stop`."""

    def __init__(
        self, works: Mapping[str, Progress], *, patience_seconds: float, end: Callable[[], None] = end_process
    ) -> None:
        """`works`: each of them has to move within the patience, as has the loop itself."""
        self._works: dict[str, Progress] = {**works, "loop": lambda: self._beats}
        self._rest_seconds = patience_seconds / LOOKS
        self._end = end
        self._beats = 0
        self._seen: dict[str, int] = {}
        self._idle = dict.fromkeys(self._works, 0)  # looks at which it had not moved
        self._stopping = Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        Thread(target=self._watch, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def look(self) -> None:
        """Ends the process at the last of `LOOKS` in a row at which one of the works had not moved."""
        for name, progress in self._works.items():
            turns = progress()
            self._idle[name] = self._idle[name] + 1 if self._seen.get(name) == turns else 0
            self._seen[name] = turns
        stalled = [name for name, looks in self._idle.items() if looks >= LOOKS]
        if stalled:
            telling = Thread(target=self._tell, args=[stalled], name="watchdog's word", daemon=True)
            telling.start()
            telling.join(TELLING_SECONDS)
            self._end()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._beat)

    def _tell(self, stalled: list[str]) -> None:
        log.critical("duet.stalled", works=stalled, seconds=self._rest_seconds * LOOKS, at=describe_threads())
        sys.stderr.flush()

    def _beat(self) -> None:
        self._beats += 1

    def _watch(self) -> None:
        while not self._stopping.wait(self._rest_seconds):
            self.look()


def describe_threads() -> list[str]:
    """Where each thread is: files, lines and functions, nothing of what they hold."""
    found = []
    for frame in sys._current_frames().values():
        last = traceback.extract_stack(frame)[-_SHOWN_FRAMES:]
        found.append(" > ".join(f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in last))
    return found
