"""Socket Mode, events, clock, control API, and the separate process."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import yaml
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from playground.clock import Clock
from playground.server import Playground
from tests.driving import PATIENCE_SECONDS, Driver, NotSeen
from tests.playground.conftest import Open
from tests.playground.workplace import MANIFEST, SmallBot, call_method


class Listener:
    """Counts what arrives; the next `failing` events fail."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str, str]] = []  # event id, retry number, type
        self.arrived = threading.Semaphore(0)
        self.failing = 0

    def app(self, app: AsyncApp) -> None:
        @app.command("/duet")
        async def duet(ack: Any) -> None:
            await ack("Here")

        @app.middleware
        async def count(req: Any, next: Any) -> None:
            if req.body.get("type") != "event_callback":
                await next()
                return
            number = (req.headers.get("x-slack-retry-num") or ["0"])[0]
            self.events.append((req.body["event_id"], number, req.body["event"]["type"]))
            self.failing -= 1
            self.arrived.release()
            if self.failing < 0:
                await next()

        @app.event("user_change")
        @app.event("channel_archive")
        @app.event("app_home_opened")
        @app.event("app_uninstalled")
        async def changed() -> None:
            pass

    def waits(self, times: int = 1) -> None:
        for _ in range(times):
            assert self.arrived.acquire(timeout=PATIENCE_SECONDS)


@pytest.mark.parametrize("how", ["close", "fin", "rst", "refresh"])
def test_broken_sockets_are_replaced(workspace: Playground, slack: Driver, how: str) -> None:
    with SmallBot(workspace, Listener().app, ping_seconds=0.1):
        slack.kill_sockets(how)
        slack.waits_until_connected()
        assert slack.person("anna").types("/duet").text == "Here"


def test_the_eleventh_connection_is_turned_away(workspace: Playground, slack: Driver) -> None:
    async def crowd() -> str:
        async with aiohttp.ClientSession() as session, contextlib.AsyncExitStack() as stack:
            for _ in range(10):
                await stack.enter_async_context(session.ws_connect(await url()))
            slack_says = await stack.enter_async_context(session.ws_connect(await url()))
            return str((await slack_says.receive_json())["reason"])

    async def url() -> str:
        client = AsyncWebClient(base_url=workspace.api_url)
        return str((await client.apps_connections_open(app_token=workspace.app_token))["url"])

    assert asyncio.run(crowd()) == "too_many_websockets"


def test_payloads_take_turns_between_connections(workspace: Playground, slack: Driver) -> None:
    first, second = Listener(), Listener()
    with SmallBot(workspace, first.app), SmallBot(workspace, second.app):
        slack.waits_until_connected(2)
        for name in ("en-GB", "de-DE"):
            slack.change_person("anna", locale=name)
        first.waits()
        second.waits()


def test_an_event_without_ack_is_retried_with_the_same_id(open_workspace: Open) -> None:
    workspace = open_workspace(event_retry_seconds=(0, 60, 300), ack_seconds=0.1)
    slack, listener = Driver(workspace.url), Listener()
    listener.failing = 2
    with SmallBot(workspace, listener.app):
        slack.change_person("anna", tz="Europe/London")
        listener.waits(2)
        slack.waits_until_idle()
        slack.move_clock(minutes=1)
        listener.waits()
        slack.waits_until_idle()
    assert [number for _, number, _ in listener.events] == ["0", "1", "2"]
    assert len({event_id for event_id, _, _ in listener.events}) == 1


def test_an_event_sent_to_nobody_arrives_first_as_a_retry(workspace: Playground, slack: Driver) -> None:
    listener = Listener()
    slack.change_person("anna", deleted=True)
    with SmallBot(workspace, listener.app):
        slack.move_clock(minutes=1)
        listener.waits()
    assert listener.events[0][1:] == ("2", "user_change")


def test_only_subscribed_events_are_sent(workspace: Playground, slack: Driver) -> None:
    listener = Listener()
    with SmallBot(workspace, listener.app):
        slack.change_channel("#promocje", "rename", by="anna", name="akcje")
        slack.change_channel("#akcje", "archive", by="anna")
        slack.person("anna").opens_home()
        listener.waits(2)
        slack.uninstalls()
        listener.waits()
    assert [kind for _, _, kind in listener.events] == ["channel_archive", "app_home_opened", "app_uninstalled"]
    assert call_method(workspace, "users.info", user="U0ANNA")["error"] == "account_inactive"


def test_the_clock_moves_messages_forwards_only(open_workspace: Open, tmp_path: Path) -> None:
    file = tmp_path / "clock"
    workspace = open_workspace(clock_file=file)
    slack = Driver(workspace.url)
    before = float(call_method(workspace, "chat.postMessage", channel="U0ANNA", text="x")["ts"])
    slack.move_clock(days=2)
    assert float(file.read_text()) == 172_800
    after = float(call_method(workspace, "chat.postMessage", channel="U0ANNA", text="x")["ts"])
    assert 172_800 <= after - before < 172_830
    with pytest.raises(ValueError, match="forwards"):
        slack.move_clock(-1)
    assert Clock(file).offset_seconds == 172_800


def test_waiting_for_connections_ends(slack: Driver) -> None:
    with pytest.raises(NotSeen, match="0 of 1"):
        slack.waits_until_connected(timeout=0.05)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example:80"}, 403),
    ],
)
def test_only_its_own_pages_may_control_it(workspace: Playground, headers: dict[str, str], status: int) -> None:
    connection = HTTPConnection(urlsplit(workspace.url).netloc)
    try:
        connection.request("GET", "/playground/state", headers=headers)
        assert connection.getresponse().status == status
    finally:
        connection.close()


def test_as_a_process_of_its_own(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(yaml.safe_dump(MANIFEST))
    command = [sys.executable, "-m", "playground", "--manifest", str(manifest)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert Driver(ready["url"]).state["app_token"] == ready["app_token"]
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
