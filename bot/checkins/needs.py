"""What somebody needs from the other side, by their answer, on its way to an ask (product §10.1)."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from bot.asks.rules import AskState
from bot.checkins.readers import require_reader
from bot.checkins.rules import QuestionKind
from bot.checkins.said_answers import find_said, pair_answers
from bot.parsing.folding import fold_text
from bot.people.rules import Actor
from bot.projects.rules import Side
from bot.projects.service import ProjectContext, load_context
from bot.runtime.errors import NotFound, Refusal
from bot.ui.texts import Term
from storage import checkin_prompts, checkins
from storage.asks import Ask
from storage.checkin_prompts import CheckinPrompt
from storage.checkins import CheckinRound, RoundState


def find_need(round_: CheckinRound, prompt: CheckinPrompt) -> str | None:
    """What the prompt's answer says to the question; None where it was not asked, or nothing is needed."""
    return find_said(pair_answers(round_.questions, prompt.answer), QuestionKind.NEEDS)


def list_asked_needs(asked: Iterable[Ask], since: datetime | None) -> frozenset[tuple[Side, str]]:
    """(Side, folded words) of what has been made an ask: nobody is offered to ask it again.

    One that was declined counts if that was after `since`, the beginning of the round: who needs it in a later
    round, all the same, may ask anew.
    """
    return _name_needs(
        each
        for each in asked
        if each.is_open
        or each.state is AskState.DONE
        or (each.state is AskState.DECLINED and each.ended_at and since and each.ended_at >= since)
    )


def list_met_needs(asked: Iterable[Ask]) -> frozenset[tuple[Side, str]]:
    """(Side, folded words) of asks that are done: nobody needs that any more."""
    return _name_needs(each for each in asked if each.state is AskState.DONE)


def _name_needs(asked: Iterable[Ask]) -> frozenset[tuple[Side, str]]:
    return frozenset((each.side.other, fold_text(each.text)) for each in asked)


def require_need(session: Session, *, actor: Actor, prompt_id: int, now: datetime) -> tuple[ProjectContext, str]:
    """What a person of the actor's side needs, and its project; one's own also before others read it.

    Raises: NotFound, NotAllowed; Refusal of what the other side needs, or nobody does any more.
    """
    prompt = checkin_prompts.find_prompt(session, actor.team_id, prompt_id)
    round_ = None if prompt is None else checkins.find_round(session, actor.team_id, prompt.round_id)
    if prompt is None or round_ is None:
        raise NotFound
    if round_.state is RoundState.EARLY and prompt.user_id != actor.user_id:
        raise NotFound
    found = load_context(session, actor=actor, project_id=prompt.project_id)
    if require_reader(session, found, now) != prompt.side:
        raise Refusal("error.ask.needs_of_other_side", side=Term(f"side.of.{prompt.side}"))
    need = find_need(round_, prompt)
    if need is None:
        raise Refusal("error.checkin.no_need")
    return found, need
