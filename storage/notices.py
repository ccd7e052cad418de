"""Routine items waiting to be gathered into one message per audience."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func
from sqlmodel import Field, Session, col, select

from storage.types import Json, NumberedRow, UtcDateTime


class Notice(NumberedRow, table=True):
    __tablename__ = "notices"

    team_id: str = Field(index=True)
    audience: str = Field(index=True)  # "person:U1" | "project:7"
    kind: str
    subject: str | None = None  # what it is about: withdrawn when that is no longer so
    project_id: int | None = Field(default=None, foreign_key="projects.id")
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_in: str | None = None  # the key of the delivery
    failed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # it cannot be rendered, and is left out


def list_waiting_notices(session: Session, team_id: str, audience: str) -> Sequence[Notice]:
    """Oldest first; without what could not be rendered."""
    statement = (
        select(Notice)
        .filter_by(team_id=team_id, audience=audience, sent_at=None, failed_at=None)
        .order_by(col(Notice.id))
    )
    return session.exec(statement).all()


def find_notice(session: Session, team_id: str, notice_id: int) -> Notice | None:
    return session.exec(select(Notice).filter_by(team_id=team_id, id=notice_id)).first()


def list_unread_of_subject(
    session: Session, team_id: str, audience: str, kind: str, subject: str
) -> Sequence[Notice]:
    """What waits for an audience about one subject; newest first."""
    session.flush()
    statement = select(Notice).filter_by(
        team_id=team_id, audience=audience, kind=kind, subject=subject, sent_at=None, failed_at=None
    )
    return session.exec(statement.order_by(col(Notice.id).desc())).all()


def mark_told_in_message(session: Session, notice_ids: Collection[int], *, told_in: str, now: datetime) -> None:
    session.flush()
    for row in session.exec(select(Notice).where(col(Notice.id).in_(notice_ids))):
        row.sent_at, row.told_in = now, told_in
    session.flush()


def count_failed_notices(session: Session, team_id: str) -> int:
    """How many could not be rendered, as long as they are kept."""
    statement = select(func.count()).select_from(Notice)
    return session.exec(statement.where(Notice.team_id == team_id, col(Notice.failed_at).is_not(None))).one()


def list_failed_notices(session: Session) -> Sequence[Notice]:
    """Of all workspaces: for whoever runs Duet."""
    return session.exec(select(Notice).where(col(Notice.failed_at).is_not(None)).order_by(col(Notice.id))).all()


def list_unread_notices(
    session: Session, team_id: str, audiences: Collection[str], kind: str, subjects: str
) -> Sequence[Notice]:
    """What waits for audiences, of all subjects that begin so; oldest first."""
    session.flush()
    statement = select(Notice).where(
        Notice.team_id == team_id,
        col(Notice.audience).in_(audiences),
        Notice.kind == kind,
        col(Notice.subject).startswith(subjects, autoescape=True),
        col(Notice.sent_at).is_(None),
    )
    return session.exec(statement.order_by(col(Notice.id))).all()


def withdraw_waiting_notices(session: Session, team_id: str, kinds: str | Collection[str], *subjects: str) -> int:
    """Forgets what waits to be told of these and is no longer true. Returns how many there were."""
    session.flush()
    of_these = col(Notice.kind).in_([kinds] if isinstance(kinds, str) else kinds), col(Notice.subject).in_(subjects)
    deleted = session.execute(delete(Notice).filter_by(team_id=team_id, sent_at=None).where(*of_these))
    return int(deleted.rowcount)  # type: ignore[attr-defined]


def list_unsent_notices(session: Session, team_id: str, kind: str, subject: str) -> Sequence[Notice]:
    """What waits to be told of it, whoever the audience is; oldest first."""
    session.flush()
    statement = select(Notice).filter_by(team_id=team_id, kind=kind, subject=subject, sent_at=None, failed_at=None)
    return session.exec(statement.order_by(col(Notice.id))).all()


def list_told_notices(session: Session, team_id: str, kind: str, subject: str) -> Sequence[Notice]:
    """What messages have told of it, as long as it is kept."""
    statement = select(Notice).where(
        Notice.team_id == team_id,
        Notice.kind == kind,
        Notice.subject == subject,
        col(Notice.told_in).is_not(None),
    )
    return session.exec(statement.order_by(col(Notice.id))).all()


def list_audiences(session: Session, team_id: str, kind: str, subject: str, *, is_waiting: bool) -> set[str]:
    """Who is still to be told of it; if not `is_waiting`, also who has been, as long as that is kept."""
    session.flush()
    statement = select(Notice.audience).filter_by(team_id=team_id, kind=kind, subject=subject)
    return set(session.exec(statement.where(col(Notice.sent_at).is_(None)) if is_waiting else statement))


def list_subjects(session: Session, team_id: str, kind: str, beginning: str) -> Sequence[str]:
    """What there is to tell, or was, of a kind, whose subject begins so; as long as it is kept."""
    session.flush()
    statement = select(Notice.subject).where(
        Notice.team_id == team_id,
        Notice.kind == kind,
        col(Notice.subject).startswith(beginning, autoescape=True),
    )
    return [subject for subject in session.exec(statement) if subject is not None]


def list_notices_of_message(session: Session, team_id: str, audience: str, told_in: str) -> Sequence[Notice]:
    """All that one message told, oldest first; without what can be rendered no more."""
    statement = select(Notice).filter_by(team_id=team_id, audience=audience, told_in=told_in, failed_at=None)
    return session.exec(statement.order_by(col(Notice.id))).all()


def forget_told_notices(session: Session, *, before: datetime) -> None:
    session.execute(delete(Notice).where((col(Notice.sent_at) < before) | (col(Notice.failed_at) < before)))


def list_message_times(session: Session, team_id: str, audience: str, since: datetime) -> set[datetime]:
    """The moments at which routine messages went to the audience."""
    statement = select(Notice.sent_at).where(
        Notice.team_id == team_id, Notice.audience == audience, col(Notice.sent_at) >= since
    )
    return {moment for moment in session.exec(statement) if moment is not None}
