"""Handing an ask on within the side: the new person has to accept it (product §10.2)."""

from datetime import datetime

from sqlmodel import Session

from bot.asks.changes import take_step
from bot.asks.policy import (
    PERSON,
    AskContext,
    load_ask,
    refuse_all_but_offered,
    require_answerable,
    require_hand_on_right,
    require_participant_of_side,
)
from bot.asks.rules import AskState, AskStep
from bot.people.rules import Actor
from bot.runtime.errors import Refusal
from bot.ui.mrkdwn import person_mention


def hand_on_ask(session: Session, *, actor: Actor, ask_id: int, to: str | None, now: datetime) -> AskContext:
    """Offers an ask to somebody of the same side, who has to accept it; who takes it themselves has it at once.

    Raises: NotFound, NotInThisState, Refusal.
    """
    found = load_ask(session, actor, ask_id, for_update=True)
    ask = found.ask
    require_hand_on_right(found)
    require_answerable(found)
    person = require_participant_of_side(session, found.project, to, ask.side)
    if person == ask.handed_to:
        return found
    if person == ask.owner:
        raise Refusal("error.ask.has_it", field=PERSON, owner=person_mention(person))
    if person == actor.user_id:
        _change_owner(session, found, person, now)
        return found
    ask.handed_to = person
    take_step(
        session, found.project, ask, AskStep.OFFERED, by=actor.user_id, now=now, readers=[person], about=person
    )
    return found


def take_over_ask(session: Session, *, actor: Actor, ask_id: int, now: datetime) -> AskContext:
    """Whoever is offered an ask accepts it; twice is once. Raises: NotFound, NotInThisState, Refusal."""
    found = load_ask(session, actor, ask_id, for_update=True)
    if found.ask.owner == actor.user_id and found.ask.step is AskStep.TAKEN:
        return found
    _require_offer(found)
    _change_owner(session, found, actor.user_id, now)
    return found


def refuse_handed_ask(session: Session, *, actor: Actor, ask_id: int, now: datetime) -> AskContext:
    """Whoever is offered an ask leaves it with its owner. Raises: NotFound, NotInThisState, Refusal."""
    found = load_ask(session, actor, ask_id, for_update=True)
    ask = found.ask
    if ask.step is AskStep.NOT_TAKEN and ask.about == actor.user_id:
        return found
    _require_offer(found)
    ask.handed_to = None
    take_step(
        session,
        found.project,
        ask,
        AskStep.NOT_TAKEN,
        by=actor.user_id,
        now=now,
        readers=[ask.owner],
        about=actor.user_id,
    )
    return found


def _require_offer(found: AskContext) -> None:
    """Raises NotAllowed for all but whom it is offered to; as `require_answerable`."""
    if found.ask.handed_to != found.context.actor.user_id:
        raise refuse_all_but_offered(found)
    require_answerable(found)


def _change_owner(session: Session, found: AskContext, to: str, now: datetime) -> None:
    """Gives an ask to whoever accepts it, and with it its date."""
    ask, before = found.ask, found.ask.owner
    ask.owner, ask.handed_to, ask.wished_due = to, None, None
    take_step(
        session,
        found.project,
        ask,
        AskStep.TAKEN,
        by=to,
        now=now,
        readers=[ask.asked_by, before],
        state=AskState.ACCEPTED,
        about=before,
    )
