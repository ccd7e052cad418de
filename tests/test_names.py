"""Which person is meant by a name that is typed."""

import pytest

from bot.parsing.names import find_names_meant

NAMES = {
    "U0EWA": ["ewa", "Ewa Błysk"],
    "U0PIOTR": ["Piotr Kabelek", ""],
    "U0TOMEK": ["Tomek Półka"],
    "U0ANNA": ["Anna Żuraw"],
    "U0JAN": ["Jan Łącznik"],
    "U0JANA": ["Jana Łąka"],
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ewa Błysk", ["U0EWA"]),
        ("ewa blysk", ["U0EWA"]),
        ("Ewy Błysk", ["U0EWA"]),
        ("ewie", ["U0EWA"]),
        ("Piotra Kabelka", ["U0PIOTR"]),
        ("@piotr", ["U0PIOTR"]),
        ("Tomka Półki", ["U0TOMEK"]),
        ("Anny", ["U0ANNA"]),
        ("Jana Łącznika", ["U0JAN"]),
        ("Jana", ["U0JANA"]),
        ("u0jan", ["U0JAN"]),
        ("Ewa Nowak", []),
        ("Ewelina", []),
        ("Pi", []),
        ("", []),
        ("@", []),
    ],
)
def test_a_name_is_understood_in_any_case(typed: str, meant: list[str]) -> None:
    """§2.2, §2.7: the whole name first, then its beginning, then other endings of the same words."""
    assert find_names_meant(typed, NAMES) == meant


def test_two_who_may_be_meant_are_two() -> None:
    assert find_names_meant("Adama", {"U1": ["Adam Wolny"], "U2": ["Adam Nowak"]}) == ["U1", "U2"]


def test_whom_slack_knows_by_fewer_words() -> None:
    assert find_names_meant("Ola Plakat", {"U1": ["Ola"]}) == []
    assert find_names_meant("Ola Plakat", {"U1": ["Ola"]}, may_be_shorter=True) == ["U1"]
