"""All tables. Only the composition root and Alembic need them all at once."""

from sqlmodel import SQLModel

from storage import (
    audit,
    deliveries,
    notices,
    people,
    projects,
    register,
    requests,
    signing,
    team,
    timers,
    timetable,
)

__all__ = [
    "audit",
    "deliveries",
    "metadata",
    "notices",
    "people",
    "projects",
    "register",
    "requests",
    "signing",
    "team",
    "timers",
    "timetable",
]

metadata = SQLModel.metadata
