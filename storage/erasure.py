"""Erasing: a person, what a project's retention ends, and that it was done (product §17).

What a table holds of people is said in `storage/personal.py`, by which everything here goes: a new table is erased
without a line of code. What may not be changed otherwise may be within an open erasure, which only its own
transaction sees (decision 0145).
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property, partial
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Enum,
    Index,
    String,
    Table,
    TypeDecorator,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    type_coerce,
    union,
    update,
)
from sqlalchemy import select as select_columns
from sqlmodel import Field, Session, SQLModel, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.checkins.rules import SCALE, Status
from bot.ui.texts import ERASED, FORMER_MEMBER, escape_text
from storage.personal import HOLDINGS, NAMING, Holding
from storage.postponed import write_postponed
from storage.statements import all_rows, first_row
from storage.types import ExactDecimal, Json, NumberedRow, PydanticJson, UtcDateTime, build_enum_type

_CODES: Final = frozenset({*Status, *SCALE, ERASED})
"""What an answer may be that is nobody's own words."""
_LOGGED_WORDS: Final = frozenset({"text", "reason"})
"""The facts of the log that people have written themselves; its other texts are what things are called."""
_QUOTING: Final = ("projects", "asks", "closings", "notices", "seen_requests")
"""Tables in whose rows of others somebody's words may stand."""
_SHOWN: Final = 40  # characters of what somebody wrote, by which a message that may have cut it is recognised
_TELLING: Final = 8  # that long a text is theirs wherever it stands; "yes" is anybody's
_TEAM: Final = "team_id"


class ErasureReason(StrEnum):
    PERSON = "person"  # somebody was forgotten
    ANSWERS = "answers"  # a project's answers were kept long enough
    RECORDS = "records"  # so was all the rest of it
    DRAFT = "draft"  # it was never signed
    LOG = "log"  # of no project


class Erasure(NumberedRow, table=True):
    """That something was erased. It stays: nobody can be named by it."""

    __tablename__ = "erasures"
    __table_args__ = (Index("ix_erasures_reason", "team_id", "reason", "number"),)

    team_id: str
    reason: ErasureReason = Field(sa_type=build_enum_type(ErasureReason, "known_reason"))
    number: int  # of the former member, or of the project; the year of a log
    erased_at: datetime = Field(sa_type=UtcDateTime)
    is_open: bool  # in its own transaction only


@contextmanager
def open_erasure(
    session: Session, *, team_id: str, reason: ErasureReason, number: int, now: datetime
) -> Iterator[None]:
    """Within it, and within its transaction, the append-only tables of the workspace may be changed."""
    row = Erasure(team_id=team_id, reason=reason, number=number, erased_at=now, is_open=True)
    session.add(row)
    session.flush()
    row_id = row.pk
    yield
    write_postponed(session)
    session.flush()
    erasures = SQLModel.metadata.tables["erasures"]
    session.execute(update(erasures).where(erasures.c.id == row_id).values(is_open=False))
    session.expire_all()


@first_row
def _find_newest_number(team_id: str, reason: ErasureReason) -> SelectOfScalar[int | None]:
    statement: SelectOfScalar[int | None] = select(func.max(Erasure.number))
    return statement.filter_by(team_id=team_id, reason=reason)


@all_rows
def list_erased_numbers(team_id: str, reason: ErasureReason) -> SelectOfScalar[int]:
    return select(Erasure.number).filter_by(team_id=team_id, reason=reason)


def next_former_number(session: Session, team_id: str) -> int:
    return (_find_newest_number(session, team_id, ErasureReason.PERSON) or 0) + 1


# --- a project ------------------------------------------------------------------------------------------------

ANSWERED: Final = (
    *("checkin_rounds", "checkin_prompts", "checkin_message_parts", "blockers", "asks", "pleas", "notices"),
    *("retrospectives", "executive_rounds", "executive_answers"),
)
"""Tables of what people were asked and have answered: their rows go with a project's answers."""


def erase_answers(session: Session, team_id: str, project_id: int) -> None:
    """What its people have answered, asked and been told; the record of what was agreed stays, and the log without
    the words of asks that it quotes.
    """
    tables = SQLModel.metadata.tables
    confirmations, deliveries = tables["stay_confirmations"], tables["deliveries"]
    is_said = (confirmations.c.project_id == project_id, confirmations.c.reason.is_not(None))
    session.execute(update(confirmations).where(*is_said).values(reason=ERASED))
    session.execute(update(deliveries).where(deliveries.c.project_id == project_id).values(content={}))
    asking = _list_asking_messages(session, project_id)
    for table in _from_the_leaves():
        which = _belongs_to_project(table, project_id) if table.name in ANSWERED else None
        if which is not None:
            session.execute(delete(table).where(which))
    _sweep_messages(session, asking)
    _erase_logged_asks(session, team_id, project_id)


def _erase_logged_asks(session: Session, team_id: str, project_id: int) -> None:
    """What was asked, and why it was declined, in the log's own facts."""
    log = SQLModel.metadata.tables["audit_log"]
    which = (log.c[_TEAM] == team_id, log.c.project_id == project_id, log.c.action.startswith("ask."))
    for row in _list_rows(session, log, ["after"], *which):
        facts = {name: ERASED if name in _LOGGED_WORDS else value for name, value in row["after"].items()}
        _write(session, log, row, {"after": facts})


def erase_project(session: Session, team_id: str, project_id: int) -> None:
    """All that there is of it, in every table that points at it. Other projects that began from it stay."""
    tables = SQLModel.metadata.tables
    projects, lanes, deliveries = tables["projects"], tables["lanes"], tables["deliveries"]
    session.execute(update(projects).where(projects.c.begun_from == project_id).values(begun_from=None))
    lane = select_columns(lanes.c.id).where(lanes.c.team_id == team_id, lanes.c.name == f"project:{project_id}")
    asking = _list_asking_messages(session, project_id)
    for table in _from_the_leaves():
        which = projects.c.id == project_id if table is projects else _belongs_to_project(table, project_id)
        if table is deliveries:  # all at once, as they hang on each other, each sort by an index of its own
            of_project = select_columns(deliveries.c.id).where(deliveries.c.project_id == project_id)
            of_channel = select_columns(deliveries.c.id).where(deliveries.c.lane_id.in_(lane))
            which = deliveries.c.id.in_(union(of_project, of_channel))
        if which is not None:
            session.execute(delete(table).where(which))
    session.execute(delete(lanes).where(lanes.c.team_id == team_id, lanes.c.name == f"project:{project_id}"))
    _sweep_messages(session, asking)
    published, publications = tables["pulse_published_projects"], tables["pulse_publications"]
    is_left = exists().where(published.c.publication_id == publications.c.id)
    session.execute(delete(publications).where(publications.c.team_id == team_id, ~is_left))


def erase_log_of_no_project(session: Session, team_id: str, *, before: datetime) -> None:
    """What was logged of the workspace itself."""
    log = SQLModel.metadata.tables["audit_log"].c
    which = (log.team_id == team_id, log.project_id.is_(None), log.at < before)
    session.execute(delete(SQLModel.metadata.tables["audit_log"]).where(*which))


def _from_the_leaves() -> list[Table]:
    """Whatever points at a table comes before it."""
    return list(reversed(SQLModel.metadata.sorted_tables))


def _belongs_to_project(table: Table, project_id: int) -> ColumnElement[bool] | None:
    """By its own column where that is a reference, or by that of a row at which it points; None if neither leads to
    a project.
    """
    if "project_id" in table.c and table.c.project_id.foreign_keys:
        return table.c.project_id == project_id
    for key in sorted(table.foreign_keys, key=lambda each: each.target_fullname):
        parent = key.column.table
        which = None if parent is table else _belongs_to_project(parent, project_id)
        if which is not None:
            return key.parent.in_(select_columns(key.column).where(which))
    return None


def _list_asking_messages(session: Session, project_id: int) -> Sequence[int]:
    """Those in which somebody was asked in a check-in of the project, perhaps among others."""
    tables = SQLModel.metadata.tables
    prompts, parts = tables["checkin_prompts"], tables["checkin_message_parts"].c
    of_project = _belongs_to_project(prompts, project_id)
    assert of_project is not None
    asked = select_columns(prompts.c.id).where(of_project)
    return (
        session.execute(select_columns(parts.message_id).where(parts.prompt_id.in_(asked)).distinct())
        .scalars()
        .all()
    )


def _sweep_messages(session: Session, message_ids: Sequence[int]) -> None:
    """Of these those whose last prompt has gone."""
    tables = SQLModel.metadata.tables
    messages, parts = tables["checkin_messages"], tables["checkin_message_parts"]
    is_left = exists().where(parts.c.message_id == messages.c.id)
    session.execute(delete(messages).where(messages.c.id.in_(message_ids), ~is_left))


# --- a person -------------------------------------------------------------------------------------------------


@dataclass
class ErasedPerson:
    """What was erased of somebody, by which what quotes it is found."""

    former_id: str
    keeps_name: bool = False  # something that they have signed or booked is still kept
    words: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)  # what things are called: that stays, also in what quotes it
    rows: dict[str, set[int]] = field(default_factory=dict)  # ids of those whose words went, by table

    def quotes(self, text: str) -> bool:
        """Whether a text shows something of it, as it was written, as Slack shows it, or cut."""
        return text in self.words or any(each in text for each in self._shown)

    @cached_property
    def _shown(self) -> set[str]:
        """Asked for once all words and names are known."""
        plain = {*self.words, *(" ".join(each.split()) for each in self.words)}
        cut = {each[:_SHOWN] for each in plain if len(each) >= _TELLING}
        cut = {each for each in cut if not any(each in name for name in self.names)}
        return {each for text in cut for each in (text, str(escape_text(text)), json.dumps(text)[1:-1])}


def list_project_ids_naming(session: Session, team_id: str, user_id: str) -> set[int]:
    """Projects of which some row names the person: they are locked first."""
    found: set[int] = set()
    for name, holding in HOLDINGS.items():
        table = SQLModel.metadata.tables[name]
        column = table.c.id if name == "projects" else table.c.get("project_id")
        if column is not None:
            named = _names(table, holding, user_id)
            ids = session.execute(select_columns(column).where(table.c[_TEAM] == team_id, named).distinct())
            found |= {each for each in ids.scalars() if each is not None}
    return found


def erase_person(session: Session, *, team_id: str, user_id: str, number: int, now: datetime) -> ErasedPerson:
    """Their words are gone, and wherever their id stands stands that of a former member, but in what they have
    signed and booked; their own row keeps the name as long as that does.
    """
    write_postponed(session)
    erased = ErasedPerson(f"{FORMER_MEMBER}{number}")
    log = SQLModel.metadata.tables["audit_log"]
    for name, holding in HOLDINGS.items():
        if name != "people":
            _erase_words(session, name, holding, team_id, user_id, erased)
    _erase_logged_words(session, log, team_id, user_id, erased)
    erased.names = _list_names(session, team_id)
    for name in _QUOTING:
        _erase_quotations(session, SQLModel.metadata.tables[name], team_id, erased)
    for name, holding in HOLDINGS.items():
        table = SQLModel.metadata.tables[name]
        if holding.goes_with:
            gone = or_(*(table.c[column] == user_id for column in holding.goes_with))
            session.execute(delete(table).where(table.c[_TEAM] == team_id, gone))
        elif holding.keeps_names:
            erased.keeps_name |= _is_held(session, table, holding, team_id, user_id)
    for table in SQLModel.metadata.sorted_tables:
        holding = HOLDINGS.get(table.name, Holding())
        if table.name != "people" and _TEAM in table.c and not holding.keeps_names:
            _replace_ids(session, table, team_id, user_id, erased.former_id)
    _erase_profile(session, team_id, user_id, keeps_name=erased.keeps_name, now=now)
    _forget_what_was_read(session)
    return erased


def _forget_what_was_read(session: Session) -> None:
    """Everything that this transaction knows may be otherwise now, down to the keys of its rows."""
    session.flush()
    session.expunge_all()
    for what in ("held", "held_rows", "locked_projects", "charters", "lanes", "introduced"):
        session.info.pop(what, None)


def _list_names(session: Session, team_id: str) -> set[str]:
    """What projects, milestones, assets and entries are called in the workspace, and what was signed."""
    found: set[str] = set()
    for name, holding in HOLDINGS.items():
        table = SQLModel.metadata.tables[name]
        kept = [column for column, why in holding.words.items() if isinstance(why, str) and why in NAMING]
        for row in _list_rows(session, table, kept, table.c[_TEAM] == team_id) if kept else ():
            found |= {text for column in kept for text in _list_texts(row[column])}
    return found - {""}


def _erase_words(
    session: Session, name: str, holding: Holding, team_id: str, user_id: str, erased: ErasedPerson
) -> None:
    table = SQLModel.metadata.tables[name]
    for column, authors in holding.words.items():
        if isinstance(authors, str):
            continue
        wrote = or_(*(table.c[author] == user_id for author in authors))
        for row in _list_rows(session, table, [column], table.c[_TEAM] == team_id, wrote):
            found = set(_list_texts(row[column])) - _CODES
            if not found:
                continue
            erased.words |= found
            if "id" in table.c:
                erased.rows.setdefault(name, set()).add(row["id"])
            _write(session, table, row, {column: _blank_texts(row[column], _is_own_words)})


def _erase_logged_words(session: Session, log: Table, team_id: str, user_id: str, erased: ErasedPerson) -> None:
    """What they have written in the log's own facts, and what others' entries quote of theirs."""
    own = _list_rows(session, log, ["before", "after"], log.c[_TEAM] == team_id, log.c.actor == user_id)
    for row in own:
        for facts in (row["before"], row["after"]):
            erased.words |= {each for name in _LOGGED_WORDS for each in _list_texts(facts.get(name))}
    erased.words -= {*_CODES, ""}
    if not erased.words:
        return

    def blank(facts: Mapping[str, Any]) -> dict[str, Any]:
        theirs = _LOGGED_WORDS | ({"home_post"} if facts.get("member") == user_id else set())
        return {
            name: ERASED if name in theirs and value and value in erased.words else value
            for name, value in facts.items()
        }

    for row in _list_rows(session, log, ["actor", "before", "after"], log.c[_TEAM] == team_id):
        written = {name: blank(row[name]) for name in ("before", "after")}
        if any(written[name] != row[name] for name in written):
            _write(session, log, row, written)


def _erase_quotations(session: Session, table: Table, team_id: str, erased: ErasedPerson) -> None:
    """In texts of others that are made of theirs: a reason that is shown, a report, what waits to be told."""
    columns = [each.name for each in _list_text_columns(table) if each.name not in HOLDINGS[table.name].codes]
    kept = {column for column, why in HOLDINGS[table.name].words.items() if column == "name"}
    # Who has left a project passes on what they have asked there: it is theirs word by word, or another's.
    is_theirs = erased.words.__contains__ if table.name == "asks" else erased.quotes
    for row in _list_rows(session, table, columns, table.c[_TEAM] == team_id):
        written = {}
        for column in {*columns} - kept:
            blank = _blank_texts(row[column], is_theirs) if row[column] is not None else None
            if blank != row[column]:
                written[column] = blank
        if written and table.name == "seen_requests":
            session.execute(delete(table).where(*_is_row(table, row)))
        elif written:
            erased.rows.setdefault(table.name, set()).add(row["id"])
            _write(session, table, row, written)


def _replace_ids(session: Session, table: Table, team_id: str, user_id: str, former_id: str) -> None:
    whole = re.compile(rf"(?<![A-Z0-9]){re.escape(user_id)}(?![A-Z0-9])")
    change = partial(whole.sub, former_id)
    for column in _list_text_columns(table):
        named = cast(column, String).contains(user_id, autoescape=True)
        for row in _list_rows(session, table, [column.name], table.c[_TEAM] == team_id, named):
            value = map_texts(row[column.name], change, change)
            if value != row[column.name]:
                _write(session, table, row, {column.name: value})


def _erase_profile(session: Session, team_id: str, user_id: str, *, keeps_name: bool, now: datetime) -> None:
    people = SQLModel.metadata.tables["people"]
    own = (people.c[_TEAM] == team_id, people.c.user_id == user_id)
    proposed = (people.c[_TEAM] == team_id, people.c.proposed_by == user_id)
    session.execute(update(people).where(*proposed).values(proposed_by=None, proposed_side=None, proposed_at=None))
    if not keeps_name:
        session.execute(delete(people).where(*own))
        return
    nothing = dict.fromkeys(
        ("language", "typed_language", "side", "proposed_side", "proposed_by", "proposed_at", "status_until")
    )
    values = {**nothing, "locale": "en-US", "zone": "UTC", "follows_status": False, "forgotten_at": now}
    session.execute(update(people).where(*own).values(**values))


def forget_unnamed_people(session: Session, team_id: str) -> None:
    """Whoever has left, or was forgotten, and is named by no row any more: the last thing to go is the name."""
    people = SQLModel.metadata.tables["people"]
    is_over = or_(people.c.deleted, people.c.forgotten_at.is_not(None))
    gone = session.execute(select_columns(people.c.user_id).where(people.c[_TEAM] == team_id, is_over)).scalars()
    for user_id in gone.all():
        if not is_named(session, team_id, user_id):
            session.execute(delete(people).where(people.c[_TEAM] == team_id, people.c.user_id == user_id))


def is_named(session: Session, team_id: str, user_id: str) -> bool:
    """Whether any row but their own names somebody."""
    return any(
        _is_held(session, SQLModel.metadata.tables[name], holding, team_id, user_id)
        for name, holding in HOLDINGS.items()
        if name != "people"
    )


def _is_held(session: Session, table: Table, holding: Holding, team_id: str, user_id: str) -> bool:
    named = _names(table, holding, user_id)
    found = session.execute(select_columns(literal(1)).where(table.c[_TEAM] == team_id, named).limit(1))
    return found.first() is not None


def _names(table: Table, holding: Holding, user_id: str) -> ColumnElement[bool]:
    return or_(*(cast(table.c[name], String).contains(user_id, autoescape=True) for name in holding.of_people))


# --- texts in columns -----------------------------------------------------------------------------------------


def _list_text_columns(table: Table) -> list[Column[Any]]:
    return [each for each in table.c if each.name != _TEAM and _holds_text(each)]


def _holds_text(column: Column[Any]) -> bool:
    kind = column.type
    if isinstance(kind, Enum | ExactDecimal):
        return False
    return isinstance(kind.impl_instance if isinstance(kind, TypeDecorator) else kind, String | JSON)


def _list_rows(
    session: Session, table: Table, columns: Iterable[str], *which: ColumnElement[bool]
) -> Sequence[Mapping[Any, Any]]:
    """These columns and the key; JSON as it is stored, whatever model reads it."""
    wanted = {*columns, *table.primary_key.columns.keys()}
    raw = [
        type_coerce(table.c[name], JSON).label(name)
        if isinstance(table.c[name].type, PydanticJson)
        else table.c[name]
        for name in sorted(wanted)
    ]
    return session.execute(select_columns(*raw).where(*which)).mappings().all()


def _write(session: Session, table: Table, row: Mapping[Any, Any], values: Mapping[str, Any]) -> None:
    written = {
        name: literal(value, Json) if isinstance(table.c[name].type, PydanticJson) else value
        for name, value in values.items()
    }
    session.execute(update(table).where(*_is_row(table, row)).values(**written))


def _is_row(table: Table, row: Mapping[Any, Any]) -> list[ColumnElement[bool]]:
    return [column == row[column.name] for column in table.primary_key]


def _is_own_words(text: str) -> bool:
    return text not in _CODES


def _list_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _list_texts(each)
    elif isinstance(value, Collection):
        for each in value:
            yield from _list_texts(each)


def _blank_texts(value: Any, is_erased: Callable[[str], bool]) -> Any:
    return map_texts(value, lambda text: ERASED if text and is_erased(text) else text)


def map_texts(value: Any, change: Callable[[str], str], change_name: Callable[[str], str] = str) -> Any:
    """The same with other texts; `change_name` is for those under which something stands."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change_name(name): map_texts(each, change, change_name) for name, each in value.items()}
    return [map_texts(each, change, change_name) for each in value] if isinstance(value, list) else value
