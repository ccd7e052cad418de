"""Why a project is not paused, withdrawn, or taken back; facts for one sentence each."""

from dataclasses import dataclass
from datetime import date

from bot.runtime.errors import UserError


@dataclass(eq=False)
class PauseLength(UserError):
    """From tomorrow on, and thirty days at most."""

    latest: date
    text_key = "error.pause_length"
    field = "until"


class NotWithdrawn(UserError):
    text_key = "error.not_withdrawn"


@dataclass(eq=False)
class TakenBackByAnother(UserError):
    """Whoever withdrew takes it back: nobody is held in a partnership."""

    text_key = "error.taken_back_by_another"
