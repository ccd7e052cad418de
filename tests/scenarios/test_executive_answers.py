"""What the two executives say of each other, openly (product §11.4)."""

from datetime import date, timedelta
from typing import Any

from structlog.testing import capture_logs

from tests.driving import PersonDriver
from tests.running import Office
from tests.scenarios.closing_steps import (
    RENEW,
    TWO_QUESTIONS,
    answer_questions,
    click_in_checklist,
    end_project,
    end_with_report,
    open_checklist,
    open_closing_form,
    read_pdf_words,
    report_messages,
    say_outcome,
)
from tests.scenarios.days import (
    current_day,
    move_to_day,
    move_to_monday,
    move_to_next_morning,
    polish_date,
    run_due_work,
)
from tests.scenarios.export_steps import export_file
from tests.scenarios.lifecycle_steps import channel_posts, messages_containing, pause_project
from tests.scenarios.pulse_steps import answer_about_other, put_in_team, show_pulse
from tests.scenarios.steps import (
    NOT_ALLOWED,
    NOT_FOUND,
    activate_on_monday,
    activate_project,
    close_forms,
    day_from_today,
    expect_no_change,
    expect_refusal,
    forge_click,
    forge_submission,
    has_sentence,
    option_state,
    project_channel,
    query_one,
)
from tests.scenarios.test_export_me import export_own_file
from tests.scenarios.test_succession import name_successor, pass_objection_days

SECOND_OPENING = date(2027, 3, 1)


def test_executives_answer_openly_to_each_other(duet: Office) -> None:
    """§11.4: at activation, each the questions of their side about the other; shown to both when both have
    answered, to nobody else, and without five.
    """
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    move_to_next_morning(duet)
    assert "jeszcze bez Twojej odpowiedzi" in show_pulse(duet, "adam", key).lower().replace("twojej", "Twojej")
    before = read_what_others_see(duet, key)
    with capture_logs() as logs:
        said = answer_about_other(duet, "adam", "2", "3")
    assert logs == [], "something is logged of an answer"
    assert "@Anna Żuraw" in said and "partnerstwo" not in said
    assert "partnerstwo" not in show_pulse(duet, "anna", key), "she has not answered yet"
    assert "partnerstwo" not in show_pulse(duet, "adam", key)
    assert export_own_file(duet, "anna")["held"]["executive_answers"] == [], "it has what he says of her"
    said = answer_about_other(duet, "anna", "5", "4")
    assert read_what_others_see(duet, key) == before, "the log or a file says that somebody has answered"
    (own,) = export_own_file(duet, "adam")["held"]["executive_answers"]
    assert (own["user_id"], own["about_other"]) == ("U0ADAM", 2)
    both = (
        "CIO @Adam Wolny o marketingu: partnerstwo *2* z 5 i kolejny projekt *3* z 5",
        "CMO @Anna Żuraw o IT: elastyczność i terminy *5* z 5 i kolejny projekt *4* z 5",
    )
    assert all(line in said for line in both)
    for reader in ("adam", "anna"):
        answered = duet.person(reader).waits_for("są już obie odpowiedzi")
        assert all(line in answered.click("Pokaż obie").text for line in both), "the question leads to both answers"
    move_to_monday(duet)  # of two messages a week one is kept for what needs somebody
    move_to_next_morning(duet)
    (told,) = [each for each in duet.person("adam").reads("@duet") if "są obie odpowiedzi dyrektorów" in each.text]
    assert "partnerstwo" not in told.text
    assert all(line in told.click("Pokaż obie").text for line in both)
    round_id = query_one(duet, "SELECT id FROM executive_rounds")
    for other in ("piotr", "ewa"):
        assert "partnerstwo" not in show_pulse(duet, other, key) and "partnership" not in show_pulse(
            duet, other, key
        )
        with expect_refusal(duet, "error.only.executives"):
            assert has_sentence(forge_click(duet.person(other), "pulse.executive", str(round_id)).text, NOT_ALLOWED)
    with expect_refusal(duet, "error.pulse.round_over"):
        forge_click(duet.person("adam"), "pulse.executive", str(round_id))
    put_in_team(duet, key, marketing=("anna",))
    duet.slack.change_person("anna", is_restricted=True)
    duet.settles()
    assert "partnerstwo" not in show_pulse(duet, "anna", key), "she is a guest now, of the team"


def read_what_others_see(duet: Office, key: str) -> list[str]:
    """The project's file, of a lead and of an executive, but for when it was made, and its log."""
    files = [export_file(duet, who, f"{key} json").splitlines() for who in ("piotr", "anna")]
    shown = ["\n".join(line for line in lines if "made_at" not in line) for lines in files]
    return [*shown, duet.person("ewa").types(f"/duet dziennik {key}").text]


def test_a_quarter_later_and_at_closing_they_are_asked_again(duet: Office) -> None:
    """§11.4: once a quarter and at closing; what not both have answered is shown to nobody, and the closing
    report has it only if both agree.
    """
    end = SECOND_OPENING + timedelta(days=60)
    key = activate_project(duet, starts_on=day_from_today(duet, 1), ends_on=end.isoformat())
    move_to_next_morning(duet)
    answer_about_other(duet, "adam", "1", "1")
    move_to_day(duet, SECOND_OPENING + timedelta(days=2))
    assert query_one(duet, "SELECT count(*) FROM executive_rounds WHERE occasion = 'quarter'") == 1
    assert query_one(duet, "SELECT count(*) FROM executive_rounds WHERE state = 'over'") == 1
    answer_about_other(duet, "adam", "2", "4")
    answer_about_other(duet, "anna", "3", "4")
    move_to_day(duet, end + timedelta(days=6))
    assert query_one(duet, "SELECT state FROM projects") == "closing"
    answer_about_other(duet, "adam", "5", "4", report=True)
    said = answer_about_other(duet, "anna", "4", "4", report=True)
    text = show_pulse(duet, "anna", key)
    assert "Jest zgoda obu stron" in said
    for shown in (said, text):  # what both said first beside it
        assert "partnerstwo *2 → 5* z 5" in shown and "terminy *3 → 4* z 5" in shown, shown
    assert "partnerstwo *2* z 5" in text, "of the first round there is none"
    assert "Na koniec" in text and "Pytania kwartalne" in text and "Na początek" not in text
    move_to_day(duet, end + timedelta(days=14))
    report, pages = report_messages(duet, "anna")[-1].text, read_pdf_words(duet, "anna")
    for question, before, after in (("partnerstwo", 2, 5), ("kolejny projekt", 4, 4)):
        assert f"CIO o drugiej stronie ({question}), od 1 do 5: przed {before}, po {after}" in report
        assert f"CIO o drugiej stronie ({question}) {before} {after}" in pages
    assert report_messages(duet, "anna", project_channel(duet, key))
    assert "Zaufanie przed i po" not in "".join(each.text for each in channel_posts(duet, key))


def test_answers_bear_the_day_on_which_there_were_both(duet: Office) -> None:
    """§11.4: an open round bears the day of the question, an answered one that of the second answer."""
    asked_on = current_day(duet)
    key = activate_project(duet, starts_on=day_from_today(duet, 1))
    move_to_next_morning(duet)
    answer_about_other(duet, "adam", "2", "3")
    answered_on = asked_on + timedelta(days=7)
    move_to_day(duet, answered_on)
    assert f"*Na początku* · {polish_date(asked_on)}" in show_pulse(duet, "adam", key)
    assert f"*Na początku* · {polish_date(answered_on)}" in answer_about_other(duet, "anna", "5", "4")
    assert f"*Na początku* · {polish_date(answered_on)}" in show_pulse(duet, "adam", key)


def test_shortly_before_the_end_they_are_not_asked_twice(duet: Office) -> None:
    """§11.4: the end asks them itself."""
    end = SECOND_OPENING + timedelta(days=30)
    activate_project(duet, starts_on=day_from_today(duet, 1), ends_on=end.isoformat())
    move_to_day(duet, SECOND_OPENING + timedelta(days=2))
    assert query_one(duet, "SELECT count(*) FROM executive_rounds") == 1


def test_what_the_form_does_not_offer_is_not_taken(duet: Office) -> None:
    """§11.4: a sixth score, or before the end a yes to standing in the closing report, comes from a forger only."""
    activate_project(duet, starts_on=day_from_today(duet, 1))
    move_to_next_morning(duet)
    adam = duet.person("adam")
    meta = f'{{"round": {query_one(duet, "SELECT id FROM executive_rounds")}}}'
    with expect_no_change(duet):
        for scores in (("6", "3"), ("3", "0")):
            assert has_sentence(forge_answer(adam, meta, scores), NOT_FOUND)
            close_forms(adam)
    forge_answer(adam, meta, ("2", "3"), may_be_reported=option_state("yes"))
    given = "SELECT count(*) FROM executive_answers WHERE about_other = 2 AND again = 3 AND NOT may_be_reported"
    assert query_one(duet, given) == 1


def forge_answer(person: PersonDriver, meta: str, scores: tuple[str, str], **more: Any) -> str:
    chosen = {name: option_state(score) for name, score in zip(("about_other", "again"), scores, strict=True)}
    return forge_submission(person, "pulse.executive", meta, chosen | more)


def test_a_paused_project_does_not_ask_its_executives(duet: Office) -> None:
    """§11.4, §3.1: on the quarter's day it is silent; they are asked when it goes on."""
    key = activate_project(duet, starts_on=day_from_today(duet, 1), ends_on=day_from_today(duet, 200))
    rounds = "SELECT count(*) FROM executive_rounds"
    move_to_day(duet, SECOND_OPENING - timedelta(days=7))
    pause_project(duet, key, SECOND_OPENING + timedelta(days=9))
    move_to_day(duet, SECOND_OPENING + timedelta(days=8))
    assert query_one(duet, rounds) == 1
    for days in (10, 12):  # it goes on, and a day later they are asked
        move_to_day(duet, SECOND_OPENING + timedelta(days=days))
    assert query_one(duet, rounds) == 2


def test_the_closing_report_waits_for_both(duet: Office) -> None:
    """§11.4, §12.1, §12.3: the last answers are a line of the checklist, both executives' until both have answered:
    it does not say who has. With it the report goes out, and has nothing of them to which not both agree.
    """
    key, _ = end_project(duet)
    say_outcome(duet, key)
    for handle in ("piotr", "ewa"):
        answer_questions(duet, key, handle, "Piątki")
    line = "Jak układała się współpraca"
    for handle in ("ewa", "adam"):
        seen = open_checklist(duet, handle, key)
        assert f"⬜ {line}: odpowiedzi CIO i CMO\nKto: @Adam Wolny i @Anna Żuraw" in seen.text
        assert ("Dwa pytania" in seen.buttons) is (handle == "adam")
    before = open_checklist(duet, "ewa", key).text
    answer_about_other(
        duet, "adam", "3", "4", report=True, form=open_closing_form(duet, "adam", key, TWO_QUESTIONS)
    )
    assert open_checklist(duet, "ewa", key).text == before, "it tells who has answered"
    assert not report_messages(duet, "anna")
    answer_about_other(duet, "anna", "2", "2", form=open_closing_form(duet, "anna", key, TWO_QUESTIONS))
    (report,) = report_messages(duet, "anna")
    assert "o drugiej stronie" not in report.text, "only one of them agrees"
    seen = open_checklist(duet, "ewa", key)
    assert f"✅ {line}: obie odpowiedzi, CIO i CMO, już są" in seen.text
    assert "Dwa pytania" not in open_checklist(duet, "adam", key).buttons


def test_the_closing_report_does_not_wait_for_ever(duet: Office) -> None:
    """§11.4, §12.3: after five working days it goes out, and lists what is not answered; what comes later
    stands in one that is made anew, if both agree.
    """
    key = end_with_report(duet)
    (report,) = report_messages(duet, "anna")
    assert "• Jak układała się współpraca: odpowiedzi CIO i CMO" in report.text
    for handle, score in (("adam", "3"), ("anna", "2")):
        answer_about_other(duet, handle, score, score, report=True)
    click_in_checklist(duet, "ewa", key, RENEW)
    run_due_work(duet)
    renewed = report_messages(duet, "anna")[-1].text
    assert "CIO o drugiej stronie (partnerstwo), od 1 do 5: przed –, po 3" in renewed
    assert "CMO o drugiej stronie (kolejny projekt), od 1 do 5: przed –, po 2" in renewed
    assert "• Jak układała się" not in renewed


def test_a_successor_reads_nothing_about_the_predecessor(duet: Office) -> None:
    """§4.9, §11.4: another holder of the seat means another round, between those two and for those two only;
    whoever has left the seat neither reads nor answers, were they a member, too.
    """
    key, day = activate_on_monday(duet)
    put_in_team(duet, key, it=("adam",))
    move_to_next_morning(duet)
    answer_about_other(duet, "anna", "1", "1")  # about Adam
    question = "jak się układa współpraca"
    assert messages_containing(duet, "adam", question)
    name_successor(duet, "jan", leaver="@adam")
    assert not messages_containing(duet, "adam", question)
    assert messages_containing(duet, "adam", "Pytanie o drugą stronę jest już zamknięte")
    round_id = query_one(duet, "SELECT id FROM executive_rounds")
    with expect_refusal(duet, "error.only.executives"):
        forge_click(duet.person("adam"), "pulse.executive", str(round_id))
    assert "Twojej odpowiedzi" not in show_pulse(duet, "adam", key)
    pass_objection_days(duet, day + timedelta(days=1))
    move_to_next_morning(duet)
    said = answer_about_other(duet, "jan", "4", "4")
    assert "@Anna" in said and "elastyczność" not in said
    assert "elastyczność" not in show_pulse(duet, "jan", key)
    assert "jeszcze bez Twojej odpowiedzi" in show_pulse(duet, "anna", key).replace("Jeszcze", "jeszcze")
    said = answer_about_other(duet, "anna", "3", "5")
    assert ": elastyczność i terminy *3* z 5 i kolejny projekt *5* z 5" in said and "*1*" not in said
    states = [
        query_one(duet, f"SELECT state FROM executive_rounds WHERE cio = '{who}'") for who in ("U0ADAM", "U0JAN")
    ]
    assert states == ["over", "answered"]


def test_a_successor_does_not_read_what_the_two_have_said(duet: Office) -> None:
    """§4.9, §11.4: of a round that both have answered; the one who is still there does."""
    day = move_to_monday(duet)
    key = activate_project(duet)
    move_to_next_morning(duet)
    for handle in ("adam", "anna"):
        answer_about_other(duet, handle, "2", "2")
    name_successor(duet, "jan", leaver="@adam")
    pass_objection_days(duet, day + timedelta(days=1))
    assert "elastyczność" not in show_pulse(duet, "jan", key)
    assert "elastyczność" in show_pulse(duet, "anna", key)
