"""A person clicks twice at one instant; a window closes while somebody answers (product §11.2)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from sqlmodel import select

from bot.people.rules import Actor
from bot.projects.rules import Side
from bot.pulse.rules import AskedPerson
from bot.pulse.windows import cancel_windows, record_answer
from bot.runtime.errors import Refusal
from playground.seed import PIKUS
from storage import pulse
from storage.engine import Database
from storage.pulse import PulseRespondent, PulseTally, PulseWindow
from storage.session import read_only_session, transaction
from storage.workspaces import load_workspace
from tests.running import START, count_tries, open_patient_database
from tests.seeding import send_projects

ROUNDS = count_tries(20)
JAN = Actor(PIKUS.id, "U0JAN")


def open_window(database: Database, project_id: int, number: int) -> int:
    with transaction(database) as session:
        closes_at = START + timedelta(days=14)
        window = PulseWindow(team_id=PIKUS.id, quarter=f"{number}", opened_at=START, closes_at=closes_at)
        session.add(window)
        session.flush()
        pulse.store_invitations(session, window, [AskedPerson(JAN.user_id, project_id, Side.IT)])
        return window.pk


def run_at_once(*acts: Callable[[], Any]) -> list[Any]:
    ready = Barrier(len(acts))

    def act_when_ready(act: Callable[[], Any]) -> Any:
        ready.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [done.result() for done in [threads.submit(act_when_ready, act) for act in acts]]


@pytest.mark.both_databases
def test_an_answer_counts_once_and_before_the_window_closes_or_not_at_all(database_url: str) -> None:
    """§11.2, §16: of two clicks at one instant one counts; of a closed window nothing is left."""
    database = open_patient_database(database_url)
    (project_id,) = send_projects(database, 1)

    def answer(window_id: int, score: int) -> bool | None:
        try:
            with transaction(database) as session:
                return record_answer(
                    session, actor=JAN, window_id=window_id, number=0, score=score, now=START + timedelta(days=1)
                )
        except Refusal:
            return None

    def close() -> None:
        with transaction(database) as session:
            cancel_windows(session, load_workspace(session, PIKUS.id), START + timedelta(days=1))

    for number in range(ROUNDS):
        window_id = open_window(database, project_id, number)
        counted = run_at_once(partial(answer, window_id, 3), partial(answer, window_id, 5))
        assert sorted(counted) == [False, True]
        with read_only_session(database) as session:
            assert sum(row.count for row in session.exec(select(PulseTally))) == 1
        run_at_once(close, partial(answer, window_id, 1))
        with read_only_session(database) as session:
            assert session.exec(select(PulseTally)).all() == []
            assert session.exec(select(PulseRespondent)).all() == []
    database.close()
