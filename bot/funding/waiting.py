"""What of the ledgers waits for a person: value in kind to agree to, and spending to decide about (product §6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.funding.ledger import LoadedEntry, load_entry, load_ledger
from bot.funding.policy import LEAD_OF
from bot.parsing.money import Amount
from bot.people.rules import Actor
from bot.projects.rules import EDITORS, LEADS
from bot.projects.service import OwnProject
from storage import funding, projects
from storage.funding import LedgerEntry


@dataclass(frozen=True)
class WaitingMoney:
    to_agree: Sequence[tuple[OwnProject, LedgerEntry]]  # value in kind of the other side's, oldest first
    to_cover: Sequence[tuple[OwnProject, Amount]]  # spent past the budget, for both executives to decide
    disputed: Sequence[tuple[OwnProject, LoadedEntry]]  # that the person may reverse, or has recorded


def load_waiting_money(session: Session, actor: Actor, mine: Sequence[OwnProject]) -> WaitingMoney:
    """Loads what waits for a person whose live projects are `mine`."""
    team_id = actor.team_id
    by_id = {each.pk: each for each in mine}
    led = [each.pk for each in mine if each.roles & LEADS]
    entries = funding.list_unagreed_entries(session, team_id, led) if led else ()
    read = [each.pk for each in mine if each.roles & EDITORS]
    disputes = funding.list_disputes_of_projects(session, team_id, read) if read else ()
    disputed = [funding.find_entry(session, team_id, each.entry_id) for each in disputes if each.ended_at is None]
    directed = [each.pk for each in mine if each.seat is not None]
    spent = funding.sum_up_spending(session, team_id, directed) if directed else {}
    overspent = [pk for pk, minor in spent.items() if minor > by_id[pk].budget_minor]
    rows = projects.load_projects(session, team_id, overspent)
    sums = {pk: load_ledger(session, rows[pk]).sums for pk in overspent}
    return WaitingMoney(
        to_agree=[
            (by_id[row.project_id], row)
            for row in entries
            if LEAD_OF[row.side.other] in by_id[row.project_id].roles
        ],
        to_cover=[
            (by_id[pk], Amount(each.uncovered, each.currency)) for pk, each in sums.items() if each.uncovered
        ],
        disputed=[
            (by_id[row.project_id], load_entry(session, row))
            for row in disputed
            if row is not None
            and (row.recorded_by == actor.user_id or LEAD_OF[row.side] in by_id[row.project_id].roles)
        ],
    )
