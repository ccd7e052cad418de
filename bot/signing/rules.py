"""What two sides make of one request: the rules of signing (product §4.2, §4.3, §4.6–4.8). Pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from bot.parsing.folding import has_visible_text
from bot.projects.rules import Side
from bot.runtime.errors import Refusal
from bot.ui.components import MAX_REASON
from bot.ui.mrkdwn import clean_text


class RequestState(StrEnum):
    OPEN = "open"
    AGREED = "agreed"
    VOID = "void"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class SigningAnswer(StrEnum):
    SIGN = "sign"
    TALK = "talk"
    DECLINE = "decline"


NEEDS_REASON: Final = frozenset({SigningAnswer.DECLINE})
REMIND_AFTER: Final = (2, 5, 8)  # working days
LAPSE_AFTER_DAYS: Final = 30
TALK_REMIND_AFTER: Final = 5  # working days
MAX_DEPUTY_DAYS: Final = 366


class StaleRequest(Refusal):
    """The request is void: what it asked to sign has changed since (product §4.5)."""

    def __init__(self, request_id: int) -> None:
        super().__init__("error.stale_request")
        self.request_id = request_id


def require_open_state(state: RequestState, *, request_id: int) -> None:
    """Raises: StaleRequest, Refusal."""
    match state:
        case RequestState.AGREED:
            raise Refusal("error.already_agreed")
        case RequestState.LAPSED | RequestState.WITHDRAWN:
            raise Refusal("error.no_longer_asked")
        case RequestState.VOID:
            raise StaleRequest(request_id)


def has_both_signatures(answers: Mapping[Side, str]) -> bool:
    """`answers` by side. Both have said yes; one person cannot have said both."""
    return all(answers.get(side) == SigningAnswer.SIGN for side in Side)


def needs_discussion(answers: Mapping[Side, str]) -> bool:
    """One side wants to talk, or both have answered and not both with a yes (product §4.7)."""
    return SigningAnswer.TALK in answers.values() or (
        len(answers) == len(Side) and not has_both_signatures(answers)
    )


def is_deputy_day(today: date, *, from_day: date, until_day: date) -> bool:
    """Whether a deputy signs on this day, in the executive's own zone."""
    return from_day <= today <= until_day


def read_reason(reason: str | None, *, needed: bool) -> str | None:
    """Raises: Refusal."""
    words = clean_text(reason or "").strip() or None
    if needed and not has_visible_text(words or ""):
        raise Refusal("error.reason_needed", field="reason")
    if words is not None and len(words) > MAX_REASON:
        raise Refusal("error.field.too_long", field="reason", limit=MAX_REASON)
    return words
