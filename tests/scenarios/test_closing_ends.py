"""Each way in which a project ends, told to its end; and a document that is not made (product §12, §16)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.closing import typesetting
from tests.running import Office
from tests.scenarios.ask_steps import ask_person
from tests.scenarios.closing_steps import (
    PDF,
    agree_on_closing,
    click_in_checklist,
    end_project,
    end_project_with_member,
    open_checklist,
    read_pdf,
    read_pdf_words,
    report_messages,
    say_outcome,
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
)
from tests.scenarios.funding_steps import record_entry
from tests.scenarios.lifecycle_steps import channel_posts, messages_containing, read_card, withdraw_project
from tests.scenarios.register_steps import register_asset, run_own_command
from tests.scenarios.steps import (
    activate_on_monday,
    activate_project,
    close_forms,
    day_from_today,
    fill_form,
    has_sentence,
    open_form,
    open_signing_form,
    project_channel,
    query_one,
    submit_form,
)
from tests.scenarios.test_blocker_command import run_blocker_command
from tests.scenarios.timetable_steps import add_milestone, run_milestone_command

SIGNED = ("a raport końcowy ma oba podpisy", "the closing report has both signatures")


def test_a_withdrawn_project_closes_with_the_reason_in_its_report(duet: Office) -> None:
    """§3.2, §12.2: ten working days after the withdrawal; *stopped early*, with the reason, also in the PDF."""
    key, _ = activate_on_monday(duet)
    withdraw_project(duet, key)
    for _ in range(10):
        assert "zamykany" not in read_card(duet, key)
        move_to_next_morning(duet)
    assert "zamykany" in read_card(duet, key)
    wait_for_report(duet)
    sign_as_executives(duet, key)
    assert "zamknięty" in read_card(duet, key) and "Koniec po wycofaniu: " in read_card(duet, key)
    first = read_pdf_words(duet, "adam")
    assert "Projekt przerwany przed czasem" in first and "Powód: Czekamy na audyt danych" in first
    assert "Zakończony wycofaniem" in first


def test_the_card_of_a_closed_project_says_how_it_ended(duet: Office) -> None:
    """§12.3: when, by what, and why; what it had dropped and what was still asked, as it was."""
    key, monday = activate_on_monday(duet)
    add_milestone(duet, "ewa", "Pilot", monday + timedelta(days=40), "ewa")
    submit_form(fill_form(open_form(duet.person("ewa"), f"/duet milestone {key} drop 1"), {"why": "Bez sensu"}))
    none_left = "Nie ma już żadnego kamienia milowego (1 odwołany)."
    assert none_left in read_card(duet, key)
    assert none_left in run_milestone_command(duet.person("ewa"), key).text
    ask_person(duet, "ewa", key, "piotr", monday + timedelta(days=40))
    agree_on_closing(duet, key)
    ended = polish_date(current_day(duet))
    wait_for_report(duet)
    card = read_card(duet, key)
    asked = [line for line in card.splitlines() if "1 prośba" in line]
    assert "Zamknięcie: " not in card and "1 otwarta" in asked[0]
    sign_as_executives(duet, key)
    said = f"Koniec przed terminem, decyzją CIO i CMO: {ended}. Zamknięcie: {polish_date(current_day(duet))}."
    for handle in ("ewa", "adam"):
        card = read_card(duet, key, handle)
        assert said in card and "Cel osiągnięty wcześniej" in card and none_left in card
        assert [line for line in card.splitlines() if "1 prośba" in line] == [
            each.replace("1 otwarta", "1 otwarta do końca") for each in asked
        ]


def test_a_project_of_one_day_has_a_report_of_one_page(duet: Office) -> None:
    """§3.3, §12.2: with nothing in it but its goal; what nobody has said is not invented."""
    move_to_monday(duet)
    key = activate_project(duet, starts_on=day_from_today(duet, 0), ends_on=day_from_today(duet, 1))
    move_to_next_morning(duet)
    assert "zamykany" in read_card(duet, key)
    wait_for_report(duet)
    (page,) = read_pdf(duet, "anna")
    assert "Wynik nieoceniony" in page and "bez pomiaru" in page and page.count("jeszcze bez podpisu") == 2
    sign_as_executives(duet, key)
    assert "zamknięty" in read_card(duet, key)


def test_an_executive_who_never_signs_holds_nobody_hostage(duet: Office) -> None:
    """§12.3: ten working days after the report was sent the project closes as not signed by them.

    §4.2: who would read why it is declined, where nobody but Duet has sent it.
    """
    key, _ = end_project(duet)
    say_outcome(duet, key)
    wait_for_report(duet)
    asked = open_signing_form(duet, "anna", key).text
    assert "przeczytają go dyrektorzy i liderzy obu stron. Temat" in asked
    sign_as_executives(duet, key, "anna")
    wait_for_end(duet)
    assert "zamknięty" in read_card(duet, key)
    assert "niepodpisany (@Adam Wolny)" in channel_posts(duet, key)[-1].text
    assert query_one(duet, "SELECT count(*) FROM executive_rounds WHERE state = 'open'") == 0, "they are asked on"
    click_in_checklist(duet, "ewa", key, PDF)
    run_due_work(duet)
    printed = read_pdf_words(duet, "ewa")
    assert "Adam Wolny bez podpisu" in printed and "Anna Żuraw Podpis:" in printed


def test_a_project_with_a_vacant_seat_closes(duet: Office) -> None:
    """§12.3, §4.9: whoever has left signs nothing; the other's signature stays, and nobody waits for ever."""
    key, _ = end_project(duet)
    duet.slack.change_person("adam", deleted=True)
    wait_for_report(duet)
    seen = open_checklist(duet, "ewa", key).text
    assert "odpowiedzi CIO i CMO" not in seen, "of a vacant seat nobody is asked"
    sign_as_executives(duet, key, "anna")
    assert "zamykany" in read_card(duet, key)
    wait_for_end(duet)
    assert "zamknięty" in read_card(duet, key)
    assert "niepodpisany (@Adam Wolny)" in channel_posts(duet, key)[-1].text
    click_in_checklist(duet, "ewa", key, PDF)
    run_due_work(duet)
    printed = read_pdf_words(duet, "ewa")
    assert "CIO Adam Wolny bez podpisu" in printed and "CMO Anna Żuraw Podpis:" in printed


def test_the_checklist_of_a_side_whose_lead_has_left_names_its_executive(duet: Office) -> None:
    """§12.1: each line has its owner: somebody who can see to it."""
    key = end_project_with_member(duet)
    record_entry(duet.person("piotr"), f"fund {key} 100 zł")
    duet.slack.change_person("ewa", deleted=True)
    run_due_work(duet)
    seen = open_checklist(duet, "anna", key).text
    assert "@Ewa" not in seen
    assert "miary: Klienci, o których to wiemy\nKto: @Piotr Kabelek i @Anna Żuraw" in seen
    assert "1 powrót jeszcze bez potwierdzenia\nKto: @Tomek Półka" in seen, "whoever confirms it"


def test_a_project_whose_channel_is_gone_closes(duet: Office) -> None:
    """§12.3: executives and leads have the report and the end by direct message; nothing is archived."""
    key, _ = end_project(duet)
    duet.slack.change_channel(project_channel(duet, key), "archive", by="ewa")
    wait_for_report(duet)
    sign_as_executives(duet, key)
    assert "zamknięty" in read_card(duet, key)
    for handle in ("anna", "adam", "piotr", "ewa"):
        texts = [each.text for each in duet.person(handle).reads("@duet")]
        assert any(has_sentence(each, SIGNED) for each in texts), handle
    printed = read_pdf_words(duet, "anna")
    assert "Zakończony zgodnie z kartą" in printed and "CIO Adam Wolny Podpis:" in printed
    move_to_day(duet, current_day(duet) + timedelta(days=8))
    assert not duet.slack.calls("conversations.archive")


def test_sixty_milestones_and_eighty_assets_are_all_in_the_report(duet: Office) -> None:
    """§12.2: two pages, and an annex with what does not fit; the message is one, and says how many more."""
    move_to_monday(duet)
    lines = "\n".join(f"Etap {n:02}; {day_from_today(duet, 7 + n % 20)}; it" for n in range(60))
    key, _ = end_project(duet, milestones=lines)
    register_asset(duet.person("ewa"), f'{key} klienci "Lista 00" @ewa')
    for number in range(1, 80):
        run_own_command(duet.person("ewa"), f'{key} klienci "Lista {number:02}" @ewa')
    wait_for_report(duet)
    (asked,) = report_messages(duet, "anna")
    assert "60" in asked.text and "i jeszcze" in asked.text
    pages = read_pdf(duet, "anna")
    assert "jeszcze bez podpisu" in pages[1] and pages[2].startswith("ZAŁĄCZNIK")
    annex = "\n".join(pages[2:])
    assert all(annex.count(f"Etap {n:02}") == 1 for n in range(60))
    assert all(annex.count(f"Lista {n:02}") == 1 for n in range(80))
    sign_as_executives(duet, key)
    assert "zamknięty" in read_card(duet, key)


def test_whose_only_project_has_closed_reads_and_takes_it_along(duet: Office) -> None:
    """§2.3, §13.3: without naming it; with nothing under way the way to the public ones is in sight."""
    key, _ = end_project(duet)
    wait_for_report(duet)
    sign_as_executives(duet, key)
    adam = duet.person("adam")
    for typed in ("export", "show", "log", "budget"):
        close_forms(adam)
        shown = adam.types(f"/duet {typed}")
        assert key in shown.text or shown.buttons, (typed, shown.text)
        assert "wspólny projekt" not in shown.text, (typed, shown.text)
    assert "Publiczne projekty" in adam.types("/duet list").buttons
    assert "wspólny projekt" in adam.types("/duet pause").text


# --- the document that is not made ------------------------------------------------------------------------------


@pytest.fixture
def broken_typesetter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A program that ends badly in place of the typesetter's, until it is deleted."""
    program = tmp_path / "broken.py"
    program.write_text("import os; os.kill(os.getpid(), 9)", encoding="utf-8")
    monkeypatch.setattr(typesetting, "PROGRAM", program)
    yield program


def test_whoever_waits_for_a_document_that_is_not_made_is_told(
    duet: Office, broken_typesetter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """§12.2, §16: it is tried again, then its reader is told once, with a reference and a button that asks for it
    anew; the report itself has long been there, and can be signed."""
    key, _ = end_project(duet)
    wait_for_report(duet)
    assert report_messages(duet, "anna")
    sign_as_executives(duet, key, "anna")
    for _ in range(3):
        move_to_next_morning(duet)
    (told,) = messages_containing(duet, "anna", "PDF raportu końcowego do Ciebie nie dotarł")
    assert query_one(duet, "SELECT count(*) FROM deliveries WHERE kind = 'closing_pdf' AND status = 'parked'") == 4
    monkeypatch.undo()
    told.click(PDF[0])
    run_due_work(duet)
    assert "Podpis:" in read_pdf(duet, "anna")[-1]


def test_what_is_open_at_the_end_stands_as_it_was_then(duet: Office) -> None:
    """§12.3: a closed project is read-only, so nothing in it becomes overdue, or older."""
    key, monday = activate_on_monday(duet)
    due = monday + timedelta(days=40)
    add_milestone(duet, "ewa", "Pilot", due, "ewa")
    ask_person(duet, "ewa", key, "piotr", due)
    run_blocker_command(duet, "ewa", f'{key} "Brak farby"')
    agree_on_closing(duet, key)
    wait_for_report(duet)
    sign_as_executives(duet, key)

    def read_everything() -> list[str]:
        close_forms(duet.person("ewa"))
        return [
            duet.person("ewa").types(f"/duet {what} {key}").text for what in ("milestone", "blocker", "ask", "show")
        ]

    told = read_everything()
    assert "Pilot" in told[0] and "Brak farby" in told[1]
    move_to_day(duet, due + timedelta(days=30))
    assert read_everything() == told
