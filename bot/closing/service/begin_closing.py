"""The beginning of a closing: by a date, a withdrawal, or a decision of both executives (product §12.1)."""

from datetime import datetime
from typing import Final

from sqlmodel import Session

from bot.closing.rules import DECIDED, REPORT_AFTER, ProposedClosing
from bot.closing.service import send_report
from bot.closing.team import list_asked_people
from bot.closing.views import RetrospectiveAsked
from bot.deliveries.digests.queue import notify_people
from bot.lifecycle.service.close_project import begin_closing
from bot.people.rules import Actor
from bot.people.service import texts_of_project, work_calendar
from bot.projects.policy import require_editor
from bot.projects.rules import RUNNING, ClosingWay, NotInThisState
from bot.projects.service import ProjectContext, load_context, log_event
from bot.runtime.domain_events import ClosingBegun, RequestAgreed
from bot.runtime.errors import Refusal
from bot.scheduling.workdays import after_working_days
from bot.signing.rules import read_reason
from bot.signing.service.open_request import open_decision
from bot.signing.signables import DECISION
from storage import projects, signing, timers
from storage.closing import Closing
from storage.projects import Project

SIGNABLE_NAME: Final = f"{DECISION}{DECIDED}"


def require_proposable_closing(session: Session, found: ProjectContext) -> None:
    """Checks that the actor may ask both executives now. Raises: NotAllowed, NotInThisState, Refusal."""
    project = found.project
    require_editor(found)
    if found.state not in RUNNING:
        raise NotInThisState(project)
    if has_open_proposal(session, project):
        raise Refusal("error.closing.asked")


def has_open_proposal(session: Session, project: Project) -> bool:
    """Whether both executives are being asked to close it."""
    asked = signing.list_open_requests_of_project(session, project.team_id, project.pk)
    return any(each.kind.startswith(f"{SIGNABLE_NAME}:") for each in asked)


def propose_closing(
    session: Session, *, actor: Actor, project_id: int, reason: str | None, now: datetime
) -> ProjectContext:
    """Asks both executives to close the project before its end.

    Raises: NotFound; as `require_proposable_closing`; Refusal.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    require_proposable_closing(session, found)
    words = read_reason(reason, needed=True)
    assert words is not None
    project = found.project
    proposed = ProposedClosing(reason=words, name=texts_of_project(project).plain("closing.decision.name"))
    log_event(session, project, "closing.asked", actor=actor.user_id, now=now, after={"reason": words})
    open_decision(session, found, kind=DECIDED, facts=proposed, now=now)
    return found


def begin_agreed_closing(session: Session, event: RequestAgreed) -> None:
    """Reacts to both yeses: the project enters its closing."""
    if not event.kind.startswith(f"{SIGNABLE_NAME}:"):
        return
    project = projects.load_project_of(session, event, for_update=True)
    if project.state in RUNNING:
        begin_closing(session, project, ClosingWay.DECISION, now=event.now)


def open_closing(session: Session, event: ClosingBegun) -> None:
    """Reacts to a closing: opens the checklist for five working days, and asks the team what it has learned."""
    project = projects.load_project_of(session, event)
    calendar = work_calendar(session, project.team_id, project.zone)
    due_at = after_working_days(event.now, REPORT_AFTER, zone=project.zone, calendar=calendar)
    row = Closing(
        team_id=project.team_id,
        project_id=project.pk,
        way=ClosingWay(event.way),
        began_at=event.now,
        report_due_at=due_at,
    )
    session.add(row)
    session.flush()
    asked = list_asked_people(session, project)
    facts = RetrospectiveAsked(project_id=project.pk, due=project.day(due_at))
    notify_people(session, project, asked, facts, now=event.now, subject=str(project.pk), is_urgent=True)
    first = after_working_days(event.now, 1, zone=project.zone, calendar=calendar)
    timers.arm_row_timer(session, project, send_report.CHECK, project.pk, first)
