"""`/duet blocker`: noted at any time, listed, taken on, resolved (product §2, §8.6, §8.7)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.driving import SeenForm
from tests.running import Office
from tests.scenarios.ask_steps import start_asking_project
from tests.scenarios.checkin_steps import (
    BLOCKED,
    RESOLVED,
    STANDS,
    STANDS_ASKED,
    answer_prompt,
    click_label,
    list_summaries,
    messages_saying,
    press_message_button,
    start_first_round,
)
from tests.scenarios.days import current_day, move_to_day, move_to_monday, working_days_after
from tests.scenarios.roles import SEES, Action, set_up_blocker
from tests.scenarios.steps import (
    NOT_ALLOWED,
    NOT_FOUND,
    activate_project,
    close_forms,
    expect_no_change,
    expect_refusal,
    find_label,
    forge_click,
    has_sentence,
    open_form,
    project_channel,
    text_state,
)
from tests.scenarios.team_steps import add_member, member_id, stay_days
from tests.scenarios.test_blockers import blocker_ids, open_ones
from tests.scenarios.test_shortcuts import LINKED, PROJECT, open_shortcut

TAKE = ("Biorę to na siebie", "I'll take it")
TEXT = ("Co stoi na przeszkodzie", "What stands in the way")
NOTED = ("jako przeszkoda nr", "as blocker")
TAKEN = ("zajmuje się teraz", "is taking care of the blocker")
NOTE = "Note a blocker"


def run_blocker_command(duet: Office, who: str, what: str = "", channel: str = "#general") -> str:
    person = duet.person(who)
    close_forms(person)
    return person.types(f"/duet blocker {what}", channel).text


def blocker_text(form: SeenForm) -> Any:
    return form.values[find_label(form.labels, TEXT)]


def move_past_morning(duet: Office, since: Any, count: int) -> None:
    """Through the mornings of that many working days after `since`, from the first that is still to come."""
    for each in range(1, count + 1):
        if (day := working_days_after(since, each)) > current_day(duet):
            move_to_day(duet, day, "09:02")


def test_noted_listed_and_resolved(duet: Office) -> None:
    """§2, §8.7: with number, owner, since when and for how long; the channel reads it in its morning post, once."""
    key, _ = start_asking_project(duet)
    began = current_day(duet)
    assert has_sentence(run_blocker_command(duet, "jan", f'{key} "Brak <dostępu> & hasła"'), NOTED)
    assert "już jest zapisane" in run_blocker_command(duet, "jan", f'{key} "brak <dostepu> &  HASŁA"')
    assert has_sentence(duet.person("ola").types('/duet przeszkoda zgłoś "Nie ma farby"').text, NOTED)
    move_past_morning(duet, began, 1)
    shown = duet.person("ewa").types("/duet przeszkody")
    assert "*1* · Brak <dostępu> & hasła · od " in shown.text and ") · @Jan" in shown.text
    assert (
        "*2* · Nie ma farby · od " in shown.text
        and ") · @Aleksandra" in shown.text
        and "1 dzień roboczy" in shown.text
    )
    assert f"{began.day} " in shown.text
    channel = [each.text for each in duet.person("ewa").reads(project_channel(duet, key)) if "farby" in each.text]
    assert len(channel) == 1 and "Brak <dostępu> & hasła" in channel[0]
    assert "jest rozwiązana" in run_blocker_command(duet, "jan", f"{key} gotowe #1")
    shown = duet.person("ewa").types(f"/duet blocker {key}")
    assert "Brak" not in shown.text and "Nie ma farby" in shown.text
    log = duet.person("anna").types(f"/duet log {key}").text
    assert "przeszkody nr 1" in log and "Rozwiązanie przeszkody nr 1" in log
    assert blocker_ids(duet)[0] == 2 and open_ones(duet) == 1


def test_what_came_and_went_is_not_told(duet: Office) -> None:
    """§2.8: resolved before the morning, the channel reads nothing of it."""
    key, _ = start_asking_project(duet)
    for number, typed in enumerate((f"{key} done 1", "2 gotowe"), 1):
        run_blocker_command(duet, "jan", f'{key} "Brak prądu {number}"')
        assert open_ones(duet) == 1
        run_blocker_command(duet, "jan", typed)
        assert open_ones(duet) == 0, typed
    move_past_morning(duet, current_day(duet), 1)
    assert not [each for each in duet.person("ewa").reads(project_channel(duet, key)) if "prądu" in each.text]


def test_the_form_asks_for_what_is_left_out(duet: Office) -> None:
    """§2.3, §2.4, §2.1: words without quotation marks are kept; without a project the form asks for it."""
    key, _ = start_asking_project(duet)
    form = open_form(duet.person("jan"), f'/duet blocker {key} Brak "hasła" do bazy')
    assert blocker_text(form) == 'Brak "hasła" do bazy' and has_sentence(form.text, ("cudzysłów",))
    form = form.fill({find_label(form.labels, TEXT): " "})
    shown = form.submit()
    assert shown is not None and set(shown.errors) & set(TEXT)
    shown = shown.fill({find_label(shown.labels, TEXT): "Brak hasła"}).submit()
    assert shown is not None and has_sentence(shown.text, NOTED), shown
    form = open_form(duet.person("ola"), "/duet blocker Brak farby")
    assert blocker_text(form) == "Brak farby" and key in form.text
    second = activate_project(duet, name="Drugi")
    form = open_form(duet.person("ewa"), "/duet blocker Brak kleju")
    project = find_label(form.labels, PROJECT)
    chosen = next(each for each in form.options[project] if each.startswith(second))
    shown = form.fill({project: chosen}).submit()
    assert shown is not None and second in shown.text
    close_forms(duet.person("ewa"))
    listed = duet.person("ewa").types(f"/duet blocker {second}")
    assert "Brak kleju" in listed.text
    form = click_label(listed, ("Zgłoś przeszkodę", "Note a blocker")).form
    assert form is not None and second in form.text


def test_whoever_is_in_the_team_later_is_asked_first_too(duet: Office) -> None:
    """§8.7: and so is an executive: whoever may note one can say whether it still stands."""
    key, _ = start_asking_project(duet)
    add_member(duet, key, "tomek", by="anna", home_manager="@mike", **stay_days(duet, 14, 60))
    began = current_day(duet)
    run_blocker_command(duet, "tomek", f'{key} "Nie mam konta"')
    run_blocker_command(duet, "adam", f'{key} "Nie mam prądu"')
    move_past_morning(duet, began, 1)
    assert len(messages_saying(duet, "adam", STANDS_ASKED)) == 1
    move_past_morning(duet, began, 2)  # after tomek's first morning, which asks for his start in the team
    assert len(messages_saying(duet, "tomek", STANDS_ASKED)) == 1
    told = [each.text for each in messages_saying(duet, "ewa", BLOCKED)]
    assert "Nie mam prądu" in told[0] and not any("konta" in each for each in told)


def test_leads_do_not_wait_for_the_next_week_of_an_executive(duet: Office) -> None:
    """§8.7, §2.8: whose two messages of this week are said already; the question comes with the next."""
    key, _ = start_asking_project(duet)
    move_to_monday(duet)
    for text in ("Nie mam prądu", "Nie mam kluczy"):
        run_blocker_command(duet, "adam", f'{key} "{text}"')
        move_past_morning(duet, current_day(duet), 1)
    assert len(messages_saying(duet, "adam", STANDS_ASKED)) == 1, (
        "a brief and this: the other waits for the next week"
    )
    move_past_morning(duet, current_day(duet), 1)
    assert not any("kluczy" in each.text for each in messages_saying(duet, "ewa", BLOCKED))
    move_past_morning(duet, current_day(duet), 1)
    assert any("kluczy" in each.text for each in messages_saying(duet, "ewa", BLOCKED))


def test_numbers_that_are_none(duet: Office) -> None:
    """§2.4: said plainly, and nothing is changed."""
    key, _ = start_asking_project(duet)
    run_blocker_command(duet, "jan", f'{key} "Brak prądu"')
    with expect_refusal(duet), expect_no_change(duet):
        assert "nr 7" in run_blocker_command(duet, "jan", f"{key} done 7")
        assert "to nie numer" in run_blocker_command(duet, "jan", f"{key} done prąd")
        assert "dodatkowo" in run_blocker_command(duet, "jan", f"{key} done 1 dodatkowo")
        assert has_sentence(run_blocker_command(duet, "jan", 'D-99 "Brak"'), NOT_FOUND)
        assert has_sentence(run_blocker_command(duet, "tomek", f'{key} "Brak"'), NOT_FOUND)
    assert "Brak prądu" in run_blocker_command(duet, "jan", f"{key} done")
    assert open_ones(duet) == 1
    run_blocker_command(duet, "jan", f"{key} done 1")
    with expect_refusal(duet, "error.checkin.resolved"):
        run_blocker_command(duet, "ewa", f"{key} done 1")  # for jan it would be what he has just done


def test_a_number_alone_is_the_blockers(duet: Office) -> None:
    """§2.1: where a number may follow, it is no project's; one behind words is theirs."""
    key, _ = start_asking_project(duet)
    for text in ("Brak prądu", "Brak wody"):
        run_blocker_command(duet, "jan", f'{key} "{text}"')
    for typed in ("2", "nr 2", f"{key} 2"):
        shown = run_blocker_command(duet, "ewa", typed)
        assert "Brak wody" in shown and "Brak prądu" not in shown, typed
    with expect_refusal(duet, "error.blocker.no_such"):
        assert "nr 7" in run_blocker_command(duet, "jan", "7")
    form = open_form(duet.person("jan"), "/duet blocker awaria 500")
    assert form.values[find_label(form.labels, TEXT)] == "awaria 500"
    close_forms(duet.person("jan"))
    run_blocker_command(duet, "jan", f"{key} done 2")
    with expect_refusal(duet, "error.checkin.resolved"):
        run_blocker_command(duet, "jan", "2")


@pytest.mark.parametrize("typed", ["nie", '{key} "none"', 'dodaj "brak"', "-"])
def test_a_plain_no_is_no_blocker(duet: Office, typed: str) -> None:
    """§8.7: no form, nothing noted; the form says the same at its field."""
    key, _ = start_asking_project(duet)
    with expect_refusal(duet, "error.blocker.plain_no"), expect_no_change(duet):
        assert "nic nie stoi na przeszkodzie" in run_blocker_command(duet, "jan", typed.format(key=key))
    form = open_form(duet.person("jan"), f"/duet blocker {key} nie działa")
    with expect_refusal(duet, "error.blocker.plain_no"):
        shown = form.fill({find_label(form.labels, TEXT): "Nie."}).submit()
    assert shown is not None and "nic nie stoi" in shown.errors[find_label(shown.labels, TEXT)]


def test_whoever_takes_it_is_its_owner(duet: Office) -> None:
    """§8.7, §2.8: its author hears of it with their routine message, nobody of their own act; leads hear who."""
    key, _ = start_asking_project(duet)
    began = current_day(duet)
    run_blocker_command(duet, "jan", f'{key} "Brak dostępu"')
    _, blocker = blocker_ids(duet)
    heading = "*Przeszkody, które zgłaszasz lub bierzesz na siebie*"
    assert heading in duet.person("jan").types("/duet").text, "nobody has taken it"
    shown = duet.person("ola").types(f"/duet blocker {key}")
    assert not set(RESOLVED) & set(shown.buttons)
    assert has_sentence(click_label(shown, TAKE).text, ("zajmujesz się teraz Ty",))
    assert heading in duet.person("ola").types("/duet").text
    assert heading not in duet.person("jan").types("/duet").text
    assert "@Aleksandra" in run_blocker_command(duet, "ewa", key)
    with expect_no_change(duet):
        forge_click(duet.person("ola"), "blocker.take", str(blocker))
    assert messages_saying(duet, "jan", TAKEN) == []
    move_past_morning(duet, began, 1)
    assert len(messages_saying(duet, "jan", TAKEN)) == 1 and messages_saying(duet, "ola", TAKEN) == []
    assert len(messages_saying(duet, "jan", STANDS_ASKED)) == 1 and messages_saying(duet, "ola", STANDS_ASKED) == []
    press_message_button(duet, "jan", STANDS)
    move_past_morning(duet, began, 2)
    (told,) = messages_saying(duet, "ewa", BLOCKED)
    assert "@Jan" in told.text and "zajmuje się nią @Aleksandra" in told.text
    press_message_button(duet, "ewa", TAKE)
    assert "@Ewa" in run_blocker_command(duet, "anna", key)
    (told,) = messages_saying(duet, "ewa", BLOCKED)
    assert "zajmuje się nią @Ewa" in told.text
    assert {*RESOLVED} & {*told.buttons} and not {*TAKE} & {*told.buttons}
    (told,) = messages_saying(duet, "piotr", BLOCKED)
    assert "@Ewa Błysk is taking care of it" in told.text and {*TAKE} & {*told.buttons}
    posted = [each for each in duet.person("ewa").reads(project_channel(duet, key)) if "Brak dostępu" in each.text]
    assert "zajmuje się nią @Ewa" in posted[0].text
    assert {*RESOLVED} & {*posted[0].buttons} and not {*TAKE} & {*posted[0].buttons}
    move_past_morning(duet, began, 3)
    assert len(messages_saying(duet, "ola", TAKEN)) == 1  # she had it
    assert has_sentence(press_message_button(duet, "ewa", RESOLVED), ("jest rozwiązana",))
    move_past_morning(duet, began, 4)
    assert "jest już rozwiązana (@Ewa" in messages_saying(duet, "jan", ("jest już rozwiązana (",))[-1].text
    assert "Przejęcie przeszkody nr 1" in duet.person("anna").types(f"/duet log {key}").text


def test_a_noted_one_finds_its_way_up(duet: Office) -> None:
    """§8.7: as one of a check-in does: its author first, after two working days leads, after five executives."""
    key, _ = start_asking_project(duet)
    began = current_day(duet)
    channel = project_channel(duet, key)
    duet.person("ola").says("Nie mamy dostępu do kas", channel)
    form = open_shortcut(duet.person("jan").reads(channel)[-1], NOTE)
    assert blocker_text(form) == "Nie mamy dostępu do kas" and key in form.text
    assert not set(PROJECT) & set(form.labels)
    shown = form.submit()
    assert shown is not None and has_sentence(shown.text, NOTED)
    close_forms(duet.person("jan"))
    assert has_sentence(run_blocker_command(duet, "ewa", key), LINKED)
    people = ("jan", "piotr", "ewa", "adam", "anna")
    for count, expected in ((1, {"jan"}), (2, {"piotr", "ewa"}), (3, set()), (4, {"jan"}), (5, {"adam", "anna"})):
        before = {who: len(messages_saying(duet, who, STANDS_ASKED + BLOCKED)) for who in people}
        move_to_day(duet, working_days_after(began, count), "09:02")
        after = {who: len(messages_saying(duet, who, STANDS_ASKED + BLOCKED)) for who in people}
        assert {who for who in people if after[who] > before[who]} == expected, count
    assert has_sentence(messages_saying(duet, "anna", BLOCKED)[-1].text, LINKED)


def test_whoever_leaves_hands_it_back(duet: Office) -> None:
    """§8.7: to its author, else to the lead of the author's side, who hear of it with their routine message."""
    key, _ = start_asking_project(duet)
    run_blocker_command(duet, "jan", f'{key} "Brak dostępu"')
    _, blocker = blocker_ids(duet)
    forge_click(duet.person("ola"), "blocker.take", str(blocker))
    forge_click(duet.person("ewa"), "team.remove", str(member_id(duet, "ola")))
    assert "@Jan" in run_blocker_command(duet, "ewa", key)
    duet.slack.change_person("jan", deleted=True)
    duet.settles()
    assert "@Piotr" in run_blocker_command(duet, "ewa", key)
    move_past_morning(duet, current_day(duet), 1)
    (told,) = messages_saying(duet, "piotr", ("is yours now",))
    assert RESOLVED[1] in told.buttons
    click_label(told, RESOLVED)
    (told,) = messages_saying(duet, "piotr", ("is yours now",))
    assert RESOLVED[1] not in told.buttons
    assert "Przekazanie przeszkody nr 1" in duet.person("anna").types(f"/duet log {key}").text


@pytest.mark.parametrize("is_read", [False, True])
def test_whoever_has_left_is_asked_no_more_whether_it_stands(duet: Office, *, is_read: bool) -> None:
    """§8.7, §2.8: the question that waits for their morning goes; what they have read has no buttons."""
    key, _ = start_asking_project(duet)
    began = current_day(duet)
    run_blocker_command(duet, "jan", f'{key} "Brak dostępu"')
    if is_read:
        move_past_morning(duet, began, 1)
        assert messages_saying(duet, "jan", STANDS_ASKED)
    else:
        move_to_day(duet, working_days_after(began, 1), "07:00")
    forge_click(duet.person("piotr"), "team.remove", str(member_id(duet, "jan")))
    move_past_morning(duet, began, 2)
    assert messages_saying(duet, "jan", STANDS_ASKED) == []
    for seen in messages_saying(duet, "jan", ("Brak dostępu",)):
        assert not {*RESOLVED, *STANDS} & {*seen.buttons}, seen


def test_the_summary_offers_both(duet: Office) -> None:
    """§8.6: *Resolved* and *I'll take it* under the oldest; all of them behind the button with their number."""
    key, _ = start_first_round(duet, "jan")
    run_blocker_command(duet, "ewa", f'{key} "Brak farby"')
    answer_prompt(duet, "jan", blockers="Nie mam dostępu")
    (summary,) = list_summaries(duet, key)
    assert set(RESOLVED) & set(summary.buttons) and set(TAKE) & set(summary.buttons)
    click_label(summary, TAKE)
    duet.settles()
    (summary,) = list_summaries(duet, key)
    assert "Brak farby · od " in summary.text and " · @Anna" in summary.text
    everything = click_label(summary, ("Wszystkie przeszkody (2)", "All blockers (2)"))
    assert "Nie mam dostępu" in everything.text and "Brak farby" in everything.text


def test_the_card_says_how_many(duet: Office) -> None:
    """§8.7: to the team, with the way to the list."""
    key, _ = start_asking_project(duet)
    run_blocker_command(duet, "jan", f'{key} "Brak prądu"')
    card = duet.person("ewa").types(f"/duet show {key}")
    assert "Brak prądu" in click_label(card, ("Przeszkody (1)", "Blockers (1)")).text


def test_a_long_list_is_paged(duet: Office) -> None:
    """§8.7: eight on a page, the oldest first."""
    key, _ = start_asking_project(duet)
    for number in range(9):
        run_blocker_command(duet, "jan", f'{key} "Przeszkoda {number}"')
    shown = duet.person("jan").types(f"/duet blocker {key}")
    assert "Przeszkoda 0" in shown.text and "Przeszkoda 8" not in shown.text
    assert "Przeszkoda 8" in click_label(shown, ("Następne", "Next")).text


def test_a_paused_project_is_silent_and_a_closed_one_is_read_only(duet: Office) -> None:
    """§3.1, §12.3: noted in a pause, it finds its way up afterwards."""
    key, _ = start_asking_project(duet)
    run_blocker_command(duet, "jan", f'{key} "Brak prądu"')
    form = open_form(duet.person("adam"), f"/duet pause {key}")
    form = form.fill({find_label(form.labels, ("Dlaczego", "Why")): "Święta"})
    form.submit()
    assert has_sentence(run_blocker_command(duet, "ola", f'{key} "Brak farby"'), NOTED)
    move_past_morning(duet, current_day(duet), 2)
    assert messages_saying(duet, "jan", STANDS_ASKED) == messages_saying(duet, "ewa", BLOCKED) == []
    duet.person("adam").types(f"/duet resume {key}")
    move_to_monday(duet)
    assert len(messages_saying(duet, "jan", STANDS_ASKED)) == len(messages_saying(duet, "ola", STANDS_ASKED)) == 1
    query = "UPDATE projects SET state = 'closed'"
    with duet.database.engine.begin() as connection:
        connection.exec_driver_sql(query)
    _, blocker = blocker_ids(duet)
    with expect_refusal(duet):
        for who, action in (("jan", "resolve"), ("ewa", "take"), ("ola", "stands")):
            said = forge_click(duet.person(who), f"blocker.{action}", str(blocker)).text
            assert key in said or has_sentence(said, NOT_ALLOWED), said
        assert key in run_blocker_command(duet, "ewa", f'{key} "Brak"')


def _text(_: Office) -> dict[str, Any]:
    return {"text": text_state("Brak prądu")}


MATRIX = {
    "blockers": Action(SEES, set_up_blocker, "blocker {key}", ("blocker.page", "{project}:1")),
    "blockers from the card": Action(SEES, set_up_blocker, button=("blocker.list", "{project}")),
    "note a blocker": Action(
        SEES, set_up_blocker, None, ("blocker.new", "{project}"), ("blocker.new", {"project": "project"}, _text)
    ),
    "note a blocker by command": Action(SEES, set_up_blocker, 'blocker {key} "Brak farby"', changes={"command"}),
    "take a blocker": Action(SEES, set_up_blocker, button=("blocker.take", "{blocker}")),
}
SAMPLES: dict[str, Callable[[str], dict[str, Any]]] = {
    "checkins.blocker_noted": lambda name: {
        "projects": [("D-1", name)],
        "blocker": 1,
        "number": 1,
        "text": name,
        "author": "U0JAN",
    },
    "checkins.blocker_moved": lambda name: {
        "projects": [("D-1", name)],
        "blocker": 1,
        "text": name,
        "by": "U0EWA",
        "move": "taken",
    },
}
