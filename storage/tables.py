"""All tables. Only the composition root and Alembic need them all at once."""

from sqlmodel import SQLModel

from storage import (
    audit,
    checkins,
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
    "checkins",
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
