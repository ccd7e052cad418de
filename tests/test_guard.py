"""The guard by itself: how long it listens, and that it says no while it stops."""

import asyncio
import time
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from bot.slack import guard
from bot.slack.guard import Guard

SCOPE = {"type": "http", "method": "POST", "path": "/slack/events"}


def headers(length: int | None = None) -> list[tuple[bytes, bytes]]:
    """As of something that Slack has signed; the signature is of no body."""
    announced = [] if length is None else [(b"content-length", str(length).encode())]
    return [
        (b"x-slack-request-timestamp", str(int(time.time())).encode()),
        (b"x-slack-signature", b"v0=" + b"0" * 64),
        *announced,
    ]


def answer_to(door: Guard, *messages: dict[str, Any], length: int | None = None) -> int | None:
    """The status for whoever sends these messages, and then nothing more; None if there was no answer."""
    sent: list[Any] = []

    async def run() -> None:
        left = iter(messages)

        async def receive() -> Any:
            for message in left:
                return message
            return await asyncio.Event().wait()

        async def send(message: Any) -> None:
            sent.append(message)

        await door({**SCOPE, "headers": headers(length)}, receive, send)

    asyncio.run(run())
    assert door.in_flight == 0
    return sent[0]["status"] if sent else None


@pytest.fixture
def door() -> Guard:
    return Guard(AsyncApp(signing_secret="x", token="x"), "secret")


def part(body: bytes, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_whoever_is_slow_is_not_waited_for(door: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.05)
    assert answer_to(door, part(b"payload=")) == 408


def test_whoever_left_gets_no_answer(door: Guard) -> None:
    assert answer_to(door, part(b"payload="), {"type": "http.disconnect"}) is None


def test_whoever_comes_late_is_told_so(door: Guard) -> None:
    door.stopping = True
    assert answer_to(door) == 503


def test_what_is_too_large_is_heard_out_and_not_kept(door: Guard) -> None:
    parts = [part(b"x" * 600_000)] * 9
    assert answer_to(door, *parts, part(b"", more=False)) == 413


def test_what_says_that_it_is_too_large_is_not_read(door: Guard) -> None:
    assert answer_to(door, length=guard.MOST_BYTES + 1) == 413


def test_whoever_has_signed_nothing_is_not_read(door: Guard) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        raise AssertionError("it was read")

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(door({**SCOPE, "headers": [(b"content-length", b"10")]}, receive, send))
    assert sent[0]["status"] == 401


def test_many_large_bodies_at_once_are_too_many(door: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody has proved to be Slack's yet takes no more memory than that."""
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.05)
    statuses: list[int] = []
    at_once = guard.MOST_BYTES_AT_ONCE // guard.MOST_BYTES

    async def run() -> None:
        async def receive() -> Any:
            return await asyncio.Event().wait()

        async def send(message: Any) -> None:
            if "status" in message:
                statuses.append(message["status"])

        scopes = [{**SCOPE, "headers": headers(guard.MOST_BYTES)} for _ in range(at_once + 3)]
        await asyncio.gather(*(door(scope, receive, send) for scope in scopes))
        await door({**SCOPE, "headers": headers(guard.MOST_BYTES)}, receive, send)  # there is room again

    asyncio.run(run())
    assert sorted(statuses) == [*[408] * (at_once + 1), *[503] * 3]
