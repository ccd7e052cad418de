"""One attempt at a delivery that was claimed: its channel, who reads that, what may have arrived, the send."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

import structlog

from bot.deliveries.destinations import ClosedDestination, look_at_destination
from bot.deliveries.outcomes import Broken, DeliveryKind, Result, Unsettled, Write
from bot.deliveries.senders import Sender
from bot.runtime.clock import Now
from bot.slack.client import NotSent, Refused, Slack, SlackError
from storage.delivery_claims import Claim
from storage.engine import Database
from storage.session import read_only_session

log = structlog.get_logger()

Step = Callable[[str], None]


def read_monotonic() -> float:
    """Reads the running loop's clock, by which a lease lapses."""
    return asyncio.get_running_loop().time()


class Attempts:
    def __init__(
        self,
        database: Database,
        slack: Slack,
        kinds: Mapping[str, DeliveryKind],
        *,
        searches: bool,
        now: Now,
        on_step: Step,
    ) -> None:
        """`searches`: what may have arrived is searched for in Slack's history before it is sent again."""
        self._database = database
        self._slack = slack
        self._kinds = kinds
        self._searches = searches
        self._now = now
        self._on_step = on_step
        self._writing = asyncio.Semaphore(1)  # files, one after the other: each is work for a processor

    async def make(self, claimed: Claim, deadline: float) -> tuple[Claim, Result]:
        """Sends it, before the lease lapses at the `deadline`. Never raises: whatever happens is a result.

        The claim comes back with the channel, should it have been opened: a refusal by the channel is not one by
        the workspace.
        """
        self._on_step("claimed")
        try:
            claimed = replace(claimed, channel_id=claimed.channel_id or await self._open(claimed))
            checked = await self._check_readers(claimed)
            if not isinstance(checked, Claim):
                return claimed, checked
            claimed = checked
            return claimed, await self._send(claimed, deadline)
        except SlackError as error:
            return claimed, error
        except Exception as error:
            log.exception("deliveries.broken", key=claimed.key)
            return claimed, Broken(type(error).__name__)

    async def _open(self, claimed: Claim) -> str | None:
        """Opens the conversation of a lane that has no channel yet; a project's channel is made by a delivery."""
        kind, _, whom = claimed.lane.partition(":")
        if kind not in ("dm", "group"):
            return None
        response = await self._slack.call(claimed.team_id, "conversations.open", users=whom)
        return str(response["channel"]["id"])

    async def _check_readers(self, claimed: Claim) -> Claim | ClosedDestination | Unsettled:
        """Asks Slack who reads a project's channel, if nobody has today; where others do, nothing is sent."""
        try:
            return await look_at_destination(self._slack, claimed, now=self._now())
        except Refused:
            raise
        except SlackError as error:
            if claimed.uncertain:
                return Unsettled(error)
            raise

    async def _send(self, claimed: Claim, deadline: float) -> Result:
        kind, channel_id = self._kinds[claimed.kind], claimed.channel_id or ""
        sender = kind.sender
        if claimed.uncertain and claimed.ts is None and (self._searches or not sender.reads_history):
            earlier = await self._search_for_lost_send(sender, claimed, channel_id)
            self._on_step("searched")
            if earlier is not None:
                return earlier
        if kind.write is not None:
            async with self._writing:
                claimed = await asyncio.to_thread(self._write, kind.write, claimed)
        if read_monotonic() + self._slack.timeout_seconds > deadline:
            return Unsettled(NotSent("lease_lapsed"))
        self._on_step("sending")
        sent = await sender.send(self._slack, claimed, channel_id)
        self._on_step("sent")
        return sent

    def _write(self, write: Write, claimed: Claim) -> Claim:
        """Writes all of its content, beside the threads of requests, which a large file would keep waiting."""
        with read_only_session(self._database) as session:
            return replace(claimed, content={**claimed.content, **write(session, claimed, self._now())})

    async def _search_for_lost_send(self, sender: Sender, claimed: Claim, channel_id: str) -> Result | None:
        """Searches Slack for what an earlier send may have left there; None if it is to be sent (again)."""
        try:
            return await sender.find_sent(self._slack, claimed, channel_id)
        except Refused as refused:
            if refused.code == "missing_scope":  # the history scopes are optional
                return None
            return refused
        except SlackError as error:
            return Unsettled(error)
