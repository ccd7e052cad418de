"""Duet as a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import IO

from playground.driver import PATIENCE_SECONDS
from playground.server import Playground
from tests.running import ROOT


@contextmanager
def run_duet_process(
    playground: Playground, database_url: str, log: Path, *command: str, **settings: object
) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m bot run`, or another command; `settings` are environment variables. It may still be starting."""
    environment = build_environment(playground, database_url, settings)
    with log.open("wb") as output:
        process = _start_process(environment, *(command or ["run"]), output=output)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@contextmanager
def run_serving_process(
    playground: Playground, database_url: str, log: Path, *command: str, **settings: object
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`duet serve` at a free port, or another command, and where it listens; what it writes passes through here to
    its log.
    """
    environment = build_environment(playground, database_url, settings)
    with log.open("wb", buffering=0) as kept:
        process = _start_process(environment, *(command or ["serve"]), "--port", "0", output=subprocess.PIPE)
        assert process.stdout is not None
        listening: Future[str] = Future()
        reading = Thread(target=_copy_log, args=(process.stdout, kept, listening))
        reading.start()
        try:
            yield process, listening.result(PATIENCE_SECONDS)
        finally:
            process.kill()
            process.wait()
            reading.join()
            process.stdout.close()


def _copy_log(written: IO[bytes], kept: IO[bytes], listening: "Future[str]") -> None:
    for line in written:
        kept.write(line)
        if b'"http.listening"' in line:
            listening.set_result(str(json.loads(line)["url"]))
    if not listening.done():
        listening.set_exception(AssertionError(f"it did not start: {kept.name}"))


def _start_process(environment: dict[str, str], *command: str, output: IO[bytes] | int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *command], env=environment, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
    )


def build_environment(playground: Playground, database_url: str, settings: Mapping[str, object]) -> dict[str, str]:
    return os.environ | {
        "SLACK_BOT_TOKEN": ",".join(playground.bot_tokens.values()),
        "SLACK_APP_TOKEN": playground.app_token,
        "SLACK_SIGNING_SECRET": playground.signing_secret,
        "DATABASE_URL": database_url,
        "DUET_SLACK_API_URL": playground.api_url,
        **{name: str(value) for name, value in settings.items()},
    }
