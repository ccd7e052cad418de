"""The documented schemas of the json files. Written anew by `python -m tests.export.schemas`."""

import json
from pathlib import Path
from typing import Any

from bot.declarations import SECTIONS
from bot.export.person_file import build_person_type
from bot.export.project_file import build_project_type, write_schema

FOLDER = Path(__file__).parents[2] / "docs" / "files"


def build_schemas() -> dict[str, dict[str, Any]]:
    """By the file's name."""
    return {
        "project.schema.json": write_schema(build_project_type(tuple(SECTIONS.values()))),
        "person.schema.json": write_schema(build_person_type()),
    }


def render_schema(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    for name, schema in build_schemas().items():
        (FOLDER / name).write_text(render_schema(schema), "utf-8")
