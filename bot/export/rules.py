"""What a file holds, as JSON and as a table for spreadsheets. Pure."""

import csv
import io
import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

BYTE_ORDER_MARK: Final = "\ufeff"  # without it Excel reads Polish letters wrongly
_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


class Format(StrEnum):
    ICS = "ics"
    CSV = "csv"
    JSON = "json"


def as_json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, indent=2, default=str) + "\n"


def as_csv(facts: Mapping[str, Any]) -> str:
    """One table below the other, each with its name, a line of headings, and an empty line after it."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    for name, found in facts.items():
        rows = found if isinstance(found, list) else [found]
        if rows:
            lines.writerow([name])
            lines.writerow(list(rows[0]))
            lines.writerows([_format_cell(value) for value in row.values()] for row in rows)
            lines.writerow([])
    return BYTE_ORDER_MARK + written.getvalue()


def defuse_formula(cell: str) -> str:
    """What a spreadsheet would take for a formula is text; a number is one. Source: OWASP, CSV injection."""
    begins = cell.lstrip(" ").startswith(_STARTS_A_FORMULA)
    return f"'{cell}" if begins and not _NUMBER.fullmatch(cell) else cell


def _format_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return defuse_formula("; ".join(map(str, value)))
    if isinstance(value, dict):
        return defuse_formula(json.dumps(value, ensure_ascii=False))
    return defuse_formula(str(value))
