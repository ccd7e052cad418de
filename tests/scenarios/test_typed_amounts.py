"""Everyday words for amounts and schedules, through the form and the command: read whole, said, or refused."""

import pytest

from tests.running import Office
from tests.scenarios.checkin_steps import run_checkin_command
from tests.scenarios.days import move_to_next_morning
from tests.scenarios.steps import (
    activate_project,
    close_forms,
    expect_no_change,
    expect_refusal,
    field_errors,
    fill_form,
    open_form,
    open_second_step,
    second_step_values,
    submit_form,
)
from tests.scenarios.timetable_steps import start_project_today

BUDGETS = [
    ("120 tysięcy", "120 000 zł"),
    ("1,5 miliona", "1 500 000 zł"),
    ("2 miliony złotych", "2 000 000 zł"),
    ("1.5M", "1 500 000 zł"),
    ("120 000,-", "120 000 zł"),
    ("5000 zlotych", "5000 zł"),
    ("PLN 5 000.-", "5000 zł"),
    ("2.5 thousand euros", "2500 €"),
]
NO_BUDGETS = ["1 mln 200 tys.", "ok. 5000", "5000-6000", "12²", "5000 zł netto", "pół"]
SCHEDULES = [
    ("co 2 tyg", "Co 2 tygodnie w czwartek o 10:00"),
    ("co dwa tyg. w pt o 9 rano", "Co 2 tygodnie w piątek o 9:00"),
    ("o 9 rano", "W każdy czwartek o 9:00"),
    ("biweekly friday", "Co 2 tygodnie w piątek o 10:00"),
    ("every 2 wks on friday at 9 o'clock", "Co 2 tygodnie w piątek o 9:00"),
    ("pierwszy piątek m-ca, godz. 10", "W pierwszy piątek miesiąca o 10:00"),
]
NO_SCHEDULES = [
    ("po południu", "W pierwszy piątek miesiąca o 10:00"),
    ("w piątek po południu", "piątek"),
    ("friday 10.12", "piątek"),
    ("biweekly mon thu", "poniedziałek"),
    ("3 razy w tygodniu w pn o 9", "o 9:00"),
    ("friday @nobody", "piątek"),
    ("10 albo 11", "o 11:00"),
]
"""Typed, and what the form that opens is filled with."""


@pytest.mark.parametrize(("typed", "said"), BUDGETS)
def test_a_budget_in_words_is_said(duet: Office, typed: str, said: str) -> None:
    """§2.5: what was understood is echoed, in the form that follows."""
    shown = submit_form(fill_form(open_second_step(duet), second_step_values(duet, budget=typed)))
    assert not shown.errors, shown.errors
    assert f"{said}" in shown.text, shown.text


def test_a_project_in_a_former_currency_goes_on(duet: Office) -> None:
    """§2.5, §6.1: who has leva keeps them."""
    key = activate_project(duet, budget="5000 BGN")
    form = submit_form(open_form(duet.person("ewa"), f"/duet edit {key}"))
    assert form.values["Waluta"] == "BGN"
    form = submit_form(fill_form(form, {"budget": "6000"}))
    assert not form.errors and "6000" in form.text, form.text


def test_an_amount_is_never_read_in_part(duet: Office) -> None:
    """§2.5: at its field, and what was typed stays."""
    form = open_second_step(duet)
    for typed in NO_BUDGETS:
        with expect_no_change(duet):
            form = submit_form(fill_form(form, second_step_values(duet, budget=typed)))
            assert set(field_errors(form)) == {"budget"}, typed


@pytest.mark.parametrize(
    ("who", "typed", "label", "what"),
    [
        ("ewa", "wydatek licencje na kasy", "Na co", "licencje na kasy"),
        ("piotr", "fund licences 2027", "Note", "licences 2027"),
    ],
)
def test_words_without_an_amount_open_the_form_with_them(
    duet: Office, who: str, typed: str, label: str, what: str
) -> None:
    """§2.3: what names no project is what the money is for."""
    start_project_today(duet)
    with expect_no_change(duet):
        form = open_form(duet.person(who), f"/duet {typed}")
    assert form.values[label] == what
    with expect_refusal(duet, "error.not_found"):
        duet.person(who).types("/duet spend D-99 licences")


@pytest.mark.parametrize(
    ("typed", "amount", "what"),
    [
        ("druk plakatów 12 345,67 netto", "12 345,67 zł", "druk plakatów netto"),
        ("druk plakatów 500", "500 zł", "druk plakatów"),
        ("faktura 2026 1200 zł", "1200 zł", "faktura 2026"),
        ("ulotki: PLN 5000", "5000 zł", "ulotki"),
    ],
)
def test_an_amount_behind_the_words_is_read(duet: Office, typed: str, amount: str, what: str) -> None:
    """§2.5: said before it is recorded; the words stay as they are."""
    start_project_today(duet)
    said = duet.person("ewa").types(f"/duet wydatek {typed}").text.replace("\u00a0", " ")
    assert amount in said and f"„{what}”" in said


def test_a_day_at_the_end_is_when_it_was_spent(duet: Office) -> None:
    """§2.4: without quotes, a word that can be nothing else."""
    start_project_today(duet)
    move_to_next_morning(duet)
    said = duet.person("piotr").types("/duet spend 5000 Prototype agency yesterday").text
    assert "24 November 2026 (Tuesday)" in said and "“Prototype agency”" in said
    assert "project's start" not in said, "it began that day"


def test_what_was_bought_ahead_is_taken_and_said_to_be(duet: Office) -> None:
    """§2.4, §6.2: a day before the project's start, or after its end, may be meant, and may be a slip."""
    key = start_project_today(duet)
    said = duet.person("piotr").types(f'/duet spend {key} 5000 "Prototype" 2026-11-20').text
    assert "20 November 2026 (Friday)" in said
    assert "That is before the project's start (24 November 2026)." in said


def test_words_that_may_be_about_several_projects_open_nothing(duet: Office) -> None:
    start_project_today(duet)
    activate_project(duet, name="Drugi")
    with expect_refusal(duet, "error.project_not_found.typed"):
        duet.person("ewa").types("/duet spend licencje na kasy")


def test_schedules_in_words(duet: Office) -> None:
    """§8.1: what was understood is said; what is not read whole changes nothing."""
    start_project_today(duet)
    ewa = duet.person("ewa")
    for typed, said in SCHEDULES:
        run_checkin_command(ewa, "D-1 schedule thursday 10:00")
        assert said in run_checkin_command(ewa, f"D-1 schedule {typed}").text, typed
    for typed, known in NO_SCHEDULES:
        close_forms(ewa)
        with expect_no_change(duet):
            run_checkin_command(ewa, f"D-1 schedule {typed}")
        form = ewa.form
        assert form is not None, typed
        assert f"„{typed}”" in form.text
        assert known in form.text, (typed, form.text)
    close_forms(ewa)
    for typed in ("pt 9pm", "20:00", "w sobotę o 10"):
        with expect_refusal(duet):
            run_checkin_command(ewa, f"D-1 schedule {typed}")
        assert ewa.form is None
