"""The ledger: what both sides put in and spend, as leads and executives see it (product §6)."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.funding import answers, service
from bot.funding.rules import EntryKind
from bot.funding.service import WantedEntry
from bot.parsing.money import Amount
from bot.people.rules import Actor
from storage.session import transaction
from tests.running import Office
from tests.scenarios.closing_steps import agree_on_closing
from tests.scenarios.days import current_day, move_to_day, move_to_monday, move_to_next_morning, run_due_work
from tests.scenarios.export_steps import export_file
from tests.scenarios.funding_steps import (
    AGREE,
    CHANGE,
    DECIDE,
    DISPUTE,
    FIELDS,
    IT_BEARS,
    LEDGER,
    MARKETING_BEARS,
    RAISE,
    RECORD,
    REVERSE,
    SIGN,
    TAKE_BACK,
    click_ledger_button,
    count_entries,
    join_figures,
    open_entries,
    read_ledger,
    record_entry,
    submit_ledger_form,
    type_entry,
)
from tests.scenarios.lifecycle_steps import messages_containing
from tests.scenarios.roles import EDITORS, EXECUTIVES, Action, Place, set_up_active_project
from tests.scenarios.steps import (
    change_charter,
    close_forms,
    expect_no_change,
    expect_refusal,
    field_errors,
    fill_form,
    find_label,
    forge_click,
    open_form,
    option_state,
    project_channel,
    project_id,
    query_one,
    sign_charter,
    submit_form,
    text_state,
)
from tests.scenarios.test_prompts import read_again
from tests.scenarios.test_succession import deactivate_person
from tests.scenarios.timetable_steps import start_project_today
from tests.seeding import EWA
from tests.snapshots import play_once

# --- who may (product §14) ------------------------------------------------------------------------------------


@play_once
def set_up_ledger(duet: Office) -> Place:
    """Of marketing's lead: value in kind, a disputed payment, spending past the budget, one unconfirmed."""
    place, ewa, piotr = set_up_active_project(duet), duet.person("ewa"), duet.person("piotr")
    record_entry(ewa, f'fund {place.key} 100 in kind "Analizy"')
    record_entry(ewa, f"fund {place.key} 200")
    record_entry(ewa, f'spend {place.key} 130000 "Kampania"')
    form = click_ledger_button(open_entries(piotr, place.key), DISPUTE, 2).form
    submit_ledger_form(form, reason="Nie widzę tego")
    close_forms(piotr)
    type_entry(ewa, f"fund {place.key} 300")
    newest = "SELECT form FROM drafts WHERE form LIKE 'ledger:%' ORDER BY updated_at DESC LIMIT 1"
    ids = {
        "in_kind": query_one(duet, "SELECT id FROM ledger_entries WHERE kind = 'in_kind'"),
        "paid_in": query_one(duet, "SELECT id FROM ledger_entries WHERE kind = 'paid_in'"),
        "spent": query_one(duet, "SELECT id FROM ledger_entries WHERE kind = 'spent'"),
        "dispute": query_one(duet, "SELECT id FROM ledger_disputes"),
        "last": 3,
        "stamp": int(query_one(duet, newest).rpartition(":")[2]),
        "spends": 1,
    }
    return Place(duet, place.key, place.ids | ids)


def _entry(duet: Office) -> dict[str, Any]:
    day = {"type": "datepicker", "selected_date": current_day(duet).isoformat()}
    return {"amount": text_state("500"), "what": text_state("Druk"), "day": day}


def _why(duet: Office) -> dict[str, Any]:
    return {"reason": text_state("Bo tak")}


def _outcome(duet: Office) -> dict[str, Any]:
    return {"outcome": option_state("stands")}


MATRIX = {
    "read the ledger": Action(EDITORS, set_up_ledger, "budget {key}", ("ledger.open", "{project}")),
    "read its entries": Action(EDITORS, set_up_ledger, button=("ledger.entries", "{project}:1")),
    "pay in": Action(EDITORS, set_up_ledger, "fund {key}", ("ledger.fund", "{project}")),
    "spend": Action(
        EDITORS,
        set_up_ledger,
        "spend {key}",
        ("ledger.spend", "{project}"),
        ("ledger.entry", {"project": "project", "spends": "spends"}, _entry),
    ),
    "record what was kept": Action(
        {"marketing lead"}, set_up_ledger, button=("ledger.record", "{project}:{stamp}"), changes={"button"}
    ),
    "record what was kept, by form": Action(
        {"marketing lead"},
        set_up_ledger,
        button=("ledger.change", "{project}:{stamp}"),
        form=("ledger.record", {"project": "project", "stamp": "stamp"}, lambda duet: {}),
    ),
    "agree to value in kind": Action(
        {"IT lead"}, set_up_ledger, button=("ledger.agree", "{in_kind}"), changes={"button"}
    ),
    "dispute": Action(
        {"IT lead"},
        set_up_ledger,
        button=("ledger.dispute", "{spent}"),
        form=("ledger.dispute", {"entry": "spent"}, _why),
    ),
    "take a dispute back": Action(
        {"IT lead"}, set_up_ledger, button=("ledger.take_back", "{paid_in}"), changes={"button"}
    ),
    "reverse": Action(
        {"marketing lead"},
        set_up_ledger,
        button=("ledger.reverse", "{spent}"),
        form=("ledger.reverse", {"entry": "spent"}, _why),
    ),
    "ask how a dispute ends": Action(
        EDITORS,
        set_up_ledger,
        button=("ledger.decide", "{paid_in}"),
        form=("ledger.decide", {"dispute": "dispute"}, _outcome),
    ),
    "raise the budget": Action(EDITORS, set_up_ledger, button=("ledger.raise", "{project}")),
    "propose who bears it": Action(
        EXECUTIVES, set_up_ledger, button=("ledger.bear", "{project}:0:{last}"), changes={"button"}
    ),
}
_SEEN = {
    "entry_id": 1,
    "number": 1,
    "kind": "in_kind",
    "side": "it",
    "amount": {"minor": 12345678, "currency": "PLN"},
    "day": "2026-12-01",
    "milestone": None,
    "reference": "MPK 12",
    "recorded_by": "U0PIOTR",
    "reverses": None,
    "reversed_by": None,
    "needs_agreement": True,
    "dispute_reason": None,
    "disputed_by": None,
}
SAMPLES = {
    "ledger.news": lambda name: {
        "projects": [("D-1", name)],
        "what": "recorded",
        "entry": 1,
        "may_answer": True,
        "entry_view": _SEEN | {"what": name},
    },
    "ledger.stands": lambda name: {
        "projects": [("D-1", name)],
        "project_id": 1,
        "gap": {"minor": -100, "currency": "PLN"},
        "uncovered": {"minor": 5, "currency": "PLN"},
    },
}


# --- recording ------------------------------------------------------------------------------------------------


def in_table(name: str, it: str, marketing: str, both: str) -> str:
    """A row of the table, as it is read aloud."""
    return f"{name} · {it} zł · {marketing} zł · {both} zł"


@pytest.mark.parametrize("how", ["", "in kind "])
def test_more_than_the_whole_budget_is_asked_back(duet: Office, how: str) -> None:
    """§2.5, §6.1: a digit too many; more than its half a side may put in without a question."""
    key = start_project_today(duet, budget="120k")
    reply = type_entry(duet.person("piotr"), f'fund {key} {how}120 001 "Servers"')
    assert "That is more than the project's whole budget (PLN 120,000)." in reply.text.replace("\u00a0", " ")
    assert "No. 1" in click_ledger_button(reply, RECORD).text
    assert "whole budget" not in type_entry(duet.person("piotr"), f'fund {key} {how}120 000 "Servers"').text
    assert "whole budget" not in type_entry(duet.person("piotr"), f'spend {key} 120 001 "Servers"').text


def test_nothing_counts_before_it_was_understood_and_confirmed(duet: Office) -> None:
    """§6.1, §6.2, §2.5: by command, by form and by button, in money and in kind; pledges are halves, and the text
    says whose the odd grosz is; the channel reads of no money (§6.4).
    """
    key = start_project_today(duet, budget="120 000,01")
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    shown = read_ledger(ewa, key)
    assert in_table("Deklaracja", "60000,01", "60000", "120000,01") in shown
    assert "niepodzielny grosz przypada IT" in shown
    assert shown.count("To nie są księgi rachunkowe") == 1
    reply = type_entry(ewa, f'wkład {key} 60 tysięcy "Pierwsza rata"')
    understood = join_figures(reply.text).replace("*", "")
    assert "Marketing: wkład pieniężny 60000 zł" in understood
    assert "Liczy się dopiero po zapisaniu" in understood
    form = click_ledger_button(reply, CHANGE).form
    again = join_figures(submit_ledger_form(form, amount="50 tys.", reference="FV 7").text)
    assert "50000 zł" in again
    assert "ozn. FV 7" in again
    assert count_entries(duet) == 0
    close_forms(ewa)
    assert "Nr 1" in click_ledger_button(reply, RECORD).text
    with expect_refusal(duet, "error.ledger.recorded"):
        newest = "SELECT form FROM drafts WHERE form LIKE 'ledger:%' ORDER BY updated_at DESC LIMIT 1"
        old_click = forge_click(ewa, "ledger.change", query_one(duet, newest).removeprefix("ledger:"))
        assert "jako wpis nr 1" in old_click.text

    form = type_entry(piotr, "spend").form
    with expect_no_change(duet):
        later = (current_day(duet) + timedelta(days=1)).isoformat()
        wrong = submit_ledger_form(form, amount="5 EUR", what="Survey", day=later)
        assert set(wrong.errors) == {"Amount", "On which day"}
        wrong = submit_ledger_form(wrong, amount="much", what="Survey", day=current_day(duet).isoformat())
        assert list(wrong.errors) == ["Amount"]
    confirm = submit_ledger_form(wrong, amount="1.5k")
    assert "IT has spent PLN 1500" in join_figures(confirm.text).replace("*", "").replace(",", "")
    said = confirm.submit()
    assert said is not None
    assert "No. 2" in said.text
    close_forms(piotr)
    wanted = type_entry(piotr, f'fund {key} 8000 in kind "Two analysts"').text
    assert "once you have recorded it and the other side's lead has agreed" in wanted
    assert "No. 3" in record_entry(piotr, f'fund {key} 8000 in kind "Two analysts"')
    home = ewa.types("/duet")
    assert "Two analysts" in home.text
    assert AGREE[0] in home.buttons
    assert in_table("Wkład", "0", "60000", "60000") in read_ledger(ewa, key)
    move_to_next_morning(duet)
    news = ewa.waits_for("nowy wpis w rozliczeniu")
    assert "Two analysts" in news.text
    assert "Survey" in news.text
    assert "od teraz się liczy" in click_ledger_button(news, AGREE).text
    assert "Two analysts" not in ewa.types("/duet").text
    shown = read_ledger(duet.person("adam"), key)
    assert "To nie są księgi rachunkowe" not in shown
    assert in_table("Wkład", "8000", "60000", "68000") in shown
    assert "Wydatki: 1500 zł z 120000,01 zł netto" in shown
    record_entry(ewa, f'fund {key} 70 in kind "Próbki"')
    move_to_next_morning(duet, "10:01")
    change_charter(duet, key, "adam", lead_it="@jan")
    move_to_next_morning(duet)
    for handle in ("piotr", "jan"):
        assert count_news(duet, handle, "Próbki") == 1, handle
    posts = [join_figures(each.text) for each in duet.person("anna").reads(project_channel(duet, key))]
    assert not [text for text in posts if "8000 zł" in text or "1500 zł" in text or "rozliczeni" in text]


def test_what_is_not_understood_or_not_possible_changes_nothing(duet: Office) -> None:
    """§6.1, §6.2, §2.5: another currency, a day to come, a part taken for the whole: one sentence, or the form."""
    key = start_project_today(duet)
    ewa = duet.person("ewa")
    for typed, error in (
        (f"fund {key} 5000 EUR", "error.ledger.currency"),
        (f'spend {key} 500 "Druk" za tydzień', "error.ledger.future"),
        (f'spend {key} 500 "Druk" 24.12.2019', "error.ledger.too_old"),
    ):
        with expect_refusal(duet, error):
            type_entry(ewa, typed)
    with expect_no_change(duet):
        overlong = type_entry(ewa, f'spend {key} 500 "{"Druk " * 50}"').form
        assert overlong is not None
        assert "To za długie: najwyżej 200 znaków." in overlong.text
    for typed in (
        f"spend {key} 1 mln 200 tys.",
        f'spend {key} 500 "Druk" kiedyś',
        f'spend {key} "Druk"',
        f"fund {key}",
        f"spend {key} 1.5 tys. <@U0ADAM>",
    ):
        with expect_no_change(duet):
            assert type_entry(ewa, typed).form is not None, typed
    for typed in (
        "wydatek 1200,50 Ankieta",
        "wydatek 1,5 miliona Druk",
        "wpłata 120 000,-",
        "koszt 2 miliony zł: druk",
    ):
        assert "Liczy się dopiero po zapisaniu" in type_entry(ewa, typed).text, typed
    assert count_entries(duet) == 0
    record_entry(ewa, f"fund {key} 5000")
    form = fill_form(submit_form(open_form(ewa, f"/duet edit {key}")), {"currency": "EUR"})
    assert set(field_errors(submit_form(form))) == {"currency"}
    close_forms(ewa)


def test_of_two_amounts_neither_is_taken(duet: Office) -> None:
    """§2.4, §2.5: the form opens with both, and says so; a day is no amount."""
    key = start_project_today(duet)
    for who, typed, one, other in (
        ("ewa", f'fund {key} 1 5000 "Druk"', "1 zł", "5000 zł"),
        ("ewa", f'wydatek {key} 300 zł "Druk" 700', "300 zł", "700 zł"),
        ("piotr", f'spend {key} 1k 2k "Print"', "PLN 1,000", "PLN 2,000"),
        ("piotr", f"fund {key} 2 analysts for a week, worth PLN 400", "PLN 2", "PLN 400"),
        ("ewa", f"wkład {key} 2 analityków na tydzień (400 zł)", "2 zł", "400 zł"),
    ):
        with expect_no_change(duet):
            form = type_entry(duet.person(who), typed).form
        assert form is not None, typed
        said = join_figures(form.text)
        assert any(sentence in said for sentence in (f"{one} i {other}", f"{one} and {other}")), said
        assert form.values[find_label(form.labels, FIELDS["amount"])] in ("1 5000", "300 zł 700", "1k 2k", "2")
        close_forms(duet.person(who))
    assert "Liczy się dopiero" in type_entry(duet.person("ewa"), f"spend {key} 1200 Ankieta 2026, 2 fale").text
    assert "24 listopada" in type_entry(duet.person("ewa"), f'spend {key} 500 "Druk" 24.11').text


# --- disputes -------------------------------------------------------------------------------------------------


def test_a_dispute_is_marked_and_ends_in_three_ways(duet: Office) -> None:
    """§6.3: the other side's lead reads of each entry and disputes it with a reason; it counts and is marked; that
    ends when it is taken back, by a reversal, or by a decision of both executives.
    """
    key = start_project_today(duet)
    ewa, piotr, adam = duet.person("ewa"), duet.person("piotr"), duet.person("adam")
    for number in (1, 2, 3, 4):
        record_entry(ewa, f'spend {key} {number}000 "Druk {number}"')
    move_to_next_morning(duet)
    news = piotr.waits_for("new in the ledger")
    assert "Druk 1" in news.text
    assert "Druk 4" in news.text
    assert news.text.count("new in the ledger") == 1
    for number in (1, 2, 3, 4):
        form = click_ledger_button(open_entries(piotr, key), DISPUTE, number).form
        said = submit_ledger_form(form, reason=f"Nie zamawialiśmy {number}")
        assert TAKE_BACK[1] in said.buttons
        close_forms(piotr)
    assert "Zastrzeżenie (@Piotr Kabelek): Nie zamawialiśmy 2" in open_entries(ewa, key).text
    assert "Wydatki: 10000 zł" in read_ledger(ewa, key)
    assert "is taken back" in click_ledger_button(open_entries(piotr, key), TAKE_BACK, 1).text
    submit_ledger_form(click_ledger_button(open_entries(ewa, key), REVERSE, 2).form, reason="Pomyłka")
    close_forms(ewa)
    for number, outcome in ((3, "Wpis zostaje"), (4, "Storno wpisu")):
        form = click_ledger_button(open_entries(adam, key), DECIDE, number).form
        assert f"decyzję w sprawie wpisu nr {number}" in submit_ledger_form(form, outcome=outcome).text
        close_forms(adam)
        sign_charter(duet, key, "adam", "anna")
    shown = open_entries(ewa, key).text
    assert "Zastrzeżenie" not in shown
    assert "Storno wpisu nr 4" in shown
    assert "Storno wpisu nr 2" in shown
    assert "Wydatki: 4000 zł" in read_ledger(ewa, key)
    offered = [each for each in open_entries(piotr, key).buttons if DISPUTE[1] in each]
    assert offered == [f"{number}: {DISPUTE[1]}" for number in (5, 1)], "both have decided about 3, 4 and 6"
    third = query_one(duet, "SELECT id FROM ledger_entries WHERE number = 3")
    form = forge_click(piotr, "ledger.dispute", str(third)).form
    with expect_refusal(duet, "error.ledger.decided"):
        submit_ledger_form(form, reason="A jednak")
    close_forms(piotr)
    log = join_figures(adam.types(f"/duet log {key}").text)
    assert "Wspólną decyzją dyrektorów wpis nr 3" in log
    assert "Podpis pod decyzją: wpis nr 4" in log


def test_what_was_told_of_an_entry_offers_only_what_may_follow(duet: Office) -> None:
    """§6.3: a dispute that is open, taken back or ended by a reversal is so where it was told, too."""
    key = start_project_today(duet)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    record_entry(ewa, f'spend {key} 1000 "Druk"')
    move_to_next_morning(duet)
    news = piotr.waits_for("new in the ledger")
    assert DISPUTE[1] in news.buttons
    submit_ledger_form(click_ledger_button(news, DISPUTE).form, reason="Nie zamawialiśmy")
    close_forms(piotr)
    move_to_next_morning(duet)
    move_to_day(duet, current_day(duet), "10:06")  # with that day's check-in
    assert DISPUTE[1] not in read_again(duet, "piotr", news).buttons
    told = ewa.waits_for("ma zastrzeżenie do wpisu")
    assert {REVERSE[0], DECIDE[0]} <= {*told.buttons}
    click_ledger_button(open_entries(piotr, key), TAKE_BACK, 1)
    over = read_again(duet, "ewa", told)
    assert (
        not {REVERSE[0], DECIDE[0]} & {*over.buttons} and "zastrzeżenie do tego wpisu jest zakończone" in over.text
    )
    assert DISPUTE[1] in read_again(duet, "piotr", news).buttons
    submit_ledger_form(click_ledger_button(open_entries(ewa, key), REVERSE, 1).form, reason="Pomyłka")
    assert DISPUTE[1] not in read_again(duet, "piotr", news).buttons


def test_value_in_kind_is_agreed_to_once_wherever_it_is_offered(duet: Office) -> None:
    """§6.2: agreed to in the ledger, it is not offered in the message any more."""
    key = start_project_today(duet)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    record_entry(ewa, f'fund {key} 1000 in kind "Stoiska"')
    move_to_next_morning(duet)
    news = piotr.waits_for("new in the ledger")
    assert AGREE[1] in news.buttons
    click_ledger_button(open_entries(piotr, key), AGREE, 1)
    assert not {AGREE[1], DISPUTE[1]} & {*read_again(duet, "piotr", news).buttons}
    assert f"1: {DISPUTE[1]}" not in open_entries(piotr, key).buttons, "he has agreed to it himself"


def test_no_entry_is_news_to_who_has_agreed_to_it_or_disputed_it(duet: Office) -> None:
    """§2.8, §6.3: they have found it in the ledger."""
    key = start_project_today(duet)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    record_entry(ewa, f'fund {key} 1000 in kind "Stoiska"')
    record_entry(ewa, f'spend {key} 300 "Druk"')
    click_ledger_button(open_entries(piotr, key), AGREE, 1)
    record_entry(ewa, f'spend {key} 400 "Plakaty"')
    move_to_next_morning(duet)
    news = piotr.waits_for("new in the ledger").text
    assert "Plakaty" in news and "Druk" in news and "Stoiska" not in news


# --- past the budget ------------------------------------------------------------------------------------------


def test_no_budget_is_raised_in_a_project_that_ends(duet: Office) -> None:
    """§6.5, §12: one side bears what is found to be spent; the charter is changed no more."""
    key = start_project_today(duet, budget="1000")
    agree_on_closing(duet, key)
    record_entry(duet.person("ewa"), f'spend {key} 1300 "Kampania"')
    move_to_next_morning(duet)
    asked = duet.person("adam").waits_for("wydatki ponad budżet")
    assert "która strona bierze je na siebie" in asked.text and "podnoszą" not in asked.text
    assert not {*RAISE} & {*asked.buttons}


def test_both_executives_decide_about_what_is_not_covered(duet: Office) -> None:
    """§6.5: spending past the budget is recorded; both are asked: raise the budget, or one side bears it."""
    key = start_project_today(duet, budget="1000")
    ewa, adam = duet.person("ewa"), duet.person("adam")
    assert "ponad budżet" not in type_entry(ewa, f'spend {key} 1000 "Kampania"').text
    assert "To 300 zł ponad budżet" in join_figures(type_entry(ewa, f'spend {key} 1300 "Kampania"').text)
    assert "niepokryte: 300 zł" in record_entry(ewa, f'spend {key} 1300 "Kampania"')
    move_to_next_morning(duet)
    asked = [duet.person(handle).waits_for("wydatki ponad budżet") for handle in ("adam", "anna")]
    for message in asked:
        assert "300 zł" in join_figures(message.text)
        assert {RAISE[0], IT_BEARS[0]} <= {*message.buttons}
    seen_before = duet.person("anna").types(f"/duet budget {key}")
    opened = click_ledger_button(asked[0], IT_BEARS)
    assert "IT bierze na siebie 300 zł" in join_figures(opened.text) and SIGN in opened.buttons
    with expect_no_change(duet):
        refused = click_ledger_button(seen_before, MARKETING_BEARS)
    assert "IT bierze na siebie 300 zł" in join_figures(refused.text) and SIGN in refused.buttons
    for handle, message in zip(("adam", "anna"), asked, strict=True):
        now = read_again(duet, handle, message)
        assert {SIGN, RAISE[0]} <= {*now.buttons} and IT_BEARS[0] not in now.buttons, handle
        ledger = duet.person(handle).types(f"/duet budget {key}")
        assert SIGN in ledger.buttons and IT_BEARS[0] not in ledger.buttons, handle
    sign_charter(duet, key, "adam", "anna")
    shown = read_ledger(adam, key)
    assert in_table("Udział w wydatkach", "800", "500", "1300") in shown
    assert "niepokryte" not in shown
    run_due_work(duet)
    assert any("mają już pokrycie" in each.text for each in adam.reads("@duet"))
    before = count_news(duet, "anna", "wydatki ponad budżet")
    record_entry(duet.person("anna"), f'spend {key} 150 "Dodruk"')
    for handle in ("adam", "anna"):
        assert "150 zł niepokrytych wydatków" in join_figures(duet.person(handle).types("/duet").text), handle
    move_to_monday(duet)
    assert "150 zł" in join_figures(adam.waits_for("wydatki ponad budżet").text)
    assert count_news(duet, "anna", "wydatki ponad budżet") == before
    record_entry(ewa, f'spend {key} 50 "Dodruk"')
    move_to_monday(duet)
    assert "200 zł" in join_figures(duet.person("anna").waits_for("wydatki ponad budżet").text)
    assert any("jest już więcej" in each.text for each in adam.reads("@duet"))
    higher = click_ledger_button(adam.waits_for("wydatki ponad budżet"), RAISE).form
    assert higher is not None
    assert "1000 zł → 1200 zł" in join_figures(submit_form(higher).text)
    close_forms(adam)
    change_charter(duet, key, "adam", budget="2000")
    for handle in ("adam", "anna"):
        now = duet.person(handle).waits_for("wydatki ponad budżet")
        assert "nowa wersja karty z budżetem 2000 zł" in join_figures(now.text), handle
        assert {SIGN, IT_BEARS[0]} <= {*now.buttons} and RAISE[0] not in now.buttons, handle
        ledger = duet.person(handle).types(f"/duet budget {key}")
        assert "z budżetem 2000 zł" in join_figures(ledger.text) and RAISE[0] not in ledger.buttons, handle
    sign_charter(duet, key, "adam", "anna")
    shown = read_ledger(adam, key)
    assert in_table("Deklaracja", "1000", "1000", "2000") in shown
    assert in_table("Udział w wydatkach", "750", "750", "1500") in shown
    log = join_figures(adam.types(f"/duet log {key}").text)
    assert "wspólną decyzją dyrektorów IT bierze na siebie 300 zł" in log


def test_every_way_on_is_open_again_when_no_side_bears_it(duet: Office) -> None:
    """§6.5, §4.7: taken off the table, the decision is offered anew where it was asked for."""
    key = start_project_today(duet, budget="1000")
    adam = duet.person("adam")
    record_entry(duet.person("ewa"), f'spend {key} 1300 "Kampania"')
    move_to_next_morning(duet)
    asked = adam.waits_for("wydatki ponad budżet")
    click_ledger_button(asked, IT_BEARS)
    assert IT_BEARS[0] not in read_again(duet, "adam", asked).buttons
    withdraw_newest_request(duet)
    now = read_again(duet, "adam", asked)
    assert {RAISE[0], IT_BEARS[0], MARKETING_BEARS[0]} <= {*now.buttons} and SIGN not in now.buttons
    change_charter(duet, key, "adam", budget="2000")
    assert RAISE[0] not in read_again(duet, "adam", asked).buttons
    withdraw_newest_request(duet)
    now = read_again(duet, "adam", asked)
    assert RAISE[0] in now.buttons and SIGN not in now.buttons


def withdraw_newest_request(duet: Office) -> None:
    newest = query_one(duet, "SELECT max(id) FROM signing_requests")
    form = forge_click(duet.person("adam"), "signing.withdraw", str(newest)).form
    assert form is not None
    fill_form(form, {"why": "Jeszcze nie"}).submit()
    close_forms(duet.person("adam"))


def test_the_executive_reads_what_a_lead_who_has_left_would(duet: Office) -> None:
    """§6.2, §6.3: of every entry of the other side, until another lead is named; to answer is not theirs."""
    key = start_project_today(duet)
    ewa, told = duet.person("ewa"), "nowy wpis w rozliczeniu"
    deactivate_person(duet, "piotr")
    record_entry(ewa, f'spend {key} 1000 "Druk"')
    record_entry(ewa, f'fund {key} 70 in kind "Próbki"')
    for _ in range(5):
        move_to_next_morning(duet)
    (news,) = messages_containing(duet, "adam", "Druk")
    assert news.text.count(told) == 1 and "Próbki" in news.text
    assert not {*DISPUTE, *AGREE} & {*news.buttons}
    assert not messages_containing(duet, "anna", told)
    change_charter(duet, key, "adam", lead_it="@jan")
    record_entry(ewa, f'spend {key} 500 "Plakaty"')
    for _ in range(5):
        move_to_next_morning(duet)
    assert count_news(duet, "jan", "Próbki") == count_news(duet, "jan", "Plakaty") == 1
    assert not messages_containing(duet, "adam", "Plakaty")


# --- the gap --------------------------------------------------------------------------------------------------


def count_news(duet: Office, handle: str, text: str) -> int:
    return sum(text in join_figures(each.text) for each in duet.person(handle).reads("@duet"))


def test_a_gap_is_told_once_a_fortnight_as_a_fact(duet: Office) -> None:
    """§6.4, §17: over 5 % of the budget for 14 days, both settings; to leads and executives, not in the channel."""
    key = start_project_today(duet, budget="1000")
    ewa, day = duet.person("ewa"), current_day(duet)
    record_entry(ewa, f"fund {key} 51")
    told = "Marketing ma wkład o 51 zł większy niż IT"
    move_to_day(duet, day + timedelta(days=13), "12:00")
    assert count_news(duet, "ewa", told) == 0
    move_to_day(duet, day + timedelta(days=20), "12:00")
    assert [count_news(duet, handle, told) for handle in ("ewa", "adam", "anna")] == [1, 1, 1]
    assert count_news(duet, "piotr", "more than IT") == 1
    assert "Deklaracja" in click_ledger_button(duet.person("anna").waits_for(told[:20]), LEDGER).text
    posts = duet.person("anna").reads(project_channel(duet, key))
    assert not any("51 zł" in join_figures(each.text) for each in posts)
    move_to_day(duet, day + timedelta(days=27), "12:00")
    assert count_news(duet, "ewa", told) == 1
    move_to_day(duet, day + timedelta(days=34), "12:00")
    assert count_news(duet, "ewa", told) == 2
    form, label = (
        open_form(duet.person("roman"), "/duet settings"),
        "Informuj o różnicy wkładów większej niż (% budżetu)",
    )
    refused = form.fill({label: "0"}).submit()
    assert refused is not None
    assert label in refused.errors
    assert refused.fill({label: "6 %"}).submit() is None
    assert query_one(duet, "SELECT count(*) FROM timers WHERE kind = 'ledger.watch'") == 0


# --- how it is shown ------------------------------------------------------------------------------------------


def test_the_table_and_the_chart_have_a_text(duet: Office) -> None:
    """§6.2: where Slack refuses the table and the chart, the same numbers are read as text, and buttons stay."""
    key = start_project_today(duet)
    ewa = duet.person("ewa")
    record_entry(ewa, f"fund {key} 5000")
    record_entry(ewa, f'spend {key} 12,50 "Druk"')
    whole = ewa.types(f"/duet budżet {key}")
    assert "Dodaj wkład" in whole.buttons
    duet.slack.fault("error:invalid_blocks", "response_url", times=1)
    simple = ewa.types(f"/duet budżet {key}")
    for seen in (whole, simple):
        shown = join_figures(seen.text)
        assert in_table("Wkład", "0", "5000", "5000") in shown
        assert "Wydatki: 12,50 zł" in shown
        assert "Wydatki narastająco: " in shown
        assert "Dodaj wkład" in seen.buttons
    form = type_entry(ewa, f"fund {key}").form
    said = submit_ledger_form(form, amount="5").submit()
    assert said is not None
    within = said.click(LEDGER[0])
    assert within is not None
    assert in_table("Wkład", "0", "5005", "5005") in join_figures(within.text)
    close_forms(ewa)


def test_sixty_entries_have_pages_and_a_file(duet: Office) -> None:
    """§6.2, §13.3, §14: none is out of reach, whatever people wrote; the file and the card have the ledger, too."""
    key = start_project_today(duet)
    ewa, now = duet.person("ewa"), duet.bot.duet.now()
    hostile = "<!channel> & <@U0ADAM> \u202e" * 8
    with transaction(duet.database) as session:
        for number in range(1, 61):
            wanted = WantedEntry(EntryKind.SPENT, Amount(number * 100, "PLN"), hostile[:200], current_day(duet))
            record = service.record_entry
            done = record(session, actor=EWA, project_id=project_id(duet, key), wanted=wanted, now=now)
            piotr, entry_id = Actor("T0PIKUS", "U0PIOTR"), done.entry.row.pk
            answers.dispute_entry(session, actor=piotr, entry_id=entry_id, reason="&" * 500, now=now)
    shown, seen = open_entries(ewa, key), ""
    for _ in range(8):
        seen += shown.text
        shown = shown.click("Starsze") if "Starsze" in shown.buttons else shown
    assert all(f"Nr {number}" in seen for number in range(1, 61))
    assert "@Adam" not in seen
    total, _ = json.loads(export_file(duet, "ewa", f"{key} json"))["ledger"]
    assert total["share_of_spending"] == "915.00"
    assert "*Rozliczenie:* wkład IT " in ewa.types(f"/duet karta {key}").text
