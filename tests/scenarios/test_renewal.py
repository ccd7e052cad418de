"""*New project like this one*: what its form has of the closed one, and what it says it has not (§12.3)."""

from datetime import date, timedelta

from bot.closing.rules import Ending
from bot.projects.rules import ClosingWay, Side, State
from storage.closing import Closing, Retrospective
from storage.projects import Project
from storage.session import transaction
from tests.running import Office
from tests.scenarios.closing_steps import agree_on_closing, open_checklist, say_outcome
from tests.scenarios.days import move_to_monday, move_to_next_morning, run_due_work
from tests.scenarios.steps import (
    activate_project,
    answer_request,
    close_forms,
    day_from_today,
    draft_charter,
    field_value,
    fill_form,
    first_step_values,
    forge_click,
    key_in_title,
    open_form,
    open_second_step,
    submit_form,
)
from tests.scenarios.team_steps import add_member
from tests.scenarios.timetable_steps import add_milestone

CROSSED = "Poza zespołem, bo teraz po drugiej stronie"
BEGIN = "Nowy projekt na jego wzór"


def test_what_does_not_come_along_is_said(duet: Office) -> None:
    """§12.3, §4.4: milestones for which the form has no room are named; so are the people of the other side, whom
    that side names; whoever was taken out of the team before its end is neither taken along nor asked for. A target
    that is reached is none of the new project."""
    day = move_to_monday(duet)
    dues = [day + timedelta(days=7 + n) for n in range(50)]
    titles = [f"{'Bardzo długi tytuł etapu ' * 2}{n:02}" for n in range(50)]
    lines = "\n".join(f"{title}; {due.isoformat()}; it" for title, due in zip(titles[:40], dues, strict=False))
    key = activate_project(
        duet, starts_on=day_from_today(duet, 0), ends_on=day_from_today(duet, 90), milestones=lines
    )
    for title, due in zip(titles[40:], dues[40:], strict=True):
        add_milestone(duet, "piotr", title, due, "piotr")
    until = day_from_today(duet, 90)
    add_member(duet, key, "tomek", by="ewa", side="marketing", until_day=until)
    add_member(duet, key, "jan", by="piotr", side="it", until_day=until)
    add_member(duet, key, "ola", by="ewa", side="marketing", until_day=until)
    add_member(duet, key, "nadia", by="ewa", side="marketing", until_day=until)
    duet.person("ewa").types(f"/duet zespol {key} remove @ola")
    agree_on_closing(duet, key)
    say_outcome(duet, key, value="21")
    for _ in range(5):
        move_to_next_morning(duet)
    for handle in ("anna", "adam"):
        answer_request(duet, handle, key, "sign")
    run_due_work(duet)
    forge_click(duet.person("nadia"), "person.side", "U0NADIA:it")

    open_checklist(duet, "ewa", key).click(BEGIN)
    form = duet.person("ewa").form
    assert form is not None
    assert [field_value(form, name) for name in ("measure_start", "measure_target")] == ["21", None]
    second = submit_form(fill_form(form, {"name": "Kto kupuje w soboty", "measure_target": "30"}))
    read = second.text
    close_forms(duet.person("ewa"))
    second = submit_form(open_form(duet.person("ewa"), "/duet nowy"))
    assert second.text == read, "closed half-way, it is still like that one"
    measure_by = str(field_value(form, "measure_by"))
    assert day.isoformat() < measure_by <= str(field_value(second, "ends_on"))
    shown = str(field_value(second, "milestones")).splitlines()
    weekdays = {date.fromisoformat(line.split("; ")[1]).weekday() for line in shown}
    assert weekdays == set(range(5)), "what would fall on a day off comes on the next working day"
    assert 40 < len(shown) < 50 and sum(map(len, shown)) + len(shown) - 1 <= 3000
    assert f"{50 - len(shown)} kamieni" in second.text and f"etapu {len(shown):02}" in second.text
    assert f"{CROSSED}: @Nadia" in second.text and "Do nowego zespołu: @Tomek" in second.text
    assert "@Nadia" not in second.text.partition("Do nowego zespołu")[2].partition(CROSSED)[0]
    assert "Druga strona może wskazać: @Jan Łącznik" in second.text
    assert "@Aleksandra" not in second.text
    drafted = submit_form(second)
    assert not drafted.errors, drafted.errors
    assert f"{CROSSED}: @Nadia" in drafted.text
    assert "W zespole: @Tomek" in drafted.text and "Jeszcze poza zespołem: @Jan Łącznik" in drafted.text
    team = duet.person("ewa").types(f"/duet zespol {key_in_title(drafted)}").text
    assert "@Tomek" in team and "@Jan" not in team and "@Aleksandra" not in team
    fresh = open_form(duet.person("ewa"), "/duet nowy")
    assert not field_value(fresh, "goal")
    blank = submit_form(fill_form(fresh, first_step_values(duet)))
    assert not field_value(blank, "milestones") and "@Tomek" not in blank.text


def _close_project(duet: Office, number: int, days_ago: int, *failed: str) -> None:
    """As if it had ended so many days ago, and so many people had said what did not work."""
    now = duet.bot.duet.now()
    with transaction(duet.database) as session:
        project = session.get(Project, number)
        assert project is not None and project.number == number
        project.state, project.governing_version = State.CLOSED, 1
        closing = Closing(
            team_id=project.team_id,
            project_id=project.pk,
            way=ClosingWay.DECISION,
            began_at=now,
            report_due_at=now,
            closed_at=now - timedelta(days=days_ago),
            ending=Ending.SIGNED,
        )
        session.add(closing)
        for user, words in zip(("U0EWA", "U0PIOTR", "U0JAN"), failed, strict=False):
            said = Retrospective(
                team_id=project.team_id,
                project_id=project.pk,
                user_id=user,
                side=Side.IT,
                worked="",
                failed=words,
                learned="",
                answered_at=now,
            )
            session.add(said)


def test_the_form_has_what_the_projects_advise_that_were_closed_last(duet: Office) -> None:
    """§4.1, §12.1: of three, the one that was closed last first; two sentences of each."""
    for number in range(1, 6):
        draft_charter(duet, name=f"Projekt {number}")
    for number, days_ago in ((1, 30), (2, 1), (3, 50), (4, 9), (5, 40)):
        _close_project(duet, number, days_ago, *(f"Rada {number}{letter}" for letter in "abc"))
    shown = open_second_step(duet).text
    said = [line.split()[-1] for line in shown.splitlines() if "Rada" in line]
    assert [each[0] for each in said] == ["2", "2", "4", "4", "1", "1"], shown
