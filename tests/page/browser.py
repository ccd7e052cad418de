"""A real browser, and a person in it: what they click, type and see."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

FLAGS = (
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
WAIT_MS = 60_000
LAUNCH_MS = 180_000
SERIOUS = ("serious", "critical")
YOU_ARE = "^(You are|Jesteś teraz:)"  # in either language, before a name
WHOM_TO_BE = re.compile("^(Whom to be|Kim chcesz być)$")
LEADING_BRACKET = re.compile(r"^\[|\]$")


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Debian's Chromium, rather the one without windows, which takes half the time; `make test` installs it."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail("There is no Chromium: `make browser` installs it.")
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS), timeout=LAUNCH_MS)
        yield browser
        browser.close()


class Window:
    """One browser window on the playground's page, and what went wrong in it."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.trouble: list[str] = []
        self.foreign: list[str] = []  # requests to other hosts
        self.page = context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("console", lambda said: self._note(said.type, said.text))
        self.page.on("pageerror", lambda error: self._note("error", str(error)))
        self.page.on("request", lambda request: self._sent(request.url))

    def opens(self) -> "Window":
        self.page.goto(self.url)
        expect(self.page.get_by_role("button", name=re.compile(YOU_ARE))).to_be_visible()
        return self

    def is_somebody(self, name: str) -> "Window":
        """Becomes them, by the menu."""
        self.page.get_by_role("button", name=re.compile(YOU_ARE)).click()
        self.page.get_by_role("group", name=WHOM_TO_BE).get_by_role("button", name=re.compile(name)).click()
        expect(self.page.get_by_role("button", name=re.compile(f"{YOU_ARE} {name}"))).to_be_visible()
        return self

    def goes_to(self, conversation: str) -> None:
        """By its name in the sidebar."""
        links = self.page.get_by_role("navigation", name="Conversations")
        entry = links.get_by_role("link", name=re.compile(rf"^{re.escape(conversation)}\b"))
        entry.or_(links.get_by_role("button", name=re.compile(rf"^{re.escape(conversation)}\b"))).first.click()
        expect(self.page.get_by_role("main").get_by_role("heading", level=2).first).to_contain_text(conversation)

    def types(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("main").locator("textarea")

    @property
    def timeline(self) -> Locator:
        return self.page.get_by_role("main")

    @property
    def form(self) -> Locator:
        """The modal on top."""
        return self.page.get_by_role("dialog").last

    def fills(self, **values: str) -> None:
        """Text fields and dates of the form on top, by label; underscores stand for spaces."""
        for label, value in values.items():
            self.fill(label.replace("_", " "), value)

    def field(self, label: str) -> Locator:
        """Of the form on top; Slack adds "(optional)" to the label of one that may stay empty."""
        return self.form.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$"))

    def fill(self, label: str, value: str) -> None:
        field = self.field(label)
        field.fill(value)
        field.blur()

    def picks(self, label: str, person: str) -> None:
        """Somebody in a people field, by typing the beginning of their name."""
        field = self.form.get_by_role("combobox", name=label, exact=True)
        field.fill(person)
        field.press("ArrowDown")
        self.form.get_by_role("option", name=re.compile(person)).first.click()
        expect(field).to_have_value(re.compile(person))

    def presses(self, label: str) -> None:
        self.form.get_by_role("button", name=label, exact=True).click()

    def clicks(self, label: str) -> None:
        """The newest such button of the conversation."""
        self.timeline.get_by_role("button", name=label, exact=True).last.click()

    def sees(self, text: str) -> None:
        expect(self.timeline.get_by_text(text).last).to_be_visible()

    def is_told(self, text: str) -> None:
        """In the form on top."""
        expect(self.form).to_contain_text(text)

    def barriers(self) -> list[str]:
        """What axe-core finds serious, as `rule: element`."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{each['id']}: {node['html'][:200]}"
            for each in found
            if each["impact"] in SERIOUS
            for node in each["nodes"]
        ]

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.trouble.append(text)

    def _sent(self, url: str) -> None:
        if not url.startswith((self.url.rstrip("/"), self.url.replace("http", "ws", 1), "data:")):
            self.foreign.append(url)


__all__ = ["Page", "Window", "expect", "open_chromium"]
