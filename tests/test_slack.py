"""Which token speaks for what came from where; how long a Slack that is away is waited for."""

import asyncio
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from bot.slack.client import Bot, NotSent, RateLimited, Slack, SlackError, Uncertain, wait_for_slack


def bot(team_id: str, enterprise_id: str | None = None) -> Bot:
    return Bot(team_id, enterprise_id, "B1", "U1", "xoxb-any")


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
