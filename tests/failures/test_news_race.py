"""Two processes send one person's news at the same instant, by message and by check-in: all is told once (§2.8).

Each process has its own engines and threads, as two `duet run` would; the database arbitrates.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.declarations import TIMERS
from bot.deliveries.digests.letters import Routine, write_letter
from bot.deliveries.digests.queue import OfNoProject, person_audience_name
from bot.runtime.clock import real_now
from bot.scheduling.worker import TimerWorker
from bot.ui.components import render_section_message
from bot.ui.mrkdwn import Mrkdwn
from playground.seed import PIKUS
from storage import people, timers
from storage.deliveries import Delivery
from storage.engine import Database
from storage.notices import Notice
from storage.session import read_only_session, transaction
from tests.failures.test_checkin_race import (
    AT_ONCE,
    PIOTR,
    TEN,
    Processes,
    begin_project,
    both_at_once,
    moment_of,
    tick_until_done,
    working_days,
)
from tests.running import open_patient_database
from tests.seeding import add_people

EIGHT, NINE, AFTER_TEN = time(8), time(9), time(10, 6)
MONDAY_AND_WEDNESDAY = frozenset({0, 2})  # two check-ins at ten carry the news; on the other days a message does
MORNINGS = 12
NEWS = re.compile(r"News (\d+)\.")


@pytest.fixture
def processes(database_url: str) -> Iterator[Processes]:
    """Two, on one database, and the connections of somebody who acts."""
    connected = [open_patient_database(database_url) for _ in range(3)]
    with transaction(connected[0]) as session:
        add_people(session)
        piotr = people.find_person(session, PIKUS.id, PIOTR.user_id)
        assert piotr is not None
        piotr.reminders = False
        for _ in range(2):
            begin_project(session, PIOTR.user_id, weekdays=MONDAY_AND_WEDNESDAY)
    yield connected
    for each in connected:
        each.close()


def write(session: Session, number: int, now: datetime) -> None:
    text = Mrkdwn(f"News {number}.")
    write_letter(
        session,
        OfNoProject(PIKUS.id),
        PIOTR.user_id,
        key=f"news:{number}",
        message=lambda _: render_section_message(text),
        routine=Routine("signature", now),
    )


def happens(database: Database, number: int, now: datetime) -> None:
    with transaction(database) as session:
        write(session, number, now)


def due_works(processes: Processes, moment: datetime) -> Iterator[Callable[[], object]]:
    """Each timer that is due, once in each process: in a tick they would come one after another."""
    running = [TimerWorker(each, TIMERS, now=lambda: moment, backoff=AT_ONCE, pause=AT_ONCE) for each in processes]
    with read_only_session(processes[0]) as session:
        due = timers.list_due_timers(session, now=moment, real_now=real_now(), limit=9)
    for one, other in zip(due, reversed(due), strict=True):
        yield partial(running[0]._run_safely, [one])
        yield partial(running[1]._run_safely, [other])


def told(database: Database) -> Counter[int]:
    """How often each is in what was sent, as it is now."""
    with read_only_session(database) as session:
        contents = session.exec(select(Delivery.content)).all()
    return Counter(int(number) for each in contents for number in NEWS.findall(said_in_blocks(each)))


def said_in_blocks(content: Mapping[str, Any]) -> str:
    """Without the text for notifications, which says the same."""
    return json.dumps(content.get("blocks"))


def test_news_is_told_once_whoever_carries_it(processes: Processes) -> None:
    """§2.8: while both send, something else happens; it is told then, or in the next message."""
    *sending, acting = processes
    written, days = 0, working_days(MORNINGS + 2)
    for day in days[:MORNINGS]:
        moment = moment_of(day, TEN if day.weekday() in MONDAY_AND_WEDNESDAY else NINE)
        with transaction(acting) as session:
            for _ in range(3):
                written += 1
                write(session, written, moment_of(day, EIGHT))
        if moment.time() == TEN:
            tick_until_done(sending, moment_of(day, NINE))  # the news of nine waits for the check-ins
        written += 1
        both_at_once(*due_works(sending, moment), partial(happens, acting, written, moment))
        tick_until_done(sending, moment)
        tick_until_done(sending, moment_of(day, AFTER_TEN))
        assert not {number: n for number, n in told(acting).items() if n > 1}, day
    for day in days[MORNINGS:]:
        for clock in (NINE, TEN, AFTER_TEN):
            tick_until_done(sending, moment_of(day, clock))
    with read_only_session(acting) as session:
        notices = session.exec(select(Notice).where(Notice.audience == person_audience_name(PIOTR.user_id))).all()
        mornings = session.exec(select(Delivery.key).where(col(Delivery.key).startswith("notices:"))).all()
    assert not [each.subject for each in notices if each.sent_at is None]
    assert told(acting) == dict.fromkeys(range(1, written + 1), 1)
    carried = [each for each in notices if (each.told_in or "").startswith("checkin:")]
    assert len(carried) >= 3 and len(mornings) >= 3, "both ways were raced"
