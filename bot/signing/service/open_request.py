"""Asking both executives: for a charter's version, or for a decision (product §4, §5.2, §6.5)."""

from datetime import datetime

from pydantic_core import to_jsonable_python
from sqlmodel import Session

from bot.projects.rules import Sides
from bot.projects.service import ProjectContext
from bot.signing import notifications, reminders
from bot.signing.rules import SigningAnswer
from bot.signing.service.close_request import void_request
from bot.signing.signables import DECISION
from storage import signing as storage_signing
from storage.signing import Decision, Position, SigningRequest


def request_signatures(
    session: Session,
    *,
    team_id: str,
    project_id: int,
    kind: str,
    subject: int,
    executives: Sides[str],
    opened_by: str,
    now: datetime,
    predecessor: SigningRequest | None = None,
) -> SigningRequest:
    """Asks both executives in this transaction; an open request of the same kind is void from now on.

    `predecessor`: an earlier request to the same subject, whose yeses still count (product §4.9).
    """
    void_request(session, team_id=team_id, project_id=project_id, kind=kind, now=now)
    request = SigningRequest(
        team_id=team_id,
        project_id=project_id,
        kind=kind,
        subject=subject,
        it=executives.it,
        marketing=executives.marketing,
        opened_by=opened_by,
        opened_at=now,
    )
    session.add(request)
    session.flush()
    if predecessor is not None:
        _carry_signatures_over(session, predecessor, request)
    notifications.ask_signatories(session, request, now=now)
    reminders.arm_request_timers(session, request, now=now)
    return request


def open_decision(
    session: Session, found: ProjectContext, *, kind: str, facts: object, now: datetime
) -> SigningRequest:
    """Asks both executives to decide something; `kind` names a signable `decision:…` (product §1, §4.7).

    `facts`: of the pydantic type by which the signable reads them.
    """
    project, opened_by = found.project, found.actor.user_id
    row = Decision(
        team_id=project.team_id,
        project_id=project.pk,
        kind=kind,
        facts=to_jsonable_python(facts, by_alias=False),
        opened_by=opened_by,
        opened_at=now,
    )
    session.add(row)
    session.flush()
    return request_signatures(
        session,
        team_id=project.team_id,
        project_id=project.pk,
        kind=f"{DECISION}{kind}:{row.pk}",
        subject=row.pk,
        executives=found.charter.executives,
        opened_by=opened_by,
        now=now,
    )


def _carry_signatures_over(session: Session, old: SigningRequest, new: SigningRequest) -> None:
    """Copies the yeses of those who still sit on their side."""
    for side, position in storage_signing.load_positions(session, old.team_id, old.pk).items():
        given_by = position.for_user_id or position.user_id
        if given_by == new.executives[side] and position.answer == SigningAnswer.SIGN:
            session.add(
                Position(
                    team_id=new.team_id,
                    request_id=new.pk,
                    side=side,
                    user_id=position.user_id,
                    for_user_id=position.for_user_id,
                    answer=position.answer,
                    reason=position.reason,
                    answered_at=position.answered_at,
                )
            )
    session.flush()
