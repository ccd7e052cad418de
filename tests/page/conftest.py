"""A browser for the page tests that follow one another; a window of its own for each test.

Not for the whole run: while Playwright is there, its event loop runs in this thread, and tests with one of
their own could not.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.driving import PersonDriver
from tests.page.browser import Window, open_chromium
from tests.running import Office, SqliteFiles, run_office
from tests.scenarios.steps import FIELDS

Opens = Callable[..., Window]


def choose_spoken_language(person: PersonDriver, name: str) -> None:
    """In their settings, from the language that Duet speaks to them by itself. `name`: English, Polski."""
    form = person.types("/duet settings").form
    assert form is not None
    label = next(each for each in form.labels if each in FIELDS["my_language"])
    form.fill({label: name}).submit()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with open_chromium() as running:
        yield running


@pytest.fixture
def workplace(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[Office]:
    """Duet at work on SQLite: which database it is does not show on the page."""
    with sqlite_files.new(tmp_path) as url, run_office(url, tmp_path) as running:
        yield running
        assert not running.slack.violations, running.slack.violations


@pytest.fixture
def opens(browser: Browser, workplace: Office) -> Iterator[Opens]:
    """Opens windows on the playground's page; at the end nothing may have gone wrong in any of them."""
    windows: list[Window] = []

    def open_window(width: int = 1280, height: int = 800, scheme: str = "light", *, touch: bool = False) -> Window:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]  # the stubs want the literal
            locale="en-GB",
            has_touch=touch,
            is_mobile=touch,
        )
        windows.append(Window(context, f"{workplace.playground.url}/"))
        return windows[-1].opens()

    yield open_window
    for window in windows:
        assert not window.trouble, window.trouble
        assert not window.foreign, window.foreign
        window.page.context.close()
