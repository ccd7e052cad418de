"""Forms: opened, filled wrongly, closed half-way, filled from a template; amounts as people type them."""

import pytest

from tests.running import Office
from tests.scenarios.steps import (
    FIELDS,
    GOAL,
    NAME,
    at_second_step,
    click,
    draft_shown,
    drafted,
    errors,
    fill,
    first_step,
    labelled,
    only,
    opened,
    put_away,
    revised,
    second_step,
    sent,
    submitted,
    unchanged,
    value,
)


def test_every_command_opens_its_form_when_its_arguments_are_left_out(duet: Office) -> None:
    """§2.3"""
    anna, key = duet.person("anna"), sent(duet)
    assert opened(anna, "/duet new").title == "Wspólny projekt"
    assert value(opened(anna, "/duet edit"), "name") == NAME
    assert key in opened(anna, "/duet sign").title
    assert opened(anna, "/duet settings").title == "Ustawienia"
    assert value(opened(anna, "/duet new Żubr"), "name") == "Żubr"


def test_a_form_filled_wrongly_keeps_what_was_typed(duet: Office) -> None:
    """§2.3: the error stands at its field, and the corrected form passes."""
    anna = duet.person("anna")
    wrong = first_step(duet, measure_target="dużo", measure_start="około 3", goal=" \u200b ")
    form = submitted(fill(opened(anna, "/duet new"), wrong))
    assert set(errors(form)) == {"goal", "measure_start", "measure_target"}
    assert "Nie mogę odczytać tej liczby" in errors(form)["measure_target"]
    assert value(form, "name") == NAME
    assert value(form, "measure_target") == "dużo"

    second = submitted(fill(form, {"goal": GOAL, "measure_target": "20", "measure_start": "3"}))
    form = submitted(fill(second, second_step(duet, budget="dużo", ends_on=second_step(duet)["starts_on"])))
    assert set(errors(form)) == {"budget"}
    assert value(form, "cio") == "@adam"
    form = submitted(fill(form, {"budget": "12k"}))
    assert set(errors(form)) == {"ends_on"}
    assert value(form, "budget") == "12k"
    assert "D-1" in submitted(fill(form, only(second_step(duet), ["ends_on"]))).title


def test_a_target_that_changes_nothing_is_no_target(duet: Office) -> None:
    """§4.1: one success measure, from a start value to another."""
    form = submitted(
        fill(opened(duet.person("anna"), "/duet new"), first_step(duet, measure_start="20,0", measure_target="20"))
    )
    assert set(errors(form)) == {"measure_target"}


def test_closing_after_the_first_step_loses_nothing(duet: Office) -> None:
    """§2.3: the first step is kept as a draft, until it is used or started afresh."""
    anna = duet.person("anna")
    at_second_step(duet).close()
    again = opened(anna, "/duet new")
    assert "Zostało to, co wpisano" in again.text
    kept = {name: value(again, name) for name in first_step(duet)}
    assert kept == first_step(duet)
    assert value(opened(anna, "/duet new Żubr"), "name") == "Żubr"
    assert value(opened(duet.person("ewa"), "/duet new"), "name") is None  # hers alone

    submitted(opened(anna, "/duet new")).close()  # nothing has to be typed again
    afresh = click(opened(anna, "/duet new"), "afresh")
    assert {value(afresh, name) for name in first_step(duet)} == {None}
    assert value(opened(anna, "/duet new"), "name") is None

    drafted(duet)
    used = opened(anna, "/duet new")
    assert value(used, "name") is None
    assert "Zachowaliśmy" not in used.text


def test_closing_an_edit_after_the_first_step_loses_nothing(duet: Office) -> None:
    """§2.3"""
    anna, key = duet.person("anna"), drafted(duet)
    submitted(fill(opened(anna, f"/duet edit {key}"), {"goal": "Policzyć żubry."})).close()
    assert value(opened(anna, f"/duet edit {key}"), "goal") == "Policzyć żubry."


def test_a_template_fills_only_what_was_not_touched(duet: Office) -> None:
    """§2.3, §4.1: four templates; what a person typed stays."""
    anna = duet.person("anna")
    form = opened(anna, "/duet new Nasz projekt")
    assert form.options["Szablon"] == ["Wiedza o klientach", "Nowy kanał", "Platforma danych", "Zgody i prywatność"]
    form = fill(form, {"goal": "Mój własny cel", "measure_start": "7", "template": "Platforma danych"})
    assert value(form, "goal") == "Mój własny cel"
    assert value(form, "measure_unit") == "dni"
    form = fill(form, {"measure_unit": "tygodnie", "template": "Zgody i prywatność"})
    assert value(form, "measure_name") == "Kontakty z udokumentowaną zgodą"
    typed = {name: value(form, name) for name in ("name", "goal", "measure_unit", "measure_start")}
    assert typed == {
        "name": "Nasz projekt",
        "goal": "Mój własny cel",
        "measure_unit": "tygodnie",
        "measure_start": "7",
    }
    form = fill(form, {"template": None})
    assert value(form, "measure_name") is None
    assert value(form, "goal") == "Mój własny cel"
    form = fill(form, {"template": "Nowy kanał", "measure_target": "9"} | only(first_step(duet), ["measure_by"]))
    assert submitted(form).values["Waluta"] == "PLN"


def test_templates_speak_the_persons_language(duet: Office) -> None:
    """§4.1, §15"""
    form = fill(opened(duet.person("nadia"), "/duet new"), {"template": "Customer insight"})
    assert value(form, "goal") == "Learn which customers come back, and why."


@pytest.mark.parametrize(
    ("typed", "currency", "understood", "halves"),
    [
        ("12000", "PLN", "12 000 zł", "6 000 zł"),
        ("12 000", "PLN", "12 000 zł", "6 000 zł"),
        ("12 000,50", "PLN", "12 000,50 zł", "6 000,25 zł"),
        ("12,000.50", "PLN", "12 000,50 zł", "6 000,25 zł"),
        ("12k", "EUR", "12 000 €", "6 000 €"),
        ("5000 zł", "EUR", "5 000 zł", "2 500 zł"),
        ("€5,000", "PLN", "5 000 €", "2 500 €"),
        ("12.000", "PLN", "12 000 zł", "6 000 zł"),
        ("1,01", "PLN", "1,01 zł", "IT 0,51 zł, marketing 0,50 zł"),
    ],
)
def test_amounts_are_read_as_people_type_them(
    duet: Office, typed: str, currency: str, understood: str, halves: str
) -> None:
    """§2.5: what was understood is echoed."""
    shown = draft_shown(duet, budget=typed, currency=currency).text.replace("\u00a0", " ")
    assert f"Budżet łącznie*\n{understood}" in shown
    assert halves in shown


def test_amounts_that_cannot_be_meant_are_refused_at_their_field(duet: Office) -> None:
    """§2.5: nothing is guessed; where there are two readings, both are shown."""
    form = fill(at_second_step(duet), second_step(duet))
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
        "0,001": "najmniejsza kwota to 0,01\u00a0zł",
        "9" * 30: "To więcej, niż potrafię policzyć",
        "12,5k": None,
    }
    with unchanged(duet):
        for typed, said in refusals.items():
            if said is None:
                continue
            form = submitted(fill(form, {"budget": typed}))
            assert set(errors(form)) == {"budget"}, typed
            assert said in errors(form)["budget"], errors(form)
            assert value(form, "budget") == typed
        form = submitted(fill(form, {"budget": "12.000", "currency": "KWD"}))
        said = errors(form)["budget"].replace("\u00a0", " ")
        assert said.startswith("„12.000” to 12 000 KWD czy 12 KWD?"), said
    readings = said.split("`")[1::2]
    assert len(readings) == 2
    shown = submitted(fill(form, {"budget": readings[1]})).text.replace("\u00a0", " ")
    assert "*Budżet łącznie*\n12 KWD" in shown


def test_an_amount_survives_editing_unchanged(duet: Office) -> None:
    """§2.5: the form offers the amount as it would be typed, and reads it back as the same."""
    key = drafted(duet, budget="12.000,007", currency="KWD")
    assert "Nic się nie zmieniło" in revised(duet, key).text


def test_the_form_shows_what_to_type_in_every_language(duet: Office) -> None:
    """§2.3, §15: the same fields, each with a hint."""
    seen = {}
    for who in ("anna", "nadia"):
        form = opened(duet.person(who), "/duet new")
        seen[who] = [labelled(form.labels, FIELDS[name]) for name in first_step(duet)]
        put_away(duet.person(who))
    assert not set(seen["anna"]) & set(seen["nadia"])
