"""Two stewards, one a side, who decide together what touches everybody's data (product §17).

Slack admins are usually of IT. Once they have named stewards, what is asked of `agree_on` needs a yes of both.
"""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.letters import Routine
from bot.deliveries.digests.queue import OfNoProject
from bot.people.rules import Actor
from bot.people.service import NotAColleague, require_colleague
from bot.projects import views
from bot.projects.rules import STEWARD_FIELDS, Side, Sides
from bot.projects.sides import find_known_side
from bot.runtime.domain_events import BecameOutsider, PersonLeft
from bot.runtime.errors import FormErrors, NotAllowed, Refusal
from bot.ui.texts import Term, person_mention
from storage import audit, people
from storage.people import StewardConsent, Workspace


def may_decide(workspace: Workspace, actor: Actor) -> bool:
    """Whether the actor has a say: a steward, or, where there are none, a Slack admin."""
    if workspace.stewards is None:
        return actor.is_admin
    return actor.is_internal and actor.user_id in workspace.stewards


def may_name(workspace: Workspace, actor: Actor) -> bool:
    """Whether the actor may fill a place of a steward: a Slack admin an empty one, a steward their own."""
    return actor.is_admin or (workspace.stewards is not None and may_decide(workspace, actor))


def name_stewards(session: Session, *, actor: Actor, chosen: Sides[str | None], now: datetime) -> Sides[str] | None:
    """Names both: Slack admins for empty places, a steward for their own. Whoever is one, or was, hears of it.

    Raises: NotAllowed; FormErrors, also for whom is known to work on the other side.
    """
    workspace = people.load_workspace_for_update(session, actor.team_id)
    before = workspace.stewards
    if not may_name(workspace, actor):
        raise NotAllowed
    errors = [] if chosen == before or chosen == Sides(None, None) else _check_stewards(session, actor, chosen)
    if errors := errors or _check_handing_over(session, actor, before, chosen):
        raise FormErrors(errors)
    workspace.steward_it, workspace.steward_marketing = chosen
    after = workspace.stewards
    if before == after:
        return after
    people.delete_steward_consents(session, actor.team_id)
    _log_stewards(session, actor, before, after, now)
    _tell_stewards(session, actor, before, after, now)
    return after


def tell_remaining_steward(session: Session, left: PersonLeft | BecameOutsider) -> None:
    """Tells the other steward that a place is empty, which a Slack admin may fill (product §17)."""
    stewards = people.load_workspace(session, left.team_id).stewards
    side = None if stewards is None else stewards.by_value().get(left.user_id)
    if stewards is not None and side is not None:
        message = partial(views.render_missing_steward, who=left.user_id)
        key, about = f"steward:missing:{left.user_id}:{left.now.timestamp()}", OfNoProject(left.team_id)
        routine = Routine("steward", left.now)
        post.to_person(session, about, stewards[side.other], key=key, message=message, routine=routine)


def agree_on(session: Session, *, actor: Actor, matter: str) -> str | None:
    """The actor's yes to a matter. Returns whose is still missing; None: it is decided, and to be done now.

    Raises: NotAllowed.
    """
    workspace = people.load_workspace_for_update(session, actor.team_id)
    if not may_decide(workspace, actor):
        raise NotAllowed
    stewards = workspace.stewards
    if stewards is None:
        return None
    given = people.list_steward_consents(session, actor.team_id, matter) | {actor.user_id}
    missing = next((each for each in stewards if each not in given), None)
    if missing is None:
        people.delete_steward_consents(session, actor.team_id, matter)
        return None
    session.merge(StewardConsent(team_id=actor.team_id, matter=matter, user_id=actor.user_id))
    session.flush()
    return missing


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
        errors.append(Refusal("error.field.same_person", field=STEWARD_FIELDS.marketing))
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
