"""Which token speaks for what came from where; how long a Slack that is away is waited for."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.slack.client import Bot, NotSent, RateLimited, Slack, SlackError, Uncertain, wait_for_slack


def bot(team_id: str, enterprise_id: str | None = None) -> Bot:
    return Bot(team_id, enterprise_id, "B1", "U1", f"xoxb-{team_id}")


@pytest.mark.parametrize(
    ("team_id", "enterprise_id", "expected"),
    [
        ("T1", None, "T1"),
        ("T2", "E1", "T2"),
        (None, "E1", "T2"),  # an organisation-wide installation
        ("T9", "E1", "T2"),  # of one of its workspaces
        ("T9", None, None),
        ("T9", "E9", None),
        (None, None, None),
    ],
)
def test_the_bot_of_a_workspace_or_its_organisation(
    team_id: str | None, enterprise_id: str | None, expected: str | None
) -> None:
    slack = Slack("https://slack.invalid/api/")
    slack.bots = {"T1": bot("T1"), "T2": bot("T2", "E1")}
    found = slack.bot_of(team_id, enterprise_id)
    assert (found and found.team_id) == expected


class HurriedLoop(asyncio.SelectorEventLoop):
    """Its clock moves on to the next thing that is to happen, and nobody waits."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead_seconds = 0.0

    def time(self) -> float:
        return super().time() + self.ahead_seconds

    def call_at(self, when, callback, *args, context=None):  # type: ignore[no-untyped-def, override]
        self.ahead_seconds += max(0.0, when - self.time())
        return super().call_at(when, callback, *args, context=context)


@pytest.mark.parametrize(
    ("failures", "pauses"),
    [
        ([NotSent("reset")] * 9, [1, 2, 4, 8, 16, 32, 60, 60, 60]),
        ([Uncertain("timeout")] * 3, [1, 2, 4]),
        ([RateLimited(30), RateLimited(0)], [30, 0.1]),
        ([NotSent("reset"), RateLimited(7), NotSent("reset")], [1, 7, 2]),
    ],
)
def test_a_slack_that_is_away_is_asked_ever_less_often(failures: Sequence[SlackError], pauses: list[float]) -> None:
    """Once a minute at last, and as late as it asks where that is too often."""
    left = list(failures)

    async def call() -> str:
        if left:
            raise left.pop(0)
        return "here"

    with capture_logs() as logs, asyncio.Runner(loop_factory=HurriedLoop) as runner:
        assert runner.run(wait_for_slack(call)) == "here"
    assert [entry["again_in_seconds"] for entry in logs] == pauses


class Table:
    """A store as the table of installations is: what stands in it, and how often it was asked."""

    def __init__(self, *bots: Bot) -> None:
        self.bots = {each.team_id: each for each in bots}
        self.asked = 0
        self.is_away = False

    async def load(self, team_id: str | None, enterprise_id: str | None) -> Bot | None:
        self.asked += 1
        if self.is_away:
            raise NotSent("OperationalError")
        return self.bots.get(team_id or "")


def learn(slack: Slack, team_id: str | None, enterprise_id: str | None = None) -> str | None:
    found = asyncio.run(slack.learn(team_id, enterprise_id))
    return None if found is None else found.token


def test_a_bot_of_the_table_is_believed_for_some_seconds() -> None:
    """So a token that another process has changed, or that was revoked, is used for no longer than that."""
    slack, table = Slack("https://slack.invalid/api/"), Table(bot("T1"))
    slack.store = table
    assert [learn(slack, "T1") for _ in range(3)] == ["xoxb-T1"] * 3
    assert table.asked == 1
    table.bots = {}
    slack._believed_until["T1"] = 0
    assert learn(slack, "T1") is None
    assert slack.bots == {}
    table.bots = {"T1": replace(bot("T1"), token="xoxb-new")}
    assert learn(slack, "T1") == "xoxb-new"
    table.is_away, slack._believed_until["T1"] = True, 0
    assert learn(slack, "T1") == "xoxb-new"  # better than nothing
    slack.forget("T1")
    with pytest.raises(NotSent):
        learn(slack, "T1")


def test_a_workspace_is_not_answered_by_another_ones_bot() -> None:
    """Of one organisation, each installed by itself."""
    slack, table = Slack("https://slack.invalid/api/"), Table(bot("T1", "E1"))
    slack.store = table
    assert learn(slack, "T1", "E1") == "xoxb-T1"
    assert learn(slack, "T2", "E1") is None
    assert slack.bot_of("T2", "E1") is None
    assert "T1" in slack.bots


def test_a_token_of_the_settings_is_not_looked_for() -> None:
    slack, table = Slack("https://slack.invalid/api/"), Table()
    slack.store, slack.bots = table, {"T1": bot("T1")}
    assert learn(slack, "T1") == "xoxb-T1"
    assert table.asked == 0
