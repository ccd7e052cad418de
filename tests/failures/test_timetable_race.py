"""Two processes see the same alerts come due, and the same button is pressed by two people at once (§9.1, §9.3)."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from bot.declarations import TIMERS
from bot.people.rules import Actor
from bot.projects.rules import State
from bot.runtime.clock import real_now
from bot.runtime.errors import Refusal
from bot.scheduling.worker import TimerWorker
from bot.timetable import alerts, service
from bot.timetable.rules import MilestoneSide
from bot.timetable.service import WantedMilestone
from playground.seed import PIKUS
from storage import projects, timers, timetable
from storage.audit import AuditEntry
from storage.deliveries import Delivery
from storage.engine import Database
from storage.notices import Notice
from storage.session import read_only_session, transaction
from tests.running import WARSAW, open_patient_database
from tests.seeding import EWA, add_people, draft_project

DUE = date(2027, 3, 10)
MORNING = datetime(2027, 3, 3, 9, 0, 30, tzinfo=WARSAW)
MILESTONES = 12
TICKS = 100


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    connected = open_patient_database(database_url)
    yield connected
    connected.close()


def project_with(session: Session, titles: list[str]) -> int:
    """A running project, whose channel is there."""
    project_id = draft_project(session, starts_on="2027-01-11")
    project = projects.find_project_for_update(session, PIKUS.id, project_id)
    assert project is not None
    project.state, project.governing_version, project.channel_id = State.ACTIVE, 1, f"C0ROOM{project_id}"
    project.activated_at = MORNING - timedelta(days=20)
    project.activated_at = MORNING - timedelta(days=21)
    session.flush()
    for title in titles:
        wanted = WantedMilestone(title, DUE, "U0PIOTR", MilestoneSide.IT)
        service.add_milestone(
            session, actor=EWA, project_id=project_id, wanted=wanted, now=MORNING - timedelta(days=20)
        )
    return project_id


def tick_until_done(database: Database, moment: datetime, *, processes: int = 2) -> None:
    """Every process looks at the same time, each in its own loop, until nothing is due.

    Whoever waits too long for another's lock leaves the timer to the next tick, so one tick may not be enough.
    """
    with ThreadPoolExecutor(processes) as threads:
        several = [TimerWorker(database, TIMERS, now=lambda: moment, pause=timedelta(0)) for _ in range(processes)]
        for _ in range(TICKS):
            list(threads.map(lambda each: asyncio.run(each.tick()), several))
            with read_only_session(database) as session:
                if not timers.list_due_timers(session, now=moment, real_now=real_now(), limit=1):
                    return
    raise AssertionError(f"something is due after {TICKS} ticks")


def list_posts(database: Database) -> list[str]:
    with read_only_session(database) as session:
        found = session.exec(select(Delivery).where(col(Delivery.lane_id).is_not(None)).order_by(col(Delivery.id)))
        return [row.content["text"] for row in found if row.key.startswith("notices:project:")]


def list_alert_notices(database: Database) -> list[Notice]:
    with read_only_session(database) as session:
        return list(session.exec(select(Notice).where(Notice.kind == alerts.ALERT)).all())


@pytest.mark.one_of(2)
@pytest.mark.parametrize("late", [False, True], ids=["on time", "late"])
def test_each_alert_is_decided_once_and_a_morning_is_one_message(database: Database, late: bool) -> None:
    """§9.1, §9.3: shortly before nine; or, with Duet down over it, later the same day."""
    with transaction(database) as session:
        add_people(session)
        for _ in range(3):
            project_with(session, [f"Krok {n}" for n in range(MILESTONES)])
    tick_until_done(database, MORNING - timedelta(days=12))  # what is new in the timetable has been told
    before = len(list_posts(database))
    begins = MORNING + (timedelta(hours=2) if late else -timedelta(minutes=4))
    tick_until_done(database, begins, processes=3)
    tick_until_done(database, begins + timedelta(minutes=5), processes=3)
    tick_until_done(database, begins + timedelta(minutes=6), processes=3)
    found = list_posts(database)[before:]
    assert len(found) == 3, [text[:200] for text in found]
    for text in found:
        assert text.replace("\xa0", " ").count("termin za 7 dni") == MILESTONES
        assert text.count("później niż") == (1 if late else 0)
    assert len(list_alert_notices(database)) == 3 * MILESTONES


def test_two_people_finish_it_at_the_same_instant(database: Database) -> None:
    """§9.1: one of them has done it, the other is told so."""
    rounds = 25
    with transaction(database) as session:
        add_people(session)
        project_id = project_with(session, [f"Krok {n}" for n in range(rounds)])
        ids = [each.pk for each in timetable.list_milestones(session, PIKUS.id, project_id)]

    def finish(user_id: str, milestone_id: int) -> bool:
        try:
            with transaction(database) as session:
                actor = Actor(PIKUS.id, user_id)
                service.finish_milestone(session, actor=actor, milestone_id=milestone_id, now=MORNING)
        except Refusal as error:
            assert error.key == "error.milestone.done"
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        for milestone_id in ids:
            done = list(threads.map(finish, ["U0EWA", "U0PIOTR"], [milestone_id] * 2))
            assert sorted(done) == [False, True]
    with read_only_session(database) as session:
        noted = session.exec(select(AuditEntry).where(AuditEntry.action == "milestone.done")).all()
    assert len(noted) == rounds
