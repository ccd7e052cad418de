"""Blockers: items of their own that find their way up, or are resolved (product §8.7)."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.running import Office
from tests.scenarios.checkin_steps import (
    ADD_MORE,
    AFTER_ALL,
    BLOCKED,
    CHANGE,
    OVER,
    PROMPTED,
    QUESTIONS,
    RESOLVED,
    SAME,
    SKIP,
    STANDS,
    STANDS_ASKED,
    STATUS_BUTTONS,
    THANKED,
    VOIDED,
    answer_prompt,
    click_label,
    fill_answers,
    find_message_with_button,
    list_summaries,
    messages_saying,
    move_to_next_round,
    only_summary,
    open_prompt_form,
    press_message_button,
    run_checkin_command,
    start_first_round,
)
from tests.scenarios.closing_steps import agree_on_closing, wait_for_end, wait_for_report
from tests.scenarios.days import move_to_day, run_due_work, working_days_after
from tests.scenarios.lifecycle_steps import pause_project
from tests.scenarios.register_steps import register_asset
from tests.scenarios.steps import (
    NOT_ALLOWED,
    NOT_FOUND,
    close_forms,
    expect_no_change,
    expect_refusal,
    forge_click,
    has_sentence,
    open_form,
    query_one,
)
from tests.scenarios.team_steps import member_id
from tests.scenarios.test_away import run_away_command

TO_AN_ASK = ("Zrób z tego prośbę", "Turn into an ask")
WHILE_CLOSING = ("jest zamykany, a ta przeszkoda wciąż trwa", "is closing, and this blocker is still open")
NEW_YORK = ZoneInfo("America/New_York")


def blocker_ids(duet: Office) -> tuple[int, int]:
    """How many there are, and the newest."""
    return int(query_one(duet, "SELECT count(*) FROM blockers")), int(
        query_one(duet, "SELECT max(id) FROM blockers")
    )


def open_ones(duet: Office) -> int:
    return int(query_one(duet, "SELECT count(*) FROM blockers WHERE resolved_at IS NULL"))


def test_a_blocker_finds_its_way_up(duet: Office) -> None:
    """§8.7, §8.6: its owner is asked first; leads hear after 2 working days, executives after 5."""
    key, thursday = start_first_round(duet, "jan")
    answer_prompt(duet, "jan", blockers="Nie mam dostępu")
    assert "Nie mam dostępu · od " in only_summary(duet, key) and " · @Jan" in only_summary(duet, key)
    people = ("jan", "piotr", "ewa", "adam", "anna")
    for count, expected in (
        (1, {"jan"}),
        (2, {"piotr", "ewa"}),
        (3, set()),
        (4, {"jan"}),
        (5, {"adam", "anna"}),
        (6, set()),
    ):
        before = {who: len(messages_saying(duet, who, STANDS_ASKED + BLOCKED)) for who in people}
        morning = working_days_after(thursday, count)
        move_to_day(duet, morning, "08:59")
        assert before == {who: len(messages_saying(duet, who, STANDS_ASKED + BLOCKED)) for who in people}, count
        move_to_day(duet, morning, "09:02")
        after = {who: len(messages_saying(duet, who, STANDS_ASKED + BLOCKED)) for who in people}
        assert {who for who in people if after[who] > before[who]} == expected, count
        if count == 1:
            press_message_button(duet, "jan", STANDS)
            assert RESOLVED[0] in find_message_with_button(duet, "jan", RESOLVED).buttons
        first = list_summaries(duet, key)[0].text
        assert "@Adam" not in first and "@Anna" not in first, count  # an edit calls nobody
    assert len(messages_saying(duet, "ewa", BLOCKED)) == 1
    assert "Nie mam dostępu" in run_checkin_command(duet.person("anna"), key).text
    assert has_sentence(press_message_button(duet, "anna", RESOLVED), ("jest rozwiązana",))
    assert "Nie mam dostępu" not in run_checkin_command(duet.person("anna"), key).text
    assert "Nie mam dostępu" not in list_summaries(duet, key)[-1].text
    assert len(messages_saying(duet, "jan", ("Rozwiązane w projekcie",))) == 2  # both times Duet asked
    assert messages_saying(duet, "jan", STANDS_ASKED) == []
    for who in ("piotr", "ewa", "adam", "anna"):
        told = messages_saying(duet, who, ("Rozwiązane w projekcie", "Resolved in"))
        assert len(told) == 1 and "Nie mam dostępu" in told[0].text and not {*RESOLVED} & {*told[0].buttons}, who
    with expect_refusal(duet, "error.checkin.resolved"):
        clicked = forge_click(
            duet.person("adam"), "blocker.resolve", str(query_one(duet, "SELECT id FROM blockers"))
        )
        assert has_sentence(clicked.text, ("jest już rozwiązana",))


def test_a_summary_calls_the_executives_for_what_was_put_to_them(duet: Office) -> None:
    """§8.6, §8.7: from its fifth working day on a blocker needs them, in a summary's first posting."""
    key, thursday = start_first_round(duet, "jan")
    answer_prompt(duet, "jan", blockers="Nie mam dostępu")
    assert "@Adam" not in only_summary(duet, key)
    for count in (1, 2, 4):
        move_to_day(duet, working_days_after(thursday, count), "09:02")
    run_checkin_command(duet.person("piotr"), f"{key} now")
    answer_prompt(duet, "jan", progress="Czekam", status="on_track")
    assert "Nie mam dostępu" in list_summaries(duet, key)[-1].text
    assert "@Adam" not in list_summaries(duet, key)[-1].text
    move_to_day(duet, working_days_after(thursday, 5), "09:02")
    move_to_day(duet, working_days_after(thursday, 5), "10:00")
    answer_prompt(duet, "jan", progress="Nadal czekam", status="on_track")
    assert "Do Waszej uwagi (⛔): @Adam Wolny i @Anna Żuraw." in list_summaries(duet, key)[-1].text


def test_both_leads_hear_of_it_on_the_same_day(duet: Office) -> None:
    """§8.7, §2.8: also where one of them begins sooner, or Duet was down at nine."""
    _, thursday = start_first_round(duet, "jan")
    duet.slack.change_person("piotr", tz="Europe/Helsinki")
    duet.settles()
    answer_prompt(duet, "jan", blockers="Nie mam dostępu")
    move_to_day(duet, working_days_after(thursday, 1), "09:02")
    move_to_day(duet, working_days_after(thursday, 2), "08:02")
    assert len(messages_saying(duet, "piotr", BLOCKED)) == 1 and messages_saying(duet, "ewa", BLOCKED) == []
    move_to_day(duet, working_days_after(thursday, 2), "09:20")
    assert len(messages_saying(duet, "ewa", BLOCKED)) == 1


def test_both_executives_hear_of_it_where_duet_was_down_at_nine(duet: Office) -> None:
    """§8.7: and so do the leads, whoever else has something to read that morning."""
    _, thursday = start_first_round(duet, "jan")
    answer_prompt(duet, "jan", blockers="Nie mam dostępu")
    for count, clock in ((1, "09:02"), (2, "09:20"), (4, "09:02"), (5, "09:20")):
        move_to_day(duet, working_days_after(thursday, count), clock)
        told = {who for who in ("piotr", "ewa", "adam", "anna") if messages_saying(duet, who, BLOCKED)}
        expected = {1: set(), 2: {"piotr", "ewa"}, 4: {"piotr", "ewa"}, 5: {"piotr", "ewa", "adam", "anna"}}
        assert told == expected[count], count


def test_what_is_open_to_the_end_offers_nothing_after_it(duet: Office) -> None:
    """§12.3: a closed project is read-only, so no button of its blockers stays, in the channel or with anybody."""
    key, thursday = start_first_round(duet, "jan")
    answer_prompt(duet, "jan", blockers="Nie mam dostępu")
    for count in (1, 2):
        move_to_day(duet, working_days_after(thursday, count), "09:02")
    assert {*RESOLVED} & {*messages_saying(duet, "ewa", BLOCKED)[0].buttons}
    assert {*RESOLVED} & {*list_summaries(duet, key)[0].buttons}
    agree_on_closing(duet, key)
    run_due_work(duet)
    assert {*RESOLVED} & {*messages_saying(duet, "ewa", BLOCKED)[0].buttons}, "while it closes, it can be resolved"
    assert messages_saying(duet, "jan", STANDS_ASKED) == []
    (asked,) = messages_saying(duet, "jan", WHILE_CLOSING)
    assert {*RESOLVED} & {*asked.buttons} and not {*STANDS} & {*asked.buttons}
    wait_for_report(duet)
    wait_for_end(duet)
    for who in ("piotr", "ewa", "jan"):
        told = [each for each in duet.person(who).reads("@duet") if "Nie mam dostępu" in each.text]
        assert told and not [each for each in told if {*RESOLVED, *STANDS} & {*each.buttons}], who
    summary = list_summaries(duet, key)[0]
    assert "Nie mam dostępu" in summary.text and not {*RESOLVED} & {*summary.buttons}


def test_a_check_in_of_a_project_that_ends_offers_nothing(duet: Office) -> None:
    """§12.3, §8.4: neither the newest, nor one before it; who was in the team reads that the project is closed.

    What was over before is over by no other reason now.
    """
    key, thursday = start_first_round(duet, "jan", "ola")
    answer_prompt(duet, "jan", blockers="Nie mam dostępu")
    move_to_next_round(duet, thursday)
    press_message_button(duet, "jan", SKIP)
    run_due_work(duet)
    agree_on_closing(duet, key)
    run_due_work(duet)
    assert len(messages_saying(duet, "ola", OVER)) == 1
    assert len(messages_saying(duet, "ola", VOIDED)) == 1
    told = [
        each for each in duet.person("jan").reads("@duet") if {*CHANGE, *ADD_MORE, *AFTER_ALL} & {*each.buttons}
    ]
    assert not told
    wait_for_report(duet)
    with expect_refusal(duet, "error.not_in_this_state"):
        forge_click(
            duet.person("jan"),
            "checkin.answer",
            str(query_one(duet, "SELECT min(id) FROM checkin_prompts WHERE user_id = 'U0JAN'")),
        )


def test_only_the_newest_summary_offers_what_can_be_done(duet: Office) -> None:
    """§8.6, §8.7: and is kept true also while the next check-in goes on."""
    key, thursday = start_first_round(duet, "jan")
    answer_prompt(duet, "jan", blockers="Nie mam dostępu")
    thursday = move_to_next_round(duet, thursday)
    answer_prompt(duet, "jan", blockers="Brak farby")
    first, second = list_summaries(duet, key)
    assert "Nie mam dostępu" in first.text and not {*RESOLVED} & {*first.buttons}
    assert "Wszystkie przeszkody (2)" in second.buttons and "Wszystkie przeszkody (2)" not in first.buttons
    move_to_next_round(duet, thursday)
    click_label(second, RESOLVED)
    first, second = list_summaries(duet, key)
    assert "Brak farby" in second.text and "Nie mam dostępu" not in second.text


def test_the_owner_is_asked_in_their_own_day(duet: Office) -> None:
    """§8.7, §2.8: at nine in Warsaw it is three in the morning in New York."""
    _, thursday = start_first_round(duet, "mike")
    move_to_day(duet, thursday, "09:00", NEW_YORK)
    answer_prompt(duet, "mike", blockers="No access")
    friday = thursday + timedelta(days=1)
    move_to_day(duet, friday, "12:00")
    assert messages_saying(duet, "mike", STANDS_ASKED) == []
    move_to_day(duet, friday, "09:01", NEW_YORK)
    assert len(messages_saying(duet, "mike", STANDS_ASKED)) == 1


def test_after_a_pause_its_author_is_asked_first_again(duet: Office) -> None:
    """§8.7, §3.1: all its steps are overdue then, and keep their distance: it is not put to everybody at once."""
    key, thursday = start_first_round(duet, "jan", weeks=4)
    resumes = working_days_after(thursday, 9)
    pause_project(duet, key, until=resumes)
    said = duet.person("jan").types(f'/duet blocker {key} "Brak prądu"').text
    assert "po wznowieniu zapytam" in said and "po 2 dniach roboczych" not in said
    form = open_form(duet.person("jan"), f"/duet blocker {key} Brak farby")
    assert "po wznowieniu zapytam" in form.text
    people = ("jan", "piotr", "ewa", "adam", "anna")
    told = []
    for count in range(6):
        before = {who: len(messages_saying(duet, who, STANDS_ASKED + BLOCKED)) for who in people}
        move_to_day(duet, working_days_after(resumes, count))
        after = {who: len(messages_saying(duet, who, STANDS_ASKED + BLOCKED)) for who in people}
        told.append({who for who in people if after[who] > before[who]})
    assert told == [{"jan"}, {"piotr", "ewa"}, set(), {"jan"}, {"adam", "anna"}, set()]


def test_who_is_away_or_has_left_is_not_asked(duet: Office) -> None:
    """§8.7, §8.5: their blockers find their way up all the same."""
    _, thursday = start_first_round(duet, "jan", "ola")
    answer_prompt(duet, "jan", blockers="Brak dostępu")
    answer_prompt(duet, "ola", blockers="Brak farby")
    friday = thursday + timedelta(days=1)
    run_away_command(duet, "jan", f"{friday} {friday + timedelta(days=10)}")
    forge_click(duet.person("ewa"), "team.remove", str(member_id(duet, "ola")))
    move_to_day(duet, friday, "09:05")
    assert messages_saying(duet, "jan", STANDS_ASKED) == messages_saying(duet, "ola", STANDS_ASKED) == []
    move_to_day(duet, working_days_after(thursday, 2))
    (message,) = messages_saying(duet, "piotr", BLOCKED)
    assert "Brak dostępu" in message.text and "Brak farby" in message.text
    (message,) = messages_saying(duet, "ewa", BLOCKED)  # the other one is hers by now
    assert "Brak dostępu" in message.text and "Brak farby" not in message.text


def test_whoever_leaves_is_not_asked_of_what_others_have_taken(duet: Office) -> None:
    """§8.7: the question of an author who has no part any more offers nothing, whoever has the blocker."""
    _, thursday = start_first_round(duet, "jan", "ola")
    answer_prompt(duet, "jan", blockers="Brak dostępu")
    move_to_day(duet, working_days_after(thursday, 1), "09:02")
    blocker = str(query_one(duet, "SELECT id FROM blockers"))
    forge_click(duet.person("ola"), "blocker.take", blocker)
    assert query_one(duet, "SELECT owner FROM blockers") == "U0OLA"
    told = [each for each in duet.person("jan").reads("@duet") if {*RESOLVED} & {*each.buttons}]
    assert [each for each in told if "Brak dostępu" in each.text]
    forge_click(duet.person("piotr"), "team.remove", str(member_id(duet, "jan")))
    run_due_work(duet)
    told = [each for each in duet.person("jan").reads("@duet") if {*RESOLVED, *STANDS} & {*each.buttons}]
    assert told == []


@pytest.mark.parametrize("becomes", [{"deleted": True}, {"is_restricted": True}])
def test_a_lead_who_is_gone_is_not_asked_of_what_others_have_taken(duet: Office, becomes: dict[str, Any]) -> None:
    """§8.7, §14: whose part is no stay that ends has no part any more, all the same."""
    key, thursday = start_first_round(duet, "jan")
    duet.person("piotr").types(f'/duet blocker {key} "Brak dostępu"')
    move_to_day(duet, working_days_after(thursday, 1), "09:02")
    forge_click(duet.person("jan"), "blocker.take", str(query_one(duet, "SELECT id FROM blockers")))
    assert find_message_with_button(duet, "piotr", RESOLVED)
    duet.slack.change_person("piotr", **becomes)
    run_due_work(duet)
    told = [
        each for each in messages_saying(duet, "piotr", ("Brak dostępu",)) if {*RESOLVED, *STANDS} & {*each.buttons}
    ]
    assert told == []


def test_a_project_without_check_ins_lets_its_blockers_go_with_it(duet: Office) -> None:
    """§8.7, §12.3: what becomes of the project reaches them, whether or not it has a schedule."""
    key, thursday = start_first_round(duet, "jan")
    answer_prompt(duet, "jan", blockers="Brak dostępu")
    move_to_day(duet, working_days_after(thursday, 1), "09:02")
    with duet.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM checkin_schedules")
    agree_on_closing(duet, key)
    run_due_work(duet)
    assert messages_saying(duet, "jan", STANDS_ASKED) == []
    assert len(messages_saying(duet, "jan", WHILE_CLOSING)) == 1


def begin_late_question(duet: Office, *, days_away: int) -> date:
    """Something else was the author's message of the day of the question, and then they are away for so many
    working days. Returns that day.
    """
    key, thursday = start_first_round(duet, "jan")
    duet.slack.change_person("jan", tz="Europe/Helsinki")
    duet.settles()
    answer_prompt(duet, "jan", blockers="Brak dostępu")
    register_asset(duet.person("piotr"), f'{key} data "Kasy" @jan')
    friday = thursday + timedelta(days=1)
    move_to_day(duet, friday, "08:30")
    assert messages_saying(duet, "jan", ("Kasy",))
    move_to_day(duet, friday, "09:30")
    assert messages_saying(duet, "jan", STANDS_ASKED) == []
    run_away_command(duet, "jan", f"{friday + timedelta(days=1)} {working_days_after(friday, days_away)}")
    return friday


def test_the_leads_hear_of_it_a_day_after_the_author_was_asked(duet: Office) -> None:
    """§8.7, §2.8: also where the author was asked later than it was thought."""
    friday = begin_late_question(duet, days_away=1)
    move_to_day(duet, working_days_after(friday, 2), "09:02")
    (asked,) = messages_saying(duet, "jan", STANDS_ASKED)
    assert "it goes to those who can help" in asked.text
    assert messages_saying(duet, "ewa", BLOCKED) == []
    move_to_day(duet, working_days_after(friday, 3), "09:02")
    assert messages_saying(duet, "ewa", BLOCKED)


def test_whoever_reads_the_question_late_is_told_who_knows(duet: Office) -> None:
    """§8.7: who is away is not waited for; and what somebody else has taken nobody is asked of."""
    friday = begin_late_question(duet, days_away=2)
    move_to_day(duet, working_days_after(friday, 2), "09:02")
    assert messages_saying(duet, "ewa", BLOCKED) and messages_saying(duet, "jan", STANDS_ASKED) == []
    move_to_day(duet, working_days_after(friday, 3), "09:30")
    (asked,) = messages_saying(duet, "jan", STANDS_ASKED)
    assert "I'll tell the executives, too; the leads know" in asked.text
    forge_click(duet.person("anna"), "blocker.take", str(query_one(duet, "SELECT id FROM blockers")))
    assert not [each for each in messages_saying(duet, "jan", ("Brak dostępu",)) if {*STANDS} & {*each.buttons}]
    assert messages_saying(duet, "jan", ("@Anna Żuraw takes care of this",))


def test_resolved_by_owner_lead_or_executive_only(duet: Office) -> None:
    """§8.7, §14: others are refused; nobody is asked about what is resolved."""
    key, thursday = start_first_round(duet, "jan", "ola")
    answer_prompt(duet, "jan", blockers="Brak prądu")
    answer_prompt(duet, "ola", progress="Ja mogę")
    _, blocker = blocker_ids(duet)
    duet.person("roman").types("/duet")  # the first admin to write is greeted
    for who, workspace in (("ola", None), ("tomek", None), ("roman", None), ("zenek", "T0KIOSK")):
        with expect_no_change(duet):
            said = forge_click(duet.person(who, workspace), "blocker.resolve", str(blocker)).text
            assert has_sentence(said, NOT_ALLOWED + NOT_FOUND), (who, said)
            said = forge_click(duet.person(who, workspace), "blocker.stands", str(blocker)).text
            assert has_sentence(said, NOT_ALLOWED + NOT_FOUND), (who, said)
    shown = run_checkin_command(duet.person("ola"), key)
    assert "Brak prądu" in shown.text and not set(RESOLVED) & set(shown.buttons)
    shown = run_checkin_command(duet.person("piotr"), key)
    assert has_sentence(click_label(shown, RESOLVED).text, ("is resolved",))
    for who in ("jan", "ewa"):
        with expect_refusal(duet, "error.checkin.resolved"):
            forge_click(duet.person(who), "blocker.resolve", str(blocker))
    with expect_refusal(duet, "error.checkin.resolved"):
        forge_click(duet.person("jan"), "blocker.stands", str(blocker))
    move_to_day(duet, working_days_after(thursday, 1))
    move_to_day(duet, working_days_after(thursday, 2))
    assert messages_saying(duet, "jan", STANDS_ASKED) == messages_saying(duet, "ewa", BLOCKED) == []
    assert "Rozwiązanie przeszkody" in duet.person("anna").types(f"/duet log {key}").text


def test_the_same_words_are_the_same_blocker(duet: Office) -> None:
    """§8.7: open since the first time; edited away it is resolved, and what is resolved is not prefilled again."""
    key, thursday = start_first_round(duet, "jan")
    answer_prompt(duet, "jan", progress="A", blockers="Brak  DOSTĘPU")
    later = move_to_next_round(duet, thursday)
    answer_prompt(duet, "jan", progress="B", blockers="brak dostepu")
    assert blocker_ids(duet)[0] == 1
    assert f"od {thursday.day}" in list_summaries(duet, key)[-1].text
    _, blocker = blocker_ids(duet)
    forge_click(duet.person("piotr"), "blocker.resolve", str(blocker))
    assert open_ones(duet) == 0
    answer_prompt(duet, "jan", CHANGE, progress="B, poprawione")  # its words are still in the form: nothing new
    assert open_ones(duet) == 0
    move_to_next_round(duet, later)
    form = open_prompt_form(duet, "jan")
    assert form.values[QUESTIONS["progress"][0]] == "B, poprawione"
    assert form.values[QUESTIONS["blockers"][0]] is None
    close_forms(duet.person("jan"))
    press_message_button(duet, "jan", SAME)
    assert open_ones(duet) == 0
    answer_prompt(duet, "jan", CHANGE, blockers="Brak dostępu")  # it comes up again
    assert open_ones(duet) == 1 and blocker_ids(duet)[0] == 2
    assert "Brak dostępu" in list_summaries(duet, key)[-1].text
    answer_prompt(duet, "jan", CHANGE, blockers="Brak dostępu do bazy")
    assert blocker_ids(duet)[0] == 2 and "dostępu do bazy" in list_summaries(duet, key)[-1].text
    form = open_prompt_form(duet, "jan", CHANGE)
    assert fill_answers(form, blockers=None).submit() is None
    duet.settles()
    assert open_ones(duet) == 0
    assert "Przeszkody" not in list_summaries(duet, key)[-1].text


@pytest.mark.parametrize("no", ["Nie", "Brak przeszkód!", "-", "n/a"])
def test_a_plain_no_is_neither_a_blocker_nor_a_need(duet: Office, no: str) -> None:
    """§8.3, §8.6, §8.7: it is as good as nothing: nobody is told of it, and it is nobody's need."""
    key, _ = start_first_round(duet, "jan")
    form = messages_saying(duet, "jan", PROMPTED)[0].click(STATUS_BUTTONS["pl"][1]).form
    assert form is not None and form.fill({form.labels[0]: no}).submit() is None
    answer_prompt(duet, "jan", button=CHANGE, blockers=no, needs=no)
    assert open_ones(duet) == 0
    (summary,) = list_summaries(duet, key)
    assert not {*RESOLVED, *TO_AN_ASK} & set(summary.buttons)
    assert not set(TO_AN_ASK) & set(messages_saying(duet, "jan", THANKED)[0].buttons)
    answer_prompt(duet, "jan", button=CHANGE, blockers=f"{no} dostępu", needs=f"{no} prądu")
    assert open_ones(duet) == 1 and set(TO_AN_ASK) & set(messages_saying(duet, "jan", THANKED)[0].buttons)
    answer_prompt(duet, "jan", button=CHANGE, blockers=no)
    assert open_ones(duet) == 0


def test_resumed_in_the_afternoon_its_author_is_asked_the_next_morning(duet: Office) -> None:
    """§8.7, §2.8: and the leads hear of it the morning after that one."""
    key, thursday = start_first_round(duet, "jan", weeks=4)
    answer_prompt(duet, "jan", blockers="Brak prądu")
    pause_project(duet, key, until=thursday + timedelta(days=20))
    resumes = working_days_after(thursday, 8)
    move_to_day(duet, resumes, "14:00")
    duet.person("adam").types(f"/duet resume {key}")
    for count, asked, told in ((1, 1, 0), (2, 1, 1)):
        move_to_day(duet, working_days_after(resumes, count))
        assert len(messages_saying(duet, "jan", STANDS_ASKED)) == asked, count
        assert len(messages_saying(duet, "ewa", BLOCKED)) == told, count
