"""A milestone in its project, and who may do what with it (product §9.1, §14)."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from bot.people.rules import Actor
from bot.projects.rules import EDITORS, RUNNING, NotInThisState, Role, State
from bot.projects.service import Dossier, load_dossier
from bot.runtime.errors import NotAllowed, NotFound, Refusal
from bot.timetable.errors import AlreadyDone, AlreadyDropped, MilestoneMovedOn
from bot.timetable.rules import CHANGEABLE, FINISHABLE, MilestoneStage
from storage import timetable
from storage.projects import Project
from storage.timetable import Milestone

MOST_DIGITS = 6
ENDING = frozenset({State.CLOSING})  # then milestones are done or dropped (product §12)


@dataclass(frozen=True)
class MilestoneContext:
    """A milestone in its project, locked, and what the actor is to it."""

    dossier: Dossier
    milestone: Milestone

    @property
    def project(self) -> Project:
        return self.dossier.project


def may_change_timetable(found: Dossier) -> bool:
    return bool(found.roles & _editor_roles(found.state)) and found.state in CHANGEABLE


def may_move_milestone(found: Dossier, actor: Actor, milestone: Milestone) -> bool:
    """Also its owner, whom alerts ask for another date; a guest, too (product §14)."""
    is_theirs = milestone.owner == actor.user_id and found.state in RUNNING
    return is_theirs or may_change_timetable(found)


def may_drop_milestones(found: Dossier) -> bool:
    """Also while the project is closing."""
    is_ending = bool(found.roles & EDITORS) and found.state in ENDING
    return is_ending or may_change_timetable(found)


def may_finish_milestone(found: Dossier, actor: Actor, milestone: Milestone) -> bool:
    """Also its owner, who may be a guest (product §14)."""
    if found.state not in FINISHABLE:
        return False
    return milestone.owner == actor.user_id or bool(found.roles & EDITORS)


def require_changeable_milestone(session: Session, *, actor: Actor, milestone_id: int) -> MilestoneContext:
    """For a form about it. Raises: as `require_milestone_to_change`."""
    return require_milestone_to_change(session, actor, milestone_id, None, for_update=False)


def require_movable_milestone(session: Session, *, actor: Actor, milestone_id: int) -> MilestoneContext:
    """For a form. Raises: as `require_milestone_to_change`."""
    return require_milestone_to_change(
        session, actor, milestone_id, None, check=require_move_right, for_update=False
    )


def require_droppable_milestone(session: Session, *, actor: Actor, milestone_id: int) -> MilestoneContext:
    """For a form. Raises: as `require_milestone_to_change`."""
    return require_milestone_to_change(
        session, actor, milestone_id, None, check=require_drop_right, for_update=False
    )


def find_milestone_by_number(session: Session, found: Dossier, typed: str) -> Milestone:
    """By its number, as typed. Raises: NoSuchMilestone."""
    digits = typed.lstrip("0")
    number = int(digits) if digits.isdecimal() and len(digits) <= MOST_DIGITS else 0
    milestone = timetable.find_numbered_milestone(session, found.project.team_id, found.project.pk, number)
    if milestone is None or milestone.state == MilestoneStage.DROPPED:
        raise Refusal("error.milestone.no_such", key=found.project.key, number=typed)
    return milestone


def require_milestone_to_change(
    session: Session,
    actor: Actor,
    milestone_id: int,
    revision: int | None,
    *,
    check: Callable[["MilestoneContext", Actor], None] | None = None,
    for_update: bool = True,
) -> MilestoneContext:
    """Raises: NotFound, NotAllowed, NotInThisState, AlreadyDone, AlreadyDropped, MilestoneMovedOn."""
    found = load_milestone(session, actor, milestone_id, for_update=for_update)
    (check or _require_milestone_change_right)(found, actor)
    _require_open_milestone(found.milestone)
    if revision is not None and revision != found.milestone.revision:
        raise MilestoneMovedOn
    return found


def require_milestone_to_finish(session: Session, actor: Actor, milestone_id: int) -> MilestoneContext:
    found = load_milestone(session, actor, milestone_id)
    require_finish_right(found, actor)
    _require_open_milestone(found.milestone)
    return found


def load_milestone(
    session: Session, actor: Actor, milestone_id: int, *, for_update: bool = True
) -> MilestoneContext:
    """The project is locked before the milestone is read. Raises: NotFound."""
    milestone = timetable.find_milestone(session, actor.team_id, milestone_id)
    if milestone is None:
        raise NotFound
    found = load_dossier(session, actor=actor, project_id=milestone.project_id, for_update=for_update)
    milestone = timetable.find_milestone(session, actor.team_id, milestone_id)
    assert milestone is not None
    return MilestoneContext(found, milestone)


def require_change_right(found: Dossier, *, also: frozenset[State] = frozenset()) -> None:
    """Raises: NotInThisState, NotAllowed."""
    if found.state not in CHANGEABLE | also:
        raise NotInThisState(found.project.key, found.state)
    if not found.roles & _editor_roles(found.state):
        raise NotAllowed


def _require_milestone_change_right(found: MilestoneContext, actor: Actor) -> None:
    require_change_right(found.dossier)


def require_move_right(found: MilestoneContext, actor: Actor) -> None:
    if not may_move_milestone(found.dossier, actor, found.milestone):
        require_change_right(found.dossier)


def require_drop_right(found: MilestoneContext, actor: Actor) -> None:
    require_change_right(found.dossier, also=ENDING)


def _editor_roles(state: State) -> frozenset[Role]:
    """Leads and executives; whoever drafts, while it is a draft (product §14)."""
    return EDITORS | {Role.DRAFTER} if state == State.DRAFT else EDITORS


def require_finish_right(found: MilestoneContext, actor: Actor) -> None:
    if found.dossier.state not in FINISHABLE:
        raise NotInThisState(found.project.key, found.dossier.state)
    if not may_finish_milestone(found.dossier, actor, found.milestone):
        raise NotAllowed


def _require_open_milestone(milestone: Milestone) -> None:
    if milestone.state == MilestoneStage.DONE:
        raise AlreadyDone(milestone.title)
    if milestone.state == MilestoneStage.DROPPED:
        raise AlreadyDropped(milestone.title)
