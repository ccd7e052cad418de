"""A bot's two workers in a process that ends itself, as by `kill -9`, at a chosen step."""

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import Any

from sqlmodel import Session

from bot.deliveries.outcomes import DeliveryKind, ignore_outcome
from bot.deliveries.senders import MessageSender
from bot.deliveries.worker import DeliveryWorker
from bot.runtime.clock import FileClock, real_now
from bot.scheduling.worker import TimerWorker
from bot.slack.client import Slack
from bot.slack.refusals import DeliveryRefusal
from storage import audit
from storage.deliveries import enqueue_delivery
from storage.engine import connect_database
from storage.timers import Timer

PACE = timedelta(seconds=0.03)
SETTLE = timedelta(seconds=1.0)  # longer than the playground's late commits
LEASE = timedelta(seconds=2.0)
TIMEOUT_SECONDS = 0.4
PERIOD = timedelta(minutes=10)  # of a schedule
DONE = ("delivery.marked", "timer.committed")


@dataclass(frozen=True)
class Orders:
    database_url: str
    api_url: str
    token: str
    kill_at: str  # a step, or "": live on
    after: int  # how often that step is let pass
    news: Connection  # a byte for each delivery or timer that is done
    clock_file: Path | None = None  # that moves business time
    deaths: Path | None = (
        None  # a folder: whoever comes to a step by whose name a file lies there takes it, and dies
    )
    lease: timedelta = LEASE
    settle: timedelta = SETTLE


class Killer:
    """Hears of every step, from the loop and from database threads."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._left = orders.after
        self._lock = Lock()

    def of(self, worker: str) -> Any:
        return lambda step: self._step(f"{worker}.{step}")

    def _step(self, step: str) -> None:
        if step in DONE:
            with self._lock:
                self._orders.news.send_bytes(b".")
        if self._orders.deaths is not None:
            with suppress(FileNotFoundError):
                (self._orders.deaths / step).unlink()
                os.kill(os.getpid(), signal.SIGKILL)
        if step != self._orders.kill_at:
            return
        with self._lock:
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self._left -= 1


def run_timer(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Leaves a trace that would show a second run, and a message, in one transaction."""
    audit.record_audit_entry(session, team_id=timer.team_id, project_id=None, at=now, actor=None, action=timer.key)
    lane, _, name = timer.subject.partition("|")
    enqueue_delivery(
        session,
        team_id=timer.team_id,
        lane=lane,
        key=name,
        kind="message",
        content={"text": f"{name} 1"},
    )
    return None


def run_schedule(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """An occurrence leaves its trace and its message, and the next one is armed: all of it, or nothing."""
    lane, _, end = timer.subject.partition("|")
    name = f"{timer.key} at {timer.due_at:%H:%M:%S}"
    audit.record_audit_entry(session, team_id=timer.team_id, project_id=None, at=now, actor=None, action=name)
    enqueue_delivery(session, team_id=timer.team_id, lane=lane, key=name, kind="message", content={"text": name})
    again = timer.due_at + PERIOD
    return again if again < datetime.fromisoformat(end) else None


def main(orders: Orders) -> None:
    asyncio.run(_run_workers(orders))


async def _run_workers(orders: Orders) -> None:
    killer = Killer(orders)
    database = connect_database(orders.database_url)
    now = real_now if orders.clock_file is None else FileClock(orders.clock_file)
    async with Slack(orders.api_url, timeout_seconds=TIMEOUT_SECONDS) as slack:
        while not slack.bots:
            try:
                await slack.sign_in(orders.token)
            except Exception:  # faults are everywhere
                continue
        deliveries = DeliveryWorker(
            database,
            slack,
            {"message": DeliveryKind(MessageSender(), dict.fromkeys(DeliveryRefusal, ignore_outcome))},
            now=now,
            pace=PACE,
            settle=orders.settle,
            lease=orders.lease,
            on_step=killer.of("delivery"),
        )
        kinds = {"test": run_timer, "every": run_schedule}
        timers = TimerWorker(database, kinds, now=now, on_step=killer.of("timer"))
        database.on_commit.append(deliveries.wake)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, deliveries.stop)
        running = asyncio.create_task(deliveries.run())
        while not running.done():
            await timers.tick()
            await asyncio.wait({running}, timeout=0.1)
    database.close()
