"""`kill -9` at every step of a delivery and of a timer: nothing lost, doubled, stale or out of order."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from playground.seed import ChannelSeed, Person, TeamSeed
from playground.server import Playground
from storage import timers
from storage.audit import AuditEntry
from storage.deliveries import Delivery, Lane, enqueue_delivery, revise_delivery
from storage.engine import Database, connect_database
from storage.lanes import set_lane_channel
from storage.session import read_only_session, transaction
from storage.workspaces import record_installation
from tests.driving import Driver
from tests.failures.worker_processes import is_all_done, run_workers
from tests.playground_thread import PlaygroundThread
from tests.running import IS_LONG, MANIFEST

LANES = 10
POSTS_PER_LANE = 20
REPLIES_PER_LANE = 5
TIMERS_PER_LANE = 5
REVISIONS = 120
TEAM = TeamSeed(
    id="T0KILLS",
    name="Odporna Sp. z o.o.",
    domain="odporna",
    people=(Person("U0ANNA", "anna", "Anna Żuraw"),),
    channels=tuple(ChannelSeed(f"C0LANE{n}", f"lane-{n}", ("anna", "duet")) for n in range(LANES)),
)

TIMER_STEPS = [f"timer.{step}" for step in ("claimed", "run", "committing", "committed")]
DELIVERY_STEPS = [f"delivery.{step}" for step in ("claimed", "sending", "sent", "marking", "marked", "searched")]
# 20: each step early and later; the timers first, since one tick runs all that are due.
KILLS = [(step, after) for steps in (TIMER_STEPS, DELIVERY_STEPS) for after in (0, 3) for step in steps]

CALLS = ["chat.postMessage", "chat.update", "chat.delete", "conversations.history", "conversations.replies"]
FAULTS: list[tuple[str, dict[str, Any]]] = [  # 20 % of the calls
    ("ratelimited", {"probability": 0.05, "retry_after": 0.2}),
    ("timeout", {"probability": 0.03, "commit": True}),
    ("timeout", {"probability": 0.03, "commit": False}),
    ("reset", {"probability": 0.04, "commit": True}),
    ("reset", {"probability": 0.03, "commit": False}),
    ("late_commit", {"probability": 0.03, "delay_seconds": 0.3}),
]


@pytest.mark.parametrize(
    ("database_url", "workers"),
    [("sqlite", 1), ("postgresql", 3), *([("sqlite", 3), ("postgresql", 1)] if IS_LONG else [])],
    indirect=["database_url"],
)
def test_kills_lose_double_and_reorder_nothing(database_url: str, workers: int) -> None:
    """Architecture §4, §5: 300 messages, 20 kills, 20 % faults."""
    with PlaygroundThread(MANIFEST, teams=(TEAM,), pace_seconds=0.02, rate_scale=10_000) as playground:
        slack = Driver(playground.url)
        for kind, settings in FAULTS:
            slack.fault(kind, CALLS, **settings)
        database = connect_database(database_url)
        _fill(database)
        kills = _run(database, database_url, playground, workers)
        slack.waits_until_idle()  # the last late commits
        assert kills >= 15
        _check(database, slack)
        database.close()


def _fill(database: Database) -> None:
    """10 lanes: posts, with replies to some of them, and timers that will post."""
    with transaction(database) as session:
        record_installation(session, team_id=TEAM.id, enterprise_id=None, bot_user_id="U0BOT")
        for lane in range(LANES):
            set_lane_channel(session, team_id=TEAM.id, lane=f"lane:{lane}", channel_id=f"C0LANE{lane}")
            for n in range(POSTS_PER_LANE):
                _enqueue(session, lane, f"post-{lane}-{n}")
                if n % (POSTS_PER_LANE // REPLIES_PER_LANE) == 0:
                    _enqueue(session, lane, f"reply-{lane}-{n}", parent=f"post-{lane}-{n}")
            for n in range(TIMERS_PER_LANE):
                timers.arm_timer(
                    session,
                    team_id=TEAM.id,
                    key=f"timer-{lane}-{n}",
                    kind="test",
                    subject=f"lane:{lane}|timed-{lane}-{n}",
                    due_at=datetime.now(UTC),
                )


def _enqueue(session: Session, lane: int, name: str, parent: str | None = None) -> None:
    content = {"text": f"{name} 1"}
    enqueue_delivery(
        session, team_id=TEAM.id, lane=f"lane:{lane}", key=name, kind="message", content=content, parent=parent
    )


def _run(database: Database, database_url: str, playground: Playground, workers: int) -> int:
    """Runs that many workers, each killed as ordered and replaced, until all is delivered. Returns the kills."""
    plans = iter(KILLS)
    revisions = _revisions(database)
    with run_workers(playground, TEAM.id, database_url) as processes:
        while True:
            processes.forget_killed()
            while len(processes.running) < workers:
                processes.start_one(*next(plans, ("", 0)))
            revised = next(revisions, False)
            if not is_all_done(database):
                processes.wait_for_news()
            elif not revised:
                return processes.killed


def _revisions(database: Database) -> Iterator[bool]:
    """Edits, before and after the messages were sent, while the workers run."""
    draw = random.Random(7)
    versions: Counter[str] = Counter()
    for _ in range(REVISIONS):
        name = f"post-{draw.randrange(LANES)}-{draw.randrange(POSTS_PER_LANE)}"
        versions[name] += 1
        try:
            with transaction(database) as session:
                content = {"text": f"{name} {versions[name] + 1}"}
                revise_delivery(session, team_id=TEAM.id, key=name, content=content)
        except OperationalError:  # busy: this edit was not made
            versions[name] -= 1
        yield True


def _check(database: Database, slack: Driver) -> None:
    with read_only_session(database) as session:
        rows = session.exec(select(Delivery, Lane).join(Lane).order_by(col(Delivery.id))).all()
        ran = Counter(entry.action for entry in session.exec(select(AuditEntry)))
    assert ran == {f"timer-{lane}-{n}": 1 for lane in range(LANES) for n in range(TIMERS_PER_LANE)}
    assert len(rows) == LANES * (POSTS_PER_LANE + REPLIES_PER_LANE + TIMERS_PER_LANE) == 300
    assert {row.status for row, _ in rows} == {"delivered"}
    expected: dict[str, list[str]] = defaultdict(list)
    for row, lane in rows:
        expected[str(lane.channel_id)].append(row.content["text"])
    for channel in expected:
        shown = sorted(slack.messages(channel), key=lambda message: float(message["ts"]))
        texts = [message["text"] for message in shown]
        assert sorted(texts) == sorted(expected[channel])  # none lost, none doubled, none stale
        assert texts == expected[channel]  # none out of order
        _check_threads(shown)


def _check_threads(shown: list[dict[str, Any]]) -> None:
    posts = {message["text"].split()[0]: message["ts"] for message in shown}
    for message in shown:
        name = message["text"].split()[0]
        if name.startswith("reply-"):
            assert message["thread_ts"] == posts[name.replace("reply", "post")]
