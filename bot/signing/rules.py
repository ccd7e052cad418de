"""What two sides make of one request: the rules of signing (product §4.2, §4.3, §4.8). Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from bot.projects.rules import Side


class Answer(StrEnum):
    SIGN = "sign"
    TALK = "talk"
    DECLINE = "decline"


NEEDS_REASON: Final = frozenset({Answer.DECLINE})


def is_agreed(answers: Mapping[str, str]) -> bool:
    """`answers` by side. Both have said yes; one person cannot have said both."""
    return all(answers.get(side) == Answer.SIGN for side in Side)


def side_of(user_id: str, *, it: str, marketing: str) -> Side | None:
    """For which side the person signs, if for any."""
    return {it: Side.IT, marketing: Side.MARKETING}.get(user_id)
