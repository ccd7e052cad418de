"""What Duet does by itself, in this process: it sends messages, opens rounds, looks among many timers."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col, delete, insert

from benchmarks.company import COMPANY, add_colleagues, copy_project, give_own_people, start_project
from benchmarks.measures import Measure, compare
from benchmarks.yardsticks import add_and_fire_jobs
from bot.app import Duet
from bot.checkins.schedules import OPEN
from bot.database import open_database
from bot.declarations import TIMERS
from bot.runtime.settings import Settings
from bot.scheduling.worker import TimerWorker
from bot.slack.client import Bot, Slack
from storage import schema
from storage.deliveries import enqueue_delivery
from storage.engine import Database
from storage.lanes import set_lane_channel
from storage.session import transaction
from storage.timers import Timer

MESSAGES, CHANNELS = 500, 50
TURNS = 3
TICK_TARGET = 1.1
DUE = 1000  # timers
TICKS_AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)


class InstantSlack(Slack):
    """Takes everything at once, and answers as Slack does."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1/")
        self.bots[COMPANY.id] = Bot(COMPANY.id, None, "B0", "U0BOT", "xoxb-none")
        self.sent, self.messages = 0, MESSAGES
        self.has_all = asyncio.Event()

    async def call(self, team_id: str, method: str, **arguments: Any) -> dict[str, Any]:
        self.sent += method == "chat.postMessage"
        if self.sent == self.messages:
            self.has_all.set()
        return {"ok": True, "ts": f"1.{self.sent:06}", "channel": "C0", "message": {}}


@contextmanager
def new_database(folder: Path, name: str) -> Iterator[Database]:
    database = open_database(f"sqlite:///{folder / name}.db", budget_seconds=10)
    schema.upgrade_schema(database)
    add_colleagues(database)
    try:
        yield database
    finally:
        database.close()


def measure_sending(folder: Path) -> Iterator[Measure]:
    """Processor time of a message that is claimed, sent and marked; the yardstick is a committed row."""
    with new_database(folder, "sending") as database:
        turns = []
        for turn in range(4):
            _enqueue_messages(database, f"{turn}")
            turns.append((_processor_ms(lambda: asyncio.run(_send_all(database))), _commit_rows(database)))
    own, other = (sorted(each)[len(each) // 2] / MESSAGES for each in zip(*turns[1:], strict=True))
    yield compare(
        "a message claimed, sent and marked: processor time",
        turns[1:],
        duet=f"{own:.1f} ms",
        yardstick=f"a row committed through SQLModel: {other:.2f} ms",
        at_most=4,
    )


def _enqueue_messages(database: Database, turn: str) -> None:
    with transaction(database) as session:
        for n in range(MESSAGES):
            lane = f"lane:{n % CHANNELS}"
            set_lane_channel(session, team_id=COMPANY.id, lane=lane, channel_id=f"C0{n % CHANNELS}")
            content = {"text": f"message {n}", "blocks": []}
            enqueue_delivery(
                session, team_id=COMPANY.id, lane=lane, key=f"{turn}:{n}", kind="message", content=content
            )


async def _send_all(database: Database) -> None:
    slack = InstantSlack()
    settings = Settings(_env_file=None, DUET_PACE_SECONDS=0)
    duet = Duet(settings, database, slack)
    sending = asyncio.create_task(duet.deliveries.run())
    await slack.has_all.wait()
    duet.deliveries.stop()
    await sending
    database.on_commit.clear()


def _commit_rows(database: Database) -> float:
    def commit() -> None:
        for n in range(MESSAGES):
            with transaction(database) as session:
                session.add(build_timer(f"row:{time.monotonic_ns()}:{n}", NEVER))

    took = _processor_ms(commit)
    with transaction(database) as session:
        session.execute(delete(Timer).where(col(Timer.kind) == "nothing"))
    return took


def measure_rounds(folder: Path, *, rounds: int) -> Iterator[Measure]:
    """Rounds of ten people each that fall due at once, beside APScheduler with ten empty jobs for each."""
    turns = []
    for turn in range(TURNS):
        with new_database(folder, f"rounds{turn}") as database:
            source = start_project(database, 1, members=[each.id for each in COMPANY.people[4:14]])
            project_ids = [source, *(copy_project(database, source, number) for number in range(2, rounds + 1))]
            for project_id in project_ids:
                give_own_people(database, project_id)
            at = find_first_opening(database)
            forget_other_timers(database)
            worker = TimerWorker(database, TIMERS, now=lambda at=at: at)  # type: ignore[misc]
            own = _processor_ms(lambda worker=worker: asyncio.run(worker.tick()))  # type: ignore[misc]
        turns.append((1000 * add_and_fire_jobs(10 * rounds), own))
    other, own = turns[len(turns) // 2]
    yield compare(
        f"{rounds} rounds of ten opened: APScheduler's processor time, of Duet's",
        turns,
        duet=f"{own / rounds:.1f} ms a round",
        yardstick=f"APScheduler, ten jobs added and fired: {other / rounds:.1f} ms",
        at_least=0.9,
    )


def forget_other_timers(database: Database) -> None:
    """What else is due by then is not what is measured."""
    with transaction(database) as session:
        session.execute(delete(Timer).where(col(Timer.kind) != OPEN))


def find_first_opening(database: Database) -> datetime:
    with transaction(database) as session:
        moments = session.execute(Timer.__table__.select().where(col(Timer.kind) == OPEN)).mappings()  # type: ignore[attr-defined]
        return max(each["due_at"] for each in moments)


def measure_ticks(folder: Path, *, many: int) -> Iterator[Measure]:
    """A tick with 1,000 due, of many timers and of no others."""
    turns = []
    with new_database(folder, "many") as large, new_database(folder, "few") as small:
        _insert_timers(large, many)
        for _ in range(3):
            turns.append((_tick(large), _tick(small)))
    own, other = turns[1]
    yield compare(
        f"a tick, 1,000 due of {many:,}",
        turns,
        duet=f"{own:.0f} ms CPU",
        yardstick=f"of 1,000: {other:.0f} ms",
        at_most=TICK_TARGET,
    )


def _tick(database: Database) -> float:
    insert_due_timers(database, DUE)
    worker = TimerWorker(database, {"nothing": lambda session, timer, now: None}, now=lambda: TICKS_AT)
    return _processor_ms(lambda: asyncio.run(worker.tick()))


def insert_due_timers(database: Database, count: int) -> None:
    _insert_timers(database, count, due_at=TICKS_AT - timedelta(minutes=1), begin="due")


def _insert_timers(
    database: Database, count: int, *, due_at: datetime = datetime(2030, 1, 1, tzinfo=UTC), begin: str = "later"
) -> None:
    with transaction(database) as session:
        row = build_timer("", due_at).model_dump(exclude={"id", "key"})
        for at in range(0, count, 5000):
            numbers = range(at, min(at + 5000, count))
            session.execute(insert(Timer), [{**row, "key": f"{begin}:{n}"} for n in numbers])


def build_timer(key: str, due_at: datetime) -> Timer:
    return Timer(team_id=COMPANY.id, key=key, kind="nothing", subject="", due_at=due_at)


def _processor_ms(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)
