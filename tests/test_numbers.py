"""Numbers in fields that know their unit (product §2.5)."""

import pytest

from bot.parsing.numbers import NumberUnit, parse_number_of, parse_whole_number
from tests.refusals import raises_refusal


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("14", NumberUnit.DAYS, 14),
        ("14 days", NumberUnit.DAYS, 14),
        ("14dni", NumberUnit.DAYS, 14),
        (" 1  DZIEŃ ", NumberUnit.DAYS, 1),
        ("2 tygodnie", NumberUnit.DAYS, 14),
        ("dwa tygodnie", NumberUnit.DAYS, 14),
        ("a week", NumberUnit.DAYS, 7),
        ("tydzień", NumberUnit.DAYS, 7),
        ("24 months", NumberUnit.MONTHS, 24),
        ("6 mies.", NumberUnit.MONTHS, 6),
        ("2 lata", NumberUnit.MONTHS, 24),
        ("rok", NumberUnit.YEARS, 1),
        ("5 lat", NumberUnit.YEARS, 5),
        ("30 proc", NumberUnit.PERCENT, 30),
        ("30 proc.", NumberUnit.PERCENT, 30),
        ("30 %", NumberUnit.PERCENT, 30),
        ("30%", NumberUnit.PERCENT, 30),
        ("30 per cent", NumberUnit.PERCENT, 30),
        ("połowa", NumberUnit.PERCENT, 50),
        ("half", NumberUnit.PERCENT, 50),
        ("½", NumberUnit.PERCENT, 50),
        ("trzy czwarte", NumberUnit.PERCENT, 75),
    ],
)
def test_whole_numbers_with_the_unit_of_their_field(text: str, unit: NumberUnit, number: int) -> None:
    assert parse_whole_number(text, unit=unit, most=90) == number


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", NumberUnit.DAYS),
        ("0", NumberUnit.DAYS),
        ("91", NumberUnit.DAYS),
        ("13 weeks", NumberUnit.DAYS),
        ("14%", NumberUnit.DAYS),
        ("half", NumberUnit.DAYS),
        ("2 months", NumberUnit.DAYS),
        ("14 days or so", NumberUnit.DAYS),
        ("14 days", NumberUnit.PERCENT),
        ("12²", NumberUnit.DAYS),
        ("-5", NumberUnit.DAYS),
        ("2.5", NumberUnit.DAYS),
        ("a", NumberUnit.PERCENT),
        ("%", NumberUnit.PERCENT),
        ("14 days", NumberUnit.MONTHS),
        ("6 months", NumberUnit.YEARS),
        ("9" * 5000, NumberUnit.YEARS),
    ],
)
def test_what_is_no_number_of_that_is_refused(text: str, unit: NumberUnit) -> None:
    """What is to be typed is said, by the field's unit."""
    with raises_refusal(f"error.whole_number.{unit}"):
        parse_whole_number(text, unit=unit, most=90)


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("1 500 zł", "zł", "1500"),
        ("1 500 PLN", "zł", "1500"),
        ("zł 1500", "PLN", "1500"),
        ("-2,5 dnia", "dnia", "-2.5"),
        ("14 dni", "days", "14"),
        ("30 proc.", "%", "30"),
        ("30 percent", "% klientów", "30"),
        ("30 %", "procent", "30"),
        ("120 klientów", "Klientów", "120"),
        ("45%", "p.p.", "45"),
        ("45", "", "45"),
    ],
)
def test_a_measures_value_takes_its_unit(text: str, unit: str, number: str) -> None:
    assert str(parse_number_of(text, unit)) == number


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("1500 zł", "EUR"),
        ("12 apples", "pears"),
        ("12 apples", ""),
        ("zł 12 zł", "zł"),
        ("12 m 5 m", "m"),
        ("", "m"),
    ],
)
def test_a_value_of_something_else_is_refused(text: str, unit: str) -> None:
    with raises_refusal("error.number.unclear"):
        parse_number_of(text, unit)


def test_a_units_own_figures_are_no_part_of_the_number() -> None:
    with raises_refusal("error.number.unclear"):
        parse_number_of("12 m2", "m2")
