"""Days as people type them: `2026-12-24`, `24.12`, `24.12.2026` (product §2.4). Pure."""

import re
from datetime import date

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_DOTTED = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})(?:\.(?P<year>\d{4})?)?")


def parse_day(text: str, *, today: date) -> date | None:
    """None for what is no day. Without a year the next such day is meant, today included."""
    found = _ISO.fullmatch(text.strip()) or _DOTTED.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = found["year"], int(found["month"]), int(found["day"])
    for candidate in (int(year),) if year else range(today.year, today.year + 9):  # 29 February
        try:
            read = date(candidate, month, day)
        except ValueError:
            continue
        if year or read >= today:
            return read
    return None
