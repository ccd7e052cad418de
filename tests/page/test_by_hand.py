"""What people do on the page with their hands: forms on forms, the keyboard alone, the clock."""

from playwright.sync_api import Locator

from tests.driving import Driver
from tests.page.browser import Window, expect
from tests.page.conftest import Opens, choose_spoken_language
from tests.running import Office
from tests.scenarios.steps import send_charter

HOUR = 3600


def test_a_form_on_top_of_a_form(opens: Opens, workplace: Office) -> None:
    """As Slack stacks them: closing the upper one shows the lower one."""
    send_charter(workplace)  # nobody succeeds to a seat before
    choose_spoken_language(workplace.person("roman"), "English")
    window = opens().is_somebody("Roman")
    window.goes_to("general")
    window.types("/duet settings")
    window.is_told("Your language")
    window.presses("Name a successor")
    window.is_told("Successor")
    assert window.barriers() == []
    window.page.keyboard.press("Escape")
    window.is_told("Your language")
    window.page.keyboard.press("Escape")
    expect(window.page.get_by_role("dialog")).to_have_count(0)


def test_the_clock_goes_on(opens: Opens, workplace: Office) -> None:
    slack, window = Driver(workplace.playground.url), opens()
    for label, least, most in (("+1 hour", HOUR, 2 * HOUR), ("Next morning", 60, 25 * HOUR)):
        before = slack.now
        with window.page.expect_response("**/playground/jump"):
            window.page.get_by_role("button", name=label).click()
        assert least <= slack.now - before <= most, label


def test_a_signature_by_keyboard_alone(opens: Opens, workplace: Office) -> None:
    """Nothing is clicked between reading the request and having signed it."""
    choose_spoken_language(workplace.person("adam"), "English")
    send_charter(workplace)
    window = opens().is_somebody("Adam Wolny")
    window.goes_to("Duet")
    window.timeline.get_by_role("button", name="Read & sign", exact=True).last.focus()
    window.page.keyboard.press("Enter")
    radio = window.form.get_by_role("radio", name="Sign", exact=True)
    expect(radio).to_be_visible()
    tabs_to(window, radio)
    window.page.keyboard.press("Space")
    expect(radio).to_be_checked()
    tabs_to(window, window.form.get_by_role("button", name="Send my answer", exact=True))
    window.page.keyboard.press("Enter")
    window.is_told("You have signed")


def tabs_to(window: Window, wanted: Locator) -> None:
    for _ in range(40):
        if wanted.evaluate("each => each === document.activeElement"):
            return
        window.page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not come there")
