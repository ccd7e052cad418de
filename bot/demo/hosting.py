"""`duet playground`: the workspace with its page, the bot, and the story for whoever wants to see it played."""

import tempfile
from functools import partial
from pathlib import Path

from rich.console import Console

from bot.demo.company import Speech, Switch
from bot.demo.editions import EDITIONS, edition_for
from bot.demo.page import BEFORE_ACT_SECONDS, DoneByHand, Telling
from bot.demo.player import TROUBLE, Acting, iterate_scenes, office_day, open_office, settle_language
from bot.demo.stage import DemoStage, wait_until_quiet
from bot.demo.story import build_story
from bot.ui.texts import Texts
from handlers import FEATURES
from handlers.router import Router
from playground.driver import Driver, Json
from storage import timers
from storage.engine import Database, connect_database
from storage.session import read_only_session

ARRIVAL, SPEAK, JUMP = "arrival", "speak", "next_due"  # cues


def host_playground(
    console: Console,
    *,
    from_the_middle: bool,
    language: str | None = None,
    port: int = 0,
    pause_seconds: float = BEFORE_ACT_SECONDS,
) -> int:
    """Until Ctrl-C or SIGTERM, which raise KeyboardInterrupt. The exit code: 1 if something did not start or broke.

    `from_the_middle`: the story's first scenes are played at once; `pause_seconds` go by before each act of the
    others. `language`: of the story, one of EDITIONS; None: the browser's. Nothing is kept afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="duet-playground-") as folder:
        stage = DemoStage(Path(folder), port=port)
        try:
            with stage:
                if language is None:
                    stage.slack.narrate({"state": "waiting"})
                _greet_visitor(console, stage.slack)
                language = language or _browser_language(stage.slack)
                _tell_story(stage, language, from_the_middle=from_the_middle, pause_seconds=pause_seconds)
        except KeyboardInterrupt:
            console.print("\nGood-bye. Nothing was kept.")
            return 0
        except TROUBLE as trouble:
            console.print(f"The playground broke: {trouble}", markup=False)
            for name, tail in stage.log_tails().items():
                console.print(f"The last lines of the {name}'s log:\n{tail}", markup=False)
            return 1
    return 0


def _greet_visitor(console: Console, slack: Driver) -> None:
    console.print(f"Open [bold]{slack.url}/[/] in your browser. Be Adam (CIO), Anna (CMO), or anybody else there.")
    console.print("It is a make-believe Slack on this machine; the Duet in it is the real one. Ctrl-C ends it.")


def _browser_language(slack: Driver) -> str:
    """Of the first page that tells which languages its browser prefers."""
    while True:
        cue = slack.next_cue()
        if cue is not None:
            slack.answer_cue(cue, {})
            name, _, preferred = cue["cue"].partition(":")
            if name == ARRIVAL:
                return edition_for(preferred.split(","))


def _tell_story(stage: DemoStage, language: str, *, from_the_middle: bool, pause_seconds: float) -> None:
    """Plays the story as the page asks for it, then only answers. Ends by an exception."""
    open_office(stage.slack)
    told = build_story(office_day(stage.slack), language=language)
    database = connect_database(stage.database_url)
    speech = Speech(stage.slack, database)
    switch = Switch(stage.slack, speech)

    def answer(cue: Json) -> None:
        name, _, wanted = cue["cue"].partition(":")
        if name == SPEAK and wanted in EDITIONS:
            switch.speak(wanted)
            stage.slack.offer_completions(list_completions(wanted))
            telling.speaks(wanted)
            stage.slack.answer_cue(cue, {})
        elif name == JUMP:
            _jump_to_next_due(stage.slack, database, cue)
        else:  # another window has arrived
            stage.slack.answer_cue(cue, {})

    telling = Telling(
        stage.slack,
        told,
        answer,
        language_to=speech.to,
        pause_seconds=pause_seconds,
    )
    stage.slack.offer_completions(list_completions(told.language))
    acting = Acting(
        stage.slack, telling, lambda: wait_until_quiet(stage.slack, database), partial(speech.is_as_told, told)
    )
    telling.hurrying = from_the_middle
    telling.begin()
    settle_language(stage.slack, told)
    try:
        for number, scene in enumerate(iterate_scenes(stage.slack, language), 1):
            telling.hurrying = from_the_middle and number <= told.middle
            try:
                acting.play(number, scene)
            except DoneByHand:
                telling.did_it(scene)
        telling.ended()
    except TROUBLE as trouble:
        telling.broke(str(trouble).splitlines()[0])
    try:
        telling.serve()
    finally:
        database.close()


def _jump_to_next_due(slack: Driver, database: Database, cue: Json) -> None:
    """Moves the clock to when Duet next has something to do."""
    with read_only_session(database) as session:
        due = timers.next_due_moment(session)
    if due is not None:
        slack.move_clock(max(0.0, due.timestamp() - slack.now) + 1)
    slack.answer_cue(cue, {"found": due is not None, "due": None if due is None else due.isoformat()})


def list_completions(language: str) -> list[Json]:
    """What may follow `/duet`, the everyday words first."""
    texts = Texts.of(language)
    return [
        {"word": texts.plain(f"help.{name}.word"), "what": texts.plain(f"help.{name}.what")}
        for name in Router(FEATURES).everyday_first
    ]
