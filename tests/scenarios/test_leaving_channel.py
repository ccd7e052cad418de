"""Whoever has no part any more is taken out of the project's channel (product §4.3)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.running import Office
from tests.scenarios.days import comes, comes_due, monday_comes, today
from tests.scenarios.life_steps import inbox
from tests.scenarios.steps import active, changed, day, one, put_away, signed_by
from tests.scenarios.team_steps import joined, team
from tests.scenarios.test_channel_choice import calls_with, chosen, lives_in, made
from tests.scenarios.test_succession import names, passes

STILL_THERE = {"pl": "ale nadal jest na kanale", "en": "but is still in"}
INSIDE = {"adam", "anna", "piotr", "ewa"}


def begun(duet: Office, **values: str) -> str:
    """The key of a project that starts tomorrow."""
    return active(duet, starts_on=day(duet, 1), **values)


def in_chosen_channel(duet: Office) -> str:
    key = begun(duet)
    channel_id = made(duet, "nasz", is_private=True)
    chosen(duet, "ewa", key, channel_id)
    duet.waits_until(lambda: lives_in(duet) == channel_id)
    duet.settles()
    return key


def members(duet: Office) -> set[str]:
    """Handles of the people in the project's channel."""
    state, channel_id = duet.slack.state, lives_in(duet)
    team_state = next(each for each in state["teams"] if each["id"] == "T0PIKUS")
    handles = {each["id"]: each["name"] for each in team_state["people"]}
    found = next(each for each in team_state["channels"] if each["id"] == channel_id)
    return {handles[who] for who in found["members"]} - {"duet"}


def reminders(duet: Office, lead: str) -> list[str]:
    """What tells them to take somebody out."""
    words = STILL_THERE["en" if lead == "piotr" else "pl"]
    return [each.text for each in inbox(duet, lead, words)]


def removed(duet: Office, key: str) -> None:
    joined(duet, key, "jan", by="piotr")
    duet.settles()
    team(duet.person("piotr"), f"{key} remove @jan")
    put_away(duet.person("piotr"))


def stay_over(duet: Office, key: str) -> None:
    joined(duet, key, "jan", by="piotr", until_day=day(duet, 2))
    duet.settles()
    comes(duet, today(duet) + timedelta(days=3))


def lead_passed_on(duet: Office, key: str) -> None:
    changed(duet, key, by="adam", lead_it="@jan")


def seat_changed_by_charter(duet: Office, key: str) -> None:
    changed(duet, key, by="anna", cio="@jan")
    signed_by(duet, key, "adam", "anna")


def seat_passed_to_successor(duet: Office, key: str) -> None:
    duet.person("roman").types("/duet")
    now = today(duet)
    names(duet, "jan", leaver="@adam")
    assert "adam" in members(duet)  # the seat is not passed on yet
    passes(duet, now)


def member_deactivated(duet: Office, key: str) -> None:
    joined(duet, key, "jan", by="piotr")
    duet.settles()
    duet.slack.change_person("jan", deleted=True)


def lead_deactivated(duet: Office, key: str) -> None:
    duet.slack.change_person("piotr", deleted=True)


def executive_deactivated(duet: Office, key: str) -> None:
    duet.slack.change_person("adam", deleted=True)


def lead_turned_guest(duet: Office, key: str) -> None:
    duet.slack.change_person("piotr", is_restricted=True)


def executive_turned_guest(duet: Office, key: str) -> None:
    duet.slack.change_person("adam", is_restricted=True)


def member_turned_stranger(duet: Office, key: str) -> None:
    joined(duet, key, "jan", by="piotr")
    duet.settles()
    duet.slack.change_person("jan", is_stranger=True)


Way = Callable[[Office, str], None]

WAYS: dict[Way, tuple[str, str | None]] = {  # who is to go, and who is told of it where Duet cannot see to that
    removed: ("jan", "piotr"),
    stay_over: ("jan", "piotr"),
    lead_passed_on: ("piotr", "jan"),
    seat_changed_by_charter: ("adam", "piotr"),
    seat_passed_to_successor: ("adam", "piotr"),
    member_deactivated: ("jan", None),
    lead_deactivated: ("piotr", None),
    executive_deactivated: ("adam", None),
    lead_turned_guest: ("piotr", "adam"),
    executive_turned_guest: ("adam", "piotr"),
    member_turned_stranger: ("jan", "piotr"),
}


@pytest.mark.parametrize("way", WAYS)
def test_who_has_no_part_any_more_is_taken_out(duet: Office, way: Way) -> None:
    """§4.3: of a channel that Duet made; nobody has to be told."""
    monday_comes(duet)
    key = begun(duet)
    leaver, _ = WAYS[way]
    way(duet, key)
    duet.settles()
    comes_due(duet)
    assert leaver not in members(duet)
    assert members(duet) >= INSIDE - {leaver}
    comes(duet, today(duet) + timedelta(days=1))
    for lead in ("adam", "anna", "piotr", "ewa"):
        if lead != leaver:
            assert reminders(duet, lead) == []


@pytest.mark.parametrize("way", WAYS)
def test_of_a_chosen_channel_somebody_takes_them_out(duet: Office, way: Way) -> None:
    """§4.3: that side's lead is told once how; where the lead goes, the executive. Nobody is of who is gone."""
    monday_comes(duet)
    key = in_chosen_channel(duet)
    leaver, told = WAYS[way]
    way(duet, key)
    duet.settles()
    comes_due(duet)
    assert leaver in members(duet)
    comes(duet, today(duet) + timedelta(days=1))
    for handle in {"adam", "anna", "piotr", "ewa", "jan"} - {leaver}:
        if handle in members(duet):
            assert len(reminders(duet, handle)) == (handle == told), handle
    assert "conversations.kick" not in calls_with(duet, lives_in(duet))


def test_who_has_another_part_stays(duet: Office) -> None:
    """§4.3: a member who is a lead now and leaves the team; a lead who passes it on and is a member."""
    monday_comes(duet)
    key = active(duet)
    joined(duet, key, "jan", by="piotr")
    changed(duet, key, by="adam", lead_it="@jan")
    assert "piotr" not in members(duet)
    team(duet.person("adam"), f"{key} remove @jan")
    put_away(duet.person("adam"))
    duet.settles()
    assert "jan" in members(duet)  # still the lead
    joined(duet, key, "jan", by="adam")
    changed(duet, key, by="adam", lead_it="@piotr")
    assert members(duet) == INSIDE | {"jan"}  # still a member, and the old lead is back
    duet.slack.change_person("jan", is_restricted=True)
    duet.settles()
    assert "jan" in members(duet)  # a guest can be a member


def test_a_member_who_takes_a_seat_stays_when_the_stay_is_over(duet: Office) -> None:
    """§4.3, §4.9: whoever had the seat goes; the successor has a part as long as the seat is theirs."""
    monday_comes(duet)
    key = begun(duet)
    joined(duet, key, "jan", by="piotr", until_day=day(duet, 30))
    seat_passed_to_successor(duet, key)
    duet.settles()
    assert members(duet) == (INSIDE | {"jan"}) - {"adam"}
    comes(duet, today(duet) + timedelta(days=31))
    assert members(duet) == (INSIDE | {"jan"}) - {"adam"}
    assert len(duet.slack.calls("conversations.kick")) == 1


def test_nobody_whose_stay_ended_with_the_project_is_taken_out(duet: Office) -> None:
    """§4.3, §12.3: that channel is archived later; a stay that ended before is another matter."""
    monday_comes(duet)
    last = today(duet) + timedelta(days=20)
    key = begun(duet, ends_on=last.isoformat(), measure_by=day(duet, 10))
    joined(duet, key, "jan", by="piotr")
    joined(duet, key, "ola", by="ewa", until_day=day(duet, 5))
    comes(duet, today(duet) + timedelta(days=6))
    assert members(duet) == INSIDE | {"jan"}
    comes(duet, last + timedelta(days=1))
    assert one(duet, "SELECT state FROM projects") == "closing"
    assert one(duet, "SELECT count(*) FROM members WHERE left_at IS NULL") == 0
    assert members(duet) == INSIDE | {"jan"}
    duet.slack.change_person("piotr", is_restricted=True)  # whatever makes Duet look again
    duet.settles()
    assert members(duet) == (INSIDE | {"jan"}) - {"piotr"}


def test_who_is_added_again_is_invited_again(duet: Office) -> None:
    """§4.3: also after having been taken out twice."""
    key = active(duet)
    for _ in range(2):
        removed(duet, key)
        duet.settles()
        assert "jan" not in members(duet)
    joined(duet, key, "jan", by="piotr")
    duet.settles()
    assert "jan" in members(duet)
    assert len(duet.slack.calls("conversations.kick")) == 2


def test_who_comes_back_before_they_were_taken_out_stays(duet: Office) -> None:
    """§4.3: the channel is shared meanwhile, so everything waits; nobody is shown out and let in again."""
    key = active(duet)
    joined(duet, key, "jan", by="piotr")
    duet.settles()
    channel = duet.slack.change_channel(lives_in(duet), "share", by="ewa")
    duet.waits_until(lambda: one(duet, "SELECT channel_lost_at FROM projects") is not None)
    team(duet.person("piotr"), f"{key} remove @jan")
    put_away(duet.person("piotr"))
    joined(duet, key, "jan", by="piotr")
    duet.slack.change_channel(channel["id"], "unshare", by="ewa")
    duet.waits_until(lambda: one(duet, "SELECT channel_lost_at FROM projects") is None)
    duet.settles()
    assert "jan" in members(duet)
    assert duet.slack.calls("conversations.kick") == []


@pytest.mark.parametrize("code", ["restricted_action", "cant_kick_from_general", "cant_kick_self", "missing_scope"])
def test_a_refusal_is_told_to_that_sides_lead_once(duet: Office, code: str) -> None:
    """§4.3, §16: whatever Slack says, with what to do; who comes back is not named any more."""
    monday_comes(duet)
    key = active(duet)
    duet.slack.fault(f"error:{code}", "conversations.kick")
    removed(duet, key)
    joined(duet, key, "ola", by="ewa")
    duet.settles()
    team(duet.person("ewa"), f"{key} remove @ola")
    put_away(duet.person("ewa"))
    duet.settles()
    joined(duet, key, "ola", by="ewa")
    comes(duet, today(duet) + timedelta(days=1))
    told = reminders(duet, "piotr")
    assert len(told) == 1
    assert "@Jan Łącznik" in told[0]
    assert "/remove" in told[0]
    assert reminders(duet, "ewa") == reminders(duet, "adam") == reminders(duet, "anna") == []
    comes(duet, today(duet) + timedelta(days=1))
    assert len(reminders(duet, "piotr")) == 1
    assert len(duet.slack.calls("conversations.kick")) == 2


def test_who_has_left_by_themselves_needs_nobody(duet: Office) -> None:
    """§4.3: `not_in_channel` is done; in a chosen channel Duet looks before it asks somebody."""
    key = in_chosen_channel(duet)
    joined(duet, key, "jan", by="piotr")
    duet.settles()

    def walk_out() -> None:
        channel = duet.playground.core.world.teams["T0PIKUS"].channels[lives_in(duet)]
        channel.members.remove("U0JAN")

    duet.workspace.in_loop(walk_out)
    team(duet.person("piotr"), f"{key} remove @jan")
    put_away(duet.person("piotr"))
    duet.settles()
    comes(duet, today(duet) + timedelta(days=1))
    assert reminders(duet, "piotr") == []


def test_an_account_that_works_again_is_let_in_again(duet: Office) -> None:
    """§4.3: a lead who was a guest for a while."""
    active(duet)
    for what in ("is_restricted", "deleted"):
        duet.slack.change_person("piotr", None, **{what: True})
        duet.settles()
        assert "piotr" not in members(duet)
        duet.slack.change_person("piotr", None, **{what: False})
        duet.settles()
        assert "piotr" in members(duet)
