"""What one steward has said yes to, until the other has, too."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, Session, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.statements import all_rows
from storage.types import Row, UtcDateTime


class StewardConsent(Row, table=True):
    """One steward's yes to something that needs both; gone when it is decided."""

    __tablename__ = "steward_consents"

    team_id: str = Field(primary_key=True)
    matter: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    choice: str = ""  # what of it, where there is something to choose
    given_at: datetime = Field(sa_type=UtcDateTime)


@all_rows
def _list_steward_consents(team_id: str, matter: str) -> SelectOfScalar[StewardConsent]:
    return select(StewardConsent).filter_by(team_id=team_id, matter=matter)


def load_steward_consents(session: Session, team_id: str, matter: str) -> dict[str, StewardConsent]:
    """Who has said yes to it, by user id."""
    session.flush()
    return {row.user_id: row for row in _list_steward_consents(session, team_id, matter)}


@all_rows
def _list_all_steward_consents(team_id: str) -> SelectOfScalar[StewardConsent]:
    return select(StewardConsent).filter_by(team_id=team_id)


def list_steward_consents(session: Session, team_id: str) -> Sequence[StewardConsent]:
    """To whatever waits for the other yes."""
    session.flush()
    return _list_all_steward_consents(session, team_id)
