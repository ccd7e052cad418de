"""What a start costs: from nothing to the first command that is acknowledged, and what the process holds then."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

from benchmarks.company import COMPANY, EWA
from benchmarks.load import send_one_command
from benchmarks.measures import Measure, compare, processor_seconds, resident_mebibytes
from benchmarks.work import new_database
from benchmarks.yardsticks import run_listener
from tests.playground_thread import PlaygroundThread
from tests.processes import run_serving_process
from tests.running import MANIFEST

Server = AbstractContextManager[tuple[Popen[Any], str]]


@dataclass(frozen=True)
class Started:
    """A process that has acknowledged its first command."""

    processor_seconds: float
    mebibytes: float


def measure_start(folder: Path, *, turns: int) -> Iterator[Measure]:
    """`duet serve` on a database that is there, beside a listener that knows SQLModel and commits a row."""
    with new_database(folder, "start") as database:
        url = str(database.engine.url)
    found = []
    with PlaygroundThread(MANIFEST, (COMPANY,), pace_seconds=0, rate_scale=1000) as playground:
        secret = playground.signing_secret
        compiled = {"PYTHONDONTWRITEBYTECODE": ""}  # nobody compiles at each start
        for _ in range(turns + 1):  # the first compiles
            own = _start(lambda: run_serving_process(playground, url, folder / "log", **compiled), secret)
            other = _start(lambda: run_listener("row", folder, secret, **compiled), secret)
            found.append((own, other))
    own, other = found[len(found) // 2]
    yield compare(
        "start to the first acknowledged command: processor time",
        [(own.processor_seconds, other.processor_seconds) for own, other in found[1:]],
        duet=f"{own.processor_seconds:.2f} s",
        yardstick=f"an empty Bolt app with SQLModel: {other.processor_seconds:.2f} s",
        at_most=1.5,
    )
    yield compare(
        "memory after it",
        [(own.mebibytes, other.mebibytes) for own, other in found[1:]],
        duet=f"{own.mebibytes:.0f} MiB",
        yardstick=f"an empty Bolt app with SQLModel: {other.mebibytes:.0f} MiB",
        at_most=1.35,
    )


def _start(run: Callable[[], Server], secret: str) -> Started:
    with run() as (process, url):
        asyncio.run(send_one_command(url, secret, "help", user_id=EWA.user_id))
        return Started(processor_seconds(process.pid), resident_mebibytes(process.pid))
