"""What a process manager is told at `/healthz` and `/readyz` (architecture §5, §7)."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from sqlalchemy import text

from bot.runtime import logs
from bot.runtime.clock import real_now
from bot.scheduling.health import Health
from bot.scheduling.worker import TimerWorker
from storage.engine import Database, connect_database
from tests.failures.test_deliveries import enqueue_text
from tests.plain_http import HttpAnswer, send_http
from tests.running import Office, SqliteFiles, run_office

WAIT_SECONDS = 60

Change = Callable[[Health, "asyncio.Task[None]"], Any]


@pytest.fixture
def duet(database_url: str, tmp_path: Path) -> Iterator[Office]:
    with run_office(database_url, tmp_path, over_http=True) as running:
        yield running


def ask_health(duet: Office, path: str) -> HttpAnswer:
    return send_http(f"{duet.bot.url}{path}")


def waits_for(duet: Office, path: str, expected: HttpAnswer) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while (answer := ask_health(duet, path)) != expected:
        assert time.monotonic() < deadline, answer


@contextmanager
def hold_writers(database: Database, writers: int = 8) -> Iterator[None]:
    """No work of writers begins or ends meanwhile."""
    go_on = threading.Event()
    for _ in range(1 if database.is_sqlite else writers):
        database.writer_threads.submit(go_on.wait)
    try:
        yield
    finally:
        go_on.set()


def test_at_work(duet: Office) -> None:
    assert ask_health(duet, "/healthz") == HttpAnswer(200, "ok")
    assert ask_health(duet, "/readyz") == HttpAnswer(200, "ok")


def test_faults_and_skipped_items_are_counted(duet: Office) -> None:
    """Product §16: what Slack refuses for what we sent is ours to mend."""
    duet.slack.fault("error:a_new_one", "chat.postMessage", times=1)
    enqueue_text(duet, "a", "one")
    duet.delivers_everything()
    with urlopen(f"{duet.bot.url}/healthz") as answer:
        assert answer.headers["X-Duet-Faults"] == "1"
        skipped = answer.headers["X-Duet-Skipped"]
    logs.log_skipped_item("audit.entry_skipped", entry_id=1)
    with urlopen(f"{duet.bot.url}/healthz") as answer:
        assert int(answer.headers["X-Duet-Skipped"]) == int(skipped) + 1


def test_ticks_that_stay_away_are_told(duet: Office) -> None:
    """Alive again once they come."""
    duet.bot.duet.health.patience_seconds = 0.3
    with hold_writers(duet.database):
        waits_for(duet, "/healthz", HttpAnswer(503, "timers"))
        assert ask_health(duet, "/readyz") == HttpAnswer(200, "ok")
    waits_for(duet, "/healthz", HttpAnswer(200, "ok"))


def test_another_schema_is_told(duet: Office) -> None:
    """Another version's migration, while this one runs."""
    with duet.database.engine.begin() as connection:
        was = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    with _version(duet.database, was):
        assert ask_health(duet, "/readyz") == HttpAnswer(503, "schema")
        assert ask_health(duet, "/healthz") == HttpAnswer(200, "ok")
    assert ask_health(duet, "/readyz") == HttpAnswer(200, "ok")


@contextmanager
def _version(database: Database, was: str) -> Iterator[None]:
    change = text("UPDATE alembic_version SET version_num = :version")
    with database.engine.begin() as connection:
        connection.execute(change, {"version": "other"})
    try:
        yield
    finally:
        with database.engine.begin() as connection:
            connection.execute(change, {"version": was})


def report_of_health(
    database: Database, to: Callable[[Health], Any], then: Change = lambda health, worker: None
) -> Any:
    """With a delivery worker at work, but for what `then` does."""

    async def ask_it() -> Any:
        health = Health(database, TimerWorker(database, {}, now=real_now), tick_seconds=5)
        worker = asyncio.create_task(_works())
        health.watch(worker)
        then(health, worker)
        await asyncio.sleep(0)
        answer = to(health)
        try:
            return await answer if asyncio.iscoroutine(answer) else answer
        finally:
            worker.cancel()

    return asyncio.run(ask_it())


async def _works() -> None:
    await asyncio.Event().wait()


@pytest.fixture
def database(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[Database]:
    with sqlite_files.new(tmp_path) as url:
        connected = connect_database(url)
        yield connected
        connected.close()


def test_a_worker_that_ended_is_told(database: Database) -> None:
    assert report_of_health(database, Health.alive) == "ok"
    assert report_of_health(database, Health.alive, lambda health, worker: worker.cancel()) == "deliveries"


def test_patience_is_six_ticks_or_half_a_minute(database: Database) -> None:
    timers = TimerWorker(database, {}, now=real_now)
    seconds = [Health(database, timers, tick_seconds=tick).patience_seconds for tick in (0.1, 5, 60)]
    assert seconds == [30, 30, 360]


def test_a_database_that_is_away_is_told() -> None:
    """Not ready, but nothing that a new process would do better."""
    away = connect_database("postgresql://nobody@127.0.0.1:1/duet")
    assert report_of_health(away, Health.alive) == "ok"
    assert report_of_health(away, Health.ready) == "database"
    away.close()


def test_whoever_stops_is_not_ready(database: Database) -> None:
    def stop(health: Health, worker: "asyncio.Task[None]") -> None:
        health.stopping = True
        worker.cancel()

    assert report_of_health(database, Health.ready, stop) == "stopping"
    assert report_of_health(database, Health.alive, stop) == "ok"  # it ends as it should
