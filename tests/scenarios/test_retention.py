"""How long people's words are kept, and who decides it (product §17)."""

from typing import Any

from tests.driving import SeenForm
from tests.running import Office
from tests.scenarios.days import move_to_next_morning, run_due_work
from tests.scenarios.lifecycle_steps import messages_containing
from tests.scenarios.pulse_steps import name_stewards
from tests.scenarios.roles import Action, Place, set_up_active_project
from tests.scenarios.steps import (
    activate_project,
    close_forms,
    expect_no_change,
    expect_refusal,
    find_label,
    forge_click,
    open_form,
    query_one,
    text_state,
)
from tests.snapshots import play_once

TITLE = ("Czas przechowywania", "Retention periods")
FIELDS = {
    "answers": ("Odpowiedzi, w miesiącach po zamknięciu", "Answers, months after closing"),
    "records": ("Dziennik i rozliczenie, w latach po zamknięciu", "Log and ledger, years after closing"),
    "drafts": ("Niepodpisane szkice, w miesiącach", "Drafts never signed, months"),
}
STORED = (
    "SELECT coalesce(answers_months, 0) * 10000 + coalesce(records_years, 0) * 100 + coalesce(drafts_months, 0)"
)


def open_retention_form(duet: Office, handle: str) -> SeenForm:
    close_forms(duet.person(handle))
    settings = open_form(duet.person(handle), "/duet settings")
    shown = settings.click(find_label(settings.buttons, TITLE))
    assert shown is not None
    return shown


def change_periods(duet: Office, handle: str, **periods: str) -> SeenForm:
    """What is shown to whoever asks for these; the fields by the names of FIELDS."""
    form = open_retention_form(duet, handle)
    shown = form.fill({find_label(form.labels, FIELDS[name]): value for name, value in periods.items()}).submit()
    assert shown is not None
    run_due_work(duet)
    return shown


def read_stored(duet: Office) -> int:
    return int(query_one(duet, f"{STORED} FROM workspaces WHERE team_id = 'T0PIKUS'"))


@play_once
def set_up_proposed_periods(duet: Office) -> Place:
    """Stewards are jan and ola; jan wants answers to be kept for 24 months."""
    place = set_up_active_project(duet)
    name_stewards(duet, "@jan", "@ola")
    close_forms(duet.person("roman"))
    change_periods(duet, "jan", answers="24")
    close_forms(duet.person("jan"))
    return place


def _periods(duet: Office) -> dict[str, Any]:
    return {"answers_months": text_state("18"), "records_years": text_state("4"), "drafts_months": text_state("3")}


MATRIX = {
    "say how long it is kept": Action(
        {"admin"},
        set_up_active_project,
        None,
        ("retention.form", "settings"),
        ("retention.save", {}, _periods),
    ),
    "agree to how long it is kept": Action(
        {"drafter", "colleague"},
        set_up_proposed_periods,
        button=("retention.agree", "18:4:3"),
        changes={"button"},
    ),
    "refuse how long it is kept": Action(
        {"colleague"}, set_up_proposed_periods, button=("retention.refuse", "24:5:6"), changes={"button"}
    ),
}


def test_a_slack_admin_says_how_long_answers_are_kept(duet: Office) -> None:
    """§17: with defaults that need no setting; what people are told first says the same."""
    form = open_retention_form(duet, "roman")
    assert [form.values[each] for each in form.labels] == ["12", "5", "6"]
    shown = change_periods(duet, "roman", answers="0", records="11")
    assert len(shown.errors) == 2 and read_stored(duet) == 0
    shown = change_periods(duet, "roman", answers="18 mies.", records="3 lata", drafts="")
    assert "Odpowiedzi: 18 miesięcy po zamknięciu projektu" in shown.text and "3 lata" in shown.text
    assert read_stored(duet) == 180306
    close_forms(duet.person("roman"))
    activate_project(duet)
    first = duet.person("anna").reads("@duet")[0].text
    assert "odpowiedzi 18 miesięcy po zamknięciu projektu, dziennik decyzji 3 lata" in first
    assert query_one(duet, "SELECT count(*) FROM audit_log WHERE action = 'workspace.retention'") == 1


def test_where_there_are_stewards_both_decide(duet: Office) -> None:
    """§17: retention needs both of them instead of a Slack admin; the no of one is enough, and both have to mean
    the same periods.
    """
    activate_project(duet)
    name_stewards(duet, "@nadia", "@ola")
    close_forms(duet.person("roman"))
    assert not set(open_form(duet.person("roman"), "/duet settings").buttons) & {*TITLE}
    with expect_refusal(duet, "error.steward.decide"):
        forge_click(duet.person("roman"), "retention.form", "settings")
    with expect_refusal(duet, "error.steward.decide"), expect_no_change(duet):
        forge_click(duet.person("roman"), "retention.agree", "24:5:6")
    assert "once @Aleksandra Plakat agrees" in change_periods(duet, "nadia", answers="24").text
    change_periods(duet, "nadia", answers="24")  # her own second yes is none of the other side
    assert read_stored(duet) == 0
    waits = open_retention_form(duet, "ola")
    assert "Zmiana czeka na odpowiedź: @Aleksandra Plakat" in waits.text
    close_forms(duet.person("ola"))
    move_to_next_morning(duet)
    (asked,) = messages_containing(duet, "ola", "nowe okresy przechowywania")
    assert "Odpowiedzi: 24 miesiące po zamknięciu projektu" in asked.text
    asked.click("Nie zgadzam się")
    move_to_next_morning(duet, "10:01")  # nine where Nadia is
    with expect_refusal(duet, "error.steward.over"):  # sooner it would be the second click of a double click
        forge_click(duet.person("ola"), "retention.refuse", "24:5:6")
    assert "does not agree to these periods" in messages_containing(duet, "nadia", "24 months")[-1].text
    assert read_stored(duet) == 0

    change_periods(duet, "ola", answers="36")
    shown = change_periods(duet, "nadia", answers="24")
    assert read_stored(duet) == 0, "they do not mean the same"
    assert "@Aleksandra Plakat proposes other periods" in shown.text and "36 months" in shown.text
    assert "Agree" in shown.buttons
    close_forms(duet.person("nadia"))
    form = open_retention_form(duet, "nadia")
    assert form.buttons.count("Agree") == 1, "to her own there is nothing to answer"
    settled = form.click("Agree")
    assert settled is not None and "your own proposal has lapsed" in settled.text and "24 months" in settled.text
    assert read_stored(duet) == 360506
    move_to_next_morning(duet)
    (told,) = messages_containing(duet, "ola", "zgadza się na Twoją propozycję")
    assert "36 miesięcy" in told.text and "Druga propozycja (@Nadia Źródło) jest już nieaktualna" in told.text
    assert not messages_containing(duet, "ola", "proponuje nowe okresy"), "what has lapsed asks for nothing"
    close_forms(duet.person("nadia"))
    assert query_one(duet, "SELECT count(*) FROM steward_consents") == 0
    for value in ("24:5", "24:5:6:7", "a:b:c", "0:5:6", ""):
        with expect_refusal(duet, "error.not_found"), expect_no_change(duet):
            forge_click(duet.person("ola"), "retention.agree", value)
