"""Routine items waiting to be gathered into one message per audience."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby, product
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Index,
    String,
    Table,
    bindparam,
    delete,
    func,
    inspect,
    text,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm.util import identity_key
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from storage.postponed import postpone_write, write_what_is_read
from storage.queries import FINDS_STORED, HAS_WRITTEN
from storage.statements import (
    all_rows,
    build_finder,
    change_rows,
    insert_rows_into,
    result_of,
)
from storage.types import Json, NumberedRow, UtcDateTime, build_sparse_index

_HAS_FAILED = text("failed_at IS NOT NULL")


class Notice(NumberedRow, table=True):
    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_audience", "team_id", "audience", "sent_at"),
        Index("ix_notices_failed", "failed_at", sqlite_where=_HAS_FAILED, postgresql_where=_HAS_FAILED),
        Index("ix_notices_subject", "team_id", "kind", "subject"),
        build_sparse_index("notices", "project_id"),
    )

    team_id: str
    audience: str  # "person:U1" | "project:7"
    kind: str  # names the model of its facts, and the `Topic` that tells it
    subject: str | None = None  # what it is about: withdrawn when that is no longer so
    project_id: int | None = Field(default=None, foreign_key="projects.id")
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    told_in: str | None = None  # the key of the delivery
    failed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # it cannot be rendered, and is left out


@all_rows
def list_waiting_notices(team_id: str, audience: str) -> SelectOfScalar[Notice]:
    """Oldest first; without what could not be rendered."""
    statement = select(Notice).filter_by(team_id=team_id, audience=audience, sent_at=None, failed_at=None)
    return statement.order_by(col(Notice.id))


@all_rows
def list_notices_of_audiences(team_id: str, audiences: Collection[str]) -> SelectOfScalar[Notice]:
    """The same of several audiences."""
    statement = select(Notice).filter_by(team_id=team_id, sent_at=None, failed_at=None)
    return statement.where(col(Notice.audience).in_(audiences)).order_by(col(Notice.id))


find_notice = build_finder(Notice)


@all_rows
def list_unread_of_subject(team_id: str, audience: str, kind: str, subject: str) -> SelectOfScalar[Notice]:
    """What waits for an audience about one subject; newest first."""
    statement = select(Notice).filter_by(
        team_id=team_id, audience=audience, kind=kind, subject=subject, sent_at=None, failed_at=None
    )
    return statement.order_by(col(Notice.id).desc())


@all_rows
def _list_notices(notice_ids: Collection[int]) -> SelectOfScalar[Notice]:
    return select(Notice).where(col(Notice.id).in_(notice_ids))


def mark_told_in_message(session: Session, notice_ids: Collection[int], *, told_in: str, now: datetime) -> None:
    for row in _list_notices(session, notice_ids):
        row.sent_at, row.told_in = now, told_in
    session.flush()


def wait_again(session: Session, team_id: str, told_in: Collection[str]) -> set[str]:
    """What was to be told in these messages, which were not sent, waits again. Returns the audiences."""
    found = session.exec(select(Notice).where(Notice.team_id == team_id, col(Notice.told_in).in_(told_in))).all()
    for row in found:
        row.sent_at = row.told_in = None
    session.flush()
    return {row.audience for row in found}


@result_of
def _count_failed_notices(team_id: str) -> SelectOfScalar[int]:
    statement = select(func.count()).select_from(Notice)
    return statement.where(Notice.team_id == team_id, col(Notice.failed_at).is_not(None))


def count_failed_notices(session: Session, team_id: str) -> int:
    """How many could not be rendered, as long as they are kept."""
    return _count_failed_notices(session, team_id).one()


@all_rows
def list_failed_notices() -> SelectOfScalar[Notice]:
    """Of all workspaces: for whoever runs Duet."""
    return select(Notice).where(col(Notice.failed_at).is_not(None)).order_by(col(Notice.id))


@all_rows
def _list_unread(
    team_id: str, audiences: Collection[str], kinds: Collection[str], beginning: str
) -> SelectOfScalar[Notice]:
    statement = select(Notice).where(
        Notice.team_id == team_id,
        col(Notice.audience).in_(audiences),
        col(Notice.kind).in_(kinds),
        _subject_begins_with(beginning),
        col(Notice.sent_at).is_(None),
    )
    return statement.order_by(col(Notice.id))


def list_unread_notices(
    session: Session, team_id: str, audiences: Collection[str], kinds: Collection[str], subjects: str
) -> Sequence[Notice]:
    """What waits for audiences, of all subjects that begin so; oldest first."""
    if not audiences:
        return ()
    return _list_unread(session, team_id, audiences, kinds, subjects)


def _subject_begins_with(beginning: str) -> ColumnElement[bool]:
    """For `LIKE` SQLite looks at the pattern, to know whether an index serves, and prepares the statement anew."""
    words = type_coerce(beginning, String)
    return func.substr(col(Notice.subject), 1, func.length(words)) == words


_NOTICES = cast(Table, inspect(Notice).local_table)
_OF_KINDS_AND_SUBJECTS = delete(_NOTICES).where(
    _NOTICES.c.team_id == bindparam("team_id"),
    _NOTICES.c.sent_at.is_(None),
    _NOTICES.c.kind.in_(bindparam("kinds", expanding=True)),
    _NOTICES.c.subject.in_(bindparam("subjects", expanding=True)),
)
_WITHDRAW_ALL = _OF_KINDS_AND_SUBJECTS.returning(_NOTICES.c.id).execution_options(**HAS_WRITTEN)
# SQLite looks for no pair in an index: what the index finds is asked for its pair.
_OF_PAIRS = tuple_(_NOTICES.c.kind, _NOTICES.c.subject).in_(bindparam("pairs", expanding=True))
_WITHDRAW_PAIRS = _OF_KINDS_AND_SUBJECTS.where(_OF_PAIRS).returning(_NOTICES.c.id).execution_options(**HAS_WRITTEN)


def withdraw_waiting_notices(session: Session, team_id: str, kinds: str | Collection[str], *subjects: str) -> int:
    """Forgets what waits to be told of these and is no longer true: mostly nothing. Returns how many there were."""
    write_what_is_read(session, {_NOTICES.name})
    return _delete_waiting(session, team_id, _pair(kinds, subjects))


def forget_waiting_notices(session: Session, team_id: str, kinds: str | Collection[str], *subjects: str) -> None:
    """The same, where nobody asks how many: together with what else is forgotten before notices are read."""
    for pair in _pair(kinds, subjects):
        postpone_write(session, _NOTICES.name, _write_changes, (team_id, *pair))


def add_notice(session: Session, **values: Any) -> None:
    """One more that waits; as its columns. It is written before notices are read."""
    postpone_write(session, _NOTICES.name, _write_changes, values)


@insert_rows_into(Notice)
def _insert_notices(insert: Any) -> Any:
    return insert


def _write_changes(session: Session, changes: Sequence[tuple[str, str, str] | dict[str, Any]]) -> None:
    """In their order: what was forgotten before something is added is not that."""
    for are_new, together in groupby(changes, key=lambda each: isinstance(each, dict)):
        if are_new:
            _insert_notices(session, [each for each in together if isinstance(each, dict)])
        else:
            _forget_waiting(session, [each for each in together if isinstance(each, tuple)])


def _pair(kinds: str | Collection[str], subjects: Collection[str]) -> list[tuple[str, str]]:
    return [*product([kinds] if isinstance(kinds, str) else sorted(kinds), sorted(subjects))]


def _forget_waiting(session: Session, forgotten: Sequence[tuple[str, str, str]]) -> None:
    for team_id, pairs in groupby(sorted({*forgotten}), key=itemgetter(0)):
        _delete_waiting(session, team_id, [(kind, subject) for _, kind, subject in pairs])


def _delete_waiting(session: Session, team_id: str, about: Sequence[tuple[str, str]]) -> int:
    if not about:
        return 0
    kinds, subjects = sorted({kind for kind, _ in about}), sorted({subject for _, subject in about})
    values: dict[str, Any] = {"team_id": team_id, "kinds": kinds, "subjects": subjects}
    if len({*about}) == len(kinds) * len(subjects):  # each kind of each subject, as mostly
        gone = change_rows(session, _WITHDRAW_ALL, values).scalars().all()
    else:
        gone = change_rows(session, _WITHDRAW_PAIRS, values | {"pairs": about}).scalars().all()
    for notice_id in gone:
        held = session.identity_map.get(identity_key(Notice, notice_id))
        if held is not None:
            session.expunge(held)
    return len(gone)


@all_rows
def list_unsent_notices(team_id: str, kind: str, subject: str) -> SelectOfScalar[Notice]:
    """What waits to be told of it, whoever the audience is; oldest first."""
    statement = select(Notice).filter_by(team_id=team_id, kind=kind, subject=subject, sent_at=None, failed_at=None)
    return statement.order_by(col(Notice.id))


@all_rows
def list_told_notices(team_id: str, kind: str, subject: str) -> SelectOfScalar[Notice]:
    """What messages have told of it, as long as it is kept."""
    statement = select(Notice).where(
        Notice.team_id == team_id,
        Notice.kind == kind,
        Notice.subject == subject,
        col(Notice.told_in).is_not(None),
    )
    return statement.order_by(col(Notice.id)).execution_options(**FINDS_STORED)


@all_rows
def list_notices_to(team_id: str, audience: str, kind: str) -> SelectOfScalar[Notice]:
    """All of a kind that an audience was told, or is to be, as long as it is kept; oldest first."""
    statement = select(Notice).filter_by(team_id=team_id, audience=audience, kind=kind, failed_at=None)
    return statement.order_by(col(Notice.id))


@all_rows
def list_told_since(team_id: str, audience: str, since: datetime) -> SelectOfScalar[Notice]:
    """What messages have told an audience from that moment on."""
    statement = select(Notice).where(
        Notice.team_id == team_id,
        Notice.audience == audience,
        col(Notice.sent_at) >= since,
        col(Notice.told_in).is_not(None),
    )
    return statement.order_by(col(Notice.id)).execution_options(**FINDS_STORED)


@all_rows
def list_told_of_project(team_id: str, kinds: Collection[str], project_id: int) -> SelectOfScalar[Notice]:
    """What messages have told of a project, of these kinds, as long as it is kept."""
    statement = select(Notice).where(
        Notice.team_id == team_id,
        Notice.project_id == project_id,
        col(Notice.kind).in_(kinds),
        col(Notice.told_in).is_not(None),
    )
    return statement.order_by(col(Notice.id)).execution_options(**FINDS_STORED)


@all_rows
def list_last_subjects(
    team_id: str, kind: str, project_ids: Collection[int], before: str
) -> Select[int | None, str | None]:
    """Of each project the last subject, in the order of the alphabet, of what was told before another one."""
    statement = select(Notice.project_id, func.max(Notice.subject)).where(
        Notice.team_id == team_id,
        col(Notice.project_id).in_(project_ids),
        Notice.kind == kind,
        col(Notice.subject) < before,
        col(Notice.told_in).is_not(None),
    )
    return statement.group_by(col(Notice.project_id))


@all_rows
def list_told_of_subjects(
    team_id: str, kinds: Collection[str], subjects: Collection[str]
) -> SelectOfScalar[Notice]:
    """`list_told_notices` of several, of any of the kinds."""
    statement = select(Notice).where(
        Notice.team_id == team_id,
        col(Notice.kind).in_(kinds),
        col(Notice.subject).in_(subjects),
        col(Notice.told_in).is_not(None),
    )
    return statement.order_by(col(Notice.id)).execution_options(**FINDS_STORED)


@result_of
def _list_audiences(team_id: str, kind: str, subject: str) -> Select[str, datetime | None]:
    return select(Notice.audience, Notice.sent_at).filter_by(team_id=team_id, kind=kind, subject=subject)


def list_audiences(session: Session, team_id: str, kind: str, subject: str, *, is_waiting: bool) -> set[str]:
    """Who is still to be told of it; if not `is_waiting`, also who has been, as long as that is kept."""
    audiences = _list_audiences(session, team_id, kind, subject)
    return {audience for audience, sent_at in audiences if sent_at is None or not is_waiting}


@result_of
def _list_subjects(team_id: str, kind: str, beginning: str) -> SelectOfScalar[str | None]:
    statement = select(col(Notice.subject)).where(Notice.team_id == team_id, Notice.kind == kind)
    return statement.where(_subject_begins_with(beginning))


def list_subjects(session: Session, team_id: str, kind: str, beginning: str) -> Sequence[str]:
    """What there is to tell, or was, of a kind, whose subject begins so; as long as it is kept."""
    found = _list_subjects(session, team_id, kind, beginning)
    return [subject for subject in found if subject is not None]


@all_rows
def list_notices_of_message(team_id: str, audience: str, told_in: str) -> SelectOfScalar[Notice]:
    """All that one message told, oldest first; without what can be rendered no more."""
    statement = select(Notice).filter_by(team_id=team_id, audience=audience, told_in=told_in, failed_at=None)
    return statement.order_by(col(Notice.id))


def forget_told_notices(session: Session, *, before: datetime) -> None:
    session.execute(delete(Notice).where((col(Notice.sent_at) < before) | (col(Notice.failed_at) < before)))


@result_of
def _list_sent_moments(team_id: str, audience: str, since: datetime) -> SelectOfScalar[datetime | None]:
    statement = select(col(Notice.sent_at)).where(
        Notice.team_id == team_id, Notice.audience == audience, col(Notice.sent_at) >= since
    )
    return statement.execution_options(**FINDS_STORED)


def list_message_times(session: Session, team_id: str, audience: str, since: datetime) -> set[datetime]:
    """The moments at which routine messages went to the audience."""
    return {moment for moment in _list_sent_moments(session, team_id, audience, since) if moment is not None}
