"""The charter form's two steps: from what was typed to a charter. Pure but for Babel's currencies."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.charter.rules import (
    MAX_GOAL,
    MAX_MEASURE_NAME,
    MAX_MEASURE_UNIT,
    MAX_NAME,
    BudgetBasis,
    Charter,
    list_charter_errors,
    list_text_errors,
)
from bot.parsing.dates.days import parse_picked_day
from bot.parsing.dates.readings import NotADay
from bot.parsing.money import CURRENCIES, parse_amount, parse_number
from bot.runtime.errors import FormErrors, Refusal
from bot.scheduling import zones
from bot.scheduling.zones import local_day
from bot.ui.languages import list_languages
from bot.ui.texts import clean_text

Values = Mapping[str, str | None]
T = TypeVar("T")

LIMITS = {
    "name": MAX_NAME,
    "goal": MAX_GOAL,
    "measure_name": MAX_MEASURE_NAME,
    "measure_unit": MAX_MEASURE_UNIT,
}
FIRST_STEP = (*LIMITS, "measure_start", "measure_target", "measure_by")
PEOPLE = ("cio", "cmo", "lead_it", "lead_marketing")


def read_first_step(values: Values) -> dict[str, str]:
    """What the first step keeps, as text. Raises: FormErrors."""
    kept = {name: _clean_text(values.get(name), multiline=name == "goal") for name in FIRST_STEP}
    errors = list_text_errors(kept, LIMITS)
    start = _read_field(errors, "measure_start", parse_number, kept["measure_start"])
    target = _read_field(errors, "measure_target", parse_number, kept["measure_target"])
    _read_field(errors, "measure_by", _read_day, kept["measure_by"])
    if start is not None and start == target:
        errors.append(Refusal("error.field.no_change_measured", field="measure_target"))
    if errors:
        raise FormErrors(errors)
    return kept


def read_kept_measure(kept: Mapping[str, str]) -> tuple[Decimal, Decimal, str]:
    """The measure's start, target and unit in a first step that was kept."""
    return parse_number(kept["measure_start"]), parse_number(kept["measure_target"]), kept["measure_unit"]


def read_whole_charter(kept: Mapping[str, str], values: Values, *, today: date) -> Charter:
    """The charter of a kept first step and the second. Raises: FormErrors."""
    errors: list[Refusal] = []
    people = {name: values.get(name) or "" for name in PEOPLE}
    errors += [Refusal("error.field.empty", field=name) for name, user_id in people.items() if not user_id]
    starts_on = _read_field(errors, "starts_on", _read_day, values.get("starts_on") or "")
    ends_on = _read_field(errors, "ends_on", _read_day, values.get("ends_on") or "")
    currency = _read_choice(errors, "currency", values, CURRENCIES)
    basis = _read_choice(errors, "budget_basis", values, list(BudgetBasis))
    language = _read_choice(errors, "language", values, list_languages())
    zone = _read_choice(errors, "zone", values, zones.list_known_zones())
    budget = _read_field(
        errors, "budget", lambda text: parse_amount(text, currency=currency), values.get("budget") or ""
    )
    if errors or starts_on is None or ends_on is None or budget is None:
        raise FormErrors(errors)
    charter = Charter(
        **people,
        **{name: kept[name] for name in LIMITS},
        measure_start=parse_number(kept["measure_start"]),
        measure_target=parse_number(kept["measure_target"]),
        measure_by=date.fromisoformat(kept["measure_by"]),
        starts_on=starts_on,
        ends_on=ends_on,
        budget_minor=budget.minor,
        currency=budget.currency,
        budget_basis=BudgetBasis(basis),
        language=language,
        zone=zone,
    )
    errors = list_charter_errors(charter, today=today)
    if errors:
        raise FormErrors(errors)
    return charter


def _read_field(errors: list[Refusal], name: str, read: Callable[[str], T], text: str) -> T | None:
    """What `read` makes of the text of a field, or one more error at it."""
    try:
        return read(text)
    except Refusal as error:
        errors.append(error.at(name))
        return None


def _read_day(text: str) -> date:
    try:
        return parse_picked_day(text)
    except NotADay:
        raise Refusal("error.field.empty") from None


def _read_choice(errors: list[Refusal], name: str, values: Values, offered: Collection[str]) -> str:
    choice = values.get(name) or ""
    if choice not in offered:
        errors.append(Refusal("error.field.unknown", field=name))
        return next(iter(offered))
    return choice


def _clean_text(text: str | None, *, multiline: bool) -> str:
    cleaned = clean_text(text or "")
    return cleaned.strip() if multiline else " ".join(cleaned.split())


def today_in_form_zone(values: Mapping[str, str | None], now: datetime) -> date:
    """In the zone that the form says; it refuses an unknown one by itself."""
    try:
        zone = ZoneInfo(values.get("zone") or "UTC")
    except (KeyError, ValueError, OSError):  # OSError: `Europe` is a folder of zones
        zone = ZoneInfo("UTC")
    return local_day(now, zone.key)
