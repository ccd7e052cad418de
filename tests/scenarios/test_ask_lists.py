"""The form, the lists and the figures of asks, their way out of a check-in, and who may (product §10)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.running import Office
from tests.scenarios.ask_steps import (
    ACCEPT,
    DECLINE,
    HAND,
    NEW,
    OPEN,
    ask_errors,
    ask_person,
    direct_messages_with,
    press,
    run_ask_command,
    send_form,
    start_asking_project,
)
from tests.scenarios.checkin_steps import (
    QUESTIONS,
    answer_prompt,
    click_label,
    find_message_with_button,
    has_in_order,
    list_summaries,
    move_to_next_round,
    open_prompt_form,
)
from tests.scenarios.days import current_day, move_to_day
from tests.scenarios.roles import SEES, Action, Place, set_up_active_project
from tests.scenarios.steps import (
    close_forms,
    day_from_today,
    expect_refusal,
    find_label,
    forge_click,
    has_sentence,
    query_one,
    text_state,
)
from tests.snapshots import play_once


def test_the_list_is_asked_for_in_words(duet: Office) -> None:
    """§2, §10: `list` and whose are no text of an ask."""
    key, thursday = start_asking_project(duet)
    ask_person(duet, "ewa", key, "jan", thursday)
    ewa = duet.person("ewa")
    for typed, has_it in {"list": True, f"{key} lista": True, "mine": True, "do mnie": False}.items():
        said = run_ask_command(ewa, typed)
        assert ewa.form is None and has_sentence(said.text, ("Prośby", "Asks")), typed
        assert ("Lista <sklepów> & kas" in said.text) is has_it, typed


def test_what_is_not_read_opens_the_form_filled(duet: Office) -> None:
    """§10.1, §2.3, §2.4: without quotes, a day or a person; whoever is not of the other side; wrong dates."""
    key, thursday = start_asking_project(duet)
    ewa = duet.person("ewa")
    text, person, due = "Czego potrzebujesz", "Kogo prosisz", "Termin"
    for typed, filled in {
        f"{key} @jan lista sklepów do {thursday}": ("lista sklepów", "Jan Łącznik", thursday.isoformat()),
        f'{key} @jan "Lista"': ("Lista", "Jan Łącznik", None),
        f'{key} "Lista" do {thursday}': ("Lista", None, thursday.isoformat()),
        f'{key} @jan "Lista" do 2.12 lub 3.12': ("Lista", "Jan Łącznik", None),
        f'{key} @jan "Lista" do wczoraj': ("Lista", "Jan Łącznik", None),
        f'{key} @ola "Lista" do {thursday}': ("Lista", None, thursday.isoformat()),
        f'{key} @jan @piotr "Lista" do {thursday}': ("Lista", None, thursday.isoformat()),
        "potrzebujemy listy": ("potrzebujemy listy", None, None),
        f"@jan do {thursday} przyślij listę": (
            "przyślij listę",
            "Jan Łącznik",
            thursday.isoformat(),
        ),
        "@jan by then we need 3 lists": ("by then we need 3 lists", "Jan Łącznik", None),
    }.items():
        run_ask_command(ewa, typed)
        assert ewa.form is not None, typed
        assert tuple(ewa.form.values[name] for name in (text, person, due)) == filled, typed
    form = ewa.form
    assert form is not None
    assert set(form.options[person]) == {"Adam Wolny", "Jan Łącznik", "Piotr Kabelek"}
    wrong = send_form(duet, form, text=" ", person="Jan Łącznik", due=current_day(duet) - timedelta(days=1))
    assert ask_errors(wrong).keys() == {"text", "due"}
    assert wrong is not None
    assert ask_errors(send_form(duet, wrong, text="a", person="Jan Łącznik", due=date(2030, 1, 1))).keys() == {
        "due"
    }
    shown = send_form(duet, wrong, text="Dane", person="Jan Łącznik", due=thursday)
    assert shown is not None and "dostaje prośbę od razu" in shown.text
    assert query_one(duet, "SELECT count(*) FROM asks") == 1
    with expect_refusal(duet, "error.not_found"):
        run_ask_command(ewa, 'D-99 @jan "Lista" do piątku')


def test_the_list_by_tabs_and_pages(duet: Office) -> None:
    """§10.1, §2.1: to me, from me, by side; nobody's is out of reach, and each opens with its buttons."""
    key, thursday = start_asking_project(duet)
    assert "Nie ma jeszcze próśb do Ciebie" in run_ask_command(duet.person("ewa"), key).text
    for number in range(9):
        ask_person(duet, "ewa", key, "jan", thursday + timedelta(days=number), f"Prośba {number}.")
    ask_person(duet, "piotr", key, "ola", thursday, "Zdjęcia")
    mine = run_ask_command(duet.person("ewa"), key)
    assert "Prośba 0." in mine.text and "Prośba 8." not in mine.text and "Zdjęcia" not in mine.text
    assert "Prośba 8." in mine.click("Następne").text
    assert set(mine.buttons) >= {"Do mnie", "Do IT (9)", "Do marketingu (1)"}
    assert "Zdjęcia" in mine.click("Do marketingu (1)").text
    theirs = run_ask_command(duet.person("jan"), key)
    assert "Prośba 0." in theirs.text
    opened = theirs.click(find_label(theirs.buttons, OPEN))
    assert {ACCEPT[0], HAND[0]} <= set(opened.buttons)
    waiting = duet.person("ola").types("/duet")
    assert has_in_order(waiting.text, "Prośby, które czekają na Ciebie", "Zdjęcia")
    form = theirs.click(find_label(theirs.buttons, NEW)).form
    assert form is not None and set(form.options["Kogo prosisz"]) == {
        "Aleksandra Plakat",
        "Anna Żuraw",
        "Ewa Błysk",
    }


def test_one_click_from_a_checkin(duet: Office) -> None:
    """§10.1, §8.1, §8.6: what somebody needs becomes an ask; the summary says how many are open."""
    key, thursday = start_asking_project(duet)
    move_to_day(duet, thursday, "10:00")
    answer_prompt(duet, "jan", status="on_track", needs="Lista sklepów")
    close_forms(duet.person("jan"))
    ask = ("Zrób z tego prośbę", "Turn into an ask")
    form = click_label(find_message_with_button(duet, "jan", ask), ask).form
    assert form is not None and form.values["Czego potrzebujesz"] == "Lista sklepów"
    answer_prompt(duet, "ola", status="on_track", needs="Dostęp do kas")
    (summary,) = list_summaries(duet, key)
    needs = summary.click("Potrzeby").form
    assert needs is not None and "Lista sklepów" in needs.text and "Dostęp do kas" in needs.text
    summary = list_summaries(duet, key, "ewa")[0]
    close_forms(duet.person("ewa"))
    own = summary.click("Potrzeby").form
    assert own is not None
    filled = own.click(find_label(own.buttons, ask))
    assert filled is not None and filled.values["Czego potrzebujesz"] == "Dostęp do kas"
    send_form(duet, filled, person="Jan Łącznik", due=thursday + timedelta(days=1))
    assert "Dostęp do kas" in direct_messages_with(duet, "jan", "Dostęp")[-1].text
    said = list_summaries(duet, key)[0].text
    assert "Otwarte prośby:* 1 do IT" in said and "*Potrzeby:* 1 " in said, "what is asked is not needed beside it"
    close_forms(duet.person("ewa"))
    left = list_summaries(duet, key, "ewa")[0].click("Potrzeby").form
    assert left is not None and "Lista sklepów" in left.text and "Dostęp do kas" not in left.text
    prompt = query_one(duet, "SELECT id FROM checkin_prompts WHERE user_id = 'U0JAN'")
    with expect_refusal(duet, "error.ask.needs_of_other_side"):
        forge_click(duet.person("ewa"), "checkin.ask", str(prompt))
    answer = open_prompt_form(duet, "jan", ("Zmień odpowiedź", "Change my answer"))
    label = find_label(
        answer.labels, ("Czego potrzebujesz od drugiej strony?", "What do you need from the other side?")
    )
    assert answer.fill({label: ""}).submit() is None
    with expect_refusal(duet, "error.checkin.no_need"):
        forge_click(duet.person("jan"), "checkin.ask", str(prompt))


def test_what_was_asked_and_done_is_not_needed_again(duet: Office) -> None:
    """§8.3, §10.1: the form has the last answer but for that, and who repeats it is not offered to ask again."""
    key, thursday = start_asking_project(duet)
    move_to_day(duet, thursday, "10:00")
    answer_prompt(duet, "jan", progress="Idzie", status="on_track", needs="Lista sklepów")
    ask_id = ask_person(duet, "jan", key, "ola", thursday + timedelta(days=1), "lista  SKLEPÓW")
    forge_click(duet.person("ola"), "ask.accept", str(ask_id))
    move_to_next_round(duet, thursday)
    kept = open_prompt_form(duet, "jan")
    assert kept.values[find_label(kept.labels, QUESTIONS["needs"])] == "Lista sklepów", "it is not done yet"
    forge_click(duet.person("ola"), "ask.done", str(ask_id))
    close_forms(duet.person("jan"))
    form = open_prompt_form(duet, "jan")
    assert form.values[find_label(form.labels, QUESTIONS["progress"])] == "Idzie"
    assert not form.values[find_label(form.labels, QUESTIONS["needs"])]
    close_forms(duet.person("jan"))
    answer_prompt(duet, "jan", status="on_track", needs="Lista sklepów")
    answer_prompt(duet, "ola", status="on_track")
    assert "Potrzeby" not in list_summaries(duet, key)[-1].text


def test_what_was_asked_and_declined_is_offered_again_only_in_the_next_round(duet: Office) -> None:
    """§8.6, §10.1: the side that was asked has answered; who still needs it a week later may ask anew."""
    key, thursday = start_asking_project(duet)
    move_to_day(duet, thursday, "10:00")
    answer_prompt(duet, "jan", status="on_track", needs="Lista sklepów")
    answer_prompt(duet, "ola", status="on_track")
    assert "Zrób z tego prośbę" in list_summaries(duet, key)[-1].buttons
    ask_person(duet, "jan", key, "ola", thursday + timedelta(days=1), "Lista sklepów")
    form = press(duet, "ola", DECLINE)
    send_form(duet, form, reason="Nie mamy jej")
    assert "Zrób z tego prośbę" not in list_summaries(duet, key)[-1].buttons
    move_to_next_round(duet, thursday)
    answer_prompt(duet, "jan", status="on_track", needs="Lista sklepów")
    answer_prompt(duet, "ola", status="on_track")
    assert "Zrób z tego prośbę" in list_summaries(duet, key)[-1].buttons


def test_the_card_shows_sides_and_never_a_person(duet: Office) -> None:
    """§10.3: open asks, the median, and both over three months, in words and as a chart of two lines."""
    key, thursday = start_asking_project(duet)
    ewa = duet.person("ewa")
    assert "Prośby według strony" not in ewa.types(f"/duet karta {key}").text
    for number in range(3):
        ask_person(duet, "ewa", key, "jan", thursday + timedelta(days=20), f"Lista {number}")
    for each in (1, 2):
        forge_click(duet.person("jan"), "ask.accept", str(each))
    few = ewa.types(f"/duet karta {key}").text
    assert "Do IT: 3 prośby, 3 otwarte" in few and "mediana" not in few
    move_to_day(duet, thursday, "10:00")
    forge_click(duet.person("jan"), "ask.done", "3")
    card = ewa.types(f"/duet karta {key}")
    assert "Do IT: 3 prośby, 1 spełniona, 2 otwarte, mediana dni roboczych do odpowiedzi: 0" in card.text
    assert "Do marketingu" not in card.text, "nobody has asked it"
    began = thursday - timedelta(days=3)  # on Monday; before that month nobody could ask
    points = (thursday.year - began.year) * 12 + thursday.month - began.month + 1
    (moves,) = [line for line in card.text.splitlines() if "Otwarte prośby, " in line]
    assert moves.count("→") == 3 * (points - 1) and "2 · Marketing" in moves
    assert "[chart: Otwarte prośby]" in card.text and "[chart: Dni robocze" not in card.text  # no line has gaps
    assert "Jan" not in card.text.partition("Prośby według strony")[2].partition("Podpisy")[0]


# --- for the tests of all features ----------------------------------------------------------------------------


@play_once
def set_up_asks(duet: Office) -> Place:
    """Four asks of piotr's: one that tomek has, one for which he proposes another date, one handed to ewa, and one
    that tomek has declined.
    """
    place = set_up_active_project(duet)
    due = current_day(duet) + timedelta(days=30)
    mine, dated, handed, declined = (ask_person(duet, "piotr", place.key, "tomek", due, text) for text in "ABCD")
    form = forge_click(duet.person("tomek"), "ask.date", str(dated)).form
    assert form is not None
    send_form(duet, form, new_due=due + timedelta(days=1))
    form = forge_click(duet.person("tomek"), "ask.hand", str(handed)).form
    assert form is not None
    send_form(duet, form, to="Ewa Błysk")
    form = forge_click(duet.person("tomek"), "ask.decline", str(declined)).form
    assert form is not None
    send_form(duet, form, reason="Nie teraz")
    revision = query_one(duet, "SELECT revision FROM asks WHERE id = :id", id=dated)
    ids = {"ask": mine, "dated": f"{dated}:{revision}", "handed": handed, "declined": declined}
    return replace(place, ids=place.ids | ids)


def _ask_values(duet: Office) -> dict[str, Any]:
    due = {"type": "datepicker", "selected_date": day_from_today(duet, 20)}
    return {"text": text_state("Dane"), "person": {"type": "static_select"} | _option("U0PIOTR"), "due": due}


def _option(value: str) -> dict[str, Any]:
    return {"selected_option": {"value": value}}


def _new_date(duet: Office) -> dict[str, Any]:
    return {"due": {"type": "datepicker", "selected_date": day_from_today(duet, 20)}}


def _reason(duet: Office) -> dict[str, Any]:
    return {"reason": text_state("Bo tak")}


def _hand_to(duet: Office) -> dict[str, Any]:
    return {"person": {"type": "static_select"} | _option("U0GABI")}


OWNS, ASKED = {"member"}, {"IT lead"}
HANDS_ON = OWNS | {"marketing lead", "CMO"}
MATRIX = {
    "asks": Action(SEES, set_up_asks, "ask {key}", ("ask.page", "{project}:me:1")),
    "asks from the card": Action(SEES, set_up_asks, button=("ask.list", "{project}")),
    "an ask": Action(SEES, set_up_asks, button=("ask.show", "{ask}")),
    "the form of an ask": Action(SEES, set_up_asks, button=("ask.new", "{project}")),
    "ask somebody of IT": Action(
        HANDS_ON | {"guest and member"}, set_up_asks, form=("ask.new", {"project": "project"}, _ask_values)
    ),
    "accept an ask": Action(OWNS, set_up_asks, button=("ask.accept", "{ask}"), changes={"button"}),
    "finish an ask": Action(OWNS, set_up_asks, button=("ask.done", "{ask}"), changes={"button"}),
    "another date": Action(OWNS, set_up_asks, None, ("ask.date", "{ask}"), ("ask.date", {"ask": "ask"}, _new_date)),
    "decline an ask": Action(
        OWNS, set_up_asks, None, ("ask.decline", "{ask}"), ("ask.decline", {"ask": "ask"}, _reason)
    ),
    "hand on an ask": Action(
        HANDS_ON, set_up_asks, None, ("ask.hand", "{ask}"), ("ask.hand", {"ask": "ask"}, _hand_to)
    ),
    "take over an ask": Action(
        {"marketing lead"}, set_up_asks, button=("ask.take", "{handed}"), changes={"button"}
    ),
    "not take over an ask": Action(
        {"marketing lead"}, set_up_asks, button=("ask.pass_up", "{handed}"), changes={"button"}
    ),
    "agree to a date": Action(ASKED, set_up_asks, button=("ask.agree", "{dated}"), changes={"button"}),
    "keep a date": Action(ASKED, set_up_asks, button=("ask.keep", "{dated}"), changes={"button"}),
    "accept an ask after all": Action(OWNS, set_up_asks, button=("ask.accept", "{declined}"), changes={"button"}),
    "ask what was declined again": Action(ASKED, set_up_asks, button=("ask.again", "{declined}")),
    "note a declined ask as a blocker": Action(SEES, set_up_asks, button=("ask.blocker", "{declined}")),
    "take back an ask": Action(ASKED, set_up_asks, button=("ask.withdraw", "{ask}"), changes={"button"}),
}
SAMPLES: dict[str, Callable[[str], dict[str, Any]]] = {
    "asks.overdue": lambda name: {"ask": 1, "text": name, "asked_by": "U0EWA", "due": "2026-12-01"}
}
