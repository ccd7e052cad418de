"""What grows with what: the same work on holdings of 51, 510 and 5,100 projects, in turn (docs/scale.md).

    .venv/bin/python -m benchmarks.scale FOLDER [--sizes 1,10,100] [--turns 3] [--only NAME] [--json FILE]

The holdings are built in the folder (×100: 3.3 GB, a quarter of an hour), and found there again; after a change of
the schema give it another folder.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from pathlib import Path
from statistics import median
from typing import Any, Final

from sqlalchemy import text

from benchmarks.costs import Cost, measure_cost
from benchmarks.holding import PROJECTS, TEAM, build_holdings, run_server
from benchmarks.work import InstantSlack
from bot.app import Duet
from bot.checkins.answers import answer_prompt
from bot.checkins.schedules import OPEN
from bot.database import open_database
from bot.declarations import TIMERS
from bot.people.rules import Actor
from bot.privacy.retention import apply_retention
from bot.runtime.logs import configure_logging
from bot.runtime.settings import Settings
from bot.scheduling.worker import TimerWorker
from bot.slack.client import Bot
from bot.slack.intake import wait_until_idle
from storage import erasure, project_erasure
from storage.backlog import load_backlog
from storage.engine import Database
from storage.session import read_only_session, transaction
from storage.timers import Timer

QUIET: Final = datetime(2027, 12, 2, 6, tzinfo=UTC)  # a Thursday on which nothing is due before nine
ROUNDS_OPEN: Final = datetime(2027, 12, 2, 9, 0, 30, tzinfo=UTC)
COMMANDS, ANSWERS, ROUNDS, MESSAGES, DUE, SCRAPES = 30, 30, 15, 100, 1000, 20
WORKSPACES: Final = 30  # that are asked in turn
BENCH: Final = "bench:"
_NUMBERS = count(1)


class HoldingSlack(InstantSlack):
    """Knows channels, too: nobody else reads them."""

    async def call(self, team_id: str, method: str, **arguments: Any) -> dict[str, Any]:
        if method == "conversations.info":
            return {"ok": True, "channel": {"id": arguments["channel"], "is_private": True}}
        return await super().call(team_id, method, **arguments)


@dataclass
class Holding:
    """One of the databases, and a Duet that is at work there."""

    size: int
    database: Database
    clock: Path
    slack: HoldingSlack = field(default_factory=HoldingSlack)

    def __post_init__(self) -> None:
        with self.database.engine.begin() as connection:
            connection.execute(text("UPDATE people SET refreshed_at = now() + interval '7 days'"))
            self.teams = sorted(connection.execute(text("SELECT DISTINCT team_id FROM projects")).scalars())
        for team_id in self.teams:
            self.slack.bots[team_id] = Bot(team_id, None, "B0", "U0BOT", "xoxb-none")
        self.clock.write_text(str((QUIET - datetime.now(UTC)).total_seconds()))
        settings = Settings(_env_file=None, DUET_PACE_SECONDS=0, DUET_CLOCK_FILE=self.clock, DUET_BUDGET_SECONDS=60)
        self.duet = Duet(settings, self.database, self.slack)
        asked = self.teams[:: max(1, len(self.teams) // WORKSPACES)]
        self.turns = cycle(asked)
        self.prompts = cycle(self._list_last_prompts(asked))

    def _list_last_prompts(self, teams: Sequence[str]) -> list[tuple[int, str, str]]:
        """One of each project, of its last round."""
        newest = (
            "SELECT max(p.id), max(p.user_id), p.team_id FROM checkin_prompts p "
            "JOIN checkin_rounds r ON r.id = p.round_id "
            "JOIN checkin_schedules s ON s.project_id = p.project_id AND s.last_number = r.number "
            "WHERE p.team_id = ANY(:teams) AND p.user_id LIKE '%OLA%' AND p.state IN ('asked', 'answered') "
            "GROUP BY p.project_id, p.team_id ORDER BY p.project_id % 1000000, p.team_id LIMIT :most"
        )
        with self.database.engine.connect() as connection:
            found = connection.execute(text(newest), {"teams": list(teams), "most": ANSWERS}).all()
        return [tuple(each) for each in found]

    def person(self, team_id: str, name: str) -> str:
        number = team_id.removesuffix("PIKUS").removeprefix("T")
        return f"U0{name}" + ("" if team_id == TEAM else f"W{number}")


def type_commands(holding: Holding, *texts: str) -> int:
    """By the lead of D-1, in one workspace after the other, each as soon as the one before is answered."""
    asyncio.run(_type_commands(holding, texts))
    return COMMANDS


async def _type_commands(holding: Holding, texts: Sequence[str]) -> None:
    answered: list[Any] = []

    async def acknowledge(*args: Any, **said: Any) -> None:
        answered.append(said or args)

    for _ in range(COMMANDS // len(texts)):
        team_id = next(holding.turns)
        for typed in texts:
            body = {
                "command": "/duet",
                "text": typed,
                "team_id": team_id,
                "user_id": holding.person(team_id, "EWA"),
                "channel_id": "C0GENERAL",
                "trigger_id": f"bench.{time.time_ns()}.{next(_NUMBERS)}",
            }
            await holding.duet.adapter.on_command(acknowledge, body)  # type: ignore[arg-type]
    await wait_until_idle(lambda: holding.duet.adapter.is_idle, at_most_seconds=60)
    for each in answered:
        if "D-1" not in str(each) and "Etap 12" not in str(each):
            raise RuntimeError(str(each))


def answer_checkins(holding: Holding) -> int:
    """Of the last round, which still takes answers: in one project after the other, by one person each."""
    values = {"q1": f"Zrobione, razy {next(_NUMBERS)}.", "q2": "on_track"}
    for _ in range(ANSWERS):
        prompt_id, user_id, team_id = next(holding.prompts)
        with transaction(holding.database) as session:
            answer_prompt(session, actor=Actor(team_id, user_id), prompt_id=prompt_id, values=values, now=QUIET)
    return ANSWERS


def run_tick(holding: Holding) -> int:
    """A thousand timers that do nothing but be due, among all that are not."""
    with transaction(holding.database) as session:
        for n in range(DUE):
            session.add(
                Timer(
                    team_id=TEAM, key=f"{BENCH}{n}", kind="nothing", subject="", due_at=QUIET - timedelta(hours=1)
                )
            )
    asyncio.run(TimerWorker(holding.database, {"nothing": lambda *_: None}, now=lambda: QUIET).tick())
    return 1


def open_rounds(holding: Holding) -> int:
    """The first of those that are due at ten in all projects."""
    steps: list[str] = []

    def stop_after(step: str) -> None:
        steps.append(step)
        if steps.count("committed") == ROUNDS:
            worker.stop()

    worker = TimerWorker(holding.database, {OPEN: TIMERS[OPEN]}, now=lambda: ROUNDS_OPEN, on_step=stop_after)
    asyncio.run(worker.tick())
    return ROUNDS


def send_messages(holding: Holding) -> int:
    """The first of those that wait, whatever number it is."""
    asyncio.run(_send_messages(holding))
    return MESSAGES


async def _send_messages(holding: Holding) -> None:
    slack = holding.slack
    slack.sent, slack.messages, slack.has_all = 0, MESSAGES, asyncio.Event()
    settings = Settings(_env_file=None, DUET_PACE_SECONDS=0, DUET_CLOCK_FILE=holding.clock)
    deliveries = Duet(settings, holding.database, slack).deliveries
    sending = asyncio.create_task(deliveries.run())
    await slack.has_all.wait()
    deliveries.stop()
    await sending
    holding.database.on_commit.clear()


def enqueue_messages(holding: Holding, most: int | None) -> int:
    """One for each member's conversation, as when all check-ins are asked at once."""
    insert = (
        "INSERT INTO deliveries (team_id, key, lane_id, kind, content, fingerprint, version, delivered_version, "
        f"status, attempts, opaque) SELECT team_id, '{BENCH}' || id, id, 'message', "
        "'{\"text\": \"Jak idzie?\", \"blocks\": []}', '', 1, 0, 'pending', 0, '' "
        "FROM lanes WHERE name LIKE 'dm:%' ORDER BY id LIMIT :most"
    )
    with holding.database.engine.begin() as connection:
        connection.execute(text(f"DELETE FROM deliveries WHERE key LIKE '{BENCH}%'"))
        # What the commands before have changed in messages is not what is measured here.
        connection.execute(
            text("UPDATE deliveries SET status = 'delivered' WHERE status IN ('pending', 'sending')")
        )
        done = connection.execute(text(insert), {"most": most}).rowcount
    with holding.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE deliveries"))
    return done


def retain(holding: Holding) -> int:
    apply_retention(holding.database, QUIET)
    return 1


def erase_project_for_now(holding: Holding) -> int:
    """With its year; it is there again afterwards."""
    team_id = next(holding.turns)
    with transaction(holding.database) as session:
        project_id = session.execute(text("SELECT max(id) FROM projects WHERE team_id = :team"), {"team": team_id})
        reason, number = erasure.ErasureReason.RECORDS, PROJECTS
        with erasure.open_erasure(session, team_id=team_id, reason=reason, number=number, now=QUIET):
            project_erasure.erase_project(session, team_id, project_id.scalar_one())
        session.rollback()
    return 1


def scrape(holding: Holding) -> int:
    for _ in range(SCRAPES):
        with read_only_session(holding.database) as session:
            load_backlog(session, now=QUIET)
    return SCRAPES


Work = Callable[[Holding], int]
NAMES: Final[dict[str, Work]] = {
    "/duet": lambda each: type_commands(each, ""),
    "/duet show": lambda each: type_commands(each, "show D-1"),
    "milestone done, reopen": lambda each: type_commands(each, "milestone D-1 done 12", "milestone D-1 reopen 12"),
    "a check-in answered": answer_checkins,
    "a tick, 1,000 due": run_tick,
    "metrics, a scrape": scrape,
    "retention, an hour's": retain,
    "a project erased": erase_project_for_now,
    "a message sent, 150 waiting": send_messages,
    "a message sent, one for each person waiting": send_messages,
    "a round opened": open_rounds,
}
WAITING: Final = {"a message sent, 150 waiting": 150, "a message sent, one for each person waiting": None}


def measure_scale(
    holdings: Sequence[Holding], turns: int, *, begins: str = ""
) -> Iterator[tuple[str, dict[int, Cost]]]:
    for name, work in NAMES.items():
        if not name.startswith(begins):
            continue
        found: dict[int, list[Cost]] = {each.size: [] for each in holdings}
        for turn in range(turns + 1):  # the first warms all up
            for each in holdings:
                if name in WAITING:
                    enqueue_messages(each, WAITING[name])
                cost = measure_cost(each.database, lambda work=work, each=each: work(each))  # type: ignore[misc]
                if turn or name == "a round opened":
                    found[each.size].append(cost)
        yield name, {size: _take_median(costs) for size, costs in found.items()}


def _take_median(costs: Sequence[Cost]) -> Cost:
    values = [asdict(each) for each in costs]
    return Cost(**{name: median(each[name] for each in values) for name in values[0]})


def list_sizes(database: Database) -> dict[str, tuple[int, int]]:
    """Rows and mebibytes of each table with its indexes, the largest first."""
    sizes = "SELECT relname, n_live_tup, pg_total_relation_size(relid) FROM pg_stat_user_tables"
    with database.engine.connect() as connection:
        return {
            name: (rows, size)
            for name, rows, size in connection.execute(text(f"{sizes} WHERE n_live_tup > 0 ORDER BY 3 DESC"))
        }


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.scale")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", default="1,10,100")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--only", default="", help="work whose name begins so")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    configure_logging("ERROR")
    sizes = tuple(map(int, chosen.sizes.split(",")))
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with run_server(chosen.folder) as server:
        urls = build_holdings(server, chosen.folder, sizes)
        holdings = [
            Holding(size, open_database(url, budget_seconds=60), chosen.folder / f"clock_{size}")
            for size, url in urls.items()
        ]
        tables = {each.size: list_sizes(each.database) for each in holdings}
        _print_tables(tables)
        costs = {}
        for name, by_size in measure_scale(holdings, chosen.turns, begins=chosen.only):
            costs[name] = {size: asdict(cost) for size, cost in by_size.items()}
            _print_costs(name, by_size)
        for each in holdings:
            each.database.close()
    if chosen.json is not None:
        chosen.json.write_text(json.dumps({"tables": tables, "costs": costs, "load": os.getloadavg()}))


def _print_tables(tables: dict[int, dict[str, tuple[int, int]]]) -> None:
    """All that the smallest has."""
    for name in next(iter(tables.values())):
        told = []
        for size, found in tables.items():
            rows, used = found.get(name, (0, 0))
            told.append(f"×{size}: {rows:,} rows, {used / 2**20:,.1f} MiB")
        sys.stdout.write(f"{name}: {'; '.join(told)}\n")


def _print_costs(name: str, by_size: dict[int, Cost]) -> None:
    first = next(iter(by_size.values()))
    sys.stdout.write(f"{name} (load {os.getloadavg()[0]:.1f})\n")
    for size, cost in by_size.items():
        sys.stdout.write(f"  ×{size}: {cost}; {cost.processor_ms / first.processor_ms:.2f} of ×1\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
