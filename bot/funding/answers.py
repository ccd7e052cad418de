"""What the other side's lead says to an entry: agrees to value in kind, disputes it, or takes that back (§6.3)."""

from datetime import datetime

from sqlmodel import Session

from bot.funding import follow_up, notifications, policy
from bot.funding.ledger import load_entry
from bot.funding.rules import DisputeOutcome, EntryKind
from bot.funding.service import (
    EntryContext,
    amount_of,
    end_dispute,
    load_entry_context,
    require_standing_entry,
)
from bot.people.rules import Actor
from bot.projects.service import log_event
from bot.runtime.errors import NotFound, Refusal
from bot.signing.rules import read_reason
from storage.funding import InKindAgreement, LedgerDispute


def agree_in_kind(session: Session, *, actor: Actor, entry_id: int, now: datetime) -> EntryContext:
    """The other side's lead agrees to value in kind, which counts from now on; twice is once (product §6.3).

    Raises: NotFound; as `require_standing_entry`.
    """
    found = load_entry_context(session, actor=actor, entry_id=entry_id, for_update=True)
    require_standing_entry(found, policy.is_other_sides_lead)
    row = found.entry.row
    if row.kind is not EntryKind.IN_KIND:
        raise NotFound
    if found.entry.agreement is None:
        session.add(
            InKindAgreement(
                entry_id=row.pk,
                team_id=row.team_id,
                project_id=row.project_id,
                agreed_by=actor.user_id,
                agreed_at=now,
            )
        )
        session.flush()
        after = {"number": row.number, "works_in": row.side, "amount": amount_of(row)}
        log_event(session, found.project, "ledger.agreed", actor=actor.user_id, now=now, after=after)
        notifications.notify_of_agreement(session, found.project, row, by=actor.user_id, now=now)
        follow_up.follow_ledger_change(session, found.project, now=now)
    return EntryContext(found.context, load_entry(session, row))


def dispute_entry(
    session: Session, *, actor: Actor, entry_id: int, reason: str | None, now: datetime
) -> EntryContext:
    """The other side's lead disputes an entry, which goes on counting and is marked (product §6.3).

    Raises: NotFound; as `require_standing_entry`; Refusal.
    """
    found = load_entry_context(session, actor=actor, entry_id=entry_id, for_update=True)
    require_standing_entry(found, policy.is_other_sides_lead)
    row = found.entry.row
    if found.entry.dispute is not None:
        raise Refusal("error.ledger.disputed", number=row.number)
    if found.entry.is_decided:
        raise Refusal("error.ledger.decided", number=row.number)
    words = read_reason(reason, needed=True)
    assert words is not None
    dispute = LedgerDispute(
        team_id=row.team_id,
        project_id=row.project_id,
        entry_id=row.pk,
        reason=words,
        opened_by=actor.user_id,
        opened_at=now,
    )
    session.add(dispute)
    session.flush()
    after = {"number": row.number, "amount": amount_of(row), "reason": words}
    log_event(session, found.project, "ledger.disputed", actor=actor.user_id, now=now, after=after)
    notifications.notify_of_dispute(session, found.project, row, dispute, now=now)
    return EntryContext(found.context, load_entry(session, row))


def take_back_dispute(session: Session, *, actor: Actor, entry_id: int, now: datetime) -> EntryContext:
    """The lead who may dispute an entry takes the dispute back; twice is once.

    Raises: NotFound; as `require_standing_entry`.
    """
    found = load_entry_context(session, actor=actor, entry_id=entry_id, for_update=True)
    require_standing_entry(found, policy.is_other_sides_lead)
    if found.entry.dispute is not None:
        outcome = DisputeOutcome.TAKEN_BACK
        end_dispute(session, found.project, found.entry.dispute, outcome, by=actor.user_id, now=now)
        follow_up.follow_ledger_change(session, found.project, now=now)
    return EntryContext(found.context, load_entry(session, found.entry.row))
