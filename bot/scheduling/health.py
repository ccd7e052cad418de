"""What a process manager is told: whether this process works, and whether it should be sent requests."""

import asyncio
import time
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from bot.scheduling.worker import TimerWorker
from storage import schema
from storage.engine import Database

OK = "ok"
LATE_TICKS = 6
SHORTEST_PATIENCE_SECONDS = 30.0
DATABASE_SECONDS = 2.0


class Health:
    """Each answer is `ok`, or the one word that says what is wrong."""

    def __init__(
        self,
        database: Database,
        timers: TimerWorker,
        *,
        tick_seconds: float,
        has_workers: bool = True,
        faults: Callable[[], int] = lambda: 0,
    ) -> None:
        """`faults`: how often, since the start, Slack refused what we sent."""
        self.faults = faults
        self._has_workers = has_workers
        self._database = database
        self._timers = timers
        self.patience_seconds = max(LATE_TICKS * tick_seconds, SHORTEST_PATIENCE_SECONDS)
        self._since = time.monotonic()
        self._delivering: asyncio.Task[None] | None = None
        self._looking: asyncio.Future[str] | None = None
        self.stopping = False

    def watch(self, delivering: "asyncio.Task[None]") -> None:
        """From now on the workers are expected to work."""
        self._since = time.monotonic()
        self._delivering = delivering

    @property
    def expects_ticks(self) -> bool:
        """Whether the workers run in this process."""
        return self._has_workers

    def tick_age_seconds(self) -> float:
        """Since the last tick, or since ticks are expected."""
        return time.monotonic() - max(self._since, self._timers.ticked_at)

    def alive(self) -> str:
        """`timers`: the last tick is too long ago; `deliveries`: their worker has ended. A database that is
        away is nobody's fault here: a new process would not find it either.
        """
        if self.stopping or not self._has_workers:
            return OK
        if self.tick_age_seconds() > self.patience_seconds:
            return "timers"
        if self._delivering is None or self._delivering.done():
            return "deliveries"
        return OK

    async def ready(self) -> str:
        """`stopping`; `database`: no answer within 2 s; `schema`: not the one this code needs."""
        if self.stopping:
            return "stopping"
        if self._looking is None or self._looking.done():  # however many ask, one look at a time
            loop = asyncio.get_running_loop()
            self._looking = loop.run_in_executor(self._database.reader_threads, self._look)
        await asyncio.wait({self._looking}, timeout=DATABASE_SECONDS)
        return self._looking.result() if self._looking.done() else "database"

    def _look(self) -> str:
        try:
            return OK if schema.is_schema_current(self._database) else "schema"
        except schema.UnknownRevision:
            return "schema"
        except SQLAlchemyError:
            return "database"
