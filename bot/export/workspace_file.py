"""All that Duet holds of a workspace, table by table, for whoever runs it: to read, to check, to take along.

As it is stored, without what no file may have (product §11.2): who has answered an open pulse, and its counts.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlmodel import Session

from storage.whole import list_workspace_rows, list_workspace_tables

FORMAT: Final = "duet.workspace"
VERSION: Final = 1
LEFT_OUT: Final[Mapping[str, str]] = {
    "pulse_respondents": "in no file and no backup (product §11.2)",
    "pulse_tallies": "counts of an open pulse: in no file (product §11.2)",
    **dict.fromkeys(("installations", "install_states"), "Duet's own keys to the workspace, sealed or not"),
    "seen_requests": "replies that are kept for a day, in case Slack sends a request again",
}
"""Tables that are in no such file, and why."""


def write_workspace_file(session: Session, *, team_id: str, now: datetime) -> Iterator[str]:
    """Its lines: a row a line, so that it can be read though it is large."""
    head = {"format": FORMAT, "version": VERSION, "made_at": now, "workspace": team_id, "left_out": LEFT_OUT}
    yield _write(head)[:-1] + ', "tables": {\n'
    names = [table.name for table in list_workspace_tables() if table.name not in LEFT_OUT]
    for at, name in enumerate(names):
        rows = ",\n".join(_write(row) for row in list_workspace_rows(session, name, team_id))
        yield f'"{name}": [\n{rows}\n]{"," if at < len(names) - 1 else ""}\n'
    yield "}}\n"


def _write(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, default=_write_odd)


def _write_odd(value: Any) -> str:
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
    raise TypeError(f"no JSON of {type(value).__name__}")
