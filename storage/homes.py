"""The Home tabs that people have open, as far as Duet knows: Slack says when one is opened, not when it is left."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from storage.statements import all_rows, first_row, insert_into
from storage.types import Row, UtcDateTime


class OpenedHome(Row, table=True):
    """A Home tab that is kept true until then (product §13.1)."""

    __tablename__ = "opened_homes"

    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    open_until: datetime = Field(sa_type=UtcDateTime)  # business time


@insert_into(OpenedHome)
def _insert_opened_home(insert: Any) -> Any:
    prolonged = {"open_until": insert.excluded.open_until}
    return insert.on_conflict_do_update(index_elements=["team_id", "user_id"], set_=prolonged)


def record_opened_home(session: Session, *, team_id: str, user_id: str, open_until: datetime) -> None:
    """Locks it until the transaction ends, as `find_opened_home_for_update` does."""
    _insert_opened_home(session, team_id=team_id, user_id=user_id, open_until=open_until)


@first_row
def find_opened_home_for_update(team_id: str, user_id: str) -> SelectOfScalar[OpenedHome]:
    """Locked: what is read from then on is later than what any earlier holder of the lock has published."""
    statement = select(OpenedHome).filter_by(team_id=team_id, user_id=user_id)
    return statement.with_for_update().execution_options(populate_existing=True)


@all_rows
def list_homes_opened_in(team_ids: Collection[str], now: datetime) -> Select[str, str]:
    """Workspace and person of those that are kept true in these workspaces."""
    statement = select(OpenedHome.team_id, OpenedHome.user_id)
    return statement.where(col(OpenedHome.team_id).in_(team_ids), OpenedHome.open_until >= now)


@all_rows
def list_opened_homes(now: datetime) -> Select[str, str]:
    """The same of all workspaces."""
    return select(OpenedHome.team_id, OpenedHome.user_id).where(OpenedHome.open_until >= now)
