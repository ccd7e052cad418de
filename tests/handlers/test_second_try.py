"""A change that failed because somebody else was first is made once more, and no other is (product §16).

SQLite only: each failure is as either database says it.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlmodel import Session
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from handlers import request_session
from storage.engine import Database
from storage.session import Ticket, transaction
from tests.running import Office, SqliteFiles, run_office


class Said(sqlite3.OperationalError):
    """With what either database says of it besides."""

    def __init__(self, *, sqlstate: str | None = None, sqlite_errorcode: int | None = None) -> None:
        super().__init__("said")
        self.sqlstate = sqlstate
        if sqlite_errorcode is not None:
            self.sqlite_errorcode = sqlite_errorcode


FAILURES: list[tuple[DBAPIError, int]] = [
    (IntegrityError("", {}, sqlite3.IntegrityError()), 2),
    (OperationalError("", {}, Said(sqlstate="40001")), 2),  # serialization
    (OperationalError("", {}, Said(sqlstate="40P01")), 2),  # deadlock
    (OperationalError("", {}, Said(sqlstate="55P03")), 1),  # a lock was not to be had
    (OperationalError("", {}, Said(sqlite_errorcode=5)), 1),
    (OperationalError("", {}, Said(sqlite_errorcode=13)), 1),  # a full disk
    (ProgrammingError("", {}, sqlite3.ProgrammingError()), 1),  # a bug
]


@pytest.fixture
def on_sqlite(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[Office]:
    with sqlite_files.new(tmp_path) as url, run_office(url, tmp_path) as duet:
        yield duet


def test_only_a_conflict_is_tried_again_and_once(on_sqlite: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    jan, tried = on_sqlite.person("jan"), 0
    assert jan.types("/duet away 2027-01-11 2027-01-12").text

    def failing(error: DBAPIError, times: int) -> None:
        @contextmanager
        def fails(database: Database, ticket: Ticket | None = None) -> Iterator[Session]:
            nonlocal tried
            tried += 1
            with transaction(database, ticket) as session:
                yield session
                if tried <= times:
                    raise error

        monkeypatch.setattr(request_session, "transaction", fails)

    for error, tries in FAILURES:
        tried = 0
        failing(error, times=9)
        jan.types("/duet away 2027-02-01 2027-02-05")
        assert tried == tries, error
    assert "2027-02" not in jan.types("/duet away").text
    tried = 0
    failing(FAILURES[0][0], times=1)
    assert "5 lutego 2027" in jan.types("/duet away 2027-02-01 2027-02-05").text
    assert tried == 2


def test_the_reference_that_is_given_stands_in_every_line_of_the_request(
    on_sqlite: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """§16: also in those of its thread; the next request has another one."""

    @contextmanager
    def fails(database: Database, ticket: Ticket | None = None) -> Iterator[Session]:
        structlog.get_logger().info("on_the_way")
        with transaction(database, ticket) as session:
            yield session
            raise ZeroDivisionError

    monkeypatch.setattr(request_session, "transaction", fails)
    given = set()
    for _ in range(2):
        with capture_logs(processors=[merge_contextvars]) as lines:
            said = on_sqlite.person("jan").types("/duet away 2027-02-01 2027-02-05").text
        (reference,) = re.findall(r"`([0-9a-f]{8})`", said)
        named = [(line["event"], line["request"]) for line in lines if "request" in line]
        assert {("on_the_way", reference), ("failed", reference)} <= {*named}
        assert {request for _, request in named} == {reference}
        given.add(reference)
    assert len(given) == 2
