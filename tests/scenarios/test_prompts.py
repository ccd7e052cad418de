"""Answering with a click, for several projects in one message, by whoever is asked (product §2.8, §8.3)."""

from datetime import date, timedelta

import pytest

from tests.driving import SeenMessage
from tests.running import Office
from tests.scenarios.checkin_steps import (
    ADD_MORE,
    ANSWER,
    CHANGE,
    PROMPTED,
    THANKED,
    answer_prompt,
    fill_answers,
    find_message_with_button,
    has_in_order,
    list_summaries,
    messages_saying,
    newest_message_id,
    newest_prompt_ids,
    only_summary,
    open_prompt_form,
    run_checkin_command,
    save_schedule,
    start_checkin_project,
    start_first_round,
)
from tests.scenarios.closing_steps import agree_on_closing
from tests.scenarios.days import move_to_day, run_due_work
from tests.scenarios.lifecycle_steps import pause_project
from tests.scenarios.register_steps import register_asset
from tests.scenarios.steps import (
    NOT_FOUND,
    activate_project,
    close_forms,
    expect_no_change,
    expect_refusal,
    find_label,
    forge_click,
    forge_submission,
    has_sentence,
    query_one,
    text_state,
)
from tests.scenarios.team_steps import add_member
from tests.snapshots import play_once

GREEN, YELLOW, RED = "🟢", "🟡", "🔴"
ON_TRACK, AT_RISK, OFF_TRACK = "🟢 Zgodnie z planem", "🟡 Plan zagrożony", "🔴 Niezgodnie z planem"
OBSTACLE = "Co stoi na przeszkodzie?"
SKIP, SNOOZE = "Pomiń", "Przypomnij za godzinę"
WAITING = "check-iny: jak idzie? Czekam na odpowiedzi do"  # several
ENDING = ("jest zamykany, więc ten check-in", "is closing, so this check-in")
NAMES = ("Ogórki", "Świeczki", "Kasy", "Paragony")


@play_once
def start_four_projects(duet: Office) -> date:
    """Each asks jan on Thursdays at ten. Returns the first of them; it is Tuesday."""
    _, thursday = start_checkin_project(duet, "jan", name=NAMES[0])
    monday = thursday - timedelta(days=3)
    for name in NAMES[1:]:
        add_member(duet, activate_project(duet, name=name, starts_on=monday.isoformat()), "jan", by="piotr")
    run_due_work(duet)
    return thursday


def only_new_message(duet: Office, who: str, before: int) -> SeenMessage:
    """The one that has come since there were so many."""
    duet.settles()
    (message,) = duet.person(who).reads("@duet")[before:]
    return message


def count_messages(duet: Office, who: str) -> int:
    duet.settles()
    return len(duet.person(who).reads("@duet"))


def read_again(duet: Office, who: str, message: SeenMessage) -> SeenMessage:
    """As it is now."""
    duet.settles()
    return next(each for each in duet.person(who).reads("@duet") if each.ts == message.ts)


def lines_of(message: SeenMessage) -> dict[str, str]:
    """Each project's line, by its key: the first, as the morning's news may follow."""
    lines = [line.strip("*") for line in message.text.split("\n")]
    return {line.split(" ")[0]: line for line in reversed(lines) if line.startswith("D-")}


# --- one project --------------------------------------------------------------------------------------------------


def test_who_is_on_track_answers_with_one_click(duet: Office) -> None:
    """§8.3: one click is an answer to the status; the message says so, and *Add more* opens the form."""
    key, _ = start_first_round(duet, "jan", "ola")
    (asked,) = messages_saying(duet, "jan", PROMPTED)
    reply = asked.click(ON_TRACK)
    assert reply.form is None and reply.text == ""
    (thanks,) = messages_saying(duet, "jan", THANKED)
    assert thanks.ts == asked.ts and ON_TRACK in thanks.text
    assert thanks.buttons[0] == find_label(thanks.buttons, ADD_MORE)  # those of the morning's news follow
    assert not {ON_TRACK, AT_RISK, OFF_TRACK} & set(thanks.buttons)
    form = open_prompt_form(duet, "jan", ADD_MORE)
    assert form.values["Jak idzie?"] == ON_TRACK
    given = {"progress": "Pilot stoi", "blockers": "Brak kasy", "needs": "Lista sklepów"}
    assert fill_answers(form, **given).submit() is None
    (thanks,) = messages_saying(duet, "jan", THANKED)
    assert has_in_order(thanks.text, ON_TRACK, *given.values()) and set(CHANGE) & set(thanks.buttons)
    answer_prompt(duet, "ola", progress="Też")
    assert "🟢 @Jan Łącznik" in only_summary(duet, key) and "Pilot stoi" in only_summary(duet, key)


@pytest.mark.parametrize("label", [AT_RISK, OFF_TRACK])
def test_what_stands_in_the_way_is_a_second_step(duet: Office, label: str) -> None:
    """§8.3, §8.6: it is asked for, and is a blocker; the status counts from the click."""
    key, _ = start_first_round(duet, "jan")
    (asked,) = messages_saying(duet, "jan", PROMPTED)
    form = asked.click(label).form
    assert form is not None and label in form.text and form.labels == [OBSTACLE]
    duet.settles()
    assert query_one(duet, "SELECT state FROM checkin_prompts WHERE user_id = 'U0JAN'") == "answered"
    assert form.fill({OBSTACLE: "Brak dostępu"}).submit() is None
    summary = list_summaries(duet, key)[-1].text
    assert "Brak dostępu" in summary and label.split(" ")[0] in summary
    assert query_one(duet, "SELECT text FROM blockers WHERE owner = 'U0JAN'") == "Brak dostępu"


def test_the_second_step_may_be_left_empty_or_closed(duet: Office) -> None:
    """§8.3: the status counts all the same; a change of mind is one click more."""
    start_first_round(duet, "jan", "ola")
    for who, label in (("jan", AT_RISK), ("ola", OFF_TRACK)):
        form = messages_saying(duet, who, PROMPTED)[0].click(label).form
        assert form is not None
        assert (form.close() if who == "jan" else form.submit()) is None
        (thanks,) = messages_saying(duet, who, THANKED)
        assert label in thanks.text
    assert query_one(duet, "SELECT count(*) FROM blockers") == 0
    prompt, _ = newest_prompt_ids(duet, "jan")
    forge_click(duet.person("jan"), "checkin.status", f"{prompt}:1")  # an old message's button
    duet.settles()
    assert ON_TRACK in messages_saying(duet, "jan", THANKED)[0].text


def test_the_status_counts_where_the_second_step_cannot_open(duet: Office) -> None:
    """§8.3, §16: Slack shows no form; what was clicked counts, and that is said."""
    start_first_round(duet, "jan", "ola")
    (asked,) = messages_saying(duet, "jan", PROMPTED)
    duet.slack.fault("error:expired_trigger_id", "views.open", times=1)
    reply = asked.click(OFF_TRACK)
    assert "To już zapisane" in reply.text and reply.form is None
    assert OFF_TRACK in messages_saying(duet, "jan", THANKED)[0].text


def test_the_second_step_remembers_what_still_stands_in_the_way(duet: Office) -> None:
    """§8.3, §8.7: it is prefilled with it, and sent again it is the same blocker."""
    key, _ = start_first_round(duet, "jan")
    form = messages_saying(duet, "jan", PROMPTED)[0].click(AT_RISK).form
    assert form is not None
    form.fill({OBSTACLE: "Brak dostępu"}).submit()
    run_due_work(duet)
    run_checkin_command(duet.person("piotr"), f"{key} now")
    form = messages_saying(duet, "jan", PROMPTED)[-1].click(OFF_TRACK).form
    assert form is not None and form.values == {OBSTACLE: "Brak dostępu"}
    assert form.submit() is None
    duet.settles()
    assert query_one(duet, "SELECT count(*) FROM blockers") == 1


def test_where_no_status_is_asked_there_is_no_status_to_click(duet: Office) -> None:
    """§8.3: neither drawn nor taken when it is forged."""
    key, thursday = start_checkin_project(duet, "jan")
    save_schedule(duet, "piotr", key, questions="Co nowego?")
    move_to_day(duet, thursday, "10:00")
    (asked,) = messages_saying(duet, "jan", PROMPTED)
    assert asked.buttons[:3] == ["Odpowiedz", SKIP, SNOOZE]  # those of the morning's news follow
    prompt, _ = newest_prompt_ids(duet, "jan")
    with expect_no_change(duet):
        for value in (f"{prompt}:1", f"{prompt}:0", f"{prompt}:4", f"{prompt}", "x:1"):
            assert has_sentence(forge_click(duet.person("jan"), "checkin.status", value).text, NOT_FOUND), value


def test_an_obstacle_in_a_round_that_does_not_ask_for_blockers(duet: Office) -> None:
    """§8.3, §8.7: it is a blocker all the same."""
    key, thursday = start_checkin_project(duet, "jan")
    save_schedule(duet, "piotr", key, questions="Jak idzie? [status]\nCo nowego?")
    move_to_day(duet, thursday, "10:00")
    form = messages_saying(duet, "jan", PROMPTED)[0].click(AT_RISK).form
    assert form is not None
    assert form.fill({OBSTACLE: "Kłódka"}).submit() is None
    assert "Kłódka" in list_summaries(duet, key)[-1].text


def test_what_stands_in_the_way_comes_into_a_summary_that_is_out(duet: Office) -> None:
    """§8.3, §8.4, §8.6: the last status sends the summary at once, waiting for nothing; the second step is added
    to it in place, which says so.
    """
    key, _ = start_first_round(duet, "jan")
    form = messages_saying(duet, "jan", PROMPTED)[0].click(AT_RISK).form
    assert form is not None
    (summary,) = list_summaries(duet, key)
    assert AT_RISK[0] in summary.text
    assert "⛔" not in summary.text and "uzupełnione" not in summary.text
    assert form.fill({OBSTACLE: "Kłódka"}).submit() is None
    (summary,) = list_summaries(duet, key)
    assert "⛔ Kłódka" in summary.text and "uzupełnione" in summary.text
    assert "Rozwiązane" in summary.buttons


def test_the_second_step_of_a_round_that_is_over(duet: Office) -> None:
    """§8.3, §8.4: refused in a sentence; the status has counted."""
    _, thursday = start_first_round(duet, "jan", "ola")
    form = messages_saying(duet, "jan", PROMPTED)[0].click(AT_RISK).form
    assert form is not None
    move_to_day(duet, thursday + timedelta(days=7), "10:00")
    with expect_refusal(duet, "error.checkin.round_over"):
        form.fill({OBSTACLE: "Za późno"}).submit()
    close_forms(duet.person("jan"))
    assert query_one(duet, "SELECT count(*) FROM blockers") == 0
    assert AT_RISK in messages_saying(duet, "jan", THANKED)[0].text


# --- several at once ----------------------------------------------------------------------------------------------


def test_four_projects_at_one_minute_are_one_message(duet: Office) -> None:
    """§2.8, §8.3: a line and buttons each; each part changes in place as it is answered."""
    thursday = start_four_projects(duet)
    before = count_messages(duet, "jan")
    move_to_day(duet, thursday, "10:00")
    message = only_new_message(duet, "jan", before)
    assert f"4 {WAITING}" in message.text and all(name in message.text for name in NAMES)
    assert message.buttons[:18] == [*[GREEN, YELLOW, RED, "Odpowiedz"] * 4, SKIP, SNOOZE]  # then those of the news
    assert message.buttons.count(SKIP) == message.buttons.count(SNOOZE) == 1
    assert all(name in message.notification for name in NAMES)

    assert message.click(GREEN, nth=1).text == ""
    message = read_again(duet, "jan", message)
    lines = lines_of(message)
    assert "Zgodnie z planem" in lines["D-2"] and "planem" not in lines["D-1"] + lines["D-3"] + lines["D-4"]
    assert f"3 {WAITING}" in message.text and message.buttons.count(GREEN) == 3

    form = message.click("Odpowiedz", nth=2).form  # of those that are left: D-4's
    assert form is not None and "Paragony" in form.text
    assert fill_answers(form, progress="Czytamy").submit() is None
    message = read_again(duet, "jan", message)
    assert "Czytamy" in lines_of(message)["D-4"]
    message.click(SKIP)
    message = read_again(duet, "jan", message)
    assert "pominięty" in lines_of(message)["D-1"] and "pominięty" in lines_of(message)["D-3"]
    assert "nic już nie czeka na Twoją odpowiedź" in message.text
    assert not {SKIP, SNOOZE} & set(message.buttons)
    assert message.buttons.count(GREEN) == 1, "D-4's answer has no status yet"
    assert count_messages(duet, "jan") == before + 1


def test_a_snooze_of_several_is_one_message_again(duet: Office) -> None:
    """§8.3: what has an answer stays answered; the rest comes once more, and the first message says so."""
    thursday = start_four_projects(duet)
    before = count_messages(duet, "jan")
    move_to_day(duet, thursday, "10:00")
    first = only_new_message(duet, "jan", before)
    first.click(GREEN)
    read_again(duet, "jan", first).click(SNOOZE)
    first = read_again(duet, "jan", first)
    assert "11:00" in lines_of(first)["D-2"] and "Zgodnie" in lines_of(first)["D-1"]
    assert SNOOZE not in first.buttons
    assert "3 check-iny czekają" in first.text and "nic już nie czeka" not in first.text
    move_to_day(duet, thursday, "11:05")
    second = only_new_message(duet, "jan", before + 1)
    assert f"3 {WAITING}" in second.text and second.buttons.count(GREEN) == 3
    first = read_again(duet, "jan", first)
    assert "w nowszej wiadomości" in first.text and GREEN not in first.buttons
    second.click(SKIP)
    assert "pominięty" in read_again(duet, "jan", first).text


def test_the_reminder_of_several_is_one_message_with_the_news(duet: Office) -> None:
    """§8.3, §2.8: at nine of the next working day, of those without an answer, with that morning's news."""
    thursday = start_four_projects(duet)
    move_to_day(duet, thursday, "10:00")
    asked = find_message_with_button(duet, "jan", (GREEN,))
    asked.click(GREEN)
    register_asset(duet.person("piotr"), 'D-1 data "Dzienniki" @jan')
    before = count_messages(duet, "jan")
    move_to_day(duet, thursday + timedelta(days=1), "09:01")
    reminder = only_new_message(duet, "jan", before)
    assert "3 check-iny są jeszcze bez odpowiedzi" in reminder.text and "Dzienniki" in reminder.text
    assert "Ogórki" not in reminder.text.split("A poza tym")[0]
    reminder.click(RED, nth=2)
    close_forms(duet.person("jan"))
    for each in (asked, reminder):
        assert "Niezgodnie" in lines_of(read_again(duet, "jan", each))["D-4"]
    assert "Dzienniki" in read_again(duet, "jan", reminder).text
    move_to_day(duet, thursday + timedelta(days=1), "09:10")
    assert count_messages(duet, "jan") == before + 1


def test_what_has_ended_offers_no_late_answer(duet: Office) -> None:
    """§8.4: after its last round nothing is counted any more, and nothing can be changed."""
    key, thursday = start_first_round(duet, "jan", "ola")
    asked = messages_saying(duet, "ola", PROMPTED)[0]
    answer_prompt(duet, "jan", progress="Policzone")
    answered = messages_saying(duet, "jan", THANKED)[0]
    move_to_day(duet, thursday + timedelta(days=4), "10:00")  # the summary is out
    assert {*ANSWER} & {*read_again(duet, "ola", asked).buttons} and {*CHANGE} & {*answered.buttons}
    agree_on_closing(duet, key)
    run_due_work(duet)
    over, kept = read_again(duet, "ola", asked), read_again(duet, "jan", answered)
    assert has_sentence(over.text, ENDING) and not {*ANSWER, ON_TRACK} & {*over.buttons}
    assert has_sentence(kept.text, THANKED) and not {*CHANGE} & {*kept.buttons}


def test_each_part_keeps_to_its_own_project(duet: Office) -> None:
    """§3.1, §8.4, §14: a pause, a removal from the team, a round that is over: that line alone says so."""
    thursday = start_four_projects(duet)
    before = count_messages(duet, "jan")
    move_to_day(duet, thursday, "10:00")
    message = only_new_message(duet, "jan", before)
    pause_project(duet, "D-1", thursday + timedelta(days=12))
    forge_click(
        duet.person("piotr"), "team.remove", str(query_one(duet, "SELECT id FROM members WHERE project_id=2"))
    )
    run_due_work(duet)
    message = read_again(duet, "jan", message)
    assert "jest wstrzymany" in message.text and "nie czeka już na Twoją odpowiedź" in message.text
    assert f"2 {WAITING}" in message.text and message.buttons.count(GREEN) == 2
    assert message.buttons[:10] == [*[GREEN, YELLOW, RED, "Odpowiedz"] * 2, SKIP, SNOOZE]
    answer_of_paused = forge_click(duet.person("jan"), "checkin.status", f"{_first_prompt(duet)}:1")
    assert "D-1" in answer_of_paused.text
    message.click(SKIP)  # what can be skipped is
    message = read_again(duet, "jan", message)
    assert "pominięty" in lines_of(message)["D-3"] and "pominięty" in lines_of(message)["D-4"]
    assert "jest wstrzymany" in message.text


def _first_prompt(duet: Office) -> int:
    return int(query_one(duet, "SELECT min(id) FROM checkin_prompts WHERE user_id = 'U0JAN' AND project_id = 1"))


def test_another_minute_is_another_message(duet: Office) -> None:
    """§8.3: a later prompt does not change a message that stands there already, also of the same minute."""
    thursday = start_four_projects(duet)
    run_checkin_command(duet.person("piotr"), "D-4 schedule thursday 10:01")
    before = count_messages(duet, "jan")
    move_to_day(duet, thursday, "10:00")
    message = only_new_message(duet, "jan", before)
    assert f"3 {WAITING}" in message.text
    move_to_day(duet, thursday, "10:01")
    later = only_new_message(duet, "jan", before + 1)
    assert "Paragony" in later.text and ON_TRACK in later.buttons
    assert read_again(duet, "jan", message).text == message.text


def test_somebody_elses_message_is_not_found(duet: Office) -> None:
    """§14: neither skipped nor snoozed by another, nor one that there is not."""
    start_first_round(duet, "jan", "ola")
    message_id = newest_message_id(duet, "jan")
    with expect_no_change(duet):
        for who in ("ola", "piotr", "anna"):
            for action in ("skip", "snooze"):
                for value in (str(message_id), "99", "x", ""):
                    said = forge_click(duet.person(who), f"checkin.{action}", value).text
                    assert has_sentence(said, NOT_FOUND) or (who, value) == ("", ""), (who, action, value)
        meta = '{"prompt": 99}'
        assert has_sentence(
            forge_submission(duet.person("ola"), "checkin.obstacle", meta, {"obstacle": text_state("X")}), NOT_FOUND
        )
