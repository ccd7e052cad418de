"""What somebody needs from the other side, by their answer, on its way to an ask (product §10.1)."""

from datetime import datetime

from sqlmodel import Session

from bot.checkins.readers import require_reader
from bot.checkins.rules import QuestionKind
from bot.checkins.said_answers import find_said, pair_answers
from bot.people.rules import Actor
from bot.projects.service import ProjectContext, load_context
from bot.runtime.errors import NotFound, Refusal
from bot.ui.texts import Term
from storage import checkin_prompts, checkins
from storage.checkin_prompts import CheckinPrompt
from storage.checkins import CheckinRound, RoundState


def find_need(round_: CheckinRound, prompt: CheckinPrompt) -> str | None:
    """What the prompt's answer says to the question; None where it was not asked, or nothing is needed."""
    return find_said(pair_answers(round_.questions, prompt.answer), QuestionKind.NEEDS)


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
