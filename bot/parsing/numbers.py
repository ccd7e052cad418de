"""Numbers as people type them into a field that knows its unit, with or without it (product §2.5). Pure."""

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bot.parsing.dates.vocabulary import NUMBERS, UNITS
from bot.parsing.folding import fold_text, fold_words
from bot.parsing.money import find_currency, parse_number
from bot.runtime.errors import Refusal


class NumberUnit(StrEnum):
    """What a field counts."""

    PERCENT = "percent"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


_PERCENT: Final = frozenset({"%", "percent", "pct", "per_cent", "proc", "procent", "procenta", "procentow", "prc"})
_MULTIPLES: Final[Mapping[NumberUnit, Mapping[str, int]]] = {
    NumberUnit.PERCENT: {},
    NumberUnit.DAYS: {"day": 1, "week": 7, "fortnight": 14},
    NumberUnit.MONTHS: {"month": 1, "quarter": 3, "year": 12},
    NumberUnit.YEARS: {"year": 1},
}
"""By the name of another unit: how many of the field's own it always is."""
_PARTS_OF_HUNDRED: Final = {
    words: percent
    for percent, several in {
        25: ("quarter", "a quarter", "one quarter", "cwierc", "1/4", "¼"),
        50: ("half", "a half", "one half", "pol", "polowa", "1/2", "½"),
        75: ("three quarters", "trzy czwarte", "3/4", "¾"),
    }.items()
    for words in several
}
_AROUND: Final = re.compile(r"(?P<before>[^0-9+−–-]*)(?P<number>.*[0-9])(?P<after>[^0-9]*)")
_MOST_DIGITS: Final = 4


def parse_whole_number(text: str, *, unit: NumberUnit, most: int) -> int:
    """A whole number from 1 to `most`: for days `14`, `14 dni`, `2 weeks`; for percent `50`, `50 proc.`, `half`.

    Raises: Refusal, which says what is to be typed.
    """
    folded = fold_words(" ".join(text.split())).removesuffix(".").replace("per cent", "per_cent")
    words = re.sub(r"(?<=[0-9])(?=[a-z%])", " ", folded).split()
    number = _PARTS_OF_HUNDRED.get(folded) if unit is NumberUnit.PERCENT else None
    if number is None:
        number = _count_units(words, unit)
    if number is None or not 1 <= number <= most:
        raise _refuse_number(unit, most)
    return number


def _refuse_number(unit: NumberUnit, most: int) -> Refusal:
    match unit:
        case NumberUnit.PERCENT:
            return Refusal("error.whole_number.percent", most=most)
        case NumberUnit.DAYS:
            return Refusal("error.whole_number.days", most=most)
        case NumberUnit.MONTHS:
            return Refusal("error.whole_number.months", most=most)
        case NumberUnit.YEARS:
            return Refusal("error.whole_number.years", most=most)


def _count_units(words: list[str], unit: NumberUnit) -> int | None:
    """`14`, `14 days`, `two weeks`, `a week`, `week`; None for anything else."""
    match words:
        case [number] if _is_written_in_digits(number):
            return int(number)
        case [named]:
            number = "1"
        case [number, named]:
            pass
        case _:
            return None
    count = int(number) if _is_written_in_digits(number) else NUMBERS.get(number)
    if unit is NumberUnit.PERCENT:
        return count if len(words) > 1 and named in _PERCENT else None
    multiple = _MULTIPLES[unit].get(UNITS.get(named, ""))
    return None if count is None or multiple is None else count * multiple


def _is_written_in_digits(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) <= _MOST_DIGITS


def parse_number_of(text: str, unit: str) -> Decimal:
    """A value of the measure that is counted in `unit`, as somebody has named it, with or without it: `1 500 zł`.

    Raises: Refusal, as `parse_number`.
    """
    typed = " ".join(text.split())
    found = _AROUND.fullmatch(typed)
    if found is None:
        return parse_number(typed)
    named = [each.strip() for each in (found["before"], found["after"]) if each.strip()]
    if len(named) == 1 and named != ["%"] and _name_unit(named[0]) == _name_unit(unit):
        typed = found["number"]
    return parse_number(typed)


def _name_unit(unit: str) -> str:
    """One name for what is called several ways: `%` and `proc.`, `zł` and `PLN`, `dni` and `days`."""
    folded = fold_text(unit).removesuffix(".").replace("per cent", "per_cent")
    first = folded.partition(" ")[0]
    if folded.startswith("%") or first in _PERCENT:
        return "%"
    return find_currency(folded) or UNITS.get(folded) or folded
