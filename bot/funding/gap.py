"""When leads and executives read how far apart the sides are (product §6.4)."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.funding.ledger import LoadedLedger
from bot.funding.rules import FORTNIGHT, GAP_DAYS, GAP_PERCENT, find_gap_start
from storage import audit, timers
from storage.projects import Project
from storage.workspaces import load_workspace

WATCH = "ledger.watch"  # timer kind
TOLD = "ledger.told"  # in the log: that it was told
UNCOVERED, COVERED = "ledger.uncovered", "ledger.covered"  # in the log: spending is past the budget, or no longer


def load_gap_start(session: Session, project: Project, ledger: LoadedLedger) -> datetime | None:
    """Finds since when the gap is over the workspace's threshold; None: it is not."""
    percent = load_workspace(session, project.team_id).gap_percent
    return find_gap_start(
        ledger.values, budget=ledger.sums.budget, percent=GAP_PERCENT if percent is None else percent
    )


def find_next_telling(session: Session, project: Project, ledger: LoadedLedger) -> datetime | None:
    """Finds when it is told next, a fortnight after the last time at the earliest; None: there is nothing."""
    days = load_workspace(session, project.team_id).gap_days
    since, open_since = load_gap_start(session, project, ledger), find_uncovered_since(session, project, ledger)
    due = [] if since is None else [since + timedelta(days=GAP_DAYS if days is None else days)]
    due += [] if open_since is None else [open_since + FORTNIGHT]
    last_telling = audit.find_latest_audit_entry(session, project.team_id, project.pk, TOLD)
    if not due:
        return None
    return min(due) if last_telling is None else max(min(due), last_telling.at + FORTNIGHT)


def find_uncovered_since(session: Session, project: Project, ledger: LoadedLedger) -> datetime | None:
    """Finds since when spending is past the budget; None: it is not."""
    if not ledger.sums.uncovered:
        return None
    entry = audit.find_latest_audit_entry(session, project.team_id, project.pk, UNCOVERED)
    return None if entry is None else entry.at


def rearm_watch(session: Session, project: Project, ledger: LoadedLedger) -> None:
    """Arms the timer for the next telling, or deletes it."""
    due = find_next_telling(session, project, ledger)
    if due is None:
        timers.delete_timers(session, project.team_id, [f"{WATCH}:{project.pk}"])
    else:
        timers.arm_row_timer(session, project, WATCH, project.pk, due)
