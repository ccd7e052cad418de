"""Requests are taken by one process, and what follows from them is done by another (architecture §5).

PostgreSQL only: a SQLite file has one process.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.app import ProcessKind
from playground.seed import PIKUS
from tests.driving import Driver
from tests.failures.test_deliveries import enqueue_text
from tests.plain_http import send_http
from tests.playground_thread import PlaygroundThread
from tests.processes import run_serving_process
from tests.running import MANIFEST, DuetThread, Office, PostgresServer, open_spare_database, run_office


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


def test_workers_of_the_command_line_take_over_from_one_that_was_killed(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """`duet serve --no-workers` with two `duet work`, one of which is killed; both tell their health."""
    with (
        postgres_server.new(tmp_path) as url,
        PlaygroundThread(MANIFEST) as playground,
        run_serving_process(playground, url, tmp_path / "serve", "serve", "--no-workers") as (_, served),
        run_serving_process(playground, url, tmp_path / "one", "work") as (first, first_url),
        run_serving_process(playground, url, tmp_path / "two", "work") as (_, second_url),
    ):
        for each in (served, first_url, second_url):
            assert send_http(f"{each}/healthz").status == 200
            assert send_http(f"{each}/readyz").status == 200
        assert send_http(f"{first_url}/slack/events").status == 404
        first.send_signal(signal.SIGKILL)
        first.wait()
        slack = Driver(playground.url)
        slack.sends_to(f"{served}/slack/events")
        roman = slack.person("roman", PIKUS.id)
        assert roman.types("/duet").text
        roman.waits_for("Cześć")
