"""Workspaces: their settings, and whether Duet is there."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from enum import Enum, auto
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Field, Session, col, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from bot.projects.rules import Sides
from bot.runtime.errors import OperatorError
from storage.statements import all_rows, first_row
from storage.types import PydanticJson, Row, UtcDateTime

HELD = "held"  # in `session.info`: workspaces and people by primary key, each read once a transaction

UNTIL_INSTALLED = datetime(9999, 1, 1, tzinfo=UTC)
"""`sending_paused_until` of a workspace that has removed Duet: nothing is sent there, and no timer runs."""
UNTIL_BROUGHT_BACK = datetime(9999, 1, 2, tzinfo=UTC)
"""The same of one that was moved to another database: from this one it is never served again."""


class Presence(Enum):
    """How Duet comes to be in a workspace: it is new there, was there all the time, or had been removed."""

    NEW = auto()
    KEPT = auto()
    REGAINED = auto()


class MovedAway(OperatorError):
    def __init__(self, team_id: str) -> None:
        super().__init__(
            f"The workspace {team_id} was moved to another database, and is served from there: set DATABASE_URL to "
            "its address, or take the workspace's token out of SLACK_BOT_TOKEN."
        )


class Workspace(Row, table=True):
    """A Slack workspace that Duet is installed in, with its settings. None: Duet's own default."""

    __tablename__ = "workspaces"

    team_id: str = Field(primary_key=True)
    enterprise_id: str | None = Field(default=None, index=True)
    bot_user_id: str
    last_project_number: int = 0
    sending_paused_until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # real time
    cio: str | None = None
    cmo: str | None = None
    currency: str | None = None
    zone: str | None = None
    country: str | None = None  # ISO 3166 alpha-2; its holidays are free days
    country_part: str | None = None  # of that country, ISO 3166-2 without the country
    free_days: list[date] | None = Field(default=None, sa_type=PydanticJson(list[date]))  # the company's, in order
    channel_prefix: str | None = None  # with which the names of project channels begin
    language: str | None = None
    gap_percent: int | None = None  # of the budget: how far apart the sides may be in what they paid in …
    gap_days: int | None = None  # … and for how long, before it is told (product §6.4)
    steward_it: str | None = None
    steward_marketing: str | None = None
    first_admin: str | None = None  # who was welcomed as the first Slack admin to write to Duet
    informed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # people, or their council (§17)
    hears_direct_messages: bool = False  # Slack tells Duet what people type to it
    answers_months: int | None = None  # for which answers are kept after a project's closing (§17),
    records_years: int | None = None  # its log, signatures and ledger,
    drafts_months: int | None = None  # and drafts that were never signed

    @property
    def stewards(self) -> Sides[str] | None:
        """Who decide together what touches everybody's data; None: Slack admins do."""
        if self.steward_it is None or self.steward_marketing is None:
            return None
        return Sides(self.steward_it, self.steward_marketing)

    @property
    def executives(self) -> Sides[str | None]:
        """The company's, for new charters."""
        return Sides(self.cio, self.cmo)

    @property
    def has_duet(self) -> bool:
        """False once the workspace has removed Duet, or was moved to another database."""
        return self.sending_paused_until is None or self.sending_paused_until < UNTIL_INSTALLED


def load_workspace(session: Session, team_id: str) -> Workspace:
    """Raises: LookupError if Duet is not installed there."""
    held = find_held_rows(session)
    found: Workspace | None = held.get((team_id,)) or session.get(Workspace, team_id)
    if found is None:
        raise LookupError(f"no workspace {team_id}")
    held[team_id,] = found
    return found


@all_rows
def list_workspaces() -> SelectOfScalar[Workspace]:
    """Those that have Duet, and those that had it."""
    return select(Workspace).order_by(Workspace.team_id)


@first_row
def _lock_workspace(team_id: str) -> SelectOfScalar[Workspace]:
    statement = select(Workspace).filter_by(team_id=team_id)
    return statement.with_for_update(key_share=True).execution_options(populate_existing=True)


def load_workspace_for_update(session: Session, team_id: str) -> Workspace:
    """Locked: who changes several settings sees what they are until it is done. Raises: as `load_workspace`."""
    found = _lock_workspace(session, team_id)
    if found is None:
        raise LookupError(f"no workspace {team_id}")
    return found


def record_installation(
    session: Session,
    *,
    team_id: str,
    enterprise_id: str | None,
    bot_user_id: str,
    hears_direct_messages: bool = False,
) -> Presence:
    """Signed in (again). Idempotent; settings of an earlier installation stay.

    What paused the workspace is over: a token that does not work, or a rate limit, which Slack would repeat.
    Raises: MovedAway.
    """
    known = session.get(Workspace, team_id)
    if known is not None and known.sending_paused_until == UNTIL_BROUGHT_BACK:
        raise MovedAway(team_id)
    presence = Presence.NEW if known is None else Presence.KEPT if known.has_duet else Presence.REGAINED
    row = known or Workspace(team_id=team_id, bot_user_id=bot_user_id)
    row.enterprise_id, row.bot_user_id, row.sending_paused_until = enterprise_id, bot_user_id, None
    row.hears_direct_messages = hears_direct_messages
    session.add(row)
    return presence


def next_project_number(session: Session, team_id: str) -> int:
    """Numbers are given once per workspace; the row lock orders those who ask at the same time."""
    statement = (
        update(Workspace)
        .filter_by(team_id=team_id)
        .values(last_project_number=Workspace.last_project_number + 1)
        .returning(col(Workspace.last_project_number))
    )
    number: int = session.execute(statement).scalar_one()
    return number


def pause_sending(session: Session, team_id: str, until: datetime) -> None:
    """A longer pause stays."""
    paused = col(Workspace.sending_paused_until)
    shorter = or_(paused.is_(None), paused < until)
    session.execute(
        update(Workspace).where(col(Workspace.team_id) == team_id, shorter).values(sending_paused_until=until)
    )


def has_installation(session: Session, team_id: str) -> bool:
    """Whether Duet has been in the workspace, and has not left it since."""
    found = session.get(Workspace, team_id)
    return found is not None and found.has_duet


def record_uninstallation(session: Session, team_id: str) -> None:
    """Duet is not in the workspace any more: it is left alone until `record_installation`. What is stored stays."""
    pause_sending(session, team_id, UNTIL_INSTALLED)


def record_move(session: Session, team_ids: Collection[str]) -> None:
    """They are another database's: here they are left alone, for good."""
    moved = update(Workspace).where(col(Workspace.team_id).in_(team_ids))
    session.execute(moved.values(sending_paused_until=UNTIL_BROUGHT_BACK))


def has_left() -> ColumnElement[bool]:
    """Whether a workspace is left alone, as one that has removed Duet, or was moved away."""
    return col(Workspace.sending_paused_until) >= UNTIL_INSTALLED


def was_moved() -> ColumnElement[bool]:
    return col(Workspace.sending_paused_until) == UNTIL_BROUGHT_BACK


@all_rows
def list_left_workspaces() -> SelectOfScalar[str]:
    """The team ids of workspaces that have removed Duet."""
    statement = select(Workspace.team_id).filter_by(sending_paused_until=UNTIL_INSTALLED)
    return statement.order_by(Workspace.team_id)


@all_rows
def list_moved_workspaces() -> SelectOfScalar[str]:
    """The team ids of those that were moved to another database."""
    statement = select(Workspace.team_id).filter_by(sending_paused_until=UNTIL_BROUGHT_BACK)
    return statement.order_by(Workspace.team_id)


def find_held_rows(session: Session) -> dict[tuple[str, ...], Any]:
    """A session holds what is unchanged by weak references only."""
    held: dict[tuple[str, ...], Any] = session.info.setdefault(HELD, {})
    return held
