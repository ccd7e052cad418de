"""An executive's Monday: one message over all their projects, the same for both (product §13.2)."""

from tests.driving import SeenMessage
from tests.running import Office
from tests.scenarios.days import MONDAY, current_day, move_to_day, next_weekday
from tests.scenarios.steps import activate_project

BRIEF = ("Przegląd poniedziałkowy", "Monday brief")
BESIDES = "A poza tym dzisiaj"
BEGUN = "są oba podpisy, projekt ruszył"
EXECUTIVES = ("adam", "anna")
SAMPLES = {
    "brief.project": lambda name: {
        "projects": [("D-1", name)],
        "number": 1,
        "status": "off_track",
        "to_sign": [{"what": "charter", "number": 2, "request_id": 1, "waits_for": ["U0ADAM", "U0ANNA"]}],
        "uncovered": {"minor": 1_200_000, "currency": "PLN"},
        "blockers": ["Brak danych " * 20, "Brak serwera"],
        "overdue": [{"title": "Makieta " * 10, "day": "2027-01-04"}],
        "moved": [{"title": f"Etap {number}", "day": "2027-01-20", "was": "2027-01-12"} for number in range(5)],
        "means": [{"side": side, "question": "again", "halves": 7} for side in ("it", "marketing")],
    }
}


def list_briefs(duet: Office, who: str) -> list[SeenMessage]:
    seen = duet.person(who).reads("@duet")
    return [each for each in seen if any(title in each.text for title in BRIEF)]


def shared_part(brief: SeenMessage) -> str:
    """Without the news of the day that is its reader's."""
    return brief.text.partition(BESIDES)[0]


def move_to_brief(duet: Office, clock: str = "08:01") -> None:
    move_to_day(duet, next_weekday(current_day(duet), MONDAY), clock)


def test_both_executives_read_the_same_on_monday_at_eight(duet: Office) -> None:
    """§13.2: one message each, at eight; of a shared project it says the same to both."""
    key = activate_project(duet)
    move_to_day(duet, next_weekday(current_day(duet), MONDAY), "07:59")
    assert [list_briefs(duet, who) for who in EXECUTIVES] == [[], []]
    move_to_day(duet, current_day(duet), "08:01")
    (of_adam,), (of_anna,) = (list_briefs(duet, who) for who in EXECUTIVES)
    assert BEGUN in of_adam.text and shared_part(of_adam) == shared_part(of_anna)
    assert of_adam.text.count(key) == 2  # in its section; and in what was to be told besides, which goes with it
