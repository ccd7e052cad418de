"""`/duet export`: a project as a file, by direct message."""

from collections.abc import Callable

from sqlmodel import Session

from bot.export import service, views
from bot.export.rules import Format
from bot.projects.service import dossier, found_by_number, inferred, line_of
from bot.projects.views import picker
from bot.words import fold
from handlers.feature import Command, Feature
from handlers.grammar import Token
from handlers.ids import one_id
from handlers.naming import named
from handlers.requests import Handler, Reply, Request, Route
from storage.projects import Project

WORDS = {
    **{each.value: each for each in Format},
    **dict.fromkeys(("ical", "icalendar", "calendar", "kalendarz"), Format.ICS),
    **dict.fromkeys(("excel", "xls", "xlsx", "tabela", "arkusz"), Format.CSV),
}
"""What people type, folded."""


def export(request: Request, session: Session) -> Reply:
    """`/duet export [project] csv|json|ics`."""
    at = next((i for i, token in reversed([*enumerate(request.args)]) if _format(token)), None)
    chosen = None if at is None else _format(request.args[at])
    where = request.args if at is None else request.args[:at] + request.args[at + 1 :]
    if where:
        meant = Request(request.actor, request.t, request.now, request.channel_id, where)
        return _go_on(request, session, named(meant, session), chosen)
    found = inferred(session, actor=request.actor, channel_id=request.channel_id)
    if len(found) == 1:
        return _go_on(request, session, found[0], chosen)
    action = "pick.export" if chosen is None else f"pick.export_{chosen}"
    return Reply(picker(request.t, [line_of(project) for project in found], action=action))


def _format(token: Token) -> Format | None:
    return WORDS.get(fold(token.text)) if token.kind == "word" else None


def _go_on(request: Request, session: Session, project: Project, chosen: Format | None) -> Reply:
    if chosen is None:
        return Reply(views.formats(request.t, key=project.key, project_id=project.pk))
    sent = service.send(
        session, actor=request.actor, project_id=project.pk, format_=chosen, t=request.t, now=request.now
    )
    return Reply(views.on_its_way(request.t, key=sent.key, format_=chosen))


def _picked(chosen: Format | None) -> Handler:
    """The project is chosen: the command goes on (product §2.1)."""

    def picked(request: Request, session: Session) -> Reply:
        project = found_by_number(session, actor=request.actor, number=one_id(request.value))
        return _go_on(request, session, project, chosen)

    return picked


def _clicked(chosen: Format) -> Callable[[Request, Session], Reply]:
    def clicked(request: Request, session: Session) -> Reply:
        found = dossier(session, actor=request.actor, project_id=one_id(request.value))
        return _go_on(request, session, found.project, chosen)

    return clicked


FEATURE = Feature(
    commands=(Command("export", export, aliases=("eksport", "pobierz", "download")),),
    buttons={
        "pick.export": Route(_picked(None), reads=True),
        **{f"pick.export_{each}": Route(_picked(each)) for each in Format},
        **{f"export.{each}": Route(_clicked(each)) for each in Format},
    },
)
