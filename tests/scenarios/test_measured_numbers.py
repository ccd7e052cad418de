"""The numbers of a measure: two readings are refused, what was understood is said, and a form gives it back."""

import pytest

from bot.card.log_sentences import read_log_sentence
from bot.ui.texts import Texts
from tests.running import Office
from tests.scenarios import checkin_steps as checkins
from tests.scenarios.checkin_steps import (
    answer_prompt,
    find_message_with_button,
    first_measure_day,
    messages_saying,
    only_summary,
    start_checkin_project,
)
from tests.scenarios.days import current_day, move_to_day, polish_date
from tests.scenarios.steps import (
    activate_project,
    close_forms,
    expect_no_change,
    field_errors,
    field_value,
    fill_form,
    first_step_values,
    has_sentence,
    open_form,
    query_one,
    second_step_values,
    submit_form,
    submit_new_charter,
)

ANSWERED = ("Dziękuję, odpowiedź w check-inie", "Thank you, your check-in of")
CHANGE = ("Zmień moją odpowiedź", "Zmień odpowiedź", "Change my answer")


@pytest.mark.parametrize(
    ("typed", "grouped", "fraction", "ways"),
    [
        ("2.125", "2125", "2,125", ("2125", "2.1250")),
        ("1,125", "1125", "1,125", ("1125", "1,1250")),
        ("-2,250 %", "\u22122250", "\u22122,25", ("-2250", "-2,25")),
        ("12.000", "12 000", "12", ("12000", "12")),
    ],
)
def test_two_readings_are_refused_in_the_charter(
    duet: Office, typed: str, grouped: str, fraction: str, ways: tuple[str, str]
) -> None:
    """§2.5, §4.1: at the field of either number, with both readings and how to type each."""
    for name in ("measure_start", "measure_target"):
        with expect_no_change(duet):
            form = submit_form(
                fill_form(open_form(duet.person("anna"), "/duet new"), first_step_values(duet, **{name: typed}))
            )
            said = field_errors(form)[name]
            assert f"„{typed}” to {grouped} czy {fraction}?" in said, said
            assert all(way in said for way in ways), said
            assert field_value(form, name) == typed
        close_forms(duet.person("anna"))
    for way in ways:
        form = submit_form(
            fill_form(open_form(duet.person("anna"), "/duet new"), first_step_values(duet, measure_start=way))
        )
        assert not form.errors, (way, form.errors)
        close_forms(duet.person("anna"))


def test_the_charters_numbers_are_said_at_each_step(duet: Office) -> None:
    """§2.5: as they were understood, before the form is saved and after."""
    changed = {"measure_start": "0,125", "measure_target": "1 250,5"}
    second = submit_form(fill_form(open_form(duet.person("anna"), "/duet new"), first_step_values(duet, **changed)))
    assert "z 0,125% do 1250,5%" in second.text
    shown = submit_form(fill_form(second, second_step_values(duet, **changed)))
    assert "z 0,125% do 1250,5%" in shown.text


@pytest.mark.parametrize("by", ["anna", "piotr"])
def test_an_edited_charter_gives_its_numbers_back(duet: Office, by: str) -> None:
    """§2.3, §2.5: in either language the form is filled so that it reads the same, and nothing has changed."""
    submit_new_charter(duet, measure_start="2,1250", measure_target="-1234.567", lead_it="@piotr")
    close_forms(duet.person("anna"))
    with expect_no_change(duet):
        first = open_form(duet.person(by), "/duet edit D-1")
        point = "," if by == "anna" else "."
        assert field_value(first, "measure_start") == f"2{point}1250"
        assert field_value(first, "measure_target") == f"-1234{point}567"
        close_forms(duet.person(by))
    shown = submit_form(submit_form(open_form(duet.person(by), "/duet edit D-1")))
    assert not shown.errors, shown.errors
    card = duet.person("anna").types("/duet show D-1").text
    assert "z 2,125% do \u22121234,567%" in card, card


def test_what_changed_has_its_unit(duet: Office) -> None:
    """§4.4: old → new, in the answer and in the log; of words once, unless they change, too."""
    submit_new_charter(duet)
    anna = duet.person("anna")
    for changed, said in (
        ({"measure_target": "65"}, "20% → 65%"),
        ({"measure_target": "70", "measure_unit": "koszyków"}, "65% → 70 koszyków"),
        ({"measure_target": "80"}, "70 → 80 koszyków"),
    ):
        close_forms(anna)
        shown = submit_form(submit_form(fill_form(open_form(anna, "/duet edit D-1"), changed)))
        assert said in shown.text.replace("\xa0", " "), shown.text
        close_forms(anna)
        assert said in anna.types("/duet log D-1").text.replace("\xa0", " ")


def test_the_months_value(duet: Office) -> None:
    """§2.5, §8.1, §8.4: refused with both readings; what was given is said, stands in the form, and stays."""
    key, _ = start_checkin_project(duet, "jan")
    move_to_day(duet, first_measure_day(duet), "10:00")
    form = checkins.open_prompt_form(duet, "ewa")
    with expect_no_change(duet):
        shown = checkins.fill_answers(form, measure="2.125").submit()
        said = checkins.answer_errors(shown)["measure"]
        assert "„2.125” to 2125 czy 2,125? Wpisz 2125 albo 2.1250." in said.replace("2 125", "2125"), said
    close_forms(duet.person("ewa"))
    answer_prompt(duet, "ewa", measure="2.1250")
    (confirmed,) = messages_saying(duet, "ewa", ANSWERED)
    assert confirmed.text.endswith("Klienci, o których to wiemy: 2,125% (cel 20%)")
    answer_prompt(duet, "jan", progress="Zrobione")
    assert "Klienci, o których to wiemy: 2,125% (cel 20%)" in only_summary(duet, key)
    button = next(each for each in find_message_with_button(duet, "ewa", CHANGE).buttons if each in CHANGE)
    again = checkins.open_prompt_form(duet, "ewa", (button,))
    assert list(again.values.values()) == ["2,1250"]
    echo = again.submit()
    assert echo is not None and has_sentence(echo.text, ["2,125% (cel 20%)"])
    assert query_one(duet, "SELECT count(*) FROM audit_log WHERE action = 'measure.reported'") == 1
    close_forms(duet.person("ewa"))
    answer_prompt(duet, "piotr", measure="1,234,567")
    assert "1234567% (IT; marketing: 2,125%; cel 20%)" in only_summary(duet, key).replace("1 234 567", "1234567")
    card = duet.person("adam").types(f"/duet show {key}").text.replace("\xa0", " ")
    assert f"Ostatnia wartość: 1234567% ({polish_date(current_day(duet))})" in card.replace("1 234 567", "1234567")
    assert list(checkins.open_prompt_form(duet, "ewa", (button,)).values.values()) == [None]  # the other lead's now


def test_the_card_says_the_numbers(duet: Office) -> None:
    """§2.5"""
    key = activate_project(duet, measure_start="12,345,678")
    assert "12345678" in "".join(duet.person("anna").types(f"/duet show {key}").text.split(" "))


@pytest.mark.parametrize(
    ("language", "said"),
    [("pl", "Wartość miary za grudzień 2026: 3,5."), ("en", "Measure for December 2026: 3.5.")],
)
def test_the_log_names_the_month_of_a_reported_value(language: str, said: str) -> None:
    """§8.1, §15: as it is written in the reader's language."""
    facts = {"value": "3.5", "month": "2026-12"}
    assert str(read_log_sentence(Texts.of(language), "measure.reported", {}, facts)).replace("\xa0", " ") == said
