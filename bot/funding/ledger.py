"""The stored ledger of a project as the value that rules, services and views work with."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.funding.rules import DisputeOutcome, Entry, EntryKind, Ledger, sum_up_ledger
from storage import charters, funding
from storage.funding import InKindAgreement, LedgerDispute, LedgerEntry
from storage.projects import CharterVersion, Project


@dataclass(frozen=True)
class LoadedEntry:
    row: LedgerEntry
    agreement: InKindAgreement | None
    disputes: Sequence[LedgerDispute]  # also those that have ended, as they came
    reversal: LedgerEntry | None  # by which it was undone
    reversed_number: int | None  # of a reversal: the number of what it undoes

    @property
    def dispute(self) -> LedgerDispute | None:
        """The one that goes on."""
        return next((each for each in self.disputes if each.ended_at is None), None)

    @property
    def is_decided(self) -> bool:
        """Whether both executives have made the entry, or let it stand, by a decision (product §6.3, §6.5)."""
        return self.row.recorded_by is None or any(each.outcome is DisputeOutcome.STANDS for each in self.disputes)

    @property
    def is_reversed(self) -> bool:
        return self.reversal is not None

    @property
    def needs_agreement(self) -> bool:
        return self.row.kind is EntryKind.IN_KIND and self.agreement is None and not self.is_reversed

    @property
    def value(self) -> Entry:
        row = self.row
        agreed_at = None if self.agreement is None else self.agreement.agreed_at
        return Entry(
            row.number,
            row.kind,
            row.side,
            row.amount_minor,
            row.day,
            row.recorded_at,
            reverses=self.reversed_number,
            agreed_at=agreed_at,
        )


@dataclass(frozen=True)
class LoadedLedger:
    entries: Sequence[LoadedEntry]  # in the order in which they were recorded
    sums: Ledger

    @property
    def values(self) -> list[Entry]:
        return [each.value for each in self.entries]

    @property
    def last_number(self) -> int:
        """The number that tells whether something was recorded since; 0 of an empty ledger."""
        return self.entries[-1].row.number if self.entries else 0


def load_ledger(session: Session, project: Project, charter: CharterVersion | None = None) -> LoadedLedger:
    """Loads all entries and their sums, by the charter that counts unless another is given."""
    charter = charter or charters.load_counting_charter(session, project)
    place = (project.team_id, project.pk)
    rows = funding.list_entries(session, *place)
    agreement_rows = funding.list_agreements(session, *place) if rows else ()
    dispute_rows = funding.list_disputes(session, *place) if rows else ()
    agreements = {each.entry_id: each for each in agreement_rows}
    disputes: dict[int, list[LedgerDispute]] = {}
    for dispute in dispute_rows:
        disputes.setdefault(dispute.entry_id, []).append(dispute)
    by_id = {each.pk: each for each in rows}
    reversals = {each.reverses: each for each in rows if each.reverses is not None}
    entries = [
        LoadedEntry(
            each,
            agreements.get(each.pk),
            disputes.get(each.pk, ()),
            reversals.get(each.pk),
            None if each.reverses is None else by_id[each.reverses].number,
        )
        for each in rows
    ]
    sums = sum_up_ledger((each.value for each in entries), budget=charter.budget_minor, currency=charter.currency)
    return LoadedLedger(entries, sums)


def load_entry(session: Session, row: LedgerEntry) -> LoadedEntry:
    """Loads one entry with what has become of it."""
    reversed_entry = None if row.reverses is None else funding.find_entry(session, row.team_id, row.reverses)
    return LoadedEntry(
        row,
        funding.find_agreement(session, row.team_id, row.pk),
        funding.list_disputes_of_entry(session, row.team_id, row.pk),
        funding.find_reversal(session, row.team_id, row.pk),
        None if reversed_entry is None else reversed_entry.number,
    )
