"""`make demo`: two processes, one story, and an exit code that can be trusted."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from rich.console import Console

from bot.demo import play_story
from bot.demo.chat import Chat, select_lines
from bot.demo.editions import EDITIONS, edition_for
from bot.demo.hosting import host_playground
from bot.demo.lexicon import label_in_english
from bot.demo.player import TROUBLE, Acting
from bot.demo.stage import DemoStage, StageBroke
from bot.demo.steps import FORM, REPLY, Clicks, Fills, Says, Scene, Sees, SeesErrors, Step, Types, Waits
from bot.demo.story import build_story, channel_of
from bot.scheduling.workdays import WorkCalendar
from playground.driver import CannotDo, Driver
from tests.running import IS_LONG
from tests.sampling import plays_whole_story

STORY = build_story(date(2026, 11, 23), language="pl")
BEGINNINGS = [
    date(2026, 12, 4),  # a Friday
    date(2026, 12, 23),
    date(2026, 12, 26),  # a Saturday, and a holiday
    date(2026, 12, 31),
    date(2027, 3, 26),  # Good Friday
    date(2027, 3, 28),  # the clocks change
    date(2028, 2, 29),
]


SEEN = {
    "pl": (
        "CIO i CMO muszą być dwiema różnymi osobami.",
        "120 000 zł netto, po połowie: IT 60 000 zł, marketing 60 000 zł",
        "= Only Adam and Anna can sign this charter; both have been asked.",
        "Druga strona: jeszcze bez odpowiedzi.",
        "Druga strona podpisała.",
        "@Adam Wolny: najpierw rozmowa",
        "IT, podpis: @Jan Łącznik w zastępstwie: @Adam Wolny",
        "State: active · charter version 2",
        "= The same summary, with the late answer in it.",
        "trwa przeszkoda,",
        "[Zrób z tego prośbę]",
        "Na razie zespół nie dostaje pytań",
        "partnerstwo 2 z 5",
        "partnerstwo 2 → 4 z 5",
    ),
    "en": (
        "The CIO and the CMO have to be two different people.",
        "€120,000 net, half and half: IT €60,000, marketing €60,000",
        "The other executive: no answer yet.",
        "The other executive has signed.",
        "@Adam Wolny: would like to talk first",
        "IT: signed by @Jan Łącznik for @Adam Wolny",
        "State: active · charter version 2",
        "named by @Ewa Błysk",
        "[Turn into an ask]",
        "For now nobody in the team is asked",
        "partnership 2 of 5",
        "partnership 2 → 4 of 5",
    ),
}
SEEN_AT_FIRST = 5  # of these, in the short story


@pytest.mark.parametrize("language", EDITIONS if IS_LONG else ["en"])  # page/test_stranger plays it in Polish
def test_the_story_is_played_to_its_end_and_leaves_a_real_duet_alone(tmp_path: Path, language: str) -> None:
    """In the language of the terminal (product §15: people's own words in both). The English one has no Polish
    word in it but people's names.
    """
    real = {
        "SLACK_BOT_TOKEN": "xoxb-real",
        "DATABASE_URL": f"sqlite:///{tmp_path}/real.db",
        "DUET_TICK_SECONDS": "no",
    }
    is_whole = plays_whole_story("in the terminal")
    (tmp_path / ".env").write_text("SLACK_APP_TOKEN=xapp-real\nDUET_LOG_LEVEL=nonsense\n")
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo", *(["--all"] if is_whole else [])],
        cwd=tmp_path,
        env=os.environ | real | {"COLUMNS": "100", "LC_ALL": {"pl": "pl_PL.UTF-8", "en": "C.UTF-8"}[language]},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for line in (
        *SEEN[language][: None if is_whole else SEEN_AT_FIRST],
        f"in {channel_of(language)}, pinned",
        "all as they should be",
    ):
        assert line in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    if language == "en":
        told = done.stdout.partition("\n1. ")[2]  # after those who play in it
        assert set(re.findall(r"\w*[ąćęłńóśźż]\w*", told)) <= {"Błysk", "Hasło", "Łącznik", "Źródło", "Żuraw"}
        assert "= " not in told.replace("≥", "")
    assert [each.name for each in tmp_path.iterdir()] == [".env"]


def test_without_all_the_short_story_is_played() -> None:
    """Up to the boundary; it says what comes then, and how to see it."""
    scenes = [Scene(title, "", (Types("anna", "/duet"),)) for title in ("First", "Second", "Third")]
    console = _console()
    assert play_story(console, told=replace(STORY, scenes=tuple(scenes), first_part=2), is_whole=False) == 0
    printed = " ".join(_console_text(console).split())
    assert "The first 2 scenes; --all plays all 3." in printed
    assert "1. First" in printed and "2. Second" in printed
    assert "3. Third" not in printed
    assert "make demo ARGS=--all" in printed
    assert STORY.scenes[STORY.first_part - 1].title == "Who keeps what"


def test_the_edition_is_the_first_that_somebody_prefers() -> None:
    assert edition_for(["de-DE", "pl", "en"]) == "pl"
    assert edition_for(["en-GB", "pl-PL"]) == "en"
    assert edition_for(["pl_PL.UTF-8"]) == "pl"
    assert edition_for(["C"]) == edition_for([""]) == edition_for([]) == "en"


def test_both_editions_have_the_same_scenes() -> None:
    """Act for act, by the same people at the same places; but Piotr, whom Duet takes for a reader of Polish."""
    other = build_story(date(2026, 11, 23), language="en")
    for polish, english in zip(STORY.scenes, other.scenes, strict=True):
        acts = [[(type(step), getattr(step, "who", "")) for step in each.steps] for each in (polish, english)]
        if polish.title == "The other side sends it":
            acts[0] = [acts[0][0], *acts[0][4:]]  # the next morning he is introduced first
        assert acts[0] == acts[1]


def test_a_step_that_shows_something_else_ends_the_story() -> None:
    steps = (Types("anna", "/duet"), Sees("anna", REPLY, ("Kup pan jeża",)), Types("adam", "/duet"))
    console = _console()
    assert play_story(console, told=replace(STORY, scenes=(_scene(*steps),))) == 1
    printed = _console_text(console)
    assert "This is not how the story goes" in printed
    assert "Expected: 'Kup pan jeża'" in printed
    assert "But saw:" in printed
    assert "Nic. Miłego dnia." in printed
    assert "Adam types" not in printed
    assert "duet.ready" in printed  # the end of the bot's log


@pytest.fixture(scope="module")
def acting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Acting]:
    with DemoStage(tmp_path_factory.mktemp("stage")) as stage:
        yield Acting(stage.slack, _telling_nothing())


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (Sees("anna", FORM, ("Kup pan jeża",)), "a form before anna's eyes"),
        (SeesErrors("anna", {"Koniec": "?"}), "a form before anna's eyes"),
        (Clicks("anna", "Kup jeża", REPLY), "no button 'Kup jeża'"),
        (Clicks("anna", "Kup jeża", "@duet"), "a message in @duet with the button 'Kup jeża'"),
        (Sees(("anna", "nadia"), REPLY, ("",)), "for nadia the same as for anna"),
    ],
)
def test_each_kind_of_step_looks(acting: Acting, step: Step, told: str) -> None:
    with pytest.raises(TROUBLE, match=told):
        acting.play(1, _scene(Types("anna", "/duet"), Types("nadia", "/duet"), step))


def test_what_somebody_else_has_just_done_is_waited_for_before_a_message_is_clicked() -> None:
    """It may renew that message: a button that was found there would be gone."""
    waited: list[str] = []
    slack = SimpleNamespace(person=lambda who: SimpleNamespace(reads=lambda place: read(who), types=types))

    def types(text: str, where: str) -> SimpleNamespace:
        return SimpleNamespace(ok=True)

    def read(who: str) -> list[SimpleNamespace]:
        renewed = SimpleNamespace(buttons=["Gotowe"], click=lambda label: SimpleNamespace(ok=True))
        return [renewed if waited else SimpleNamespace(buttons=["Gotowe"], click=_fail_for_gone_button)]

    acting = Acting(cast("Driver", slack), _telling_nothing(), lambda: waited.append("settled"))
    acting.play(1, _scene(Types("anna", "/duet"), Clicks("nadia", "Gotowe", "@duet")))
    assert waited == ["settled"]
    acting.play(2, _scene(Clicks("nadia", "Gotowe", "@duet")))
    assert waited == ["settled"]


def _fail_for_gone_button(label: str) -> None:
    raise CannotDo(f"there is no button {label!r}")


def _telling_nothing() -> Chat:
    return Chat(_console(), {**STORY.cast, "nadia": STORY.cast["anna"]}, pause_seconds=0)


def test_a_bot_that_does_not_end_well_is_told(tmp_path: Path) -> None:
    with DemoStage(tmp_path) as stage:
        stage.processes["bot"].kill()
        with pytest.raises(StageBroke, match="The bot ended with exit code -9"):
            stage.close()


def test_a_port_that_is_taken_is_told_in_a_sentence() -> None:
    console = _console()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert host_playground(console, from_the_middle=False, port=port) == 1
    assert f"Port {port} is taken; choose another with --port." in _console_text(console)
    assert "Traceback" not in _console_text(console)


@pytest.mark.parametrize("began", BEGINNINGS)
@pytest.mark.parametrize("days_later", [0, 1, 20, 150])
@pytest.mark.parametrize("language", EDITIONS)
def test_the_story_has_its_dates_ahead_whenever_it_is_played(began: date, days_later: int, language: str) -> None:
    now = began + timedelta(days=days_later)
    for number in range(len(STORY.scenes)):
        steps = build_story(began, now=now, language=language).scenes[number].steps
        days = [step.day for step in steps if isinstance(step, Waits)]
        assert [now, *days] == sorted([now, *days])
        assert all(WorkCalendar("PL").is_working_day(day) for day in days)
        now = max([now, *days])


def test_whoever_reads_no_polish_can_follow_the_story() -> None:
    """Each thing that is seen, said or typed in Polish has a gloss; so have the labels, from the catalogue."""
    for scene in STORY.scenes:
        for step in scene.steps:
            who = getattr(step, "who", None)
            if isinstance(who, str) and STORY.language_of(who) == "en" and not getattr(step, "gloss", ""):
                continue
            if isinstance(step, Sees | SeesErrors | Says) or (isinstance(step, Types) and step.text != "/duet"):
                assert step.gloss, step
            if isinstance(step, Clicks):
                assert label_in_english(step.label), step
            if isinstance(step, Fills) and not step.gloss:
                assert all(map(label_in_english, (step.click, *step.values))), step


def test_what_was_looked_for_is_printed_however_long_the_message_is() -> None:
    text = "D-1\n*Goal:*\nPickles\n*Start*\ntoday\n*Total*\n120 000 zł\n*Zone*\nWarsaw"
    assert select_lines(text, ["120 000"], 1) == ["D-1 …", "*Total:* 120 000 zł …"]
    assert select_lines(text, [], 9) == [
        "D-1",
        "*Goal:* Pickles",
        "*Start:* today",
        "*Total:* 120 000 zł",
        "*Zone:* Warsaw",
    ]


def _scene(*steps: Step) -> Scene:
    return Scene("", "", steps)


def _console() -> Console:
    return Console(file=StringIO(), width=100, highlight=False)


def _console_text(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("language", EDITIONS)
def test_who_is_on_track_answers_with_one_click_in_the_story(language: str) -> None:
    """§8.3: it took three: to open the form, to choose, to send."""
    scenes = build_story(date(2026, 11, 23), language=language).scenes
    (week,) = [scene.steps for scene in scenes if scene.title == "A week of it"]
    asked, reminded = [
        at for at, step in enumerate(week) if isinstance(step, Waits) and step.at in ("10:00", "09:00")
    ][:2]
    acts = [step for step in week[asked:reminded] if not isinstance(step, Waits | Sees) and step.who == "piotr"]
    assert acts == [Clicks("piotr", "🟢 On track", "@duet")]
