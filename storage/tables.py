"""All tables. Only the composition root and Alembic need them all at once."""

from sqlmodel import SQLModel

from storage import (
    audit,
    checkins,
    deliveries,
    idempotency,
    notices,
    people,
    projects,
    register,
    signing,
    team,
    timers,
    timetable,
)

__all__ = [
    "audit",
    "checkins",
    "deliveries",
    "idempotency",
    "metadata",
    "notices",
    "people",
    "projects",
    "register",
    "signing",
    "team",
    "timers",
    "timetable",
]

metadata = SQLModel.metadata
