"""Prompts that their reader may answer, and what they have said before (product §8.3, §8.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from bot.checkins import blockers, needs, prompt_messages, respondents, summaries
from bot.checkins.answer_views import AnswerFacts
from bot.checkins.rules import Question, QuestionKind
from bot.parsing.folding import fold_text
from bot.people.rules import Actor
from bot.projects.rules import ENDING, NotInThisState, State
from bot.runtime.errors import NotAllowed, NotFound, Refusal
from storage import charters, checkin_prompts, checkins, projects
from storage.asks import Ask
from storage.checkin_prompts import CheckinPrompt, PromptState
from storage.checkins import CheckinRound, RoundState
from storage.projects import Project
from storage.statements import list_rows_of_project


@dataclass(frozen=True)
class OpenPrompt:
    """A prompt that its reader may answer, with what the form needs."""

    project: Project
    round: CheckinRound
    prompt: CheckinPrompt
    questions: tuple[Question, ...]
    values: Mapping[str, str]  # question id → what was answered before
    asks_measure: bool
    measured: Decimal | None  # what this person has given as the month's value of the measure


def require_open_prompt(
    session: Session, *, actor: Actor, prompt_id: int, now: datetime, for_update: bool = False
) -> OpenPrompt:
    """Raises: NotFound for anybody else's, NotAllowed for who has left, NotInThisState, Refusal."""
    prompt = checkin_prompts.find_prompt(session, actor.team_id, prompt_id)
    if prompt is None or prompt.user_id != actor.user_id:
        raise NotFound
    get = projects.find_project_for_update if for_update else projects.find_project
    project = get(session, actor.team_id, prompt.project_id)
    if project is None:
        raise NotFound
    if for_update:
        session.refresh(prompt)
    round_ = checkins.find_round(session, actor.team_id, prompt.round_id)
    assert round_ is not None
    if project.state in ENDING:  # with which everybody's time in the team ends, too
        raise NotInThisState(project)
    _require_participation(session, project, round_, actor, now)
    if project.state != State.ACTIVE:
        raise NotInThisState(project)
    newest = next(iter(checkins.list_rounds(session, actor.team_id, project.pk, limit=1)), None)
    if round_.state is not RoundState.EARLY and newest is not None and newest.pk != round_.pk:
        raise Refusal("error.checkin.round_over")
    return build_open_prompt(session, project, round_, prompt)


def _require_participation(
    session: Session, project: Project, round_: CheckinRound, actor: Actor, now: datetime
) -> None:
    """Who joins tomorrow may answer early, who leaves today late; who was removed, neither. Raises: NotAllowed."""
    if not any(
        actor.user_id in respondents.list_eligible_respondents(session, project, day)
        for day in (round_.day, project.day(now))
    ):
        raise NotAllowed("error.only.team")  # whoever was removed may not know who is there


def build_open_prompt(
    session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt
) -> OpenPrompt:
    questions = () if prompt.only_measure else tuple(round_.questions)
    values = dict(prompt.answer or {})
    if prompt.answer is None:
        values = load_earlier_values(session, prompt, questions)
    asks_measure = round_.measure_month is not None and prompt.user_id in respondents.list_acting_leads(
        session, project
    )
    measured = summaries.find_own_measure_value(session, round_, prompt) if asks_measure else None
    return OpenPrompt(project, round_, prompt, questions, values, asks_measure, measured)


def load_earlier_values(session: Session, prompt: CheckinPrompt, questions: Sequence[Question]) -> dict[str, str]:
    """The last answer, as far as it was to the same questions; a blocker only while it is open, and no need that
    was made an ask and met since.
    """
    last = checkin_prompts.find_last_answer(session, prompt.team_id, prompt.project_id, prompt.user_id)
    if last is None or last.answer is None:
        return {}
    round_ = checkins.find_round(session, last.team_id, last.round_id)
    assert round_ is not None
    still = blockers.load_open_blocker_texts(session, prompt)
    kinds = {each.id: each.kind for each in round_.questions if each in questions}
    met = needs.list_met_needs(list_rows_of_project(session, Ask, prompt.team_id, prompt.project_id))
    return {
        name: value
        for name, value in last.answer.items()
        if name in kinds
        and (kinds[name] is not QuestionKind.BLOCKERS or fold_text(value) in still)
        and (kinds[name] is not QuestionKind.NEEDS or (prompt.side, fold_text(value)) not in met)
    }


def load_answer_facts(session: Session, found: OpenPrompt) -> AnswerFacts:
    charter = charters.load_counting_charter(session, found.project)
    note = None
    if found.prompt.answer is not None:
        note = "edits"
    elif found.round.state is RoundState.EARLY:
        note = "early"
    elif found.round.has_ended:
        note = "late"
    return AnswerFacts(
        key=found.project.key,
        name=found.project.name,
        prompt_id=found.prompt.pk,
        day=found.round.day,
        questions=found.questions,
        values=found.values,
        measure=(charter.measure_name, charter.measure_unit, found.measured) if found.asks_measure else None,
        note=note,
    )


def lock_unanswered_prompts(session: Session, actor: Actor, message_id: int, now: datetime) -> list[OpenPrompt]:
    """What may still be answered of the actor's own message, with the projects locked; answered it is not.

    Raises: NotFound; why the first cannot be answered, if none can.
    """
    listed = prompt_messages.list_message_prompts(session, actor.team_id, actor.user_id, message_id)
    if not listed:
        raise NotFound
    for project_id in sorted({each.project_id for each in listed}):
        projects.lock_project(session, project_id)
    unanswered: list[OpenPrompt] = []
    refusals: list[Refusal] = []
    for each in listed:
        try:
            found = require_open_prompt(session, actor=actor, prompt_id=each.pk, now=now, for_update=True)
            require_unanswered(found)
            unanswered.append(found)
        except Refusal as error:
            refusals.append(error)
    if not unanswered:
        raise refusals[0]
    is_open = [each for each in unanswered if each.prompt.is_open]
    return is_open or unanswered  # of what was skipped already, or not asked: nothing else is meant


def require_unanswered(found: OpenPrompt) -> None:
    """Raises: Refusal."""
    if found.prompt.state is PromptState.ANSWERED:
        raise Refusal("error.checkin.answered")
