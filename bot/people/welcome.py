"""Whoever installs Duet, else the first Slack admin who writes to it, is told what to do next (product §4)."""

from sqlmodel import Session

from bot.people.rules import Actor
from bot.people.service import DirectMessage, enqueue_direct_messages, texts_of
from bot.people.views import render_expiry_warning, render_welcome
from storage import people
from storage.installations import Installation


def is_to_be_welcomed(session: Session, actor: Actor) -> bool:
    """Whether nobody of the workspace's admins was before."""
    return (
        actor.is_admin and actor.is_internal and people.load_workspace(session, actor.team_id).first_admin is None
    )


def warn_installer(session: Session, installation: Installation) -> None:
    """Duet's token there will not be renewed: whoever has installed it can do so again, and nothing is lost."""
    team_id, user_id, until = installation.team_id, installation.installed_by, installation.expires_at
    if until is not None and people.find_person(session, team_id, user_id) is not None:
        message = render_expiry_warning(texts_of(session, team_id, user_id), until)
        enqueue_direct_messages(session, team_id, [DirectMessage(user_id, f"expires:{until.isoformat()}", message)])


def welcome_installer(session: Session, *, team_id: str, user_id: str) -> None:
    """Once a workspace. Who is no Slack admin takes nothing from the first one who writes."""
    person = people.find_person(session, team_id, user_id)
    workspace = people.load_workspace_for_update(session, team_id)
    if person is None or not person.is_internal or workspace.first_admin is not None:
        return
    if person.is_admin:
        workspace.first_admin = user_id
    message = render_welcome(texts_of(session, team_id, user_id), has_installed=True)
    key = "welcome" if person.is_admin else f"welcome:{user_id}"
    enqueue_direct_messages(session, team_id, [DirectMessage(user_id, key, message)])


def welcome_first_admin(session: Session, *, team_id: str, user_id: str) -> None:
    """Once a workspace, at once: it is the direct answer to what they have written (product §2.8)."""
    workspace = people.load_workspace_for_update(session, team_id)
    if workspace.first_admin is not None:
        return
    workspace.first_admin = user_id
    message = render_welcome(texts_of(session, team_id, user_id))
    enqueue_direct_messages(session, team_id, [DirectMessage(user_id, "welcome", message)])
