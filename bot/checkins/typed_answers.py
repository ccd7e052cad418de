"""What somebody types while a check-in asks them: a draft of an answer, which they send or change (product §2.9).

Nothing is stored as an answer before that; the words are kept as other drafts are.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from bot.checkins import answers, open_prompts, typed_views
from bot.checkins.open_prompts import OpenPrompt
from bot.checkins.rules import IN_WORDS, MAX_ANSWER, Question, QuestionKind
from bot.checkins.typed_numbers import NumberReading, list_scale, read_bare_number
from bot.deliveries import post
from bot.deliveries.digests.queue import OfNoProject
from bot.people.rules import Actor
from bot.projects.drafts import find_stamped_draft
from bot.runtime.errors import NotFound, Refusal
from bot.ui.components import Compose
from bot.ui.said_words import is_meant_for_duet
from storage import checkin_prompts
from storage.checkin_prompts import CheckinPrompt, PromptState
from storage.drafts import keep_draft

DRAFT: Final = "checkin.typed"  # with a stamp, the name of the draft


class TypedDraft(BaseModel):
    """`key`: of the message that shows it."""

    model_config = ConfigDict(defer_build=True, frozen=True)

    words: str
    key: str
    prompt_ids: tuple[int, ...]  # what it may be an answer to; one, once that is known
    question_id: str | None = None  # the scale on which `words` is a number; None: the first question in words
    is_sent: bool = False


def propose_answer(
    session: Session, *, actor: Actor, words: str, key: str, stamp: int, now: datetime
) -> Compose | None:
    """The draft of an answer; None where nothing asks the person for words. `key`: of the message to come."""
    if not words.strip(" !.?") or is_meant_for_duet(words):
        return None
    number = read_bare_number(words, _list_prompts_in_window(session, actor, now))
    if number is not None:
        return _propose_number(session, actor, words, number, key=key, stamp=stamp, now=now)
    prompts = _list_prompts_for_words(session, actor, now)
    if not prompts:
        return None
    draft = TypedDraft(words=words, key=key, prompt_ids=tuple(each.prompt.pk for each in prompts))
    _keep(session, actor, stamp, draft, now)
    return _compose_draft(prompts, draft, stamp)


def _propose_number(
    session: Session, actor: Actor, words: str, number: NumberReading, *, key: str, stamp: int, now: datetime
) -> Compose:
    """On the only scale that it can be meant for; else what is wanted."""
    if number.scale is None or number.answer is None:
        return partial(typed_views.render_unclear_number, facts=_gather_number_facts(words, number))
    found, question = number.scale
    draft = TypedDraft(words=number.answer, key=key, prompt_ids=(found.prompt.pk,), question_id=question.id)
    _keep(session, actor, stamp, draft, now)
    return _compose_draft([found], draft, stamp)


def _gather_number_facts(words: str, number: NumberReading) -> typed_views.NumberFacts:
    question = None if number.scale is None else number.scale[1]
    return typed_views.NumberFacts(
        words=words,
        prompts=[(each.prompt.pk, each.project.key, each.project.name) for each in number.prompts],
        question=question,
        scale=() if question is None else list_scale(question),
    )


def choose_prompt(session: Session, *, actor: Actor, prompt_id: int, stamp: int, now: datetime) -> None:
    """Of several. Raises: NotFound, NotAllowed, NotInThisState, Refusal."""
    draft = _require_draft(session, actor, stamp, prompt_id)
    found = open_prompts.require_open_prompt(session, actor=actor, prompt_id=prompt_id, now=now)
    draft = draft.model_copy(update={"prompt_ids": (prompt_id,)})
    _keep(session, actor, stamp, draft, now)
    _revise(session, actor, _compose_draft([found], draft, stamp), draft)


def send_draft(session: Session, *, actor: Actor, prompt_id: int, stamp: int, now: datetime) -> None:
    """The words are the answer to the first question in words; below those that are there already. A number is the
    answer to its scale.

    Raises: NotFound, NotAllowed, NotInThisState, Refusal.
    """
    draft = _require_draft(session, actor, stamp, prompt_id)
    if draft.is_sent:
        return
    found = open_prompts.require_open_prompt(session, actor=actor, prompt_id=prompt_id, now=now, for_update=True)
    question = _require_question(found, draft)
    if draft.question_id is None:
        answers.add_words(session, found, question, draft.words, now)
    else:
        answers.answer_choice(session, found, question, draft.words, now)
    mark_draft_sent(session, actor=actor, prompt_id=prompt_id, stamp=stamp, now=now)


def load_draft_for_form(
    session: Session, *, actor: Actor, prompt_id: int, stamp: int, now: datetime
) -> tuple[OpenPrompt, dict[str, str]]:
    """The prompt, and the words by the id of their question. Raises: NotFound, NotAllowed, Refusal."""
    draft = _require_draft(session, actor, stamp, prompt_id)
    found = open_prompts.require_open_prompt(session, actor=actor, prompt_id=prompt_id, now=now)
    question = _require_question(found, draft)
    if draft.question_id is not None:
        return found, {question.id: draft.words}
    before = (found.prompt.answer or {}).get(question.id)
    whole = draft.words if before is None else f"{before}\n{draft.words}"
    return found, {question.id: whole[:MAX_ANSWER]}


def mark_draft_sent(session: Session, *, actor: Actor, prompt_id: int, stamp: int, now: datetime) -> None:
    """Its message says so. What is kept no more needs no mark."""
    draft = find_stamped_draft(session, actor=actor, name=DRAFT, stamp=stamp, of=TypedDraft)
    if draft is None or prompt_id not in draft.prompt_ids:
        return
    found = open_prompts.require_open_prompt(session, actor=actor, prompt_id=prompt_id, now=now)
    sent = draft.model_copy(update={"words": "", "prompt_ids": (prompt_id,), "is_sent": True})
    _keep(session, actor, stamp, sent, now)
    _revise(session, actor, _compose_draft([found], sent, stamp), sent)


def find_question_in_words(found: OpenPrompt) -> Question | None:
    """The first that is asked for its text; else the first to which words are an answer."""
    in_words = [each for each in found.questions if each.kind in IN_WORDS]
    return next((each for each in in_words if each.kind is QuestionKind.TEXT), next(iter(in_words), None))


def _require_question(found: OpenPrompt, draft: TypedDraft) -> Question:
    """What the draft answers. Raises: NotFound."""
    if draft.question_id is None:
        question = find_question_in_words(found)
    else:
        question = next((each for each in found.questions if each.id == draft.question_id), None)
    if question is None:
        raise NotFound
    return question


def _list_prompts_for_words(session: Session, actor: Actor, now: datetime) -> list[OpenPrompt]:
    """What is open and asks for words; if nothing is, what was answered with a click and has no words yet; else
    what is answered, or was skipped, and has not ended.
    """
    in_window = _list_prompts_in_window(session, actor, now)
    in_words = [each for each in in_window if find_question_in_words(each) is not None]
    open_ones = [each for each in in_words if each.prompt.is_open]
    return open_ones or [each for each in in_words if _lacks_words(each)] or in_words


def _list_prompts_in_window(session: Session, actor: Actor, now: datetime) -> list[OpenPrompt]:
    """What is open, was answered or was skipped, and may be answered by the actor."""
    listed = checkin_prompts.list_prompts_in_window(session, actor.team_id, actor.user_id, now)
    asked = [each for each in listed if each.is_open or each.state in (PromptState.ANSWERED, PromptState.SKIPPED)]
    return _keep_answerable(session, actor, asked, now)


def _keep_answerable(
    session: Session, actor: Actor, prompts: Sequence[CheckinPrompt], now: datetime
) -> list[OpenPrompt]:
    found = []
    for each in prompts:
        try:
            prompt = open_prompts.require_open_prompt(session, actor=actor, prompt_id=each.pk, now=now)
        except Refusal:
            continue
        found.append(prompt)
    return found


def _lacks_words(found: OpenPrompt) -> bool:
    given, question = found.prompt.answer or {}, find_question_in_words(found)
    has_status = any(each.kind is QuestionKind.STATUS and each.id in given for each in found.questions)
    return has_status and question is not None and question.id not in given


def _lacks_status(found: OpenPrompt) -> bool:
    given = found.prompt.answer or {}
    return any(each.kind is QuestionKind.STATUS and each.id not in given for each in found.questions)


def _require_draft(session: Session, actor: Actor, stamp: int, prompt_id: int) -> TypedDraft:
    """Raises: NotFound for what it is no draft for, and for another's; Refusal for what is forgotten."""
    prompt = checkin_prompts.find_prompt(session, actor.team_id, prompt_id)
    if prompt is None or prompt.user_id != actor.user_id:
        raise NotFound
    draft = find_stamped_draft(session, actor=actor, name=DRAFT, stamp=stamp, of=TypedDraft)
    if draft is None:
        raise Refusal("error.checkin.words_forgotten")
    if prompt_id not in draft.prompt_ids:
        raise NotFound
    return draft


def _keep(session: Session, actor: Actor, stamp: int, draft: TypedDraft, now: datetime) -> None:
    keep_draft(session, actor.team_id, actor.user_id, f"{DRAFT}:{stamp}", values=draft, now=now)


def _compose_draft(prompts: Sequence[OpenPrompt], draft: TypedDraft, stamp: int) -> Compose:
    facts = typed_views.DraftFacts(
        stamp=stamp,
        words=draft.words,
        prompts=[(each.prompt.pk, each.project.key, each.project.name) for each in prompts],
        is_sent=draft.is_sent,
        question=None if draft.question_id is None else _require_question(prompts[0], draft),
        is_more=draft.question_id is None
        and all(each.prompt.state is PromptState.ANSWERED and not _lacks_words(each) for each in prompts),
        lacks_status=_lacks_status(prompts[0]),
    )
    return partial(typed_views.render_draft, facts=facts)


def _revise(session: Session, actor: Actor, message: Compose, draft: TypedDraft) -> None:
    post.revise_for_person(session, OfNoProject(actor.team_id), actor.user_id, key=draft.key, message=message)
