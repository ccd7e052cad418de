"""The list of what is wrong, and the small checks everything else is made of."""

from collections.abc import Iterable, Sequence
from typing import Any

Json = dict[str, Any]


class Findings:
    """Collects problems in Slack's own form: `must be … [json-pointer:/blocks/0/text]`."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.too_long = False  # the characters of all blocks together: another error code

    def say(self, where: str, what: str) -> None:
        self.problems.append(f"{what} [json-pointer:{where}]")

    def keys(self, thing: Json, where: str, *, required: Iterable[str], allowed: Iterable[str] = ()) -> None:
        """Missing keys, and keys that Slack does not know."""
        known = {"type", "block_id", *required, *allowed}
        for key in required:
            if key not in thing or thing[key] is None:
                self.say(where, f"missing required field: {key}")
        for key in thing.keys() - known:
            self.say(where, f"invalid additional property: {key}")

    def string(self, value: Any, where: str, *, most: int, least: int = 1) -> None:
        if not isinstance(value, str):
            self.say(where, "must be a string")
        elif len(value) > most:
            self.say(where, f"must be no more than {most} characters (is {len(value)})")
        elif len(value) < least:
            self.say(where, f"must be more than {least - 1} characters")

    def items(self, value: Any, where: str, *, most: int, least: int = 1) -> list[Json]:
        """The items if they are a list of objects; nothing otherwise, said."""
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.say(where, "must be an array of objects")
            return []
        if len(value) > most:
            self.say(where, f"no more than {most} items allowed (are {len(value)})")
        if len(value) < least:
            self.say(where, f"must have at least {least} item" + ("s" if least > 1 else ""))
        return value

    def text(self, value: Any, where: str, *, most: int, kinds: Sequence[str] = ("plain_text",)) -> None:
        """A text object of one of the kinds, neither empty nor too long."""
        if not isinstance(value, dict):
            self.say(where, "must be a text object")
            return
        kind = value.get("type")
        if kind not in kinds:
            self.say(f"{where}/type", f"must be one of: {', '.join(kinds)}")
        extra = {"plain_text": "emoji", "mrkdwn": "verbatim"}.get(str(kind), "")
        for key in value.keys() - {"type", "text", extra}:
            self.say(where, f"invalid additional property: {key}")
        self.string(value.get("text"), f"{where}/text", most=most)
        if not str(value.get("text") or "x").strip():
            self.say(f"{where}/text", "must not be blank")

    def one_of(self, value: Any, where: str, allowed: Iterable[str]) -> None:
        choices = sorted(allowed)
        if value not in choices:
            self.say(where, f"must be one of: {', '.join(choices)}")


PLAIN = ("plain_text",)
ANY_TEXT = ("plain_text", "mrkdwn")
