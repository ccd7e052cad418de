"""Where SQLite and PostgreSQL say the same thing in modules of their own."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_into(session: Session, table: type[SQLModel]) -> Any:
    """An INSERT that takes `on_conflict_do_nothing` and `on_conflict_do_update`."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
