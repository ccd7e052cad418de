"""Random histories of a ledger: what people may do with it, step by step."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bot.funding.rules import CONTRIBUTIONS, Entry, EntryKind, sum_up_ledger
from bot.projects.rules import Side

CURRENCIES: Final = ("PLN", "JPY", "KWD")
BEGIN: Final = datetime(2026, 12, 1, 10, tzinfo=UTC)
STEPS: Final = ("paid_in", "in_kind", "spent", "agree", "reverse", "budget", "bear", "dispute")
WEIGHTS: Final = (4, 2, 6, 2, 3, 1, 2, 1)


@dataclass(frozen=True)
class Step:
    what: str  # one of STEPS
    side: Side
    amount: int
    at: datetime
    number: int = 0  # of the entry that it is about


def draw_history(draw: random.Random, *, length: int) -> tuple[int, str, list[Step]]:
    """The first budget, its currency, and steps that follow one from the other."""
    budget, currency = draw.choice((draw.randrange(1, 20), draw.randrange(1, 10**9))), draw.choice(CURRENCIES)
    return budget, currency, list(_draw_steps(draw, budget, length))


def _draw_steps(draw: random.Random, budget: int, length: int) -> Iterator[Step]:
    entries: list[Entry] = []
    for index in range(length):
        what = draw.choices(STEPS, WEIGHTS)[0]
        step = Step(
            what, draw.choice(list(Side)), draw.randrange(1, max(budget, 2)), BEGIN + timedelta(hours=index)
        )
        standing = [each for each in entries if not any(other.reverses == each.number for other in entries)]
        open_in_kind = [each for each in standing if each.kind is EntryKind.IN_KIND and each.agreed_at is None]
        reversible = [each for each in standing if each.kind not in (EntryKind.BORNE, EntryKind.REVERSAL)]
        uncovered = sum_up_ledger(entries, budget=budget, currency="PLN").uncovered
        chosen = {"agree": open_in_kind, "reverse": reversible, "dispute": reversible}.get(what)
        if chosen is not None:
            if not chosen:
                continue
            entry = draw.choice(chosen)
            step = Step(what, entry.side, entry.amount_minor, step.at, entry.number)
        elif what == "bear":
            if not uncovered:
                continue
            step = Step(what, step.side, uncovered, step.at)
        elif what == "budget":
            budget = step.amount
        entries = apply_step(entries, step)
        yield step


def apply_step(entries: list[Entry], step: Step) -> list[Entry]:
    """The entries after it."""
    number, day = len(entries) + 1, step.at.date()
    if step.what == "agree":
        return [replace(each, agreed_at=step.at) if each.number == step.number else each for each in entries]
    kinds = {"reverse": EntryKind.REVERSAL, "bear": EntryKind.BORNE}
    if step.what in ("budget", "dispute"):
        return entries
    kind = kinds.get(step.what) or EntryKind(step.what)
    reverses = step.number if kind is EntryKind.REVERSAL else None
    return [*entries, Entry(number, kind, step.side, step.amount, _spread(day, number), step.at, reverses)]


def _spread(day: date, number: int) -> date:
    """Over some months: the day is that of the payment, not of the entry."""
    return day - timedelta(days=29 * (number % 9))


@dataclass
class Tally:
    """The same sums counted by hand, one step after the other: nothing is looked up in entries."""

    budget: int
    spent: int = 0

    def __post_init__(self) -> None:
        self.paid_in = dict.fromkeys(Side, 0)
        self.waiting = dict.fromkeys(Side, 0)
        self._known: list[tuple[EntryKind, Side, int, bool]] = []

    def count(self, step: Step) -> None:
        if step.what == "budget":
            self.budget = step.amount
        elif step.what == "agree":
            kind, side, amount, _ = self._known[step.number - 1]
            self._known[step.number - 1] = kind, side, amount, True
            self.waiting[side] -= amount
            self.paid_in[side] += amount
        elif step.what == "reverse":
            self._add(*self._known[step.number - 1], sign=-1)
            self._known.append((EntryKind.REVERSAL, step.side, step.amount, True))
        elif step.what == "bear":
            self._known.append((EntryKind.BORNE, step.side, step.amount, True))
        elif step.what != "dispute":
            kind = EntryKind(step.what)
            self._known.append((kind, step.side, step.amount, kind is not EntryKind.IN_KIND))
            self._add(*self._known[-1], sign=1)

    def _add(self, kind: EntryKind, side: Side, amount: int, counts: bool, *, sign: int) -> None:
        if kind is EntryKind.SPENT:
            self.spent += sign * amount
        elif kind in CONTRIBUTIONS:
            (self.paid_in if counts else self.waiting)[side] += sign * amount
