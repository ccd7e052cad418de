"""The ledger in the project's files, for leads and executives only (product §13.3, §14)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Final

from sqlmodel import Session

from bot.funding.ledger import LoadedEntry, load_ledger
from bot.funding.policy import may_read_ledger
from bot.funding.rules import Account, DisputeOutcome, EntryKind
from bot.parsing.money import decimal_amount
from bot.projects.export_sections import MONEY, CodeTexts, FileRow, MaybePersonId, PersonId, Reader, Section
from bot.projects.rules import Side
from storage import funding, timetable

Money = Annotated[Decimal, MONEY]
SUMS: Final = ("pledged", "paid_in", "money", "in_kind", "waiting", "borne", "balance")


class SumRow(FileRow):
    """The sums of one side."""

    side: Annotated[Side, CodeTexts("side")]
    pledged: Money
    paid_in: Money
    money: Money
    in_kind: Money
    waiting: Money
    share_of_spending: Money
    borne: Money
    balance: Money
    currency: str


class EntryRow(FileRow):
    number: int
    kind: Annotated[EntryKind, CodeTexts("sheet.entry")]
    side: Annotated[Side, CodeTexts("side")]
    amount: Money
    currency: str
    day: date
    what: str
    milestone: str | None
    reference: str | None
    reverses: int | None
    reversed_by: int | None
    by: MaybePersonId
    at: datetime
    agreed_by: MaybePersonId
    agreed_at: datetime | None
    is_disputed: bool


class DisputeRow(FileRow):
    entry: int
    reason: str
    by: PersonId
    at: datetime
    outcome: DisputeOutcome | None
    ended_by: MaybePersonId
    ended_at: datetime | None


def list_entry_rows(session: Session, reader: Reader) -> list[EntryRow]:
    ledger = load_ledger(session, reader.found.project, reader.found.charter)
    titles = {each.pk: each.title for each in timetable.list_milestones(session, *reader.place)}
    return [_build_entry_row(each, titles) for each in ledger.entries]


def _build_entry_row(entry: LoadedEntry, titles: dict[int, str]) -> EntryRow:
    row, agreement = entry.row, entry.agreement
    return EntryRow(
        number=row.number,
        kind=row.kind,
        side=row.side,
        amount=decimal_amount(row.amount_minor, row.currency),
        currency=row.currency,
        day=row.day,
        what=row.what,
        milestone=None if row.milestone_id is None else titles.get(row.milestone_id),
        reference=row.reference,
        reverses=entry.reversed_number,
        reversed_by=None if entry.reversal is None else entry.reversal.number,
        by=row.recorded_by,
        at=row.recorded_at,
        agreed_by=None if agreement is None else agreement.agreed_by,
        agreed_at=None if agreement is None else agreement.agreed_at,
        is_disputed=entry.dispute is not None,
    )


def list_dispute_rows(session: Session, reader: Reader) -> list[DisputeRow]:
    numbers = {each.pk: each.number for each in funding.list_entries(session, *reader.place)}
    return [
        DisputeRow(
            entry=numbers[each.entry_id],
            reason=each.reason,
            by=each.opened_by,
            at=each.opened_at,
            outcome=each.outcome,
            ended_by=each.ended_by,
            ended_at=each.ended_at,
        )
        for each in funding.list_disputes(session, *reader.place)
    ]


def list_sum_rows(session: Session, reader: Reader) -> list[SumRow]:
    """Lists the sums of the ledger, a row a side."""
    sums = load_ledger(session, reader.found.project, reader.found.charter).sums
    return [_build_sum_row(side, sums.sides[side], sums.currency) for side in Side]


def _build_sum_row(side: Side, account: Account, currency: str) -> SumRow:
    amounts = {name: decimal_amount(getattr(account, name), currency) for name in SUMS}
    share = decimal_amount(account.share, currency)
    return SumRow(side=side, currency=currency, share_of_spending=share, **amounts)


def reads_ledger(session: Session, reader: Reader) -> bool:
    """Whether the file of this reader has the ledger."""
    return may_read_ledger(reader.found)


SECTIONS: Final = (
    Section("ledger", (), SumRow, list_sum_rows, reads_ledger, sheet="balance"),
    Section(
        "ledger_entries",
        ("ledger_entries", "in_kind_agreements"),
        EntryRow,
        list_entry_rows,
        reads_ledger,
        sheet="ledger",
    ),
    Section("ledger_disputes", ("ledger_disputes",), DisputeRow, list_dispute_rows, reads_ledger),
)
