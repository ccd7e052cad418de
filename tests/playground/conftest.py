"""A workspace per test: starting one takes milliseconds."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from playground.server import Playground
from tests.driving import PATIENCE_SECONDS, Driver
from tests.playground.workplace import MANIFEST
from tests.playground_thread import PlaygroundThread

Open = Callable[..., Playground]


@pytest.fixture
def open_workspace() -> Iterator[Open]:
    """Opens playgrounds with the given settings and closes them after the test."""
    opened: list[PlaygroundThread] = []

    def open_one(**settings: Any) -> Playground:
        patient = {"pace_seconds": 0, "ack_seconds": PATIENCE_SECONDS}  # others may keep this machine busy
        thread = PlaygroundThread(settings.pop("manifest", MANIFEST), **{**patient, **settings})
        started = thread.start()
        opened.append(thread)
        return started

    yield open_one
    for thread in opened:
        thread.stop()


@pytest.fixture
def workspace(open_workspace: Open) -> Playground:
    return open_workspace()


@pytest.fixture
def slack(workspace: Playground) -> Driver:
    return Driver(workspace.url)
