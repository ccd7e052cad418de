"""Which of a long timetable's milestones somebody looks at (product §9.4)."""

from datetime import date, timedelta

from tests.running import Office
from tests.scenarios.days import move_to_day
from tests.scenarios.timetable_steps import add_milestone, run_milestone_command, start_project_today

DECEMBER = date(2026, 12, 1)


def test_a_filter_holds_on_all_its_pages(duet: Office) -> None:
    """§9.4: by a click and by its words; the next page is one of what is looked at."""
    move_to_day(duet, DECEMBER)
    key = start_project_today(duet)
    for number in range(1, 12):
        add_milestone(duet, "ewa", f"Krok {number}", DECEMBER + timedelta(days=number), "ewa")
    add_milestone(duet, "ewa", "Styczeń", date(2027, 1, 4), "ewa")
    add_milestone(duet, "piotr", "Serwer", DECEMBER + timedelta(days=20), "piotr")
    ewa = duet.person("ewa")
    for button, words, left_out, found in (
        ("Moje (12)", ("moje", "mine"), "Serwer", "Styczeń"),
        ("W tym miesiącu (12)", ("w tym miesiącu", "this month"), "Styczeń", "Serwer"),
    ):
        first = run_milestone_command(ewa, key).click(button)
        second = first.click("Następne")
        assert "Strona 1 z 2" in first.text and "Strona 2 z 2" in second.text
        assert found in second.text and left_out not in first.text + second.text
        assert second.click("Poprzednie").text == first.text
        assert {run_milestone_command(ewa, f"{key} {each}").text for each in words} == {first.text}
