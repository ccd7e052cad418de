"""Which files there are, and how each version of the json for programs is called. Pure."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

PROJECT_FORMAT: Final = "duet.project"
FORMAT_VERSION: Final = 1
"""Grows when a name goes, or means something else; new names come without it (docs/files.md)."""


class Format(StrEnum):
    XLSX = "xlsx"
    ICS = "ics"
    JSON = "json"


def as_json(facts: Mapping[str, Any]) -> bytes:
    return (json.dumps(facts, ensure_ascii=False, indent=2) + "\n").encode()
