"""Where Slack's requests come in: what Duet needs of Socket Mode and of HTTP alike."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from slack_bolt.async_app import AsyncApp

POLL_SECONDS = 0.01


class Intake(Protocol):
    async def open(self, app: AsyncApp) -> None:
        """Requests go to `app` from now on. Raises: SlackError, OperatorError."""

    def stop(self) -> None:
        """Takes no new requests, where their senders are told so; goes on answering those it has."""

    @property
    def is_idle(self) -> bool:
        """Whether each request has its answer, and the answer has left."""

    async def close(self) -> None: ...


async def wait_until_idle(is_idle: Callable[[], bool], *, at_most_seconds: float) -> bool:
    """Waits until nothing is in flight. Returns whether that was reached."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + at_most_seconds
    while loop.time() < deadline:
        if is_idle():
            return True
        await asyncio.sleep(POLL_SECONDS)
    return False
