"""What follows when the ledger or its budget is otherwise: the timer, the executives' message, open decisions."""

from datetime import datetime
from functools import partial
from typing import Final

from pydantic import ValidationError
from sqlmodel import Session

from bot.deliveries import post
from bot.funding import gap, notifications
from bot.funding.decision_views import (
    BEARING,
    DISPUTE,
    AskedBearing,
    AskedOutcome,
    render_covered,
    render_uncovered,
)
from bot.funding.ledger import LoadedLedger, load_ledger
from bot.funding.rules import LEDGER_STATES
from bot.parsing.money import Amount
from bot.projects.rules import RUNNING, State
from bot.projects.service import log_event
from bot.runtime.domain_events import CharterAdopted, ProjectChanged, ThresholdsChanged
from bot.signing.service.close_request import void_request
from bot.signing.signables import DECISION, signable_name
from bot.ui.components import Compose
from storage import audit, funding, projects, signing
from storage.projects import Project
from storage.signing import SigningRequest
from storage.timers import Timer

BEARING_NAME: Final = f"{DECISION}{BEARING}"
DISPUTE_NAME: Final = f"{DECISION}{DISPUTE}"


def follow_ledger_change(session: Session, project: Project, *, now: datetime) -> None:
    """Brings message, decisions and timer into line with the ledger. The caller has locked the project."""
    session.flush()
    ledger = load_ledger(session, project)
    _follow_uncovered(session, project, ledger, now=now)
    _void_outdated_decisions(session, project, ledger, now=now)
    gap.rearm_watch(session, project, ledger)


def follow_adopted_charter(session: Session, adopted: CharterAdopted) -> None:
    """Reacts to a new budget, which changes both pledges (product §6.1)."""
    project = projects.load_project_of(session, adopted)
    if funding.has_entries(session, project.team_id, project.pk):
        follow_ledger_change(session, project, now=adopted.now)


def follow_project_change(session: Session, changed: ProjectChanged) -> None:
    """Reacts when a project goes on, or is closing: then no budget can be raised any more."""
    project = projects.load_project_of(session, changed)
    if project.state in LEDGER_STATES and funding.has_entries(session, project.team_id, project.pk):
        follow_ledger_change(session, project, now=changed.now)


def rearm_all_watches(session: Session, changed: ThresholdsChanged) -> None:
    """Reacts to other thresholds of the workspace."""
    for project_id in funding.list_projects_with_entries(session, changed.team_id):
        project = projects.find_project_for_update(session, changed.team_id, project_id)
        if project is not None and project.state in LEDGER_STATES:
            gap.rearm_watch(session, project, load_ledger(session, project))


def run_watch_timer(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Tells how the ledger stands, once a fortnight; the function of the timer kind (product §6.4).

    A paused project is silent; when it goes on, `follow_project_change` arms the timer again.
    """
    project = projects.find_project(session, timer.team_id, int(timer.subject))
    if project is None or project.state not in LEDGER_STATES - {State.PAUSED}:
        return None
    due = gap.find_next_telling(session, project, load_ledger(session, project))
    if due is None or due > now:
        return due
    notifications.notify_of_standing(session, project, now=now)
    log_event(session, project, gap.TOLD, actor=None, now=now)
    session.flush()
    return gap.find_next_telling(session, project, load_ledger(session, project))


# --- spending past the budget ---------------------------------------------------------------------------------


def _follow_uncovered(session: Session, project: Project, ledger: LoadedLedger, *, now: datetime) -> None:
    """Asks both executives at once to decide, and keeps what they read as it stands (product §6.5)."""
    uncovered = ledger.sums.uncovered
    amount = Amount(uncovered, ledger.sums.currency)
    key = _find_open_key(session, project)
    if uncovered and key is None:
        log_event(session, project, gap.UNCOVERED, actor=None, now=now, after={"amount": amount})
        session.flush()
        key = _find_open_key(session, project)
    elif not uncovered and key is not None:
        log_event(session, project, gap.COVERED, actor=None, now=now)
        session.flush()
    if key is None:
        return
    executives = projects.load_counting_charter(session, project).executives
    message = _compose_uncovered(session, project, ledger, amount) if uncovered else _compose_covered(project)
    if uncovered:
        post.to_people(session, project, executives, key=key, message=message)
    messages = {f"{key}:{user_id}": (user_id, message) for user_id in executives}
    post.revise_for_people(session, project, messages)


def _find_open_key(session: Session, project: Project) -> str | None:
    """Finds the key of the messages about the spending that is past the budget now."""
    place = (project.team_id, project.pk)
    opened = audit.find_latest_audit_entry(session, *place, gap.UNCOVERED)
    closed = audit.find_latest_audit_entry(session, *place, gap.COVERED)
    if opened is None or (closed is not None and closed.pk > opened.pk):
        return None
    return f"{gap.UNCOVERED}:{opened.pk}"


def _compose_uncovered(session: Session, project: Project, ledger: LoadedLedger, amount: Amount) -> Compose:
    return partial(
        render_uncovered,
        key=project.key,
        name=project.name,
        project_id=project.pk,
        version=projects.load_counting_charter(session, project).version,
        stamp=ledger.last_number,
        amount=amount,
        may_raise=project.state in RUNNING,
    )


def _compose_covered(project: Project) -> Compose:
    return partial(render_covered, key=project.key, name=project.name)


def _void_outdated_decisions(session: Session, project: Project, ledger: LoadedLedger, *, now: datetime) -> None:
    """Voids those whose subject is gone: less is uncovered than a side would bear, or the dispute has ended."""
    for request in signing.list_open_requests_of_project(session, project.team_id, project.pk):
        if _is_outdated_request(session, request, ledger):
            void_request(session, team_id=project.team_id, project_id=project.pk, kind=request.kind, now=now)


def _is_outdated_request(session: Session, request: SigningRequest, ledger: LoadedLedger) -> bool:
    kind = signable_name(request.kind)
    row = signing.find_decision(session, request.team_id, request.subject)
    if kind not in (BEARING_NAME, DISPUTE_NAME) or row is None:
        return False
    try:
        if kind == BEARING_NAME:
            return AskedBearing.model_validate(row.facts).amount.minor > ledger.sums.uncovered
        asked = AskedOutcome.model_validate(row.facts)
    except ValidationError:  # of another version of Duet
        return False
    dispute = funding.find_dispute(session, request.team_id, asked.dispute_id)
    return dispute is None or dispute.ended_at is not None
