"""What people are told about a request, enqueued in the transaction that makes it true (product §4.2, §4.7)."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from bot.deliveries.digests.letters import Letter, withdraw_letters, write_letter
from bot.deliveries.digests.queue import notify_person
from bot.deliveries.worker import Outcome
from bot.people.service import enqueue_direct_message, texts_of
from bot.projects.rules import Side
from bot.signing import discussion, reminders, views
from bot.signing.deputies import find_current_deputy
from bot.signing.rules import SigningAnswer
from bot.signing.signables import load_presentation
from bot.ui.blocks import Message
from storage import deliveries, notices, projects, signing
from storage.projects import Project
from storage.signing import Deputy, Position, SigningRequest

REQUEST = "signing_request"  # delivery kind: the direct message in which somebody is asked
SIGNED = "signing.signed"  # notice kind


def ask_signatories(session: Session, request: SigningRequest, *, now: datetime, only: str | None = None) -> None:
    """The same request to both sides (or `only` one), and to whoever signs for one of them now.

    A vacant seat is asked when somebody sits there again (product §4.9).
    """
    project = load_request_project(session, request)
    for side in Side:
        if only in (None, side) and not getattr(project, f"vacant_{side}"):
            executive = getattr(request, side)
            _send_request(session, request, side, executive)
            deputy = find_current_deputy(session, team_id=request.team_id, user_id=executive, now=now)
            if deputy is not None:
                ask_deputy(session, request, executive=executive, deputy=deputy)


def ask_deputy(session: Session, request: SigningRequest, *, executive: str, deputy: str) -> None:
    """The same to an executive's deputy, unless they sign for the other side (product §4.8)."""
    if deputy not in (request.it, request.marketing):
        _send_request(session, request, _executive_side(request, executive), deputy)


def revoke_request_message(session: Session, request: SigningRequest, *, side: str, reader: str) -> None:
    """Somebody who was asked signs here no more: their message says so, and has no button."""
    look, facts = load_presentation(session, request)
    t = texts_of(session, request.team_id, reader)
    message = views.render_revoked_request(t, look.what(t, facts))
    deliveries.revise_delivery(
        session, team_id=request.team_id, key=_request_key(request, side, reader), content=message.content()
    )


def was_asked(session: Session, request: SigningRequest, user_id: str) -> bool:
    """Whether somebody has, or had, a message that asks them to sign."""
    keys = (_request_key(request, side, user_id) for side in Side)
    return any(deliveries.has_delivery(session, request.team_id, key) for key in keys)


def notify_deputy(session: Session, row: Deputy, *, now: datetime) -> None:
    """Who has been named is told by whom, with their next routine message; requests to sign come at once."""
    message = partial(
        views.render_deputy_appointment, executive=row.user_id, from_day=row.from_day, until_day=row.until_day
    )
    _withdraw_deputy_letters(session, row.team_id, row.user_id, row.deputy)
    _write_deputy_letter(
        session, row.team_id, row.deputy, f"{_deputy_key(row.user_id, row.deputy)}named:", message, now
    )


def notify_of_lost_deputy(session: Session, row: Deputy, *, now: datetime) -> None:
    """Whoever relied on somebody who has left hears of it."""
    message = partial(views.render_lost_deputy, deputy=row.deputy)
    _write_deputy_letter(
        session, row.team_id, row.user_id, f"{_deputy_key(row.user_id, row.deputy)}left:", message, now
    )


def notify_dropped_deputy(session: Session, *, team_id: str, executive: str, deputy: str, now: datetime) -> None:
    """Unless they have not read yet that they were one."""
    if _withdraw_deputy_letters(session, team_id, executive, deputy):
        return
    message = partial(views.render_dropped_deputy, executive=executive)
    _write_deputy_letter(session, team_id, deputy, f"{_deputy_key(executive, deputy)}dropped:", message, now)


def refresh_request_messages(session: Session, request: SigningRequest) -> None:
    """The messages of this request show what is true now."""
    for side in Side:
        for reader in _list_request_readers(session, request, side):
            message = _render_request_message(session, request, side, reader)
            key = _request_key(request, side, reader)
            deliveries.revise_delivery(session, team_id=request.team_id, key=key, content=message.content())
    discussion.refresh_discussion(session, request)


def notify_of_position(session: Session, request: SigningRequest, position: Position, *, now: datetime) -> None:
    """Who has to know of an answer does, in the same transaction."""
    refresh_request_messages(session, request)
    withdraw_signature_notice(session, request)
    if request.state == "agreed":
        return  # what was agreed says it to everybody
    if position.answer == SigningAnswer.SIGN:
        _notify_leads_of_signature(session, request, position, now)
    else:
        _tell_position(session, request, position)
    discussion.open_needed_discussion(session, request, now=now)


def withdraw_signature_notice(session: Session, request: SigningRequest) -> None:
    """It tells how things stood before."""
    notices.withdraw_waiting_notices(session, request.team_id, SIGNED, str(request.pk))


def notify_of_withdrawal(session: Session, request: SigningRequest, *, by: str, reason: str, now: datetime) -> None:
    """Everybody of the project who knew of the request is told that it is off the table, and why: at once if the
    project ends with it, else with their next routine message (product §2.8)."""
    look, facts = load_presentation(session, request)
    ends_project = load_request_project(session, request).governing_version is None
    for user_id in _exclude_people(_list_concerned_people(session, request), {by}):
        withdraw_letters(session, team_id=request.team_id, user_id=user_id, keys=_position_key(request))
        write_about_request(
            session,
            request,
            user_id,
            key=f"withdrawn:{request.pk}:{user_id}",
            now=now,
            is_exempt=ends_project,
            message=lambda t: views.render_request_withdrawal(t, look.what(t, facts), by=by, reason=reason),
        )


def notify_of_lapse(session: Session, request: SigningRequest, *, now: datetime) -> None:
    reminders.notify_readers_of_lapse(session, request, sorted(_list_concerned_people(session, request)), now=now)


def report_unreachable_signatory(session: Session, outcome: Outcome) -> None:
    """The reaction where Slack does not let Duet write to a signatory: both leads are told at once."""
    if outcome.posted:
        return
    assert outcome.subject is not None
    request_id, _, reader = outcome.subject.partition(":")
    request = signing.find_signing_request(session, outcome.team_id, int(request_id))
    assert request is not None
    look, facts = load_presentation(session, request)
    project = load_request_project(session, request)
    for lead in _exclude_people({project.lead_it, project.lead_marketing}, {reader}):
        write_about_request(
            session,
            request,
            lead,
            key=f"unreached:{outcome.subject}:{lead}",
            now=outcome.now,
            needs_reader=True,
            message=lambda t: views.render_unreachable_signatory(t, look.what(t, facts), who=reader),
        )


def write_about_request(
    session: Session,
    request: SigningRequest,
    user_id: str,
    *,
    key: str,
    message: Letter,
    now: datetime,
    needs_reader: bool = False,
    is_exempt: bool = False,
) -> None:
    """In the person's own language: at once to whoever asked for the signatures, as the answer to their own act; to
    others with their next routine message, unless it `is_exempt` (product §2.8)."""
    common: dict[str, Any] = {"team_id": request.team_id, "user_id": user_id, "key": key}
    if is_exempt or user_id == request.opened_by:
        written = message(texts_of(session, request.team_id, user_id))
        enqueue_direct_message(session, **common, message=written, project_id=request.project_id)
        return
    write_letter(
        session,
        **common,
        message=message,
        counted="signature",
        project_id=request.project_id,
        now=now,
        needs_reader=needs_reader,
    )


def load_request_project(session: Session, request: SigningRequest) -> Project:
    project = projects.find_project(session, request.team_id, request.project_id)
    assert project is not None
    return project


def _send_request(session: Session, request: SigningRequest, side: str, reader: str) -> None:
    key, message = _request_key(request, side, reader), _render_request_message(session, request, side, reader)
    if deliveries.has_delivery(session, request.team_id, key):  # excused before
        deliveries.revise_delivery(session, team_id=request.team_id, key=key, content=message.content())
        return
    enqueue_direct_message(
        session,
        team_id=request.team_id,
        user_id=reader,
        key=key,
        message=message,
        kind=REQUEST,
        project_id=request.project_id,
        subject=f"{request.pk}:{reader}",
    )


def _list_request_readers(session: Session, request: SigningRequest, side: str) -> list[str]:
    """Everybody who may have a message about this side: the executive, and their deputy."""
    executive = getattr(request, side)
    row = signing.find_deputy_of_executive(session, request.team_id, executive)
    return [executive] if row is None else [executive, row.deputy]


def _render_request_message(session: Session, request: SigningRequest, side: str, reader: str) -> Message:
    look, facts = load_presentation(session, request)
    t = texts_of(session, request.team_id, reader)
    positions = signing.load_positions(session, request.team_id, request.pk)
    position, executive = positions.get(side), getattr(request, side)
    first = min(positions.values(), key=lambda each: each.answered_at, default=None)
    return views.render_request_message(
        t,
        look=look,
        facts=facts,
        request_id=request.pk,
        state=request.state,
        asked_by=request.opened_by,
        reader=reader,
        executive=executive,
        given=None
        if position is None
        else views.GivenAnswer(position.answer, position.user_id, position.for_user_id),
        has_signed_first=first is not None and first.user_id == reader,
    )


def _notify_leads_of_signature(
    session: Session, request: SigningRequest, position: Position, now: datetime
) -> None:
    other = request.marketing if position.side == Side.IT else request.it
    _, facts = load_presentation(session, request)
    project = load_request_project(session, request)
    for lead in _exclude_people(
        {project.lead_it, project.lead_marketing}, {request.it, request.marketing, position.user_id}
    ):
        notify_person(
            session,
            team_id=request.team_id,
            user_id=lead,
            kind=SIGNED,
            facts={
                "request": request.kind,
                "matter": facts,
                "signer": position.user_id,
                "for": position.for_user_id,
                "other": other,
            },
            project_id=request.project_id,
            now=now,
            subject=str(request.pk),
        )


def _tell_position(session: Session, request: SigningRequest, position: Position) -> None:
    """`discussion` is between the executives; a refusal concerns the leads too. What they talk about is told
    there.
    """
    look, facts = load_presentation(session, request)
    project = load_request_project(session, request)
    readers = set() if discussion.is_discussion_due(session, request) else {request.it, request.marketing}
    if position.answer == SigningAnswer.DECLINE:
        readers |= {project.lead_it, project.lead_marketing, request.opened_by} - {request.it, request.marketing}
    for user_id in _exclude_people(readers, {position.user_id}):
        write_about_request(
            session,
            request,
            user_id,
            key=f"{_position_key(request)}{position.side}:{position.answered_at.timestamp()}:{user_id}",
            now=position.answered_at,
            needs_reader=True,
            message=lambda t: views.render_position(
                t,
                look.what(t, facts),
                answer=position.answer,
                who=position.user_id,
                for_whom=position.for_user_id,
                reason=position.reason,
            ),
        )


def _write_deputy_letter(
    session: Session, team_id: str, user_id: str, key: str, message: Letter, now: datetime
) -> None:
    write_letter(
        session,
        team_id=team_id,
        user_id=user_id,
        key=f"{key}{now.timestamp()}",
        message=message,
        counted="signature",
        project_id=None,
        now=now,
    )


def _withdraw_deputy_letters(session: Session, team_id: str, executive: str, deputy: str) -> bool:
    """What has not been read yet of that deputy is not so any more; False if all was."""
    return withdraw_letters(session, team_id=team_id, user_id=deputy, keys=_deputy_key(executive, deputy))


def _deputy_key(executive: str, deputy: str) -> str:
    return f"deputy:{executive}:{deputy}:"


def _position_key(request: SigningRequest) -> str:
    return f"position:{request.pk}:"


def _list_concerned_people(session: Session, request: SigningRequest) -> set[str]:
    """Everybody who hears how a request ends."""
    project = load_request_project(session, request)
    return {request.it, request.marketing, project.lead_it, project.lead_marketing, request.opened_by}


def _executive_side(request: SigningRequest, executive: str) -> Side:
    return Side.IT if request.it == executive else Side.MARKETING


def _request_key(request: SigningRequest, side: str, reader: str) -> str:
    return f"request:{request.pk}:{side}:{reader}"


def _exclude_people(people: Iterable[str], known: Iterable[str]) -> list[str]:
    return sorted(set(people) - set(known))
