"""Requests are taken by one process, and what follows from them is done by another (architecture §5).

PostgreSQL only: a SQLite file has one process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.app import ProcessKind
from tests.failures.test_deliveries import enqueue_text
from tests.running import DuetThread, Office, PostgresServer, open_spare_database, run_office


@pytest.fixture
def duet(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Office]:
    """One that only takes requests."""
    with postgres_server.new(tmp_path) as url, run_office(url, tmp_path, kind=ProcessKind.INTAKE) as running:
        yield running


@contextmanager
def run_worker_beside(duet: Office) -> Iterator[None]:
    """As `duet work`: with connections of its own, which hear of no commit of the other's."""
    worker = DuetThread(duet.bot.settings, kind=ProcessKind.WORKERS, opens=open_spare_database).start()
    try:
        yield
    finally:
        worker.stop()


def test_who_takes_requests_posts_nothing_and_who_works_posts_it(duet: Office) -> None:
    """Answers come at once; what is to be sent waits for a worker, which sees it without being woken."""
    roman, ewa = duet.person("roman"), duet.person("ewa")
    assert roman.types("/duet").text
    duet.answers()
    enqueue_text(duet, "before", "before")
    assert ("@duet" not in roman.channels, "@duet" not in ewa.channels) == (True, True)
    with run_worker_beside(duet):
        ewa.waits_for("before")
        roman.waits_for("Cześć")
        enqueue_text(duet, "after", "after")
        ewa.waits_for("after")


def test_a_home_is_kept_true_by_who_changes_what_it_shows(duet: Office) -> None:
    """Product §13.1: whoever commits looks at the open Homes; the worker shows them."""
    ewa = duet.person("ewa")
    with run_worker_beside(duet):
        ewa.opens_home()
        duet.slack.waits_until_idle()
        ewa.types("/duet away today tomorrow")
        duet.waits_until(lambda: ewa.home is not None and "24" in ewa.home.text)
