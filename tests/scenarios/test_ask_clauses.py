"""What §10 promises of calendars, figures and reports, seen in Slack."""

from datetime import date, timedelta

from tests.running import Office
from tests.scenarios.ask_steps import (
    ACCEPT,
    DECLINE,
    DONE,
    HAND,
    TAKE,
    ask_person,
    direct_messages_with,
    last_direct_message,
    press,
    run_ask_command,
    send_form,
    start_asking_project,
)
from tests.scenarios.closing_steps import agree_on_closing, report_messages, wait_for_end
from tests.scenarios.days import current_day, move_to_day, move_to_next_morning
from tests.scenarios.pulse_steps import TEAM
from tests.scenarios.steps import activate_project, forge_click, project_channel, query_one
from tests.scenarios.team_steps import add_member

EPIPHANY = date(2027, 1, 6)
"""A Wednesday: nobody works in Poland, and everybody in London."""


def test_days_are_counted_by_the_calendar_of_whoever_is_asked(duet: Office) -> None:
    """§10.3: the same days are two working days of somebody in London, and one of somebody in Warsaw."""
    move_to_day(duet, EPIPHANY - timedelta(days=2), "10:00")
    key = activate_project(duet, starts_on=current_day(duet).isoformat())
    for who in ("jan", "nadia"):
        add_member(duet, key, who, by="piotr")
    move_to_day(duet, EPIPHANY - timedelta(days=1), "11:00")
    asked = {who: ask_person(duet, "ewa", key, who, EPIPHANY + timedelta(days=20)) for who in ("jan", "nadia")}
    move_to_day(duet, EPIPHANY + timedelta(days=1), "11:00")
    days = {}
    for who, ask_id in asked.items():
        press(duet, who, ACCEPT)
        days[who] = query_one(duet, "SELECT answer_days FROM asks WHERE id = :id", id=ask_id)
    assert days == {"jan": 1, "nadia": 2}


def test_the_asker_hears_each_answer_and_nobody_else_does(duet: Office) -> None:
    """§10.2: also of an ask that was handed on, which only its new owner's yes makes theirs; the channel, the lead
    and the executives read nothing of it.
    """
    key, thursday = start_asking_project(duet)
    due = thursday + timedelta(days=20)
    ask_person(duet, "ola", key, "jan", due)
    send_form(duet, press(duet, "jan", HAND), to="Piotr Kabelek")
    assert direct_messages_with(duet, "ola") == []
    press(duet, "piotr", TAKE)
    assert "przejmuje" in last_direct_message(duet, "ola").text
    press(duet, "piotr", DONE)
    assert "Gotowe" in last_direct_message(duet, "ola").text
    second = ask_person(duet, "ola", key, "jan", due, "Lista druga")
    send_form(duet, press(duet, "jan", DECLINE), reason="Nie ma jej")
    assert "Nie ma jej" in last_direct_message(duet, "ola").text
    assert query_one(duet, "SELECT state FROM asks WHERE id = :id", id=second) == "declined"
    for other in ("ewa", "anna", "adam"):
        assert direct_messages_with(duet, other) == []
    assert not [each for each in duet.person("anna").reads(project_channel(duet, key)) if "Lista" in each.text]


def test_the_closing_report_tells_of_sides_only(duet: Office) -> None:
    """§10.3, §12.2: open asks, the median, and how both move, in words and as a chart; under three answered no
    median; of a person nothing.
    """
    key, thursday = start_asking_project(duet)
    due = thursday + timedelta(days=20)
    for number in range(3):
        ask_person(duet, "ewa", key, "jan", due, f"Lista {number}")
    for number in range(3):
        ask_person(duet, "jan", key, "ola", due, f"Grupa {number}")
    forge_click(duet.person("ola"), "ask.accept", "4")
    declining = forge_click(duet.person("ola"), "ask.decline", "5").form
    assert declining is not None
    send_form(duet, declining, reason="Nie teraz")
    move_to_day(duet, thursday, "10:00")
    for number in (1, 2, 3):
        forge_click(duet.person("jan"), "ask.accept", str(number))
    listed = run_ask_command(duet.person("ewa"), key).text
    assert "mediana" not in listed and "dni roboczych" not in listed, "a list of people has no figures"
    agree_on_closing(duet, key)
    for _ in range(5):
        move_to_next_morning(duet)
    seen = report_messages(duet, "anna")[-1]
    _, _, said = seen.text.partition("Prośby")
    assert "Do IT: 3 prośby, 3 otwarte, mediana dni roboczych do odpowiedzi: 2" in said
    assert "Do marketingu: 3 prośby, 1 odmowa, 2 otwarte, 1 bez odpowiedzi" in said
    assert "[chart: Otwarte prośby]" in seen.text
    assert not [name for name in ("@Jan", "@Aleksandra", "@Ewa", "Lista") if name in said.partition("[chart")[0]]
    message = duet.playground.world.teams[TEAM].channels[seen.channel].find(seen.ts)
    assert message is not None
    (chart,) = [each["chart"] for each in message.blocks if each["type"] == "data_visualization"]
    last = {line["name"]: line["data"][-1]["value"] for line in chart["series"]}
    assert last == {"IT": 3.0, "Marketing": 2.0}
    (copy,) = report_messages(duet, "ewa", project_channel(duet, key))
    assert "[chart: Otwarte prośby]" in copy.text  # neither money nor trust
    wait_for_end(duet)
    card = duet.person("ewa").types(f"/duet karta {key}").text
    assert "Do IT: 3 prośby, 3 otwarte do końca" in card  # they have ended with their project
