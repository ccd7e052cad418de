"""A charter that waits, and two sides that do not agree: reminders, the conversation, the ways on (§4.6, §4.7)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.driving import SeenMessage
from tests.running import Office
from tests.scenarios.days import (
    move_to_day,
    move_to_monday,
    move_to_next_morning,
    polish_date,
    run_due_work,
    working_days_after,
)
from tests.scenarios.lifecycle_steps import messages_containing
from tests.scenarios.steps import (
    BUTTONS,
    EXECUTIVES,
    LEADS,
    NOT_ALLOWED,
    activate_project,
    answer_request,
    change_charter,
    click_button,
    close_forms,
    draft_charter,
    expect_no_change,
    expect_refusal,
    fill_form,
    find_signing_message,
    forge_click,
    forge_click_in_message,
    has_sentence,
    open_form,
    open_signing_form,
    project_id,
    request_id,
    revise_charter,
    send_charter,
    send_charter_on_monday,
    sign_charter,
    submit_form,
    submit_new_charter,
)
from tests.scenarios.team_steps import add_member

WAITS = ("czeka na Twój podpis", "waits for your signature")
WAITED = ("nie czekam już na Twoją odpowiedź", "no answer is needed from you any more")
WORDS = "Zadzwonię w sprawie budżetu"
NO = "Za wcześnie na takie kwoty"


def read_conversation(duet: Office, sees: str = "adam") -> list[SeenMessage]:
    """The conversation of the two executives."""
    other = "anna" if sees == "adam" else "adam"
    where = f"@{other},@duet"
    person = duet.person(sees)
    return person.reads(where) if where in person.channels else []


def list_reminders(duet: Office, handle: str) -> list[SeenMessage]:
    """Those, too, that say by now that they are settled."""
    return [each for each in duet.person(handle).reads("@duet") if has_sentence(each.text, WAITS + WAITED)]


def answer_again(duet: Office, handle: str, key: str, answer: str = "decline", words: str | None = NO) -> None:
    """For the first time, or something else than before."""
    form = open_form(duet.person(handle), f"/duet sign {key}")
    submit_form(fill_form(form, {"answer": answer, "reason": words}))
    close_forms(duet.person(handle))
    run_due_work(duet)


def test_whoever_has_not_answered_is_reminded_three_times(duet: Office) -> None:
    """§4.6, §15: after 2, 5 and 8 working days, in their own language, with a button; then the creator is told."""
    day = move_to_monday(duet)
    key = draft_charter(duet, by="jan", cio="@nadia")  # her Slack speaks English
    assert forge_click(duet.person("ewa"), "charter.send", f"{project_id(duet, key)}:1").ok
    move_to_day(duet, day + timedelta(days=1), "17:00")
    assert not list_reminders(duet, "anna")
    days = [working_days_after(day, count) for count in (2, 5, 8)]
    for count, each in enumerate(days, 1):
        move_to_day(duet, each, "08:30")
        assert len(list_reminders(duet, "anna")) == count - 1
        move_to_day(duet, each, "10:01")  # nine in London, too
        for executive in ("anna", "nadia"):
            assert len(list_reminders(duet, executive)) == count, (each, executive)
        if count == 1:
            assert "Read & sign" in list_reminders(duet, "nadia")[0].buttons
            form = click_button(list_reminders(duet, "anna")[0], "read").form
            submit_form(fill_form(form, {"answer": "talk", "reason": None}))  # has answered: is reminded no more
            close_forms(duet.person("anna"))
            break
    move_to_day(duet, days[1], "10:01")
    move_to_day(duet, days[2], "10:01")
    assert len(list_reminders(duet, "anna")) == 1
    assert len(list_reminders(duet, "nadia")) == 3
    for reader in ("jan", "ewa"):  # who drafted it, and who sent it
        told = duet.person(reader).waits_for("nadal czeka, po trzech przypomnieniach", "@duet")
        assert "@Nadia Źródło, jeszcze bez odpowiedzi" in told.text
        assert "@Anna" not in told.text
    move_to_day(duet, days[2] + timedelta(days=5), "10:01")
    assert len(list_reminders(duet, "nadia")) == 3
    sign_charter(duet, key, "nadia")
    for reader in ("jan", "ewa"):
        told = duet.person(reader).waits_for("nie czekam już na odpowiedź (@Nadia Źródło)", "@duet")
        assert "po trzech przypomnieniach" not in told.text


def test_a_reminder_that_is_not_true_any_more_is_not_sent(duet: Office) -> None:
    """§4.6, §2.8: decided in the night, signed before nine."""
    key, day = send_charter_on_monday(duet)
    due = working_days_after(day, 2)
    move_to_day(duet, due, "08:00")
    sign_charter(duet, key, "adam")
    move_to_day(duet, due)
    assert not list_reminders(duet, "adam")
    assert len(list_reminders(duet, "anna")) == 1
    move_to_day(duet, working_days_after(day, 5), "08:00")
    revise_charter(duet, key, by="anna", budget="90k")  # asks both anew, and counts anew
    move_to_day(duet, working_days_after(day, 5))
    assert len(list_reminders(duet, "anna")) == 1
    assert not [each for each in duet.person("ewa").reads("@duet") if "podpis (@Adam" in each.text][1:]


def test_after_thirty_days_it_is_a_draft_again(duet: Office) -> None:
    """§4.6: both leads have it back with its buttons; what was signed counts no more, and it can be sent again."""
    key, day = send_charter_on_monday(duet)
    asked = request_id(duet, key)
    sign_charter(duet, key, "adam")
    form = fill_form(open_signing_form(duet, "anna", key), {"answer": "sign"})
    move_to_day(duet, day + timedelta(days=29), "23:50")
    assert "czeka na podpisy" in duet.person("adam").types(f"/duet show {key}").text
    move_to_day(duet, day + timedelta(days=30), "00:10")
    assert "szkic" in duet.person("adam").types(f"/duet show {key}").text
    with expect_refusal(duet, "error.no_longer_asked"):
        assert "wygasła" in submit_form(form).text
    move_to_day(duet, working_days_after(day + timedelta(days=30), 4))
    for lead in LEADS:
        shown = duet.person(lead).types(f"/duet show {key}")
        assert has_sentence(str(shown.buttons), ("Wyślij do podpisu", "Send for signature"))
        assert messages_containing(duet, lead, key)
    told = duet.person("ewa").waits_for("To znów szkic", "@duet")
    assert "minęło 30 dni bez obu podpisów" in told.text
    assert "Wyślij do podpisu" in click_button(told, "show").buttons
    log = duet.person("ewa").types(f"/duet log {key}").text
    assert "30 dni bez obu podpisów: wersja 1 wygasła." in log
    assert "Wersja" not in duet.person("adam").types(f"/duet sign {key}").text
    click_button(told.click("Pokaż"), "send")
    run_due_work(duet)
    assert request_id(duet, key) != asked
    card = duet.person("adam").types(f"/duet show {key}").text
    assert "IT: jeszcze bez podpisu" in card
    sign_charter(duet, key, *EXECUTIVES)
    assert "aktywny" in duet.person("adam").types(f"/duet show {key}").text


@pytest.mark.parametrize(
    ("answer", "said"),
    [("decline", "Druga strona nie podpisała."), ("talk", "Druga strona chce najpierw porozmawiać.")],
)
def test_whoever_signs_after_another_answer_reads_what_it_is(duet: Office, answer: str, said: str) -> None:
    """The effect of a second signature alone would promise one that is not to be expected."""
    key, _ = send_charter_on_monday(duet)
    assert said not in answer_request(duet, "anna", key, "sign").text
    close_forms(duet.person("anna"))
    answer_again(duet, "adam", key, answer, NO)
    answer_again(duet, "anna", key, "talk", WORDS)
    form = open_form(duet.person("anna"), f"/duet sign {key}")
    assert said in submit_form(fill_form(form, {"answer": "sign", "reason": None})).text


def test_both_positions_stand_side_by_side(duet: Office) -> None:
    """§4.7: one conversation of the two, updated in place; its words reach nobody else."""
    key, _ = send_charter_on_monday(duet)
    answer_again(duet, "adam", key, "talk", WORDS)
    talk = read_conversation(duet)[-1]
    assert len(read_conversation(duet)) == 1
    for text in ("*IT*\n@Adam Wolny: najpierw rozmowa", WORDS, "*Marketing*\n@Anna Żuraw: jeszcze bez odpowiedzi"):
        assert text in talk.text, talk.text
    assert "Nikt nie rozstrzyga za drugą stronę" in talk.text
    answer_again(duet, "anna", key)
    again = read_conversation(duet, "anna")
    assert [each.ts for each in again] == [talk.ts]
    assert f"@Anna Żuraw: bez podpisu\n>{NO}" in again[0].text
    answer_again(duet, "adam", key, "sign", None)
    assert "@Adam Wolny: podpis" in read_conversation(duet)[0].text
    assert WORDS not in read_conversation(duet)[0].text
    answer_again(duet, "adam", key, "talk", WORDS)
    for reader in LEADS:
        assert not [each for each in duet.person(reader).reads("@duet") if WORDS in each.text]
    for reader in (*LEADS, *EXECUTIVES):
        assert WORDS not in duet.person(reader).types(f"/duet log {key}").text
    for executive in EXECUTIVES:
        answer_again(duet, executive, key, "sign", None)
    assert "ta rozmowa dobiegła końca" in read_conversation(duet)[0].text
    assert read_conversation(duet)[0].buttons == []


@pytest.mark.one_of(3)
@pytest.mark.parametrize(
    ("zone", "acts", "opens"),
    [
        ("Europe/Warsaw", (1, "22:00"), (2, "08:00")),
        ("Europe/Warsaw", (4, "22:00"), (7, "08:00")),
        ("Europe/Warsaw", (5, "12:00"), (7, "08:00")),  # Saturday
        ("Asia/Tokyo", (0, "19:00"), (1, "08:00")),
        ("America/Los_Angeles", (0, "05:00"), (0, "08:00")),
    ],
)
def test_a_conversation_opens_in_the_hours_of_whoever_is_called(
    duet: Office, zone: str, acts: tuple[int, str], opens: tuple[int, str]
) -> None:
    """§2.8, §4.7: Adam asks for it, and Anna has it when her working day begins; both moments are hers."""
    there = ZoneInfo(zone)
    duet.slack.change_person("anna", tz=zone)
    key, day = send_charter_on_monday(duet)
    move_to_day(duet, day + timedelta(days=acts[0]), acts[1], there)
    before = len(duet.person("anna").reads("@duet"))
    answer_again(duet, "adam", key, "talk", WORDS)
    at = day + timedelta(days=opens[0])
    move_to_day(duet, at, "07:59", there)
    assert read_conversation(duet, "anna") == read_conversation(duet) == []
    assert len(duet.person("anna").reads("@duet")) == before
    move_to_day(duet, at, opens[1], there)
    assert WORDS in read_conversation(duet, "anna")[0].text
    assert WORDS in read_conversation(duet)[0].text


@pytest.mark.parametrize("answer", ["talk", "decline"])
def test_whoever_waits_for_the_signatures_is_told_at_once_of_another_answer(duet: Office, answer: str) -> None:
    """§2.8, §4.2: both leads and whoever sent the charter, at the same moment; whose wish it is to talk, and why,
    stays between the two. What was said of sending it does not come after what was answered to it.
    """
    move_to_monday(duet)
    submit_new_charter(duet, by="jan")
    close_forms(duet.person("jan"))
    click_button(duet.person("anna").types("/duet show D-1"), "send")
    answer_again(duet, "adam", "D-1", answer, WORDS)
    said = {
        "talk": {
            "ewa": "@Anna Żuraw najpierw o tym porozmawiają",
            "piotr": "@Anna Żuraw will talk before",
        },
        "decline": {"ewa": "@Adam Wolny nie podpisuje", "piotr": "declined by @Adam Wolny"},
    }[answer]
    for lead in LEADS:
        (told,) = messages_containing(duet, lead, said[lead])
        assert (WORDS in told.text) is (answer == "decline")
    move_to_next_morning(duet)
    for lead in LEADS:
        assert not messages_containing(duet, lead, "wysyła kartę do podpisu")
        assert not messages_containing(duet, lead, "has sent the charter for signature")


def test_a_conversation_opens_at_once_in_the_hours_of_whoever_is_called(duet: Office) -> None:
    """§2.8, §4.7: it is Adam's night, who asks for it, but Anna's afternoon."""
    duet.slack.change_person("anna", tz="America/New_York")
    key, day = send_charter_on_monday(duet)
    move_to_day(duet, day, "22:00")
    answer_again(duet, "adam", key, "talk", WORDS)
    assert WORDS in read_conversation(duet, "anna")[0].text


@pytest.mark.one_of(3)
@pytest.mark.parametrize("how", ["signs", "declines", "is revised", "is withdrawn", "lapses"])
def test_what_is_over_before_the_morning_opens_no_conversation(duet: Office, how: str) -> None:
    """§2.8, §4.7: asked for in the night, and in the morning there is nothing to talk about."""
    key, day = send_charter_on_monday(duet)
    asked = day + timedelta(days=29 if how == "lapses" else 1)  # after thirty days, at midnight
    move_to_day(duet, asked, "22:00")
    answer_again(duet, "adam", key, "talk", WORDS)
    match how:
        case "signs":
            answer_again(duet, "adam", key, "sign", None)
        case "declines":
            answer_again(duet, "adam", key)
        case "is revised":
            revise_charter(duet, key, by="anna", budget="90k")
        case "is withdrawn":
            form = forge_click(duet.person("anna"), "signing.withdraw", str(request_id(duet, key))).form
            assert form is not None
            fill_form(form, {"why": "Wrócimy wiosną"}).submit()
    move_to_day(duet, asked + timedelta(days=1), "17:00")
    move_to_day(duet, asked + timedelta(days=2))
    assert read_conversation(duet) == []
    if how == "is revised":  # by her, who had not read it: the message that asks for her signature says it
        (told,) = messages_containing(duet, "anna", WORDS)
        assert "(wersja 2)" in told.text
    else:
        assert not messages_containing(duet, "anna", WORDS)


@pytest.mark.parametrize(
    ("adam", "anna", "words"), [(None, "decline", NO), ("sign", "decline", NO), (None, "talk", WORDS)]
)
def test_the_request_for_a_newer_version_says_what_was_answered_to_the_one_before(
    duet: Office, adam: str | None, anna: str, words: str
) -> None:
    """§4.2, §4.7, §2.8: its words were promised to him, who is not at work; also where a conversation was to show
    them, and opens no more. Once he has answered, they are history.
    """
    key, day = send_charter_on_monday(duet)
    if adam is not None:
        answer_again(duet, "adam", key, adam, None)
    move_to_day(duet, day, "20:00")
    answer_again(duet, "anna", key, anna, words)
    change_charter(duet, key, "ewa", goal="Ilu klientów korzysta z kart")
    move_to_next_morning(duet)
    (told,) = messages_containing(duet, "adam", words)
    assert "prosi o Twój podpis" in told.text and "(wersja 2)" in told.text
    said = {"decline": "nie podpisuje", "talk": "chce najpierw porozmawiać"}[anna]
    assert f"@Anna Żuraw {said}: *{key} · " in told.text.replace("\xa0", " ") and "(wersja 1)" in told.text
    assert not messages_containing(duet, "anna", words), "her own words"
    assert read_conversation(duet) == []
    answer_again(duet, "adam", key, "sign", None)
    run_due_work(duet)
    assert not messages_containing(duet, "adam", words)


def test_what_was_answered_to_an_earlier_version_is_told_to_none_who_has_come_since(duet: Office) -> None:
    """§4.2: the reason was for the two executives of then."""
    key, day = send_charter_on_monday(duet)
    move_to_day(duet, day, "20:00")
    answer_again(duet, "anna", key)
    change_charter(duet, key, "ewa", cio="@nadia")
    move_to_next_morning(duet)
    assert messages_containing(duet, "nadia", "asks for your signature")
    for reader in ("nadia", "anna"):
        assert not messages_containing(duet, reader, NO)


def test_of_an_answer_that_was_changed_in_the_night_the_new_one_is_told(duet: Office) -> None:
    """§2.8, §4.7: what nobody has read yet is not told any more."""
    key, day = send_charter_on_monday(duet, by="ewa")
    move_to_day(duet, day, "22:00")
    answer_again(duet, "adam", key)
    answer_again(duet, "adam", key, "talk", WORDS)
    move_to_day(duet, day + timedelta(days=1))
    assert WORDS in read_conversation(duet)[0].text
    for reader in ("anna", "piotr"):  # Ewa, who has asked for both signatures, was answered at once
        assert not messages_containing(duet, reader, NO)


@pytest.mark.parametrize("anew", ["sign", "talk"])
@pytest.mark.parametrize("is_last", [False, True])
def test_what_was_read_of_an_earlier_answer_says_that_it_counts_no_more(
    duet: Office, anew: str, is_last: bool
) -> None:
    """§2.8, §4.2: nobody is left with a no that has become a yes."""
    key, _ = send_charter_on_monday(duet)
    if is_last:
        answer_again(duet, "anna", key, "sign", None)
    answer_again(duet, "adam", key)
    readers = (*LEADS, *(() if is_last else ("anna",)))
    told = {each: messages_containing(duet, each, NO) for each in readers}
    assert all(told.values())
    answer_again(duet, "adam", key, anew, WORDS)
    run_due_work(duet)
    for each in readers:
        assert not messages_containing(duet, each, NO)
        words = "has answered anew" if each == "piotr" else "Poprzednia już się nie liczy"
        (now,) = messages_containing(duet, each, words)
        assert not now.buttons


def test_an_answer_to_what_is_not_asked_any_more_is_not_told(duet: Office) -> None:
    """§2.8: who refused one version in the evening, and both signed the next, is not told in the morning."""
    day = move_to_monday(duet)
    move_to_day(duet, day, "19:00")
    key = send_charter(duet)
    answer_again(duet, "anna", key)
    revise_charter(duet, key, by="anna", budget="90k")
    close_forms(duet.person("anna"))
    duet.person("anna").waits_for("(wersja 2)", "@duet")
    sign_charter(duet, key, "adam", "anna")
    move_to_day(duet, day + timedelta(days=1))
    for reader in ("adam", "piotr", "ewa", "jan"):
        assert not messages_containing(duet, reader, NO), reader


def test_a_conversation_that_was_missed_waits_for_the_next_morning(duet: Office) -> None:
    """§2.8: nobody was up at eight, and now it is night again."""
    key, day = send_charter_on_monday(duet)
    move_to_day(duet, day, "22:00")
    answer_again(duet, "adam", key, "talk", WORDS)
    move_to_day(duet, day + timedelta(days=1), "20:00")
    assert read_conversation(duet) == []
    move_to_day(duet, day + timedelta(days=2), "08:01")
    assert WORDS in read_conversation(duet)[0].text


@pytest.mark.parametrize("is_over", [False, True])
def test_the_leads_are_called_in_everybodys_hours(duet: Office, is_over: bool) -> None:
    """§2.8, §4.7: asked in in the night, they come when it is day for both and for the other executive."""
    duet.slack.change_person("ewa", tz="America/New_York")
    key, day = send_charter_on_monday(duet)
    answer_again(duet, "anna", key, "talk", None)
    move_to_day(duet, day, "22:00")
    said = click_button(read_conversation(duet)[0], "leads").text
    assert f"otworzy się {polish_date(day + timedelta(days=1))}, 14:00" in said
    run_due_work(duet)
    assert "Zaproś liderów" not in read_conversation(duet)[0].buttons, "they are to come"
    if is_over:
        answer_again(duet, "anna", key, "sign", None)
    where = "@adam,@anna,@duet,@piotr"
    move_to_day(duet, day + timedelta(days=1), "13:59")
    assert where not in duet.person("ewa").channels
    move_to_day(duet, day + timedelta(days=1), "14:00")
    assert (where in duet.person("ewa").channels) is not is_over


def test_both_are_reminded_of_their_talk_once(duet: Office) -> None:
    """§4.7, §2.8: after five working days, each in their own morning; not while there is nothing to talk about."""
    waits, in_english = (
        "czeka między Wami od 5 dni roboczych",
        "has been open between you for 5 working days",
    )
    duet.slack.change_person("adam", tz="America/New_York")
    key, day = send_charter_on_monday(duet)
    answer_again(duet, "adam", key, "talk", WORDS)
    answer_again(duet, "adam", key, "sign", None)
    due = working_days_after(day, 5)
    move_to_day(duet, due)
    assert not [each for executive in EXECUTIVES for each in messages_containing(duet, executive, waits)]
    answer_again(duet, "anna", key)
    move_to_day(duet, due + timedelta(days=1))
    assert len(messages_containing(duet, "anna", waits)) == 1
    assert "Przeczytaj i podpisz" in messages_containing(duet, "anna", waits)[0].buttons
    assert not messages_containing(duet, "adam", in_english)
    move_to_day(duet, due + timedelta(days=1), "15:01")
    assert len(messages_containing(duet, "adam", in_english)) == 1
    move_to_day(duet, working_days_after(day, 15))
    assert (len(messages_containing(duet, "adam", in_english)), len(messages_containing(duet, "anna", waits))) == (
        1,
        1,
    )
    assert len(read_conversation(duet)) == 1


def test_the_leads_are_asked_in(duet: Office) -> None:
    """§4.7, §4.2: by an executive's wish; what one would like to talk about stays between the two."""
    key, _ = send_charter_on_monday(duet)
    sign_charter(duet, key, "adam")
    assert not read_conversation(duet)
    answer_again(duet, "anna", key)
    assert len(read_conversation(duet)) == 1  # one yes and one no
    answer_again(duet, "adam", key, "talk", WORDS)
    with expect_refusal(duet, "error.only.executives"):
        assert has_sentence(
            forge_click(duet.person("ewa"), "signing.leads", str(request_id(duet, key))).text, NOT_ALLOWED
        )
    for handle in EXECUTIVES:  # twice is once, also on what the other one has drawn anew
        asked_in = forge_click(duet.person(handle), "signing.leads", str(request_id(duet, key)))
        assert "Rozmowa z liderami" in asked_in.text
    run_due_work(duet)
    where = "@adam,@anna,@duet,@piotr"
    together = duet.person("ewa").reads(where)
    assert len(together) == 1
    assert set(together[0].buttons) == {"Przeczytaj i podpisz", "Zaproponuj nową wersję"}, (
        "what leads may not do is not there"
    )
    assert "Podpis i wycofanie należą do dwóch osób: @Adam Wolny i @Anna Żuraw" in together[0].text
    assert "Zaproś liderów" not in read_conversation(duet)[0].buttons, "they are there"
    assert "Wycofaj" in read_conversation(duet)[0].buttons
    assert "@Adam Wolny: najpierw rozmowa" in together[0].text
    assert WORDS not in together[0].text
    assert NO in together[0].text
    assert WORDS in read_conversation(duet)[0].text
    answer_again(duet, "adam", key, "decline", "Jednak nie")
    assert "Jednak nie" in duet.person("ewa").reads(where)[0].text

    second = submit_form(click_button(read_conversation(duet)[0], "propose").form)
    assert "earlier" not in submit_form(fill_form(second, {"budget": "90k"})).text
    run_due_work(duet)
    for over in (read_conversation(duet)[0], duet.person("ewa").reads(where)[0]):
        assert "proponuje wersję 2, więc ta rozmowa dobiegła końca" in over.text
        assert not over.buttons
    find_signing_message(duet, "anna", key)
    with expect_refusal(duet):
        forge_click_in_message(
            duet.person("anna"), duet.person("anna").types("/duet").messages[0], "signing.leads", "1"
        )


def test_a_conversation_ends_with_what_ended_it(duet: Office) -> None:
    """§4.7, §4.4: a version that takes the change back is not proposed to anybody."""
    key = activate_project(duet)
    change_charter(duet, key, "adam", budget="90k")
    answer_again(duet, "anna", key, "talk", WORDS)
    change_charter(duet, key, "adam", budget="70k")
    assert "wersja 2): @Adam Wolny proponuje wersję 3, więc ta rozmowa" in read_conversation(duet)[-1].text
    answer_again(duet, "adam", key, "talk", WORDS)
    change_charter(duet, key, "anna", budget="120k")
    over = read_conversation(duet)[-1].text
    assert "wersja 3): @Anna Żuraw wycofuje proponowaną zmianę: zostaje wersja 1, a ta rozmowa" in over


def test_the_card_says_who_declines_and_why(duet: Office) -> None:
    """§4.2, §14: leads and executives read why, others that it was so; each who may sign finds how."""
    key, _ = send_charter_on_monday(duet)
    answer_again(duet, "adam", key)
    add_member(duet, key, "ola", by="ewa")
    for reader, button in (("adam", "change"), ("anna", "read"), ("ewa", None)):
        card = duet.person(reader).types(f"/duet show {key}")
        assert "@Adam Wolny nie podpisuje karty w wersji 1 (" in card.text and f"Powód:\n>{NO}" in card.text
        assert "IT: odpowiedź „nie”\nMarketing: jeszcze bez podpisu" in card.text
        assert "nowa wersja karty (*Edytuj*)" in card.text
        offered = {*BUTTONS["read"], *BUTTONS["change"]} & {*card.buttons}
        assert offered == ({BUTTONS[button][0]} if button else set()), reader
    card = duet.person("ola").types(f"/duet show {key}")
    assert "@Adam Wolny nie podpisuje karty w wersji 1 (" in card.text and "IT: odpowiedź „nie”" in card.text
    assert NO not in card.text and "*Edytuj*" not in card.text
    move_to_next_morning(duet)
    assert (
        "Na razie karta projektu nie ma zgody obu stron" in messages_containing(duet, "ola", "do zespołu")[0].text
    )
    assert "wersja 1 karty: odpowiedź „nie” (@Adam Wolny)" in duet.person("anna").types("/duet").text
    answer_again(duet, "adam", key, "sign", None)
    assert "odpowiedź „nie”" not in duet.person("anna").types(f"/duet show {key}").text
    assert "odpowiedź „nie”" not in duet.person("anna").types("/duet").text


def test_the_card_says_who_declines_a_proposal(duet: Office) -> None:
    """§4.4: the version that governs stays signed."""
    key = activate_project(duet)
    revise_charter(duet, key, by="ewa", budget="90k")
    answer_again(duet, "adam", key)
    card = duet.person("anna").types(f"/duet show {key}").text
    assert "@Adam Wolny nie podpisuje karty w wersji 2 (" in card and f">{NO}" in card
    assert "zaproponować inną wersję (*Edytuj*)" in card and "IT, podpis: @Adam Wolny" in card


def test_either_withdraws_with_a_reason(duet: Office) -> None:
    """§4.7: a charter that was never signed is cancelled; of a running project only the proposal is."""
    key, _ = send_charter_on_monday(duet)
    answer_again(duet, "adam", key)
    answer_again(duet, "anna", key, "talk", WORDS)
    form = click_button(read_conversation(duet, "anna")[0], "withdraw").form
    late = fill_form(click_button(read_conversation(duet, "adam")[0], "withdraw").form, {"why": "Też"})
    with expect_no_change(duet):
        form = submit_form(fill_form(form, {"why": "  "}))
        assert "Napisz dlaczego" in str(form.errors)
    assert fill_form(form, {"why": "Wrócimy wiosną"}).submit() is None
    run_due_work(duet)
    for reader in ("adam", *LEADS):
        assert "Wrócimy wiosną" in duet.person(reader).waits_for("Wrócimy wiosną", "@duet").text
    shown = duet.person("adam").types(f"/duet show {key}").text
    assert "anulowany" in shown and "bez podpisu" not in shown
    with expect_refusal(duet, "error.charter_cancelled"):
        duet.person("ewa").types(f"/duet edit {key}")
    over = read_conversation(duet)[0]
    assert "dobiegła końca" in over.text and "wycofane (@Anna Żuraw). Powód:\n>Wrócimy wiosną" in over.text
    for executive in EXECUTIVES:
        asked = duet.person(executive).reads("@duet")
        assert len([each for each in asked if "wycofane (@Anna Żuraw). Powód:\n>Wrócimy wiosną" in each.text]) == (
            2 if executive == "adam" else 1
        ), "the request, and to whom it is news a message"
        assert not [each for each in asked if "nie jest już potrzebny" in each.text]
    with expect_refusal(duet, "error.no_longer_asked"):
        submit_form(late)
    close_forms(duet.person("adam"))

    running = activate_project(duet, name="Trwa")
    revise_charter(duet, running, by="ewa", budget="90k")
    answer_again(duet, "adam", running)
    sign_charter(duet, running, "anna")
    run_due_work(duet)
    close_forms(duet.person("adam"))
    assert (
        fill_form(click_button(read_conversation(duet)[-1], "withdraw").form, {"why": "Zostaje 120"}).submit()
        is None
    )
    run_due_work(duet)
    shown = duet.person("anna").types(f"/duet show {running}").text
    assert "aktywny" in shown
    assert "Wersja 2" not in shown
    assert "Zostaje 120" in duet.person("ewa").waits_for("Zostaje 120", "@duet").text
    open_form(duet.person("anna"), f"/duet edit {running}")
