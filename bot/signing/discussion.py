"""*Let's talk first*, and disagreement: both executives in one conversation, both positions side by side (§4.7).

A conversation calls people, so it opens within the working hours of whoever is called (product §2.8): of all who
are in it but the one whose act it follows.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.outcomes import Outcome
from bot.people.rules import Actor
from bot.people.service import work_calendar, zone_of_person
from bot.projects.rules import Side
from bot.projects.service import load_context
from bot.runtime.errors import NotFound
from bot.scheduling.workdays import next_common_working_moment
from bot.signing import discussion_views, reminders
from bot.signing.deputies import require_asked_executive
from bot.signing.rules import SigningAnswer, needs_discussion, require_open_state
from bot.signing.signables import load_presentation
from bot.signing.views import SideAnswer
from bot.signing.withdrawals import find_withdrawal
from bot.ui.components import Compose
from storage import deliveries, projects, timers
from storage import signing as storage_signing
from storage.signing import Position, SigningRequest
from storage.timers import Timer

CONVERSATION = "signing_talk"  # delivery kind


def open_needed_discussion(session: Session, request: SigningRequest, *, by: str | None, now: datetime) -> None:
    """Opens the conversation once, now or at the next working moment of whoever has to come. `by`: whose act it
    follows; None: neither executive's."""
    if not is_discussion_due(session, request):
        return
    opens_at = _find_opening_moment(session, request, request.executives, by=by, now=now)
    if opens_at > now:
        reminders.arm_discussion_opening(session, request, reminders.OPENING, by=by, opens_at=opens_at)
    else:
        _open_discussion(session, request, now=now)


def run_opening_timer(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Opens the conversation if the positions still need it; the function of the timer kind."""
    request, by = _load_timer_request(session, timer)
    if request is None or not is_discussion_due(session, request):
        return None
    opens_at = _find_opening_moment(session, request, request.executives, by=by, now=now)
    if opens_at > now:  # Duet was down meanwhile
        return opens_at
    _open_discussion(session, request, now=now)
    return None


def is_discussion_due(session: Session, request: SigningRequest) -> bool:
    """Whether the positions as they are now open the conversation, which tells both executives of them."""
    if not request.is_open or not _needs_discussion_now(session, request):
        return False
    return not deliveries.has_delivery(session, request.team_id, _discussion_key(request))


def refresh_discussion(session: Session, request: SigningRequest, positions: Mapping[Side, Position]) -> None:
    """Shows the positions as they are now, wherever they were posted; who agrees needs no reminder to talk."""
    if not needs_discussion({side: each.answer for side, each in positions.items()}):
        reminders.withdraw_discussion_notice(session, request)
    _revise_discussion(session, request, over=False)


def end_discussion(session: Session, request: SigningRequest) -> None:
    """Ends a conversation that one of the two has left: whoever follows talks in one of their own."""
    _revise_discussion(session, request, over=True)
    reminders.cancel_discussion_timers(session, request)


def invite_leads(session: Session, *, actor: Actor, request_id: int, now: datetime) -> datetime | None:
    """Lets the conversation go on with both leads: Slack makes a new one for more people.

    Returns when, if not now: it waits for the working hours of the others.
    Raises: NotFound, NotAllowed: only the two executives may wish it; StaleRequest, Refusal.
    """
    request = storage_signing.find_signing_request(session, actor.team_id, request_id)
    if request is None:
        raise NotFound
    load_context(session, actor=actor, project_id=request.project_id, for_update=True)
    require_asked_executive(request, actor)
    require_open_state(request.state, request_id=request.pk)
    if deliveries.has_delivery(session, request.team_id, _discussion_with_leads_key(session, request)):
        return None
    opens_at = _find_opening_moment(
        session, request, _list_executives_and_leads(session, request), by=actor.user_id, now=now
    )
    if opens_at > now:
        kind = reminders.OPENING_WITH_LEADS
        reminders.arm_discussion_opening(session, request, kind, by=actor.user_id, opens_at=opens_at)
        _revise_discussion(session, request, over=False)
        return opens_at
    _open_discussion_with_leads(session, request)
    _revise_discussion(session, request, over=False)
    return None


def run_opening_with_leads_timer(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Calls the leads if there still is something to talk about; the function of the timer kind."""
    request, by = _load_timer_request(session, timer)
    if request is None or not request.is_open or not _needs_discussion_now(session, request):
        return None
    if deliveries.has_delivery(session, request.team_id, _discussion_with_leads_key(session, request)):
        return None
    everybody = _list_executives_and_leads(session, request)
    opens_at = _find_opening_moment(session, request, everybody, by=by, now=now)
    if opens_at > now:
        return opens_at
    _open_discussion_with_leads(session, request)
    return None


def send_discussion_directly(session: Session, outcome: Outcome) -> None:
    """Reacts where Slack allows no conversation: each of those it was for has it as a direct message."""
    if outcome.posted:
        return
    assert outcome.subject is not None
    request = storage_signing.find_signing_request(session, outcome.team_id, int(outcome.subject))
    assert request is not None
    with_leads = outcome.key == _discussion_with_leads_key(session, request)
    if not request.is_open or not (with_leads or outcome.key == _discussion_key(request)):
        return  # there is nothing left to talk about, or somebody else to talk with
    message = _compose_discussion(session, request, with_leads=with_leads, is_refused=True)
    post.to_people(session, request, outcome.lane.partition(":")[2].split(","), key=outcome.key, message=message)


def _open_discussion(session: Session, request: SigningRequest, *, now: datetime) -> None:
    """Posts the conversation; its one reminder counts from now."""
    message = _compose_discussion(session, request)
    _post_discussion(session, request, _discussion_key(request), request.executives, message)
    reminders.arm_discussion_reminder(session, request, now=now)


def _open_discussion_with_leads(session: Session, request: SigningRequest) -> None:
    key, everybody = _discussion_with_leads_key(session, request), _list_executives_and_leads(session, request)
    _post_discussion(session, request, key, everybody, _compose_discussion(session, request, with_leads=True))


def _load_timer_request(session: Session, timer: Timer) -> tuple[SigningRequest | None, str | None]:
    """Loads what the conversation is about, and whose act it follows."""
    request_id, _, by = timer.subject.partition(":")
    return storage_signing.find_signing_request(session, timer.team_id, int(request_id)), by or None


def _find_opening_moment(
    session: Session, request: SigningRequest, members: Iterable[str], *, by: str | None, now: datetime
) -> datetime:
    zones = [zone_of_person(session, request.team_id, member) for member in members if member != by]
    places = [(zone, work_calendar(session, request.team_id, zone)) for zone in zones]
    return next_common_working_moment(now, places)


def _revise_discussion(session: Session, request: SigningRequest, *, over: bool) -> None:
    """Revises it wherever it was posted: in the conversations, or where Slack refuses one, as direct messages."""
    project, executives = projects.load_project_of(session, request), [*request.executives]
    conversations = {
        _discussion_key(request): (False, executives),
        _discussion_with_leads_key(session, request): (True, [*executives, *project.leads]),
    }
    for key in sorted(deliveries.list_posted_keys(session, request.team_id, conversations)):
        with_leads, members = conversations[key]
        message = _compose_discussion(session, request, with_leads=with_leads, over=over)
        post.revise_shared(session, project, key=key, message=message)
        message = _compose_discussion(session, request, with_leads=with_leads, over=over, is_refused=True)
        readers = {f"{key}:{reader}": (reader, message) for reader in members}
        post.revise_for_people(session, request, readers)


def _needs_discussion_now(session: Session, request: SigningRequest) -> bool:
    positions = storage_signing.load_positions(session, request.team_id, request.pk)
    return needs_discussion({side: each.answer for side, each in positions.items()})


def _post_discussion(
    session: Session, request: SigningRequest, key: str, members: Iterable[str], message: Compose
) -> None:
    project, subject = projects.load_project_of(session, request), str(request.pk)
    post.to_group(session, project, members, key=key, message=message, kind=CONVERSATION, subject=subject)


def _compose_discussion(
    session: Session,
    request: SigningRequest,
    *,
    with_leads: bool = False,
    over: bool = False,
    is_refused: bool = False,
) -> Compose:
    """Composes both positions. `is_refused`: as a direct message in place of a conversation that Slack refuses."""
    presentation, facts = load_presentation(session, request)
    positions = storage_signing.load_positions(session, request.team_id, request.pk)
    given = dict.fromkeys(Side, None) | {
        side: _show_answer(each, with_leads=with_leads) for side, each in positions.items()
    }
    return partial(
        discussion_views.render_discussion,
        presentation=presentation,
        facts=facts,
        request_id=request.pk,
        is_open=request.is_open and not over,
        is_refused=is_refused,
        has_leads=with_leads,
        may_call_leads=not with_leads and not _are_leads_called(session, request),
        executives=request.executives,
        given=given,
        withdrawal=find_withdrawal(session, request),
    )


def _show_answer(position: Position, *, with_leads: bool) -> SideAnswer:
    # What somebody would like to talk about is between the executives: leads do not read it (product §4.2).
    is_hidden = with_leads and position.answer == SigningAnswer.TALK
    reason = None if is_hidden else position.reason
    return SideAnswer(position.answer, position.user_id, position.for_user_id, reason)


def _are_leads_called(session: Session, request: SigningRequest) -> bool:
    """Whether the conversation with both leads is open, or is to open in their hours."""
    if deliveries.has_delivery(session, request.team_id, _discussion_with_leads_key(session, request)):
        return True
    timer_key = f"{reminders.OPENING_WITH_LEADS}:{request.pk}"
    return timers.find_due_moment(session, request.team_id, timer_key) is not None


def _list_executives_and_leads(session: Session, request: SigningRequest) -> list[str]:
    project = projects.load_project_of(session, request)
    return [*request.executives, *project.leads]


def _discussion_key(request: SigningRequest) -> str:
    return f"talk:{request.pk}:{':'.join(request.executives)}"


def _discussion_with_leads_key(session: Session, request: SigningRequest) -> str:
    return f"talk-leads:{request.pk}:{':'.join(_list_executives_and_leads(session, request))}"
