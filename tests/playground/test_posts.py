"""Payloads posted to a request URL, as Slack posts them: what they look like, and what becomes of the answer."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs

import pytest
import yaml
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from playground.server import Playground
from tests.driving import PATIENCE_SECONDS, CannotDo, Driver
from tests.playground.conftest import Open
from tests.playground.workplace import MANIFEST, SmallBot, button_element, modal_view, section_block, text_input
from tests.ports import reserve_port

PATH = "/slack/events"


@dataclass
class Posted:
    headers: dict[str, str]  # names in lower case
    body: str

    @property
    def form(self) -> dict[str, str]:
        assert self.headers["content-type"] == "application/x-www-form-urlencoded"
        return {name: values[0] for name, values in parse_qs(self.body, keep_blank_values=True).items()}

    @property
    def json(self) -> dict[str, Any]:
        assert self.headers["content-type"] == "application/json"
        return dict(json.loads(self.body))


@dataclass
class App:
    """Keeps what is posted to it, and answers a challenge; everything else as `answers` says, or never."""

    posted: list[Posted] = field(default_factory=list)
    answers: web.Response | None = field(default_factory=lambda: web.Response(text=""))
    url: str = ""
    port: int = 0  # any
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def waits(self, times: int) -> None:
        for _ in range(times):
            assert self.arrived.acquire(timeout=PATIENCE_SECONDS)

    def __enter__(self) -> Self:
        self._loop, self._stop, self._ready = asyncio.new_event_loop(), asyncio.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._serve()))
        self._thread.start()
        self._ready.wait(PATIENCE_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()

    async def _serve(self) -> None:
        app = web.Application()
        app.router.add_post(PATH, self._take)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        posted = Posted({name.lower(): value for name, value in request.headers.items()}, await request.text())
        if '"url_verification"' in posted.body:
            return web.Response(text=posted.json["challenge"])
        self.posted.append(posted)
        self.arrived.release()
        if self.answers is None:
            await self._stop.wait()
        answer = self.answers or web.Response()
        return web.Response(status=answer.status, text=answer.text, content_type=answer.content_type)


@pytest.fixture
def app(slack: Driver) -> Iterator[App]:
    with App() as running:
        slack.sends_to(running.url)
        yield running


def test_a_command_is_a_form(workspace: Playground, slack: Driver, app: App) -> None:
    assert slack.person("anna").types("/duet nowy „żółty” & <b> +1", "#promocje").ok
    form = app.posted[0].form
    assert form["command"] == "/duet"
    assert form["text"] == "nowy „żółty” &amp; &lt;b&gt; +1"
    assert (form["team_id"], form["user_id"], form["channel_id"]) == ("T0PIKUS", "U0ANNA", "C0PROMOCJE")
    assert form["response_url"].startswith(f"{workspace.url}/response/")
    assert {"trigger_id", "token", "api_app_id", "is_enterprise_install"} <= form.keys()
    assert not [name for name in app.posted[0].headers if name.startswith("x-slack-retry")]


def test_an_interaction_is_json_in_a_form(slack: Driver, app: App) -> None:
    app.answers = web.json_response(
        {"text": "x", "blocks": [{"type": "actions", "elements": [button_element("Go")]}]}
    )
    reply = slack.person("anna").types("/duet")
    app.answers = web.Response()
    assert reply.click("Go").ok
    form = app.posted[1].form
    assert list(form) == ["payload"]
    payload = json.loads(form["payload"])
    assert (payload["type"], payload["actions"][0]["action_id"]) == ("block_actions", "go")


def test_an_event_is_json_and_says_how_often_it_was_tried(open_workspace: Open) -> None:
    workspace = open_workspace(event_retry_seconds=(0, 60))
    slack = Driver(workspace.url)
    with App() as app:
        slack.sends_to(app.url)
        app.answers = web.Response(status=500)
        slack.change_person("anna", tz="Europe/London")
        app.waits(2)
        slack.waits_until_idle()  # it has the second answer, too
        app.answers = None
        slack.move_clock(minutes=1)
        app.waits(1)
    assert {each.json["event_id"] for each in app.posted} == {app.posted[0].json["event_id"]}
    retries = [
        (each.headers.get("x-slack-retry-num"), each.headers.get("x-slack-retry-reason")) for each in app.posted
    ]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error")]


def test_each_is_signed(workspace: Playground, slack: Driver, app: App) -> None:
    """By the SDK's own rules."""
    slack.person("anna").types("/duet żółć")
    slack.change_person("anna", tz="Europe/London")
    app.waits(2)
    for each in app.posted:
        assert SignatureVerifier(workspace.signing_secret).is_valid_request(each.body, dict(each.headers))
        assert not SignatureVerifier("other").is_valid_request(each.body, dict(each.headers))


@pytest.mark.parametrize("answer", [web.Response(text="Here"), web.json_response({"text": "Here"})])
def test_a_commands_answer_is_text_or_json(slack: Driver, app: App, answer: web.Response) -> None:
    app.answers = answer
    assert slack.person("anna").types("/duet").text == "Here"


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (web.Response(status=500), "dispatch_failed"),
        (web.Response(status=401, text="no"), "dispatch_failed"),
        (web.Response(text="{", content_type="application/json"), "dispatch_failed"),
        (web.Response(text="[]", content_type="application/json"), "dispatch_failed"),
        (None, "operation_timeout"),
    ],
)
def test_a_failure_is_shown(open_workspace: Open, answer: web.Response | None, shown: str) -> None:
    slack = Driver(open_workspace(**({"ack_seconds": 0.5} if answer is None else {})).url)
    with App() as app:
        slack.sends_to(app.url)
        app.answers = answer
        reply = slack.person("anna").types("/duet")
    assert not reply.ok
    assert shown in reply.text


def test_nobody_is_there(slack: Driver) -> None:
    with reserve_port() as port:
        with App(port=port) as app:
            slack.sends_to(app.url)
        assert "dispatch_failed" in slack.person("anna").types("/duet").text
    slack.sends_to(None)
    assert "dispatch_failed" in slack.person("anna").types("/duet").text


def test_a_request_url_has_to_say_the_challenge_back(slack: Driver, workspace: Playground) -> None:
    for url in (f"{workspace.url}/", "http://127.0.0.1:1/", "nonsense"):
        with pytest.raises(CannotDo, match="challenge"):
            slack.sends_to(url, timeout=0.1)


class HttpBot(SmallBot):
    """Bolt with its own server, which verifies by itself."""

    url = ""

    async def _serve(self) -> None:
        runner = web.AppRunner(self._app().web_app(PATH), shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()


def test_bolt_understands_it_all(workspace: Playground, slack: Driver) -> None:
    changed = threading.Event()

    def register(app: AsyncApp) -> None:
        @app.command("/duet")
        async def open_form(ack: Any, client: Any, body: dict[str, Any]) -> None:
            view = modal_view(section_block("Here", accessory=button_element("More")), text_input("Name", "name"))
            await client.views_open(trigger_id=body["trigger_id"], view=view)
            await ack()

        @app.action("go")
        async def clicked(ack: Any, client: Any, body: dict[str, Any]) -> None:
            await client.views_push(trigger_id=body["trigger_id"], view=modal_view(section_block("More")))
            await ack()

        @app.view("form")
        async def submitted(ack: Any, view: dict[str, Any]) -> None:
            typed = view["state"]["values"]["name"]["typed"]["value"]
            await ack(response_action="errors", errors={"name": f"{typed}?"})

        @app.event("user_change")
        async def happened() -> None:
            changed.set()

    with HttpBot(workspace, register) as bot:
        slack.sends_to(bot.url)
        anna = slack.person("anna")
        anna.types("/duet")
        assert anna.form is not None
        assert anna.form.fill({"Name": "Żółw"}).submit().errors == {"Name": "Żółw?"}  # type: ignore[union-attr]
        more = anna.form.click("More")
        assert more is not None
        assert "More" in more.text
        slack.change_person("anna", tz="Europe/London")
        assert changed.wait(PATIENCE_SECONDS)
    assert slack.state["connections"] == 0


def test_a_process_of_its_own_posts_from_the_start(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(yaml.safe_dump(MANIFEST))
    with App() as app:
        command = [sys.executable, "-m", "playground", "--manifest", str(manifest), "--request-url", app.url]
        root = Path(__file__).parents[2]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            assert Driver(ready["url"]).person("anna").types("/duet").ok
            os.kill(process.pid, signal.SIGTERM)
            assert process.wait(PATIENCE_SECONDS) == 0
    posted = app.posted[0]
    assert SignatureVerifier(ready["signing_secret"]).is_valid_request(posted.body, dict(posted.headers))
