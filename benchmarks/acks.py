"""How soon 20 people who act at the same moment have their acknowledgement, over Socket Mode, from a Duet in a
process of its own. Slack waits 3 s; Duet gives itself 1 s.

Yardsticks, in the same run: a bare Bolt app that knows one command and acknowledges it at once, by Bolt's defaults
and with `process_before_response`; and `/duet help`, which writes nothing.

    .venv/bin/python -m benchmarks.acks [DATABASE_URL of an empty, upgraded database …]
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from playground.actions import Choice
from playground.interactions import Interaction
from playground.server import Playground
from playground.world import Person, Team
from tests.failures.test_locked_database import CROWD, FIRST_STEP, PEOPLE
from tests.processes import run_duet_process
from tests.running import MANIFEST, ROOT, SqliteFiles

ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS", "25"))
ACK_SECONDS = 3.0

Act = Callable[[Person], Awaitable[Interaction]]


def main() -> None:
    for before_response in (False, True):
        asyncio.run(_measure_bolt(before_response))
    with tempfile.TemporaryDirectory() as folder, SqliteFiles(Path(folder)).new(Path(folder)) as sqlite:
        for database_url in (sqlite, *sys.argv[1:]):
            asyncio.run(_measure_duet(database_url, Path(folder)))


async def _measure_bolt(before_response: bool) -> None:
    async with Playground(MANIFEST, (CROWD,), rate_scale=1000, ack_seconds=ACK_SECONDS) as playground:
        with bare_bolt(playground, before_response):
            crowd = await _Crowd.gathered(playground)
            name = "bare Bolt, acknowledging at once" + (", before the response" if before_response else "")
            _report(name, await crowd.all_at_once(lambda person: crowd.types(person, "/duet help")))


async def _measure_duet(database_url: str, folder: Path) -> None:
    kind = database_url.partition(":")[0]
    async with Playground(MANIFEST, (CROWD,), rate_scale=1000, ack_seconds=ACK_SECONDS) as playground:
        with run_duet_process(playground, database_url, folder / "log"):
            crowd = await _Crowd.gathered(playground)
            _report(f"{kind}: /duet help", await crowd.all_at_once(lambda p: crowd.types(p, "/duet help")))
            _report(
                f"{kind}: /duet new, opening its form", await crowd.all_at_once(crowd.opens, after=crowd.closes)
            )
            taken = await crowd.all_at_once(crowd.submits, before=crowd.fills, after=crowd.closes)
            _report(f"{kind}: its first step, committed", taken)


class _Crowd:
    """People who do the same thing at the same moment, as often as there are rounds."""

    def __init__(self, playground: Playground, team: Team) -> None:
        self._acts = playground.acts
        self._team = team
        self._people = [person for person in team.people.values() if not person.is_bot]
        self._channel = team.channels["C0GENERAL"]

    @classmethod
    async def gathered(cls, playground: Playground) -> "_Crowd":
        """Once the app listens, and everybody has been looked up: the first time is not what is measured."""
        core = playground
        assert await core.world.changes.until(lambda: core.sockets.connections, 30)
        crowd = cls(playground, core.world.teams[CROWD.id])
        await crowd.all_at_once(lambda person: crowd.types(person, "/duet help"), rounds=1)
        return crowd

    async def all_at_once(
        self, act: Act, *, before: Act | None = None, after: Act | None = None, rounds: int = ROUNDS
    ) -> list[float]:
        """Seconds of each act, from its envelope to its acknowledgement."""
        taken: list[float] = []
        for _ in range(rounds):
            for person in self._people if before else ():
                assert before is not None
                await before(person)
            taken += await asyncio.gather(*(self._timed(act, person) for person in self._people))
            for person in self._people if after else ():
                assert after is not None
                await after(person)
        return taken

    async def _timed(self, act: Act, person: Person) -> float:
        began = time.perf_counter()
        done = await act(person)
        assert done.error is None, done.error
        return time.perf_counter() - began

    async def types(self, person: Person, text: str) -> Interaction:
        return await self._acts.types(self._team, person, self._channel, text)

    async def opens(self, person: Person) -> Interaction:
        done = await self.types(person, "/duet new")
        assert self._team.stacks[person.id], "refused"
        return done

    async def fills(self, person: Person) -> Interaction:
        done = await self.opens(person)
        for label, value in FIRST_STEP.items():
            view = self._team.stacks[person.id][-1]
            await self._acts.fills(self._team, person, view, Choice(value, label))
        return done

    async def submits(self, person: Person) -> Interaction:
        done = await self._acts.submits(self._team, person, self._team.stacks[person.id][-1])
        shown = self._team.stacks[person.id]
        assert len(shown) == 1, "refused"
        assert not shown[0].errors, shown[0].errors
        return done

    async def closes(self, person: Person) -> Interaction:
        return await self._acts.closes(self._team, person, self._team.stacks[person.id][-1])


def _report(name: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p50, p99 = statistics.median(ordered), ordered[int(0.99 * (len(ordered) - 1))]
    shown = "   ".join(
        f"{word} {value * 1000:5.0f} ms" for word, value in (("p50", p50), ("p99", p99), ("max", ordered[-1]))
    )
    sys.stdout.write(f"{name:52} {shown}   ({PEOPLE} at once, {len(ordered)} in all)\n")


@contextmanager
def bare_bolt(playground: Playground, before_response: bool) -> Iterator[None]:
    """This file as another process: the yardstick."""
    settings = {
        "BOLT_TOKEN": playground.bot_tokens[CROWD.id],
        "SLACK_APP_TOKEN": playground.app_token,
        "BOLT_API_URL": playground.api_url,
        "BEFORE_RESPONSE": str(int(before_response)),
    }
    command = [sys.executable, "-m", "benchmarks.acks", "bolt"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        yield
    finally:
        process.kill()
        process.wait()


async def _be_bare_bolt() -> None:
    client = AsyncWebClient(os.environ["BOLT_TOKEN"], os.environ["BOLT_API_URL"])
    app = AsyncApp(client=client, process_before_response=os.environ["BEFORE_RESPONSE"] == "1")

    @app.command("/duet")
    async def at_once(ack: AsyncAck) -> None:
        await ack("Hello.")

    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start_async()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    if sys.argv[1:] == ["bolt"]:
        asyncio.run(_be_bare_bolt())
    else:
        main()
