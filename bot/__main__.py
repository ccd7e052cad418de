"""The `duet` command. Those of `bot/command_line/` import what they need when they run: the rows take a second."""

import os

import typer

from bot.command_line.database import db, export_workspace
from bot.command_line.deliveries import deliveries
from bot.command_line.running import check_installation, run_socket_mode, serve_http, work_for_others
from bot.command_line.stories import open_playground, play_demo
from bot.command_line.tokens import tokens

OURS_ALONE = 0o077
"""What people wrote, and tokens, are for whoever runs Duet: new files are closed to all others."""

cli = typer.Typer(
    help="Duet: joint projects of IT and marketing, in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they show local variables, tokens among them
)
cli.add_typer(db, name="db")
cli.add_typer(tokens, name="tokens")
cli.add_typer(deliveries, name="deliveries")
cli.command("run")(run_socket_mode)
cli.command("serve")(serve_http)
cli.command("work")(work_for_others)
cli.command("check")(check_installation)
cli.command("demo")(play_demo)
cli.command("playground")(open_playground)
cli.command("export")(export_workspace)


def main() -> None:
    os.umask(OURS_ALONE)
    cli()


if __name__ == "__main__":
    main()
