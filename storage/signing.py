"""Requests for both executives' signatures, and the position that each side took."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, Session, SQLModel, col, select

from storage.types import UtcDateTime


class SigningRequest(SQLModel, table=True):
    """Asks both executives to sign one thing: a charter version, or a decision."""

    __tablename__ = "signing_requests"
    __table_args__ = (
        Index(
            "uq_signing_requests_open",
            "project_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    project_id: int = Field(foreign_key="projects.id", index=True)
    kind: str  # "charter"
    subject: int  # of a charter: its version
    it: str  # who signs for the side `it`
    marketing: str
    state: str = "open"  # open → agreed | void
    opened_by: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def pk(self) -> int:
        """The id of a stored request."""
        assert self.id is not None
        return self.id


class Position(SQLModel, table=True):
    """One side's answer to a request; a position `sign` is that side's signature. One a side, one a person."""

    __tablename__ = "positions"
    __table_args__ = (UniqueConstraint("request_id", "side"), UniqueConstraint("request_id", "user_id"))

    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    request_id: int = Field(foreign_key="signing_requests.id")
    side: str  # it | marketing
    user_id: str
    answer: str  # sign | talk | decline
    reason: str | None = None
    answered_at: datetime = Field(sa_type=UtcDateTime)


def request(session: Session, team_id: str, request_id: int) -> SigningRequest | None:
    statement = select(SigningRequest).where(SigningRequest.team_id == team_id, SigningRequest.id == request_id)
    return session.exec(statement.execution_options(populate_existing=True)).first()


def open_request(session: Session, team_id: str, project_id: int, kind: str) -> SigningRequest | None:
    statement = select(SigningRequest).where(
        SigningRequest.team_id == team_id,
        SigningRequest.project_id == project_id,
        SigningRequest.kind == kind,
        SigningRequest.state == "open",
    )
    return session.exec(statement).first()


def open_requests_to(session: Session, team_id: str, user_id: str) -> Sequence[SigningRequest]:
    """Open requests addressed to the person, oldest first."""
    statement = (
        select(SigningRequest)
        .where(
            SigningRequest.team_id == team_id,
            SigningRequest.state == "open",
            (col(SigningRequest.it) == user_id) | (col(SigningRequest.marketing) == user_id),
        )
        .order_by(col(SigningRequest.id))
    )
    return session.exec(statement).all()


def latest_request(
    session: Session, team_id: str, project_id: int, kind: str, subject: int
) -> SigningRequest | None:
    statement = (
        select(SigningRequest)
        .where(
            SigningRequest.team_id == team_id,
            SigningRequest.project_id == project_id,
            SigningRequest.kind == kind,
            SigningRequest.subject == subject,
        )
        .order_by(col(SigningRequest.id).desc())
    )
    return session.exec(statement).first()


def positions(session: Session, team_id: str, request_id: int) -> dict[str, Position]:
    """By side."""
    statement = select(Position).where(Position.team_id == team_id, Position.request_id == request_id)
    return {row.side: row for row in session.exec(statement.execution_options(populate_existing=True))}
