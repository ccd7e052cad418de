"""The charter form's two steps: from what was typed to a charter. Pure but for Babel's currencies."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo, field_validator

from bot.charter.rules import (
    MAX_GOAL,
    MAX_MEASURE_NAME,
    MAX_MEASURE_UNIT,
    MAX_NAME,
    BudgetBasis,
    Charter,
    list_charter_errors,
)
from bot.parsing.folding import fold_text
from bot.parsing.money import CURRENCIES, Amount, parse_amount, typed_number
from bot.parsing.numbers import parse_number_of
from bot.runtime.errors import FormErrors, Refusal
from bot.scheduling import zones
from bot.scheduling.zones import local_day
from bot.ui.form_values import FormValues, PickedDay, collect_refusal, one_of, text_of
from bot.ui.languages import list_languages
from bot.ui.texts import Texts


def _read_start(typed: str | None, info: ValidationInfo) -> Decimal | None:
    """None: it is not measured yet, which is left empty or said in words."""
    if typed is None or fold_text(typed) in _list_words_for_not_measured():
        return None
    return _read_target(typed, info)


def _read_target(typed: str, info: ValidationInfo) -> Decimal:
    return parse_number_of(typed, info.data.get("measure_unit", ""))


def _type_start(start: Decimal | None) -> str | None:
    return None if start is None else typed_number(start, point=".")


@cache
def _list_words_for_not_measured() -> frozenset[str]:
    return frozenset(fold_text(Texts.of(language).plain("charter.not_measured")) for language in list_languages())


MeasureStart = Annotated[
    Decimal | None,
    BeforeValidator(collect_refusal(_read_start)),
    PlainSerializer(_type_start, when_used="json"),
]


class FirstStep(FormValues):
    """What is to be achieved."""

    name: Annotated[str, text_of(MAX_NAME)]
    goal: Annotated[str, text_of(MAX_GOAL, multiline=True)]
    measure_name: Annotated[str, text_of(MAX_MEASURE_NAME)]
    measure_unit: Annotated[str, text_of(MAX_MEASURE_UNIT)]
    measure_start: MeasureStart = None
    measure_target: Annotated[
        Decimal, BeforeValidator(collect_refusal(_read_target)), PlainSerializer(_type_start, when_used="json")
    ]
    measure_by: PickedDay

    @field_validator("measure_target")
    @classmethod
    @collect_refusal
    def _check_change(cls, target: Decimal, info: ValidationInfo) -> Decimal:
        if target == info.data.get("measure_start"):
            raise Refusal("error.field.no_change_measured")
        return target


class SecondStep(FormValues):
    """Who, when, and for how much."""

    cio: str
    cmo: str
    lead_it: str
    lead_marketing: str
    starts_on: PickedDay
    ends_on: PickedDay
    currency: Annotated[str, one_of(lambda: CURRENCIES)]
    budget: Amount
    budget_basis: BudgetBasis
    language: Annotated[str, one_of(list_languages)]
    zone: Annotated[str, one_of(zones.list_known_zones)]

    @field_validator("budget", mode="before")
    @classmethod
    @collect_refusal
    def _read_budget(cls, typed: str, info: ValidationInfo) -> Amount:
        return parse_amount(typed, currency=info.data.get("currency") or CURRENCIES[0])


AFTER_END, MOVE = "milestones_after_end", "move"
"""The field of milestones past an earlier end, and its one choice: they come with it."""

ListErrors = Callable[[Mapping[str, Any]], list[Refusal]]
"""(what could be read of a charter, by field) → what else is wrong with it."""


def read_whole_charter(
    first: FirstStep, values: Mapping[str, str | None], *, today: date, also: ListErrors = lambda read: []
) -> Charter:
    """The charter of a kept first step and the second. Raises: FormErrors, of all that is wrong at once."""
    second, errors = SecondStep.read_partly(values)
    read = {**dict(first), **second}
    errors += [*list_charter_errors(read, today=today), *also(read)]
    if errors:
        raise FormErrors(errors)
    return Charter(**{name: value for name, value in read.items() if name != "currency"})


def today_in_form_zone(values: Mapping[str, str | None], now: datetime) -> date:
    """In the zone that the form says; it refuses an unknown one by itself."""
    try:
        zone = ZoneInfo(values.get("zone") or "UTC")
    except (KeyError, ValueError, OSError):  # OSError: `Europe` is a folder of zones
        zone = ZoneInfo("UTC")
    return local_day(now, zone.key)
