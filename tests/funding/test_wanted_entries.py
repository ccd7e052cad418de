"""What may be entered at all: days, words and references, to the last one that may (product §6.2)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bot.funding.rules import EntryKind
from bot.funding.service import check_day, read_reference, read_what
from tests.refusals import raises_refusal

TODAY = date(2027, 3, 3)


def test_what_was_paid_is_of_today_or_of_the_year_before() -> None:
    """A leap year, too."""
    for days_ago in (0, 1, 366):
        day = TODAY - timedelta(days=days_ago)
        assert check_day(day, today=TODAY) == day
    with raises_refusal("error.ledger.too_old"):
        check_day(TODAY - timedelta(days=367), today=TODAY)
    with raises_refusal("error.ledger.future"):
        check_day(TODAY + timedelta(days=1), today=TODAY)


@pytest.mark.parametrize(
    ("read", "most"),
    [(lambda text: read_what(text, EntryKind.SPENT), 200), (read_reference, 60)],
    ids=["what for", "reference"],
)
def test_words_are_as_long_as_they_may_be_and_no_longer(read: Callable[[str], Any], most: int) -> None:
    assert read("ż" * most) == "ż" * most
    assert read("  ż  ż ") == "ż ż"
    with raises_refusal("error.field.too_long"):
        read("ż" * (most + 1))


def test_what_was_spent_is_said_and_what_was_paid_in_need_not_be() -> None:
    assert read_what(" ", EntryKind.PAID_IN) == ""
    assert read_reference(" ") is None
    for kind in (EntryKind.SPENT, EntryKind.IN_KIND):
        with raises_refusal("error.field.empty"):
            read_what(" ", kind)
