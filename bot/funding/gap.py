"""When leads and executives read how far apart the sides are (product §6.4)."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.funding.ledger import LoadedLedger
from bot.funding.rules import FORTNIGHT, GAP_DAYS, GAP_PERCENT, find_gap_start
from storage import audit, people, timers
from storage.projects import Project

WATCH = "ledger.watch"  # timer kind
TOLD = "ledger.told"  # in the log: that it was told
UNCOVERED, COVERED = "ledger.uncovered", "ledger.covered"  # in the log: spending is past the budget, or no longer


def find_start_of_gap(session: Session, project: Project, ledger: LoadedLedger) -> datetime | None:
    """Since when it is over the workspace's threshold."""
    percent = people.load_workspace(session, project.team_id).gap_percent
    return find_gap_start(
        ledger.values, budget=ledger.sums.budget, percent=GAP_PERCENT if percent is None else percent
    )


def find_next_telling(session: Session, project: Project, ledger: LoadedLedger) -> datetime | None:
    """When it is told next, at the earliest a fortnight after the last time; None: there is nothing to tell."""
    days = people.load_workspace(session, project.team_id).gap_days
    since, open_since = find_start_of_gap(session, project, ledger), find_uncovered_since(session, project, ledger)
    due = [] if since is None else [since + timedelta(days=GAP_DAYS if days is None else days)]
    due += [] if open_since is None else [open_since + FORTNIGHT]
    told = audit.find_latest_audit_entry(session, project.team_id, project.pk, TOLD)
    if not due:
        return None
    return min(due) if told is None else max(min(due), told.at + FORTNIGHT)


def find_uncovered_since(session: Session, project: Project, ledger: LoadedLedger) -> datetime | None:
    """Since when spending is past the budget."""
    if not ledger.sums.uncovered:
        return None
    noted = audit.find_latest_audit_entry(session, project.team_id, project.pk, UNCOVERED)
    return None if noted is None else noted.at


def rearm_watch(session: Session, project: Project, ledger: LoadedLedger) -> None:
    due = find_next_telling(session, project, ledger)
    if due is None:
        timers.delete_timer(session, project.team_id, f"{WATCH}:{project.pk}")
    else:
        timers.arm_row_timer(session, project, WATCH, project.pk, due)
