"""Who has asked for signatures, and hears what comes of it."""

from sqlmodel import Session

from storage import people, projects
from storage.signing import SigningRequest


def list_requesters(session: Session, request: SigningRequest) -> set[str]:
    """Lists whoever has asked; where that was Duet itself, both leads."""
    if request.opened_by == people.load_workspace(session, request.team_id).bot_user_id:
        return set(projects.load_project_of(session, request).leads)
    return {request.opened_by}
