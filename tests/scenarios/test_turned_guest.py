"""Leads and executives who became guests and are in no team: they have a seat, and no right of it (product §14)."""

from datetime import timedelta

from tests.running import Office
from tests.scenarios.checkin_steps import (
    ACTIONS,
    BLOCKED,
    PROMPTED,
    answer_prompt,
    messages_saying,
    move_to_next_round,
    only_summary,
    run_checkin_command,
    start_first_round,
    value_of_action,
)
from tests.scenarios.days import move_to_day, move_to_next_morning, working_days_after
from tests.scenarios.funding_steps import record_entry
from tests.scenarios.steps import (
    NOT_ALLOWED,
    NOT_FOUND,
    expect_refusal,
    fill_form,
    forge_click,
    has_sentence,
    open_form,
)
from tests.scenarios.team_steps import add_member


def set_guest(duet: Office, handle: str, *, guest: bool) -> None:
    duet.slack.change_person(handle, is_restricted=guest)
    duet.settles()


def test_nobody_waits_for_a_lead_who_became_a_guest(duet: Office) -> None:
    """§14, §8.3, §8.6: their question is over and not counted; with a full account they are asked again."""
    key, thursday = start_first_round(duet)
    set_guest(duet, "ewa", guest=True)
    assert messages_saying(duet, "ewa", ("nie czeka już na Twoją odpowiedź",))[-1].buttons == []
    with expect_refusal(duet):
        for action in ACTIONS:
            text = forge_click(duet.person("ewa"), f"checkin.{action}", value_of_action(duet, "ewa", action)).text
            assert has_sentence(text, (*NOT_FOUND, *NOT_ALLOWED)), (action, text)
        assert has_sentence(run_checkin_command(duet.person("ewa"), f"{key} answer", "#promocje").text, NOT_FOUND)
    answer_prompt(duet, "piotr", status="on_track", progress="Pilot")
    text = only_summary(duet, key)
    assert "IT 1 z 1 · pytanie wycofane: 1" in text
    before = len(messages_saying(duet, "ewa", PROMPTED))
    second = move_to_next_round(duet, thursday)
    assert len(messages_saying(duet, "ewa", PROMPTED)) == before
    set_guest(duet, "ewa", guest=False)
    move_to_next_round(duet, second)
    assert len(messages_saying(duet, "ewa", PROMPTED)) == before + 1


def test_nothing_of_the_project_is_told_to_them(duet: Office) -> None:
    """§14, §8.6, §8.7, §3.1: neither names without an answer, nor a blocker, nor that it is paused."""
    key, thursday = start_first_round(duet, "tomek", "ola")
    answer_prompt(duet, "tomek", status="off_track", progress="Pilot", blockers="Brak danych")
    set_guest(duet, "ewa", guest=True)
    before = len(duet.person("ewa").reads("@duet"))
    for count in (1, 2, 3):
        move_to_day(duet, working_days_after(thursday, count), "09:02")
    assert messages_saying(duet, "piotr", BLOCKED)
    assert fill_form(open_form(duet.person("adam"), f"/duet pause {key}"), {"why": "Przerwa"}).submit() is None
    move_to_day(duet, thursday + timedelta(days=7), "10:00")
    assert [each.text for each in duet.person("ewa").reads("@duet")[before:]] == []


def test_who_became_a_guest_reads_no_more_of_the_money(duet: Office) -> None:
    """§6.4, §14: not even as a member of the team."""
    key, _ = start_first_round(duet)
    add_member(duet, key, "ewa", by="ewa", side="marketing")
    set_guest(duet, "ewa", guest=True)
    record_entry(duet.person("piotr"), f'spend {key} 777 "Druk"')
    for _ in range(2):
        move_to_next_morning(duet)
    assert not messages_saying(duet, "ewa", ("777",))
