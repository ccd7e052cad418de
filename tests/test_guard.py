"""The guard by itself: how long it listens, and that it says no while it stops."""

import asyncio
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from bot import guard
from bot.guard import Guard

SCOPE = {"type": "http", "method": "POST", "path": "/slack/events", "headers": []}


def answer_to(door: Guard, *messages: dict[str, Any]) -> int | None:
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

        await door(SCOPE, receive, send)

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
