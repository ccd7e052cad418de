"""Which project a person means (product §2.1)."""

from collections.abc import Callable, Sequence
from typing import Final

from sqlmodel import Session

from bot.projects.service import (
    ProjectContext,
    find_project_by_number,
    find_project_by_words,
    infer_projects,
    load_context,
)
from bot.runtime.errors import NotFound, OnlyOutlineSeen, ProjectNotFound, Refusal
from bot.ui.clipping import clip_text
from bot.ui.components import plain_heading
from handlers.decoding import read_id, read_meta_id
from handlers.features import Args
from handlers.grammar import Token, read_project_number
from handlers.mentions import refuse_leftover_words
from handlers.requests import Handler, Reply, Request, TypedCommand

SHOWN_COMMAND: Final = 150  # characters of a command that is said back


def find_named_project(request: Request, session: Session) -> ProjectContext:
    """By key, number or a unique beginning of the name, from the arguments.

    Raises: NotFound, SeveralProjects.
    """
    number = read_project_number(request.words, bare=True)
    if number is not None:
        return find_project_by_number(session, actor=request.actor, number=number)
    return find_project_by_words(session, actor=request.actor, words=request.words)


def find_project_numbered(request: Request, session: Session, number: Token) -> ProjectContext | None:
    """The actor's project that a bare number may mean, where it is no item's (product §2.1)."""
    read = read_project_number(number, bare=True)
    if read is None:
        return None
    try:
        return find_project_by_number(session, actor=request.actor, number=read)
    except NotFound:
        return None


def run_without_project(
    elsewise: Handler | None, request: Request, session: Session, where: Args, missing: NotFound
) -> Reply:
    """Does what a command does `elsewise`, where the words that may name a project name none, as `missing` says.

    Raises: NotFound; Refusal of words that follow a project's key: it is not the project that is missing.
    """
    try:
        if elsewise is None:
            raise missing
        return elsewise(request, session)
    except ProjectNotFound:
        key, *words = where
        if words and (number := read_project_number(key)) is not None:
            find_project_by_number(session, actor=request.actor, number=number)
            refuse_leftover_words(tuple(words))
        raise
    except NotFound:
        if isinstance(missing, OnlyOutlineSeen):
            raise missing from None
        raise


def narrow_projects(
    found: Sequence[ProjectContext], *, is_possible: Callable[[ProjectContext], bool]
) -> Sequence[ProjectContext]:
    """Of several projects those in which something is possible; a single one is kept, and says why it is not."""
    return found if len(found) == 1 else [each for each in found if is_possible(each)]


def refuse_all_projects(request: Request, command: TypedCommand, one: ProjectContext) -> Refusal:
    """Returns the refusal of a command that suits none of several projects; typed with one of them it says why."""
    word = request.t.plain(f"help.{command.name}.word")
    typed = f"{word} {one.project.key} {command.typed}".rstrip().replace("`", "'")
    return Refusal("error.no_project_suits", typed=clip_text(typed, SHOWN_COMMAND))


def infer_source_projects(
    request: Request, session: Session, *, is_possible: Callable[[ProjectContext], bool]
) -> Sequence[ProjectContext]:
    """Those that a message may be about: its channel's, else the only live one, else all that are possible (§2.10).

    At least one; a single one may turn out not to be possible. Raises: Refusal, where there is none.
    """
    found = infer_projects(session, actor=request.actor, channel_id=request.channel_id)
    possible = narrow_projects(found, is_possible=is_possible)
    if not possible:
        raise Refusal("error.source.no_project")
    return possible


def name_project(found: ProjectContext) -> tuple[int, str]:
    """For a form: (its id, its heading)."""
    return found.project.pk, plain_heading(found.project.key, found.project.name)


def name_projects(projects: Sequence[ProjectContext]) -> list[tuple[int, str]]:
    return [name_project(each) for each in projects]


def read_form_project(request: Request) -> int:
    """The id of the project that was chosen in the form, else of that for which it was opened. Raises: NotFound."""
    chosen = request.values.get("project")
    return read_meta_id(request.meta, "project") if chosen is None else read_id(chosen)


def load_clicked_project(request: Request, session: Session) -> ProjectContext:
    """The project that a button names. Raises: NotFound."""
    return load_context(session, actor=request.actor, project_id=read_id(request.value))


def build_project_click_handler(run: Callable[[Request, Session, ProjectContext], Reply]) -> Handler:
    """Does to the project that a button names what a command does to a project."""

    def clicked(request: Request, session: Session) -> Reply:
        return run(request, session, load_clicked_project(request, session))

    return clicked
