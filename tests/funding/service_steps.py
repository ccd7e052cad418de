"""A running project and its ledger, through the services."""

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from bot.funding import service
from bot.funding.rules import EntryKind
from bot.funding.service import WantedEntry
from bot.parsing.money import Amount
from bot.people.rules import Actor
from bot.projects.rules import Side, Sides, State
from playground.seed import PIKUS
from storage import projects
from storage.engine import Database
from storage.session import transaction
from tests.running import START, WARSAW
from tests.seeding import add_people, draft_project

NOON: Final = datetime(2027, 3, 3, 12, 0, tzinfo=WARSAW)
LEADS: Final = Sides(Actor(PIKUS.id, "U0PIOTR"), Actor(PIKUS.id, "U0EWA"))
EXECUTIVES: Final = Sides(Actor(PIKUS.id, "U0ADAM"), Actor(PIKUS.id, "U0ANNA"))


def start_project(database: Database, **changes: str) -> int:
    """Its id."""
    with transaction(database) as session:
        add_people(session)
        project_id = draft_project(session, starts_on="2027-01-11", **changes)
        project = projects.find_project_for_update(session, PIKUS.id, project_id)
        assert project is not None
        project.state, project.governing_version, project.channel_id = State.ACTIVE, 1, "C0ROOM"
        project.activated_at = START
    return project_id


def record(
    session: Session,
    project_id: int,
    side: Side,
    kind: EntryKind,
    amount: int,
    currency: str = "PLN",
    *,
    now: datetime = NOON,
    days_ago: int = 0,
    by: Actor | None = None,
) -> int:
    """By the side's lead, unless somebody else is named. Returns the entry's id."""
    day = now.date() - timedelta(days=days_ago)
    wanted = WantedEntry(kind, Amount(amount, currency), "Druk", day)
    done = service.record_entry(session, actor=by or LEADS[side], project_id=project_id, wanted=wanted, now=now)
    return done.entry.row.pk
