"""The audit log: who changed what, when, before → after. The database refuses to change or delete entries."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Field, Session, SQLModel, col, or_, select

from storage.types import Json, UtcDateTime


class AuditEntry(SQLModel, table=True):
    __tablename__ = "audit_log"

    id: int | None = Field(default=None, primary_key=True)
    team_id: str = Field(index=True)
    project_id: int | None = Field(default=None, foreign_key="projects.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str | None  # None: Duet itself
    action: str  # "charter.sent"; the sentence is `log.<action>` in the catalogues
    before: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    after: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


def record(
    session: Session,
    *,
    team_id: str,
    project_id: int | None,
    at: datetime,
    actor: str | None,
    action: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    session.add(
        AuditEntry(
            team_id=team_id,
            project_id=project_id,
            at=at,
            actor=actor,
            action=action,
            before=before or {},
            after=after or {},
        )
    )


def entries(
    session: Session, team_id: str, project_id: int, *, limit: int, offset: int = 0
) -> Sequence[AuditEntry]:
    """Newest first."""
    statement = (
        select(AuditEntry)
        .where(AuditEntry.team_id == team_id, AuditEntry.project_id == project_id)
        .order_by(col(AuditEntry.id).desc())
        .limit(limit)
        .offset(offset)
    )
    return session.exec(statement).all()


def count(session: Session, team_id: str, project_id: int, kinds: Collection[str]) -> int:
    """How many entries there are whose actions begin so: `charter` counts `charter.sent`."""
    statement = select(func.count(col(AuditEntry.id))).where(
        AuditEntry.team_id == team_id,
        AuditEntry.project_id == project_id,
        or_(*(col(AuditEntry.action).startswith(f"{kind}.") for kind in kinds)),
    )
    return session.exec(statement).one()
