"""What a check-in may ask (product §8.1)."""

import json

import pytest

from bot.checkins.errors import (
    CheckinError,
    ChoiceTooLong,
    EmptyChoice,
    EmptyQuestion,
    NoQuestion,
    QuestionTooLong,
    SameChoice,
    TooFewChoices,
    TooManyChoices,
    TooManyQuestions,
)
from bot.checkins.rules import DEFAULT_QUESTIONS, Question, QuestionKind, question_errors
from bot.texts import Texts


def choice(*choices: str) -> Question:
    return Question("q1", QuestionKind.CHOICE, "Which?", choices=choices)


def text(words: str | None) -> Question:
    return Question("q1", QuestionKind.TEXT, words)


def numbered(count: int) -> list[str]:
    return [f"Answer {n}" for n in range(count)]


@pytest.mark.parametrize(
    ("questions", "error", "field"),
    [
        ([], NoQuestion, "questions"),
        ([text("Well?")] * 6, TooManyQuestions, "questions"),
        ([text(None)], EmptyQuestion, "q1"),
        ([text(" \u200b")], EmptyQuestion, "q1"),
        ([text("x" * 151)], QuestionTooLong, "q1"),
        ([choice()], TooFewChoices, "q1_choices"),
        ([choice("Yes")], TooFewChoices, "q1_choices"),
        ([choice(*numbered(11))], TooManyChoices, "q1_choices"),
        ([choice("Yes", " ")], EmptyChoice, "q1_choices"),
        ([choice("Yes", "n" * 76)], ChoiceTooLong, "q1_choices"),
        ([choice("Żółty", "ZOLTY ")], SameChoice, "q1_choices"),
    ],
)
def test_what_no_question_may_be(questions: list[Question], error: type[CheckinError], field: str) -> None:
    found = question_errors(questions)
    assert [type(one) for one in found] == [error]
    assert found[0].field == field
    for language in ("en", "pl"):
        assert Texts.of(language)(error.text_key, **found[0].facts())


@pytest.mark.parametrize(
    "question",
    [text("x" * 150), choice("Yes", "No"), choice(*numbered(10)), choice("n" * 75, "Yes"), *DEFAULT_QUESTIONS],
)
def test_what_a_question_may_be(question: Question) -> None:
    assert question_errors([question]) == []
    assert Question.from_json(json.loads(json.dumps(question.as_json()))) == question


def test_the_default_questions_have_words_in_both_languages() -> None:
    assert question_errors(DEFAULT_QUESTIONS) == []
    assert [question.id for question in DEFAULT_QUESTIONS] == ["q1", "q2", "q3", "q4"]
    for question in DEFAULT_QUESTIONS:
        assert len({Texts.of(language)(question.text_key) for language in ("en", "pl")}) == 2
