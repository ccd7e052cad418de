"""A check-in, answered and read in a real browser, each language in turn; the product's §8 as people see it."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.page.conftest import Opens
from tests.running import Office
from tests.sampling import take_one_of
from tests.scenarios.days import move_to_monday
from tests.scenarios.steps import activate_project, project_channel

HOSTILE = "<img src=x onerror=alert(1)> *done* & <!here>"


@dataclass(frozen=True)
class Words:
    """What is read and pressed on the way."""

    handle: str
    name: str
    now: str
    answer: str
    done: str
    status: str
    blocker: str
    send: str
    noted: str
    schedule: str
    rhythm: str
    fortnight: str
    preview: str


POLISH = Words(
    handle="ewa",
    name="Ewa Błysk",
    now="/duet checkin teraz",
    answer="Odpowiedz",
    done="Co udało się zrobić od ostatniego razu?",
    status="🔴 Niezgodnie z planem",
    blocker="Czy coś stoi na przeszkodzie?",
    send="Wyślij",
    noted="jest zapisana",
    schedule="/duet checkin plan",
    rhythm="Jak często",
    fortnight="Co 2 tygodnie",
    preview="Co 2 tygodnie w czwartek",
)
ENGLISH = Words(
    handle="piotr",
    name="Piotr Kabelek",
    now="/duet checkin now",
    answer="Answer",
    done="What have you got done since last time?",
    status="🔴 Off track",
    blocker="Is anything in your way?",
    send="Send",
    noted="is in",
    schedule="/duet checkin schedule",
    rhythm="How often",
    fortnight="Every 2 weeks",
    preview="Every 2 weeks on Thursday",
)


@pytest.mark.parametrize("words", take_one_of(2, [POLISH, ENGLISH], __name__), ids=lambda words: words.name)
def test_a_check_in_is_answered_and_read(workplace: Office, opens: Opens, words: Words) -> None:
    """§8.1, §8.3, §8.6: asked now, answered in the form, summed up; and the preview of another rhythm."""
    move_to_monday(workplace)
    key = activate_project(workplace)
    channel = project_channel(workplace, key)
    window = opens()
    window.is_somebody(words.name)
    window.goes_to(channel.removeprefix("#"))
    window.types(words.now)
    window.goes_to("Duet")
    window.page.get_by_role("button", name=words.answer, exact=True).last.click()
    window.form.get_by_label(words.done).fill(HOSTILE)
    window.form.get_by_label(words.status).check()
    window.form.get_by_label(words.blocker).fill("Kasy milczą")
    assert not window.barriers()
    window.form.get_by_role("button", name=words.send).click()
    window.sees(words.noted)

    other = "piotr" if words.handle == "ewa" else "ewa"
    skipped = workplace.person(other).waits_for("Check-in", "@duet")
    skipped.click(skipped.buttons[-2])
    workplace.settles()
    window.goes_to(channel.removeprefix("#"))
    window.sees("<img src=x onerror=alert(1)>")
    window.sees("Kasy milczą")
    assert not window.barriers()

    window.types(words.schedule)
    window.form.get_by_label(words.rhythm).select_option(label=words.fortnight)
    expect(window.form).to_contain_text(words.preview)
    assert not window.barriers()
