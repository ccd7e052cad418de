"""Two workspaces in which all have the same ids: people, channels, projects' keys. Neither hears of the other.

As where the same people are in two workspaces of an organisation, or meet in a channel that companies share. What
workers do for one of them is looked at as closely as what is asked there (tests/isolation.py).
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from playground.seed import PIKUS
from tests.driving import PersonDriver
from tests.isolation import list_crossing_rows, read_rows_of, watch_workspaces
from tests.running import Office, run_office
from tests.scenarios.ask_steps import ask_person
from tests.scenarios.checkin_steps import run_checkin_command
from tests.scenarios.days import current_day, move_to_next_morning
from tests.scenarios.funding_steps import record_entry
from tests.scenarios.register_steps import register_asset
from tests.scenarios.steps import activate_project, close_forms, day_from_today, project_channel
from tests.scenarios.test_forgetting import forget
from tests.scenarios.timetable_steps import add_milestone

TWIN = replace(PIKUS, id="T0TWIN", name="Bliźniak Sp. z o.o.", domain="blizniak")
WORDS = {PIKUS.id: "Jeżyny", TWIN.id: "Maliny"}
"""In everything that is written there."""


class Workspace(Office):
    """The office, by what is done in one of its workspaces."""

    def __init__(self, duet: Office, team_id: str) -> None:
        vars(self).update(vars(duet))
        self.team_id = team_id

    def person(self, handle: str, team: str | None = None) -> PersonDriver:
        return super().person(handle, team or self.team_id)


@pytest.fixture
def duet(database_url: str, tmp_path: Path) -> Iterator[Office]:
    with run_office(database_url, tmp_path, teams=(PIKUS, TWIN)) as running:
        yield running
        assert not running.slack.violations, running.slack.violations


@pytest.mark.both_databases
def test_two_workspaces_with_the_same_ids_never_hear_of_each_other(duet: Office) -> None:
    """Commands, timers, deliveries and events of two days; then one of them removes Duet."""
    pikus, twin = (Workspace(duet, team_id) for team_id in WORDS)
    with watch_workspaces(duet) as watch:
        for each in (pikus, twin):
            with watch.acting(each.team_id):
                _begin_project(each)
        move_to_next_morning(duet)
        for each in (pikus, twin):
            with watch.acting(each.team_id):
                _answer_and_look(each)
        before = _read_rows(duet, PIKUS.id)
        with watch.acting(TWIN.id):
            _let_things_happen(pikus, twin)
        assert _read_rows(duet, PIKUS.id) == before
        duet.slack.move_clock(days=1)
        duet.settles()
    assert {*watch.seen} == {*WORDS}
    strays = watch.list_strays()
    assert not strays, "\n".join(strays)
    assert list_crossing_rows(duet.database) == []
    _check_calls(duet)


def _begin_project(at: Workspace) -> None:
    word, ewa = WORDS[at.team_id], at.person("ewa")
    key = activate_project(at, name=word, goal=f"{word}: kto i po co.", starts_on=day_from_today(at, 0))
    assert key == "D-1"
    register_asset(ewa, f'{key} klienci "{word}" @ewa')
    add_milestone(at, "ewa", word, current_day(at) + timedelta(days=2), "piotr")
    ask_person(at, "ewa", key, "piotr", current_day(at) + timedelta(days=2), word)
    record_entry(ewa, f'spend {key} 100 "{word}"')
    close_forms(ewa)
    tomek = at.person("tomek")
    tomek.types(f"/duet away {day_from_today(at, 30)} {day_from_today(at, 31)}")
    close_forms(tomek)
    run_checkin_command(at.person("piotr"), f"{key} now")
    ewa.opens_home()


def _answer_and_look(at: Workspace) -> None:
    for handle in ("ewa", "piotr"):
        person = at.person(handle)
        person.says(WORDS[at.team_id], "@duet")
        person.types("/duet")
        close_forms(person)
    at.person("anna").opens_home()
    at.settles()


def _let_things_happen(pikus: Workspace, twin: Workspace) -> None:
    """Slack tells in the one of what has the ids of the other; somebody is forgotten there; Duet is removed."""
    theirs = pikus.person("anna").conversation(project_channel(pikus, "D-1"))
    person = next(each for each in twin.slack.state["teams"][1]["people"] if each["id"] == "U0EWA")
    for event in (
        {"type": "channel_archive", "channel": theirs, "user": "U0ANNA"},
        {"type": "channel_shared", "channel": theirs, "connected_team_id": "T0THIRD"},
        {"type": "member_joined_channel", "channel": theirs, "user": "U0PIKUSBOT", "team": TWIN.id},
        {"type": "app_home_opened", "channel": "D0EWA", "user": "U0EWA", "tab": "home"},
        {"type": "message", "channel_type": "im", "channel": theirs, "user": "U0EWA", "text": "Tak", "ts": "1.2"},
        {"type": "user_change", "user": person | {"deleted": True}},
    ):
        twin.slack.sends_event(event, TWIN.id)
    twin.slack.waits_until_idle()
    forget(twin, "roman", "Tomek Półka")
    twin.slack.uninstalls(TWIN.id)
    twin.slack.waits_until_idle()


def _read_rows(duet: Office, team_id: str) -> dict[str, list[Any]]:
    duet.settles()
    with duet.database.readers.connect() as connection:
        return read_rows_of(connection, team_id)


def _check_calls(duet: Office) -> None:
    """With each workspace's token is sent what is written there, to its channels, and nothing of the other's."""
    said = set[tuple[str, str]]()
    for call in duet.slack.calls():
        team_id, arguments = call["team"], call["arguments"]
        if team_id is not None:  # nobody's: a connection is opened
            team = duet.playground.world.teams[team_id]
            assert arguments.get("channel") in (None, *team.channels), call
            sent = json.dumps(arguments, ensure_ascii=False)
            said |= {(team_id, word) for word in WORDS.values() if word in sent}
    assert said == {*WORDS.items()}
