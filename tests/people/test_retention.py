"""How long a workspace may keep what people have written (product §17): both neighbours of every limit."""

import pytest

from bot.people.retention import KeptFor
from bot.runtime.errors import FormErrors


@pytest.mark.parametrize(("period", "most"), [("answers_months", 60), ("records_years", 10), ("drafts_months", 60)])
def test_a_period_is_at_least_one_and_at_most_that_long(period: str, most: int) -> None:
    for number in (1, most):
        assert getattr(KeptFor.read({period: str(number)}), period) == number
    for number in (0, most + 1):
        with pytest.raises(FormErrors):
            KeptFor.read({period: str(number)})
