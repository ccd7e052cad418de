"""What the README's first screen promises: `duet playground --story`, and both signatures by one's own hand."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from playwright.sync_api import Browser, expect

from bot.demo.company import OF_ALL, set_company_language
from bot.demo.lexicon import label_in_all_languages
from tests.driving import Driver
from tests.page.browser import Window
from tests.page.conftest import choose_spoken_language
from tests.running import IS_LONG
from tests.sampling import plays_whole_story

PROJECT_IS_ACTIVE = 9  # the scene
STEP_BY_STEP = 2  # so many scenes
ENOUGH = 5  # scenes, when it is the terminal's turn to play all: past the day when the project is active
EVERY_THIRD = 3  # scene is read as by everybody; in `make test-long` each
SCENE_MS = 180_000  # at most, on a busy machine


@contextmanager
def host_playground(*options: str) -> Iterator[str]:
    """The address of a playground as it is started from the command line."""
    command = [sys.executable, "-m", "bot", "playground", "--story", *options]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    found = re.search(r"http://[\d.:]+/", running.stdout.readline())
    assert found is not None
    yield found.group()
    running.terminate()
    said, _ = running.communicate(timeout=60)
    assert running.returncode == 0, said
    assert "Nothing was kept" in said


@pytest.fixture
def address() -> Iterator[str]:
    with host_playground() as found:
        yield found


@pytest.fixture
def hurried() -> Iterator[str]:
    with host_playground("--pause", "0", "--lang", "pl") as found:
        yield found


def test_a_stranger_signs_as_both_executives(browser: Browser, address: str) -> None:
    """As the panel says it, in the browser's language; then the rest of a scene is played, and everybody is
    switched to Polish but Piotr, who has chosen for himself.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    window = Window(context, address).opens()
    story = window.page.get_by_role("complementary", name="Story")
    you = window.page.get_by_role("button", name=re.compile("^You are"))
    expect(story).to_contain_text("You are Adam now", timeout=SCENE_MS)
    expect(story).to_contain_text("pickled cucumbers")
    for width, height in ((820, 1100), (390, 844), (1280, 800)):
        window.page.set_viewport_size({"width": width, "height": height})
        assert window.page.evaluate("document.documentElement.scrollWidth") <= width
        room = window.timeline.bounding_box()
        assert room is not None
        panel = story.bounding_box()
        assert panel is not None
        assert width != 390 or panel["height"] <= 0.3 * height, "the conversation is what one came for"
        assert room["width"] >= (0.5 if width == 1280 else 0.6) * width
        assert window.barriers() == []
    for name in ("Adam", "Anna"):
        expect(story).to_contain_text(f"You are {name} now", timeout=SCENE_MS)
        expect(you).to_contain_text(name)
        expect(story).to_contain_text("choose “Sign”, send it with “Send my answer”")
        window.clicks("Read & sign")
        window.form.get_by_role("radio", name="Sign", exact=True).check()
        window.presses("Send my answer")
        window.is_told("You have signed")
        window.page.keyboard.press("Escape")
    expect(story).to_contain_text("One team, one room", timeout=SCENE_MS)
    expect(story).not_to_contain_text("pickled cucumbers")
    story.get_by_role("button", name="Next step").click()
    window.sees("State: ")
    window.sees("signed by")
    story.get_by_role("button", name="Play this scene").click()
    expect(story).to_contain_text("Scene 10", timeout=SCENE_MS)

    slack = Driver(address)
    choose_spoken_language(slack.person("piotr"), "English")
    switch = window.page.get_by_role("group", name=re.compile("^(Duet speaks|Język Dueta)$"))
    switch.get_by_role("button", name="Polski").click()
    expect(switch.get_by_role("button", name="Polski")).to_have_attribute("aria-pressed", "true")
    assert "Co na Ciebie czeka" in slack.person("anna").types("/duet").text
    assert "Have a good day" in slack.person("piotr").types("/duet").text
    set_company_language(slack, "en")
    with window.page.expect_response("**/playground/cue"):  # also where it is pressed already
        switch.get_by_role("button", name="Polski").click()
    roman = slack.person("roman")
    roman.types("/duet settings")
    form = roman.waits_for_form()
    of_all = next(each for each in form.labels if each in label_in_all_languages(OF_ALL))
    assert form.values[of_all] == "Polski"
    form.close()
    story = window.page.get_by_role("complementary", name="Historia")
    story.get_by_role("button", name="Odtwórz scenę").click()
    expect(story).to_contain_text("Scena 11", timeout=SCENE_MS)

    before = slack.now
    with window.page.expect_response("**/playground/cue") as told:
        window.page.get_by_role("button", name="Następny termin").click()
    due = datetime.fromisoformat(told.value.json()["value"]["due"]).timestamp()
    assert before < due <= slack.now, "the clock stands where something was due"
    assert not window.trouble, window.trouble
    assert not window.foreign, window.foreign
    context.close()


def test_the_story_is_played_to_its_end(browser: Browser, hurried: str) -> None:
    """With *Next step*, then scene by scene; what is shown can be read by everybody, and the console stays silent.

    To its middle only, where this is the terminal's turn.
    In Polish, as asked for on the command line, whatever the browser prefers: the page, too. Also
    where the switch stands at English from the middle on, and somebody moves the clock past the days of the story.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    window = Window(context, hurried).opens()
    polish_story = window.page.get_by_role("complementary", name="Historia")
    expect(polish_story).to_contain_text("Twoja kolej", timeout=SCENE_MS)
    expect(polish_story).to_contain_text("“Podpisuję” (Sign)")
    assert window.page.title().startswith("Duet: piaskownica")
    window.page.get_by_role("group", name="Język Dueta").get_by_role("button", name="English").click()
    story = window.page.get_by_role("complementary", name="Story")
    step = story.get_by_role("button", name="Next step")
    ready = story.get_by_role("button", name="Play this scene", disabled=False)
    told, state, scene = (story.locator(f".story-{part}") for part in ("body", "state", "count"))
    broke, over = state.filter(has_text="broke off"), state.filter(has_text="The end")
    expect(state).to_have_text("Your turn", timeout=SCENE_MS)
    first, count = (int(each) for each in re.findall(r"\d+", scene.inner_text()))
    expect(story).to_contain_text("“Sign”")
    looked_at: list[str] = []
    while True:
        expect(ready.or_(broke).or_(over).first).to_be_visible(timeout=SCENE_MS)
        assert not broke.is_visible(), told.inner_text()
        if scene.inner_text() not in looked_at:
            looked_at.append(scene.inner_text())
            if IS_LONG or len(looked_at) % EVERY_THIRD == 1:
                assert window.barriers() == [], scene.inner_text()
            if scene.inner_text() == f"Scene {PROJECT_IS_ACTIVE} of {count}":
                Driver(hurried).move_clock(days=25)
        if over.is_visible() or (len(looked_at) == ENOUGH and not plays_whole_story("on the page")):
            break
        before = told.inner_text()
        assert not re.search(r"\*\w", before), "marks are drawn"
        (ready if len(looked_at) > STEP_BY_STEP else step).click()
        expect(told).not_to_have_text(before, use_inner_text=True, timeout=SCENE_MS)
    told_scenes = [f"Scene {number} of {count}" for number in range(first, count + 1)]
    assert looked_at == told_scenes if plays_whole_story("on the page") else told_scenes[:ENOUGH]
    assert not window.trouble, window.trouble
    assert not window.foreign, window.foreign
    context.close()
