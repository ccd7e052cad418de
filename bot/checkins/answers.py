"""Answering: by a click, in the form, as last time, early, late, again; skipping, snoozing (product §8.3, §8.4)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from bot.checkins import blockers, prompt_messages, prompts, respondents, rounds, summaries
from bot.checkins.open_prompts import OpenPrompt, lock_unanswered_prompts, require_open_prompt, require_unanswered
from bot.checkins.rules import MAX_ANSWER, SCALE, Question, QuestionKind, Status
from bot.checkins.said_answers import find_said, pair_answers, read_said
from bot.checkins.summary_views import MeasureReading
from bot.parsing.folding import has_visible_text
from bot.parsing.numbers import parse_number_of
from bot.people.rules import Actor
from bot.projects.service import log_event
from bot.runtime.errors import FormErrors, NotFound, Refusal
from bot.ui.mrkdwn import clean_text
from storage import charters, checkins
from storage.checkin_prompts import PromptState
from storage.checkins import MeasureValue, RoundState
from storage.projects import Project

MEASURE, OBSTACLE = "measure", "obstacle"  # fields of the forms


def answer_prompt(
    session: Session, *, actor: Actor, prompt_id: int, values: Mapping[str, str | None], now: datetime
) -> tuple[Project, MeasureReading | None]:
    """From the form: question id → what was written or chosen, and the measure's value.

    Returns the project, and the measure with the value of this person's that stands.

    Raises: NotFound, NotAllowed, NotInThisState, Refusal, FormErrors.
    """
    found = require_open_prompt(session, actor=actor, prompt_id=prompt_id, now=now, for_update=True)
    given, measure = _read_answer_form(session, found, values)
    _store_answer(session, found, given, measure, now)
    value = found.measured if measure is None else measure
    if value is None:
        return found.project, None
    charter = charters.load_counting_charter(session, found.project)
    month = found.round.measure_month
    assert month is not None
    otherwise = summaries.find_other_sides_value(session, found.project, month, value=value, by=actor.user_id)
    return found.project, summaries.build_measure_reading(charter, value, otherwise)


def repeat_last_answer(session: Session, *, actor: Actor, prompt_id: int, now: datetime) -> None:
    """Raises: NotFound, NotAllowed, NotInThisState, Refusal."""
    found = require_open_prompt(session, actor=actor, prompt_id=prompt_id, now=now, for_update=True)
    require_unanswered(found)
    if not found.values:
        raise Refusal("error.checkin.no_earlier")
    _store_answer(session, found, dict(found.values), None, now)


def answer_status(session: Session, *, actor: Actor, prompt_id: int, status: Status, now: datetime) -> OpenPrompt:
    """With one click: of what was answered besides nothing changes (product §8.3).

    Raises: NotFound, also where no status is asked; NotAllowed, NotInThisState, Refusal.
    """
    found = require_open_prompt(session, actor=actor, prompt_id=prompt_id, now=now, for_update=True)
    question = next((each for each in found.questions if each.kind is QuestionKind.STATUS), None)
    if question is None:
        raise NotFound
    given = dict(found.prompt.answer or {})
    if given.get(question.id) != status:
        _store_answer(session, found, given | {question.id: status.value}, None, now)
    return found


def add_words(session: Session, found: OpenPrompt, question: Question, words: str, now: datetime) -> None:
    """To a question of a locked prompt: below what this answer says to it already. Raises: Refusal."""
    given = dict(found.prompt.answer or {})
    whole = "\n".join([*([given[question.id]] if question.id in given else []), clean_text(words).strip()])
    if len(whole) > MAX_ANSWER:
        raise Refusal("error.field.too_long", limit=MAX_ANSWER)
    _store_answer(session, found, given | {question.id: whole}, None, now)


def answer_choice(session: Session, found: OpenPrompt, question: Question, choice: str, now: datetime) -> None:
    """To a scale or a choice of a locked prompt; of what was answered besides nothing changes. Raises: NotFound."""
    if not _is_valid_choice(question, choice):
        raise NotFound
    _store_answer(session, found, dict(found.prompt.answer or {}) | {question.id: choice}, None, now)


def find_obstacle(found: OpenPrompt) -> str | None:
    """What stands in the way, as was said before: in this answer, or in the last one if it still does."""
    return find_said(pair_answers(found.questions, found.values), QuestionKind.BLOCKERS)


def answer_obstacle(session: Session, *, actor: Actor, prompt_id: int, text: str | None, now: datetime) -> None:
    """The second step: what stands in the way, if anything is written. Where the round does not ask for blockers,
    it is one all the same.

    Raises: NotFound, NotAllowed, NotInThisState, Refusal.
    """
    found = require_open_prompt(session, actor=actor, prompt_id=prompt_id, now=now, for_update=True)
    if found.prompt.only_measure:
        raise NotFound
    written = clean_text(text or "").strip()
    if len(written) > MAX_ANSWER:
        raise Refusal("error.field.too_long", field=OBSTACLE, limit=MAX_ANSWER)
    if not has_visible_text(written):
        written = ""
    question, given = _find_blockers_question(found), dict(found.prompt.answer or {})
    if question is None:
        if written:
            blockers.update_blocker_from_answer(session, found.project, found.prompt, read_said(written), now)
            _refresh_round_messages(session, found, now)
        return
    before = given.pop(question.id, None)
    if written:
        given[question.id] = written
    if given and written != (before or ""):
        _store_answer(session, found, given, None, now)


def _find_blockers_question(found: OpenPrompt) -> Question | None:
    return next((each for each in found.questions if each.kind is QuestionKind.BLOCKERS), None)


def skip_message(session: Session, *, actor: Actor, message_id: int, now: datetime) -> None:
    """All of a message that has no answer. Raises: NotFound, NotAllowed, NotInThisState, Refusal."""
    skipped = []
    for found in lock_unanswered_prompts(session, actor, message_id, now):
        prompt = found.prompt
        prompt.state, prompt.why, prompt.remind_at = PromptState.SKIPPED, None, None
        if found.round.has_ended:
            summaries.refresh_missing_answers(session, found.project, found.round, prompt.side, now)
        _refresh_round(session, found, now)
        skipped.append(prompt)
    prompt_messages.refresh_messages(session, skipped)


def snooze_message(session: Session, *, actor: Actor, message_id: int, now: datetime) -> None:
    """All of a message that has no answer is asked again in an hour, or when their working hours begin next.

    Raises: NotFound, NotAllowed, NotInThisState, Refusal.
    """
    until = respondents.person_working_moment(session, actor.team_id, actor.user_id, now + prompts.SNOOZE)
    postponed = []
    for found in lock_unanswered_prompts(session, actor, message_id, now):
        if not found.round.has_ended and until < found.prompt.closes_at:
            prompts.postpone_prompt(session, found.prompt, until=until)
            rounds.continue_round(session, found.project, found.round, now)
            postponed.append(found.prompt)
    if not postponed:
        raise Refusal("error.checkin.no_snooze")
    prompt_messages.refresh_messages(session, postponed)


def _read_answer_form(
    session: Session, found: OpenPrompt, values: Mapping[str, str | None]
) -> tuple[dict[str, str], Decimal | None]:
    """Raises: FormErrors."""
    errors: list[Refusal] = []
    given: dict[str, str] = {}
    for question in found.questions:
        text = clean_text(values.get(question.id) or "").strip()
        if len(text) > MAX_ANSWER:
            errors.append(Refusal("error.field.too_long", field=question.id, limit=MAX_ANSWER))
        elif has_visible_text(text):
            if not _is_valid_choice(question, text):
                raise NotFound
            given[question.id] = text
    measure = None
    number = clean_text(values.get(MEASURE) or "").strip() if found.asks_measure else ""
    if number:
        try:
            unit = charters.load_counting_charter(session, found.project).measure_unit
            measure = parse_number_of(number, unit)
        except Refusal as error:
            errors.append(error.at(MEASURE))
    if not given and measure is None and not errors:
        errors.append(
            Refusal("error.checkin.empty", field=MEASURE if found.prompt.only_measure else found.questions[0].id)
        )
    if errors:
        raise FormErrors(errors)
    return given, measure


def _is_valid_choice(question: Question, choice: str) -> bool:
    match question.kind:
        case QuestionKind.STATUS:
            return choice in list(Status)
        case QuestionKind.SCALE:
            return choice in SCALE
        case QuestionKind.CHOICE:
            return choice in question.choices
    return True


def _store_answer(
    session: Session, found: OpenPrompt, given: dict[str, str], measure: Decimal | None, now: datetime
) -> None:
    prompt, round_ = found.prompt, found.round
    is_first, before = prompt.answer is None, dict(prompt.answer or {})
    if is_first:
        prompt.answered_at, prompt.is_late = now, round_.has_ended and now >= prompt.closes_at
    elif given != before and (
        found.round.state is RoundState.POSTED or any(given.get(name) != value for name, value in before.items())
    ):
        prompt.edited_at = now  # who only adds to a click has changed nothing, unless the summary is out
    prompt.answer, prompt.state, prompt.why, prompt.remind_at = given, PromptState.ANSWERED, None, None
    for each in (each.id for each in found.questions if each.kind is QuestionKind.BLOCKERS):
        # What was resolved meanwhile does not come up again because another line of the answer is changed.
        if is_first or before.get(each) != given.get(each):
            blockers.update_blocker_from_answer(session, found.project, prompt, read_said(given.get(each)), now)
    if round_.has_ended and is_first:
        summaries.refresh_missing_answers(session, found.project, round_, prompt.side, now)
    if measure is not None:
        _record_measure(session, found, measure, now)
    _refresh_round_messages(session, found, now)


def _record_measure(session: Session, found: OpenPrompt, value: Decimal, now: datetime) -> None:
    """One value a month: the lead who reports later corrects the other's."""
    month = found.round.measure_month
    assert month is not None
    row = checkins.find_measure_value(session, found.project.pk, month)
    before = {} if row is None else {"value": row.value}
    if row is not None and (row.value, row.reported_by) == (value, found.prompt.user_id):
        return
    if row is None:
        row = MeasureValue(
            project_id=found.project.pk,
            month=month,
            team_id=found.project.team_id,
            value=value,
            reported_by=found.prompt.user_id,
            reported_at=now,
        )
        session.add(row)
    row.value, row.reported_by, row.reported_at = value, found.prompt.user_id, now
    after = {"value": value, "month": month}
    log_event(
        session, found.project, "measure.reported", actor=found.prompt.user_id, now=now, before=before, after=after
    )


def _refresh_round_messages(session: Session, found: OpenPrompt, now: datetime) -> None:
    _refresh_round(session, found, now)
    prompt_messages.refresh_messages(session, [found.prompt])


def _refresh_round(session: Session, found: OpenPrompt, now: datetime) -> None:
    session.flush()
    if found.round.state is RoundState.POSTED:
        summaries.post_summary(session, found.project, found.round, again=True)
    if found.round.state is not RoundState.EARLY:
        rounds.continue_round(session, found.project, found.round, now)
