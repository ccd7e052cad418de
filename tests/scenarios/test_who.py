"""`/duet who`: who owns what, for everybody internal (product §2, §14)."""

import pytest

from tests.running import Office
from tests.scenarios.register_steps import CHANGE, click_asset_button, register_asset, run_own_command
from tests.scenarios.steps import (
    NOT_FOR_YOU,
    activate_project,
    close_forms,
    expect_no_change,
    expect_refusal,
    forge_click_in_message,
    has_sentence,
    send_charter,
)


def test_searching_the_register(duet: Office) -> None:
    """§2, §14, §15: names, owners, descriptions, folded; the best first; the nearest; both languages."""
    activate_project(duet)
    ewa, piotr, jan, nadia = map(duet.person, ("ewa", "piotr", "jan", "nadia"))
    register_asset(ewa, 'klienci "Newsletter PL" @ola', description="Wysyłka we wtorki")
    register_asset(ewa, 'klienci "Stary newsletter" @ewa')
    register_asset(piotr, 'data "Żądania kas" @piotr')
    with expect_no_change(duet):
        said = jan.types("/duet kto NEWSLETTER").text.split("\n")
        assert said == [
            "*Newsletter PL* (baza klientów): @Aleksandra Plakat",
            "Wysyłka we wtorki",
            "*Stary newsletter* (baza klientów): @Ewa Błysk",
        ]
        assert nadia.types("/duet who zadania  KAS").text == "*Żądania kas* (data): @Piotr Kabelek"
        for words in ("@ola", "PLAKAT", "wysylka wtorki"):
            assert jan.types(f"/duet who {words}").text.split("\n")[0] == said[0], words
        assert jan.types("/duet who newsleter").text.startswith(
            "Nic nie nazywa się „newsleter”. Najbliżej:\n*Newsl"
        )
        assert nadia.types("/duet who kas base").text.startswith("Nothing like “kas base” is in the register.")
        owned_by_ola = "*Newsletter PL* (customer base): @Aleksandra Plakat\nWysyłka we wtorki"
        for words in ("PL base", "owns the PL base?", "baza pl"):
            assert nadia.types(f"/duet who {words}").text == owned_by_ola, words
        assert jan.types("/duet kto ma bazę PL").text.split("\n") == said[:2]
        assert "„qqq”" in jan.types("/duet kto jest właścicielem qqq?").text
        for typed in ("is the owner of qqq?", "owns qqq"):
            assert nadia.types(f"/duet who {typed}").text.startswith("Nothing like “qqq” is"), typed
        assert nadia.types("/duet who qqq").text.startswith("Nothing like “qqq” is in the register.")
        assert "„xxx" in jan.types(f"/duet who {'x' * 190}").text
        assert "@Ewa" in jan.types("/duet czyje @ewa").text
        assert duet.person("ola").types("/duet kto ja").text == duet.person("ola").types("/duet kto @ola").text
        assert jan.types("/duet kto @nadia").text.startswith("@Nadia Źródło: w rejestrze na razie nic.")
        assert nadia.types("/duet who @nadia").text.startswith("@Nadia Źródło owns nothing in the register.")
    with expect_refusal(duet, "error.words_needed"):
        assert has_sentence(nadia.types("/duet who").text, ("What are you looking for?",))
    with expect_refusal(duet, "error.not_for_you"):
        assert has_sentence(duet.person("gosia").types("/duet who newsletter", "#promocje").text, NOT_FOR_YOU)
    stranger = duet.person("basia", "T0KIOSK").types("/duet who newsletter").text
    assert "Newsletter PL" not in stranger


@pytest.mark.parametrize("name", ["*a* _b_ ~c~ `d`", "<!channel> <@U0ANNA>", "\u202e \u05d0\u05d1 abc", "&" * 80])
def test_a_name_is_only_a_name(duet: Office, name: str) -> None:
    """§2.7: it mentions nobody, and reorders nothing around it."""
    send_charter(duet)
    ewa = duet.person("ewa")
    register_asset(ewa, f"klienci '{name}' @ewa")
    texts = [run_own_command(ewa, "").text, ewa.types("/duet show").text, ewa.types("/duet who ewa").text]
    for text in texts:
        assert ": @Ewa Błysk" in text
        assert "@Anna Żuraw: @Ewa" not in text


def test_what_is_no_project_is_looked_for_in_the_register(duet: Office) -> None:
    """§2.11, §5.1: `/duet own` with the name of an asset shows it, and with what to do opens its form."""
    key = activate_project(duet)
    ewa = duet.person("ewa")
    run_own_command(ewa, f'{key} klienci "Newsletter" @ewa')
    assert click_asset_button(run_own_command(ewa, "newsletter"), CHANGE).form is not None
    close_forms(ewa)
    run_own_command(ewa, "usuń Newsletter")
    assert ewa.form is not None and "Newsletter" in ewa.form.values.values()
    close_forms(ewa)
    assert "nie ma nic podobnego do „Nieznane”" in run_own_command(ewa, "Nieznane").text
    assert "Nic nie nazywa się „Newslettre”. Najbliżej:\n*Newsletter*" in run_own_command(ewa, "Newslettre").text
    seen = run_own_command(duet.person("piotr"), "newsletter").text
    assert "This can be changed by @Ewa Błysk, @Anna Żuraw. If something looks wrong" in seen
    for verb in ("zakwestionuj", "zmień", "usuń"):
        with expect_refusal(duet, "error.only.asset"):
            assert "@Ewa Błysk" in run_own_command(duet.person("piotr"), f"{verb} Newsletter").text
    with expect_refusal(duet, "error.not_found"):  # a guest reads no register
        run_own_command(duet.person("gosia"), "newsletter", "#promocje")


def test_what_is_found_is_paged(duet: Office) -> None:
    """§2, §5.1: all of it can be read; a register's first page has some of either side's."""
    activate_project(duet)
    ewa, piotr, nadia = map(duet.person, ("ewa", "piotr", "nadia"))
    for number in range(1, 13):
        register_asset(piotr, f'data "System {number}" @piotr')
    register_asset(ewa, 'klienci "Newsletter" @ewa')
    first = nadia.types("/duet who system")
    assert "*System 10*" in first.text and "*System 11*" not in first.text
    assert "Page 1 of 2 · 12 found" in first.text
    second = first.click("Next")
    assert "*System 11*" in second.text and "*System 12*" in second.text and "*System 1*" not in second.text
    assert "*System 1*" in second.click("Previous").text
    with expect_refusal(duet, "error.not_for_you"):
        gosia = duet.person("gosia")
        forge_click_in_message(gosia, gosia.types("/duet", "#promocje").messages[-1], "register.found", ":system:1")
    assert "*System 11*" in nadia.types("/duet who @piotr").click("Next").text
    register = run_own_command(ewa, "")
    assert "Strona 1 z 2" in register.text and "*Newsletter*" in register.text and "*System 9*" in register.text
    assert "*Newsletter*" not in register.click("Następne").text


def test_of_two_kinds_of_one_name_it_is_asked_which_is_meant(duet: Office) -> None:
    """§2.4, §2.11, §5.1: nothing is guessed; the click goes on with what was typed."""
    key = activate_project(duet)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    register_asset(piotr, 'data "Newsletter" @piotr')
    register_asset(ewa, 'klienci "Newsletter" @ewa')
    for typed in ("zmień Newsletter @ola", f"{key} przekaż Newsletter @ola", "Newsletter @ola"):
        asked = run_own_command(ewa, typed)
        assert asked.text.startswith("Dwie pozycje nazywają się „Newsletter”. O którą chodzi?\n*Newsletter* (dane)")
        form = asked.click("Baza klientów").form
        assert form is not None and form.values["Właściciel"] == "@ola", typed
        close_forms(ewa)
    asked = run_own_command(piotr, "dispute Newsletter")
    for typed in (f"{key} dispute customers Newsletter", "dispute customers Newsletter"):
        with expect_refusal(duet, "error.only.asset"):
            assert "@Ewa Błysk" in run_own_command(piotr, typed).text
    with expect_refusal(duet, "error.only.asset"):
        refused = asked.click("The customer base")
    refused.click("Ask them")
    assert piotr.form is not None and 'dispute customers "Newsletter"' in piotr.form.text
    close_forms(piotr)
    assert asked.click("The data").form is not None
    close_forms(piotr)
    duet.slack.move_clock(minutes=31)
    with expect_refusal(duet, "error.guess_too_old"):
        asked.click("The data")


def test_add_is_a_word_of_the_register(duet: Office) -> None:
    """§2.3: the form opens, filled with what was typed; *several* opens the one for several."""
    key = activate_project(duet)
    ewa = duet.person("ewa")
    for typed, title in ((f"{key} dodaj Jeżyk", "Jeżyk"), (f"{key} dodaj klienci Jeżyk", "Jeżyk")):
        run_own_command(ewa, typed)
        assert ewa.form is not None
        assert title in ewa.form.values.values()
    run_own_command(ewa, f"{key} dodaj kilka")
    assert ewa.form is not None
    assert "Po jednej pozycji w wierszu" in ewa.form.text
