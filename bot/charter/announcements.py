"""What people are told about a charter, enqueued in the transaction that makes it true."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.charter import views
from bot.charter.facts import charter_of
from bot.deliveries import Outcome
from bot.happenings import PositionTaken
from bot.kit import Message
from bot.notices import notify_person
from bot.people.service import direct_message, texts_of
from bot.projects.rules import Side
from bot.signing.rules import Answer
from bot.texts import Texts
from storage import notices, projects, signing
from storage.deliveries import revise
from storage.projects import CharterVersion, Project
from storage.signing import SigningRequest

REQUEST = "charter_request"  # delivery kind: the direct message in which an executive is asked
SIGNED = "charter.signed"  # notice kinds
CHANGED = "charter.changed"


def draft_waits(session: Session, project: Project, charter: CharterVersion, *, by: str) -> None:
    """The leads are told of a draft that somebody else wrote: one of them sends it (product §4.2)."""
    for lead in _others({project.lead_it, project.lead_marketing}, {by}):
        tell(
            session,
            project,
            lead,
            key=_draft_key(project, lead),
            message=lambda t: views.draft_waits(
                t, project.key, charter_of(project, charter), project.pk, charter.version, by
            ),
        )


def draft_changed(
    session: Session, project: Project, charter: CharterVersion, *, was: Iterable[str], by: str
) -> None:
    """The leads' messages show the draft as it is now; who leads it no more is told so, who does now is asked."""
    leads = {project.lead_it, project.lead_marketing}
    draft_waits(session, project, charter, by=by)
    for lead in sorted({*was, *leads}):
        t = texts_of(session, project.team_id, lead)
        message = views.draft_waits(t, project.key, charter_of(project, charter), project.pk, charter.version, by)
        if lead not in leads:
            message = views.lead_no_more(t, project.key, project.name)
        revise(session, team_id=project.team_id, key=_draft_key(project, lead), content=message.content())


def draft_is_sent(session: Session, project: Project, charter: CharterVersion, *, by: str) -> None:
    """What waited with a lead does not wait any more."""
    for lead in (project.lead_it, project.lead_marketing):
        t = texts_of(session, project.team_id, lead)
        message = views.draft_is_sent(t, project.key, charter_of(project, charter), by)
        revise(session, team_id=project.team_id, key=_draft_key(project, lead), content=message.content())


def ask_executives(session: Session, project: Project, charter: CharterVersion, request: SigningRequest) -> None:
    """The same request to both, in one transaction."""
    for side in Side:
        user_id = getattr(request, side)
        direct_message(
            session,
            team_id=project.team_id,
            user_id=user_id,
            key=_request_key(request, side),
            message=_request_message(session, project, charter, request, side),
            kind=REQUEST,
            project_id=project.pk,
            subject=f"{request.pk}:{side}",
        )


def refresh_requests(session: Session, project: Project, charter: CharterVersion) -> None:
    """The messages of the newest request to this charter show what is true now."""
    request = signing.latest_request(session, project.team_id, project.pk, "charter", charter.version)
    if request is not None:
        _refresh(session, project, charter, request)


def request_is_void(session: Session, project: Project, charter: CharterVersion, request: SigningRequest) -> None:
    _refresh(session, project, charter, request)
    notices.withdraw(session, project.team_id, SIGNED, str(request.pk))


def position_taken(session: Session, taken: PositionTaken) -> None:
    """The reaction to an executive's answer: who has to know of it does, in the same transaction."""
    if taken.kind != "charter":
        return
    request = signing.request(session, taken.team_id, taken.request_id)
    project = projects.project(session, taken.team_id, taken.project_id)
    assert request is not None
    assert project is not None
    charter = projects.charter(session, taken.team_id, taken.project_id, request.subject)
    assert charter is not None
    _refresh(session, project, charter, request)
    notices.withdraw(session, project.team_id, SIGNED, str(request.pk))  # it told how things stood before
    if request.state == "agreed":
        return  # the project channel says it to everybody
    signer = getattr(request, taken.side)
    if taken.answer == Answer.SIGN:
        _notify_signed(session, project, request, signer, taken.now)
    else:
        _tell_position(session, project, request, taken, signer)


def request_ended(session: Session, outcome: Outcome) -> None:
    """An executive whom Slack does not let Duet write to: both leads are told at once."""
    if outcome.error is None or outcome.posted:
        return
    assert outcome.subject is not None
    assert outcome.project_id is not None
    request_id, _, side = outcome.subject.partition(":")
    request = signing.request(session, outcome.team_id, int(request_id))
    project = projects.project(session, outcome.team_id, outcome.project_id)
    assert request is not None
    assert project is not None
    unreached = getattr(request, side)
    for lead in _others({project.lead_it, project.lead_marketing}, {unreached}):
        tell(
            session,
            project,
            lead,
            key=f"unreached:{outcome.subject}:{lead}",
            message=lambda t: views.not_reached(t, project.key, project.name, who=unreached),
        )


def tell_changes(
    session: Session,
    project: Project,
    charter: CharterVersion,
    changed: Mapping[str, tuple[Any, Any]],
    *,
    by: str,
    now: datetime,
) -> None:
    """Both leads see old → new; the executives see it in their request (product §4.4)."""
    facts = {"by": by, "changed": dict(changed)}
    notify_leads(session, project, CHANGED, facts, besides={by, charter.cio, charter.cmo}, now=now)


def _notify_signed(session: Session, project: Project, request: SigningRequest, signer: str, now: datetime) -> None:
    other = request.marketing if signer == request.it else request.it
    facts = {"signer": signer, "other": other}
    executives = {request.it, request.marketing}
    notify_leads(session, project, SIGNED, facts, besides=executives, now=now, subject=str(request.pk))


def _tell_position(
    session: Session, project: Project, request: SigningRequest, taken: PositionTaken, signer: str
) -> None:
    """`talk` is between the executives; a refusal concerns the leads too. Both ask for a decision now."""
    readers = {request.it, request.marketing}
    if taken.answer == Answer.DECLINE:
        readers |= {project.lead_it, project.lead_marketing, request.opened_by}
    for user_id in _others(readers, {signer}):
        tell(
            session,
            project,
            user_id,
            key=f"position:{request.pk}:{taken.side}:{taken.now.timestamp()}:{user_id}",
            message=lambda t: views.position_taken(
                t, project.key, project.name, answer=taken.answer, who=signer, reason=taken.reason
            ),
        )


def tell(
    session: Session, project: Project, user_id: str, *, key: str, message: Callable[[Texts], Message]
) -> None:
    """A direct message in the person's own language, about what they have to know now."""
    direct_message(
        session,
        team_id=project.team_id,
        user_id=user_id,
        key=key,
        message=message(texts_of(session, project.team_id, user_id)),
        project_id=project.pk,
    )


def notify_leads(
    session: Session,
    project: Project,
    kind: str,
    facts: Mapping[str, Any],
    *,
    besides: Iterable[str],
    now: datetime,
    subject: str | None = None,
) -> None:
    """A routine notice to both leads, leaving out who knows already."""
    for lead in _others({project.lead_it, project.lead_marketing}, besides):
        notify_person(
            session,
            team_id=project.team_id,
            user_id=lead,
            kind=kind,
            facts={"key": project.key, "name": project.name, **facts},
            project_id=project.pk,
            now=now,
            subject=subject,
        )


def _refresh(session: Session, project: Project, charter: CharterVersion, request: SigningRequest) -> None:
    for side in Side:
        message = _request_message(session, project, charter, request, side)
        revise(session, team_id=project.team_id, key=_request_key(request, side), content=message.content())


def _request_message(
    session: Session, project: Project, charter: CharterVersion, request: SigningRequest, side: Side
) -> Message:
    reader = getattr(request, side)
    positions = signing.positions(session, project.team_id, request.pk)
    return views.request_message(
        texts_of(session, project.team_id, reader),
        key=project.key,
        charter=charter_of(project, charter),
        version=request.subject,
        request_id=request.pk,
        state=request.state,
        asked_by=request.opened_by,
        reader=reader,
        mine=positions[side].answer if side in positions else None,
        channel_id=project.channel_id,
    )


def _draft_key(project: Project, lead: str) -> str:
    return f"draft:{project.pk}:{lead}"


def _request_key(request: SigningRequest, side: Side) -> str:
    return f"charter:{request.pk}:{side}"


def _others(people: Iterable[str], known: Iterable[str]) -> list[str]:
    return sorted(set(people) - set(known))


def project_texts(project: Project) -> Texts:
    """For what everybody of the project sees (product §15)."""
    return Texts.of(project.language, project.zone)
