"""Rows of a workspace as they are stored, whatever table they are in."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import JSON, ColumnElement, RowMapping, Table, select, type_coerce
from sqlmodel import Session, SQLModel

from storage.types import PydanticJson

_TEAM: Final = "team_id"
OF_NO_WORKSPACE: Final = {"install_states": "an installation that Slack has not sent back yet, for ten minutes"}
"""Tables whose rows are of no workspace, and why. All others have the workspace in a column, or point at a row that
does.
"""


def list_workspace_tables() -> list[Table]:
    """All that hold rows of a workspace; a row's table after those it refers to."""
    return [table for table in SQLModel.metadata.sorted_tables if table.name not in OF_NO_WORKSPACE]


def is_of_workspace(table: Table, team_id: str) -> ColumnElement[bool]:
    """Which of a table's rows are the workspace's: by their own column, else by the row that they belong to.

    Raises: LookupError for a table that is keyed neither way.
    """
    if _TEAM in table.c:
        return table.c[_TEAM] == team_id
    for key in sorted(SQLModel.metadata.tables[table.name].foreign_keys, key=lambda key: key.parent.name):
        parent = key.column.table
        if _TEAM in parent.c:
            return table.c[key.parent.name].in_(select(key.column).where(parent.c[_TEAM] == team_id))
    raise LookupError(f"{table.name} does not say of which workspace its rows are")


def list_workspace_rows(session: Session, name: str, team_id: str) -> Sequence[dict[str, Any]]:
    """By their keys. JSON as it is stored, also what another version of Duet has written."""
    of = SQLModel.metadata.tables[name]
    raw = [
        type_coerce(each, JSON).label(each.name) if isinstance(each.type, PydanticJson) else each for each in of.c
    ]
    statement = select(*raw).where(is_of_workspace(of, team_id)).order_by(*of.primary_key)
    rows: Sequence[RowMapping] = session.execute(statement).mappings().all()
    return [dict(row) for row in rows]
