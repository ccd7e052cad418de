"""What is typed to Duet in its direct message is never ignored (product §2.9)."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.ui.said_words import TOPICS
from storage.deliveries import Delivery
from storage.drafts import Draft
from storage.session import read_only_session
from tests.driving import SeenMessage
from tests.running import Office, run_office
from tests.scenarios.checkin_steps import (
    ADD_MORE,
    CHANGE,
    PROMPTED,
    QUESTIONS,
    SKIP,
    THANKED,
    fill_answers,
    messages_saying,
    newest_prompt_ids,
    only_summary,
    save_schedule,
    start_checkin_project,
    start_first_round,
)
from tests.scenarios.days import move_to_day
from tests.scenarios.register_steps import register_asset
from tests.scenarios.roles import EDITORS, ROLES, Place, set_up_active_project, set_up_draft
from tests.scenarios.steps import (
    NOT_FOUND,
    activate_project,
    close_forms,
    expect_no_change,
    expect_refusal,
    forge_click,
    has_sentence,
    query_one,
)
from tests.scenarios.test_prompts import NAMES, lines_of, start_four_projects

IS_IT = "Czy to Twoja odpowiedź w check-inie projektu"
WHICH = "Do którego check-inu jest ta odpowiedź?"
SENT = "Wysłane: to już jest"
STATUS_APART = "Status podaje się osobno"
SEND, EDIT = "Wyślij jako odpowiedź", "Zmień"
STANDING = "Rozumiem `/duet` i jego polecenia"
PROGRESS = QUESTIONS["progress"][0]


def say(duet: Office, who: str, words: str) -> SeenMessage:
    """What Duet answers to it: exactly one message."""
    person = duet.person(who)
    duet.settles()
    before = len(person.reads("@duet"))
    person.says(words, "@duet")
    duet.slack.waits_until_idle()
    duet.settles()
    own, answer = person.reads("@duet")[before:]
    assert own.author != "Duet" and answer.author == "Duet"
    return answer


def newest(duet: Office, who: str) -> SeenMessage:
    duet.settles()
    return duet.person(who).reads("@duet")[-1]


def answer_of(duet: Office, who: str) -> dict[str, str]:
    user = duet.person(who).id
    stored = query_one(duet, "SELECT answer FROM checkin_prompts WHERE user_id = :user ORDER BY id DESC", user=user)
    found: dict[str, str] = json.loads(stored) if isinstance(stored, str) else stored or {}
    return found


def test_what_is_typed_is_a_draft_until_it_is_sent(duet: Office) -> None:
    """§2.9: Duet answers with the words; nothing is stored as an answer before *Send*."""
    key, _ = start_first_round(duet, "jan", "ola")
    draft = say(duet, "jan", "Pilot stoi,\nczekamy na *dane* & <kasy>")
    assert IS_IT in draft.text and "czekamy na *dane* & <kasy>" in draft.text
    assert draft.buttons == [SEND, EDIT, "Pomoc"]
    assert answer_of(duet, "jan") == {}
    assert query_one(duet, "SELECT state FROM checkin_prompts WHERE user_id = 'U0JAN'") == "asked"
    assert draft.click(SEND).text == ""
    assert SENT in newest(duet, "jan").text and newest(duet, "jan").buttons == [CHANGE[0]]
    assert answer_of(duet, "jan") == {"q1": "Pilot stoi,\nczekamy na *dane* & <kasy>"}
    assert messages_saying(duet, "jan", THANKED)
    say(duet, "ola", "Też").click(SEND)
    assert "Pilot stoi, czekamy na *dane* & <kasy>" in only_summary(duet, key)


def test_a_draft_can_be_changed(duet: Office) -> None:
    """§2.9: in the form of the answer, filled with the words; sent there, the draft is over."""
    start_first_round(duet, "jan")
    draft = say(duet, "jan", "Pilot stoi")
    form = draft.click(EDIT).form
    assert form is not None and form.values[PROGRESS] == "Pilot stoi"
    assert fill_answers(form, progress="Pilot leży", status="at_risk").submit() is None
    assert answer_of(duet, "jan") == {"q1": "Pilot leży", "q2": "at_risk"}
    duet.settles()
    assert SENT in duet.person("jan").reads("@duet")[-1].text


def test_whoever_has_typed_is_a_click_away_from_the_status(duet: Office) -> None:
    """§2.9, §8.3: words say nothing of the status, so its buttons stay until it is answered."""
    start_first_round(duet, "jan", "ola")
    say(duet, "jan", "Pilot stoi").click(SEND)
    assert STATUS_APART in newest(duet, "jan").text, "the last message says where it is given"
    duet.settles()
    (prompt,) = messages_saying(duet, "jan", THANKED)
    assert [each[0] for each in prompt.buttons[:4]] == ["🟢", "🟡", "🔴", CHANGE[0][0]]
    prompt.click("🟢 Zgodnie z planem")
    assert answer_of(duet, "jan") == {"q1": "Pilot stoi", "q2": "on_track"}
    duet.settles()
    assert messages_saying(duet, "jan", THANKED)[0].buttons[0] == CHANGE[0]


def test_words_come_after_the_click_that_answered_the_status(duet: Office) -> None:
    """§2.9, §8.3: one click, and a sentence typed below it: both are the answer."""
    start_first_round(duet, "jan", "ola")
    messages_saying(duet, "jan", PROMPTED)[0].click("🟢 Zgodnie z planem")
    say(duet, "jan", "Pilot idzie").click(SEND)
    assert STATUS_APART not in newest(duet, "jan").text
    assert answer_of(duet, "jan") == {"q1": "Pilot idzie", "q2": "on_track"}


@pytest.mark.parametrize("thanks", ["Dzięki!", "dziekuje", "Thanks :)"])
def test_thanks_are_no_answer(duet: Office, thanks: str) -> None:
    """§2.9: one friendly line, also while a check-in is open."""
    start_first_round(duet, "jan")
    answer = say(duet, "jan", thanks)
    assert answer.text == "Nie ma za co!" and answer.buttons == []


def test_whoever_has_answered_may_add_what_they_type(duet: Office) -> None:
    """§2.9, §8.3, §8.4: Duet says that the answer is in, and adds the words below it; skipped, they are it."""
    start_first_round(duet, "jan", "ola")
    say(duet, "jan", "Raz").click(SEND)
    draft = say(duet, "jan", "Dwa")
    assert "już jest. Dopisać" in draft.text and draft.buttons == [ADD_MORE[0], EDIT, "Pomoc"]
    form = draft.click(EDIT).form
    assert form is not None and form.values[PROGRESS] == "Raz\nDwa"
    close_forms(duet.person("jan"))
    draft.click(ADD_MORE[0])
    assert answer_of(duet, "jan") == {"q1": "Raz\nDwa"} and SENT in newest(duet, "jan").text
    messages_saying(duet, "ola", PROMPTED)[0].click(SKIP[0])
    draft = say(duet, "ola", "Jednak")
    assert IS_IT in draft.text
    draft.click(SEND)
    assert answer_of(duet, "ola") == {"q1": "Jednak"}


def test_two_messages_are_one_answer(duet: Office) -> None:
    """§2.9: what is sent second stands below what was sent first; the same draft twice counts once."""
    start_first_round(duet, "jan", "ola")
    first, second = say(duet, "jan", "Raz"), say(duet, "jan", "Dwa")
    first.click(SEND)
    second.click(SEND)
    assert answer_of(duet, "jan") == {"q1": "Raz\nDwa"}
    prompt, _ = newest_prompt_ids(duet, "jan")
    (stamp, *_) = _stamps(duet)
    forge_click(duet.person("jan"), "checkin.typed_send", f"{prompt}:{stamp}")
    assert answer_of(duet, "jan") == {"q1": "Raz\nDwa"}


def _stamps(duet: Office) -> list[str]:
    with read_only_session(duet.database) as session:
        kept = session.exec(select(Draft.form)).all()
    return sorted(each.partition(":")[2] for each in kept if each.startswith("checkin.typed:"))


def test_of_several_open_prompts_duet_asks_which(duet: Office) -> None:
    """§2.9: a button each; then the words are a draft of that one."""
    thursday = start_four_projects(duet)
    move_to_day(duet, thursday, "10:00")
    which = say(duet, "jan", "Czytamy paragony")
    assert WHICH in which.text and len(which.buttons) == 4
    assert which.click(f"D-4 · {NAMES[3]}").text == ""
    draft = newest(duet, "jan")
    assert draft.ts == which.ts and f"{IS_IT} *D-4 · {NAMES[3]}*" in draft.text
    assert query_one(duet, "SELECT count(*) FROM checkin_prompts WHERE state = 'answered'") == 0
    draft.click(SEND)
    duet.settles()
    asked = next(each for each in duet.person("jan").reads("@duet") if "D-4" in lines_of(each))
    assert "Czytamy paragony" in lines_of(asked)["D-4"]
    assert WHICH in say(duet, "jan", "I jeszcze coś").text


def test_without_an_open_prompt_it_says_what_waits(duet: Office) -> None:
    """§2.9: with *Help*; so it does for a word that asks for it, and for a file."""
    start_first_round(duet, "jan")
    waits = say(duet, "piotr", "Hello?")
    assert "`/duet` and its commands" in waits.text and "Help" in waits.buttons
    for words in ("Cześć!", "hello", "Co mam zrobić?", "what now", "Co dalej?", "???", "menu", "Co potrafisz?"):
        assert STANDING in say(duet, "jan", words).text, words
    said = say(duet, "jan", "?")
    assert "*Co na Ciebie czeka*" in said.text and "Check-in" in said.text and "Odpowiedz" in said.buttons


def test_who_owns_something_is_looked_up(duet: Office) -> None:
    """§2.9: as `/duet who` does, also while a check-in asks; nobody answers that with such a question."""
    start_first_round(duet, "jan")
    register_asset(duet.person("piotr"), 'data "Hurtownia danych" @piotr')
    register_asset(duet.person("piotr"), 'data "Data warehouse" @piotr')
    for words in ("Kto jest właścicielem hurtowni?", "do kogo należy hurtownia", "Czyja jest hurtownia danych?"):
        assert say(duet, "jan", words).text.startswith("*Hurtownia danych* (dane): @Piotr Kabelek"), words
    for words in ("Who owns the warehouse?", "who's the owner of the data warehouse"):
        assert say(duet, "piotr", words).text.startswith("*Data warehouse* (data): @Piotr Kabelek"), words
    assert say(duet, "piotr", "Who owns qqq?").text.startswith("Nothing like “qqq” is in the register.")
    assert IS_IT in say(duet, "jan", "Hurtownia jest gotowa").text


@pytest.mark.parametrize(
    ("words", "shown", "has"),
    [
        ("Kiedy następny kamień milowy?", "kamień", "Harmonogram"),
        ("kto odpowiada za kamień milowy Pilot?", "kamień", "Harmonogram"),
        ("Ile mamy jeszcze pieniędzy?", "budżet", "rozliczenie"),
        ("kto jest w zespole", "zespół", "Zespół"),
        ("Jaki jest status projektu?", "pokaż", "D-1"),
        ("What's the status?", "pokaż", "D-1"),
        ("gdzie jest lista projektów firmy?", "lista", "1 projekt"),
    ],
)
def test_a_question_about_a_project_is_led_to_what_shows_it(duet: Office, words: str, shown: str, has: str) -> None:
    """§2.9, §2.11: by a click."""
    activate_project(duet)
    led = say(duet, "ewa", words)
    assert led.text.startswith(f"Pokaże to `/duet {shown}`")
    assert has.lower() in led.click("Pokaż").text.lower()


ASKED_ABOUT = {
    "milestone": "Kiedy następny kamień milowy?",
    "budget": "Ile mamy jeszcze pieniędzy?",
    "team": "Kto jest w zespole?",
    "blocker": "Jakie są przeszkody?",
    "close": "Jak zmienić raport?",
    "list": "Gdzie jest lista projektów firmy?",
    "show": "Jak idzie projekt?",
}


@pytest.mark.parametrize("set_up", [None, set_up_draft, set_up_active_project])
def test_no_question_leads_to_what_refuses_the_asker(
    duet: Office, set_up: Callable[[Office], Place] | None
) -> None:
    """§2.11, §14: whatever they are to a project, and also without one."""
    assert ASKED_ABOUT.keys() == set(TOPICS)
    if set_up is not None:
        set_up(duet)
    led: dict[tuple[str, str], str] = {}
    for role in (*EDITORS, "drafter", "member", "colleague", "deputy"):
        duet.person(ROLES[role]).says("hej", "@duet")  # the first message brings an introduction
        for topic, words in ASKED_ABOUT.items():
            with capture_logs() as logs:
                answer = say(duet, ROLES[role], words)
                led[role, topic] = answer.text
                seen = answer.click("Pokaż").text if "Pokaż" in answer.buttons else ""
            assert not [each for each in logs if each["event"] == "refused"], (role, topic)
            assert "Do tego potrzebny jest" not in seen, (role, topic)
    assert led["colleague", "show"].startswith("Pokaże to `/duet lista`")
    assert "Nie masz teraz żadnego" in led["colleague", "team"]
    if set_up is set_up_active_project:
        assert led["member", "budget"].startswith("Pokaże to `/duet pokaż`")
        assert led["CIO", "budget"].startswith("Pokaże to `/duet budżet`")


def test_whoever_ends_a_project_is_led_to_how_it_is_done(duet: Office) -> None:
    """§2.9, §12.1: said or asked; not while a check-in takes it for the answer, nor of something else that ends."""
    activate_project(duet)
    for words in ("kończymy projekt wcześniej", "Jak zamknąć projekt?", "We are closing the project"):
        led = say(duet, "ewa", words)
        assert led.text.startswith("Do tego służy `/duet zamknij`"), words
        assert "D-1" in led.click("Pokaż").text
    assert "Do tego służy" not in say(duet, "ewa", "kończymy na dziś").text
    assert "`/duet pokaż`" in say(duet, "ewa", "Kiedy kończy się projekt?").text


def test_words_answer_the_first_question_that_asks_for_them(duet: Office) -> None:
    """§2.9: whatever stands before it, and whatever else asks for words."""
    key, thursday = start_checkin_project(duet, "jan")
    save_schedule(duet, "piotr", key, questions="Jak idzie? [status]\nNastrój? [1-5]\nCo nowego?\nCo dalej?")
    move_to_day(duet, thursday, "10:00")
    draft = say(duet, "jan", "Pilot stoi")
    form = draft.click(EDIT).form
    assert form is not None
    assert form.values["Co nowego?"] == "Pilot stoi" and not form.values["Co dalej?"]
    close_forms(duet.person("jan"))
    draft.click(SEND)
    assert list(answer_of(duet, "jan").values()) == ["Pilot stoi"]
    (thanks,) = messages_saying(duet, "jan", THANKED)
    form = thanks.click("Zmień odpowiedź").form
    assert form is not None and form.values["Co nowego?"] == "Pilot stoi"


@pytest.mark.parametrize(("words", "said"), [("", STANDING), ("Pilot stoi", IS_IT)])
def test_a_file_is_answered_too(duet: Office, words: str, said: str) -> None:
    """§2.9: by its words, if it has any; else by what waits."""
    start_first_round(duet, "jan")
    jan = duet.person("jan")
    event = {
        "type": "message",
        "subtype": "file_share",
        "user": jan.id,
        "channel": jan.conversation("@duet"),
        "channel_type": "im",
        "text": words,
        "files": [{"id": "F1", "name": "pilot.pdf"}],
        "ts": "1764547200.000100",
    }
    duet.slack.sends_event(event)
    duet.slack.waits_until_idle()
    assert said in newest(duet, "jan").text


def test_whoever_asks_for_help_reads_it(duet: Office) -> None:
    """§2.9: all that Duet does, also while a check-in is open: it is no answer to that."""
    start_first_round(duet, "jan")
    for words in ("Pomoc!", "help", "jak to działa", "commands"):
        said = say(duet, "jan", words).text
        assert said.startswith("*Duet: wspólne projekty") and "`/duet nowy` · " in said, words
    assert "`/duet new` · " in say(duet, "piotr", "Help me").text


def test_where_no_words_are_asked_for_it_says_what_waits(duet: Office) -> None:
    """§2.9, §8.3: a check-in of a status only has no place for them."""
    key, thursday = start_checkin_project(duet, "jan")
    save_schedule(duet, "piotr", key, questions="Jak idzie? [status]")
    move_to_day(duet, thursday, "10:00")
    (asked,) = messages_saying(duet, "jan", PROMPTED)
    assert "odpisać tutaj" not in asked.text
    assert STANDING in say(duet, "jan", "Dobrze idzie").text


def test_a_bare_number_is_the_answer_to_the_only_scale(duet: Office) -> None:
    """§2.9: not to the first question in words; what is not on the scale is no answer, nor are percent."""
    key, thursday = start_checkin_project(duet, "jan")
    save_schedule(duet, "piotr", key, questions="Co nowego?\nNastrój? [1-5]")
    move_to_day(duet, thursday, "10:00")
    for wrong in ("6", "4/10", "65", "65 %", "4,5"):
        refused = say(duet, "jan", wrong)
        assert "wybierz liczbę od 1 do 5" in refused.text and wrong in refused.text
        assert refused.buttons == ["Odpowiedz"]
    draft = say(duet, "jan", "4/5")
    assert "na pytanie „Nastrój?”" in draft.text and answer_of(duet, "jan") == {}
    form = draft.click(EDIT).form
    assert form is not None and form.values["Nastrój?"].startswith("4") and not form.values["Co nowego?"]
    close_forms(duet.person("jan"))
    draft.click(SEND)
    assert answer_of(duet, "jan") == {"q6": "4"}
    assert "otwórz pytania przyciskiem *Odpowiedz*" in say(duet, "jan", "5").text
    say(duet, "jan", "Mail ruszył").click(ADD_MORE[0])
    assert answer_of(duet, "jan") == {"q5": "Mail ruszył", "q6": "4"}


def test_of_two_scales_a_bare_number_is_no_answer(duet: Office) -> None:
    """§2.9: in words it is one, as it is where nothing asks for a number."""
    key, thursday = start_checkin_project(duet, "jan", "ola")
    save_schedule(duet, "piotr", key, questions="Co nowego?\nNastrój? [1-5]\nTempo? [0-10]")
    move_to_day(duet, thursday, "10:00")
    unclear = say(duet, "jan", "4")
    assert "Żeby podać 4 jako odpowiedź" in unclear.text
    assert unclear.click("Odpowiedz").form is not None
    close_forms(duet.person("jan"))
    draft = say(duet, "jan", "4 z 5 testów gotowe")
    assert IS_IT in draft.text
    draft.click(SEND)
    assert answer_of(duet, "jan") == {"q5": "4 z 5 testów gotowe"}


def test_long_words_are_cut_where_they_are_changed_only(duet: Office) -> None:
    """§2.9, §16: 3,000 characters are an answer; of more, the form has the first."""
    start_first_round(duet, "jan")
    draft = say(duet, "jan", "ż" * 3001)
    assert draft.buttons == [EDIT, "Pomoc"] and "3" in draft.text
    form = draft.click(EDIT).form
    assert form is not None and form.values[PROGRESS] == "ż" * 3000
    close_forms(duet.person("jan"))
    say(duet, "jan", "ż" * 3000).click(SEND)
    assert answer_of(duet, "jan") == {"q1": "ż" * 3000}
    assert ADD_MORE[0] in say(duet, "jan", "a").buttons
    prompt, _ = newest_prompt_ids(duet, "jan")
    with expect_refusal(duet, "error.field.too_long"):
        for stamp in _stamps(duet):
            forge_click(duet.person("jan"), "checkin.typed_send", f"{prompt}:{stamp}")


def test_mentions_and_links_are_read_as_they_were_seen(duet: Office) -> None:
    """§2.7, §2.9: nobody is called by what stands in a draft."""
    start_first_round(duet, "jan")
    draft = say(duet, "jan", "Z @ola w #general: <!here> https://pan.example/a?b=1&c=2")
    seen = "Z @Aleksandra Plakat w #general: <!here> https://pan.example/a?b=1&c=2"
    assert seen in draft.text
    stored = str(duet.slack.messages(draft.channel)[-1]["blocks"])
    assert "<@U0OLA>" not in stored and "<!here>" not in stored
    draft.click(SEND)
    assert answer_of(duet, "jan")["q1"] == seen


def test_a_mention_without_its_name_is_read_by_name(duet: Office) -> None:
    """§2.7, §2.9: Slack sends no names in an event; whom Duet does not know has no id in a draft."""
    start_first_round(duet, "jan")
    jan = duet.person("jan")
    event = {
        "type": "message",
        "user": jan.id,
        "channel": jan.conversation("@duet"),
        "channel_type": "im",
        "text": f"Z <@{duet.person('ola').id}> i <@U0NOBODY>: <!here>",
        "ts": "1764547200.000100",
    }
    duet.slack.sends_event(event)
    duet.slack.waits_until_idle()
    draft = newest(duet, "jan")
    assert "Z @Aleksandra Plakat i @…: @here" in draft.text
    stored = str(duet.slack.messages(draft.channel)[-1]["blocks"])
    assert "<@" not in stored and "<!here" not in stored


ODD: dict[str, dict[str, Any]] = {
    "an edit": {"subtype": "message_changed", "message": {"text": "x"}, "previous_message": {}},
    "a deletion": {"subtype": "message_deleted", "deleted_ts": "1.0"},
    "a bot's": {"bot_id": "B0OTHER", "subtype": "bot_message"},
    "its own": {"bot_id": "B0DUET"},
    "a channel's": {"channel_type": "channel"},
    "several people's": {"channel_type": "mpim"},
    "Slack's": {"subtype": "channel_join"},
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_persons_words_to_duet_is_let_go(duet: Office, name: str) -> None:
    """§2.9: neither a bot's message nor an edit is answered."""
    start_first_round(duet, "jan")
    jan = duet.person("jan")
    event: dict[str, Any] = {
        "type": "message",
        "user": jan.id,
        "channel": jan.conversation("@duet"),
        "channel_type": "im",
        "text": "Pilot",
        "ts": "1764547200.000100",
    }
    before = len(jan.reads("@duet"))
    duet.slack.sends_event(event | ODD[name])
    duet.slack.waits_until_idle()
    duet.settles()
    assert len(jan.reads("@duet")) == before


def test_the_same_event_twice_is_answered_once(duet: Office) -> None:
    """§2.9: Slack sends events again; a draft that was sent stays sent."""
    start_first_round(duet, "jan", "ola")
    jan = duet.person("jan")
    draft = say(duet, "jan", "Pilot")
    draft.click(SEND)
    own = next(each for each in jan.reads("@duet") if each.text == "Pilot" and each.author != "Duet")
    event = {
        "type": "message",
        "user": jan.id,
        "channel": own.channel,
        "channel_type": "im",
        "text": "Pilot",
        "ts": own.ts,
    }
    duet.settles()
    before = [each.text for each in jan.reads("@duet")]
    duet.slack.sends_event(event)
    duet.slack.waits_until_idle()
    duet.settles()
    assert [each.text for each in jan.reads("@duet")] == before
    assert answer_of(duet, "jan") == {"q1": "Pilot"}


def test_a_thread_below_the_prompt_is_heard_too(duet: Office) -> None:
    """§2.9: whoever answers in a thread is answered."""
    start_first_round(duet, "jan")
    (asked,) = messages_saying(duet, "jan", PROMPTED)
    duet.person("jan").says("Pilot stoi", "@duet", thread=asked.ts)
    duet.slack.waits_until_idle()
    assert IS_IT in newest(duet, "jan").text


def test_a_draft_is_its_writers(duet: Office) -> None:
    """§14: nobody else sends it; neither for another prompt; what is forgotten is refused in a sentence."""
    start_first_round(duet, "jan", "ola")
    say(duet, "jan", "Moje")
    (stamp,) = _stamps(duet)
    mine, others = newest_prompt_ids(duet, "jan")[0], newest_prompt_ids(duet, "ola")[0]
    actions = ("checkin.typed_pick", "checkin.typed_send", "checkin.typed_change")
    with expect_no_change(duet):
        for action in actions:
            for who, value in (("jan", f"{others}:{stamp}"), ("jan", "x"), ("jan", f"{mine}"), ("jan", "")):
                assert has_sentence(forge_click(duet.person(who), action, value).text, NOT_FOUND), (action, value)
            for who in ("ola", "piotr"):
                assert has_sentence(forge_click(duet.person(who), action, f"{mine}:{stamp}").text, NOT_FOUND), (
                    action
                )
            assert "Tych słów już nie mam" in forge_click(duet.person("jan"), action, f"{mine}:7").text


@pytest.fixture
def deaf(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """Duet without `im:history`."""
    with run_office(database_url, tmp_path, withheld_scopes=("im:history",)) as office:
        yield office


def test_without_the_scope_the_prompt_says_that_answer_is_the_way(deaf: Office) -> None:
    """§2.9: what is typed does not reach Duet, and whoever is asked reads so."""
    start_first_round(deaf, "jan")
    (asked,) = messages_saying(deaf, "jan", PROMPTED)
    assert "to, co tu napiszesz, do mnie nie dociera" in asked.text
    before = len(deaf.person("jan").reads("@duet"))
    deaf.person("jan").says("Pilot", "@duet")
    deaf.slack.waits_until_idle()
    deaf.settles()
    assert len(deaf.person("jan").reads("@duet")) == before + 1


def test_with_it_the_prompt_says_that_words_will_do(duet: Office) -> None:
    """§2.9."""
    start_first_round(duet, "jan")
    (asked,) = messages_saying(duet, "jan", PROMPTED)
    assert "Możesz też po prostu odpisać tutaj." in asked.text


def test_no_word_is_logged(duet: Office) -> None:
    """§17: neither of what was typed nor of its draft, nor of what was refused, of which there is a line."""
    start_first_round(duet, "jan")
    with capture_logs() as logs:
        say(duet, "jan", "Tajemnica firmowa").click(SEND)
        duet.person("jan").types("/duet show Tajemnica firmowa")
        duet.settles()
    assert "refused" in [entry["event"] for entry in logs]
    assert "Tajemnica" not in str(logs)
    with read_only_session(duet.database) as session:
        errors = session.exec(select(Delivery.last_error)).all()
    assert not [each for each in errors if each]


@pytest.mark.parametrize(
    "words", ["Usuń moje dane!", "co o mnie wiesz?", "delete my data", "What does Duet know about me?"]
)
def test_whoever_asks_for_their_data_is_told_how(duet: Office, words: str) -> None:
    """§17: in either language, whatever else waits for them."""
    jan = duet.person("jan")
    jan.says(words, "@duet")
    assert "usuwa to administrator Slacka" in jan.waits_for("`/duet eksport mnie`", "@duet").text
