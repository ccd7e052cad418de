"""Who may have what: on which side people work, what was said of it, and by whom it is corrected (product §5.1)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.errors import NotAllowed
from bot.people.rules import Actor
from bot.people.service import colleague
from bot.projects.rules import Side
from bot.projects.sides import SEATS, known_side, may_correct
from bot.register.refusals import (
    OWNER,
    SIDE,
    STAND_IN,
    STAND_IN_SIDE,
    OwnsOnThatSide,
    SideIsCorrectedByExecutives,
    SideUnknown,
    StandInOwns,
    wrong_side,
)
from bot.register.rules import SIDE_OF, Kind
from storage import audit, people, projects, register

SIDES_FIELD: Mapping[str, str] = {OWNER: SIDE, STAND_IN: STAND_IN_SIDE}


def check_owner(session: Session, *, actor: Actor, kind: Kind, owner: str, side: Side | None) -> None:
    """Raises: as `_check`."""
    _check(session, actor, kind, owner, side, field=OWNER)


def check_stand_in(
    session: Session, *, actor: Actor, kind: Kind, stand_in: str | None, side: Side | None, owner: str | None
) -> None:
    """Raises: StandInOwns; as `_check`."""
    if stand_in is None:
        return
    if stand_in == owner:
        raise StandInOwns
    _check(session, actor, kind, stand_in, side, field=STAND_IN)


def _check(session: Session, actor: Actor, kind: Kind, user_id: str, side: Side | None, *, field: str) -> None:
    """Changes nothing yet: what is refused must not be remembered.

    Raises: NotAColleague, SideUnknown, SideIsCorrectedByExecutives, OwnsOnThatSide, WrongSide.
    """
    colleague(session, actor.team_id, user_id, field=field)
    known = known_side(session, actor.team_id, user_id)
    if side is not None and side != known:
        _check_side(session, actor, user_id, side, known, field=SIDES_FIELD[field])
    works_in = side or known
    if works_in is None:
        error = SideUnknown(user_id)
        error.field = SIDES_FIELD[field]
        raise error
    if works_in != SIDE_OF[kind]:
        raise wrong_side(user_id, kind, field)


def remember_side(session: Session, *, actor: Actor, user_id: str, side: Side | None, now: datetime) -> None:
    """What was said of somebody, from now on; it is in the log of every project in which they have a part."""
    known = known_side(session, actor.team_id, user_id)
    if side is None or side == known:
        return
    colleague(session, actor.team_id, user_id).side = side
    theirs = [project.pk for project in projects.projects_of(session, actor.team_id, user_id)]
    owned = [asset.pk for asset in register.assets_of_person(session, actor.team_id, user_id)]
    touched = [each for ids in register.links(session, actor.team_id, owned).values() for each in ids]
    session.flush()
    concerned: list[int | None] = [*sorted({*theirs, *touched})]
    for project_id in concerned or [None]:
        audit.record(
            session,
            team_id=actor.team_id,
            project_id=project_id,
            at=now,
            actor=actor.user_id,
            action="person.side",
            before={"works_in": known},
            after={"holder": user_id, "works_in": side},
        )


def correct_side(session: Session, *, actor: Actor, user_id: str, side: Side, now: datetime) -> None:
    """By an executive. Raises: NotAllowed, NotAColleague, OwnsOnThatSide."""
    if not may_correct_sides(session, actor):
        raise NotAllowed
    colleague(session, actor.team_id, user_id)
    known = known_side(session, actor.team_id, user_id)
    if side != known:
        _check_side(session, actor, user_id, side, known, field=SIDE)
    remember_side(session, actor=actor, user_id=user_id, side=side, now=now)


def may_correct_sides(session: Session, actor: Actor) -> bool:
    return actor.is_internal and may_correct(session, actor.team_id, actor.user_id, set(Side))


def check_still_on_side(session: Session, *, team_id: str, kind: Kind, user_id: str) -> None:
    """Raises: WrongSide."""
    if known_side(session, team_id, user_id) not in (None, SIDE_OF[kind]):
        raise wrong_side(user_id, kind)


def _check_side(
    session: Session, actor: Actor, user_id: str, side: Side, known: Side | None, *, field: str
) -> None:
    """Also where no side is known any more: what somebody keeps for one side they keep."""
    if known is not None and not may_correct_sides(session, actor):
        refused = SideIsCorrectedByExecutives(*_who_corrects(session, actor, user_id))
        refused.field = field
        raise refused
    (other,) = set(Side) - {side}
    if names := _answers_for(session, actor.team_id, user_id, other):
        error = OwnsOnThatSide(names)
        error.field = field
        raise error


def _who_corrects(session: Session, actor: Actor, user_id: str) -> tuple[str, list[str]]:
    """Names: of whom it is about, and of the executives of the actor's signed projects, else the workspace's."""
    seats = [seat for _, seat in SEATS.values()]
    signed = [
        charter
        for project, charter in projects.seats_of(session, actor.team_id, actor.user_id)
        if project.governing_version is not None
    ]
    held: Sequence[object] = signed or [people.workspace(session, actor.team_id)]
    executives: set[str] = {who for each in held for seat in seats if (who := getattr(each, seat)) is not None}
    known = people.known(session, actor.team_id, executives | {user_id})
    names = sorted(known[each].name for each in executives if each in known)
    return known[user_id].name, names


def _answers_for(session: Session, team_id: str, user_id: str, side: Side) -> str:
    """Names of what somebody owns or stands in for as one of this side; not what a decision lends them."""
    concerned = register.assets_concerning(session, team_id, user_id)
    return ", ".join(
        asset.name
        for asset in concerned
        if SIDE_OF[Kind(asset.kind)] == side
        and (asset.stand_in == user_id or (asset.owner == user_id and asset.across_until is None))
    )
