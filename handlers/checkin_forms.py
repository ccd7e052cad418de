"""The forms of check-ins: an answer, as last time, later, or none; and the schedule, also by words (product §8)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from typing import Annotated

from pydantic import BeforeValidator
from sqlmodel import Session

from bot.checkins import (
    answer_views,
    answers,
    open_prompts,
    overview_views,
    question_parser,
    schedule_views,
    schedules,
    service,
    typed_answers,
)
from bot.checkins.open_prompts import OpenPrompt
from bot.checkins.rules import RespondentGroup, Status, WantedSchedule
from bot.checkins.schedule_parser import NotASchedule, parse_known_part, parse_schedule
from bot.checkins.summary_views import measure_line
from bot.checkins.upcoming_days import load_schedule_preview
from bot.people.preferences import COUNTRIES
from bot.projects.service import ProjectContext
from bot.runtime.errors import NotFound
from bot.ui import blocks as ui
from bot.ui.blocks import View
from bot.ui.form_values import SEVERAL, FormValues, one_of
from bot.ui.mrkdwn import Mrkdwn
from handlers.decoding import find_meta_id, read_id, read_id_pair, read_meta_id
from handlers.requests import Handler, Reply, Request, reply_with_notice, reply_with_text
from handlers.responses import add_explanation
from storage.checkins import CheckinSchedule
from storage.projects import Project


class ScheduleForm(FormValues):
    rhythm: Annotated[tuple[int, int | None], BeforeValidator(schedule_views.decode_rhythm)]
    weekdays: Annotated[frozenset[int], SEVERAL] = frozenset()
    at: time
    zone: str
    country: Annotated[str, one_of(lambda: COUNTRIES)] | None = None
    whom: RespondentGroup
    people: Annotated[tuple[str, ...], SEVERAL] = ()
    questions: str = ""


# --- the answer -----------------------------------------------------------------------------------------------


def open_own_answer_form(request: Request, session: Session, found: ProjectContext) -> Reply:
    prompt = service.find_or_create_own_prompt(
        session, actor=request.actor, project_id=found.project.pk, now=request.now
    )
    return _open_answer_form(request, session, prompt)


def handle_checkin_answer_click(request: Request, session: Session) -> Reply:
    prompt = open_prompts.require_open_prompt(
        session, actor=request.actor, prompt_id=read_id(request.value), now=request.now
    )
    return _open_answer_form(request, session, prompt)


def _open_answer_form(request: Request, session: Session, prompt: OpenPrompt) -> Reply:
    form = answer_views.checkin_answer_form(request.t, open_prompts.load_answer_facts(session, prompt))
    return Reply(opens=form)


def handle_checkin_answer_submission(request: Request, session: Session) -> Reply:
    prompt_id, stamp = read_meta_id(request.meta, "prompt"), find_meta_id(request.meta, "typed")
    project, measured = answers.answer_prompt(
        session, actor=request.actor, prompt_id=prompt_id, values=request.values, now=request.now
    )
    if stamp is not None:
        typed_answers.mark_draft_sent(
            session, actor=request.actor, prompt_id=prompt_id, stamp=stamp, now=request.now
        )
    if measured is None:
        return Reply()
    return reply_with_notice(request.t, "checkin.title", [measure_line(request.t, measured)], key=project.key)


def handle_checkin_status_click(request: Request, session: Session) -> Reply:
    """The answer to the status; where it is not on track, a second step asks what stands in the way."""
    prompt_id, number = read_id_pair(request.value)
    if not 1 <= number <= len(Status):
        raise NotFound
    status = list(Status)[number - 1]
    prompt = answers.answer_status(
        session, actor=request.actor, prompt_id=prompt_id, status=status, now=request.now
    )
    if status is Status.ON_TRACK:
        return Reply()
    form = answer_views.obstacle_form(
        request.t,
        key=prompt.project.key,
        prompt_id=prompt_id,
        status=status,
        obstacle=answers.find_obstacle(prompt),
    )
    return Reply(opens=form, follows=True)


def handle_obstacle_submission(request: Request, session: Session) -> Reply:
    answers.answer_obstacle(
        session,
        actor=request.actor,
        prompt_id=read_meta_id(request.meta, "prompt"),
        text=request.values.get(answers.OBSTACLE),
        now=request.now,
    )
    return Reply()


def handle_same_click(request: Request, session: Session) -> Reply:
    answers.repeat_last_answer(session, actor=request.actor, prompt_id=read_id(request.value), now=request.now)
    return Reply()


def handle_typed_change_click(request: Request, session: Session) -> Reply:
    """What was typed, in the form, which is sent in its place."""
    prompt_id, stamp = read_id_pair(request.value)
    prompt, words = typed_answers.load_draft_for_form(
        session, actor=request.actor, prompt_id=prompt_id, stamp=stamp, now=request.now
    )
    facts = open_prompts.load_answer_facts(session, replace(prompt, values={**prompt.values, **words}))
    return Reply(opens=answer_views.checkin_answer_form(request.t, replace(facts, typed_stamp=stamp)))


def build_typed_click_handler(step: Callable[..., None]) -> Handler:
    """*Send as my answer*, or which check-in it is for: the message with the draft says so then."""

    def clicked(request: Request, session: Session) -> Reply:
        prompt_id, stamp = read_id_pair(request.value)
        step(session, actor=request.actor, prompt_id=prompt_id, stamp=stamp, now=request.now)
        return Reply()

    return clicked


def build_message_click_handler(step: Callable[..., None]) -> Handler:
    """*Skip*, *In an hour*: at once, for all of the message that has no answer."""

    def clicked(request: Request, session: Session) -> Reply:
        step(session, actor=request.actor, message_id=read_id(request.value), now=request.now)
        return Reply()

    return clicked


# --- the schedule ---------------------------------------------------------------------------------------------


def open_schedule_form(request: Request, session: Session, found: ProjectContext) -> Reply:
    project = found.project
    _, row = schedules.require_editable_schedule(session, actor=request.actor, project_id=project.pk)
    wanted = schedules.read_stored_schedule(row)
    return Reply(opens=_build_schedule_form(request, session, project, row, row.version, wanted))


def _build_schedule_form(
    request: Request,
    session: Session,
    project: Project,
    row: CheckinSchedule,
    version: int,
    wanted: WantedSchedule,
    typed: str | None = None,
) -> View:
    """`version`: the one that the form was opened on. `typed`: the questions as they stand in the form."""
    facts = schedule_views.ScheduleFacts(
        project_id=project.pk,
        key=project.key,
        version=version,
        wanted=wanted,
        preview=load_schedule_preview(session, project, row, wanted, now=request.now),
        questions=question_parser.format_questions(request.t, wanted.questions) if typed is None else typed,
        countries=COUNTRIES,
    )
    return schedule_views.schedule_form(request.t, facts)


def refresh_schedule_preview(request: Request, session: Session) -> Reply:
    """Something was chosen in the form: the next occurrences follow."""
    found, row = _load_edited_schedule(request, session)
    wanted = _read_wanted_schedule(request, row)
    typed = request.values.get("questions") or ""
    version = find_meta_id(request.meta, "version") or 0
    return Reply(shows=_build_schedule_form(request, session, found, row, version, wanted, typed))


def handle_schedule_submission(request: Request, session: Session) -> Reply:
    found, row = _load_edited_schedule(request, session)
    wanted = _read_wanted_schedule(request, row)
    version = find_meta_id(request.meta, "version")
    changed = schedules.change_schedule(
        session, actor=request.actor, project_id=found.pk, wanted=wanted, version=version, now=request.now
    )
    said = render_schedule(request, session, found, changed, "checkin.changed")
    whom = overview_views.render_respondents_field(request.t, wanted)
    what = overview_views.render_questions_field(request.t, wanted.questions)
    fields = [*ui.field_blocks([whom]), *ui.field_blocks([what])]
    return reply_with_notice(request.t, "checkin.schedule.title", [said, *fields], key=found.key)


def _load_edited_schedule(request: Request, session: Session) -> tuple[Project, CheckinSchedule]:
    project_id = read_meta_id(request.meta, "project")
    found, row = schedules.require_editable_schedule(session, actor=request.actor, project_id=project_id)
    return found.project, row


def _read_wanted_schedule(request: Request, row: CheckinSchedule) -> WantedSchedule:
    """What the form says. Raises: FormErrors for what it does not offer."""
    before, form = schedules.read_stored_schedule(row), ScheduleForm.read(request.values)
    every_weeks, nth = form.rhythm
    rule = replace(
        before.rule,
        weekdays=form.weekdays,
        at=form.at,
        every_weeks=every_weeks,
        nth=nth,
        own_zone=form.zone == "own",
        country=form.country,
    )
    questions = question_parser.parse_questions(form.questions, before.questions)
    return WantedSchedule(rule, questions, form.whom, form.people)


def change_schedule_by_words(request: Request, session: Session, project: Project, words: str) -> Reply:
    """`/duet checkin schedule every 2 weeks on friday 9:30`: what was understood is echoed in full.

    What is not read opens the form, filled with what was.
    """
    _, row = schedules.require_editable_schedule(session, actor=request.actor, project_id=project.pk)
    wanted = schedules.read_stored_schedule(row)
    try:
        rule = parse_schedule(words, current=wanted.rule, since=project.day(request.now))
    except NotASchedule as error:
        known = replace(wanted, rule=parse_known_part(words, current=wanted.rule))
        form = _build_schedule_form(request, session, project, row, row.version, known)
        return add_explanation(Reply(opens=form), request.t, error)
    changed = schedules.change_schedule(
        session,
        actor=request.actor,
        project_id=project.pk,
        wanted=replace(wanted, rule=rule),
        version=None,
        now=request.now,
    )
    return reply_with_text(render_schedule(request, session, project, changed, "checkin.changed"))


def render_schedule(request: Request, session: Session, project: Project, row: CheckinSchedule, key: str) -> Mrkdwn:
    preview = load_schedule_preview(session, project, row, now=request.now)
    said = schedule_views.render_schedule_preview(request.t, preview)
    return Mrkdwn("\n").join([request.t(key, key=project.key), said])
