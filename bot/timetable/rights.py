"""A milestone in its project, and who may do what with it (product §9.1, §14)."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from bot.errors import NotAllowed, NotFound
from bot.people.rules import Actor
from bot.projects.rules import EDITORS, RUNNING, NotInThisState, Role, State
from bot.projects.service import Dossier, dossier
from bot.timetable.refusals import AlreadyDone, AlreadyDropped, MilestoneMovedOn, NoSuchMilestone
from bot.timetable.rules import CHANGEABLE, FINISHABLE, Stage
from storage import timetable
from storage.projects import Project
from storage.timetable import Milestone

MOST_DIGITS = 6
ENDING = frozenset({State.CLOSING})  # then milestones are done or dropped (product §12)


@dataclass(frozen=True)
class Found:
    """A milestone in its project, locked, and what the actor is to it."""

    dossier: Dossier
    milestone: Milestone

    @property
    def project(self) -> Project:
        return self.dossier.project


def may_change(found: Dossier) -> bool:
    return bool(found.roles & _editors(found.state)) and found.state in CHANGEABLE


def may_move(found: Dossier, actor: Actor, milestone: Milestone) -> bool:
    """Also its owner, whom alerts ask for another date; a guest, too (product §14)."""
    is_theirs = milestone.owner == actor.user_id and found.state in RUNNING
    return is_theirs or may_change(found)


def may_drop(found: Dossier) -> bool:
    """Also while the project is closing."""
    is_ending = bool(found.roles & EDITORS) and found.state in ENDING
    return is_ending or may_change(found)


def may_finish(found: Dossier, actor: Actor, milestone: Milestone) -> bool:
    """Also its owner, who may be a guest (product §14)."""
    if found.state not in FINISHABLE:
        return False
    return milestone.owner == actor.user_id or bool(found.roles & EDITORS)


def changeable(session: Session, *, actor: Actor, milestone_id: int) -> Found:
    """For a form about it. Raises: as `to_change`."""
    return to_change(session, actor, milestone_id, None, for_update=False)


def movable(session: Session, *, actor: Actor, milestone_id: int) -> Found:
    """For a form. Raises: as `to_change`."""
    return to_change(session, actor, milestone_id, None, check=check_move, for_update=False)


def droppable(session: Session, *, actor: Actor, milestone_id: int) -> Found:
    """For a form. Raises: as `to_change`."""
    return to_change(session, actor, milestone_id, None, check=check_drop, for_update=False)


def numbered(session: Session, found: Dossier, typed: str) -> Milestone:
    """By its number, as typed. Raises: NoSuchMilestone."""
    digits = typed.lstrip("0")
    number = int(digits) if digits.isdecimal() and len(digits) <= MOST_DIGITS else 0
    milestone = timetable.numbered(session, found.project.team_id, found.project.pk, number)
    if milestone is None or milestone.state == Stage.DROPPED:
        raise NoSuchMilestone(found.project.key, typed)
    return milestone


def to_change(
    session: Session,
    actor: Actor,
    milestone_id: int,
    revision: int | None,
    *,
    check: Callable[["Found", Actor], None] | None = None,
    for_update: bool = True,
) -> Found:
    """Raises: NotFound, NotAllowed, NotInThisState, AlreadyDone, AlreadyDropped, MilestoneMovedOn."""
    found = find(session, actor, milestone_id, for_update=for_update)
    (check or _check_change)(found, actor)
    _check_open(found.milestone)
    if revision is not None and revision != found.milestone.revision:
        raise MilestoneMovedOn
    return found


def to_finish(session: Session, actor: Actor, milestone_id: int) -> Found:
    found = find(session, actor, milestone_id)
    check_finish(found, actor)
    _check_open(found.milestone)
    return found


def find(session: Session, actor: Actor, milestone_id: int, *, for_update: bool = True) -> Found:
    """The project is locked before the milestone is read. Raises: NotFound."""
    milestone = timetable.milestone(session, actor.team_id, milestone_id)
    if milestone is None:
        raise NotFound
    found = dossier(session, actor=actor, project_id=milestone.project_id, for_update=for_update)
    milestone = timetable.milestone(session, actor.team_id, milestone_id)
    assert milestone is not None
    return Found(found, milestone)


def check_change(found: Dossier, *, also: frozenset[State] = frozenset()) -> None:
    """Raises: NotInThisState, NotAllowed."""
    if found.state not in CHANGEABLE | also:
        raise NotInThisState(found.project.key, found.state)
    if not found.roles & _editors(found.state):
        raise NotAllowed


def _check_change(found: Found, actor: Actor) -> None:
    check_change(found.dossier)


def check_move(found: Found, actor: Actor) -> None:
    if not may_move(found.dossier, actor, found.milestone):
        check_change(found.dossier)


def check_drop(found: Found, actor: Actor) -> None:
    check_change(found.dossier, also=ENDING)


def _editors(state: State) -> frozenset[Role]:
    """Leads and executives; whoever drafts, while it is a draft (product §14)."""
    return EDITORS | {Role.DRAFTER} if state == State.DRAFT else EDITORS


def check_finish(found: Found, actor: Actor) -> None:
    if found.dossier.state not in FINISHABLE:
        raise NotInThisState(found.project.key, found.dossier.state)
    if not may_finish(found.dossier, actor, found.milestone):
        raise NotAllowed


def _check_open(milestone: Milestone) -> None:
    if milestone.state == Stage.DONE:
        raise AlreadyDone(milestone.title)
    if milestone.state == Stage.DROPPED:
        raise AlreadyDropped(milestone.title)
