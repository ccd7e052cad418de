"""Slack's rate limits: never faster than a channel may be written to, and one that waits holds up no other."""

import asyncio
from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlmodel import select

from bot.database import open_database
from bot.deliveries.outcomes import DeliveryKind, ignore_outcome
from bot.deliveries.senders import MessageSender, SendResult
from bot.deliveries.worker import DeliveryWorker
from bot.runtime.clock import real_now
from bot.slack.client import Slack
from bot.slack.refusals import DeliveryRefusal
from playground.seed import ChannelSeed, Person, TeamSeed
from storage.deliveries import Lane, enqueue_delivery
from storage.delivery_claims import Claim
from storage.engine import Database
from storage.lanes import set_lane_channel
from storage.session import transaction
from storage.workspaces import load_workspace, record_installation
from tests.driving import PATIENCE_SECONDS
from tests.failures.test_deliveries import end_pauses, enqueue_text
from tests.failures.test_leaving import paused_until
from tests.running import Office, run_office

CHANNELS, EACH = 20, 10
PACE_SECONDS = 0.1  # of Slack and of Duet alike, for its 1 s
RETRY_AFTER_SECONDS = 0.3
RETRY_LATE_SECONDS = 3600  # the tests end the pause once others have got their messages
TEAM = TeamSeed(
    id="T0RUSH",
    name="Szczyt Sp. z o.o.",
    domain="szczyt",
    people=(Person("U0ANNA", "anna", "Anna Żuraw"),),
    channels=tuple(ChannelSeed(f"C0RUSH{n}", f"rush-{n}", ("anna", "duet")) for n in range(CHANNELS)),
)

Call = dict[str, Any]


def test_200_messages_due_at_once_with_30_percent_429(database_url: str, tmp_path: Path) -> None:
    """Never more than one per pace and channel, `Retry-After` kept, all sent, in order, once."""
    paced = {"DUET_PACE_SECONDS": PACE_SECONDS}
    with run_office(database_url, tmp_path, bot=paced, teams=(TEAM,), pace_seconds=PACE_SECONDS) as duet:
        limited = {"probability": 0.3, "retry_after": RETRY_AFTER_SECONDS}
        duet.slack.fault("ratelimited", "chat.postMessage", **limited)
        _all_due(duet)
        for n in range(CHANNELS):
            duet.person("anna").waits_for(f"message {EACH - 1}", f"#rush-{n}")
        by_channel: dict[str, list[Call]] = defaultdict(list)
        for call in duet.slack.calls("chat.postMessage"):
            by_channel[call["arguments"]["channel"]].append(call)
        for channel, calls in by_channel.items():
            _check_times(calls)
            texts = [message["text"] for message in duet.slack.messages(channel)]
            assert texts == [f"message {n}" for n in range(EACH)]
        refused = [call for calls in by_channel.values() for call in calls if not call["answer"]["ok"]]
        assert len(by_channel) == CHANNELS
        assert len(refused) > CHANNELS * EACH * 0.2


def _all_due(duet: Office) -> None:
    with transaction(duet.database) as session:
        for n in range(CHANNELS):
            set_lane_channel(session, team_id=TEAM.id, lane=f"lane:{n}", channel_id=f"C0RUSH{n}")
        for number in range(EACH):
            for n in range(CHANNELS):
                enqueue_delivery(
                    session,
                    team_id=TEAM.id,
                    lane=f"lane:{n}",
                    key=f"{n}:{number}",
                    kind="message",
                    content={"text": f"message {number}"},
                )


def _check_times(calls: list[Call]) -> None:
    """By the workspace's clock: from the moment at which a call was answered to that at which the next one came."""
    for earlier, later in pairwise(calls):
        waited = later["began"] - (earlier["began"] + earlier["seconds"])
        refused = not earlier["answer"]["ok"]
        assert waited >= (RETRY_AFTER_SECONDS if refused else PACE_SECONDS), (earlier, later)
    assert all(call["fault"] for call in calls if not call["answer"]["ok"])  # none but those that were injected


def test_a_limit_of_one_channel_delays_no_other(duet: Office) -> None:
    """A 429 on the first message of a direct message: that one waits, those of other people go on."""
    duet.slack.fault("ratelimited", "chat.postMessage", times=1, retry_after=RETRY_LATE_SECONDS)
    enqueue_text(duet, "slow", "for Ewa")
    duet.slack.waits_for_calls("chat.postMessage", 1)
    enqueue_text(duet, "a", "for Adam", lane="dm:U0ADAM")
    enqueue_text(duet, "b", "for Anna", lane="dm:U0ANNA")
    duet.person("adam").waits_for("for Adam")
    duet.person("anna").waits_for("for Anna")
    duet.waits_until(lambda: end_pauses(duet))
    duet.person("ewa").waits_for("for Ewa")
    sent = [call["arguments"]["text"] for call in duet.slack.calls("chat.postMessage")]
    assert sent[0] == sent[-1] == "for Ewa"
    assert sorted(sent[1:-1]) == ["for Adam", "for Anna"]
    assert len(duet.slack.calls("conversations.open")) == 3  # Ewa's is not opened twice


def test_a_limit_without_a_channel_is_the_workspaces(duet: Office) -> None:
    """Architecture §4: the workspace pauses for as long as Slack says; another workspace does not."""
    duet.slack.fault("ratelimited", "conversations.open", times=1, retry_after=RETRY_LATE_SECONDS)
    enqueued_at = real_now()
    enqueue_text(duet, "a", "for Ewa")
    duet.waits_until(lambda: paused_until(duet) is not None)
    until, pause = paused_until(duet), timedelta(seconds=RETRY_LATE_SECONDS)
    assert until is not None
    assert enqueued_at + pause <= until <= real_now() + pause
    enqueue_text(duet, "b", "for Adam", lane="dm:U0ADAM")
    enqueue_text(duet, "c", "for Basia", lane="dm:U1BASIA", team="T0KIOSK")
    duet.person("basia", "T0KIOSK").waits_for("for Basia")
    assert [call["team"] for call in duet.slack.calls("conversations.open")] == ["T0PIKUS", "T0KIOSK"]
    with transaction(duet.database) as session:
        load_workspace(session, "T0PIKUS").sending_paused_until = None
    end_pauses(duet)
    duet.person("adam").waits_for("for Adam")
    duet.person("ewa").waits_for("for Ewa")


LANES_AT_ONCE = 16


class HeldSender(MessageSender):
    """Holds whatever is to be sent until all lanes have something to send."""

    def __init__(self) -> None:
        self.teams: list[str] = []
        self.is_full = asyncio.Event()

    async def send(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult:
        self.teams.append(claim.team_id)
        if len(self.teams) == LANES_AT_ONCE:
            self.is_full.set()
        await self.is_full.wait()
        return SendResult(channel_id, f"1.{claim.delivery_id:06}", claim.version)


async def _hold_first_sends(database: Database) -> list[str]:
    """Of whom they are."""
    sender = HeldSender()
    kind = DeliveryKind(sender, dict.fromkeys(DeliveryRefusal, ignore_outcome))
    async with Slack("http://127.0.0.1:1/") as slack:
        pause = timedelta(0)
        worker = DeliveryWorker(database, slack, {"held": kind}, now=real_now, pace=pause, settle=pause)
        async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as running:
            running.create_task(worker.run())
            await sender.is_full.wait()
            worker.stop()
    return sender.teams[:LANES_AT_ONCE]


def test_a_workspace_does_not_wait_behind_another(database_url: str) -> None:
    """Architecture §4: sixteen lanes at once; a company that sends to hundreds leaves room for the others."""
    database = open_database(database_url)
    try:
        with transaction(database) as session:
            for team_id, lanes in (("T0MANY", 3 * LANES_AT_ONCE), ("T0FEW", 2)):
                record_installation(session, team_id=team_id, enterprise_id=None, bot_user_id="U0BOT")
                session.flush()
                for n in range(lanes):
                    lane = f"lane:{n}"
                    set_lane_channel(session, team_id=team_id, lane=lane, channel_id=f"C0{n}")
                    enqueue_delivery(
                        session, team_id=team_id, lane=lane, key=lane, kind="held", content={"text": lane}
                    )
            for row in session.exec(select(Lane).filter_by(team_id="T0FEW")):  # by their age they would come last
                row.next_at += timedelta(days=1)
        first = asyncio.run(_hold_first_sends(database))
        assert first.count("T0FEW") == 2
        assert first.count("T0MANY") == LANES_AT_ONCE - 2
    finally:
        database.close()
