"""What some work costs Duet's process and its PostgreSQL: processor time, statements, and rows read."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from benchmarks.measures import TICKS_A_SECOND
from storage.engine import Database


@dataclass(frozen=True)
class Cost:
    """Of one piece of the work. Of its milliseconds those of the processor hold on a busy machine, too."""

    own_ms: float
    server_ms: float
    clock_ms: float
    statements: float
    rows: float  # that the server has read, by an index or not

    @property
    def processor_ms(self) -> float:
        return self.own_ms + self.server_ms

    def __str__(self) -> str:
        return (
            f"{self.own_ms:.1f} + {self.server_ms:.1f} ms, {self.statements:.0f} statements, "
            f"{self.rows:,.0f} rows, {self.clock_ms:.0f} ms by the clock"
        )


def measure_cost(database: Database, work: Callable[[], int]) -> Cost:
    """`work` returns how many pieces of it were done. What the server has read is known once the sessions end."""
    before_rows = _count_rows_read(database)
    with _counting_statements(database) as statements:
        own, server, clock = time.process_time(), _server_seconds(database), time.perf_counter()
        done = work()
        own, server, clock = (
            time.process_time() - own,
            _server_seconds(database) - server,
            time.perf_counter() - clock,
        )
    rows = _count_rows_read(database) - before_rows
    milli = 1000 / done
    return Cost(own * milli, server * milli, clock * milli, statements[0] / done, rows / done)


@contextmanager
def _counting_statements(database: Database) -> Iterator[list[int]]:
    count = [0]

    def note(*_: Any) -> None:
        count[0] += 1

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield count
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def _count_rows_read(database: Database) -> int:
    """Once all other sessions have ended, which is when they tell."""
    database.engine.dispose()
    others = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend'"
    )
    with database.readers.connect() as connection:  # without a transaction, in which the answer would stay the same
        while connection.execute(text(others)).first():
            time.sleep(0.05)
        rows = connection.execute(
            text("SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables")
        ).scalar_one()
    return int(rows)


def _server_seconds(database: Database) -> float:
    """Of the server's processes, those that have ended included."""
    with database.engine.connect() as connection:
        folder = connection.execute(text("SHOW data_directory")).scalar_one()
    server = int((Path(folder) / "postmaster.pid").read_text().splitlines()[0])
    used = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        is_server, is_child = int(status.parent.name) == server, int(fields[1]) == server
        used += sum(map(int, fields[11 : 15 if is_server else 13])) if is_server or is_child else 0
    return used / TICKS_A_SECOND
