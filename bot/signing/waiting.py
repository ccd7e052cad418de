"""What waits for somebody's signature, or is asked at all (product §4.2, §4.8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.people.rules import Actor
from bot.projects.service import ProjectContext
from bot.runtime.errors import Refusal
from bot.signing.deputies import choose_side_to_sign, find_side_to_sign, list_principals
from bot.signing.rules import RequestState, SigningAnswer
from bot.signing.signables import NewerRequest
from storage import projects
from storage import signing as storage_signing
from storage.projects import Project
from storage.signing import Position, SigningRequest


@dataclass(frozen=True)
class WaitingRequest:
    """What waits for somebody's signature, in which project, what their side has answered so far, and who declines
    it for the other side.
    """

    request: SigningRequest
    project: Project
    position: Position | None
    declined_by: str | None = None


def list_waiting_requests(session: Session, *, actor: Actor, now: datetime) -> list[WaitingRequest]:
    """Lists what is open, the actor may sign, for themselves or as a deputy, and their side has not signed. What
    nobody has answered comes first.
    """
    requests = list_requests_to_signer(session, actor=actor, now=now)
    waiting = select_waiting_requests(session, requests, actor=actor, now=now)
    return sorted(waiting, key=lambda each: each.position is not None)


def list_requests_to_signer(session: Session, *, actor: Actor, now: datetime) -> Sequence[SigningRequest]:
    """Lists what is open and addressed to the actor, or to whom they are a deputy of, answered or not."""
    principals = list_principals(session, team_id=actor.team_id, user_id=actor.user_id, now=now)
    return storage_signing.list_open_requests_to(session, actor.team_id, {actor.user_id, *principals})


def select_waiting_requests(
    session: Session, among: Iterable[SigningRequest], *, actor: Actor, now: datetime
) -> list[WaitingRequest]:
    """Selects what the actor may sign, and their side has not signed. A guest signs nothing."""
    requests = list(among) if actor.is_internal else []
    if not requests:
        return []
    positions_in = storage_signing.load_positions_in(session, actor.team_id, [request.pk for request in requests])
    concerned = projects.load_projects(session, actor.team_id, {request.project_id for request in requests})
    principals = list_principals(session, team_id=actor.team_id, user_id=actor.user_id, now=now)
    waiting: list[WaitingRequest] = []
    for request in requests:
        positions = positions_in[request.pk]
        project = concerned[request.project_id]
        seat = choose_side_to_sign(request, positions, user_id=actor.user_id, principals=principals)
        if seat is None or project.vacant[seat[0]]:
            continue
        own = positions.get(seat[0])
        others = {position.user_id for side, position in positions.items() if side != seat[0]}
        if (own is None or own.answer != SigningAnswer.SIGN) and actor.user_id not in others:
            other = positions.get(seat[0].other)
            is_declined = other is not None and other.answer is SigningAnswer.DECLINE
            declined_by = other.user_id if other is not None and is_declined else None
            waiting.append(WaitingRequest(request, project, own, declined_by))
    return waiting


def find_request_to_sign(
    session: Session, *, actor: Actor, project_id: int, kind: str, now: datetime
) -> SigningRequest | None:
    """Finds the open request of that kind in a project, if the actor signs for one of its sides."""
    request = storage_signing.find_open_request(session, actor.team_id, project_id, kind)
    if request is None or find_side_to_sign(session, request=request, user_id=actor.user_id, now=now) is None:
        return None
    return request


def load_newer_request(
    session: Session, project_id: int, kind: str, *, actor: Actor, seen: int, now: datetime
) -> NewerRequest:
    """Loads what has taken the place of what the actor saw under that number: a charter's version, a report's."""
    newest = storage_signing.find_standing_request(session, actor.team_id, project_id, kind)
    if newest is None:
        return NewerRequest()
    seat = find_side_to_sign(session, request=newest, user_id=actor.user_id, now=now)
    if seat is None:
        return NewerRequest()
    own = storage_signing.load_positions(session, actor.team_id, newest.pk).get(seat[0])
    is_signed = newest.subject > seen and own is not None and own.answer is SigningAnswer.SIGN
    return NewerRequest(newest.pk if newest.state is RequestState.OPEN else None, is_signed)


def require_open_request(session: Session, found: ProjectContext) -> SigningRequest:
    """Returns what is open in the project, whoever is asked. Raises: Refusal."""
    for each in storage_signing.list_open_requests_of_project(session, found.project.team_id, found.project.pk):
        return each
    raise Refusal("error.nothing_to_sign")


def is_answered_by_executive(waiting: WaitingRequest, actor: Actor) -> bool:
    """Whether the actor could only answer over the executive whose deputy they are, which no deputy does."""
    own = waiting.position
    return own is not None and own.user_id != actor.user_id and own.user_id in waiting.request.executives
