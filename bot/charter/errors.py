"""Why a charter is not drafted, changed, sent or signed; facts for one sentence each."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from bot.runtime.errors import UserError
from bot.ui.texts import person_mention


@dataclass(eq=False)
class FieldError(UserError):
    """Something is wrong with one field of the form."""

    field: str | None = None
    text_key: ClassVar[str] = "error.form"


class Empty(FieldError):
    text_key = "error.field.empty"


@dataclass(eq=False)
class TooLong(FieldError):
    limit: int = 0
    text_key: ClassVar[str] = "error.field.too_long"


class SamePerson(FieldError):
    text_key = "error.field.same_person"


class BothSides(FieldError):
    text_key = "error.field.both_sides"


@dataclass(eq=False)
class ProjectEndBeforeStart(FieldError):
    start: date = date.min
    text_key: ClassVar[str] = "error.field.end_before_start"


class EndInPast(FieldError):
    text_key = "error.field.end_in_past"


class MeasuredTooEarly(FieldError):
    text_key = "error.field.measured_too_early"


class NoChangeMeasured(FieldError):
    text_key = "error.field.no_change_measured"


class Unknown(FieldError):
    """A value that the form does not offer: forged, or no longer offered."""

    text_key = "error.field.unknown"


@dataclass(eq=False)
class MilestonesOutside(FieldError):
    """They would lie before the start, or after the end: they are moved or dropped first."""

    titles: str = ""
    text_key: ClassVar[str] = "error.field.milestones_outside"


@dataclass(eq=False)
class StaleCharter(UserError):
    """The charter moved on since the form or button was drawn (product §4.5)."""

    project_id: int
    seen: int
    current: int
    text_key = "error.stale_charter"


@dataclass(eq=False)
class SeatNotFilled(UserError):
    """Somebody named in the charter cannot take part any more."""

    user_id: str
    text_key = "error.seat_not_filled"

    def build_facts(self) -> dict[str, Any]:
        return {"who": person_mention(self.user_id)}


class CharterMovedOn(UserError):
    """Somebody changed what needs no signature since the form was opened: it would be undone."""

    text_key = "error.stale_charter"


class FirstStepMovedOn(UserError):
    """The first step was sent again elsewhere: this second one belongs to another."""

    text_key = "error.first_step_moved_on"


class OtherSidesLead(UserError):
    """Each side names its own lead (product §4.4)."""

    text_key = "error.other_sides_lead"
