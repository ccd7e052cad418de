"""When executives are asked about each other (product §11.4)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.pulse.executives import ASK, ask_when_due
from playground.seed import PIKUS
from storage import projects, timers
from storage.engine import Database
from storage.session import transaction
from storage.timers import Timer
from tests.funding.service_steps import start_project
from tests.running import open_spare_database

OPENING = datetime(2027, 6, 7, 8, tzinfo=UTC)  # of a workspace that has no zone; the next is on 6 September
NEXT_OPENING = datetime(2027, 9, 6, 8, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    connected = open_spare_database(database_url)
    yield connected
    connected.close()


def ask(database: Database, project_id: int, now: datetime) -> datetime | None:
    """Returns when they are asked next."""
    with transaction(database) as session:
        project = projects.find_project_for_update(session, PIKUS.id, project_id)
        assert project is not None
        timers.arm_row_timer(session, project, ASK, project_id, now)
        timer = session.exec(select(Timer).filter_by(kind=ASK)).one()
        return ask_when_due(session, timer, now)


@pytest.mark.parametrize(
    ("begins", "second"),
    [(timedelta(days=45, seconds=1), OPENING), (timedelta(days=45), NEXT_OPENING), (timedelta(), NEXT_OPENING)],
)
def test_nobody_is_asked_again_within_forty_five_days_of_the_beginning(
    database: Database, begins: timedelta, second: datetime
) -> None:
    """Before the first opening, and from then on at each."""
    project_id = start_project(database)
    assert ask(database, project_id, OPENING - begins) == second
    third = ask(database, project_id, second)
    assert third is not None and timedelta(days=80) < third - second < timedelta(days=100), third
