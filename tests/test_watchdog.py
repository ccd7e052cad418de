"""A process that hangs ends by itself, and is started anew (docs/operations.md)."""

import asyncio
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from bot.privacy.retention import apply_retention
from bot.runtime.clock import real_now
from bot.scheduling import watchdog as watchdogs
from bot.scheduling.watchdog import LOOKS, STALLED, Watchdog
from bot.scheduling.worker import TimerWorker
from playground.driver import PATIENCE_SECONDS
from storage.engine import Database, connect_database
from storage.session import transaction
from storage.timers import arm_timer
from tests.hanging import HANGING
from tests.processes import build_environment
from tests.running import ROOT, Office
from tests.scenarios.closing_steps import set_up_closed
from tests.scenarios.steps import query_one


class Work:
    """What a watchdog looks at."""

    def __init__(self) -> None:
        self.turns = 0


def build_watchdog(work: Work, ends: list[int]) -> Watchdog:
    return Watchdog({"work": lambda: work.turns}, patience_seconds=60, end=lambda: ends.append(STALLED))


def look_in_loop(watchdog: Watchdog, work: Work, looks: int, *, works: bool, answers: bool = True) -> None:
    """So many looks; the loop runs, and the work moves, between each two of them, or not."""

    async def look() -> None:
        watchdog.start()
        for _ in range(looks):
            watchdog.look()
            work.turns += works
            if answers:
                await asyncio.sleep(0)
        watchdog.stop()

    asyncio.run(look())


def test_what_moves_is_left_alone() -> None:
    """However long it takes: one timer in all the time between two looks is enough."""
    work, ends = Work(), list[int]()
    look_in_loop(build_watchdog(work, ends), work, 20 * LOOKS, works=True)
    assert ends == []


def test_what_stands_still_ends_the_process() -> None:
    """At the tenth look in a row, not before; each of them is a tenth of the patience."""
    for looks, ended in ((LOOKS, []), (LOOKS + 1, [STALLED])):
        work, ends = Work(), list[int]()
        look_in_loop(build_watchdog(work, ends), work, looks, works=False)
        assert ends == ended


def test_a_log_that_takes_nothing_keeps_no_process_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes into a full pipe waits until somebody reads it, who may be what hangs."""
    is_read, told = Event(), list[str]()

    def tell(event: str, **_: object) -> None:
        is_read.wait(PATIENCE_SECONDS)
        told.append(event)

    monkeypatch.setattr(watchdogs, "log", SimpleNamespace(critical=tell))
    monkeypatch.setattr(watchdogs, "TELLING_SECONDS", 0)
    work, ends = Work(), list[int]()
    look_in_loop(build_watchdog(work, ends), work, LOOKS + 1, works=False)
    assert (ends, told) == ([STALLED], [])
    is_read.set()


def test_a_loop_that_answers_nobody_ends_the_process() -> None:
    """Also of a process that only takes requests, in which nothing else moves by itself."""
    work, ends = Work(), list[int]()
    look_in_loop(build_watchdog(work, ends), work, LOOKS + 1, works=True, answers=False)
    assert ends == [STALLED]


def arm_timers(duet: Office, kind: str, count: int) -> Database:
    """Due now, in the database of a Duet that has stopped."""
    duet.bot.stop()
    database = connect_database(duet.bot.settings.database_url)
    with transaction(database) as session:
        for number in range(count):
            key = f"{kind}:{number}"
            arm_timer(session, team_id="T0PIKUS", key=key, kind=kind, subject="", due_at=real_now())
    return database


def test_each_timer_of_a_tick_is_progress(duet: Office) -> None:
    """A tick of a thousand rounds takes long, and hangs at none of them."""
    seen: list[int] = []
    database = arm_timers(duet, "some", 5)
    worker = TimerWorker(database, {"some": lambda session, timer, now: seen.append(worker.turns)}, now=real_now)
    asyncio.run(worker.tick())
    database.close()
    assert seen == [0, 1, 2, 3, 4] and worker.turns == 6


def test_each_project_that_retention_erases_is_progress(duet: Office) -> None:
    """On SQLite everybody waits for it meanwhile."""
    set_up_closed(duet)
    steps: list[None] = []
    for _ in range(2):
        apply_retention(
            duet.database, duet.bot.duet.now() + timedelta(days=1840), on_step=lambda: steps.append(None)
        )
        duet.delivers_everything()  # the first time its files
    assert query_one(duet, "SELECT count(*) FROM projects") == 0
    assert len(steps) == 2


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_a_process_whose_worker_hangs_ends_and_says_where(duet: Office, tmp_path: Path) -> None:
    """One line, with files and functions and nothing that anybody wrote; and an exit code."""
    arm_timers(duet, HANGING, 1).close()
    url, log = duet.bot.settings.database_url, tmp_path / "hanging.log"
    patience = {"DUET_TICK_SECONDS": "0.1", "DUET_STALLED_SECONDS": "2"}
    with log.open("wb") as output:
        command = [sys.executable, "-m", "tests.hanging", "run"]
        environment = build_environment(duet.playground, url, patience)
        with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=output, stderr=output) as process:
            try:
                assert process.wait(PATIENCE_SECONDS) == STALLED
            finally:
                process.kill()
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines() if line.startswith("{")]
    (said,) = [line for line in lines if line["event"] == "duet.stalled"]
    assert said["level"] == "critical" and "timers" in said["works"]
    assert any("hanging.py" in each and "hang_forever" in each for each in said["at"])
    assert lines[-1] == said, "nothing was cleaned up"


def test_systemd_and_docker_start_it_anew() -> None:
    """As after any other failure."""
    unit = (ROOT / "deploy" / "duet.service").read_text("utf-8").splitlines()
    compose: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    assert "Restart=on-failure" in unit
    assert compose["services"]["duet"]["restart"] == "unless-stopped"
