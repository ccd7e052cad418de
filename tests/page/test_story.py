"""The story from `/duet new` to the active project, clicked through in a real browser, each language in turn."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from tests.page.conftest import Opens, choose_spoken_language
from tests.running import Office
from tests.sampling import take_one_of

HOSTILE = "<img src=x onerror=alert(1)> *nie* & <script>"


@dataclass(frozen=True)
class Words:
    """What is read and pressed on the way."""

    language: str
    new: str
    goal: str
    measure: str
    unit: str
    today: str
    target: str
    measured_by: str
    go_on: str
    cio: str
    cmo: str
    lead_it: str
    lead_marketing: str
    start: str
    end: str
    budget: str
    save: str
    halves: str
    send: str
    asked: str
    read: str
    sign: str
    answer: str
    first: str
    active: str
    posted: str
    log: str
    logged: str


POLISH = Words(
    language="Polski",
    new="/duet nowy",
    goal="Cel",
    measure="Miara sukcesu",
    unit="Jednostka",
    today="Wartość dziś",
    target="Wartość docelowa",
    measured_by="Do kiedy",
    go_on="Dalej",
    cio="Dyrektor ds. IT (CIO)",
    cmo="Dyrektor marketingu (CMO)",
    lead_it="Lider strony IT",
    lead_marketing="Lider strony marketingu",
    start="Początek",
    end="Koniec",
    budget="Budżet łącznie",
    save="Zapisz",
    halves="po połowie",
    send="Wyślij do podpisu",
    asked="prosi o Twój podpis",
    read="Przeczytaj i podpisz",
    sign="Podpisuję",
    answer="Wyślij odpowiedź",
    first="Karta zacznie obowiązywać z drugim podpisem",
    active="projekt jest aktywny",
    posted="Obie strony podpisały tę kartę",
    log="/duet dziennik",
    logged="Oba podpisy są pod wersją 1",
)
ENGLISH = Words(
    language="English",
    new="/duet new",
    goal="Goal",
    measure="Success measure",
    unit="Unit",
    today="Value today",
    target="Target value",
    measured_by="Target date",
    go_on="Next",
    cio="CIO",
    cmo="CMO",
    lead_it="IT lead",
    lead_marketing="Marketing lead",
    start="Start",
    end="End",
    budget="Total budget",
    save="Save",
    halves="half and half",
    send="Send for signature",
    asked="asks for your signature",
    read="Read & sign",
    sign="Sign",
    answer="Send my answer",
    first="The charter takes effect with the second signature",
    active="has both signatures, and is active",
    posted="This charter has both signatures",
    log="/duet log",
    logged="Both signatures are on version 1",
)


@pytest.mark.parametrize("words", take_one_of(2, [POLISH, ENGLISH], __name__), ids=lambda words: words.language)
def test_from_the_first_command_to_the_active_project(opens: Opens, workplace: Office, words: Words) -> None:
    for handle in ("anna", "adam", "ewa", "piotr"):
        choose_spoken_language(workplace.person(handle), words.language)
    window = opens()
    days = [_day(workplace, ahead) for ahead in (150, 30, 180)]

    window.is_somebody("Anna Żuraw").goes_to("general")
    window.types(f"{words.new} {HOSTILE}")
    for label, value in {
        words.goal: "Ogórki",
        words.measure: "Koszyki",
        words.unit: "%",
        words.today: "3",
        words.target: "60",
        words.measured_by: days[0],
    }.items():
        window.fill(label, value)
    window.presses(words.go_on)
    people = {
        words.cio: "Adam Wolny",
        words.cmo: "Anna Żuraw",
        words.lead_it: "Piotr Kabelek",
        words.lead_marketing: "Ewa Błysk",
    }
    for label, name in people.items():
        window.picks(label, name)
    for label, value in {words.start: days[1], words.end: days[2], words.budget: "120 000"}.items():
        window.fill(label, value)
    window.presses(words.save)
    window.is_told(words.halves)
    window.is_told(HOSTILE)
    assert window.barriers() == []
    window.page.keyboard.press("Escape")

    workplace.slack.move_clock(days=1)  # what waits for a lead waits for their morning
    window.is_somebody("Piotr Kabelek").goes_to("Duet")
    window.clicks(words.send)
    window.sees("Adam Wolny")

    for name, told in (("Adam Wolny", words.first), ("Anna Żuraw", words.active)):
        window.is_somebody(name).goes_to("Duet")
        window.sees(words.asked)
        window.clicks(words.read)
        window.form.get_by_role("radio", name=words.sign, exact=True).check()
        window.presses(words.answer)
        window.is_told(told)
        window.page.keyboard.press("Escape")

    window.goes_to("duet-1-")
    window.sees(words.posted)
    window.sees(HOSTILE)
    window.types(words.log)
    window.sees(words.logged)
    assert window.page.locator("img").count() == 0
    assert window.barriers() == []


def _day(workplace: Office, ahead: int) -> str:
    return (datetime.fromtimestamp(workplace.slack.now, UTC) + timedelta(days=ahead)).date().isoformat()
