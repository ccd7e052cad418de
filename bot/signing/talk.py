"""*Let's talk first*, and disagreement: both executives in one conversation, both positions side by side (§4.7)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.deliveries import Outcome
from bot.errors import NotFound, UserError
from bot.kit import Message
from bot.people.rules import Actor
from bot.people.service import direct_message, texts_of
from bot.projects.rules import Side
from bot.projects.service import dossier
from bot.signing import reminders, views
from bot.signing.deputies import check_asked
from bot.signing.matters import look_of
from bot.signing.rules import Answer, needs_talk
from bot.signing.views import Stand
from bot.texts import Texts
from storage import deliveries, projects, signing
from storage.projects import Project
from storage.signing import SigningRequest

CONVERSATION = "signing_talk"  # delivery kind


class TalkIsOver(UserError):
    """There is nothing left to talk about."""

    text_key = "error.no_longer_asked"


def open_if_needed(session: Session, request: SigningRequest, *, now: datetime) -> None:
    """Opens the conversation once; its one reminder counts from then."""
    if not is_about_to_open(session, request):
        return
    _post(session, request, _key(request), _executives(request), _message(session, request))
    reminders.arm_talk(session, request, now=now)


def is_about_to_open(session: Session, request: SigningRequest) -> bool:
    """Whether the positions as they are now open the conversation, which tells both executives of them."""
    if request.state != "open" or not _is_needed(session, request):
        return False
    return not deliveries.exists(session, request.team_id, _key(request))


def refresh(session: Session, request: SigningRequest) -> None:
    """The positions as they are now, wherever they were posted."""
    if not _is_needed(session, request):
        reminders.talked(session, request)
    _revise(session, request, over=False)


def end(session: Session, request: SigningRequest) -> None:
    """One of the two has left: whoever follows talks in a conversation of their own."""
    _revise(session, request, over=True)
    reminders.cancel_talk(session, request)


def ask_leads_in(session: Session, *, actor: Actor, request_id: int) -> SigningRequest:
    """The conversation goes on with both leads: Slack makes a new one for more people.

    Raises: NotFound, NotAllowed: only the two executives may wish it; TalkIsOver.
    """
    request = signing.request(session, actor.team_id, request_id)
    if request is None:
        raise NotFound
    dossier(session, actor=actor, project_id=request.project_id, for_update=True)
    check_asked(request, actor)
    if request.state != "open":
        raise TalkIsOver
    project, key = _project(session, request), _leads_key(session, request)
    everybody = [*_executives(request), project.lead_it, project.lead_marketing]
    if not deliveries.exists(session, request.team_id, key):
        _post(session, request, key, everybody, _message(session, request, with_leads=True))
    return request


def conversation_refused(session: Session, outcome: Outcome) -> None:
    """The reaction: each of those it was for has the same as a direct message."""
    if outcome.posted:
        return
    assert outcome.subject is not None
    request = signing.request(session, outcome.team_id, int(outcome.subject))
    assert request is not None
    with_leads = outcome.key == _leads_key(session, request)
    if request.state != "open" or not (with_leads or outcome.key == _key(request)):
        return  # there is nothing left to talk about, or somebody else to talk with
    for reader in outcome.lane.partition(":")[2].split(","):
        direct_message(
            session,
            team_id=request.team_id,
            user_id=reader,
            key=f"{outcome.key}:{reader}",
            message=_message(session, request, with_leads=with_leads, reader=reader),
            project_id=request.project_id,
        )


def _revise(session: Session, request: SigningRequest, *, over: bool) -> None:
    """Wherever it was posted: in the conversations, or where Slack refuses one, as direct messages."""
    project = _project(session, request)
    leads = {project.lead_it, project.lead_marketing}
    for key, with_leads in ((_key(request), False), (_leads_key(session, request), True)):
        if deliveries.exists(session, request.team_id, key):
            for reader in (None, *sorted({*_executives(request), *(leads if with_leads else ())})):
                message = _message(session, request, with_leads=with_leads, over=over, reader=reader)
                deliveries.revise(
                    session,
                    team_id=request.team_id,
                    key=key if reader is None else f"{key}:{reader}",
                    content=message.content(),
                )


def _is_needed(session: Session, request: SigningRequest) -> bool:
    positions = signing.positions(session, request.team_id, request.pk)
    return needs_talk({side: each.answer for side, each in positions.items()})


def _post(session: Session, request: SigningRequest, key: str, members: Sequence[str], message: Message) -> None:
    deliveries.enqueue(
        session,
        team_id=request.team_id,
        lane=f"group:{','.join(dict.fromkeys(members))}",
        key=key,
        kind=CONVERSATION,
        content=message.content(),
        project_id=request.project_id,
        subject=str(request.pk),
    )


def _message(
    session: Session,
    request: SigningRequest,
    *,
    with_leads: bool = False,
    over: bool = False,
    reader: str | None = None,
) -> Message:
    """`reader`: of a direct message in place of a conversation that Slack refuses."""
    look, facts = look_of(session, request)
    positions = signing.positions(session, request.team_id, request.pk)
    stands = {side: Stand(getattr(request, side)) for side in Side}
    for side, position in positions.items():
        # What somebody would like to talk about is between the executives: leads do not read it (product §4.2).
        hidden = with_leads and position.answer == Answer.TALK
        reason = None if hidden else position.reason
        stands[Side(side)] = Stand(position.user_id, position.for_user_id, position.answer, reason)
    return views.talk_message(
        _texts(session, request) if reader is None else texts_of(session, request.team_id, reader),
        look=look,
        facts=facts,
        request_id=request.pk,
        is_open=request.state == "open" and not over,
        is_refused=reader is not None,
        stands=stands,
    )


def _texts(session: Session, request: SigningRequest) -> Texts:
    """What is shared is in the project's language."""
    project = _project(session, request)
    return Texts.of(project.language, project.zone)


def _project(session: Session, request: SigningRequest) -> Project:
    project = projects.project(session, request.team_id, request.project_id)
    assert project is not None
    return project


def _executives(request: SigningRequest) -> list[str]:
    return [request.it, request.marketing]


def _key(request: SigningRequest) -> str:
    return f"talk:{request.pk}:{':'.join(_executives(request))}"


def _leads_key(session: Session, request: SigningRequest) -> str:
    project = _project(session, request)
    return f"talk-leads:{request.pk}:{':'.join([*_executives(request), project.lead_it, project.lead_marketing])}"
