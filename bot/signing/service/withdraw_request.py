"""Taking a request off the table, by one of those who were asked (product §4.7)."""

from datetime import datetime

from sqlmodel import Session

from bot.people.rules import Actor
from bot.projects.service import load_context, log_event
from bot.runtime.domain_events import RequestWithdrawn, publish_event
from bot.runtime.errors import NotFound, Refusal
from bot.signing import notifications
from bot.signing.deputies import require_asked_executive
from bot.signing.rules import RequestState, read_reason
from bot.signing.service.close_request import close_request
from bot.signing.signables import log_action_prefix, log_reference
from storage import signing
from storage.signing import SigningRequest


def withdraw_request(
    session: Session, *, actor: Actor, request_id: int, reason: str | None, now: datetime
) -> SigningRequest:
    """One of those who were asked takes it off the table: with a reason, without a tie-break (product §4.7).

    Raises: as `require_withdrawable_request`; Refusal.
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

    Raises: NotFound, NotAllowed, Refusal.
    """
    found = signing.find_signing_request(session, actor.team_id, request_id)
    if found is None:
        raise NotFound
    load_context(session, actor=actor, project_id=found.project_id, for_update=for_update)
    request = signing.find_signing_request(session, actor.team_id, request_id)  # under the lock
    assert request is not None
    require_asked_executive(request, actor)
    if request.state is RequestState.AGREED:
        raise Refusal("error.already_agreed")
    if not request.is_open:
        raise Refusal("error.no_longer_asked")
    return request


def end_withdrawn_request(
    session: Session, request: SigningRequest, *, by: str, reason: str, now: datetime
) -> None:
    """Ends an open request as withdrawn; the feature that asked reacts to it."""
    close_request(session, request, RequestState.WITHDRAWN, now)
    action, after = f"{log_action_prefix(request.kind)}.withdrawn", log_reference(session, request)
    log_event(session, request, action, actor=by, now=now, after={**after, "reason": reason})
    ended = (request.team_id, now, request.project_id, request.pk, request.kind, request.subject)
    publish_event(session, RequestWithdrawn(*ended, by=by, reason=reason))
    notifications.notify_of_withdrawal(session, request, by=by, reason=reason, now=now)
