"""Where Duet was installed over OAuth: its tokens, sealed, and the states of installations that are under way."""

from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, func, or_, update
from sqlmodel import Field, Session, SQLModel, col, exists, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.statements import all_rows, first_row, result_of
from storage.types import UtcDateTime
from storage.workspaces import Workspace, was_moved


class Installation(SQLModel, table=True):
    """Moments are real time, as Slack's are."""

    __tablename__ = "installations"

    team_id: str = Field(primary_key=True)
    enterprise_id: str | None = Field(default=None, index=True)
    bot_id: str
    bot_user_id: str
    scopes: str  # separated by commas
    bot_token: str | None = None  # sealed; None once it was revoked
    refresh_token: str | None = None  # sealed; None where tokens do not expire
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)  # of the bot's token
    rotating_until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # leased by who asks for a new one
    cannot_rotate_since: datetime | None = Field(default=None, sa_type=UtcDateTime)  # Slack knows the old no more
    installed_by: str
    installed_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class InstallState(SQLModel, table=True):
    """An installation that somebody has begun, and that Slack has not sent back yet; of no workspace so far."""

    __tablename__ = "install_states"

    digest: str = Field(primary_key=True)  # of what went to the browser
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)  # real time


@first_row
def find_installation(team_id: str) -> SelectOfScalar[Installation]:
    return select(Installation).filter_by(team_id=team_id)


@first_row
def find_installation_for_update(team_id: str) -> SelectOfScalar[Installation]:
    statement = select(Installation).filter_by(team_id=team_id)
    return statement.with_for_update(key_share=True).execution_options(populate_existing=True)


@all_rows
def list_installations_of_enterprise(enterprise_id: str) -> SelectOfScalar[Installation]:
    """Those that have a token."""
    statement = select(Installation).filter_by(enterprise_id=enterprise_id)
    return statement.where(col(Installation.bot_token).is_not(None)).order_by(Installation.team_id)


@all_rows
def list_installations() -> SelectOfScalar[Installation]:
    """Of all workspaces, also those whose tokens are gone: for whoever runs Duet."""
    return select(Installation).order_by(Installation.team_id)


def save_installation(session: Session, team_id: str, **columns: Any) -> None:
    """Installed, or installed again. `columns`: all that a new one has."""
    row = find_installation_for_update(session, team_id) or Installation(team_id=team_id, **columns)
    fresh: dict[str, Any] = {"revoked_at": None, "rotating_until": None, "cannot_rotate_since": None}
    for name, value in {**columns, **fresh}.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()


def end_installation(session: Session, team_id: str, now: datetime) -> None:
    """Its tokens are deleted; what else is known of it stays."""
    ended = {"bot_token": None, "refresh_token": None, "expires_at": None, "revoked_at": now}
    session.execute(update(Installation).filter_by(team_id=team_id).values(**ended))


def _may_rotate(before: datetime, now: datetime) -> Any:
    lease = col(Installation.rotating_until)
    is_elsewhere = exists().where(col(Workspace.team_id) == col(Installation.team_id), was_moved())
    return (
        ~is_elsewhere,  # whoever serves it now has the same tokens, which would work no more
        col(Installation.expires_at) < before,
        col(Installation.refresh_token).is_not(None),
        or_(lease.is_(None), lease <= now),
    )


@all_rows
def list_expiring(before: datetime, now: datetime, limit: int) -> SelectOfScalar[str]:
    """The workspaces whose tokens expire before that, first those that expire first; without what is leased."""
    statement = select(Installation.team_id).where(*_may_rotate(before, now))
    return statement.order_by(col(Installation.expires_at)).limit(limit)


def lease_rotation(
    session: Session, team_id: str, *, before: datetime, now: datetime, until: datetime
) -> Installation | None:
    """Whoever gets it asks Slack for the new token, nobody else until then; None: somebody else does, or has."""
    which = (col(Installation.team_id) == team_id, *_may_rotate(before, now))
    lease = update(Installation).where(*which).values(rotating_until=until)
    leased: CursorResult[Any] = session.execute(lease)  # type: ignore[assignment]
    return find_installation_for_update(session, team_id) if leased.rowcount else None


def issue_state(session: Session, digest: str, *, now: datetime, expires_at: datetime, most: int) -> bool:
    """Whether there was room for it: of those that have not expired there are `most`."""
    session.execute(delete(InstallState).where(col(InstallState.expires_at) <= now))
    if _count_states(session).one() >= most:
        return False
    session.add(InstallState(digest=digest, expires_at=expires_at))
    session.flush()
    return True


@result_of
def _count_states() -> SelectOfScalar[int]:
    return select(func.count()).select_from(InstallState)


def consume_state(session: Session, digest: str, *, now: datetime) -> bool:
    """Whether it was issued, has not expired, and is used for the first time."""
    which = (col(InstallState.digest) == digest, col(InstallState.expires_at) > now)
    used: CursorResult[Any] = session.execute(delete(InstallState).where(*which))  # type: ignore[assignment]
    return bool(used.rowcount)
