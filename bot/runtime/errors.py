"""The error tree. Errors carry facts; the sentence is made at the edge, in the person's language."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any, ClassVar


class UserError(Exception):
    """Something a person can put right: nothing was changed, and they are told why.

    Subclasses are dataclasses of facts. `text_key` names the sentence in the catalogues, which may use
    the facts as placeholders. `field` is the form field (block id) that the error belongs to, if any.
    """

    text_key: ClassVar[str]
    field: str | None = None

    def facts(self) -> dict[str, Any]:
        if not is_dataclass(self):
            return {}
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "field"}


class NotFound(UserError):
    """The thing does not exist, or this person may not know that it does."""

    text_key = "error.not_found"


class NotAllowed(UserError):
    """The thing is visible to this person, but doing this with it is not theirs."""

    text_key = "error.not_allowed"


class Busy(UserError):
    """The database could not be had in time."""

    text_key = "error.busy"


class FormErrors(UserError):
    """Several fields of a form are wrong; at least one."""

    text_key = "error.form"

    def __init__(self, errors: Sequence[UserError]) -> None:
        super().__init__(errors)
        self.errors = tuple(errors)
