"""The first minutes: the first admin, the charter's form from end to end, and what comes after both signatures."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.ui.texts import Texts
from handlers import FEATURES
from handlers.router import Router
from tests.driving import SeenForm, SeenMessage
from tests.running import MANIFEST, Office
from tests.scenarios.checkin_steps import start_checkin_project
from tests.scenarios.days import move_to_day, move_to_next_morning, run_due_work
from tests.scenarios.register_steps import take_asset_over
from tests.scenarios.steps import (
    BUTTONS,
    FIELDS,
    activate_project,
    click_button,
    close_forms,
    day_from_today,
    expect_no_change,
    field_errors,
    field_value,
    fill_form,
    find_label,
    first_step_values,
    forge_click,
    open_form,
    open_second_step,
    project_channel,
    revise_charter,
    second_step_values,
    send_charter,
    submit_form,
    submit_new_charter,
)
from tests.scenarios.team_steps import add_member, stay_days

WHAT_WAITS = "What waits for me"
WELCOME = ("pierwszą osobą z administracji Slacka", "the first Slack admin here")
BACK = ("Wstecz", "Back")


def welcomes(duet: Office, handle: str) -> list[SeenMessage]:
    duet.settles()
    person = duet.person(handle)
    seen = person.reads("@duet") if "@duet" in person.channels else []
    return [each for each in seen if any(sentence in each.text for sentence in WELCOME)]


# --- the first admin ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["/duet", "/duet hello", "/duet podpis", "/duet ustawienia", "/duet nowy"])
def test_the_first_admin_is_told_what_to_do_next(duet: Office, typed: str) -> None:
    """§4, §2.8: whatever they write, also what is refused or not understood; once a workspace, and nobody else."""
    duet.person("anna").types(typed)
    assert welcomes(duet, "anna") == []
    duet.slack.change_person("jan", is_admin=True)
    duet.settles()
    roman = duet.person("roman")
    answer = roman.types(typed).text
    assert "Miłego dnia" not in answer, "there is something to do"
    assert ("w mojej wiadomości powitalnej" in answer) == (typed == "/duet")
    roman.waits_for(WELCOME[0])
    (welcome,) = welcomes(duet, "roman")
    assert "/duet nowy" in welcome.text
    assert welcome.buttons == ["Ustawienia", "Nowy projekt", "Odnotuj"]
    assert "w mojej wiadomości powitalnej" in roman.types("/duet").text, "it waits for them still"
    duet.person("jan").types(typed)
    assert len(welcomes(duet, "roman")) == 1
    assert welcomes(duet, "jan") == []
    close_forms(roman)
    titles = []
    for button in welcome.buttons:
        form = welcome.click(button).form
        assert form is not None, button
        titles.append(form.title)
        close_forms(roman)
    assert titles[:2] == ["Ustawienia", "Wspólny projekt"]


def test_recording_it_from_the_welcome_records_it(duet: Office) -> None:
    """§17, §11.2: the form's one button is what the welcome's says; a second click shows that it is recorded."""
    roman = duet.person("roman")
    roman.types("/duet")
    roman.waits_for(WELCOME[0])
    (welcome,) = welcomes(duet, "roman")
    form = welcome.click("Odnotuj").form
    assert form is not None and "potwierdzasz, że tak się stało" in form.text
    shown = form.submit()
    assert shown is not None and "dostaną pierwsze pytania najwcześniej" in shown.text
    duet.settles()
    close_forms(roman)
    (welcome,) = welcomes(duet, "roman")
    assert "To już odnotowane" in welcome.text and "Odnotuj" not in welcome.buttons
    shown = forge_click(roman, "pulse.record", "settings").form
    assert shown is not None and "jest włączony" in shown.text


@pytest.mark.parametrize("words", ["hello", "what can you do", "co potrafisz"])
def test_the_first_admin_is_told_after_words_in_the_direct_message_too(duet: Office, words: str) -> None:
    """§2.9, §4: the answer says what Duet is for, and points at the welcome below it; which a project ends."""
    roman = duet.person("roman")
    roman.says(words, "@duet")
    roman.waits_for(WELCOME[0])
    assert len(welcomes(duet, "roman")) == 1
    *_, answer, _ = roman.reads("@duet")
    assert "Prowadzę wspólne projekty" in answer.text and "bezpośrednia" not in answer.text
    assert "w mojej wiadomości powitalnej" in answer.text and "Pomoc" in answer.buttons
    send_charter(duet)
    assert "powitalnej" not in roman.types("/duet").text


def test_the_first_admin_is_told_whichever_way_they_come(duet: Office) -> None:
    """§2.10, §4: a shortcut is as good as a command; once a workspace."""
    duet.person("anna").uses_shortcut(WHAT_WAITS)
    assert welcomes(duet, "anna") == []
    for _ in range(2):
        duet.person("roman").uses_shortcut(WHAT_WAITS)
        duet.person("roman").waits_for(WELCOME[0])
        close_forms(duet.person("roman"))
    assert len(welcomes(duet, "roman")) == 1


@pytest.mark.parametrize("settled_by", ["language", "my_language", "In English"])
def test_what_an_admin_was_told_in_a_guessed_language_follows_the_settled_one(
    duet: Office, settled_by: str
) -> None:
    """§15, §4: the welcome and what is stored, by the company's language, their own, or the offer's button."""
    roman = duet.person("roman")
    form = open_form(roman, "/duet ustawienia" if settled_by == "In English" else "/duet settings")
    roman.waits_for(WELCOME[0])
    if settled_by in FIELDS:
        assert fill_form(form, {settled_by: "English"}).submit() is None
    else:
        close_forms(roman)
        first, _ = roman.reads("@duet")
        first.click(settled_by)
    duet.settles()
    introduction, welcome = roman.reads("@duet")[:2]
    assert "What I store about you" in introduction.text
    assert WELCOME[1] in welcome.text
    assert welcome.buttons == ["Settings", "New project", "Record it"]


FOREIGN = {
    "pl": re.compile(r"\b(the|you|your|and|nothing|project)\b"),
    "en": re.compile(r"[ąćęłńśźż]|\b(nie|masz|jest|projekt)\b"),
}
OFFER = {"pl": "Duet speaks English, too.", "en": "Duet mówi też po polsku."}
IN_SLACKS_MENUS = "|".join(rf"\*{each['name']}\*" for each in MANIFEST["features"]["shortcuts"])
"""Slack shows shortcuts in one language only."""


@pytest.mark.parametrize("language", ["pl", "en"])
def test_nobody_who_is_new_comes_to_a_dead_end(duet: Office, language: str) -> None:
    """§2.11, §15: before there is anything, what an admin types is answered in their language, and goes on: by a
    form, a button, or a command to type.
    """
    roman = duet.person("roman")
    if language == "en":
        duet.slack.change_person("roman", tz="Europe/London", locale="en-GB")
        duet.settles()
    words = {name: Texts.of(language).plain(f"help.{name}.word") for name in Router(FEATURES).commands}
    seen: dict[str, str] = {}
    for name, word in {"hello": "hello", **words, "home": "", "key": f"{words['show']} D-7"}.items():
        reply = roman.types(f"/duet {word}".rstrip())
        form = roman.form
        assert form is not None or reply.buttons or "/duet" in reply.text or name == "deputy", (word, reply.text)
        seen[name] = reply.text if form is None else f"{form.title}\n{form.text}"
        close_forms(roman)
    duet.settles()
    seen |= {each.ts: each.text for each in roman.reads("@duet")}
    for name, text in seen.items():
        said = re.sub(rf"„hello”|“hello”|`[^`]*`|{IN_SLACKS_MENUS}|Porządek|Roman", "", text).replace(
            OFFER[language], ""
        )
        assert not FOREIGN[language].search(said), (name, said)
    assert welcomes(duet, "roman")


# --- the form -------------------------------------------------------------------------------------------------


def test_a_new_charter_begins_filled_in(duet: Office) -> None:
    """§4.1: start next Monday, end six months on; CIO and CMO are the company's, else those of the last project."""
    first = open_form(duet.person("anna"), "/duet new")
    today = datetime.fromtimestamp(duet.slack.now, UTC).date()
    second = submit_form(fill_form(first, {n: v for n, v in first_step_values(duet).items() if n != "measure_by"}))
    start, end = (date.fromisoformat(field_value(second, name)) for name in ("starts_on", "ends_on"))
    assert (start.weekday(), 0 < (start - today).days <= 7) == (0, True)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == 6
    assert field_value(second, "budget_basis") is not None
    assert (field_value(second, "cio"), field_value(second, "cmo")) == (None, None)
    close_forms(duet.person("anna"))

    send_charter(duet)
    later = open_second_step(duet, name="Drugi")
    assert (field_value(later, "cio"), field_value(later, "cmo")) == ("@adam", "@anna")
    stranger = open_second_step(duet, by="jan", name="Trzeci")
    assert (field_value(stranger, "cio"), field_value(stranger, "cmo")) == (None, None)
    close_forms(duet.person("jan"))
    duet.slack.change_person("adam", deleted=True)
    duet.settles()
    assert field_value(open_second_step(duet, name="Czwarty"), "cio") is None


def test_the_companys_executives_come_before_those_of_the_last_project(duet: Office) -> None:
    """§4.1: each seat for itself."""
    send_charter(duet)
    roman = duet.person("roman")
    assert fill_form(open_form(roman, "/duet settings"), {"cio": "@jan"}).submit() is None
    later = open_second_step(duet, name="Drugi")
    assert (field_value(later, "cio"), field_value(later, "cmo")) == ("@jan", "@anna")


def test_the_executives_are_those_of_the_newest_project(duet: Office) -> None:
    """§4.1: of several."""
    send_charter(duet)
    send_charter(duet, name="Drugi", cio="@jan")
    assert field_value(open_second_step(duet, name="Trzeci"), "cio") == "@jan"


@pytest.mark.parametrize("typed", ["", "Jeszcze nie zmierzono", "not measured yet"])
def test_not_measured_yet_is_a_start_value(duet: Office, typed: str) -> None:
    """§4.1: it is left empty or said, echoed, signed, and measured later as a change of the charter."""
    second = open_second_step(duet, measure_start=typed)
    assert "Wartość dziś: jeszcze nie zmierzono" in second.text
    shown = submit_form(fill_form(second, second_step_values(duet)))
    assert "jeszcze nie zmierzono" in shown.text
    close_forms(duet.person("anna"))
    again = open_form(duet.person("anna"), "/duet edit D-1")
    assert not field_value(again, "measure_start")
    second = submit_form(fill_form(again, {"measure_start": "3,5"}))
    changed = submit_form(second)
    assert "jeszcze nie zmierzono → 3,5" in changed.text


def test_each_step_says_all_that_is_wrong_at_once(duet: Office) -> None:
    """§4.1: a target date in the past stands in the step that has it; what fields say about each other is said
    together with what cannot be read.
    """
    wrong = first_step_values(duet, measure_by=day_from_today(duet, -1), measure_target="dużo", goal=" \u200b ")
    with expect_no_change(duet):
        first = submit_form(fill_form(open_form(duet.person("anna"), "/duet new"), wrong))
        assert set(field_errors(first)) == {"measure_by", "measure_target", "goal"}
        assert "Ten dzień już minął" in field_errors(first)["measure_by"]
    second = submit_form(fill_form(first, first_step_values(duet)))
    wrong = second_step_values(duet) | {
        "cmo": "@adam",
        "lead_it": "@duet",
        "starts_on": day_from_today(duet, 160),
        "ends_on": day_from_today(duet, 159),
        "budget": "dużo",
    }
    milestones = find_label(second.labels, ("Pierwsze kamienie milowe", "First milestones"))
    late = f"Pilotaż; {day_from_today(duet, 400)}; IT\nBez daty"
    with expect_no_change(duet):
        second = submit_form(fill_form(second, wrong).fill({milestones: late}))
        seen = set(second.errors)
        for name in ("cmo", "lead_it", "starts_on", "ends_on", "budget"):
            assert seen & set(FIELDS[name]), (name, second.errors)
        assert milestones in seen


def test_a_passed_target_date_of_a_charter_that_runs_may_stay(duet: Office) -> None:
    """§4.1: whoever edits something else is not asked about it."""
    key = activate_project(duet, measure_by=day_from_today(duet, 31), starts_on=day_from_today(duet, 1))
    duet.slack.move_clock(days=40)
    run_due_work(duet)
    form = fill_form(open_form(duet.person("ewa"), f"/duet edit {key}"), {"name": "Kto kupuje w soboty"})
    assert not submit_form(form).errors
    close_forms(duet.person("ewa"))
    form = open_form(duet.person("ewa"), f"/duet edit {key}")
    form = submit_form(fill_form(form, {"measure_by": day_from_today(duet, -2)}))
    assert set(field_errors(form)) == {"measure_by"}


def test_back_loses_nothing_either_way(duet: Office) -> None:
    """§2.3, §4.1: the second step goes back to the first, and both are as they were left."""
    anna = duet.person("anna")
    second = fill_form(open_second_step(duet), second_step_values(duet, budget="dwa worki złota"))
    first = click_back(second)
    assert {name: field_value(first, name) for name in first_step_values(duet)} == first_step_values(duet)
    second = submit_form(fill_form(first, {"goal": "Policzyć żubry."}))
    kept = {name: field_value(second, name) for name in second_step_values(duet)}
    assert kept["budget"] == "dwa worki złota"
    assert kept["lead_it"] == "@piotr"
    assert kept["ends_on"] == second_step_values(duet)["ends_on"]
    click_back(second).close()
    again = submit_form(open_form(anna, "/duet new"))
    assert field_value(again, "budget") == "dwa worki złota"
    shown = submit_form(fill_form(again, {"budget": "12k"}))
    assert "Policzyć żubry." in shown.text
    close_forms(anna)
    assert not field_value(open_second_step(duet, name="Drugi"), "budget")


def test_the_end_follows_the_goals_date_until_somebody_sets_it(duet: Office) -> None:
    """§4.1: also after going back; whatever was chosen stays."""
    goal, later, chosen = (day_from_today(duet, days) for days in (60, 90, 120))
    second = open_second_step(duet, measure_by=goal)
    assert field_value(second, "ends_on") == goal
    second = submit_form(fill_form(click_back(second), {"measure_by": later}))
    assert field_value(second, "ends_on") == later
    second = submit_form(fill_form(click_back(fill_form(second, {"ends_on": chosen})), {"measure_by": goal}))
    assert field_value(second, "ends_on") == chosen


def test_days_that_may_be_a_slip_are_remarked_on(duet: Office) -> None:
    """§4.1: in one paragraph of the answer; nothing is refused, and a change says what it changed."""
    start, goal = day_from_today(duet, -3), day_from_today(duet, 150)
    sunday = date.fromisoformat(day_from_today(duet, 14))
    sunday += timedelta(days=6 - sunday.weekday())
    lines = f"Otwarcie; {sunday}; IT\nRaport; {sunday + timedelta(days=1)}; IT"
    shown = submit_new_charter(duet, starts_on=start, ends_on=day_from_today(duet, 100), milestones=lines)
    (remark,) = (each for each in shown.text.split("\n") if "Warto sprawdzić daty" in each)
    assert "już minął" in remark and "wypada po końcu projektu" in remark and "Otwarcie, " in remark
    assert "Raport" not in remark
    close_forms(duet.person("anna"))
    changed = revise_charter(duet, "D-1", name="Inny").text
    assert "Warto sprawdzić daty" not in changed
    close_forms(duet.person("anna"))
    assert "Warto sprawdzić daty" not in revise_charter(duet, "D-1", ends_on=goal).text
    close_forms(duet.person("anna"))
    said = revise_charter(duet, "D-1", ends_on=day_from_today(duet, 120)).text
    assert "wypada po końcu projektu" in said and "już minął" not in said


def test_back_keeps_what_is_edited(duet: Office) -> None:
    """§2.3: the same of a charter that is changed."""
    send_charter(duet)
    second = submit_form(open_form(duet.person("anna"), "/duet edit D-1"))
    first = click_back(fill_form(second, {"budget": "13k"}))
    second = submit_form(fill_form(first, {"goal": "Policzyć żubry."}))
    changed = submit_form(second).text
    assert "13 000" in changed
    assert "Policzyć żubry." in changed


def test_the_last_step_sends(duet: Office) -> None:
    """§4.1: whoever is named sends at once, above what was understood, and signs from there; else it is a draft."""
    form = submit_new_charter(duet)
    assert form.buttons[:1] == ["Wyślij do podpisu"]
    sent = click_button(form, "send")
    assert "wysłana do podpisu" in sent.text
    signing = click_button(sent, "read")
    assert "D-1" in signing.title
    close_forms(duet.person("anna"))
    kept = submit_new_charter(duet, by="jan", name="Drugi")
    assert kept.buttons == []
    assert "Zapisane jako szkic" in kept.text


# --- after both signatures ------------------------------------------------------------------------------------


def test_the_next_steps_are_ticked_as_they_are_done(duet: Office) -> None:
    """§4.3: the charter's post ends with them as buttons; each lead is told the same, and which side is theirs."""
    forge_click(duet.person("piotr"), "language.speak", "pl")
    key = activate_project(duet)
    channel = project_channel(duet, key)
    sides = {"piotr": "stronę IT", "ewa": "stronę marketingu"}

    def read() -> list[SeenMessage]:
        duet.settles()
        post = duet.person("ewa").waits_for("Co dalej", channel, pinned=True)
        letters = [duet.person(lead).waits_for(f"Prowadzisz {side}") for lead, side in sides.items()]
        return [post, *letters]

    for seen in read():
        assert seen.text.count("⬜") == 4
        assert "✅" not in seen.text
        buttons = ["Dodaj osobę", "Wpisz, kto za co odpowiada", "Ustaw check-iny", "Dodaj kamień milowy"]
        assert seen.buttons[-4:] == buttons
        for button in buttons:
            opened = seen.click(button).form
            assert opened is not None, button
            opened.close()
    duet.person("ewa").types(f'/duet milestone {key} add "Pilotaż" {day_from_today(duet, 60)} @ewa')
    for seen in read():
        assert "✅ Pierwszy kamień milowy" in seen.text
        assert "Dodaj kamień milowy" not in seen.buttons
    form = read()[2].click("Ustaw check-iny").form
    assert form is not None
    form.submit()
    close_forms(duet.person("ewa"))
    for seen in read():
        assert "✅ Check-iny" in seen.text
        assert seen.buttons[-2:] == ["Dodaj osobę", "Wpisz, kto za co odpowiada"]
    duet.person("ewa").types(f'/duet own {key} customers "Newsletter" @ewa')
    for seen in read():
        assert "⬜ Podział odpowiedzialności" in seen.text, "IT keeps nothing yet"
    duet.person("piotr").types(f'/duet own {key} data "Kasy" @jan')
    for seen in read():
        assert "⬜ Podział odpowiedzialności" in seen.text, "Jan has not said yes"
    take_asset_over(duet.person("jan"), "Kasy")
    for seen in read():
        assert "✅ Podział odpowiedzialności" in seen.text
    dropping = open_form(duet.person("ewa"), f"/duet milestone {key} drop 1")
    submit_form(fill_form(dropping, {"why": "Klient odpadł"}))
    for seen in read():
        assert "⬜ Pierwszy kamień milowy" in seen.text


def test_who_asks_out_of_turn_has_not_chosen_when_to_ask(duet: Office) -> None:
    """§4.3: the step is the schedule: it is ticked when somebody has chosen it, or when it has asked for the first
    time.
    """
    key, thursday = start_checkin_project(duet, "jan")
    channel = project_channel(duet, key)

    def read() -> str:
        duet.settles()
        return duet.person("ewa").waits_for("Co dalej", channel, pinned=True).text

    move_to_day(duet, thursday - timedelta(days=1), "11:00")
    open_form(duet.person("jan"), f"/duet checkin {key} answer").close()
    duet.person("ewa").types(f"/duet checkin {key} now")
    run_due_work(duet)
    duet.person("ewa").types(f'/duet milestone {key} add "Pilotaż" {day_from_today(duet, 60)} @ewa')
    assert "✅ Pierwszy kamień milowy" in read()
    assert "⬜ Check-iny" in read()
    move_to_day(duet, thursday, "10:00")
    assert "✅ Check-iny" in read()


def test_the_people_are_ticked_for_the_side_that_has_sent_somebody(duet: Office) -> None:
    """§4.3: for its lead; in the channel, once both have."""
    forge_click(duet.person("piotr"), "language.speak", "pl")
    key = activate_project(duet)
    channel = project_channel(duet, key)

    def read() -> list[str]:
        duet.settles()
        post = duet.person("ewa").waits_for("Co dalej", channel, pinned=True)
        letters = [duet.person(lead).waits_for("Prowadzisz") for lead in ("ewa", "piotr")]
        return ["✅" if "✅ Ludzie" in each.text else "⬜" for each in (post, *letters)]

    assert read() == ["⬜", "⬜", "⬜"]
    add_member(duet, key, "tomek", by="ewa")
    assert read() == ["⬜", "✅", "⬜"]
    add_member(duet, key, "jan", by="piotr")
    assert read() == ["✅", "✅", "✅"]


def test_the_people_stay_ticked_and_a_closing_has_no_next_steps(duet: Office) -> None:
    """§4.3, §12.1: whose stay is over was in the team all the same; once the project is closing there is nothing to
    go on with, in what was told before.
    """
    key = activate_project(duet, starts_on=day_from_today(duet, 0), ends_on=day_from_today(duet, 30))
    channel = project_channel(duet, key)
    add_member(duet, key, "jan", by="piotr", **stay_days(duet, 0, 2))
    add_member(duet, key, "tomek", by="ewa", **stay_days(duet, 0, 2))

    def read() -> list[SeenMessage]:
        duet.settles()
        post = duet.person("ewa").waits_for("Obie strony podpisały tę kartę", channel, pinned=True)
        return [post, duet.person("ewa").waits_for("Prowadzisz stronę marketingu")]

    for _ in range(2):
        for seen in read():
            assert "✅ Ludzie" in seen.text
            assert "Dodaj osobę" not in seen.buttons
        duet.slack.move_clock(days=5)
        run_due_work(duet)
    duet.slack.move_clock(days=30)
    run_due_work(duet)
    for seen in read():
        assert not re.search("Co dalej|⬜|✅", seen.text)
        assert seen.buttons == []
    how_it_was = read()[0].text
    assert "skład zespołu jest niżej" in how_it_was and "@Jan Łącznik (" in how_it_was
    assert "*Harmonogram*\nBrak" in how_it_was and "jeszcze nikt" not in how_it_was


def test_a_guest_is_not_offered_a_project_of_their_own(duet: Office) -> None:
    """§14: guests can be members, and draft nothing; §2.6"""
    gosia = duet.person("gosia")
    for typed in ("", "list", "list all", "milestone", "own", "close", "checkin", "sign"):
        seen = gosia.types(f"/duet {typed}", "#promocje")
        assert not set(BUTTONS["new"]) & set(seen.buttons), typed
        close_forms(gosia)
    assert "zaczynamy" not in gosia.types("/duet", "#promocje").text
    assert set(BUTTONS["new"]) & set(duet.person("jan").types("/duet").buttons)


def test_a_lead_who_is_replaced_is_told_once(duet: Office) -> None:
    """§2.6, §2.8: and what told them that they lead has no buttons any more; not who made the change."""
    key = activate_project(duet)
    for by, lead in (("anna", "jan"), ("jan", "ewa")):
        form = submit_form(open_form(duet.person(by), f"/duet edit {key}"))
        submit_form(fill_form(form, {"lead_marketing": f"@{lead}"}))
        close_forms(duet.person(by))
        move_to_next_morning(duet)
        if by == "anna":
            told = [each for each in duet.person("ewa").reads("@duet") if "prowadzi teraz ktoś inny" in each.text]
            assert len(told) == 2 and not any(each.buttons for each in told), "the old message, and the news"
            assert not any("Prowadzisz stronę" in each.text for each in duet.person("ewa").reads("@duet"))
    told = [each for each in duet.person("jan").reads("@duet") if "prowadzi teraz ktoś inny" in each.text]
    assert len(told) == 1, "their own act is not told"


def test_a_lead_who_is_named_later_is_told_in_the_morning(duet: Office) -> None:
    """§2.8, §4.3"""
    key = activate_project(duet)
    form = submit_form(open_form(duet.person("ewa"), f"/duet edit {key}"))
    submit_form(fill_form(form, {"lead_marketing": "@jan"}))
    close_forms(duet.person("ewa"))
    duet.person("piotr").types(f'/duet milestone {key} add "Pilotaż" {day_from_today(duet, 60)} @piotr')
    move_to_next_morning(duet)
    told = duet.person("jan").waits_for("Prowadzisz").text
    assert "Prowadzisz stronę marketingu" in told
    assert "✅ Pierwszy kamień milowy" in told, "it was done before they read of it"
    assert "⬜ Podział odpowiedzialności" in told
    duet.person("piotr").types(f'/duet own {key} data "Kasy" @piotr')
    duet.person("anna").types(f'/duet own {key} customers "Newsletter" @anna')
    duet.settles()
    assert "✅ Podział odpowiedzialności" in duet.person("jan").waits_for("Prowadzisz").text, (
        "so does what was read"
    )


def click_back(form: SeenForm) -> SeenForm:
    shown: SeenForm | None = form.click(find_label(form.buttons, BACK))
    assert shown is not None
    return shown
