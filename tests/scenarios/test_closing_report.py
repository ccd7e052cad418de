"""The closing report: what sends it, who signs and reads it, and what is added to it later (product §12.1–12.3)."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.closing.export_sections import list_closing_rows
from bot.people.rules import Actor
from bot.projects.export_sections import Reader
from bot.projects.rules import Role
from bot.projects.service import load_context
from bot.ui.texts import Texts
from storage.session import read_only_session
from tests.running import Office
from tests.scenarios.ask_steps import ask_person
from tests.scenarios.closing_steps import (
    PDF,
    RENEW,
    TWO_QUESTIONS,
    agree_on_closing,
    answer_as_executives,
    answer_questions,
    click_in_checklist,
    close_early,
    confirm_returns,
    end_project,
    end_project_with_member,
    end_with_report,
    open_checklist,
    open_closing_form,
    read_pdf_words,
    report_messages,
    say_outcome,
    sign_as_executives,
    wait_for_report,
)
from tests.scenarios.days import (
    current_day,
    move_to_day,
    move_to_monday,
    move_to_next_morning,
    polish_date,
    run_due_work,
)
from tests.scenarios.export_steps import export_file, export_sheets
from tests.scenarios.funding_steps import join_figures, record_entry
from tests.scenarios.lifecycle_steps import channel_posts, messages_containing, read_card
from tests.scenarios.pulse_steps import (
    IT,
    MARKETING,
    answer_about_other,
    answer_all,
    begin_window,
    close_window,
    record_informed,
    show_pulse,
)
from tests.scenarios.register_steps import register_asset
from tests.scenarios.steps import (
    activate_project,
    answer_request,
    close_forms,
    day_from_today,
    expect_refusal,
    find_label,
    forge_click,
    project_channel,
    project_id,
)
from tests.scenarios.team_steps import add_member
from tests.scenarios.test_crossing import propose_crossing, sign_newest_request
from tests.scenarios.test_deputies import name_deputy
from tests.scenarios.timetable_steps import run_milestone_command


def _answer_all_questions(duet: Office, key: str, *handles: str) -> None:
    say_outcome(duet, key)
    for handle in handles:
        answer_questions(duet, key, handle, "Wspólne piątki", "Spotkania", "Dane mają reguły")
    answer_as_executives(duet, key)


def test_an_entry_in_the_ledger_may_be_the_checklists_last_line(duet: Office) -> None:
    """§12.1, §12.3: once the ledger is balanced by it the report is sent, at once."""
    key = close_early(duet, piotr="100 zł")
    _answer_all_questions(duet, key, "piotr", "ewa")
    assert not report_messages(duet, "anna")
    record_entry(duet.person("ewa"), f"fund {key} 100 zł")
    run_due_work(duet)
    (asked,) = report_messages(duet, "anna")
    assert "Jeszcze otwarte" not in asked.text
    assert "✅ Rozliczenie się zgadza" in open_checklist(duet, "ewa", key).text


def test_a_return_may_be_the_checklists_last_line(duet: Office) -> None:
    """§12.1, §12.3: once the last return is confirmed the report is sent, at once, and says who confirmed it."""
    key = end_project_with_member(duet)
    _answer_all_questions(duet, key, "piotr", "ewa", "tomek")
    for _ in range(2):
        move_to_next_morning(duet)
    assert not report_messages(duet, "anna")
    confirm_returns(duet)
    (asked,) = report_messages(duet, "anna")
    assert "Jeszcze otwarte" not in asked.text and "potwierdzony (" in asked.text


def test_what_is_entered_between_the_report_and_the_end_is_in_the_next_report(duet: Office) -> None:
    """§12.3: nobody signs a report whose money is not so any more; made anew, it has the entry, and the end
    does not list it as added later."""
    key = end_with_report(duet)
    answer_request(duet, "anna", key, "sign")
    record_entry(duet.person("piotr"), f"fund {key} 70 zł")
    with expect_refusal(duet, "error.closing.report_outdated"):
        answer_request(duet, "adam", key, "sign")
    close_forms(duet.person("adam"))
    click_in_checklist(duet, "ewa", key, RENEW)
    run_due_work(duet)
    assert "70 zł" in join_figures(report_messages(duet, "adam")[-1].text)
    answer_request(duet, "adam", key, "sign")
    assert "zamykany" in read_card(duet, key), "her yes was to the former one"
    answer_request(duet, "anna", key, "sign")
    run_due_work(duet)
    assert "zamknięty" in read_card(duet, key)
    assert "Dopisane później" not in open_checklist(duet, "ewa", key).text


def test_a_deputys_signature_is_printed_as_one_for_somebody(duet: Office) -> None:
    """§4.8, §12.3: shown as "for" wherever it is shown."""
    key, _ = end_project(duet)
    move_to_next_morning(duet)
    today = current_day(duet)
    name_deputy(duet, "adam", "jan", today, today + timedelta(days=20))
    for _ in range(4):
        move_to_next_morning(duet)
    answer_request(duet, "anna", key, "sign")
    answer_request(duet, "jan", key, "sign")
    run_due_work(duet)
    assert "zamknięty" in read_card(duet, key)
    day = polish_date(current_day(duet))
    for handle in ("adam", "anna"):
        printed = read_pdf_words(duet, handle)
        assert f"Adam Wolny Podpis: Jan Łącznik, w zastępstwie, {day}" in printed
        assert f"Anna Żuraw Podpis: {day}" in printed


def test_amounts_are_for_leads_and_executives_in_every_form_of_the_report(duet: Office) -> None:
    """§12.1, §12.3: executives and leads have it whole, as a message, a table and a PDF; the channel and members
    have it without money, wherever they look: message, table, PDF, file and log."""
    move_to_monday(duet)
    key = activate_project(duet, starts_on=day_from_today(duet, 0), ends_on=day_from_today(duet, 90))
    add_member(duet, key, "tomek", by="ewa", side="marketing")
    record_entry(duet.person("piotr"), f"fund {key} 4321 zł")
    agree_on_closing(duet, key)
    wait_for_report(duet)
    for handle in ("adam", "anna", "piotr", "ewa"):
        message = report_messages(duet, handle)[0]
        assert "4321" in join_figures(message.text) and "Budżet i wydatki" in message.text, handle
        assert "4321" in join_figures(read_pdf_words(duet, handle)), handle
        shown = forge_click(duet.person(handle), "closing.report", str(project_id(duet, key)))
        assert "4321" in join_figures(shown.text) and find_label(shown.buttons, PDF), handle
        assert "4321" in join_figures(export_file(duet, handle, f"{key} json")), handle
    (copy,) = report_messages(duet, "ewa", channel_posts(duet, key)[-1].where)
    tomek = duet.person("tomek")
    seen = [copy.text, forge_click(tomek, "closing.report", str(project_id(duet, key))).text]
    seen.append(open_checklist(duet, "tomek", key).text)
    assert "Raport końcowy" in seen[1] and "Zamknięcie" in seen[2]
    for text in seen:
        assert "4321" not in join_figures(text) and "Budżet i wydatki" not in text and "Pieniądze" not in text
    for open_line in ("Wkłady stron nie są równe", "odpowiedzi CIO i CMO"):  # §6.4: the gap is money, too
        assert open_line in report_messages(duet, "ewa")[0].text
        assert not any(open_line in text for text in seen[:2])
    file = export_file(duet, "tomek", f"{key} json")  # the project's closing was his return, and he reads on
    assert "4321" not in join_figures(file)
    with expect_refusal(duet, "error.only.editors_read"):
        tomek.types(f"/duet dziennik {key}")
    with expect_refusal(duet):
        forge_click(tomek, "closing.pdf", str(project_id(duet, key)))
    duet.settles()
    assert not [each for message in tomek.reads("@duet") for each in message.files if each.name.endswith(".pdf")]


def test_a_closed_project_takes_returns_and_late_entries_and_nothing_else(duet: Office) -> None:
    """§12.3: it is read-only but for confirmations of return and, for 90 days, entries of the ledger, which the
    report lists as added later, in the message and in the PDF."""
    key = end_project_with_member(duet)
    wait_for_report(duet)
    sign_as_executives(duet, key)
    assert "zamknięty" in read_card(duet, key)
    before = open_checklist(duet, "ewa", key).text
    assert "Dopisane później" not in before and "potwierdzone później" not in before
    move_to_next_morning(duet)
    record_entry(duet.person("ewa"), f"fund {key} 40 zł")
    confirm_returns(duet)
    shown = open_checklist(duet, "ewa", key).text
    assert "Dopisane później do rozliczenia" in shown and "wkład 40 zł" in join_figures(shown)
    day = polish_date(current_day(duet))
    assert "Powroty potwierdzone później" in shown and f"Tomek Półka: Tomek Półka, {day}" in shown, shown
    click_in_checklist(duet, "ewa", key, PDF)
    run_due_work(duet)
    printed = join_figures(read_pdf_words(duet, "ewa"))
    assert "wkład 40 zł" in printed and f"Tomek Półka: Tomek Półka, {day}" in printed
    looking = open_checklist(duet, "tomek", key).text
    assert "Powroty potwierdzone później" in looking and "40 zł" not in join_figures(looking)
    for words in (
        f'/duet kamien {key} add "Za późno" {day_from_today(duet, 3)} @ewa',
        f'/duet blocker {key} "Za późno"',
        f'/duet ask {key} @piotr "Za późno" do {day_from_today(duet, 3)}',
        f"/duet zespol {key} add @ola",
        f"/duet edit {key}",
        f"/duet wycofaj {key}",
        f"/duet checkin {key} now",
    ):
        with expect_refusal(duet):
            duet.person("ewa").types(words)
        close_forms(duet.person("ewa"))


def test_what_is_somebodys_by_decision_stands_with_its_day(duet: Office) -> None:
    """§12.2, §5.2: on that day it goes back, and the report that is sent on says so."""
    key = activate_project(duet, starts_on=day_from_today(duet, 0))
    register_asset(duet.person("ewa"), f'{key} klienci "VIP" @ewa')
    for number in range(10):
        register_asset(duet.person("ewa"), f'{key} klienci "Lista {number}" @ewa')
    until = polish_date(current_day(duet) + timedelta(days=60))
    propose_crossing(duet, "ewa", 'klienci "VIP" @piotr', days=60)
    sign_newest_request(duet, "VIP", "anna", "adam")
    agree_on_closing(duet, key)
    wait_for_report(duet)
    said = f"Piotr Kabelek do {until}, za zgodą obu stron"
    assert said in report_messages(duet, "anna")[-1].text and said in read_pdf_words(duet, "anna")


def test_spending_that_nobody_has_paid_in_is_not_called_balanced(duet: Office) -> None:
    """§12.1, §6.2: the sides are even, and both owe; amounts show to leads and executives."""
    key = activate_project(duet, starts_on=day_from_today(duet, 0))
    add_member(duet, key, "tomek", by="ewa", side="marketing")
    record_entry(duet.person("ewa"), f'spend {key} 300 zł "Druk"')
    agree_on_closing(duet, key)
    shown = open_checklist(duet, "ewa", key).text
    assert "do pokrycia wydatków brakuje wkładów: 300 zł" in join_figures(shown)
    assert "✅ Strony są rozliczone między sobą" in open_checklist(duet, "tomek", key).text


def test_what_waited_for_the_morning_is_not_told_of_a_closed_project(duet: Office) -> None:
    """§2.8: what was done in the evening in which the project closed stands in its report."""
    move_to_monday(duet)
    key, _ = end_project(duet, milestones=f"Pilot; {day_from_today(duet, 10)}; @ewa")
    wait_for_report(duet)
    move_to_day(duet, current_day(duet), "18:30")
    run_milestone_command(duet.person("ewa"), f"{key} done 1")
    sign_as_executives(duet, key)
    move_to_next_morning(duet)
    assert not [each.text for each in channel_posts(duet, key) if "*Pilot*: gotowy" in each.text]


def test_a_closed_project_promises_nothing_more(duet: Office) -> None:
    """§12.3: no schedule that nobody is asked by, and no date of a next pulse."""
    record_informed(duet)
    key = end_project_with_member(duet)
    wait_for_report(duet)
    sign_as_executives(duet, key)
    ewa = duet.person("ewa")
    close_forms(ewa)
    said = ewa.types(f"/duet checkin {key}").text
    assert "Check-iny skończyły się" in said and "Kogo pytać" not in said and "co tydzień" not in said
    assert "nie dostanie już tych pytań" in show_pulse(duet, "anna", key)


def test_the_report_is_out_after_five_working_days_and_lists_what_is_open(duet: Office) -> None:
    """§12.3: whatever nobody has answered stands in it line by line, in the message and in the PDF."""
    key = close_early(duet, piotr="100 zł")
    lines = [each[2:] for each in open_checklist(duet, "ewa", key).text.splitlines() if each.startswith("⬜ ")]
    assert len(lines) >= 3
    for _ in range(4):
        move_to_next_morning(duet)
    assert not report_messages(duet, "anna")
    move_to_next_morning(duet)
    asked, pages = report_messages(duet, "anna")[0].text, read_pdf_words(duet, "anna")
    assert "*Jeszcze otwarte*" in asked and "Otwarte w chwili wysłania raportu" in pages
    for line in ("Ocena celu i ostatnia wartość miary", "Retrospektywa: odpowiedzi 0 z 2"):
        assert any(each.startswith(line) for each in lines) and line in asked and line in pages, line
    assert messages_containing(duet, "adam", "Jeszcze otwarte")


ROW = {"Polski": "{}, od 1 do 5: przed {}, po {}", "English": "{}, from 1 to 5: before {}, after {}"}
SAID = {
    "Polski": {
        "trust": ("Zaufanie przed i po", "Barometr, IT", "Barometr, marketing"),
        "executives": (
            "CIO o drugiej stronie (partnerstwo)",
            "CIO o drugiej stronie (kolejny projekt)",
            "CMO o drugiej stronie (elastyczność i terminy)",
            "CMO o drugiej stronie (kolejny projekt)",
        ),
        "asks": (
            "Prośby między stronami",
            "Do IT: 3 prośby, 3 otwarte, mediana dni roboczych do odpowiedzi: 0",
            "Do marketingu: 1 prośba, 1 otwarta",
        ),
    },
    "English": {
        "trust": ("Trust, before and after", "Pulse, IT", "Pulse, marketing"),
        "executives": (
            "CIO, about the other side (partnership)",
            "CIO, about the other side (another project)",
            "CMO, about the other side (flexible and in time)",
            "CMO, about the other side (another project)",
        ),
        "asks": (
            "Asks between the sides",
            "To IT: 3 asks, 3 open, median working days to an answer: 0",
            "To marketing: 1 ask, 1 open",
        ),
    },
}


@pytest.mark.one_of(2)
@pytest.mark.parametrize("language", SAID)
def test_trust_asks_and_money_stand_in_one_report(duet: Office, language: str) -> None:
    """§10.3, §11.2, §11.4, §12.2, §12.3: what the team's pulse has published, what both executives agree to show,
    both sides' asks and the ledger, as a message with its table, in the file for programs and in the PDF, in the
    project's language whoever reads it; the channel's copy has neither money nor trust, and the workbook no trust.
    """
    key = begin_window(duet, language=language)
    for handle, about, again in (("adam", "2", "3"), ("anna", "3", "4")):
        answer_about_other(duet, handle, about, again)
    answer_all(duet, dict.fromkeys(IT[:5], 4) | dict.fromkeys(MARKETING[:5], 2))
    due = current_day(duet) + timedelta(days=30)
    for number in range(3):
        ask_id = ask_person(duet, "ewa", key, "jan", due, f"Lista {number}")
        forge_click(duet.person("jan"), "ask.accept", str(ask_id))
    ask_person(duet, "jan", key, "ewa", due, "Lista")
    close_window(duet)
    record_entry(duet.person("piotr"), f"fund {key} 777")
    agree_on_closing(duet, key)
    for handle, about in (("adam", "5"), ("anna", "4")):
        form = open_closing_form(duet, handle, key, TWO_QUESTIONS)
        answer_about_other(duet, handle, about, "5", report=True, form=form)
    wait_for_report(duet)

    said = SAID[language]
    trust, executives = said["trust"], said["executives"]
    rows = [
        *((who, "–", mean) for who, mean in zip(trust[1:], ("4", "2"), strict=True)),
        *((who, *scores) for who, scores in zip(executives, ("25", "35", "34", "45"), strict=True)),
    ]
    for reader in ("anna", "piotr"):  # of whom one speaks Polish and the other English
        message, printed = report_messages(duet, reader)[0].text, read_pdf_words(duet, reader)
        whole = json.loads(export_file(duet, reader, f"{key} json"))["closing"]["report"]
        kept = {part["name"]: part for part in whole["parts"]}
        assert [tuple(row) for row in kept["trust"]["rows"]] == rows
        assert any("777" in it and "777" not in marketing for _, it, marketing, _ in kept["money"]["rows"])
        for who, before, after in rows:
            assert ROW[language].format(who, before, after) in message, (reader, who)
            assert f"{who} {before} {after}" in printed, (reader, who)
        for sentence in (trust[0], *said["asks"]):
            assert sentence in message and sentence in printed, (reader, sentence)
        assert "777" in join_figures(message) and "777" in join_figures(printed)
        assert "Lista" not in message + printed, "what somebody was asked"
        sheets = export_sheets(duet, reader, f"{key} xlsx")
        assert not [who for who in (*trust, *executives) if who in str(sheets)]
        assert "777" in str(sheets) and "Lista 2" in str(sheets)
    assert [name for name in read_report_parts_of_member(duet, key) if name in ("trust", "money")] == []
    (copy,) = report_messages(duet, "ewa", project_channel(duet, key))
    assert all(sentence in copy.text for sentence in said["asks"])
    assert not [word for word in (*trust, *executives, "777") if word in join_figures(copy.text)]


def read_report_parts_of_member(duet: Office, key: str) -> list[str]:
    """What the file for programs would have of the report for a member, whose stay has ended with the project."""
    now = duet.bot.duet.now()
    with read_only_session(duet.database) as session:
        found = load_context(session, actor=Actor("T0PIKUS", "U0EWA"), project_id=project_id(duet, key))
        member = replace(found, roles=frozenset({Role.MEMBER}))
        (row,) = list_closing_rows(session, Reader(found.actor, member, Texts.of("pl"), now))
    assert row.report is not None and row.report.parts
    return [part.name for part in row.report.parts]
