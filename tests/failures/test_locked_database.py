"""The database locked by somebody else: everybody is told in time, nothing of it is written; then all goes on."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, update
from sqlmodel import Session, select

from bot import app
from playground import seed
from playground.seed import ChannelSeed, TeamSeed
from storage import tables, timers
from storage.deliveries import enqueue_delivery
from storage.drafts import Draft
from storage.people import Person
from storage.session import read_only_session, transaction
from storage.timers import Timer
from tests.driving import PersonDriver
from tests.running import Office, run_office

PEOPLE = 20
CROWD = TeamSeed(
    id="T0CROWD",
    name="Tłum S.A.",
    domain="tlum",
    people=tuple(seed.Person(f"U0CROWD{n}", f"p{n}", f"Osoba {n}") for n in range(PEOPLE)),
    channels=(ChannelSeed("C0GENERAL", "general", tuple(f"p{n}" for n in range(PEOPLE))),),
)
FIRST_STEP = {
    "Nazwa projektu": "Ogórki",
    "Cel": "Dowiedzieć się, kto kupuje ogórki.",
    "Miara sukcesu": "Poznani klienci",
    "Jednostka": "%",
    "Wartość dziś": "0",
    "Wartość docelowa": "40",
    "Do kiedy": "2027-06-01",
}


# Three times as in production, both: on a busy machine twenty people get their forms in this, not in a second.
SLOWER = {"DUET_BUDGET_SECONDS": 3.0}
ACK_SECONDS = 9


@pytest.fixture
def crowd(database_url: str, tmp_path: Path) -> Iterator[Office]:
    with run_office(database_url, tmp_path, bot=SLOWER, ack_seconds=ACK_SECONDS, teams=(CROWD,)) as running:
        yield running


EVERYTHING = ", ".join(table.name for table in tables.metadata.sorted_tables)


@contextmanager
def hold_write_lock(
    database_url: str, statement: str = "LOCK TABLE drafts IN ACCESS EXCLUSIVE MODE"
) -> Iterator[None]:
    """Nobody else can write meanwhile (SQLite), or what the statement says (PostgreSQL)."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(url.database or "", isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")
    else:
        with psycopg.connect(url.set(drivername="postgresql").render_as_string(False)) as connection:
            connection.execute(statement.encode())
            yield


def test_everybody_is_told_and_nothing_is_written(crowd: Office, database_url: str) -> None:
    """§16, architecture §3: the lock outlives all answers, and each came within Slack's time.

    The playground shows Slack's own failure where an answer takes longer, and then the form has trouble.
    """
    people = [crowd.person(f"p{n}") for n in range(PEOPLE)]
    for person in people:  # in turn: at once they might take longer than a request may, on a busy machine
        _open_form(person)
    with ThreadPoolExecutor(PEOPLE) as threads, hold_write_lock(database_url):
        told = list(threads.map(_submit, people))
    assert told == ["Trwało to zbyt długo, więc nic się nie zmieniło. Spróbuj jeszcze raz."] * PEOPLE
    assert _drafts(crowd) == 0
    for person in people:
        _submit_again(person)
    assert _drafts(crowd) == PEOPLE  # each of the second tries, and nothing of the first


def test_reading_needs_no_writing(crowd: Office, database_url: str) -> None:
    """§16: whom Slack was not asked about within the hour, and who was never here, can read as who they are now."""
    known, promoted, stranger = (crowd.person(f"p{n}") for n in range(3))
    for person in (known, promoted):
        assert "wspólne projekty" in person.types("/duet help").text
    with transaction(crowd.database) as session:
        session.execute(update(Person).values(refreshed_at=datetime.now(UTC) - timedelta(hours=2)))
    before = len(crowd.slack.calls("users.info"))
    with hold_write_lock(database_url, "LOCK TABLE people IN EXCLUSIVE MODE"):
        crowd.slack.change_person("p1", is_admin=True)
        crowd.slack.change_person("p3", is_restricted=True)
        assert "wspólne projekty" in known.types("/duet help").text
        assert "wspólne projekty" in stranger.types("/duet help").text
        assert stranger.types("/duet list").text
        promoted.types("/duet settings")
        assert promoted.form is not None
        assert "Ustawienia firmy" in promoted.form.text
        guest = crowd.person("p3").types("/duet new").text
        assert "tylko osoby z tej firmy" in guest, guest
        assert len(crowd.slack.calls("users.info")) > before
    assert "wspólne projekty" in stranger.types("/duet help").text
    crowd.waits_until(lambda: _is_stored(crowd, "U0CROWD2"))


def _is_stored(crowd: Office, user_id: str) -> bool:
    with read_only_session(crowd.database) as session:
        return session.get(Person, (CROWD.id, user_id)) is not None


LOCKED_SECONDS = 5
MESSAGES = 20


def test_five_seconds_without_a_database_lose_nothing(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages on their way, a timer, an event and a form: the bot lives, and goes on by itself."""
    monkeypatch.setattr(app, "TIMERS", {"say": _say})
    settings = {**SLOWER, "DUET_PACE_SECONDS": 0.1}
    with run_office(database_url, tmp_path, bot=settings, ack_seconds=ACK_SECONDS, teams=(CROWD,)) as duet:
        writer, reader, changed = (duet.person(f"p{n}") for n in range(3))
        _open_form(writer)
        for person in (reader, changed):
            assert "wspólne projekty" in person.types("/duet help").text
        _send_messages(duet)
        reader.waits_for("message 1")
        with hold_write_lock(database_url, f"LOCK TABLE {EVERYTHING} IN EXCLUSIVE MODE"):
            until = time.monotonic() + LOCKED_SECONDS
            duet.slack.move_clock(hours=1)  # the timer is due
            duet.slack.change_person("p2", tz="Europe/London")
            while time.monotonic() < until:
                assert "Trwało to zbyt długo" in _submit(writer)
                _close(writer)
                assert "wspólne projekty" in reader.types("/duet help").text  # what only reads goes on
        _submit(writer)
        assert _drafts(duet) == 1
        duet.delivers_everything()
        reader.waits_for("timed")
        said = [message.text for message in reader.reads("@duet")]
        assert [text for text in said if text != "timed"] == [f"message {n}" for n in range(MESSAGES)]
        assert said.count("timed") == 1
        duet.slack.move_clock(minutes=1)  # Slack sends the event again
        duet.slack.waits_until_idle()
        assert "joint projects" in changed.types("/duet help").text


def _say(session: Session, timer: Timer, now: datetime) -> datetime | None:
    _enqueue(session, "timed")
    return None


def _send_messages(duet: Office) -> None:
    with transaction(duet.database) as session:
        for n in range(MESSAGES):
            _enqueue(session, f"message {n}")
        due_at = duet.bot.duet.now() + timedelta(hours=1)
        timers.arm_timer(session, team_id=CROWD.id, key="timed", kind="say", subject="", due_at=due_at)


def _enqueue(session: Session, text: str) -> None:
    enqueue_delivery(
        session, team_id=CROWD.id, lane="dm:U0CROWD1", key=text, kind="message", content={"text": text}
    )


def _open_form(person: PersonDriver) -> None:
    person.types("/duet nowy")
    assert person.form is not None
    person.form.fill(FIRST_STEP)


def _submit(person: PersonDriver) -> str:
    assert person.form is not None
    told = person.form.submit()
    assert told is not None
    assert not told.trouble
    return told.text


def _close(person: PersonDriver) -> None:
    assert person.form is not None
    person.form.close()


def _submit_again(person: PersonDriver) -> None:
    """What was typed is still there, below the sentence."""
    assert person.form is not None
    form = person.form.close()
    assert form is not None
    second = form.submit()
    assert second is not None
    assert "Budżet łącznie" in second.labels


def _drafts(crowd: Office) -> int:
    with read_only_session(crowd.database) as session:
        return len(session.exec(select(Draft)).all())
