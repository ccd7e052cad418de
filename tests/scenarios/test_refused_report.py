"""A closing report that an executive does not sign: what can be changed in it, and by whom (product §12.1)."""

from tests.driving import SeenMessage
from tests.running import Office
from tests.scenarios.closing_steps import (
    QUESTIONS,
    RENEW,
    answer_questions,
    click_in_checklist,
    end_project,
    end_project_with_member,
    open_checklist,
    report_messages,
    say_outcome,
    sign_as_executives,
    wait_for_end,
    wait_for_report,
)
from tests.scenarios.days import move_to_next_morning, run_due_work
from tests.scenarios.export_steps import export_file
from tests.scenarios.lifecycle_steps import messages_containing, read_card
from tests.scenarios.steps import (
    answer_request,
    expect_refusal,
    fill_form,
    find_label,
    forge_click,
    project_id,
    submit_form,
)

REPORTED = "Retrospektywa w raporcie: odpowiedzi"
REOPENED = "zanim powstanie nowy raport, można je dodać i zmienić"
DISCUSSED = "znów można odpowiedzieć na trzy pytania"
CHANGE = ("Zmień odpowiedź", "Change my answer")
OVER = "nie trzeba już odpowiadać na pytania"


def test_what_a_refused_report_lacks_can_be_said(duet: Office) -> None:
    """§12.1, §12.3: while the report waits for signatures its checklist awaits no answers; once an executive has
    declined it, whoever was asked can answer the three questions, again or for the first time, from the checklist,
    from the refusal and from the message that has asked; made anew, the report has it, and both sign it."""
    key = end_project_with_member(duet)
    answer_questions(duet, key, "piotr", "tak", "nie")
    wait_for_report(duet)
    seen = open_checklist(duet, "ewa", key)
    assert f"✅ {REPORTED} 1 z 3\n" in seen.text and QUESTIONS[0] not in seen.buttons
    with expect_refusal(duet, "error.closing.answers_reported"):
        forge_click(duet.person("piotr"), "closing.retrospective", str(project_id(duet, key)))
    with expect_refusal(duet, "error.closing.report_same_unanswered"):
        click_in_checklist(duet, "ewa", key, RENEW)

    answer_request(duet, "adam", key, "decline", "Co się nie sprawdziło?")
    run_due_work(duet)
    assert f"⬜ Retrospektywa: odpowiedzi 1 z 3; {REOPENED}" in open_checklist(duet, "adam", key).text
    assert QUESTIONS[0] not in open_checklist(duet, "adam", key).buttons
    with expect_refusal(duet, "error.closing.report_same"):
        click_in_checklist(duet, "ewa", key, RENEW)
    answer_questions(duet, key, "piotr", "tak", "Za dużo spotkań")
    move_to_next_morning(duet)
    refusal = messages_containing(duet, "ewa", "Co się nie sprawdziło?")[-1]
    _answer_in(duet, "ewa", refusal, "Jedna lista klientów")
    (asked,) = messages_containing(duet, "tomek", DISCUSSED)
    said = _answer_in(duet, "tomek", asked, "Dwa biurka obok siebie")
    assert "gdy lider, CIO albo CMO przygotuje go od nowa" in said
    assert "Dwa biurka" not in export_file(duet, "ewa", f"{key} json"), "it tells who has just answered"

    click_in_checklist(duet, "ewa", key, RENEW)
    run_due_work(duet)
    anew = report_messages(duet, "adam")[-1].text
    for words in ("Za dużo spotkań", "Jedna lista klientów", "Dwa biurka obok siebie"):
        assert words in anew, words
    assert f"✅ {REPORTED} 3 z 3\n" in open_checklist(duet, "ewa", key).text
    assert not messages_containing(duet, "tomek", DISCUSSED)
    assert messages_containing(duet, "tomek", "Twoje odpowiedzi na trzy pytania są w nim")
    sign_as_executives(duet, key)
    assert "zamknięty" in read_card(duet, key)


def _answer_in(duet: Office, handle: str, asked: SeenMessage, words: str) -> str:
    """Clicks *Three questions* in a message, answers the first, and returns what is said then."""
    asked.click(find_label(asked.buttons, QUESTIONS))
    form = duet.person(handle).form
    assert form is not None
    shown = submit_form(form.fill({"Co się sprawdziło?": words}))
    run_due_work(duet)
    return shown.text


def test_the_questions_take_answers_as_long_as_the_report_is_refused(duet: Office) -> None:
    """§12.3: a yes instead of the no ends it, also for the messages that have asked; so does the project's end."""
    key, _ = end_project(duet)
    say_outcome(duet, key)
    wait_for_report(duet)
    answer_request(duet, "adam", key, "talk", "Kilka słów")
    run_due_work(duet)
    assert messages_containing(duet, "ewa", DISCUSSED) and "Trzy pytania" in duet.person("ewa").types("/duet").text
    change = find_label(messages_containing(duet, "adam", "Chcesz najpierw porozmawiać")[-1].buttons, CHANGE)
    form = messages_containing(duet, "adam", "Chcesz najpierw porozmawiać")[-1].click(change).form
    assert form is not None
    submit_form(fill_form(form, {"answer": "sign"}))
    run_due_work(duet)
    assert not messages_containing(duet, "ewa", DISCUSSED) and messages_containing(duet, "ewa", OVER)
    assert "Trzy pytania" not in duet.person("ewa").types("/duet").text
    answer_request(duet, "anna", key, "decline", "Brak wniosków")
    wait_for_end(duet)
    assert "zamknięty" in read_card(duet, key)
    assert not messages_containing(duet, "ewa", DISCUSSED)
    with expect_refusal(duet, "error.not_in_this_state"):
        forge_click(duet.person("ewa"), "closing.retrospective", str(project_id(duet, key)))
