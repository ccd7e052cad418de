"""The worker that runs what has come due: one transaction a timer. Source: architecture §5.

Lock order, everywhere: project, timer, the rest. The opposite order made 21 deadlocks in 15 s.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.runtime.clock import Now, real_now
from storage import projects, timers
from storage.engine import Database
from storage.session import DATABASE_TROUBLE, is_passing_error, transaction
from storage.timers import Timer

log = structlog.get_logger()

MAX_ATTEMPTS = 8
BACKOFF = timedelta(seconds=30)
PAUSE = timedelta(seconds=2)  # after trouble of the database, which uses up no attempt
BATCH = 200

Run = Callable[[Session, Timer, datetime], datetime | None]
"""(session, timer, now) → when to run again, or None to delete the timer. The project, if any, is locked."""


class TimerWorker:
    def __init__(
        self,
        database: Database,
        kinds: Mapping[str, Run],
        *,
        now: Now,
        backoff: timedelta = BACKOFF,
        pause: timedelta = PAUSE,
        on_step: Callable[[str], None] = lambda step: None,
    ) -> None:
        """`on_step` hears of each step; the kill tests end the process there."""
        self._database = database
        self._kinds = kinds
        self._now = now
        self._backoff = backoff
        self._pause = pause
        self._on_step = on_step
        self._stopping = False
        self._tick_lock = asyncio.Lock()
        self.ticked_at = 0.0  # monotonic seconds; a tick under way counts as long as timers end

    @property
    def is_idle(self) -> bool:
        return not self._tick_lock.locked()

    async def tick(self) -> None:
        """Runs everything that is due, after the tick that is under way. A failing timer delays no other."""
        async with self._tick_lock:
            try:
                await self._tick()
            finally:
                self.ticked_at = time.monotonic()

    async def _tick(self) -> None:
        """Until nothing is due that it has not run: what is due may have made something else due at once."""
        loop = asyncio.get_running_loop()
        has_run: set[int] = set()
        while not self._stopping:
            try:
                listed = await loop.run_in_executor(self._database.writer_threads, self._list_due_timers)
                due = [each for each in listed if each[0] not in has_run]
                for timer_id, project_id in due:
                    if self._stopping:
                        return
                    await loop.run_in_executor(
                        self._database.writer_threads, self._run_safely, timer_id, project_id
                    )
                    has_run.add(timer_id)
                    self.ticked_at = time.monotonic()
            except DATABASE_TROUBLE as error:
                log.warning("timers.tick_failed", error=type(error).__name__)
                return
            if not due:
                return

    def stop(self) -> None:
        self._stopping = True

    def _list_due_timers(self) -> list[tuple[int, int | None]]:
        with transaction(self._database) as session:
            return list(timers.list_due_timers(session, now=self._now(), real_now=real_now(), limit=BATCH))

    def _run_safely(self, timer_id: int, project_id: int | None) -> None:
        try:
            self._run(timer_id, project_id)
        except Exception as error:
            if is_passing_error(error):
                log.warning("timers.postponed", timer_id=timer_id, error=type(error).__name__)
                self._postpone(timer_id)
                return
            log.exception("timers.failed", timer_id=timer_id)
            self._count_failure(timer_id, type(error).__name__)

    def _run(self, timer_id: int, project_id: int | None) -> None:
        now = self._now()
        with transaction(self._database) as session:
            if project_id is not None:
                projects.lock_project(session, project_id)
            timer = timers.claim_timer(session, timer_id, now=now, real_now=real_now())
            if timer is None:
                return
            self._on_step("claimed")
            due_at = timer.due_at
            again = self._kinds[timer.kind](session, timer, now)
            self._on_step("run")
            session.flush()
            if timer in session:  # else the function has cancelled it
                _rearm_or_delete(session, timer, due_at, again)
            self._on_step("committing")
        self._on_step("committed")

    def _postpone(self, timer_id: int) -> None:
        """One locked project delays only its own timers. Where nothing can be written, this fails as well."""
        with transaction(self._database) as session:
            timer = timers.claim_timer(session, timer_id, now=self._now(), real_now=real_now())
            if timer is not None:
                timer.retry_at = real_now() + self._pause

    def _count_failure(self, timer_id: int, reason: str) -> None:
        """In a transaction of its own: that of the failure was rolled back."""
        with transaction(self._database) as session:
            timer = timers.claim_timer(session, timer_id, now=self._now(), real_now=real_now())
            if timer is None:
                return
            timer.attempts += 1
            timer.last_error = reason
            timer.retry_at = real_now() + self._backoff * 2 ** (timer.attempts - 1)
            if timer.attempts >= MAX_ATTEMPTS:
                timer.parked_at = real_now()
                log.error("timers.parked", kind=timer.kind, timer_id=timer_id)


def _rearm_or_delete(session: Session, timer: Timer, due_at: datetime, again: datetime | None) -> None:
    session.refresh(timer)
    if again is not None:
        timer.due_at, timer.attempts = again, 0
    elif timer.due_at == due_at:  # else the function armed its own timer anew
        session.delete(timer)
    session.flush()
