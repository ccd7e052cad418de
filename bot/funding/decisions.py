"""What both executives decide: who bears what is not covered, and how a dispute ends (product §6.3, §6.5)."""

from datetime import datetime
from typing import Final

from sqlmodel import Session

from bot.funding import decision_views as views
from bot.funding import follow_up, policy, service
from bot.funding.decision_views import (
    BEARING,
    DISPUTE,
    AskedBearing,
    AskedOutcome,
    BearingFacts,
    OpenBearing,
    OutcomeFacts,
)
from bot.funding.follow_up import BEARING_NAME, DISPUTE_NAME
from bot.funding.ledger import load_entry, load_ledger
from bot.funding.notifications import build_entry_view
from bot.funding.rules import DisputeOutcome
from bot.parsing.money import Amount
from bot.people.rules import Actor
from bot.projects.policy import refuse_all_but_executives
from bot.projects.rules import Side
from bot.projects.service import ProjectContext, load_context
from bot.runtime.domain_events import RequestAgreed
from bot.runtime.errors import NotFound, Refusal
from bot.signing.service.open_request import open_decision
from bot.signing.signables import Signable, signable_name
from bot.signing.views import Presentation
from storage import funding, projects, signing
from storage.funding import LedgerDispute, LedgerEntry
from storage.signing import SigningRequest


class AlreadyAsked(Refusal):
    """Both executives are asked to decide about that already; `request` says what."""

    def __init__(self, request: SigningRequest) -> None:
        super().__init__("error.ledger.asked", what="")
        self.request = request


def propose_bearing(
    session: Session, *, actor: Actor, project_id: int, side: Side, seen: int, now: datetime
) -> tuple[ProjectContext, OpenBearing]:
    """Asks both executives whether a side bears what is not covered; `seen`: the ledger's last number.

    Raises: NotFound, NotAllowed, NotInThisState, AlreadyAsked, Refusal.
    """
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    if not policy.may_decide_bearing(found):
        policy.require_ledger_reader(found)
        policy.require_open_ledger(found)
        raise refuse_all_but_executives(found)
    ledger = load_ledger(session, found.project, found.charter)
    if not ledger.sums.uncovered:
        raise Refusal("error.ledger.covered", key=found.project.key)
    for request in _list_requests(session, found, BEARING_NAME):
        raise AlreadyAsked(request)
    if seen != ledger.last_number:
        raise Refusal("error.ledger.moved_on", key=found.project.key)
    asked = AskedBearing(side=side, amount=Amount(ledger.sums.uncovered, ledger.sums.currency))
    request = open_decision(session, found, kind=BEARING, facts=asked, now=now)
    follow_up.refresh_uncovered(session, found.project, ledger)
    return found, OpenBearing(request.pk, asked)


def load_dispute(
    session: Session, *, actor: Actor, dispute_id: int, for_update: bool = False
) -> tuple[service.EntryContext, LedgerDispute]:
    """Loads an open dispute with its entry. Raises: NotFound, NotAllowed, NotInThisState, Refusal."""
    dispute = funding.find_dispute(session, actor.team_id, dispute_id)
    if dispute is None:
        raise NotFound
    found = service.load_entry_context(session, actor=actor, entry_id=dispute.entry_id, for_update=for_update)
    policy.require_open_ledger(found.context)
    dispute = funding.find_dispute(session, actor.team_id, dispute_id)  # under the lock
    assert dispute is not None
    if dispute.ended_at is not None:
        raise Refusal("error.ledger.dispute_over", number=found.entry.row.number)
    return found, dispute


def propose_dispute_outcome(
    session: Session, *, actor: Actor, dispute_id: int, outcome: str | None, now: datetime
) -> service.EntryContext:
    """Asks both executives to end a dispute so (product §6.3).

    Raises: as `load_dispute`; AlreadyAsked, Refusal.
    """
    found, _ = load_dispute(session, actor=actor, dispute_id=dispute_id, for_update=True)
    if outcome not in views.list_outcomes(found.entry.row.kind):
        raise Refusal("error.field.empty", field="outcome")
    for request in _list_requests(session, found.context, DISPUTE_NAME):
        row = signing.find_decision(session, request.team_id, request.subject)
        if row is not None and AskedOutcome.model_validate(row.facts).dispute_id == dispute_id:
            raise AlreadyAsked(request)
    asked = AskedOutcome.model_validate({"dispute_id": dispute_id, "outcome": outcome})
    open_decision(session, found.context, kind=DISPUTE, facts=asked, now=now)
    return found


def _list_requests(session: Session, found: ProjectContext, name: str) -> list[SigningRequest]:
    requests = signing.list_open_requests_of_project(session, found.project.team_id, found.project.pk)
    return [each for each in requests if signable_name(each.kind) == name]


# --- what is signed, and what both yeses do -------------------------------------------------------------------


def load_bearing_facts(session: Session, request: SigningRequest) -> BearingFacts:
    project = projects.load_project_of(session, request)
    return BearingFacts(project.key, project.name, _load_bearing(session, request.team_id, request.subject))


def check_bearing(session: Session, request: SigningRequest, now: datetime) -> None:
    """Raises Refusal if less is uncovered by now than the side would bear."""
    project = projects.load_project_of(session, request)
    asked = _load_bearing(session, request.team_id, request.subject)
    if asked.amount.minor > load_ledger(session, project).sums.uncovered:
        raise Refusal("error.ledger.moved_on", key=project.key)


def _load_bearing(session: Session, team_id: str, decision_id: int) -> AskedBearing:
    row = signing.find_decision(session, team_id, decision_id)
    assert row is not None
    return AskedBearing.model_validate(row.facts)


def load_outcome_facts(session: Session, request: SigningRequest) -> OutcomeFacts:
    project = projects.load_project_of(session, request)
    asked, dispute, row = _load_outcome(session, request.team_id, request.subject)
    view = build_entry_view(session, load_entry(session, row))
    return OutcomeFacts(project.key, project.name, view, dispute.reason, asked.outcome)


def check_outcome(session: Session, request: SigningRequest, now: datetime) -> None:
    """Raises Refusal if the dispute has ended."""
    _, dispute, row = _load_outcome(session, request.team_id, request.subject)
    if dispute.ended_at is not None:
        raise Refusal("error.ledger.dispute_over", number=row.number)


def _load_outcome(
    session: Session, team_id: str, decision_id: int
) -> tuple[AskedOutcome, LedgerDispute, LedgerEntry]:
    decision = signing.find_decision(session, team_id, decision_id)
    assert decision is not None
    asked = AskedOutcome.model_validate(decision.facts)
    dispute = funding.find_dispute(session, team_id, asked.dispute_id)
    assert dispute is not None
    row = funding.find_entry(session, team_id, dispute.entry_id)
    assert row is not None
    return asked, dispute, row


LEDGER: Final = ("ledger.open", "ledger.open")  # (text, action) of the button that shows it

BEARING_SIGNABLE = Signable(
    load_bearing_facts,
    Presentation(
        what=views.render_bearing_name,
        brief=views.render_bearing_blocks,
        whole=views.render_bearing_blocks,
        effect=views.render_bearing_effect,
        outcome=views.render_bearing_outcome,
        lapsed=lambda t, _: t("ledger.bearing.lapsed"),
        place=LEDGER,
        gone=views.render_bearing_gone,
    ),
    check_bearing,
    logged=lambda facts: {"decision": BEARING, "works_in": facts.asked.side, "amount": facts.asked.amount},
)
OUTCOME_SIGNABLE = Signable(
    load_outcome_facts,
    Presentation(
        what=views.render_outcome_name,
        brief=views.render_outcome_blocks,
        whole=views.render_outcome_blocks,
        effect=views.render_outcome_effect,
        outcome=views.render_outcome_agreed,
        lapsed=lambda t, _: t("ledger.outcome.lapsed"),
        place=LEDGER,
        gone=views.render_outcome_gone,
    ),
    check_outcome,
    logged=lambda facts: {"decision": DISPUTE, "number": facts.entry.number},
)


def carry_out_money_decision(session: Session, event: RequestAgreed) -> None:
    """Reacts to both yeses: records what a side bears, or ends the dispute."""
    name = signable_name(event.kind)
    if name not in (BEARING_NAME, DISPUTE_NAME):
        return
    project = projects.load_project_of(session, event, for_update=True)
    if name == BEARING_NAME:
        asked = _load_bearing(session, event.team_id, event.subject)
        service.insert_decided_entry(session, project, side=asked.side, amount=asked.amount, now=event.now)
    else:
        outcome, dispute, row = _load_outcome(session, event.team_id, event.subject)
        if outcome.outcome is DisputeOutcome.REVERSED:
            service.insert_reversal(session, project, row, reason=dispute.reason, by=None, now=event.now)
        else:
            service.end_dispute(session, project, dispute, DisputeOutcome.STANDS, by=None, now=event.now)
    follow_up.follow_ledger_change(session, project, now=event.now)
