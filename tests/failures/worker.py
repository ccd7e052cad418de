"""A bot's two workers in a process that ends itself, as by `kill -9`, at a chosen step."""

import asyncio
import os
import signal
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from threading import Lock
from typing import Any

from sqlmodel import Session

from bot.clock import real_now
from bot.deliveries import Deliveries, Kind, nobody_is_told
from bot.refusals import Refusal
from bot.slack import Slack
from bot.timers import Timers
from bot.transports import Message
from storage import audit
from storage.deliveries import enqueue
from storage.engine import connect
from storage.timers import Timer

PACE = timedelta(seconds=0.03)
SETTLE = timedelta(seconds=1.0)  # longer than the playground's late commits
LEASE = timedelta(seconds=2.0)
TIMEOUT_SECONDS = 0.4
DONE = ("delivery.marked", "timer.committed")


@dataclass(frozen=True)
class Orders:
    database_url: str
    api_url: str
    token: str
    kill_at: str  # a step, or "": live on
    after: int  # how often that step is let pass
    news: Connection  # a byte for each delivery or timer that is done


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
        if step != self._orders.kill_at:
            return
        with self._lock:
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self._left -= 1


def run_timer(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """Leaves a trace that would show a second run, and a message, in one transaction."""
    audit.record(session, team_id=timer.team_id, project_id=None, at=now, actor=None, action=timer.key)
    lane, _, name = timer.subject.partition("|")
    enqueue(
        session,
        team_id=timer.team_id,
        lane=lane,
        key=name,
        kind="message",
        content={"text": f"{name} 1"},
    )
    return None


def main(orders: Orders) -> None:
    asyncio.run(_main(orders))


async def _main(orders: Orders) -> None:
    killer = Killer(orders)
    database = connect(orders.database_url)
    async with Slack(orders.api_url, timeout_seconds=TIMEOUT_SECONDS) as slack:
        while not slack.bots:
            try:
                await slack.sign_in(orders.token)
            except Exception:  # faults are everywhere
                continue
        deliveries = Deliveries(
            database,
            slack,
            {"message": Kind(Message(), dict.fromkeys(Refusal, nobody_is_told))},
            now=real_now,
            pace=PACE,
            settle=SETTLE,
            lease=LEASE,
            on_step=killer.of("delivery"),
        )
        timers = Timers(database, {"test": run_timer}, now=real_now, on_step=killer.of("timer"))
        database.on_commit.append(deliveries.wake)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, deliveries.stop)
        running = asyncio.create_task(deliveries.run())
        while not running.done():
            await timers.tick()
            await asyncio.wait({running}, timeout=0.1)
    database.close()
