"""A check-in answered by its form, as last time, later, or not at all (product §8.3)."""

from sqlmodel import Session

from bot.checkins import answers, form_views, own_prompts
from bot.checkins.answers import OpenPrompt
from bot.checkins.form_views import AnswerFacts
from bot.checkins.summary_views import MeasureReading, measure_line
from bot.runtime.errors import NotFound
from handlers.decoding import read_id, read_meta_id
from handlers.project_arguments import load_clicked_project
from handlers.requests import Reply, Request, reply_with_notice
from storage import projects
from storage.projects import Project


def open_own_answer_form(request: Request, session: Session, project: Project) -> Reply:
    locked = projects.find_project_for_update(session, request.actor.team_id, project.pk)
    assert locked is not None
    found = own_prompts.find_or_create_own_prompt(session, actor=request.actor, project=locked, now=request.now)
    return _open_answer_form(request, session, found)


def handle_checkin_answer_click(request: Request, session: Session) -> Reply:
    found = answers.require_open_prompt(
        session, actor=request.actor, prompt_id=read_id(request.value), now=request.now
    )
    return _open_answer_form(request, session, found)


def _open_answer_form(request: Request, session: Session, found: OpenPrompt) -> Reply:
    charter = projects.load_counting_charter(session, found.project)
    note = None
    if found.prompt.answer is not None:
        note = "edits"
    elif found.round.opened_at is None:
        note = "early"
    elif found.round.ended_at is not None:
        note = "late"
    facts = AnswerFacts(
        key=found.project.key,
        name=found.project.name,
        prompt_id=found.prompt.pk,
        day=found.round.day,
        questions=found.questions,
        values=found.values,
        measure=(charter.measure_name, charter.measure_unit, found.measured) if found.asks_measure else None,
        note=note,
    )
    return Reply(opens=form_views.checkin_answer_form(request.t, facts))


def handle_checkin_answer_submission(request: Request, session: Session) -> Reply:
    prompt_id = read_meta_id(request.meta, "prompt")
    if prompt_id is None:
        raise NotFound
    found = answers.answer_prompt(
        session, actor=request.actor, prompt_id=prompt_id, values=request.values, now=request.now
    )
    if found.measured is None:
        return Reply()
    charter = projects.load_counting_charter(session, found.project)
    given = MeasureReading(charter.measure_name, charter.measure_unit, found.measured, charter.measure_target)
    return reply_with_notice(request.t, "checkin.title", [measure_line(request.t, given)], key=found.project.key)


def handle_same_answer_click(request: Request, session: Session) -> Reply:
    answers.repeat_last_answer(session, actor=request.actor, prompt_id=read_id(request.value), now=request.now)
    return Reply()


def handle_skip_click(request: Request, session: Session) -> Reply:
    answers.skip_prompt(session, actor=request.actor, prompt_id=read_id(request.value), now=request.now)
    return Reply()


def handle_snooze_click(request: Request, session: Session) -> Reply:
    answers.snooze_prompt(session, actor=request.actor, prompt_id=read_id(request.value), now=request.now)
    return Reply()


def handle_own_checkin_click(request: Request, session: Session) -> Reply:
    return open_own_answer_form(request, session, load_clicked_project(request, session).project)
