"""Why a seat is not left, filled or objected to; facts for one sentence each."""

from dataclasses import dataclass
from typing import Any

from bot.runtime.errors import UserError
from bot.ui.texts import person_mention


class NotAnAdmin(UserError):
    text_key = "error.not_an_admin"


class NoSeat(UserError):
    """Nobody's seat is vacant there, and the person named holds none."""

    text_key = "error.no_seat"
    field = "left"


@dataclass(eq=False)
class ObjectedTooLate(UserError):
    text_key = "error.objected_too_late"


@dataclass(eq=False)
class StillHere(UserError):
    """Whoever sits there already, and has not left."""

    who: str
    text_key = "error.successor_is_leaver"
    field = "successor"

    def build_facts(self) -> dict[str, Any]:
        return {"who": person_mention(self.who)}
