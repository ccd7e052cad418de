"""What of the ledgers waits for a person: value in kind to agree to, and spending to decide about (product §6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.funding.ledger import load_ledger
from bot.funding.policy import LEAD_OF
from bot.parsing.money import Amount
from bot.projects.rules import EXECUTIVES, Side
from bot.projects.service import ProjectContext
from storage import funding
from storage.funding import LedgerEntry
from storage.projects import Project


@dataclass(frozen=True)
class WaitingMoney:
    to_agree: Sequence[tuple[Project, LedgerEntry]]  # value in kind of the other side's, oldest first
    to_cover: Sequence[tuple[Project, Amount]]  # spent past the budget, for both executives to decide


def load_waiting_money(session: Session, team_id: str, mine: Sequence[ProjectContext]) -> WaitingMoney:
    """Loads what waits for a person whose live projects are `mine`."""
    by_id = {found.project.pk: found for found in mine}
    led = [pk for pk, found in by_id.items() if found.roles & {*LEAD_OF}]
    entries = funding.list_unagreed_entries(session, team_id, led) if led else ()
    directed = [pk for pk, found in by_id.items() if found.roles & EXECUTIVES]
    spent = funding.sum_up_spending(session, team_id, directed) if directed else {}
    overspent = [by_id[pk] for pk, minor in spent.items() if minor > by_id[pk].charter.budget_minor]
    ledgers = [(found, load_ledger(session, found.project, found.charter).sums) for found in overspent]
    return WaitingMoney(
        to_agree=[
            (by_id[row.project_id].project, row)
            for row in entries
            if LEAD_OF[row.side.other] in by_id[row.project_id].roles
        ],
        to_cover=[
            (found.project, Amount(sums.uncovered, sums.currency))
            for found, sums in ledgers
            if sums.uncovered and not found.project.vacant[_seat_of(found)]
        ],
    )


def _seat_of(found: ProjectContext) -> Side:
    return next(side for side in Side if found.charter.executives[side] == found.actor.user_id)
