"""The ends of processes and sockets: SIGTERM with work in flight, and connections lost."""

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import pytest
from sqlmodel import select

from storage.drafts import Draft
from storage.engine import connect_database
from storage.session import read_only_session
from tests.driving import PATIENCE_SECONDS, Driver
from tests.failures.test_locked_database import FIRST_STEP, hold_write_lock
from tests.playground_thread import PlaygroundThread
from tests.processes import run_duet_process
from tests.running import MANIFEST, PATIENT, Office, SqliteFiles, run_office


@pytest.mark.takes_turns
def test_sigterm_with_a_form_in_flight(database_url: str, tmp_path: Path) -> None:
    """Architecture §3: what has arrived is finished and acknowledged; exit 0."""
    log = tmp_path / "log"
    with PlaygroundThread(MANIFEST, pace_seconds=0, ack_seconds=PATIENCE_SECONDS) as playground:
        slack = Driver(playground.url)
        with run_duet_process(playground, database_url, log, **PATIENT) as process:
            slack.waits_until_connected()
            anna = slack.person("anna")
            anna.types("/duet nowy")
            assert anna.form is not None
            form = anna.form.fill(FIRST_STEP)
            with hold_write_lock(database_url):
                submitting = Thread(target=form.submit)
                submitting.start()
                slack.waits_until_asked()
                process.send_signal(signal.SIGTERM)
            submitting.join()
            assert process.wait(PATIENCE_SECONDS) == 0
        assert anna.form is not None
        assert not anna.form.trouble
        assert "Budżet łącznie" in anna.form.labels  # acknowledged: the second step is there
    database = connect_database(database_url)
    with read_only_session(database) as session:
        assert len(session.exec(select(Draft)).all()) == 1  # and committed
    database.close()
    _check_log(log)


def _check_log(log: Path) -> None:
    logged = log.read_text("utf-8")
    assert '"drained": true' in logged
    for private in ("xoxb-", "xapp-", "/response/", "Ogórki", "kupuje ogórki"):
        assert private not in logged


@pytest.mark.parametrize("how", ["close", "fin", "rst"])
def test_a_lost_socket_is_replaced(duet: Office, how: str) -> None:
    """By close frame, FIN and RST: back in under 5 s, and a person's next command is answered."""
    duet.slack.kill_sockets(how)
    duet.slack.waits_until_connected()
    assert "Co na Ciebie czeka" in duet.person("anna").types("/duet").text


def test_an_answer_under_way_leaves_over_the_new_socket(sqlite_files: SqliteFiles, tmp_path: Path) -> None:
    """The socket is lost between a command and its acknowledgement, which takes as long as Slack opens no form."""
    with sqlite_files.new(tmp_path) as url, run_office(url, tmp_path, bot={"DUET_BUDGET_SECONDS": 4}) as duet:
        duet.slack.fault("timeout", "views.open", times=1)
        with ThreadPoolExecutor(1) as thread:
            typing = thread.submit(duet.person("anna").types, "/duet nowy")
            duet.slack.waits_until_asked()
            duet.slack.kill_sockets("rst")
            duet.slack.waits_until_connected()
        assert "Slack nie zdążył pokazać tego okna" in typing.result().text


def asked_for_sockets(duet: Office) -> int:
    return len(duet.slack.calls("apps.connections.open"))


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
def test_a_start_that_slack_puts_off_is_waited_for(sqlite_files: SqliteFiles, tmp_path: Path, method: str) -> None:
    """Architecture §3: 429 says when to come again; it is no reason to end."""
    with sqlite_files.new(tmp_path) as url, run_office(url, tmp_path) as duet:
        duet.bot.stop()
        duet.slack.fault("ratelimited", method, times=2, retry_after=0.1)
        duet.starts_again()
        assert "Co na Ciebie czeka" in duet.person("anna").types("/duet").text


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
@pytest.mark.parametrize("how", ["reset", "http_500"])
def test_a_start_without_slack_is_waited_for(
    sqlite_files: SqliteFiles, tmp_path: Path, method: str, how: str
) -> None:
    """§16: whichever call it is that does not come through."""
    with sqlite_files.new(tmp_path) as url, run_office(url, tmp_path) as duet:
        duet.bot.stop()
        duet.slack.fault(how, method, times=1)
        duet.starts_again()
        assert "Co na Ciebie czeka" in duet.person("anna").types("/duet").text


def test_a_new_socket_that_slack_puts_off_is_waited_for(duet: Office) -> None:
    """Architecture §3: the same while Duet runs."""
    before = asked_for_sockets(duet)
    duet.slack.fault("ratelimited", "apps.connections.open", times=2, retry_after=0.1)
    duet.slack.kill_sockets("close")
    duet.slack.waits_until_connected()
    assert asked_for_sockets(duet) == before + 3
    assert "Co na Ciebie czeka" in duet.person("anna").types("/duet").text


def test_a_start_that_waits_can_be_stopped(sqlite_files: SqliteFiles, tmp_path: Path) -> None:
    """Architecture §3: SIGTERM while Slack lets us wait for minutes."""
    with sqlite_files.new(tmp_path) as url, run_office(url, tmp_path) as duet:
        duet.bot.stop()
        before = asked_for_sockets(duet)
        duet.slack.fault("ratelimited", "apps.connections.open", retry_after=600)
        with ThreadPoolExecutor(1) as thread:
            starting = thread.submit(duet.starts_again)
            duet.slack.waits_for_calls("apps.connections.open", before + 1)
            duet.bot.stop()
            starting.result()
