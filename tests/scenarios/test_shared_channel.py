"""A channel that other companies can read is never used, also when it becomes one later (product §4.3)."""

import asyncio
from datetime import timedelta

from bot.command_line.doctor import Finding, collect_findings
from tests.driving import SeenMessage
from tests.running import Office
from tests.scenarios.days import move_to_next_morning
from tests.scenarios.steps import LEADS, NAME, activate_project, click_button, fill_form, project_channel, query_one
from tests.scenarios.team_steps import add_member
from tests.scenarios.test_refusals import to_channel

SHARED = ("czyta inna firma", "another company can read its channel")
WRITING = ("chat.postMessage", "chat.update", "conversations.invite", "conversations.kick", "pins.add")


def count_channel_calls(duet: Office, channel_id: str) -> int:
    """The calls that would have shown something there, or somebody in."""
    calls = [call for method in WRITING for call in duet.slack.calls(method)]
    return sum(call["arguments"].get("channel") == channel_id for call in calls)


def has_closed_lane(duet: Office) -> bool:
    return bool(query_one(duet, "SELECT is_closed FROM lanes WHERE name = 'project:1'"))


def list_warnings(duet: Office, lead: str) -> list[SeenMessage]:
    return [each for each in duet.person(lead).reads("@duet") if SHARED[lead == "piotr"] in each.text]


def read_later(duet: Office, key: str) -> list[str]:
    return [
        each.text for each in duet.person("anna").reads(project_channel(duet, key)) if each.text.startswith("news")
    ]


def wait_for_channel_loss(duet: Office) -> None:
    """Also until nothing goes there."""
    lost = "SELECT count(*) FROM projects WHERE channel_lost_at IS NOT NULL"
    duet.waits_until(lambda: query_one(duet, lost) == 1 and has_closed_lane(duet))


def test_a_channel_that_is_shared_later_gets_nothing(duet: Office) -> None:
    """§4.3: posts, edits and invitations wait, both leads are told once, and all comes when it is ours again."""
    key = activate_project(duet)
    channel = project_channel(duet, key)
    channel_id = duet.person("anna").conversation(channel)
    duet.slack.change_channel(channel, "share", by="ewa")
    wait_for_channel_loss(duet)
    move_to_next_morning(duet, "10:01")
    for lead in LEADS:
        duet.person(lead).waits_for(SHARED[lead == "piotr"], "@duet")
    before = count_channel_calls(duet, channel_id)
    to_channel(duet, key, "news 1")
    add_member(duet, key, "jan", by="piotr")
    to_channel(duet, key, "news 2")
    duet.slack.sends_event({"type": "channel_shared", "channel": channel_id}, twice=True)
    duet.settles()
    assert count_channel_calls(duet, channel_id) == before
    assert [len(list_warnings(duet, lead)) for lead in LEADS] == [1, 1]
    assert says_buttons(list_warnings(duet, "ewa")[0])
    duet.slack.change_channel(channel, "unshare", by="ewa")
    duet.person("anna").waits_for("news 2", channel)
    duet.settles()
    assert read_later(duet, key) == ["news 1", "news 2"]
    assert channel in duet.person("jan").channels
    log = duet.person("anna").types(f"/duet log {key}").text
    assert "czyta też inna firma" in log
    assert "Duet znów może pisać" in log


def test_whoever_runs_duet_reads_which_channel_gets_nothing(duet: Office) -> None:
    """§4.3: in `duet check`, as long as it is so; and nothing that Duet was to say there."""
    key = activate_project(duet)
    channel = project_channel(duet, key)
    channel_id = duet.person("anna").conversation(channel)
    assert closed_ones(duet) == []
    duet.slack.change_channel(channel, "share", by="ewa")
    wait_for_channel_loss(duet)
    (found,) = closed_ones(duet)
    assert (found.level, f"nothing goes to {channel_id} (project:1)" in found.text) == ("note", True)
    assert NAME not in found.text
    duet.slack.change_channel(channel, "unshare", by="ewa")
    duet.waits_until(lambda: not has_closed_lane(duet))
    assert closed_ones(duet) == []


def closed_ones(duet: Office) -> list[Finding]:
    return [each for each in asyncio.run(collect_findings(duet.bot.settings)) if "another company" in each.text]


def says_buttons(message: SeenMessage) -> bool:
    return any("Użyj tego kanału" in str(button) for button in message.buttons)


def test_an_invitation_to_another_company_is_enough(duet: Office) -> None:
    """§4.3: Slack tells no app of it; the look before a day's first delivery finds it, whatever that is."""
    key = activate_project(duet)
    channel = project_channel(duet, key)
    channel_id = duet.person("anna").conversation(channel)
    duet.slack.change_channel(channel, "offer", by="ewa")
    duet.slack.move_clock(timedelta(days=1, minutes=1).total_seconds())
    before = count_channel_calls(duet, channel_id)
    add_member(duet, key, "jan", by="piotr")  # an edit of the charter, and an invitation
    wait_for_channel_loss(duet)
    move_to_next_morning(duet, "10:01")
    for lead in LEADS:
        duet.person(lead).waits_for(SHARED[lead == "piotr"], "@duet")
    duet.settles()
    assert count_channel_calls(duet, channel_id) == before


def test_a_channel_is_looked_at_once_a_day(duet: Office) -> None:
    """§4.3: not before each delivery."""
    key = activate_project(duet)
    to_channel(duet, key, "news 1")
    duet.settles()
    looks = len(duet.slack.calls("conversations.info"))
    for number in range(2, 5):
        to_channel(duet, key, f"news {number}")
    duet.settles()
    assert len(duet.slack.calls("conversations.info")) == looks
    duet.slack.move_clock(timedelta(days=1, minutes=1).total_seconds())
    to_channel(duet, key, "news 5")
    duet.settles()
    assert len(duet.slack.calls("conversations.info")) == looks + 1
    assert len(read_later(duet, key)) == 5


def test_the_end_of_sharing_is_found_though_its_news_was_lost(duet: Office) -> None:
    """§4.3, §16: a closed channel is looked at again once a day."""
    key = activate_project(duet)
    channel = project_channel(duet, key)
    duet.slack.change_channel(channel, "share", by="ewa")
    wait_for_channel_loss(duet)
    duet.slack.change_channel(channel, "unshare", by="ewa", quietly=True)
    duet.settles()
    assert query_one(duet, "SELECT channel_lost_at FROM projects") is not None
    duet.slack.move_clock(timedelta(days=1, minutes=1).total_seconds())
    duet.waits_until(lambda: query_one(duet, "SELECT channel_lost_at FROM projects") is None)
    to_channel(duet, key, "news")
    duet.person("anna").waits_for("news", channel)


def test_a_channel_that_becomes_public_is_told_to_the_leads_once(duet: Office) -> None:
    """§4.3: everybody internal reads the answers now; the look before the day's first delivery finds it."""
    key = activate_project(duet)
    channel = project_channel(duet, key)
    to_channel(duet, key, "news 1")
    duet.settles()
    duet.slack.change_channel(channel, "publish", by="ewa")
    for n in (2, 3):
        duet.slack.move_clock(timedelta(days=1, minutes=1).total_seconds())
        to_channel(duet, key, f"news {n}")
        duet.settles()
    move_to_next_morning(duet)
    for lead, text in (("ewa", "jest teraz publiczny"), ("piotr", "its channel is public now")):
        (warning,) = [each for each in duet.person(lead).reads("@duet") if text in each.text]
        assert warning.buttons
    assert len(read_later(duet, key)) == 3
    assert "może go czytać cała firma" in duet.person("anna").types(f"/duet log {key}").text


def test_what_waits_goes_to_the_channel_that_is_chosen_instead(duet: Office) -> None:
    """§4.3: the way out of a channel whose sharing is meant."""
    key = activate_project(duet)
    duet.slack.change_channel(project_channel(duet, key), "share", by="ewa")
    move_to_next_morning(duet)
    to_channel(duet, key, "news")
    duet.slack.change_channel("nasz", "create", by="ewa", is_private=True)
    duet.slack.change_channel("nasz", "invite", by="ewa", whom="duet")
    form = click_button(list_warnings(duet, "ewa")[0], "use_channel").form
    assert fill_form(form, {"channel": "#nasz"}).submit() is None
    duet.person("anna").waits_for("news", "#nasz")
    assert query_one(duet, "SELECT channel_lost_at FROM projects") is None
