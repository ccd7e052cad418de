"""Timers that fail, and timers that several processes see (architecture §5)."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from bot.command_line.doctor import collect_findings
from bot.runtime.clock import real_now
from bot.runtime.settings import Settings
from bot.scheduling import worker
from bot.scheduling.worker import MAX_ATTEMPTS, Run, RunTogether, TimerWorker, begin_elsewhere
from storage import audit, projects, timers
from storage.audit import AuditEntry
from storage.engine import Database, connect_database
from storage.session import read_only_session, transaction
from storage.timers import DueTimer, Timer
from storage.workspaces import record_installation
from tests.running import PostgresServer, open_patient_database, open_spare_database
from tests.seeding import add_people, draft_project

TEAM = "T0PIKUS"
DUE = 60


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    connected = open_spare_database(database_url)
    with transaction(connected) as session:
        record_installation(session, team_id=TEAM, enterprise_id=None, bot_user_id="U0BOT")
    yield connected
    connected.close()


def arm_timers(database: Database, *keys: str, due_at: datetime | None = None) -> None:
    with transaction(database) as session:
        for key in keys:
            timers.arm_timer(
                session, team_id=TEAM, key=key, kind=key.split("-")[0], subject=key, due_at=due_at or real_now()
            )


def log_run(session: Session, timer: Timer, now: datetime) -> datetime | None:
    audit.record_audit_entry(session, team_id=TEAM, project_id=None, at=now, actor=None, action=timer.key)
    return None


def run_and_raise(session: Session, timer: Timer, now: datetime) -> datetime | None:
    log_run(session, timer, now)
    raise ZeroDivisionError


def run_again_tomorrow(session: Session, timer: Timer, now: datetime) -> datetime | None:
    log_run(session, timer, now)
    return now + timedelta(days=1)


def run_on_full_disk(session: Session, timer: Timer, now: datetime) -> datetime | None:
    """As both databases say it; what was written before is undone."""
    log_run(session, timer, now)
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = 'disk_full'; END $$"))
    with closing(sqlite3.connect(":memory:")) as small:
        small.execute("PRAGMA max_page_count = 1")
        try:
            small.execute("CREATE TABLE t (a)")
        except sqlite3.OperationalError as error:
            raise OperationalError("CREATE TABLE", {}, error) from None
    return None


KINDS: dict[str, Run] = {
    "note": log_run,
    "poison": run_and_raise,
    "again": run_again_tomorrow,
    "full": run_on_full_disk,
}


def tick_once(
    database: Database, *, now: datetime | None = None, kinds: Mapping[str, Run | RunTogether] = KINDS
) -> None:
    at_once = timedelta(0)
    ticking = TimerWorker(database, kinds, now=lambda: now or real_now(), backoff=at_once, pause=at_once)
    asyncio.run(ticking.tick())


def count_runs(database: Database) -> Counter[str]:
    with read_only_session(database) as session:
        return Counter(entry.action for entry in session.exec(select(AuditEntry)))


def list_timers(database: Database) -> list[Timer]:
    with read_only_session(database) as session:
        return list(session.exec(select(Timer)))


def test_a_timer_runs_once_when_it_is_due(database: Database) -> None:
    arm_timers(database, "note-a", due_at=real_now() + timedelta(hours=1))
    tick_once(database)
    assert count_runs(database) == {}
    tick_once(database, now=real_now() + timedelta(hours=2))
    tick_once(database, now=real_now() + timedelta(hours=2))
    assert count_runs(database) == {"note-a": 1}
    assert list_timers(database) == []


def test_a_timer_arms_itself_again(database: Database) -> None:
    arm_timers(database, "again-a")
    tick_once(database)
    assert count_runs(database) == {"again-a": 1}
    assert list_timers(database)[0].due_at > real_now()


def test_a_timer_that_its_own_function_has_armed_anew_stays(database: Database) -> None:
    def arms_itself(session: Session, timer: Timer, now: datetime) -> None:
        due_at = now + timedelta(days=1)
        timers.arm_timer(
            session, team_id=TEAM, key=timer.key, kind=timer.kind, subject=timer.subject, due_at=due_at
        )

    arm_timers(database, "own-a")
    tick_once(database, kinds={"own": arms_itself})
    assert [timer.key for timer in list_timers(database) if timer.due_at > real_now()] == ["own-a"]


def test_one_tick_runs_all_that_is_due(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are: it asks for a batch at a time."""
    monkeypatch.setattr(worker, "BATCH", 2)
    arm_timers(database, *(f"note-{n}" for n in range(5)))
    tick_once(database)
    assert sum(count_runs(database).values()) == 5
    assert list_timers(database) == []


def test_a_poison_timer_is_parked_and_the_others_go_on(database: Database) -> None:
    arm_timers(database, "poison-a", "note-a", "note-b")
    for _ in range(MAX_ATTEMPTS + 2):
        tick_once(database)
    assert count_runs(database) == {"note-a": 1, "note-b": 1}  # what the failing one wrote was rolled back
    parked = list_timers(database)[0]
    assert (parked.attempts, parked.last_error) == (MAX_ATTEMPTS, "ZeroDivisionError")
    assert parked.parked_at is not None


def test_a_failing_timer_is_tried_again_ever_later(database: Database) -> None:
    """An hour passes before one is given up; the test takes each pause away once it has seen it."""
    arm_timers(database, "poison-a")
    pauses = (30, 60, 120, 240, 480, 960, 1920)
    assert sum(pauses) > 3600
    for seconds in pauses:
        assert _pauses(database, seconds)
    tick_once(database)
    assert list_timers(database)[0].parked_at is not None


def test_what_has_failed_and_then_runs_has_all_its_attempts_again(database: Database) -> None:
    arm_timers(database, "again-a")
    for _ in range(2):
        tick_once(database, kinds={"again": run_and_raise})
    assert list_timers(database)[0].attempts == 2
    tick_once(database)
    assert list_timers(database)[0].attempts == 0


def test_what_waits_for_the_database_waits_for_a_moment(database: Database) -> None:
    arm_timers(database, "full-a")
    assert _pauses(database, 2)


def _pauses(database: Database, seconds: float) -> bool:
    """Whether a timer that fails now is tried again so much later, by production's own numbers."""
    begun_at = real_now()
    asyncio.run(TimerWorker(database, KINDS, now=real_now).tick())
    ended_at = real_now()
    with transaction(database) as session:
        timer = session.exec(select(Timer)).one()
        retry_at, timer.retry_at = timer.retry_at, None
    assert retry_at is not None
    return begun_at <= retry_at - timedelta(seconds=seconds) <= ended_at


def test_a_full_disk_uses_up_no_attempt(database: Database) -> None:
    """What is no fault of the timer's is put off, however often, and done when the database is well again."""
    arm_timers(database, "full-a", "note-a")
    for _ in range(MAX_ATTEMPTS + 2):
        tick_once(database)
    assert count_runs(database) == {"note-a": 1}
    assert [(timer.attempts, timer.parked_at) for timer in list_timers(database)] == [(0, None)]
    tick_once(database, kinds={"full": log_run})
    assert count_runs(database) == {"note-a": 1, "full-a": 1}


def test_a_locked_project_delays_only_its_own_timers(postgres_server: PostgresServer, tmp_path: Path) -> None:
    """SQLite has one lock for all: there the tick ends, see `test_locked_database`."""
    with postgres_server.new(tmp_path) as url, closing(connect_database(url)) as database:
        with transaction(database) as session:
            add_people(session)
            project_id = draft_project(session)
            for key, project in (("locked", project_id), ("free", None)):
                timers.arm_timer(
                    session,
                    team_id=TEAM,
                    key=key,
                    kind="note",
                    subject="",
                    project_id=project,
                    due_at=real_now(),
                )
        with transaction(database) as holding:
            projects.lock_project(holding, project_id)
            tick_once(database)
            assert count_runs(database)["free"] == 1
        tick_once(database)
        assert count_runs(database)["locked"] == 1


def test_of_those_that_run_together_one_that_fails_delays_no_other(database: Database) -> None:
    """Nor does what the others have done in its transaction count twice."""

    def run_all(session: Session, due: Sequence[Timer], now: datetime) -> dict[int, datetime]:
        for each in due:
            (run_and_raise if each.key == "set-2" else log_run)(session, each, now)
        return {}

    arm_timers(database, *(f"set-{n}" for n in range(5)))
    tick_once(database, kinds={"set": RunTogether(run_all, at_once=3)})
    assert count_runs(database) == {f"set-{n}": 1 for n in (0, 1, 3, 4)}
    assert [(timer.key, timer.attempts) for timer in list_timers(database)] == [("set-2", 1)]


def test_of_those_that_run_together_a_locked_project_delays_only_its_own(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    def run_all(session: Session, due: Sequence[Timer], now: datetime) -> dict[int, datetime]:
        assert {each.project_id for each in due} == {each.pk for each in session.info["locked_projects"]}
        for each in due:
            log_run(session, each, now)
        return {}

    kinds = {"set": RunTogether(run_all)}
    with postgres_server.new(tmp_path) as url, closing(connect_database(url)) as database:
        with transaction(database) as session:
            add_people(session)
            project_ids = [draft_project(session) for _ in range(3)]
            for project_id in project_ids:
                timers.arm_timer(
                    session,
                    team_id=TEAM,
                    key=f"{project_id}",
                    kind="set",
                    subject="",
                    project_id=project_id,
                    due_at=real_now(),
                )
        with transaction(database) as holding:
            projects.lock_project(holding, project_ids[1])
            tick_once(database, kinds=kinds)
            assert [count_runs(database)[f"{each}"] for each in project_ids] == [1, 0, 1]
        tick_once(database, kinds=kinds)
        assert [count_runs(database)[f"{each}"] for each in project_ids] == [1, 1, 1]


def test_what_is_parked_is_said(database: Database, database_url: str) -> None:
    """By `duet check`, to whoever runs Duet."""
    arm_timers(database, "poison-a")
    for _ in range(MAX_ATTEMPTS):
        tick_once(database)
    said = [
        finding.text
        for finding in asyncio.run(collect_findings(Settings(_env_file=None, DATABASE_URL=database_url)))
    ]
    assert f"given up in {TEAM}: timer poison-a (ZeroDivisionError)" in said


def test_a_cancelled_timer_does_not_run(database: Database) -> None:
    arm_timers(database, "note-a")
    with transaction(database) as session:
        timers.cancel_timers(session, TEAM, "note-a")
    tick_once(database)
    assert count_runs(database) == {}


def test_a_worker_that_is_stopped_begins_nothing_more(database: Database) -> None:
    """Also of what it has listed already: whoever ends the process waits for one transaction."""

    def run_and_stop(session: Session, timer: Timer, now: datetime) -> datetime | None:
        ticking.stop()
        return log_run(session, timer, now)

    ticking = TimerWorker(database, {"stop": run_and_stop}, now=real_now)
    arm_timers(database, "stop-a", "stop-b")
    asyncio.run(ticking.tick())
    assert count_runs(database) == {"stop-a": 1}


def test_several_processes_run_each_timer_once(database: Database, database_url: str) -> None:
    """The database arbitrates: each of three workers has connections of its own."""
    arm_timers(database, *(f"note-{n}" for n in range(DUE)))
    others = [open_patient_database(database_url) for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(tick_once, others))
    tick_once(database)
    for other in others:
        other.close()
    assert count_runs(database) == {f"note-{n}": 1 for n in range(DUE)}


def test_what_another_process_has_run_is_not_tried_one_by_one(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """Two that walk the same list would each try what the other has run; SQLite has one process."""
    with postgres_server.new(tmp_path) as url, closing(connect_database(url)) as database:
        other = open_spare_database(url)
        with transaction(database) as session:
            add_people(session)

        def run_beside_another(session: Session, timer: Timer, now: datetime) -> datetime | None:
            if not count_runs(other):
                tick_once(other)
            return log_run(session, timer, now)

        arm_timers(database, *(f"note-{n}" for n in range(DUE)))
        ticking = TimerWorker(database, {"note": run_beside_another}, now=real_now)
        asyncio.run(ticking.tick())
        other.close()
        assert count_runs(database) == {f"note-{n}": 1 for n in range(DUE)}
    assert ticking.turns == len(("what it has run", "what was gone", "the tick"))


def test_wherever_it_begins_a_projects_timers_stay_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    project_ids = (1, 2, None, 1, 3, 2, None, 1, 3)
    due = [DueTimer(number, TEAM, "note", project_id) for number, project_id in enumerate(project_ids)]
    begins = set()
    for place in range(len(due)):
        monkeypatch.setattr(worker, "randbelow", lambda _, place=place: place)
        turned = begin_elsewhere(due)
        assert sorted(turned, key=due.index) == due
        for project_id in {*project_ids} - {None}:
            ids = [each.timer_id for each in turned if each.project_id == project_id]
            assert ids == sorted(ids)
        begins.add(turned[0].timer_id)
    assert begins == {0, 1, 2, 4, 6}  # with the first of a project, or with what is of none
