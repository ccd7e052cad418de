"""The numbers of a measure: two readings are refused, what was understood is said, and a form gives it back."""

import pytest

from tests.running import Office
from tests.scenarios import checkin_steps as checkins
from tests.scenarios.checkin_steps import answers, first_measured, started, summary, told, with_button
from tests.scenarios.days import comes
from tests.scenarios.steps import (
    active,
    draft_shown,
    errors,
    fill,
    first_step,
    one,
    opened,
    put_away,
    says,
    second_step,
    submitted,
    unchanged,
    value,
)

ANSWERED = ("Dziękuję, odpowiedź w check-inie", "Thank you, your check-in of")
CHANGE = ("Zmień moją odpowiedź", "Zmień odpowiedź", "Change my answer")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("typed", "grouped", "fraction", "ways"),
    [
        ("2.125", "2 125", "2,125", ("2125", "2.1250")),
        ("1,125", "1 125", "1,125", ("1125", "1,1250")),
        ("-2,250 %", "-2 250", "-2,25", ("-2250", "-2,2500")),
        ("12.000", "12 000", "12", ("12000", "12.0000")),
    ],
)
def test_two_readings_are_refused_in_the_charter(
    duet: Office, typed: str, grouped: str, fraction: str, ways: tuple[str, str]
) -> None:
    """§2.5, §4.1: at the field of either number, with both readings and how to type each."""
    for name in ("measure_start", "measure_target"):
        with unchanged(duet):
            form = submitted(fill(opened(duet.person("anna"), "/duet new"), first_step(duet, **{name: typed})))
            said = plain(errors(form)[name])
            assert f"„{typed}” to {grouped} czy {fraction}?" in said, said
            assert all(way in said for way in ways), said
            assert value(form, name) == typed
        put_away(duet.person("anna"))
    for way in ways:
        form = submitted(fill(opened(duet.person("anna"), "/duet new"), first_step(duet, measure_start=way)))
        assert not form.errors, (way, form.errors)
        put_away(duet.person("anna"))


def test_the_charters_numbers_are_said_at_each_step(duet: Office) -> None:
    """§2.5: as they were understood, before the form is saved and after."""
    changed = {"measure_start": "0,125", "measure_target": "1 250,5"}
    second = submitted(fill(opened(duet.person("anna"), "/duet new"), first_step(duet, **changed)))
    assert "z 0,125 do 1250,5%" in plain(second.text).replace("1 250", "1250")
    shown = submitted(fill(second, second_step(duet, **changed)))
    assert "z 0,125 do 1250,5%" in plain(shown.text).replace("1 250", "1250")


@pytest.mark.parametrize("by", ["anna", "piotr"])
def test_an_edited_charter_gives_its_numbers_back(duet: Office, by: str) -> None:
    """§2.3, §2.5: in either language the form is filled so that it reads the same, and nothing has changed."""
    draft_shown(duet, measure_start="2,1250", measure_target="-1234.567", lead_it="@piotr")
    put_away(duet.person("anna"))
    with unchanged(duet):
        first = opened(duet.person(by), "/duet edit D-1")
        point = "," if by == "anna" else "."
        assert value(first, "measure_start") == f"2{point}1250"
        assert value(first, "measure_target") == f"-1234{point}567"
        put_away(duet.person(by))
    shown = submitted(submitted(opened(duet.person(by), "/duet edit D-1")))
    assert not shown.errors, shown.errors
    card = plain(duet.person("anna").types("/duet show D-1").text)
    assert "z 2,125 do -1234,567%" in card.replace("-1 234", "-1234"), card


def test_the_months_value(duet: Office) -> None:
    """§2.5, §8.1, §8.4: refused with both readings; what was given is said, stands in the form, and stays."""
    key, _ = started(duet, "jan")
    comes(duet, first_measured(duet), "10:00")
    form = checkins.answer_form(duet, "ewa")
    with unchanged(duet):
        shown = checkins.filled(form, measure="2.125").submit()
        said = plain(checkins.errors(shown)["measure"])
        assert "„2.125” to 2125 czy 2,125? Wpisz `2125` albo `2.1250`." in said.replace("2 125", "2125"), said
    put_away(duet.person("ewa"))
    answers(duet, "ewa", measure="2.1250")
    (confirmed,) = told(duet, "ewa", ANSWERED)
    assert plain(confirmed.text).endswith("Klienci, o których to wiemy: 2,125 % (cel 20)")
    answers(duet, "jan", progress="Zrobione")
    assert "Klienci, o których to wiemy: 2,125 % (cel 20)" in plain(summary(duet, key))
    button = next(each for each in with_button(duet, "ewa", CHANGE).buttons if each in CHANGE)
    again = checkins.answer_form(duet, "ewa", (button,))
    assert list(again.values.values()) == ["2,1250"]
    echo = again.submit()
    assert echo is not None and says(plain(echo.text), ["2,125 % (cel 20)"])
    assert one(duet, "SELECT count(*) FROM audit_log WHERE action = 'measure.reported'") == 1
    put_away(duet.person("ewa"))
    answers(duet, "piotr", measure="1,234,567")
    assert "1234567 % (cel 20)" in plain(summary(duet, key)).replace("1 234 567", "1234567")
    assert list(checkins.answer_form(duet, "ewa", (button,)).values.values()) == [None]  # the other lead's now


def test_the_card_says_the_numbers(duet: Office) -> None:
    """§2.5"""
    key = active(duet, measure_start="12,345,678")
    assert "12345678" in "".join(plain(duet.person("anna").types(f"/duet show {key}").text).split(" "))
