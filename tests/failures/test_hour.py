"""Four processes for an hour, five of them killed, and the database twice stopped and started (architecture §4).

A thousand schedules in `make test-long`, some otherwise. On a SQLite file there is one process at a time.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from playground.seed import ChannelSeed, Person, TeamSeed
from storage import timers
from storage.audit import AuditEntry
from storage.engine import Database, connect_database
from storage.lanes import set_lane_channel
from storage.session import read_only_session, transaction
from storage.timers import Timer
from storage.workspaces import record_installation
from tests.driving import Driver
from tests.failures.worker import PERIOD
from tests.failures.worker_processes import is_all_done, run_workers
from tests.playground_thread import PlaygroundThread
from tests.running import IS_LONG, MANIFEST, PostgresServer

SCHEDULES = 1000 if IS_LONG else 30
LANES = 20
MINUTES = 60
KILLS = {
    8: "delivery.sent",
    19: "timer.run",
    27: "delivery.claimed",
    41: "timer.committing",
    53: "delivery.marking",
}
RESTARTS = {33: "fast", 46: "immediate"}
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TEAM = TeamSeed(
    id="T0HOUR",
    name="Zegar Sp. z o.o.",
    domain="zegar",
    people=(Person("U0ANNA", "anna", "Anna Żuraw"),),
    channels=tuple(ChannelSeed(f"C0LANE{n}", f"lane-{n}", ("anna", "duet")) for n in range(LANES)),
)


def test_every_occurrence_and_every_message_comes_once(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    deaths, clock = tmp_path / "deaths", tmp_path / "clock"
    deaths.mkdir()
    with PlaygroundThread(MANIFEST, teams=(TEAM,), pace_seconds=0.02, rate_scale=10_000) as playground:
        database = connect_database(database_url)
        server = None if database.is_sqlite else request.getfixturevalue("postgres_server")
        _arm_schedules(database)
        _set_clock(clock, START)
        with run_workers(playground, TEAM.id, database_url, clock_file=clock, deaths=deaths) as processes:
            for _ in range(1 if database.is_sqlite else 4):
                processes.start_one()
            for minute in range(MINUTES + 1):
                now = START + timedelta(minutes=minute)
                _set_clock(clock, now)
                if minute in KILLS:
                    (deaths / KILLS[minute]).touch()
                if minute in RESTARTS and server is not None:
                    _restart(server, RESTARTS[minute], database)
                ordered = sum(each <= minute for each in KILLS)
                processes.wait_until(
                    lambda now=now, ordered=ordered: (  # type: ignore[misc]
                        processes.killed == ordered and not _has_due_timer(database, now)
                    )
                )
            processes.wait_until(lambda: is_all_done(database))
        _check(database, Driver(playground.url))
        database.close()


def _set_clock(path: Path, now: datetime) -> None:
    """At once: whoever reads it meanwhile reads the old or the new one."""
    new = path.with_suffix(".new")
    new.write_text(str((now - datetime.now(UTC)).total_seconds()))
    new.replace(path)


def _arm_schedules(database: Database) -> None:
    with transaction(database) as session:
        record_installation(session, team_id=TEAM.id, enterprise_id=None, bot_user_id="U0BOT")
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


def _restart(server: PostgresServer, how: str, database: Database) -> None:
    """While what has just come due is being done."""
    with server.away(how):
        database.engine.dispose()


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
