"""What everybody internal sees of a public project: name, goal, status and dates (product §14).

A way of reading of its own: everything else about a project begins with a `ProjectContext`, which these people do
not get.
"""

from sqlmodel import Session

from bot.people.rules import Actor
from bot.projects.rules import PUBLIC
from bot.projects.service import match_project_name
from bot.projects.views import Outline
from bot.runtime.errors import NotFound
from storage import projects
from storage.projects import CharterVersion, Project
from storage.projects_with_stays import list_seen_projects


def list_outlines(session: Session, *, actor: Actor) -> list[Outline]:
    """Of all public projects in which the actor has no part, newest first."""
    return [_build_outline(project, charter) for project, charter in _list_public_projects(session, actor)]


def find_outline_by_number(session: Session, *, actor: Actor, number: int) -> Outline:
    """Raises: NotFound."""
    found = [each for each in list_outlines(session, actor=actor) if each.number == number]
    if not found:
        raise NotFound
    return found[0]


def find_outline_by_words(session: Session, *, actor: Actor, words: str) -> Outline:
    """By a unique beginning of the name (product §2.1). Raises: NotFound, SeveralProjects."""
    found = _list_public_projects(session, actor)
    number = match_project_name(words, [project for project, _ in found]).number
    return next(_build_outline(*each) for each in found if each[0].number == number)


def _list_public_projects(session: Session, actor: Actor) -> list[tuple[Project, CharterVersion]]:
    if not actor.is_internal:
        return []
    own = {project.pk for project, _, _ in list_seen_projects(session, actor.team_id, actor.user_id)}
    found = projects.list_public_projects(session, actor.team_id, PUBLIC)
    return [(project, charter) for project, charter in found if project.pk not in own]


def _build_outline(project: Project, charter: CharterVersion) -> Outline:
    return Outline(
        number=project.number,
        key=project.key,
        name=project.name,
        goal=charter.goal,
        state=project.state,
        starts_on=charter.starts_on,
        ends_on=charter.ends_on,
    )
