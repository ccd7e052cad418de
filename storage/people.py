"""The people of workspaces, as Slack last described them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, Session, and_, col, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.projects.rules import Side
from storage.statements import all_rows, first_row
from storage.types import Row, UtcDateTime, build_enum_type
from storage.workspaces import Workspace, find_held_rows

BRIEF_HOUR = 8


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
    find_held_rows(session).update({(workspace.team_id,): workspace})
    find_held_rows(session).update({(workspace.team_id, user_id): person for user_id, person in known.items()})
    return workspace, known


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


@all_rows
def _list_people(team_id: str, user_ids: Collection[str]) -> SelectOfScalar[Person]:
    return select(Person).where(Person.team_id == team_id, col(Person.user_id).in_(user_ids))


def find_people(session: Session, team_id: str, user_ids: Collection[str]) -> dict[str, Person]:
    """Those who are known, by user id. Asks the database, at once, for those whom this transaction has not read."""
    held = find_held_rows(session)
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
    held = find_held_rows(session)
    for key, row in [*held.items()]:
        if isinstance(row, Person):
            session.expire(held.pop(key))


def describe_person(session: Session, team_id: str, user_id: str, described: dict[str, Any]) -> None:
    """In a session that only reads, the person is as Slack has just said, though it may not be stored (yet).

    Nothing of it is ever written from there.
    """
    row = find_person(session, team_id, user_id)
    if row is None:
        row = Person(team_id=team_id, user_id=user_id, **described)
        make_transient_to_detached(row)
        session.add(row)
        find_held_rows(session)[team_id, user_id] = row
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
def list_known_people(team_id: str) -> SelectOfScalar[Person]:
    """Everybody whom Duet has met, those who have left and guests among them; bots are nobody."""
    statement = select(Person).where(Person.team_id == team_id, col(Person.is_bot).is_(False))
    return statement.order_by(col(Person.user_id))


@all_rows
def list_names_like(team_id: str, pattern: str) -> Select[str, str]:
    """Both names of those of whom one is like that, as SQL has it."""
    is_like = or_(col(Person.name).like(pattern), col(Person.full_name).like(pattern))
    return select(Person.name, Person.full_name).where(Person.team_id == team_id, is_like)


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
