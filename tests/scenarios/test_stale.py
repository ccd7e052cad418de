"""Forms and buttons that were drawn before the charter moved on (product §4.5)."""

from tests.running import Office
from tests.scenarios.days import morning_comes
from tests.scenarios.steps import (
    GOAL,
    answer_form,
    answered,
    click,
    drafted,
    fill,
    forged_click,
    hands_in,
    only,
    opened,
    option,
    put_away,
    refused,
    request_id,
    request_to,
    revised,
    rows,
    second_step,
    sent,
    signed_by,
    submitted,
    unchanged,
)


def test_a_stale_form_signs_nothing_and_shows_what_changed(duet: Office) -> None:
    """§4.5: old → new, and the new version can be read and signed from there."""
    key = sent(duet)
    form = fill(answer_form(duet, "adam", key), {"answer": "sign"})
    revised(duet, key, by="anna", budget="90k", goal="Policzyć piątki.")
    with unchanged(duet):
        shown = submitted(form)
    assert "nic nie zostało podpisane" in shown.text
    text = shown.text.replace("\u00a0", " ")
    assert "*Budżet łącznie:* 120 000 zł → 90 000 zł" in text
    assert f"*Cel:* {GOAL} → Policzyć piątki." in text
    assert "Początek" not in text  # only what changed

    again = click(shown, "read_new")
    assert "Policzyć piątki." in again.text
    assert "wersja 2" in again.text
    assert "Podpisane: " in submitted(fill(again, {"answer": "sign"})).text
    assert "IT, podpis: @Adam Wolny" in duet.person("adam").types(f"/duet show {key}").text


def test_signatures_given_to_an_older_version_are_void(duet: Office) -> None:
    """§4.4, §4.5: one yes to each of two versions is no agreement."""
    key = sent(duet)
    signed_by(duet, key, "adam")
    revised(duet, key, by="anna", budget="90k")
    put_away(duet.person("anna"))
    duet.person("anna").waits_for("(wersja 2)", "@duet")
    signed_by(duet, key, "anna")
    card = duet.person("anna").types(f"/duet show {key}").text
    assert "czeka na podpisy" in card
    assert "IT: jeszcze bez odpowiedzi" in card
    signed_by(duet, key, "adam")
    assert "aktywny" in duet.person("anna").types(f"/duet show {key}").text


def test_a_message_about_an_older_version_cannot_be_signed(duet: Office) -> None:
    """§4.5: its button is gone; a click that was under way shows what changed."""
    key = sent(duet)
    old = request_to(duet, "adam", key)
    asked = request_id(duet, key)
    revised(duet, key, by="anna", budget="90k")
    adam = duet.person("adam")
    adam.waits_for("jest nieaktualna", "@duet")
    newest = adam.waits_for("(wersja 2)", "@duet")
    assert next(each for each in adam.reads("@duet") if each.ts == old.ts).buttons == []
    with unchanged(duet):
        form = forged_click(adam, newest, "signing.read", str(asked)).form
        assert form is not None
        assert "nic nie zostało podpisane" in form.text
        assert "120\u00a0000\u00a0zł → 90\u00a0000\u00a0zł" in form.text
    assert "wersja 2" in click(form, "read_new").text


def test_an_executive_who_was_replaced_cannot_sign(duet: Office) -> None:
    """§4.5, §14: the old one is refused, clearly of what they were asked; the new one is asked."""
    key = sent(duet)
    old_form = fill(answer_form(duet, "adam", key), {"answer": "sign"})
    asked = request_id(duet, key)
    revised(duet, key, by="anna", cio="@jan", lead_it="@piotr")
    adam, jan = duet.person("adam"), duet.person("jan")
    with refused(duet, "NotYourSignature"):
        assert "nie ma Cię wśród nich" in submitted(old_form).text
    put_away(adam)
    for number, why, said in (
        (asked, "NotYourSignature", "nie ma Cię wśród nich"),
        (request_id(duet, key), "NotFound", "Nie mogę tego znaleźć"),
    ):
        with refused(duet, why):
            meta = f'{{"request": {number}}}'
            assert said in hands_in(adam, "signing.answer", meta, {"answer": option("sign")})
        put_away(adam)
    assert "Nie mogę tego znaleźć" in adam.types(f"/duet show {key}").text
    jan.waits_for("(wersja 2)", "@duet")
    signed_by(duet, key, "jan", "anna")
    assert "aktywny" in jan.types(f"/duet show {key}").text


def test_a_stale_edit_saves_nothing(duet: Office) -> None:
    """§4.5: two people edit; the second is shown what the first one changed."""
    key = sent(duet)
    ewa = duet.person("ewa")
    form = fill(submitted(opened(ewa, f"/duet edit {key}")), {"budget": "50k"})
    revised(duet, key, by="anna", budget="90k")
    before = rows(duet)["charter_versions"]
    shown = submitted(form)
    assert "nic nie zostało podpisane ani zapisane" in shown.text
    assert "120\u00a0000\u00a0zł → 90\u00a0000\u00a0zł" in shown.text
    assert rows(duet)["charter_versions"] == before


def test_a_stale_send_sends_nothing(duet: Office) -> None:
    """§4.5: *Send for signature* on a card that shows an older draft; the leads' messages have moved on."""
    key = drafted(duet, by="jan")
    card = duet.person("anna").types(f"/duet show {key}")
    morning_comes(duet)
    waits = duet.person("ewa").waits_for(key, "@duet")
    revised(duet, key, by="piotr", budget="90k")
    assert "90\u00a0000\u00a0zł" in click(waits, "show").text
    duet.settles()
    with unchanged(duet):
        shown = click(card, "send").form
        assert shown is not None, "nothing was shown"
        assert "120\u00a0000\u00a0zł → 90\u00a0000\u00a0zł" in shown.text
        assert "ani zapisane" in shown.text


def test_a_draft_follows_its_leads(duet: Office) -> None:
    """§4.2: a named lead sends it: who is named now is asked, who no longer is, is told."""
    key = drafted(duet, by="anna")
    morning_comes(duet)
    duet.person("ewa").waits_for(key, "@duet")
    revised(duet, key, by="anna", lead_marketing="@ola")
    morning_comes(duet)
    assert click(duet.person("ola").waits_for(key, "@duet"), "send").text
    assert not duet.person("ewa").waits_for("ma teraz innych liderów", "@duet").buttons


def test_an_older_form_does_not_undo_what_needs_no_signature(duet: Office) -> None:
    """§4.4: other fields change at once; a form opened before keeps nothing of the old ones."""
    key = drafted(duet, by="anna")
    duet.person("anna").types(f"/duet edit {key}")
    revised(duet, key, by="ewa", name="Nazwa uzgodniona")
    with unchanged(duet):
        shown = duet.person("anna").form
        assert shown is not None
        assert "Ktoś zmienił tę kartę" in submitted(shown).text
    assert "Nazwa uzgodniona" in duet.person("anna").types(f"/duet show {key}").text


def test_a_form_that_moved_on_twice_shows_the_whole_way(duet: Office) -> None:
    """§4.5: from the version that was seen to the newest one."""
    key = sent(duet)
    form = fill(answer_form(duet, "adam", key), {"answer": "sign"})
    revised(duet, key, by="anna", budget="90k")
    put_away(duet.person("anna"))
    revised(duet, key, by="ewa", **only(second_step(duet, budget="70k"), ["budget"]))
    assert "120\u00a0000\u00a0zł → 70\u00a0000\u00a0zł" in submitted(form).text


def test_a_form_left_open_until_after_the_activation_changes_nothing(duet: Office) -> None:
    """§4.5, §4.3: both have signed; an answer that comes later is refused."""
    key = sent(duet)
    form = fill(answer_form(duet, "adam", key), {"answer": "decline", "reason": "Jednak nie"})
    anna = duet.person("anna")
    meta, asked = form.private_metadata, request_id(duet, key)
    answered(duet, "anna", key, "sign")
    assert "aktywny" in submitted(fill(form, {"answer": "sign", "reason": None})).text
    duet.slack.waits_for_calls("conversations.invite", 4)
    duet.slack.waits_for_calls("pins.add")
    for person in (duet.person("adam"), anna):
        put_away(person)
        with refused(duet, "AlreadyAgreed"):
            said = hands_in(person, "signing.answer", meta, {"answer": option("decline")})
            assert "Obie strony podpisały już tę wersję" in said
    put_away(anna)
    with refused(duet, "AlreadyAgreed"):
        assert "Obie strony" in forged_click(anna, anna.types("/duet").messages[0], "signing.read", str(asked)).text
