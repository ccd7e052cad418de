"""The project channel archived, deleted, renamed, or Duet removed from it (product §9.1, §16)."""

import pytest

from tests.running import Office
from tests.scenarios.days import MONDAY, current_day, move_to_day, next_weekday, run_due_work
from tests.scenarios.register_steps import register_asset
from tests.scenarios.steps import activate_project, click_button, fill_form, project_channel, query_one
from tests.scenarios.test_alerts import list_alerts, start_project_with_milestones
from tests.scenarios.timetable_steps import run_milestone_command

LOST = ("nie mogę już pisać na kanale projektu", "can no longer post in its channel")
TROUBLE = {"archive": "unarchive", "left": "invite", "deleted": None}


def channel_loss_texts(duet: Office, lead: str) -> list[str]:
    duet.settles()
    return [each.text for each in duet.person(lead).reads("@duet") if LOST[lead == "piotr"] in each.text]


@pytest.mark.one_of(3)
@pytest.mark.parametrize("trouble", TROUBLE)
def test_the_leads_are_told_once_and_alerts_resume(duet: Office, trouble: str) -> None:
    """§9.1, §8.8: no retry storm; when Duet is back, what matters then is told, once."""
    key, due = start_project_with_milestones(duet, "Pilot")
    channel = project_channel(duet, key)
    move_to_day(duet, due.replace(day=due.day - 8), "10:00")
    duet.slack.change_channel(channel, trouble, by="ewa")
    duet.waits_until(lambda: query_one(duet, "SELECT channel_lost_at FROM projects") is not None)
    before = len(duet.slack.calls("chat.postMessage"))
    move_to_day(duet, due.replace(day=due.day - 7), "10:01")
    for lead in ("ewa", "piotr"):
        duet.person(lead).waits_for(LOST[lead == "piotr"], "@duet")
    move_to_day(duet, due.replace(day=due.day - 1))
    move_to_day(duet, due, "10:00")  # when that morning's post is over
    duet.settles()
    posted = duet.slack.calls("chat.postMessage")[before:]
    assert [call for call in posted if not call["answer"]["ok"]] == []
    back = TROUBLE[trouble]
    if back is None:
        duet.slack.change_channel("nasz-projekt", "create", by="ewa", is_private=True)
        duet.slack.change_channel("nasz-projekt", "invite", by="ewa", whom="duet")
        message = duet.person("ewa").waits_for(LOST[0], "@duet")
        assert fill_form(click_button(message, "use_channel").form, {"channel": "#nasz-projekt"}).submit() is None
        channel = "#nasz-projekt"
    else:
        duet.slack.change_channel(channel, back, by="ewa", **({"whom": "duet"} if back == "invite" else {}))
    duet.waits_until(lambda: query_one(duet, "SELECT channel_lost_at FROM projects") is None)
    duet.settles()
    move_to_day(duet, due.replace(day=due.day + 1))
    seen = [each for each in duet.person("anna").reads(channel) if "*Pilot*: termin" in each.text]
    assert len(seen) == 1, [each.text for each in seen]
    assert seen[0].text.count("*Pilot*: termin") == 1
    assert "1 dzień temu" in seen[0].text
    assert len(channel_loss_texts(duet, "ewa")) == len(channel_loss_texts(duet, "piotr")) == 1
    log = duet.person("anna").types(f"/duet log {key}").text
    assert "Duet nie może pisać na kanale projektu" in log
    assert "Duet znów może pisać na kanale projektu" in log


def test_a_channel_whose_return_nobody_told_is_found(duet: Office) -> None:
    """§16: events get lost, as while Duet is down; what is lost is looked at each hour."""
    key, _ = start_project_with_milestones(duet)
    channel = project_channel(duet, key)
    duet.slack.change_channel(channel, "archive", by="ewa")
    duet.waits_until(lambda: query_one(duet, "SELECT channel_lost_at FROM projects") is not None)
    duet.bot.waits_for(duet.bot.duet.adapter.presence.look_at_lost())
    assert query_one(duet, "SELECT channel_lost_at FROM projects") is not None
    duet.slack.change_channel(channel, "unarchive", by="ewa", quietly=True)
    duet.bot.waits_for(duet.bot.duet.adapter.presence.look_at_lost())
    assert query_one(duet, "SELECT channel_lost_at FROM projects") is None
    move_to_day(duet, next_weekday(current_day(duet), MONDAY))
    assert not channel_loss_texts(duet, "ewa"), "what came and went is not told"


def test_another_name_changes_nothing(duet: Office) -> None:
    """§4.3: names may change or differ."""
    key, due = start_project_with_milestones(duet)
    duet.slack.change_channel(project_channel(duet, key), "rename", by="ewa", name="duet-1-inaczej")
    move_to_day(duet, due.replace(day=due.day - 7))
    assert len(list_alerts(duet, key)) == 1
    assert channel_loss_texts(duet, "ewa") == []


def test_events_that_come_late_or_twice(duet: Office) -> None:
    """§16: an event only says that Slack is to be asked; another workspace's, or another channel's, is nothing."""
    key, _ = start_project_with_milestones(duet)
    channel_id = query_one(duet, "SELECT channel_id FROM projects")
    for kind in ("group_archive", "group_left", "group_deleted"):
        duet.slack.sends_event({"type": kind, "channel": channel_id}, twice=True)
        duet.slack.sends_event({"type": kind, "channel": "C0GENERAL"})
        duet.slack.sends_event({"type": kind, "channel": channel_id}, "T0KIOSK")
    duet.settles()
    assert query_one(duet, "SELECT channel_lost_at FROM projects") is None
    assert channel_loss_texts(duet, "ewa") == []
    assert "Pilot" in run_milestone_command(duet.person("ewa"), key).text


def test_a_schedule_that_a_lost_channel_paused_is_not_seen_to(duet: Office) -> None:
    """§4.3, §8.8: that step is ticked once somebody has chosen when is asked."""
    key = activate_project(duet)
    channel = project_channel(duet, key)
    duet.slack.change_channel(channel, "archive", by="ewa")
    duet.waits_until(lambda: query_one(duet, "SELECT channel_lost_at FROM projects") is not None)
    duet.slack.change_channel(channel, "unarchive", by="ewa")
    duet.waits_until(lambda: query_one(duet, "SELECT channel_lost_at FROM projects") is None)
    register_asset(duet.person("ewa"), f'{key} klienci "VIP" @ewa')  # the charter is drawn anew
    run_due_work(duet)
    assert "⬜ Check-iny" in duet.person("anna").waits_for("VIP", channel, pinned=True).text
    duet.person("ewa").types(f"/duet checkin {key} plan wtorek 11:00")
    run_due_work(duet)
    assert "✅ Check-iny" in duet.person("anna").waits_for("VIP", channel, pinned=True).text
