"""Forms and buttons that were drawn before what they are about moved on (product §4.5)."""

from tests.running import Office
from tests.scenarios.closing_steps import RENEW, click_in_checklist, end_project
from tests.scenarios.days import move_to_next_morning, run_due_work
from tests.scenarios.funding_steps import (
    DECIDE,
    DISPUTE,
    IT_BEARS,
    REVERSE,
    TAKE_BACK,
    click_ledger_button,
    join_figures,
    open_entries,
    record_entry,
    submit_ledger_form,
)
from tests.scenarios.lifecycle_steps import read_card
from tests.scenarios.steps import (
    GOAL,
    answer_request,
    click_button,
    close_forms,
    draft_charter,
    expect_no_change,
    expect_refusal,
    fill_form,
    find_signing_message,
    forge_click,
    forge_click_in_message,
    forge_submission,
    open_form,
    open_signing_form,
    option_state,
    read_decisions,
    request_id,
    revise_charter,
    second_step_values,
    select_values,
    send_charter,
    sign_charter,
    submit_form,
)
from tests.scenarios.timetable_steps import start_project_today


def test_a_stale_form_signs_nothing_and_shows_what_changed(duet: Office) -> None:
    """§4.5: old → new, and the new version can be read and signed from there."""
    key = send_charter(duet)
    form = fill_form(open_signing_form(duet, "adam", key), {"answer": "sign"})
    revise_charter(duet, key, by="anna", budget="90k", goal="Policzyć piątki.")
    with expect_no_change(duet):
        shown = submit_form(form)
    assert "podpisu nie ma" in shown.text
    assert "*Budżet łącznie:* 120 000 zł → 90 000 zł" in shown.text
    assert f"*Cel:*\n{GOAL}\n→ Policzyć piątki." in shown.text
    assert "Początek" not in shown.text  # only what changed

    again = click_button(shown, "read_new")
    assert "Policzyć piątki." in again.text
    assert "wersja 2" in again.text
    assert "Podpisane: " in submit_form(fill_form(again, {"answer": "sign"})).text
    assert "IT, podpis: @Adam Wolny" in duet.person("adam").types(f"/duet show {key}").text


def test_signatures_given_to_an_older_version_are_void(duet: Office) -> None:
    """§4.4, §4.5: one yes to each of two versions is no agreement."""
    key = send_charter(duet)
    sign_charter(duet, key, "adam")
    revise_charter(duet, key, by="anna", budget="90k")
    close_forms(duet.person("anna"))
    duet.person("anna").waits_for("(wersja 2)", "@duet")
    sign_charter(duet, key, "anna")
    card = duet.person("anna").types(f"/duet show {key}").text
    assert "czeka na podpisy" in card
    assert "IT: jeszcze bez podpisu" in card
    sign_charter(duet, key, "adam")
    assert "aktywny" in duet.person("anna").types(f"/duet show {key}").text


def test_a_message_about_an_older_version_cannot_be_signed(duet: Office) -> None:
    """§4.5: its button is gone; a click that was under way shows what changed."""
    key = send_charter(duet)
    old = find_signing_message(duet, "adam", key)
    asked = request_id(duet, key)
    revise_charter(duet, key, by="anna", budget="90k")
    adam = duet.person("adam")
    adam.waits_for("jest nieaktualna", "@duet")
    newest = adam.waits_for("(wersja 2)", "@duet")
    assert next(each for each in adam.reads("@duet") if each.ts == old.ts).buttons == []
    with expect_no_change(duet):
        form = forge_click_in_message(adam, newest, "signing.read", str(asked)).form
        assert form is not None
        assert "podpisu nie ma" in form.text
        assert "120 000 zł → 90 000 zł" in form.text
    assert "wersja 2" in click_button(form, "read_new").text


def test_an_old_button_knows_of_the_signature_under_the_newer_version(duet: Office) -> None:
    """§4.5: it signs nothing, and denies no signature given since, before the other one and after it."""
    key = send_charter(duet)
    asked = request_id(duet, key)
    revise_charter(duet, key, by="anna", budget="90k")
    close_forms(duet.person("anna"))
    adam = duet.person("adam")
    adam.waits_for("(wersja 2)", "@duet")
    for handle in ("adam", "anna"):
        sign_charter(duet, key, handle)
        with expect_no_change(duet):
            form = forge_click(adam, "signing.read", str(asked)).form
        assert form is not None
        assert "Podpis Twojej strony pod nowszą wersją już jest" in form.text
        assert "podpisu nie ma" not in form.text
        close_forms(adam)


def test_an_executive_who_was_replaced_cannot_sign(duet: Office) -> None:
    """§4.5, §14: the old one is refused, clearly of what they were asked; the new one is asked."""
    key = send_charter(duet)
    old_form = fill_form(open_signing_form(duet, "adam", key), {"answer": "sign"})
    asked = request_id(duet, key)
    revise_charter(duet, key, by="anna", cio="@jan", lead_it="@piotr")
    adam, jan = duet.person("adam"), duet.person("jan")
    with expect_refusal(duet, "error.not_your_signature"):
        assert "nie ma Cię wśród nich" in submit_form(old_form).text
    close_forms(adam)
    for number, why, said in (
        (asked, "error.not_your_signature", "nie ma Cię wśród nich"),
        (request_id(duet, key), "error.not_found", "Nie mogę tego znaleźć"),
    ):
        with expect_refusal(duet, why):
            meta = f'{{"request": {number}}}'
            assert said in forge_submission(adam, "signing.answer", meta, {"answer": option_state("sign")})
        close_forms(adam)
    assert "Nie mogę tego znaleźć" in adam.types(f"/duet show {key}").text
    jan.waits_for("(wersja 2)", "@duet")
    sign_charter(duet, key, "jan", "anna")
    assert "aktywny" in jan.types(f"/duet show {key}").text


def test_a_stale_edit_saves_nothing(duet: Office) -> None:
    """§4.5: two people edit; the second is shown what the first one changed."""
    key = send_charter(duet)
    ewa = duet.person("ewa")
    form = fill_form(submit_form(open_form(ewa, f"/duet edit {key}")), {"budget": "50k"})
    revise_charter(duet, key, by="anna", budget="90k")
    before = read_decisions(duet)["charter_versions"]
    shown = submit_form(form)
    assert "podpisu nie ma i nic się nie zapisało" in shown.text
    assert "120 000 zł → 90 000 zł" in shown.text
    assert read_decisions(duet)["charter_versions"] == before


def test_a_stale_send_sends_nothing(duet: Office) -> None:
    """§4.5: *Send for signature* on a card that shows an older draft; the leads' messages have moved on."""
    key = draft_charter(duet, by="jan")
    card = duet.person("anna").types(f"/duet show {key}")
    move_to_next_morning(duet)
    waits = duet.person("ewa").waits_for(key, "@duet")
    revise_charter(duet, key, by="piotr", budget="90k")
    assert "90 000 zł" in click_button(waits, "show").text
    duet.settles()
    with expect_no_change(duet):
        shown = click_button(card, "send").form
        assert shown is not None, "nothing was shown"
        assert "120 000 zł → 90 000 zł" in shown.text
        assert "nic się nie zapisało" in shown.text


def test_a_draft_follows_its_leads(duet: Office) -> None:
    """§4.2: a named lead sends it: who is named now is asked, who no longer is, is told."""
    key = draft_charter(duet, by="anna")
    move_to_next_morning(duet)
    duet.person("ewa").waits_for(key, "@duet")
    revise_charter(duet, key, by="anna", lead_marketing="@ola")
    move_to_next_morning(duet)
    assert click_button(duet.person("ola").waits_for(key, "@duet"), "send").text
    assert not duet.person("ewa").waits_for("Twoją stronę prowadzi teraz ktoś inny", "@duet").buttons


def test_an_older_form_does_not_undo_what_needs_no_signature(duet: Office) -> None:
    """§4.4: other fields change at once; a form opened before keeps nothing of the old ones."""
    key = draft_charter(duet, by="anna")
    duet.person("anna").types(f"/duet edit {key}")
    revise_charter(duet, key, by="ewa", name="Nazwa uzgodniona")
    with expect_no_change(duet):
        shown = duet.person("anna").form
        assert shown is not None
        assert "Ktoś zmienił tę kartę" in submit_form(shown).text
    assert "Nazwa uzgodniona" in duet.person("anna").types(f"/duet show {key}").text


def test_a_form_that_moved_on_twice_shows_the_whole_way(duet: Office) -> None:
    """§4.5: from the version that was seen to the newest one."""
    key = send_charter(duet)
    form = fill_form(open_signing_form(duet, "adam", key), {"answer": "sign"})
    revise_charter(duet, key, by="anna", budget="90k")
    close_forms(duet.person("anna"))
    revise_charter(duet, key, by="ewa", **select_values(second_step_values(duet, budget="70k"), ["budget"]))
    assert "120 000 zł → 70 000 zł" in submit_form(form).text


def test_a_form_left_open_until_after_the_activation_changes_nothing(duet: Office) -> None:
    """§4.5, §4.3: both have signed; an answer that comes later is refused."""
    key = send_charter(duet)
    form = fill_form(open_signing_form(duet, "adam", key), {"answer": "decline", "reason": "Jednak nie"})
    anna = duet.person("anna")
    meta, asked = form.private_metadata, request_id(duet, key)
    answer_request(duet, "anna", key, "sign")
    assert "aktywny" in submit_form(fill_form(form, {"answer": "sign", "reason": None})).text
    duet.slack.waits_for_calls("conversations.invite", 4)
    duet.slack.waits_for_calls("pins.add")
    for person in (duet.person("adam"), anna):
        close_forms(person)
        with expect_refusal(duet, "error.already_agreed"):
            said = forge_submission(person, "signing.answer", meta, {"answer": option_state("decline")})
            assert "Są już oba podpisy pod tą wersją" in said
    close_forms(anna)
    with expect_refusal(duet, "error.already_agreed"):
        assert (
            "Są już oba podpisy"
            in forge_click_in_message(anna, anna.types("/duet").messages[0], "signing.read", str(asked)).text
        )


OUTDATED = "error.stale_request"


def test_a_void_decision_about_money_signs_nothing(duet: Office) -> None:
    """§4.5, §6.5: less is uncovered than a side would bear; it is asked no more, whatever form is still open."""
    key = start_project_today(duet, budget="1000")
    ewa, adam, anna = duet.person("ewa"), duet.person("adam"), duet.person("anna")
    record_entry(ewa, f'spend {key} 1300 "Kampania"')
    move_to_next_morning(duet)
    click_ledger_button(adam.waits_for("wydatki ponad budżet"), IT_BEARS)
    talk = fill_form(open_signing_form(duet, "anna", key), {"answer": "talk", "reason": "Najpierw słowo"})
    submit_form(talk)
    close_forms(anna)
    run_due_work(duet)
    form = fill_form(open_signing_form(duet, "adam", key), {"answer": "sign"})
    asked = request_id(duet, key)
    submit_ledger_form(click_ledger_button(open_entries(ewa, key), REVERSE, 1).form, reason="Pomyłka")
    close_forms(ewa)
    run_due_work(duet)
    assert adam.waits_for("ta decyzja nie jest już potrzebna. Niepokrytych wydatków jest teraz mniej", "@duet")
    with expect_refusal(duet, OUTDATED):
        assert "Sprawa zmieniła się" in submit_form(form).text
    close_forms(adam)
    for button in ("signing.read", "signing.withdraw", "signing.leads"):
        with expect_refusal(duet, OUTDATED):
            assert "podpisu nie ma" in forge_click(adam, button, str(asked)).text


def test_a_decision_about_a_dispute_that_has_ended_signs_nothing(duet: Office) -> None:
    """§4.5, §6.3: who disputed an entry has taken that back, while an executive reads what to sign."""
    key = start_project_today(duet)
    ewa, piotr, adam = duet.person("ewa"), duet.person("piotr"), duet.person("adam")
    record_entry(ewa, f'spend {key} 3000 "Druk"')
    submit_ledger_form(click_ledger_button(open_entries(piotr, key), DISPUTE, 1).form, reason="Nie zamawialiśmy")
    close_forms(piotr)
    submit_ledger_form(click_ledger_button(open_entries(adam, key), DECIDE, 1).form, outcome="Wpis zostaje")
    close_forms(adam)
    form = fill_form(open_signing_form(duet, "anna", key), {"answer": "sign"})
    click_ledger_button(open_entries(piotr, key), TAKE_BACK, 1)
    with expect_refusal(duet, OUTDATED):
        assert "Sprawa zmieniła się" in submit_form(form).text


def test_a_report_that_was_made_anew_is_read_anew(duet: Office) -> None:
    """§4.5, §12.3: the form of the former report signs nothing, and leads to the new one."""
    key, _ = end_project(duet)
    for _ in range(5):
        move_to_next_morning(duet)
    asked = request_id(duet, key)
    form = fill_form(open_signing_form(duet, "anna", key), {"answer": "sign"})
    record_entry(duet.person("piotr"), f"fund {key} 70 zł")
    click_in_checklist(duet, "ewa", key, RENEW)
    with expect_no_change(duet):
        shown = submit_form(form)
        assert "powstał nowy raport końcowy, więc podpisu nie ma" in shown.text
    again = click_button(shown, "read_new")
    assert "70 zł" in join_figures(again.text)
    submit_form(fill_form(again, {"answer": "sign"}))
    close_forms(duet.person("anna"))
    with expect_no_change(duet):
        stale = forge_click(duet.person("anna"), "signing.read", str(asked)).form
        assert stale is not None
        assert "Podpis Twojej strony pod nowym raportem już jest" in stale.text
    close_forms(duet.person("anna"))
    form = fill_form(open_signing_form(duet, "adam", key), {"answer": "sign"})
    submit_form(form)
    run_due_work(duet)
    assert "zamknięty" in read_card(duet, key)
