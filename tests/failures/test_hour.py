"""Four processes for an hour, five of them killed, and the database away for a moment (architecture §4, §5).

A thousand schedules in `make test-long`, some otherwise. On a SQLite file there is one process at a time.
"""

import multiprocessing
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import sqlalchemy
from sqlalchemy import text
from sqlmodel import select

from playground.seed import ChannelSeed, Person, TeamSeed
from storage import people, timers
from storage.audit import AuditEntry
from storage.engine import Database, connect_database
from storage.lanes import set_lane_channel
from storage.session import DATABASE_TROUBLE, read_only_session, transaction
from storage.timers import Timer
from tests.driving import PATIENCE_SECONDS, Driver
from tests.failures import worker
from tests.failures.test_kills import _is_done
from tests.failures.worker import PERIOD, Orders
from tests.playground_thread import PlaygroundThread
from tests.running import IS_LONG, MANIFEST

SCHEDULES = 1000 if IS_LONG else 30
LANES = 20
MINUTES = 60
KILLED_AT = (8, 19, 27, 41, 53)
AWAY_AT = 33
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TEAM = TeamSeed(
    id="T0HOUR",
    name="Zegar Sp. z o.o.",
    domain="zegar",
    people=(Person("U0ANNA", "anna", "Anna Żuraw"),),
    channels=tuple(ChannelSeed(f"C0LANE{n}", f"lane-{n}", ("anna", "duet")) for n in range(LANES)),
)


def test_every_occurrence_and_every_message_comes_once(database_url: str, tmp_path: Path) -> None:
    with PlaygroundThread(MANIFEST, teams=(TEAM,), pace_seconds=0.02, rate_scale=10_000) as playground:
        database = connect_database(database_url)
        _arm_schedules(database)
        clock = tmp_path / "clock"
        hears, tells = multiprocessing.Pipe(duplex=False)
        token = playground.bot_tokens[TEAM.id]
        orders = Orders(database_url, playground.api_url, token, "", 0, tells, clock)
        ours = _list_sessions(database)
        with _run_processes(orders, hears, 1 if database.is_sqlite else 4) as running:
            for minute in range(MINUTES + 1):
                now = START + timedelta(minutes=minute)
                _set_clock(clock, now)
                if minute in KILLED_AT:
                    running.kill_one()
                if minute == AWAY_AT and not database.is_sqlite:
                    _take_away(database, ours)
                running.wait_until(lambda now=now: not _has_due_timer(database, now))  # type: ignore[misc]
            running.wait_until(lambda: _is_done(database))
        assert running.killed == len(KILLED_AT)
        _check(database, Driver(playground.url))
        database.close()


def _set_clock(path: Path, now: datetime) -> None:
    """At once: whoever reads it meanwhile reads the old or the new one."""
    new = path.with_suffix(".new")
    new.write_text(str((now - datetime.now(UTC)).total_seconds()))
    new.replace(path)


def _arm_schedules(database: Database) -> None:
    with transaction(database) as session:
        people.record_installation(session, team_id=TEAM.id, enterprise_id=None, bot_user_id="U0BOT")
        for lane in range(LANES):
            set_lane_channel(session, team_id=TEAM.id, lane=f"lane:{lane}", channel_id=f"C0LANE{lane}")
        for n in range(SCHEDULES):
            timers.arm_timer(
                session,
                team_id=TEAM.id,
                key=f"schedule {n}",
                kind="every",
                subject=f"lane:{n % LANES}|{(START + timedelta(minutes=MINUTES)).isoformat()}",
                due_at=START + PERIOD * n / SCHEDULES,
            )


@dataclass
class _Processes:
    orders: Orders
    hears: Connection
    running: list[BaseProcess] = field(default_factory=list)
    killed: int = 0

    def start_one(self) -> None:
        started = multiprocessing.get_context("forkserver").Process(target=worker.main, args=(self.orders,))
        started.start()
        self.running.append(started)

    def wait_until(self, look: Callable[[], bool]) -> None:
        """Looks after each news of a delivery or a timer that is done; where the database is away, at the next."""
        while True:
            with suppress(*DATABASE_TROUBLE):
                if look():
                    return
            assert wait([self.hears], PATIENCE_SECONDS), "nothing happens any more"
            while self.hears.poll():
                self.hears.recv_bytes()

    def kill_one(self) -> None:
        """As by `kill -9`, whatever it is doing; another one is started in its place."""
        oldest = self.running.pop(0)
        oldest.kill()
        oldest.join()
        self.killed += oldest.exitcode == -9
        self.start_one()


@contextmanager
def _run_processes(orders: Orders, hears: Connection, count: int) -> Iterator[_Processes]:
    multiprocessing.get_context("forkserver").set_forkserver_preload([worker.__name__])
    processes = _Processes(orders, hears)
    for _ in range(count):
        processes.start_one()
    try:
        yield processes
        for process in processes.running:
            process.terminate()
        for process in processes.running:
            process.join()
            assert process.exitcode in (0, -signal.SIGTERM)  # which may come before it is listened to
    finally:
        for process in processes.running:
            process.kill()


def _list_sessions(database: Database) -> list[int]:
    """Those that tests have opened: they stay when the database goes away."""
    if database.is_sqlite:
        return []
    with database.readers.connect() as connection:
        found = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return list(connection.execute(found).scalars())


def _take_away(database: Database, ours: list[int]) -> None:
    """The processes' connections are cut, and for a moment none is let in: as by a restart of the server."""
    name = database.engine.url.database
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> ALL(:ours)"
    admin = sqlalchemy.create_engine(database.engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        try:
            connection.execute(text(cut), {"name": name, "ours": ours})
        finally:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    admin.dispose()


def _has_due_timer(database: Database, now: datetime) -> bool:
    with read_only_session(database) as session:
        return session.exec(select(Timer.id).where(Timer.due_at <= now).limit(1)).first() is not None


def _check(database: Database, slack: Driver) -> None:
    slots = range(int(timedelta(minutes=MINUTES) / PERIOD))
    expected = {
        f"schedule {n} at {START + PERIOD * n / SCHEDULES + PERIOD * slot:%H:%M:%S}"
        for n in range(SCHEDULES)
        for slot in slots
    }
    assert len(expected) == SCHEDULES * len(slots)
    with read_only_session(database) as session:
        ran = Counter(entry.action for entry in session.exec(select(AuditEntry)))
    assert ran == dict.fromkeys(expected, 1)
    shown = Counter(message["text"] for lane in range(LANES) for message in slack.messages(f"C0LANE{lane}"))
    assert shown == dict.fromkeys(expected, 1)
