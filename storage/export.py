"""All rows that a project has of one kind, for whoever takes them along."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, select

Row = TypeVar("Row", bound=SQLModel)


def list_rows_of_project(session: Session, row: type[Row], team_id: str, project_id: int) -> Sequence[Row]:
    """Oldest first. `row` has `team_id` and `project_id`."""
    columns: Any = row
    statement = select(row).where(columns.team_id == team_id, columns.project_id == project_id)
    return session.exec(statement.order_by(*inspect(row).primary_key)).all()
