"""The summary of a round, and rounds that end otherwise than planned (product §8.6, §2.8, §3, §16)."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from bot.checkins.rules import THREAD_OVER
from bot.projects.rules import Side
from storage.checkin_prompts import CheckinPrompt, PromptState
from storage.people import store_person
from storage.session import transaction
from storage.team import Member
from tests.driving import SeenMessage
from tests.running import Office
from tests.scenarios.checkin_steps import (
    ACTIONS,
    AFTER_ALL,
    CHANGE,
    PROMPTED,
    REMINDED,
    RESOLVED,
    SKIP,
    UNANSWERED,
    answer_prompt,
    fill_answers,
    has_in_order,
    list_summaries,
    messages_saying,
    move_to_next_round,
    only_summary,
    open_prompt_form,
    press_message_button,
    read_whole_round,
    run_checkin_command,
    save_schedule,
    start_checkin_project,
    start_first_round,
    value_of_action,
)
from tests.scenarios.closing_steps import agree_on_closing
from tests.scenarios.days import move_to_day, move_to_next_morning, next_weekday, run_due_work, working_days_after
from tests.scenarios.lifecycle_steps import pause_project, withdraw_project
from tests.scenarios.steps import (
    NOT_ALLOWED,
    close_forms,
    expect_no_change,
    expect_refusal,
    forge_click,
    has_sentence,
    project_channel,
    project_id,
    query_one,
)
from tests.scenarios.team_steps import member_id
from tests.scenarios.test_blocker_command import run_blocker_command
from tests.scenarios.timetable_steps import DONE, add_milestone, click_milestone_button, run_milestone_command

BIG = 23  # members


def test_what_needs_attention_comes_first(duet: Office) -> None:
    """§8.6, §5.5: off track, blockers, needs; then a line a person; how many; and the boundary, if there is any."""
    key, thursday = start_first_round(duet, "jan", "nadia", "ola", "tomek")
    answer_prompt(duet, "nadia", progress="In English", status="on_track", needs="A list")
    answer_prompt(duet, "ola", progress="Plakaty", status="at_risk", blockers="Farba")
    answer_prompt(duet, "jan", progress="Serwer", status="off_track")
    assert list_summaries(duet, key) == []  # one is waited for
    move_to_day(duet, thursday + timedelta(days=1))
    move_to_day(duet, thursday + timedelta(days=1), "11:59")
    assert list_summaries(duet, key) == []
    move_to_day(duet, thursday + timedelta(days=1), "12:00")
    said = only_summary(duet, key)
    assert has_in_order(
        said,
        "🔴 *Niezgodnie z planem* (1) · 🟡 *Plan zagrożony* (1)",
        "⛔ Farba · od ",
        " · @Aleksandra",
        "🤝 *Potrzeby IT:* A list · @Nadia",
        "Do Waszej uwagi (🔴): @Adam Wolny i @Anna Żuraw.",
        "*IT* · 🔴 @Jan Łącznik: Serwer",
        "🟢 @Nadia Źródło: In English",
        "*Marketing* · 🟡 @Aleksandra Plakat: Plakaty",
        "IT 2 z 2 · Marketing 1 z 2",
    )
    assert "Tomek" not in said and "@Adam" in said
    assert (
        "Podział odpowiedzialności" not in said and "Z IT" not in said
    )  # nothing linked; the team is not repeated
    assert only_summary(duet, key, sees="adam") == said  # both read the same
    morning = next_weekday(thursday, 0)
    move_to_day(duet, morning)
    (only_ewa,) = messages_saying(duet, "ewa", UNANSWERED)
    assert "@Tomek" in only_ewa.text
    for who in ("piotr", "adam", "anna", "jan"):
        assert messages_saying(duet, who, UNANSWERED) == [], who


def test_a_summary_speaks_the_projects_language(duet: Office) -> None:
    """§8.6, §15: whoever wrote in whichever; what they wrote stays as it is."""
    key, _ = start_first_round(duet, "jan", language="English")
    answer_prompt(duet, "jan", progress="Serwer", status="off_track", blockers="Brak kluczy")
    said = only_summary(duet, key, sees="anna")
    assert has_in_order(said, "*Check-in* of", "*Off track*", "⛔ Brak kluczy", "*IT* · 🔴", "Serwer", "Answered: ")
    assert not {"Niezgodnie", "Odpowiedzi"} & set(said.split())
    assert "Resolved" in list_summaries(duet, key)[-1].buttons


def test_who_answers_late_is_not_named(duet: Office) -> None:
    """§8.6, §8.4: what the lead reads on Monday is so on Monday; if nobody is left, nothing."""
    _, thursday = start_first_round(duet, "jan", "nadia", "ola", "tomek")
    friday = thursday + timedelta(days=1)
    move_to_day(duet, friday, "10:00")
    press_message_button(duet, "jan", SKIP)
    move_to_day(duet, friday, "12:01")
    answer_prompt(duet, "jan", AFTER_ALL, progress="Jednak")
    for who in ("ola", "tomek"):
        answer_prompt(duet, who, progress="Po czasie")
    move_to_day(duet, next_weekday(friday, 0))
    (to_piotr,) = messages_saying(duet, "piotr", UNANSWERED)
    assert "@Nadia" in to_piotr.text and "Jan" not in to_piotr.text
    assert messages_saying(duet, "ewa", UNANSWERED) == []


def test_of_a_project_that_closes_nobody_is_named(duet: Office) -> None:
    """§8.6, §12: no answer is taken any more when the lead would read that there is none yet."""
    key, thursday = start_first_round(duet, "jan", "ola")
    move_to_day(duet, thursday + timedelta(days=1), "13:00")
    agree_on_closing(duet, key)
    move_to_day(duet, next_weekday(thursday, 0))
    for who in ("piotr", "ewa"):
        assert messages_saying(duet, who, UNANSWERED) == [], who


def test_nobody_answered(duet: Office) -> None:
    """§8.6: one line saying so, and names to each side's own lead only; nobody is called for it."""
    key, thursday = start_first_round(duet, "jan", "ola")
    move_to_day(duet, thursday + timedelta(days=1))
    move_to_day(duet, thursday + timedelta(days=1), "12:00")
    (message,) = list_summaries(duet, key)
    assert message.text.endswith(": bez odpowiedzi") and "\n" not in message.text
    assert message.buttons == []
    move_to_day(duet, next_weekday(thursday, 0))
    (to_piotr,), (to_ewa,) = messages_saying(duet, "piotr", UNANSWERED), messages_saying(duet, "ewa", UNANSWERED)
    assert "@Jan" in to_piotr.text and "Aleksandra" not in to_piotr.text
    assert "@Aleksandra" in to_ewa.text and "Jan" not in to_ewa.text


def test_who_skips_is_not_named(duet: Office) -> None:
    """§8.6: to skip is an answer; nor is somebody who was away, and was not asked."""
    key, thursday = start_checkin_project(duet, "jan", "nadia", "ola", "tomek")
    duet.person("nadia").types(f"/duet away {thursday} {thursday + timedelta(days=1)}")
    move_to_day(duet, thursday, "10:00")
    press_message_button(duet, "jan", SKIP)
    move_to_day(duet, thursday + timedelta(days=1), "12:00")
    assert ": bez odpowiedzi · nie pytano: 1" in only_summary(duet, key)
    press_message_button(duet, "ola", SKIP)  # after the end, before her lead has read of it
    move_to_day(duet, next_weekday(thursday, 0))
    assert messages_saying(duet, "piotr", UNANSWERED) == []
    (to_ewa,) = messages_saying(duet, "ewa", UNANSWERED)
    assert "@Tomek" in to_ewa.text and "Aleksandra" not in to_ewa.text


def test_who_answers_in_time_after_having_skipped_is_not_late(duet: Office) -> None:
    """§8.4: the summary, which went out before, says only that something was added."""
    key, _ = start_first_round(duet, "jan", "ola")
    answer_prompt(duet, "jan", progress="Serwer")
    press_message_button(duet, "ola", SKIP)
    assert "uzupełnione" not in only_summary(duet, key)
    answer_prompt(duet, "ola", AFTER_ALL, progress="Plakaty")
    said = only_summary(duet, key)
    assert "@Aleksandra Plakat: Plakaty" in said and "uzupełnione" in said and "po terminie" not in said


def test_the_executives_are_called_once_and_only_if_something_needs_them(duet: Office) -> None:
    """§8.6: mentioned in the first posting, for what is off track; in no edit, and not without a need."""
    key, thursday = start_first_round(duet, "jan", "ola")
    answer_prompt(duet, "jan", progress="Serwer", status="off_track")
    answer_prompt(duet, "ola", progress="Plakaty", status="at_risk")
    assert "@Anna" in only_summary(duet, key) and "@Adam" in only_summary(duet, key)
    answer_prompt(duet, "jan", CHANGE, progress="Serwer, i to jaki", status="off_track")
    said = only_summary(duet, key)
    assert has_in_order(said, "_uzupełnione_", "@Jan Łącznik _(zmienione)_: Serwer, i to jaki")
    assert "@Anna" not in said and "@Adam" not in said
    move_to_next_round(duet, thursday)
    answer_prompt(duet, "jan", progress="Serwer", status="at_risk")
    answer_prompt(duet, "ola", progress="Plakaty", status="on_track", blockers="Farba")
    said = summary_of(duet, key)
    assert "Farba" in said and "@Anna" not in said and "@Adam" not in said
    answer_prompt(duet, "ola", CHANGE, status="off_track")
    said = summary_of(duet, key)
    assert has_in_order(said, "Niezgodnie z planem", "Farba") and "@Anna" not in said


def summary_of(duet: Office, key: str) -> str:
    """The newest."""
    return list_summaries(duet, key)[-1].text


def test_the_oldest_blocker_and_the_others_counted(duet: Office) -> None:
    """§8.6: with *Resolved* on it, and the way to the others."""
    key, _ = start_first_round(duet, "jan", "nadia", "ola")
    answer_prompt(duet, "nadia", progress="A", blockers="Pierwsza")
    answer_prompt(duet, "ola", progress="B", blockers="Druga")
    answer_prompt(duet, "jan", progress="C", blockers="Trzecia")
    (message,) = list_summaries(duet, key)
    assert "⛔ Pierwsza · od " in message.text and "⛔ Druga · od" not in message.text
    assert has_in_order(message.text, "@Jan Łącznik: ⛔ Trzecia · C", "@Nadia Źródło: A", "Plakat: ⛔ Druga · B")
    (as_lead,) = list_summaries(duet, key, sees="piotr")
    shown = as_lead.click("Wszystkie przeszkody (3)")
    assert has_in_order(shown.text, "Pierwsza", "Druga", "Trzecia")
    assert has_in_order(read_whole_round(duet, "anna", message), "Pierwsza", "Druga", "Trzecia", "*IT* · @Nadia")
    click_milestone_button(as_lead, RESOLVED)
    duet.settles()
    (message,) = list_summaries(duet, key)
    assert "⛔ Druga · od " in message.text and "Pierwsza" not in message.text
    assert "Wszystkie przeszkody (2)" in message.buttons


def test_a_summary_keeps_to_the_hours_of_the_project(duet: Office) -> None:
    """§8.6, §2.8: the last answer comes from Tokyo at night; the channel of Warsaw reads it in the morning."""
    duet.slack.change_person("jan", tz="America/New_York")
    duet.slack.change_person("ola", tz="Asia/Tokyo")
    key, thursday = start_first_round(duet, "jan", "ola")
    assert messages_saying(duet, "ola", PROMPTED) == []  # it is six in the evening there
    move_to_day(duet, thursday, "15:00")
    answer_prompt(duet, "jan", progress="Poranek w Nowym Jorku")
    move_to_day(duet, thursday + timedelta(days=1), "00:30")
    answer_prompt(duet, "ola", progress="Poranek w Tokio")
    assert list_summaries(duet, key) == []
    move_to_day(duet, thursday + timedelta(days=1), "07:59")
    assert list_summaries(duet, key) == []
    move_to_day(duet, thursday + timedelta(days=1), "08:00")
    assert has_in_order(only_summary(duet, key), "Poranek w Nowym Jorku", "Poranek w Tokio")


def test_the_total_slip_stands_in_each_summary(duet: Office) -> None:
    """§9.2: later than first planned, of what nobody has signed; what is early hides nothing."""
    key, thursday = start_checkin_project(duet, "jan")
    ewa, due = duet.person("ewa"), thursday + timedelta(days=20)
    for title in ("Pilot", "Raport"):
        add_milestone(duet, "ewa", title, due, "ewa")
    for days, said in ((0, None), (3, "3 dni"), (-5, "3 dni")):
        if days:
            run_milestone_command(ewa, f'{key} move {1 if days > 0 else 2} {due + timedelta(days=days)} "Tak"')
        run_checkin_command(ewa, f"{key} now")
        duet.settles()
        answer_prompt(duet, "jan", progress="Idzie")
        found = summary_of(duet, key)
        assert (f"nowe kamienie: o {said} później" if said else "Idzie") in found
        assert ("nowe kamienie" in found) is bool(said)
        assert "opóźnienie terminów" not in found
    first, *_ = list_summaries(duet, key)
    assert "nowe kamienie" not in first.text, "what was so when it was posted"
    run_milestone_command(ewa, f'{key} move 1 {due + timedelta(days=9)} "Tak"')
    run_blocker_command(duet, "jan", f'{key} "Brak prądu"')
    duet.settles()
    newest = list_summaries(duet, key)[-1].text
    assert "Brak prądu" in newest and "nowe kamienie: o 3 dni później" in newest


def test_a_morning_post_neither_hastens_a_summary_nor_delays_it(duet: Office) -> None:
    """§2.8, §8.6: the alert of the morning on which the window ends is one message, the summary another."""
    key, thursday = start_checkin_project(duet, "jan", "ola", "tomek", weeks=3)
    friday = thursday + timedelta(days=1)
    add_milestone(duet, "piotr", "Pilot", friday, "jan")
    assert "D-1" in run_milestone_command(duet.person("piotr"), key).text
    move_to_day(duet, thursday)
    move_to_day(duet, thursday, "10:00")
    answer_prompt(duet, "jan", progress="Rano")
    move_to_day(duet, friday, "09:01")
    alert = [each for each in duet.person("jan").reads(project_channel(duet, key)) if {*DONE} & {*each.buttons}][-1]
    assert "termin mija dzisiaj" in alert.text
    assert list_summaries(duet, key) == []
    with expect_no_change(duet):
        said = run_checkin_command(duet.person("piotr"), f"{key} now").text
    assert "Answers: 1 of 3." in said and "No answer yet" not in said, "of the other side Piotr reads no names"
    answer_prompt(duet, "ola", progress="Po dziewiątej")
    assert list_summaries(duet, key) == []
    answer_prompt(duet, "tomek", progress="Na koniec")
    said = only_summary(duet, key)
    assert has_in_order(said, "Rano", "Po dziewiątej", "Na koniec") and "Pilot" not in said
    click_milestone_button(alert, DONE)
    duet.delivers_everything()
    assert only_summary(duet, key) == said
    room = duet.person("anna").reads(project_channel(duet, key))
    assert "*Pilot*: gotowy." in next(each.text for each in room if each.ts == alert.ts)
    move_to_day(duet, friday, "13:00")
    assert only_summary(duet, key) == said


def add_many_members(duet: Office, key: str, thursday: date, count: int) -> None:
    """So many more members, of both sides by turns."""
    now = duet.bot.duet.now()
    with transaction(duet.database) as session:
        for at in range(count):
            user, side = f"U0X{at:02}", list(Side)[at % 2]
            described = {"name": f"Osoba {at}", "zone": "Europe/Warsaw", "refreshed_at": now}
            store_person(session, "T0PIKUS", user, described)
            day = thursday - timedelta(days=2)
            session.add(
                Member(
                    team_id="T0PIKUS",
                    project_id=project_id(duet, key),
                    user_id=user,
                    side=side,
                    home_post="Gdzieś",
                    starts_on=day,
                    ends_on=day + timedelta(days=60),
                    added_by="U0EWA",
                    added_at=now,
                )
            )


def they_answer(duet: Office, answer: dict[str, str]) -> None:
    with transaction(duet.database) as session:
        for prompt in session.exec(select(CheckinPrompt)):
            if prompt.user_id.startswith("U0X"):
                prompt.state, prompt.answered_at = PromptState.ANSWERED, duet.bot.duet.now()
                prompt.answer = {name: f"{text} {prompt.user_id}" for name, text in answer.items()}


def thread_texts(duet: Office, key: str, message: SeenMessage) -> list[str]:
    duet.settles()
    room = duet.person("anna").reads(project_channel(duet, key))
    return [each.text for each in room if each.thread == message.ts and each.ts != message.ts]


def test_over_twenty_answers_go_in_the_thread(duet: Office) -> None:
    """§8.6: the details; what needs attention, and the counts, stay in the channel; late ones are added there."""
    key, thursday = start_checkin_project(duet, "jan", "ola")
    add_many_members(duet, key, thursday, BIG - 2)
    move_to_day(duet, thursday)
    move_to_day(duet, thursday, "10:00")
    answer_prompt(duet, "jan", progress="Jan tu był", blockers="Deszcz")
    they_answer(duet, {"q1": "Praca", "q4": "Potrzeba"})
    answer_prompt(duet, "ola", progress="Ola zamyka")
    (message,) = list_summaries(duet, key)
    assert "Deszcz" in message.text and "Jan tu był" not in message.text
    assert has_in_order(message.text, "IT 12 z 12", "Marketing 11 z 11")

    assert "*Potrzeby wobec drugiej strony:* IT: 11, Marketing: 10" in message.text
    details = "\n".join(thread_texts(duet, key, message))
    assert details.count("Potrzeba U0X") == BIG - 2
    assert "Jan tu był" in details and "Ola zamyka" in details
    assert details.count("Praca U0X") == BIG - 2
    parts = len(thread_texts(duet, key, message))
    answer_prompt(duet, "ola", ("Zmień odpowiedź",), progress="Ola zmienia")
    assert len(thread_texts(duet, key, message)) == parts
    assert "Ola zmienia" in "\n".join(thread_texts(duet, key, message))
    assert read_whole_round(duet, "anna", message).count("Praca U0X") == BIG - 2


def test_a_thread_that_slack_refuses_is_told_once(duet: Office) -> None:
    """§8.6, §16: both leads, with the way to what it would have said; *Read it all* has every answer."""
    key, thursday = start_checkin_project(duet, "jan")
    add_many_members(duet, key, thursday, THREAD_OVER)
    move_to_day(duet, thursday, "10:00")
    they_answer(duet, {"q1": "Praca", "q4": "Potrzeba"})
    move_to_day(duet, thursday + timedelta(days=1), "12:01")
    (message,) = list_summaries(duet, key)
    duet.slack.fault("error:restricted_action_thread_locked", "chat.postMessage")
    answer_prompt(duet, "jan", progress="Spóźniony")
    duet.settles()
    duet.slack.clear_faults()
    move_to_next_morning(duet)
    assert thread_texts(duet, key, message) == []
    for lead in ("ewa", "piotr"):
        assert len(messages_saying(duet, lead, ("nie można odpowiadać w wątku", "takes no replies"))) == 1
    every = read_whole_round(duet, "anna", message)
    assert every.count("Praca U0X") == THREAD_OVER and "Spóźniony" in every


def test_twenty_people_with_much_to_say_have_a_line_each(duet: Office) -> None:
    """§8.6: cut at 80 characters as they are seen, whatever their characters need in Slack's own writing."""
    key, thursday = start_checkin_project(duet, "jan")
    save_schedule(duet, "piotr", key, questions="A?\nB?\nC?\nD?\nE?")
    add_many_members(duet, key, thursday, 19)
    move_to_day(duet, thursday, "10:00")
    form = open_prompt_form(duet, "jan")
    they_answer(duet, {f"q{n}": "&<Zrobione> " * 20 for n in range(1, 10)})
    assert form.fill({"A?": "Jan tu był " * 100}).submit() is None
    (message,) = list_summaries(duet, key)
    people = [line for line in message.text.split("\n") if "@unknown" in line or "@Jan" in line]
    assert len(people) == 20
    assert all(55 <= len(line.replace("*", "")) <= 80 for line in people)
    assert message.text.split("\n")[-1] == "Odpowiedzi: IT 11 z 11 · Marketing 9 z 9"
    assert thread_texts(duet, key, message) == []


# --- rounds that end otherwise --------------------------------------------------------------------------------


def test_somebody_leaves_while_they_are_asked(duet: Office) -> None:
    """§8.3, §16: removed from the team, or gone from Slack: not waited for, and the summary is true."""
    key, thursday = start_first_round(duet, "jan", "nadia", "ola", "tomek")
    answer_prompt(duet, "jan", progress="Zostaję")
    answer_prompt(duet, "ola", progress="Też")
    assert list_summaries(duet, key) == []
    left_open = open_prompt_form(duet, "tomek")
    forge_click(duet.person("ewa"), "team.remove", str(member_id(duet, "tomek")))
    duet.settles()
    assert query_one(duet, "SELECT count(*) FROM members WHERE left_at IS NOT NULL") == 1
    assert list_summaries(duet, key) == []
    assert messages_saying(duet, "tomek", ("nie czeka już na Twoją odpowiedź",))
    with expect_refusal(duet, "error.only.team"):
        shown = fill_answers(left_open, progress="Zza drzwi").submit()
        assert shown is not None and has_sentence(shown.text, NOT_ALLOWED)
        for action in ACTIONS:
            forged = forge_click(duet.person("tomek"), f"checkin.{action}", value_of_action(duet, "tomek", action))
            assert has_sentence(forged.text, NOT_ALLOWED), action
    duet.slack.change_person("nadia", deleted=True)
    duet.waits_until(lambda: query_one(duet, "SELECT ended_at FROM checkin_rounds") is not None)
    said = only_summary(duet, key)
    assert has_in_order(said, "IT 1 z 1", "Marketing 1 z 1 · pytania wycofane: 2")
    later = move_to_next_round(duet, thursday)
    assert len(messages_saying(duet, "jan", PROMPTED)) == 1
    assert messages_saying(duet, "tomek", PROMPTED) == []
    move_to_day(duet, later + timedelta(days=1))
    assert messages_saying(duet, "tomek", REMINDED) == []


def test_a_pause_ends_the_round(duet: Office) -> None:
    """§3.1, §16: silent while it lasts; what there is, is summed up when the project goes on."""
    key, thursday = start_first_round(duet, "jan", "ola")
    answer_prompt(duet, "jan", progress="Przed przerwą", blockers="Kłódka")
    pause_project(duet, key, thursday + timedelta(days=12))
    duet.settles()
    assert "jest wstrzymany" in duet.person("ola").reads("@duet")[-1].text
    with expect_no_change(duet):
        for action in ACTIONS:
            forged = forge_click(duet.person("ola"), f"checkin.{action}", value_of_action(duet, "ola", action))
            assert has_sentence(forged.text, (key,)), action
    direct = {who: len(duet.person(who).reads("@duet")) for who in ("jan", "ola", "piotr", "ewa")}
    for ahead in (1, 4, 5, 7, 8):
        move_to_day(duet, thursday + timedelta(days=ahead), "12:01")
    assert list_summaries(duet, key) == []
    assert direct == {who: len(duet.person(who).reads("@duet")) for who in direct}
    assert "checkin" not in duet.person("adam").types(f"/duet resume {key}").text
    run_due_work(duet)
    said = list_summaries(duet, key)
    if not said:
        move_to_day(duet, thursday + timedelta(days=11))
        said = list_summaries(duet, key)
    assert len(said) == 1
    assert has_in_order(said[0].text, "Kłódka", "Przed przerwą", "IT 1 z 1 · pytanie wycofane: 1")
    assert "odwołany" in run_checkin_command(duet.person("ola"), f"{key} historia moje").text
    move_to_day(duet, thursday + timedelta(days=14), "10:00")
    assert len(messages_saying(duet, "ola", PROMPTED)) == 1


def test_a_withdrawn_project_is_asked_until_it_closes(duet: Office) -> None:
    """§3.2, §16: for 10 working days all goes on; then prompts are called off, and the last round is summed up."""
    key, thursday = start_first_round(duet, "jan", weeks=5)
    withdraw_project(duet, key)
    answer_prompt(duet, "jan", progress="Jeszcze jest")
    assert "Jeszcze jest" in only_summary(duet, key)
    later = move_to_next_round(duet, thursday)
    assert len(messages_saying(duet, "jan", PROMPTED)) == 1
    answer_prompt(duet, "jan", progress="I jeszcze")
    move_to_day(duet, later + timedelta(days=4))
    closing = working_days_after(thursday, 10)
    move_to_day(duet, closing, "08:00")
    assert "asked now" in run_checkin_command(duet.person("piotr"), f"{key} now").text
    assert messages_saying(duet, "jan", PROMPTED)  # settles: at 18:00 nobody is asked any more
    move_to_day(duet, closing, "18:00")
    move_to_day(duet, working_days_after(closing, 1), "12:01")
    assert query_one(duet, "SELECT state FROM projects") == "closing"
    assert query_one(duet, "SELECT count(*) FROM checkin_rounds WHERE ended_at IS NULL") == 0
    assert messages_saying(duet, "jan", ("jest zamykany, więc ten check-in",))
    move_to_day(duet, later + timedelta(days=14), "12:00")
    assert messages_saying(duet, "jan", PROMPTED) == []
    close_forms(duet.person("jan"))


@pytest.mark.parametrize("code", ["user_disabled", "messages_tab_disabled"])
def test_slack_refuses_the_question(duet: Office, code: str) -> None:
    """§16: who cannot be asked is not waited for, the summary says so, and the next round asks anew."""
    key, thursday = start_first_round(duet, "jan", "ola")
    for who in ("jan", "ola"):
        answer_prompt(duet, who, progress="Jestem")
    later = thursday + timedelta(days=7)
    move_to_day(duet, later, "09:30")  # the leads, who are asked nothing this time, have their news
    duet.slack.fault(f"error:{code}", "chat.postMessage", times=1)
    move_to_day(duet, later, "10:00")
    duet.slack.clear_faults()
    (refused_one,) = [who for who in ("jan", "ola") if not messages_saying(duet, who, PROMPTED)]
    (asked_one,) = {"jan", "ola"} - {refused_one}
    answer_prompt(duet, asked_one, progress="Jestem")
    assert "nie pytano: 1" in list_summaries(duet, key)[-1].text
    move_to_next_round(duet, later)
    assert len(messages_saying(duet, refused_one, PROMPTED)) == 1
