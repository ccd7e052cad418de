"""What Duet holds of a person: which columns of every table name people, and which hold what people wrote.

A test walks all tables and columns: one that is new is added here, or is of nobody (`OF_NOBODY`). Source: product
§13.3, §17.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Enum,
    RowMapping,
    String,
    Table,
    TypeDecorator,
    cast,
    or_,
    select,
    type_coerce,
)
from sqlmodel import Session, SQLModel

from storage.types import ExactDecimal, PydanticJson

_TEAM: Final = "team_id"
_HAVE_IDS_INSIDE: Final = frozenset(
    {
        *("deliveries.key", "deliveries.subject", "lanes.name", "notices.audience", "notices.subject"),
        *("timers.key", "timers.subject", "steward_consents.choice"),
    }
)
"""Columns in whose texts an id stands, as `dm:U1`; JSON has them inside, too."""


@dataclass(frozen=True)
class Through:
    """A row is also somebody's by a row of another table, whose `column` is one of `values` with their id in it."""

    key: str  # points at the other row's id
    table: str
    column: str
    values: Collection[str] = ("{}",)
    told: Collection[str] | None = None  # all that is told of it; None: the whole row


@dataclass(frozen=True)
class Holding:
    """What one table holds of people.

    Whoever stands in a column of `whole` reads all of the row but what is `withheld`; whoever stands in one of
    `partly` only that they do, and the columns beside it there. `words`: what people wrote, each with the columns
    that say who did, or with why it stays when they are forgotten. `codes`: neither.
    """

    whole: Collection[str] = ()
    partly: Mapping[str, Collection[str]] = field(default_factory=dict)
    words: Mapping[str, Collection[str] | str] = field(default_factory=dict)
    codes: Collection[str] = ()
    withheld: Mapping[str, str] = field(default_factory=dict)  # column → why
    through: Through | None = None
    goes_with: Collection[str] = ()  # the row is deleted with whoever stands there
    keeps_names: bool = False  # a signature, or the ledger: until its own retention ends

    @property
    def of_people(self) -> list[str]:
        """The columns that name people."""
        return [*self.whole, *self.partly]


OF_NOBODY: Final[Mapping[str, str]] = {
    "install_states": "an installation that nobody has confirmed yet, for ten minutes",
    "checkin_message_parts": "which prompts a message asks: `checkin_messages` says whose it is",
    "checkin_rounds": "what everybody is asked at once, as the schedule has it",
    "erasures": "that something was erased, and of what; of a person only the number that stands for them",
    "pulse_respondents": "who has answered a pulse is left out of every file and copy (product §11.2)",
    **dict.fromkeys(
        ("pulse_windows", "pulse_publications", "pulse_published_projects", "pulse_tallies"),
        "counts and means, without anybody's name (product §11.2)",
    ),
}
"""Tables that name nobody, or may not be told of, and why."""

_INTERNAL: Final = "how Duet finds it again, and says nothing of anybody"
_SENT: Final = ("kind", "first_sent_at")
# Why words stay when whoever wrote them is forgotten (docs/privacy.md).
_SIGNED: Final = "both executives have signed it: without it nobody could say what"
_BOOKED: Final = "says what money was for; the ledger is kept with its names until its own retention ends"
_REGISTER: Final = "the company's register: what it keeps, and by which rule"
_PLAN: Final = "what the whole project calls its things by"
_SAID: Final = "made of other tables; whatever quotes them is erased with it (storage/person_erasure.py)"
_UNSEEN: Final = "nobody else has read it: the row goes with whoever has begun it"
NAMING: Final = frozenset({_SIGNED, _BOOKED, _REGISTER, _PLAN})
"""Of these reasons, those for which a text stays where it is, whoever else has written the same."""
_BY_LOG: Final = "whose it is stands in the log only, by which it is found"
HOLDINGS: Final[Mapping[str, Holding]] = {
    "absences": Holding(whole=("user_id",), goes_with=("user_id",)),
    "asks": Holding(
        whole=("asked_by", "owner", "handed_to", "step_by"),
        partly={"about": ("state", "step")},
        words={"text": ("asked_by",), "link": ("asked_by",), "reason": ("owner", "step_by")},
        withheld={"messages": "how many messages about it each of its people has had"},
    ),
    "asset_links": Holding(whole=("linked_by",)),
    "assets": Holding(
        whole=("owner", "stand_in", "offered_to", "offered_by", "returns_to", "created_by"),
        words=dict.fromkeys(("name", "description", "link", "rule"), _REGISTER),
        withheld={"folded": _INTERNAL},
    ),
    "audit_log": Holding(
        whole=("actor",),
        partly={"before": ("at", "action"), "after": ("at", "action")},
        codes=("action",),
    ),
    "blockers": Holding(whole=("author", "owner", "resolved_by"), words={"text": ("author",), "link": ("author",)}),
    "charter_versions": Holding(
        whole=("cio", "cmo", "created_by"),
        words=dict.fromkeys(("goal", "measure_name", "measure_unit", "timetable"), _SIGNED),
        codes=("currency",),
        keeps_names=True,
    ),
    "checkin_messages": Holding(whole=("user_id",)),
    "checkin_prompts": Holding(whole=("user_id",), words={"answer": ("user_id",)}),
    "checkin_schedules": Holding(partly={"people": ()}, words={"questions": _PLAN}, codes=("rule",)),
    "closings": Holding(
        whole=("assessed_by", "kept_by"),
        withheld={"report": "both executives' report, without ids; `/duet close` shows it to whoever may read it"},
    ),
    "confirmed_assets": Holding(whole=("owner", "confirmed_by")),
    "decisions": Holding(
        whole=("opened_by",), partly={"facts": ("kind", "opened_at")}, codes=("kind",), keeps_names=True
    ),
    "deliveries": Holding(
        partly={"key": _SENT, "subject": _SENT, "ts": _SENT},
        words={"content": _SAID},
        codes=("kind", "channel_id"),
        withheld={"fingerprint": _INTERNAL, "opaque": _INTERNAL, "last_error": _INTERNAL},
        through=Through("lane_id", "lanes", "name", ("dm:{}", "home:{}")),
    ),
    "deputies": Holding(whole=("user_id", "deputy"), goes_with=("user_id", "deputy")),
    "drafts": Holding(whole=("user_id",), words={"values": _UNSEEN}, codes=("form",), goes_with=("user_id",)),
    "executive_answers": Holding(whole=("user_id",)),
    "executive_rounds": Holding(whole=("cio", "cmo")),
    "in_kind_agreements": Holding(whole=("agreed_by",), keeps_names=True),
    "installations": Holding(
        partly={"installed_by": ("installed_at",)},
        codes=("enterprise_id", "bot_id", "bot_user_id", "scopes"),
        withheld=dict.fromkeys(("bot_token", "refresh_token"), "Duet's own keys to the workspace"),
    ),
    "lanes": Holding(partly={"name": ("channel_id",)}, codes=("channel_id",)),
    "ledger_disputes": Holding(whole=("opened_by", "ended_by"), words={"reason": ("opened_by",)}, keeps_names=True),
    "ledger_entries": Holding(
        whole=("recorded_by",),
        words=dict.fromkeys(("what", "reference"), _BOOKED),
        codes=("currency",),
        keeps_names=True,
    ),
    "measure_values": Holding(whole=("reported_by",), codes=("month",)),
    "members": Holding(whole=("user_id", "home_manager", "added_by"), words={"home_post": ("user_id",)}),
    "milestones": Holding(
        whole=("owner", "created_by", "wished_by"), words={"title": _PLAN, "wished_reason": ("wished_by",)}
    ),
    "notices": Holding(
        whole=("audience",),
        partly={"facts": ("kind", "created_at"), "subject": ("kind", "created_at")},
        codes=("kind",),
        withheld={"told_in": _INTERNAL},
    ),
    "opened_homes": Holding(whole=("user_id",), goes_with=("user_id",)),
    "people": Holding(
        whole=("user_id",),
        partly={"proposed_by": ("user_id", "proposed_side", "proposed_at")},
        words={"name": ("user_id",), "full_name": ("user_id",)},
        codes=("locale", "zone", "language", "typed_language"),
    ),
    "pleas": Holding(
        whole=("asked_by", "asked_of"),
        words={"wish": ("asked_by",), "note": ("asked_by",)},
        goes_with=("asked_by", "asked_of"),
    ),
    "positions": Holding(whole=("user_id", "for_user_id"), words={"reason": ("user_id",)}, keeps_names=True),
    "projects": Holding(
        whole=("lead_it", "lead_marketing"),
        partly={"created_by": ("number", "created_at"), "withdrawn_by": ("number", "withdrawal_reason")},
        words={"name": _PLAN, "pause_reason": _BY_LOG, "withdrawal_reason": ("withdrawn_by",)},
        codes=("language", "zone", "channel_id"),
    ),
    "pulse_invitations": Holding(whole=("user_id",)),
    "retrospectives": Holding(
        whole=("user_id",),
        words=dict.fromkeys(("worked", "failed", "learned"), ("user_id",)),
        goes_with=("user_id",),
    ),
    "seen_requests": Holding(
        whole=("user_id",),
        words={"reply": _SAID},
        codes=("key", "act_fingerprint", "logged_in"),
        goes_with=("user_id",),
    ),
    "signing_requests": Holding(whole=("it", "marketing", "opened_by"), codes=("kind",), keeps_names=True),
    "stay_confirmations": Holding(
        whole=("user_id",),
        partly={"told": ("moment", "reason")},
        words={"reason": ("user_id",)},
        through=Through("member_id", "members", "user_id", told=("moment", "confirmer", "user_id")),
    ),
    "steward_consents": Holding(
        whole=("user_id",), partly={"choice": ("given_at",)}, codes=("matter",), goes_with=("user_id", "choice")
    ),
    "successions": Holding(whole=("left_user_id", "successor", "named_by", "objected_by")),
    "timers": Holding(
        partly={"key": ("kind", "due_at"), "subject": ("kind", "due_at")},
        codes=("kind",),
        withheld={"last_error": _INTERNAL},
    ),
    "workspaces": Holding(
        partly=dict.fromkeys(("cio", "cmo", "steward_it", "steward_marketing", "first_admin"), ()),
        codes=(
            *("enterprise_id", "bot_user_id", "currency", "zone", "country", "country_part", "free_days"),
            *("channel_prefix", "language"),
        ),
    ),
}


@dataclass(frozen=True)
class HeldRow:
    """A row that names somebody: in which columns, and what of it is theirs to read."""

    named_in: tuple[str, ...]  # none: a row of another table does
    values: Mapping[str, Any]


def list_held_rows(session: Session, table: str, *, team_id: str, user_id: str) -> list[HeldRow]:
    """All rows of a table that name the person, by their keys."""
    holding, of = HOLDINGS[table], SQLModel.metadata.tables[table]
    found: dict[tuple[Any, ...], HeldRow] = {}
    if (through := holding.through) is not None:
        for row in _list_rows(session, of, team_id, _belongs_through(of, through, user_id)):
            found[_key_of(of, row)] = HeldRow((), _read_values(row, holding, through.told))
    naming = or_(*(_names_person(of.c[name], user_id) for name in holding.of_people))
    for row in _list_rows(session, of, team_id, naming):
        named_in = tuple(name for name in holding.of_people if _is_named(row[name], user_id))
        told = None
        if not {*named_in} & {*holding.whole}:
            told = {beside for name in named_in for beside in holding.partly[name]} | {"project_id"}
        if named_in and (told is None or _key_of(of, row) not in found):
            found[_key_of(of, row)] = HeldRow(named_in, _read_values(row, holding, told))
    return [found[key] for key in sorted(found)]


def _list_rows(session: Session, of: Table, team_id: str, condition: ColumnElement[bool]) -> Sequence[RowMapping]:
    raw = [
        type_coerce(each, JSON).label(each.name) if isinstance(each.type, PydanticJson) else each for each in of.c
    ]
    return session.execute(select(*raw).where(of.c[_TEAM] == team_id, condition)).mappings().all()


def _key_of(of: Table, row: RowMapping) -> tuple[Any, ...]:
    return tuple(row[column] for column in of.primary_key)


def _names_person(column: Column[Any], user_id: str) -> ColumnElement[bool]:
    """By an index where the column is an id; else whoever has the id inside, or one that begins so."""
    if str(column) in _HAVE_IDS_INSIDE or isinstance(column.type, JSON | PydanticJson):
        return cast(column, String).contains(user_id, autoescape=True)
    return column == user_id


def _belongs_through(of: Table, through: Through, user_id: str) -> ColumnElement[bool]:
    other = SQLModel.metadata.tables[through.table].c
    values = [value.format(user_id) for value in through.values]
    return of.c[through.key].in_(select(other["id"]).where(other[through.column].in_(values)))


def _is_named(value: Any, user_id: str) -> bool:
    """Whether it is the person's id, or has it inside."""
    if isinstance(value, Mapping):
        return any(_is_named(each, user_id) for pair in value.items() for each in pair)
    if isinstance(value, str):
        return re.search(rf"(?<![A-Z0-9]){re.escape(user_id)}(?![A-Z0-9])", value) is not None
    if isinstance(value, Iterable):
        return any(_is_named(each, user_id) for each in value)
    return False


def _read_values(row: RowMapping, holding: Holding, told: Collection[str] | None) -> dict[str, Any]:
    """`told`: None is all but what is withheld."""
    kept = row.keys() - {_TEAM, *holding.withheld} if told is None else row.keys() & {*told}
    return {name: value for name, value in row.items() if name in kept}


def describe_columns(table: str) -> dict[str, Any]:
    """What may be told of a table, by column, as types."""
    columns = SQLModel.metadata.tables[table].c
    return {each.name: _type_of(each) for each in columns if each.name not in {_TEAM, *HOLDINGS[table].withheld}}


def _type_of(column: Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, PydanticJson):
        found = kind.of
    elif isinstance(kind, JSON):
        found = Any
    elif isinstance(kind, Enum):
        found = kind.enum_class
    elif isinstance(kind, ExactDecimal):
        found = Decimal
    else:
        found = (kind.impl_instance if isinstance(kind, TypeDecorator) else kind).python_type
    return found | None if column.nullable and found is not Any else found
