"""Which project a person means (product §2.1)."""

from collections.abc import Callable

from sqlmodel import Session

from bot.projects.service import ProjectContext, find_project_by_number, find_project_by_words, load_context
from handlers.decoding import read_id
from handlers.grammar import read_project_number
from handlers.requests import Handler, Reply, Request


def find_named_project(request: Request, session: Session) -> ProjectContext:
    """By key, number or a unique beginning of the name, from the arguments.

    Raises: NotFound, Refusal.
    """
    number = read_project_number(request.words, bare=True)
    if number is not None:
        return find_project_by_number(session, actor=request.actor, number=number)
    return find_project_by_words(session, actor=request.actor, words=request.words)


def load_clicked_project(request: Request, session: Session) -> ProjectContext:
    """The project that a button names. Raises: NotFound."""
    return load_context(session, actor=request.actor, project_id=read_id(request.value))


def build_project_click_handler(run: Callable[[Request, Session, ProjectContext], Reply]) -> Handler:
    """Does to the project that a button names what a command does to a project."""

    def clicked(request: Request, session: Session) -> Reply:
        return run(request, session, load_clicked_project(request, session))

    return clicked
