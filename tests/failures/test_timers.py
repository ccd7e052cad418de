"""Timers that fail, and timers that several processes see (architecture §5)."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from bot.clock import real_now
from bot.timers import MAX_ATTEMPTS, Run, Timers
from storage import audit, people, timers
from storage.audit import AuditEntry
from storage.engine import Database, connect
from storage.session import reading, transaction
from storage.timers import Timer

TEAM = "T0PIKUS"
DUE = 60


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    connected = connect(database_url)
    with transaction(connected) as session:
        people.install(session, team_id=TEAM, enterprise_id=None, bot_user_id="U0BOT")
    yield connected
    connected.close()


def arm(database: Database, *keys: str, due_at: datetime | None = None) -> None:
    with transaction(database) as session:
        for key in keys:
            timers.arm(
                session, team_id=TEAM, key=key, kind=key.split("-")[0], subject=key, due_at=due_at or real_now()
            )


def note(session: Session, timer: Timer, now: datetime) -> datetime | None:
    audit.record(session, team_id=TEAM, project_id=None, at=now, actor=None, action=timer.key)
    return None


def poison(session: Session, timer: Timer, now: datetime) -> datetime | None:
    note(session, timer, now)
    raise ZeroDivisionError


def again(session: Session, timer: Timer, now: datetime) -> datetime | None:
    note(session, timer, now)
    return now + timedelta(days=1)


KINDS: dict[str, Run] = {"note": note, "poison": poison, "again": again}


def tick(database: Database, *, now: datetime | None = None) -> None:
    worker = Timers(database, KINDS, now=lambda: now or real_now(), backoff=timedelta(0))
    asyncio.run(worker.tick())


def ran(database: Database) -> Counter[str]:
    with reading(database) as session:
        return Counter(entry.action for entry in session.exec(select(AuditEntry)))


def left(database: Database) -> list[Timer]:
    with reading(database) as session:
        return list(session.exec(select(Timer)))


def test_a_timer_runs_once_when_it_is_due(database: Database) -> None:
    arm(database, "note-a", due_at=real_now() + timedelta(hours=1))
    tick(database)
    assert ran(database) == {}
    tick(database, now=real_now() + timedelta(hours=2))
    tick(database, now=real_now() + timedelta(hours=2))
    assert ran(database) == {"note-a": 1}
    assert left(database) == []


def test_a_timer_arms_itself_again(database: Database) -> None:
    arm(database, "again-a")
    tick(database)
    assert ran(database) == {"again-a": 1}
    assert left(database)[0].due_at > real_now()


def test_a_poison_timer_is_parked_and_the_others_go_on(database: Database) -> None:
    arm(database, "poison-a", "note-a", "note-b")
    for _ in range(MAX_ATTEMPTS + 2):
        tick(database)
    assert ran(database) == {"note-a": 1, "note-b": 1}  # what the failing one wrote was rolled back
    parked = left(database)[0]
    assert (parked.attempts, parked.last_error) == (MAX_ATTEMPTS, "ZeroDivisionError")
    assert parked.parked_at is not None


def test_a_cancelled_timer_does_not_run(database: Database) -> None:
    arm(database, "note-a")
    with transaction(database) as session:
        timers.cancel(session, TEAM, "note-a")
    tick(database)
    assert ran(database) == {}


def test_several_processes_run_each_timer_once(database: Database, database_url: str) -> None:
    """The database arbitrates: each of three workers has connections of its own."""
    arm(database, *(f"note-{n}" for n in range(DUE)))
    others = [connect(database_url) for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(tick, others))
    tick(database)
    for other in others:
        other.close()
    assert ran(database) == {f"note-{n}": 1 for n in range(DUE)}
