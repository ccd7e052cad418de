"""The two ways in which the playground says no."""

from typing import Any


class ApiError(Exception):
    """A refusal of the Web API, answered as `{"ok": false, "error": code, **details}`."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    @property
    def answer(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, **self.details}


class CannotDo(Exception):
    """Slack's client would not let a person do this: no such button, field, channel, or too long a text."""


class Incomplete(CannotDo):
    """A form that Slack's client does not send; the person sees why at the fields."""
