"""The end of a project: its checklist, its report, and what comes after (product §12)."""

import json
from datetime import date, timedelta
from typing import Any

import holidays

from tests.running import Office
from tests.scenarios.ask_steps import ask_errors, ask_person, ask_state, send_form
from tests.scenarios.closing_steps import (
    DROP_REST,
    KEEP,
    OUTCOME,
    OWNERS,
    PDF,
    PROPOSE,
    QUESTIONS,
    RENEW,
    agree_on_closing,
    answer_as_executives,
    answer_questions,
    click_in_checklist,
    confirm_returns,
    end_project,
    end_with_report,
    open_checklist,
    open_closing_form,
    read_pdf,
    report_messages,
    say_outcome,
    set_up_closed,
    set_up_closing,
    set_up_closing_with_milestones,
    set_up_outdated_report,
    set_up_report,
    sign_as_executives,
    wait_for_end,
    wait_for_report,
)
from tests.scenarios.days import (
    current_day,
    move_to_day,
    move_to_monday,
    move_to_next_morning,
    polish_date,
    run_due_work,
    working_days_after,
)
from tests.scenarios.export_steps import export_file
from tests.scenarios.funding_steps import join_figures, record_entry, type_entry
from tests.scenarios.lifecycle_steps import channel_posts, messages_containing, read_card, withdraw_project
from tests.scenarios.register_steps import asset_id, register_asset, run_own_command
from tests.scenarios.roles import EDITORS, EXECUTIVES, LEADS, SEES, Action, set_up_active_project
from tests.scenarios.steps import (
    activate_on_monday,
    activate_project,
    answer_request,
    close_forms,
    day_from_today,
    expect_no_change,
    expect_refusal,
    field_value,
    fill_form,
    find_label,
    find_signing_message,
    forge_click,
    has_sentence,
    open_form,
    open_second_step,
    open_signing_form,
    option_state,
    project_channel,
    project_id,
    query_one,
    submit_form,
    text_state,
)
from tests.scenarios.team_steps import add_member
from tests.scenarios.test_blocker_command import run_blocker_command
from tests.scenarios.timetable_steps import add_milestone, run_milestone_command

PROJECT = {"project": "project"}


def _outcome(duet: Office) -> dict[str, Any]:
    return {"measured": text_state("12"), "outcome": option_state("partly")}


def _answers(duet: Office) -> dict[str, Any]:
    return {"worked": text_state("Piątki")}


def _reason(duet: Office) -> dict[str, Any]:
    return {"reason": text_state("Bo tak")}


ASKED = LEADS | {"member", "guest and member", "stay over"}
MATRIX = {
    "closing": Action(SEES, set_up_closing, "close {key}", ("closing.checklist", "{project}")),
    "propose a closing": Action(
        EDITORS,
        set_up_active_project,
        None,
        ("closing.propose", "{project}"),
        ("closing.propose", PROJECT, _reason),
    ),
    "say what came of the goal": Action(
        EDITORS, set_up_closing, None, ("closing.outcome", "{project}"), ("closing.outcome", PROJECT, _outcome)
    ),
    "confirm the owners of marketing's assets": Action(
        {"CMO", "marketing lead"}, set_up_closing, button=("closing.assets", "{project}"), changes={"button"}
    ),
    "drop all milestones that are open": Action(
        EDITORS,
        set_up_closing_with_milestones,
        None,
        ("milestone.drop_rest", "{project}"),
        ("milestone.drop_rest", PROJECT | {"last": 5}, _reason),
    ),
    "agree on the ledger's difference": Action(
        EDITORS, set_up_closing, button=("closing.difference", "{project}:1"), changes={"button"}
    ),
    "answer the retrospective": Action(
        ASKED,
        set_up_closing,
        None,
        ("closing.retrospective", "{project}"),
        ("closing.retrospective", PROJECT, _answers),
    ),
    "turn the report's pages": Action(SEES, set_up_report, button=("closing.report_page", "{project}:1")),
    "read the report": Action(SEES, set_up_report, button=("closing.report", "{project}")),
    "have the report as a PDF": Action(
        EDITORS, set_up_report, button=("closing.pdf", "{project}"), changes={"button"}
    ),
    "make the report anew": Action(
        EDITORS, set_up_outdated_report, button=("closing.renew", "{project}:1"), changes={"button"}
    ),
    "sign the report": Action(EXECUTIVES | {"deputy"}, set_up_report, "sign {key}", ("signing.read", "{request}")),
    "keep the channel": Action(
        LEADS, set_up_closed, button=("closing.keep_channel", "{project}"), changes={"button"}
    ),
    "begin from a project": Action(EDITORS, set_up_closed, button=("closing.begin_from", "{project}")),
}
SAMPLES = {
    "closing.retrospective": lambda name: {"project_id": 1, "due": "2026-12-01"},
}


QUESTIONS_WAIT = ("Zostały trzy pytania", "Three questions remain")
QUOTED = ("Twoje odpowiedzi na trzy pytania są w nim", "What you answered to the three questions is in it")
QUESTIONS_OVER = ("nie trzeba już odpowiadać na pytania", "no questions to answer any more")


def test_a_project_ends_with_a_report_that_both_sign(duet: Office) -> None:
    """§3.3, §12.1–12.3: on its end date a project enters its closing by itself; each line of the checklist has its
    button and its owner; with the last of them the report is out, and with the second signature it closes."""
    day = move_to_monday(duet)
    key = activate_project(duet, starts_on=day_from_today(duet, 0), ends_on=day_from_today(duet, 30))
    add_milestone(duet, "ewa", "Pilot", day + timedelta(days=10), "piotr")
    add_milestone(duet, "ewa", "Raport", day + timedelta(days=20), "ewa")
    register_asset(duet.person("ewa"), f'{key} klienci "Lista" @ola')
    add_member(duet, key, "tomek", by="ewa", side="marketing", until_day=day_from_today(duet, 30))
    ask_id = ask_person(duet, "ewa", key, "piotr", day + timedelta(days=25))
    record_entry(duet.person("piotr"), f"fund {key} 100 zł")
    before = open_checklist(duet, "ewa", key)
    assert "Zamykanie jeszcze się nie zaczęło" in before.text
    move_to_day(duet, day + timedelta(days=30))
    assert "zamykany" in read_card(duet, key)
    later = forge_click(duet.person("piotr"), "ask.date", str(ask_id)).form  # §10.2: an open ask may take longer
    assert later is not None and ask_errors(send_form(duet, later, new_due=day + timedelta(days=40))) == {}
    assert ask_state(duet, ask_id) == ("waiting", "date_wished")

    seen = open_checklist(duet, "ewa", key)
    assert "⬜ 2 kamienie milowe czekają: gotowe czy odwołane?\nKto: @Piotr Kabelek i @Ewa Błysk" in seen.text
    assert "⬜ 1 pozycja rejestru do potwierdzenia po rozmowie z właścicielem: Lista\nKto: @Ewa Błysk" in seen.text
    assert "⬜ Ocena celu i ostatnia wartość miary" in seen.text
    assert "⬜ Retrospektywa: odpowiedzi 0 z 3\nKto: osoby z zespołu, które jeszcze nie odpowiedziały" in seen.text
    for button in (OUTCOME, OWNERS, QUESTIONS):
        find_label(seen.buttons, button)

    run_milestone_command(duet.person("ewa"), f"{key} done 1")
    dropping = open_form(duet.person("ewa"), f"/duet kamien {key} drop 2")
    submit_form(fill_form(dropping, {"why": "Klient odpadł"}))
    close_forms(duet.person("ewa"))
    click_in_checklist(duet, "ewa", key, OWNERS)
    say_outcome(duet, key)
    answer_questions(duet, key, "piotr", "Wspólne piątki", "Za dużo spotkań", "Klient ma imię")
    answer_questions(duet, key, "ewa", "Jedna lista", "-", "Dane mają reguły")
    assert not report_messages(duet, "anna")
    for _ in range(2):
        move_to_next_morning(duet)  # his stay is over, and still he answers
    assert "1 powrót jeszcze bez potwierdzenia" in open_checklist(duet, "ewa", key).text
    looking = open_checklist(duet, "tomek", key)  # the next days, too (product §12.1)
    assert "1 powrót jeszcze bez potwierdzenia" in looking.text and list(looking.buttons) == [QUESTIONS[0]]
    for words in ("", " Kto"):
        assert duet.person("tomek").types(f"/duet zamknij{words}").text == looking.text
    confirm_returns(duet)
    asked = messages_containing(duet, "tomek", "zostały trzy pytania".capitalize())[-1]
    asked.click("Trzy pytania")
    form = duet.person("tomek").form
    assert form is not None and "bez Twojego imienia" in form.text
    submit_form(form.fill({"Co się sprawdziło?": "Dwa biurka obok siebie"}))
    run_due_work(duet)
    assert not report_messages(duet, "anna")
    assert json.loads(export_file(duet, "ewa", f"{key} json"))["retrospective"] == [], (
        "it tells who has just answered"
    )
    click_in_checklist(duet, "ewa", key, ("Uznaj różnicę",))
    sign_as_executives(duet, key, "anna")
    seen = open_checklist(duet, "ewa", key)
    assert "mniej; pytanie o zgodę czeka na odpowiedź CIO i CMO\nKto: @Adam Wolny\n" in seen.text
    assert "Uznaj różnicę" not in seen.buttons
    sign_as_executives(duet, key, "adam")
    answer_as_executives(duet, key)
    run_due_work(duet)

    assert "⬜" not in open_checklist(duet, "ewa", key).text
    for handle in ("anna", "adam"):
        (asked,) = report_messages(duet, handle)
        assert "*Cel osiągnięty*" in asked.text and "Klienci, o których to wiemy | 20% | 31%" in asked.text
        assert "Kamienie milowe | 2 | 1 gotowy, 1 odwołany" in asked.text and "dotrzymany" not in asked.text
        pages = read_pdf(duet, handle)
        assert len(pages) <= 2 and "jeszcze bez podpisu" in pages[-1]
        for said in ("Dwa biurka obok siebie", "potwierdzony (", "odwołany: Klient odpadł"):
            assert said in "".join(pages), said
    assert len(read_pdf(duet, "ewa")) <= 2 and report_messages(duet, "piotr")
    answer_request(duet, "anna", key, "sign")
    assert "zamykany" in read_card(duet, key)
    answer_request(duet, "adam", key, "sign")
    run_due_work(duet)
    assert "zamknięty" in read_card(duet, key)
    end = channel_posts(duet, key)[-1]
    assert "raport końcowy ma oba podpisy" in end.text and list(end.buttons) == ["Raport"]
    for handle in ("anna", "adam"):
        assert len(messages_containing(duet, handle, "projekt jest zamknięty")) == 1, handle
    shown = duet.person("tomek").reads(end.where)[-1].click("Raport")
    assert "Jedna lista" in shown.text and "Pieniądze" not in shown.text and not shown.buttons
    click_in_checklist(duet, "ewa", key, PDF)
    run_due_work(duet)
    for handle in ("ewa", "anna", "adam"):  # both executives have it with both signatures without asking for it
        assert read_pdf(duet, handle)[-1].count(f"Podpis: {polish_date(current_day(duet))}") == 2
        sent = [each.text for each in duet.person(handle).reads("@duet") if "jako PDF" in each.text]
        assert ["z oboma podpisami" in each for each in sent] == [False, True], sent
    close_forms(duet.person("ewa"))
    exported = json.loads(export_file(duet, "ewa", f"{key} json"))
    row = exported["closing"]
    answers = [(each["question"], each["side"], each["answer"]) for each in exported["retrospective"]]
    assert answers == [  # by answer, so that nothing says what else somebody has said
        ("worked", None, "Dwa biurka obok siebie"),
        ("worked", None, "Jedna lista"),
        ("worked", None, "Wspólne piątki"),
        ("failed", None, "Za dużo spotkań"),
        ("learned", "it", "Klient ma imię"),
        ("learned", "marketing", "Dane mają reguły"),
    ]
    assert (row["ending"], row["outcome"], row["report"]["measure"]["last"]) == ("signed", "achieved", "31")
    assert "Ostatnia wartość: 31%" in duet.person("ewa").types(f"/duet pokaż {key}").text.replace("\xa0", " ")
    log = duet.person("ewa").types(f"/duet dziennik {key}").text
    for said in ("Potwierdzony właściciel 1 pozycji", "czeka na podpisy", "ma oba podpisy"):
        assert said in log, said


def join_direct_messages(duet: Office, who: str) -> str:
    duet.settles()
    return "\n".join(each.text for each in duet.person(who).reads("@duet"))


def test_what_nobody_answers_is_reported_open_and_closes_unsigned(duet: Office) -> None:
    """§12.3: at the latest five working days after it entered closing the report is out, and lists what is open;
    ten working days later the project closes as not signed by whoever has not; a week later its channel rests.
    What is late to the report is refused, the executives being no exception."""
    key, ends_on = end_project(duet)
    fifth = working_days_after(ends_on, 5, *_holidays())
    move_to_day(duet, fifth - timedelta(days=1))
    assert not report_messages(duet, "anna")
    assert has_sentence(join_direct_messages(duet, "ewa"), QUESTIONS_WAIT)
    move_to_day(duet, fifth)
    assert not has_sentence(join_direct_messages(duet, "ewa"), QUESTIONS_WAIT)
    assert has_sentence(join_direct_messages(duet, "ewa"), QUESTIONS_OVER)
    (asked,) = report_messages(duet, "anna")
    assert "Na Twój podpis czeka" in asked.text and "@Duet" not in asked.text, "nobody has sent it"
    assert "*Jeszcze otwarte*" in asked.text and "• Retrospektywa: odpowiedzi 0 z 2" in asked.text
    assert "*Wynik nieoceniony*" in asked.text and "bez pomiaru" in asked.text
    assert "Zakończony zgodnie z kartą" in asked.text
    with expect_refusal(duet, "error.closing.answers_reported"):
        forge_click(duet.person("ewa"), "closing.retrospective", str(project_id(duet, key)))
    answer_request(duet, "anna", key, "sign")
    tenth = working_days_after(fifth, 10, *_holidays())
    assert polish_date(tenth) in open_checklist(duet, "ewa", key).text
    move_to_day(duet, tenth - timedelta(days=1))
    assert "zamykany" in read_card(duet, key)
    record_entry(duet.person("ewa"), f"fund {key} 30 zł")
    move_to_day(duet, tenth)
    assert "zamknięty" in read_card(duet, key)
    assert "wkład 30 zł" in join_figures(open_checklist(duet, "ewa", key).text), "it is not in the report"
    told = channel_posts(duet, key)[-1]
    assert "niepodpisany (@Adam Wolny)" in told.text and "@Anna" not in told.text
    assert f"archiwum {polish_date(tenth + timedelta(days=7))}" in told.text
    with expect_refusal(duet, "error.no_longer_asked"):
        forge_click(duet.person("adam"), "signing.read", "2")
    move_to_day(duet, tenth + timedelta(days=6))
    assert not duet.slack.calls("conversations.archive")
    move_to_day(duet, tenth + timedelta(days=7))
    assert len(duet.slack.calls("conversations.archive")) == 1
    (to_lead,) = messages_containing(duet, "ewa", "niepodpisany (@Adam Wolny)")
    assert KEEP[0] not in to_lead.buttons and "archiwum" not in to_lead.text
    assert "Kanał projektu jest zarchiwizowany" in duet.person("ewa").types(f"/duet dziennik {key}").text
    with expect_refusal(duet, "error.closing.archived"):
        forge_click(duet.person("ewa"), "closing.keep_channel", str(project_id(duet, key)))


def test_whoever_has_answered_reads_where_it_stands_when_the_report_is_out(duet: Office) -> None:
    """§12.1, §12.3: only whoever has not reads that there is nothing to answer any more."""
    key, ends_on = end_project(duet)
    fifth = working_days_after(ends_on, 5, *_holidays())
    move_to_day(duet, fifth - timedelta(days=1))
    answer_questions(duet, key, "ewa", "Jedna lista")
    answer_questions(duet, key, "piotr", "-")
    move_to_day(duet, fifth)
    said = {who: join_direct_messages(duet, who) for who in ("ewa", "piotr")}
    assert has_sentence(said["ewa"], QUOTED) and not has_sentence(said["ewa"], QUESTIONS_OVER)
    assert has_sentence(said["piotr"], QUESTIONS_OVER) and not has_sentence(said["piotr"], QUOTED)


def test_a_withdrawn_project_says_so_and_a_lead_keeps_its_channel(duet: Office) -> None:
    """§3.2, §12.2, §12.3: on the end date, where that is before the ten working days are over; its report says
    *stopped early*, and why."""
    day = move_to_monday(duet)
    key = activate_project(duet, starts_on=day_from_today(duet, 0), ends_on=day_from_today(duet, 7))
    withdraw_project(duet, key)
    move_to_day(duet, day + timedelta(days=7))
    assert "zamykany" in read_card(duet, key)
    wait_for_report(duet)
    (asked,) = report_messages(duet, "adam")
    assert "*Projekt przerwany przed czasem*" in asked.text and "Powód: Czekamy na audyt danych" in asked.text
    (copy,) = report_messages(duet, "ewa", channel_posts(duet, key)[-1].where)
    assert "Pełny raport dostają CIO, CMO i liderzy obu stron." in copy.text
    sign_as_executives(duet, key)
    told = channel_posts(duet, key)[-1]
    assert "archiwum" in told.text and KEEP[0] not in told.buttons
    (to_executive,) = messages_containing(duet, "anna", "trafi do archiwum")
    assert KEEP[0] not in to_executive.buttons
    (to_lead,) = messages_containing(duet, "ewa", "trafi do archiwum")
    to_lead.click(KEEP[0])
    run_due_work(duet)
    assert "archiwum" not in channel_posts(duet, key)[-1].text
    move_to_day(duet, current_day(duet) + timedelta(days=8))
    assert not duet.slack.calls("conversations.archive")
    with expect_no_change(duet):  # who keeps it a second time keeps nothing
        forge_click(duet.person("piotr"), "closing.keep_channel", str(project_id(duet, key)))


def test_both_executives_decide_to_close_early(duet: Office) -> None:
    """§12.1: a project enters closing by a decision of both executives; asked once, with a reason; until then
    everybody of the project may look."""
    move_to_monday(duet)
    key = activate_project(duet)
    form = open_closing_form(duet, "ewa", key, PROPOSE)
    unexplained = submit_form(fill_form(form, {"why": " "}))
    assert len(unexplained.errors) == 1
    submit_form(fill_form(unexplained, {"why": "Cel osiągnięty wcześniej"}))
    with expect_refusal(duet, "error.closing.asked"):
        forge_click(duet.person("piotr"), "closing.propose", str(project_id(duet, key)))
    assert not {*PROPOSE} & {*open_checklist(duet, "piotr", key).buttons}
    answer_request(duet, "anna", key, "sign")
    assert "aktywny" in read_card(duet, key)
    answer_request(duet, "adam", key, "sign")
    run_due_work(duet)
    assert "zamykany" in read_card(duet, key)
    with expect_refusal(duet, "error.not_in_this_state"):
        forge_click(duet.person("ewa"), "closing.propose", str(project_id(duet, key)))
    say_outcome(duet, key, value=None, outcome="partly")
    seen = open_checklist(duet, "anna", key)
    assert "✅ Cel osiągnięty częściowo; miara nie ma ostatniej wartości" in seen.text
    form = open_closing_form(duet, "ewa", key, OUTCOME)
    assert "3,5%" in form.text and ": *20%*" in form.text, form.text
    (measured,) = [each for each in form.labels if each != "Cel"]
    wrong = form.fill({measured: "dużo"}).submit()
    assert wrong is not None and wrong.errors[measured]
    close_forms(duet.person("ewa"))
    empty = open_closing_form(duet, "ewa", key, QUESTIONS).submit()
    assert empty is not None and empty.errors == {
        "Co się sprawdziło?": "Odpowiedz przynajmniej na jedno z trzech pytań."
    }


def test_a_report_can_be_made_anew_and_signed_anew(duet: Office) -> None:
    """§12.3: what was wrong in it is put right before it is signed; the day of the end stays, and a second click on
    the old button does nothing."""
    key = end_with_report(duet)
    answer_request(duet, "anna", key, "decline", "Brakuje wyniku")
    run_due_work(duet)
    for handle in ("adam", "ewa"):
        told = next(each for each in duet.person(handle).reads("@duet") if "Brakuje wyniku" in each.text)
        assert find_label(told.click("Sprawy do zamknięcia").buttons, RENEW), "the refusal leads to the way on"
    stage = open_checklist(duet, "ewa", key).text.splitlines()[1]
    assert stage.startswith("Raport czeka na podpis: @Adam Wolny i @Anna Żuraw (odpowiedź: nie). ")
    closes = stage.partition("(odpowiedź: nie). ")[2]
    with expect_refusal(duet, "error.closing.report_same"):
        click_in_checklist(duet, "ewa", key, RENEW)
    say_outcome(duet, key, by="ewa", value="25")
    with expect_refusal(duet, "error.closing.report_outdated"):
        answer_request(duet, "adam", key, "sign")
    close_forms(duet.person("adam"))
    click_in_checklist(duet, "ewa", key, RENEW)
    run_due_work(duet)
    assert "20% | 25%" in report_messages(duet, "adam")[-1].text
    sign_as_executives(duet, key, "adam")
    stage = open_checklist(duet, "ewa", key).text.splitlines()[1]
    assert stage == f"Raport czeka na podpis: @Anna Żuraw. {closes}"
    with expect_no_change(duet):
        forge_click(duet.person("ewa"), "closing.renew", f"{project_id(duet, key)}:1")
    sign_as_executives(duet, key, "anna")
    assert "zamknięty" in read_card(duet, key)


def test_the_conversation_about_a_report_has_its_own_ways_on(duet: Office) -> None:
    """§4.7, §12.3: it has no new version to propose, and the project closes without it, too."""
    key = end_with_report(duet)
    answer_request(duet, "anna", key, "talk")
    run_due_work(duet)
    (talk,) = duet.person("anna").reads("@adam,@duet")
    assert "*Przygotuj raport od nowa* robi go według stanu na dziś" in talk.text and "dwie drogi" not in talk.text
    assert find_label(talk.buttons, RENEW)


def test_what_is_open_in_the_ledger_is_said(duet: Office) -> None:
    """§12.1: what of it is disputed, in kind and not agreed to, or not covered."""
    key, _ = activate_on_monday(duet)
    record_entry(duet.person("ewa"), f'fund {key} 8000 w naturze "Dwie analityczki"')
    record_entry(duet.person("ewa"), f'fund {key} 3000 w naturze "Sala"')
    agree_on_closing(duet, key)
    agreeing = "Do wyjaśnienia w rozliczeniu: 2 wkłady niepieniężne do uzgodnienia\nKto: @Piotr Kabelek\n"
    assert agreeing in open_checklist(duet, "anna", key).text, "the other side's lead agrees to them"
    record_entry(duet.person("ewa"), f'spend {key} 999000 "Kampania"')
    said = "Do wyjaśnienia w rozliczeniu: 2 wkłady niepieniężne do uzgodnienia i niepokryte wydatki"
    assert said in open_checklist(duet, "anna", key).text


def test_a_ledgers_difference_is_agreed_and_what_is_added_later_is_listed(duet: Office) -> None:
    """§12.1, §12.3: balanced, or the difference agreed; amounts show to leads and executives only; for 90 days
    after the end entries are taken, which the report lists as added later."""
    key, _ = activate_on_monday(duet)
    add_member(duet, key, "tomek", by="ewa", side="marketing")
    record_entry(duet.person("piotr"), f"fund {key} 100 zł")
    run_blocker_command(duet, "tomek", f'{key} "Brak zgody RODO"')
    agree_on_closing(duet, key)
    assert "marketing o 100" in join_figures(open_checklist(duet, "ewa", key).text)
    assert "100" not in join_figures(open_checklist(duet, "tomek", key).text)
    click_in_checklist(duet, "ewa", key, ("Uznaj różnicę",))
    sign_as_executives(duet, key)
    assert "✅ CIO i CMO przyjmują różnicę w rozliczeniu" in open_checklist(duet, "ewa", key).text
    wait_for_report(duet)
    sent = report_messages(duet, "anna")[-1].text
    assert "Budżet i wydatki, netto" in sent and "Powód: Cel osiągnięty wcześniej" in sent
    assert (
        "CIO i CMO przyjmują różnicę w rozliczeniu: wkład po uwzględnieniu wydatków, marketing o 100"
        in join_figures(sent)
    )
    assert "Niewniesione" in sent
    assert "1 przeszkoda bez rozwiązania" in sent
    assert "*Projekt przerwany przed czasem*" in sent
    assert "Budżet i wydatki" not in report_messages(duet, "ewa", channel_posts(duet, key)[-1].where)[-1].text
    sign_as_executives(duet, key)
    later = "a ten wpis pojawi się pod nią jako dopisany później"
    assert later in type_entry(duet.person("ewa"), f"spend {key} 5 zł korki").text, "before it is recorded, too"
    close_forms(duet.person("ewa"))
    assert later in record_entry(duet.person("ewa"), f"fund {key} 40 zł")
    shown = join_figures(open_checklist(duet, "ewa", key).text)
    assert "Dopisane później do rozliczenia" in shown and "wkład 40 zł" in shown
    ninetieth = current_day(duet) + timedelta(days=90)
    move_to_day(duet, ninetieth, "00:02")
    record_entry(duet.person("ewa"), f"fund {key} 7 zł")
    move_to_day(duet, ninetieth, "12:00")
    with expect_refusal(duet, "error.not_in_this_state"):
        duet.person("ewa").types(f"/duet fund {key} 40 zł")


def test_a_difference_is_not_asked_about_any_more_once_the_ledger_has_changed(duet: Office) -> None:
    """§12.1: whoever was asked reads so, also who has said no, and nothing waits for anybody."""
    key, _ = activate_on_monday(duet)
    record_entry(duet.person("piotr"), f"fund {key} 100 zł")
    agree_on_closing(duet, key)
    click_in_checklist(duet, "ewa", key, ("Uznaj różnicę",))
    answer_request(duet, "adam", key, "decline", "Najpierw wyrównajmy")
    _, said, after = open_checklist(duet, "ewa", key).text.partition("nie ma na to zgody")
    assert said
    assert after.splitlines()[1] == "Kto: @Piotr Kabelek i @Ewa Błysk"
    record_entry(duet.person("ewa"), f"fund {key} 100 zł")
    run_due_work(duet)
    for executive in ("adam", "anna"):
        (asked,) = messages_containing(duet, executive, "nie jest już potrzebna, bo rozliczenie się zmieniło")
        assert not asked.buttons
    assert query_one(duet, "SELECT state FROM signing_requests ORDER BY id DESC LIMIT 1") == "void"


def test_another_word_on_the_goal_is_told_to_whoever_said_the_first(duet: Office) -> None:
    """§12.1: the form says whose word it shows; the other lead reads what it is now, in the morning."""
    key = set_up_closing(duet).key
    say_outcome(duet, key, by="ewa")
    form = open_closing_form(duet, "piotr", key, OUTCOME)
    assert "@Ewa Błysk: “Goal achieved”" in form.text
    close_forms(duet.person("piotr"))
    say_outcome(duet, key, by="piotr", outcome="partly")
    move_to_next_morning(duet)
    told = messages_containing(duet, "ewa", "Zmiana: @Piotr Kabelek")
    assert len(told) == 1
    assert "„Cel osiągnięty częściowo” (wcześniej „Cel osiągnięty”)" in told[0].text
    assert not messages_containing(duet, "piotr", "has changed what came of the goal")
    say_outcome(duet, key, by="ewa", value="32", outcome="partly")
    say_outcome(duet, key, by="anna", outcome="achieved")
    say_outcome(duet, key, by="piotr", outcome="partly")
    for _ in range(5):  # an executive has two routine messages a week
        move_to_next_morning(duet)
    assert len(messages_containing(duet, "anna", "Zmiana: @Piotr Kabelek")) == 1, "whose word it was"
    changed = "has changed what came of the goal"
    said = "".join(each.text for each in messages_containing(duet, "piotr", changed))
    assert said.count(changed) == 1, "of Anna's; the same word of another value changes nothing"
    assert not messages_containing(duet, "adam", "Zmiana: @")


def test_a_project_that_ends_on_its_day_may_have_missed_its_goal(duet: Office) -> None:
    """§12.2: so it says in the checklist, the report, its PDF and the file, and nothing of an early stop."""
    key, _ = end_project(duet)
    say_outcome(duet, key, by="ewa", value="20", outcome="not_achieved")
    assert "✅ Cel nieosiągnięty; ostatnia wartość miary: 20%" in open_checklist(duet, "ewa", key).text
    wait_for_report(duet)
    (asked,) = report_messages(duet, "anna")
    assert "*Cel nieosiągnięty*\nZakończony zgodnie z kartą" in asked.text
    assert "Cel nieosiągnięty" in read_pdf(duet, "anna")[0]
    assert json.loads(export_file(duet, "ewa", f"{key} json"))["closing"]["outcome"] == "not_achieved"


def test_nothing_is_ticked_of_what_a_project_does_not_have(duet: Office) -> None:
    """§12.1: where there was nothing to see to, the checklist says so; what came up and was dropped is seen to."""
    key, _ = activate_on_monday(duet)
    lines = open_checklist(duet, "ewa", key).text.splitlines()
    assert [line for line in lines if line[0] in "➖✅"] == [
        "➖ W harmonogramie nie ma kamieni milowych",
        "➖ W rejestrze nie ma żadnej pozycji tego projektu",
        "➖ W rozliczeniu nie ma wpisów",
    ]
    add_milestone(duet, "ewa", "Pilot", current_day(duet) + timedelta(days=40), "piotr")
    submit_form(fill_form(open_form(duet.person("ewa"), f"/duet kamien {key} drop 1"), {"why": "Klient odpadł"}))
    close_forms(duet.person("ewa"))
    assert "✅ Każdy kamień milowy" in open_checklist(duet, "ewa", key).text


def test_an_asset_with_another_owner_is_confirmed_anew(duet: Office) -> None:
    """§12.1: assets are confirmed with their owners, each side's by its own lead or executive."""
    key, _ = activate_on_monday(duet)
    register_asset(duet.person("ewa"), f'{key} klienci "Lista" @ewa')
    agree_on_closing(duet, key)
    before = open_checklist(duet, "piotr", key)
    assert not [each for each in before.buttons if each in OWNERS]
    click_in_checklist(duet, "anna", key, OWNERS)
    assert "✅ Każda pozycja projektu w rejestrze" in open_checklist(duet, "ewa", key).text
    run_own_command(duet.person("ewa"), f'{key} klienci "Lista" @anna')
    forge_click(duet.person("anna"), "register.accept", str(asset_id(duet, "Lista")))
    assert "⬜ 1 pozycja rejestru do potwierdzenia" in open_checklist(duet, "ewa", key).text


def test_who_signs_an_early_closing_reads_what_it_is(duet: Office) -> None:
    """§4.2, §12.1: the form says what is signed and what it does, not only why it was asked."""
    place = set_up_active_project(duet)
    click_in_checklist(duet, "ewa", place.key, PROPOSE)
    form = duet.person("ewa").form
    assert form is not None
    until = date.fromisoformat(str(query_one(duet, "SELECT ends_on FROM members WHERE user_id = 'U0TOMEK'")))
    planned = f"@Gabi Zewnętrzna i @Tomek Półka (do {polish_date(until)})"
    stays = f"kończy się też praca w zespole. Dotychczasowy plan: {planned}."
    assert stays in form.text
    submit_form(fill_form(form, {"why": "Cel osiągnięty wcześniej"}))
    assert stays in find_signing_message(duet, "adam", place.key).text
    read = open_signing_form(duet, "anna", place.key).text
    assert stays in read
    assert "(zamknięcie przed terminem). Zamykanie zacznie się z drugim podpisem." in read


def test_a_new_project_begins_from_a_closed_one(duet: Office) -> None:
    """§12.3, §4.1: people, questions and milestones; and what closed projects advise stands in the form of each."""
    day = move_to_monday(duet)
    key = activate_project(duet, starts_on=day_from_today(duet, 0), ends_on=day_from_today(duet, 60))
    add_milestone(duet, "ewa", "Pilot; @wszyscy", day + timedelta(days=10), "piotr")
    add_member(duet, key, "tomek", by="ewa", side="marketing", until_day=day_from_today(duet, 60))
    duet.person("ewa").types(f'/duet checkin {key} pytania "Jak idzie?"')
    close_forms(duet.person("ewa"))
    agree_on_closing(duet, key)
    say_outcome(duet, key, value="12")
    said = answer_questions(duet, key, "tomek", "brak", "Nic", "-")  # that is an answer, and says nothing
    assert "się liczy, ale raport jej nie przytacza" in said
    said = answer_questions(duet, key, "ewa", "", "Za dużo <spotkań>", "Pytać o *dane*")
    assert "nie przytacza" not in said
    wait_for_report(duet)
    sign_as_executives(duet, key)
    seen = open_checklist(duet, "ewa", key)
    seen.click("Nowy projekt na jego wzór")
    form = duet.person("ewa").form
    assert form is not None
    assert [field_value(form, name) for name in ("measure_start", "measure_target")] == ["12", "20"]
    second = submit_form(fill_form(form, {"name": "Kto kupuje w soboty"}))
    assert field_value(form, "measure_by") == field_value(second, "ends_on"), "no later than the end"
    assert (
        "Wnioski z ostatnio zamkniętych projektów" in second.text
        and "• Nie sprawdziło się: Za dużo <spotkań>" in second.text
    )
    assert "Pytać o *dane*" in second.text and "Nic" not in second.text
    assert [field_value(second, name) for name in ("cio", "lead_marketing")] == ["@adam", "@ewa"]
    assert str(field_value(second, "milestones")).endswith("; IT")  # whose it is, in the reader's words
    shown = submit_form(second)
    assert not shown.errors, shown.errors
    assert "Pilot, wszyscy" in shown.text
    new = next(word for word in shown.title.replace(":", "").split() if word.startswith("D-"))
    assert "@Tomek" in duet.person("ewa").types(f"/duet zespol {new}").text
    close_forms(duet.person("ola"))
    other = open_second_step(duet, by="ola")
    assert "Za dużo" not in other.text  # it is not hers to see


def test_a_day_long_project_without_a_channel_and_with_an_empty_seat_ends_too(duet: Office) -> None:
    """§12.3: nobody can hold a project hostage: not a seat that is vacant, nor a channel that is gone."""
    move_to_monday(duet)
    key = activate_project(duet, starts_on=day_from_today(duet, 0), ends_on=day_from_today(duet, 1))
    duet.slack.change_person("piotr", is_restricted=True)
    duet.slack.change_channel(project_channel(duet, key), "archive", by="ewa")
    duet.slack.change_person("adam", deleted=True)
    duet.settles()
    move_to_next_morning(duet)
    assert "zamykany" in read_card(duet, key)
    wait_for_report(duet)
    assert report_messages(duet, "anna") and report_messages(duet, "ewa")
    sent = "SELECT count(*) FROM deliveries WHERE kind = 'closing_pdf' AND key LIKE '%:pdf:{}'"
    assert query_one(duet, sent.format("U0EWA")) == 1
    assert query_one(duet, sent.format("U0PIOTR")) == 0, "he is a guest now"
    answer_request(duet, "anna", key, "sign")
    assert "zamykany" in read_card(duet, key)
    wait_for_end(duet)
    assert "zamknięty" in read_card(duet, key)
    assert "niepodpisany (@Adam Wolny)" in messages_containing(duet, "ewa", "niepodpisany")[-1].text
    assert not duet.slack.calls("conversations.archive")


def _holidays() -> tuple[date, ...]:
    return tuple(holidays.country_holidays("PL", years=(2026, 2027)))


def test_the_report_says_what_was_done_first_and_a_reason_once(duet: Office) -> None:
    """§12.2: what was dropped stands last, all that has one reason in one row, of which a message names three."""
    key = set_up_closing_with_milestones(duet).key
    run_milestone_command(duet.person("ewa"), f"{key} done 3")
    for person in ("ewa", "piotr"):
        shown = open_closing_form(duet, person, key, DROP_REST)
        submit_form(fill_form(shown, {"why": "Przejmuje je dział"}))
    wait_for_report(duet)
    printed = " ".join("".join(read_pdf(duet, "anna")).split())
    assert printed.count("Przejmuje je dział") == 1
    assert printed.index("Krok 3") < printed.index("Krok 1, Krok 2, Serwer, Sieć")
    line = next(each for each in report_messages(duet, "anna")[0].text.splitlines() if "Przejmuje" in each)
    assert line.startswith("• Krok 1, Krok 2, Serwer (+1) · plan: ")
    assert line.endswith(" · odwołane: Przejmuje je dział") and line.count(":") == 2


def test_all_that_a_side_has_open_is_dropped_with_one_reason(duet: Office) -> None:
    """§12.1: what was done stays so, what is done already is not meant, and the other side drops its own."""
    key = set_up_closing_with_milestones(duet).key
    run_milestone_command(duet.person("ewa"), f"{key} done 1")
    assert not {*open_checklist(duet, "tomek", key).buttons} & {*DROP_REST}
    form = open_closing_form(duet, "ewa", key, DROP_REST)
    assert "Krok 2" in form.text and "Krok 3" in form.text and "Krok 1" not in form.text
    assert "Czyje: Marketing: 2" in form.text and "2 kamienie milowe należą do drugiej strony" in form.text
    assert "Serwer" not in form.text
    shown = submit_form(fill_form(form, {"why": "Przejmuje je dział"}))
    assert has_sentence(shown.text, (f"{key}: 2 milestones dropped", f"{key}: odwołano 2 kamienie milowe"))
    move_to_next_morning(duet)
    (told,) = (each.text for each in channel_posts(duet, key) if "Przejmuje je dział" in each.text)
    assert "Odwołane 2 otwarte kamienie milowe (decyzja: Ewa Błysk).\n>Przejmuje je dział" in told
    assert told.count("Przejmuje je dział") == 1 and "Krok 2" not in told
    with expect_refusal(duet, "error.milestone.none_open_of_side"):
        forge_click(duet.person("anna"), "milestone.drop_rest", str(project_id(duet, key)))
    submit_form(fill_form(open_closing_form(duet, "piotr", key, DROP_REST), {"why": "Sprzedane"}))
    assert "Każdy kamień milowy jest gotowy albo odwołany" in open_checklist(duet, "ewa", key).text
    assert duet.person("ewa").types(f"/duet log {key}").text.count("Przejmuje je dział") == 2
    with expect_refusal(duet, "error.milestone.none_open"):
        forge_click(duet.person("ewa"), "milestone.drop_rest", str(project_id(duet, key)))


def test_what_is_put_back_before_anybody_read_of_it_was_never_dropped(duet: Office) -> None:
    """§2.8, §12.1: the rest is told as it is then, and what came and went is not told."""
    key = set_up_closing_with_milestones(duet).key
    submit_form(fill_form(open_closing_form(duet, "ewa", key, DROP_REST), {"why": "Przejmuje je dział"}))
    close_forms(duet.person("ewa"))
    duet.person("ewa").types(f"/duet kamień {key} przywróć 2")
    move_to_next_morning(duet)
    posted = [each.text for each in channel_posts(duet, key)]
    assert [text for text in posted if "Odwołane 2 otwarte kamienie milowe (decyzja: Ewa" in text]
    assert not [text for text in posted if "znów w harmonogramie" in text]
