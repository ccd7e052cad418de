"""The timetable as it is shown, and what a click in it does at once (product §9)."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlmodel import Session

from bot.projects.service import ProjectContext, find_counting_day, load_context
from bot.runtime.errors import NotFound
from bot.timetable import dropping, policy, service, views
from bot.timetable.policy import may_change_timetable
from bot.timetable.rules import TimetableFilter
from bot.ui.components import project_heading
from handlers.decoding import read_id, read_page
from handlers.requests import Handler, Reply, Request
from handlers.timetable_forms import (
    build_form_click_handler,
    build_milestone_done_message,
    build_seen_milestone,
    handle_move_click,
)


def handle_timetable_page_click(request: Request, session: Session) -> Reply:
    """Of a button: *Timetable*, a filter, the next page: `7:1`, or with a filter `7:mine:1`."""
    listed, number = read_page(request.value)
    project_id, _, shown = listed.partition(":")
    if shown and shown not in list(TimetableFilter):
        raise NotFound
    found = load_context(session, actor=request.actor, project_id=read_id(project_id))
    return show_timetable_page(request, session, found, number, TimetableFilter(shown or "all"))


def show_timetable_page(
    request: Request,
    session: Session,
    found: ProjectContext,
    number: int,
    shown: TimetableFilter = TimetableFilter.ALL,
) -> Reply:
    today = find_counting_day(session, found.project, request.now)
    by_filter = service.sort_by_filter(session, found, today=today)
    counts = {each: len(milestones) for each, milestones in by_filter.items()}
    chosen = by_filter[shown]
    return Reply(
        views.render_timetable(
            request.t,
            key=found.project.key,
            name=found.project.name,
            project_id=found.project.pk,
            milestones=[
                (build_seen_milestone(each, today), policy.list_allowed_actions(found, each)) for each in chosen
            ],
            number=number,
            lateness=service.total_lateness(session, found.project),
            may_add=may_change_timetable(found),
            shown=shown,
            counts=counts,
        )
    )


def show_milestone(request: Request, wanted: policy.MilestoneContext) -> Reply:
    """One of them, as the timetable has it."""
    project, each = wanted.project, wanted.milestone
    return Reply(
        views.render_milestone(
            request.t,
            build_seen_milestone(each, project.day(request.now)),
            policy.list_allowed_actions(wanted.context, each),
            heading=project_heading(project.key, project.name),
            project_id=project.pk,
        )
    )


def handle_menu_choice(request: Request, session: Session) -> Reply:
    """What was chosen from a milestone's menu: as its button."""
    what, _, milestone_id = request.value.partition(":")
    run = MENU.get(what)
    if run is None:
        raise NotFound
    return run(replace(request, value=milestone_id), session)


def build_step_handler(verb: str) -> Callable[[Request, Session], Reply]:
    """*Done*, *At risk*: at once."""
    run = {"done": service.finish_milestone, "at_risk": service.mark_milestone_at_risk}[verb]

    def clicked(request: Request, session: Session) -> Reply:
        changed = run(session, actor=request.actor, milestone_id=read_id(request.value), now=request.now)
        return Reply(build_milestone_done_message(request, session, verb, changed))

    return clicked


def handle_reopen_click(request: Request, session: Session) -> Reply:
    """*On track*, *Not done after all*: at once. Only the first claims that all goes to plan."""
    reopened, what = service.reopen_milestone(
        session, actor=request.actor, milestone_id=read_id(request.value), now=request.now
    )
    return Reply(build_milestone_done_message(request, session, what, reopened))


def handle_restore_click(request: Request, session: Session) -> Reply:
    """*Put back*: at once."""
    restored = dropping.restore_milestone(
        session, actor=request.actor, milestone_id=read_id(request.value), now=request.now
    )
    return Reply(build_milestone_done_message(request, session, "restored", restored))


MENU: Mapping[str, Handler] = {
    "done": build_step_handler("done"),
    "at_risk": build_step_handler("at_risk"),
    "reopen": handle_reopen_click,
    "restore": handle_restore_click,
    "move": handle_move_click,
    "change": build_form_click_handler("change"),
    "drop": build_form_click_handler("drop"),
}
