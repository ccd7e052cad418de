"""Rows of a workspace as they are stored, whatever table they are in."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, RowMapping, select, type_coerce
from sqlmodel import Session, SQLModel

from storage.types import PydanticJson


def list_tables() -> list[str]:
    """All that belong to a workspace; a row's table after those it refers to."""
    return [table.name for table in SQLModel.metadata.sorted_tables if "team_id" in table.c]


def list_workspace_rows(session: Session, name: str, team_id: str) -> Sequence[dict[str, Any]]:
    """By their keys. JSON as it is stored, also what another version of Duet has written."""
    of = SQLModel.metadata.tables[name]
    raw = [
        type_coerce(each, JSON).label(each.name) if isinstance(each.type, PydanticJson) else each for each in of.c
    ]
    statement = select(*raw).where(of.c["team_id"] == team_id).order_by(*of.primary_key)
    rows: Sequence[RowMapping] = session.execute(statement).mappings().all()
    return [dict(row) for row in rows]
