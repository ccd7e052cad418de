"""Which of a long timetable's milestones somebody looks at (product §9.4)."""

from datetime import date, timedelta

from tests.running import Office
from tests.scenarios.days import move_to_day
from tests.scenarios.steps import open_form, submit_form
from tests.scenarios.timetable_steps import (
    add_milestone,
    run_milestone_command,
    start_project_today,
    weekday_from_today,
)

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


def test_what_is_both_leads_is_among_each_leads_own(duet: Office) -> None:
    """§9.4, §9.1: a milestone without an owner is seen to by the leads of its side, or of both."""
    key = start_project_today(duet)
    add_milestone(duet, "piotr", "Serwer", weekday_from_today(duet, 20), "piotr")
    form = open_form(duet.person("piotr"), f"/duet milestone {key} add several")
    submit_form(form.fill({"Milestones": f"Pilot – {weekday_from_today(duet, 30)}; both"}))
    theirs = {who: run_milestone_command(duet.person(who), f"{key} mine").text for who in ("ewa", "piotr", "adam")}
    assert "Pilot" in theirs["ewa"] and "Serwer" not in theirs["ewa"]
    assert "Pilot" in theirs["piotr"] and "Serwer" in theirs["piotr"]
    assert "Pilot" not in theirs["adam"]
