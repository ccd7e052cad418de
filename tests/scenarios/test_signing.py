"""From a draft to two answers on the same version."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.signing.reminders import LAPSE
from bot.signing.service.close_request import run_lapse_timer
from storage.session import read_only_session, transaction
from storage.signing import SigningRequest
from storage.timers import Timer
from tests.running import Office
from tests.scenarios.days import move_to_day, move_to_monday, move_to_next_morning, run_due_work
from tests.scenarios.lifecycle_steps import messages_containing
from tests.scenarios.steps import (
    ASKED,
    BUTTONS,
    EXECUTIVES,
    GOAL,
    LEADS,
    NAME,
    NOT_ALLOWED,
    activate_project,
    answer_request,
    change_charter,
    click_button,
    close_forms,
    draft_charter,
    expect_no_change,
    expect_refusal,
    field_errors,
    field_value,
    fill_form,
    find_signing_message,
    has_sentence,
    move_to_tuesday_morning,
    open_form,
    open_signing_form,
    project_channel,
    query_one,
    read_decisions,
    revise_charter,
    send_charter,
    sign_charter,
    submit_form,
    submit_new_charter,
)

IN_POLISH = BUTTONS["send"][0]


def test_both_executives_are_asked_in_one_transaction(duet: Office) -> None:
    """§4.2: each by a direct message with *Read & sign*, and nobody else."""
    form = submit_new_charter(duet)
    assert not [row for row in read_decisions(duet)["deliveries"] if "request:" in row[1]]
    said = click_button(form, "send")
    assert "D-1" in said.text
    for handle in EXECUTIVES:
        message = find_signing_message(duet, handle, "D-1")
        assert has_sentence(message.text, ASKED)
        assert GOAL in message.text
        assert "60 000 zł" in message.text
        assert message.buttons == ["Przeczytaj i podpisz"]
        assert "podpis" in message.notification.split("\n")[0]  # the lock screen shows how it begins
        assert GOAL in message.notification  # a screen reader reads all of it
    move_to_next_morning(duet)
    for handle in LEADS:
        told = duet.person(handle).waits_for("D-1", "@duet")
        assert has_sentence(told.text, ("wysyła kartę do podpisu", "has sent the charter"))
        assert told.buttons == []
    assert "@duet" not in duet.person("jan").channels
    asked = [row[1] for row in read_decisions(duet)["deliveries"] if row[1].startswith("request:1")]
    assert asked == ["request:1:it:U0ADAM", "request:1:marketing:U0ANNA"]


def test_the_form_shows_the_whole_charter_and_three_answers(duet: Office) -> None:
    """§4.2, §4.1: with people, timetable and boundary, or "none yet" for each; §1: what a signature is."""
    form = open_signing_form(duet, "adam", send_charter(duet))
    for shown in (
        NAME,
        GOAL,
        "Klienci, o których to wiemy: z 3,5% do 20%",
        "@Adam Wolny",
        "@Anna Żuraw",
        "@Piotr Kabelek",
        "@Ewa Błysk",
        "120 000 zł netto, po połowie: IT 60 000 zł, marketing 60 000 zł",
        "Polski",
        "Warszawa",
        "*Zespół*\nProwadzą @Piotr Kabelek i @Ewa Błysk; poza nimi jeszcze nikt.",
        "*Harmonogram*\nJeszcze brak",
        "*Dane i systemy (IT)*\nJeszcze nie wpisano",
        "*Bazy klientów (marketing)*\nJeszcze nie wpisano",
        "Druga strona: jeszcze bez odpowiedzi.",
        "przeczytają go dyrektorzy i liderzy obu stron",
        "Nie zastępuje dokumentów kadrowych ani prawnych",
        "wersja 1",
    ):
        assert shown in form.text, shown
    assert form.options["Twoja odpowiedź"] == ["Podpisuję", "Najpierw porozmawiajmy", "Nie podpisuję"]
    assert field_value(form, "answer") is None  # nothing is chosen for anybody


def test_declining_needs_a_reason_that_the_others_read(duet: Office) -> None:
    """§4.2: the form says who will read it; §2.6: nobody is told of their own answer."""
    key = send_charter(duet, by="jan", lead_it="@jan")
    adam = duet.person("adam")
    form = fill_form(open_signing_form(duet, "adam", key), {"answer": "decline"})
    with expect_no_change(duet):
        for reason in (None, "   ", "\u200b"):
            form = submit_form(fill_form(form, {"reason": reason}))
            assert "Napisz dlaczego" in field_errors(form)["reason"], repr(reason)
    reason = "Cel jest dobry,\nale termin *nie*."
    assert "w drodze" in submit_form(fill_form(form, {"reason": reason})).text
    assert duet.person("jan").waits_for("ale termin", "@duet"), "whoever asked is answered at once"
    move_to_next_morning(duet)
    for reader in ("anna", "jan", "ewa"):
        message = duet.person(reader).waits_for("ale termin", "@duet")
        assert "@Adam Wolny" in message.text
        assert ">Cel jest dobry,\n>ale termin *nie*." in message.text
        assert "Pokaż" in message.buttons
        card = message.click("Pokaż")
        assert card.text.startswith(key) and {"Edytuj", "Wycofaj"} <= set(card.buttons), "the ways on"
    duet.settles()
    assert "@duet" not in duet.person("piotr").channels  # has no part in it
    mine = adam.reads("@duet")
    assert not [each for each in mine if "ale termin" in each.text]
    assert "Twoja odpowiedź: nie" in mine[-1].text
    assert mine[-1].buttons == ["Zmień odpowiedź"]
    assert "ale termin" in duet.person("anna").types(f"/duet log {key}").text


def test_talking_first_is_between_the_executives(duet: Office) -> None:
    """§4.2: its words reach the other executive alone, and are not in the log."""
    key = send_charter(duet)
    words = "Zadzwonię w czwartek, chodzi o budżet"
    answer_request(duet, "adam", key, "talk", words)
    duet.settles()
    assert (
        len(
            [
                each
                for where in duet.person("anna").channels
                for each in duet.person("anna").reads(where)
                if words in each.text
            ]
        )
        == 1
    )
    move_to_next_morning(duet)
    for lead in LEADS:
        assert not [each for each in duet.person(lead).reads("@duet") if words in each.text]
        log = duet.person(lead).types(f"/duet log {key}").text
        assert has_sentence(log, ("Prośba o rozmowę przed podpisem", "Asked to talk about version 1"))
        assert words not in log
    assert words not in duet.person("anna").types(f"/duet log {key}").text
    assert "Druga strona chce najpierw porozmawiać." in open_signing_form(duet, "anna", key).text


def test_an_answer_can_be_changed_until_both_agree(duet: Office) -> None:
    """§4.2: the newest answer counts; two yeses to one version activate."""
    key = send_charter(duet)
    adam = duet.person("adam")
    answer_request(duet, "adam", key, "decline", "Za drogo")
    sign_charter(duet, key, "anna")
    assert "czeka na podpisy" in adam.types(f"/duet show {key}").text
    form = click_button(adam.waits_for("Możesz jeszcze zmienić zdanie", "@duet"), "change").form
    assert field_value(form, "answer") == "Nie podpisuję"
    assert "Druga strona podpisała." in form.text
    shown = submit_form(fill_form(form, {"answer": "sign"}))
    assert "projekt jest aktywny" in shown.text
    assert "aktywny" in adam.types(f"/duet show {key}").text


def test_a_signature_can_be_taken_back_before_the_other_one(duet: Office) -> None:
    """§4.2"""
    key = send_charter(duet)
    sign_charter(duet, key, "adam")
    message = duet.person("adam").waits_for("Karta zacznie obowiązywać z drugim podpisem", "@duet")
    shown = submit_form(fill_form(click_button(message, "change").form, {"answer": "talk"}))
    assert "przed podpisem chcesz porozmawiać: *" in shown.text
    sign_charter(duet, key, "anna")
    card = duet.person("anna").types(f"/duet show {key}").text
    assert "IT: jeszcze bez podpisu" in card
    assert "Marketing, podpis: @Anna Żuraw" in card


def test_the_leads_hear_of_the_first_signature(duet: Office) -> None:
    """§4.2, §2.8: as a routine notice, within working hours, and the signer does not."""
    key = send_charter(duet)
    sign_charter(duet, key, "adam")
    move_to_tuesday_morning(duet)
    duet.person("ewa").waits_for(
        "jeden podpis już jest (@Adam Wolny), drugiego jeszcze nie ma (@Anna Żuraw)", "@duet"
    )
    duet.person("piotr").waits_for("signed by @Adam Wolny", "@duet")
    duet.settles()
    told = [each for each in duet.person("adam").reads("@duet") if "jeden podpis już jest" in each.text]
    assert not told


def test_the_leads_read_who_has_declined_beside_the_other_signature(duet: Office) -> None:
    """§4.2, §4.7: what one morning's message says of both answers is one story."""
    key = send_charter(duet)
    answer_request(duet, "adam", key, "decline", "Za drogo")
    close_forms(duet.person("adam"))
    sign_charter(duet, key, "anna")
    move_to_tuesday_morning(duet)
    duet.person("ewa").waits_for(
        "jeden podpis już jest (@Anna Żuraw), druga strona odmawia (@Adam Wolny).", "@duet"
    )


def answer_anew(duet: Office, who: str, key: str, answer: str, reason: str | None = None) -> None:
    submit_form(fill_form(open_form(duet.person(who), f"/duet sign {key}"), {"answer": answer, "reason": reason}))
    close_forms(duet.person(who))


def read_signatures(duet: Office) -> str:
    """What ewa has been told of them, as it reads now."""
    run_due_work(duet)
    about = messages_containing(duet, "ewa", "(wersja 1): ")
    others = ("najpierw o tym porozmawiają", "Poprzednia już się nie liczy")
    (told,) = [each for each in about if not any(words in each.text for words in others)]
    return told.text


def test_what_the_leads_have_read_of_a_signature_stays_true(duet: Office) -> None:
    """§4.2: the one of whom it is told may take it back, and the other one sign, or none of it comes to be."""
    key = send_charter(duet)
    sign_charter(duet, key, "adam")
    move_to_tuesday_morning(duet)
    assert "jeden podpis już jest (@Adam Wolny), drugiego jeszcze nie ma (@Anna Żuraw)" in read_signatures(duet)
    answer_anew(duet, "adam", key, "talk")
    assert "(wersja 1): jeszcze bez podpisu." in read_signatures(duet)
    sign_charter(duet, key, "anna")
    assert "jeden podpis już jest (@Anna Żuraw), drugiego jeszcze nie ma (@Adam Wolny)" in read_signatures(duet)
    answer_anew(duet, "adam", key, "decline", "Za drogo")
    assert "jeden podpis już jest (@Anna Żuraw), druga strona odmawia (@Adam Wolny)" in read_signatures(duet)
    answer_anew(duet, "adam", key, "sign")
    assert "(wersja 1): są oba podpisy." in read_signatures(duet)


def test_what_the_leads_have_read_of_a_signature_is_void_with_a_new_version(duet: Office) -> None:
    """§4.4"""
    key = send_charter(duet)
    sign_charter(duet, key, "adam")
    move_to_tuesday_morning(duet)
    run_due_work(duet)  # what they have read is meant, not what is on its way
    revise_charter(duet, key, by="piotr", budget="90k")
    assert "(wersja 1): nieaktualne; obu podpisów nie było." in read_signatures(duet)


def test_a_drafter_who_leads_nothing_leaves_sending_to_the_leads(duet: Office) -> None:
    """§4.2: anyone internal may draft; a named lead or executive sends."""
    shown = submit_new_charter(duet, by="jan")
    assert "Liderzy obu stron dowiedzą się w najbliższy roboczy poranek" in shown.text
    assert not shown.buttons
    close_forms(duet.person("jan"))
    assert IN_POLISH not in duet.person("jan").types("/duet show").buttons

    move_to_next_morning(duet)
    messages = {lead: duet.person(lead).waits_for("D-1", "@duet") for lead in LEADS}
    assert "@Jan Łącznik zaprasza" in messages["ewa"].text
    assert "@Jan Łącznik drafted *D-1 · Kto kupuje w piątki*" in messages["piotr"].text
    assert GOAL in click_button(messages["piotr"], "show").text
    said = click_button(messages["piotr"], "send")
    assert "@Adam Wolny and @Anna Żuraw are asked at the same moment" in said.text
    assert "@Piotr Kabelek prosi o Twój podpis" in find_signing_message(duet, "adam", "D-1").text
    with expect_no_change(duet):
        told = duet.person("ewa").waits_for("@Piotr Kabelek wysyła kartę do podpisu", "@duet")
        assert told.buttons == []


def test_a_lead_who_sends_a_draft_is_not_told_that_they_have(duet: Office) -> None:
    """§2.6: what has waited for their morning says it to the other lead alone."""
    submit_new_charter(duet, by="jan")
    close_forms(duet.person("jan"))
    said = duet.person("piotr").types("/duet sign d1")
    click_button(said, "send")
    move_to_next_morning(duet)
    assert messages_containing(duet, "ewa", "wysyła kartę do podpisu")
    assert not messages_containing(duet, "piotr", "has sent the charter")


def test_a_lead_who_has_changed_a_sent_charter_is_not_told_later_that_it_was_sent(duet: Office) -> None:
    """§2.6: it would read as if it had been sent again."""
    submit_new_charter(duet, by="jan")
    close_forms(duet.person("jan"))
    click_button(duet.person("piotr").types("/duet sign d1"), "send")
    change_charter(duet, "D-1", "ewa", goal="Wiedzieć, kto kupuje w soboty.")
    move_to_next_morning(duet)
    assert not messages_containing(duet, "ewa", "wysyła kartę do podpisu")


def test_a_lead_who_drafts_is_not_told_of_their_own_draft(duet: Office) -> None:
    """§2.6"""
    draft_charter(duet, by="ewa")
    duet.settles()
    assert "@duet" not in duet.person("ewa").channels


def test_what_is_changed_before_activation_is_seen_and_asked_anew(duet: Office) -> None:
    """§4.4: a new version voids signatures; other fields change at once; everybody sees old → new."""
    key = send_charter(duet)
    sign_charter(duet, key, "adam")
    shown = revise_charter(duet, key, by="piotr", budget="90k")
    assert "Signatures on the one before no longer count" in shown.text
    assert "120,000" in shown.text
    adam = duet.person("adam")
    assert "jest nieaktualna" in adam.waits_for("jest nieaktualna", "@duet").text
    assert "(wersja 2)" in adam.waits_for("(wersja 2)", "@duet").text
    assert "jeszcze bez podpisu\nMarketing: jeszcze" in adam.types(f"/duet show {key}").text
    log = adam.types(f"/duet log {key}").text
    assert "*Budżet łącznie:* 120 000 zł → 90 000 zł" in log
    for executive in EXECUTIVES:
        for asked in (find_signing_message(duet, executive, key), open_signing_form(duet, executive, key)):
            assert "*Budżet łącznie:* 120 000 zł → 90 000 zł" in asked.text

    close_forms(duet.person("piotr"))
    shown = revise_charter(duet, key, by="piotr", name="Kto kupuje w soboty")
    assert "changed." in shown.text
    assert "version" not in shown.text
    assert "Kto kupuje w soboty" in adam.waits_for("w soboty", "@duet").text
    move_to_tuesday_morning(duet)
    for reader in (*EXECUTIVES, "ewa"):
        told = duet.person(reader).waits_for("zmiany (@Piotr Kabelek)", "@duet").text
        assert f"{NAME} → Kto kupuje w soboty" in told
        assert ("90" in told) == (reader == "ewa")  # what the executives sign stands in their request
    sign_charter(duet, key, "adam", "anna")
    assert "aktywny" in adam.types(f"/duet show {key}").text


def test_each_side_names_its_own_lead(duet: Office) -> None:
    """§4.4, §14: once it is sent, the other side's lead is not theirs to change."""
    key = send_charter(duet)
    ewa = duet.person("ewa")
    form = fill_form(submit_form(open_form(ewa, f"/duet edit {key}")), {"lead_it": "@jan"})
    before = read_decisions(duet)["projects"]
    form = submit_form(form)
    assert "Każda strona sama wskazuje" in field_errors(form)["lead_it"]
    assert read_decisions(duet)["projects"] == before
    assert "zmienione" in submit_form(fill_form(form, {"lead_it": "@piotr", "lead_marketing": "@ola"})).text


def test_two_yeses_activate_and_open_the_channel(duet: Office) -> None:
    """§4.3: a private channel, everyone invited, the charter posted and pinned there."""
    key = send_charter(duet)
    sign_charter(duet, key, "adam")
    assert duet.slack.calls("conversations.create") == []
    form = answer_request(duet, "anna", key, "sign")
    assert "projekt jest aktywny" in form.text
    duet.slack.waits_for_calls("conversations.invite", 4)
    duet.slack.waits_for_calls("pins.add")
    channel = project_channel(duet, key)
    assert channel == "#duet-1-kto-kupuje-w-piatki"
    (made,) = duet.slack.calls("conversations.create")
    assert made["arguments"]["is_private"]
    duet.settles()
    for handle in (*EXECUTIVES, *LEADS):
        posted = duet.person(handle).reads(channel)
        assert len(posted) == 1
        assert posted[0].pinned
        assert GOAL in posted[0].text
        assert "IT, podpis: @Adam Wolny" in posted[0].text
        assert "Marketing, podpis: @Anna Żuraw" in posted[0].text
        assert "Obie strony podpisały tę kartę" in posted[0].text
    assert channel not in duet.person("jan").channels
    for handle in EXECUTIVES:
        told = [each for each in duet.person(handle).reads("@duet") if "aktywny" in each.text]
        assert len(told) == 1, "each is told once that it is active"
        assert channel in told[0].text
        assert told[0].buttons == []
    assert (
        "aktywny" in duet.person("piotr").types("/duet show", channel).text
        or "active" in duet.person("piotr").types("/duet show", channel).text
    )
    log = duet.person("anna").types(f"/duet log {key}").text
    order = ["Kanał projektu", "Oba podpisy", "Podpis pod", "Wysłanie", "Szkic karty"]
    assert [log.index(line) for line in order] == sorted(log.index(line) for line in order)


def test_one_yes_and_one_no_activate_nothing(duet: Office) -> None:
    """§4.3, §4.7"""
    key = send_charter(duet)
    sign_charter(duet, key, "adam")
    answer_request(duet, "anna", key, "decline", "Nie teraz")
    duet.settles()
    assert "czeka na podpisy" in duet.person("anna").types(f"/duet show {key}").text
    assert duet.slack.calls("conversations.create") == []


def test_nothing_is_signed_once_the_end_has_come(duet: Office) -> None:
    """§4.1, §3.3: what is signed on the last day, after nine, would end in the moment in which it begins."""
    ends_on = move_to_monday(duet) + timedelta(days=1)
    starts_on = ends_on - timedelta(days=9)
    key = send_charter(duet, starts_on=str(starts_on), ends_on=str(ends_on))
    sign_charter(duet, key, "adam")
    form = fill_form(open_signing_form(duet, "anna", key), {"answer": "sign"})
    move_to_day(duet, ends_on, "09:00")
    with expect_no_change(duet):
        assert "Ten dzień już minął" in submit_form(form).text


def test_what_is_agreed_does_not_lapse(duet: Office) -> None:
    """§4.6: not even by a timer that was late for its end."""
    key = activate_project(duet)
    with read_only_session(duet.database) as session:
        request = session.exec(select(SigningRequest)).one()
    with expect_no_change(duet), transaction(duet.database) as session:
        due_at = duet.bot.duet.now()
        timer = Timer(team_id=request.team_id, key="late", kind=LAPSE, subject=str(request.pk), due_at=due_at)
        run_lapse_timer(session, timer, due_at)
    assert "aktywny" in duet.person("ewa").types(f"/duet show {key}").text


def test_what_is_agreed_is_not_answered_again(duet: Office) -> None:
    """§4.3, §3: after activation there is nothing left to sign or to send."""
    key = send_charter(duet)
    sign_charter(duet, key, *EXECUTIVES)
    duet.slack.waits_for_calls("pins.add")
    duet.settles()
    adam = duet.person("adam")
    with expect_no_change(duet):
        assert has_sentence(adam.types(f"/duet sign {key}").text, ("Nic nie czeka na Twój podpis",))


@pytest.mark.parametrize("who", ["adam", "anna"])
def test_an_executive_who_cannot_be_written_to_is_told_to_the_leads(duet: Office, who: str) -> None:
    """§4.2, §16: it is said at once what did not happen, and what to do."""
    draft_charter(duet)
    profile = next(each for each in duet.slack.state["teams"][0]["people"] if each["name"] == who)
    duet.slack.change_person(who, deleted=True)
    duet.settles()
    duet.slack.sends_event({"type": "user_change", "user": profile})  # what Duet knows is out of date
    duet.settles()
    click_button(duet.person("ewa").types("/duet show"), "send")
    for lead in LEADS:
        said = "Slack does not let me write to" if lead == "piotr" else "Slack nie pozwala mi napisać do"
        if lead == "piotr":  # who has not sent it
            move_to_next_morning(duet)
        assert "D-1" in duet.person(lead).waits_for(said, "@duet").text


def test_dates_are_shown_in_full(duet: Office) -> None:
    """§2.4, §15: what was chosen is echoed as a full date."""
    shown = submit_new_charter(duet, starts_on="2027-01-10", measure_by="2027-06-01", ends_on="2027-12-24")
    assert "*Początek*\n10 stycznia 2027" in shown.text
    assert "termin: 1 czerwca 2027" in shown.text
    assert "*Koniec*\n24 grudnia 2027" in shown.text
    assert "To już po końcu projektu" not in shown.text


def test_a_measure_that_is_read_after_the_end_is_said_to_be(duet: Office) -> None:
    """§4.1: it may be meant; whoever sends and whoever signs reads it."""
    said = "To już po końcu projektu (24 maja 2027)."
    form = submit_new_charter(duet, starts_on="2027-01-10", measure_by="2027-06-01", ends_on="2027-05-24")
    assert said in form.text
    click_button(form, "send")
    close_forms(duet.person("anna"))
    assert said in open_signing_form(duet, "adam", "D-1").text


def test_a_colleague_sees_nothing_of_it(duet: Office) -> None:
    """§14: a project is private."""
    key = activate_project(duet)
    jan = duet.person("jan")
    for command in ("show", "log", "edit", "sign"):
        assert "Nie mogę tego znaleźć" in jan.types(f"/duet {command} {key}").text, command
    assert not has_sentence(jan.types("/duet show").text, NOT_ALLOWED)
    assert NAME not in jan.types("/duet list all").text
    assert not has_sentence(jan.types("/duet").text, ASKED)


def test_signing_a_draft_that_nobody_has_sent(duet: Office) -> None:
    """§2.11, §4.2: whoever may sends it from there; whoever may not reads who may, and asks them."""
    key = draft_charter(duet, by="jan")
    with expect_refusal(duet, "error.draft_not_sent"):
        said = duet.person("jan").types("/duet podpis")
    assert "to jeszcze szkic" in said.text and "@Ewa Błysk" in said.text
    assert "Poproś o to" in said.buttons
    for typed in ("/duet podpis", f"/duet podpis {key}"):
        said = duet.person("anna").types(typed)
        assert "Nic nie czeka na Twój podpis" in said.text and "to jeszcze szkic" in said.text, typed
    assert key in click_button(said, "send").text
    assert key in duet.person("adam").waits_for(key, "@duet").text
    with expect_refusal(duet, "error.nothing_to_sign"):
        duet.person("ola").types("/duet podpis")


def test_a_draft_edited_in_its_window_is_sent_from_there(duet: Office) -> None:
    """§4.1: the window of the change sends the new version, and closes the old one below it."""
    anna = duet.person("anna")
    form = click_button(submit_new_charter(duet), "edit")
    second = submit_form(form)
    assert "`/duet kamień D-1`" in second.text
    shown = submit_form(fill_form(second, {"budget": "50000"}))
    assert "50 000" in shown.text
    sent = click_button(shown, "send")
    assert "wysłana do podpisu" in sent.text
    assert query_one(duet, "SELECT count(*) FROM signing_requests WHERE state = 'open'") == 1
    sent.close()
    assert anna.form is None


def test_who_may_not_send_a_draft_is_not_offered_to_after_a_change(duet: Office) -> None:
    """§4.2: whoever drafted it without a part in it changes it, and leads send it."""
    ola = duet.person("ola")
    form = open_form(ola, f"/duet edit {draft_charter(duet, by='ola')}")
    shown = submit_form(fill_form(submit_form(form), {"budget": "50000"}))
    assert "50 000" in shown.text and not shown.buttons
    shown.close()
    assert ola.form is None
