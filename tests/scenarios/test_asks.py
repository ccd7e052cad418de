"""Asks: one side asks the other, who answers (product §10)."""

import json
from datetime import timedelta

from sqlmodel import select

from bot.asks.notifications import tell_people
from storage import projects
from storage.asks import Ask
from storage.session import transaction
from tests.driving import SeenMessage
from tests.running import Office
from tests.scenarios.ask_steps import (
    ACCEPT,
    AFTER_ALL,
    AGAIN,
    AGREE,
    DATE,
    DECLINE,
    DONE,
    HAND,
    KEEP,
    PASS_UP,
    TAKE,
    TEXT,
    WITHDRAW,
    ask_errors,
    ask_person,
    ask_state,
    direct_messages_with,
    last_direct_message,
    press,
    run_ask_command,
    send_form,
    start_asking_project,
)
from tests.scenarios.days import (
    current_day,
    move_to_day,
    next_weekday,
    polish_date,
    run_due_work,
    working_days_after,
)
from tests.scenarios.export_steps import export_file
from tests.scenarios.lifecycle_steps import pause_project
from tests.scenarios.steps import (
    close_forms,
    expect_no_change,
    expect_refusal,
    find_label,
    forge_click,
    has_sentence,
    open_form,
    project_channel,
    query_one,
)
from tests.scenarios.team_steps import member_id
from tests.scenarios.test_away import run_away_command


def test_asked_and_answered(duet: Office) -> None:
    """§10.1, §10.2, §2.4, §2.6: by a command, which echoes the day; accepted, then done; the asker hears each."""
    key, thursday = start_asking_project(duet)
    friday = thursday + timedelta(days=1)
    ewa = duet.person("ewa")
    reply = run_ask_command(ewa, f'{key} @jan "{TEXT}" do piątku')
    assert (
        ewa.form is None
        and f"{polish_date(friday)} (piątek)" in reply.text
        and "dostaje prośbę od razu" in reply.text
    )
    ask_id = int(query_one(duet, "SELECT id FROM asks"))
    asked = last_direct_message(duet, "jan")
    assert TEXT in asked.text and "@Ewa" in asked.text and "Jeszcze bez odpowiedzi" in asked.text
    assert direct_messages_with(duet, "ewa") == []  # nobody is told of their own act
    assert not press(duet, "jan", ACCEPT).messages, "beside the ask, which says it itself"
    assert "przyjmuje" in last_direct_message(duet, "jan").text
    assert ask_state(duet, ask_id) == ("accepted", "accepted")
    assert "przyjmuje" in last_direct_message(duet, "ewa").text
    assert len(direct_messages_with(duet, "jan")) == 1 and "przyjmuje" in last_direct_message(duet, "jan").text
    with expect_no_change(duet):
        assert not forge_click(duet.person("jan"), "ask.accept", str(ask_id)).text
    press(duet, "jan", DONE)
    assert "Gotowe" in last_direct_message(duet, "ewa").text and len(direct_messages_with(duet, "ewa")) == 2
    assert not last_direct_message(duet, "jan").buttons
    for action in ("accept", "date", "decline", "hand"):
        with expect_refusal(duet, "error.ask.over"), expect_no_change(duet):
            assert "zamknięta (gotowe)" in forge_click(duet.person("jan"), f"ask.{action}", str(ask_id)).text
    log = ewa.types(f"/duet dziennik {key}").text
    assert f"Prośba spełniona: „{TEXT}”" in log
    assert f"Prośba przyjęta: „{TEXT}”, termin {polish_date(friday)}" in log
    (row,) = json.loads(export_file(duet, "ola", f"{key} json"))["asks"]
    assert (row["text"], row["owner"], row["state"]) == (TEXT, "U0JAN", "done")
    assert not {"answered_at", "answer_days", "counts_from"} & row.keys(), "a person is never measured"


def test_declined_with_a_reason_and_another_date(duet: Office) -> None:
    """§10.2: with a reason; the asker agrees to another date or keeps the first; a stale click does nothing."""
    key, thursday = start_asking_project(duet)
    declined = ask_person(duet, "ewa", key, "jan", thursday)
    form = press(duet, "jan", DECLINE)
    assert ask_errors(send_form(duet, form, reason=" ")).keys() == {"reason"}
    send_form(duet, form, reason="Nie mamy <tych> danych")
    assert "Nie mamy <tych> danych" in last_direct_message(duet, "ewa").text
    assert ask_state(duet, declined) == ("declined", "declined")
    monday = next_weekday(thursday, 0)
    ask_id = ask_person(duet, "ewa", key, "jan", thursday)
    assert ask_errors(send_form(duet, press(duet, "jan", DATE), new_due=thursday)).keys() == {"new_due"}
    errors = ask_errors(send_form(duet, press(duet, "jan", DATE), new_due=thursday + timedelta(days=300)))
    assert "po końcu projektu" in errors["new_due"] and "prośba" not in errors["new_due"], "it went long ago"
    send_form(duet, press(duet, "jan", DATE), new_due=monday)
    wished = last_direct_message(duet, "ewa")
    assert f"{polish_date(monday)} (poniedziałek) zamiast {polish_date(thursday)}" in wished.text
    labels = last_direct_message(duet, "jan").buttons
    assert f"Przyjmuję na {polish_date(thursday)}" in labels and not {*ACCEPT} & {*labels}
    first = f"{ask_id}:{query_one(duet, 'SELECT revision FROM asks WHERE id = :id', id=ask_id)}"
    press(duet, "ewa", KEEP)
    assert ask_state(duet, ask_id) == ("waiting", "date_kept")
    assert "żeby termin został" in last_direct_message(duet, "jan").text
    with expect_refusal(duet, "error.ask.moved_on"), expect_no_change(duet):
        assert "wygląda już inaczej" in forge_click(duet.person("ewa"), "ask.agree", first).text
    with expect_no_change(duet):  # the same click again is the same success
        assert not forge_click(duet.person("ewa"), "ask.keep", first).text
        assert "żeby termin został" in last_direct_message(duet, "ewa").text
    send_form(duet, press(duet, "jan", DATE), new_due=monday)
    press(duet, "ewa", KEEP)
    with expect_refusal(duet, "error.ask.moved_on"), expect_no_change(duet):  # a button of the proposal before
        forge_click(duet.person("ewa"), "ask.keep", first)
    send_form(duet, press(duet, "jan", DATE), new_due=monday)
    press(duet, "ewa", AGREE)
    assert ask_state(duet, ask_id) == ("accepted", "date_agreed")
    assert f"Nowy termin: {polish_date(monday)}" in last_direct_message(duet, "jan").text
    press(duet, "ewa", WITHDRAW)
    assert ask_state(duet, ask_id)[0] == "withdrawn" and "wycofuje" in last_direct_message(duet, "jan").text


def test_a_no_is_taken_back(duet: Office) -> None:
    """§10.2: whoever declined may still accept or propose a date, and the asker hears it, until they ask anew."""
    key, thursday = start_asking_project(duet)
    ask_id = ask_person(duet, "ewa", key, "jan", thursday)
    send_form(duet, press(duet, "jan", DECLINE), reason="Nie mam prawa")
    press(duet, "jan", AFTER_ALL)
    assert ask_state(duet, ask_id) == ("accepted", "accepted")
    assert query_one(duet, "SELECT ended_at FROM asks WHERE id = :id", id=ask_id) is None
    for who in ("jan", "ewa"):
        assert "jednak przyjmuje" in last_direct_message(duet, who).text
    assert not {*AFTER_ALL, *AGAIN} & {
        *last_direct_message(duet, "jan").buttons,
        *last_direct_message(duet, "ewa").buttons,
    }
    send_form(duet, press(duet, "jan", DECLINE), reason="Jednak nie")
    opened = run_ask_command(duet.person("jan"), key).click("Otwórz")
    assert {*AFTER_ALL} & {*opened.buttons}
    send_form(duet, press(duet, "jan", DATE), new_due=next_weekday(thursday, 0))
    assert ask_state(duet, ask_id) == ("waiting", "date_wished")
    press(duet, "ewa", AGREE)
    assert ask_state(duet, ask_id) == ("accepted", "date_agreed")


def test_who_was_told_no_asks_again(duet: Office) -> None:
    """§10.2, §8.7: of somebody else, or notes a blocker; then the no stands, whatever is clicked."""
    key, thursday = start_asking_project(duet)
    ask_id = ask_person(duet, "ewa", key, "jan", thursday)
    send_form(duet, press(duet, "jan", DECLINE), reason="Nie mam prawa")
    told = last_direct_message(duet, "ewa")
    assert "poprosić kogoś innego" in told.text and {*AGAIN} & {*told.buttons}
    blocker = press(duet, "ewa", ("Zgłoś przeszkodę", "Note a blocker"))
    assert TEXT in blocker.values.values()
    form = press(duet, "ewa", AGAIN)
    assert TEXT in form.values.values() and thursday.isoformat() in form.values.values()
    send_form(duet, form, person="Piotr Kabelek")
    assert ask_state(duet, ask_id) == ("declined", "asked_anew")
    assert TEXT in last_direct_message(duet, "piotr").text
    left = last_direct_message(duet, "jan")
    assert "od nowa" in left.text and not left.buttons
    for user, action in (("jan", "ask.accept"), ("jan", "ask.date")):
        with expect_refusal(duet, "error.ask.over"), expect_no_change(duet):
            forge_click(duet.person(user), action, str(ask_id))
    with expect_refusal(duet, "error.ask.moved_on"), expect_no_change(duet):
        forge_click(duet.person("ewa"), "ask.again", str(ask_id))


def test_a_no_is_asked_again_only_while_it_stands(duet: Office) -> None:
    """§10.2: accepted after all while the form was open, it is not asked twice; in a pause nothing is offered."""
    key, thursday = start_asking_project(duet)
    ask_id = ask_person(duet, "ewa", key, "jan", thursday + timedelta(days=20))
    send_form(duet, press(duet, "jan", DECLINE), reason="Nie mam prawa")
    form = press(duet, "ewa", AGAIN)
    pause_project(duet, key, thursday + timedelta(days=7))
    assert not last_direct_message(duet, "jan").buttons and not last_direct_message(duet, "ewa").buttons
    with expect_refusal(duet, "error.not_in_this_state"), expect_no_change(duet):
        forge_click(duet.person("jan"), "ask.accept", str(ask_id))
    duet.person("adam").types(f"/duet wznów {key}")
    duet.settles()
    press(duet, "jan", AFTER_ALL)
    with expect_refusal(duet, "error.ask.moved_on"), expect_no_change(duet):
        send_form(duet, form, person="Piotr Kabelek")


def test_handed_on_within_the_side(duet: Office) -> None:
    """§10.2, §10.3: the new person has to accept, which is an answer; until then, and if they do not, it stays."""
    key, thursday = start_asking_project(duet)
    ask_id = ask_person(duet, "ola", key, "jan", thursday)
    form = press(duet, "jan", HAND)
    label = find_label(form.labels, ("Komu", "To whom"))
    assert set(form.options[label]) == {"Adam Wolny", "Piotr Kabelek"}  # of this side, and not its owner
    send_form(duet, form, to="Piotr Kabelek")
    assert ask_state(duet, ask_id) == ("waiting", "offered")
    assert direct_messages_with(duet, "ola") == []
    assert not press(duet, "piotr", PASS_UP).messages
    assert has_sentence(last_direct_message(duet, "piotr").text, ("nie przejmuje", "does not take it over"))
    assert "nie przejmuje" in last_direct_message(duet, "jan").text
    assert not last_direct_message(duet, "piotr").buttons
    send_form(duet, press(duet, "jan", HAND), to="Piotr Kabelek")
    assert query_one(duet, "SELECT answer_days FROM asks") is None
    press(duet, "piotr", TAKE)
    assert query_one(duet, "SELECT answer_days FROM asks") == 0
    assert query_one(duet, "SELECT owner FROM asks") == "U0PIOTR"
    assert "przejmuje" in last_direct_message(duet, "ola").text
    assert not last_direct_message(duet, "jan").buttons
    with expect_refusal(duet, "error.ask.owners"), expect_no_change(duet):
        assert "@Piotr Kabelek" in forge_click(duet.person("jan"), "ask.done", str(ask_id)).text
    # Its side's executive may hand it on, too, and take it at once: piotr may be ill.
    form = forge_click(duet.person("adam"), "ask.hand", str(ask_id)).form
    assert form is not None
    send_form(duet, form, to="Adam Wolny")
    assert query_one(duet, "SELECT owner FROM asks") == "U0ADAM"


def test_within_hours(duet: Office) -> None:
    """§10.2, §2.8, §8.5: it waits for the morning, and over days away; what came and went is not told."""
    key, thursday = start_asking_project(duet)
    tuesday, wednesday = current_day(duet), current_day(duet) + timedelta(days=1)
    run_away_command(duet, "piotr", f"{wednesday} {thursday}")
    move_to_day(duet, tuesday, "19:00")
    reply = run_ask_command(duet.person("ewa"), f'{key} @jan "{TEXT}" by {thursday}')
    assert f"{polish_date(wednesday)}, 08:00" in reply.text
    ask_person(duet, "ewa", key, "piotr", next_weekday(thursday, 0), "Lista dla lidera")
    gone = ask_person(duet, "ewa", key, "jan", thursday, "Lista niepotrzebna")
    forge_click(duet.person("ewa"), "ask.withdraw", str(gone))
    assert direct_messages_with(duet, "jan") == []
    move_to_day(duet, wednesday, "08:01")
    assert [TEXT in each.text for each in direct_messages_with(duet, "jan")] == [True]
    assert direct_messages_with(duet, "piotr") == []
    move_to_day(duet, thursday + timedelta(days=1), "08:01")
    assert "Lista dla lidera" in last_direct_message(duet, "piotr").text
    press(duet, "piotr", ACCEPT)
    owner = query_one(duet, "SELECT answer_days FROM asks WHERE owner = 'U0PIOTR'")
    assert owner == 0  # §10.3: days away are none of theirs


def test_overdue_reminds_its_owner_only(duet: Office) -> None:
    """§10.2: in the routine direct message of the next working day, then weekly; nobody else, and no channel."""
    key, thursday = start_asking_project(duet)
    ask_person(duet, "ewa", key, "jan", thursday)
    move_to_day(duet, thursday + timedelta(days=1), "08:59")
    assert direct_messages_with(duet, "jan", "termin minął") == []
    move_to_day(duet, thursday + timedelta(days=1), "09:06")
    (reminder,) = direct_messages_with(duet, "jan", "termin minął")
    assert TEXT in reminder.text and polish_date(thursday) in reminder.text
    assert (
        direct_messages_with(duet, "ewa", "termin minął")
        == direct_messages_with(duet, "piotr", "termin minął")
        == []
    )
    said = [each.text for each in duet.person("anna").reads(project_channel(duet, key))]
    assert not [text for text in said if "termin minął" in text]
    move_to_day(duet, thursday + timedelta(days=8), "09:06")
    assert len(direct_messages_with(duet, "jan", "termin minął")) == 2
    assert "⏰ po terminie" in run_ask_command(duet.person("ewa"), key).text
    asked = str(query_one(duet, "SELECT id FROM asks"))
    form = forge_click(duet.person("jan"), "ask.date", asked).form
    assert form is not None and not form.values["Nowy termin"], "the date that has passed is not offered anew"
    close_forms(duet.person("jan"))
    forge_click(duet.person("jan"), "ask.accept", asked)
    assert "Prośby, które czekają na Ciebie" in duet.person("jan").types("/duet").text
    reminder.click(find_label(reminder.buttons, DONE))
    move_to_day(duet, thursday + timedelta(days=15), "09:06")
    assert direct_messages_with(duet, "jan", "termin minął") == []
    assert len(direct_messages_with(duet, "jan", "już na Ciebie nie czeka")) == 2  # both times Duet reminded


def test_whoever_is_back_sooner_has_it_sooner(duet: Office) -> None:
    """§8.5, §10.2: at once within their hours; its reminder on the day after, and then weekly."""
    key, thursday = start_asking_project(duet)
    run_away_command(duet, "jan", f"{current_day(duet)} {thursday + timedelta(days=40)}")
    ask_person(duet, "ewa", key, "jan", thursday)
    monday = next_weekday(thursday, 0)
    move_to_day(duet, monday, "10:00")
    assert direct_messages_with(duet, "jan") == []
    run_away_command(duet, "jan", "back")
    run_due_work(duet)
    (asked,) = direct_messages_with(duet, "jan")
    assert find_label(asked.buttons, ACCEPT)
    for day, count in ((1, 1), (4, 1), (8, 2)):
        run_away_command(duet, "jan", f"{monday + timedelta(days=30)}")  # which hastens nothing
        move_to_day(duet, monday + timedelta(days=day), "09:01")
        assert len(direct_messages_with(duet, "jan", "termin minął")) == count, day


def test_what_waited_over_days_away_comes_a_day_before_its_reminder(duet: Office) -> None:
    """§8.5, §10.2: nobody is asked on one morning whether it is done, and for it."""
    key, thursday = start_asking_project(duet)
    monday = next_weekday(thursday, 0)
    run_away_command(duet, "jan", f"{current_day(duet)} {monday - timedelta(days=1)}")
    ask_person(duet, "ewa", key, "jan", thursday)
    move_to_day(duet, monday, "08:01")
    move_to_day(duet, monday, "09:01")
    assert len(direct_messages_with(duet, "jan")) == 1 and direct_messages_with(duet, "jan", "termin minął") == []
    move_to_day(duet, monday + timedelta(days=1), "09:01")
    assert len(direct_messages_with(duet, "jan", "termin minął")) == 1


def test_a_reminder_offers_nothing_once_it_waits_for_its_reader_no_longer(duet: Office) -> None:
    """§10.2: whoever has ended the ask, and by whatever button; and where another answers it now."""
    key, thursday = start_asking_project(duet)
    taken_back, handed_on, open_still = (ask_person(duet, "ewa", key, "jan", thursday, f"Lista {n}") for n in "ABC")
    move_to_day(duet, thursday + timedelta(days=1), "09:06")
    (reminder,) = direct_messages_with(duet, "jan", "termin minął")
    assert count_buttons(reminder, DONE) == 3
    forge_click(duet.person("ewa"), "ask.withdraw", str(taken_back))
    (reminder,) = direct_messages_with(duet, "jan", "termin minął")
    assert count_buttons(reminder, DONE) == count_buttons(reminder, DATE) == 2
    assert "Lista A" in reminder.text and "już na Ciebie nie czeka" in reminder.text
    form = forge_click(duet.person("jan"), "ask.hand", str(handed_on)).form
    assert form is not None
    send_form(duet, form, to="Piotr Kabelek")
    assert count_buttons(direct_messages_with(duet, "jan", "termin minął")[0], DONE) == 2, (
        "it is his until it is taken"
    )
    forge_click(duet.person("piotr"), "ask.take", str(handed_on))
    (reminder,) = direct_messages_with(duet, "jan", "termin minął")
    assert count_buttons(reminder, DONE) == 1
    press(duet, "jan", DONE)
    assert ask_state(duet, open_still)[0] == "done"
    assert direct_messages_with(duet, "jan", "termin minął") == []
    assert not {*DONE, *DATE} & {*direct_messages_with(duet, "jan", "już na Ciebie nie czeka")[0].buttons}


def count_buttons(message: SeenMessage, either: tuple[str, ...]) -> int:
    return sum(each in either for each in message.buttons)


def test_whoever_is_gone_passes_it_to_their_lead(duet: Office) -> None:
    """§10.2: that side's lead has what was accepted, by the date agreed; of an asker who is gone theirs hears the
    answers.
    """
    key, thursday = start_asking_project(duet)
    due = thursday + timedelta(days=20)
    ask_id = ask_person(duet, "ola", key, "jan", due)
    press(duet, "jan", ACCEPT)
    forge_click(duet.person("piotr"), "team.remove", str(member_id(duet, "jan")))
    assert ask_state(duet, ask_id) == ("accepted", "passed")
    passed = last_direct_message(duet, "piotr")
    assert "@Piotr Kabelek has it now. It was accepted, by " in passed.text
    assert count_buttons(passed, DONE) == 1 and not count_buttons(passed, ACCEPT)
    heard = last_direct_message(duet, "ola").text
    assert "Prośbę, już przyjętą, ma teraz @Piotr" in heard and polish_date(due) in heard
    assert not last_direct_message(duet, "jan").buttons
    duet.slack.change_person("ola", deleted=True)
    duet.waits_until(lambda: query_one(duet, "SELECT asked_by FROM asks") == "U0EWA")
    assert "Odpowiedzi dostaje teraz @Ewa" in last_direct_message(duet, "ewa").text
    press(duet, "piotr", DONE)
    assert "Gotowe" in last_direct_message(duet, "ewa").text


def test_no_message_about_an_ask_is_there_twice(duet: Office) -> None:
    """§10.2: who is told of several steps has one message of how it is now; those before it lead there."""
    key, thursday = start_asking_project(duet)
    ask_person(duet, "ola", key, "jan", thursday + timedelta(days=20))
    for who in ("ola", "jan"):
        duet.slack.change_person(who, deleted=True)
        duet.settles()
    duet.waits_until(lambda: query_one(duet, "SELECT owner FROM asks") == "U0PIOTR")
    told = [each.text for each in direct_messages_with(duet, "ewa")]
    assert len(told) == 2
    assert "O tej prośbie jest już nowsza wiadomość, niżej." in told[0] and "Termin" not in told[0]
    assert "@Jan Łącznik: już poza projektem. Prośbę ma teraz @Piotr" in told[1]
    press(duet, "piotr", ACCEPT)
    first, *_, last = direct_messages_with(duet, "ewa")
    assert "nowsza wiadomość" in first.text and not first.buttons
    assert "@Piotr Kabelek przyjmuje" in last.text


def test_of_what_was_not_sent_yet_the_newest_is_told(duet: Office) -> None:
    """§10.2: two steps before the first was sent are one message."""
    key, thursday = start_asking_project(duet)
    ask_person(duet, "ola", key, "jan", thursday + timedelta(days=20))
    with transaction(duet.database) as session:
        ask = session.exec(select(Ask)).one()
        for _ in range(2):
            ask.step_by = None
            tell_people(session, projects.load_project_of(session, ask), ask, ["U0OLA"], now=duet.bot.duet.now())
    assert len(direct_messages_with(duet, "ola")) == 1


def pause_for_now(duet: Office, key: str) -> None:
    form = open_form(duet.person("adam"), f"/duet pause {key}")
    assert form.fill({find_label(form.labels, ("Dlaczego", "Why")): "Przerwa"}).submit() is None


def test_a_pause_stops_the_clock(duet: Office) -> None:
    """§10.3, §3.1: a paused project neither asks nor answers nor reminds, and its days do not count."""
    key, thursday = start_asking_project(duet)
    ask_person(duet, "ewa", key, "jan", thursday)
    pause_for_now(duet, key)
    for who, action in (("jan", "accept"), ("ewa", "withdraw")):
        with expect_refusal(duet, "error.not_in_this_state"), expect_no_change(duet):
            forge_click(duet.person(who), f"ask.{action}", str(query_one(duet, "SELECT id FROM asks")))
    with expect_refusal(duet, "error.not_in_this_state"):
        run_ask_command(duet.person("ewa"), f'{key} @jan "{TEXT}" by {thursday}')
    friday = thursday + timedelta(days=1)
    move_to_day(duet, friday, "10:00")
    assert direct_messages_with(duet, "jan", "termin minął") == []
    duet.person("adam").types(f"/duet resume {key}")
    monday = working_days_after(friday, 1)
    move_to_day(duet, monday, "10:00")
    assert len(direct_messages_with(duet, "jan", "termin minął")) == 1
    pause_for_now(duet, key)
    tuesday = working_days_after(monday, 1)
    move_to_day(duet, tuesday, "10:00")
    duet.person("adam").types(f"/duet resume {key}")
    wednesday = working_days_after(tuesday, 1)
    move_to_day(duet, wednesday, "10:00")
    press(duet, "jan", ACCEPT)
    assert (
        query_one(duet, "SELECT answer_days FROM asks") == 2
    )  # Monday, Wednesday; of two pauses four days are none
    move_to_day(duet, working_days_after(wednesday, 1), "10:00")
    press(duet, "jan", DONE)
    assert query_one(duet, "SELECT answer_days FROM asks") == 2, "the first answer counts"


def test_what_is_passed_on_in_a_pause_is_told_when_it_is_over(duet: Office) -> None:
    """§3.1, §10.2: somebody leaves while it is silent; who has the ask now, and who asked, hear of it then."""
    key, thursday = start_asking_project(duet)
    ask_person(duet, "ewa", key, "jan", thursday + timedelta(days=20))
    pause_for_now(duet, key)
    duet.slack.change_person("jan", deleted=True)
    duet.waits_until(lambda: query_one(duet, "SELECT owner FROM asks") == "U0PIOTR")
    move_to_day(duet, thursday, "10:00")
    assert direct_messages_with(duet, "piotr") == direct_messages_with(duet, "ewa") == []
    duet.slack.move_clock(hours=1)  # their timers, which are due at the minute of that act, have looked once more
    run_due_work(duet)
    duet.person("adam").types(f"/duet resume {key}")
    run_due_work(duet)
    for who in ("piotr", "ewa"):
        (told,) = direct_messages_with(duet, who)
        assert has_sentence(told.text, ("Prośbę ma teraz @Piotr", "@Piotr Kabelek has it now"))
