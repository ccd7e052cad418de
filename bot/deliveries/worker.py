"""The worker that makes Slack match the `deliveries` table.

The promise: decided once; never silently lost; posted once wherever our own history can be read.
Source: architecture §4.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import structlog
from sqlmodel import Session

from bot.deliveries.attempts import Attempts, Step, read_monotonic
from bot.deliveries.destinations import Readers
from bot.deliveries.outcomes import (
    UNKNOWN,
    DeliveryKind,
    Outcome,
    OutcomeRecorder,
    Result,
    build_outcome,
    is_retry_in_channel,
    list_new_readers,
)
from bot.deliveries.senders import SendResult
from bot.runtime.clock import Now, real_now
from bot.runtime.outages import Outage
from bot.slack.client import Slack
from bot.slack.refusals import is_known_code
from storage import projects
from storage.deliveries import Delivery, Lane
from storage.delivery_claims import (
    Claim,
    Wait,
    claim_delivery,
    database_now,
    has_open_delivery,
    lock_lease,
)
from storage.delivery_retries import repeat_deliveries_for_parent
from storage.engine import Database
from storage.session import DATABASE_TROUBLE, is_passing_error, transaction
from storage.waiting_lanes import SeenLanes

log = structlog.get_logger()

LEASE = timedelta(seconds=30)
LONGEST_REST_SECONDS = 1.0  # a commit in this process wakes it
REST_BESIDE_OTHERS_SECONDS = 0.25  # what another process has committed is seen when it is looked for
MARK_AGAIN_SECONDS = 0.2
SHORTEST_REST_SECONDS = 0.01  # a lane that another worker has just locked is no reason to spin

OnReadersSeen = Callable[[Session, Claim, Readers, datetime], None]
"""(session, what was to be sent, who reads its channel, business time); the project is locked."""


class DeliveryWorker:
    """`run()` until `stop()`; `wake()` from any thread after a commit."""

    def __init__(
        self,
        database: Database,
        slack: Slack,
        kinds: Mapping[str, DeliveryKind],
        *,
        now: Now,
        pace: timedelta,
        settle: timedelta,
        lease: timedelta = LEASE,
        lanes_at_once: int = 16,
        rest_seconds: float = LONGEST_REST_SECONDS,
        searches: bool = True,
        on_readers_seen: OnReadersSeen = lambda session, claimed, readers, now: None,
        on_step: Step = lambda step: None,
    ) -> None:
        """`rest_seconds`: so long it looks for nothing, unless it is woken. `searches`: what may have arrived is
        searched for in Slack's history before it is sent again.

        `on_readers_seen` hears that other people than before were seen to read a project's channel, and that one
        takes again what it had refused, in the transaction that marks it. `on_step` hears of each step of a
        delivery; the kill tests end the process there.
        """
        self._database = database
        self._kinds = kinds
        self._following = {name for name, kind in kinds.items() if kind.sender.follows_parent}
        self._now = now
        self._pace = pace
        self._settle = settle
        self._lease = lease
        self._lanes_at_once = lanes_at_once
        self._rest_seconds = rest_seconds
        self._free_lanes = asyncio.Semaphore(lanes_at_once)
        self._sending = Counter[str]()  # workspace → how many of its lanes
        self._seen = SeenLanes()
        self._on_readers_seen = on_readers_seen
        self._on_step = on_step
        self._attempts = Attempts(database, slack, kinds, searches=searches, now=now, on_step=on_step)
        self.turns = 0  # grows with each look for something to send, and each end of a send
        self.faults = 0  # how often, since the start, Slack refused what we sent: our fault
        self._outage = Outage("deliveries.claim")
        self._stopping = False
        self._has_found = False  # something to send, by its last look
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def is_idle(self) -> bool:
        """Whether none of its sends is under way, and it has found nothing more to send."""
        return not (self._sending.total() or self._has_found)

    async def run(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as sends:
            while not self._stopping:
                await self._free_lanes.acquire()
                if self._stopping:
                    break
                self._woken.clear()  # what is committed from now on may not be seen by this claim
                deadline = read_monotonic() + self._lease.total_seconds()
                claimed = await self._claim_next()
                self.turns += 1
                if isinstance(claimed, Claim):
                    self._sending[claimed.team_id] += 1
                    sends.create_task(self._deliver(claimed, deadline))
                else:
                    self._free_lanes.release()
                    await self._rest(claimed)

    def stop(self) -> None:
        """Lets each send under way end and be marked; begins none. From the loop's thread."""
        self._stopping = True
        self._woken.set()

    def wake(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def _claim_next(self) -> Claim | Wait:
        """Leases a lane that is due, and takes its head; else says how long to wait."""
        try:
            claimed: Claim | Wait = await self._in_writer(partial(self._claim, self._list_crowded_teams()))
        except DATABASE_TROUBLE as error:
            self._outage.note_failure(error)
            return Wait(None)
        self._outage.note_success()
        return claimed

    async def _rest(self, wait: Wait) -> None:
        """Until woken, or until there may be something to do."""
        seconds = self._rest_seconds
        if wait.until is not None:
            left = (wait.until - real_now()).total_seconds()
            seconds = min(max(left, SHORTEST_REST_SECONDS), seconds)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def _deliver(self, claimed: Claim, deadline: float) -> None:
        """Sends it, and marks what has come of that."""
        await self._mark_surely(*await self._attempts.make(claimed, deadline), deadline)
        self.turns += 1
        self._sending[claimed.team_id] -= 1
        self._free_lanes.release()
        self._woken.set()  # its lane may have more

    async def _in_writer(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._database.writer_threads, work)

    def _list_crowded_teams(self) -> list[str]:
        """Workspaces that send in their share of the lanes: others come first, if they have something to send."""
        busy = {team_id: count for team_id, count in self._sending.items() if count}
        share = self._lanes_at_once / (len(busy) + 1)
        return [team_id for team_id, count in busy.items() if count >= share]

    def _claim(self, crowded: list[str]) -> Claim | Wait:
        has_found, self._has_found = self._has_found, False
        with transaction(self._database) as session:
            if not has_found and not has_open_delivery(session):
                return Wait(None)
            claimed = claim_delivery(
                session,
                now=database_now(session),
                lease=self._lease,
                pace=self._pace,
                settle=self._settle,
                business_now=self._now(),
                crowded=crowded,
                seen=self._seen,
            )
        self._has_found = isinstance(claimed, Claim)
        return claimed

    async def _mark_surely(self, claimed: Claim, result: Result, deadline: float) -> None:
        """Until it is marked or the lease has lapsed: then what was sent is uncertain, and searched for."""
        outage = Outage("deliveries.mark")
        while read_monotonic() < deadline:
            try:
                await self._in_writer(lambda: self._mark_or_count(claimed, result))
            except DATABASE_TROUBLE as error:
                outage.note_failure(error)
                await asyncio.sleep(MARK_AGAIN_SECONDS)
            else:
                outage.note_success()
                self._on_step("marked")
                return

    def _mark_or_count(self, claimed: Claim, result: Result) -> None:
        """Raises: what passes, and trouble of the database while it is counted."""
        try:
            self._mark(claimed, result)
        except Exception as error:  # the outcome's, perhaps: one poisoned delivery must not stop the others
            if is_passing_error(error):
                raise
            log.exception("deliveries.outcome_failed", key=claimed.key)
            self._count(claimed, result)

    def _mark(self, claimed: Claim, result: Result) -> None:
        kind = self._kinds.get(claimed.kind, UNKNOWN)
        with transaction(self._database) as session:
            has_failed = not isinstance(result, SendResult)
            is_open_again = not has_failed and is_retry_in_channel(kind, claimed)
            is_about_channel = has_failed or claimed.is_closed or claimed.is_public or is_open_again
            may_react = kind.on_delivered is not None and kind.locks_project
            if (may_react or is_about_channel) and claimed.project_id is not None:
                projects.find_project_for_update(session, claimed.team_id, claimed.project_id)
            leased = lock_lease(session, claimed)
            if leased is None:
                return
            lane, row = leased
            was_unsent, before = row.is_unsent, (lane.is_closed, lane.is_public)
            self._build_recorder(session, lane, row, claimed).mark(session, result)
            if row.is_unsent and not was_unsent:  # to be posted anew
                repeat_deliveries_for_parent(session, claimed.delivery_id, self._following)
            outcome = build_outcome(claimed, row, self._now())
            if (error := outcome.error) is not None:
                if kind.is_our_fault(error):
                    outcome = replace(outcome, reference=self._note_fault(outcome, error))
                kind.reaction_to(error)(session, outcome)
            elif was_unsent and not row.is_unsent and kind.on_delivered is not None:
                kind.on_delivered(session, outcome)
            if isinstance(result, SendResult) and result.simplified_for is not None:
                self._note_fault(outcome, result.simplified_for)
            for readers in list_new_readers(before, lane, is_open_again=is_open_again):
                self._on_readers_seen(session, claimed, readers, self._now())
            self._on_step("marking")

    def _note_fault(self, outcome: Outcome, code: str) -> str:
        """Loud: nobody but whoever writes Duet can mend it. Returns the reference by which the log has it."""
        reference = uuid4().hex[:8]
        self.faults += 1
        log.error(
            "deliveries.fault", key=outcome.key, error=code, is_listed=is_known_code(code), reference=reference
        )
        return reference

    def _count(self, claimed: Claim, result: Result) -> None:
        """In a transaction of its own: that of the failure was rolled back, and is tried again from the start."""
        with transaction(self._database) as session:
            if (leased := lock_lease(session, claimed)) is not None:
                self._build_recorder(session, *leased, claimed).outcome_failed(result)

    def _build_recorder(self, session: Session, lane: Lane, row: Delivery, claimed: Claim) -> OutcomeRecorder:
        return OutcomeRecorder(lane, row, database_now(session), self._pace, self._settle, claimed)
