"""Amounts and numbers as people type them (product §2.5), and halves (§6.1)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from babel.numbers import get_currency_precision

from bot.parsing.folding import fold_text, fold_words
from bot.runtime.errors import Refusal

# fmt: off
CURRENCIES: Final = (
    "PLN", "EUR", "USD", "GBP", "AED", "ARS", "AUD", "BGN", "BHD", "BRL", "CAD", "CHF", "CLP", "CNY",
    "COP", "CZK", "DKK", "EGP", "GEL", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JOD", "JPY", "KES",
    "KRW", "KWD", "MAD", "MDL", "MXN", "MYR", "NGN", "NOK", "NZD", "OMR", "PEN", "PHP", "QAR", "RON",
    "RSD", "SAR", "SEK", "SGD", "THB", "TND", "TRY", "TWD", "UAH", "VND", "ZAR",
)
# fmt: on
"""ISO 4217 codes understood in forms and in text; the likeliest first."""

FORMER_CURRENCIES: Final = frozenset({"BGN"})
"""No longer money (Bulgaria has paid in euros since 2026): what was begun in them goes on."""

GROUP: Final = 3  # digits between two grouping separators
MAX_MINOR: Final = 10**15

# A sign several countries share means the workspace's own currency if that is one of them, else the first.
_DOLLARS: Final = ("USD", "AUD", "CAD", "HKD", "NZD", "SGD", "TWD", "ARS", "CLP", "COP", "MXN")
_SIGNS: Final[dict[tuple[str, ...], str]] = {
    ("PLN",): "zl zloty zlote zlotych zlotego zlotys",
    ("EUR",): "€ euro euros eurow",
    _DOLLARS: "$ dollar dollars dolar dolary dolarow",
    ("GBP", "EGP"): "£ pound pounds funt funty funtow",
    ("JPY", "CNY"): "¥",
    ("JPY",): "yen jen jeny jenow",
    ("CHF",): "frank franki frankow franc francs",
    ("CZK", "SEK", "NOK", "DKK", "ISK"): "kr korona korony koron crown crowns krona kronor krone kroner",
    ("CZK",): "kc",
    ("HUF",): "ft forint forinty forintow forints",
    ("UAH",): "₴",
    ("INR",): "₹",
    ("TRY",): "₺",
    ("KRW",): "₩",
    ("ILS",): "₪",
}
_SMALLEST_UNITS: Final = {
    "PLN": "grosz",
    **dict.fromkeys(("EUR", "USD", "AUD", "CAD", "HKD", "NZD", "SGD"), "cent"),
}
_EXPONENTS: Final = {
    word: exponent
    for exponent, words in {
        3: "k tys tysiac tysiace tysiecy tysiaca thousand thousands",
        6: "m mn mln milion miliony milionow miliona million millions",
        9: "mld miliard miliardy miliardow miliarda bn billion billions",
    }.items()
    for word in words.split()
}

_NAMES: Final = {
    **{code.casefold(): (code,) for code in CURRENCIES},
    **{word: codes for codes, words in _SIGNS.items() for word in words.split()},
}
"""As folded words and signs."""


def list_offered_currencies(chosen: str | None) -> tuple[str, ...]:
    """Those that are money today, and the one that is chosen already."""
    return tuple(each for each in CURRENCIES if each == chosen or each not in FORMER_CURRENCIES)


def find_currency(name: str) -> str | None:
    """The code of the money of today that is called so: `EUR`, `euro`, `zł`; of a shared sign, the first."""
    return next((each for each in _NAMES.get(fold_text(name), ()) if each not in FORMER_CURRENCIES), None)


def name_smallest_unit(currency: str) -> str:
    """Returns cent, grosz, or other: by what name people know the unit that two halves cannot share."""
    return _SMALLEST_UNITS.get(currency, "other")


def _build_alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_MONEY = _build_alternatives(_NAMES)
_HALVES = re.compile(
    rf"\b(?:(?P<one>poltora)|pol|half an?) (?={_build_alternatives(e for e in _EXPONENTS if len(e) > 1)}\b)"
)
"""Before a unit, folded: half of it, or one and a half."""
_AMOUNT = re.compile(
    rf"(?P<sign>[-−–]?) ?(?P<before>{_MONEY})? ?(?P<sign_inside>[-−–]?) ?"
    rf"(?P<digits>[0-9](?:[0-9 .,]*[0-9])?)(?:[.,] ?[-−–—]{{1,2}})? ?"
    rf"(?:(?P<unit>{_build_alternatives(_EXPONENTS)})\.?)? ?(?:(?P<after>{_MONEY})\.?)?"
)
_NUMBER = re.compile(r"(?:(?P<minus>[-−–])|\+)? ?(?P<digits>[0-9](?:[0-9 .,]*[0-9])?) ?%?")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?P<by>[ .,])[0-9]{3}(?:(?P=by)[0-9]{3})*")
_LONGEST = 60  # characters


@dataclass(frozen=True)
class Amount:
    minor: int  # in the currency's smallest unit: grosz, cent, fils; JPY has none, KWD a thousand
    currency: str  # ISO 4217


def parse_amount(text: str, *, currency: str) -> Amount:
    """The amount in `text`; a currency named there wins over `currency`.

    A separator before exactly three digits groups. Where it could as well be a decimal one (the currency has
    three decimals, or `k`, `tys.` or `mln` follows) nothing is guessed. Raises: Refusal. Source: product §2.5.
    """
    typed = _one_line(text)
    found = _AMOUNT.fullmatch(_write_halves(fold_words(typed))) if len(typed) <= _LONGEST else None
    if found is None:
        raise Refusal("error.amount.unclear")
    if found["sign"] or found["sign_inside"]:
        raise Refusal("error.amount.not_positive")
    named = {_currency_code(name, currency) for name in (found["before"], found["after"]) if name}
    if len(named) > 1:
        raise Refusal("error.amount.unclear")
    return _read_amount(
        typed, found["digits"], _EXPONENTS.get(found["unit"], 0), named.pop() if named else currency
    )


def parse_number(text: str) -> Decimal:
    """A measure's value, without idle zeros: `3,5`, `12 000`, `45%` (45), `-2`.

    A lone separator before exactly three digits is not guessed: `2.125` may be two and an eighth. Raises:
    Refusal. Source: product §2.5.
    """
    typed = _one_line(text)
    found = _NUMBER.fullmatch(typed) if len(typed) <= _LONGEST else None
    if found is None:
        raise Refusal("error.number.unclear")
    digits, sign = found["digits"], "-" if found["minus"] else ""
    grouped, fraction = _read_whole_number(digits), _read_decimal_fraction(digits)
    value = fraction if grouped is None else grouped
    if value is None or value > MAX_MINOR:
        raise Refusal("error.number.unclear")
    if grouped is not None and fraction is not None:
        raise Refusal(
            "error.number.ambiguous",
            text=typed,
            grouped=Decimal(f"{sign}{grouped}"),
            fraction=Decimal(f"{sign}{fraction}"),
            type_grouped=f"{sign}{grouped}",
            type_fraction=_suggest_fraction(sign, digits),
        )
    return plain_number(Decimal(f"{sign}{value}"))


def _suggest_fraction(sign: str, digits: str) -> Decimal | str:
    """The same decimals with fewer than three digits where they end in a zero, which a text then writes with its
    reader's point; else with four, as they were typed.
    """
    shortened = digits.rstrip("0").rstrip(".,")
    return f"{sign}{digits}0" if shortened == digits else Decimal(f"{sign}{shortened.replace(',', '.')}")


def plain_number(number: Decimal) -> Decimal:
    """Without zeros at the end of its decimals, and without minus zero: each number in one way."""
    return Decimal(f"{number.normalize():f}") if number else Decimal(0)


def typed_number(number: Decimal, *, point: str) -> str:
    """As a person would type it so that `parse_number` understands it; `point` is `.` or `,`."""
    written = f"{plain_number(number):f}"
    whole, _, decimals = written.lstrip("-").partition(".")
    unmistakable = "0" if len(decimals) == GROUP and len(whole) <= GROUP and whole != "0" else ""
    return written.replace(".", point) + unmistakable


def decimal_amount(minor: int, currency: str) -> Decimal:
    """In whole units of the currency, with all its decimals."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def typed_amount(minor: int, currency: str) -> str:
    """As a person would type it so that `parse_amount` understands it: for a form filled with what is."""
    exponent = get_currency_precision(currency)
    if minor % 10**exponent == 0:
        return str(minor // 10**exponent)
    # Three decimals might be read as thousands; a number that begins with 0 has none.
    unmistakable = "0" if exponent == GROUP else ""
    return f"{unmistakable}{Decimal(minor).scaleb(-exponent):f}"


def split_half(minor: int) -> tuple[int, int]:
    """`minor` as (it, marketing). The odd unit goes to IT, in a reversal (negative) too. Source: product §6.1."""
    marketing = abs(minor) // 2
    return (minor - marketing, marketing) if minor >= 0 else (minor + marketing, -marketing)


def _one_line(text: str) -> str:
    """Any run of any space (no-break, narrow, thin) as one plain space."""
    return " ".join(text.split())


def _write_halves(folded: str) -> str:
    """`pol miliona` as `0,5 miliona`."""
    return _HALVES.sub(lambda found: "1,5 " if found["one"] else "0,5 ", folded)


def _currency_code(name: str, default: str) -> str:
    candidates = _NAMES[name]
    return default if default in candidates else candidates[0]


def _read_amount(typed: str, digits: str, exponent: int, currency: str) -> Amount:
    """`digits` × 10^`exponent`, with the separators' meaning decided. Raises as `parse_amount`."""
    grouped, fraction = _read_whole_number(digits), _read_decimal_fraction(digits)
    doubtful = exponent > 0 or get_currency_precision(currency) == 3
    if grouped is not None and fraction is not None and doubtful:
        both = _check_amount(grouped, exponent, currency), _check_amount(fraction, exponent, currency)
        raise Refusal(
            "error.amount.ambiguous",
            text=typed,
            grouped=both[0],
            fraction=both[1],
            type_grouped=_unmistakable_amount(both[0]),
            type_fraction=_unmistakable_amount(both[1]),
        )
    value = fraction if grouped is None else grouped
    if value is None:
        raise Refusal("error.amount.unclear")
    return _check_amount(value, exponent, currency)


def _read_whole_number(digits: str) -> Decimal | None:
    """The digits as a whole number, every separator grouping; None if they cannot be read so."""
    whole = digits.isdecimal() or _GROUPED.fullmatch(digits)
    return Decimal(re.sub("[ .,]", "", digits)) if whole else None


def _read_decimal_fraction(digits: str) -> Decimal | None:
    """The digits with the last `.` or `,` as the decimal separator; None if they cannot be read so."""
    found = re.fullmatch(r"(?P<whole>.*)(?P<point>[.,])(?P<fraction>[0-9]+)", digits)
    whole = _read_whole_number(found["whole"]) if found else None
    if found is None or whole is None or found["point"] in found["whole"]:
        return None
    return Decimal(f"{whole}.{found['fraction']}")


def _check_amount(value: Decimal, exponent: int, currency: str) -> Amount:
    shift = exponent + get_currency_precision(currency)
    decimals = len(f"{value:f}".partition(".")[2])
    if decimals > shift:
        raise Refusal("error.amount.too_fine", smallest=Amount(1, currency))
    minor = int(value.scaleb(shift))
    if minor > MAX_MINOR:
        raise Refusal("error.amount.too_large", largest=Amount(MAX_MINOR, currency))
    if minor == 0:
        raise Refusal("error.amount.not_positive")
    return Amount(minor, currency)


def _unmistakable_amount(amount: Amount) -> str:
    """How to type the amount without doubt: a leading zero never starts a group of thousands."""
    precision = get_currency_precision(amount.currency)
    whole, rest = divmod(amount.minor, 10**precision)
    return f"0{whole}.{rest:0{precision}d}" if rest else str(whole)
