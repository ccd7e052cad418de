"""Erasing a person: their words, the quotations of them, their id, and at last their name (product §17).

What a table holds of people is said in `storage/personal.py`, by which everything here goes: a new table is erased
without a line of code.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any, Final

from sqlalchemy import ColumnElement, String, Table, cast, delete, literal, or_, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel

from bot.asks.rules import AskStep
from bot.checkins.rules import SCALE, Status
from bot.ui.mrkdwn import ERASED, FORMER_MEMBER, escape_text
from storage.audit import LOGGED_WORDS
from storage.personal import HOLDINGS, NAMING, Holding
from storage.postponed import write_postponed
from storage.stored_texts import (
    TEAM,
    blank_texts,
    is_row,
    list_rows,
    list_text_columns,
    list_texts,
    map_texts,
    write_row,
)

_CODES: Final = frozenset({*Status, *SCALE, ERASED})
"""What an answer may be that is nobody's own words."""
_QUOTING: Final = ("projects", "asks", "closings", "notices", "seen_requests")
"""Tables in whose rows of others somebody's words may stand."""
_ASKED: Final = f"ask.{AskStep.ASKED}"
_SHOWN: Final = 40  # characters of what somebody wrote, by which a message that may have cut it is recognised
_TELLING: Final = 8  # that long a text is theirs wherever it stands; "yes" is anybody's


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
            ids = session.execute(select_columns(column).where(table.c[TEAM] == team_id, named).distinct())
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
            session.execute(delete(table).where(table.c[TEAM] == team_id, gone))
        elif holding.keeps_names:
            erased.keeps_name |= _is_held(session, table, holding, team_id, user_id)
    for table in SQLModel.metadata.sorted_tables:
        holding = HOLDINGS.get(table.name, Holding())
        if table.name != "people" and TEAM in table.c and not holding.keeps_names:
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
        for row in list_rows(session, table, kept, table.c[TEAM] == team_id) if kept else ():
            found |= {text for column in kept for text in list_texts(row[column])}
    return found - {""}


def _erase_words(
    session: Session, name: str, holding: Holding, team_id: str, user_id: str, erased: ErasedPerson
) -> None:
    table = SQLModel.metadata.tables[name]
    for column, authors in holding.words.items():
        if isinstance(authors, str):
            continue
        wrote = or_(*(table.c[author] == user_id for author in authors))
        for row in list_rows(session, table, [column], table.c[TEAM] == team_id, wrote):
            found = set(list_texts(row[column])) - _CODES
            if not found:
                continue
            erased.words |= found
            if "id" in table.c:
                erased.rows.setdefault(name, set()).add(row["id"])
            write_row(session, table, row, {column: blank_texts(row[column], _is_own_words)})


def _erase_logged_words(session: Session, log: Table, team_id: str, user_id: str, erased: ErasedPerson) -> None:
    """What they have written in the log's own facts, and what others' entries quote of theirs.

    The text of an ask is its asker's, whoever has answered it.
    """
    by_them = log.c[TEAM] == team_id, log.c.actor == user_id
    for row in list_rows(session, log, ["action", "before", "after"], *by_them):
        theirs = LOGGED_WORDS if row["action"] == _ASKED else LOGGED_WORDS - {"text"}
        for facts in (row["before"], row["after"]):
            erased.words |= {each for name in theirs for each in list_texts(facts.get(name))}
    erased.words -= {*_CODES, ""}
    if not erased.words:
        return

    def blank(facts: Mapping[str, Any]) -> dict[str, Any]:
        theirs = LOGGED_WORDS | ({"home_post"} if facts.get("member") == user_id else set())
        return {
            name: ERASED if name in theirs and value and value in erased.words else value
            for name, value in facts.items()
        }

    for row in list_rows(session, log, ["actor", "before", "after"], log.c[TEAM] == team_id):
        written = {name: blank(row[name]) for name in ("before", "after")}
        if any(written[name] != row[name] for name in written):
            write_row(session, log, row, written)


def _erase_quotations(session: Session, table: Table, team_id: str, erased: ErasedPerson) -> None:
    """In texts of others that are made of theirs: a reason that is shown, a report, what waits to be told."""
    columns = [each.name for each in list_text_columns(table) if each.name not in HOLDINGS[table.name].codes]
    kept = {column for column, why in HOLDINGS[table.name].words.items() if column == "name"}
    # Who has left a project passes on what they have asked there: it is theirs word by word, or another's.
    is_theirs = erased.words.__contains__ if table.name == "asks" else erased.quotes
    for row in list_rows(session, table, columns, table.c[TEAM] == team_id):
        written = {}
        for column in {*columns} - kept:
            blank = blank_texts(row[column], is_theirs) if row[column] is not None else None
            if blank != row[column]:
                written[column] = blank
        if written and table.name == "seen_requests":
            session.execute(delete(table).where(*is_row(table, row)))
        elif written:
            erased.rows.setdefault(table.name, set()).add(row["id"])
            write_row(session, table, row, written)


def _replace_ids(session: Session, table: Table, team_id: str, user_id: str, former_id: str) -> None:
    whole = re.compile(rf"(?<![A-Z0-9]){re.escape(user_id)}(?![A-Z0-9])")
    change = partial(whole.sub, former_id)
    for column in list_text_columns(table):
        named = cast(column, String).contains(user_id, autoescape=True)
        for row in list_rows(session, table, [column.name], table.c[TEAM] == team_id, named):
            value = map_texts(row[column.name], change, change)
            if value != row[column.name]:
                write_row(session, table, row, {column.name: value})


def _erase_profile(session: Session, team_id: str, user_id: str, *, keeps_name: bool, now: datetime) -> None:
    people = SQLModel.metadata.tables["people"]
    own = (people.c[TEAM] == team_id, people.c.user_id == user_id)
    proposed = (people.c[TEAM] == team_id, people.c.proposed_by == user_id)
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
    gone = session.execute(select_columns(people.c.user_id).where(people.c[TEAM] == team_id, is_over)).scalars()
    for user_id in gone.all():
        if not is_named(session, team_id, user_id):
            session.execute(delete(people).where(people.c[TEAM] == team_id, people.c.user_id == user_id))


def is_named(session: Session, team_id: str, user_id: str) -> bool:
    """Whether any row but their own names somebody."""
    return any(
        _is_held(session, SQLModel.metadata.tables[name], holding, team_id, user_id)
        for name, holding in HOLDINGS.items()
        if name != "people"
    )


def _is_held(session: Session, table: Table, holding: Holding, team_id: str, user_id: str) -> bool:
    named = _names(table, holding, user_id)
    found = session.execute(select_columns(literal(1)).where(table.c[TEAM] == team_id, named).limit(1))
    return found.first() is not None


def _names(table: Table, holding: Holding, user_id: str) -> ColumnElement[bool]:
    return or_(*(cast(table.c[name], String).contains(user_id, autoescape=True) for name in holding.of_people))


def _is_own_words(text: str) -> bool:
    return text not in _CODES
