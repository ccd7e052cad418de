"""A milestone in its project, who may do what with it, and who can see to it (product §9.1, §14)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.parsing.folding import fold_text
from bot.parsing.names import find_names_meant
from bot.people.rules import Actor
from bot.projects.policy import list_holders, refuse_all_but_editors
from bot.projects.rules import DECIDES, EDITORS, LEADS, RUNNING, TEAM, NotInThisState, Role, Side, State
from bot.projects.service import ProjectContext, load_context
from bot.runtime.errors import NotAllowed, NotFound, Refusal
from bot.timetable.rules import (
    CHANGEABLE,
    FINISHABLE,
    MOST_OPEN_MILESTONES,
    OPEN,
    MilestoneSide,
    MilestoneStage,
)
from storage import people, team, timetable
from storage.projects import CharterVersion, Project
from storage.timetable import Milestone

MOST_DIGITS = 6
ENDING = frozenset({State.CLOSING})  # then milestones are done or dropped (product §12)


@dataclass(frozen=True)
class MilestoneContext:
    """A milestone, and what a request knows of its project."""

    context: ProjectContext
    milestone: Milestone

    @property
    def project(self) -> Project:
        return self.context.project


Right = Callable[[MilestoneContext], None]
"""Raises if the actor may not do this to the milestone now."""


def may_change_timetable(found: ProjectContext) -> bool:
    return bool(found.roles & _editor_roles(found.state)) and found.state in CHANGEABLE


def may_move_milestones(found: ProjectContext) -> bool:
    """Whether the actor may move any, if one is theirs."""
    return (found.state in RUNNING and bool(found.roles & TEAM)) or may_change_timetable(found)


def may_finish_milestones(found: ProjectContext) -> bool:
    """Whether the actor may finish any, if one is theirs."""
    return found.state in FINISHABLE and bool(found.roles & TEAM)


def may_move_milestone(found: ProjectContext, milestone: Milestone) -> bool:
    """Also its owner, whom alerts ask for another date; a guest, too (product §14)."""
    is_theirs = milestone.owner == found.actor.user_id and found.state in RUNNING
    return is_theirs or may_change_timetable(found)


def may_drop_milestones(found: ProjectContext) -> bool:
    """Also while the project is closing."""
    is_ending = bool(found.roles & EDITORS) and found.state in ENDING
    return is_ending or may_change_timetable(found)


def may_finish_milestone(found: ProjectContext, milestone: Milestone) -> bool:
    """Also its owner, who may be a guest (product §14)."""
    if found.state not in FINISHABLE:
        return False
    return milestone.owner == found.actor.user_id or bool(found.roles & EDITORS)


def is_own_milestone(found: ProjectContext, milestone: Milestone) -> bool:
    """Whether the actor sees to it: as its owner, or as a lead of a side whose it is, if it has no other owner."""
    if milestone.owner is not None:
        return milestone.owner == found.actor.user_id
    return _is_of_side_of(found.roles & LEADS, milestone)


def _is_of_side_of(roles: Collection[Role], milestone: Milestone) -> bool:
    """Whether it is the side's, or both sides', for which somebody of these roles decides."""
    sides = [side.value for side in Side if DECIDES[side].intersection(roles)]
    return bool(sides) and milestone.side in (*sides, MilestoneSide.BOTH)


def list_allowed_actions(found: ProjectContext, milestone: Milestone) -> Sequence[str]:
    """What the actor may do with a milestone, as the buttons are called."""
    if not milestone.is_standing:
        return ("restore",) if may_drop_milestones(found) else ()
    if milestone.state not in OPEN:
        return ()
    finishes = may_finish_milestone(found, milestone)
    may = {
        "done": finishes,
        "move": may_move_milestone(found, milestone),
        "at_risk": finishes and milestone.state == "open",
        "reopen": finishes and milestone.state != "open",
        "change": may_change_timetable(found),
        "drop": may_drop_milestones(found),
    }
    return [name for name, allowed in may.items() if allowed]


def find_milestone_by_number(
    session: Session, found: ProjectContext, typed: str, *, may_be_dropped: bool = False
) -> MilestoneContext:
    """Finds it by its number, as typed. Raises: Refusal."""
    digits = typed.lstrip("0")
    number = int(digits) if digits.isdecimal() and len(digits) <= MOST_DIGITS else 0
    milestone = timetable.find_numbered_milestone(session, found.project.team_id, found.project.pk, number)
    if milestone is None or not (milestone.is_standing or may_be_dropped):
        raise Refusal("error.milestone.no_such", key=found.project.key, number=typed)
    return MilestoneContext(found, milestone)


def find_milestone_called(session: Session, found: ProjectContext, title: str) -> MilestoneContext | None:
    """Finds the only one of that title, whole; not one that was dropped. Raises: Refusal, where several have it."""
    named = [
        each
        for each in timetable.list_milestones(session, found.project.team_id, found.project.pk)
        if each.state != MilestoneStage.DROPPED and fold_text(each.title) == fold_text(title)
    ]
    if len(named) > 1:
        numbers = ", ".join(str(each.number) for each in named)
        raise Refusal("error.milestone.several_called", title=named[0].title, numbers=numbers)
    return MilestoneContext(found, named[0]) if named else None


def lock_changeable_milestone(
    session: Session, actor: Actor, milestone_id: int, revision: int | None, right: Right
) -> MilestoneContext:
    """Returns a milestone, its project locked, that is as the form was filled with it. Raises: NotFound, as
    `require_changeable_milestone`; Refusal.
    """
    found = load_milestone(session, actor, milestone_id, for_update=True)
    require_changeable_milestone(found, right)
    if revision is not None and revision != found.milestone.revision:
        raise Refusal("error.milestone.moved_on")
    return found


def require_changeable_milestone(found: MilestoneContext, right: Right) -> None:
    """Raises: NotAllowed, NotInThisState, Refusal."""
    right(found)
    if found.milestone.state == MilestoneStage.DONE:
        raise Refusal("error.milestone.done", title=found.milestone.title)
    if found.milestone.state == MilestoneStage.DROPPED:
        raise Refusal("error.milestone.dropped", title=found.milestone.title)


def load_milestone(
    session: Session, actor: Actor, milestone_id: int, *, for_update: bool = False
) -> MilestoneContext:
    """Locks the project before it reads the milestone. Raises: NotFound."""
    milestone = timetable.find_milestone(session, actor.team_id, milestone_id)
    if milestone is None:
        raise NotFound
    found = load_context(session, actor=actor, project_id=milestone.project_id, for_update=for_update)
    if for_update:
        timetable.list_milestones(session, actor.team_id, milestone.project_id)  # this one, too, as it is now
    return MilestoneContext(found, milestone)


def require_change_right(found: ProjectContext, *, also: frozenset[State] = frozenset()) -> None:
    """Raises: NotInThisState, NotAllowed."""
    if found.state not in CHANGEABLE | also:
        raise NotInThisState(found.project)
    if not found.roles & _editor_roles(found.state):
        raise refuse_all_but_editors(found)


def require_edit_right(found: MilestoneContext) -> None:
    """Raises: as `require_change_right`."""
    require_change_right(found.context)


def require_move_right(found: MilestoneContext) -> None:
    """Raises: as `require_change_right`."""
    if not may_move_milestone(found.context, found.milestone):
        require_change_right(found.context)


def may_drop_remaining(found: ProjectContext, milestone: Milestone) -> bool:
    """Whether it is one of those that the actor may drop all at once, while the project is closing: their own
    side's, or both sides'. The other side drops its own.
    """
    return found.state in ENDING and milestone.is_open and _is_of_side_of(found.roles, milestone)


def require_remaining_drop_right(found: ProjectContext) -> None:
    """Raises: NotInThisState, NotAllowed."""
    if found.state not in ENDING:
        raise NotInThisState(found.project)
    if not found.roles & EDITORS:
        raise refuse_all_but_editors(found)


def require_room(session: Session, project: Project, *, count: int = 1) -> None:
    """Raises: Refusal where the timetable would have more open milestones than it may with `count` more."""
    every = timetable.list_milestones(session, project.team_id, project.pk)
    if sum(each.is_open for each in every) + count > MOST_OPEN_MILESTONES:
        raise Refusal("error.milestone.too_many", limit=MOST_OPEN_MILESTONES)


def require_drop_right(found: MilestoneContext) -> None:
    """Raises: as `require_change_right`."""
    require_change_right(found.context, also=ENDING)


def _editor_roles(state: State) -> frozenset[Role]:
    """Returns leads and executives; whoever drafts, while it is a draft (product §14)."""
    return EDITORS | {Role.DRAFTER} if state == State.DRAFT else EDITORS


def require_finish_right(found: MilestoneContext) -> None:
    """Raises: NotInThisState, NotAllowed."""
    if found.context.state not in FINISHABLE:
        raise NotInThisState(found.project)
    if not may_finish_milestone(found.context, found.milestone):
        raise _refuse_to_finish(found)


def _refuse_to_finish(found: MilestoneContext) -> NotAllowed:
    """Returns the refusal of what whoever sees to a milestone does, and leads and executives."""
    owner = [] if found.milestone.owner is None else [found.milestone.owner]
    may = [*owner, *list_holders(found.context, EDITORS)]
    return NotAllowed("error.only.milestone", may=may, project_id=found.context.project.pk)


# --- who can see to a milestone -----------------------------------------------------------------------------------


def load_participants(session: Session, project: Project, charter: CharterVersion) -> dict[str, Side]:
    """Loads everybody of the project, with their side."""
    members = {each.user_id: each.side for each in team.list_members(session, project.team_id, project.pk)}
    return {**members, **project.leads.by_value(), **charter.executives.by_value()}


def find_owner_side(
    session: Session, project: Project, charter: CharterVersion, owner: str | None
) -> MilestoneSide:
    """Finds the owner's side, which is the milestone's if nothing else is said."""
    side = load_participants(session, project, charter).get(owner or "")
    return MilestoneSide.BOTH if side is None else MilestoneSide(side.value)


def find_owner_by_side(project: Project, side: MilestoneSide | None) -> str | None:
    """Finds the lead of the side that sees to it, if that is one side."""
    return None if side is None or side is MilestoneSide.BOTH else project.leads[Side(side.value)]


def find_named_participants(session: Session, project: Project, charter: CharterVersion, words: str) -> list[str]:
    """Finds those of the project who are called so: by id, by the whole name, or by its first words."""
    return find_people_called(session, project.team_id, words, load_participants(session, project, charter))


def find_people_called(session: Session, team_id: str, words: str, among: Collection[str]) -> list[str]:
    """Finds those of them who are called so, as `find_named_participants`."""
    known = people.find_people(session, team_id, set(among))
    names = {each: [row.name, row.full_name] for each, row in known.items()}
    return find_names_meant(words, names, may_be_shorter=True)
