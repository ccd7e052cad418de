"""What the commands of `duet` share: the settings, the database, and what is said in the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console

if TYPE_CHECKING:
    from bot.runtime.settings import Settings
    from storage.engine import Database

console = Console(highlight=False)


@contextmanager
def open_database_to_maintain(instead: str | None = None, *, may_be_new: bool = False) -> "Iterator[Database]":
    """`instead`: the tool to use where it is no SQLite file, if it has to be one. `may_be_new`: else a file that is
    not there is refused, as whoever types it in another folder would be told of an empty one.
    """
    import sqlite3

    from storage import copies

    with failing_in_a_sentence(), open_configured_database(load_settings()) as database:
        if instead is not None and not database.is_sqlite:
            fail_with(f"This is not a SQLite file. Use {instead}.")
        if database.is_sqlite and not may_be_new:
            copies.refuse_missing_file(database)
        try:
            yield database
        except (OSError, sqlite3.Error) as error:
            fail_with(f"That did not work: {error}.")


@contextmanager
def failing_in_a_sentence() -> "Iterator[None]":
    """Whatever an operator can mend ends the command with one sentence and exit code 1, not with a traceback."""
    try:
        yield
    except Exception as error:
        from bot.command_line.doctor import describe_failure

        sentence = describe_failure(error)
        if sentence is None:
            raise
        fail_with(sentence)


def load_settings() -> "Settings":
    """Raises: OperatorError."""
    from bot.runtime.settings import read_settings

    return read_settings()


@contextmanager
def open_configured_database(settings: "Settings") -> "Iterator[Database]":
    from bot.database import open_database

    try:
        database = open_database(settings.database_url, budget_seconds=settings.budget_seconds)
    except ValueError as error:
        fail_with(f"DATABASE_URL: {error}.")
    try:
        yield database
    finally:
        database.close()


def print_text(text: str) -> None:
    console.print(text, markup=False, soft_wrap=True)


def fail_with(reason: str) -> NoReturn:
    Console(stderr=True, highlight=False).print(reason, markup=False, soft_wrap=True)
    raise typer.Exit(1)
