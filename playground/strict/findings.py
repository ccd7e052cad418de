"""The list of what is wrong, and the small checks everything else is made of."""

from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]
PLAIN = ("plain_text",)
ANY_TEXT = ("plain_text", "mrkdwn")


class Findings:
    """Collects problems in Slack's own form: `must be … [json-pointer:/blocks/0/text]`."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.too_long = False  # the characters of all blocks together: another error code

    def say(self, where: str, what: str) -> None:
        self.problems.append(f"{what} [json-pointer:{where}]")

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


Check = Callable[[Findings, Any, str], None]
"""Says what is wrong with a value that stands at that pointer."""


def check_string(most: int, least: int = 1) -> Check:
    def check(found: Findings, value: Any, where: str) -> None:
        if not isinstance(value, str):
            found.say(where, "must be a string")
        elif len(value) > most:
            found.say(where, f"must be no more than {most} characters (is {len(value)})")
        elif len(value) < least:
            found.say(where, f"must be more than {least - 1} characters")

    return check


def check_text(most: int, kinds: tuple[str, ...] = PLAIN) -> Check:
    """A text object of one of the kinds, neither empty nor too long."""
    string = check_string(most)

    def check(found: Findings, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            found.say(where, "must be a text object")
            return
        kind = value.get("type")
        if kind not in kinds:
            found.say(f"{where}/type", f"must be one of: {', '.join(kinds)}")
        extra = {"plain_text": "emoji", "mrkdwn": "verbatim"}.get(str(kind), "")
        for key in value.keys() - {"type", "text", extra}:
            found.say(where, f"invalid additional property: {key}")
        string(found, value.get("text"), f"{where}/text")
        if not str(value.get("text") or "x").strip():
            found.say(f"{where}/text", "must not be blank")

    return check


def check_one_of(*choices: str) -> Check:
    def check(found: Findings, value: Any, where: str) -> None:
        if value not in choices:
            found.say(where, f"must be one of: {', '.join(sorted(choices))}")

    return check


def check_items(most: int, item_check: Check) -> Check:
    def check(found: Findings, value: Any, where: str) -> None:
        for index, item in enumerate(found.items(value, where, most=most)):
            item_check(found, item, f"{where}/{index}")

    return check


def check_object(required: Mapping[str, Check | None], optional: Mapping[str, Check | None] | None = None) -> Check:
    """Missing keys, keys that Slack does not know, and what the others hold; None: whatever they hold."""
    checks = {**required, **(optional or {})}

    def check(found: Findings, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            found.say(where, "must be an object")
            return
        for key in required:
            if value.get(key) is None:
                found.say(where, f"missing required field: {key}")
        for key in value.keys() - checks.keys() - {"type", "block_id"}:
            found.say(where, f"invalid additional property: {key}")
        for key, inner in checks.items():
            if inner is not None and key in value:
                inner(found, value[key], f"{where}/{key}")

    return check
