"""`/duet pulse`: what people answer, what is published of it, and what the two executives say (product §11)."""

from sqlmodel import Session

from bot.deliveries.digests.facts import join_projects
from bot.deliveries.digests.topics import Topic, needs_somebody, outlives_project
from bot.projects.service import ProjectContext
from bot.projects.stewards import tell_remaining_steward
from bot.pulse import closing_parts, executive_views, executives, views, windows
from bot.pulse.results import find_project_that_asked, load_results
from bot.pulse.rules import SKIPPED
from bot.runtime.domain_events import (
    BecameOutsider,
    CharterAdopted,
    PersonLeft,
    ProjectActivated,
    ProjectChanged,
    SeatVacated,
)
from bot.runtime.errors import FormErrors, NotFound, Refusal
from handlers.decoding import read_id, read_id_triple, read_meta_id
from handlers.features import Feature, ProjectCommand
from handlers.grammar import read_project_number
from handlers.pulse_settings import BUTTONS, FORMS
from handlers.requests import Reply, Request, Route, reply_with_notice


def show_pulse(request: Request, session: Session, found: ProjectContext) -> Reply:
    results = load_results(session, found, now=request.now)
    return Reply(
        views.render_pulse(
            request.t,
            key=found.project.key,
            name=found.project.name,
            results=results,
            rounds=executives.list_own_rounds(session, found),
        )
    )


def show_pulse_to_asked(request: Request, session: Session) -> Reply:
    """`/duet pulse D-12` of whoever has no part in it any more, and was asked there. Raises: NotFound."""
    number = read_project_number(request.words, bare=True)
    if number is None:
        raise NotFound
    return show_pulse(request, session, find_project_that_asked(session, actor=request.actor, number=number))


def handle_show_pulse_click(request: Request, session: Session) -> Reply:
    found = find_project_that_asked(session, actor=request.actor, number=read_id(request.value))
    return show_pulse(request, session, found)


def handle_score_click(request: Request, session: Session) -> Reply:
    """Counts a score. The button's value: the window, the question's number among the person's, the score."""
    window_id, number, score = read_id_triple(request.value)
    is_first = windows.record_answer(
        session, actor=request.actor, window_id=window_id, number=number, score=score, now=request.now
    )
    return Reply(views.render_answer_receipt(request.t, is_first=is_first, is_skipped=score == SKIPPED))


def open_executive_form(request: Request, session: Session) -> Reply:
    asked = executives.require_open_round(session, actor=request.actor, round_id=read_id(request.value))
    project = asked.found.project
    return Reply(
        opens=executive_views.executive_form(
            request.t,
            key=project.key,
            name=project.name,
            round_id=asked.round.pk,
            occasion=asked.round.occasion,
            side=asked.side,
            other=asked.other,
            given=executives.build_own_answer_view(asked),
        )
    )


def handle_executive_submission(request: Request, session: Session) -> Reply:
    fields = (executive_views.ABOUT_OTHER, executive_views.AGAIN)
    typed = {name: request.values.get(name) for name in fields}
    if absent := [Refusal("error.field.empty", field=name) for name in fields if not typed[name]]:
        raise FormErrors(absent)
    about_other, again = (read_id(typed[name] or "") for name in fields)
    asked = executives.answer_round(
        session,
        actor=request.actor,
        round_id=read_meta_id(request.meta, "round"),
        about_other=about_other,
        again=again,
        may_be_reported=request.values.get(executive_views.REPORT) == executive_views.MAY_BE_REPORTED,
        now=request.now,
    )
    said = executive_views.write_round_sentences(
        request.t, executives.load_round_view(session, asked), other=asked.other
    )
    return reply_with_notice(request.t, "pulse.executive_title", said, key=asked.found.project.key)


FEATURE = Feature(
    commands=(ProjectCommand("pulse", show_pulse, reads=True, elsewise=show_pulse_to_asked),),
    closing=closing_parts.CLOSING,
    buttons={
        "pulse.show": Route(handle_show_pulse_click, reads=True),
        "pulse.answer": Route(handle_score_click, is_confidential=True),
        "pulse.executive": Route(open_executive_form, reads=True),
        **BUTTONS,
    },
    forms={"pulse.executive": Route(handle_executive_submission), **FORMS},
    timers={windows.WINDOW: windows.run_window_timer, executives.ASK: executives.ask_when_due},
    digests=(
        Topic(
            views.PulseAsked,
            views.pulse_question_line,
            windows.load_open_question,
            alert_order=needs_somebody,
            counted=lambda _: "pulse",
            thing=lambda facts: f"pulse {facts.window}" if facts.is_over else None,
            join=join_projects,  # two questions are over: said once
        ),
        Topic(
            views.PulseOut,
            views.pulse_result_line,
            counted=lambda _: "pulse_out",
            thing=lambda _: "pulse out",
            outlives=outlives_project,
        ),
    ),
    subscriptions=(
        (ProjectActivated, executives.ask_at_activation),
        (ProjectChanged, executives.ask_at_closing),
        (CharterAdopted, executives.readdress_round),
        (SeatVacated, executives.end_round_of_vacant_seat),
        (PersonLeft, tell_remaining_steward),
        (BecameOutsider, tell_remaining_steward),
    ),
)
