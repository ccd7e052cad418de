"""The charter form's two steps: from what was typed to a charter. Pure but for Babel's currencies."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import ValidationInfo, field_validator

from bot.charter.rules import (
    MAX_GOAL,
    MAX_MEASURE_NAME,
    MAX_MEASURE_UNIT,
    MAX_NAME,
    BudgetBasis,
    Charter,
    list_charter_errors,
)
from bot.parsing.money import CURRENCIES, Amount, parse_amount
from bot.runtime.errors import FormErrors, Refusal
from bot.scheduling import zones
from bot.scheduling.zones import local_day
from bot.ui.form_values import FormValues, PickedDay, TypedNumber, collect_refusal, one_of, text_of
from bot.ui.languages import list_languages

PEOPLE = ("cio", "cmo", "lead_it", "lead_marketing")


class FirstStep(FormValues):
    """What is to be achieved."""

    name: Annotated[str, text_of(MAX_NAME)]
    goal: Annotated[str, text_of(MAX_GOAL, multiline=True)]
    measure_name: Annotated[str, text_of(MAX_MEASURE_NAME)]
    measure_unit: Annotated[str, text_of(MAX_MEASURE_UNIT)]
    measure_start: TypedNumber
    measure_target: TypedNumber
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
        return parse_amount(typed, currency=info.data.get("currency", CURRENCIES[0]))


def read_whole_charter(first: FirstStep, values: Mapping[str, str | None], *, today: date) -> Charter:
    """The charter of a kept first step and the second. Raises: FormErrors."""
    second = SecondStep.read(values)
    charter = Charter(**dict(first), **{name: value for name, value in second if name != "currency"})
    errors = list_charter_errors(charter, today=today)
    if errors:
        raise FormErrors(errors)
    return charter


def today_in_form_zone(values: Mapping[str, str | None], now: datetime) -> date:
    """In the zone that the form says; it refuses an unknown one by itself."""
    try:
        zone = ZoneInfo(values.get("zone") or "UTC")
    except (KeyError, ValueError, OSError):  # OSError: `Europe` is a folder of zones
        zone = ZoneInfo("UTC")
    return local_day(now, zone.key)
