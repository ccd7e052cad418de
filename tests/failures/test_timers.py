"""Timers that fail, and timers that several processes see (architecture §5)."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from bot import timers as worker
from bot.check import findings
from bot.clock import real_now
from bot.settings import Settings
from bot.timers import MAX_ATTEMPTS, Run, Timers
from storage import audit, people, projects, timers
from storage.audit import AuditEntry
from storage.engine import Database, connect
from storage.session import reading, transaction
from storage.timers import Timer
from tests.running import PostgresServer
from tests.seeding import draft_project, know_people

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


def full(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """As both databases say it; what was written before is undone."""
    note(session, timer, now)
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = 'disk_full'; END $$"))
    with closing(sqlite3.connect(":memory:")) as small:
        small.execute("PRAGMA max_page_count = 1")
        try:
            small.execute("CREATE TABLE t (a)")
        except sqlite3.OperationalError as error:
            raise OperationalError("CREATE TABLE", {}, error) from None
    return None


KINDS: dict[str, Run] = {"note": note, "poison": poison, "again": again, "full": full}


def tick(database: Database, *, now: datetime | None = None, kinds: Mapping[str, Run] = KINDS) -> None:
    at_once = timedelta(0)
    ticking = Timers(database, kinds, now=lambda: now or real_now(), backoff=at_once, pause=at_once)
    asyncio.run(ticking.tick())


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


def test_a_timer_that_its_own_function_has_armed_anew_stays(database: Database) -> None:
    def arms_itself(session: Session, timer: Timer, now: datetime) -> None:
        due_at = now + timedelta(days=1)
        timers.arm(session, team_id=TEAM, key=timer.key, kind=timer.kind, subject=timer.subject, due_at=due_at)

    arm(database, "own-a")
    tick(database, kinds={"own": arms_itself})
    assert [timer.key for timer in left(database) if timer.due_at > real_now()] == ["own-a"]


def test_one_tick_runs_all_that_is_due(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are: it asks for a batch at a time."""
    monkeypatch.setattr(worker, "BATCH", 2)
    arm(database, *(f"note-{n}" for n in range(5)))
    tick(database)
    assert sum(ran(database).values()) == 5
    assert left(database) == []


def test_a_poison_timer_is_parked_and_the_others_go_on(database: Database) -> None:
    arm(database, "poison-a", "note-a", "note-b")
    for _ in range(MAX_ATTEMPTS + 2):
        tick(database)
    assert ran(database) == {"note-a": 1, "note-b": 1}  # what the failing one wrote was rolled back
    parked = left(database)[0]
    assert (parked.attempts, parked.last_error) == (MAX_ATTEMPTS, "ZeroDivisionError")
    assert parked.parked_at is not None


def test_a_failing_timer_is_tried_again_ever_later(database: Database) -> None:
    """An hour passes before one is given up; the test takes each pause away once it has seen it."""
    arm(database, "poison-a")
    pauses = (30, 60, 120, 240, 480, 960, 1920)
    assert sum(pauses) > 3600
    for seconds in pauses:
        assert _pauses(database, seconds)
    tick(database)
    assert left(database)[0].parked_at is not None


def test_what_has_failed_and_then_runs_has_all_its_attempts_again(database: Database) -> None:
    arm(database, "again-a")
    for _ in range(2):
        tick(database, kinds={"again": poison})
    assert left(database)[0].attempts == 2
    tick(database)
    assert left(database)[0].attempts == 0


def test_what_waits_for_the_database_waits_for_a_moment(database: Database) -> None:
    arm(database, "full-a")
    assert _pauses(database, 2)


def _pauses(database: Database, seconds: float) -> bool:
    """Whether a timer that fails now is tried again so much later, by production's own numbers."""
    begun_at = real_now()
    asyncio.run(Timers(database, KINDS, now=real_now).tick())
    ended_at = real_now()
    with transaction(database) as session:
        timer = session.exec(select(Timer)).one()
        retry_at, timer.retry_at = timer.retry_at, None
    assert retry_at is not None
    return begun_at <= retry_at - timedelta(seconds=seconds) <= ended_at


def test_a_full_disk_uses_up_no_attempt(database: Database) -> None:
    """What is no fault of the timer's is put off, however often, and done when the database is well again."""
    arm(database, "full-a", "note-a")
    for _ in range(MAX_ATTEMPTS + 2):
        tick(database)
    assert ran(database) == {"note-a": 1}
    assert [(timer.attempts, timer.parked_at) for timer in left(database)] == [(0, None)]
    tick(database, kinds={"full": note})
    assert ran(database) == {"note-a": 1, "full-a": 1}


def test_a_locked_project_delays_only_its_own_timers(postgres_server: PostgresServer, tmp_path: Path) -> None:
    """SQLite has one lock for all: there the tick ends, see `test_locked_database`."""
    with postgres_server.new(tmp_path) as url, closing(connect(url)) as database:
        with transaction(database) as session:
            know_people(session)
            project_id = draft_project(session)
            for key, project in (("locked", project_id), ("free", None)):
                timers.arm(
                    session,
                    team_id=TEAM,
                    key=key,
                    kind="note",
                    subject="",
                    project_id=project,
                    due_at=real_now(),
                )
        with transaction(database) as holding:
            projects.lock(holding, project_id)
            tick(database)
            assert ran(database)["free"] == 1
        tick(database)
        assert ran(database)["locked"] == 1


def test_what_is_parked_is_said(database: Database, database_url: str) -> None:
    """By `duet check`, to whoever runs Duet."""
    arm(database, "poison-a")
    for _ in range(MAX_ATTEMPTS):
        tick(database)
    said = [finding.text for finding in asyncio.run(findings(Settings(_env_file=None, DATABASE_URL=database_url)))]
    assert f"given up in {TEAM}: timer poison-a (ZeroDivisionError)" in said


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
