"""`/duet list`, `show` and `log`."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.card.log import sentence
from bot.card.service import card_of
from bot.card.views import card
from bot.charter.views import bold_heading
from bot.errors import NotFound
from bot.projects.service import Dossier, found_by_number, line_of, log_entries, my_projects
from bot.projects.views import SEARCH, LogLine, listing, log
from bot.words import fold
from handlers.feature import Command, Feature, ProjectCommand
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
    filter_ = FILTERS.get(fold(request.words), "mine") if request.words else "mine"
    found = _filtered(session, request, filter_)
    if request.words and fold(request.words) not in FILTERS:
        words = fold(request.words)
        found = [d for d in _filtered(session, request, "all") if words in _searched(d)]
        filter_ = SEARCH
    return Reply(listing(request.t, [line_of(d.project) for d in found], filter_=filter_, page=1))


def list_page(request: Request, session: Session) -> Reply:
    filter_, _, page = request.value.partition(":")
    if filter_ not in FILTERS.values():
        raise NotFound
    found = [line_of(d.project) for d in _filtered(session, request, filter_)]
    return Reply(listing(request.t, found, filter_=filter_, page=one_id(page)), replaces=True)


def _filtered(session: Session, request: Request, filter_: str) -> Sequence[Dossier]:
    live = {"mine": True, "closed": False}.get(filter_)
    return my_projects(session, actor=request.actor, live=live)


def _searched(found: Dossier) -> str:
    return fold(f"{found.project.key} {found.project.name} {found.charter.goal}")


def show(request: Request, session: Session, project: Project) -> Reply:
    """`/duet show [project]`: the card."""
    return Reply(card(request.t, card_of(session, actor=request.actor, project_id=project.pk, now=request.now)))


def show_clicked(request: Request, session: Session) -> Reply:
    number = one_id(request.value)
    return show(request, session, found_by_number(session, actor=request.actor, number=number))


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
        Command("list", list_, aliases=("projects", "projekty"), reads=True, everyday=True),
        ProjectCommand("show", show, aliases=("karta", "card"), reads=True, everyday=True),
        ProjectCommand("log", log_, aliases=("historia", "history"), reads=True),
    ),
    buttons={
        "project.show": Route(show_clicked, reads=True),
        "project.page": Route(list_page, reads=True),
        "project.log_page": Route(log_page, reads=True),
    },
)
