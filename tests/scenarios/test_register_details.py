"""What the register says of an asset, and many of them (product §5.6)."""

import json

from tests.driving import SeenForm
from tests.running import Office
from tests.scenarios.days import move_to_next_morning
from tests.scenarios.export_steps import export_file
from tests.scenarios.register_steps import (
    ADD,
    CHANGE,
    FIELDS,
    asset_id,
    click_asset_button,
    fill_asset_form,
    move_until_message,
    register_asset,
    run_own_command,
    submit_asset_form,
    texts_so_far,
)
from tests.scenarios.steps import (
    close_forms,
    expect_refusal,
    forge_submission,
    has_sentence,
    open_form,
    query_one,
    text_state,
)
from tests.scenarios.test_succession import deactivate_person
from tests.scenarios.timetable_steps import start_project_today

LINK_ERROR = ("Adres musi zaczynać się od https://", "A web address begins with https://")
SEVERAL = ("Dodaj kilka", "Add several")
LINK, RULE = "https://crm.example.com/lists?a=1&b=2", "Tylko za zgodą.\nBez wysyłek"


def errors_of(form: SeenForm, **values: str) -> str:
    """What is wrong with a form that was sent."""
    shown = fill_asset_form(form, values).submit()
    return "" if shown is None else " ".join(shown.errors.values())


def test_where_it_lives_whether_it_holds_personal_data_and_its_rule(duet: Office) -> None:
    """§5.6: said in the form, shown by `who`, in the log, on the card and in the file; the other side's lead reads
    a new rule.
    """
    key = start_project_today(duet)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    register_asset(ewa, f'{key} klienci "Newsletter PL" @ewa')
    form = click_asset_button(ewa.types("/duet kto newsletter"), CHANGE).form
    assert form is not None
    for wrong in (
        "crm",
        "javascript:alert(1)",
        "https://",
        "https://x.pl/<!channel>",
        "https://[x",
        "ftp://x.pl/a",
    ):
        assert has_sentence(errors_of(form, link=wrong), LINK_ERROR), wrong
    submit_asset_form(form, link=LINK.removeprefix("https://"), personal_data="Tak", rule=RULE)
    close_forms(ewa)
    shown = piotr.types("/duet who newsletter").text
    assert "crm.example.com" in shown
    assert "🔒 personal data" in shown
    assert "Rule: Tylko za zgodą. Bez wysyłek" in shown
    told = move_until_message(duet, "piotr", "has changed the rule of Newsletter PL")
    assert "Bez wysyłek" in told.text
    log = ewa.types(f"/duet dziennik {key}").text.replace("*", "")
    assert "Zasada: brak → Tylko za zgodą." in log
    assert "Czy są w tym dane osobowe?: nie podano → Tak" in log
    (row,) = json.loads(export_file(duet, "ewa", f"{key} json"))["register"]
    assert (row["link"], row["has_personal_data"], row["rule"]) == (LINK, True, RULE)
    assert "Newsletter PL: @Ewa Błysk · 🔒 dane osobowe" in ewa.types(f"/duet pokaż {key}").text


def test_its_owner_writes_the_rule(duet: Office) -> None:
    """§5.6, §14: whoever else may change it reads the rule, and a forged one is refused."""
    key = start_project_today(duet)
    ewa = duet.person("ewa")
    register_asset(ewa, f'{key} klienci "Newsletter PL" @ola')
    form = click_asset_button(ewa.types("/duet kto newsletter"), CHANGE).form
    assert form is not None
    assert not set(FIELDS["rule"]) & set(form.labels)
    close_forms(ewa)
    values = {"name": text_state("Newsletter PL"), "usage_rule": text_state("Moja")}
    meta = json.dumps({"asset": asset_id(duet, "Newsletter PL")})
    with expect_refusal(duet, "error.only.asset_owner"):
        assert "@Aleksandra Plakat" in forge_submission(ewa, "register.change", meta, values)
    assert query_one(duet, "SELECT rule FROM assets") == ""


def test_who_adds_for_somebody_else_writes_no_rule(duet: Office) -> None:
    """§5.6, §14: the form has its field, for the owner may be oneself; nothing is added."""
    key = start_project_today(duet)
    ewa = duet.person("ewa")
    form = click_asset_button(run_own_command(ewa, key), ADD).form
    assert form is not None
    typed = {"kind": "customers", "name": "Newsletter PL", "owner": "@ola", "rule": RULE}
    with expect_refusal(duet, "error.only.asset_owner"):
        assert "tylko właściciel: Aleksandra Plakat" in errors_of(form, **typed)
    assert query_one(duet, "SELECT count(*) FROM assets") == 0


def test_only_the_other_side_is_told_of_a_rule(duet: Office) -> None:
    """§5.6, §2.8: not the lead of the owner's own side."""
    key = start_project_today(duet)
    register_asset(duet.person("ewa"), f'{key} klienci "Newsletter PL" @ola')
    ola = duet.person("ola")
    form = click_asset_button(ola.types("/duet kto newsletter"), CHANGE).form
    assert form is not None
    submit_asset_form(form, rule=RULE)
    move_until_message(duet, "piotr", "has changed the rule of Newsletter PL")
    move_to_next_morning(duet)
    assert not texts_so_far(duet, "ewa", "nowa zasada")


def test_no_personal_data_is_an_answer_too(duet: Office) -> None:
    """§5.6: it is another than none, and can be taken back."""
    key = start_project_today(duet)
    ewa = duet.person("ewa")
    register_asset(ewa, f'{key} klienci "Newsletter PL" @ewa')
    for answer, shown, kept in (("Nie", True, False), (None, False, None)):
        form = click_asset_button(ewa.types("/duet kto newsletter"), CHANGE).form
        assert form is not None
        submit_asset_form(form, personal_data=answer)
        close_forms(ewa)
        assert ("bez danych osobowych" in ewa.types("/duet kto newsletter").text) is shown
        (row,) = json.loads(export_file(duet, "ewa", f"{key} json"))["register"]
        assert row["has_personal_data"] is kept


def test_the_executive_reads_of_a_rule_where_the_lead_has_left(duet: Office) -> None:
    """§5.6"""
    key = start_project_today(duet)
    ewa = duet.person("ewa")
    register_asset(ewa, f'{key} klienci "Newsletter PL" @ewa')
    deactivate_person(duet, "piotr")
    form = click_asset_button(ewa.types("/duet kto newsletter"), CHANGE).form
    assert form is not None
    submit_asset_form(form, rule=RULE)
    assert "Bez wysyłek" in move_until_message(duet, "adam", "nowa zasada").text


def test_a_rule_that_is_changed_back_is_not_told(duet: Office) -> None:
    """§5.6, §2.8"""
    key = start_project_today(duet)
    ewa = duet.person("ewa")
    register_asset(ewa, f'{key} klienci "Newsletter PL" @ewa')
    move_to_next_morning(duet, "20:00")
    for rule in ("Tylko za zgodą", ""):
        form = click_asset_button(ewa.types("/duet kto newsletter"), CHANGE).form
        assert form is not None
        submit_asset_form(form, rule=rule)
        close_forms(ewa)
    move_to_next_morning(duet)
    assert not texts_so_far(duet, "piotr", "rule of Newsletter")


def test_several_are_added_by_pasting_lines(duet: Office) -> None:
    """§5.6: all or none, what is wrong with each line said with its number; sixty have pages, exceptions first."""
    key = start_project_today(duet)
    ewa = duet.person("ewa")
    form = click_asset_button(run_own_command(ewa, key), SEVERAL).form
    assert form is not None
    assert "Newsletter PL; klienci; Ewa Błysk" in form.text and "Paragony" not in form.text, "what marketing keeps"
    first, unknown, garbled = "Lista VIP; klienci; Ewa Błysk", "Inna; ktoś", "A; klienci; Ewa; Ola"
    errors = errors_of(form, assets=f"{first}\n\n{garbled}")
    assert "Wiersz 3. „Ewa” i „Ola” to za dużo" in errors and "Wiersz 1" not in errors
    errors = errors_of(form, assets=f"{first}\n{unknown}")
    assert "Wiersz 2. Nie znam nikogo" in errors and "ktoś" in errors
    duet.slack.change_person("adam", real_name="Ewa Mucha")
    duet.settles()
    errors = errors_of(form, assets=f"{first}\nInna; klienci; Ewa")
    assert "Wiersz 2. Jest kilka osób, które nazywają się „Ewa”" in errors
    errors = errors_of(form, assets=f"{first}\nKasy; dane; Piotr Kabelek\nLista  vip")
    assert (
        "Wiersz 2. Dane dopisuje do rejestru tylko lider albo dyrektor strony IT" in errors
        and "Piotr Kabelek" in errors
        and "<@" not in errors
    )
    assert "Wiersz 3. „Lista vip” jest już w wierszu 1" in errors
    errors = errors_of(
        form, assets=f"{garbled}\n{unknown}\nKasy; dane\n{first}\nLista vip\nZwroty; dane; Piotr Kabelek"
    )
    for number, said in enumerate(("„Ewa” i „Ola”", "Nie znam", "Nie ma tu właściciela, a o dane dba IT"), 1):
        assert f"Wiersz {number}. {said}" in errors, "what is wrong is said at once"
    assert "Wiersz 5. „Lista vip” jest już w wierszu 4" in errors and "Wiersz 6. Dane dopisuje" in errors
    assert query_one(duet, "SELECT count(*) FROM assets") == 0
    for at in range(0, 60, 20):
        close_forms(ewa)
        form = click_asset_button(run_own_command(ewa, key), SEVERAL).form
        assert form is not None
        lines = "\n".join(f"Lista {number:02}\tklienci" for number in range(at, at + 20))
        assert "Dodane do rejestru: 20" in submit_asset_form(form, assets=lines).text
    run_own_command(ewa, f'{key} klienci "Lista 59" @ola')
    listed = run_own_command(ewa, key)
    assert "Strona 1 z 6: IT 0, marketing 60" in listed.text, "whose page is not the first is counted on it"
    assert listed.text.index("Najpierw te pozycje") < listed.text.index("Lista 59") < listed.text.index("Lista 00")
    assert "Strona 2 z 6" in listed.click("Następne").text
    assert "Strona 1 z 6" in listed.click("Za co odpowiadam").text
    assert query_one(duet, "SELECT count(*) FROM assets WHERE owner = 'U0EWA'") == 60


def test_whose_an_asset_is_may_follow_a_comma(duet: Office) -> None:
    """§5.6, §2.4: if somebody is called so; the answer says so, and what is no name stays where it is."""
    key = start_project_today(duet)
    ewa = duet.person("ewa")
    form = open_form(ewa, f"/duet rejestr {key} dodaj\nPogoda, Ewa Błysk\nKarty, Nowa Sól\nLista, @ewa")
    lines = form.values["Co dodać"]
    assert lines == "Pogoda, Ewa Błysk\nKarty, Nowa Sól\nLista, @ewa"
    said = submit_asset_form(form, assets=lines).text
    assert "Pogoda" in said and "Pogoda," not in said and "Karty, Nowa Sól" in said and "Lista, " not in said
    assert query_one(duet, "SELECT count(*) FROM assets WHERE name IN ('Pogoda', 'Karty, Nowa Sól', 'Lista')") == 3


def test_nearly_the_same_name_is_said_and_taken(duet: Office) -> None:
    """§5.1: names are unique within a kind; what differs by a space, or is of the other side, may be meant so."""
    key = start_project_today(duet)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    said = run_own_command(ewa, f'{key} klienci "Karty lojalnościowe" @ewa').text
    assert "podobna nazwa" not in said
    assert (
        "The same or nearly the same name is in the register: “Karty lojalnościowe” (customer base)"
        in run_own_command(piotr, f'{key} dane "karty-lojalnościowe" @piotr').text
    )
    form = click_asset_button(run_own_command(ewa, key), SEVERAL).form
    assert form is not None
    assert (
        "(baza klientów) i „karty-lojalnościowe” (dane)"
        in submit_asset_form(form, assets="Kartylojalnościowe").text
    )
    assert query_one(duet, "SELECT count(*) FROM assets") == 3


def test_the_owners_of_several_may_be_people_whom_duet_has_never_met(duet: Office) -> None:
    """§5.6, §5.1: chosen beside the lines, one for all of them, or each by name in a line."""
    key = start_project_today(duet)
    ewa = duet.person("ewa")
    form = click_asset_button(run_own_command(ewa, key), SEVERAL).form
    assert form is not None
    fill_asset_form(form, {"owners": ["@ola", "@tomek"]})
    errors = errors_of(form, assets="Lista VIP\nKasy")
    assert "Wiersze 1–2. W polu „Właściciele” jest kilka osób" in errors, "whose is each?"
    shown = submit_asset_form(form, assets="Lista VIP; Aleksandra Plakat\nKasy; Tomek", owners=["@ola", "@tomek"])
    assert shown.text.count("propozycja dla") == 2
    close_forms(ewa)
    form = click_asset_button(run_own_command(ewa, key), SEVERAL).form
    assert form is not None
    assert "Inna" in submit_asset_form(form, assets="Inna\nMoja; Ewa", owners=["@ola"]).text
    close_forms(ewa)
    waiting = duet.person("ola").types("/duet").text
    assert "Lista VIP" in waiting and "Inna" in waiting and "Kasy" not in waiting and "Moja" not in waiting


def test_a_question_that_names_nothing_is_asked_back(duet: Office) -> None:
    """§2: `who owns newsletter` is a search for the newsletter, `who owns` for nothing."""
    key = start_project_today(duet)
    register_asset(duet.person("ewa"), f'{key} klienci "Newsletter" @ewa')
    piotr = duet.person("piotr")
    for typed in ("who owns newsletter", "who owns the newsletter?", "kto odpowiada za newsletter"):
        assert "*Newsletter*" in piotr.types(f"/duet {typed}").text, typed
    for typed in ("who owns", "kto ma"):
        with expect_refusal(duet, "error.words_needed"):
            piotr.types(f"/duet {typed}")


def test_a_name_that_begins_like_a_kind_stays_whole(duet: Office) -> None:
    """§5.1, §2.4: "list" and "system" are words for a kind, too, but only a kind in two words takes them away."""
    key = start_project_today(duet)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    for person, what, said in (
        (ewa, "klienci Lista hurtowni @ewa", "*Lista hurtowni* (baza klientów)"),
        (ewa, "customers list VIP @ewa", "*list VIP* (baza klientów)"),
        (piotr, "data System SAP @piotr", "*System SAP* (data)"),
        (ewa, "baza klientów Piątki @ewa", "*Piątki* (baza klientów)"),
        (ewa, "customer list Mondays @ewa", "*Mondays* (baza klientów)"),
        (ewa, 'klienci lista "Wtorki" @ewa', "*Wtorki* (baza klientów)"),
    ):
        assert said in run_own_command(person, f"{key} {what}").text, what
