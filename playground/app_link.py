"""The line to the app: over its sockets, or posted to its request URL once it has one."""

import time
from dataclasses import dataclass
from typing import Protocol

from playground.changes import Changes
from playground.traffic import Traffic, envelope_name
from playground.world import Json


@dataclass(frozen=True)
class Ack:
    """`body` is the payload of the acknowledgement: {} for a bare one."""

    body: Json


class NotAnswered(Exception):
    """The app did not acknowledge."""

    def __init__(self, reason: str, status: str = "no answer", *, shown: str = "dispatch_failed") -> None:
        """`reason`: Slack's word to the app, with the next try. `status`: for those who look under the hood.
        `shown`: Slack's word to the person.
        """
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.shown = shown


class Way(Protocol):
    async def deliver(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Ack:
        """`kind` is that of Socket Mode's envelopes: slash_commands, interactive, events_api. `retry` counts
        the tries of an event before this one; `reason` is why the last one failed. Raises: `NotAnswered`.
        """


class Posting(Way, Protocol):
    url: str | None  # of the app


class AppLink:
    def __init__(self, sockets: Way, posts: Posting, traffic: Traffic, changes: Changes) -> None:
        self._sockets = sockets
        self._posts = posts
        self._traffic = traffic
        self._changes = changes
        self.open = 0  # payloads that wait for their acknowledgement

    async def deliver(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Ack:
        """As `Way` has it; and whoever looks under the hood sees it."""
        way = self._sockets if self._posts.url is None else self._posts
        began, body, status = time.monotonic(), None, "no answer"
        self.open += 1
        self._changes.announce()
        try:
            ack = await way.deliver(kind, payload, retry=retry, reason=reason)
            body, status = ack.body, "ok"
        except NotAnswered as failure:
            status = failure.status
            raise
        finally:
            self.open -= 1
            seconds, name = time.monotonic() - began, envelope_name(kind, payload)
            self._traffic.note("to app", name, payload, body, seconds=seconds, status=status)
            self._changes.announce()
        return ack
