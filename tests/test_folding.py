"""Names in the order in which people count."""

import pytest

from bot.parsing.folding import natural_sort_key


@pytest.mark.parametrize(
    "in_turn",
    [
        ["table 1", "table 2", "table 10", "table 11"],
        ["2 a", "10 a", "a", "a 2", "a 10 b", "a 10 c"],
        ["1.2", "1.10", "2"],
        ["x 01", "x 1", "x 2"],  # 01 and 1 are one number: then as they are written
    ],
)
def test_numbers_are_sorted_as_numbers(in_turn: list[str]) -> None:
    by_letters = sorted(in_turn)
    assert sorted(by_letters, key=natural_sort_key) == in_turn


def test_a_digit_of_another_script_is_a_word() -> None:
    assert sorted(["²", "a", "٣"], key=natural_sort_key) == sorted(["²", "a", "٣"])
