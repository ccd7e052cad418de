"""Who may have what: those of the side that keeps it (product §5.1)."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from bot.people.rules import Actor
from bot.people.service import require_colleague
from bot.projects.locking import lock_rows_of_person
from bot.projects.sides import find_known_side, propose_side, state_side
from bot.register.rules import OWNER, SIDE_OF, STAND_IN, AssetKind, WrongSide
from bot.runtime.errors import Refusal


def check_owner(session: Session, *, team_id: str, kind: AssetKind, owner: str) -> None:
    """Raises: NotAColleague, WrongSide."""
    _check_eligible_person(session, team_id, kind, owner, field=OWNER)


def check_stand_in(
    session: Session, *, team_id: str, kind: AssetKind, stand_in: str | None, owner: str | None
) -> None:
    """Raises: Refusal, NotAColleague, WrongSide."""
    if stand_in is None:
        return
    if stand_in == owner:
        raise Refusal("error.stand_in_owns", field=STAND_IN)
    _check_eligible_person(session, team_id, kind, stand_in, field=STAND_IN)


def check_still_on_side(session: Session, *, team_id: str, kind: AssetKind, user_id: str) -> None:
    """Raises: WrongSide."""
    if find_known_side(session, team_id, user_id) not in (None, SIDE_OF[kind]):
        raise WrongSide(user_id, kind)


def is_on_side(session: Session, *, team_id: str, kind: AssetKind, user_id: str) -> bool:
    """Whether they are known to work on the side that keeps what is of this kind."""
    return find_known_side(session, team_id, user_id) == SIDE_OF[kind]


def lock_for_own_side(
    session: Session,
    *,
    actor: Actor,
    named: Collection[str | None],
    project_id: int | None = None,
    asset_id: int | None = None,
) -> None:
    """Before anything else is locked: whoever names themselves may say by it on which side they work.

    `project_id`, `asset_id`: of what they are named in.
    """
    if actor.user_id in named and find_known_side(session, actor.team_id, actor.user_id) is None:
        lock_rows_of_person(session, actor.team_id, actor.user_id, project_id=project_id, asset_id=asset_id)


def confirm_own_side(session: Session, *, actor: Actor, kind: AssetKind, now: datetime) -> None:
    """Whoever takes something over themselves says by it on which side they work."""
    if find_known_side(session, actor.team_id, actor.user_id) is None:
        state_side(session, actor=actor, user_id=actor.user_id, side=SIDE_OF[kind], now=now)


def ask_side_of_stand_in(session: Session, *, actor: Actor, kind: AssetKind, stand_in: str, now: datetime) -> None:
    """A stand-in takes nothing over, so they are asked beside it; one's own name is one's own word."""
    if stand_in == actor.user_id:
        confirm_own_side(session, actor=actor, kind=kind, now=now)
    elif find_known_side(session, actor.team_id, stand_in) is None:
        side = SIDE_OF[kind]
        propose_side(session, team_id=actor.team_id, user_id=stand_in, side=side, by=actor.user_id, now=now)


def _check_eligible_person(session: Session, team_id: str, kind: AssetKind, user_id: str, *, field: str) -> None:
    """Whose side is not known yet may be asked."""
    require_colleague(session, team_id, user_id, field=field)
    if find_known_side(session, team_id, user_id) not in (None, SIDE_OF[kind]):
        raise WrongSide(user_id, kind, field)
