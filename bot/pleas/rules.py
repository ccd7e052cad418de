"""A plea: somebody asks whoever may for what they may not do themselves (product §2.11). Pure."""

from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

KEPT: Final = timedelta(minutes=30)
"""So long the button of a refusal works."""
MOST_A_DAY: Final = 10  # pleas of one person
MAX_NOTE: Final = 300
MAX_LABEL: Final = 75
WHOM, NOTE = "whom", "note"  # block ids of the form


class PleaStage(StrEnum):
    """How the message of a plea stands: it offers to run what is asked for only on the day that was meant."""

    RUNNABLE = "runnable"
    TOLD = "told"  # it never had the button
    LAPSED = "lapsed"
    DONE = "done"


class Wish(BaseModel):
    """What was tried: a command, by its own name and with its own words, or what stood on a button or a form."""

    model_config = ConfigDict(defer_build=True, frozen=True)

    command: str = ""
    args: tuple[dict[str, Any], ...] = ()  # as handlers read them
    typed: str = ""  # the same words as people see them
    is_runnable: bool = False  # it neither deletes nor ends anything
    label: str = ""


class Refused(BaseModel):
    """A refusal as it is kept for whoever asks for it after all: who may, in the order in which they are asked."""

    model_config = ConfigDict(defer_build=True, frozen=True)

    wish: Wish
    may: tuple[str, ...]
    project_id: int | None
