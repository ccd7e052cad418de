"""`/duet list`, `show` and `log`."""

from sqlmodel import Session

from bot.card.log import sentence
from bot.card.service import card_of
from bot.card.views import card
from bot.charter.views import bold_heading
from bot.errors import NotFound
from bot.projects.outlines import outline_of_number, outline_of_words, outlines
from bot.projects.service import found_by_number, line_of, log_entries, my_projects
from bot.projects.views import SEARCH, LogLine, Outline, ProjectLine, listing, log, outline
from bot.words import fold
from handlers.feature import Command, Feature, ProjectCommand
from handlers.grammar import project_number
from handlers.ids import one_id
from handlers.requests import Reply, Request, Route
from storage.projects import Project

FILTERS = {
    "mine": "mine",
    "moje": "mine",
    "all": "all",
    "wszystkie": "all",
    "closed": "closed",
    "zamkniete": "closed",
}


def list_(request: Request, session: Session) -> Reply:
    """`/duet list [mine|all|closed|words]`: words search the names and goals."""
    words = fold(request.words)
    filter_ = FILTERS.get(words, SEARCH) if words else "mine"
    found = _listed(session, request, filter_, words if filter_ == SEARCH else "")
    return Reply(listing(request.t, found, filter_=filter_, page=1))


def list_page(request: Request, session: Session) -> Reply:
    filter_, _, page = request.value.partition(":")
    if filter_ not in FILTERS.values():
        raise NotFound
    found = _listed(session, request, filter_)
    return Reply(listing(request.t, found, filter_=filter_, page=one_id(page)), replaces=True)


def _listed(session: Session, request: Request, filter_: str, words: str = "") -> list[ProjectLine | Outline]:
    """Those in which the person has a part; of all, and in a search, then the public ones, too (product §14)."""
    live = {"mine": True, "closed": False}.get(filter_)
    own = my_projects(session, actor=request.actor, live=live)
    others = outlines(session, actor=request.actor) if live is None else []
    return [
        *(line_of(d.project) for d in own if words in _searched(d.project.key, d.project.name, d.charter.goal)),
        *(each for each in others if words in _searched(each.key, each.name, each.goal)),
    ]


def _searched(key: str, name: str, goal: str) -> str:
    return fold(f"{key} {name} {goal}")


def show(request: Request, session: Session, project: Project) -> Reply:
    """`/duet show [project]`: the card."""
    return Reply(card(request.t, card_of(session, actor=request.actor, project_id=project.pk, now=request.now)))


def show_clicked(request: Request, session: Session) -> Reply:
    number = one_id(request.value)
    try:
        project = found_by_number(session, actor=request.actor, number=number)
    except NotFound:
        return Reply(outline(request.t, outline_of_number(session, actor=request.actor, number=number)))
    return show(request, session, project)


def show_outline(request: Request, session: Session) -> Reply:
    """`/duet show [project]` of a public project in which they have no part (product §14)."""
    number = project_number(request.words, bare=True)
    if number is None:
        found = outline_of_words(session, actor=request.actor, words=request.words)
    else:
        found = outline_of_number(session, actor=request.actor, number=number)
    return Reply(outline(request.t, found))


def log_(request: Request, session: Session, project: Project) -> Reply:
    """`/duet log [project]`: newest first."""
    return _log(request, session, project.pk, 1)


def log_page(request: Request, session: Session) -> Reply:
    number, _, page = request.value.partition(":")
    project = found_by_number(session, actor=request.actor, number=one_id(number))
    return _log(request, session, project.pk, one_id(page))


def _log(request: Request, session: Session, project_id: int, page: int) -> Reply:
    found, entries, has_older = log_entries(session, actor=request.actor, project_id=project_id, page=page)
    lines = [
        LogLine(entry.at, entry.actor, sentence(request.t, entry.action, entry.before, entry.after))
        for entry in entries
    ]
    heading = bold_heading(found.project.key, found.project.name)
    return Reply(
        log(
            request.t,
            heading=heading,
            number=found.project.number,
            lines=lines,
            page=max(page, 1),
            has_older=has_older,
        )
    )


FEATURE = Feature(
    commands=(
        Command("list", list_, reads=True, everyday=True),
        ProjectCommand("show", show, reads=True, everyday=True, elsewise=show_outline),
        ProjectCommand("log", log_, reads=True),
    ),
    buttons={
        "project.show": Route(show_clicked, reads=True),
        "project.page": Route(list_page, reads=True),
        "project.log_page": Route(log_page, reads=True),
    },
)
