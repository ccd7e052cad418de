"""Whoever installs Duet, else the first Slack admin who writes to it, is told what to do next (product §4)."""

from sqlmodel import Session

from bot.people.rules import Actor
from bot.people.service import DirectMessage, enqueue_direct_messages, rewrite_introduction, texts_of
from bot.people.views import render_expiry_warning, render_welcome
from storage import people
from storage.deliveries import revise_delivery
from storage.installations import Installation, find_installation
from storage.workspaces import load_workspace, load_workspace_for_update


def is_to_be_welcomed(session: Session, actor: Actor) -> bool:
    """Whether nobody of the workspace's admins was before."""
    return actor.is_admin and actor.is_internal and load_workspace(session, actor.team_id).first_admin is None


def is_about_to_begin(session: Session, actor: Actor) -> bool:
    """Whether what they are welcomed with is what there is to do: nobody has begun a project."""
    workspace = load_workspace(session, actor.team_id)
    is_first = workspace.first_admin == actor.user_id or is_to_be_welcomed(session, actor)
    return is_first and workspace.last_project_number == 0


def warn_installer(session: Session, installation: Installation) -> None:
    """Duet's token there will not be renewed: whoever has installed it can do so again, and nothing is lost."""
    team_id, user_id, until = installation.team_id, installation.installed_by, installation.expires_at
    if until is not None and people.find_person(session, team_id, user_id) is not None:
        message = render_expiry_warning(texts_of(session, team_id, user_id), until)
        enqueue_direct_messages(session, team_id, [DirectMessage(user_id, f"expires:{until.isoformat()}", message)])


def welcome_installer(session: Session, *, team_id: str, user_id: str) -> None:
    """Once a workspace. Who is no Slack admin takes nothing from the first one who writes."""
    person = people.find_person(session, team_id, user_id)
    workspace = load_workspace_for_update(session, team_id)
    if person is None or not person.is_internal or workspace.first_admin is not None:
        return
    if person.is_admin:
        workspace.first_admin = user_id
    message = render_welcome(texts_of(session, team_id, user_id), has_installed=True)
    key = _welcome_key(user_id, is_admin=person.is_admin)
    enqueue_direct_messages(session, team_id, [DirectMessage(user_id, key, message)])


def welcome_first_admin(session: Session, *, team_id: str, user_id: str) -> None:
    """Once a workspace, at once: it is the direct answer to what they have written (product §2.8)."""
    workspace = load_workspace_for_update(session, team_id)
    if workspace.first_admin is not None:
        return
    workspace.first_admin = user_id
    message = render_welcome(texts_of(session, team_id, user_id))
    key = _welcome_key(user_id, is_admin=True)
    enqueue_direct_messages(session, team_id, [DirectMessage(user_id, key, message)])


def rewrite_first_messages(session: Session, *, team_id: str, user_id: str) -> None:
    """Puts what a person was told first, in a guessed language, into the one that is spoken to them now."""
    rewrite_introduction(session, team_id, user_id)
    _rewrite_welcome(session, team_id, user_id)


def rewrite_welcomes(session: Session, team_id: str) -> None:
    """Says anew what is left to do: it is recorded now that people were informed, or no longer."""
    installation = find_installation(session, team_id)
    installer = None if installation is None else installation.installed_by
    for user_id in {load_workspace(session, team_id).first_admin, installer}:
        if user_id is not None and people.find_person(session, team_id, user_id) is not None:
            rewrite_first_messages(session, team_id=team_id, user_id=user_id)


def _rewrite_welcome(session: Session, team_id: str, user_id: str) -> None:
    installation, workspace = find_installation(session, team_id), load_workspace(session, team_id)
    welcome = render_welcome(
        texts_of(session, team_id, user_id),
        has_installed=installation is not None and installation.installed_by == user_id,
        is_informed=workspace.informed_at is not None,
    )
    key = _welcome_key(user_id, is_admin=workspace.first_admin == user_id)
    revise_delivery(session, team_id=team_id, key=key, content=welcome.content())


def _welcome_key(user_id: str, *, is_admin: bool) -> str:
    """An admin's is the workspace's only one."""
    return "welcome" if is_admin else f"welcome:{user_id}"
