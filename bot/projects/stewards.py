"""Two stewards, one a side, who decide together what touches everybody's data (product §17).

Slack admins are usually of IT. Once they have named stewards, what is asked of `agree_on` needs a yes of both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.letters import Routine, list_letters, revise_letter
from bot.deliveries.digests.queue import OfNoProject
from bot.people.rules import Actor
from bot.people.service import NotAColleague, require_colleague
from bot.projects import views
from bot.projects.rules import STEWARD_FIELDS, Side, Sides
from bot.projects.sides import find_known_side
from bot.runtime.domain_events import BecameOutsider, PersonLeft
from bot.runtime.errors import FormErrors, NotAllowed, Refusal
from bot.ui.components import Compose
from bot.ui.mrkdwn import person_mention
from bot.ui.texts import Term
from storage import audit, people
from storage.stewards import StewardConsent, list_steward_consents, load_steward_consents
from storage.workspaces import Workspace, load_workspace, load_workspace_for_update


def may_decide(workspace: Workspace, actor: Actor) -> bool:
    """Whether the actor has a say: a steward, or, where there are none, a Slack admin."""
    if workspace.stewards is None:
        return actor.is_admin
    return actor.is_internal and actor.user_id in workspace.stewards


def may_name(workspace: Workspace, actor: Actor) -> bool:
    """Whether the actor may fill a place of a steward: a Slack admin an empty one, a steward their own."""
    return actor.is_admin or (workspace.stewards is not None and may_decide(workspace, actor))


def find_other_steward(stewards: Sides[str], user_id: str) -> str:
    """Finds the one beside a steward."""
    return stewards[stewards.by_value()[user_id].other]


def refuse_all_but_deciders(workspace: Workspace) -> Refusal:
    """Returns the refusal of what the stewards decide, or Slack admins where there are none."""
    if workspace.stewards is None:
        return Refusal("error.not_an_admin")
    return NotAllowed("error.only.stewards", may=[*workspace.stewards])


def name_stewards(session: Session, *, actor: Actor, chosen: Sides[str | None], now: datetime) -> Sides[str] | None:
    """Names both: Slack admins for empty places, a steward for their own. Whoever is one, or was, hears of it.

    Raises: NotAllowed; FormErrors, also for whom is known to work on the other side.
    """
    workspace = load_workspace_for_update(session, actor.team_id)
    before = workspace.stewards
    if not may_name(workspace, actor):
        raise refuse_all_but_deciders(workspace)
    errors = [] if chosen == before or chosen == Sides(None, None) else _check_stewards(session, actor, chosen)
    if errors := errors or _check_handing_over(session, actor, before, chosen):
        raise FormErrors(errors)
    workspace.steward_it, workspace.steward_marketing = chosen
    after = workspace.stewards
    if before == after:
        return after
    for row in list_steward_consents(session, workspace.team_id):
        _drop_consent(session, workspace, row)
    _log_stewards(session, actor, before, after, now)
    _tell_stewards(session, actor, before, after, now)
    return after


def tell_remaining_steward(session: Session, event: PersonLeft | BecameOutsider) -> None:
    """Tells the other steward that a place is empty, which a Slack admin may fill (product §17)."""
    stewards = load_workspace(session, event.team_id).stewards
    side = None if stewards is None else stewards.by_value().get(event.user_id)
    if stewards is not None and side is not None:
        message = partial(views.render_missing_steward, who=event.user_id)
        key, about = f"steward:missing:{event.user_id}:{event.now.timestamp()}", OfNoProject(event.team_id)
        routine = Routine("steward", event.now)
        post.to_person(session, about, stewards[side.other], key=key, message=message, routine=routine)


@dataclass(frozen=True)
class Matter:
    """Something that needs a yes of both stewards. `choice`: what of it, where there is something to choose."""

    name: str
    choice: str = ""


def require_decider(session: Session, actor: Actor) -> None:
    """Locks the workspace's settings for whoever has a say. Raises: Refusal, which says who has one."""
    workspace = load_workspace_for_update(session, actor.team_id)
    if may_decide(workspace, actor):
        return
    if workspace.stewards is None:
        raise Refusal("error.not_an_admin")
    it, marketing = map(person_mention, workspace.stewards)
    raise Refusal("error.steward.decide", it=it, marketing=marketing)


def agree_on(session: Session, *, actor: Actor, matter: Matter, question: Compose, now: datetime) -> str | None:
    """The actor's yes to a matter; the other steward is asked the question by direct message, once.

    Returns whose yes is still missing; None: it is decided, and to be done now. Raises: NotAllowed.
    """
    workspace = load_workspace_for_update(session, actor.team_id)
    if not may_decide(workspace, actor):
        raise refuse_all_but_deciders(workspace)
    stewards = workspace.stewards
    if stewards is None:
        return None
    given = load_steward_consents(session, actor.team_id, matter.name)
    other = find_other_steward(stewards, actor.user_id)
    own, theirs = given.get(actor.user_id), given.get(other)
    if theirs is not None and theirs.choice == matter.choice:
        drop_consents(session, workspace, matter.name)
        return None
    if own is not None and own.choice == matter.choice:
        return other
    if own is not None:
        _drop_consent(session, workspace, own)
    row = StewardConsent(
        team_id=actor.team_id, matter=matter.name, user_id=actor.user_id, choice=matter.choice, given_at=now
    )
    session.add(row)
    session.flush()
    routine = Routine("steward", now, needs_reader=True)
    post.to_person(
        session, OfNoProject(actor.team_id), other, key=_question_key(row), message=question, routine=routine
    )
    return other


def refuse_matter(session: Session, *, actor: Actor, matter: Matter, answer: Compose, now: datetime) -> None:
    """A steward's no, which is enough: the other's yes is dropped, and they are told the answer.

    Raises: NotAllowed; Refusal where nobody waits for the actor's word any more.
    """
    workspace = load_workspace_for_update(session, actor.team_id)
    if workspace.stewards is None or not may_decide(workspace, actor):
        raise refuse_all_but_deciders(workspace)
    other = find_other_steward(workspace.stewards, actor.user_id)
    theirs = load_steward_consents(session, actor.team_id, matter.name).get(other)
    if theirs is None or theirs.choice != matter.choice:
        raise Refusal("error.steward.over")
    key = f"steward:refused:{_question_key(theirs)}"
    _drop_consent(session, workspace, theirs)
    _tell_steward(session, actor.team_id, other, key=key, message=answer, now=now)


def tell_other_steward(session: Session, *, actor: Actor, matter: Matter, message: Compose, now: datetime) -> None:
    """Tells whoever has proposed a matter that the actor has agreed to it."""
    stewards = load_workspace(session, actor.team_id).stewards
    if stewards is not None:
        other = find_other_steward(stewards, actor.user_id)
        key = f"steward:agreed:{matter.name}:{now.timestamp()}"
        _tell_steward(session, actor.team_id, other, key=key, message=message, now=now)


def _tell_steward(
    session: Session, team_id: str, user_id: str, *, key: str, message: Compose, now: datetime
) -> None:
    """Tells what came of a proposal of theirs."""
    about, routine = OfNoProject(team_id), Routine("steward", now)
    post.to_person(session, about, user_id, key=key, message=message, routine=routine)


def list_consents(session: Session, workspace: Workspace, matter: str) -> list[StewardConsent]:
    """Lists what waits for a yes to a matter, or to whatever has a name that begins with it."""
    found = list_steward_consents(session, workspace.team_id)
    return [row for row in found if row.matter == matter or row.matter.startswith(f"{matter}:")]


def list_steward_questions(session: Session, *, actor: Actor) -> Sequence[tuple[int, Compose]]:
    """Lists the questions that wait for the actor's yes, as they were sent, oldest first, each with its number."""
    workspace = load_workspace(session, actor.team_id)
    if workspace.stewards is None or not may_decide(workspace, actor):
        return ()
    rows = [row for row in list_steward_consents(session, actor.team_id) if row.user_id != actor.user_id]
    return [
        question
        for row in sorted(rows, key=lambda each: each.given_at)
        for question in list_letters(session, team_id=actor.team_id, key=_question_key(row))
    ]


def drop_consents(session: Session, workspace: Workspace, matter: str) -> None:
    """Drops all of that: it is decided, or not asked any more."""
    for row in list_consents(session, workspace, matter):
        _drop_consent(session, workspace, row)


def lapse_consent(
    session: Session, workspace: Workspace, row: StewardConsent, *, answer: Compose, now: datetime
) -> None:
    """Drops a yes to what there is nothing to decide of any more; whoever gave it is told the answer."""
    key = f"steward:lapsed:{_question_key(row)}"
    about, reader = OfNoProject(workspace.team_id), row.user_id
    _drop_consent(session, workspace, row)
    post.to_person(session, about, reader, key=key, message=answer, routine=Routine("steward", now))


def revise_steward_question(session: Session, row: StewardConsent, question: Compose) -> None:
    """Says anew what the other steward is asked: it is about less than it was."""
    revise_letter(session, team_id=row.team_id, key=_question_key(row), message=question)


def _drop_consent(session: Session, workspace: Workspace, row: StewardConsent) -> None:
    """Drops a yes; the question that it has led to asks for nothing more."""
    revise_letter(
        session,
        team_id=workspace.team_id,
        key=_question_key(row),
        message=views.render_settled_matter,
        is_over=True,
    )
    session.delete(row)
    session.flush()


def _question_key(row: StewardConsent) -> str:
    return f"steward:{row.matter}:{row.user_id}:{row.given_at.timestamp()}"


def _check_stewards(session: Session, actor: Actor, chosen: Sides[str | None]) -> list[Refusal]:
    errors: list[Refusal] = []
    for side in Side:
        user_id, field = chosen[side], STEWARD_FIELDS[side]
        if user_id is None:
            errors.append(Refusal("error.steward.both", field=field))
            continue
        try:
            require_colleague(session, actor.team_id, user_id, field=field)
        except NotAColleague as error:
            errors.append(error)
            continue
        if find_known_side(session, actor.team_id, user_id) == side.other:
            who, where = person_mention(user_id), Term(f"side.in.{side.other}")
            errors.append(Refusal("error.steward.other_side", field=field, who=who, side=where))
    if chosen.it is not None and chosen.it == chosen.marketing:
        errors.append(Refusal("error.steward.same_person", field=STEWARD_FIELDS.marketing))
    return errors


def _check_handing_over(
    session: Session, actor: Actor, before: Sides[str] | None, chosen: Sides[str | None]
) -> list[Refusal]:
    """Finds who would lose their place by somebody else's word: else an admin alone could decide after all.

    The place of whoever has left the company is empty.
    """
    errors: list[Refusal] = []
    for holder, side in before.by_value().items() if before is not None else ():
        if chosen[side] == holder or (chosen[side] is not None and holder == actor.user_id):
            continue
        person = people.find_person(session, actor.team_id, holder)
        is_empty = person is None or not person.is_internal
        if not (is_empty and actor.is_admin and chosen[side] is not None):
            errors.append(
                Refusal("error.steward.in_office", field=STEWARD_FIELDS[side], who=person_mention(holder))
            )
    return errors


def _log_stewards(
    session: Session, actor: Actor, before: Sides[str] | None, after: Sides[str] | None, now: datetime
) -> None:
    facts = [{} if each is None else {side.value: each[side] for side in Side} for each in (before, after)]
    audit.record_audit_entry(
        session,
        team_id=actor.team_id,
        project_id=None,
        at=now,
        actor=actor.user_id,
        action="workspace.stewards",
        before=facts[0],
        after=facts[1],
    )


def _tell_stewards(
    session: Session, actor: Actor, before: Sides[str] | None, after: Sides[str] | None, now: datetime
) -> None:
    about, routine = OfNoProject(actor.team_id), Routine("steward", now)
    for user_id in sorted({*(before or ()), *(after or ())} - {actor.user_id}):
        side = None if after is None else after.by_value().get(user_id)
        other = None if side is None or after is None else after[side.other]
        message = partial(views.render_stewardship, by=actor.user_id, side=side, other=other)
        key = f"steward:{user_id}:{now.timestamp()}"
        post.to_person(session, about, user_id, key=key, message=message, routine=routine)
