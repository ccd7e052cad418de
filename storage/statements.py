"""Statements that are the same for any table."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, select

from storage.types import NumberedRow

Numbered = TypeVar("Numbered", bound=NumberedRow)
Row = TypeVar("Row", bound=SQLModel)


def insert_into(session: Session, table: type[SQLModel]) -> Any:
    """An INSERT that takes `on_conflict_do_nothing` and `on_conflict_do_update`."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def list_rows_of_project(session: Session, row: type[Row], team_id: str, project_id: int) -> Sequence[Row]:
    """All that a project has of one kind, oldest first. `row` has `team_id` and `project_id`."""
    statement = select(row).filter_by(team_id=team_id, project_id=project_id)
    return session.exec(statement.order_by(*inspect(row).primary_key)).all()


def build_finder(kind: type[Numbered], *, anew: bool = False) -> Callable[[Session, str, int], Numbered | None]:
    """A function of session, workspace and number; `anew`: what was read of the row before counts no more."""

    def find_row(session: Session, team_id: str, number: int) -> Numbered | None:
        statement = select(kind).filter_by(team_id=team_id, id=number)
        return session.exec(statement.execution_options(populate_existing=anew)).first()

    return find_row
