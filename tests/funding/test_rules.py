"""Pledges, entries, balances and everything shown agree to the last minor unit (product §6.1, §6.2)."""

import random
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from babel.numbers import get_currency_precision

from bot.funding.rules import (
    Entry,
    EntryKind,
    Ledger,
    find_bound_passed,
    find_gap_start,
    list_spending_by_month,
    sum_up_ledger,
)
from bot.funding.views import ledger_rows
from bot.projects.rules import Side
from bot.ui.texts import Texts
from tests.funding.histories import BEGIN, Tally, apply_step, draw_history

HISTORIES = 2_000
LANGUAGES = ("en", "pl")
NUMBERS = ("pledged", "paid_in", "in_kind", "waiting", "share", "borne", "balance", "due")


def read_cell(text: str, currency: str, language: str) -> int:
    """An amount as it is shown, in minor units: by its figures only."""
    point = {"en": ".", "pl": ","}[language]
    whole, _, decimals = re.sub(rf"[^0-9{point}]", "", text).partition(point)
    precision = get_currency_precision(currency)
    assert len(decimals) in (0, precision), text
    return (-1 if text[:1] in "-−" else 1) * int(whole + decimals.ljust(precision, "0"))


def check_ledger(ledger: Ledger, tally: Tally) -> None:
    it, marketing = ledger.sides
    assert it.pledged + marketing.pledged == ledger.budget == tally.budget
    assert 0 <= it.pledged - marketing.pledged <= 1
    assert {side: ledger.sides[side].paid_in for side in Side} == tally.paid_in
    assert {side: ledger.sides[side].waiting for side in Side} == tally.waiting
    assert ledger.spent == tally.spent == it.share + marketing.share
    assert 0 <= (it.share - it.borne) - (marketing.share - marketing.borne) <= 1
    assert it.balance + marketing.balance == it.paid_in + marketing.paid_in - ledger.spent
    assert ledger.budget - ledger.spent == ledger.left - ledger.uncovered - it.borne - marketing.borne
    assert min(ledger.left, ledger.uncovered, it.borne, marketing.borne) >= 0


def check_table(ledger: Ledger, language: str) -> None:
    """What people see of it, read as they would."""
    t = Texts.of(language)
    rows = {
        row[0]: [read_cell(cell, ledger.currency, language) for cell in row[1:]]
        for row in ledger_rows(t, ledger)[1:]
    }
    for name in NUMBERS:
        expected = [getattr(each, name) for each in ledger.sides]
        shown = rows.get(t.plain(f"ledger.row.{name}"), [0, 0, 0])
        assert shown == [*expected, sum(expected)], (name, shown)


def test_everything_agrees_to_the_last_minor_unit() -> None:
    """§6.1, §6.2: over 2,000 histories with odd totals, JPY and KWD, new budgets, reversals and disputes."""
    draw = random.Random(61)
    for count in range(HISTORIES):
        budget, currency, steps = draw_history(draw, length=draw.randrange(1, 24))
        tally, entries = Tally(budget), list[Entry]()
        for step in steps:
            entries = apply_step(entries, step)
            tally.count(step)
        ledger = sum_up_ledger(entries, budget=tally.budget, currency=currency)
        check_ledger(ledger, tally)
        check_table(ledger, LANGUAGES[count % 2])
        months = list_spending_by_month(entries, begins_on=date(2026, 1, 1))
        assert (months[-1].total if months else 0) == ledger.spent
        assert [each.total for each in months] == sorted(each.total for each in months)


def entry(number: int, kind: EntryKind, side: Side, amount: int, **more: Any) -> Entry:
    at = BEGIN + timedelta(days=number)
    return replace(Entry(number, kind, side, amount, at.date(), at), **more)


def test_halves_are_of_the_total_and_the_odd_unit_is_its() -> None:
    """§6.2: two entries of one grosz are one each, not two for IT."""
    spent = [entry(number, EntryKind.SPENT, Side.MARKETING, 1) for number in (1, 2, 3)]
    ledger = sum_up_ledger(spent, budget=9, currency="PLN")
    assert [(each.pledged, each.share) for each in ledger.sides] == [(5, 2), (4, 1)]


def test_value_in_kind_counts_once_it_is_agreed() -> None:
    """§6.2: until then it is shown, and counts for nothing."""
    value = entry(1, EntryKind.IN_KIND, Side.IT, 500)
    before = sum_up_ledger([value], budget=1000, currency="PLN").sides.it
    agreed = sum_up_ledger([replace(value, agreed_at=BEGIN)], budget=1000, currency="PLN").sides.it
    assert (before.paid_in, before.waiting, agreed.paid_in, agreed.waiting) == (0, 500, 500, 0)


def test_what_a_side_bears_is_not_halved() -> None:
    """§6.5: a later reversal, or a higher budget, gives it back; the earlier decision comes first."""
    spent = entry(1, EntryKind.SPENT, Side.IT, 1300)
    borne = [entry(2, EntryKind.BORNE, Side.IT, 200), entry(3, EntryKind.BORNE, Side.MARKETING, 50)]
    ledger = sum_up_ledger([spent, *borne], budget=1000, currency="PLN")
    assert (ledger.uncovered, [each.share for each in ledger.sides]) == (50, [725, 575])
    raised = sum_up_ledger([spent, *borne], budget=1090, currency="PLN")
    assert (raised.uncovered, [each.borne for each in raised.sides]) == (0, [200, 10])
    undone = [spent, *borne, entry(4, EntryKind.REVERSAL, Side.IT, 1300, reverses=1)]
    nothing = sum_up_ledger(undone, budget=1000, currency="PLN")
    assert (nothing.spent, [each.share for each in nothing.sides]) == (0, [0, 0])


@pytest.mark.parametrize(("percent", "days"), [(5, 1), (6, None)])
def test_a_gap_begins_where_it_is_over_the_threshold(percent: int, days: int | None) -> None:
    """§6.4: over 5 % of the budget, not 5 %; what closes it ends it, and it begins anew."""
    entries = [entry(1, EntryKind.PAID_IN, Side.IT, 51)]
    start = find_gap_start(entries, budget=1000, percent=percent)
    assert start == (None if days is None else BEGIN + timedelta(days=days))
    assert find_gap_start([entry(1, EntryKind.PAID_IN, Side.IT, 50)], budget=1000, percent=5) is None
    closed = [*entries, entry(2, EntryKind.PAID_IN, Side.MARKETING, 51)]
    assert find_gap_start(closed, budget=1000, percent=5) is None
    again = [*closed, entry(3, EntryKind.REVERSAL, Side.MARKETING, 51, reverses=2)]
    assert find_gap_start(again, budget=1000, percent=5) == BEGIN + timedelta(days=3)


def test_the_chart_begins_with_the_first_spending() -> None:
    """§6.2: not in a month before the project; of a single month there is none but the one before."""
    spent = [entry(1, EntryKind.SPENT, Side.IT, 100), entry(40, EntryKind.SPENT, Side.IT, 100)]
    first = spent[0].day
    before = list_spending_by_month(spent[:1], begins_on=first.replace(day=1) - timedelta(days=1))
    assert [each.total for each in before] == [0, 100]
    assert [each.total for each in list_spending_by_month(spent[:1], begins_on=first)] == [100]
    months = list_spending_by_month(spent, begins_on=first)
    assert months[0].first_day == spent[0].day.replace(day=1) and months[0].total == 100


def test_months_without_spending_are_shown_too() -> None:
    """§6.2: at most a year; what is older is in its first month."""
    days = (date(2025, 1, 31), date(2026, 10, 1), date(2026, 12, 24))
    entries = [
        Entry(number, EntryKind.SPENT, Side.IT, 100, day, datetime(2026, 12, 31, tzinfo=UTC))
        for number, day in enumerate(days, 1)
    ]
    months = list_spending_by_month(entries, begins_on=date(2026, 1, 1))
    assert [each.total for each in months] == [*[100] * 9, 200, 200, 300]
    assert (months[0].first_day, months[-1].first_day) == (date(2026, 1, 1), date(2026, 12, 1))


def test_a_day_outside_a_project_is_told_from_its_first_and_its_last() -> None:
    """Product §2.4, §6.2"""
    starts_on, ends_on = date(2027, 1, 4), date(2027, 7, 2)
    found = [
        find_bound_passed(day, starts_on=starts_on, ends_on=ends_on)
        for day in (starts_on - timedelta(days=1), starts_on, ends_on, ends_on + timedelta(days=1))
    ]
    assert found == [("before", starts_on), None, None, ("after", ends_on)]
