"""The playground and the bot, as two processes that talk over Socket Mode."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from sqlmodel import col, select

from bot.slack.manifest import MANIFEST
from playground.driver import Driver, Json, NotSeen
from storage import timers
from storage.deliveries import OPEN, Delivery
from storage.engine import Database
from storage.session import read_only_session

ROOT = Path(__file__).parents[2]
OURS = ("SLACK_", "DUET_", "DATABASE_URL")  # settings of a real Duet: not for this one
START_SECONDS = 120  # whoever has ended is noticed at once
STOP_SECONDS = 15
SETTLE_TRIES = 40
SETTLE_QUIET_SECONDS = 0.25
TAIL_LINES = 12


class StageBroke(Exception):
    """A process did not start, or did not end as it should."""


class DemoStage:
    """From `with` to its end both processes run; `close` ends them earlier, and looks how they ended.

    `folder` takes the database, the clock and the logs, and has to be empty.
    """

    def __init__(self, folder: Path, *, port: int = 0) -> None:
        """`port` of the playground; 0: any free one."""
        self._folder = folder
        self._port = port
        self.processes: dict[str, subprocess.Popen[str]] = {}
        self.slack: Driver

    def __enter__(self) -> Self:
        try:
            self._open()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def close(self) -> None:
        """Raises: StageBroke if Duet sent what Slack would not show, or a process ended badly."""
        if self.slack.violations:
            raise StageBroke(f"Duet sent what Slack would not show: {self.slack.violations}")
        for name, code in self._end().items():
            if code != 0:
                raise StageBroke(f"The {name} ended with exit code {code}.")

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self._folder / 'duet.db'}"

    def log_tails(self) -> Mapping[str, str]:
        """The last lines that each process wrote, where it wrote any."""
        tails = {
            path.stem: path.read_text("utf-8").splitlines()[-TAIL_LINES:] for path in self._folder.glob("*.log")
        }
        return {name: "\n".join(lines) for name, lines in tails.items() if lines}

    def _open(self) -> None:
        workspace = self._start_playground()
        self.slack = Driver(workspace["url"])
        bot = self._start(
            "bot",
            ["run"],
            {
                "SLACK_BOT_TOKEN": ",".join(workspace["bot_tokens"].values()),
                "SLACK_APP_TOKEN": workspace["app_token"],
                "DATABASE_URL": self.database_url,
                "DUET_SLACK_API_URL": workspace["api_url"],
                "DUET_CLOCK_FILE": str(self._folder / "clock"),
                "DUET_TICK_SECONDS": "0.2",
                "DUET_BUDGET_SECONDS": "2.5",  # of Slack's three: there is no network in between
            },
        )
        for _ in range(START_SECONDS):
            try:
                return self.slack.waits_until_connected(timeout=1)
            except NotSeen:
                if bot.poll() is not None:
                    break
        raise StageBroke("The bot did not start.")

    def _start_playground(self) -> Json:
        arguments = ["--manifest", str(MANIFEST), "--clock-file", str(self._folder / "clock")]
        arguments += ["--port", str(self._port)]
        playground = self._start("playground", arguments, {})
        assert playground.stdout is not None
        line = playground.stdout.readline()
        if not line:
            raise StageBroke("The playground did not start.")
        ready: Json = json.loads(line)
        if "problem" in ready:
            playground.wait(STOP_SECONDS)  # it ends by itself
            raise StageBroke(ready["problem"])
        return ready

    def _start(self, package: str, arguments: list[str], settings: dict[str, str]) -> subprocess.Popen[str]:
        """In `folder`, where no `.env` can reach it."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        with (self._folder / f"{package}.log").open("w", encoding="utf-8") as log:
            process = subprocess.Popen(  # noqa: S603 - our own packages
                [sys.executable, "-m", package, *arguments],
                cwd=self._folder,
                env=inherited | {"PYTHONPATH": str(ROOT)} | settings,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.processes[package] = process
        return process

    def _end(self) -> dict[str, int]:
        """By SIGTERM, the bot first: how a service manager would. Returns the exit codes, by process."""
        codes = {}
        for package, process in reversed(self.processes.items()):
            process.terminate()
            try:
                process.communicate(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
            codes[package] = process.returncode
        self.processes.clear()
        return codes


def wait_until_quiet(slack: Driver, database: Database) -> None:
    """Returns when Duet has done what is due, and sent all that is to be sent."""
    for _ in range(SETTLE_TRIES):
        slack.waits_until_idle(quiet=SETTLE_QUIET_SECONDS)
        with read_only_session(database) as session:
            due = timers.next_due_moment(session)
            unsent = session.exec(select(Delivery.id).where(col(Delivery.status).in_(OPEN)).limit(1)).first()
        if unsent is None and (due is None or due.timestamp() > slack.now):
            return
