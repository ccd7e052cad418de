"""What of a retrospective is taken (product §12.1)."""

import pytest

from bot.closing.rules import MAX_ANSWER, QUESTIONS, read_answers
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
