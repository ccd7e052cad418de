"""The `duet` command. Imports where they are needed: the rows alone take a second."""

import asyncio
import signal
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

if TYPE_CHECKING:
    from bot.app import Duet
    from bot.intake import Intake
    from bot.settings import Settings
    from storage.engine import Database

cli = typer.Typer(
    help="Duet: joint projects of IT and marketing, in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they show local variables, tokens among them
)
db = typer.Typer(help="The database.", no_args_is_help=True)
cli.add_typer(db, name="db")
console = Console(highlight=False)


@cli.command()
def run() -> None:
    """Run Duet over Socket Mode until SIGTERM or Ctrl-C."""
    from bot.settings import Settings

    settings = Settings()
    if not settings.tokens() or not settings.app_token.get_secret_value():
        _fail("SLACK_BOT_TOKEN and SLACK_APP_TOKEN are needed: put them into .env (see README.md).")
    _work(settings, lambda duet: duet.socket_mode())


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; TLS is a proxy's.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one, named in the log.")] = 3000,
) -> None:
    """Run Duet over HTTP: Slack posts to /slack/events. Until SIGTERM or Ctrl-C."""
    from bot.settings import Settings

    settings = Settings()
    if find_spec("uvicorn") is None or find_spec("starlette") is None:
        _fail("`duet serve` needs uvicorn and starlette: install Duet with its extra `http`.")
    if not settings.tokens() or not settings.signing_secret.get_secret_value():
        _fail("SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET are needed: put them into .env (see README.md).")
    _work(settings, lambda duet: duet.http_mode(host, port))


def _work(settings: "Settings", intake: "Callable[[Duet], Intake]") -> None:
    """Until SIGTERM or Ctrl-C; or one sentence says why not."""
    from sqlalchemy.exc import DBAPIError

    from bot import logs
    from bot.app import Duet, SchemaOutdated, prepare
    from bot.intake import CannotListen
    from bot.slack import Slack, SlackError
    from storage.lockfile import AlreadyRunning, only_process

    async def go() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with Slack(settings.slack_api_url) as slack:
            duet = Duet(settings, database, slack)
            await duet.run(intake(duet), stop)

    logs.configure(settings.log_level)
    database = _open(settings.database_url)
    try:
        with only_process(database):
            prepare(database)
            asyncio.run(go())
    except DBAPIError as error:
        _fail(f"The database cannot be used: {type(error).__name__}. `duet check` says more.")
    except AlreadyRunning:
        _fail("Another Duet is running on this database file.")
    except SlackError as error:
        _fail(f"Slack refused to let Duet in: {error.code}. `duet check` says more.")
    except CannotListen as error:
        _fail(f"{error}.")
    except SchemaOutdated:
        _fail("The database's schema is not current: run `duet db upgrade`.")
    finally:
        database.close()


@cli.command()
def check() -> None:
    """A doctor: are the tokens, the scopes and the database as Duet needs them?"""
    from bot.check import findings
    from bot.settings import Settings

    bad = False
    for finding in asyncio.run(findings(Settings())):
        mark = {"ok": "[green]✓[/]", "note": "[yellow]![/]", "bad": "[red]✗[/]"}[finding.level]
        console.print(f"{mark} {finding.text}")
        bad = bad or finding.level == "bad"
    raise typer.Exit(1 if bad else 0)


@cli.command()
def demo(
    pause: Annotated[float, typer.Option(help="Seconds between two lines, to read along.")] = 0.0,
) -> None:
    """Play a story in the terminal: a playground, the bot, and two executives who agree."""
    from bot.demo import play

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # like Ctrl-C: ends the two processes, too
    raise typer.Exit(play(console, pause_seconds=pause))


@cli.command()
def playground(
    story: Annotated[bool, typer.Option("--story", help="Begin in the middle of the demo's story.")] = False,
    port: Annotated[int, typer.Option(help="Of the page; 0: any free one.")] = 0,
    pause: Annotated[float, typer.Option(help="Seconds before each act of the story, to see where.")] = 0.7,
) -> None:
    """A make-believe Slack in your browser, with the real Duet in it. Ends with Ctrl-C; nothing is kept."""
    from bot.demo.hosting import host

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    raise typer.Exit(host(console, from_the_middle=story, port=port, pause_seconds=pause))


@db.command()
def upgrade() -> None:
    """Bring the database to the newest schema; a SQLite file is copied first."""
    from bot.clock import real_now
    from bot.settings import Settings
    from storage import schema

    database = _open(Settings().database_url)
    if database.is_sqlite and not schema.is_empty(database) and not schema.is_current(database):
        console.print(f"Copied to {schema.backup(database, real_now())}")
    schema.upgrade(database)
    console.print("The database is current.")
    database.close()


@db.command()
def backup() -> None:
    """Copy the SQLite file, while Duet may be running. For PostgreSQL use pg_dump."""
    from bot.clock import real_now
    from bot.settings import Settings
    from storage import schema

    database = _open(Settings().database_url)
    if not database.is_sqlite:
        _fail("This is not a SQLite file. Use pg_dump.")
    copy: Path = schema.backup(database, real_now())
    console.print(f"Copied to {copy}")
    database.close()


def _open(url: str) -> "Database":
    from bot.app import open_database

    try:
        return open_database(url)
    except ValueError as error:
        _fail(f"DATABASE_URL: {error}.")


def _fail(reason: str) -> NoReturn:
    Console(stderr=True, highlight=False).print(reason)
    raise typer.Exit(1)


def main() -> None:
    cli()


if __name__ == "__main__":
    main()
