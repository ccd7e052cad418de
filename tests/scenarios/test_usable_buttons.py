"""Buttons go with their use, and come back with it (product §2.8, §3.1, §12.3)."""

from datetime import timedelta

from tests.driving import SeenMessage
from tests.running import Office
from tests.scenarios.ask_steps import ask_person, last_direct_message
from tests.scenarios.checkin_steps import (
    PROMPTED,
    THANKED,
    messages_saying,
    start_first_round,
    start_quiet_project,
)
from tests.scenarios.closing_steps import agree_on_closing, end_project, wait_for_end, wait_for_report
from tests.scenarios.days import move_to_day, move_to_next_morning, run_due_work, working_days_after
from tests.scenarios.lifecycle_steps import messages_containing, pause_project
from tests.scenarios.roles import set_up_active_project
from tests.scenarios.steps import (
    activate_on_monday,
    close_forms,
    project_channel,
    send_charter_on_monday,
    sign_charter,
)
from tests.scenarios.team_steps import add_member
from tests.scenarios.test_pleas import RUN, ask_for, last_letter
from tests.scenarios.test_succession import deactivate_person, name_successor, pass_objection_days
from tests.scenarios.timetable_steps import add_milestone

CHANGE, OBJECT, READ = "Ustaw check-iny", "Zgłoś sprzeciw", "Przeczytaj i podpisz"
CHECKLIST = "Sprawy do zamknięcia"
REMINDED, ANSWERED, OVERDUE = "czeka na Twój podpis", "nie czekam już na Twoją odpowiedź", "termin minął"


def find_post(duet: Office, key: str, words: str) -> SeenMessage:
    duet.settles()
    return next(each for each in duet.person("anna").reads(project_channel(duet, key)) if words in each.text)


def resume_project(duet: Office, key: str) -> None:
    close_forms(duet.person("adam"))
    duet.person("adam").types(f"/duet resume {key}")
    run_due_work(duet)


def test_what_told_of_check_ins_offers_no_change_once_the_project_is_closing(duet: Office) -> None:
    """§8.8: as long as it runs, or is paused, the schedule can be changed."""
    key, monday = start_quiet_project(duet)
    move_to_day(duet, monday + timedelta(days=1))
    begun = find_post(duet, key, "Ruszają check-iny")
    assert CHANGE in begun.buttons
    pause_project(duet, key, monday + timedelta(days=8))
    assert CHANGE in find_post(duet, key, "Ruszają check-iny").buttons
    resume_project(duet, key)
    agree_on_closing(duet, key)
    told = find_post(duet, key, "Ruszają check-iny")
    assert told.ts == begun.ts and told.buttons == []


def test_what_told_of_the_closing_says_that_it_is_over(duet: Office) -> None:
    """§12.1, §12.3: in the channel and to the executives; a closed project has no checklist to see to."""
    key, _ = end_project(duet)
    begun = find_post(duet, key, "zaczyna się zamykanie projektu")
    assert begun.buttons == [CHECKLIST]
    wait_for_report(duet)
    wait_for_end(duet)
    told = find_post(duet, key, "projekt jest już zamknięty")
    assert told.ts == begun.ts and told.buttons == []
    (to_anna,) = messages_containing(duet, "anna", "projekt jest już zamknięty")
    assert CHECKLIST not in to_anna.buttons
    assert not messages_containing(duet, "anna", "zaczyna się zamykanie")


def test_what_is_told_first_while_the_project_closes_offers_what_can_be_done_then(duet: Office) -> None:
    """§12.1: a milestone is done or dropped, and nobody named for it any more."""
    key, monday = start_quiet_project(duet)
    add_member(duet, key, "tomek", by="ewa")
    add_milestone(duet, "ewa", "Pilot", monday + timedelta(days=21), "tomek")
    deactivate_person(duet, "tomek")
    agree_on_closing(duet, key)
    move_to_next_morning(duet)
    assert messages_containing(duet, "ewa", "jest bez właściciela") == []


def test_asks_and_prompts_have_no_buttons_in_a_pause(duet: Office) -> None:
    """§3.1: a paused project is silent; they come back with it."""
    key, thursday = start_first_round(duet, "jan", "ola")
    ask_person(duet, "jan", key, "ola", thursday + timedelta(days=14))
    asked = last_direct_message(duet, "ola")
    messages_saying(duet, "jan", PROMPTED)[0].click("🟢 Zgodnie z planem")
    move_to_day(duet, thursday + timedelta(days=1), "13:00")
    prompted = messages_saying(duet, "ola", PROMPTED)[0]  # the window is over: late answers count
    thanked = messages_saying(duet, "jan", THANKED)[0]
    offered = {"Przyjmuję", "Gotowe", "Odpowiedz", "Pomiń", "Dopisz więcej"}
    assert offered <= {*asked.buttons, *prompted.buttons, *thanked.buttons}
    pause_project(duet, key, thursday + timedelta(days=7))
    duet.settles()
    for who in ("jan", "ola"):
        assert not offered & {button for each in duet.person(who).reads("@duet") for button in each.buttons}, who
    resume_project(duet, key)
    duet.settles()
    assert last_direct_message(duet, "ola").buttons == asked.buttons
    assert messages_saying(duet, "ola", PROMPTED)[0].buttons == prompted.buttons
    assert messages_saying(duet, "jan", THANKED)[0].buttons == thanked.buttons


def test_a_plea_is_run_on_its_day_only(duet: Office) -> None:
    """§2.11: on the next day, its days mean others."""
    place = set_up_active_project(duet)
    ask_for(duet, "tomek", f'milestone {place.key} add "Raport" za tydzień @tomek')
    assert RUN in last_letter(duet, "ewa").buttons
    move_to_next_morning(duet, "10:00")
    letter = next(each for each in duet.person("ewa").reads("@duet") if "Raport" in each.text)
    assert letter.buttons == ["Pokaż"]


def test_a_reminder_of_a_request_that_has_ended_asks_for_nothing(duet: Office) -> None:
    """§4.6: nor does it wait for anybody any more."""
    key, monday = send_charter_on_monday(duet)
    move_to_day(duet, working_days_after(monday, 2), "09:30")
    (reminder,) = messages_containing(duet, "adam", REMINDED)
    assert READ in reminder.buttons
    sign_charter(duet, key, "adam", "anna")
    duet.settles()
    assert not messages_containing(duet, "adam", REMINDED)
    (reminder,) = messages_containing(duet, "adam", ANSWERED)
    assert READ not in reminder.buttons


def test_a_reminder_asks_nothing_of_whoever_has_signed(duet: Office) -> None:
    """§4.6: the other side has still to answer; what was signed is changed by the request itself."""
    key, monday = send_charter_on_monday(duet)
    move_to_day(duet, working_days_after(monday, 2), "09:30")
    sign_charter(duet, key, "adam")
    duet.settles()
    assert not messages_containing(duet, "adam", REMINDED)
    assert READ not in messages_containing(duet, "adam", ANSWERED)[-1].buttons
    assert READ in messages_containing(duet, "anna", REMINDED)[-1].buttons


def test_whoever_cannot_take_the_seat_is_not_objected_to(duet: Office) -> None:
    """§4.9: who was named has left before the two days were over."""
    _, day = activate_on_monday(duet)
    duet.person("roman").types("/duet")
    deactivate_person(duet, "adam")
    name_successor(duet, "nadia")
    move_to_next_morning(duet, "10:01")
    assert messages_containing(duet, "ewa", "@Nadia Źródło")[0].buttons == [OBJECT]
    deactivate_person(duet, "nadia")
    pass_objection_days(duet, day)
    duet.settles()
    assert not [each for each in duet.person("ewa").reads("@duet") if OBJECT in each.buttons]


def test_an_overdue_ask_is_not_answered_in_a_pause(duet: Office) -> None:
    """§10.2, §3.1"""
    key, thursday = start_first_round(duet, "jan", "ola")
    ask_person(duet, "jan", key, "ola", thursday)
    friday = thursday + timedelta(days=1)
    move_to_day(duet, friday, "10:00")
    answers = {"Gotowe", "Inny termin"}
    assert answers <= {*messages_containing(duet, "ola", OVERDUE)[-1].buttons}
    pause_project(duet, key, friday + timedelta(days=7))
    assert not answers & {*messages_containing(duet, "ola", OVERDUE)[-1].buttons}
    resume_project(duet, key)
    assert answers <= {*messages_containing(duet, "ola", OVERDUE)[-1].buttons}
