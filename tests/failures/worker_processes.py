"""Processes of a bot's workers, started and killed by a test."""

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from sqlmodel import col, select

from playground.server import Playground
from storage.deliveries import OPEN, Delivery
from storage.engine import Database
from storage.session import read_only_session
from storage.timers import Timer
from tests.driving import PATIENCE_SECONDS
from tests.failures import worker
from tests.failures.worker import Orders


@dataclass
class WorkerProcesses:
    orders: Orders
    hears: Connection
    running: list[BaseProcess] = field(default_factory=list)
    killed: int = 0

    def start_one(self, kill_at: str = "", after: int = 0) -> None:
        orders = replace(self.orders, kill_at=kill_at, after=after)
        started = multiprocessing.get_context("forkserver").Process(target=worker.main, args=(orders,))
        started.start()
        self.running.append(started)

    def forget_killed(self) -> int:
        """Returns how many were killed since it was last asked; none ends in any other way."""
        ended = [each for each in self.running if not each.is_alive()]
        assert all(each.exitcode == -signal.SIGKILL for each in ended), [each.exitcode for each in ended]
        self.running = [each for each in self.running if each not in ended]
        self.killed += len(ended)
        return len(ended)

    def wait_for_news(self) -> None:
        """Until a delivery or a timer is done, or a process has ended."""
        ends = [each.sentinel for each in self.running]
        assert wait([self.hears, *ends], PATIENCE_SECONDS), "nothing happens any more"
        while self.hears.poll():
            self.hears.recv_bytes()

    def wait_until(self, look: Callable[[], bool]) -> None:
        """Looks after each news. Another process is started in the place of each that was killed."""
        while not look():
            self.wait_for_news()
            for _ in range(self.forget_killed()):
                self.start_one()

    def stop(self) -> None:
        """As by SIGTERM."""
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.join()
            assert process.exitcode in (0, -signal.SIGTERM)  # which may come before it is listened to


@contextmanager
def run_workers(playground: Playground, team_id: str, database_url: str, **more: Any) -> Iterator[WorkerProcesses]:
    """None to begin with. Those that are left are stopped in the end. `more`: of their orders."""
    spawn = multiprocessing.get_context("forkserver")
    spawn.set_forkserver_preload([worker.__name__])
    hears, tells = spawn.Pipe(duplex=False)
    token = playground.bot_tokens[team_id]
    orders = Orders(database_url, playground.api_url, token, "", 0, tells, **more)
    processes = WorkerProcesses(orders, hears)
    try:
        yield processes
        processes.stop()
    finally:
        for process in processes.running:
            process.kill()


def is_all_done(database: Database) -> bool:
    """Whether nothing is left to be sent, and no timer is armed."""
    with read_only_session(database) as session:
        waiting = session.exec(select(Delivery.id).where(col(Delivery.status).in_(OPEN)).limit(1)).first()
        timer = session.exec(select(Timer.id).limit(1)).first()
    return waiting is None and timer is None
