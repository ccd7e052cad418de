"""The ledger in the project's file, for leads and executives only (product §13.3, §14)."""

from typing import Any, Final

from sqlmodel import Session

from bot.funding.ledger import LoadedEntry, load_ledger
from bot.funding.policy import may_read_ledger
from bot.funding.rules import Account
from bot.parsing.money import decimal_amount
from bot.projects.export_sections import Reader, Row, Section, format_day, format_moment
from bot.projects.rules import Side
from storage import funding, timetable


def list_entry_rows(session: Session, reader: Reader) -> list[Row]:
    ledger = load_ledger(session, reader.found.project, reader.found.charter)
    titles = {each.pk: each.title for each in timetable.list_milestones(session, *reader.place)}
    return [_entry_row(each, titles) for each in ledger.entries]


def _entry_row(entry: LoadedEntry, titles: dict[int, str]) -> dict[str, Any]:
    row, agreement = entry.row, entry.agreement
    return {
        "number": row.number,
        "kind": row.kind,
        "side": row.side,
        "amount": decimal_amount(row.amount_minor, row.currency),
        "currency": row.currency,
        "day": format_day(row.day),
        "what": row.what,
        "milestone": None if row.milestone_id is None else titles.get(row.milestone_id),
        "reference": row.reference,
        "reverses": entry.reversed_number,
        "reversed_by": None if entry.reversal is None else entry.reversal.number,
        "by": row.recorded_by,
        "at": format_moment(row.recorded_at),
        "agreed_by": None if agreement is None else agreement.agreed_by,
        "agreed_at": None if agreement is None else format_moment(agreement.agreed_at),
        "disputed": entry.dispute is not None,
    }


def list_dispute_rows(session: Session, reader: Reader) -> list[Row]:
    numbers = {each.pk: each.number for each in funding.list_entries(session, *reader.place)}
    return [
        {
            "entry": numbers[each.entry_id],
            "reason": each.reason,
            "by": each.opened_by,
            "at": format_moment(each.opened_at),
            "outcome": each.outcome,
            "ended_by": each.ended_by,
            "ended_at": format_moment(each.ended_at),
        }
        for each in funding.list_disputes(session, *reader.place)
    ]


def list_sum_rows(session: Session, reader: Reader) -> list[Row]:
    """Lists the sums of the ledger, a row a side, as decimal amounts."""
    sums = load_ledger(session, reader.found.project, reader.found.charter).sums
    return [_sum_row(side, sums.sides[side], sums.currency) for side in Side]


def _sum_row(side: Side, account: Account, currency: str) -> dict[str, Any]:
    names = ("pledged", "paid_in", "money", "in_kind", "waiting", "share", "borne", "balance")
    return {
        "side": side,
        **{name: decimal_amount(getattr(account, name), currency) for name in names},
        "currency": currency,
    }


def reads_ledger(session: Session, reader: Reader) -> bool:
    """Whether the file of this reader has the ledger."""
    return may_read_ledger(reader.found)


SECTIONS: Final = (
    Section("ledger", (), list_sum_rows, reads_ledger),
    Section("ledger_entries", ("ledger_entries", "in_kind_agreements"), list_entry_rows, reads_ledger),
    Section("ledger_disputes", ("ledger_disputes",), list_dispute_rows, reads_ledger),
)
