"""Two processes on one PostgreSQL beside one: what is due, and the yardstick, rows that are committed.

`python -m benchmarks.side_by_side NAME DATABASE_URL COUNT` is one of the processes: it begins when it is told to.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlmodel import delete

from benchmarks.company import add_colleagues
from benchmarks.measures import Measure, compare
from benchmarks.work import DUE, NEVER, TICKS_AT, build_timer, insert_due_timers
from bot.database import open_database
from bot.scheduling.worker import TimerWorker
from storage import timers
from storage.engine import Database
from storage.session import transaction
from storage.timers import Timer
from tests.own_postgres import run_own_postgres
from tests.running import ROOT


def measure_side_by_side(folder: Path, *, turns: int) -> Iterator[Measure]:
    """How much sooner two have done the same than one. The yardstick's is what the machine and the server allow."""
    with run_own_postgres() as server, server.new(folder) as url:
        database = open_database(url)
        add_colleagues(database)
        found = []
        for _ in range(turns):
            timers_alone, timers_together = (_run_due_timers(database, url, processes) for processes in (1, 2))
            rows_alone, rows_together = (_commit_rows(database, url, processes) for processes in (1, 2))
            found.append((timers_alone / timers_together, rows_alone / rows_together))
        database.close()
    own, other = sorted(found, key=lambda turn: turn[0] / turn[1])[len(found) // 2]
    yield compare(
        f"{DUE:,} due timers on PostgreSQL: how much sooner two processes have run them than one",
        found,
        duet=f"{own:.2f} × as fast",
        yardstick=f"{DUE:,} rows committed: {other:.2f} ×",
        at_least=1.0,
    )


def _run_due_timers(database: Database, url: str, processes: int) -> float:
    insert_due_timers(database, DUE)
    return _time_processes([["timers", url, "0"]] * processes)


def _commit_rows(database: Database, url: str, processes: int) -> float:
    took = _time_processes([["rows", url, str(DUE // processes)]] * processes)
    with transaction(database) as session:
        session.execute(delete(Timer))
    return took


def _time_processes(commands: Sequence[Sequence[str]]) -> float:
    """Seconds from the word that lets all begin until the last has ended its work."""
    started = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "benchmarks.side_by_side", *command],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for command in commands
    ]
    for each in started:
        assert each.stdout is not None
        each.stdout.readline()
    began = time.perf_counter()
    for each in started:
        assert each.stdin is not None
        each.stdin.write("begin\n")
        each.stdin.flush()
    for each in started:
        assert each.stdout is not None
        each.stdout.readline()
    took = time.perf_counter() - began
    for each in started:
        each.communicate()
    return took


def _take_part(name: str, url: str, count: int) -> None:
    database = open_database(url)
    with transaction(database) as session:  # which connects
        timers.next_due_moment(session)
    _say("ready")
    sys.stdin.readline()
    if name == "timers":
        worker = TimerWorker(database, {"nothing": lambda session, timer, now: None}, now=lambda: TICKS_AT)
        asyncio.run(worker.tick())
    else:
        for n in range(count):
            with transaction(database) as session:
                session.add(build_timer(f"row:{time.monotonic_ns()}:{n}", NEVER))
    _say("done")
    database.close()


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _take_part(sys.argv[1], sys.argv[2], int(sys.argv[3]))
