"""A check-in answered by its form, as last time, later, or not at all (product §8.3)."""

from sqlmodel import Session

from bot.checkins import answers, form_views, own_prompts
from bot.checkins.answers import OpenPrompt
from bot.checkins.summary_views import measure_line
from handlers.decoding import read_id, read_meta_id
from handlers.project_arguments import load_clicked_project
from handlers.requests import Reply, Request, reply_with_notice
from storage.projects import Project


def open_own_answer_form(request: Request, session: Session, project: Project) -> Reply:
    found = own_prompts.find_or_create_own_prompt(
        session, actor=request.actor, project_id=project.pk, now=request.now
    )
    return _open_answer_form(request, session, found)


def handle_checkin_answer_click(request: Request, session: Session) -> Reply:
    found = answers.require_open_prompt(
        session, actor=request.actor, prompt_id=read_id(request.value), now=request.now
    )
    return _open_answer_form(request, session, found)


def _open_answer_form(request: Request, session: Session, found: OpenPrompt) -> Reply:
    form = form_views.checkin_answer_form(request.t, answers.load_answer_facts(session, found))
    return Reply(opens=form)


def handle_checkin_answer_submission(request: Request, session: Session) -> Reply:
    prompt_id = read_meta_id(request.meta, "prompt")
    project, measured = answers.answer_prompt(
        session, actor=request.actor, prompt_id=prompt_id, values=request.values, now=request.now
    )
    if measured is None:
        return Reply()
    return reply_with_notice(request.t, "checkin.title", [measure_line(request.t, measured)], key=project.key)


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
