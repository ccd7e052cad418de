"""A bare number typed while a check-in asks somebody: an answer on a scale, or none yet (product §2.9)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.checkins.open_prompts import OpenPrompt
from bot.checkins.rules import SCALE, Question, QuestionKind

_NUMBER: Final = re.compile(
    r"(?P<value>[0-9]{1,9})(?P<fraction>[.,][0-9]{1,9})?(?: ?/ ?(?P<of>[0-9]{1,9}))?(?P<percent> ?%)?"
)


@dataclass(frozen=True)
class NumberReading:
    """`prompts` ask for a number; `answer` is what it says to `question`, the only open scale among them."""

    prompts: Sequence[OpenPrompt]
    scale: tuple[OpenPrompt, Question] | None  # None, too, where there are several
    answer: str | None  # None where the number is not on that scale


def read_bare_number(words: str, prompts: Sequence[OpenPrompt]) -> NumberReading | None:
    """None for what is more than a number, and where no prompt asks for one: there it is a word like others."""
    number = _NUMBER.fullmatch(" ".join(words.split()))
    asking = [each for each in prompts if each.asks_measure or any(map(list_scale, each.questions))]
    if number is None or not asking:
        return None
    scales = [
        (prompt, question) for prompt in asking for question in prompt.questions if _is_open(prompt, question)
    ]
    scale = scales[0] if len(scales) == 1 else None
    return NumberReading(asking, scale, None if scale is None else _find_choice(number, list_scale(scale[1])))


def list_scale(question: Question) -> tuple[str, ...]:
    """The numbers that may be chosen; empty for a question that is no scale."""
    if question.kind is QuestionKind.SCALE:
        return SCALE
    return question.choices if all(map(str.isdecimal, question.choices)) else ()


def _is_open(found: OpenPrompt, question: Question) -> bool:
    return bool(list_scale(question)) and question.id not in (found.prompt.answer or {})


def _find_choice(number: re.Match[str], scale: Sequence[str]) -> str | None:
    """`4` and `4/5` are both the 4 of 1 to 5."""
    if number["fraction"] or number["percent"] or number["of"] not in (None, scale[-1]):
        return None
    return number["value"] if number["value"] in scale else None
