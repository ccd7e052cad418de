"""What of a retrospective is taken, and when a target is reached (product §12.1, §12.3)."""

from decimal import Decimal

import pytest

from bot.closing.rules import MAX_ANSWER, QUESTIONS, GoalOutcome, is_target_reached, read_answers
from bot.runtime.errors import FormErrors


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_answer_is_as_long_as_it_may_be_and_no_longer(name: str) -> None:
    assert MAX_ANSWER == 500
    assert read_answers({name: "ż" * 500})[name] == "ż" * 500
    with pytest.raises(FormErrors) as told:
        read_answers({name: "ż" * 501})
    assert [(each.key, each.field) for each in told.value.errors] == [("error.field.too_long", name)]


@pytest.mark.parametrize("name", QUESTIONS)
def test_two_of_three_may_be_empty(name: str) -> None:
    assert read_answers({name: " x "}) == dict.fromkeys(QUESTIONS, "") | {name: "x"}
    for nothing in ({}, {name: "\u200b"}, {name: None}):
        with pytest.raises(FormErrors) as told:
            read_answers(nothing)
        assert [(each.key, each.field) for each in told.value.errors] == [("error.closing.no_answer", QUESTIONS[0])]


@pytest.mark.parametrize(
    ("start", "target", "last", "is_reached"),
    [
        (60, 65, 66, True),
        (60, 65, 65, True),
        (60, 65, 64, False),
        (60, 65, 50, False),
        (10, 4, 3, True),  # less is better
        (10, 4, 5, False),
        (10, 4, 12, False),
        (-2, 0, 1, True),
        (None, 65, 65, True),
    ],
)
def test_a_target_is_reached_from_the_side_of_the_start(
    start: int | None, target: int, last: int, is_reached: bool
) -> None:
    before = None if start is None else Decimal(start)
    for outcome in (None, GoalOutcome.PARTLY, GoalOutcome.ACHIEVED):
        assert is_target_reached(before, Decimal(target), Decimal(last), outcome) is is_reached


def test_without_a_start_people_say_whether_it_is_reached() -> None:
    for last in (64, 66):
        for outcome in (None, *GoalOutcome):
            reached = is_target_reached(None, Decimal(65), Decimal(last), outcome)
            assert reached is (outcome is GoalOutcome.ACHIEVED)
