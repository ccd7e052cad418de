"""Recording and reversing entries of the ledger (product §6.2)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from bot.funding import follow_up, notifications, policy
from bot.funding.ledger import LoadedEntry, load_entry
from bot.funding.rules import (
    MAX_REFERENCE,
    MAX_WHAT,
    OLDEST_ENTRY,
    RECORDABLE,
    DisputeOutcome,
    EntryKind,
)
from bot.parsing.money import Amount
from bot.people.rules import Actor
from bot.projects.rules import Side
from bot.projects.service import ProjectContext, load_context, log_event
from bot.runtime.errors import NotFound, Refusal
from bot.signing.rules import read_reason
from bot.timetable.rules import MilestoneStage
from bot.ui.mrkdwn import clean_text
from storage import funding, timetable
from storage.funding import LedgerDispute, LedgerEntry
from storage.projects import Project

KIND, AMOUNT, WHAT, DAY, MILESTONE, REFERENCE = "entry_kind", "amount", "what", "day", "milestone", "reference"
"""The form's fields."""


@dataclass(frozen=True)
class WantedEntry:
    """What somebody wants to record for their own side."""

    kind: EntryKind  # one of RECORDABLE
    amount: Amount
    what: str
    day: date
    milestone_id: int | None = None  # of spending
    reference: str | None = None


@dataclass(frozen=True)
class EntryContext:
    """An entry, and what a request knows of its project."""

    context: ProjectContext
    entry: LoadedEntry

    @property
    def project(self) -> Project:
        return self.context.project


def read_what(text: str | None, kind: EntryKind) -> str:
    """Reads what an entry was for; of money that was paid in nothing need be said. Raises: Refusal."""
    words = " ".join(clean_text(text or "").split())
    if not words and kind is not EntryKind.PAID_IN:
        raise Refusal("error.field.empty", field=WHAT)
    if len(words) > MAX_WHAT:
        raise Refusal("error.field.too_long", field=WHAT, limit=MAX_WHAT)
    return words


def read_reference(text: str | None) -> str | None:
    """Reads a cost centre or an invoice; None where nothing was typed. Raises: Refusal."""
    words = " ".join(clean_text(text or "").split())
    if len(words) > MAX_REFERENCE:
        raise Refusal("error.field.too_long", field=REFERENCE, limit=MAX_REFERENCE)
    return words or None


def check_currency(amount: Amount, currency: str) -> Amount:
    """The same amount, if it is in the budget's currency. Raises: Refusal."""
    if amount.currency != currency:
        raise Refusal("error.ledger.currency", field=AMOUNT, typed=amount, currency=currency)
    return amount


def check_day(day: date, *, today: date) -> date:
    """The same day, if something can have been paid or spent on it. Raises: Refusal."""
    if day > today:
        raise Refusal("error.ledger.future", field=DAY, day=day)
    if day < today - OLDEST_ENTRY:
        raise Refusal("error.ledger.too_old", field=DAY, day=day, earliest=today - OLDEST_ENTRY)
    return day


def check_wanted_entry(session: Session, found: ProjectContext, wanted: WantedEntry, *, now: datetime) -> Side:
    """Returns the side for which it would be recorded. Raises: NotAllowed, NotInThisState, NotFound, Refusal."""
    side = policy.require_recorder(found)
    if wanted.kind not in RECORDABLE:
        raise NotFound
    check_currency(wanted.amount, found.charter.currency)
    read_what(wanted.what, wanted.kind)
    read_reference(wanted.reference)
    check_day(wanted.day, today=found.project.day(now))
    if wanted.milestone_id is not None:
        _check_milestone(session, found.project, wanted.milestone_id)
    return side


def _check_milestone(session: Session, project: Project, milestone_id: int) -> None:
    milestone = timetable.find_milestone(session, project.team_id, milestone_id)
    if milestone is None or milestone.project_id != project.pk:
        raise NotFound
    if milestone.state == MilestoneStage.DROPPED:
        raise Refusal("error.milestone.dropped", field=MILESTONE, title=milestone.title)


def record_entry(
    session: Session, *, actor: Actor, project_id: int, wanted: WantedEntry, now: datetime
) -> EntryContext:
    """Records an entry for the actor's own side (product §6.2). Raises: as `check_wanted_entry`."""
    found = load_context(session, actor=actor, project_id=project_id, for_update=True)
    side = check_wanted_entry(session, found, wanted, now=now)
    row = _insert_entry(
        session,
        found.project,
        LedgerEntry(
            team_id=found.project.team_id,
            project_id=found.project.pk,
            number=0,
            kind=wanted.kind,
            side=side,
            amount_minor=wanted.amount.minor,
            currency=wanted.amount.currency,
            day=wanted.day,
            what=read_what(wanted.what, wanted.kind),
            milestone_id=wanted.milestone_id if wanted.kind is EntryKind.SPENT else None,
            reference=read_reference(wanted.reference),
            recorded_by=actor.user_id,
            recorded_at=now,
        ),
    )
    follow_up.follow_ledger_change(session, found.project, by=actor.user_id, now=now)
    return EntryContext(found, load_entry(session, row))


def insert_decided_entry(
    session: Session, project: Project, *, side: Side, amount: Amount, now: datetime
) -> LedgerEntry:
    """Records what both executives have decided that a side bears (product §6.5)."""
    row = LedgerEntry(
        team_id=project.team_id,
        project_id=project.pk,
        number=0,
        kind=EntryKind.BORNE,
        side=side,
        amount_minor=amount.minor,
        currency=amount.currency,
        day=project.day(now),
        what="",
        recorded_at=now,
    )
    return _insert_entry(session, project, row)


def _insert_entry(session: Session, project: Project, row: LedgerEntry) -> LedgerEntry:
    """Numbers, logs and tells an entry. The caller has locked the project."""
    row.number = funding.next_entry_number(session, project.team_id, project.pk)
    session.add(row)
    session.flush()
    about = row if row.reverses is None else funding.find_entry(session, row.team_id, row.reverses)
    assert about is not None
    more = {"reversed": about.number, "reason": row.what} if about is not row else {"what": row.what}
    after = {"number": row.number, "works_in": row.side, "amount": amount_of(row), **more}
    log_event(session, project, f"ledger.{row.kind}", actor=row.recorded_by, now=row.recorded_at, after=after)
    notifications.notify_of_entry(session, project, row)
    return row


def amount_of(row: LedgerEntry) -> Amount:
    return Amount(row.amount_minor, row.currency)


# --- what becomes of an entry ---------------------------------------------------------------------------------


def load_entry_context(session: Session, *, actor: Actor, entry_id: int, for_update: bool = False) -> EntryContext:
    """Loads an entry with its project, for a reader of the ledger. Raises: NotFound, NotAllowed."""
    row = funding.find_entry(session, actor.team_id, entry_id)
    if row is None:
        raise NotFound
    found = load_context(session, actor=actor, project_id=row.project_id, for_update=for_update)
    policy.require_ledger_reader(found)
    return EntryContext(found, load_entry(session, row))


def require_standing_entry(found: EntryContext, may: Callable[[ProjectContext, LoadedEntry], bool]) -> EntryContext:
    """Returns the entry if the actor may do this to it now. Raises: NotAllowed, NotInThisState, Refusal."""
    if not may(found.context, found.entry):
        side = found.entry.row.side
        raise policy.refuse_all_but_lead(found.context, side if may is policy.may_reverse else side.other)
    policy.require_open_ledger(found.context)
    if found.entry.is_reversed:
        raise Refusal("error.ledger.reversed", number=found.entry.row.number)
    return found


def reverse_entry(
    session: Session, *, actor: Actor, entry_id: int, reason: str | None, now: datetime
) -> EntryContext:
    """Whoever recorded an entry, or that side's lead, reverses it, and so ends a dispute about it (product §6.2).

    Returns the reversal. Raises: NotFound; as `require_standing_entry`; Refusal.
    """
    found = load_entry_context(session, actor=actor, entry_id=entry_id, for_update=True)
    require_standing_entry(found, policy.may_reverse)
    words = read_reason(reason, needed=True)
    assert words is not None
    row = insert_reversal(session, found.project, found.entry.row, reason=words, by=actor.user_id, now=now)
    follow_up.follow_ledger_change(session, found.project, by=actor.user_id, now=now)
    return EntryContext(found.context, load_entry(session, row))


def insert_reversal(
    session: Session, project: Project, entry: LedgerEntry, *, reason: str, by: str | None, now: datetime
) -> LedgerEntry:
    """Records a reversal, with which a dispute about the entry ends. `by` None: both executives have decided it."""
    row = LedgerEntry(
        team_id=entry.team_id,
        project_id=entry.project_id,
        number=0,
        kind=EntryKind.REVERSAL,
        side=entry.side,
        amount_minor=entry.amount_minor,
        currency=entry.currency,
        day=project.day(now),
        what=reason,
        reverses=entry.pk,
        recorded_by=by,
        recorded_at=now,
    )
    reversal = _insert_entry(session, project, row)
    dispute = funding.find_open_dispute(session, entry.team_id, entry.pk)
    if dispute is not None:
        end_dispute(session, project, dispute, DisputeOutcome.REVERSED, by=by, now=now)
    return reversal


def end_dispute(
    session: Session,
    project: Project,
    dispute: LedgerDispute,
    outcome: DisputeOutcome,
    *,
    by: str | None,
    now: datetime,
) -> None:
    """Ends a dispute, logs and tells it. `by` None: both executives have decided it."""
    row = funding.find_entry(session, dispute.team_id, dispute.entry_id)
    assert row is not None
    dispute.ended_at, dispute.ended_by, dispute.outcome = now, by, outcome
    session.flush()
    after = {"number": row.number, "amount": amount_of(row)}
    log_event(session, project, f"ledger.dispute.{outcome}", actor=by, now=now, after=after)
    notifications.notify_of_dispute_end(session, project, row, dispute, now=now)
