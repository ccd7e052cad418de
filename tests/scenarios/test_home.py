"""The App Home tab: what it shows, when it is published, and that it stays true (product §13.1)."""

from datetime import date, timedelta

import pytest

from handlers import FEATURES
from handlers.router import Router
from storage.session import transaction
from tests.driving import SeenForm
from tests.running import Office
from tests.scenarios.ask_steps import ask_person, press, start_asking_project
from tests.scenarios.checkin_steps import answer_prompt, move_to_next_round, start_first_round
from tests.scenarios.closing_steps import end_project_with_member, sign_as_executives, wait_for_report
from tests.scenarios.days import current_day, move_to_day, move_to_next_morning, polish_date, run_due_work
from tests.scenarios.funding_steps import DECIDE as DECIDE_DISPUTE
from tests.scenarios.funding_steps import (
    DISPUTE,
    REVERSE,
    click_ledger_button,
    open_entries,
    record_entry,
    submit_ledger_form,
)
from tests.scenarios.register_steps import (
    ACCEPT,
    DECIDE,
    DONE,
    YES,
    register_asset,
    run_own_command,
)
from tests.scenarios.steps import (
    activate_project,
    close_forms,
    day_from_today,
    draft_charter,
    expect_no_change,
    expect_refusal,
    fill_form,
    find_label,
    forge_click,
    has_sentence,
    open_form,
    query_one,
    send_charter,
    sign_charter,
    submit_form,
)
from tests.scenarios.team_steps import add_member
from tests.scenarios.timetable_steps import add_milestone, start_project_today
from tests.seeding import add_people, draft_project

ROUTER = Router(FEATURES)
SECTIONS = ("*Twoje projekty*", "*Za co odpowiadasz*", "*Twoje prośby w toku*", "*Najbliższe terminy*")
AWAY = "*Twoja nieobecność*"


def open_home(duet: Office, handle: str) -> SeenForm:
    """What somebody sees there once it was drawn."""
    duet.person(handle).opens_home()
    return read_home(duet, handle)


def read_home(duet: Office, handle: str) -> SeenForm:
    """What they see there now, without opening it again."""
    duet.settles()
    home = duet.person(handle).home
    assert home is not None
    return home


def split_sections(home: SeenForm) -> list[str]:
    """What waits, then each section, the last of which is where somebody is away."""
    parts, rest = [], home.text
    for heading in (*SECTIONS, AWAY):
        before, found, rest = rest.partition(heading)
        assert found, (heading, home.text)
        parts.append(before)
    return [*parts, rest]


# --- what it shows --------------------------------------------------------------------------------------------


def test_an_ask_that_waits_for_its_reader_is_not_said_to_be_missing(duet: Office) -> None:
    """§13.1: it stands among what waits, and the list of asks says so; whoever has none reads that."""
    key, due = start_asking_project(duet)
    ask_person(duet, "piotr", key, "ewa", due)
    assert "Tylko te powyżej: czekają na Ciebie." in split_sections(open_home(duet, "ewa"))[3]
    assert "Na razie żadnych." in split_sections(open_home(duet, "anna"))[3]


def test_home_is_drawn_when_it_is_opened(duet: Office) -> None:
    """§13.1: in the person's own language."""
    key = send_charter(duet)
    assert duet.person("adam").home is None
    assert key in open_home(duet, "adam").text
    assert "Co na Ciebie czeka" in read_home(duet, "adam").text
    assert "What waits for you" in open_home(duet, "piotr").text


def test_it_shows_all_that_is_somebodys(duet: Office) -> None:
    """§13.1: what waits, projects with status, assets, asks, dates, where one is away; buttons for all of it."""
    key, thursday = start_first_round(duet)
    add_milestone(duet, "ewa", "Pilot", current_day(duet) + timedelta(days=10), "piotr")
    register_asset(duet.person("ewa"), 'klienci "VIP" @ewa')
    ask_person(duet, "ewa", key, "piotr", current_day(duet) + timedelta(days=5), "Lista pól")
    duet.person("ewa").types("/duet away 2027-03-01 2027-03-05")
    duet.person("ewa").types(f'/duet przeszkoda {key} "Brak dostępu"')
    home = open_home(duet, "ewa")
    waits, projects, assets, asks, dates, away = split_sections(home)
    assert "*Check-iny bez odpowiedzi*" in waits and key in waits
    assert "Brak dostępu" in waits
    ends_on = polish_date(date.fromisoformat(str(query_one(duet, "SELECT ends_on FROM charter_versions"))))
    for words in (f"*{key}*", "aktywny", "1 przeszkoda", f"do {ends_on}"):
        assert words in projects
    assert "VIP" in assets
    assert "Lista pól" in asks and "do: @Piotr Kabelek" in asks
    assert f"{key} · Pilot" in dates
    assert "1 marca 2027" in away and "5 marca 2027" in away
    begun = ("Nowy projekt", "Kto za co odpowiada", "Poproś drugą stronę", "Harmonogram", "Moja nieobecność")
    of_lines = ("Odpowiedz", "Rozwiązane", "Pokaż", "Zmień", "Otwórz")
    below = ("Zgłoś przeszkodę", "Wszystko, co potrafi Duet", "Ustawienia", "Pomoc")
    assert set(home.buttons) == {*begun, *of_lines, *below, "In English"}
    for who in ("ewa", "piotr"):
        answer_prompt(duet, who, progress="Idzie", status="at_risk" if who == "ewa" else "on_track")
    later = move_to_next_round(duet, thursday)
    assert f"🟡 *{key}*" in split_sections(open_home(duet, "ewa"))[1], "the worst of the last summary"
    for who in ("ewa", "piotr"):
        answer_prompt(duet, who, progress="Stoi", status="at_risk" if who == "ewa" else "off_track")
    move_to_next_round(duet, later)
    assert f"🔴 *{key}*" in split_sections(open_home(duet, "ewa"))[1], "the worst of the last summary"
    assert "Lista pól" in open_home(duet, "piotr").text.partition("*Your projects*")[0], "it waits for who is asked"


def test_what_was_answered_is_not_asked_as_if_it_were_not(duet: Office) -> None:
    """§13.1, §4.2: the answer stands in the line, in `/duet` as well, and can be changed; a deputy's names them."""
    key = send_charter(duet)
    adam = duet.person("adam")
    open_home(duet, "adam")
    for answer, said in (("decline", "Twoja odpowiedź to „nie”"), ("talk", "chcesz najpierw porozmawiać")):
        submit_form(fill_form(open_form(adam, f"/duet sign {key}"), {"answer": answer, "reason": "Za drogo"}))
        close_forms(adam)
        for shown in (read_home(duet, "adam"), adam.types("/duet")):
            assert f"wersja 1 karty: {said}" in shown.text
            assert "Zmień odpowiedź" in shown.buttons
            assert "Przeczytaj i podpisz" not in shown.buttons
    day = current_day(duet)
    for executive, deputy in (("adam", "jan"), ("anna", "ola")):
        duet.person(executive).types(f"/duet deputy @{deputy} {day} {day + timedelta(days=5)}")
    run_due_work(duet)
    assert key not in duet.person("jan").types("/duet").text, "no deputy answers over their executive"
    submit_form(fill_form(open_form(duet.person("ola"), f"/duet sign {key}"), {"answer": "talk"}))
    assert "wersja 1 karty: najpierw rozmowa (@Aleksandra Plakat)" in open_home(duet, "anna").text


def test_an_executive_reads_who_signs_for_them(duet: Office) -> None:
    """§13.1, §4.8"""
    activate_project(duet)
    assert "Nikt nie podpisuje za Ciebie" in open_home(duet, "adam").text
    home = open_home(duet, "adam")
    assert home.click("Zastępstwo") is not None
    close_forms(duet.person("adam"))
    duet.person("adam").types("/duet deputy @jan 2027-03-01 2027-03-05")
    assert "W Twoim zastępstwie podpisuje @Jan" in read_home(duet, "adam").text
    assert "zastępstwie" not in open_home(duet, "ewa").text


def test_somebody_of_no_project_reads_what_duet_is(duet: Office) -> None:
    """§13.1, §14: and what to begin with; a guest begins nothing, and for a stranger there is nothing."""
    activate_project(duet, name="Tajny")
    for handle, sentence in (("nadia", "Duet runs joint projects"), ("tomek", "Duet prowadzi wspólne projekty")):
        home = open_home(duet, handle)
        assert sentence in home.text
        assert "Tajny" not in home.text
    form = open_home(duet, "tomek").click("Nowy projekt")
    assert form is not None and form.title == "Wspólny projekt"
    close_forms(duet.person("tomek"))
    guest = open_home(duet, "gosia")
    assert "Gdy dołączysz do zespołu" in guest.text
    assert set(guest.buttons) <= {"Wszystko, co potrafi Duet", "Ustawienia", "Pomoc", "In English"}
    duet.slack.change_person("mike", is_stranger=True)
    duet.settles()
    stranger = open_home(duet, "mike")
    assert stranger.text == "Duet's projects are for people of this company."
    assert stranger.buttons == []


def test_a_closed_project_is_found_from_home(duet: Office) -> None:
    """§13.1, §12.3: with no live project left there is still a way to the last one, and to its report."""
    key = end_project_with_member(duet)
    wait_for_report(duet)
    sign_as_executives(duet, key)
    said, show = ("Zamknięte projekty: 1", "Closed projects: 1"), ("Pokaż", "Show")
    for handle in ("adam", "ewa", "tomek"):
        assert has_sentence(open_home(duet, handle).text, said), handle
        for typed in ("/duet", "/duet list"):
            reply = duet.person(handle).types(typed)
            assert has_sentence(reply.text, said), (handle, typed)
            listed = reply.click(find_label(reply.buttons, show))
            assert listed is not None and key in listed.text, (handle, typed)
    home = open_home(duet, "adam")
    shown = home.click(find_label(home.buttons, show))
    assert shown is not None and key in shown.text
    for seen in (
        open_home(duet, "nadia"),
        duet.person("nadia").types("/duet"),
        duet.person("nadia").types("/duet list"),
    ):
        assert not has_sentence(seen.text, ("Zamknięte projekty", "Closed projects"))


def test_a_closed_project_is_found_beside_a_live_one(duet: Office) -> None:
    """§13.1, §12.3"""
    key = end_project_with_member(duet)
    wait_for_report(duet)
    sign_as_executives(duet, key)
    draft_charter(duet, "ewa", name="Nowy")
    said = ("Zamknięte projekty: 1", "Closed projects: 1")
    for seen in (open_home(duet, "ewa"), duet.person("ewa").types("/duet"), duet.person("ewa").types("/duet list")):
        assert "Nowy" in seen.text and key not in seen.text
        assert has_sentence(seen.text, said)


def test_a_guest_of_a_team_sees_their_projects(duet: Office) -> None:
    """§13.1, §14: and begins none, nor keeps anything."""
    key = activate_project(duet)
    add_member(duet, key, "gosia", by="ewa", side="marketing", home_manager=None)
    home = open_home(duet, "gosia")
    assert key in home.text
    assert "*Za co odpowiadasz*" not in home.text
    assert not {"Nowy projekt", "Kto za co odpowiada"} & set(home.buttons)


def test_forty_projects(duet: Office) -> None:
    """§13.1: all of them stand there, and what waits in each is one click away."""
    with transaction(duet.database) as session:
        add_people(session)
        for _ in range(40):
            draft_project(session)
    home = open_home(duet, "ewa")
    (call,) = duet.slack.calls("views.publish")
    assert len(call["arguments"]["view"]["blocks"]) <= 100
    for number in range(1, 41):
        assert f"*D-{number}* " in home.text
    listed = home.click("Pokaż wszystko")
    assert listed is not None
    seen = {word for word in listed.text.split() if word.startswith("*D-")}
    for _ in range(3):
        listed = listed.click("Następne")
        assert listed is not None
        seen |= {word for word in listed.text.split() if word.startswith("*D-")}
    assert seen == {f"*D-{number}" for number in range(1, 41)}


# --- what is begun there --------------------------------------------------------------------------------------


def test_what_can_be_done_in_duet_can_be_begun_there(duet: Office) -> None:
    """§13.1, §2.3: each command answers in a window, as if its name had been typed."""
    activate_project(duet)
    adam = duet.person("adam")
    home = open_home(duet, "adam")
    everything = home.click("Wszystko, co potrafi Duet")
    assert everything is not None
    assert everything.buttons == ["Zacznij"] * (len(ROUTER.commands) - 2), "but for itself and the help"
    close_forms(adam)
    said = {}
    for name in ROUTER.commands:
        reply = forge_click(adam, "home.begin", name)
        said[name] = adam.form.title if adam.form is not None else reply.text
        close_forms(adam)
    assert all(said.values()), said
    with expect_refusal(duet, "error.not_found"):
        forge_click(adam, "home.begin", "nothing")
    for label, title in (("Poproś drugą stronę", "Prośba"), ("Zgłoś przeszkodę", "Zgłoś przeszkodę")):
        form = read_home(duet, "adam").click(label)
        assert form is not None and title in form.title, label
        close_forms(adam)


def test_a_click_on_home_is_answered_in_a_window(duet: Office) -> None:
    """§13.1: Home has no place for an answer of its own; what the click has changed is drawn at once."""
    key = send_charter(duet)
    home = open_home(duet, "adam")
    form = home.click("Przeczytaj i podpisz")
    assert form is not None and key in form.text
    form.close()
    listed = home.click("Pokaż")
    assert listed is not None and key in listed.text
    close_forms(duet.person("adam"))
    duet.settles()
    assert not duet.person("adam").reads("@duet")[2:], "nothing came by direct message"


def test_a_question_with_several_answers_opens(duet: Office) -> None:
    """§13.1: a line has one button; the answers are in its window, and whoever has answered is told so."""
    key = activate_project(duet)
    run_own_command(duet.person("ewa"), f'{key} klienci "VIP" @ola')
    asset = query_one(duet, "SELECT id FROM assets WHERE name = 'VIP'")
    with expect_no_change(duet), expect_refusal(duet, "error.home.over"):
        forge_click(duet.person("piotr"), "home.question", f"asset:{asset}")
    home = open_home(duet, "ola")
    assert "*Do przejęcia*" in home.text and "VIP" in home.text
    asked = home.click(find_label(home.buttons, DECIDE))
    assert asked is not None
    taken = asked.click(find_label(asked.buttons, (*YES, *ACCEPT)))
    assert taken is not None and has_sentence(taken.text, DONE)
    close_forms(duet.person("ola"))
    assert "*Do przejęcia*" not in read_home(duet, "ola").text
    with expect_refusal(duet, "error.home.over"):
        forge_click(duet.person("ola"), "home.question", f"asset:{asset}")
    for value in ("asset:x", "thing:1", "asset", "side:"):
        with expect_refusal(duet, "error.not_found"):
            forge_click(duet.person("ola"), "home.question", value)
    for value in ("nothing:1", "sign", "sign:x"):
        with expect_refusal(duet, "error.not_found"):
            forge_click(duet.person("ola"), "home.list", value)


def test_what_is_overdue_of_ones_own_waits(duet: Office) -> None:
    """§2, §13.1, §9.1: for its owner alone, with what its alert asks, until it is done."""
    activate_project(duet, starts_on=day_from_today(duet, 0))
    due = current_day(duet) + timedelta(days=1)
    add_milestone(duet, "ewa", "Pilot", due, "piotr")
    add_milestone(duet, "ewa", "Później", due + timedelta(days=30), "piotr")
    assert "Pilot" not in duet.person("piotr").types("/duet").text
    move_to_day(duet, due + timedelta(days=1), "10:00")
    for handle in ("ewa", "adam"):
        assert "Pilot" not in duet.person(handle).types("/duet").text, handle
    waits = duet.person("piotr").types("/duet")
    assert "Your milestones that are overdue" in waits.text and "Pilot, due " in waits.text
    assert "Później" not in waits.text
    milestone = query_one(duet, "SELECT id FROM milestones WHERE title = 'Pilot'")
    with expect_no_change(duet), expect_refusal(duet, "error.home.over"):
        forge_click(duet.person("ewa"), "home.question", f"milestone:{milestone}")
    asked = waits.click("Update")
    assert list(asked.buttons) == ["Done", "Move", "At risk"]
    asked.click("Done")
    assert "Pilot" not in duet.person("piotr").types("/duet").text


def test_what_was_agreed_to_do_waits_from_the_day_on_which_it_is_due(duet: Office) -> None:
    """§2, §10.2, §13.1: for whoever has accepted it, and not before."""
    key, due = start_asking_project(duet)
    ask_person(duet, "piotr", key, "ewa", due, "Lista zdjęć")
    press(duet, "ewa", ("Przyjmuję",))
    assert "Prośby, które czekają" not in duet.person("ewa").types("/duet").text
    move_to_day(duet, due, "10:00")
    waits = duet.person("ewa").types("/duet")
    assert "*Prośby, które czekają na Ciebie*" in waits.text and "Lista zdjęć" in waits.text
    assert "Lista zdjęć" not in duet.person("piotr").types("/duet").text


def test_a_dispute_waits_for_whoever_recorded_the_entry(duet: Office) -> None:
    """§2, §6.3, §13.1: with what its news offers, until it is over."""
    key = start_project_today(duet)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    record_entry(ewa, f'spend {key} 1000 "Druk"')
    submit_ledger_form(click_ledger_button(open_entries(piotr, key), DISPUTE, 1).form, reason="Nie zamawialiśmy")
    close_forms(piotr)
    assert "in dispute" not in piotr.types("/duet").text
    entry = query_one(duet, "SELECT id FROM ledger_entries")
    for handle in ("piotr", "adam"):
        with expect_no_change(duet), expect_refusal(duet, "error.home.over"):
            forge_click(duet.person(handle), "home.question", f"dispute:{entry}")
    waits = ewa.types("/duet")
    assert "*Wpisy z zastrzeżeniem drugiej strony*" in waits.text and "*Nr 1* · Marketing: wydatek" in waits.text, (
        waits.text
    )
    asked = waits.click("Odpowiedz")
    assert "Nie zamawialiśmy" in asked.text
    assert list(asked.buttons) == [REVERSE[0], DECIDE_DISPUTE[0]]
    submit_ledger_form(asked.click(REVERSE[0]).form, reason="Pomyłka")
    close_forms(ewa)
    assert "z zastrzeżeniem" not in ewa.types("/duet").text


def test_a_blocker_waits_for_whom_it_was_put_to(duet: Office) -> None:
    """§2, §8.7, §13.1: for the leads, later the executives, until somebody takes it."""
    key, _ = start_first_round(duet, "jan")
    duet.person("jan").types(f'/duet przeszkoda {key} "Brak dostępu"')
    raised = {"ewa": "*Przeszkody, które czekają na pomoc*", "piotr": "*Blockers that need help*"}
    for handle, heading in raised.items():
        assert heading not in duet.person(handle).types("/duet").text, handle
    for _ in range(3):
        move_to_next_morning(duet)
    for handle, heading in raised.items():
        assert heading in duet.person(handle).types("/duet").text, handle
    for handle in ("adam", "jan"):
        assert "czekają na pomoc" not in duet.person(handle).types("/duet").text, handle
    for _ in range(3):
        move_to_next_morning(duet)
    assert "czekają na pomoc" in duet.person("adam").types("/duet").text
    duet.person("ewa").types("/duet").click("Biorę to na siebie")
    for handle, heading in raised.items():
        assert heading not in duet.person(handle).types("/duet").text, handle
    assert "czekają na pomoc" not in duet.person("adam").types("/duet").text


def leave_vip_without_owner(duet: Office) -> str:
    """A customer base whose owner, of the project's team, has left Slack; the project."""
    key = activate_project(duet)
    add_member(duet, key, "ola", by="ewa", side="marketing")
    register_asset(duet.person("ewa"), f'{key} klienci "VIP" @ola')
    duet.slack.change_person("ola", deleted=True)
    run_due_work(duet)
    return key


def test_what_needs_an_owner_waits_for_its_side(duet: Office) -> None:
    """§2, §5.4, §13.1: for that side's lead and executive, until somebody is asked to take it over."""
    key = leave_vip_without_owner(duet)
    for handle, waits in {"ewa": True, "anna": True, "piotr": False, "adam": False}.items():
        close_forms(duet.person(handle))
        shown = duet.person(handle).types("/duet")
        assert ("*Bez właściciela*" in shown.text and "VIP" in shown.text) == waits, (handle, shown.text)
    shown = duet.person("ewa").types("/duet")
    assert shown.click("Wskaż właściciela").form is not None
    close_forms(duet.person("ewa"))
    run_own_command(duet.person("ewa"), f'{key} klienci "VIP" @jan')
    close_forms(duet.person("ewa"))
    assert "*Bez właściciela*" not in duet.person("ewa").types("/duet").text


def test_a_closing_project_goes_on_until_no_day(duet: Office) -> None:
    """§13.1, §12.3: the charter's end and the dates of its milestones have become history."""
    key = activate_project(duet)
    duet.person("ewa").types(f'/duet milestone {key} add "Pilotaż" {day_from_today(duet, 40)} @ewa')
    until = "do " + polish_date(current_day(duet) + timedelta(days=180))
    move_to_day(duet, current_day(duet) + timedelta(days=31))
    assert until in open_home(duet, "ewa").text and "Pilotaż" in open_home(duet, "ewa").text
    with duet.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE projects SET state = 'closing'")
    assert until not in open_home(duet, "ewa").text and "Pilotaż" not in open_home(duet, "ewa").text


def test_what_a_closed_project_has_left_without_an_owner_still_waits(duet: Office) -> None:
    """§5.4, §13.1: whoever is reminded of it is not told that nothing waits."""
    leave_vip_without_owner(duet)
    with duet.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE projects SET state = 'closed'")
    for handle, waits in {"ewa": True, "anna": True, "piotr": False, "adam": False, "mike": False}.items():
        close_forms(duet.person(handle))
        assert ("VIP" in duet.person(handle).types("/duet").text) == waits, handle
    assert duet.person("ewa").types("/duet").click("Wskaż właściciela").form is not None


# --- that it stays true ---------------------------------------------------------------------------------------


def test_an_open_home_is_kept_true_for_an_hour(duet: Office) -> None:
    """§13.1: whoever makes the change; afterwards it is left as it was, until it is opened again."""
    key = send_charter(duet)
    waits = "*Do podpisu*"
    assert waits in open_home(duet, "adam").text
    assert waits in open_home(duet, "anna").text
    sign_charter(duet, key, "adam")
    assert waits not in read_home(duet, "adam").text
    assert waits in read_home(duet, "anna").text
    published = len(duet.slack.calls("views.publish"))
    duet.slack.move_clock(hours=1, minutes=1)
    duet.settles()
    assert query_one(duet, "SELECT count(*) FROM opened_homes") == 0
    sign_charter(duet, key, "anna")
    assert waits in read_home(duet, "anna").text
    assert len(duet.slack.calls("views.publish")) == published
    assert waits not in open_home(duet, "anna").text
    duet.slack.move_clock(minutes=40)
    open_home(duet, "anna")
    duet.slack.move_clock(minutes=40)
    duet.person("anna").types("/duet away 2027-01-11 2027-01-12")
    assert "12 stycznia 2027" in read_home(duet, "anna").text, "an hour from when it was opened last"


def test_what_is_the_same_is_not_published_again(duet: Office) -> None:
    """§13.1: neither when it is opened again nor after a change that it does not show; but where Slack lost it."""
    activate_project(duet)
    open_home(duet, "jan")
    assert len(duet.slack.calls("views.publish")) == 1
    open_home(duet, "jan")
    duet.person("ewa").types("/duet away 2027-01-11 2027-01-12")
    duet.settles()
    assert len(duet.slack.calls("views.publish")) == 1
    duet.playground.world.teams["T0PIKUS"].homes.clear()
    assert open_home(duet, "jan").text
    assert len(duet.slack.calls("views.publish")) == 2


@pytest.mark.both_databases
def test_every_change_of_what_it_shows_is_drawn(duet: Office) -> None:
    """§13.1: by whom, and by which way, it does not matter."""
    key, ewa = start_project_today(duet), duet.person("ewa")
    open_home(duet, "ewa")
    soon = current_day(duet) + timedelta(days=9)
    for change, shown in (
        (lambda: add_milestone(duet, "piotr", "Pilot", soon, "piotr"), "Pilot"),
        (lambda: ask_person(duet, "piotr", key, "ewa", soon, "Zdjęcia"), "Zdjęcia"),
        (lambda: ewa.types(f'/duet przeszkoda {key} "Brak dostępu"'), "Brak dostępu"),
        (lambda: ewa.types("/duet away 2027-03-01 2027-03-05"), "5 marca 2027"),
        (lambda: register_asset(ewa, f'{key} klienci "VIP" @ewa'), "VIP"),
        (lambda: draft_charter(duet, name="Świeży"), "Świeży"),
    ):
        change()
        assert shown in read_home(duet, "ewa").text
    ewa.types("/duet").click("In English")
    assert "What waits for you" in read_home(duet, "ewa").text


def test_a_new_day_is_drawn_within_minutes(duet: Office) -> None:
    """§13.1: what is due today is overdue tomorrow, though nobody has done anything."""
    start_project_today(duet)
    tomorrow = current_day(duet) + timedelta(days=1)
    add_milestone(duet, "ewa", "Pilot", tomorrow, "piotr")
    duet.slack.move_clock(hours=13, minutes=30)
    run_due_work(duet)
    assert "dziś · D-1 · Pilot" not in open_home(duet, "ewa").text
    duet.slack.move_clock(minutes=45)
    assert "dziś · D-1 · Pilot" in read_home(duet, "ewa").text
    assert "po terminie" not in read_home(duet, "ewa").text, "what is due today is not overdue"


def test_another_tab_is_none_of_its_business(duet: Office) -> None:
    """§13.1: Slack tells of the messages, too."""
    duet.slack.sends_event({"type": "app_home_opened", "user": "U0EWA", "channel": "D1", "tab": "messages"})
    duet.settles()
    assert duet.person("ewa").home is None
    duet.slack.sends_event({"type": "app_home_opened", "user": "U0EWA", "channel": "D1", "tab": "home"}, twice=True)
    duet.settles()
    assert duet.person("ewa").home is not None
    assert len(duet.slack.calls("views.publish")) == 1
