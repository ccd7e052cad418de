"""What waits for a person, over all their projects (product §2, §13)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.people.rules import Actor
from bot.projects.rules import EDITORS, State
from bot.projects.service import Dossier, my_projects
from storage import projects, signing
from storage.projects import Project
from storage.signing import SigningRequest


@dataclass(frozen=True)
class Waiting:
    to_sign: Sequence[tuple[Project, SigningRequest]]  # oldest request first
    to_send: Sequence[Dossier]  # drafts that the person may send for signature
    projects: Sequence[Dossier]  # all live ones, newest first


def waiting_for(session: Session, *, actor: Actor) -> Waiting:
    live = my_projects(session, actor=actor, live=True)
    return Waiting(
        to_sign=to_sign(session, actor=actor),
        to_send=[d for d in live if d.state == State.DRAFT and d.roles & EDITORS],
        projects=live,
    )


def to_sign(session: Session, *, actor: Actor) -> list[tuple[Project, SigningRequest]]:
    """Open requests to the person that they have not signed."""
    found = []
    for request in signing.open_requests_to(session, actor.team_id, actor.user_id):
        positions = signing.positions(session, actor.team_id, request.pk)
        project = projects.project(session, actor.team_id, request.project_id)
        mine = [p for p in positions.values() if p.user_id == actor.user_id and p.answer == "sign"]
        if project is not None and not mine:
            found.append((project, request))
    return found
