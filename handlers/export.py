"""`/duet export`: a project as a file, by direct message."""

from collections.abc import Callable

from sqlmodel import Session

from bot.deliveries import Kind, nobody_is_told
from bot.export import service, views
from bot.export.refused import export_refused
from bot.export.rules import Format
from bot.export.service import UPLOAD
from bot.projects.service import dossier
from bot.refusals import Refusal
from bot.transports import Upload
from bot.words import fold
from handlers.feature import Args, Feature, ProjectCommand
from handlers.grammar import Token
from handlers.ids import one_id
from handlers.requests import Reply, Request, Route
from storage.projects import Project

WORDS = {
    **{each.value: each for each in Format},
    **dict.fromkeys(("ical", "icalendar", "calendar", "kalendarz"), Format.ICS),
    **dict.fromkeys(("excel", "xls", "xlsx", "tabela", "arkusz"), Format.CSV),
}
"""What people type, folded."""


def _parts(args: Args) -> tuple[Args, Args]:
    """The format may stand before the project or after it."""
    at = next((i for i, token in reversed([*enumerate(args)]) if _format(token)), None)
    return (args, ()) if at is None else (args[:at] + args[at + 1 :], (args[at],))


def export(request: Request, session: Session, project: Project) -> Reply:
    """`/duet export [project] csv|json|ics`."""
    return _sent(request, session, project, _format(request.args[0]) if request.args else None)


def _format(token: Token) -> Format | None:
    return WORDS.get(fold(token.text)) if token.kind == "word" else None


def _sent(request: Request, session: Session, project: Project, chosen: Format | None) -> Reply:
    if chosen is None:
        service.exportable(session, actor=request.actor, project_id=project.pk)
        return Reply(views.formats(request.t, key=project.key, project_id=project.pk))
    sent = service.send(
        session, actor=request.actor, project_id=project.pk, format_=chosen, t=request.t, now=request.now
    )
    return Reply(views.on_its_way(request.t, key=sent.key, format_=chosen))


def _clicked(chosen: Format) -> Callable[[Request, Session], Reply]:
    def clicked(request: Request, session: Session) -> Reply:
        found = dossier(session, actor=request.actor, project_id=one_id(request.value))
        return _sent(request, session, found.project, chosen)

    return clicked


FEATURE = Feature(
    commands=(ProjectCommand("export", export, parts=_parts),),
    buttons={f"export.{each}": Route(_clicked(each)) for each in Format},
    deliveries={
        UPLOAD: Kind(Upload(), {**dict.fromkeys(Refusal, export_refused), Refusal.PERSON_GONE: nobody_is_told})
    },
)
