"""What is typed after `/duet`, and what comes back."""

from datetime import timedelta

import pytest

from bot.home.help_views import words_of_command
from bot.parsing.folding import fold_text
from bot.ui.languages import list_languages
from bot.ui.texts import Texts
from handlers import FEATURES
from handlers.guesses import WORDS_OF_OTHER_TOOLS
from handlers.router import Router
from tests.running import Office
from tests.scenarios.days import current_day
from tests.scenarios.lifecycle_steps import pause_project
from tests.scenarios.steps import (
    NAME,
    NOT_FOUND,
    activate_project,
    click_button,
    close_forms,
    draft_charter,
    expect_no_change,
    expect_refusal,
    field_value,
    fill_form,
    has_sentence,
    open_form,
    project_channel,
    query_one,
    revise_charter,
    send_charter,
    sign_charter,
    submit_form,
)
from tests.scenarios.team_steps import add_member
from tests.scenarios.timetable_steps import weekday_from_today

SUBCOMMANDS = tuple(Router(FEATURES).commands)
LANGUAGE_OF = {"anna": "pl", "nadia": "en"}


def names_of_subcommands(who: str) -> dict[str, str]:
    """What each subcommand is called in the person's language."""
    t = Texts.of(LANGUAGE_OF[who])
    return {name: t.plain(f"help.{name}.word") for name in SUBCOMMANDS}


def test_a_project_is_found_by_its_key_in_every_spelling(duet: Office) -> None:
    """§2.1: `D-12`, `d12`, a bare number; and its key alone shows it."""
    anna, key = duet.person("anna"), draft_charter(duet)
    for spelling in ("D-1", "d1", "D1", "d-1", "D–1", "D‑1", "d 1", "D-01", "1", "“D-1”"):
        assert anna.types(f"/duet show {spelling}").text.startswith(f"{key} · {NAME}"), spelling
    for spelling in ("project D-1", "projekt d1"):
        assert anna.types(f"/duet show {spelling}").text.startswith(f"{key} · {NAME}"), spelling
    for spelling in ("D-1", "d1"):
        assert anna.types(f"/duet {spelling}").text.startswith(f"{key} · {NAME}"), spelling
    for unknown in ("D-2", "2", "D-999999999", "0", "D-0", "٣"):
        assert has_sentence(anna.types(f"/duet show {unknown}").text, NOT_FOUND), unknown


def test_a_project_is_found_by_the_beginning_of_its_name(duet: Office) -> None:
    """§2.1: a unique beginning, in any case and without diacritics; several are named."""
    anna = duet.person("anna")
    fridays, back = draft_charter(duet), draft_charter(duet, name="Kto wraca po żubra")
    for words in ("kto kupuje", "KTO KUPUJE W PIATKI", "Kto  kupuje w pią", "„kto kupuje”", "'kto kup'"):
        assert anna.types(f"/duet show {words}").text.startswith(fridays), words
    for words in ("kto wraca po zubra", "kto w"):
        assert anna.types(f"/duet show {words}").text.startswith(back), words
    several = anna.types("/duet show kto")
    assert [each.split(" · ")[0] for each in several.buttons] == [back, fridays]
    assert has_sentence(anna.types("/duet show kupuje").text, NOT_FOUND)
    exact = draft_charter(duet, name="Kto")
    assert anna.types("/duet show kto").text.startswith(exact)


def test_the_project_of_the_channel_is_meant_or_the_only_one_or_the_one_picked(duet: Office) -> None:
    """§2.1: left out, it is the channel's, else the only live one, else a picker whose click goes on."""
    anna, first = duet.person("anna"), activate_project(duet)
    assert anna.types("/duet show").text.startswith(first)  # the only one
    second = draft_charter(duet, name="Drugi")
    assert anna.types("/duet show", project_channel(duet, first)).text.startswith(first)
    assert anna.types("/duet log", project_channel(duet, first)).text.startswith(f"Dziennik: *{first}")

    picker = anna.types("/duet show")
    assert picker.buttons == [f"{second} · Drugi", f"{first} · {NAME}"]
    assert picker.click(f"{first} · {NAME}").text.startswith(first)
    assert anna.types("/duet log").click(f"{second} · Drugi").text.startswith(f"Dziennik: *{second}")
    form = anna.types("/duet edit").click(f"{second} · Drugi").form
    assert form is not None
    assert field_value(form, "name") == "Drugi"


def test_only_projects_are_offered_in_which_the_command_is_not_refused(duet: Office) -> None:
    """§2.1: one of several is meant by itself; where there is none, it is said how to read why."""
    anna, ewa, active = duet.person("anna"), duet.person("ewa"), activate_project(duet)
    second, third = (draft_charter(duet, name=name) for name in ("Drugi", "Trzeci"))
    assert ewa.types("/duet edit").buttons == [f"{third} · Trzeci", f"{second} · Drugi", f"{active} · {NAME}"]
    assert active in ewa.types("/duet checkin now").text
    assert active in open_form(ewa, '/duet blocker "Brak danych" i kas').text
    close_forms(ewa)
    assert active in open_form(anna, "/duet pause").text
    with expect_refusal(duet, "error.no_project_suits"):
        assert f"`/duet wznów {third}`" in anna.types("/duet wznów").text
        assert f"`/duet wstrzymaj {third}`" in ewa.types("/duet wstrzymaj").text
    with expect_refusal(duet, "error.only.executives"):
        ewa.types(f"/duet wstrzymaj {active}")
    with expect_refusal(duet, "error.only.withdrawing"):
        assert ewa.types(f"/duet anuluj {active}").text.startswith("Wycofanie projektu")


def test_all_that_waits_for_a_signature_is_listed_and_what_was_not_answered_comes_first(duet: Office) -> None:
    """§2.1, §4.2: also of one project; and each answer is followed by what waits besides."""
    adam, first = duet.person("adam"), send_charter(duet)
    form = open_form(adam, "/duet sign")
    assert "czeka jeszcze" not in submit_form(fill_form(form, {"answer": "decline", "reason": "Za drogo"})).text
    second, third = send_charter(duet, name="Drugi"), send_charter(duet, name="Trzeci")
    close_forms(adam)
    picker = adam.types("/duet sign")
    assert picker.buttons == ["Przeczytaj i podpisz", "Przeczytaj i podpisz", "Zmień odpowiedź"]
    assert picker.text.index(second) < picker.text.index(third) < picker.text.index("Twoja odpowiedź: nie")
    opened = picker.click("Przeczytaj i podpisz").form
    assert opened is not None and second in opened.title
    told = submit_form(fill_form(opened, {"answer": "sign"}))
    assert f"Na Twój podpis czeka jeszcze: *{third} · Trzeci*" in told.text
    opened = told.click("Przeczytaj i podpisz")
    assert opened is not None and third in opened.title
    last = submit_form(fill_form(opened, {"answer": "sign"}))
    assert "czeka jeszcze" not in last.text, "only what was not answered"
    close_forms(adam)
    assert first in open_form(adam, "/duet sign").title


def test_in_a_projects_channel_its_own_request_is_meant(duet: Office) -> None:
    """§2.1: whatever else waits for a signature."""
    adam, first = duet.person("adam"), activate_project(duet)
    second = send_charter(duet, name="Drugi")
    revise_charter(duet, first, goal="Wiedzieć, kto kupuje w soboty.")
    assert len(adam.types("/duet sign").buttons) == 2
    form = open_form(adam, "/duet sign", project_channel(duet, first, "adam"))
    assert first in form.title and second not in form.title


def test_without_a_project_the_first_one_is_a_click_away(duet: Office) -> None:
    """§2.1, §2.3"""
    jan = duet.person("jan")
    needed, none = "Do tego potrzebny jest wspólny projekt", "Nie masz teraz żadnego wspólnego projektu"
    for command in ("show", "log", "edit", "kamień dodaj jutro", "list"):
        reply = jan.types(f"/duet {command}")
        assert (none if command == "list" else needed) in reply.text, command
        click_button(reply, "new")
        assert jan.form is not None
        close_forms(jan)
    assert "Nic nie czeka na Twój podpis" in jan.types("/duet sign").text
    public = jan.types("/duet list").click("Publiczne projekty")
    assert public.text.startswith("Nie ma teraz publicznych projektów") and public.buttons == ["Nowy projekt"]


@pytest.mark.parametrize(
    ("who", "typed", "said"),
    [
        ("anna", "nowyy", "Nie znam słowa „nowyy”. Chodziło o `/duet nowy`?"),
        ("anna", "LISTAA wszystkie", "Nie znam słowa „LISTAA”. Chodziło o `/duet lista wszystkie`?"),
        ("anna", "banan", "Nie znam słowa „banan”."),
        ("anna", "strona marketing", "Nie znam słowa „strona”. Chodziło o `/duet kto ja`?"),
        ("anna", "pracuję w marketingu", "Nie znam słowa „pracuję”. Chodziło o `/duet kto ja`?"),
        ("nadia", "side marketing", "I don't know “side”. Did you mean `/duet who me`?"),
        ("nadia", "I work in marketing", "Did you mean `/duet who me`?"),
        ("anna", "przypisz", "Nie znam słowa „przypisz”. Chodziło o `/duet rejestr`?"),
        ("anna", "załóż Ogórki", "Nie znam słowa „załóż”. Chodziło o `/duet nowy Ogórki`?"),
        ("nadia", "make Pickles", "I don't know “make”. Did you mean `/duet new Pickles`?"),
        ("nadia", "sgin", "I don't know “sgin”. Did you mean `/duet sign`?"),
        (
            "nadia",
            'assign data "CRM events"',
            'I don\'t know “assign”. Did you mean `/duet own data "CRM events"`?',
        ),
        ("nadia", "settigns now", "I don't know “settigns”. Did you mean `/duet settings now`?"),
        ("nadia", "set", "I don't know “set”. Did you mean `/duet settings`?"),
        ("nadia", "mile", "I don't know “mile”. Did you mean `/duet milestone`?"),
        ("nadia", "rej", "I don't know “rej”. Did you mean `/duet own`?"),
        ("nadia", "statsu", "I don't know “statsu”. Did you mean `/duet show`?"),
        ("nadia", "status D-1", "I don't know “status”. Did you mean `/duet show D-1`?"),
        ("nadia", "send D-1", "I don't know “send”. Did you mean `/duet sign D-1`?"),
        ("nadia", "standup", "I don't know “standup”. Did you mean `/duet checkin`?"),
        ("nadia", "help banana", "I don't know “banana”."),
        ("nadia", "my data", "I don't know “my”. Did you mean `/duet export my data`?"),
        (
            "nadia",
            'add milestone D-1 "Pilot" friday',
            'I don\'t know “add”. Did you mean `/duet milestone D-1 add "Pilot" friday`?',
        ),
        ("anna", "usuń prośbę 3", "Nie znam słowa „usuń”. Chodziło o `/duet prośba`?"),
        ("nadia", "start Pickles with IT", "I don't know “start”. Did you mean `/duet new Pickles with IT`?"),
        ("anna", "stwórz projekt Ogórki", "Nie znam słowa „stwórz”. Chodziło o `/duet nowy Ogórki`?"),
        ("anna", "start", "Nie znam słowa „start”. Chodziło o `/duet nowy`?"),
        ("nadia", "decline D-1", "I don't know “decline”. Did you mean `/duet sign D-1`?"),
        ("nadia", "undo 3", "I don't know “undo”. Did you mean `/duet help`?"),
        ("nadia", "invoice 300", "I don't know “invoice”. Did you mean `/duet spend 300`?"),
        ("nadia", "reset", "I don't know “reset”. Did you mean `/duet help`?"),
        ("nadia", "charter", "I don't know “charter”. Did you mean `/duet show`?"),
        ("nadia", "schedule D-1", "I don't know “schedule”. Did you mean `/duet checkin D-1 schedule`?"),
        (
            "nadia",
            'decision D-1 "Prices"',
            'I don\'t know “decision”. Did you mean `/duet own D-1 "Prices"`?',
        ),
        ("nadia", "data", "I don't know “data”. Did you mean `/duet own`?"),
        ("nadia", "steward", "I don't know “steward”. Did you mean `/duet settings`?"),
        ("nadia", "polish", "I don't know “polish”. Did you mean `/duet settings polish`?"),
        ("nadia", "holiday", "I don't know “holiday”. Did you mean `/duet away`?"),
        ("anna", "umowa D-1", "Nie znam słowa „umowa”. Chodziło o `/duet pokaż D-1`?"),
        ("anna", "język", "Nie znam słowa „język”. Chodziło o `/duet ustawienia`?"),
        ("anna", "odmów", "Nie znam słowa „odmów”. Chodziło o `/duet podpis`?"),
        ("anna", "święto", "Nie znam słowa „święto”. Chodziło o `/duet nieobecność`?"),
        ("anna", "grafik", "Nie znam słowa „grafik”. Chodziło o `/duet checkin grafik`?"),
        ("anna", "godziny", "Nie znam słowa „godziny”. Chodziło o `/duet checkin godziny`?"),
        ("nadia", "times D-1", "I don't know “times”. Did you mean `/duet checkin D-1 times`?"),
        ("anna", "terminy check-inów", "Nie znam słowa „terminy”. Chodziło o `/duet checkin terminy`?"),
        ("anna", "terminarz D-1", "Nie znam słowa „terminarz”. Chodziło o `/duet kamień D-1`?"),
        ("anna", "terminy", "Nie znam słowa „terminy”. Chodziło o `/duet kamień`?"),
        ("nadia", "dates", "I don't know “dates”. Did you mean `/duet milestone`?"),
        ("anna", "faktura 300", "Nie znam słowa „faktura”. Chodziło o `/duet wydatek 300`?"),
        ("nadia", "start a project with marketing", "I don't know “start”. Did you mean `/duet new`?"),
        ("anna", "jak dodac projekt?", "Chodziło o `/duet nowy`?"),
        ("anna", "dodaj projekt Ogórki", "Nie znam słowa „dodaj”. Chodziło o `/duet nowy Ogórki`?"),
        ("anna", "brief", "Nie znam słowa „brief”. Chodziło o `/duet pokaż`?"),
        ("anna", "brief 9", "Nie znam słowa „brief”. Chodziło o `/duet ustawienia brief 9`?"),
        ("anna", "podsumowanie", "Nie znam słowa „podsumowanie”. Chodziło o `/duet pokaż`?"),
        ("anna", "kończymy projekt wcześniej", "Nie znam słowa „kończymy”. Chodziło o `/duet zamknij`?"),
        ("anna", "zacznij projekt z IT", "Nie znam słowa „zacznij”. Chodziło o `/duet nowy`?"),
        ("anna", "projekt nowy Ogórki", "Nie znam słowa „projekt”. Chodziło o `/duet nowy Ogórki`?"),
        ("nadia", "owner of the CRM", "I don't know “owner”. Did you mean `/duet who CRM`?"),
        ("nadia", "what now?", "I don't know “what”. Did you mean `/duet home`?"),
        ("anna", "co mam zrobić", "Nie znam słowa „co”. Chodziło o `/duet moje`?"),
        ("nadia", "hello", "I don't know “hello”. Did you mean `/duet help`?"),
        ("anna", "co potrafisz", "Nie znam słowa „co”. Chodziło o `/duet pomoc`?"),
        ("nadia", "I want to start a project", "Did you mean `/duet new`?"),
        ("anna", "chcę założyć projekt Ogórki", "Chodziło o `/duet nowy Ogórki`?"),
        ("nadia", "how do I sign the charter of D-1?", "Did you mean `/duet sign D-1`?"),
        ("nadia", "can you add a milestone to D-1", "Did you mean `/duet milestone add D-1`?"),
        ("nadia", "I need data from marketing", "Did you mean `/duet ask data from marketing`?"),
    ],
)
def test_an_unknown_word_is_answered_in_one_line(duet: Office, who: str, typed: str, said: str) -> None:
    """§2.2, §2.11; all commands are a click away."""
    reply = duet.person(who).types(f"/duet {typed}")
    assert reply.text == said
    shown = click_button(reply, "help").text
    assert all(
        f"`/duet {name}`" in shown for name in names_of_subcommands(who).values() if name not in ("moje", "home")
    )


@pytest.mark.parametrize(
    ("who", "typed", "name"),
    [
        ("nadia", "create project", None),
        ("nadia", "new a project with marketing", None),
        ("nadia", "new joint project", None),
        ("anna", "nowy projekt", None),
        ("anna", "nowy projekt Ogórki", "Ogórki"),
        ("anna", "nowy wspólny projekt o nazwie Ogórki", "Ogórki"),
        ("nadia", "new project called “Pickles”", "Pickles"),
        ("nadia", "new Project Phoenix", "Project Phoenix"),
        ("nadia", "new A new broom", "A new broom"),
        ("anna", "nowy „projekt”", "projekt"),
    ],
)
def test_that_it_is_a_project_is_no_part_of_its_name(duet: Office, who: str, typed: str, name: str | None) -> None:
    """§2.3, §2.4: the form opens with what is left, or with no name."""
    assert field_value(open_form(duet.person(who), f"/duet {typed}"), "name") == name


def test_a_sentence_ends_nothing_on_a_guess(duet: Office) -> None:
    """§2.11: neither does a word."""
    said = duet.person("nadia").types("/duet I want to delete the project D-1")
    assert said.text.startswith("If you mean `/duet withdraw D-1`, type that") and said.buttons == ["Help"]
    said = duet.person("anna").types("/duet chcę usunąć projekt D-1")
    assert said.text.startswith("Jeśli chodzi o `/duet wycofaj D-1`, wpisz") and said.buttons == ["Pomoc"]


@pytest.mark.parametrize(
    ("who", "typed", "said"),
    [
        (
            "ewa",
            "pokaż ogórki",
            "Nie widzę takiego projektu. Wpisz jego klucz",
        ),
        ("nadia", "log pickles", "I can't see such a project: “pickles”."),
        ("ewa", "edytuj lider @mike", "Nie widzę takiego projektu: „lider @mike”."),
        ("nadia", "budget entries", "I can't see such a project: “entries”."),
    ],
)
def test_words_that_name_no_project_are_told_what_does(duet: Office, who: str, typed: str, said: str) -> None:
    """§16: what was not found, and what to type instead."""
    activate_project(duet)
    with expect_refusal(duet):
        told = duet.person(who).types(f"/duet {typed}").text
    assert told.startswith(said) and "/duet" in told


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ("pause until 20 December because of christmas", {"2026-12-20", "because of christmas"}),
        ("pause {key} for three weeks", {"2026-12-15"}),
        ("pause {key} ERP freeze", {"ERP freeze"}),
        ("pause {key} ERP freeze until 20 December", {"ERP freeze until 20 December"}),
        ("withdraw {key} no budget is left", {"no budget is left"}),
        ("wstrzymaj do 20 grudnia bo święta", {"2026-12-20", "bo święta"}),
        ("wstrzymaj bo święta", {"bo święta"}),
    ],
)
def test_a_pause_or_withdrawal_is_typed_with_its_reason(duet: Office, typed: str, fields: set[str]) -> None:
    """§2.1, §2.4: they are no project's name; the form opens, filled with what was understood."""
    key = activate_project(duet)
    form = open_form(duet.person("anna"), f"/duet {typed.format(key=key)}")
    assert fields <= {str(each) for each in form.values.values()}


def test_what_follows_a_command_that_takes_nothing_is_not_dropped_in_silence(duet: Office) -> None:
    """§2.4"""
    with expect_refusal(duet, "error.words_not_read"):
        assert "“the new survey” means nothing" in duet.person("nadia").types("/duet mine the new survey").text


def test_words_in_another_order_have_the_one_reading_that_they_can_have(duet: Office) -> None:
    """§2.1, §2.7: whom, what of which kind, a title without a verb; and words of haste are no project's name."""
    key = activate_project(duet)
    add_member(duet, key, "ola", by="ewa")
    assert "D-1" in duet.person("ewa").types("/duet zespół @ola usuń").text
    assert query_one(duet, "SELECT count(*) FROM members WHERE user_id = 'U0OLA' AND left_at IS NULL") == 0
    assert "Logi" in duet.person("piotr").types('/duet rejestr "Logi" dane @piotr').text
    assert query_one(duet, "SELECT owner FROM assets WHERE name = 'Logi'") == "U0PIOTR"
    assert "Kampania" in duet.person("ewa").types('/duet kamień "Kampania" 28.12 @ewa').text
    assert query_one(duet, "SELECT owner FROM milestones WHERE title = 'Kampania'") == "U0EWA"
    pause_project(duet, key, current_day(duet) + timedelta(days=5))
    assert key in duet.person("anna").types("/duet resume now").text
    assert query_one(duet, "SELECT state FROM projects") == "active"


def test_what_people_call_dates_is_the_schedule_of_check_ins_or_the_timetable(duet: Office) -> None:
    """§1, §2.2: by the command that it follows, and never another word that looks like it."""
    key = activate_project(duet)
    ewa = duet.person("ewa")
    for word in ("plan", "terminy", "termin", "terminarz", "harmonogram", "godziny", "times", "schedule"):
        for typed in (f"checkin {word}", f"checkin {key} {word}"):
            assert open_form(ewa, f"/duet {typed}").title == f"Check-iny {key}", typed
            close_forms(ewa)
    for word in ("terminy", "termin", "Terminarz", "harmonogram", "schedule", "dates", "deadlines"):
        for typed in (f"kamień {word}", f"kamień {key} {word}"):
            assert f"*{key} · Kto kupuje w piątki*: harmonogram" in ewa.types(f"/duet {typed}").text, typed


@pytest.mark.parametrize("typed", ["zamknij {key} jutro", "pokaż {key} jutro", "kamień {key} jutro"])
def test_words_after_a_key_are_what_is_not_read(duet: Office, typed: str) -> None:
    """§2.4, §16: the project is there; whoever may not know of it reads what they read of a key that nobody has."""
    key = activate_project(duet)
    with expect_refusal(duet, "error.words_not_read"):
        said = duet.person("ewa").types(f"/duet {typed.format(key=key)}").text
    assert said.startswith("Duet nie wie, co tu znaczy „jutro”")
    with expect_refusal(duet, "error.not_found"):
        duet.person("tomek").types(f"/duet {typed.format(key=key)}")


@pytest.mark.parametrize(
    ("who", "export", "by"),
    [
        ("ola", "/duet eksport mnie", "opiekunów stron (po jednej osobie z IT i z marketingu)"),
        ("nadia", "/duet export me", "stewards (one colleague from IT, one from marketing)"),
    ],
)
def test_the_settings_say_how_to_see_and_erase_ones_data(duet: Office, who: str, export: str, by: str) -> None:
    """§17: also where one looks for it by the wrong word."""
    person = duet.person(who)
    said = open_form(person, "/duet settings").text
    assert f"`{export}`" in said
    assert by in said


@pytest.mark.parametrize(
    ("who", "typed"),
    [
        *(("anna", typed) for typed in ("usuń moje dane", "zapomnij o mnie", "usun konto", "RODO")),
        *(
            ("nadia", typed)
            for typed in ("delete my data", "forget me", "erase all my personal data", "remove me", "privacy")
        ),
    ],
)
def test_who_asks_for_their_data_or_to_be_forgotten_is_led_to_it(duet: Office, who: str, typed: str) -> None:
    """§2.11, §17: no project is proposed to be withdrawn, and who forgets a person is said at once."""
    reply = duet.person(who).types(f"/duet {typed}")
    assert has_sentence(reply.text, ("Chodziło o `/duet ustawienia`?", "Did you mean `/duet settings`?"))
    assert has_sentence(reply.text, ("usuwa to administrator Slacka", "erased by a Slack admin"))
    click_button(reply, "run_meant")
    assert duet.person(who).form is not None


def test_words_after_settings_are_said_to_set_nothing(duet: Office) -> None:
    """§16: the form opens, as it does without them."""
    said = open_form(duet.person("nadia"), "/duet settings language german").text
    assert "“language german” was not used" in said
    assert "Your language" in said


@pytest.mark.parametrize(
    ("who", "typed", "field", "value"),
    [
        ("nadia", "settings language polski", "my_language", "Polski"),
        ("nadia", "settings Polish", "my_language", "Polski"),
        ("anna", "ustawienia język angielski", "my_language", "English"),
        ("anna", "ustawienia po polsku", "my_language", "Polski"),
        ("nadia", "settings reminders off", "reminders", "Off"),
        ("roman", "ustawienia waluta euro", "currency", "EUR"),
        ("roman", "settings currency zł", "currency", "PLN"),
        ("roman", "settings country Germany", "country", "Niemcy"),
        ("roman", "ustawienia strefa Londyn", "zone", "Londyn"),
    ],
)
def test_a_setting_that_is_typed_is_filled_in(duet: Office, who: str, typed: str, field: str, value: str) -> None:
    """§2.3, §17: the form says so, and nothing holds before *Save*."""
    person = duet.person(who)
    with expect_no_change(duet):
        form = open_form(person, f"/duet {typed}")
    assert has_sentence(form.text, ("jest już wypełnione", "is filled in."))
    assert field_value(form, field) == value
    assert form.submit() is None
    assert field_value(open_form(person, "/duet settings"), field) == value


def test_the_hour_of_the_brief_is_filled_in_for_executives(duet: Office) -> None:
    """§13.2: nobody else has a brief; an hour at which nobody is told anything is none."""
    activate_project(duet)
    anna = duet.person("anna")
    for typed, hour in (("przegląd o 10:00", "10:00"), ("brief 9", "09:00")):
        assert field_value(open_form(anna, f"/duet ustawienia {typed}"), "brief_hour") == hour
        close_forms(anna)
    for who, typed in (("ewa", "przegląd o 10:00"), ("anna", "przegląd o 23")):
        assert f"„{typed}”" in open_form(duet.person(who), f"/duet ustawienia {typed}").text


def test_the_companys_setting_is_for_slack_admins(duet: Office) -> None:
    """§14, §17: whoever is none reads so above their own settings."""
    said = open_form(duet.person("nadia"), "/duet settings currency EUR").text
    assert "for Slack admins" in said and "is filled in" not in said


@pytest.mark.parametrize(
    ("who", "typed", "meant"),
    [
        ("nadia", "language polski", "settings language polski"),
        ("nadia", "polish", "settings polish"),
        ("anna", "język angielski", "ustawienia język angielski"),
        ("roman", "currency EUR", "settings currency EUR"),
        ("nadia", "language", "settings"),
    ],
)
def test_a_setting_that_is_typed_alone_is_led_to_the_form(duet: Office, who: str, typed: str, meant: str) -> None:
    """§2.11: with everything that was typed."""
    reply = duet.person(who).types(f"/duet {typed}")
    assert f"`/duet {meant}`?" in reply.text or f"`/duet {meant.replace('settings', 'ustawienia')}`?" in reply.text
    click_button(reply, "run_meant")
    form = duet.person(who).form
    assert form is not None
    assert has_sentence(form.text, ("jest już wypełnione", "is filled in.")) is (meant != "settings")


def test_help_with_a_word_about_ones_data_says_what_becomes_of_them(duet: Office) -> None:
    """§2.11, §17"""
    assert "erased by a Slack admin" in duet.person("nadia").types("/duet help privacy").text
    assert "usuwa to administrator Slacka" in duet.person("anna").types("/duet pomoc RODO").text
    assert "erased" not in duet.person("nadia").types("/duet help settings").text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kalendarz", "eksport kalendarz"),
        ("jestem", "nieobecność"),
        ("lider @nadia", "edytuj"),
        ("extend D-12 tydzień", "edytuj D-12"),
        ("succession", "ustawienia"),
        ("brief", "pokaż"),
        ("handover", "rejestr"),
        ("odchodzę", "zespół"),
    ],
)
def test_words_of_what_people_want_lead_to_it(duet: Office, typed: str, meant: str) -> None:
    """§2.11"""
    assert f"Chodziło o `/duet {meant}`?" in duet.person("anna").types(f"/duet {typed}").text


def test_what_was_probably_meant_is_run_with_everything_that_was_typed(duet: Office) -> None:
    """§2.11: by its button, for half an hour."""
    key, ewa = activate_project(duet), duet.person("ewa")
    day = weekday_from_today(duet, 60)
    reply = ewa.types(f'/duet milestne {key} add "Wersja ``próbna``" {day} @ewa')
    assert f"`/duet kamień {key} add \"Wersja ''próbna''\" {day} @" in reply.text
    assert "próbna" not in ewa.types(f"/duet kamień {key}").text
    assert "próbna" in click_button(reply, "run_meant").text
    assert "próbna" in ewa.types(f"/duet kamień {key}").text
    verb = ewa.types(f"/duet kamień {key} gotwe 1")
    assert verb.text == f"Nie znam słowa „gotwe”. Chodziło o `/duet kamień {key} gotowe 1`?"
    assert click_button(verb, "run_meant").text.startswith("Gotowe: ")
    another = ewa.types(f"/duet kamień {key} zakonczono 1")
    assert f"Chodziło o `/duet kamień {key} gotowe 1`?" in another.text, "a word that the help has"
    late = ewa.types("/duet lsita")
    duet.slack.move_clock(minutes=29)
    assert key in click_button(late, "run_meant").text
    duet.slack.move_clock(minutes=1)
    said = click_button(late, "run_meant").text
    assert said == "Minęło ponad pół godziny, więc nic się nie stało. Wpisz to jeszcze raz."


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("delete D-1", "withdraw D-1"),
        ("stop D-1", "withdraw D-1"),
        ("delete project D-1", "withdraw project D-1"),
        ("remove milestone D-1 2", "milestone D-1 remove 2"),
        ("witdraw D-1", "withdraw D-1"),
        ("milestne D-1 drop 1", "milestone D-1 drop 1"),
        ("milestone D-1 rmove 1", "milestone D-1 drop 1"),
        ("temm remove @ola", "team remove @ola"),
    ],
)
def test_what_ends_or_deletes_is_never_run_from_a_guess(duet: Office, typed: str, meant: str) -> None:
    """§2.11"""
    reply = duet.person("nadia").types(f"/duet {typed}")
    assert f"If you mean `/duet {meant}" in reply.text
    assert reply.buttons == ["Help"]


@pytest.mark.parametrize("word", ["finish", "end", "zakończ"])
def test_what_closing_is_called_elsewhere_shows_its_checklist(duet: Office, word: str) -> None:
    """§2.11, §12.1: and ends nothing."""
    key = activate_project(duet)
    checklist = duet.person("ewa").types(f"/duet zamknij {key}").text
    with expect_no_change(duet):
        assert duet.person("ewa").types(f"/duet {word} {key}").text == checklist


def test_no_word_of_other_tools_is_a_command_already() -> None:
    """§2.11: what is proposed for it would never be."""
    names = {
        fold_text(word)
        for language in list_languages()
        for name in SUBCOMMANDS
        for word in (name, *words_of_command(name, language))
    }
    assert sorted(names & WORDS_OF_OTHER_TOOLS.keys()) == []


def test_polish_words_work_with_and_without_diacritics(duet: Office) -> None:
    """§2.2"""
    anna, key = duet.person("anna"), draft_charter(duet)
    for typed in ("pokaż", "pokaz", "POKAŻ", "karta"):
        assert anna.types(f"/duet {typed} {key}").text.startswith(key), typed
    for typed in ("lista", "Lista wszystkie", "projekty moje"):
        assert NAME in anna.types(f"/duet {typed}").text, typed
    assert NAME not in anna.types("/duet lista zamknięte").text
    for typed in ("dziennik", "historia"):
        assert anna.types(f"/duet {typed}").text.startswith("Dziennik"), typed
    for typed in ("pomoc", "POMOC", "?"):
        assert anna.types(f"/duet {typed}").text.startswith("*Duet: wspólne"), typed
    for typed in ("nowy", "nowa", "utwórz", "utworz"):
        assert open_form(anna, f"/duet {typed} Żubr").values["Nazwa projektu"] == "Żubr", typed
    for typed in ("edytuj", "zmień", "zmien"):
        assert open_form(anna, f"/duet {typed}").values["Nazwa projektu"] == NAME, typed
    assert open_form(anna, "/duet ustawienia").title == "Ustawienia"
    close_forms(anna)
    assert "Nic nie czeka" in anna.types("/duet podpis").text


def test_every_subcommand_has_its_help_in_every_language(duet: Office) -> None:
    """§2.2: usage with examples; the everyday ones come first in the overview."""
    said: dict[str, set[str]] = {}
    for who in LANGUAGE_OF:
        person = duet.person(who)
        for name in SUBCOMMANDS:
            text = person.types(f"/duet help {name}").text
            what, _, usage = text.partition("\n")
            assert what.startswith(f"`/duet {names_of_subcommands(who)[name]}` · "), text
            assert person.types(f"/duet help {names_of_subcommands(who)[name]}").text == text
            assert "`/duet" in usage, text
            said.setdefault(name, set()).add(what)
        overview = person.types("/duet help").text
        places = [
            overview.index(f"`/duet {names_of_subcommands(who)[name]}`") for name in ("new", "list", "edit", "log")
        ]
        assert places == sorted(places)
    assert all(len(texts) == len(LANGUAGE_OF) for texts in said.values()), said


def test_replies_are_seen_by_the_person_only(duet: Office) -> None:
    """§2.6"""
    key = draft_charter(duet)
    anna, ewa = duet.person("anna"), duet.person("ewa")
    for command in ("", "help", "list", f"show {key}", f"log {key}", "banan", "show D-77"):
        replies = anna.types(f"/duet {command}").messages
        assert replies, command
        assert all(each.ephemeral for each in replies), command
    clicked = anna.types("/duet list").click("Pokaż").messages
    assert all(each.ephemeral for each in clicked)
    assert ewa.reads("#general") == []


def test_bare_duet_shows_what_waits_and_the_way_to_the_rest(duet: Office) -> None:
    """§2, §2.3: what waits for me, my projects, buttons for the rest; each of them goes somewhere."""
    anna = duet.person("anna")
    draft, waiting = draft_charter(duet, name="Szkic"), send_charter(duet)
    reply = anna.types("/duet")
    assert f"{waiting} · {NAME}*, wersja 1 karty" in reply.text
    assert f"{draft} · Szkic*, wersja 1" in reply.text
    assert "projekty* (" not in reply.text, "both stand among what waits: no list of them is headed"
    sign_charter(duet, waiting, "anna")
    assert "*Twoje pozostałe projekty* (1)" in anna.types("/duet").text
    form = click_button(reply, "read").form
    assert waiting in form.title
    close_forms(anna)
    for button, title in (("new", "Wspólny projekt"), ("settings", "Ustawienia")):
        click_button(reply, button)
        assert anna.form is not None
        assert anna.form.title == title
        close_forms(anna)
    assert click_button(reply, "help").text.startswith("*Duet: wspólne")
    assert "2 projekty" in reply.click("Wszystkie moje projekty").text


def test_commands_are_read_as_phones_write_them(duet: Office) -> None:
    """§2.7: any quotes, doubled and invisible spaces, any case, mentions, addresses, entities."""
    anna, key = duet.person("anna"), draft_charter(duet)
    for typed in (
        "/duet   SHOW    “kto kupuje”",
        "/duet show „Kto  kupuje”",
        "/duet Show «KTO KUPUJE»",
        "/duet show\u00a0\u200bkto\u00a0kupuje\u200b",
        "/duet sHoW ‘kto kupuje’",
        f"/duet SHOW {key.lower()} ",
    ):
        assert anna.types(typed).text.startswith(key), typed
    for typed, name in (
        ("“Kto kupuje”", "Kto kupuje"),
        ("R&D <i> marketing", "R&D <i> marketing"),
        ("&lt;b&gt; &amp;", "&lt;b&gt; &amp;"),
        ("Pytania do jan@pikus.pl", "Pytania do jan@pikus.pl"),
        ("Don’t panic", "Don't panic"),
    ):
        assert field_value(open_form(anna, f"/duet new {typed}"), "name") == name, typed
    for typed in ("/duet show @adam", "/duet show #general", "/duet list @adam", "/duet @adam", "/duet <!channel>"):
        close_forms(anna)
        assert "[NOTIFIES" not in anna.types(typed).text, typed


def test_a_list_is_filtered_searched_and_paged(duet: Office) -> None:
    """§2: `list [mine|all|closed|words]`"""
    anna = duet.person("anna")
    assert draft_charter(duet) == "D-1"
    draft_charter(duet, name="Żubr", goal="Policzyć żubry w sklepach.")
    assert "2 projekty" in anna.types("/duet list").text
    found = anna.types("/duet list ZUBRY").text
    assert "Żubr" in found
    assert NAME not in found
    assert NAME in anna.types("/duet list d-1").text
    assert "Żaden z Twoich projektów" in anna.types("/duet list łosie").text
    assert "Żaden z Twoich projektów nie jest zamknięty" in anna.types("/duet list closed").text
    assert "Nie masz teraz" in duet.person("jan").types("/duet list").text


def test_a_long_list_is_turned_page_by_page(duet: Office) -> None:
    """§2: `list` is paged, newest first, in its own place."""
    anna = duet.person("anna")
    for number in range(1, 10):
        draft_charter(duet, name=f"Projekt {number}")
    first = anna.types("/duet list")
    assert "9 projektów" in first.text
    assert "Projekt 9" in first.text
    assert "Projekt 1 " not in first.text
    older = click_button(first, "older")
    assert "Projekt 1 " in older.text
    assert "Strona 2 z 2" in older.text
    assert "Projekt 9" in older.click("Nowsze").text


def test_a_long_search_asks_for_more_words(duet: Office) -> None:
    """§2: a search is narrowed, not leafed through."""
    for number in range(1, 10):
        draft_charter(duet, name=f"Projekt {number}")
    found = duet.person("anna").types("/duet list projekt")
    assert "8 z 9" in found.text
    assert "Projekt 1 " not in found.text
    assert "Projekt 1 " in duet.person("anna").types("/duet list projekt 1").text


def test_a_projects_name_may_have_a_commands_own_words(duet: Office) -> None:
    """§2.1: "Nowa baza" is a project, though `baza` is a kind; `checkin now` and `own data` begin no name."""
    activate_project(duet)
    base, platform = activate_project(duet, name="Nowa baza"), activate_project(duet, name="Data platform")
    piotr = duet.person("piotr")
    for typed, key in (("nowa baza", base), ("NOWA  BAZA", base), ("Data platform", platform)):
        for command in ("own", "milestone", "checkin"):
            reply = piotr.types(f"/duet {command} {typed}")
            assert piotr.form is None, (command, typed)
            assert f"{key} · " in reply.text, (command, typed)
    for typed in ("checkin now", "own data"):
        assert len(piotr.types(f"/duet {typed}").buttons) == 3, typed
    piotr.types('/duet own Nowa baza data "Kasy" @piotr')
    assert "Kasy: @Piotr" in piotr.types(f"/duet show {base}").text
