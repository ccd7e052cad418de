"""The first Slack admin who writes to Duet in a workspace is told what to do next (product §4)."""

from sqlmodel import Session

from bot.people.rules import Actor
from bot.people.service import DirectMessage, enqueue_direct_messages, texts_of
from bot.people.views import render_welcome
from storage import people


def is_to_be_welcomed(session: Session, actor: Actor) -> bool:
    """Whether nobody of the workspace's admins was before."""
    return (
        actor.is_admin and actor.is_internal and people.load_workspace(session, actor.team_id).first_admin is None
    )


def welcome_first_admin(session: Session, *, team_id: str, user_id: str) -> None:
    """Once a workspace, at once: it is the direct answer to what they have written (product §2.8)."""
    workspace = people.load_workspace_for_update(session, team_id)
    if workspace.first_admin is not None:
        return
    workspace.first_admin = user_id
    message = render_welcome(texts_of(session, team_id, user_id))
    enqueue_direct_messages(session, team_id, [DirectMessage(user_id, "welcome", message)])
