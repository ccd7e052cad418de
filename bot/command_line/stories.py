"""`duet demo` and `duet playground`: Duet at work in a make-believe Slack."""

import os
import signal
from typing import Annotated, Literal

import typer

from bot.command_line.terminal import console

Edition = Literal["en", "pl"]


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
