"""Commands over HTTP with twenty connections, beside a Bolt listener that does nothing, or commits a row."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

from benchmarks.company import COMPANY, EWA
from benchmarks.load import Answers, send_commands
from benchmarks.measures import Measure, compare, processor_seconds
from benchmarks.yardsticks import run_listener
from tests.playground_thread import PlaygroundThread
from tests.processes import run_serving_process
from tests.running import MANIFEST


@dataclass(frozen=True)
class Asked:
    """A line of the table, and what is typed for it."""

    name: str
    texts: Sequence[str]
    beside: str  # the yardstick
    at_least: float  # of its rate
    p50_at_most: float | None = None  # times that of Bolt's defaults


COMMANDS = (
    Asked("/duet help", ("help",), "before_response", 0.35),
    Asked("/duet show D-1", ("show D-1",), "before_response", 0.1, p50_at_most=4.5),
    Asked("/duet, by whoever leads all projects", ("",), "before_response", 0.07),
    Asked("milestone done and reopen", ("milestone D-1 done 1", "milestone D-1 reopen 1"), "row", 0.17),
)
"""The targets of the last three are 2.5, 4 and 6 ms of processor time, as shares of what the yardsticks need."""


@dataclass(frozen=True)
class Turn:
    answers: Answers
    processor_ms: float  # of the whole process, for each command that was done

    def __str__(self) -> str:
        p50 = 1000 * self.answers.percentile(0.5) if self.answers.seconds else float("nan")
        refused = f", {self.answers.refused} refused" if self.answers.refused else ""
        return f"{self.answers.rate:.0f}/s, p50 {p50:.0f} ms, {self.processor_ms:.1f} ms CPU{refused}"


def measure_commands(database_url: str, folder: Path, *, turns: int, seconds: float) -> list[Measure]:
    measures = []
    with (
        PlaygroundThread(MANIFEST, (COMPANY,), pace_seconds=0, rate_scale=1000) as playground,
        run_serving_process(playground, database_url, folder / "duet.log") as duet,
        run_listener("before_response", folder, playground.signing_secret) as fast,
        run_listener("defaults", folder, playground.signing_secret) as usual,
        run_listener("row", folder, playground.signing_secret) as row,
    ):
        secret = playground.signing_secret
        beside = {"before_response": fast, "row": row}
        for asked in COMMANDS:
            found = []
            for turn in range(turns + 1):  # the first warms all up
                own = _take_turn(duet, secret, asked.texts, seconds)
                other = _take_turn(beside[asked.beside], secret, ("help",), seconds)
                by_defaults = _take_turn(usual, secret, ("help",), seconds / 2)
                found += [(own, other, by_defaults)] if turn else []
            measures += _compare_turns(asked, found)
    return measures


def _compare_turns(asked: Asked, found: Sequence[tuple[Turn, Turn, Turn]]) -> Iterator[Measure]:
    own, other, by_defaults = found[len(found) // 2]
    rates = [(each.answers.rate, beside.answers.rate) for each, beside, _ in found]
    yield compare(
        f"{asked.name}: rate", rates, duet=str(own), yardstick=f"{asked.beside}: {other}", at_least=asked.at_least
    )
    if asked.p50_at_most is not None:
        waits = [(each.answers.percentile(0.5), usual.answers.percentile(0.5)) for each, _, usual in found]
        yield compare(
            f"{asked.name}: p50",
            waits,
            duet=str(own),
            yardstick=f"defaults: {by_defaults}",
            at_most=asked.p50_at_most,
        )


def _take_turn(server: "tuple[Popen[Any], str]", secret: str, texts: Sequence[str], seconds: float) -> Turn:
    process, url = server
    before = processor_seconds(process.pid)
    answers = asyncio.run(send_commands(url, secret, texts, user_id=EWA.user_id, seconds=seconds))
    used = processor_seconds(process.pid) - before
    return Turn(answers, 1000 * used / max(1, len(answers.seconds)))
