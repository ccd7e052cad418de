"""What follows when the ledger or its budget is otherwise: the timer, the executives' message, open decisions."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Final

from pydantic import ValidationError
from sqlmodel import Session

from bot.charter.rules import CHARTER_KIND
from bot.deliveries import post
from bot.deliveries.digests.letters import Routine, revise_letter
from bot.funding import gap, notifications
from bot.funding.decision_views import (
    BEARING,
    DISPUTE,
    AskedBearing,
    AskedOutcome,
    OpenBearing,
    OpenRaise,
    OpenWays,
    render_covered,
    render_grown,
    render_uncovered,
)
from bot.funding.ledger import LoadedLedger, load_ledger
from bot.funding.rules import LEDGER_STATES
from bot.parsing.money import Amount
from bot.projects.rules import RUNNING, State
from bot.projects.service import list_money_readers, log_event
from bot.runtime.domain_events import (
    CharterAdopted,
    LedgerChanged,
    ProjectChanged,
    ProposalMade,
    ProposalOff,
    RequestEnded,
    ThresholdsChanged,
    publish_event,
)
from bot.signing.service.close_request import void_request
from bot.signing.signables import DECISION, signable_name
from bot.ui.blocks import Message
from bot.ui.components import Compose
from storage import audit, charters, funding, projects, signing
from storage.audit import AuditEntry, read_log_facts
from storage.projects import Project
from storage.signing import SigningRequest
from storage.timers import Timer

BEARING_NAME: Final = f"{DECISION}{BEARING}"
DISPUTE_NAME: Final = f"{DECISION}{DISPUTE}"


def follow_ledger_change(session: Session, project: Project, *, by: str | None = None, now: datetime) -> None:
    """Brings message, decisions and timer into line with the ledger; the project is locked. `by`: is not told."""
    session.flush()
    ledger = load_ledger(session, project)
    _void_outdated_decisions(session, project, ledger, now=now)
    _follow_uncovered(session, project, ledger, by=by, now=now)
    gap.rearm_watch(session, project, ledger)
    session.flush()
    publish_event(session, LedgerChanged(project.team_id, now, project.pk))


def follow_adopted_charter(session: Session, event: CharterAdopted) -> None:
    """Reacts to a new budget, which changes both pledges (product §6.1)."""
    project = projects.load_project_of(session, event)
    if funding.has_entries(session, project.team_id, project.pk):
        follow_ledger_change(session, project, now=event.now)
        notifications.notify_new_leads(session, project, now=event.now)


def follow_project_change(session: Session, event: ProjectChanged) -> None:
    """Reacts when a project goes on, or is closing: then no budget can be raised any more."""
    project = projects.load_project_of(session, event)
    if project.state in LEDGER_STATES and funding.has_entries(session, project.team_id, project.pk):
        follow_ledger_change(session, project, now=event.now)


def follow_proposal(session: Session, event: ProposalMade | ProposalOff) -> None:
    """Reacts when another version of the charter is out for signature, or none: it may have a higher budget."""
    refresh_uncovered(session, projects.load_project_of(session, event))


def follow_unsigned_request(session: Session, event: RequestEnded) -> None:
    """Reacts when no side bears it after all, or the budget stays as it is: that way on is open again."""
    if signable_name(event.kind) in (BEARING_NAME, CHARTER_KIND):
        refresh_uncovered(session, projects.load_project_of(session, event))


def rearm_all_watches(session: Session, event: ThresholdsChanged) -> None:
    """Reacts to other thresholds of the workspace."""
    for project_id in funding.list_projects_with_entries(session, event.team_id):
        project = projects.find_project_for_update(session, event.team_id, project_id)
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


def _follow_uncovered(
    session: Session, project: Project, ledger: LoadedLedger, *, by: str | None, now: datetime
) -> None:
    """Asks both executives to decide, keeps what they read as it stands, and asks anew when it grows (§6.5)."""
    amount = Amount(ledger.sums.uncovered, ledger.sums.currency)
    opened = _find_open_entry(session, project)
    if amount.minor and (opened is None or amount.minor > read_log_facts(opened.after)["amount"].minor):
        if opened is not None:
            _revise_uncovered(session, project, opened, _compose(render_grown, project), is_over=True)
        log_event(session, project, gap.UNCOVERED, actor=None, now=now, after={"amount": amount})
        session.flush()
        opened = _find_open_entry(session, project)
        assert opened is not None
        message = _compose_uncovered(session, project, ledger)
        readers = _list_deciding_executives(session, project) - {by}
        routine = Routine("ledger", now, needs_reader=True)
        post.to_people(session, project, readers, key=_uncovered_key(opened), message=message, routine=routine)
    elif amount.minor and opened is not None:
        _revise_uncovered(session, project, opened, _compose_uncovered(session, project, ledger))
    elif opened is not None:
        log_event(session, project, gap.COVERED, actor=None, now=now)
        _revise_uncovered(session, project, opened, _compose(render_covered, project), is_over=True)


def refresh_uncovered(session: Session, project: Project, ledger: LoadedLedger | None = None) -> None:
    """Keeps what both executives read as it stands: which of the ways on they are asked to sign.

    `ledger`: where it is loaded already.
    """
    opened = _find_open_entry(session, project)
    if opened is None:
        return
    ledger = ledger or load_ledger(session, project)
    if ledger.sums.uncovered:
        _revise_uncovered(session, project, opened, _compose_uncovered(session, project, ledger))


def load_open_ways(session: Session, project: Project) -> OpenWays:
    """Loads what both executives are asked to sign about what is not covered."""
    return OpenWays(_find_open_bearing(session, project), _find_open_raise(session, project))


def _find_open_raise(session: Session, project: Project) -> OpenRaise | None:
    """Finds a version of the charter that is proposed with a higher budget than the one that governs."""
    request = signing.find_open_request(session, project.team_id, project.pk, CHARTER_KIND)
    if request is None or request.subject == project.governing_version:
        return None
    proposed = charters.load_charter(session, project, request.subject)
    governing = charters.load_counting_charter(session, project)
    if proposed.budget_minor <= governing.budget_minor or proposed.currency != governing.currency:
        return None
    return OpenRaise(request.pk, Amount(proposed.budget_minor, proposed.currency))


def _find_open_bearing(session: Session, project: Project) -> OpenBearing | None:
    """Finds that a side would bear what is not covered, as both executives are asked to sign it."""
    for request in signing.list_open_requests_of_project(session, project.team_id, project.pk):
        if signable_name(request.kind) != BEARING_NAME:
            continue
        row = signing.find_decision(session, request.team_id, request.subject)
        if row is not None:
            with suppress(ValidationError):  # of another version of Duet
                return OpenBearing(request.pk, AskedBearing.model_validate(row.facts))
    return None


def _revise_uncovered(
    session: Session, project: Project, opened: AuditEntry, message: Compose, *, is_over: bool = False
) -> None:
    for user_id in charters.load_counting_charter(session, project).executives:
        key = f"{_uncovered_key(opened)}:{user_id}"
        revise_letter(session, team_id=project.team_id, key=key, message=message, is_over=is_over)


def _uncovered_key(opened: AuditEntry) -> str:
    return f"{gap.UNCOVERED}:{opened.pk}"


def _list_deciding_executives(session: Session, project: Project) -> set[str]:
    executives = charters.load_counting_charter(session, project).executives
    return list_money_readers(session, project) & {*executives}


def _find_open_entry(session: Session, project: Project) -> AuditEntry | None:
    """Finds in the log that so much is past the budget, as it was told last; None where nothing is."""
    place = (project.team_id, project.pk)
    opened = audit.find_latest_audit_entry(session, *place, gap.UNCOVERED)
    closed = audit.find_latest_audit_entry(session, *place, gap.COVERED)
    if opened is None or (closed is not None and closed.pk > opened.pk):
        return None
    return opened


def _compose_uncovered(session: Session, project: Project, ledger: LoadedLedger) -> Compose:
    return partial(
        render_uncovered,
        key=project.key,
        name=project.name,
        project_id=project.pk,
        stamp=ledger.last_number,
        amount=Amount(ledger.sums.uncovered, ledger.sums.currency),
        may_raise=project.state in RUNNING,
        ways=load_open_ways(session, project),
    )


def _compose(render: Callable[..., Message], project: Project) -> Compose:
    return partial(render, key=project.key, name=project.name, project_id=project.pk)


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
