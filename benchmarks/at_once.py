"""What goes on at the same time: commands while rounds are opened; fifty channels, and a small workspace beside."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from benchmarks.company import COMPANY, EWA, copy_project, give_own_people, start_project
from benchmarks.load import send_paced_commands
from benchmarks.measures import Measure, compare
from benchmarks.work import InstantSlack, find_first_opening, forget_other_timers, new_database
from bot.app import Duet
from bot.checkins.schedules import OPEN
from bot.runtime.clock import real_now
from bot.runtime.settings import Settings
from bot.slack.client import Bot
from storage.deliveries import enqueue_delivery
from storage.engine import Database
from storage.lanes import set_lane_channel
from storage.session import read_only_session, transaction
from storage.timers import Timer
from storage.workspaces import pause_sending, record_installation
from tests.playground_thread import PlaygroundThread
from tests.processes import run_serving_process
from tests.running import MANIFEST

COMMANDS_A_SECOND = 20
TYPED = ("show D-1", "milestone D-1 done 1", "show D-1", "milestone D-1 reopen 1")
SLOW_SECONDS = 0.25  # of Slack, for a message
LARGE, SMALL = 50, 5  # channels


@dataclass(frozen=True)
class Load:
    """What a workspace has to send."""

    team_id: str
    channels: int
    messages: int  # of each channel


def measure_rounds_behind(folder: Path, *, rounds: int) -> Iterator[Measure]:
    """Commands over HTTP at a steady rate, while rounds are opened behind them and while none is."""
    with new_database(folder, "behind") as database:
        source = start_project(database, 1, members=[each.id for each in COMPANY.people[4:14]])
        for project_id in (source, *(copy_project(database, source, number) for number in range(2, rounds + 1))):
            give_own_people(database, project_id)
        opening = find_first_opening(database)
        forget_other_timers(database)
        with transaction(database) as session:  # the playground does not know them
            pause_sending(session, COMPANY.id, datetime.max.replace(tzinfo=opening.tzinfo))
        clock, url = folder / "clock", str(database.engine.url)
        with (
            PlaygroundThread(MANIFEST, (COMPANY,), pace_seconds=0, rate_scale=1000) as playground,
            run_serving_process(playground, url, folder / "log", DUET_CLOCK_FILE=str(clock)) as (_, address),
        ):

            def ask(seconds: float) -> list[float]:
                return asyncio.run(_ask(address, playground.signing_secret, seconds))

            ask(2)  # which warms all up
            alone = ask(5)
            clock.write_text(str((opening - real_now()).total_seconds()))
            behind: list[float] = []
            while _is_any_due(database, opening):
                behind += ask(1)
    p99, own = _percentile(alone, 0.99), _percentile(behind, 0.99)
    yield compare(
        f"commands at {COMMANDS_A_SECOND}/s while {rounds:,} rounds open: p99, of 300 ms",
        [(own, 0.3)],
        duet=f"{1000 * own:.0f} ms, p50 {1000 * _percentile(behind, 0.5):.0f} ms of {len(behind)}",
        yardstick=f"while none does: {1000 * p99:.0f} ms",
        at_most=1.0,
    )


async def _ask(address: str, secret: str, seconds: float) -> list[float]:
    return await send_paced_commands(
        address, secret, TYPED, user_id=EWA.user_id, seconds=seconds, rate=COMMANDS_A_SECOND
    )


def _is_any_due(database: Database, opening: datetime) -> bool:
    with read_only_session(database) as session:
        due = select(Timer.id).where(Timer.kind == OPEN, col(Timer.due_at) <= opening)
        return session.exec(due.limit(1)).first() is not None


def _percentile(seconds: list[float], share: float) -> float:
    return sorted(seconds)[int(share * (len(seconds) - 1))]


class SlowSlack(InstantSlack):
    """Takes a quarter of a second for each message, and notes when each workspace had its last."""

    def __init__(self, loads: Sequence[Load]) -> None:
        super().__init__()
        self.bots |= {each.team_id: Bot(each.team_id, None, "B0", "U0BOT", "xoxb-none") for each in loads}
        self.messages = sum(each.channels * each.messages for each in loads)
        self.last_at: dict[str, float] = {}

    async def call(self, team_id: str, method: str, **arguments: Any) -> dict[str, Any]:
        await asyncio.sleep(SLOW_SECONDS)
        self.last_at[team_id] = time.perf_counter()
        return await super().call(team_id, method, **arguments)


def measure_channels(folder: Path) -> Iterator[Measure]:
    """Fifty channels that have messages at the same moment: ten of each of five workspaces, or all of one workspace
    with five of another beside them.
    """
    even = [Load(f"T0WORK{n}", LARGE // 5, messages=20) for n in range(5)]
    took = _time_sending(folder, "even", even)
    yield _compare_with_limit(f"{LARGE} channels of five workspaces, the slowest", 20, max(took.values()))
    uneven = [Load("T0LARGE", LARGE, messages=8), Load("T0SMALL", SMALL, messages=8)]
    took = _time_sending(folder, "uneven", uneven)
    yield _compare_with_limit(f"{LARGE} channels of one workspace", 8, took["T0LARGE"])
    yield _compare_with_limit(f"{SMALL} channels of another one beside them", 8, took["T0SMALL"])


def _compare_with_limit(name: str, messages: int, seconds: float) -> Measure:
    """Slack takes a message a second in a channel; Duet counts the second from when Slack has answered."""
    limit = messages - 1 + SLOW_SECONDS
    return compare(
        f"{name}, Slack answers after {SLOW_SECONDS} s: messages a second, of Slack's limit",
        [(limit, seconds)],
        duet=f"{seconds:.1f} s for {messages} each",
        yardstick=f"Slack's limit: {limit:.1f} s",
        at_least=0.76,
    )


def _time_sending(folder: Path, name: str, loads: Sequence[Load]) -> dict[str, float]:
    """Seconds until each workspace had its last message."""
    slack = SlowSlack(loads)
    with new_database(folder, name) as database:
        for each in loads:
            _enqueue_messages(database, each)
        began = time.perf_counter()
        asyncio.run(_send_all(database, slack))
    return {team_id: at - began for team_id, at in slack.last_at.items()}


def _enqueue_messages(database: Database, load: Load) -> None:
    with transaction(database) as session:
        record_installation(session, team_id=load.team_id, enterprise_id=None, bot_user_id="U0BOT")
        for n in range(load.channels):
            lane = f"lane:{n}"
            set_lane_channel(session, team_id=load.team_id, lane=lane, channel_id=f"C0{n}")
            for number in range(load.messages):
                content = {"text": f"message {number}", "blocks": []}
                key = f"{n}:{number}"
                enqueue_delivery(session, team_id=load.team_id, lane=lane, key=key, kind="message", content=content)


async def _send_all(database: Database, slack: SlowSlack) -> None:
    duet = Duet(Settings(_env_file=None), database, slack)
    sending = asyncio.create_task(duet.deliveries.run())
    await slack.has_all.wait()
    duet.deliveries.stop()
    await sending
    database.on_commit.clear()
