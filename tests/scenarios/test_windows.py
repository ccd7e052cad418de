"""What is said when Slack does not show what was done, or does not show a window at all (product §16)."""

from datetime import timedelta

import pytest

from tests.driving import SeenForm
from tests.running import Office
from tests.scenarios.days import current_day
from tests.scenarios.steps import (
    NOT_ALLOWED,
    NOT_FOR_YOU,
    NOT_FOUND,
    click_button,
    close_forms,
    day_from_today,
    draft_charter,
    expect_refusal,
    fill_form,
    has_sentence,
    open_form,
    query_one,
    submit_form,
    submit_new_charter,
)
from tests.scenarios.timetable_steps import (
    add_milestone,
    run_milestone_command,
    start_project_today,
    submit_milestone_form,
)

DONE = "Gotowe, tylko tego okna nie udało się odświeżyć"
NOT_SHOWN = "Slack nie zdążył pokazać tego okna. Spróbuj jeszcze raz."
UNTOUCHED = ("nic się nie zmieniło", "Nic się nie zmieniło")
WAYS = ["error:fatal_error", "reset", "late"]


def fail_calls(duet: Office, way: str, *methods: str) -> None:
    """Each of these calls, once: refused, cut off, or answered too late, though it takes effect."""
    for method in methods:
        duet.slack.fault(*(("reset",) if way == "late" else (way,)), method, times=1, commit=way == "late")


def open_absence_form(duet: Office) -> SeenForm:
    """The form in which ewa may take an absence back."""
    ewa = duet.person("ewa")
    ewa.types(f"/duet away {day_from_today(duet, 20)} {day_from_today(duet, 22)}")
    return open_form(ewa, "/duet away")


@pytest.mark.parametrize("way", WAYS)
def test_what_was_done_is_never_called_undone(duet: Office, way: str) -> None:
    """§16: the window in which somebody clicked cannot be refreshed, after the change was written."""
    form = open_absence_form(duet)
    fail_calls(duet, way, "views.update")
    shown = form.click("Usuń")
    assert shown is not None
    assert DONE in shown.text
    assert not has_sentence(shown.text, UNTOUCHED)
    assert query_one(duet, "SELECT count(*) FROM absences") == 0


@pytest.mark.parametrize("way", WAYS)
def test_sending_is_done_though_the_window_stays_as_it_was(duet: Office, way: str) -> None:
    """§4.2, §16"""
    form = submit_new_charter(duet)
    fail_calls(duet, way, "views.update")
    assert DONE in click_button(form, "send").text
    assert query_one(duet, "SELECT count(*) FROM signing_requests") == 1


def test_what_no_window_shows_comes_as_a_direct_message(duet: Office) -> None:
    """§16: nothing fails in silence."""
    form = open_absence_form(duet)
    fail_calls(duet, "error:fatal_error", "views.update", "views.push", "views.update")
    form.click("Usuń")
    assert duet.person("ewa").waits_for(DONE, "@duet")
    assert query_one(duet, "SELECT count(*) FROM absences") == 0


@pytest.mark.parametrize("way", WAYS)
def test_a_window_that_does_not_open(duet: Office, way: str) -> None:
    """§16: nothing was asked for yet, so the person is told to try again, and of no change."""
    ewa = duet.person("ewa")
    draft_charter(duet)
    fail_calls(duet, way, "views.open")
    assert ewa.types("/duet away").text == NOT_SHOWN
    close_forms(ewa)
    fail_calls(duet, way, "views.open")
    assert click_button(ewa.types("/duet show D-1"), "edit").text == NOT_SHOWN


@pytest.mark.parametrize("way", ["error:used_url", "reset", "http_500"])
def test_an_answer_that_slack_does_not_take_comes_as_a_direct_message(duet: Office, way: str) -> None:
    """§2.6, §16: also where Slack says `ok: false` and nothing else is wrong."""
    draft_charter(duet)
    anna = duet.person("anna")
    card = anna.types("/duet show D-1")
    fail_calls(duet, way, "response_url")
    assert not click_button(card, "send").text
    assert "wysłana do podpisu" in anna.waits_for("karta wysłana do podpisu", "@duet").text


def at_third_view(duet: Office) -> SeenForm:
    """A milestone's new date, on top of it that the project ends earlier, on top of that its charter."""
    start_project_today(duet)
    ewa, far = duet.person("ewa"), current_day(duet) + timedelta(days=400)
    add_milestone(duet, "ewa", "Pilot", current_day(duet) + timedelta(days=20), "ewa")
    run_milestone_command(ewa, "move 1")
    assert ewa.form is not None
    note = submit_milestone_form(ewa.form, new_due=far.isoformat(), reason="Dostawca")
    charter = note.click("Zaproponuj nowy koniec")
    assert charter is not None
    assert "Cel" in charter.labels
    return charter


def test_a_refusal_in_the_third_view_stands_at_its_head(duet: Office) -> None:
    """§2.3, §16: Slack stacks no fourth; what was typed stays, and a corrected form is answered anew."""
    form = fill_form(at_third_view(duet), {"goal": "Poznać ich"})
    duet.slack.change_person("ewa", is_restricted=True)
    duet.settles()
    with expect_refusal(duet, "error.not_for_you"):
        shown = submit_form(form)
        assert has_sentence(shown.text, NOT_FOR_YOU)
        assert shown.values["Cel"] == "Poznać ich"
        again = submit_form(shown)
        assert again.text == shown.text, "said once, however often it is tried"
    duet.slack.change_person("ewa", is_restricted=False)
    duet.settles()
    second = submit_form(again)
    assert "Koniec" in second.labels
    assert not has_sentence(second.text, NOT_FOR_YOU)


def test_a_button_in_the_third_view_is_answered(duet: Office) -> None:
    """§2.3, §16: a refusal stands at the head of the form, whose words stay."""
    submit_form(at_third_view(duet))  # kept: *Start afresh* is offered from now on
    ewa = duet.person("ewa")
    run_milestone_command(ewa, "move 1")
    assert ewa.form is not None
    far = current_day(duet) + timedelta(days=400)
    charter = submit_milestone_form(ewa.form, new_due=far.isoformat(), reason="Dostawca").click(
        "Zaproponuj nowy koniec"
    )
    assert charter is not None
    fill_form(charter, {"goal": "Poznać ich"})
    duet.slack.change_person("ewa", is_restricted=True)
    duet.settles()
    shown = click_button(charter, "afresh")
    assert shown.trouble is None
    assert has_sentence(shown.text, (*NOT_FOR_YOU, *NOT_ALLOWED, *NOT_FOUND))
    assert shown.values["Cel"] == "Poznać ich"


def test_a_corrected_date_is_read(duet: Office) -> None:
    """§2.3, §9.2: past the end, a note on top, *Back*, a good date: that one counts."""
    start_project_today(duet)
    ewa, due = duet.person("ewa"), current_day(duet) + timedelta(days=20)
    add_milestone(duet, "ewa", "Pilot", due, "ewa")
    run_milestone_command(ewa, "move 1")
    form = ewa.form
    assert form is not None
    far, near = (current_day(duet) + timedelta(days=days) for days in (400, 30))
    note = submit_milestone_form(form, new_due=far.isoformat(), reason="Dostawca")
    back = note.close()
    assert back is not None
    assert back.values["Nowy termin"] == far.isoformat()
    assert "Zaproponuj nowy koniec" in submit_milestone_form(back).buttons
    back = duet.person("ewa").form
    assert back is not None
    back = back.close()
    assert back is not None
    submit_milestone_form(back, new_due=near.isoformat())
    assert str(query_one(duet, "SELECT due FROM milestones")) == near.isoformat()


def test_a_new_milestone_past_the_end_loses_nothing(duet: Office) -> None:
    """§2.3, §9.2: below the note its form stays as it was typed, and a good date is read."""
    start_project_today(duet)
    ewa = duet.person("ewa")
    run_milestone_command(ewa, "add")
    form = ewa.form
    assert form is not None
    far, near = ((current_day(duet) + timedelta(days=days)).isoformat() for days in (400, 30))
    note = submit_milestone_form(form, title="Pilot w Łodzi", due=far, owner="@ewa")
    assert note.buttons == ["Edytuj"]
    back = note.close()
    assert back is not None
    assert [back.values[label] for label in ("Kamień milowy", "Termin")] == ["Pilot w Łodzi", far]
    submit_milestone_form(back, due=near)
    assert query_one(duet, "SELECT title FROM milestones") == "Pilot w Łodzi"


def test_the_same_click_delivered_twice_opens_one_window(duet: Office) -> None:
    """§16: its trigger is used up by then, and nothing is said of a window that is open."""
    draft_charter(duet)
    anna = duet.person("anna")
    click_button(anna.types("/duet show D-1"), "edit")
    assert anna.form is not None
    again = anna.repeats()
    assert again.ok
    assert not again.text
