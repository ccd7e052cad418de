"""What somebody has said in an answer: who writes that there is nothing has said nothing. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from bot.checkins.rules import Question, QuestionKind
from bot.ui.said_words import is_plain_no


def pair_answers(
    questions: Iterable[Question], answer: Mapping[str, str] | None
) -> tuple[tuple[Question, str], ...]:
    """Pairs the questions that an answer says something to with what was written or chosen, in their order."""
    given = answer or {}
    return tuple((each, given[each.id]) for each in questions if each.id in given)


def find_said(answers: Sequence[tuple[Question, str]], kind: QuestionKind) -> str | None:
    """Returns what is said to the question of a kind; None where it was not asked, too."""
    return read_said(next((value for question, value in answers if question.kind is kind), None))


def read_said(text: str | None) -> str | None:
    """Returns the text as it is; None where it is empty, or says that there is nothing."""
    return None if not text or is_plain_no(text) else text
