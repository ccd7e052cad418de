"""The charter form's two steps: from what was typed to a charter. Pure but for Babel's currencies."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from bot import zones
from bot.charter.rules import (
    MAX_GOAL,
    MAX_MEASURE_NAME,
    MAX_MEASURE_UNIT,
    MAX_NAME,
    Charter,
    Empty,
    NoChangeMeasured,
    Unknown,
    errors_of,
    text_errors,
)
from bot.dates.days import picked_day
from bot.dates.errors import NotADay
from bot.errors import FormErrors, UserError
from bot.money import CURRENCIES, parse_amount, parse_number
from bot.texts import clean, languages

Values = Mapping[str, str | None]
T = TypeVar("T")

FIRST_STEP = (
    "name",
    "goal",
    "measure_name",
    "measure_unit",
    "measure_start",
    "measure_target",
    "measure_by",
)
LIMITS = {
    "name": MAX_NAME,
    "goal": MAX_GOAL,
    "measure_name": MAX_MEASURE_NAME,
    "measure_unit": MAX_MEASURE_UNIT,
}
PEOPLE = ("cio", "cmo", "lead_it", "lead_marketing")


def first_step(values: Values) -> dict[str, str]:
    """What the first step keeps, as text. Raises: FormErrors."""
    kept = {name: _one_line(values.get(name), multiline=name == "goal") for name in FIRST_STEP}
    errors = text_errors(kept, LIMITS)
    start = _attempt(errors, "measure_start", parse_number, kept["measure_start"])
    target = _attempt(errors, "measure_target", parse_number, kept["measure_target"])
    _attempt(errors, "measure_by", _day, kept["measure_by"])
    if start is not None and start == target:
        errors.append(NoChangeMeasured("measure_target"))
    if errors:
        raise FormErrors(errors)
    return kept


def measured_in(kept: Mapping[str, str]) -> tuple[Decimal, Decimal, str]:
    """The measure's start, target and unit in a first step that was kept."""
    return parse_number(kept["measure_start"]), parse_number(kept["measure_target"]), kept["measure_unit"]


def whole(kept: Mapping[str, str], values: Values, *, today: date) -> Charter:
    """The charter of a kept first step and the second. Raises: FormErrors."""
    errors: list[UserError] = []
    people = {name: values.get(name) or "" for name in PEOPLE}
    errors += [Empty(name) for name, user_id in people.items() if not user_id]
    starts_on = _attempt(errors, "starts_on", _day, values.get("starts_on") or "")
    ends_on = _attempt(errors, "ends_on", _day, values.get("ends_on") or "")
    currency = _chosen(errors, "currency", values, CURRENCIES)
    language = _chosen(errors, "language", values, languages())
    zone = _chosen(errors, "zone", values, zones.known())
    budget = _attempt(
        errors, "budget", lambda text: parse_amount(text, currency=currency), values.get("budget") or ""
    )
    if errors or starts_on is None or ends_on is None or budget is None:
        raise FormErrors(errors)
    charter = Charter(
        **people,
        name=kept["name"],
        goal=kept["goal"],
        measure_name=kept["measure_name"],
        measure_unit=kept["measure_unit"],
        measure_start=parse_number(kept["measure_start"]),
        measure_target=parse_number(kept["measure_target"]),
        measure_by=date.fromisoformat(kept["measure_by"]),
        starts_on=starts_on,
        ends_on=ends_on,
        budget_minor=budget.minor,
        currency=budget.currency,
        language=language,
        zone=zone,
    )
    errors = errors_of(charter, today=today)
    if errors:
        raise FormErrors(errors)
    return charter


def _attempt(errors: list[UserError], name: str, read: Callable[[str], T], text: str) -> T | None:
    """What `read` makes of the text of a field, or one more error at it."""
    try:
        return read(text)
    except UserError as error:
        error.field = name
        errors.append(error)
        return None


def _day(text: str) -> date:
    try:
        return picked_day(text)
    except NotADay:
        raise Empty from None


def _chosen(errors: list[UserError], name: str, values: Values, offered: Collection[str]) -> str:
    choice = values.get(name) or ""
    if choice not in offered:
        errors.append(Unknown(name))
        return next(iter(offered))
    return choice


def _one_line(text: str | None, *, multiline: bool) -> str:
    cleaned = clean(text or "")
    return cleaned.strip() if multiline else " ".join(cleaned.split())
