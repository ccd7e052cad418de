"""What is said in place of the form of a void request (product §4.5)."""

from datetime import datetime

from sqlmodel import Session

from bot.people.rules import Actor
from bot.signing.rules import StaleRequest
from bot.signing.signables import Replacement, find_signable
from bot.signing.waiting import load_newer_request
from storage import signing as storage_signing


def explain_stale_request(session: Session, *, actor: Actor, stale: StaleRequest, now: datetime) -> Replacement:
    """What has changed since, and what is to be signed now.

    Raises: `stale` itself where nothing can take its place: then it is asked no more, in any form.
    """
    request = storage_signing.find_signing_request(session, actor.team_id, stale.request_id)
    assert request is not None
    describe_newer = find_signable(session, request).describe_newer
    if describe_newer is None:
        raise stale
    place = request.project_id, request.kind
    newer = load_newer_request(session, *place, actor=actor, seen=request.subject, now=now)
    return Replacement(describe_newer(session, request, newer, actor), newer.request_id)
