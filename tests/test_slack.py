"""Which token speaks for what came from where."""

import pytest

from bot.slack import Bot, Slack


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
