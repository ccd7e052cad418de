"""`/duet export`: a project, or all that Duet holds of a person, as a file by direct message."""

from collections.abc import Callable

from sqlmodel import Session

from bot.deliveries.outcomes import DeliveryKind, ignore_outcome
from bot.deliveries.uploads import UploadSender
from bot.export import export_sections, service, views
from bot.export.rules import Format
from bot.parsing.folding import fold_text
from bot.people.service import require_internal
from bot.projects.service import ProjectContext
from bot.slack.refusals import DeliveryRefusal
from handlers.features import Args, Feature, ProjectCommand
from handlers.grammar import ONESELF, Token
from handlers.mentions import refuse_leftover_words
from handlers.project_arguments import load_clicked_project
from handlers.requests import Reply, Request, Route

CSV = "csv"
WORDS = {
    **{each.value: each for each in Format},
    **dict.fromkeys(("ical", "icalendar", "calendar", "kalendarz"), Format.ICS),
    **dict.fromkeys((CSV, "excel", "xls", "tabela", "arkusz", "table", "workbook"), Format.XLSX),
}
"""What people type, folded."""
OWN_FILES = (*ONESELF, "my", "mine", "moje")
DATA = frozenset({"data", "dane"})  # as in `export my data`
DOCUMENTS = {"pdf", "doc", "docx", "word", "odt", "txt", "text", "tekst", "md", "ppt", "pptx"}
OTHER_ENDINGS = DOCUMENTS | {"html", "xml", "ods", "zip"}
"""Kinds of files that people ask for and Duet does not make, folded."""


def _split_off_format(args: Args) -> tuple[Args, Args]:
    """The format may stand before the project or after it."""
    at = next((i for i, token in reversed([*enumerate(args)]) if _names_file(token)), None)
    return (args, ()) if at is None else (args[:at] + args[at + 1 :], (args[at],))


def handle_export_command(request: Request, session: Session, found: ProjectContext) -> Reply:
    """`/duet export [project] xlsx|json|ics`."""
    return _send_or_offer_formats(request, session, found, _read_format(request.args[0]) if request.args else None)


def _read_format(token: Token) -> Format | None:
    return WORDS.get(_fold_ending(token)) if token.kind == "word" else None


def _names_file(token: Token) -> bool:
    """Whether it names a kind of file, also one that Duet does not make."""
    return _read_format(token) is not None or (token.kind == "word" and _fold_ending(token) in OTHER_ENDINGS)


def _fold_ending(token: Token) -> str:
    return fold_text(token.text.removeprefix("."))


def _send_or_offer_formats(
    request: Request, session: Session, found: ProjectContext, chosen: Format | None
) -> Reply:
    require_internal(request.actor)
    project = found.project
    if chosen is None:
        unmade = _fold_ending(request.args[0]) if request.args else None
        return Reply(views.render_format_choice(request.t, key=project.key, project_id=project.pk, unmade=unmade))
    service.send_export(session, found, format_=chosen, t=request.t, now=request.now)
    is_csv = bool(request.args) and fold_text(request.args[0].text) == CSV
    return Reply(views.render_export_on_its_way(request.t, key=project.key, format_=chosen, is_csv=is_csv))


def handle_person_export(request: Request, session: Session) -> Reply:
    """`/duet export me`, which is json: other words are refused."""
    rest = (each for each in request.args[1:] if fold_text(each.text) not in DATA)
    refuse_leftover_words(tuple(each for each in rest if _read_format(each) is not Format.JSON))
    service.send_person_export(session, actor=request.actor, t=request.t, now=request.now)
    return Reply(views.render_person_export_on_its_way(request.t))


def _build_format_click_handler(chosen: Format) -> Callable[[Request, Session], Reply]:
    def clicked(request: Request, session: Session) -> Reply:
        return _send_or_offer_formats(request, session, load_clicked_project(request, session), chosen)

    return clicked


FEATURE = Feature(
    commands=(
        ProjectCommand(
            "export",
            handle_export_command,
            parts=_split_off_format,
            suits=lambda found, _: found.actor.is_internal,
            verbs=WORDS,
            instead=dict.fromkeys(OWN_FILES, handle_person_export),
        ),
    ),
    buttons={f"export.{each}": Route(_build_format_click_handler(each)) for each in Format},
    deliveries={
        service.PROJECT_FILE: DeliveryKind(
            UploadSender(),
            {
                **dict.fromkeys(DeliveryRefusal, service.tell_of_export_refusal),
                DeliveryRefusal.PERSON_GONE: ignore_outcome,
            },
            write=service.write_project_file,
        ),
        service.PERSON_FILE: DeliveryKind(
            UploadSender(),
            {
                **dict.fromkeys(DeliveryRefusal, service.tell_of_export_refusal),
                DeliveryRefusal.PERSON_GONE: ignore_outcome,
            },
            write=service.write_person_file,
        ),
    },
    sections=export_sections.SECTIONS,
    sheets=export_sections.SHEETS,
)
