"""Rate limits and faults: what a bot must survive."""

import asyncio
import time
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from playground.faults import Faults, make_fault
from playground.server import Playground
from tests.driving import Driver
from tests.playground.conftest import Open
from tests.playground.workplace import SmallBot, call_method


def post(workspace: Playground, text: str = "x", **more: Any) -> dict[str, Any]:
    return call_method(workspace, "chat.postMessage", channel="U0ANNA", text=text, **more)


def texts(slack: Driver) -> list[str]:
    return [message.text for message in slack.person("anna").reads("@duet")]


def test_the_pace_of_a_channel(open_workspace: Open) -> None:
    workspace = open_workspace(pace_seconds=1.0)
    assert post(workspace)["ok"]
    refused = post(workspace)
    assert (refused["status"], refused["error"], refused["retry_after"]) == (429, "ratelimited", "1")
    assert call_method(workspace, "chat.postMessage", channel="U0ADAM", text="elsewhere")["ok"]


def test_a_short_pace_is_told_in_fractions(open_workspace: Open) -> None:
    workspace = open_workspace(pace_seconds=0.5)
    post(workspace)
    assert 0 < float(post(workspace)["retry_after"]) <= 0.5


def test_tiers_count_by_method_and_workspace(open_workspace: Open) -> None:
    workspace = open_workspace(rate_scale=0.1)  # tier 2: two a minute
    for _ in range(2):
        assert call_method(workspace, "conversations.list")["ok"]
    assert call_method(workspace, "conversations.list")["error"] == "ratelimited"
    assert call_method(workspace, "conversations.list", token=workspace.bot_tokens["T0KIOSK"])["ok"]
    assert call_method(workspace, "conversations.info", channel="C0GENERAL")["ok"]


def test_history_outside_the_marketplace(open_workspace: Open) -> None:
    workspace = open_workspace(history_per_minute=1)
    created = call_method(workspace, "conversations.create", name="d")["channel"]["id"]
    for number in range(16):
        call_method(workspace, "chat.postMessage", channel=created, text=str(number))
    assert len(call_method(workspace, "conversations.history", channel=created, limit=100)["messages"]) == 15
    assert call_method(workspace, "conversations.history", channel=created)["error"] == "ratelimited"


def test_an_injected_refusal(workspace: Playground, slack: Driver) -> None:
    slack.fault("error:edit_window_closed", "chat.update", times=1)
    posted = post(workspace)
    edit = {"channel": posted["channel"], "ts": posted["ts"], "text": "y"}
    assert call_method(workspace, "chat.update", **edit)["error"] == "edit_window_closed"
    assert call_method(workspace, "chat.update", **edit)["ok"]


def test_an_injected_429(workspace: Playground, slack: Driver) -> None:
    slack.fault("ratelimited", times=1, retry_after=7)
    assert post(workspace)["retry_after"] == "7"


def test_http_500(workspace: Playground, slack: Driver) -> None:
    slack.fault("http_500", "chat.postMessage", times=1)
    assert post(workspace)["status"] == 500
    assert post(workspace)["ok"]
    assert texts(slack) == ["x"]


@pytest.mark.parametrize("commit", [True, False])
def test_a_reset_before_or_after_the_effect(workspace: Playground, slack: Driver, commit: bool) -> None:
    slack.fault("reset", "chat.postMessage", times=1, commit=commit)
    with pytest.raises(OSError):
        post(workspace, "lost")
    assert texts(slack) == (["lost"] if commit else [])


@pytest.mark.parametrize("commit", [True, False])
def test_a_timeout_with_or_without_the_effect(workspace: Playground, slack: Driver, commit: bool) -> None:
    slack.fault("timeout", "chat.postMessage", times=1, commit=commit)

    async def impatient() -> None:
        client = AsyncWebClient(
            token=workspace.bot_tokens["T0PIKUS"],
            base_url=workspace.api_url,
            timeout=1,
        )
        await client.chat_postMessage(channel="U0ANNA", text="slow")

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(impatient())
    slack.waits_until_idle()
    assert texts(slack) == (["slow"] if commit else [])


def test_a_late_commit(workspace: Playground, slack: Driver) -> None:
    slack.fault("late_commit", "chat.postMessage", times=1, delay_seconds=0.2)
    began = time.monotonic()
    with pytest.raises(OSError):
        post(workspace, "late")
    assert texts(slack) == []
    slack.person("anna").waits_for("late")
    assert time.monotonic() - began >= 0.2


def test_faults_are_drawn_from_a_seed() -> None:
    def draws() -> list[bool]:
        faults = Faults()
        faults.add(make_fault("reset", ["chat.postMessage"], probability=0.3))
        return [faults.draw("chat.postMessage") is not None for _ in range(200)]

    assert draws() == draws()
    assert 30 < sum(draws()) < 90
    assert Faults().draw("x") is None


def test_unknown_faults_are_refused(slack: Driver) -> None:
    with pytest.raises(ValueError, match="unknown fault"):
        slack.fault("earthquake")


def test_a_response_url_can_fail(workspace: Playground, slack: Driver) -> None:
    """Only where a fault names it: with `ok: false` in an answer that is well otherwise, or with none."""
    answers: list[Any] = []

    def register(app: AsyncApp) -> None:
        @app.command("/duet")
        async def duet(ack: Any, respond: Any) -> None:
            answered = await respond("x")
            answers.append((answered.status_code, answered.body))
            await ack()

    anna = slack.person("anna")
    with SmallBot(workspace, register):
        slack.fault("error:used_url", "response_url", times=1)
        slack.fault("error:fatal_error")
        anna.types("/duet")
        assert answers == [(200, '{"ok": false, "error": "used_url"}')]
        assert not anna.reads("#general")
        anna.types("/duet")
        assert [message.text for message in anna.reads("#general")] == ["x"]
