"""What a charter may not say: refused at the field, and nothing is written."""

from typing import Any

import pytest

from tests.running import Office
from tests.scenarios.steps import (
    close_forms,
    day_from_today,
    draft_charter,
    expect_no_change,
    field_errors,
    field_value,
    fill_form,
    forge_submission,
    open_form,
    open_second_step,
    request_id,
    second_step_values,
    send_charter,
    submit_form,
    text_state,
)

SEATS = ("cio", "cmo", "lead_it", "lead_marketing")


@pytest.mark.one_of(2)
@pytest.mark.parametrize(
    "kind", ["bot", "guest", "single-channel guest", "deactivated", "stranger", "another team's"]
)
def test_only_working_colleagues_can_have_a_seat(duet: Office, kind: str) -> None:
    """§4.1: none of them a bot, a guest, deactivated or from another organisation."""
    form = fill_form(open_second_step(duet, by="jan"), second_step_values(duet))
    who = {"bot": "duet", "guest": "gosia"}.get(kind, "mike")
    changes: dict[str, dict[str, Any]] = {
        "single-channel guest": {"is_ultra_restricted": True},
        "stranger": {"is_stranger": True},
        "another team's": {"team_id": "T9OTHER"},
    }
    if kind in changes:
        duet.slack.change_person(who, **changes[kind])
    with expect_no_change(duet):
        for seat in SEATS:
            form = fill_form(form, second_step_values(duet) | {seat: f"@{who}"})
            if kind == "deactivated":  # meanwhile: the picker offers nobody who has left
                duet.slack.change_person(who, deleted=True)
                duet.settles()
            form = submit_form(form)
            assert set(field_errors(form)) == {seat}, field_errors(form)
            assert "nie bot i nie gość" in field_errors(form)[seat]
            assert field_value(form, seat) == f"@{who}"
            if kind == "deactivated":
                duet.slack.change_person(who, deleted=False)
                duet.settles()


@pytest.mark.parametrize(
    ("changed", "refused_at"),
    [
        ({"cio": "@anna"}, {"cmo"}),
        ({"lead_it": "@anna"}, {"lead_it"}),
        ({"lead_it": "@ewa"}, {"lead_it"}),
        ({"lead_marketing": "@adam"}, {"lead_marketing"}),
        ({"lead_marketing": "@piotr"}, {"lead_it"}),
        ({"cio": "@anna", "cmo": "@anna", "lead_it": "@anna", "lead_marketing": "@anna"}, {"cmo", "lead_it"}),
    ],
)
def test_nobody_stands_on_both_sides(duet: Office, changed: dict[str, str], refused_at: set[str]) -> None:
    """§4.1: the CIO is not the CMO, and no lead works for the other side."""
    form = fill_form(open_second_step(duet), second_step_values(duet) | changed)
    with expect_no_change(duet):
        form = submit_form(form)
    assert refused_at <= set(field_errors(form)), field_errors(form)


def test_a_name_that_nobody_has_is_said_once(duet: Office) -> None:
    """§4.1: whatever is wrong with a pasted timetable is said at once, and each thing once."""
    form = fill_form(open_second_step(duet), second_step_values(duet))
    lines = "\n".join(f"Etap {n} - {day_from_today(duet, 40 + n)}; Marek" for n in range(12))
    with expect_no_change(duet):
        said = field_errors(submit_form(fill_form(form, {"milestones": lines})))["milestones"]
    assert said.count("„Marek”") == 1 and "jeszcze" not in said, said


def test_the_dates_have_to_make_sense(duet: Office) -> None:
    """§4.1: the end comes after the start and is not past; the measure is due after the start."""
    form = fill_form(open_second_step(duet), second_step_values(duet))
    wrong = (
        (
            {"starts_on": day_from_today(duet, 30), "ends_on": day_from_today(duet, 29)},
            "ends_on",
            "Wybierz dzień po",
        ),
        (
            {"starts_on": day_from_today(duet, 30), "ends_on": day_from_today(duet, 30)},
            "ends_on",
            "Wybierz dzień po",
        ),
        (
            {"starts_on": day_from_today(duet, -90), "ends_on": day_from_today(duet, -3)},
            "ends_on",
            "Ten dzień już minął",
        ),
        (
            {"starts_on": day_from_today(duet, 151), "ends_on": day_from_today(duet, 180)},
            "starts_on",
            "wcześniejszy początek",
        ),
    )
    with expect_no_change(duet):
        for changed, field, said in wrong:
            form = submit_form(fill_form(form, changed))
            assert set(field_errors(form)) == {field}, field_errors(form)
            assert said in field_errors(form)[field]
    form = submit_form(
        fill_form(form, {"starts_on": day_from_today(duet, -20), "ends_on": day_from_today(duet, 2)})
    )
    assert "D-1" in form.title  # one that is under way can still be written down


def test_an_executive_can_lead_their_own_side(duet: Office) -> None:
    """§4.1: in a small company CIO and IT lead are one person."""
    assert draft_charter(duet, lead_it="@adam", lead_marketing="@anna") == "D-1"


def test_what_the_form_does_not_offer_is_refused(duet: Office) -> None:
    """§4.1, §14: a currency, language, zone or person that was forged into the form."""
    anna = duet.person("anna")
    open_second_step(duet)
    given = {"cio": "U0ADAM", "cmo": "U0ANNA", "lead_it": "U0PIOTR", "lead_marketing": "U0EWA"}
    people = {name: {"type": "users_select", "selected_user": who} for name, who in given.items()}
    rest = {
        "starts_on": {"type": "datepicker", "selected_date": day_from_today(duet, 30)},
        "ends_on": {"type": "datepicker", "selected_date": day_from_today(duet, 180)},
        "budget": text_state("12k"),
        **{
            name: {"type": "static_select", "selected_option": {"value": chosen}}
            for name, chosen in (
                ("currency", "PLN"),
                ("budget_basis", "net"),
                ("language", "pl"),
                ("zone", "Europe/Warsaw"),
            )
        },
    }
    forged = {
        "cio": {"type": "users_select", "selected_user": "U9NOBODY"},
        "cmo": {"type": "users_select", "selected_user": "; DROP TABLE projects"},
        "lead_it": {"type": "users_select", "selected_user": "U1ZENEK"},
        "starts_on": {"type": "datepicker", "selected_date": "jutro"},
        "currency": {"type": "static_select", "selected_option": {"value": "XXX"}},
        "budget_basis": {"type": "radio_buttons", "selected_option": {"value": "taxless"}},
        "language": {"type": "static_select", "selected_option": {"value": "tlh"}},
        "zone": {"type": "static_select", "selected_option": {"value": "Europe"}},
    }
    with expect_no_change(duet):
        for name, wrong in forged.items():
            said = forge_submission(anna, "charter.second", "{}", people | rest | {name: wrong})
            assert "Duet" not in said, name
            assert said, name
            assert "po naszej stronie" not in said, (name, said)
            close_forms(anna)


def test_a_guest_drafts_nothing(duet: Office) -> None:
    """§4.2, §14: anyone internal may draft; a guest may not, also not by a forged form."""
    gosia = duet.person("gosia")
    with expect_no_change(duet):
        assert "tylko osoby z tej firmy" in gosia.types("/duet new", "#promocje").text
        assert gosia.form is None
        open_form(gosia, "/duet settings", "#promocje")
        first = {
            name: text_state("7") for name in ("name", "goal", "measure_name", "measure_unit", "measure_start")
        }
        assert "tylko osoby z tej firmy" in forge_submission(gosia, "charter.first", "{}", first)


def test_a_seat_that_emptied_before_sending_stops_it(duet: Office) -> None:
    """§4.1: what was true when it was drafted has to be true when it is sent."""
    anna, key = duet.person("anna"), draft_charter(duet)
    duet.slack.change_person("piotr", deleted=True)
    duet.settles()
    with expect_no_change(duet):
        said = anna.types(f"/duet show {key}").click("Wyślij do podpisu").text
    assert "@Piotr Kabelek jest w tej karcie" in said
    duet.slack.change_person("piotr", deleted=False)
    duet.settles()
    assert "wysłana do podpisu" in anna.types(f"/duet show {key}").click("Wyślij do podpisu").text
    assert request_id(duet, key)


def test_a_long_name_fits_everywhere(duet: Office) -> None:
    """§4.1: a name of 80 characters, a goal of 500."""
    name, goal = "Ż" * 80, "ą" * 500
    key = send_charter(duet, name=name, goal=goal)
    anna = duet.person("anna")
    for command in ("", "list", f"show {key}", f"log {key}", "sign"):
        anna.types(f"/duet {command}")
    assert goal in anna.types(f"/duet show {key}").text
    assert not duet.slack.violations
