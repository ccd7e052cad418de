"""One mechanism for whatever needs both signatures: charter versions now, decisions later (product §4, §5.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.errors import NotFound, UserError
from bot.happenings import PositionTaken, RequestAgreed, announce
from bot.people.rules import Actor
from bot.people.service import NotForYou
from bot.projects.service import dossier
from bot.signing.rules import NEEDS_REASON, Answer, is_agreed, side_of
from bot.texts import clean, person
from bot.words import has_visible_text
from storage import audit, projects, signing
from storage.signing import Position, SigningRequest

MAX_REASON = 500


class NotYourSignature(UserError):
    """Only that executive may sign (product §14)."""

    text_key = "error.not_your_signature"


@dataclass(eq=False)
class SignedByOthers(UserError):
    """For somebody of the project who is not one of its executives."""

    it: str
    marketing: str
    text_key = "error.signed_by_others"

    def facts(self) -> dict[str, Any]:
        return {"it": person(self.it), "marketing": person(self.marketing)}


class NothingToSign(UserError):
    text_key = "error.nothing_to_sign"


class AlreadyAgreed(UserError):
    """Both have signed: there is nothing left to answer."""

    text_key = "error.already_agreed"


@dataclass(eq=False)
class StaleRequest(UserError):
    """What the form showed is not what is to be signed now (product §4.5)."""

    project_id: int
    kind: str
    seen: int  # the subject that the form showed
    text_key = "error.stale_request"


class ReasonNeeded(UserError):
    text_key = "error.reason_needed"
    field = "reason"


@dataclass(eq=False)
class ReasonTooLong(UserError):
    limit: int
    text_key = "error.field.too_long"
    field = "reason"


def request_signatures(
    session: Session,
    *,
    team_id: str,
    project_id: int,
    kind: str,
    subject: int,
    it: str,
    marketing: str,
    opened_by: str,
    now: datetime,
) -> SigningRequest:
    """Opens a request to both executives; an open one of the same kind is void from now on."""
    void_request(session, team_id=team_id, project_id=project_id, kind=kind, now=now)
    request = SigningRequest(
        team_id=team_id,
        project_id=project_id,
        kind=kind,
        subject=subject,
        it=it,
        marketing=marketing,
        opened_by=opened_by,
        opened_at=now,
    )
    session.add(request)
    session.flush()
    return request


def void_request(
    session: Session, *, team_id: str, project_id: int, kind: str, now: datetime
) -> SigningRequest | None:
    """Closes the open request, if there is one: signatures given to it count for nothing any more."""
    request = signing.open_request(session, team_id, project_id, kind)
    if request is not None:
        request.state, request.closed_at = "void", now
        session.flush()
    return request


def readable_request(session: Session, *, actor: Actor, request_id: int) -> SigningRequest:
    """The request, if it is open and addressed to the actor.

    Raises: NotFound, NotYourSignature, SignedByOthers, AlreadyAgreed, StaleRequest, NotForYou.
    """
    request = signing.request(session, actor.team_id, request_id)
    if request is None:
        raise NotFound
    if side_of(actor.user_id, it=request.it, marketing=request.marketing) is None:
        raise _not_yours(session, actor, request)
    if not actor.is_internal:
        raise NotForYou
    if request.state == "agreed":
        raise AlreadyAgreed
    if request.state != "open":
        raise StaleRequest(request.project_id, request.kind, request.subject)
    return request


def _not_yours(session: Session, actor: Actor, request: SigningRequest) -> UserError:
    """Who signs is told to the project's own people only."""
    try:
        dossier(session, actor=actor, project_id=request.project_id)
    except NotFound:
        return NotYourSignature()
    return SignedByOthers(request.it, request.marketing)


def answer(
    session: Session, *, actor: Actor, request_id: int, answer: Answer, reason: str | None, now: datetime
) -> SigningRequest:
    """Records the actor's position; the second yes to the same thing agrees it, in this transaction.

    A position may be changed until then. Raises: as `readable_request`; ReasonNeeded, ReasonTooLong.
    """
    unlocked = readable_request(session, actor=actor, request_id=request_id)
    projects.project_for_update(session, actor.team_id, unlocked.project_id)
    # Read again under the lock: the other executive, or a new version, may have come first.
    request = readable_request(session, actor=actor, request_id=request_id)
    reason = clean(reason or "").strip() or None
    if answer in NEEDS_REASON and not has_visible_text(reason or ""):
        raise ReasonNeeded
    if reason is not None and len(reason) > MAX_REASON:
        raise ReasonTooLong(MAX_REASON)
    side = side_of(actor.user_id, it=request.it, marketing=request.marketing)
    assert side is not None
    positions = signing.positions(session, actor.team_id, request_id)
    position = positions.get(side)
    before = None if position is None else position.answer
    if before == answer and position is not None and position.reason == reason:
        return request  # a second click says nothing new
    if position is None:
        position = Position(
            team_id=actor.team_id,
            request_id=request_id,
            side=side,
            user_id=actor.user_id,
            answer=answer,
            answered_at=now,
        )
        session.add(position)
    position.answer, position.reason, position.answered_at = answer, reason, now
    audit.record(
        session,
        team_id=actor.team_id,
        project_id=request.project_id,
        at=now,
        actor=actor.user_id,
        action=f"{request.kind}.{answer}",
        before={} if before is None else {"answer": before},
        # "Let's talk first" is between the executives: its words are not for the log (product §4.2).
        after={"version": request.subject, "side": side}
        | ({"reason": reason} if answer is Answer.DECLINE and reason else {}),
    )
    session.flush()
    _announce(session, request, now, side=side, answer=answer, reason=reason)
    return request


def _announce(
    session: Session,
    request: SigningRequest,
    now: datetime,
    *,
    side: str,
    answer: Answer,
    reason: str | None,
) -> None:
    taken = PositionTaken(
        team_id=request.team_id,
        now=now,
        project_id=request.project_id,
        request_id=request.pk,
        kind=request.kind,
        side=side,
        answer=answer,
        reason=reason,
    )
    positions = signing.positions(session, request.team_id, request.pk)
    if is_agreed({one: position.answer for one, position in positions.items()}):
        request.state, request.closed_at = "agreed", now
        session.flush()
        agreed = RequestAgreed(
            team_id=request.team_id,
            now=now,
            project_id=request.project_id,
            request_id=request.pk,
            kind=request.kind,
            subject=request.subject,
        )
        announce(session, agreed)
    announce(session, taken)
