"""The project channel archived, deleted, renamed, or Duet removed from it (product §9.1, §16)."""

import pytest

from tests.running import Office
from tests.scenarios.days import MONDAY, comes, next_weekday, today
from tests.scenarios.steps import channel_of, click, fill, one
from tests.scenarios.test_alerts import alerts, started
from tests.scenarios.timetable_steps import milestones

LOST = ("nie mogę już pisać na kanale projektu", "can't post in its channel any more")
TROUBLE = {"archive": "unarchive", "left": "invite", "deleted": None}


def told(duet: Office, lead: str) -> list[str]:
    duet.settles()
    return [each.text for each in duet.person(lead).reads("@duet") if LOST[lead == "piotr"] in each.text]


@pytest.mark.parametrize("trouble", TROUBLE)
def test_the_leads_are_told_once_and_alerts_resume(duet: Office, trouble: str) -> None:
    """§9.1, §8.8: no retry storm; when Duet is back, what matters then is told, once."""
    key, due = started(duet, "Pilot")
    channel = channel_of(duet, key)
    comes(duet, due.replace(day=due.day - 8), "10:00")
    duet.slack.change_channel(channel, trouble, by="ewa")
    duet.waits_until(lambda: one(duet, "SELECT channel_lost_at FROM projects") is not None)
    before = len(duet.slack.calls("chat.postMessage"))
    comes(duet, due.replace(day=due.day - 7), "10:01")
    for lead in ("ewa", "piotr"):
        duet.person(lead).waits_for(LOST[lead == "piotr"], "@duet")
    comes(duet, due.replace(day=due.day - 1))
    comes(duet, due, "10:00")  # when that morning's post is over
    duet.settles()
    posted = duet.slack.calls("chat.postMessage")[before:]
    assert [call for call in posted if not call["answer"]["ok"]] == []
    back = TROUBLE[trouble]
    if back is None:
        duet.slack.change_channel("nasz-projekt", "create", by="ewa", is_private=True)
        duet.slack.change_channel("nasz-projekt", "invite", by="ewa", whom="duet")
        message = duet.person("ewa").waits_for(LOST[0], "@duet")
        assert fill(click(message, "use_channel").form, {"channel": "#nasz-projekt"}).submit() is None
        channel = "#nasz-projekt"
    else:
        duet.slack.change_channel(channel, back, by="ewa", **({"whom": "duet"} if back == "invite" else {}))
    duet.waits_until(lambda: one(duet, "SELECT channel_lost_at FROM projects") is None)
    duet.settles()
    comes(duet, due.replace(day=due.day + 1))
    seen = [each for each in duet.person("anna").reads(channel) if "*Pilot*: termin" in each.text]
    assert len(seen) == 1, [each.text for each in seen]
    assert seen[0].text.count("*Pilot*: termin") == 1
    assert "1 dzień temu" in seen[0].text
    assert len(told(duet, "ewa")) == len(told(duet, "piotr")) == 1
    log = duet.person("anna").types(f"/duet log {key}").text
    assert "Duet nie może pisać na kanale projektu" in log
    assert "Duet znów może pisać na kanale projektu" in log


def test_a_channel_whose_return_nobody_told_is_found(duet: Office) -> None:
    """§16: events get lost, as while Duet is down; what is lost is looked at each hour."""
    key, _ = started(duet)
    channel = channel_of(duet, key)
    duet.slack.change_channel(channel, "archive", by="ewa")
    duet.waits_until(lambda: one(duet, "SELECT channel_lost_at FROM projects") is not None)
    duet.bot.waits_for(duet.bot.duet.boundary.presence.look_at_lost())
    assert one(duet, "SELECT channel_lost_at FROM projects") is not None
    duet.slack.change_channel(channel, "unarchive", by="ewa", quietly=True)
    duet.bot.waits_for(duet.bot.duet.boundary.presence.look_at_lost())
    assert one(duet, "SELECT channel_lost_at FROM projects") is None
    comes(duet, next_weekday(today(duet), MONDAY))
    assert not told(duet, "ewa"), "what came and went is not told"


def test_another_name_changes_nothing(duet: Office) -> None:
    """§4.3: names may change or differ."""
    key, due = started(duet)
    duet.slack.change_channel(channel_of(duet, key), "rename", by="ewa", name="duet-1-inaczej")
    comes(duet, due.replace(day=due.day - 7))
    assert len(alerts(duet, key)) == 1
    assert told(duet, "ewa") == []


def test_events_that_come_late_or_twice(duet: Office) -> None:
    """§16: an event only says that Slack is to be asked; another workspace's, or another channel's, is nothing."""
    key, _ = started(duet)
    channel_id = one(duet, "SELECT channel_id FROM projects")
    for kind in ("group_archive", "group_left", "group_deleted"):
        duet.slack.sends_event({"type": kind, "channel": channel_id}, twice=True)
        duet.slack.sends_event({"type": kind, "channel": "C0GENERAL"})
        duet.slack.sends_event({"type": kind, "channel": channel_id}, "T0KIOSK")
    duet.settles()
    assert one(duet, "SELECT channel_lost_at FROM projects") is None
    assert told(duet, "ewa") == []
    assert "Pilot" in milestones(duet.person("ewa"), key).text
