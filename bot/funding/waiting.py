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
        disputed=list_disputed_entries(session, actor, mine),
    )


def list_disputed_entries(
    session: Session, actor: Actor, mine: Sequence[OwnProject]
) -> list[tuple[OwnProject, LoadedEntry]]:
    """Lists what the other side does not agree with, of what the actor has recorded or their side has."""
    read = {each.pk: each for each in mine if each.roles & EDITORS}
    found = funding.list_disputes_with_entries(session, actor.team_id, read) if read else ()
    return [
        (read[row.project_id], load_entry(session, row))
        for dispute, row in found
        if dispute.ended_at is None
        and (row.recorded_by == actor.user_id or LEAD_OF[row.side] in read[row.project_id].roles)
    ]
