"""Workspaces and the people in them, as Slack last described them."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, Session, and_, col, or_, select, update
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.projects.rules import Side, Sides
from bot.runtime.errors import OperatorError
from storage.statements import all_rows, first_row, result_of
from storage.types import PydanticJson, Row, UtcDateTime, build_enum_type

HELD = "held"  # in `session.info`: workspaces and people by primary key, each read once a transaction

BRIEF_HOUR = 8

UNTIL_INSTALLED = datetime(9999, 1, 1, tzinfo=UTC)
"""`sending_paused_until` of a workspace that has removed Duet: nothing is sent there, and no timer runs."""
UNTIL_BROUGHT_BACK = datetime(9999, 1, 2, tzinfo=UTC)
"""The same of one that was moved to another database: from this one it is never served again."""


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


class Person(Row, table=True):
    __tablename__ = "people"

    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    name: str
    full_name: str = ""  # for documents; empty: Slack has none
    locale: str = "en-US"
    zone: str = "UTC"
    is_bot: bool = False
    is_guest: bool = False
    is_stranger: bool = False  # of another organisation, met in a shared channel
    is_admin: bool = False
    deleted: bool = False
    refreshed_at: datetime = Field(sa_type=UtcDateTime)  # real time
    language: str | None = None  # their own choice
    typed_language: str | None = None  # of the words that they type after `/duet`
    # As they said, or who may say so for them (product §5.1); and as somebody else said: the person is asked.
    side: Side | None = Field(default=None, sa_type=build_enum_type(Side, "known_side"))
    proposed_side: Side | None = Field(default=None, sa_type=build_enum_type(Side, "known_proposed_side"))
    proposed_by: str | None = None
    proposed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reminders: bool = True  # wants to be reminded
    brief_hour: int = BRIEF_HOUR  # at which an executive has their brief, where they are (product §13.2)
    follows_status: bool = False  # is away while the Slack status says "on holiday", as they have said (§17)
    status_until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the end of the last one followed
    forgotten_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the name stays with what they signed

    @property
    def is_internal(self) -> bool:
        """A working colleague of this workspace: not a bot, a guest, a stranger or somebody who left."""
        return not (self.is_bot or self.is_guest or self.is_stranger or self.deleted)


class StewardConsent(Row, table=True):
    """One steward's yes to something that needs both; gone when it is decided."""

    __tablename__ = "steward_consents"

    team_id: str = Field(primary_key=True)
    matter: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    choice: str = ""  # what of it, where there is something to choose
    given_at: datetime = Field(sa_type=UtcDateTime)


def load_workspace(session: Session, team_id: str) -> Workspace:
    """Raises: LookupError if Duet is not installed there."""
    held = _held_rows(session)
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


def _select_with_people(*are_named: ColumnElement[bool]) -> Select[Workspace, Person]:
    named = and_(col(Person.team_id) == col(Workspace.team_id), *are_named)
    return select(Workspace, Person).join(Person, named, isouter=True)


@all_rows
def _list_person_of_team(team_id: str, user_id: str) -> Select[Workspace, Person]:
    return _select_with_people(col(Person.user_id) == user_id).where(Workspace.team_id == team_id)


@all_rows
def _list_people_of_team(team_id: str, user_ids: Collection[str]) -> Select[Workspace, Person]:
    return _select_with_people(col(Person.user_id).in_(user_ids)).where(Workspace.team_id == team_id)


@all_rows
def _list_people_of_enterprise(enterprise_id: str, user_ids: Collection[str]) -> Select[Workspace, Person]:
    return _select_with_people(col(Person.user_id).in_(user_ids)).where(Workspace.enterprise_id == enterprise_id)


def find_workspace_with_people(
    session: Session, *, team_id: str | None, enterprise_id: str | None, user_ids: Collection[str]
) -> tuple[Workspace | None, dict[str, Person]]:
    """The workspace of an installation, and who of the people is known there, in one statement.

    Payloads of organisation-wide installations carry no team id.
    """
    rows: Sequence[tuple[Workspace, Person | None]] = ()
    if team_id is not None and len(user_ids) == 1:  # whoever asks, as mostly
        rows = _list_person_of_team(session, team_id, *user_ids)
    elif team_id is not None:
        rows = _list_people_of_team(session, team_id, user_ids)
    elif enterprise_id is not None:
        rows = _list_people_of_enterprise(session, enterprise_id, user_ids)
    if (
        not rows or len({workspace.team_id for workspace, _ in rows}) > 1
    ):  # of an organisation's, nobody knows which
        return None, {}
    workspace = rows[0][0]
    known = {each.user_id: each for _, each in rows if each is not None and each.team_id == workspace.team_id}
    _held_rows(session).update({(workspace.team_id,): workspace})
    _held_rows(session).update({(workspace.team_id, user_id): person for user_id, person in known.items()})
    return workspace, known


def record_installation(
    session: Session,
    *,
    team_id: str,
    enterprise_id: str | None,
    bot_user_id: str,
    hears_direct_messages: bool = False,
) -> bool:
    """Signed in (again). Idempotent; settings of an earlier installation stay. Returns whether it is back.

    What paused the workspace is over: a token that does not work, or a rate limit, which Slack would repeat.
    Raises: MovedAway.
    """
    row = session.get(Workspace, team_id) or Workspace(team_id=team_id, bot_user_id=bot_user_id)
    if row.sending_paused_until == UNTIL_BROUGHT_BACK:
        raise MovedAway(team_id)
    is_back = not row.has_duet
    row.enterprise_id, row.bot_user_id, row.sending_paused_until = enterprise_id, bot_user_id, None
    row.hears_direct_messages = hears_direct_messages
    session.add(row)
    return is_back


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


def find_person(session: Session, team_id: str, user_id: str) -> Person | None:
    return find_people(session, team_id, (user_id,)).get(user_id)


@first_row
def _lock_person(team_id: str, user_id: str) -> SelectOfScalar[Person]:
    statement = select(Person).filter_by(team_id=team_id, user_id=user_id)
    return statement.with_for_update(key_share=True).execution_options(populate_existing=True)


def load_person_for_update(session: Session, team_id: str, user_id: str) -> Person:
    """Locked: what hangs on a person is changed by one request at a time. Raises: LookupError."""
    found = _lock_person(session, team_id, user_id)
    if found is None:
        raise LookupError(f"no person {user_id}")
    return found


@result_of
def _list_people(team_id: str, user_ids: Collection[str]) -> SelectOfScalar[Person]:
    return select(Person).where(Person.team_id == team_id, col(Person.user_id).in_(user_ids))


def find_people(session: Session, team_id: str, user_ids: Collection[str]) -> dict[str, Person]:
    """Those who are known, by user id. Asks the database, at once, for those whom this transaction has not read."""
    held = _held_rows(session)
    unread = [user_id for user_id in user_ids if (team_id, user_id) not in held]
    if unread:
        held |= {(team_id, row.user_id): row for row in _list_people(session, team_id, unread)}
    return {user_id: held[team_id, user_id] for user_id in sorted(user_ids) if (team_id, user_id) in held}


@all_rows
def list_colleagues(team_id: str) -> SelectOfScalar[Person]:
    """Everybody of the company whom Duet knows, by name."""
    is_here = col(Person.deleted).is_(False), col(Person.is_bot).is_(False), col(Person.is_stranger).is_(False)
    return select(Person).where(Person.team_id == team_id, *is_here).order_by(col(Person.name))


def forget_people(session: Session) -> None:
    """After a lock was waited for: what is decided of somebody is decided by what is so now."""
    held = _held_rows(session)
    for key, row in [*held.items()]:
        if isinstance(row, Person):
            session.expire(held.pop(key))


def _held_rows(session: Session) -> dict[tuple[str, ...], Any]:
    """A session holds what is unchanged by weak references only."""
    held: dict[tuple[str, ...], Any] = session.info.setdefault(HELD, {})
    return held


def describe_person(session: Session, team_id: str, user_id: str, described: dict[str, Any]) -> None:
    """In a session that only reads, the person is as Slack has just said, though it may not be stored (yet).

    Nothing of it is ever written from there.
    """
    row = find_person(session, team_id, user_id)
    if row is None:
        row = Person(team_id=team_id, user_id=user_id, **described)
        make_transient_to_detached(row)
        session.add(row)
        _held_rows(session)[team_id, user_id] = row
    for name, value in described.items():
        set_committed_value(row, name, value)


@all_rows
def list_people_called(team_id: str, names: Collection[str]) -> SelectOfScalar[Person]:
    """Who is called so, by either name, or has that id; bots are nobody."""
    columns = (col(Person.user_id), col(Person.name), col(Person.full_name))
    is_called = or_(*(column.in_(names) for column in columns))
    statement = select(Person).where(Person.team_id == team_id, is_called, col(Person.is_bot).is_(False))
    return statement.order_by(col(Person.user_id))


@all_rows
def list_admins(team_id: str) -> SelectOfScalar[str]:
    """The Slack admins that Duet has met, as user ids."""
    statement = select(Person.user_id).where(
        Person.team_id == team_id, col(Person.is_admin).is_(True), col(Person.deleted).is_(False)
    )
    return statement.order_by(Person.user_id)


def store_person(session: Session, team_id: str, user_id: str, described: dict[str, Any]) -> None:
    """Stores what Slack said of a person; what they chose themselves stays."""
    row = find_person(session, team_id, user_id) or Person(team_id=team_id, user_id=user_id, **described)
    row.sqlmodel_update(described)
    row.forgotten_at = None  # whoever writes to Duet again is known again
    session.add(row)


@result_of
def _list_steward_consents(team_id: str, matter: str) -> SelectOfScalar[StewardConsent]:
    return select(StewardConsent).filter_by(team_id=team_id, matter=matter)


def load_steward_consents(session: Session, team_id: str, matter: str) -> dict[str, StewardConsent]:
    """Who has said yes to it, by user id."""
    session.flush()
    return {row.user_id: row for row in _list_steward_consents(session, team_id, matter)}


@result_of
def _list_all_steward_consents(team_id: str) -> SelectOfScalar[StewardConsent]:
    return select(StewardConsent).filter_by(team_id=team_id)


def list_steward_consents(session: Session, team_id: str) -> Sequence[StewardConsent]:
    """To whatever waits for the other yes."""
    session.flush()
    return _list_all_steward_consents(session, team_id).all()
