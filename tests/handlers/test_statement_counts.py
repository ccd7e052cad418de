"""How many SQL statements a request costs, from finding the workspace to keeping the reply (architecture §6)."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from tests.running import Office
from tests.scenarios.checkin_steps import fill_answers, start_first_round
from tests.scenarios.days import run_due_work
from tests.scenarios.register_steps import run_own_command
from tests.scenarios.steps import (
    activate_project,
    fill_form,
    open_form,
    open_signing_form,
    send_charter,
    sign_charter,
    submit_form,
)
from tests.scenarios.timetable_steps import add_milestone, run_milestone_command, weekday_from_today

OF_REQUESTS = ("handlers/execution.py", "bot/people/directory.py")  # as opposed to the workers'


@contextmanager
def record_statements(duet: Office) -> Iterator[list[str]]:
    """The statements of the requests that are made inside, without those that begin and end transactions."""
    found: list[str] = []

    def record(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith("BEGIN") and _is_of_request():
            found.append(statement)

    is_sqlite = duet.database.is_sqlite  # PostgreSQL's readers are of the same engine
    engines = {duet.database.engine, *([duet.database.readers] if is_sqlite else [])}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", record)
    try:
        yield found
        duet.answers()
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", record)


def _is_of_request() -> bool:
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_code.co_filename.endswith(OF_REQUESTS):
            return True
    return False


def start_project(duet: Office) -> str:
    """A project at work, with a milestone of Ewa's."""
    key = activate_project(duet)
    add_milestone(duet, "piotr", "Pilot", weekday_from_today(duet, 60), "ewa")
    run_due_work(duet)
    return key


def prepare_move(duet: Office) -> Callable[[], Any]:
    start_project(duet)
    day = weekday_from_today(duet, 70)
    return lambda: run_milestone_command(duet.person("piotr"), f'move 1 {day} "Dostawca się spóźni"')


def prepare_done(duet: Office) -> Callable[[], Any]:
    start_project(duet)
    return lambda: run_milestone_command(duet.person("piotr"), "done 1")


def prepare_add(duet: Office) -> Callable[[], Any]:
    start_project(duet)
    day = weekday_from_today(duet, 80)
    return lambda: run_milestone_command(duet.person("piotr"), f'add "Raport" {day} @ewa')


def prepare_second_yes(duet: Office) -> Callable[[], Any]:
    key = send_charter(duet)
    sign_charter(duet, key, "adam")
    run_due_work(duet)
    form = fill_form(open_signing_form(duet, "anna", key), {"answer": "sign"})
    duet.settles()
    return lambda: submit_form(form)


def prepare_show(duet: Office) -> Callable[[], Any]:
    key = start_project(duet)
    return lambda: duet.person("ewa").types(f"/duet show {key}")


def prepare_home(duet: Office) -> Callable[[], Any]:
    start_project(duet)
    return lambda: duet.person("ewa").types("/duet")


def prepare_own(duet: Office) -> Callable[[], Any]:
    key = start_project(duet)
    return lambda: run_own_command(duet.person("piotr"), f'{key} system "CRM" @piotr')


def prepare_pause(duet: Office) -> Callable[[], Any]:
    key = start_project(duet)
    day = weekday_from_today(duet, 10).isoformat()
    form = fill_form(open_form(duet.person("adam"), f"/duet pause {key}"), {"until": day, "why": "Awaria"})
    return form.submit


def prepare_answer(duet: Office) -> Callable[[], Any]:
    key, _ = start_first_round(duet)
    form = open_form(duet.person("ewa"), f"/duet checkin {key} answer")
    return fill_answers(form, progress="Pierwszy raport", status="on_track").submit


MOST = {
    "milestone move": (prepare_move, 56),
    "milestone done": (prepare_done, 52),
    "milestone add": (prepare_add, 54),
    "sign, second yes": (prepare_second_yes, 75),  # both leads are told, too
    "show": (prepare_show, 12),
    "home": (prepare_home, 14),
    "own": (prepare_own, 55),
    "pause": (prepare_pause, 30),
    "check-in's answer": (prepare_answer, 30),
}
"""What is prepared first, and how many statements the request may then cost at most."""


@pytest.mark.both_databases
@pytest.mark.parametrize("name", MOST)
def test_a_request_reads_what_it_needs_once(duet: Office, name: str) -> None:
    """§16: half a second for what people wait for, also beside a database that is a network away."""
    prepare, most = MOST[name]
    ask = prepare(duet)
    duet.settles()
    with record_statements(duet) as statements:
        ask()
    assert 0 < len(statements) <= most, "\n".join(statements)
