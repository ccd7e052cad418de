"""Who has asked for signatures, and hears what comes of it."""

from sqlmodel import Session

from storage import projects
from storage.signing import SigningRequest
from storage.workspaces import load_workspace


def list_requesters(session: Session, request: SigningRequest) -> set[str]:
    """Lists whoever has asked; where that was Duet itself, both leads."""
    if request.opened_by == load_workspace(session, request.team_id).bot_user_id:
        return set(projects.load_project_of(session, request).leads)
    return {request.opened_by}
