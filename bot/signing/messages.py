"""What people are told about a request, enqueued in the transaction that makes it true (product §4.2, §4.7)."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlmodel import Session

from bot.deliveries import Outcome
from bot.digests.queue import notify_person
from bot.kit import Message
from bot.people.service import direct_message, texts_of
from bot.projects.rules import Side
from bot.signing import reminders, talk, views
from bot.signing.deputies import deputy_of
from bot.signing.matters import look_of
from bot.signing.rules import Answer
from bot.texts import Texts
from storage import deliveries, notices, projects, signing
from storage.projects import Project
from storage.signing import Deputy, Position, SigningRequest

REQUEST = "signing_request"  # delivery kind: the direct message in which somebody is asked
SIGNED = "signing.signed"  # notice kind


def ask(session: Session, request: SigningRequest, *, now: datetime, only: str | None = None) -> None:
    """The same request to both sides (or `only` one), and to whoever signs for one of them now.

    A vacant seat is asked when somebody sits there again (product §4.9).
    """
    project = project_of(session, request)
    for side in Side:
        if only in (None, side) and not getattr(project, f"vacant_{side}"):
            executive = getattr(request, side)
            _ask(session, request, side, executive)
            deputy = deputy_of(session, team_id=request.team_id, user_id=executive, now=now)
            if deputy is not None:
                ask_deputy(session, request, executive=executive, deputy=deputy)


def ask_deputy(session: Session, request: SigningRequest, *, executive: str, deputy: str) -> None:
    """The same to an executive's deputy, unless they sign for the other side (product §4.8)."""
    if deputy not in (request.it, request.marketing):
        _ask(session, request, _side(request, executive), deputy)


def excuse(session: Session, request: SigningRequest, *, side: str, reader: str) -> None:
    """Somebody who was asked signs here no more: their message says so, and has no button."""
    look, facts = look_of(session, request)
    t = texts_of(session, request.team_id, reader)
    message = views.excused(t, look.what(t, facts))
    deliveries.revise(session, team_id=request.team_id, key=_key(request, side, reader), content=message.content())


def tell_deputy(session: Session, row: Deputy, *, now: datetime) -> None:
    """Who has been named is told at once, and by whom."""
    t = texts_of(session, row.team_id, row.deputy)
    message = views.deputy_told(t, executive=row.user_id, from_day=row.from_day, until_day=row.until_day)
    key = f"deputy:{row.user_id}:{row.deputy}:{now.timestamp()}"
    direct_message(
        session, team_id=row.team_id, user_id=row.deputy, key=key, message=message, within_hours_from=now
    )


def tell_deputy_left(session: Session, row: Deputy, *, now: datetime) -> None:
    """Whoever relied on somebody who has left hears of it."""
    message = views.deputy_left(texts_of(session, row.team_id, row.user_id), deputy=row.deputy)
    key = f"deputy-left:{row.user_id}:{row.deputy}:{now.timestamp()}"
    direct_message(
        session, team_id=row.team_id, user_id=row.user_id, key=key, message=message, within_hours_from=now
    )


def tell_deputy_dropped(session: Session, *, team_id: str, executive: str, deputy: str, now: datetime) -> None:
    message = views.deputy_dropped(texts_of(session, team_id, deputy), executive=executive)
    key = f"deputy-dropped:{executive}:{deputy}:{now.timestamp()}"
    direct_message(session, team_id=team_id, user_id=deputy, key=key, message=message, within_hours_from=now)


def refresh(session: Session, request: SigningRequest) -> None:
    """The messages of this request show what is true now."""
    for side in Side:
        for reader in _asked(session, request, side):
            message = _message(session, request, side, reader)
            key = _key(request, side, reader)
            deliveries.revise(session, team_id=request.team_id, key=key, content=message.content())
    talk.refresh(session, request)


def position_taken(session: Session, request: SigningRequest, position: Position, *, now: datetime) -> None:
    """Who has to know of an answer does, in the same transaction."""
    refresh(session, request)
    forget_signed(session, request)
    if request.state == "agreed":
        return  # what was agreed says it to everybody
    if position.answer == Answer.SIGN:
        _notify_signed(session, request, position, now)
    else:
        _tell_position(session, request, position)
    talk.open_if_needed(session, request, now=now)


def forget_signed(session: Session, request: SigningRequest) -> None:
    """It tells how things stood before."""
    notices.withdraw(session, request.team_id, SIGNED, str(request.pk))


def withdrawn(session: Session, request: SigningRequest, *, by: str, reason: str) -> None:
    """Everybody of the project who knew of the request is told that it is off the table, and why."""
    look, facts = look_of(session, request)
    for user_id in _others(_concerned(session, request), {by}):
        tell(
            session,
            request,
            user_id,
            key=f"withdrawn:{request.pk}:{user_id}",
            message=lambda t: views.withdrawn(t, look.what(t, facts), by=by, reason=reason),
        )


def lapsed(session: Session, request: SigningRequest, *, now: datetime) -> None:
    reminders.tell_lapsed(session, request, sorted(_concerned(session, request)), now=now)


def request_not_shown(session: Session, outcome: Outcome) -> None:
    """The reaction where Slack does not let Duet write to a signatory: both leads are told at once."""
    if outcome.posted:
        return
    assert outcome.subject is not None
    request_id, _, reader = outcome.subject.partition(":")
    request = signing.request(session, outcome.team_id, int(request_id))
    assert request is not None
    look, facts = look_of(session, request)
    project = project_of(session, request)
    for lead in _others({project.lead_it, project.lead_marketing}, {reader}):
        tell(
            session,
            request,
            lead,
            key=f"unreached:{outcome.subject}:{lead}",
            within_hours_from=outcome.now,
            message=lambda t: views.not_reached(t, look.what(t, facts), who=reader),
        )


def tell(
    session: Session,
    request: SigningRequest,
    user_id: str,
    *,
    key: str,
    message: Callable[[Texts], Message],
    within_hours_from: datetime | None = None,
) -> None:
    """A direct message in the person's own language, about what they have to know now.

    `within_hours_from`: as of `direct_message`; None for what product §2.8 exempts.
    """
    direct_message(
        session,
        team_id=request.team_id,
        user_id=user_id,
        key=key,
        message=message(texts_of(session, request.team_id, user_id)),
        project_id=request.project_id,
        within_hours_from=within_hours_from,
    )


def project_of(session: Session, request: SigningRequest) -> Project:
    project = projects.project(session, request.team_id, request.project_id)
    assert project is not None
    return project


def _ask(session: Session, request: SigningRequest, side: str, reader: str) -> None:
    key, message = _key(request, side, reader), _message(session, request, side, reader)
    if deliveries.exists(session, request.team_id, key):  # excused before
        deliveries.revise(session, team_id=request.team_id, key=key, content=message.content())
        return
    direct_message(
        session,
        team_id=request.team_id,
        user_id=reader,
        key=key,
        message=message,
        kind=REQUEST,
        project_id=request.project_id,
        subject=f"{request.pk}:{reader}",
    )


def _asked(session: Session, request: SigningRequest, side: str) -> list[str]:
    """Everybody who may have a message about this side: the executive, and their deputy."""
    executive = getattr(request, side)
    row = signing.deputy(session, request.team_id, executive)
    return [executive] if row is None else [executive, row.deputy]


def _message(session: Session, request: SigningRequest, side: str, reader: str) -> Message:
    look, facts = look_of(session, request)
    t = texts_of(session, request.team_id, reader)
    position = signing.positions(session, request.team_id, request.pk).get(side)
    executive = getattr(request, side)
    return views.request_message(
        t,
        look=look,
        facts=facts,
        request_id=request.pk,
        state=request.state,
        asked_by=request.opened_by,
        reader=reader,
        executive=executive,
        given=None if position is None else views.Given(position.answer, position.user_id, position.for_user_id),
    )


def _notify_signed(session: Session, request: SigningRequest, position: Position, now: datetime) -> None:
    other = request.marketing if position.side == Side.IT else request.it
    _, facts = look_of(session, request)
    project = project_of(session, request)
    for lead in _others(
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
    """`talk` is between the executives; a refusal concerns the leads too. Both ask for a decision now."""
    look, facts = look_of(session, request)
    project = project_of(session, request)
    readers = {request.it, request.marketing}
    if position.answer == Answer.DECLINE:
        readers |= {project.lead_it, project.lead_marketing, request.opened_by}
    for user_id in _others(readers, {position.user_id}):
        tell(
            session,
            request,
            user_id,
            key=f"position:{request.pk}:{position.side}:{position.answered_at.timestamp()}:{user_id}",
            within_hours_from=None if user_id == request.opened_by else position.answered_at,
            message=lambda t: views.position_taken(
                t,
                look.what(t, facts),
                answer=position.answer,
                who=position.user_id,
                for_whom=position.for_user_id,
                reason=position.reason,
            ),
        )


def _concerned(session: Session, request: SigningRequest) -> set[str]:
    """Everybody who hears how a request ends."""
    project = project_of(session, request)
    return {request.it, request.marketing, project.lead_it, project.lead_marketing, request.opened_by}


def _side(request: SigningRequest, executive: str) -> Side:
    return Side.IT if request.it == executive else Side.MARKETING


def _key(request: SigningRequest, side: str, reader: str) -> str:
    return f"request:{request.pk}:{side}:{reader}"


def _others(people: Iterable[str], known: Iterable[str]) -> list[str]:
    return sorted(set(people) - set(known))
