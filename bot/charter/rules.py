"""What a charter may say, and what of it needs signatures (product §4.1, §4.4). Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from bot.parsing.dates.reckoning import WorkingDay, months_later
from bot.parsing.money import Amount, split_half
from bot.projects.rules import FULL_TIME, Sides
from bot.runtime.errors import Refusal

MAX_NAME = 80
MAX_GOAL = 500
MAX_MEASURE_NAME = 80
MAX_MEASURE_UNIT = 20
MAX_MILESTONES = 3000  # characters of all lines: as many as Slack takes

CHARTER_KIND: Final = "charter"  # of a request to sign one; its subject is the version
TEMPLATES: Final = ("customer_insight", "new_channel", "data_platform", "consent")
PEOPLE: Final = ("cio", "cmo", "lead_it", "lead_marketing")
USUAL_MONTHS: Final = 6  # how long a project lasts, where nobody says otherwise


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
    has_personal_data: bool = False


@dataclass(frozen=True)
class BoundaryMember:
    """A member as a charter or card names them; `ends_on` is the last day in the team."""

    user_id: str
    home_post: str
    ends_on: date
    share: int = FULL_TIME  # percent of their time


NOBODY: Final = Sides[tuple[BoundaryMember, ...]]((), ())
NEITHER: Final = Sides(it=False, marketing=False)


@dataclass(frozen=True)
class Boundary:
    """The division between the sides as it stands: what each keeps of what the project touches (product §5.5),
    and whom each sends into the team (§7.1). `had_members`: whether each side has ever sent
    somebody. `is_over`: the project has ended, so that it says how it was, with all who were in the team."""

    data: tuple[BoundaryAsset, ...] = ()  # IT keeps it
    customers: tuple[BoundaryAsset, ...] = ()  # marketing keeps them
    members: Sides[tuple[BoundaryMember, ...]] = NOBODY
    had_members: Sides[bool] = NEITHER
    is_over: bool = False


@dataclass(frozen=True)
class TimetableEntry:
    """A milestone as a charter or card names it; `owner` is None while it needs one, or both leads see to it."""

    title: str
    signed_due: date
    due: date
    owner: str | None
    side: str
    stage: str
    is_signed: bool = True  # False: it was added after both had signed


@dataclass(frozen=True)
class Timetable:
    """The milestones as they stand, by date (product §4.1, §9.2)."""

    milestones: tuple[TimetableEntry, ...] = ()
    dropped: int = 0  # besides


@dataclass(frozen=True)
class Charter:
    """One version of a charter, whole. The order of the fields is the order in which they are shown."""

    name: str
    goal: str
    measure_name: str
    measure_unit: str
    measure_start: Decimal | None  # None: not measured yet
    measure_target: Decimal
    measure_by: date
    cio: str
    cmo: str
    lead_it: str
    lead_marketing: str
    starts_on: date
    ends_on: date
    budget: Amount
    budget_basis: BudgetBasis
    language: str
    zone: str

    @property
    def halves(self) -> Sides[Amount]:
        """What each side pledges; the odd unit goes to IT (product §6.1)."""
        it, marketing = split_half(self.budget.minor)
        return Sides(Amount(it, self.budget.currency), Amount(marketing, self.budget.currency))


UNSIGNED: Final = ("name", "lead_it", "lead_marketing", "language", "zone")  # the project has them, not a version
SIGNED: Final = frozenset(field.name for field in fields(Charter)) - {*UNSIGNED}
"""A change of these makes a new version that needs both signatures; other fields change at once."""


@dataclass(frozen=True)
class TimetableLine:
    """A milestone as both are asked to sign it."""

    number: int
    title: str
    due: date


MEASURE: Final = frozenset({"measure_unit", "measure_start", "measure_target"})
MovedMilestones = tuple[tuple[TimetableLine | None, TimetableLine | None], ...]
TextPair = tuple[str, str]
NumberPair = tuple[Decimal, Decimal]
StartPair = tuple[Decimal | None, Decimal | None]
DayPair = tuple[date, date]


class CharterChanges(BaseModel):
    """Old → new of each field that differs between two charters; what is as it was is not set."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)

    name: TextPair | None = None
    goal: TextPair | None = None
    measure_name: TextPair | None = None
    measure_unit: TextPair | None = None
    measure_start: StartPair | None = None
    measure_target: NumberPair | None = None
    measure_by: DayPair | None = None
    cio: TextPair | None = None
    cmo: TextPair | None = None
    lead_it: TextPair | None = None
    lead_marketing: TextPair | None = None
    starts_on: DayPair | None = None
    ends_on: DayPair | None = None
    budget: tuple[Amount, Amount] | None = None
    budget_basis: tuple[BudgetBasis, BudgetBasis] | None = None
    language: TextPair | None = None
    zone: TextPair | None = None
    timetable: MovedMilestones = ()
    units: TextPair | None = None  # of the measure, as they stand behind its numbers

    @property
    def pairs(self) -> dict[str, tuple[Any, Any]]:
        """By field, without the timetable, in the order in which they are shown."""
        return {name: pair for name, pair in self if pair is not None and name not in ("timetable", "units")}

    def of_fields(self, names: Collection[str]) -> "CharterChanges":
        """Those of some fields only."""
        return CharterChanges(**self.with_units({name: pair for name, pair in self.pairs.items() if name in names}))

    def with_units(self, pairs: dict[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
        """The pairs, and with those of the measure its units."""
        return pairs if self.units is None or MEASURE.isdisjoint(pairs) else pairs | {"units": self.units}


def diff_charters(old: Charter, new: Charter) -> CharterChanges:
    before, after = vars(old), vars(new)
    changed = CharterChanges(
        **{name: (before[name], after[name]) for name in after if before[name] != after[name]},
        units=(old.measure_unit, new.measure_unit),
    )
    return changed.of_fields(after)


def diff_timetables(old: Sequence[TimetableLine] | None, new: Sequence[TimetableLine] | None) -> MovedMilestones:
    """What was added, changed or dropped, by number. None: it was not asked to sign yet."""
    if old is None or new is None:
        return ()
    before, after = ({line.number: line for line in lines} for lines in (old, new))
    pairs = [(before.get(number), after.get(number)) for number in sorted({*before, *after})]
    return tuple((was, line) for was, line in pairs if was != line)


FRIDAY: Final = 4


class StaleCharter(Refusal):
    """The charter moved on since the form or button was drawn (product §4.5)."""

    def __init__(self, project_id: int, seen: int) -> None:
        super().__init__("error.stale_charter")
        self.project_id, self.seen = project_id, seen  # the version that was shown


@dataclass(frozen=True)
class DayRemarks:
    """What of a charter's days may be a slip, though it may be meant, so that nothing of it is refused."""

    has_started: bool = False  # its first day has passed
    is_goal_later: bool = False  # than its last day
    on_days_off: tuple[tuple[str, date], ...] = ()  # milestones, by title


def find_day_remarks(charter: Charter, timetable: Timetable, *, today: date, is_working: WorkingDay) -> DayRemarks:
    return DayRemarks(
        has_started=charter.starts_on < today,
        is_goal_later=charter.measure_by > charter.ends_on,
        on_days_off=tuple((each.title, each.due) for each in timetable.milestones if not is_working(each.due)),
    )


def find_revision_remarks(charter: Charter, changed: CharterChanges, *, today: date) -> DayRemarks:
    """Of the days that were changed: the others were remarked on when they were given."""
    moved_goal = changed.measure_by is not None or changed.ends_on is not None
    return DayRemarks(
        has_started=changed.starts_on is not None and charter.starts_on < today,
        is_goal_later=moved_goal and charter.measure_by > charter.ends_on,
    )


def suggest_days(today: date) -> tuple[date, date]:
    """Suggests a new project's first and last day: from next Monday, for six months (product §4.1); from a weekend
    the last day goes back to Friday.
    """
    starts_on = today + timedelta(days=7 - today.weekday())
    ends_on = months_later(starts_on, USUAL_MONTHS)
    return starts_on, ends_on - timedelta(days=max(ends_on.weekday() - FRIDAY, 0))


def list_measure_errors(read: Mapping[str, Any], *, today: date, before: date | None) -> list[Refusal]:
    """Lists what is wrong with the first step beyond its single fields, as far as they could be read.

    `before`: the target date of a charter that is changed, which may have passed and stay.
    """
    by = read.get("measure_by")
    if by is not None and by < today and by != before:
        return [Refusal("error.field.end_in_past", field="measure_by")]
    return []


def list_charter_errors(read: Mapping[str, Any], *, today: date) -> list[Refusal]:
    """Lists what product §4.1 forbids, beyond the single fields, as far as they could be read; whether people are
    colleagues is asked elsewhere.
    """
    errors: list[Refusal] = []
    cio, cmo, lead_it, lead_marketing = (read.get(name) for name in PEOPLE)
    if cio is not None and cio == cmo:
        errors.append(Refusal("error.field.same_person", field="cmo"))
    if lead_it is not None and lead_it in (cmo, lead_marketing):
        errors.append(Refusal("error.field.both_sides", field="lead_it"))
    if lead_marketing is not None and lead_marketing == cio:
        errors.append(Refusal("error.field.both_sides", field="lead_marketing"))
    starts_on, ends_on, measure_by = (read.get(name) for name in ("starts_on", "ends_on", "measure_by"))
    if starts_on is not None and ends_on is not None and ends_on <= starts_on:
        errors.append(Refusal("error.field.end_before_start", field="ends_on", start=starts_on))
    elif ends_on is not None and ends_on < today:
        errors.append(Refusal("error.field.end_in_past", field="ends_on"))
    if starts_on is not None and measure_by is not None and measure_by <= starts_on:
        errors.append(Refusal("error.field.measured_too_early", field="starts_on", by=measure_by))
    return errors
