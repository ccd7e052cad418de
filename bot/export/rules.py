"""Which files there are. Pure."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Format(StrEnum):
    XLSX = "xlsx"
    ICS = "ics"
    JSON = "json"


def as_json(facts: Mapping[str, Any]) -> bytes:
    return (json.dumps(facts, ensure_ascii=False, indent=2) + "\n").encode()
