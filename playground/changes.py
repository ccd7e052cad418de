"""Waiting without polling: whoever changes the world says so, whoever waits looks again."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """A broadcast. Belongs to one event loop; nothing here is thread-safe."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def announce(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    @property
    def next(self) -> asyncio.Event:
        """Is set by the next change. Take it before looking, so that none is missed."""
        return self._event

    async def until(self, look: Callable[[], T | None], timeout_seconds: float) -> T | None:
        """The first result of `look` that is neither None, False nor empty; None when time is up."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            event = self._event
            found = look()
            if found:
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            # Not `wait_for`: on Python 3.11 it can swallow a cancellation that arrives with the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await event.wait()
