"""Whoever has no part any more is taken out of the project's channel (product §4.3)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.running import Office
from tests.scenarios.days import current_day, move_to_day, move_to_monday, run_due_work
from tests.scenarios.lifecycle_steps import messages_containing
from tests.scenarios.steps import (
    activate_on_monday,
    activate_project,
    change_charter,
    close_forms,
    day_from_today,
    query_one,
    sign_charter,
)
from tests.scenarios.team_steps import add_member, run_team_command
from tests.scenarios.test_channel_choice import calls_with, choose_channel, lives_in, make_channel
from tests.scenarios.test_succession import name_successor, pass_objection_days
from tests.snapshots import play_once

STILL_THERE = {"pl": "ale nadal jest na kanale", "en": "but still in"}
INSIDE = {"adam", "anna", "piotr", "ewa"}


def start_project_tomorrow(duet: Office, **values: str) -> str:
    """The key of a project that starts tomorrow."""
    return activate_project(duet, starts_on=day_from_today(duet, 1), **values)


@play_once
def begin_on_monday(duet: Office) -> str:
    move_to_monday(duet)
    return start_project_tomorrow(duet)


@play_once
def begin_in_chosen_channel(duet: Office) -> str:
    move_to_monday(duet)
    return in_chosen_channel(duet)


def in_chosen_channel(duet: Office) -> str:
    key = start_project_tomorrow(duet)
    channel_id = make_channel(duet, "nasz", is_private=True)
    choose_channel(duet, "ewa", key, channel_id)
    duet.waits_until(lambda: lives_in(duet) == channel_id)
    duet.settles()
    return key


def channel_members(duet: Office) -> set[str]:
    """Handles of the people in the project's channel."""
    state, channel_id = duet.slack.state, lives_in(duet)
    team_state = next(each for each in state["teams"] if each["id"] == "T0PIKUS")
    handles = {each["id"]: each["name"] for each in team_state["people"]}
    found = next(each for each in team_state["channels"] if each["id"] == channel_id)
    return {handles[who] for who in found["members"]} - {"duet"}


def list_reminders(duet: Office, lead: str) -> list[str]:
    """What tells them to take somebody out."""
    words = STILL_THERE["en" if lead == "piotr" else "pl"]
    return [each.text for each in messages_containing(duet, lead, words)]


def add_and_remove_member(duet: Office, key: str) -> None:
    add_member(duet, key, "jan", by="piotr")
    duet.settles()
    run_team_command(duet.person("piotr"), f"{key} remove @jan")
    close_forms(duet.person("piotr"))


def stay_over(duet: Office, key: str) -> None:
    add_member(duet, key, "jan", by="piotr", until_day=day_from_today(duet, 2))
    duet.settles()
    move_to_day(duet, current_day(duet) + timedelta(days=3))


def lead_passed_on(duet: Office, key: str) -> None:
    change_charter(duet, key, by="adam", lead_it="@jan")


def seat_changed_by_charter(duet: Office, key: str) -> None:
    change_charter(duet, key, by="anna", cio="@jan")
    sign_charter(duet, key, "adam", "anna")


def seat_passed_to_successor(duet: Office, key: str) -> None:
    duet.person("roman").types("/duet")
    now = current_day(duet)
    name_successor(duet, "jan", leaver="@adam")
    assert "adam" in channel_members(duet)  # the seat is not passed on yet
    pass_objection_days(duet, now)


def deactivate_member(duet: Office, key: str) -> None:
    add_member(duet, key, "jan", by="piotr")
    duet.settles()
    duet.slack.change_person("jan", deleted=True)


def deactivate_lead(duet: Office, key: str) -> None:
    duet.slack.change_person("piotr", deleted=True)


def deactivate_executive(duet: Office, key: str) -> None:
    duet.slack.change_person("adam", deleted=True)


def lead_turned_guest(duet: Office, key: str) -> None:
    duet.slack.change_person("piotr", is_restricted=True)


def executive_turned_guest(duet: Office, key: str) -> None:
    duet.slack.change_person("adam", is_restricted=True)


def member_turned_stranger(duet: Office, key: str) -> None:
    add_member(duet, key, "jan", by="piotr")
    duet.settles()
    duet.slack.change_person("jan", is_stranger=True)


Way = Callable[[Office, str], None]

WAYS: dict[Way, tuple[str, str | None]] = {  # who is to go, and who is told of it where Duet cannot see to that
    add_and_remove_member: ("jan", "piotr"),
    stay_over: ("jan", "piotr"),
    lead_passed_on: ("piotr", "jan"),
    seat_changed_by_charter: ("adam", "piotr"),
    seat_passed_to_successor: ("adam", "piotr"),
    deactivate_member: ("jan", None),
    deactivate_lead: ("piotr", None),
    deactivate_executive: ("adam", None),
    lead_turned_guest: ("piotr", "adam"),
    executive_turned_guest: ("adam", "piotr"),
    member_turned_stranger: ("jan", "piotr"),
}


@pytest.mark.one_of(3)
@pytest.mark.parametrize("way", WAYS)
def test_who_has_no_part_any_more_is_taken_out(duet: Office, way: Way) -> None:
    """§4.3: of a channel that Duet made; nobody has to be told."""
    key = begin_on_monday(duet)
    leaver, _ = WAYS[way]
    way(duet, key)
    duet.settles()
    run_due_work(duet)
    assert leaver not in channel_members(duet)
    assert channel_members(duet) >= INSIDE - {leaver}
    move_to_day(duet, current_day(duet) + timedelta(days=1))
    for lead in ("adam", "anna", "piotr", "ewa"):
        if lead != leaver:
            assert list_reminders(duet, lead) == []


@pytest.mark.one_of(3)
@pytest.mark.parametrize("way", WAYS)
def test_of_a_chosen_channel_somebody_takes_them_out(duet: Office, way: Way) -> None:
    """§4.3: that side's lead is told once how; where the lead goes, the executive. Nobody is of who is gone."""
    key = begin_in_chosen_channel(duet)
    leaver, told = WAYS[way]
    way(duet, key)
    duet.settles()
    run_due_work(duet)
    assert leaver in channel_members(duet)
    move_to_day(duet, current_day(duet) + timedelta(days=1))
    for handle in {"adam", "anna", "piotr", "ewa", "jan"} - {leaver}:
        if handle in channel_members(duet):
            reminders = list_reminders(duet, handle)
            assert len(reminders) == (handle == told), handle
            assert all("`/remove`" in said for said in reminders), "how"
    assert "conversations.kick" not in calls_with(duet, lives_in(duet))


def test_who_has_another_part_stays(duet: Office) -> None:
    """§4.3: a member who is a lead now and leaves the team; a lead who passes it on and is a member."""
    key, _ = activate_on_monday(duet)
    add_member(duet, key, "jan", by="piotr")
    change_charter(duet, key, by="adam", lead_it="@jan")
    assert "piotr" not in channel_members(duet)
    run_team_command(duet.person("adam"), f"{key} remove @jan")
    close_forms(duet.person("adam"))
    duet.settles()
    assert "jan" in channel_members(duet)  # still the lead
    add_member(duet, key, "jan", by="adam")
    change_charter(duet, key, by="adam", lead_it="@piotr")
    assert channel_members(duet) == INSIDE | {"jan"}  # still a member, and the old lead is back
    duet.slack.change_person("jan", is_restricted=True)
    duet.settles()
    assert "jan" in channel_members(duet)  # a guest can be a member


def test_a_member_who_takes_a_seat_stays_when_the_stay_is_over(duet: Office) -> None:
    """§4.3, §4.9: whoever had the seat goes; the successor has a part as long as the seat is theirs."""
    key = begin_on_monday(duet)
    add_member(duet, key, "jan", by="piotr", until_day=day_from_today(duet, 30))
    seat_passed_to_successor(duet, key)
    duet.settles()
    assert channel_members(duet) == (INSIDE | {"jan"}) - {"adam"}
    move_to_day(duet, current_day(duet) + timedelta(days=31))
    assert channel_members(duet) == (INSIDE | {"jan"}) - {"adam"}
    assert len(duet.slack.calls("conversations.kick")) == 1


def test_nobody_whose_stay_ended_with_the_project_is_taken_out(duet: Office) -> None:
    """§4.3, §12.3: that channel is archived later; a stay that ended before is another matter."""
    move_to_monday(duet)
    last = current_day(duet) + timedelta(days=20)
    key = start_project_tomorrow(duet, ends_on=last.isoformat(), measure_by=day_from_today(duet, 10))
    add_member(duet, key, "jan", by="piotr")
    add_member(duet, key, "ola", by="ewa", until_day=day_from_today(duet, 5))
    move_to_day(duet, current_day(duet) + timedelta(days=6))
    assert channel_members(duet) == INSIDE | {"jan"}
    move_to_day(duet, last + timedelta(days=1))
    assert query_one(duet, "SELECT state FROM projects") == "closing"
    assert query_one(duet, "SELECT count(*) FROM members WHERE left_at IS NULL") == 0
    assert channel_members(duet) == INSIDE | {"jan"}
    duet.slack.change_person("piotr", is_restricted=True)  # whatever makes Duet look again
    duet.settles()
    assert channel_members(duet) == (INSIDE | {"jan"}) - {"piotr"}


def test_who_is_added_again_is_invited_again(duet: Office) -> None:
    """§4.3: also after having been taken out twice."""
    key = activate_project(duet)
    for _ in range(2):
        add_and_remove_member(duet, key)
        duet.settles()
        assert "jan" not in channel_members(duet)
    add_member(duet, key, "jan", by="piotr")
    duet.settles()
    assert "jan" in channel_members(duet)
    assert len(duet.slack.calls("conversations.kick")) == 2


def test_who_comes_back_before_they_were_taken_out_stays(duet: Office) -> None:
    """§4.3: the channel is shared meanwhile, so everything waits; nobody is shown out and let in again."""
    key = activate_project(duet)
    add_member(duet, key, "jan", by="piotr")
    duet.settles()
    channel = duet.slack.change_channel(lives_in(duet), "share", by="ewa")
    duet.waits_until(lambda: query_one(duet, "SELECT channel_lost_at FROM projects") is not None)
    run_team_command(duet.person("piotr"), f"{key} remove @jan")
    close_forms(duet.person("piotr"))
    add_member(duet, key, "jan", by="piotr")
    duet.slack.change_channel(channel["id"], "unshare", by="ewa")
    duet.waits_until(lambda: query_one(duet, "SELECT channel_lost_at FROM projects") is None)
    duet.settles()
    assert "jan" in channel_members(duet)
    assert duet.slack.calls("conversations.kick") == []


@pytest.mark.one_of(2)
@pytest.mark.parametrize("code", ["restricted_action", "cant_kick_from_general", "cant_kick_self", "missing_scope"])
def test_a_refusal_is_told_to_that_sides_lead_once(duet: Office, code: str) -> None:
    """§4.3, §16: whatever Slack says, with what to do; who comes back is not named any more."""
    key, _ = activate_on_monday(duet)
    duet.slack.fault(f"error:{code}", "conversations.kick")
    add_and_remove_member(duet, key)
    add_member(duet, key, "ola", by="ewa")
    duet.settles()
    run_team_command(duet.person("ewa"), f"{key} remove @ola")
    close_forms(duet.person("ewa"))
    duet.settles()
    add_member(duet, key, "ola", by="ewa")
    move_to_day(duet, current_day(duet) + timedelta(days=1))
    told = list_reminders(duet, "piotr")
    assert len(told) == 1
    assert "@Jan Łącznik" in told[0]
    assert "/remove" in told[0]
    assert list_reminders(duet, "ewa") == list_reminders(duet, "adam") == list_reminders(duet, "anna") == []
    move_to_day(duet, current_day(duet) + timedelta(days=1))
    assert len(list_reminders(duet, "piotr")) == 1
    assert len(duet.slack.calls("conversations.kick")) == 2


def test_who_has_left_by_themselves_needs_nobody(duet: Office) -> None:
    """§4.3: `not_in_channel` is done; in a chosen channel Duet looks before it asks somebody."""
    key = in_chosen_channel(duet)
    add_member(duet, key, "jan", by="piotr")
    duet.settles()

    def walk_out() -> None:
        channel = duet.playground.world.teams["T0PIKUS"].channels[lives_in(duet)]
        channel.members.remove("U0JAN")

    duet.workspace.in_loop(walk_out)
    run_team_command(duet.person("piotr"), f"{key} remove @jan")
    close_forms(duet.person("piotr"))
    duet.settles()
    move_to_day(duet, current_day(duet) + timedelta(days=1))
    assert list_reminders(duet, "piotr") == []


def test_an_account_that_works_again_is_let_in_again(duet: Office) -> None:
    """§4.3: a lead who was a guest for a while."""
    activate_project(duet)
    for what in ("is_restricted", "deleted"):
        duet.slack.change_person("piotr", None, **{what: True})
        duet.settles()
        assert "piotr" not in channel_members(duet)
        duet.slack.change_person("piotr", None, **{what: False})
        duet.settles()
        assert "piotr" in channel_members(duet)
