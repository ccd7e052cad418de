"""On which side somebody works: known from a seat, a team, or the word of who may say so (product §1, §5.1).

Seats and teams count once both executives have signed: anybody may draft a project that names anybody. A word
counts if it is the person's own, or that of a lead or an executive of the side on which they are known to work.
Whatever others say is a question to the person, and stays one until they answer.
"""

from datetime import datetime
from enum import StrEnum
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.letters import Routine, drop_letter_buttons, revise_letter
from bot.deliveries.digests.queue import OfNoProject
from bot.people.rules import Actor
from bot.people.service import require_colleague
from bot.projects import views
from bot.projects.locking import lock_rows_of_person
from bot.projects.rules import DECIDES, EDITORS, LIVE, Side
from bot.projects.service import roles_of_actor
from bot.runtime.domain_events import SideStated, publish_event
from bot.runtime.errors import NotAllowed, Refusal
from bot.ui.components import Compose
from storage import audit, people, projects, register, seats, team
from storage.people import Person
from storage.projects_with_stays import list_projects_of_person
from storage.workspaces import load_workspace


class Say(StrEnum):
    """What somebody's word on a side is worth."""

    OWN = "own"
    COUNTS = "counts"  # of a lead or an executive of the side on which the person is known to work
    ASKS = "asks"  # of any other lead or executive: the person is asked


def find_known_side(session: Session, team_id: str, user_id: str) -> Side | None:
    """As `find_present_side`; where that says nothing, what the last team says that they stayed in to the end."""
    return find_present_side(session, team_id, user_id) or seats.find_former_side(session, team_id, user_id)


def find_present_side(session: Session, team_id: str, user_id: str) -> Side | None:
    """What was said of them, else what their signed seats and teams say, if these agree; where they have none, what
    they own does.
    """
    found = people.find_person(session, team_id, user_id)
    if found is not None and found.side is not None:
        return found.side
    sides = seats.list_sides_of_seats(session, team_id, user_id)
    sides |= seats.list_sides_of_stays(session, team_id, user_id)
    sides = sides or register.list_sides_of_owner(session, team_id, user_id)
    return sides.pop() if len(sides) == 1 else None


def find_asked_side(session: Session, team_id: str, user_id: str) -> tuple[Side, str] | None:
    """The side that somebody has proposed, and who; None if the person is not asked."""
    found = people.find_person(session, team_id, user_id)
    if found is None or found.proposed_side is None or found.proposed_by is None:
        return None
    return found.proposed_side, found.proposed_by


def weigh_word_on_side(session: Session, actor: Actor, user_id: str) -> Say | None:
    """What the actor's word on this person's side is worth; None: nothing."""
    if not actor.is_internal:
        return None
    if actor.user_id == user_id:
        return Say.OWN
    known = find_known_side(session, actor.team_id, user_id)
    if known is not None and _may_decide_for(session, actor, {known}):
        return Say.COUNTS
    return Say.ASKS if _may_decide_for(session, actor, set(Side)) else None


def state_side(session: Session, *, actor: Actor, user_id: str, side: Side, now: datetime) -> Say:
    """Records the side as a fact, or asks the person; the log has it either way.

    Raises: NotAllowed, NotAColleague, Refusal, also of who knows that they keep something on the other
    side.
    """
    say = weigh_word_on_side(session, actor, user_id)
    if say is None:
        raise NotAllowed("error.only.person", may=[user_id])
    require_colleague(session, actor.team_id, user_id)
    if say is not Say.ASKS:
        lock_rows_of_person(session, actor.team_id, user_id)
    known = find_known_side(session, actor.team_id, user_id)
    if side != known and has_seats_of_other_side_only(session, actor.team_id, user_id, side):
        raise Refusal("error.seat_says_side")
    if say is Say.ASKS and side == known:
        return Say.COUNTS  # they have answered since the button was drawn
    if say is Say.ASKS:
        propose_side(session, team_id=actor.team_id, user_id=user_id, side=side, by=actor.user_id, now=now)
        return say
    if side != known:
        publish_event(session, SideStated(actor.team_id, now, user_id, side, actor.user_id))
    person = people.load_person_for_update(session, actor.team_id, user_id)
    _tell_asker(session, person, side, by=actor.user_id, now=now)
    _end_question(session, person, side)
    if say is Say.OWN:
        drop_letter_buttons(session, team_id=actor.team_id, user_id=user_id, action="person.side")
    if person.side != side:
        person.side = side
        session.flush()
        _log_side(session, actor, user_id, known, side, now)
        if say is Say.COUNTS:
            _tell_of_stated_side(session, person, side, by=actor.user_id, now=now)
    return say


def has_seats_of_other_side_only(session: Session, team_id: str, user_id: str, side: Side) -> bool:
    """Whether their signed seats say that they do not work there, which no word outweighs."""
    return seats.list_sides_of_seats(session, team_id, user_id) == {side.other}


def list_teams_of_other_side(session: Session, actor: Actor, side: Side) -> list[str]:
    """Lists the keys of the projects in which the actor is in the team of the side on which they do not work."""
    stays = team.list_current_stays(session, actor.team_id, actor.user_id)
    elsewhere = [pk for pk, each in stays.items() if each.side != side]
    found = projects.load_projects(session, actor.team_id, elsewhere)
    return [found[pk].key for pk in elsewhere if found[pk].state in LIVE]


def propose_side(session: Session, *, team_id: str, user_id: str, side: Side, by: str, now: datetime) -> None:
    """Asks the person by direct message, unless that very question waits for them."""
    person = people.load_person_for_update(session, team_id, user_id)
    if (person.proposed_side, person.proposed_by) == (side, by):
        return
    _end_question(session, person, None)
    person.proposed_side, person.proposed_by, person.proposed_at = side, by, now
    session.flush()
    message = partial(views.render_side_question, who=user_id, side=side, by=by)
    _write_side_letter(session, person, _question_key(person), message, now=now, needs_reader=True)


def _end_question(session: Session, person: Person, side: Side | None) -> None:
    """The question has no buttons any more; `side`: what the answer was."""
    if person.proposed_at is None:
        return
    message = partial(views.render_ended_side_question, side=side)
    revise_letter(session, team_id=person.team_id, key=_question_key(person), message=message, is_over=True)
    person.proposed_side, person.proposed_by, person.proposed_at = None, None, None


def _tell_asker(session: Session, person: Person, side: Side, *, by: str, now: datetime) -> None:
    """Whoever has asked reads the answer with their next routine message, unless it is their own."""
    if person.proposed_by is None or person.proposed_by == by:
        return
    message = partial(views.render_side_answer, who=person.user_id, side=side)
    about, routine = OfNoProject(person.team_id), Routine("side_answer", now)
    key = f"{_question_key(person)}:answer"
    post.to_person(session, about, person.proposed_by, key=key, message=message, routine=routine)


def _question_key(person: Person) -> str:
    assert person.proposed_at is not None
    return f"side:{person.user_id}:{person.proposed_at.timestamp()}"


def _tell_of_stated_side(session: Session, person: Person, side: Side, *, by: str, now: datetime) -> None:
    """Whose side it is may object with one click."""
    message = partial(views.render_stated_side, who=person.user_id, side=side, by=by)
    _write_side_letter(session, person, f"side:{person.user_id}:{now.timestamp()}:{side}", message, now=now)


def _write_side_letter(
    session: Session, person: Person, key: str, message: Compose, *, now: datetime, needs_reader: bool = False
) -> None:
    """With their next routine message (product §2.8)."""
    about, routine = OfNoProject(person.team_id), Routine("side", now, needs_reader)
    post.to_person(session, about, person.user_id, key=key, message=message, routine=routine)


def _may_decide_for(session: Session, actor: Actor, sides: set[Side]) -> bool:
    """A lead or an executive of one of them, by a charter that both have signed or by the workspace's settings."""
    workspace = load_workspace(session, actor.team_id)
    if any(workspace.executives[side] == actor.user_id for side in sides):
        return True
    deciding = EDITORS if len(sides) == len(Side) else frozenset().union(*(DECIDES[side] for side in sides))
    return any(
        roles_of_actor(project, charter, actor) & deciding
        for project, charter in seats.list_seats_of_person(session, actor.team_id, actor.user_id)
        if project.governing_version is not None
    )


def _log_side(session: Session, actor: Actor, user_id: str, before: Side | None, side: Side, now: datetime) -> None:
    """In every project in which they have a part, or that touches what they own, stand in for, or are offered."""
    theirs = [project.pk for project, _, _ in list_projects_of_person(session, actor.team_id, user_id)]
    assets = [asset.pk for asset in register.list_assets_concerning(session, actor.team_id, user_id)]
    touched = [
        each for ids in register.list_project_ids_by_asset(session, actor.team_id, assets).values() for each in ids
    ]
    concerned: list[int | None] = [*sorted({*theirs, *touched})]
    for project_id in concerned or [None]:
        audit.record_audit_entry(
            session,
            team_id=actor.team_id,
            project_id=project_id,
            at=now,
            actor=actor.user_id,
            action="person.side",
            before={"works_in": before},
            after={"holder": user_id, "works_in": side},
        )
