"""One mechanism for whatever needs both signatures: charter versions and decisions (product §4, §5.2, §6.5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.parsing.folding import has_visible_text
from bot.people.rules import Actor
from bot.people.service import require_internal
from bot.projects.service import load_dossier
from bot.runtime.domain_events import RequestAgreed, RequestLapsed, RequestWithdrawn, publish_event
from bot.runtime.errors import NotFound, UserError
from bot.signing import discussion, notifications, reminders
from bot.signing.deputies import find_side_to_sign, list_principals, require_asked_executive
from bot.signing.rules import NEEDS_REASON, SigningAnswer, has_both_signatures
from bot.signing.signables import load_signable, log_reference
from bot.ui.texts import clean_text, person_mention
from storage import audit, projects, signing
from storage.projects import Project
from storage.signing import Decision, Position, SigningRequest
from storage.timers import Timer

MAX_REASON = 500
DECISION = "decision:"  # request kinds of decisions begin like that


class NotYourSignature(UserError):
    """For whoever was asked once and is not any more: their seat, or what they signed for, is somebody else's."""

    text_key = "error.not_your_signature"


@dataclass(eq=False)
class SignedByOthers(UserError):
    """For somebody of the project who is not one of its executives."""

    it: str
    marketing: str
    text_key = "error.signed_by_others"

    def facts(self) -> dict[str, Any]:
        return {"it": person_mention(self.it), "marketing": person_mention(self.marketing)}


class NothingToSign(UserError):
    text_key = "error.nothing_to_sign"


class AlreadyAgreed(UserError):
    """Both have signed: there is nothing left to answer."""

    text_key = "error.already_agreed"


class NoLongerAsked(UserError):
    """The request has lapsed or was withdrawn."""

    text_key = "error.no_longer_asked"


class SeatVacant(UserError):
    """What needs both signatures waits until there is a successor (product §4.9)."""

    text_key = "error.seat_vacant"


class BothSignatures(UserError):
    """One person can never give both (product §4.8)."""

    text_key = "error.both_signatures"


class ExecutiveAnswered(UserError):
    """A deputy signs in place of somebody, not over their answer."""

    text_key = "error.executive_answered"


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


@dataclass(frozen=True)
class AnswerableRequest:
    """A request that somebody may answer, and how."""

    request: SigningRequest
    side: str
    for_user_id: str | None  # whose deputy they are; None: an executive


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
    standing: SigningRequest | None = None,
) -> SigningRequest:
    """Asks both executives in this transaction; an open request of the same kind is void from now on.

    `standing`: an earlier request to the same subject, whose yeses still count (product §4.9).
    """
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
    if standing is not None:
        _carry_signatures_over(session, standing, request)
    notifications.ask_signatories(session, request, now=now)
    reminders.arm_request_timers(session, request, now=now)
    return request


def open_decision(
    session: Session,
    *,
    team_id: str,
    project: Project,
    it: str,
    marketing: str,
    kind: str,
    facts: dict[str, Any],
    opened_by: str,
    now: datetime,
) -> SigningRequest:
    """Asks both executives to decide something; `kind` names a signable `decision:…` (product §1, §4.7)."""
    row = Decision(
        team_id=team_id, project_id=project.pk, kind=kind, facts=facts, opened_by=opened_by, opened_at=now
    )
    session.add(row)
    session.flush()
    return request_signatures(
        session,
        team_id=team_id,
        project_id=project.pk,
        kind=f"{DECISION}{kind}:{row.pk}",
        subject=row.pk,
        it=it,
        marketing=marketing,
        opened_by=opened_by,
        now=now,
    )


def void_request(
    session: Session, *, team_id: str, project_id: int, kind: str, now: datetime
) -> SigningRequest | None:
    """Closes the open request, if there is one: signatures given to it count for nothing any more."""
    request = signing.find_open_request(session, team_id, project_id, kind)
    if request is not None:
        _close_request(session, request, "void", now)
    return request


def close_project_requests(session: Session, *, team_id: str, project_id: int, now: datetime) -> None:
    """Whatever is asked of a project that has ended is asked no more."""
    for request in signing.list_open_requests_of_project(session, team_id, project_id):
        _close_request(session, request, "withdrawn", now)


def require_answerable_request(
    session: Session, *, actor: Actor, request_id: int, now: datetime
) -> AnswerableRequest:
    """The request, if it is open and the actor signs for one of its sides.

    Raises: NotFound, NotYourSignature, SignedByOthers, AlreadyAgreed, NoLongerAsked, StaleRequest, SeatVacant,
    NotForYou.
    """
    request = signing.find_signing_request(session, actor.team_id, request_id)
    if request is None:
        raise NotFound
    found = find_side_to_sign(session, request=request, user_id=actor.user_id, now=now)
    if found is None:
        raise _build_signatory_error(session, actor, request)
    require_internal(actor)
    if request.state == "agreed":
        raise AlreadyAgreed
    if request.state in ("lapsed", "withdrawn"):
        raise NoLongerAsked
    if request.state != "open":
        raise StaleRequest(request.project_id, request.kind, request.subject)
    side, for_user_id = found
    if is_seat_vacant(session, request, side):
        raise SeatVacant
    return AnswerableRequest(request, side, for_user_id)


def list_waiting_requests(
    session: Session, *, actor: Actor, now: datetime, project_id: int | None = None
) -> list[SigningRequest]:
    """Open requests that the actor may sign, for themselves or as a deputy, and whose side has not signed.

    `project_id`: of this project only. A guest signs nothing.
    """
    if not actor.is_internal:
        return []
    principals = list_principals(session, team_id=actor.team_id, user_id=actor.user_id, now=now)
    found = []
    for request in signing.list_open_requests_to(session, actor.team_id, {actor.user_id, *principals}):
        if project_id not in (None, request.project_id):
            continue
        signed = find_side_to_sign(session, request=request, user_id=actor.user_id, now=now)
        positions = signing.load_positions(session, actor.team_id, request.pk)
        if signed is None or is_seat_vacant(session, request, signed[0]):
            continue
        mine = positions.get(signed[0])
        other = {position.user_id for side, position in positions.items() if side != signed[0]}
        if (mine is None or mine.answer != SigningAnswer.SIGN) and actor.user_id not in other:
            found.append(request)
    return found


def answer_request(
    session: Session, *, actor: Actor, request_id: int, answer: SigningAnswer, reason: str | None, now: datetime
) -> SigningRequest:
    """Records the side's position; the second yes to the same thing agrees it, in this transaction.

    A position may be changed until then. Raises: as `require_answerable_request` and the signable's check;
    BothSignatures,
    ExecutiveAnswered, ReasonNeeded, ReasonTooLong.
    """
    unlocked = require_answerable_request(session, actor=actor, request_id=request_id, now=now).request
    projects.find_project_for_update(session, actor.team_id, unlocked.project_id)
    # Read again under the lock: the other executive, or a new version, may have come first.
    asked = require_answerable_request(session, actor=actor, request_id=request_id, now=now)
    request = asked.request
    signable, _ = load_signable(session, request)
    if answer is SigningAnswer.SIGN and signable.check is not None:
        signable.check(session, request, now)
    reason = read_reason(reason, needed=answer in NEEDS_REASON)
    positions = signing.load_positions(session, actor.team_id, request_id)
    _check_signatory(positions, asked, actor)
    position = positions.get(asked.side)
    if position is not None and (position.answer, position.reason, position.user_id) == (
        answer,
        reason,
        actor.user_id,
    ):
        return request  # a second click says nothing new
    before = None if position is None else position.answer
    if position is None:
        position = Position(
            team_id=actor.team_id,
            request_id=request_id,
            side=asked.side,
            user_id=actor.user_id,
            answer=answer,
            answered_at=now,
        )
        session.add(position)
    position.user_id, position.for_user_id = actor.user_id, asked.for_user_id
    position.answer, position.reason, position.answered_at = answer, reason, now
    _record_position(session, request, actor, asked, before=before, position=position, now=now)
    session.flush()
    reminders.withdraw_side_reminders(session, request, asked.side)
    settle_request(session, request, now)
    notifications.notify_of_position(session, request, position, now=now)
    return request


def settle_request(session: Session, request: SigningRequest, now: datetime) -> None:
    """Agrees a request that both sides have signed, unless a seat is vacant: then it waits."""
    positions = signing.load_positions(session, request.team_id, request.pk)
    if not has_both_signatures({side: position.answer for side, position in positions.items()}):
        return
    if any(is_seat_vacant(session, request, side) for side in positions):
        return
    request.state, request.closed_at = "agreed", now
    reminders.cancel_request_timers(session, request)
    session.flush()
    publish_event(
        session,
        RequestAgreed(
            team_id=request.team_id,
            now=now,
            project_id=request.project_id,
            request_id=request.pk,
            kind=request.kind,
            subject=request.subject,
        ),
    )


def withdraw_request(
    session: Session, *, actor: Actor, request_id: int, reason: str | None, now: datetime
) -> SigningRequest:
    """One of those who were asked takes it off the table: with a reason, without a tie-break (product §4.7).

    Raises: as `require_withdrawable_request`; ReasonNeeded, ReasonTooLong.
    """
    request = require_withdrawable_request(session, actor=actor, request_id=request_id, for_update=True)
    words = read_reason(reason, needed=True)
    assert words is not None
    end_withdrawn_request(session, request, by=actor.user_id, reason=words, now=now)
    return request


def require_withdrawable_request(
    session: Session, *, actor: Actor, request_id: int, for_update: bool = False
) -> SigningRequest:
    """The request, if the actor may take it off the table now.

    Raises: NotFound, NotAllowed, AlreadyAgreed, NoLongerAsked.
    """
    found = signing.find_signing_request(session, actor.team_id, request_id)
    if found is None:
        raise NotFound
    load_dossier(session, actor=actor, project_id=found.project_id, for_update=for_update)
    request = signing.find_signing_request(session, actor.team_id, request_id)  # under the lock
    assert request is not None
    require_asked_executive(request, actor)
    if request.state == "agreed":
        raise AlreadyAgreed
    if request.state != "open":
        raise NoLongerAsked
    return request


def end_withdrawn_request(
    session: Session, request: SigningRequest, *, by: str, reason: str, now: datetime
) -> None:
    """Ends an open request as withdrawn; the feature that asked reacts to it."""
    _close_request(session, request, "withdrawn", now)
    audit.record_audit_entry(
        session,
        team_id=request.team_id,
        project_id=request.project_id,
        at=now,
        actor=by,
        action=f"{log_action_prefix(request.kind)}.withdrawn",
        before={},
        after={**log_reference(session, request), "reason": reason},
    )
    publish_event(
        session,
        RequestWithdrawn(
            team_id=request.team_id,
            now=now,
            project_id=request.project_id,
            request_id=request.pk,
            kind=request.kind,
            subject=request.subject,
            by=by,
            reason=reason,
        ),
    )
    notifications.notify_of_withdrawal(session, request, by=by, reason=reason, now=now)


def lapse_request(session: Session, request: SigningRequest, now: datetime) -> None:
    """Thirty days without two yeses: the request ends, and the feature that asked reacts (product §4.6, §4.7)."""
    _close_request(session, request, "lapsed", now)
    audit.record_audit_entry(
        session,
        team_id=request.team_id,
        project_id=request.project_id,
        at=now,
        actor=None,
        action=f"{log_action_prefix(request.kind)}.lapsed",
        before={},
        after=log_reference(session, request),
    )
    publish_event(
        session,
        RequestLapsed(
            team_id=request.team_id,
            now=now,
            project_id=request.project_id,
            request_id=request.pk,
            kind=request.kind,
            subject=request.subject,
        ),
    )
    notifications.notify_of_lapse(session, request, now=now)


def run_lapse_timer(session: Session, timer: Timer, now: datetime) -> None:
    """The function of the timer kind."""
    request = signing.find_signing_request(session, timer.team_id, int(timer.subject))
    if request is not None and request.state == "open":
        lapse_request(session, request, now)


def readdress_request(session: Session, request: SigningRequest, *, side: str, to: str, now: datetime) -> None:
    """Asks a successor what their predecessor was asked; a signature that was given stands (product §4.9).

    `to` may be the same person, whose seat was vacant meanwhile.
    """
    before = getattr(request, side)
    if before != to:
        discussion.end_discussion(session, request)
        notifications.revoke_request_message(session, request, side=side, reader=before)
        setattr(request, side, to)
        session.flush()
    position = signing.load_positions(session, request.team_id, request.pk).get(side)
    if before != to and position is not None and position.answer != SigningAnswer.SIGN:
        session.delete(position)
        session.flush()
        position = None
    if position is None:
        notifications.ask_signatories(session, request, now=now, only=side)
    settle_request(session, request, now)
    notifications.refresh_request_messages(session, request)
    discussion.open_needed_discussion(session, request, now=now)


def is_seat_vacant(session: Session, request: SigningRequest, side: str) -> bool:
    project = projects.find_project(session, request.team_id, request.project_id)
    assert project is not None
    return bool(getattr(project, f"vacant_{side}"))


def log_action_prefix(kind: str) -> str:
    """`charter`, or `decision` for all kinds of them."""
    return "decision" if kind.startswith(DECISION) else kind


def read_reason(reason: str | None, *, needed: bool) -> str | None:
    """Raises: ReasonNeeded, ReasonTooLong."""
    words = clean_text(reason or "").strip() or None
    if needed and not has_visible_text(words or ""):
        raise ReasonNeeded
    if words is not None and len(words) > MAX_REASON:
        raise ReasonTooLong(MAX_REASON)
    return words


def _check_signatory(positions: dict[str, Position], asked: AnswerableRequest, actor: Actor) -> None:
    others = {position.user_id for side, position in positions.items() if side != asked.side}
    if actor.user_id in others:
        raise BothSignatures
    mine = positions.get(asked.side)
    if mine is not None and asked.for_user_id is not None and mine.user_id == asked.for_user_id:
        raise ExecutiveAnswered


def _record_position(
    session: Session,
    request: SigningRequest,
    actor: Actor,
    asked: AnswerableRequest,
    *,
    before: str | None,
    position: Position,
    now: datetime,
) -> None:
    after: dict[str, Any] = {**log_reference(session, request), "side": asked.side}
    if asked.for_user_id is not None:
        after["for"] = asked.for_user_id
    # "Let's talk first" is between the executives: its words are not for the log (product §4.2).
    if position.answer == SigningAnswer.DECLINE and position.reason:
        after["reason"] = position.reason
    audit.record_audit_entry(
        session,
        team_id=request.team_id,
        project_id=request.project_id,
        at=now,
        actor=actor.user_id,
        action=f"{log_action_prefix(request.kind)}.{position.answer}",
        before={} if before is None else {"answer": before},
        after=after,
    )


def _close_request(session: Session, request: SigningRequest, state: str, now: datetime) -> None:
    request.state, request.closed_at = state, now
    session.flush()
    reminders.cancel_request_timers(session, request)
    notifications.withdraw_signature_notice(session, request)
    notifications.refresh_request_messages(session, request)


def _carry_signatures_over(session: Session, old: SigningRequest, new: SigningRequest) -> None:
    """The yeses of those who still sit on their side."""
    for side, position in signing.load_positions(session, old.team_id, old.pk).items():
        given_by = position.for_user_id or position.user_id
        if given_by == getattr(new, side) and position.answer == SigningAnswer.SIGN:
            session.add(
                Position(
                    team_id=new.team_id,
                    request_id=new.pk,
                    side=side,
                    user_id=position.user_id,
                    for_user_id=position.for_user_id,
                    answer=position.answer,
                    reason=position.reason,
                    answered_at=position.answered_at,
                )
            )
    session.flush()


def _build_signatory_error(session: Session, actor: Actor, request: SigningRequest) -> UserError:
    """The refusal of somebody who does not sign here.

    Who signs is told to the project's own people only; whoever else was never asked does not even learn that
    there is such a request.
    """
    try:
        load_dossier(session, actor=actor, project_id=request.project_id)
    except NotFound as unknown:
        return NotYourSignature() if notifications.was_asked(session, request, actor.user_id) else unknown
    return SignedByOthers(request.it, request.marketing)
