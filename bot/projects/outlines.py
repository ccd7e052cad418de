"""What everybody internal sees of a public project: name, goal, status and dates (product §14).

A way of reading of its own: everything else about a project begins with a `dossier`, which these people do not get.
"""

from sqlmodel import Session

from bot.errors import NotFound
from bot.people.rules import Actor
from bot.projects.rules import PUBLIC
from bot.projects.service import the_one_called
from bot.projects.views import Outline
from storage import projects
from storage.projects import CharterVersion, Project


def outlines(session: Session, *, actor: Actor) -> list[Outline]:
    """Of all public projects in which the actor has no part, newest first."""
    return [_outline(project, charter) for project, charter in _public(session, actor)]


def outline_of_number(session: Session, *, actor: Actor, number: int) -> Outline:
    """Raises: NotFound."""
    found = [each for each in outlines(session, actor=actor) if each.number == number]
    if not found:
        raise NotFound
    return found[0]


def outline_of_words(session: Session, *, actor: Actor, words: str) -> Outline:
    """By a unique beginning of the name (product §2.1). Raises: NotFound, Ambiguous."""
    found = _public(session, actor)
    number = the_one_called(words, [project for project, _ in found]).number
    return next(_outline(*each) for each in found if each[0].number == number)


def _public(session: Session, actor: Actor) -> list[tuple[Project, CharterVersion]]:
    if not actor.is_internal:
        return []
    own = {project.pk for project in projects.projects_of(session, actor.team_id, actor.user_id)}
    found = projects.public_projects(session, actor.team_id, PUBLIC)
    return [(project, charter) for project, charter in found if project.pk not in own]


def _outline(project: Project, charter: CharterVersion) -> Outline:
    return Outline(
        number=project.number,
        key=project.key,
        name=project.name,
        goal=charter.goal,
        state=project.state,
        starts_on=charter.starts_on,
        ends_on=charter.ends_on,
    )
