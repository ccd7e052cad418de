"""Forms: opened, filled wrongly, closed half-way, filled from a template; amounts as people type them."""

import pytest

from tests.running import Office
from tests.scenarios.steps import (
    FIELDS,
    GOAL,
    NAME,
    click_button,
    close_forms,
    draft_charter,
    expect_no_change,
    field_errors,
    field_value,
    fill_form,
    find_label,
    first_step_values,
    open_form,
    open_second_step,
    revise_charter,
    second_step_values,
    select_values,
    send_charter,
    submit_form,
    submit_new_charter,
)


def test_every_command_opens_its_form_when_its_arguments_are_left_out(duet: Office) -> None:
    """§2.3"""
    anna, key = duet.person("anna"), send_charter(duet)
    assert open_form(anna, "/duet new").title == "Wspólny projekt"
    edited = open_form(anna, "/duet edit")
    assert (edited.title, field_value(edited, "name")) == ("Zmiana karty", NAME)
    assert key in open_form(anna, "/duet sign").title
    assert open_form(anna, "/duet settings").title == "Ustawienia"
    assert field_value(open_form(anna, "/duet new Żubr"), "name") == "Żubr"


def test_a_form_filled_wrongly_keeps_what_was_typed(duet: Office) -> None:
    """§2.3: the error stands at its field, and the corrected form passes."""
    anna = duet.person("anna")
    wrong = first_step_values(duet, measure_target="dużo", measure_start="około 3", goal=" \u200b ")
    form = submit_form(fill_form(open_form(anna, "/duet new"), wrong))
    assert set(field_errors(form)) == {"goal", "measure_start", "measure_target"}
    assert "Nie mogę odczytać tej liczby" in field_errors(form)["measure_target"]
    assert field_value(form, "name") == NAME
    assert field_value(form, "measure_target") == "dużo"

    second = submit_form(
        fill_form(form, {"goal": GOAL, "measure_target": "20 proc.", "measure_start": "3 procent"})
    )
    form = submit_form(
        fill_form(second, second_step_values(duet, budget="dużo", ends_on=second_step_values(duet)["starts_on"]))
    )
    assert set(field_errors(form)) == {"budget", "ends_on"}
    assert field_value(form, "cio") == "@adam"
    form = submit_form(fill_form(form, {"budget": "12k"}))
    assert set(field_errors(form)) == {"ends_on"}
    assert field_value(form, "budget") == "12k"
    assert "D-1" in submit_form(fill_form(form, select_values(second_step_values(duet), ["ends_on"]))).title


def test_a_target_that_changes_nothing_is_no_target(duet: Office) -> None:
    """§4.1: one success measure, from a start value to another."""
    form = submit_form(
        fill_form(
            open_form(duet.person("anna"), "/duet new"),
            first_step_values(duet, measure_start="20,0", measure_target="20"),
        )
    )
    assert set(field_errors(form)) == {"measure_target"}


def test_closing_after_the_first_step_loses_nothing(duet: Office) -> None:
    """§2.3: the first step is kept as a draft, until it is used or started afresh."""
    anna = duet.person("anna")
    open_second_step(duet).close()
    again = open_form(anna, "/duet new")
    assert "Zostało to, co wpisano" in again.text
    kept = {name: field_value(again, name) for name in first_step_values(duet)}
    assert kept == first_step_values(duet)
    assert field_value(open_form(anna, "/duet new Żubr"), "name") == "Żubr"
    assert field_value(open_form(duet.person("ewa"), "/duet new"), "name") is None  # hers alone

    submit_form(open_form(anna, "/duet new")).close()  # nothing has to be typed again
    afresh = click_button(open_form(anna, "/duet new"), "afresh")
    typed = set(first_step_values(duet)) - {"measure_by"}  # which is suggested
    assert {field_value(afresh, name) for name in typed} == {None}
    assert field_value(open_form(anna, "/duet new"), "name") is None

    draft_charter(duet)
    used = open_form(anna, "/duet new")
    assert field_value(used, "name") is None
    assert "Zachowaliśmy" not in used.text


def test_closing_an_edit_after_the_first_step_loses_nothing(duet: Office) -> None:
    """§2.3"""
    anna, key = duet.person("anna"), draft_charter(duet)
    submit_form(fill_form(open_form(anna, f"/duet edit {key}"), {"goal": "Policzyć żubry."})).close()
    assert field_value(open_form(anna, f"/duet edit {key}"), "goal") == "Policzyć żubry."


def test_a_template_fills_only_what_was_not_touched(duet: Office) -> None:
    """§2.3, §4.1: four templates; what a person typed stays."""
    anna = duet.person("anna")
    form = open_form(anna, "/duet new Nasz projekt")
    assert form.options["Szablon"] == ["Wiedza o klientach", "Nowy kanał", "Platforma danych", "Zgody i prywatność"]
    form = fill_form(form, {"goal": "Mój własny cel", "measure_start": "7", "template": "Platforma danych"})
    assert field_value(form, "goal") == "Mój własny cel"
    assert field_value(form, "measure_unit") == "dni"
    form = fill_form(form, {"measure_unit": "tygodnie", "template": "Zgody i prywatność"})
    assert field_value(form, "measure_name") == "Kontakty z udokumentowaną zgodą"
    typed = {name: field_value(form, name) for name in ("name", "goal", "measure_unit", "measure_start")}
    assert typed == {
        "name": "Nasz projekt",
        "goal": "Mój własny cel",
        "measure_unit": "tygodnie",
        "measure_start": "7",
    }
    form = fill_form(form, {"template": None})
    assert not field_value(form, "measure_name")
    assert field_value(form, "goal") == "Mój własny cel"
    form = fill_form(
        form,
        {"template": "Nowy kanał", "measure_target": "9"} | select_values(first_step_values(duet), ["measure_by"]),
    )
    assert submit_form(form).values["Waluta"] == "PLN"


def test_templates_speak_the_persons_language(duet: Office) -> None:
    """§4.1, §15"""
    form = fill_form(open_form(duet.person("nadia"), "/duet new"), {"template": "Customer insight"})
    assert field_value(form, "goal") == "Learn which customers come back, and why."


@pytest.mark.parametrize(
    ("typed", "currency", "understood", "halves"),
    [
        ("12000", "PLN", "12 000 zł", "6000 zł"),
        ("12 000", "PLN", "12 000 zł", "6000 zł"),
        ("12 000,50", "PLN", "12 000,50 zł", "6000,25 zł"),
        ("12,000.50", "PLN", "12 000,50 zł", "6000,25 zł"),
        ("12k", "EUR", "12 000 €", "6000 €"),
        ("5000 zł", "EUR", "5000 zł", "2500 zł"),
        ("€5,000", "PLN", "5000 €", "2500 €"),
        ("12.000", "PLN", "12 000 zł", "6000 zł"),
        ("1,01", "PLN", "1,01 zł", "IT 0,51 zł, marketing 0,50 zł"),
    ],
)
def test_amounts_are_read_as_people_type_them(
    duet: Office, typed: str, currency: str, understood: str, halves: str
) -> None:
    """§2.5: what was understood is echoed."""
    shown = submit_new_charter(duet, budget=typed, currency=currency).text
    assert f"Budżet łącznie*\n{understood}" in shown
    assert halves in shown


def test_amounts_that_cannot_be_meant_are_refused_at_their_field(duet: Office) -> None:
    """§2.5: nothing is guessed; where there are two readings, both are shown."""
    form = fill_form(open_second_step(duet), second_step_values(duet))
    refusals = {
        "-5": "większą od zera",
        "−5 zł": "większą od zera",
        "0": "większą od zera",
        "0,00": "większą od zera",
        "1e9": "Nie mogę odczytać",
        "dużo": "Nie mogę odczytać",
        "12 00": "Nie mogę odczytać",
        "5 zł €": "Nie mogę odczytać",
        "1,001.5.2": "Nie mogę odczytać",
        "0,001": "najmniejsza kwota to 0,01 zł",
        "9" * 30: "To więcej, niż potrafię policzyć",
        "12,5k": None,
    }
    with expect_no_change(duet):
        for typed, said in refusals.items():
            if said is None:
                continue
            form = submit_form(fill_form(form, {"budget": typed}))
            assert set(field_errors(form)) == {"budget"}, typed
            assert said in field_errors(form)["budget"], field_errors(form)
            assert field_value(form, "budget") == typed
        form = submit_form(fill_form(form, {"budget": "12.000", "currency": "KWD"}))
        said = field_errors(form)["budget"]
        assert said.startswith("„12.000” to 12 000 KWD czy 12 KWD?"), said
    readings = said.removesuffix(".").partition("Wpisz ")[2].split(" albo ")
    assert readings == ["12000", "12"]
    shown = submit_form(fill_form(form, {"budget": readings[1]})).text
    assert "*Budżet łącznie*\n12 KWD" in shown


def test_an_amount_survives_editing_unchanged(duet: Office) -> None:
    """§2.5: the form offers the amount as it would be typed, and reads it back as the same."""
    key = draft_charter(duet, budget="12.000,007", currency="KWD")
    assert "Nic się nie zmieniło" in revise_charter(duet, key).text


def test_the_form_shows_what_to_type_in_every_language(duet: Office) -> None:
    """§2.3, §15: the same fields, each with a hint."""
    seen = {}
    for who in ("anna", "nadia"):
        form = open_form(duet.person(who), "/duet new")
        seen[who] = [find_label(form.labels, FIELDS[name]) for name in first_step_values(duet)]
        close_forms(duet.person(who))
    assert not set(seen["anna"]) & set(seen["nadia"])
