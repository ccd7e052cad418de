"""Whoever was in the team when the project ended goes on reading it, and changes nothing (product §14)."""

from datetime import timedelta

from tests.running import Office
from tests.scenarios.ask_steps import ask_person
from tests.scenarios.closing_steps import sign_as_executives, wait_for_report
from tests.scenarios.days import move_to_day, move_to_monday, run_due_work
from tests.scenarios.export_steps import export_file, list_files
from tests.scenarios.steps import (
    GOAL,
    NAME,
    NOT_FOUND,
    activate_project,
    close_forms,
    day_from_today,
    expect_no_change,
    expect_refusal,
    forge_click,
    has_sentence,
    project_id,
    query_one,
)
from tests.scenarios.team_steps import add_member, run_team_command
from tests.scenarios.test_blocker_command import run_blocker_command
from tests.scenarios.timetable_steps import add_milestone
from tests.snapshots import play_once

STAYED = ("jan", "gosia")
EARLIER = ("ola", "tomek")
READ = {
    "show {key}": GOAL,
    "team {key}": "Stanowisko: jan",
    "milestone {key}": "Raport",
    "blocker {key}": "Brak danych",
}


@play_once
def end_with_team(duet: Office) -> str:
    """jan and gosia, a guest, are in the team to the end; ola has returned before, and tomek was taken out."""
    day = move_to_monday(duet)
    key = activate_project(duet, starts_on=day_from_today(duet, 0), ends_on=day_from_today(duet, 20))
    add_member(duet, key, "jan", by="piotr", until_day=day_from_today(duet, 20))
    add_member(duet, key, "gosia", by="ewa", side="marketing", until_day=day_from_today(duet, 20))
    add_member(duet, key, "ola", by="ewa", side="marketing", until_day=day_from_today(duet, 19))
    add_member(duet, key, "tomek", by="ewa", side="marketing", until_day=day_from_today(duet, 20))
    run_team_command(duet.person("ewa"), f"{key} remove @tomek")
    close_forms(duet.person("ewa"))
    add_milestone(duet, "ewa", "Raport", day + timedelta(days=10), "jan")
    ask_person(duet, "jan", key, "ewa", day + timedelta(days=15), "Dane")
    run_blocker_command(duet, "jan", f'{key} "Brak danych"')
    move_to_day(duet, day + timedelta(days=21), "10:00")
    return key


def type_as(duet: Office, handle: str, typed: str) -> str:
    close_forms(duet.person(handle))
    room = "#promocje" if handle == "gosia" else "#general"
    return str(duet.person(handle).types(f"/duet {typed}", room).text)


def test_who_was_there_at_the_end_goes_on_reading(duet: Office) -> None:
    """§14: while it closes and once it is closed; whoever returned or was taken out before finds nothing."""
    key = end_with_team(duet)
    for is_closed in (False, True):
        if is_closed:
            wait_for_report(duet)
            sign_as_executives(duet, key)
        for handle in STAYED:
            assert NAME in type_as(duet, handle, "list closed" if is_closed else "list"), handle
            for command, words in READ.items():
                assert words in type_as(duet, handle, command.format(key=key)), (handle, command)
        with expect_refusal(duet):
            for handle in EARLIER:
                assert NAME not in type_as(duet, handle, "list all") + type_as(duet, handle, "list closed")
                for command in (*READ, "close {key}", "checkin {key}"):
                    assert has_sentence(type_as(duet, handle, command.format(key=key)), NOT_FOUND), (
                        handle,
                        command,
                    )
    assert GOAL in export_file(duet, "jan", f"{key} json")
    assert "log" not in export_file(duet, "jan", f"{key} json").split('"')
    with expect_refusal(duet):
        type_as(duet, "ola", f"export {key} json")
    assert not list_files(duet, "ola")


def test_who_only_reads_changes_nothing(duet: Office) -> None:
    """§14: neither what was theirs to see to, nor by a button that they still have."""
    key = end_with_team(duet)
    milestone, ask = query_one(duet, "SELECT id FROM milestones"), query_one(duet, "SELECT id FROM asks")
    assert not {"Biorę to na siebie", "Rozwiązane"} & {*duet.person("jan").types(f"/duet blocker {key}").buttons}
    place = str(project_id(duet, key))
    for action, value in (
        ("milestone.done", str(milestone)),
        ("ask.withdraw", str(ask)),
        ("closing.begin_from", place),
        ("closing.propose", place),
        ("closing.pdf", place),
    ):
        with expect_no_change(duet), expect_refusal(duet):
            forge_click(duet.person("jan"), action, value)
    with expect_no_change(duet), expect_refusal(duet, "error.stay.ended_with_project"):
        forge_click(duet.person("jan"), "milestone.done", str(milestone))


def test_who_only_reads_is_not_asked_which_project(duet: Office) -> None:
    """§2.1: what they have a part in comes first; without that, it is the one that has ended."""
    key = end_with_team(duet)
    assert GOAL in type_as(duet, "jan", "show")
    other = activate_project(duet, name="Nowy kanał", starts_on=day_from_today(duet, 1))
    add_member(duet, other, "jan", by="piotr")
    run_due_work(duet)
    assert f"{other} " in type_as(duet, "jan", "show")
    assert GOAL in type_as(duet, "jan", f"show {key}")
