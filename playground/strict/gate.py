"""The door that everything the app shows must pass: messages, views, answers to interactions."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from playground.errors import ApiError
from playground.strict.findings import Findings, Json
from playground.strict.surfaces import check_message, check_view

TEXT_CHARACTERS = 40_000
EDIT_BYTES = 4_000  # of the text of chat.update, in UTF-8: measured by others, its page says characters


@dataclass(frozen=True)
class Violation:
    where: str  # a method, or "ack of slash_commands", "response_url", …
    code: str  # Slack's error code
    problems: tuple[str, ...]


class SecondOpinion:
    """JSON Schemas generated from Slack's own TypeScript types: they check shapes, not lengths.

    The tests give their folder, `tests/schemas`; an installed playground has none. Raises `FileNotFoundError` if
    the folder lacks a schema.
    """

    def __init__(self, folder: Path) -> None:
        self._message = _load_validator(folder / "slack-message.schema.json")
        self._view = _load_validator(folder / "slack-view.schema.json")

    def of_message(self, text: str, blocks: list[Json]) -> list[str]:
        # `data_visualization` is newer than the types.
        known = [block for block in blocks if block.get("type") != "data_visualization"]
        return _list_problems(self._message, {"text": text, "blocks": known})

    def of_view(self, view: Json) -> list[str]:
        return _list_problems(self._view, view)


@cache
def _load_validator(path: Path) -> Any:
    import jsonschema_rs  # a development dependency: only who gives a folder needs it

    return jsonschema_rs.validator_for(json.loads(path.read_text(encoding="utf-8")))


def _list_problems(validator: Any, instance: Json) -> list[str]:
    return [
        f"schema: {error.message[:300]} [json-pointer:/{'/'.join(map(str, error.instance_path))}]"
        for error in validator.iter_errors(instance)
    ]


class Gate:
    """Refuses, and remembers what it refused, so that a test session can end with "and there was none"."""

    def __init__(self, second_opinion: SecondOpinion | None) -> None:
        self._second_opinion = second_opinion
        self.violations: list[Violation] = []

    def refuse(self, where: str, code: str, *problems: str) -> ApiError:
        """Notes the violation; the caller raises what is returned."""
        self.violations.append(Violation(where, code, problems))
        listed = [f"[ERROR] {problem}" for problem in problems]
        return ApiError(code, errors=list(problems), response_metadata={"messages": listed})

    def message(self, where: str, text: Any, blocks: Any, *, is_edit: bool = False) -> tuple[str, list[Json]]:
        """What may be posted. Stricter than Slack: blocks without a `text` are refused as well, because
        `text` is what notifications and screen readers have.

        Raises: `ApiError` no_text, msg_too_long, invalid_blocks_format, invalid_blocks,
        msg_blocks_too_long.
        """
        if not isinstance(text, str) or not text.strip():
            raise self.refuse(where, "no_text", "text must be given, also as the fallback of blocks")
        size, most, unit = len(text), TEXT_CHARACTERS, "characters"
        if is_edit:
            size, most, unit = len(text.encode()), EDIT_BYTES, "bytes"
        if size > most:
            raise self.refuse(where, "msg_too_long", f"text has {size} of at most {most} {unit}")
        listed = self._decoded(where, blocks)
        if listed:
            found = check_message(listed)
            extra = [] if self._second_opinion is None else self._second_opinion.of_message(text, listed)
            self._settle(where, found, extra, code="invalid_blocks", too_long="msg_blocks_too_long")
        return text, listed

    def view(self, where: str, view: Any) -> Json:
        """Raises: `ApiError` invalid_arguments, view_too_large."""
        try:
            body = json.loads(view) if isinstance(view, str) else view
        except ValueError:
            raise self.refuse(where, "invalid_arguments", "view is not JSON") from None
        found = check_view(body)
        extra = self._second_opinion.of_view(body) if self._second_opinion and isinstance(body, dict) else []
        self._settle(where, found, extra, code="invalid_arguments", too_long="view_too_large")
        return dict(body)

    def _decoded(self, where: str, blocks: Any) -> list[Json]:
        try:
            decoded = json.loads(blocks) if isinstance(blocks, str) else blocks
        except ValueError:
            raise self.refuse(where, "invalid_blocks_format", "blocks is not JSON") from None
        if not decoded:
            return []
        if not isinstance(decoded, list) or not all(isinstance(each, dict) for each in decoded):
            raise self.refuse(where, "invalid_blocks_format", "blocks is not an array of objects")
        return decoded

    def _settle(self, where: str, found: Findings, extra: list[str], *, code: str, too_long: str) -> None:
        problems = [*found.problems, *extra]
        if problems:
            raise self.refuse(where, code, *problems)
        if found.too_long:
            raise self.refuse(where, too_long, "too many characters in all")
