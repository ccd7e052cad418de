"""What a file holds, as JSON and as a table for spreadsheets. Pure."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

BYTE_ORDER_MARK: Final = "\ufeff"  # without it Excel reads Polish letters wrongly
_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Format(StrEnum):
    ICS = "ics"
    CSV = "csv"
    JSON = "json"


def as_json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, indent=2) + "\n"


def as_csv(facts: Mapping[str, Any]) -> str:
    """One fact a row: section, number within the section, field, value."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(["section", "number", "field", "value"])
    for row in _rows(facts):
        table.writerow([defused(cell) for cell in row])
    return BYTE_ORDER_MARK + written.getvalue()


def defused(cell: str) -> str:
    """What a spreadsheet would take for a formula is text. Source: OWASP, CSV injection."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_STARTS_A_FORMULA) else cell


def _rows(facts: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for section, found in facts.items():
        items = found if isinstance(found, list) else [found]
        for number, item in enumerate(items, start=1):
            for field, value in item.items():
                yield section, str(number) if isinstance(found, list) else "", field, _cell(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
