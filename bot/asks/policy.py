"""An ask in its project, and who may do what with it (product §10, §14)."""

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session

from bot.asks.rules import ANSWERABLE, ASKABLE, AskState
from bot.people.rules import Actor
from bot.projects.policy import refuse_all_but_team
from bot.projects.rules import DECIDES, TEAM, NotInThisState, Role, Side, State
from bot.projects.service import ProjectContext, load_context
from bot.runtime.errors import NotAllowed, NotFound, Refusal
from bot.timetable.policy import load_participants
from bot.ui.texts import Term
from storage import asks, people, team
from storage.asks import Ask
from storage.charters import load_counting_charter
from storage.projects import Project

PERSON = "person"  # the form's field


class AskPart(StrEnum):
    """What somebody is to an ask."""

    ASKER = "asker"
    OWNER = "owner"
    OFFERED = "offered"  # it was handed to them, and they have yet to accept
    DECIDER = "decider"  # the lead or the executive of the side that is asked
    NONE = "none"


@dataclass(frozen=True)
class AskContext:
    """An ask, and what a request knows of its project."""

    context: ProjectContext
    ask: Ask

    @property
    def project(self) -> Project:
        return self.context.project

    @property
    def part(self) -> AskPart:
        return find_part(self.ask, self.context.actor.user_id, self.context.roles)


def find_part(ask: Ask, user_id: str, roles: frozenset[Role] = frozenset()) -> AskPart:
    """Finds what a person is to an ask; their roles count where they have no part of their own."""
    by_person = {ask.asked_by: AskPart.ASKER, ask.handed_to: AskPart.OFFERED, ask.owner: AskPart.OWNER}
    decides = AskPart.DECIDER if roles & DECIDES[ask.side] else AskPart.NONE
    return by_person.get(user_id, decides)


def load_ask(session: Session, actor: Actor, ask_id: int, *, for_update: bool = False) -> AskContext:
    """Loads an ask with its project, which is locked before the ask is read. Raises: NotFound."""
    ask = asks.find_ask(session, actor.team_id, ask_id)
    if ask is None:
        raise NotFound
    found = load_context(session, actor=actor, project_id=ask.project_id, for_update=for_update)
    if for_update:
        session.refresh(ask)
    return AskContext(found, ask)


def list_participants(session: Session, project: Project) -> dict[str, Side]:
    """Lists everybody of the project who can ask and be asked, with their side.

    Nobody whose account is gone; and a guest is one as a member only (product §14).
    """
    participants = load_participants(session, project, load_counting_charter(session, project))
    known = people.find_people(session, project.team_id, set(participants))
    members = {each.user_id for each in team.list_members(session, project.team_id, project.pk)}
    return {
        user_id: side
        for user_id, side in participants.items()
        if (row := known.get(user_id)) is not None
        and not (row.deleted or row.is_bot or row.is_stranger)
        and (row.is_internal or user_id in members)
    }


def may_ask_in(found: ProjectContext) -> bool:
    """Whether it is worth offering the project to the actor: `require_ask_right` decides."""
    return found.state in ASKABLE and bool(found.roles & TEAM)


def require_ask_right(session: Session, found: ProjectContext) -> Side:
    """Returns the actor's side, if they may ask; everybody of the project may.

    Raises: NotInThisState, NotAllowed.
    """
    if found.state not in ASKABLE:
        raise NotInThisState(found.project)
    side = list_participants(session, found.project).get(found.actor.user_id)
    if side is None:
        raise refuse_all_but_team(found)
    return side


def require_participant_of_side(session: Session, project: Project, user_id: str | None, side: Side) -> str:
    """Returns the person, if they are of that side. Raises: Refusal, at the form's field."""
    if not user_id:
        raise Refusal("error.field.empty", field=PERSON)
    if list_participants(session, project).get(user_id) != side:
        raise Refusal("error.ask.not_of_side", field=PERSON, side=Term(f"side.of.{side}"))
    return user_id


def require_answerable(found: AskContext) -> None:
    """Raises NotInThisState, or Refusal of an ask that has ended."""
    if found.context.state not in ANSWERABLE:
        raise NotInThisState(found.project)
    if not found.ask.is_open:
        raise Refusal("error.ask.over", state=Term(f"ask.state.{found.ask.state}"))


def require_answerable_or_reopenable(session: Session, found: AskContext) -> None:
    """Lets what was declined be answered after all, while both still take part. Raises: as `require_answerable`."""
    ask, may_reopen = found.ask, False
    if ask.is_reopenable and found.context.state in ANSWERABLE:
        participants = list_participants(session, found.project)
        may_reopen = (participants.get(ask.owner), participants.get(ask.asked_by)) == (ask.side, ask.side.other)
    if not may_reopen:
        require_answerable(found)


def refuse_all_but_owner(found: AskContext) -> NotAllowed:
    """Returns the refusal of what the owner of an ask answers."""
    return NotAllowed("error.ask.owners", may=[found.ask.owner], project_id=found.project.pk)


def refuse_all_but_offered(found: AskContext) -> NotAllowed:
    """Returns the refusal of what whoever it is offered to answers."""
    return NotAllowed("error.ask.owners", may=[found.ask.handed_to or found.ask.owner], project_id=found.project.pk)


def require_owner(found: AskContext) -> None:
    """Raises NotAllowed for all but its owner."""
    if found.part is not AskPart.OWNER:
        raise refuse_all_but_owner(found)


def require_asker(found: AskContext) -> None:
    """Raises NotAllowed for all but whoever asked."""
    if found.part is not AskPart.ASKER:
        raise NotAllowed("error.ask.askers", may=[found.ask.asked_by], project_id=found.project.pk)


def require_hand_on_right(found: AskContext) -> None:
    """Raises NotAllowed for all but its owner, and that side's lead and executive, for whoever is ill or away."""
    if found.part is not AskPart.OWNER and not found.context.roles & DECIDES[found.ask.side]:
        raise refuse_all_but_owner(found)


def list_allowed_steps(found: AskContext) -> tuple[str, ...]:
    """Lists what the actor may do with it now, as the buttons are called, the likeliest first."""
    return list_steps_of_part(found.ask, found.part, found.context.state)


def list_steps_of_part(ask: Ask, part: AskPart, state: State) -> tuple[str, ...]:
    """Lists what that part may do with an ask, in a project of that state."""
    if state not in ANSWERABLE or not (ask.is_open or ask.is_reopenable):
        return ()
    match part:
        case AskPart.OWNER if ask.is_reopenable:
            return ("accept", "date")
        case AskPart.ASKER if ask.is_reopenable:
            return ("again", "blocker") if state in ASKABLE else ()
        case _ if ask.is_reopenable:
            return ()
        case AskPart.OWNER if ask.state is AskState.ACCEPTED and ask.wished_due is None:
            return ("done", "date", "hand", "decline")
        case AskPart.OWNER:
            return ("accept", "done", "date", "hand", "decline")
        case AskPart.OFFERED:
            return ("take", "pass_up")
        case AskPart.ASKER:
            return ("agree", "keep", "withdraw") if ask.wished_due is not None else ("withdraw",)
        case AskPart.DECIDER:
            return ("hand",)
    return ()
