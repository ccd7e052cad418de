"""The audit log: who changed what, when, before → after. The database refuses to change or delete entries."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Field, Session, SQLModel, col, or_, select

from storage.types import Json, UtcDateTime

_LOGGED = "logged_in"  # of a session's `info`


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


def record_audit_entry(
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
    session.info.setdefault(_LOGGED, set()).add(project_id)


def project_ids_of_new_entries(session: Session) -> list[int | None]:
    """In whose log this session has made entries; None: in that of no project."""
    return sorted(session.info.get(_LOGGED, ()), key=lambda project_id: project_id or 0)


def newest_entry_id(session: Session, team_id: str, project_ids: Collection[int | None]) -> int:
    """The id of the newest entry in the logs of these projects (None: of no project), 0 if there is none."""
    places = [AuditEntry.project_id == each for each in project_ids]
    statement = select(func.coalesce(func.max(col(AuditEntry.id)), 0)).where(
        AuditEntry.team_id == team_id, or_(*places)
    )
    return session.exec(statement).one() or 0


def list_audit_entries(
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


def count_audit_entries(session: Session, team_id: str, project_id: int, kinds: Collection[str]) -> int:
    """How many entries there are whose actions begin so: `charter` counts `charter.sent`."""
    statement = select(func.count(col(AuditEntry.id))).where(
        AuditEntry.team_id == team_id,
        AuditEntry.project_id == project_id,
        or_(*(col(AuditEntry.action).startswith(f"{kind}.") for kind in kinds)),
    )
    return session.exec(statement).one()
