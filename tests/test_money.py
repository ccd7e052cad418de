"""Amounts as typed (product §2.5), measure values, halves (§6.1)."""

from decimal import Decimal

import pytest
from babel.core import get_global
from babel.numbers import get_territory_currencies
from hypothesis import given
from hypothesis import strategies as st

from bot.parsing.money import (
    CURRENCIES,
    MAX_MINOR,
    Amount,
    list_offered_currencies,
    parse_amount,
    parse_number,
    plain_number,
    split_half,
)
from bot.runtime.errors import Refusal
from bot.ui.texts import Texts
from tests.refusals import raises_refusal


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("12000", 1_200_000),
        ("12 000", 1_200_000),
        ("12\u00a0000", 1_200_000),
        ("12\u202f000", 1_200_000),
        ("12\u2009000,50", 1_200_050),
        ("12 000,50", 1_200_050),
        ("12,000.50", 1_200_050),
        ("12.000,50", 1_200_050),
        ("12,000", 1_200_000),
        ("12.000", 1_200_000),
        ("1.234.567", 123_456_700),
        ("1,234,567.8", 123_456_780),
        ("1 234 567", 123_456_700),
        ("0,5", 50),
        ("0.01", 1),
        ("7", 700),
        ("12k", 1_200_000),
        ("12 K", 1_200_000),
        ("12,5k", 1_250_000),
        ("12.25k", 1_225_000),
        ("12 tys.", 1_200_000),
        ("12,5 tys zł", 1_250_000),
        ("1,2 mln zł", 120_000_000),
        ("5000 zł", 500_000),
        ("5000ZŁ", 500_000),
        ("5000 złotych", 500_000),
        ("PLN 5000", 500_000),
        ("5000pln", 500_000),
        ("  5000  ", 500_000),
        ("120 tysięcy", 12_000_000),
        ("120 TYSIECY ZŁOTYCH", 12_000_000),
        ("1,5 tysiąca", 150_000),
        ("3 tysiące zł.", 300_000),
        ("2.5 thousand", 250_000),
        ("1,5 miliona", 150_000_000),
        ("pół miliona", 50_000_000),
        ("pol miliona zł", 50_000_000),
        ("Pół mln", 50_000_000),
        ("półtora tysiąca", 150_000),
        ("half a million", 50_000_000),
        ("2 miliony", 200_000_000),
        ("5 milionów złotych", 500_000_000),
        ("1 million", 100_000_000),
        ("1.5M", 150_000_000),
        ("1.5 m PLN", 150_000_000),
        ("2mln zł", 200_000_000),
        ("1,5 mln. zł.", 150_000_000),
        ("1 mld", 100_000_000_000),
        ("120 000,-", 12_000_000),
        ("120 000,- zł", 12_000_000),
        ("5 000.-", 500_000),
        ("5000,--", 500_000),
        ("5000,–", 500_000),
        ("5000 zlotych", 500_000),
        ("5000 złote", 500_000),
        ("zł 5000", 500_000),
        ("5000zł.", 500_000),
        ("PLN 5 000,-", 500_000),
        ("10 000 000 000 000", 10**15),  # the most there is
    ],
)
def test_amounts_in_the_default_currency(text: str, minor: int) -> None:
    """§2.5: as people type them; a separator before exactly three digits groups."""
    assert parse_amount(text, currency="PLN") == Amount(minor, "PLN")


@pytest.mark.parametrize(
    ("text", "default", "amount"),
    [
        ("€5,000", "PLN", Amount(500_000, "EUR")),
        ("5.000 €", "PLN", Amount(500_000, "EUR")),
        ("12k EUR", "PLN", Amount(1_200_000, "EUR")),
        ("$12.50", "PLN", Amount(1_250, "USD")),
        ("$12.50", "CAD", Amount(1_250, "CAD")),
        ("¥1,200", "PLN", Amount(1_200, "JPY")),
        ("12 KWD", "PLN", Amount(12_000, "KWD")),
        ("5 zł", "EUR", Amount(500, "PLN")),
        ("EUR 5 €", "PLN", Amount(500, "EUR")),
        ("2 mln euro", "PLN", Amount(200_000_000, "EUR")),
        ("3 thousand euros", "PLN", Amount(300_000, "EUR")),
        ("100 dolarów", "PLN", Amount(10_000, "USD")),
        ("5 000 Kč", "PLN", Amount(500_000, "CZK")),
        ("5 000 koron", "PLN", Amount(500_000, "CZK")),
        ("5 000 kr", "SEK", Amount(500_000, "SEK")),
        ("1000 yen", "PLN", Amount(1000, "JPY")),
        ("1000 jenów", "JPY", Amount(1000, "JPY")),
        ("20 eurów", "PLN", Amount(2000, "EUR")),
        ("20 zlotys", "PLN", Amount(2000, "PLN")),
        ("5m ft", "PLN", Amount(500_000_000, "HUF")),
    ],
)
def test_a_currency_in_the_text_wins(text: str, default: str, amount: Amount) -> None:
    """§2.5: `5000 zł`, `€5,000`. A sign that several countries share means the default's, if it is one of them."""
    assert parse_amount(text, currency=default) == amount


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("12000", 12_000_000),
        ("12 000", 12_000_000),
        ("12,000.500", 12_000_500),
        ("1.234.567", 1_234_567_000),
        ("12 000,500", 12_000_500),
        ("0,500", 500),
        ("012.345", 12_345),
        ("1234.567", 1_234_567),
    ],
)
def test_three_decimals_where_only_one_reading_exists(text: str, minor: int) -> None:
    """§2.5: only what has two readings is refused."""
    assert parse_amount(text, currency="KWD") == Amount(minor, "KWD")


@pytest.mark.parametrize(
    ("text", "currency", "grouped", "fraction"),
    [
        ("12,345", "KWD", 12_345_000, 12_345),
        ("12.000", "KWD", 12_000_000, 12_000),
        ("12.345 KWD", "PLN", 12_345_000, 12_345),
        ("1,125 mln", "PLN", 112_500_000_000, 112_500_000),
        ("1.125k", "PLN", 112_500_000, 112_500),
    ],
)
def test_two_readings_are_refused_with_both(text: str, currency: str, grouped: int, fraction: int) -> None:
    """§2.5: three digits may be thousandths of a dinar, or of a million; what is suggested is understood."""
    with raises_refusal("error.amount.ambiguous") as refused:
        parse_amount(text, currency=currency)
    facts = refused.value.facts
    assert (facts["grouped"].minor, facts["fraction"].minor) == (grouped, fraction)
    for reading in ("grouped", "fraction"):
        assert parse_amount(facts[f"type_{reading}"], currency=facts[reading].currency) == facts[reading]


@pytest.mark.parametrize(
    ("text", "currency", "key"),
    [
        ("-5", "PLN", "error.amount.not_positive"),
        ("−5 zł", "PLN", "error.amount.not_positive"),
        ("€-5", "PLN", "error.amount.not_positive"),
        ("0", "PLN", "error.amount.not_positive"),
        ("0,00", "PLN", "error.amount.not_positive"),
        ("1e9", "PLN", "error.amount.unclear"),
        ("", "PLN", "error.amount.unclear"),
        ("zł", "PLN", "error.amount.unclear"),
        ("dużo", "PLN", "error.amount.unclear"),
        ("12 00", "PLN", "error.amount.unclear"),
        ("12,00,00", "PLN", "error.amount.unclear"),
        ("12.000.50", "PLN", "error.amount.unclear"),
        ("1,2.3", "PLN", "error.amount.unclear"),
        ("12,", "PLN", "error.amount.unclear"),
        (",5", "PLN", "error.amount.unclear"),
        ("5 zł €", "PLN", "error.amount.unclear"),
        ("zł 5 €", "PLN", "error.amount.unclear"),
        ("٣٣", "PLN", "error.amount.unclear"),
        ("12²", "PLN", "error.amount.unclear"),
        ("5000 netto", "PLN", "error.amount.unclear"),
        ("ok. 5000", "PLN", "error.amount.unclear"),
        ("5000-6000", "PLN", "error.amount.unclear"),
        ("5 tys. 500", "PLN", "error.amount.unclear"),
        ("1 mln 200 tys.", "PLN", "error.amount.unclear"),
        ("5k k", "PLN", "error.amount.unclear"),
        ("5 mm", "PLN", "error.amount.unclear"),
        ("tys. 5", "PLN", "error.amount.unclear"),
        ("5000 zł miesięcznie", "PLN", "error.amount.unclear"),
        ("2 x 5000", "PLN", "error.amount.unclear"),
        ("-5000,-", "PLN", "error.amount.not_positive"),
        ("0" * 58 + "12345", "PLN", "error.amount.unclear"),
        ("5000" + " 000" * 20 + "x", "PLN", "error.amount.unclear"),
        ("12,5", "JPY", "error.amount.too_fine"),
        ("12,5000", "PLN", "error.amount.too_fine"),
        ("0,500", "PLN", "error.amount.too_fine"),
        ("1234,567", "PLN", "error.amount.too_fine"),
        ("12,34567", "KWD", "error.amount.too_fine"),
        ("10 000 000 000 000,01", "PLN", "error.amount.too_large"),
        ("99 999 999 999 999", "PLN", "error.amount.too_large"),
        ("9" * 60, "PLN", "error.amount.too_large"),
        ("9" * 3000, "PLN", "error.amount.unclear"),
    ],
)
def test_refused(text: str, currency: str, key: str) -> None:
    """§2.5, §16: nothing is guessed; what was wrong is told."""
    with raises_refusal(key) as refused:
        parse_amount(text, currency=currency)
    for language in ("en", "pl"):
        assert Texts.of(language)(refused.value.key, **refused.value.facts)


@given(st.text(), st.sampled_from(CURRENCIES))
def test_any_text_is_an_amount_or_refused(text: str, currency: str) -> None:
    """§2.5"""
    try:
        amount = parse_amount(text, currency=currency)
    except Refusal as error:
        assert error.key
    else:
        assert 0 < amount.minor <= MAX_MINOR


@given(st.integers(1, 10**13), st.sampled_from(["PLN", "EUR", "JPY", "KWD"]), st.sampled_from(["en", "pl"]))
def test_what_is_echoed_can_be_typed(minor: int, currency: str, language: str) -> None:
    """§2.5: what was understood is echoed; copied back, it is the same, or refused as two readings."""
    echo = Texts.of(language).amount(minor, currency).removeprefix("JP")
    try:
        assert parse_amount(echo, currency="PLN") == Amount(minor, currency)
    except Refusal as error:
        assert error.key == "error.amount.ambiguous"
        assert minor in (error.facts["grouped"].minor, error.facts["fraction"].minor)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3,5", "3.5"),
        ("3.5", "3.5"),
        ("12 000", "12000"),
        ("12 000,500", "12000.5"),
        ("1,234,567", "1234567"),
        ("1234.567", "1234.567"),
        ("012.345", "12.345"),
        ("2.1250", "2.125"),
        ("2,13", "2.13"),
        ("3,50", "3.5"),
        ("-0", "0"),
        ("45%", "45"),
        ("45 %", "45"),
        ("-2", "-2"),
        ("+2", "2"),
        ("−0,25", "-0.25"),
        ("0", "0"),
        ("0,125", "0.125"),
    ],
)
def test_numbers(text: str, number: str) -> None:
    assert str(parse_number(text)) == number


@pytest.mark.parametrize(
    ("text", "grouped", "fraction"),
    [
        ("2.125", "2125", "2.125"),
        ("1,125", "1125", "1.125"),
        ("2,250", "2250", "2.25"),
        ("12.000", "12000", "12"),
        ("-2.125", "-2125", "-2.125"),
        ("2,125 %", "2125", "2.125"),
        ("100,000", "100000", "100"),
    ],
)
def test_two_readings_of_a_number_are_refused(text: str, grouped: str, fraction: str) -> None:
    """§2.5: a lone separator before exactly three digits; what is suggested is understood."""
    with raises_refusal("error.number.ambiguous") as refused:
        parse_number(text)
    facts = refused.value.facts
    assert (facts["grouped"], facts["fraction"]) == (Decimal(grouped), Decimal(fraction))
    assert parse_number(facts["type_grouped"]) == facts["grouped"]
    for language in ("en", "pl"):
        t = Texts.of(language)
        typed = facts["type_fraction"]
        suggested = typed if isinstance(typed, str) else t.number(typed)
        assert f"`{suggested}`" in t(refused.value.key, **facts)
        assert parse_number(suggested) == facts["fraction"]


@pytest.mark.parametrize(
    ("text", "suggested"),
    [("1,200", "1.2"), ("2.250", "2.25"), ("-12.000", "-12"), ("10,000", "10"), ("2.125", "2.1250")],
)
def test_no_more_zeros_are_suggested_than_are_needed(text: str, suggested: str) -> None:
    """§2.5: nobody writes 1.2 as 1.2000."""
    with raises_refusal("error.number.ambiguous") as refused:
        parse_number(text)
    assert str(refused.value.facts["type_fraction"]) == suggested


@given(st.decimals(-(10**15), 10**15, allow_nan=False).map(plain_number), st.sampled_from(["en", "pl"]))
def test_a_number_written_into_a_form_is_read_as_the_same(number: Decimal, language: str) -> None:
    """§2.3, §2.5: a form filled with what is, and sent as it stands, changes nothing."""
    written = Texts.of(language).typed_number(number)
    if len(written) <= 30:  # the field's length
        assert str(parse_number(written)) == str(number)


@given(st.integers(-(10**9), 10**9), st.integers(0, 5), st.sampled_from(["en", "pl"]))
def test_also_one_of_three_decimals(digits: int, decimals: int, language: str) -> None:
    number = plain_number(Decimal(digits).scaleb(-decimals))
    assert str(parse_number(Texts.of(language).typed_number(number))) == str(number)


@pytest.mark.parametrize("text", ["", "%", "a", "1e9", "1,2,3", "--2", "9" * 40, "12 apples"])
def test_numbers_refused(text: str) -> None:
    with raises_refusal("error.number.unclear"):
        parse_number(text)


@given(st.integers(-(10**15), 10**15))
def test_halves(minor: int) -> None:
    """§6.1: exactly half; the odd unit goes to IT; a reversal takes back what was given."""
    it, marketing = split_half(minor)
    assert it + marketing == minor
    assert abs(it) - abs(marketing) == minor % 2
    assert split_half(-minor) == (-it, -marketing)


def test_what_is_no_money_any_more_is_offered_only_where_it_was_chosen() -> None:
    """§2.5: a project that was begun in leva goes on in them."""
    assert "BGN" not in list_offered_currencies(None) and "BGN" not in list_offered_currencies("EUR")
    assert list_offered_currencies("BGN") == CURRENCIES
    assert parse_amount("12 000", currency="BGN") == Amount(1_200_000, "BGN")


def test_all_that_is_offered_is_money_somewhere() -> None:
    """As Babel's tables have it, which come behind the world by a year; what they drop becomes a former one."""
    paid = {
        currency
        for territory in get_global("territory_currencies")
        for currency in get_territory_currencies(territory)
    }
    assert set(list_offered_currencies(None)) <= paid


def test_currencies_fit_a_select() -> None:
    assert CURRENCIES[:4] == ("PLN", "EUR", "USD", "GBP")
    assert len(CURRENCIES) == len(set(CURRENCIES)) <= 100
