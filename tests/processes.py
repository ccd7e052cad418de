"""Duet as a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playground.server import Playground
from tests.running import ROOT

START_SECONDS = 30


@contextmanager
def duet_process(
    playground: Playground, database_url: str, log: Path, *command: str, **settings: str
) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m bot run`, or another command; `settings` are environment variables. It may still be starting."""
    environment = os.environ | {
        "SLACK_BOT_TOKEN": ",".join(playground.bot_tokens.values()),
        "SLACK_APP_TOKEN": playground.app_token,
        "SLACK_SIGNING_SECRET": playground.signing_secret,
        "DATABASE_URL": database_url,
        "DUET_SLACK_API_URL": playground.api_url,
        **settings,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *(command or ["run"])],
            env=environment,
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def listening_at(log: Path) -> str:
    """Where `duet serve` listens, once its log says so."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        for line in log.read_text("utf-8").splitlines():
            if '"http.listening"' in line:
                return str(json.loads(line)["url"])
        time.sleep(0.02)
    raise AssertionError(f"it did not start: {log.read_text('utf-8')}")
