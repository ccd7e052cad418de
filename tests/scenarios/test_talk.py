"""A charter that waits, and two sides that do not agree: reminders, the conversation, the ways on (§4.6, §4.7)."""

from datetime import timedelta

from playground.driver import Message
from tests.running import Office
from tests.scenarios.days import comes, comes_due, monday_comes, working_days_after
from tests.scenarios.life_steps import inbox
from tests.scenarios.steps import (
    EXECUTIVES,
    LEADS,
    NOT_ALLOWED,
    active,
    answer_form,
    click,
    drafted,
    fill,
    forged_click,
    opened,
    presses,
    project_id,
    put_away,
    refused,
    request_id,
    request_to,
    revised,
    says,
    sent,
    signed_by,
    submitted,
    unchanged,
)

WAITS = ("czeka na Twój podpis", "waits for your signature")
WORDS = "Zadzwonię w sprawie budżetu"
NO = "Za wcześnie na takie kwoty"


def talks(duet: Office, sees: str = "adam") -> list[Message]:
    """The conversation of the two executives."""
    other = "anna" if sees == "adam" else "adam"
    where = f"@{other},@duet"
    person = duet.person(sees)
    return person.reads(where) if where in person.channels else []


def reminders(duet: Office, handle: str) -> list[Message]:
    return [each for each in duet.person(handle).reads("@duet") if says(each.text, WAITS)]


def answers(duet: Office, handle: str, key: str, answer: str = "decline", words: str | None = NO) -> None:
    """For the first time, or something else than before."""
    form = opened(duet.person(handle), f"/duet sign {key}")
    submitted(fill(form, {"answer": answer, "reason": words}))
    put_away(duet.person(handle))
    comes_due(duet)


def test_whoever_has_not_answered_is_reminded_three_times(duet: Office) -> None:
    """§4.6, §15: after 2, 5 and 8 working days, in their own language, with a button; then the creator is told."""
    day = monday_comes(duet)
    key = drafted(duet, by="jan", cio="@nadia")  # her Slack speaks English
    assert presses(duet.person("ewa"), "charter.send", f"{project_id(duet, key)}:1").ok
    comes(duet, day + timedelta(days=1), "17:00")
    assert not reminders(duet, "anna")
    days = [working_days_after(day, count) for count in (2, 5, 8)]
    for count, each in enumerate(days, 1):
        comes(duet, each, "08:30")
        assert len(reminders(duet, "anna")) == count - 1
        comes(duet, each, "10:01")  # nine in London, too
        for executive in ("anna", "nadia"):
            assert len(reminders(duet, executive)) == count, (each, executive)
        if count == 1:
            assert "Read & sign" in reminders(duet, "nadia")[0].buttons
            form = click(reminders(duet, "anna")[0], "read").form
            submitted(fill(form, {"answer": "talk", "reason": None}))  # has answered: is reminded no more
            put_away(duet.person("anna"))
            break
    comes(duet, days[1], "10:01")
    comes(duet, days[2], "10:01")
    assert len(reminders(duet, "anna")) == 1
    assert len(reminders(duet, "nadia")) == 3
    for reader in ("jan", "ewa"):  # who drafted it, and who sent it
        told = duet.person(reader).waits_for("nadal czeka, po trzech przypomnieniach", "@duet")
        assert "@Nadia Źródło, jeszcze bez odpowiedzi" in told.text
        assert "@Anna" not in told.text
    comes(duet, days[2] + timedelta(days=5), "10:01")
    assert len(reminders(duet, "nadia")) == 3


def test_a_reminder_that_is_not_true_any_more_is_not_sent(duet: Office) -> None:
    """§4.6, §2.8: decided in the night, signed before nine."""
    day = monday_comes(duet)
    key = sent(duet)
    due = working_days_after(day, 2)
    comes(duet, due, "08:00")
    signed_by(duet, key, "adam")
    comes(duet, due)
    assert not reminders(duet, "adam")
    assert len(reminders(duet, "anna")) == 1
    comes(duet, working_days_after(day, 5), "08:00")
    revised(duet, key, by="anna", budget="90k")  # asks both anew, and counts anew
    comes(duet, working_days_after(day, 5))
    assert len(reminders(duet, "anna")) == 1
    assert not [each for each in duet.person("ewa").reads("@duet") if "podpis (@Adam" in each.text][1:]


def test_after_thirty_days_it_is_a_draft_again(duet: Office) -> None:
    """§4.6: both leads have it back with its buttons; what was signed counts no more, and it can be sent again."""
    day = monday_comes(duet)
    key = sent(duet)
    asked = request_id(duet, key)
    signed_by(duet, key, "adam")
    form = fill(answer_form(duet, "anna", key), {"answer": "sign"})
    comes(duet, day + timedelta(days=29), "23:50")
    assert "czeka na podpisy" in duet.person("adam").types(f"/duet show {key}").text
    comes(duet, day + timedelta(days=30), "00:10")
    assert "szkic" in duet.person("adam").types(f"/duet show {key}").text
    with refused(duet, "NoLongerAsked"):
        assert "wygasła" in submitted(form).text
    comes(duet, working_days_after(day + timedelta(days=30), 4))
    for lead in LEADS:
        shown = duet.person(lead).types(f"/duet show {key}")
        assert says(str(shown.buttons), ("Wyślij do podpisu", "Send for signature"))
        assert inbox(duet, lead, key)
    told = duet.person("ewa").waits_for("To znów szkic", "@duet")
    assert "minęło 30 dni bez obu podpisów" in told.text
    assert "Wyślij do podpisu" in click(told, "show").buttons
    log = duet.person("ewa").types(f"/duet log {key}").text
    assert "30 dni bez obu podpisów: wersja 1 wygasła." in log
    assert "Wersja" not in duet.person("adam").types(f"/duet sign {key}").text
    click(told.click("Pokaż"), "send")
    comes_due(duet)
    assert request_id(duet, key) != asked
    card = duet.person("adam").types(f"/duet show {key}").text
    assert "IT: jeszcze bez odpowiedzi" in card
    signed_by(duet, key, *EXECUTIVES)
    assert "aktywny" in duet.person("adam").types(f"/duet show {key}").text


def test_both_positions_stand_side_by_side(duet: Office) -> None:
    """§4.7: one conversation of the two, updated in place; its words reach nobody else."""
    monday_comes(duet)
    key = sent(duet)
    answers(duet, "adam", key, "talk", WORDS)
    talk = talks(duet)[-1]
    assert len(talks(duet)) == 1
    for text in ("*IT*\n@Adam Wolny: najpierw rozmowa", WORDS, "*Marketing*\n@Anna Żuraw: jeszcze bez odpowiedzi"):
        assert text in talk.text, talk.text
    assert "Nikt nie rozstrzyga za drugą stronę" in talk.text
    answers(duet, "anna", key)
    again = talks(duet, "anna")
    assert [each.ts for each in again] == [talk.ts]
    assert f"@Anna Żuraw: bez podpisu\n>{NO}" in again[0].text
    answers(duet, "adam", key, "sign", None)
    assert "@Adam Wolny: podpis" in talks(duet)[0].text
    assert WORDS not in talks(duet)[0].text
    answers(duet, "adam", key, "talk", WORDS)
    for reader in LEADS:
        assert not [each for each in duet.person(reader).reads("@duet") if WORDS in each.text]
    for reader in (*LEADS, *EXECUTIVES):
        assert WORDS not in duet.person(reader).types(f"/duet log {key}").text
    for executive in EXECUTIVES:
        answers(duet, executive, key, "sign", None)
    assert "ta rozmowa dobiegła końca" in talks(duet)[0].text
    assert talks(duet)[0].buttons == []


def test_both_are_reminded_of_their_talk_once(duet: Office) -> None:
    """§4.7, §2.8: after five working days, each in their own morning; not while there is nothing to talk about."""
    waits, in_english = (
        "czeka między Wami od pięciu dni roboczych",
        "has been open between you for five working days",
    )
    duet.slack.change_person("adam", tz="America/New_York")
    day = monday_comes(duet)
    key = sent(duet)
    answers(duet, "adam", key, "talk", WORDS)
    answers(duet, "adam", key, "sign", None)
    due = working_days_after(day, 5)
    comes(duet, due)
    assert not [each for executive in EXECUTIVES for each in inbox(duet, executive, waits)]
    answers(duet, "anna", key)
    comes(duet, due + timedelta(days=1))
    assert len(inbox(duet, "anna", waits)) == 1
    assert "Przeczytaj i podpisz" in inbox(duet, "anna", waits)[0].buttons
    assert not inbox(duet, "adam", in_english)
    comes(duet, due + timedelta(days=1), "15:01")
    assert len(inbox(duet, "adam", in_english)) == 1
    comes(duet, working_days_after(day, 15))
    assert (len(inbox(duet, "adam", in_english)), len(inbox(duet, "anna", waits))) == (1, 1)
    assert len(talks(duet)) == 1


def test_the_leads_are_asked_in(duet: Office) -> None:
    """§4.7, §4.2: by an executive's wish; what one would like to talk about stays between the two."""
    monday_comes(duet)
    key = sent(duet)
    signed_by(duet, key, "adam")
    assert not talks(duet)
    answers(duet, "anna", key)
    assert len(talks(duet)) == 1  # one yes and one no
    answers(duet, "adam", key, "talk", WORDS)
    with refused(duet, "NotAllowed"):
        assert says(presses(duet.person("ewa"), "signing.leads", str(request_id(duet, key))).text, NOT_ALLOWED)
    for handle in EXECUTIVES:  # twice is once
        assert "Rozmowa z liderami" in click(talks(duet, handle)[0], "leads").text
    comes_due(duet)
    where = "@adam,@anna,@duet,@piotr"
    together = duet.person("ewa").reads(where)
    assert len(together) == 1
    assert "@Adam Wolny: najpierw rozmowa" in together[0].text
    assert WORDS not in together[0].text
    assert NO in together[0].text
    assert WORDS in talks(duet)[0].text
    answers(duet, "adam", key, "decline", "Jednak nie")
    assert "Jednak nie" in duet.person("ewa").reads(where)[0].text

    second = submitted(click(talks(duet)[0], "propose").form)
    assert "earlier" not in submitted(fill(second, {"budget": "90k"})).text
    comes_due(duet)
    for over in (talks(duet)[0], duet.person("ewa").reads(where)[0]):
        assert "dobiegła końca" in over.text
        assert not over.buttons
    request_to(duet, "anna", key)
    with refused(duet):
        forged_click(duet.person("anna"), duet.person("anna").types("/duet").messages[0], "signing.leads", "1")


def test_either_withdraws_with_a_reason(duet: Office) -> None:
    """§4.7: a charter that was never signed is cancelled; of a running project only the proposal is."""
    monday_comes(duet)
    key = sent(duet)
    answers(duet, "adam", key)
    answers(duet, "anna", key, "talk", WORDS)
    form = click(talks(duet, "anna")[0], "withdraw").form
    late = fill(click(talks(duet, "adam")[0], "withdraw").form, {"why": "Też"})
    with unchanged(duet):
        form = submitted(fill(form, {"why": "  "}))
        assert "Napisz dlaczego" in str(form.errors)
    assert fill(form, {"why": "Wrócimy wiosną"}).submit() is None
    comes_due(duet)
    for reader in ("adam", *LEADS):
        assert "Wrócimy wiosną" in duet.person(reader).waits_for("Wrócimy wiosną", "@duet").text
    assert "anulowany" in duet.person("adam").types(f"/duet show {key}").text
    assert "dobiegła końca" in talks(duet)[0].text
    with refused(duet, "NoLongerAsked"):
        submitted(late)
    put_away(duet.person("adam"))

    running = active(duet, name="Trwa")
    revised(duet, running, by="ewa", budget="90k")
    answers(duet, "adam", running)
    signed_by(duet, running, "anna")
    comes_due(duet)
    put_away(duet.person("adam"))
    assert fill(click(talks(duet)[-1], "withdraw").form, {"why": "Zostaje 120"}).submit() is None
    comes_due(duet)
    shown = duet.person("anna").types(f"/duet show {running}").text
    assert "aktywny" in shown
    assert "Wersja 2" not in shown
    assert "Zostaje 120" in duet.person("ewa").waits_for("Zostaje 120", "@duet").text
    opened(duet.person("anna"), f"/duet edit {running}")
