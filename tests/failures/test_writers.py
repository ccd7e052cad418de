"""Fifty people change the same thing at the same time: every change is there, and none undoes another unseen."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import make_url
from sqlmodel import col, select

from bot.runtime.clock import real_now
from handlers import FEATURES
from handlers.execution import Execution
from handlers.payloads import Incoming, Origin
from handlers.requests import Route
from handlers.router import Router
from storage import people
from storage.audit import AuditEntry
from storage.engine import Database
from storage.session import read_only_session, transaction
from storage.workspaces import load_workspace, record_installation
from tests.handlers.test_any_input import WhoIsKnown
from tests.running import count_tries, open_patient_database

TEAM = "T0CROWD"
WRITERS = 50
EACH = count_tries(20)  # a thousand changes, or a tenth of them
PATIENCE_SECONDS = 240  # one after the other: on a busy machine the last waits long
PROCESSES = 4  # that PostgreSQL arbitrates between; a SQLite file has one
SETTINGS = ("cio", "cmo", "currency", "zone", "country", "language")


@pytest.fixture
def databases(database_url: str) -> Iterator[list[Database]]:
    """One for each process, all of the same workspace, in which everybody is an admin."""
    processes = 1 if make_url(database_url).get_backend_name() == "sqlite" else PROCESSES
    with ExitStack() as opened:
        connected = [open_patient_database(database_url) for _ in range(processes)]
        for database in connected:
            opened.callback(database.close)
        with transaction(connected[0]) as session:
            record_installation(session, team_id=TEAM, enterprise_id=None, bot_user_id="U0BOT")
            for n in range(WRITERS):
                admin = {"name": f"Osoba {n}", "is_admin": True, "refreshed_at": real_now()}
                people.store_person(session, TEAM, f"U0CROWD{n}", admin)
        yield connected


def test_fifty_writers_undo_nothing_unseen(databases: list[Database]) -> None:
    """Each finds what the one before it has left, as the log's before → after tell; the last one stands."""
    asyncio.run(_everybody_writes(databases))
    with read_only_session(databases[0]) as session:
        log = session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
        stands = load_workspace(session, TEAM).model_dump(include=set(SETTINGS))
    assert len(log) == WRITERS * EACH
    was = dict.fromkeys(SETTINGS)
    for entry in log:
        assert entry.before == {name: was[name] for name in entry.before}
        was |= entry.after
    assert stands == was


async def _everybody_writes(databases: list[Database]) -> None:
    route = Router(FEATURES).form("settings.save")
    assert route is not None
    await asyncio.gather(*(_write(databases[n % len(databases)], route, n) for n in range(WRITERS)))


async def _write(database: Database, route: Route, n: int) -> None:
    """The settings' form, sent again and again, each time with a change of one's own."""
    for number in range(EACH):
        values = {
            "my_language": "automatic",
            "cio": f"U0CROWD{n}",
            "cmo": f"U0CROWD{(n + 1) % WRITERS}",
            "country": ("PL", "DE")[number % 2],
        }
        incoming = Incoming(
            Origin.SUBMISSION,
            team_id=TEAM,
            enterprise_id=None,
            user_id=f"U0CROWD{n}",
            key=f"form:{n}:{number}",
            act_fingerprint=f"{n}:{number}",
            trigger_id="",
            action_id="settings.save",
            values=values,
        )
        execution = Execution(
            incoming,
            route,
            (),
            database=database,
            has_token=True,
            directory=WhoIsKnown(),
            now=real_now,
            budget_seconds=PATIENCE_SECONDS,
        )
        outcome, _ = await execution.run()
        assert outcome.reply.message is None
        assert not outcome.reply.errors
