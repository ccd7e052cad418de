"""What the two executives say of each other, openly (product §11.4)."""

import json
from datetime import timedelta
from typing import Any

from tests.running import Office
from tests.scenarios.days import current_day, move_to_day, move_to_next_morning, run_due_work
from tests.scenarios.pulse_steps import BUTTONS, show_pulse
from tests.scenarios.steps import (
    NOT_ALLOWED,
    activate_project,
    close_forms,
    day_from_today,
    expect_refusal,
    find_label,
    forge_click,
    has_sentence,
    query_one,
)
from tests.scenarios.test_export import export_file


def answer_about_other(duet: Office, handle: str, about: str, again: str, *, report: bool = False) -> str:
    """By the newest message that asks; what is said then."""
    person = duet.person(handle)
    close_forms(person)
    asked = [each for each in person.reads("@duet") if has_sentence(each.text, ("Dwa pytania", "Two questions"))]
    form = asked[-1].click(find_label(asked[-1].buttons, BUTTONS["answer"])).form
    assert form is not None
    chosen: dict[str, Any] = {}
    for label, score in zip(form.labels, (about, again), strict=False):
        chosen[label] = next(each for each in form.options[label] if each.startswith(score))
    if report:
        label = form.labels[2]
        chosen[label] = list(form.options[label])
    shown = form.fill(chosen).submit()
    assert shown is not None and not shown.errors
    close_forms(person)
    run_due_work(duet)
    return shown.text


def test_executives_answer_openly_to_each_other(duet: Office) -> None:
    """§11.4: at activation, each the questions of their side about the other; shown to both when both have
    answered, to nobody else, and without five.
    """
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    move_to_next_morning(duet)
    assert "jeszcze bez Twojej odpowiedzi" in show_pulse(duet, "adam", key).lower().replace("twojej", "Twojej")
    said = answer_about_other(duet, "adam", "2", "3")
    assert "@Anna Żuraw" in said and "partnerstwo" not in said
    assert "partnerstwo" not in show_pulse(duet, "anna", key), "she has not answered yet"
    assert "partnerstwo" not in show_pulse(duet, "adam", key)
    said = answer_about_other(duet, "anna", "5", "4")
    both = (
        "CIO @Adam Wolny: partnerstwo *2* i kolejny projekt *3*",
        "CMO @Anna Żuraw: elastyczność i terminy *5* i kolejny projekt *4*",
    )
    assert all(line in said for line in both)
    move_to_next_morning(duet)
    told = [each for each in duet.person("adam").reads("@duet") if "druga odpowiedź też już jest" in each.text]
    assert "partnerstwo" not in told[-1].text
    assert all(line in told[-1].click("Pokaż").text for line in both)
    round_id = query_one(duet, "SELECT id FROM executive_rounds")
    for other in ("piotr", "ewa"):
        assert "partnerstwo" not in show_pulse(duet, other, key) and "partnership" not in show_pulse(
            duet, other, key
        )
        with expect_refusal(duet, "error.not_allowed"):
            assert has_sentence(forge_click(duet.person(other), "pulse.executive", str(round_id)).text, NOT_ALLOWED)
    with expect_refusal(duet, "error.pulse.round_over"):
        forge_click(duet.person("adam"), "pulse.executive", str(round_id))
    file = json.loads(export_file(duet, "piotr", f"{key} json"))
    assert not [name for name in file if "executive" in name or "pulse" in name]
    assert "arometr" not in duet.person("ewa").types(f"/duet dziennik {key}").text


def test_a_quarter_later_and_at_closing_they_are_asked_again(duet: Office) -> None:
    """§11.4: once a quarter and at closing; what not both have answered is shown to nobody, and the closing
    report has it only if both agree.
    """
    end = current_day(duet) + timedelta(days=99)
    key = activate_project(duet, starts_on=day_from_today(duet, 1), ends_on=end.isoformat())
    move_to_next_morning(duet)
    answer_about_other(duet, "adam", "1", "1")
    move_to_day(duet, end - timedelta(days=2))  # 1 March is the quarter's
    assert query_one(duet, "SELECT count(*) FROM executive_rounds WHERE occasion = 'quarter'") == 1
    assert query_one(duet, "SELECT count(*) FROM executive_rounds WHERE state = 'over'") == 1
    move_to_day(duet, end + timedelta(days=6))
    assert query_one(duet, "SELECT state FROM projects") == "closing"
    answer_about_other(duet, "adam", "4", "4", report=True)
    assert "Bez raportu końcowego" in answer_about_other(duet, "anna", "4", "4")
    text = show_pulse(duet, "anna", key)
    assert "Na koniec" in text and "Co kwartał" not in text and "Na początek" not in text
