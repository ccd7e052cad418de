"""Who sees a project: private, or public (product §14)."""

from datetime import datetime

from sqlmodel import Session

from bot.lifecycle.notifications import notify_everybody
from bot.lifecycle.views import VisibilityChanged
from bot.people.rules import Actor
from bot.projects.policy import require_editor
from bot.projects.rules import NotInThisState, may_publish
from bot.projects.service import load_context, log_event
from storage.projects import Project


def set_visibility(session: Session, *, actor: Actor, project_id: int, is_public: bool, now: datetime) -> Project:
    """By leads and executives; what is so already is left as it is.

    Raises: NotFound, NotAllowed, NotInThisState.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    project = found.project
    require_editor(found)
    if project.is_public == is_public:
        return project
    if not may_publish(found.roles, found.state, is_public=project.is_public):
        raise NotInThisState(project)
    project.is_public = is_public
    word = "public" if is_public else "private"
    log_event(session, project, f"project.{word}", actor=actor.user_id, now=now)
    facts = VisibilityChanged(by=actor.user_id, is_public=is_public)
    notify_everybody(session, project, facts, now=now, by=actor.user_id, merge=lambda *_: None)
    return project
