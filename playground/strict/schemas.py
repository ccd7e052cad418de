"""A second opinion: JSON Schemas generated from Slack's own TypeScript types.

They check shapes, not lengths. The tests give their folder, `tests/schemas`; an installed playground has none.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from playground.strict.findings import Json


class SecondOpinion:
    """Raises `FileNotFoundError` if the folder lacks a schema."""

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
