"""The worker that runs what has come due: one transaction a timer, or a set of them. Source: architecture §5.

Lock order, everywhere: project, timer, the rest. The opposite order made 21 deadlocks in 15 s.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from secrets import randbelow

import structlog
from sqlmodel import Session

from bot.runtime.clock import Now, real_now
from bot.runtime.outages import Outage
from storage import projects, timers
from storage.engine import Database
from storage.session import DATABASE_TROUBLE, is_passing_error, transaction
from storage.timers import DueTimer, Timer

log = structlog.get_logger()

MAX_ATTEMPTS = 8
BACKOFF = timedelta(seconds=30)
PAUSE = timedelta(seconds=2)  # after trouble of the database, which uses up no attempt
BATCH = 200
AT_ONCE = 50  # timers of one kind in one transaction, behind which commands wait

Run = Callable[[Session, Timer, datetime], datetime | None]
"""(session, timer, now) → when to run again, or None to delete the timer. The project, if any, is locked."""


class RunsTooEarly(Exception):
    """Raised by a timer's function: something else that is due has to run first, in another process perhaps."""


@dataclass(frozen=True)
class RunTogether:
    """Of a kind of timers: those of one workspace that are due run in one transaction, so many `at_once`.

    `run`: (session, timers, now) → when which of them run again, by id; the others are deleted. Their projects, if
    any, are locked.
    """

    run: Callable[[Session, Sequence[Timer], datetime], Mapping[int, datetime]]
    at_once: int = AT_ONCE


class TimerWorker:
    def __init__(
        self,
        database: Database,
        kinds: Mapping[str, Run | RunTogether],
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
        self._outage = Outage("timers.tick")
        self._stopping = False
        self._tick_lock = asyncio.Lock()
        self.ticked_at = 0.0  # monotonic seconds; a tick under way counts as long as timers end
        self.turns = 0  # grows with each timer, or set of them, and each tick that has ended

    @property
    def is_idle(self) -> bool:
        return not self._tick_lock.locked()

    async def tick(self) -> None:
        """Runs everything that is due, after the tick that is under way. A failing timer delays no other."""
        async with self._tick_lock:
            try:
                await self._tick()
            finally:
                self._note_turn()

    async def _tick(self) -> None:
        """Until nothing is due that it has not run: what is due may have made something else due at once.

        Where something is gone, another process may be walking the same list: this one looks again and begins at
        another place, or both would try each timer.
        """
        loop = asyncio.get_running_loop()
        has_run: set[DueTimer] = set()
        was_there = True
        while not self._stopping:
            try:
                listed = await loop.run_in_executor(self._database.writer_threads, self._list_due_timers)
                due = [each for each in listed if each not in has_run]
                for together in self._group_timers(due if was_there else begin_elsewhere(due)):
                    if self._stopping:
                        return
                    was_there = await loop.run_in_executor(
                        self._database.writer_threads, self._run_safely, together
                    )
                    has_run |= {*together}
                    self._note_turn()
                    if not was_there:
                        break
            except DATABASE_TROUBLE as error:
                self._outage.note_failure(error)
                return
            self._outage.note_success()
            if not due:
                return

    def stop(self) -> None:
        self._stopping = True

    def _note_turn(self) -> None:
        self.ticked_at = time.monotonic()
        self.turns += 1

    def _list_due_timers(self) -> list[DueTimer]:
        with transaction(self._database) as session:
            return timers.list_due_timers(session, now=self._now(), real_now=real_now(), limit=BATCH)

    def _group_timers(self, due: Sequence[DueTimer]) -> Iterator[list[DueTimer]]:
        """In their order: those that stand side by side and may run in one transaction; the others each alone."""

        def find_companions(timer: DueTimer) -> tuple[object, int]:
            kind = self._kinds.get(timer.kind)
            if isinstance(kind, RunTogether):
                return (timer.team_id, timer.kind), kind.at_once
            return timer.timer_id, 1

        for (_, at_once), found in groupby(due, key=find_companions):
            together = [*found]
            yield from (together[at : at + at_once] for at in range(0, len(together), at_once))

    def _run_safely(self, due: Sequence[DueTimer]) -> bool:
        """Returns whether all were there, none cancelled or taken by another process."""
        timer_ids = [each.timer_id for each in due]
        try:
            return self._run(due)
        except RunsTooEarly:
            self._postpone(timer_ids)
            return True
        except Exception as error:
            if len(due) > 1:  # one that fails, or whose project is locked, delays no other
                were_there = [self._run_safely([each]) for each in due]
                return all(were_there)
            if is_passing_error(error):
                log.warning("timers.postponed", timer_ids=timer_ids, error=type(error).__name__)
                self._postpone(timer_ids)
            else:
                log.exception("timers.failed", timer_id=timer_ids[0])
                self._count_failure(timer_ids[0], type(error).__name__)
            return True

    def _run(self, due: Sequence[DueTimer]) -> bool:
        now = self._now()
        kind = self._kinds.get(due[0].kind)
        with transaction(self._database) as session:
            if isinstance(kind, RunTogether):
                ran = self._run_set(session, kind, due, now)
            else:
                ran = self._run_alone(session, due[0], now)
            if not ran:
                return False
            self._on_step("committing")
        self._on_step("committed")
        return ran == len(due)

    def _run_alone(self, session: Session, due: DueTimer, now: datetime) -> int:
        if due.project_id is not None:
            projects.lock_project(session, due.project_id)
        timer = timers.claim_timer(session, due.timer_id, now=now, real_now=real_now())
        if timer is None or not due.is_still(timer):
            return 0
        self._on_step("claimed")
        due_at = timer.due_at
        run = self._kinds[timer.kind]
        assert not isinstance(run, RunTogether)
        again = run(session, timer, now)
        self._on_step("run")
        timers.finish_timer(session, due.timer_id, due_at=due_at, again=again)
        return 1

    def _run_set(self, session: Session, kind: RunTogether, due: Sequence[DueTimer], now: datetime) -> int:
        listed = {each.timer_id: each for each in due}
        project_ids = [each.project_id for each in due if each.project_id is not None]
        projects.load_projects_for_update(session, due[0].team_id, project_ids)
        locked = timers.claim_timers(session, [*listed], now=now, real_now=real_now())
        claimed = [each for each in locked if listed[each.pk].is_still(each)]
        if not claimed:
            return 0
        self._on_step("claimed")
        timers.delete_claimed_timers(session, claimed)
        again = kind.run(session, claimed, now)
        self._on_step("run")
        timers.arm_again(session, claimed, again)
        return len(claimed)

    def _postpone(self, timer_ids: Sequence[int]) -> None:
        """By a pause: one locked project delays only its own timers. Fails as well where nothing can be written."""
        with transaction(self._database) as session:
            for timer in timers.claim_timers(session, timer_ids, now=self._now(), real_now=real_now()):
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


def begin_elsewhere(due: Sequence[DueTimer]) -> list[DueTimer]:
    """The same timers from some place on, and round; those of one project stay in their order."""
    if not due:
        return []
    before = due[: randbelow(len(due))]
    begun = {each.project_id for each in before} - {None}
    after = {each: None for each in due[len(before) :] if each.project_id not in begun}
    return [*after, *(each for each in due if each not in after)]
