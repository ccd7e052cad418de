"""Whose language is spoken where; settings; and what a person is told first."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.home.help_views import words_of_command
from bot.parsing.folding import fold_text
from bot.ui.languages import list_languages
from handlers import FEATURES
from handlers.router import Router
from tests.driving import PersonDriver
from tests.running import Office
from tests.scenarios.ask_steps import ask_person, start_asking_project
from tests.scenarios.checkin_steps import start_first_round
from tests.scenarios.days import move_to_day, move_to_next_morning
from tests.scenarios.steps import (
    EXECUTIVES,
    activate_project,
    answer_request,
    click_button,
    close_forms,
    draft_charter,
    expect_no_change,
    expect_refusal,
    field_errors,
    field_value,
    fill_form,
    find_signing_message,
    forge_click,
    forge_submission,
    has_sentence,
    load_last_audit_entry,
    open_form,
    open_second_step,
    project_channel,
    send_charter,
    sign_charter,
    submit_form,
)

COMMANDS = tuple(Router(FEATURES).commands)
ENGLISH_WORDS = """
    start begin go run open stop end finish done next back edit change update add remove delete cancel undo
    reset help info status report plan lead team project budget card chart data deadline decision export
    file form format import invoice item language link list log mail map member menu message meeting minute
    model money monitor name note number offer ok option order own page panel pause person pilot plus point
    post problem product program pulse question radar ranking record register request resume review risk
    role sale serial service session set settings show sign sprint standup step summary support survey
    system table tag task term test ticket timer topic total transfer trend trust urgent version vote
    weekend who yes no
"""
"""What people type by themselves; some are words of other languages, too."""
OF_WORKSPACE = ("cio", "cmo", "currency", "zone", "country", "language")


def choose_language_in_settings(duet: Office, handle: str, language: str) -> None:
    form = fill_form(open_form(duet.person(handle), "/duet settings"), {"my_language": language})
    assert form.submit() is None


def set_workspace_language(duet: Office, language: str) -> None:
    form = fill_form(open_form(duet.person("roman"), "/duet settings"), {"language": language})
    assert form.submit() is None
    duet.settles()


def show_spoken_language(person: PersonDriver, typed: str = "/duet settings") -> tuple[str, str]:
    """What their form of settings shows as chosen, and by which sign it would be guessed."""
    form = open_form(person, typed)
    why = next(line for line in form.text.splitlines() if line.startswith(("Automatic goes", "Automatycznie: ")))
    return field_value(form, "my_language") or "", why


def is_spoken_to(duet: Office, handle: str) -> str:
    """In which language Duet answers a bare `/duet`, which is in none."""
    text = duet.person(handle).types("/duet").text
    assert has_sentence(text, ("What waits for you", "Co na Ciebie czeka"))
    return "en" if "What waits for you" in text else "pl"


def test_a_direct_reply_is_in_the_persons_language(duet: Office) -> None:
    """§15: the same request, to each in their own language."""
    key = send_charter(duet, cio="@nadia", lead_it="@piotr")
    assert "asks for your signature" in find_signing_message(duet, "nadia", key).text
    assert "otrzebny jest też Twój podpis" in find_signing_message(duet, "anna", key).text
    assert "State: *waiting for signatures*" in duet.person("piotr").types("/duet show").text
    assert "Stan: *czeka na podpisy*" in duet.person("ewa").types("/duet show").text
    answer_request(duet, "nadia", key, "decline", "Too dear")
    move_to_next_morning(duet, "10:01")
    assert "nie podpisuje" in duet.person("ewa").waits_for("Too dear", "@duet").text
    assert "declined" in duet.person("piotr").waits_for("Too dear", "@duet").text


# Each sign by itself, and against all that are weaker.
@pytest.mark.parametrize(
    ("signs", "spoken"),
    [
        ({"locale": "en-US", "tz": "Europe/London"}, "en"),
        ({"locale": "de-DE", "tz": "Europe/Berlin"}, "en"),  # of which there is no catalogue
        ({"locale": "en-GB", "tz": "Europe/Warsaw"}, "pl"),  # Slack's interface has no Polish
        ({"locale": "fr-FR", "tz": "Europe/Warsaw"}, "pl"),
        ({"locale": "en-US", "tz": "Europe/Warsaw", "workspace": "English"}, "en"),
        ({"locale": "en-US", "tz": "Europe/London", "workspace": "Polski"}, "pl"),
        ({"locale": "en-US", "tz": "Europe/London", "words": "/duet lista"}, "pl"),
        ({"locale": "en-US", "tz": "Europe/London", "words": "/duet list"}, "en"),
        ({"locale": "en-US", "tz": "Europe/Warsaw", "words": "/duet list"}, "pl"),  # English words are everybody's
        ({"locale": "en-US", "tz": "Europe/London", "workspace": "English", "words": "/duet zespol"}, "pl"),
        ({"locale": "en-US", "tz": "Europe/Warsaw", "choice": "English"}, "en"),
        ({"locale": "en-US", "tz": "Europe/London", "choice": "Polski"}, "pl"),
        ({"tz": "Europe/Warsaw", "workspace": "Polski", "words": "/duet lista", "choice": "English"}, "en"),
        ({"tz": "Europe/London", "workspace": "English", "words": "/duet list", "choice": "Polski"}, "pl"),
    ],
)
def test_the_surest_sign_says_which_language(duet: Office, signs: dict[str, str], spoken: str) -> None:
    """§15: their own choice, the words they type, the workspace, a Polish time zone, Slack's locale."""
    about = {name: value for name, value in signs.items() if name in ("locale", "tz")}
    duet.slack.change_person("jan", **about)
    if workspace := signs.get("workspace"):
        set_workspace_language(duet, workspace)
    if words := signs.get("words"):
        duet.person("jan").types(words)
    if choice := signs.get("choice"):
        choose_language_in_settings(duet, "jan", choice)
    duet.settles()
    assert is_spoken_to(duet, "jan") == spoken


def test_polish_words_are_answered_in_polish_and_remembered(duet: Office) -> None:
    """§15: at once, whether the command reads or writes; and what Duet says by itself later."""
    duet.slack.change_person("jan", tz="Europe/London")
    jan = duet.person("jan")
    assert "What waits for you" in jan.types("/duet").text
    assert "Nie ma tu" in (reply := jan.types("/duet lista")).text or "projekt" in reply.text
    duet.answers()  # reading waits for no writer: it is remembered after the answer
    assert "Co na Ciebie czeka" in jan.types("/duet").text
    key = send_charter(duet, cio="@jan")
    assert "prosi o Twój podpis" in find_signing_message(duet, "jan", key).text


@pytest.mark.parametrize(
    ("workspace", "zone", "spoken"),
    [
        ("English", "Europe/London", "en"),
        ("English", "Europe/Warsaw", "en"),
        ("Polski", "Europe/London", "pl"),
        ("", "Europe/London", "en"),
        ("", "Europe/Warsaw", "pl"),
    ],
)
def test_english_words_win_back_what_nothing_but_other_words_said(
    duet: Office, workspace: str, zone: str, spoken: str
) -> None:
    """§15: the newest words count; a Pole who copies a command from Slack's own hint goes on in Polish."""
    duet.slack.change_person("jan", locale="en-US", tz=zone)
    if workspace:
        set_workspace_language(duet, workspace)
    for typed in ("/duet lista", "/duet list"):
        duet.person("jan").types(typed)
        duet.answers()
    assert is_spoken_to(duet, "jan") == spoken


def test_words_in_another_language_than_is_set_are_offered_the_one_that_is_set(duet: Office) -> None:
    """§15: whoever lives where that language is spoken may have meant it or not."""
    set_workspace_language(duet, "English")
    ewa = duet.person("ewa")
    ewa.types("/duet lista")
    duet.answers()
    assert "In English" in ewa.types("/duet").buttons


def test_a_word_of_english_speaks_no_other_language() -> None:
    """§15: what an Englishman types by himself is no command's word in another language alone."""
    english = set(ENGLISH_WORDS.split())
    in_english = {fold_text(word) for name in COMMANDS for word in (name, *words_of_command(name, "en"))}
    for language in list_languages()[1:]:
        words = {fold_text(word) for name in COMMANDS for word in words_of_command(name, language)}
        assert len(words) > len(COMMANDS)
        assert not (words - in_english) & english, language


def test_a_guess_is_offered_the_other_language_until_it_is_settled(duet: Office) -> None:
    """§15: the first message ends with one line in the other language, and a button."""
    key = send_charter(duet, cio="@adam")
    find_signing_message(duet, "adam", key)
    adam = duet.person("adam")
    first = adam.reads("@duet")[0]
    assert first.text.endswith("Duet speaks English, too.")
    assert first.buttons == ["In English"]
    assert "Duet speaks English, too." in adam.types("/duet").text
    assert "Duet speaks English to you now" in first.click("In English").text
    duet.settles()
    settled = adam.reads("@duet")[0]
    assert "What I store" in settled.text
    assert settled.buttons == []
    asked = find_signing_message(duet, "adam", key)
    assert asked.buttons == ["Read & sign"]
    assert "po polsku" not in adam.types("/duet").text
    assert is_spoken_to(duet, "adam") == "en"
    adam.types("/duet lista")  # a choice is a choice
    assert is_spoken_to(duet, "adam") == "en"
    nadia = duet.person("nadia")
    assert nadia.types("/duet help").click("Po polsku").text.startswith("Duet mówi teraz do Ciebie po polsku")
    assert is_spoken_to(duet, "nadia") == "pl"


def test_what_waits_turns_to_the_language_that_is_chosen(duet: Office) -> None:
    """§15: a prompt and a request to confirm are asked in it from then on; what is done stays as it was."""
    start_first_round(duet, "jan")
    jan = duet.person("jan")
    before = jan.reads("@duet")
    assert any("Potwierdzam" in each.buttons for each in before)
    assert any("🟢 Zgodnie z planem" in each.buttons for each in before)
    choose_language_in_settings(duet, "jan", "English")
    duet.settles()
    after = jan.reads("@duet")
    labels = {label for each in after for label in each.buttons}
    assert {"I confirm", "🟢 On track"} <= labels
    assert not {"Potwierdzam", "🟢 Zgodnie z planem"} & labels


def test_a_lead_has_nothing_before_them_in_a_language_that_they_have_not_chosen(duet: Office) -> None:
    """§15: what says that they lead a side, what they are asked, and what mornings have told turns to it, too."""
    key, thursday = start_asking_project(duet)
    ask_person(duet, "jan", key, "ewa", thursday + timedelta(days=6))
    duet.person("anna").types(f'/duet milestone {key} add "Pilot" {thursday + timedelta(days=60)} @ewa')
    move_to_day(duet, thursday, "10:00")
    ewa = duet.person("ewa")
    told = [each.text for each in ewa.reads("@duet") if is_in_polish(each.text)]
    for part in ("Prowadzisz stronę marketingu", "Lista", "*Pilot*"):
        assert any(part in text for text in told), part
    ewa.reads("@duet")[0].click("In English")
    duet.settles()
    after = ewa.reads("@duet")
    assert not [each.text for each in after if is_in_polish(each.text)]
    assert not {"Przyjmuję", "Dodaj osobę"} & {label for each in after for label in each.buttons}


def set_english_for_all(duet: Office) -> None:
    set_workspace_language(duet, "English")


def move_ewa_to_london(duet: Office) -> None:
    duet.slack.change_person("ewa", tz="Europe/London")


@pytest.mark.parametrize("turn", [set_english_for_all, move_ewa_to_london])
def test_what_stands_before_somebody_turns_with_the_language_that_is_guessed(
    duet: Office, turn: Callable[[Office], None]
) -> None:
    """§15: an admin sets one for all, or somebody moves; who has chosen for themselves keeps their choice."""
    key, thursday = start_asking_project(duet)
    ask_person(duet, "jan", key, "ewa", thursday + timedelta(days=6))
    move_to_day(duet, thursday, "10:00")
    choose_language_in_settings(duet, "jan", "Polski")
    duet.settles()
    of_jan = [each.text for each in duet.person("jan").reads("@duet")]
    assert [each for each in duet.person("ewa").reads("@duet") if is_in_polish(each.text)]
    turn(duet)
    duet.settles()
    hello, *ewa = duet.person("ewa").reads("@duet")
    assert hello.text.startswith("Hello, I am Duet.")
    assert hello.buttons == ["Po polsku"]
    assert not [each.text for each in ewa if is_in_polish(each.text)]
    assert not {"Przyjmuję", "Dodaj osobę"} & {label for each in ewa for label in each.buttons}
    assert [each.text for each in duet.person("jan").reads("@duet")] == of_jan


def test_whoever_is_deactivated_keeps_the_language_that_was_spoken_to_them(duet: Office) -> None:
    """§15: Slack says no time zone of them, which is no sign of another."""
    key = send_charter(duet, cio="@adam")
    find_signing_message(duet, "adam", key)
    duet.slack.change_person("adam", deleted=True)
    duet.settles()
    assert is_in_polish(duet.person("adam").reads("@duet")[-1].text)


def test_what_stands_before_somebody_turns_with_the_words_that_they_type(duet: Office) -> None:
    """§15: whether what they type reads or writes."""
    start_first_round(duet, "jan")
    duet.slack.change_person("jan", tz="Europe/London")
    duet.settles()
    jan = duet.person("jan")
    assert any("🟢 On track" in each.buttons for each in jan.reads("@duet"))
    jan.types("/duet lista")
    duet.settles()
    labels = {label for each in jan.reads("@duet") for label in each.buttons}
    assert "🟢 Zgodnie z planem" in labels
    assert "🟢 On track" not in labels


@pytest.mark.parametrize(
    ("typed", "polish", "english"),
    [
        ("/duet", "Co na Ciebie czeka", "What waits for you"),
        ("/duet help", "wspólne projekty IT i marketingu", "joint projects of IT and marketing"),
    ],
)
def test_an_answer_turns_to_the_language_that_is_chosen_below_it(
    duet: Office, typed: str, polish: str, english: str
) -> None:
    """§15: it says the same once more, in place of what it said."""
    anna = duet.person("anna")
    shown = anna.types(typed)
    assert polish in shown.text
    turned = shown.click("In English")
    assert turned.text.startswith("Duet speaks English to you now")
    assert english in turned.text
    assert not is_in_polish(turned.text)
    assert "Po polsku" not in turned.buttons
    assert not [each for each in anna.reads("#general") if polish in each.text]


def test_the_help_for_one_command_offers_the_other_language(duet: Office) -> None:
    """§15: it may be what somebody reads first of Duet."""
    shown = duet.person("ola").types("/duet help new")
    assert "Duet speaks English, too." in shown.text
    turned = shown.click("In English")
    assert turned.text.startswith("Duet speaks English to you now")
    assert "`/duet new`" in turned.text
    assert not is_in_polish(turned.text)


def test_what_was_said_in_answer_to_plain_words_turns_to_the_chosen_language(duet: Office) -> None:
    """§2.9, §15: with its buttons."""
    ola = duet.person("ola")
    ola.says("dzień dobry", "@duet")
    said = ola.waits_for("Co na Ciebie czeka", "@duet")
    assert "Nowy projekt" in said.buttons
    ola.waits_for("Duet speaks English, too.", "@duet").click("In English")
    duet.settles()
    assert [each.text for each in ola.reads("@duet") if "What waits for you" in each.text]
    assert not [each for each in ola.reads("@duet") if "Nowy projekt" in each.buttons]


def test_what_one_has_signed_turns_to_the_chosen_language(duet: Office) -> None:
    """§15: as long as the answer can be changed there."""
    key = send_charter(duet, cio="@adam")
    sign_charter(duet, key, "adam")
    duet.person("adam").reads("@duet")[0].click("In English")
    duet.settles()
    messages = duet.person("adam").reads("@duet")
    assert [each for each in messages if "Change my answer" in each.buttons]
    assert not [each for each in messages if "Zmień odpowiedź" in each.buttons]


def is_in_polish(text: str) -> bool:
    """By words of Duet's own; what people wrote stays as it is."""
    return has_sentence(text, ("Prowadzisz", "prosi", "Jeszcze", "powierza", "czeka", "polecenia", "Duet mówi"))


def test_a_language_that_is_set_for_all_is_asked_about_once(duet: Office) -> None:
    """§15: an admin has said it, so only the first message offers another; after it, there are the settings."""
    ewa = duet.person("ewa")
    assert "In English" in ewa.types("/duet").buttons
    set_workspace_language(duet, "Polski")
    assert "In English" not in ewa.types("/duet").buttons
    ewa.opens_home()
    duet.settles()
    assert ewa.home is not None
    assert "To jest Duet" in ewa.home.text
    assert "In English" not in ewa.home.buttons
    key = send_charter(duet, cio="@adam")
    find_signing_message(duet, "adam", key)
    assert duet.person("adam").reads("@duet")[0].buttons == ["In English"]


def test_a_language_that_nobody_speaks_is_not_chosen(duet: Office) -> None:
    """§14: a forged click."""
    with expect_no_change(duet):
        duet.person("jan").types("/duet")
        assert forge_click(duet.person("jan"), "language.speak", "xx")


def test_settings_show_what_holds_and_why(duet: Office) -> None:
    """§15, §17: the choice, or the sign by which it was guessed."""
    jan = duet.person("jan")
    assert show_spoken_language(jan) == ("Automatycznie (Polski)", "Automatycznie: decyduje strefa czasowa.")
    close_forms(jan)
    duet.slack.change_person("jan", tz="Europe/London")
    duet.settles()
    assert show_spoken_language(jan) == ("Automatic (English)", "Automatic goes by your Slack's language.")
    close_forms(jan)
    jan.types("/duet lista")
    duet.answers()
    assert show_spoken_language(jan, "/duet ustawienia") == (
        "Automatycznie (Polski)",
        "Automatycznie: decyduje język wpisywanych poleceń.",
    )
    close_forms(jan)
    choose_language_in_settings(duet, "jan", "English")
    assert field_value(open_form(jan, "/duet ustawienia"), "my_language") == "English"
    close_forms(jan)
    duet.answers()
    form = fill_form(open_form(jan, "/duet ustawienia"), {"my_language": "Automatic (Polski)"})
    assert form.submit() is None
    assert is_spoken_to(duet, "jan") == "pl"


def test_what_is_shared_is_in_the_projects_language(duet: Office) -> None:
    """§15: whoever reads it; dates, amounts and plurals are that language's."""
    key = activate_project(duet, language="English", currency="GBP", budget="1,200.50", starts_on="2027-01-10")
    for handle in ("anna", "piotr"):
        posted = duet.person(handle).reads(project_channel(duet, key))[0].text
        assert "This charter has both signatures." in posted
        assert "10 January 2027" in posted
        assert "£1,200.50 net, half and half" in posted
    polish = activate_project(duet, name="Po polsku", language="Polski", starts_on="2027-01-10")
    posted = duet.person("piotr").reads(project_channel(duet, polish))[0].text
    assert "Obie strony podpisały tę kartę." in posted
    assert "10 stycznia 2027" in posted


def test_times_are_the_persons_own(duet: Office) -> None:
    """§15: the log shows moments in the reader's zone and language."""
    send_charter(duet, lead_it="@mike")
    polish = duet.person("ewa").types("/duet log").text.split("\n")[1].split(" · ")[0]
    american = duet.person("mike").types("/duet log").text.split("\n")[1].split(" · ")[0]
    assert polish != american
    assert polish.split(", ")[1] != american.split(", ")[1]


def test_the_first_message_says_what_is_stored(duet: Office) -> None:
    """§17: what, who sees it, for how long, and that it is never for appraisal; once, before everything else."""
    key = send_charter(duet, cio="@nadia")
    for handle, parts in (
        ("anna", ("Co przechowuję", "widzi cała firma", "nie służy ocenie pracy", "12 miesięcy", "5 lat")),
        ("nadia", ("What I store", "the whole company sees", "ever for appraisal", "12 months", "5 years")),
    ):
        find_signing_message(duet, handle, key)
        first, *rest = duet.person(handle).reads("@duet")
        for part in parts:
            assert part in first.text, part
        _, *stored = first.text.splitlines()
        assert [part in line for part, line in zip(parts[:2], stored, strict=False)] == [True, True], "a line each"
        assert not [each for each in rest if parts[0] in each.text]
    second = send_charter(duet, name="Drugi")
    find_signing_message(duet, "anna", second)
    hellos = [each for each in duet.person("anna").reads("@duet") if "Co przechowuję" in each.text]
    assert len(hellos) == 1


def test_workspace_defaults_begin_new_projects(duet: Office) -> None:
    """§17: a Slack admin sets them; nothing must be set before the first project."""
    first = open_second_step(duet)
    assert (field_value(first, "currency"), field_value(first, "language"), field_value(first, "zone")) == (
        "PLN",
        "Polski",
        "Warszawa",
    )
    assert field_value(first, "cio") is None
    close_forms(duet.person("anna"))

    roman = duet.person("roman")
    form = open_form(roman, "/duet settings")
    form = fill_form(
        form,
        {
            "cio": "@adam",
            "cmo": "@anna",
            "currency": "EUR",
            "zone": "Berlin",
            "country": "Polska",
            "language": "English",
        },
    )
    assert form.submit() is None
    shown = open_form(roman, "/duet settings")
    assert field_value(shown, "cio") == "@adam"
    assert field_value(shown, "country") == "Poland"  # in the language that holds from now on
    close_forms(roman)

    second = open_second_step(duet)
    assert {name: field_value(second, name) for name in ("cio", "cmo", "currency", "language", "zone")} == {
        "cio": "@adam",
        "cmo": "@anna",
        "currency": "EUR",
        "language": "English",
        "zone": "Berlin",
    }


def test_workspace_defaults_have_to_make_sense(duet: Office) -> None:
    """§17, §4.1: two people, both colleagues; and what the form does not offer is refused."""
    roman = duet.person("roman")
    form = open_form(roman, "/duet settings")
    with expect_no_change(duet):
        form = submit_form(fill_form(form, {"cio": "@adam", "cmo": "@adam"}))
        assert set(field_errors(form)) == {"cmo"}
        form = submit_form(fill_form(form, {"cmo": "@gosia"}))
        assert set(field_errors(form)) == {"cmo"}
        close_forms(roman)
        for name in ("currency", "zone", "country", "language"):
            chosen = {"my_language": {"selected_option": {"value": "automatic"}}}
            chosen[name] = {"selected_option": {"value": "nonsense"}}
            assert forge_submission(roman, "settings.save", "", chosen), name
            close_forms(roman)


def test_only_slack_admins_set_the_workspaces_defaults(duet: Office) -> None:
    """§17, §14: the others have no such fields, and a forged form is refused."""
    for handle in ("anna", "adam", "gosia"):
        person = duet.person(handle)
        form = open_form(person, "/duet settings", "#promocje" if handle == "gosia" else "#general")
        assert len(form.labels) == 2  # language and reminders
        assert "administratorzy Slacka" in form.text
        with expect_refusal(duet, "error.not_an_admin"):
            forged = {
                "my_language": {"selected_option": {"value": "en"}},
                "currency": {"selected_option": {"value": "USD"}},
            }
            assert forge_submission(person, "settings.save", "", forged)
        close_forms(person)
    duet.slack.change_person("roman", is_admin=False, is_owner=False)
    duet.settles()
    assert len(open_form(duet.person("roman"), "/duet settings").labels) == 2


def test_a_change_of_the_defaults_is_logged(duet: Office) -> None:
    """§14, §17: who, when, before → after; no other workspace is touched."""
    roman = duet.person("roman")
    form = fill_form(open_form(roman, "/duet settings"), {"currency": "EUR"})
    assert form.submit() is None
    entry = load_last_audit_entry(duet)
    assert (entry.actor, entry.before, entry.after) == ("U0ROMAN", {"currency": None}, {"currency": "EUR"})
    basia = duet.person("basia", "T0KIOSK")
    assert field_value(open_form(basia, "/duet settings"), "currency") is None


def test_every_reply_is_in_one_language(duet: Office) -> None:
    """§15: complete in both: what one sees in Polish is nowhere half English."""
    key = draft_charter(duet, lead_it="@nadia")
    signs = {"anna": ("Stan:", "Cel", "Budżet"), "nadia": ("State:", "Goal", "budget")}
    for handle, words in signs.items():
        person = duet.person(handle)
        card = person.types(f"/duet show {key}").text
        assert all(word in card for word in words)
        assert not has_sentence(card, signs["nadia" if handle == "anna" else "anna"])


def test_a_projects_language_can_be_changed_on_the_way(duet: Office) -> None:
    """§4.4, §15: it needs no new signature, and the channel's post follows it."""
    key = send_charter(duet)
    sign_charter(duet, key, "adam")
    anna = duet.person("anna")
    form = fill_form(submit_form(open_form(anna, f"/duet edit {key}")), {"language": "English"})
    assert "Polski → English" in submit_form(form).text
    close_forms(anna)
    assert click_button(anna.types("/duet"), "read").form is not None
    sign_charter(duet, key, "anna")
    duet.slack.waits_for_calls("conversations.invite", 4)
    duet.slack.waits_for_calls("pins.add")
    for handle in EXECUTIVES:
        assert "This charter has both signatures" in duet.person(handle).reads(project_channel(duet, key))[0].text
