"""*Let's talk first*, and disagreement: both executives in one conversation, both positions side by side (§4.7)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.errors import NotAllowed, NotFound
from bot.kit import Message
from bot.people.rules import Actor
from bot.projects.rules import Side
from bot.signing import views
from bot.signing.matters import look_of
from bot.signing.rules import TALK_REMIND_AFTER, needs_talk, side_of
from bot.texts import Texts
from bot.workdays import after_working_days
from storage import deliveries, people, projects, signing, timers
from storage.projects import Project
from storage.signing import SigningRequest
from storage.timers import Timer

TIMER = "signing.talk"  # timer kind


def open_if_needed(session: Session, request: SigningRequest, *, now: datetime) -> None:
    """Opens the conversation once; the timer for its one reminder runs from then."""
    answers = {side: each.answer for side, each in signing.positions(session, request.team_id, request.pk).items()}
    if request.state != "open" or not needs_talk(answers):
        return
    if deliveries.exists(session, request.team_id, _key(request)):
        return
    _post(session, request, _key(request), [request.it, request.marketing])
    project = _project(session, request)
    country = people.workspace(session, request.team_id).country
    timers.arm(
        session,
        team_id=request.team_id,
        key=f"talk:{request.pk}",
        kind=TIMER,
        subject=str(request.pk),
        due_at=after_working_days(now, TALK_REMIND_AFTER, zone=project.zone, country=country),
        project_id=request.project_id,
    )


def refresh(session: Session, request: SigningRequest) -> None:
    """The positions as they are now, wherever they were posted."""
    for key in (_key(request), _leads_key(request)):
        if deliveries.exists(session, request.team_id, key):
            content = _message(session, request).content()
            deliveries.revise(session, team_id=request.team_id, key=key, content=content)


def ask_leads_in(session: Session, *, actor: Actor, request_id: int) -> SigningRequest:
    """The conversation goes on with both leads: Slack makes a new one for more people.

    Raises: NotFound, NotAllowed: only the two executives may wish it.
    """
    request = signing.request(session, actor.team_id, request_id)
    if request is None:
        raise NotFound
    if side_of(actor.user_id, it=request.it, marketing=request.marketing) is None or not actor.is_internal:
        raise NotAllowed
    project = _project(session, request)
    everybody = [request.it, request.marketing, project.lead_it, project.lead_marketing]
    if not deliveries.exists(session, request.team_id, _leads_key(request)):
        _post(session, request, _leads_key(request), everybody)
    return request


def remind(session: Session, timer: Timer, now: datetime) -> None:
    """The function of the timer kind: both are reminded, once."""
    request = signing.request(session, timer.team_id, int(timer.subject))
    if request is None or request.state != "open":
        return
    look, facts = look_of(session, request)
    message = views.talk_reminder(_texts(session, request), look.what(_texts(session, request), facts))
    deliveries.enqueue(
        session,
        team_id=request.team_id,
        lane=_lane([request.it, request.marketing]),
        key=f"talk-reminder:{request.pk}",
        kind="message",
        content=message.content(),
        project_id=request.project_id,
    )


def _post(session: Session, request: SigningRequest, key: str, members: Sequence[str]) -> None:
    deliveries.enqueue(
        session,
        team_id=request.team_id,
        lane=_lane(members),
        key=key,
        kind="message",
        content=_message(session, request).content(),
        project_id=request.project_id,
    )


def _message(session: Session, request: SigningRequest) -> Message:
    look, facts = look_of(session, request)
    positions = signing.positions(session, request.team_id, request.pk)
    return views.talk_message(
        _texts(session, request),
        look=look,
        facts=facts,
        request_id=request.pk,
        is_open=request.state == "open",
        positions={
            side: (getattr(request, side), positions[side].answer, positions[side].reason)
            if side in positions
            else (getattr(request, side), None, None)
            for side in Side
        },
    )


def _texts(session: Session, request: SigningRequest) -> Texts:
    """What is shared is in the project's language."""
    project = _project(session, request)
    return Texts.of(project.language, project.zone)


def _project(session: Session, request: SigningRequest) -> Project:
    project = projects.project(session, request.team_id, request.project_id)
    assert project is not None
    return project


def _lane(members: Sequence[str]) -> str:
    return f"group:{','.join(dict.fromkeys(members))}"


def _key(request: SigningRequest) -> str:
    return f"talk:{request.pk}"


def _leads_key(request: SigningRequest) -> str:
    return f"talk-leads:{request.pk}"
