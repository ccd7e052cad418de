"""People who come and go, and a channel that is shared and unshared, while two bots deliver through faults."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.database import open_database
from tests.running import DuetThread, Office
from tests.scenarios.steps import close_forms, project_channel
from tests.scenarios.team_steps import add_member, run_team_command
from tests.scenarios.test_leaving_channel import channel_members, start_project_tomorrow
from tests.scenarios.test_refusals import to_channel
from tests.scenarios.test_shared_channel import has_closed_lane


@contextmanager
def two_bots(duet: Office) -> Iterator[None]:
    """A second one beside the office's own, on the same database."""
    second = DuetThread(duet.bot.settings, opens=open_database).start()

    def committed() -> None:
        for hook in list(duet.database.on_commit):
            hook()

    second.database.on_commit.append(committed)
    try:
        yield
    finally:
        second.stop()


def remove_member(duet: Office, key: str) -> None:
    run_team_command(duet.person("piotr"), f"{key} remove @jan")
    close_forms(duet.person("piotr"))


@pytest.mark.parametrize("commit", [True, False])
def test_who_comes_back_while_being_taken_out_is_in_at_last(duet: Office, commit: bool) -> None:
    """§4.3: the answer to the removal was lost, so whether it happened is not known; the invitation follows it."""
    key = start_project_tomorrow(duet)
    add_member(duet, key, "jan", by="piotr")
    duet.settles()
    duet.slack.fault("reset", "conversations.kick", times=1, commit=commit)
    remove_member(duet, key)
    duet.slack.waits_for_calls("conversations.kick")
    add_member(duet, key, "jan", by="piotr")
    duet.delivers_everything()
    assert "jan" in channel_members(duet)


def test_the_last_word_counts(duet: Office) -> None:
    """§4.3: whatever is lost, late or refused for a while, whoever has a part is in and whoever has none is out."""
    key = start_project_tomorrow(duet)
    for method in ("conversations.kick", "conversations.invite"):
        duet.slack.fault("reset", method, probability=0.2, commit=True)
        duet.slack.fault("reset", method, probability=0.2, commit=False)
        duet.slack.fault("ratelimited", method, probability=0.1, retry_after=0.1)
    with two_bots(duet):
        for _ in range(4):
            for _ in range(2):
                add_member(duet, key, "jan", by="piotr")
                remove_member(duet, key)
            duet.delivers_everything()
            assert "jan" not in channel_members(duet)
            add_member(duet, key, "jan", by="piotr")
            duet.delivers_everything()
            assert "jan" in channel_members(duet)
            remove_member(duet, key)


def test_sharing_back_and_forth_loses_and_leaks_nothing(duet: Office) -> None:
    """§4.3: events and the worker's looks overtake each other; what Slack says at last counts."""
    key = start_project_tomorrow(duet)
    channel = project_channel(duet, key)
    said = [f"news {number}" for number in range(10)]
    with two_bots(duet):
        for number in range(5):
            duet.slack.change_channel(channel, "share", by="ewa")
            to_channel(duet, key, said[2 * number])
            duet.slack.change_channel(channel, "unshare", by="ewa")
            to_channel(duet, key, said[2 * number + 1])
        duet.slack.waits_until_idle()
        duet.waits_until(lambda: not has_closed_lane(duet) and not duet.slack.state["open_envelopes"])
        duet.delivers_everything()
        found = [each.text for each in duet.person("anna").reads(channel) if each.text in said]
        assert found == said
        duet.slack.change_channel(channel, "share", by="ewa")
        duet.waits_until(lambda: has_closed_lane(duet))
        to_channel(duet, key, "leaked")
        duet.settles()
        assert "leaked" not in [each.text for each in duet.person("anna").reads(channel)]
