"""What the sides owe, have put in and have spent, all of it from the charter's budget and the entries (product §6).

Pure. Amounts are integers of the currency's minor unit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Final

from bot.parsing.money import split_half
from bot.projects.rules import Side, Sides, State

MAX_WHAT: Final = 200
MAX_REFERENCE: Final = 60
OLDEST_ENTRY: Final = timedelta(days=366)
LEDGER_STATES: Final = frozenset({State.ACTIVE, State.PAUSED, State.CLOSING})
GAP_PERCENT: Final = 5
GAP_DAYS: Final = 14
FORTNIGHT: Final = timedelta(days=14)


class EntryKind(StrEnum):
    PAID_IN = "paid_in"
    IN_KIND = "in_kind"  # paid in, but not money: counts when the other side's lead has agreed to it
    SPENT = "spent"
    BORNE = "borne"  # a side takes uncovered spending on itself, by decision of both executives
    REVERSAL = "reversal"


class DisputeOutcome(StrEnum):
    TAKEN_BACK = "taken_back"
    REVERSED = "reversed"  # the entry was
    STANDS = "stands"  # the entry does, by decision of both executives


RECORDABLE: Final = (EntryKind.PAID_IN, EntryKind.IN_KIND, EntryKind.SPENT)
"""What a side records, and may reverse: decisions of both executives stay theirs."""
CONTRIBUTIONS: Final = frozenset({EntryKind.PAID_IN, EntryKind.IN_KIND})


@dataclass(frozen=True)
class Entry:
    """One entry of the ledger, as the sums see it."""

    number: int  # within the project, from 1, in the order in which they were recorded
    kind: EntryKind
    side: Side
    amount_minor: int  # above zero
    day: date
    recorded_at: datetime
    reverses: int | None = None  # of a reversal: the number of the entry that it undoes
    agreed_at: datetime | None = None  # of value in kind


@dataclass(frozen=True)
class Account:
    """One side of the ledger."""

    pledged: int
    money: int  # paid in
    in_kind: int  # paid in, and agreed to
    waiting: int  # in kind, not agreed to yet: does not count
    borne: int  # of the uncovered spending
    share: int  # of all that was spent

    @property
    def paid_in(self) -> int:
        return self.money + self.in_kind

    @property
    def balance(self) -> int:
        """Paid in, less the share of spending: below zero where the side has put in less than its share."""
        return self.paid_in - self.share

    @property
    def due(self) -> int:
        """What of the pledge is not paid in yet."""
        return max(self.pledged - self.paid_in, 0)


@dataclass(frozen=True)
class Ledger:
    """The sums of a project."""

    budget: int
    currency: str  # ISO 4217
    sides: Sides[Account]
    spent: int

    @property
    def left(self) -> int:
        """Of the budget."""
        return max(self.budget - self.spent, 0)

    @property
    def uncovered(self) -> int:
        """Spent past the budget, and borne by no side."""
        return max(self.spent - self.budget, 0) - sum(each.borne for each in self.sides)

    @property
    def gap(self) -> int:
        """Between what the sides have paid in; above zero where IT has paid in more."""
        return self.sides.it.paid_in - self.sides.marketing.paid_in


def sum_up_ledger(entries: Iterable[Entry], *, budget: int, currency: str) -> Ledger:
    """The sums of all entries that stand.

    Halves are of the budget and of the total spent, never of an entry; the odd unit is IT's (product §6.1, §6.2).
    What a side bears is its own, and only the rest is halved. Where less is left past the budget than the sides
    have agreed to bear (something was reversed, or the budget raised), the earlier decision comes first.
    """
    standing = list_standing_entries(entries)
    spent = sum(each.amount_minor for each in standing if each.kind is EntryKind.SPENT)
    borne = _share_out_uncovered(standing, max(spent - budget, 0))
    pledged, shared = split_half(budget), split_half(spent - sum(borne.values()))
    accounts = [
        Account(
            pledged=pledged[at],
            money=_sum_amounts(standing, side, EntryKind.PAID_IN),
            in_kind=_sum_amounts((each for each in standing if each.agreed_at), side, EntryKind.IN_KIND),
            waiting=_sum_amounts((each for each in standing if not each.agreed_at), side, EntryKind.IN_KIND),
            borne=borne[side],
            share=shared[at] + borne[side],
        )
        for at, side in enumerate(Side)
    ]
    return Ledger(budget, currency, Sides(*accounts), spent)


def list_standing_entries(entries: Iterable[Entry]) -> list[Entry]:
    """Lists the entries that count: without reversals, and without what they undo."""
    every = list(entries)
    undone = {each.reverses for each in every if each.reverses is not None}
    return [each for each in every if each.kind is not EntryKind.REVERSAL and each.number not in undone]


def _sum_amounts(entries: Iterable[Entry], side: Side, kind: EntryKind) -> int:
    return sum(each.amount_minor for each in entries if each.side == side and each.kind is kind)


def _share_out_uncovered(standing: Sequence[Entry], left: int) -> Mapping[Side, int]:
    """Shares out what is past the budget among the sides that have agreed to bear it."""
    borne = dict.fromkeys(Side, 0)
    for each in sorted(standing, key=lambda each: each.number):
        if each.kind is EntryKind.BORNE:
            takes = min(each.amount_minor, left)
            borne[each.side] += takes
            left -= takes
    return borne


# --- the gap --------------------------------------------------------------------------------------------------


def is_gap_large(gap: int, *, budget: int, percent: int) -> bool:
    """Whether the gap is over so many percent of the budget (product §6.4)."""
    return abs(gap) * 100 > budget * percent


def find_gap_start(entries: Sequence[Entry], *, budget: int, percent: int) -> datetime | None:
    """Finds since when the sides have been so far apart without a break; None if they are not.

    Measured by the budget as it is now. Source: product §6.4.
    """
    steps = sorted(_list_paid_in_changes(entries), key=lambda step: step[0])
    start: datetime | None = None
    gaps = accumulate(change for _, change in steps)
    for (moment, _), gap in zip(steps, gaps, strict=True):
        if not is_gap_large(gap, budget=budget, percent=percent):
            start = None
        elif start is None:
            start = moment
    return start


def _list_paid_in_changes(entries: Sequence[Entry]) -> Iterable[tuple[datetime, int]]:
    """Yields when the gap changed, and by how much it grew for IT."""
    reversed_at = {each.reverses: each.recorded_at for each in entries if each.reverses is not None}
    for each in entries:
        counts_from = each.recorded_at if each.kind is EntryKind.PAID_IN else each.agreed_at
        if each.kind not in CONTRIBUTIONS or counts_from is None:
            continue
        amount = each.amount_minor if each.side is Side.IT else -each.amount_minor
        yield counts_from, amount
        if each.number in reversed_at:
            yield reversed_at[each.number], -amount


# --- spending over time ---------------------------------------------------------------------------------------

MOST_MONTHS: Final = 12


@dataclass(frozen=True)
class MonthSpent:
    first_day: date  # of the month
    total: int  # spent up to its end


def list_spending_by_month(entries: Iterable[Entry], *, begins_on: date) -> list[MonthSpent]:
    """Sums spending month by month, from the first to the last, at most MOST_MONTHS.

    What is older is in each total. Of a single month there would be no line: it begins with the one before, unless
    the project, which `begins_on` that day, was not there yet.
    """
    spent = [each for each in list_standing_entries(entries) if each.kind is EntryKind.SPENT]
    if not spent:
        return []
    months = [_count_months(each.day) for each in spent]
    last = max(months)
    is_single = min(months) == last and _count_months(begins_on) < last
    first = max(last - 1 if is_single else min(months), last - MOST_MONTHS + 1)
    return [
        MonthSpent(
            date(month // 12, month % 12 + 1, 1),
            sum(each.amount_minor for each, its in zip(spent, months, strict=True) if its <= month),
        )
        for month in range(first, last + 1)
    ]


def _count_months(day: date) -> int:
    return day.year * 12 + day.month - 1


def find_bound_passed(day: date, *, starts_on: date, ends_on: date) -> tuple[str, date] | None:
    """Finds whether a day lies `before` a project's start or `after` its end, and which day that is.

    Things are bought ahead, and bills come late, so neither is refused.
    """
    if day < starts_on:
        return "before", starts_on
    return ("after", ends_on) if day > ends_on else None
