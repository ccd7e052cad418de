"""The same request twice, a double click, a form sent again: one effect (product §16, architecture §3)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.audit import record_audit_entry
from storage.session import transaction
from tests.driving import PersonDriver, SeenForm
from tests.running import START, Office
from tests.scenarios.closing_steps import PDF, end_with_report, open_checklist
from tests.scenarios.days import move_to_next_morning
from tests.scenarios.register_steps import asset_id, register_asset
from tests.scenarios.steps import (
    ASKED,
    NOT_FOUND,
    activate_project,
    click_button,
    close_forms,
    day_from_today,
    draft_charter,
    expect_no_change,
    expect_refusal,
    fill_form,
    find_label,
    find_signing_message,
    first_step_values,
    forge_click,
    has_sentence,
    open_form,
    open_second_step,
    open_signing_form,
    project_id,
    query_one,
    read_decisions,
    second_step_values,
    send_charter,
    sign_charter,
    submit_form,
    submit_new_charter,
)

JSON = "Wszystko (json)"


def count_rows(duet: Office, table: str) -> int:
    return int(query_one(duet, f"SELECT count(*) FROM {table}"))


def test_a_form_sent_twice_makes_one_project(duet: Office) -> None:
    """§16: the second step, replayed, gets the same reply and no second effect."""
    anna = duet.person("anna")
    shown = submit_form(fill_form(open_second_step(duet), second_step_values(duet)))
    with expect_no_change(duet):
        again = anna.repeats()
        assert again.ok
        assert again.form is not None
        assert again.form.title == shown.title
    assert count_rows(duet, "projects") == 1
    assert count_rows(duet, "charter_versions") == 1


def test_a_first_step_sent_twice_is_kept_once(duet: Office) -> None:
    """§16"""
    anna = duet.person("anna")
    submit_form(fill_form(open_form(anna, "/duet new"), first_step_values(duet)))
    with expect_no_change(duet):
        assert anna.repeats().ok
    assert count_rows(duet, "drafts") == 1


def test_a_corrected_form_passes_after_an_error(duet: Office) -> None:
    """§2.3, §16: field errors are not remembered as the reply."""
    anna = duet.person("anna")
    form = submit_form(fill_form(open_second_step(duet), second_step_values(duet, budget="0")))
    assert form.errors
    assert anna.repeats().ok
    assert not submit_form(fill_form(form, {"budget": "1k"})).errors
    assert count_rows(duet, "projects") == 1


def test_sending_twice_asks_once(duet: Office) -> None:
    """§16: the same click delivered twice, and a double click with two trigger ids."""
    anna = duet.person("anna")
    form = submit_new_charter(duet)
    assert "wysłana do podpisu" in click_button(form, "send").text
    with expect_no_change(duet):
        assert anna.repeats().ok
        close_forms(anna)
    message = anna.types("/duet show")
    assert "Wyślij do podpisu" not in message.buttons
    close_forms(anna)
    for handle in ("adam", "anna"):
        find_signing_message(duet, handle, "D-1")
        asked = [each for each in duet.person(handle).reads("@duet") if has_sentence(each.text, ASKED)]
        assert len(asked) == 1
    assert count_rows(duet, "signing_requests") == 1


def test_a_double_click_on_send_is_harmless(duet: Office) -> None:
    """§16: two trigger ids; whoever repeats their own act sees the same success."""
    anna = duet.person("anna")
    draft_charter(duet)
    card = anna.types("/duet show")
    assert "wysłana do podpisu" in click_button(card, "send").text
    with expect_no_change(duet):
        assert "wysłana do podpisu" in click_button(card, "send").text
    assert count_rows(duet, "signing_requests") == 1


def test_signing_twice_is_one_signature(duet: Office) -> None:
    """§4.3, §16: replayed, or sent from two devices."""
    key = send_charter(duet)
    adam = duet.person("adam")
    form = fill_form(open_signing_form(duet, "adam", key), {"answer": "sign"})
    shown = submit_form(form)
    with expect_no_change(duet):
        again = adam.repeats()
        assert again.form is not None
        assert again.form.text == shown.text
    answered_at = read_decisions(duet)["positions"]
    message = adam.waits_for("Karta zacznie obowiązywać z drugim podpisem", "@duet")
    with expect_no_change(duet):  # on the other phone: the same answer once more says nothing new
        close_forms(adam)
        assert (
            "Podpisane: " in submit_form(fill_form(click_button(message, "change").form, {"answer": "sign"})).text
        )
    assert read_decisions(duet)["positions"] == answered_at
    assert count_rows(duet, "positions") == 1


def test_the_second_signature_replayed_activates_once(duet: Office) -> None:
    """§4.3, §16"""
    key = send_charter(duet)
    sign_charter(duet, key, "adam")
    form = fill_form(open_signing_form(duet, "anna", key), {"answer": "sign"})
    submit_form(form)
    anna = duet.person("anna")
    duet.slack.waits_for_calls("conversations.invite", 4)
    duet.slack.waits_for_calls("pins.add")
    with expect_no_change(duet):
        assert anna.repeats().ok
    duet.settles()
    assert len(duet.slack.calls("conversations.create")) == 1
    assert query_one(duet, "SELECT count(*) FROM audit_log WHERE action = 'project.activated'") == 1


def test_a_declined_form_replayed_tells_once(duet: Office) -> None:
    """§4.2, §16"""
    key = send_charter(duet)
    submit_form(fill_form(open_signing_form(duet, "adam", key), {"answer": "decline", "reason": "Za drogo"}))
    with expect_no_change(duet):
        assert duet.person("adam").repeats().ok
    move_to_next_morning(duet)
    duet.person("ewa").waits_for("Za drogo", "@duet")
    duet.settles()
    assert len([each for each in duet.person("ewa").reads("@duet") if "Za drogo" in each.text]) == 1


def test_a_command_sent_twice_is_answered_twice(duet: Office) -> None:
    """§16: reading has no effect, so a replay simply reads again."""
    send_charter(duet)
    anna = duet.person("anna")
    first = anna.types("/duet list").text
    with expect_no_change(duet):
        assert anna.repeats().text.startswith(first)


def test_starting_afresh_twice_is_harmless(duet: Office) -> None:
    """§2.3, §16"""
    anna = duet.person("anna")
    open_second_step(duet)
    click_button(open_form(anna, "/duet new"), "afresh")
    with expect_no_change(duet):
        assert anna.repeats().ok
    assert count_rows(duet, "drafts") == 0


def test_a_double_click_in_a_form_sees_the_success_twice(duet: Office) -> None:
    """§16: *Send for signature*, and *Unlink from …*."""
    form = submit_new_charter(duet)
    said = click_button(form, "send").text
    assert "wysłana do podpisu" in said
    with expect_no_change(duet):
        anna = duet.person("anna")
        assert forged_click_in(anna, form, "charter.send", f"{project_id(duet, 'D-1')}:1") == said
    close_forms(anna)
    sign_charter(duet, "D-1", "adam", "anna")
    ewa = duet.person("ewa")
    register_asset(ewa, 'D-1 klienci "VIP" @ewa')
    asset = asset_id(duet, "VIP")
    listing = forge_click(ewa, "register.change", str(asset)).form
    assert listing is not None
    shown = listing.click("Odłącz od D-1")
    assert shown is not None
    assert "nie należy do D-1" in shown.text
    log_own_act(duet, "D-1")
    with expect_no_change(duet):
        again = forged_click_in(ewa, shown, "register.unlink", f"{project_id(duet, 'D-1')}:{asset}")
        assert again == shown.text


@pytest.mark.both_databases
def test_two_clicks_at_the_same_instant_see_one_success(duet: Office) -> None:
    """§16: the second waits for the first, finds it done, and says so."""
    draft_charter(duet)
    card = duet.person("anna").types("/duet show")
    with ThreadPoolExecutor(2) as threads:
        clicks = [threads.submit(click_button, card, "send") for _ in range(2)]
        assert ["wysłana do podpisu" in each.result().text for each in clicks] == [True, True]
    assert count_rows(duet, "signing_requests") == 1


@pytest.mark.both_databases
def test_a_double_click_on_what_can_be_done_again_does_it_once(duet: Office) -> None:
    """§13.3, §16: a file is one file; a later click brings another, and so does one of which nothing came."""
    key = activate_project(duet)
    ewa = duet.person("ewa")
    offered = ewa.types(f"/duet export {key}")
    before = count_uploads(duet)
    with ThreadPoolExecutor(2) as threads:
        clicks = [threads.submit(offered.click, JSON) for _ in range(2)]
        first, second = (each.result().text for each in clicks)
    assert first == second
    assert offered.click(JSON).text == first
    duet.delivers_everything()
    assert count_uploads(duet) == before + 1
    duet.slack.move_clock(seconds=4)
    duet.slack.fault("error:file_uploads_disabled", "files.getUploadURLExternal", times=1)
    offered.click(JSON)
    ewa.waits_for("Nie udało mi się wysłać", "@duet")
    assert count_uploads(duet) == before + 1
    offered.click(JSON)
    duet.delivers_everything()
    assert count_uploads(duet) == before + 2


def test_a_double_click_on_a_report_as_pdf_sends_one(duet: Office) -> None:
    """§12.2, §16: as of any file; one that did not come is sent by the next click, however quick."""
    key = end_with_report(duet)
    duet.delivers_everything()
    anna = duet.person("anna")
    seen, before = open_checklist(duet, "anna", key), count_uploads(duet)
    label = find_label(seen.buttons, PDF)
    first = seen.click(label).text
    assert seen.click(label).text == first
    duet.delivers_everything()
    assert count_uploads(duet) == before + 1
    duet.slack.move_clock(seconds=4)
    duet.slack.fault("error:file_uploads_disabled", "files.getUploadURLExternal", times=1)
    seen.click(label)
    anna.waits_for("PDF raportu końcowego do Ciebie nie dotarł", "@duet")
    seen.click(label)
    duet.delivers_everything()
    assert count_uploads(duet) == before + 2


def count_uploads(duet: Office) -> int:
    return sum(bool((call["answer"] or {}).get("ok")) for call in duet.slack.calls("files.completeUploadExternal"))


def forged_click_in(person: PersonDriver, form: SeenForm, action: str, value: str) -> str:
    """The second click of a double click: it left while the form stood as it was."""
    reply = person.forges(
        "block_actions", {"actions": [{"action_id": action, "value": value}], "view": {"id": form.id}}
    )
    shown = reply.form
    assert shown is not None
    return shown.text


def log_own_act(duet: Office, key: str) -> None:
    """As when Duet opens the project's channel, in its own time, between two clicks of a person."""
    with transaction(duet.database) as session:
        record_audit_entry(
            session,
            team_id="T0PIKUS",
            project_id=project_id(duet, key),
            at=START,
            actor=None,
            action="project.channel",
        )


def test_a_late_click_of_ones_own_act_sees_the_success(duet: Office) -> None:
    """§16: as long as all is as it was left, whatever else the person has done."""
    draft_charter(duet)
    anna = duet.person("anna")
    card = anna.types("/duet show")
    click_button(card, "send")
    anna.types(f"/duet away {day_from_today(duet, 20)} {day_from_today(duet, 22)}")
    duet.slack.move_clock(hours=2)
    with expect_no_change(duet):
        assert "wysłana do podpisu" in click_button(card, "send").text


def test_somebody_elses_stale_click_is_refused(duet: Office) -> None:
    """§16: their act did not do it; they read whose did, and when."""
    draft_charter(duet)
    cards = {handle: duet.person(handle).types("/duet show D-1") for handle in ("anna", "ewa")}
    said = click_button(cards["anna"], "send").text
    sent_at = said.partition("do podpisu (")[2].partition(")")[0]
    assert ", " in sent_at
    duet.slack.move_clock(hours=2)
    with expect_refusal(duet, "error.already_sent"):
        said = click_button(cards["ewa"], "send").text
    assert f"wysłana do podpisu (@Anna Żuraw, {sent_at})" in said, "by whom, and when"


def test_what_was_undone_meanwhile_is_not_called_done(duet: Office) -> None:
    """§16: the same click after the other executive has acted is answered by how it stands now."""
    key = draft_charter(duet)
    card = duet.person("anna").types("/duet show D-1")
    click_button(card, "send")
    form = open_form(duet.person("adam"), f"/duet withdraw {key}")
    form.fill({form.labels[0]: "Koniec"}).submit()
    with expect_no_change(duet):
        assert "wysłana do podpisu" not in click_button(card, "send").text


def test_an_act_that_no_log_knows_is_repeated_at_once_or_not_at_all(duet: Office) -> None:
    """§16: an absence taken back twice in a moment; later the second click finds nothing."""
    ola = duet.person("ola")
    ola.types(f"/duet away {day_from_today(duet, 20)} {day_from_today(duet, 22)}")
    absence = str(query_one(duet, "SELECT max(id) FROM absences"))
    form = open_form(ola, "/duet away")
    left = form.click("Usuń")
    assert left is not None
    assert forged_click_in(ola, left, "away.remove", absence) == left.text
    duet.slack.move_clock(minutes=2)
    with expect_refusal(duet, "error.not_found"):
        assert has_sentence(forged_click_in(ola, left, "away.remove", absence), NOT_FOUND)
