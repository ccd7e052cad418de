"""What a charter may say, and what of it needs signatures (product §4.1, §4.4). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from bot.parsing.folding import has_visible_text
from bot.parsing.money import plain_number
from bot.projects.rules import Sides
from bot.runtime.errors import Refusal

MAX_NAME = 80
MAX_GOAL = 500
MAX_MEASURE_NAME = 80
MAX_MEASURE_UNIT = 20

TEMPLATES: Final = ("customer_insight", "new_channel", "data_platform", "consent")

MILESTONE: Final = "milestone:"  # begins what stands for a milestone among changes

UNSIGNED: Final = ("name", "lead_it", "lead_marketing", "language", "zone")  # the project has them, not a version
SIGNED: Final = frozenset(
    {
        "goal",
        "measure_name",
        "measure_unit",
        "measure_start",
        "measure_target",
        "measure_by",
        "cio",
        "cmo",
        "starts_on",
        "ends_on",
        "budget",
        "budget_basis",
    }
)
"""A change of these makes a new version that needs both signatures; other fields change at once."""


class BudgetBasis(StrEnum):
    """Whether the budget has value-added tax in it (product §4.1)."""

    NET = "net"
    GROSS = "gross"


@dataclass(frozen=True)
class BoundaryAsset:
    """An asset as a charter or card names it; `owner` is None while it needs one.

    `until`: it is across the boundary up to this day, by decision of both executives (product §5.2).
    """

    name: str
    owner: str | None
    until: date | None = None


@dataclass(frozen=True)
class BoundaryMember:
    """A member as a charter or card names them; `ends_on` is the last day in the team."""

    user_id: str
    home_post: str
    ends_on: date


NOBODY: Final = Sides[tuple[BoundaryMember, ...]]((), ())


@dataclass(frozen=True)
class Boundary:
    """The division between the sides as it stands: what each keeps of what the project touches (product §5.5),
    and whom each sends into the team (§7.1)."""

    data: tuple[BoundaryAsset, ...] = ()  # IT keeps it
    customers: tuple[BoundaryAsset, ...] = ()  # marketing keeps them
    members: Sides[tuple[BoundaryMember, ...]] = NOBODY


@dataclass(frozen=True)
class TimetableEntry:
    """A milestone as a charter or card names it; `owner` is None while it needs one."""

    title: str
    signed_due: date
    due: date
    owner: str | None
    stage: str


@dataclass(frozen=True)
class Timetable:
    """The milestones as they stand, by date (product §4.1, §9.2)."""

    milestones: tuple[TimetableEntry, ...] = ()


@dataclass(frozen=True)
class Charter:
    """One version of a charter, whole. The order of the fields is the order in which they are shown."""

    name: str
    goal: str
    measure_name: str
    measure_unit: str
    measure_start: Decimal
    measure_target: Decimal
    measure_by: date
    cio: str
    cmo: str
    lead_it: str
    lead_marketing: str
    starts_on: date
    ends_on: date
    budget_minor: int
    currency: str
    budget_basis: BudgetBasis
    language: str
    zone: str

    def as_json(self) -> dict[str, Any]:
        """By field, as the log and forms keep it; `budget` is `[minor, currency]`."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        values["budget"] = [values.pop("budget_minor"), values.pop("currency")]
        return {name: _plain_json_value(value) for name, value in values.items()}


def _plain_json_value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(plain_number(value)) if isinstance(value, Decimal) else value


def diff_charters(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Field → (old, new) of two charters as JSON, where they differ."""
    return {name: (old[name], new[name]) for name in new if old[name] != new[name]}


TimetableToSign = Sequence[Sequence[Any]]
"""The timetable as it is asked to sign: number, title and date (ISO) of each milestone."""


def diff_timetables(old: TimetableToSign | None, new: TimetableToSign | None) -> dict[str, tuple[Any, Any]]:
    """`milestone:3` → ((title, date) | None, the same), where they differ. None: it was not asked to sign yet."""
    if old is None or new is None:
        return {}
    before, after = ({number: [title, due] for number, title, due in each} for each in (old, new))
    changed = [each for each in sorted({*before, *after}) if before.get(each) != after.get(each)]
    return {f"{MILESTONE}{each}": (before.get(each), after.get(each)) for each in changed}


class StaleCharter(Refusal):
    """The charter moved on since the form or button was drawn (product §4.5)."""

    def __init__(self, project_id: int, seen: int) -> None:
        super().__init__("error.stale_charter")
        self.project_id, self.seen = project_id, seen  # the version that was shown


def list_text_errors(values: Mapping[str, str], limits: Mapping[str, int]) -> list[Refusal]:
    """Of the text fields in `limits`, each of which must have something to see."""
    errors: list[Refusal] = []
    for name, limit in limits.items():
        if not has_visible_text(values[name]):
            errors.append(Refusal("error.field.empty", field=name))
        elif len(values[name]) > limit:
            errors.append(Refusal("error.field.too_long", field=name, limit=limit))
    return errors


def list_charter_errors(charter: Charter, *, today: date) -> list[Refusal]:
    """What product §4.1 forbids, beyond the single fields; whether people are colleagues is asked elsewhere."""
    errors: list[Refusal] = []
    if charter.cio == charter.cmo:
        errors.append(Refusal("error.field.same_person", field="cmo"))
    if charter.lead_it in (charter.cmo, charter.lead_marketing):
        errors.append(Refusal("error.field.both_sides", field="lead_it"))
    if charter.lead_marketing == charter.cio:
        errors.append(Refusal("error.field.both_sides", field="lead_marketing"))
    if charter.ends_on <= charter.starts_on:
        errors.append(Refusal("error.field.end_before_start", field="ends_on", start=charter.starts_on))
    elif charter.ends_on < today:
        errors.append(Refusal("error.field.end_in_past", field="ends_on"))
    if charter.measure_by <= charter.starts_on:
        errors.append(Refusal("error.field.measured_too_early", field="starts_on"))
    return errors
