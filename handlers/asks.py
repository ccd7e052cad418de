"""`/duet ask`, and every button and form of asks (product §10)."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session

from bot.asks import (
    closing_report,
    export_sections,
    handover,
    notifications,
    overviews,
    service,
    subscribers,
    views,
)
from bot.asks.notifications import build_ask_view
from bot.asks.policy import list_allowed_steps, load_ask, may_ask_in, require_ask_right
from bot.asks.rules import ANSWERABLE, AskOverdue
from bot.asks.service import WantedAsk
from bot.asks.views import AskTab
from bot.deliveries.digests.topics import Topic, needs_somebody
from bot.parsing.folding import fold_text
from bot.people.service import work_calendar
from bot.projects.service import ProjectContext, infer_projects, load_context
from bot.runtime.domain_events import (
    AbsenceChanged,
    BecameOutsider,
    CharterAdopted,
    PersonLeft,
    ProjectChanged,
    ProjectClosed,
    TeamChanged,
)
from bot.runtime.errors import FormErrors, NotFound, Refusal
from handlers.ask_arguments import TABS, means_list, read_ask_of_people, split_off_ask
from handlers.ask_forms import (
    handle_ask_again_click,
    handle_ask_form_click,
    handle_ask_project_choice,
    handle_ask_shortcut,
    handle_ask_submission,
    handle_date_click,
    handle_date_submission,
    handle_decline_click,
    handle_decline_submission,
    handle_hand_on_click,
    handle_hand_on_submission,
    open_ask_form,
    say_who_reads,
)
from handlers.decoding import read_id, read_id_pair, read_page
from handlers.features import Feature, ProjectCommand
from handlers.grammar import read_project_number
from handlers.mentions import read_people
from handlers.project_arguments import build_project_click_handler, narrow_projects
from handlers.requests import Handler, Reply, Request, Route, reply_with_text
from handlers.responses import add_explanation, add_understood_days


def handle_ask_command(request: Request, session: Session, found: ProjectContext) -> Reply:
    """`/duet ask [project] @p "TEXT" by DATE`; without any of these it lists them."""
    if not request.args:
        return show_asks_page(request, session, found, None, 1)
    if means_list(request.args):
        return show_asks_page(request, session, found, TABS[fold_text(request.words)], 1)
    require_ask_right(session, found)
    people = read_people(request.args)
    is_working = work_calendar(session, found.project.team_id, found.project.zone).is_working_day
    typed = read_ask_of_people(people, today=found.project.day(request.now), is_working=is_working)
    trouble = people.trouble or typed.trouble
    if typed.is_certain and trouble is None and people.only is not None:
        wanted = WantedAsk(typed.text, people.only, typed.due)
        try:
            asked, read_at = service.ask_other_side(
                session, actor=request.actor, project_id=found.project.pk, wanted=wanted, now=request.now
            )
        except FormErrors as wrong:
            trouble = wrong.errors[0]
        else:
            said = say_who_reads(request, asked, read_at)
            steps = list_allowed_steps(asked)
            return Reply(views.render_ask(request.t, build_ask_view(asked.project, asked.ask), steps, said))
    form = open_ask_form(request, session, found, text=typed.text, person=people.only, due=typed.due)
    return add_explanation(add_understood_days(form, request.t, typed.due), request.t, trouble)


def open_form_for_words(request: Request, session: Session) -> Reply:
    """Takes what names no project for the ask itself. Raises: NotFound for an unknown key; Refusal."""
    if read_project_number(request.args[0]) is not None:
        raise NotFound
    found = infer_projects(session, actor=request.actor, channel_id=request.channel_id)
    projects = narrow_projects(found, is_possible=may_ask_in)
    if len(projects) != 1:
        raise Refusal("error.ask.no_project", words=request.words)
    return handle_ask_command(request, session, projects[0])


# --- the list -------------------------------------------------------------------------------------------------


def show_asks_page(
    request: Request, session: Session, found: ProjectContext, tab: AskTab | None, number: int
) -> Reply:
    facts = overviews.load_ask_list(session, found, tab=tab, number=number, now=request.now)
    return Reply(views.render_asks(request.t, facts))


def handle_asks_page_click(request: Request, session: Session) -> Reply:
    """Shows a page of a tab: `7:me:2`."""
    listed, number = read_page(request.value)
    project_id, _, tab = listed.partition(":")
    if tab not in list(AskTab):
        raise NotFound
    found = load_context(session, actor=request.actor, project_id=read_id(project_id))
    return show_asks_page(request, session, found, AskTab(tab), number)


def handle_show_ask_click(request: Request, session: Session) -> Reply:
    found = load_ask(session, request.actor, read_id(request.value))
    steps = list_allowed_steps(found)
    return Reply(views.render_ask(request.t, build_ask_view(found.project, found.ask), steps))


# --- answers --------------------------------------------------------------------------------------------------


def _build_step_handler(run: Callable[..., Any]) -> Handler:
    """Answers a click that takes a step at once: what has become of the ask is said in a line."""

    def handle_click(request: Request, session: Session) -> Reply:
        found = run(session, actor=request.actor, ask_id=read_id(request.value), now=request.now)
        return reply_with_text(views.render_step(request.t, build_ask_view(found.project, found.ask)))

    return handle_click


def _build_proposal_handler(run: Callable[..., Any]) -> Handler:
    """Answers *Agree* and *Keep the date*, of the proposal that was seen."""

    def handle_click(request: Request, session: Session) -> Reply:
        ask_id, revision = read_id_pair(request.value)
        found = run(session, actor=request.actor, ask_id=ask_id, revision=revision, now=request.now)
        return reply_with_text(views.render_step(request.t, build_ask_view(found.project, found.ask)))

    return handle_click


FEATURE = Feature(
    commands=(
        ProjectCommand(
            "ask",
            handle_ask_command,
            elsewise=open_form_for_words,
            parts=split_off_ask,
            suits=lambda found, args: not args or means_list(args) or may_ask_in(found),
        ),
    ),
    shortcuts={"shortcut.ask": Route(handle_ask_shortcut)},
    buttons={
        "ask.list": Route(build_project_click_handler(handle_ask_command), reads=True),
        "ask.page": Route(handle_asks_page_click, reads=True),
        "ask.show": Route(handle_show_ask_click, reads=True),
        "ask.begin": Route(handle_ask_shortcut),
        "ask.new": Route(handle_ask_form_click, reads=True),
        "ask.new.project": Route(handle_ask_project_choice, reads=True),
        "ask.again": Route(handle_ask_again_click),
        "ask.accept": Route(_build_step_handler(service.accept_ask)),
        "ask.done": Route(_build_step_handler(service.finish_ask)),
        "ask.date": Route(handle_date_click, reads=True),
        "ask.decline": Route(handle_decline_click, reads=True),
        "ask.hand": Route(handle_hand_on_click, reads=True),
        "ask.take": Route(_build_step_handler(handover.take_over_ask)),
        "ask.pass_up": Route(_build_step_handler(handover.refuse_handed_ask)),
        "ask.agree": Route(_build_proposal_handler(service.agree_to_date)),
        "ask.keep": Route(_build_proposal_handler(service.keep_date)),
        "ask.withdraw": Route(_build_step_handler(service.withdraw_ask)),
    },
    forms={
        "ask.new": Route(handle_ask_submission),
        "ask.date": Route(handle_date_submission),
        "ask.decline": Route(handle_decline_submission),
        "ask.hand": Route(handle_hand_on_submission),
    },
    timers={
        notifications.TELL: notifications.tell_when_hours_begin,
        notifications.OVERDUE: notifications.remind_of_overdue_ask,
    },
    digests=(
        Topic(
            AskOverdue,
            views.overdue_ask_line,
            notifications.load_overdue_ask,
            needs_somebody,
            lambda _: "ask",
            usable_in=ANSWERABLE,
        ),
    ),
    sections=export_sections.SECTIONS,
    closing=(closing_report.SECTION,),
    subscriptions=(
        (ProjectChanged, subscribers.adjust_asks_to_project),
        (ProjectClosed, subscribers.end_asks_of_project),
        (CharterAdopted, subscribers.pass_on_asks_of_project),
        (TeamChanged, subscribers.pass_on_asks_of_project),
        (PersonLeft, subscribers.pass_on_asks_of_person),
        (BecameOutsider, subscribers.pass_on_asks_of_person),
        (AbsenceChanged, subscribers.tell_whoever_is_back),
    ),
)
