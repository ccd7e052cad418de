"""Ending a request that did not get two yeses in its thirty days (product §4.6, §4.7)."""

from datetime import datetime

from sqlmodel import Session

from bot.projects.service import log_event
from bot.runtime.domain_events import RequestLapsed, publish_event
from bot.signing import notifications
from bot.signing.rules import RequestState
from bot.signing.service.close_request import close_request
from bot.signing.signables import log_action_prefix, log_reference
from storage import signing
from storage.signing import SigningRequest
from storage.timers import Timer


def lapse_request(session: Session, request: SigningRequest, now: datetime) -> None:
    """Thirty days without two yeses: the request ends, and the feature that asked reacts (product §4.6, §4.7)."""
    close_request(session, request, RequestState.LAPSED, now)
    action, after = f"{log_action_prefix(request.kind)}.lapsed", log_reference(session, request)
    log_event(session, request, action, actor=None, now=now, after=after)
    event = RequestLapsed(request.team_id, now, request.project_id, request.pk, request.kind, request.subject)
    publish_event(session, event)
    notifications.notify_of_lapse(session, request, now=now)


def run_lapse_timer(session: Session, timer: Timer, now: datetime) -> None:
    """The function of the timer kind."""
    request = signing.find_signing_request(session, timer.team_id, int(timer.subject))
    if request is not None and request.is_open:
        lapse_request(session, request, now)
