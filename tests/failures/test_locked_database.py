"""The database locked by somebody else: everybody is told in time, and nothing of it is written."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from sqlmodel import select

from playground.driver import PersonDriver
from playground.seed import ChannelSeed, PersonSeed, TeamSeed
from storage.projects import Draft
from storage.session import reading
from tests.running import Office, office

PEOPLE = 20
CROWD = TeamSeed(
    id="T0CROWD",
    name="Tłum S.A.",
    domain="tlum",
    people=tuple(PersonSeed(f"U0CROWD{n}", f"p{n}", f"Osoba {n}") for n in range(PEOPLE)),
    channels=(ChannelSeed("C0GENERAL", "general", tuple(f"p{n}" for n in range(PEOPLE))),),
)
FIRST_STEP = {
    "Nazwa projektu": "Ogórki",
    "Cel": "Dowiedzieć się, kto kupuje ogórki.",
    "Miara sukcesu": "Poznani klienci",
    "Jednostka": "%",
    "Wartość dziś": "0",
    "Wartość docelowa": "40",
    "Termin miary": "2027-06-01",
}


@pytest.fixture
def crowd(database_url: str, tmp_path: Path) -> Iterator[Office]:
    as_in_production = {"DUET_BUDGET_SECONDS": 1.0}
    with office(database_url, tmp_path, bot=as_in_production, ack_seconds=3, teams=(CROWD,)) as running:
        yield running


@contextmanager
def locked(database_url: str) -> Iterator[None]:
    """Nobody else can write (SQLite), or touch drafts at all (PostgreSQL), meanwhile."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(url.database or "", isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")
    else:
        with psycopg.connect(url.set(drivername="postgresql").render_as_string(False)) as connection:
            connection.execute("LOCK TABLE drafts IN ACCESS EXCLUSIVE MODE")
            yield


def test_everybody_is_told_and_nothing_is_written(crowd: Office, database_url: str) -> None:
    """§16, architecture §3: the lock outlives all answers, and each came within Slack's 3 s.

    The playground shows Slack's own failure where an answer takes longer, and then the form has trouble.
    """
    people = [crowd.person(f"p{n}") for n in range(PEOPLE)]
    with ThreadPoolExecutor(PEOPLE) as threads:
        list(threads.map(_open_form, people))
        with locked(database_url):
            told = list(threads.map(_submit, people))
    assert told == ["Trwało to zbyt długo, więc nic się nie zmieniło. Spróbuj jeszcze raz."] * PEOPLE
    assert _drafts(crowd) == 0
    for person in people:
        _submit_again(person)
    assert _drafts(crowd) == PEOPLE  # each of the second tries, and nothing of the first


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


def _submit_again(person: PersonDriver) -> None:
    """What was typed is still there, below the sentence."""
    assert person.form is not None
    form = person.form.close()
    assert form is not None
    second = form.submit()
    assert second is not None
    assert "Budżet łącznie" in second.labels


def _drafts(crowd: Office) -> int:
    with reading(crowd.database) as session:
        return len(session.exec(select(Draft)).all())
