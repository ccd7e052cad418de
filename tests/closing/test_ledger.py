"""By how much a side has put in less than its share, when a project ends (product §12.1)."""

import pytest

from bot.closing.ledger import find_difference
from bot.funding.ledger import LoadedLedger
from bot.funding.rules import Entry, EntryKind, sum_up_ledger
from bot.projects.rules import Side
from tests.funding.histories import BEGIN


@pytest.mark.parametrize(
    ("it", "marketing", "difference"),
    [
        (0, 0, None),
        (7, 7, None),
        (8, 7, None),  # the odd unit is IT's, of what cannot be halved
        (7, 8, None),
        (9, 7, (Side.MARKETING, 2)),
        (7, 9, (Side.IT, 2)),
        (0, 2, (Side.IT, 2)),
    ],
)
def test_the_odd_unit_is_no_difference(it: int, marketing: int, difference: tuple[Side, int] | None) -> None:
    """§12.1, §6.2"""
    entries = [
        Entry(number, EntryKind.PAID_IN, side, amount, BEGIN.date(), BEGIN)
        for number, (side, amount) in enumerate(zip(Side, (it, marketing), strict=True), 1)
        if amount
    ]
    assert find_difference(LoadedLedger([], sum_up_ledger(entries, budget=100, currency="PLN"))) == difference
