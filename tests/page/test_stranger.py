"""What the README's first screen promises: `duet playground --story`, and both signatures by one's own hand."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from playground.driver import Driver
from tests.page.browser import Window

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def address() -> Iterator[str]:
    running = subprocess.Popen(
        [sys.executable, "-m", "bot", "playground", "--story"], stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    found = re.search(r"http://[\d.:]+/", running.stdout.readline())
    assert found is not None
    yield found.group()
    running.terminate()
    said, _ = running.communicate(timeout=30)
    assert running.returncode == 0, said
    assert "Nothing was kept" in said


def test_a_stranger_signs_as_both_executives(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    window = Window(context, address).opens()
    story = window.page.get_by_role("complementary", name="Story")
    for name in ("Adam", "Anna"):
        expect(story).to_contain_text(f"You are {name} now", timeout=60_000)
        expect(window.page.get_by_role("button", name=re.compile(f"^You are {name}"))).to_be_visible()
        window.clicks("Przeczytaj i podpisz")
        window.form.get_by_role("radio", name="Podpisuję", exact=True).check()
        window.presses("Wyślij odpowiedź")
        window.is_told("Podpisane")
        window.presses("Zamknij")
    expect(story).to_contain_text("One team, one room", timeout=60_000)
    step = story.get_by_role("button", name="Next step")
    step.click()
    window.sees("State: ")
    window.sees("signed by")
    slack = Driver(address)
    before = slack.now
    with window.page.expect_response("**/playground/cue"):
        window.page.get_by_role("button", name="Next thing due").click()
    assert slack.now - before > 3600
    assert not window.trouble, window.trouble
    assert not window.foreign, window.foreign
    context.close()
