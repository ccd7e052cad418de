"""How many questions a check-in has, and how long they are (product §8): both neighbours of every limit."""

import pytest

from bot.checkins.rules import (
    DEFAULT_QUESTIONS,
    MAX_CHOICE,
    MAX_CHOICES,
    MAX_QUESTION,
    MAX_QUESTIONS,
    MIN_CHOICES,
    Question,
    QuestionKind,
    list_question_errors,
)


def _names(questions: list[Question]) -> list[str]:
    return [each.key for each in list_question_errors(questions)]


def _text(words: str = "Co nowego?", kind: QuestionKind = QuestionKind.TEXT) -> Question:
    return Question("q", kind, words)


def _choice(*choices: str) -> Question:
    return Question("q", QuestionKind.CHOICE, "Jak?", choices=choices)


@pytest.mark.parametrize(
    ("count", "errors"),
    [
        (0, ["error.checkin.no_question"]),
        (1, []),
        (MAX_QUESTIONS, []),
        (MAX_QUESTIONS + 1, ["error.checkin.too_many_questions"]),
    ],
)
def test_one_to_five_questions(count: int, errors: list[str]) -> None:
    assert MAX_QUESTIONS == 5
    assert _names([_text()] * count) == errors


def test_a_question_is_seen_and_is_short() -> None:
    assert _names([_text("x" * MAX_QUESTION)]) == []
    assert _names([_text("x" * (MAX_QUESTION + 1))]) == ["error.checkin.question_too_long"]
    assert _names([_text("\u200b")]) == ["error.checkin.empty_question"]


@pytest.mark.parametrize("kind", list(QuestionKind))
def test_of_some_kinds_there_is_one(kind: QuestionKind) -> None:
    """Two of a kind are refused where a summary shows one."""
    pair = [_choice("a", "b")] * 2 if kind is QuestionKind.CHOICE else [_text(kind=kind)] * 2
    alone = kind in (QuestionKind.STATUS, QuestionKind.BLOCKERS, QuestionKind.NEEDS)
    assert _names(pair) == (["error.checkin.two_of_a_kind"] if alone else [])
    assert _names(list(DEFAULT_QUESTIONS)) == []


@pytest.mark.parametrize(
    ("choices", "errors"),
    [
        ([f"{n}" for n in range(MIN_CHOICES - 1)], ["error.checkin.too_few_choices"]),
        ([f"{n}" for n in range(MIN_CHOICES)], []),
        ([f"{n}" for n in range(MAX_CHOICES)], []),
        ([f"{n}" for n in range(MAX_CHOICES + 1)], ["error.checkin.too_many_choices"]),
        (["a", "x" * MAX_CHOICE], []),
        (["a", "x" * (MAX_CHOICE + 1)], ["error.checkin.choice_too_long"]),
        (["a", " "], ["error.field.empty"]),
        (["Żółty", "zolty"], ["error.checkin.same_choice"]),
    ],
)
def test_what_can_be_chosen(choices: list[str], errors: list[str]) -> None:
    assert _names([_choice(*choices)]) == errors
