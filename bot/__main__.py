"""The `duet` command. Imports where they are needed: the rows alone take a second."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from rich.console import Console

if TYPE_CHECKING:
    from bot.app import Duet
    from bot.runtime.settings import Settings
    from bot.slack.intake import Intake
    from storage.engine import Database

Edition = Literal["en", "pl"]
Host = Annotated[str, typer.Option(help="Address to listen on; TLS is a proxy's.")]
Workers = Annotated[
    bool, typer.Option("--workers/--no-workers", help="Whether to post and run what is due, or `duet work` does.")
]

THREADS_TURN_SECONDS = 0.001
"""A command passes through three threads: while rounds are opened it would wait 5 ms for its turn in each."""

OURS_ALONE = 0o077
"""What people wrote, and tokens, are for whoever runs Duet: new files are closed to all others."""

cli = typer.Typer(
    help="Duet: joint projects of IT and marketing, in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they show local variables, tokens among them
)
db = typer.Typer(help="The database.", no_args_is_help=True)
cli.add_typer(db, name="db")
tokens = typer.Typer(help="Tokens of workspaces that have installed Duet themselves.", no_args_is_help=True)
cli.add_typer(tokens, name="tokens")
deliveries = typer.Typer(help="What Slack has not taken.", no_args_is_help=True)
cli.add_typer(deliveries, name="deliveries")
console = Console(highlight=False)


@cli.command("run")
def run_socket_mode(workers: Workers = True) -> None:
    """Run Duet over Socket Mode until SIGTERM or Ctrl-C."""
    with failing_in_a_sentence():
        settings = _read_settings()
        if not _has_tokens(settings) or not settings.has_app_token:
            _fail_with("SLACK_BOT_TOKEN and SLACK_APP_TOKEN are needed: put them into .env (see README.md).")
        _run_bot(settings, lambda duet: duet.socket_mode(), "WHOLE" if workers else "INTAKE")


@cli.command("serve")
def serve_http(
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one, named in the log.")] = 3000,
    workers: Workers = True,
) -> None:
    """Run Duet over HTTP: Slack posts to /slack/events. Until SIGTERM or Ctrl-C."""
    with failing_in_a_sentence():
        settings = _read_settings()
        _require_http_packages("duet serve")
        if not _has_tokens(settings) or not settings.has_signing_secret:
            _fail_with("SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET are needed: put them into .env (see README.md).")
        _run_bot(settings, lambda duet: duet.http_mode(host, port), "WHOLE" if workers else "INTAKE")


@cli.command("work")
def work_for_others(
    host: Host = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Tell /healthz and /readyz there.", show_default=False)
    ] = None,
) -> None:
    """Post and run what is due, beside processes with --no-workers. Until SIGTERM or Ctrl-C."""
    from bot.slack.intake import NoIntake

    with failing_in_a_sentence():
        settings = _read_settings()
        if port is not None:
            _require_http_packages("duet work --port")
        if not _has_tokens(settings):
            _fail_with("SLACK_BOT_TOKEN is needed: put it into .env (see README.md).")
        _run_bot(settings, lambda duet: NoIntake() if port is None else duet.http_mode(host, port), "WORKERS")


def _has_tokens(settings: "Settings") -> bool:
    """In the settings, or in the table of where Duet was installed."""
    return bool(settings.tokens() or settings.keys())


def _require_http_packages(command: str) -> None:
    if find_spec("uvicorn") is None or find_spec("starlette") is None:
        _fail_with(f"`{command}` needs uvicorn and starlette: install Duet with its extra `http`.")


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
    with _open_database(settings) as database:
        if database.is_sqlite and kind != "WHOLE":
            _fail_with("A SQLite file has one process, which does everything: for several set DATABASE_URL.")
        with hold_process_lock(database):
            prepare_database(database)
            asyncio.run(go())


@cli.command("check")
def check_installation() -> None:
    """A doctor: are the tokens, the scopes and the database as Duet needs them? It changes nothing."""
    from bot.doctor import collect_findings

    bad = False
    with failing_in_a_sentence():
        settings = _read_settings()
    for finding in asyncio.run(collect_findings(settings)):
        mark = {"ok": "[green]✓[/]", "note": "[yellow]![/]", "bad": "[red]✗[/]"}[finding.level]
        console.print(mark, end=" ")
        console.print(finding.text, markup=False)
        bad = bad or finding.level == "bad"
    raise typer.Exit(1 if bad else 0)


@cli.command("demo")
def play_demo(
    pause: Annotated[float, typer.Option(help="Seconds between two lines, to read along.")] = 0.0,
    lang: Annotated[Edition | None, typer.Option(help="Of the story; else the terminal's.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="The whole story, to the day when all are back.")
    ] = False,
) -> None:
    """Play a story in the terminal: a playground, the bot, and two executives who agree."""
    from bot.demo import play_story
    from bot.demo.editions import edition_for

    spoken = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # like Ctrl-C: ends the two processes, too
    language = lang or edition_for([spoken])
    raise typer.Exit(play_story(console, pause_seconds=pause, language=language, is_whole=everything))


@cli.command("playground")
def open_playground(
    story: Annotated[bool, typer.Option("--story", help="Begin in the middle of the story.")] = False,
    lang: Annotated[Edition | None, typer.Option(help="Of the story; else the browser's.")] = None,
    port: Annotated[int, typer.Option(help="Of the page; 0: any free one.")] = 0,
    pause: Annotated[float, typer.Option(help="Seconds before each act of the story, to see where.")] = 0.7,
) -> None:
    """A make-believe Slack in your browser, with the real Duet in it. Ends with Ctrl-C; nothing is kept."""
    from bot.demo.hosting import host_playground

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    raise typer.Exit(host_playground(console, from_the_middle=story, language=lang, port=port, pause_seconds=pause))


@db.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to the newest schema; a SQLite file is copied first."""
    from storage import schema

    with _open_database_to_maintain(may_be_new=True) as database:
        if database.is_sqlite and not schema.is_database_empty(database) and not schema.is_schema_current(database):
            _copy_database(database)
        schema.upgrade_schema(database)
        _print_text("The database is current.")


@db.command("backup")
def back_up_database() -> None:
    """Copy the SQLite file, while Duet may be running. For PostgreSQL use pg_dump."""
    with _open_database_to_maintain("pg_dump") as database:
        _copy_database(database)


@db.command("restore")
def restore_database(
    copy: Annotated[Path, typer.Argument(help="As `duet db backup` has made it.", show_default=False)],
) -> None:
    """Put a copy in the place of the SQLite file, which is kept. For PostgreSQL use pg_restore."""
    from bot.runtime.clock import real_now
    from storage import copies
    from storage.lockfile import hold_process_lock

    with _open_database_to_maintain("pg_restore", may_be_new=True) as database:
        with hold_process_lock(database):
            aside = copies.restore_sqlite_file(database, copy, real_now())
        _print_text(f"{copies.sqlite_path(database)} is now the copy {copy}.")
        if aside is not None:
            _print_text(f"What was there before is kept as {aside}.")


@db.command("move")
def move_database_to_postgresql(
    to: Annotated[
        str, typer.Argument(help="postgresql://user:password@host/name; empty, unless one workspace is moved.")
    ],
    workspace: Annotated[
        str, typer.Option(help="Slack's id of the one to move, T…; else everything is moved.", show_default=False)
    ] = "",
) -> None:
    """Move the SQLite file of a stopped Duet to PostgreSQL, or one workspace of it, and prove that every row has
    arrived. The file stays, and serves no longer what was moved.
    """
    from bot.database import open_database
    from storage.lockfile import hold_process_lock
    from storage.moving import move_database, move_workspace

    with _open_database_to_maintain("pg_dump and pg_restore") as source:
        try:
            target = open_database(to)
        except ValueError as error:
            _fail_with(f"The address to move to: {error}.")
        try:
            with hold_process_lock(source):
                moved = move_workspace(source, target, workspace) if workspace else move_database(source, target)
        finally:
            target.close()
    for table in moved:
        if table.count:
            _print_text(f"{table.count:>9} {table.name} ({table.checksum})")
    _print_text(
        f"{sum(table.count for table in moved):>9} rows of {len(moved)} tables are in PostgreSQL, as they were."
    )
    if workspace:
        _print_text(f"Start the Duet of that address with the token of {workspace}, and this one without it.")
    else:
        _print_text("Set DATABASE_URL to that address, and start Duet.")


@tokens.command("new-key")
def print_new_key() -> None:
    """Print a key for DUET_TOKEN_KEYS: put it before those that stand there, with a comma between."""
    from cryptography.fernet import Fernet

    _print_text(Fernet.generate_key().decode("ascii"))


@tokens.command("rotate-keys")
def seal_tokens_anew() -> None:
    """Seal all tokens with the first of DUET_TOKEN_KEYS, while Duet may be running; then the others can go."""
    from bot.app import open_vault
    from bot.slack.installations import reseal_tokens

    with failing_in_a_sentence():
        settings = _read_settings()
        if not settings.keys():
            _fail_with("DUET_TOKEN_KEYS is needed: put it into .env (see README.md).")
        vault = open_vault(settings)
        with _open_database(settings) as database:
            done, unreadable = reseal_tokens(database, vault)
        _print_text(f"The tokens of {done} workspaces are sealed with the first key.")
        if unreadable:
            _fail_with(
                f"No key opens those of {', '.join(unreadable)}: add the old one, or install Duet there again."
            )


@deliveries.command("list")
def list_deliveries() -> None:
    """What is parked: it is sent by nobody until you say so. In a line each, without what it says."""
    from storage.deliveries import list_parked_deliveries_with_lanes
    from storage.session import read_only_session

    with _open_database_to_maintain() as database, read_only_session(database) as session:
        found = list_parked_deliveries_with_lanes(session)
        for row, lane in found:
            _print_text(f"{row.id}  {row.team_id}  {lane}  {row.kind}  {row.last_error}  {row.sent_at or '-'}")
        _print_text(f"{len(found)} parked.")


DeliveryIds = Annotated[list[int], typer.Argument(help="As `duet deliveries list` names them.", show_default=False)]


@deliveries.command("retry")
def retry_deliveries(numbers: DeliveryIds) -> None:
    """Let parked ones try again; Duet may be running."""
    from storage.delivery_retries import retry_parked_deliveries
    from storage.session import transaction

    with _open_database_to_maintain() as database, transaction(database) as session:
        _report_count(retry_parked_deliveries(session, numbers), len(numbers), "tried again")


@deliveries.command("discard")
def discard_deliveries(numbers: DeliveryIds) -> None:
    """Give parked ones up for good, and erase what they say; Duet may be running."""
    from storage.delivery_retries import discard_parked_deliveries
    from storage.session import transaction

    with _open_database_to_maintain() as database, transaction(database) as session:
        _report_count(discard_parked_deliveries(session, numbers), len(numbers), "discarded")


def _report_count(count: int, wanted: int, done: str) -> None:
    _print_text(f"{count} of {wanted} will be {done}." if done == "tried again" else f"{count} of {wanted} {done}.")


@cli.command("export")
def export_workspace(
    workspace: Annotated[str, typer.Option(help="Slack's id of it, T…; may be left out where there is one.")] = "",
    to: Annotated[Path | None, typer.Option(help="The file to write; it must not exist yet.")] = None,
) -> None:
    """Write all that Duet holds of a workspace as one JSON file, which only you can read; Duet may be running."""
    from bot.export.workspace_file import write_workspace_file
    from bot.runtime.clock import real_now
    from storage.people import list_workspaces
    from storage.session import read_only_session

    with _open_database_to_maintain() as database, read_only_session(database) as session:
        known = [each.team_id for each in list_workspaces(session)]
        if workspace not in known and (workspace or len(known) != 1):
            _fail_with(f"Say which workspace with --workspace: {', '.join(known) or 'there is none'}.")
        team_id, now = workspace or known[0], real_now()
        path = to or Path(f"duet-{team_id}-{now:%Y-%m-%d}.json")
        with path.open("x", encoding="utf-8") as file:
            file.writelines(write_workspace_file(session, team_id=team_id, now=now))
        _print_text(f"Written to {path}.")


def _copy_database(database: "Database") -> None:
    from bot.runtime.clock import real_now
    from storage import copies

    _print_text(f"Copied to {copies.copy_sqlite_file(database, real_now())}")


@contextmanager
def _open_database_to_maintain(instead: str | None = None, *, may_be_new: bool = False) -> "Iterator[Database]":
    """`instead`: the tool to use where it is no SQLite file, if it has to be one. `may_be_new`: else a file that is
    not there is refused, as whoever types it in another folder would be told of an empty one.
    """
    import sqlite3

    from storage import copies

    with failing_in_a_sentence(), _open_database(_read_settings()) as database:
        if instead is not None and not database.is_sqlite:
            _fail_with(f"This is not a SQLite file. Use {instead}.")
        if database.is_sqlite and not may_be_new:
            copies.refuse_missing_file(database)
        try:
            yield database
        except (OSError, sqlite3.Error) as error:
            _fail_with(f"That did not work: {error}.")


@contextmanager
def failing_in_a_sentence() -> "Iterator[None]":
    """Whatever an operator can mend ends the command with one sentence and exit code 1, not with a traceback."""
    try:
        yield
    except Exception as error:
        from bot.doctor import describe_failure

        sentence = describe_failure(error)
        if sentence is None:
            raise
        _fail_with(sentence)


def _read_settings() -> "Settings":
    """Raises: OperatorError."""
    from bot.runtime.settings import read_settings

    return read_settings()


@contextmanager
def _open_database(settings: "Settings") -> "Iterator[Database]":
    from bot.database import open_database

    try:
        database = open_database(settings.database_url, budget_seconds=settings.budget_seconds)
    except ValueError as error:
        _fail_with(f"DATABASE_URL: {error}.")
    try:
        yield database
    finally:
        database.close()


def _print_text(text: str) -> None:
    console.print(text, markup=False, soft_wrap=True)


def _fail_with(reason: str) -> NoReturn:
    Console(stderr=True, highlight=False).print(reason, markup=False, soft_wrap=True)
    raise typer.Exit(1)


def main() -> None:
    os.umask(OURS_ALONE)
    cli()


if __name__ == "__main__":
    main()
