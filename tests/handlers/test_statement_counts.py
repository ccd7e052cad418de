"""How many SQL statements a request costs, from finding the workspace to keeping the reply (architecture §6)."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import cycle
from typing import Any

import pytest
from sqlalchemy import event

from bot.charter.service import send_charter as send_charter_by_service
from bot.checkins.openings import start_round_now
from bot.checkins.schedules import create_default_schedule
from bot.projects.rules import Side, State
from bot.runtime.domain_events import ProjectActivated
from bot.team.rules import WantedStay
from bot.team.service import add_member
from playground.seed import PIKUS
from storage import projects
from storage.session import transaction
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
from tests.seeding import EWA, add_people, draft_project

JAN_STAYS = (date(2027, 1, 11), date(2027, 6, 30))
OF_REQUESTS = ("handlers/request_session.py", "handlers/execution.py", "bot/people/directory.py")
"""As opposed to the workers'."""


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
    "milestone move": (prepare_move, 31),
    "milestone done": (prepare_done, 29),
    "milestone add": (prepare_add, 36),
    "sign, second yes": (
        prepare_second_yes,
        44,
    ),  # both leads are told, both briefs armed, what else waits looked for
    "show": (prepare_show, 10),
    "home": (prepare_home, 18),
    "own": (prepare_own, 41),
    "pause": (prepare_pause, 24),
    "check-in's answer": (prepare_answer, 27),
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


def start_projects(duet: Office, count: int) -> None:
    """Projects at work that Ewa and Piotr lead, in which Jan is asked, and as many that wait for signatures.

    A request whose timer a worker holds for too long is carried out again; what is written here is not. So the
    workers are waited for first.
    """
    now = duet.bot.duet.now()
    for _ in range(count):
        duet.settles()
        with transaction(duet.database) as session:
            project_id = draft_project(session)
            project = projects.find_project_for_update(session, PIKUS.id, project_id)
            assert project is not None
            project.state, project.governing_version, project.activated_at = State.ACTIVE, 1, now
            session.flush()
            create_default_schedule(session, ProjectActivated(PIKUS.id, now, project_id))
            wanted = WantedStay("U0JAN", Side.MARKETING, "Analityk", EWA.user_id, 50, *JAN_STAYS)
            add_member(session, actor=EWA, project_id=project_id, wanted=wanted, now=now)
        duet.settles()
        with transaction(duet.database) as session:
            start_round_now(session, actor=EWA, project_id=project_id, now=now)
        duet.settles()
        with transaction(duet.database) as session:
            send_charter_by_service(session, actor=EWA, project_id=draft_project(session), seen=1, now=now)


ASKED = {
    "home of a member": ("jan", "/duet"),
    "home of a lead": ("ewa", "/duet"),
    "home of an executive": ("adam", "/duet"),
    "list": ("ewa", "/duet list"),
    "sign": ("adam", "/duet sign"),
    "away": ("jan", "/duet away 2027-{month:02}-10 2027-{month:02}-11"),
    "check-in": ("jan", "/duet checkin"),
}


@pytest.mark.both_databases
def test_more_projects_cost_no_more_statements(duet: Office) -> None:
    """§16: whoever has many projects waits no longer for what their database is asked."""
    with transaction(duet.database) as session:
        add_people(session)
    counts: list[dict[str, int]] = []
    months = cycle(range(2, 13))
    for more in (2, 3):
        start_projects(duet, more)
        run_due_work(duet)
        counts.append({})
        for name, (who, typed) in ASKED.items():
            duet.person(who).types(typed.format(month=next(months)))  # it may be the first time
            with record_statements(duet) as statements:
                duet.person(who).types(typed.format(month=next(months)))
            counts[-1][name] = len(statements)
    assert counts[0] == counts[1]
