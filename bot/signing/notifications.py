"""What people are told about a request, enqueued in the transaction that makes it true (product §4.2, §4.7)."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.facts import NoticeFacts
from bot.deliveries.digests.letters import Routine, withdraw_letters
from bot.deliveries.digests.queue import OfNoProject
from bot.deliveries.digests.sending import rerender_items_of_subjects
from bot.deliveries.outcomes import Outcome
from bot.people.service import find_reading_moment
from bot.projects.rules import Side
from bot.runtime.domain_events import RequestAnswered, publish_event
from bot.signing import deputy_views, discussion, discussion_views, reminders, views
from bot.signing.deputies import find_current_deputy, has_deputy_period_begun
from bot.signing.notice_views import (
    GivenSignatures,
    LapseNotice,
    SignatureGiven,
    SignatureMissing,
    SignatureReminder,
    TalkReminder,
)
from bot.signing.request_messages import refresh_request, send_request_message
from bot.signing.requesters import list_requesters
from bot.signing.rules import RequestState, SigningAnswer
from bot.signing.signables import load_presentation, load_request_name
from bot.ui.blocks import Message
from bot.ui.components import Compose
from bot.ui.texts import Texts
from storage import notices, projects
from storage import signing as storage_signing
from storage.signing import Deputy, Position, SigningRequest


def ask_signatories(session: Session, request: SigningRequest, *, now: datetime, only: Side | None = None) -> None:
    """Sends the request to both sides (or `only` one), and to whoever signs for one of them now.

    A vacant seat is asked when somebody sits there again (product §4.9).
    """
    project = projects.load_project_of(session, request)
    for side in Side:
        if only in (None, side) and not project.vacant[side]:
            executive = request.executives[side]
            send_request_message(session, request, side, executive)
            deputy = find_current_deputy(session, team_id=request.team_id, user_id=executive, now=now)
            if deputy is not None:
                ask_deputy(session, request, executive=executive, deputy=deputy)


def notify_of_position(
    session: Session,
    request: SigningRequest,
    positions: Mapping[Side, Position],
    side: Side,
    *,
    answered_before: datetime | None,
    now: datetime,
) -> None:
    """Shows a side's answer in the request's messages, and writes to whoever else has to know, in the same
    transaction. An agreement is told by what was agreed. `answered_before`: when the side answered otherwise.
    """
    position = positions[side]
    refresh_request(session, request, positions)
    settle_notices(session, request, positions)
    if answered_before is not None:
        _retract_position(session, request, position, answered_before)
    if request.state is RequestState.AGREED:
        return  # what was agreed says it to everybody
    _withdraw_position_letters(session, request, f"{position.side}:")
    is_yes = position.answer == SigningAnswer.SIGN
    publish_event(session, RequestAnswered(request.team_id, now, request.project_id, request.kind, is_yes))
    if is_yes:
        _notify_leads_of_signature(session, request, positions, position, now)
    else:
        _tell_position(session, request, position)
        _tell_leads_of_discussion(session, request, positions, position)
    discussion.open_needed_discussion(session, request, by=position.user_id, now=now)


def settle_notices(session: Session, request: SigningRequest, positions: Mapping[Side, Position]) -> None:
    """Withdraws, unread, what tells the leads who has signed so far; what was read says how things stand now.
    Who has answered is asked, and named as silent, no more.
    """
    subject = str(request.pk)
    notices.forget_waiting_notices(session, request.team_id, SignatureGiven.kind, subject)
    changes: dict[tuple[type[NoticeFacts], str], Mapping[str, Any]] = {
        (SignatureGiven, subject): _describe_signatures(session, request, positions)
    }
    if not request.is_open:
        _withdraw_position_letters(session, request, "")
        changes[TalkReminder, subject] = {"has_buttons": False}
    for side in positions if request.is_open else Side:
        changes[SignatureReminder, f"{subject}:{side}"] = {"has_buttons": False}
        changes[SignatureMissing, f"{subject}:{side}"] = {"is_over": True}
    rerender_items_of_subjects(session, request.team_id, changes)


def _describe_signatures(
    session: Session, request: SigningRequest, positions: Mapping[Side, Position]
) -> dict[str, Any]:
    """Describes how many there are, and of one whose it is, as the facts of a `SignatureGiven`."""
    signed = [each for each in positions.values() if each.answer == SigningAnswer.SIGN]
    if len(signed) == len(Side):  # also while a seat is vacant, and the request waits for that
        return {"given": GivenSignatures.BOTH}
    if not request.is_open:
        return {"given": GivenSignatures.ENDED}
    if not signed:
        return {"given": GivenSignatures.NONE}
    (position,) = signed
    other = positions.get(position.side.other)
    has_declined = other is not None and other.answer == SigningAnswer.DECLINE
    return {
        "given": GivenSignatures.ONE,
        "signer": position.user_id,
        "for_user_id": position.for_user_id,
        "other": other.user_id if other and has_declined else request.executives[position.side.other],
        "has_other_declined": has_declined,
        "other_for_user_id": other.for_user_id if other and has_declined else None,
        "is_other_vacant": projects.load_project_of(session, request).vacant[position.side.other],
    }


def notify_of_withdrawal(session: Session, request: SigningRequest, *, by: str, reason: str, now: datetime) -> None:
    """Tells everybody of the project who knew of the request that it is off the table, and why: at once whoever was
    asked to sign, as the request itself, and everybody if the project ends with it; else with their next routine
    message (product §2.8).
    """
    presentation, facts = load_presentation(session, request)
    ends_project = projects.load_project_of(session, request).governing_version is None
    readers = sorted(_list_concerned_people(session, request) - {by})
    for user_id in readers:
        write_about_request(
            session,
            request,
            user_id,
            key=f"withdrawn:{request.pk}:{user_id}",
            now=now,
            is_exempt=ends_project or user_id in request.executives,
            message=lambda t: views.render_request_withdrawal(t, presentation.what(t, facts), by=by, reason=reason),
        )


def notify_of_lapse(session: Session, request: SigningRequest, *, now: datetime) -> None:
    for reader in sorted(_list_concerned_people(session, request)):
        reminders.notify_of_request(session, request, reader, LapseNotice, now)


def report_unreachable_signatory(session: Session, outcome: Outcome) -> None:
    """Reacts where Slack does not let Duet write to a signatory: both leads are told."""
    if outcome.posted:
        return
    assert outcome.subject is not None
    request_id, _, reader = outcome.subject.partition(":")
    request = storage_signing.find_signing_request(session, outcome.team_id, int(request_id))
    assert request is not None
    presentation, facts = load_presentation(session, request)
    project = projects.load_project_of(session, request)
    for lead in sorted({*project.leads} - {reader}):
        write_about_request(
            session,
            request,
            lead,
            key=f"{_position_key(request)}unreached:{outcome.subject}:{lead}",
            now=outcome.now,
            needs_reader=True,
            message=lambda t: views.render_unreachable_signatory(t, presentation.what(t, facts), who=reader),
        )


def write_about_request(
    session: Session,
    request: SigningRequest,
    user_id: str,
    *,
    key: str,
    message: Compose,
    now: datetime,
    needs_reader: bool = False,
    is_exempt: bool = False,
) -> None:
    """Writes at once to whoever asked for the signatures, as the answer to their own act; to others with their next
    routine message, unless it `is_exempt` (product §2.8).
    """
    is_exempt = is_exempt or user_id == request.opened_by
    routine = None if is_exempt else Routine("signature", now, needs_reader, ends_with_project=True)
    post.to_person(session, request, user_id, key=key, message=message, routine=routine)


def _notify_leads_of_signature(
    session: Session,
    request: SigningRequest,
    positions: Mapping[Side, Position],
    position: Position,
    now: datetime,
) -> None:
    unlike = {side: each for side, each in positions.items() if each.answer != SigningAnswer.SIGN}
    given = _describe_signatures(session, request, {**unlike, position.side: position})
    project = projects.load_project_of(session, request)
    for lead in sorted({*project.leads} - {*request.executives, position.user_id}):
        reminders.notify_of_request(session, request, lead, SignatureGiven, now, **given)


def _tell_position(session: Session, request: SigningRequest, position: Position) -> None:
    """Tells the other executive, where no conversation shows it to both; a refusal the leads, too.

    It is one act: all who are in their hours are told at once, and whoever is not, with their next routine message.
    """
    presentation, facts = load_presentation(session, request)
    project = projects.load_project_of(session, request)
    readers = set() if discussion.is_discussion_due(session, request) else set(request.executives)
    if position.answer == SigningAnswer.DECLINE:
        readers |= ({*project.leads} | list_requesters(session, request)) - set(request.executives)
    for user_id in sorted(readers - {position.user_id}):
        write_about_request(
            session,
            request,
            user_id,
            key=_told_position_key(request, position.side, position.answered_at, user_id),
            now=position.answered_at,
            needs_reader=True,
            is_exempt=_is_in_hours(session, request, user_id, position.answered_at),
            message=partial(
                views.render_position,
                presentation=presentation,
                facts=facts,
                answer=position.answer,
                who=position.user_id,
                for_whom=position.for_user_id,
                reason=position.reason,
                project_id=project.pk,
                project_number=project.number,
                is_lead=user_id in project.leads,
            ),
        )


def _retract_position(
    session: Session, request: SigningRequest, position: Position, answered_before: datetime
) -> None:
    """Says of the earlier answer, to whoever has read it, that it does not count any more."""
    what = load_request_name(session, request)
    readers = _list_concerned_people(session, request)
    keys = {_told_position_key(request, position.side, answered_before, each): each for each in readers}

    def say(t: Texts) -> Message:
        return views.render_retracted_position(t, what(t), position.user_id, position.for_user_id)

    post.revise_for_people(session, request, {key: (user_id, say) for key, user_id in keys.items()})


def _told_position_key(request: SigningRequest, side: Side, answered_at: datetime, user_id: str) -> str:
    return f"{_position_key(request)}{side}:{answered_at.timestamp()}:{user_id}"


def _tell_leads_of_discussion(
    session: Session, request: SigningRequest, positions: Mapping[Side, Position], position: Position
) -> None:
    """Tells whoever waits for both signatures that the two talk first; of which of them wishes it, and why, nothing
    (product §4.2).
    """
    other = positions.get(position.side.other)
    is_known = other is not None and other.answer == SigningAnswer.TALK
    if position.answer != SigningAnswer.TALK or is_known:
        return
    presentation, facts = load_presentation(session, request)
    for user_id in sorted(_list_concerned_people(session, request) - {*request.executives, position.user_id}):
        write_about_request(
            session,
            request,
            user_id,
            key=f"{_position_key(request)}{position.side}:talk:{position.answered_at.timestamp()}:{user_id}",
            now=position.answered_at,
            is_exempt=_is_in_hours(session, request, user_id, position.answered_at),
            message=lambda t: discussion_views.render_coming_discussion(
                t, presentation.what(t, facts), request.executives
            ),
        )


def _is_in_hours(session: Session, request: SigningRequest, user_id: str, now: datetime) -> bool:
    return find_reading_moment(session, request.team_id, user_id, now) <= now


def _withdraw_position_letters(session: Session, request: SigningRequest, whose: str) -> None:
    """Withdraws what a side answered before from whoever has not read it yet: they read its answer of now only.

    `whose`: empty for all that was said of answers, once nothing is asked any more.
    """
    readers, keys = _list_concerned_people(session, request), f"{_position_key(request)}{whose}"
    withdraw_letters(session, team_id=request.team_id, user_ids=readers, keys=keys)


def _position_key(request: SigningRequest) -> str:
    return f"position:{request.pk}:"


def _list_concerned_people(session: Session, request: SigningRequest) -> set[str]:
    """Lists everybody who hears how a request ends."""
    project = projects.load_project_of(session, request)
    return {*request.executives, *project.leads} | list_requesters(session, request)


def ask_deputy(session: Session, request: SigningRequest, *, executive: str, deputy: str) -> None:
    """Sends the request to an executive's deputy, unless they sign for the other side, or the executive has
    answered in person (product §4.8).
    """
    side = request.executives.by_value()[executive]
    own = storage_signing.load_positions(session, request.team_id, request.pk).get(side)
    if deputy not in request.executives and (own is None or own.user_id != executive):
        send_request_message(session, request, side, deputy)


def notify_deputy(session: Session, row: Deputy, *, now: datetime) -> None:
    """Tells a deputy who named them: at once if the period has begun, as the requests to sign come with it; else
    with their next routine message.
    """
    message = partial(
        deputy_views.render_deputy_appointment,
        executive=row.user_id,
        from_day=row.from_day,
        until_day=row.until_day,
    )
    _withdraw_deputy_letters(session, row.team_id, row.user_id, row.deputy)
    has_begun = has_deputy_period_begun(session, row, now)
    _write_deputy_letter(session, row, row.deputy, f"{row.deputy}:named", message, now, is_exempt=has_begun)


def notify_of_lost_deputy(session: Session, row: Deputy, *, now: datetime) -> None:
    """Tells whoever relied on a deputy that they have left."""
    message = partial(deputy_views.render_lost_deputy, deputy=row.deputy)
    _write_deputy_letter(session, row, row.user_id, f"{row.deputy}:left", message, now)


def notify_dropped_deputy(session: Session, row: Deputy, deputy: str, *, now: datetime) -> None:
    """Tells somebody that they are a deputy no more, unless they have not read yet that they were one."""
    if not _withdraw_deputy_letters(session, row.team_id, row.user_id, deputy):
        message = partial(deputy_views.render_dropped_deputy, executive=row.user_id)
        _write_deputy_letter(session, row, deputy, f"{deputy}:dropped", message, now)


def _write_deputy_letter(
    session: Session,
    row: Deputy,
    user_id: str,
    about: str,
    message: Compose,
    now: datetime,
    *,
    is_exempt: bool = False,
) -> None:
    key = f"deputy:{row.user_id}:{about}:{now.timestamp()}"
    routine = None if is_exempt else Routine("signature", now)
    post.to_person(session, OfNoProject(row.team_id), user_id, key=key, message=message, routine=routine)


def _withdraw_deputy_letters(session: Session, team_id: str, executive: str, deputy: str) -> bool:
    """Withdraws what somebody has not read yet of being that executive's deputy; False if they have read it all."""
    return withdraw_letters(session, team_id=team_id, user_ids=[deputy], keys=f"deputy:{executive}:{deputy}:")
