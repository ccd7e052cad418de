"""The live projects of one person in columns, for whatever shows few of many and asks something of each.

Two hundred of them take a millisecond. As objects of the ORM they take five.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Integer, Table, and_, func, inspect, literal_column, or_, union_all
from sqlalchemy import cast as cast_column
from sqlalchemy import select as select_columns
from sqlmodel import Session
from sqlmodel.sql.expression import Select

from bot.projects.rules import ENDED, LIVE, State
from storage.projects import CharterVersion, Project
from storage.statements import all_rows, is_one_of
from storage.team import Member

STANDING_BITS = 9  # of the last column
OwnProjectRow = tuple[
    # Of the project: id, number, name, state, channel, until when it is paused.
    *tuple[int, int, str, State, str | None, date | None],
    # Of the charter that counts: version, last day, budget in minor units.
    *tuple[int, date, int],
    # Of the project: when a withdrawal begins its closing, its zone.
    *tuple[datetime | None, str],
    # A bit each, the lowest first: whether the person is CIO, CMO, lead of IT, of marketing, the drafter of what
    # nobody has signed, a member, one who has returned; whether the seat of IT is vacant, that of marketing.
    int,
]
"""A project, and what the person is to it; each column is read two hundred times, so there are as few as that."""

_P, _C, _M = (cast(Table, inspect(each).local_table).c for each in (Project, CharterVersion, Member))


@all_rows
def _list_own_projects(team_id: str, user_id: str) -> Select[*tuple[object, ...]]:
    of_project = _P.id, _P.number, _P.name, _P.state, _P.channel_id, _P.paused_until
    of_charter = _C.version, _C.ends_on, _C.budget_minor
    of_withdrawal = _P.closes_at, _P.zone
    statement = _select_with_standing(team_id, user_id, LIVE, *of_project, *of_charter, *of_withdrawal)
    return cast("Select[*tuple[object, ...]]", statement.order_by(_P.number.desc()))


@all_rows
def count_ended_projects(team_id: str, user_id: str) -> Select[int, int]:
    """How many of the person's have ended, by what the person is to them: the last column of `OwnProjectRow`."""
    ended = _select_with_standing(team_id, user_id, ENDED).subquery().c
    return cast("Select[int, int]", select_columns(ended.standing, func.count()).group_by(ended.standing))


def _select_with_standing(team_id: str, user_id: str, states: Collection[State], *columns: Any) -> Any:
    """As `list_seen_projects`, which says why it asks so. Of tables, not of classes: else it is an ORM's."""
    gives_sight = or_(_M.left_at.is_(None), _M.ended_with_project)
    theirs = union_all(
        select_columns(_P.id).where(_P.lead_it == user_id),
        select_columns(_P.id).where(_P.lead_marketing == user_id),
        select_columns(_C.project_id).where(_C.cio == user_id),
        select_columns(_C.project_id).where(_C.cmo == user_id),
        select_columns(_P.id).where(_P.created_by == user_id),
        select_columns(_M.project_id).where(_M.user_id == user_id, gives_sight),
    )
    parts = (
        _C.cio == user_id,
        _C.cmo == user_id,
        _P.lead_it == user_id,
        _P.lead_marketing == user_id,
        and_(_P.created_by == user_id, _P.governing_version.is_(None)),
        and_(_M.id.is_not(None), _M.left_at.is_(None)),
        _M.left_at.is_not(None),
        _P.vacant_it,
        _P.vacant_marketing,
    )
    standing: Any = sum(cast_column(part, Integer) * literal_column(f"{1 << at}") for at, part in enumerate(parts))
    stay = and_(_M.project_id == _P.id, _M.user_id == user_id, gives_sight)
    return (
        select_columns(*columns, standing.label("standing"))
        .join_from(Project.__table__, CharterVersion.__table__, _C.project_id == _P.id)  # type: ignore[attr-defined]
        .join(Member.__table__, stay, isouter=True)  # type: ignore[attr-defined]
        .where(_C.team_id == team_id, _P.id.in_(theirs), is_one_of(_P.state, states))
        .where(_C.version == func.coalesce(_P.governing_version, _P.latest_version))
    )


def list_own_projects(session: Session, team_id: str, user_id: str) -> Sequence[OwnProjectRow]:
    """Those in which the person is a lead, an executive of a charter, also of one that counts no more, or a member,
    also one whose stay has ended with the project, or has been the drafter. Newest first.
    """
    return cast(Sequence[OwnProjectRow], _list_own_projects(session, team_id, user_id))
