"""Asking the other side, and answering it (product §10.1, §10.2)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from bot.asks.changes import find_first_reading_day, take_step
from bot.asks.policy import (
    AskContext,
    load_ask,
    require_answerable,
    require_answerable_or_reopenable,
    require_ask_right,
    require_asker,
    require_owner,
    require_participant_of_side,
)
from bot.asks.rules import MAX_ASK, AskState, AskStep
from bot.parsing.folding import fold_text, has_visible_text
from bot.people.rules import Actor
from bot.people.service import find_reading_moment
from bot.projects.rules import State
from bot.projects.service import ProjectContext, load_context
from bot.runtime.errors import FormErrors, Refusal
from bot.signing.rules import read_reason
from bot.ui.mrkdwn import clean_text
from bot.ui.texts import WithWeekday
from storage.asks import Ask

TEXT, DUE = "text", "due"  # the form's fields


@dataclass(frozen=True)
class WantedAsk:
    text: str | None
    person: str | None
    due: date | None
    link: str | None = None  # to the message in which it begins
    again: int | None = None  # the id of what was declined, and is asked anew


def ask_other_side(
    session: Session, *, actor: Actor, project_id: int, wanted: WantedAsk, now: datetime
) -> tuple[AskContext, datetime]:
    """Asks somebody of the other side (product §10.1).

    Returns also when they read it, which is `now` within their hours.
    Raises: NotFound, NotInThisState, NotAllowed; FormErrors with all that is wrong.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    side, project = require_ask_right(session, found).other, found.project
    errors: list[Refusal] = []
    text, owner, due = "", "", date.min
    try:
        text = read_ask_text(wanted.text)
    except Refusal as error:
        errors.append(error)
    try:
        owner = require_participant_of_side(session, project, wanted.person, side)
    except Refusal as error:
        errors.append(error)
    try:
        due = check_due(found, wanted.due, now)
    except Refusal as error:
        errors.append(error)
    if errors:
        raise FormErrors(errors)
    if wanted.again is not None:
        _replace_declined_ask(session, actor, wanted.again, now)
    ask = Ask(
        team_id=project.team_id,
        project_id=project.pk,
        text=text,
        link=wanted.link,
        asked_by=actor.user_id,
        side=side,
        owner=owner,
        step_by=actor.user_id,
        due=due,
        asked_at=now,
        counts_from=find_first_reading_day(session, project.team_id, owner, now),
    )
    session.add(ask)
    session.flush()
    take_step(session, project, ask, AskStep.ASKED, by=actor.user_id, now=now, readers=[owner])
    return AskContext(found, ask), find_reading_moment(session, project.team_id, owner, now)


def _replace_declined_ask(session: Session, actor: Actor, ask_id: int, now: datetime) -> None:
    """Ends the ways back from a no, for whoever asked asks anew. Raises: NotFound, NotAllowed, Refusal."""
    found = load_ask(session, actor, ask_id, for_update=True)
    require_asker(found)
    if not found.ask.is_reopenable:
        raise Refusal("error.ask.moved_on")
    take_step(session, found.project, found.ask, AskStep.ASKED_ANEW, by=actor.user_id, now=now)


def read_ask_text(text: str | None) -> str:
    """Reads what is asked. Raises: Refusal, at the form's field."""
    words = clean_text(text or "").strip()
    if not has_visible_text(fold_text(words)):
        raise Refusal("error.field.empty", field=TEXT)
    if len(words) > MAX_ASK:
        raise Refusal("error.field.too_long", field=TEXT, limit=MAX_ASK)
    return words


def check_due(found: ProjectContext, due: date | None, now: datetime) -> date:
    """Returns the date, if it is not past, nor after the project's end: while it closes, it may take longer.

    Raises: Refusal, at the form's field.
    """
    if due is None:
        raise Refusal("error.field.empty", field=DUE)
    if due < found.project.day(now):
        raise Refusal("error.ask.past", field=DUE, due=WithWeekday(due))
    if found.state is not State.CLOSING and due > found.charter.ends_on:
        raise Refusal("error.ask.after_end", field=DUE, due=WithWeekday(due), ends_on=found.charter.ends_on)
    return due


# --- its owner's answers --------------------------------------------------------------------------------------


def accept_ask(session: Session, *, actor: Actor, ask_id: int, now: datetime) -> AskContext:
    """Its owner accepts an ask by its date, also after having declined it; twice is once.

    Raises: NotFound, NotInThisState, Refusal.
    """
    found = load_ask(session, actor, ask_id, for_update=True)
    ask = found.ask
    require_owner(found)
    require_answerable_or_reopenable(session, found)
    if ask.state is AskState.ACCEPTED and ask.wished_due is None:
        return found
    ask.wished_due = ask.handed_to = None
    _take_owners_step(session, found, AskStep.ACCEPTED, AskState.ACCEPTED, now)
    return found


def decline_ask(session: Session, *, actor: Actor, ask_id: int, reason: str | None, now: datetime) -> AskContext:
    """Its owner declines an ask, and says why; twice is once. Raises: NotFound, NotInThisState, Refusal."""
    found = load_ask(session, actor, ask_id, for_update=True)
    require_owner(found)
    if found.ask.state is AskState.DECLINED:
        return found
    require_answerable(found)
    found.ask.reason = read_reason(reason, needed=True)
    _take_owners_step(session, found, AskStep.DECLINED, AskState.DECLINED, now)
    return found


def finish_ask(session: Session, *, actor: Actor, ask_id: int, now: datetime) -> AskContext:
    """Its owner has done what was asked; twice is once. Raises: NotFound, NotInThisState, Refusal."""
    found = load_ask(session, actor, ask_id, for_update=True)
    require_owner(found)
    if found.ask.state is AskState.DONE:
        return found
    require_answerable(found)
    _take_owners_step(session, found, AskStep.DONE, AskState.DONE, now)
    return found


def propose_date(session: Session, *, actor: Actor, ask_id: int, due: date | None, now: datetime) -> AskContext:
    """Its owner proposes a date, also after having declined; the asker agrees to it or not.

    Raises: NotFound, NotInThisState, Refusal.
    """
    found = load_ask(session, actor, ask_id, for_update=True)
    require_owner(found)
    require_answerable_or_reopenable(session, found)
    wished = check_due(found.context, due, now)
    if wished == found.ask.wished_due:
        return found
    if wished == found.ask.due:
        raise Refusal("error.ask.same_date", field=DUE)
    found.ask.wished_due = wished
    state = AskState.WAITING if found.ask.is_reopenable else None
    _take_owners_step(session, found, AskStep.DATE_WISHED, state, now)
    return found


def _take_owners_step(
    session: Session, found: AskContext, step: AskStep, state: AskState | None, now: datetime
) -> None:
    ask, actor = found.ask, found.context.actor.user_id
    was = ask.due if step is AskStep.DATE_WISHED else None
    take_step(session, found.project, ask, step, by=actor, now=now, readers=[ask.asked_by], state=state, was=was)


# --- the asker's answers --------------------------------------------------------------------------------------


def agree_to_date(session: Session, *, actor: Actor, ask_id: int, revision: int, now: datetime) -> AskContext:
    """The asker agrees to the proposed date, by which its owner has accepted. Raises: as `_lock_proposal`."""
    found = _lock_proposal(session, actor, ask_id, revision, AskStep.DATE_AGREED)
    ask, was = found.ask, found.ask.due
    if ask.wished_due is not None:
        ask.due, ask.wished_due = ask.wished_due, None
        _take_askers_step(session, found, AskStep.DATE_AGREED, AskState.ACCEPTED, now, was=was)
    return found


def keep_date(session: Session, *, actor: Actor, ask_id: int, revision: int, now: datetime) -> AskContext:
    """The asker keeps the date, and so what its owner has said before. Raises: as `_lock_proposal`."""
    found = _lock_proposal(session, actor, ask_id, revision, AskStep.DATE_KEPT)
    if found.ask.wished_due is not None:
        found.ask.wished_due = None
        _take_askers_step(session, found, AskStep.DATE_KEPT, None, now)
    return found


def withdraw_ask(session: Session, *, actor: Actor, ask_id: int, now: datetime) -> AskContext:
    """The asker withdraws an ask; twice is once. Raises: NotFound, NotInThisState, Refusal."""
    found = load_ask(session, actor, ask_id, for_update=True)
    require_asker(found)
    if found.ask.state is not AskState.WITHDRAWN:
        require_answerable(found)
        _take_askers_step(session, found, AskStep.WITHDRAWN, AskState.WITHDRAWN, now)
    return found


def _lock_proposal(session: Session, actor: Actor, ask_id: int, revision: int, answer: AskStep) -> AskContext:
    """Locks an ask of the actor's with the proposal that they have seen, or have answered so before.

    Raises: NotFound, NotInThisState, Refusal.
    """
    found = load_ask(session, actor, ask_id, for_update=True)
    require_asker(found)
    require_answerable(found)
    is_repeated = found.ask.step is answer and found.ask.revision == revision + 1
    if not is_repeated and (found.ask.wished_due is None or found.ask.revision != revision):
        raise Refusal("error.ask.moved_on")
    return found


def _take_askers_step(
    session: Session,
    found: AskContext,
    step: AskStep,
    state: AskState | None,
    now: datetime,
    *,
    was: date | None = None,
) -> None:
    ask, actor = found.ask, found.context.actor.user_id
    # Told of what they have heard of before, and of the date also to whom it is being handed.
    readers = [ask.owner, *([] if ask.handed_to is None else [ask.handed_to])]
    take_step(session, found.project, ask, step, by=actor, now=now, readers=readers, state=state, was=was)
