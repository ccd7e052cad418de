"""Rate limits and faults: what a bot must survive."""

import asyncio
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from playground.faults import Faults, make_fault
from playground.limits import Limits, RateLimitExceeded
from playground.server import Playground
from tests.driving import Driver
from tests.playground.conftest import Open
from tests.playground.workplace import SmallBot, call_method

PACE_SECONDS = 600  # the next call comes sooner, also on a busy machine


def post(workspace: Playground, text: str = "x", **more: Any) -> dict[str, Any]:
    return call_method(workspace, "chat.postMessage", channel="U0ANNA", text=text, **more)


def texts(slack: Driver) -> list[str]:
    return [message.text for message in slack.person("anna").reads("@duet")]


def test_the_pace_of_a_channel(open_workspace: Open) -> None:
    workspace = open_workspace(pace_seconds=PACE_SECONDS)
    assert post(workspace)["ok"]
    refused = post(workspace)
    assert (refused["status"], refused["error"]) == (429, "ratelimited")
    assert 0 < int(refused["retry_after"]) <= PACE_SECONDS
    assert call_method(workspace, "chat.postMessage", channel="U0ADAM", text="elsewhere")["ok"]


@pytest.mark.parametrize(("pace_seconds", "told"), [(0.5, "0.250"), (1.0, "1"), (1.5, "2")])
def test_a_pace_is_told_in_whole_seconds_and_a_short_one_in_fractions(pace_seconds: float, told: str) -> None:
    """A quarter of a second after the channel's last message."""
    moments = iter((0.0, 0.25, pace_seconds))
    limits = Limits(pace_seconds=pace_seconds, scale=1, history_per_minute=None, now=lambda: next(moments))
    limits.pace("C0GENERAL")
    with pytest.raises(RateLimitExceeded) as refused:
        limits.pace("C0GENERAL")
    assert refused.value.retry_after == told
    limits.pace("C0GENERAL")


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
    """The client is told at once, the message is there when the delay is over."""
    for delay_seconds, text in ((3600, "far too late"), (0.2, "late")):
        slack.fault("late_commit", "chat.postMessage", times=1, delay_seconds=delay_seconds)
        with pytest.raises(OSError):
            post(workspace, text)
    slack.person("anna").waits_for("late")
    assert texts(slack) == ["late"]
    assert [call["seconds"] >= 0.2 for call in slack.calls("chat.postMessage")] == [True]


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
