"""Answering: in the form, as last time, early, late and again; skipping and snoozing (product §8.3, §8.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session

from bot.checkins import blockers, prompting, rounds, summaries, whom
from bot.checkins.errors import (
    AlreadyAnswered,
    AnswerTooLong,
    NoEarlierAnswer,
    NothingToAnswer,
    NothingToAnswerYet,
    NothingWritten,
    RoundOver,
    TooLateToSnooze,
)
from bot.checkins.rules import EARLY, MAX_ANSWER, Question, QuestionKind, Schedule, Status
from bot.checkins.schedules import opens_at
from bot.errors import FormErrors, NotAllowed, NotFound, UserError
from bot.money import parse_number
from bot.people.rules import Actor
from bot.projects.rules import NotInThisState, State
from bot.projects.service import note
from bot.texts import clean
from bot.words import fold, has_visible_text
from storage import checkins, projects
from storage.checkins import CheckinPrompt, CheckinRound, CheckinSchedule, MeasureValue
from storage.projects import Project

MEASURE = "measure"  # the form's field
SCALE = ("1", "2", "3", "4", "5")


@dataclass(frozen=True)
class Open:
    """A prompt that its reader may answer, with what the form needs."""

    project: Project
    round: CheckinRound
    prompt: CheckinPrompt
    questions: tuple[Question, ...]
    values: Mapping[str, str]  # question id → what was answered before
    asks_measure: bool
    measured: Decimal | None  # what this person has given as the month's value of the measure


def readable(session: Session, *, actor: Actor, prompt_id: int, now: datetime, for_update: bool = False) -> Open:
    """Raises: NotFound for anybody else's, NotAllowed for who has left, NotInThisState, RoundOver."""
    prompt = checkins.prompt(session, actor.team_id, prompt_id)
    if prompt is None or prompt.user_id != actor.user_id:
        raise NotFound
    get = projects.project_for_update if for_update else projects.project
    project = get(session, actor.team_id, prompt.project_id)
    if project is None:
        raise NotFound
    if for_update:
        session.refresh(prompt)
    round_ = checkins.round_(session, actor.team_id, prompt.round_id)
    assert round_ is not None
    _check_part(session, project, round_, actor, now)
    if project.state != State.ACTIVE:
        raise NotInThisState(project.key, project.state)
    newest = next(iter(checkins.rounds(session, actor.team_id, project.pk, limit=1)), None)
    if round_.opened_at is not None and newest is not None and newest.pk != round_.pk:
        raise RoundOver
    return _open(session, project, round_, prompt)


def _check_part(session: Session, project: Project, round_: CheckinRound, actor: Actor, now: datetime) -> None:
    """Who joins tomorrow may answer early, who leaves today late; who was removed, neither. Raises: NotAllowed."""
    if not any(actor.user_id in whom.with_a_part(session, project, day) for day in (round_.day, project.day(now))):
        raise NotAllowed


def mine(session: Session, *, actor: Actor, project: Project, now: datetime) -> Open:
    """What the actor may answer in a project now: the round that goes on, one to come within a day, or the last.

    Creates the early prompt: the project must be locked. Raises: NotInThisState, NothingToAnswer(Yet).
    """
    if project.state != State.ACTIVE:
        raise NotInThisState(project.key, project.state)
    newest = next(iter(checkins.rounds(session, actor.team_id, project.pk, limit=1)), None)
    prompt = None if newest is None else checkins.prompt_of(session, newest.pk, actor.user_id)
    if newest is not None and prompt is not None and newest.ended_at is None:
        return _open(session, project, newest, prompt)
    early = _early(session, actor, project, now)
    if early is not None:
        return early
    if newest is not None and prompt is not None:
        return _open(session, project, newest, prompt)
    row = checkins.schedule(session, actor.team_id, project.pk)
    if row is None or row.next_on is None:
        raise NothingToAnswerYet
    raise NothingToAnswer(row.next_on)


def answerable(session: Session, *, actor: Actor, project: Project, now: datetime) -> bool:
    """Whether `mine` would find something."""
    row = checkins.schedule(session, actor.team_id, project.pk)
    if row is not None and row.next_on is not None and _is_soon(session, project, row, row.next_on, now):
        return actor.user_id in whom.asked(session, project, row, row.next_on)
    newest = next(iter(checkins.rounds(session, actor.team_id, project.pk, limit=1)), None)
    return newest is not None and checkins.prompt_of(session, newest.pk, actor.user_id) is not None


def _is_soon(session: Session, project: Project, row: CheckinSchedule, day: date, now: datetime) -> bool:
    return opens_at(session, project, row, day) - now <= EARLY


def _early(session: Session, actor: Actor, project: Project, now: datetime) -> Open | None:
    row = checkins.schedule(session, actor.team_id, project.pk)
    if row is None or row.next_on is None or not _is_soon(session, project, row, row.next_on, now):
        return None
    sides = {u: s for u, s in whom.asked(session, project, row, row.next_on).items() if u == actor.user_id}
    planned = whom.planned(session, project, Schedule.from_json(row.rule), sides, row.next_on)
    if not planned:
        return None
    round_ = rounds.early_round(session, project, row, row.next_on)
    prompt = checkins.prompt_of(session, round_.pk, actor.user_id)
    if prompt is None:
        prompt = rounds.new_prompt(round_, planned[0])
        session.add(prompt)
        session.flush()
    return _open(session, project, round_, prompt)


def _open(session: Session, project: Project, round_: CheckinRound, prompt: CheckinPrompt) -> Open:
    questions = () if prompt.only_measure else tuple(Question.from_json(each) for each in round_.questions)
    values = dict(prompt.answer or {})
    if prompt.answer is None:
        values = earlier_values(session, prompt, questions)
    asks_measure = round_.measure_month is not None and prompt.user_id in whom.acting_leads(session, project)
    measured = prompting.measured_by(session, round_, prompt) if asks_measure else None
    return Open(project, round_, prompt, questions, values, asks_measure, measured)


def earlier_values(session: Session, prompt: CheckinPrompt, questions: Sequence[Question]) -> dict[str, str]:
    """The last answer, as far as it was to the same questions; a blocker only while it is open."""
    last = checkins.last_answer(session, prompt.team_id, prompt.project_id, prompt.user_id)
    if last is None or last.answer is None:
        return {}
    round_ = checkins.round_(session, last.team_id, last.round_id)
    assert round_ is not None
    still = blockers.words_of_open(session, prompt)
    kinds = {each.id: each.kind for each in map(Question.from_json, round_.questions) if each in questions}
    return {
        name: value
        for name, value in last.answer.items()
        if name in kinds and (kinds[name] is not QuestionKind.BLOCKERS or fold(value) in still)
    }


def answer(
    session: Session, *, actor: Actor, prompt_id: int, values: Mapping[str, str | None], now: datetime
) -> Open:
    """From the form: question id → what was written or chosen, and the measure's value.

    The result has the value that stands.

    Raises: NotFound, NotAllowed, NotInThisState, RoundOver, FormErrors.
    """
    found = readable(session, actor=actor, prompt_id=prompt_id, now=now, for_update=True)
    given, measure = _read(found, values)
    _keep(session, found, given, measure, now)
    return replace(found, measured=found.measured if measure is None else measure)


def same_as_last_time(session: Session, *, actor: Actor, prompt_id: int, now: datetime) -> Open:
    """Raises: NotFound, NotAllowed, NotInThisState, RoundOver, AlreadyAnswered, NoEarlierAnswer."""
    found = readable(session, actor=actor, prompt_id=prompt_id, now=now, for_update=True)
    if found.prompt.state == "answered":
        raise AlreadyAnswered
    if not found.values:
        raise NoEarlierAnswer
    _keep(session, found, dict(found.values), None, now)
    return found


def skip(session: Session, *, actor: Actor, prompt_id: int, now: datetime) -> Open:
    """Raises: NotFound, NotAllowed, NotInThisState, RoundOver, AlreadyAnswered."""
    found = readable(session, actor=actor, prompt_id=prompt_id, now=now, for_update=True)
    if found.prompt.state == "answered":
        raise AlreadyAnswered
    found.prompt.state, found.prompt.why, found.prompt.remind_at = "skipped", None, None
    if found.round.ended_at is not None:
        rounds.refresh_unanswered(session, found.project, found.round, found.prompt.side, now)
    _shown(session, found, now)
    return found


def snooze(session: Session, *, actor: Actor, prompt_id: int, now: datetime) -> datetime:
    """Asked again in an hour, or when their working hours begin next.

    Raises: NotFound, NotAllowed, NotInThisState, RoundOver, AlreadyAnswered, TooLateToSnooze.
    """
    found = readable(session, actor=actor, prompt_id=prompt_id, now=now, for_update=True)
    if found.prompt.state == "answered":
        raise AlreadyAnswered
    until = prompting.working_moment(session, actor.team_id, actor.user_id, now + prompting.SNOOZE)
    if found.round.ended_at is not None or until >= found.prompt.closes_at:
        raise TooLateToSnooze
    prompting.snooze(session, found.project, found.round, found.prompt, until=until)
    rounds.go_on(session, found.project, found.round, now)
    return until


def _read(found: Open, values: Mapping[str, str | None]) -> tuple[dict[str, str], Decimal | None]:
    """Raises: FormErrors."""
    errors: list[UserError] = []
    given: dict[str, str] = {}
    for question in found.questions:
        text = clean(values.get(question.id) or "").strip()
        if len(text) > MAX_ANSWER:
            errors.append(AnswerTooLong(MAX_ANSWER, question.id))
        elif has_visible_text(text):
            if not _is_offered(question, text):
                raise NotFound
            given[question.id] = text
    measure = None
    number = clean(values.get(MEASURE) or "").strip() if found.asks_measure else ""
    if number:
        try:
            measure = parse_number(number)
        except UserError as error:
            error.field = MEASURE
            errors.append(error)
    if not given and measure is None and not errors:
        nothing = NothingWritten()
        nothing.field = MEASURE if found.prompt.only_measure else found.questions[0].id
        errors.append(nothing)
    if errors:
        raise FormErrors(errors)
    return given, measure


def _is_offered(question: Question, choice: str) -> bool:
    match question.kind:
        case QuestionKind.STATUS:
            return choice in list(Status)
        case QuestionKind.SCALE:
            return choice in SCALE
        case QuestionKind.CHOICE:
            return choice in question.choices
    return True


def _keep(session: Session, found: Open, given: dict[str, str], measure: Decimal | None, now: datetime) -> None:
    prompt, round_ = found.prompt, found.round
    is_first, before = prompt.answer is None, dict(prompt.answer or {})
    if is_first:
        prompt.answered_at, prompt.is_late = now, round_.ended_at is not None
    elif prompt.answer != given:
        prompt.edited_at = now
    prompt.answer, prompt.state, prompt.why, prompt.remind_at = given, "answered", None, None
    for each in (each.id for each in found.questions if each.kind is QuestionKind.BLOCKERS):
        # What was resolved meanwhile does not come up again because another line of the answer is changed.
        if is_first or before.get(each) != given.get(each):
            blockers.named(session, found.project, prompt, given.get(each), now)
    if prompt.is_late and is_first:
        rounds.refresh_unanswered(session, found.project, round_, prompt.side, now)
    if measure is not None:
        _measured(session, found, measure, now)
    _shown(session, found, now)


def _measured(session: Session, found: Open, value: Decimal, now: datetime) -> None:
    """One value a month: the lead who reports later corrects the other's."""
    month = found.round.measure_month
    assert month is not None
    row = checkins.measure_of(session, found.project.pk, month)
    before = {} if row is None else {"value": str(row.value)}
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
    after = {"value": str(value), "month": month}
    note(
        session, found.project, "measure.reported", actor=found.prompt.user_id, now=now, before=before, after=after
    )


def _shown(session: Session, found: Open, now: datetime) -> None:
    session.flush()
    prompting.show(session, found.project, found.round, found.prompt)
    if found.round.posted_at is not None:
        summaries.refresh(session, found.project, found.round)
    if found.round.opened_at is not None:
        rounds.go_on(session, found.project, found.round, now)
