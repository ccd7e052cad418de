"""What is to be sent goes out when it is decided, and not when somebody looks next (architecture §4).

SQLite only: what is woken by a commit knows nothing of the database.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import app
from tests.failures.test_deliveries import enqueue_text
from tests.running import Office, SqliteFiles, run_office

NEVER_SECONDS = 100_000.0  # a worker that finds nothing looks again after so long, by itself


@pytest.fixture
def sleepy(sqlite_files: SqliteFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(app, "LONGEST_REST_SECONDS", NEVER_SECONDS)
    with sqlite_files.new(tmp_path) as url, run_office(url, tmp_path) as duet:
        yield duet


def test_a_commit_wakes_the_workers_each_time_and_a_stop_does_too(sleepy: Office) -> None:
    for n in range(3):
        enqueue_text(sleepy, f"{n}", f"message {n}")
        sleepy.person("ewa").waits_for(f"message {n}")
        sleepy.delivers_everything()
    for _ in range(5):  # until it rests: a step of it takes a turn of the writer's thread, and one of the loop
        sleepy.database.writer_threads.submit(lambda: None).result()
        sleepy.bot.waits_for(asyncio.sleep(0))
    with capture_logs() as logs:
        sleepy.bot.stop()
    assert [entry["drained"] for entry in logs if entry["event"] == "duet.stopped"] == [True]
