"""Column types, and the naming convention that lets a migration name a constraint."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import JSON, DateTime, Dialect, Enum, Index, String, TypeDecorator, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel
from sqlmodel._compat import SQLModelConfig

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Json = JSON().with_variant(JSONB(), "postgresql")


class PydanticJson(TypeDecorator[Any]):
    """A value of a pydantic model, or of what is made of dataclasses, as JSON: written and read by the same type.

    Raises: ValueError for what another version of Duet has written.
    """

    impl = Json
    cache_ok = True

    def __init__(self, of: Any) -> None:
        super().__init__()
        self.of = of

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.of)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self._adapter.dump_python(value, mode="json", exclude_unset=True)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        try:
            return None if value is None else self._adapter.validate_python(value)
        except ValidationError as error:  # which would show what people wrote
            raise ValueError(f"no {self.of} of this version: {error.error_count()} faults") from None


class Concern(Protocol):
    """What something is said or done about: it belongs to a workspace and, unless None, to a project."""

    @property
    def team_id(self) -> str: ...

    @property
    def project_id(self) -> int | None: ...


def build_sparse_index(table: str, column: str) -> Index:
    """Of a column that may be empty: of the rows that have a value, as whoever asks does not ask for the others."""
    is_set = text(f"{column} IS NOT NULL")
    return Index(f"ix_{table}_{column}", column, sqlite_where=is_set, postgresql_where=is_set)


class Row(SQLModel):
    """Of a table. Rows are not validated: pydantic makes no validator of each at the start."""

    model_config = SQLModelConfig(defer_build=True)


class NumberedRow(Row):
    id: int | None = Field(default=None, primary_key=True)

    @property
    def pk(self) -> int:
        """The id of a stored row."""
        assert self.id is not None
        return self.id


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, in UTC. SQLite drops the zone of a plain DateTime.

    Raises: ValueError for a naive datetime.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is no moment")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def build_enum_type(kind: type[StrEnum], name: str) -> Enum:
    """The type of a column that keeps members of `kind` as their values; a CHECK of that name refuses any other."""
    values = [each.value for each in kind]
    return Enum(kind, name=name, native_enum=False, create_constraint=True, values_callable=lambda _: values)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal number kept as its digits: SQLite would store a float."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)
