"""`/duet list`, `show` and `log`."""

from sqlmodel import Session

from bot.card.log_sentences import read_log_line
from bot.card.service import load_card
from bot.card.views import render_card
from bot.parsing.folding import fold_text
from bot.projects.outlines import find_outline_by_number, find_outline_by_words, list_outlines
from bot.projects.project_log import list_log_entries
from bot.projects.rules import may_read_log
from bot.projects.service import (
    ProjectContext,
    build_project_line,
    count_ended_projects,
    find_project_by_number,
    list_my_projects,
    list_own_projects,
)
from bot.projects.views import (
    SEARCH,
    Outline,
    ProjectLine,
    render_log,
    render_outline,
    render_project_list,
)
from bot.runtime.errors import NotFound
from bot.ui import blocks as ui
from bot.ui.components import project_heading
from handlers.decoding import read_id, read_page
from handlers.features import Command, Feature, ProjectCommand
from handlers.grammar import read_project_number
from handlers.requests import Reply, Request, Route

FILTERS = {
    "mine": "mine",
    "moje": "mine",
    "all": "all",
    "wszystkie": "all",
    "closed": "closed",
    "zamkniete": "closed",
}


def handle_list_command(request: Request, session: Session) -> Reply:
    """`/duet list [mine|all|closed|words]`: words search the names and goals."""
    words = fold_text(request.words)
    filter_ = FILTERS.get(words, SEARCH) if words else "mine"
    return Reply(_compose_list(session, request, filter_, words=words if filter_ == SEARCH else ""))


def handle_list_page_click(request: Request, session: Session) -> Reply:
    filter_, page = read_page(request.value)
    if filter_ not in FILTERS.values():
        raise NotFound
    return Reply(_compose_list(session, request, filter_, page=page), replaces=True)


def _compose_list(
    session: Session, request: Request, filter_: str, *, words: str = "", page: int = 1
) -> ui.Message:
    found = _find_listed_projects(session, request, filter_, words)
    ended = count_ended_projects(session, actor=request.actor) if filter_ == "mine" else 0
    may_draft = request.actor.is_internal
    return render_project_list(request.t, found, filter_=filter_, page=page, may_draft=may_draft, ended=ended)


def _find_listed_projects(
    session: Session, request: Request, filter_: str, words: str = ""
) -> list[ProjectLine | Outline]:
    """Those in which the person has a part; of all, and in a search, then the public ones, too (product §14)."""
    if filter_ == "mine":
        return [build_project_line(each) for each in list_own_projects(session, actor=request.actor)]
    live = False if filter_ == "closed" else None
    own = list_my_projects(session, actor=request.actor, live=live)
    others = list_outlines(session, actor=request.actor) if live is None else []
    return [
        *(
            build_project_line(d.project, ends_on=d.charter.ends_on)
            for d in own
            if not words or words in _searchable_text(d.project.key, d.project.name, d.charter.goal)
        ),
        *(each for each in others if not words or words in _searchable_text(each.key, each.name, each.goal)),
    ]


def _searchable_text(key: str, name: str, goal: str) -> str:
    return fold_text(f"{key} {name} {goal}")


def handle_show_command(request: Request, session: Session, found: ProjectContext) -> Reply:
    """`/duet show [project]`: the card."""
    return Reply(render_card(request.t, load_card(session, found, now=request.now)))


def handle_show_click(request: Request, session: Session) -> Reply:
    number = read_id(request.value)
    try:
        found = find_project_by_number(session, actor=request.actor, number=number)
    except NotFound:
        return Reply(render_outline(request.t, find_outline_by_number(session, actor=request.actor, number=number)))
    return handle_show_command(request, session, found)


def handle_show_outline(request: Request, session: Session) -> Reply:
    """`/duet show [project]` of a public project in which they have no part (product §14)."""
    number = read_project_number(request.words, bare=True)
    if number is None:
        found = find_outline_by_words(session, actor=request.actor, words=request.words)
    else:
        found = find_outline_by_number(session, actor=request.actor, number=number)
    return Reply(render_outline(request.t, found))


def handle_log_command(request: Request, session: Session, found: ProjectContext) -> Reply:
    """`/duet log [project]`: newest first."""
    return _show_log(request, session, found, 1)


def handle_log_page_click(request: Request, session: Session) -> Reply:
    number, page = read_page(request.value)
    found = find_project_by_number(session, actor=request.actor, number=read_id(number))
    return _show_log(request, session, found, page)


def _show_log(request: Request, session: Session, found: ProjectContext, page: int) -> Reply:
    entries = list_log_entries(session, found, page=page)
    lines = entries.convert_items(lambda entry: read_log_line(request.t, entry))
    heading = project_heading(found.project.key, found.project.name)
    return Reply(render_log(request.t, heading=heading, number=found.project.number, page=lines))


FEATURE = Feature(
    commands=(
        Command("list", handle_list_command, reads=True, everyday=True),
        ProjectCommand("show", handle_show_command, reads=True, everyday=True, elsewise=handle_show_outline),
        ProjectCommand("log", handle_log_command, reads=True, suits=lambda found, _: may_read_log(found.roles)),
    ),
    buttons={
        "project.show": Route(handle_show_click, reads=True),
        "project.page": Route(handle_list_page_click, reads=True),
        "project.log_page": Route(handle_log_page_click, reads=True),
    },
)
