"""`duet run`, `serve` and `work`; and `duet check`, which says beforehand whether they can."""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.command_line.terminal import (
    console,
    fail_with,
    failing_in_a_sentence,
    load_settings,
    open_configured_database,
)

if TYPE_CHECKING:
    from bot.app import Duet
    from bot.runtime.settings import Settings
    from bot.slack.intake import Intake

Host = Annotated[str, typer.Option(help="Address to listen on; TLS is a proxy's.")]
Workers = Annotated[
    bool, typer.Option("--workers/--no-workers", help="Whether to post and run what is due, or `duet work` does.")
]

THREADS_TURN_SECONDS = 0.001
"""A command passes through three threads: while rounds are opened it would wait 5 ms for its turn in each."""


def run_socket_mode(workers: Workers = True) -> None:
    """Run Duet over Socket Mode until SIGTERM or Ctrl-C."""
    with failing_in_a_sentence():
        settings = load_settings()
        if not _has_tokens(settings) or not settings.has_app_token:
            fail_with("SLACK_BOT_TOKEN and SLACK_APP_TOKEN are needed: put them into .env (see README.md).")
        _run_bot(settings, lambda duet: duet.socket_mode(), "WHOLE" if workers else "INTAKE")


def serve_http(
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one, named in the log.")] = 3000,
    workers: Workers = True,
) -> None:
    """Run Duet over HTTP: Slack posts to /slack/events. Until SIGTERM or Ctrl-C."""
    with failing_in_a_sentence():
        settings = load_settings()
        _require_http_packages("duet serve")
        if not _has_tokens(settings) or not settings.has_signing_secret:
            fail_with("SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET are needed: put them into .env (see README.md).")
        _run_bot(settings, lambda duet: duet.http_mode(host, port), "WHOLE" if workers else "INTAKE")


def work_for_others(
    host: Host = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Tell /healthz and /readyz there.", show_default=False)
    ] = None,
) -> None:
    """Post and run what is due, beside processes with --no-workers. Until SIGTERM or Ctrl-C."""
    from bot.slack.intake import NoIntake

    with failing_in_a_sentence():
        settings = load_settings()
        if port is not None:
            _require_http_packages("duet work --port")
        if not _has_tokens(settings):
            fail_with("SLACK_BOT_TOKEN is needed: put it into .env (see README.md).")
        _run_bot(settings, lambda duet: NoIntake() if port is None else duet.http_mode(host, port), "WORKERS")


def _has_tokens(settings: "Settings") -> bool:
    """In the settings, or in the table of where Duet was installed."""
    return bool(settings.tokens() or settings.keys())


def _require_http_packages(command: str) -> None:
    if find_spec("uvicorn") is None or find_spec("starlette") is None:
        fail_with(f"`{command}` needs uvicorn and starlette: install Duet with its extra `http`.")


def _run_bot(
    settings: "Settings", intake: "Callable[[Duet], Intake]", kind: Literal["WHOLE", "INTAKE", "WORKERS"]
) -> None:
    """Until SIGTERM or Ctrl-C. `kind`: a name of `bot.app.ProcessKind`."""
    gc.disable()  # of what is made at the start nothing is garbage
    sys.setswitchinterval(THREADS_TURN_SECONDS)
    from bot.app import Duet, ProcessKind
    from bot.database import prepare_database
    from bot.runtime import logs
    from bot.slack.client import Slack
    from storage.lockfile import hold_process_lock

    async def go() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with Slack(settings.slack_api_url) as slack:
            duet = Duet(settings, database, slack, ProcessKind[kind])
            gc.freeze()  # nor is it looked through again
            gc.enable()
            await duet.run(intake(duet), stop)

    logs.configure_logging(settings.log_level)
    with open_configured_database(settings) as database:
        if database.is_sqlite and kind != "WHOLE":
            fail_with("A SQLite file has one process, which does everything: for several set DATABASE_URL.")
        with hold_process_lock(database):
            prepare_database(database)
            asyncio.run(go())


def check_installation() -> None:
    """A doctor: are the tokens, the scopes and the database as Duet needs them? It changes nothing."""
    from bot.command_line.doctor import collect_findings

    bad = False
    with failing_in_a_sentence():
        settings = load_settings()
    for finding in asyncio.run(collect_findings(settings)):
        mark = {"ok": "[green]✓[/]", "note": "[yellow]![/]", "bad": "[red]✗[/]"}[finding.level]
        console.print(mark, end=" ")
        console.print(finding.text, markup=False)
        bad = bad or finding.level == "bad"
    raise typer.Exit(1 if bad else 0)
