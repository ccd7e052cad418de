"""`duet db`, and `duet export`: the database, and what it holds of a workspace."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.command_line.terminal import fail_with, open_database_to_maintain, print_text

if TYPE_CHECKING:
    from storage.engine import Database

db = typer.Typer(help="The database.", no_args_is_help=True)


@db.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to the newest schema; a SQLite file is copied first."""
    from storage import schema

    with open_database_to_maintain(may_be_new=True) as database:
        if database.is_sqlite and not schema.is_database_empty(database) and not schema.is_schema_current(database):
            _copy_database(database)
        schema.upgrade_schema(database)
        print_text("The database is current.")


@db.command("backup")
def back_up_database() -> None:
    """Copy the SQLite file, while Duet may be running. For PostgreSQL use pg_dump."""
    with open_database_to_maintain("pg_dump") as database:
        _copy_database(database)


@db.command("restore")
def restore_database(
    copy: Annotated[Path, typer.Argument(help="As `duet db backup` has made it.", show_default=False)],
) -> None:
    """Put a copy in the place of the SQLite file, which is kept. For PostgreSQL use pg_restore."""
    from bot.runtime.clock import real_now
    from storage import copies
    from storage.lockfile import hold_process_lock

    with open_database_to_maintain("pg_restore", may_be_new=True) as database:
        with hold_process_lock(database):
            aside = copies.restore_sqlite_file(database, copy, real_now())
        print_text(f"{copies.sqlite_path(database)} is now the copy {copy}.")
        if aside is not None:
            print_text(f"What was there before is kept as {aside}.")


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

    with open_database_to_maintain("pg_dump and pg_restore") as source:
        try:
            target = open_database(to)
        except ValueError as error:
            fail_with(f"The address to move to: {error}.")
        try:
            with hold_process_lock(source):
                moved = move_workspace(source, target, workspace) if workspace else move_database(source, target)
        finally:
            target.close()
    for table in moved:
        if table.count:
            print_text(f"{table.count:>9} {table.name} ({table.checksum})")
    print_text(
        f"{sum(table.count for table in moved):>9} rows of {len(moved)} tables are in PostgreSQL, as they were."
    )
    if workspace:
        print_text(f"Start the Duet of that address with the token of {workspace}, and this one without it.")
    else:
        print_text("Set DATABASE_URL to that address, and start Duet.")


def _copy_database(database: "Database") -> None:
    from bot.runtime.clock import real_now
    from storage import copies

    print_text(f"Copied to {copies.copy_sqlite_file(database, real_now())}")


def export_workspace(
    workspace: Annotated[str, typer.Option(help="Slack's id of it, T…; may be left out where there is one.")] = "",
    to: Annotated[Path | None, typer.Option(help="The file to write; it must not exist yet.")] = None,
) -> None:
    """Write all that Duet holds of a workspace as one JSON file, which only you can read; Duet may be running."""
    from bot.export.workspace_file import write_workspace_file
    from bot.runtime.clock import real_now
    from storage.session import read_only_session
    from storage.workspaces import list_workspaces

    with open_database_to_maintain() as database, read_only_session(database) as session:
        known = [each.team_id for each in list_workspaces(session)]
        if workspace not in known and (workspace or len(known) != 1):
            fail_with(f"Say which workspace with --workspace: {', '.join(known) or 'there is none'}.")
        team_id, now = workspace or known[0], real_now()
        path = to or Path(f"duet-{team_id}-{now:%Y-%m-%d}.json")
        with path.open("x", encoding="utf-8") as file:
            file.writelines(write_workspace_file(session, team_id=team_id, now=now))
        print_text(f"Written to {path}.")
