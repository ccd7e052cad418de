"""Who has asked for signatures, and hears what comes of it."""

from sqlmodel import Session

from storage import projects
from storage.signing import SigningRequest
from storage.workspaces import load_workspace


def list_requesters(session: Session, request: SigningRequest) -> set[str]:
    """Lists whoever has asked; where that was Duet itself, both leads."""
    requester = find_requester(session, request)
    return set(projects.load_project_of(session, request).leads) if requester is None else {requester}


def find_requester(session: Session, request: SigningRequest) -> str | None:
    """Finds who has asked; None if that was Duet itself, which sends a closing report in time."""
    by_duet = request.opened_by == load_workspace(session, request.team_id).bot_user_id
    return None if by_duet else request.opened_by
