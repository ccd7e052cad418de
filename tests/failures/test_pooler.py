"""Duet behind `pgbouncer` in transaction mode, where that is installed: no transaction has a session to itself."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from storage.engine import connect_database
from storage.session import transaction
from tests.driving import PATIENCE_SECONDS
from tests.ports import reserve_port
from tests.running import IS_LONG, PostgresServer, run_office
from tests.scenarios.steps import activate_project

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")

pytestmark = pytest.mark.skipif(PGBOUNCER is None or not IS_LONG, reason="`make test-long`, with pgbouncer")


@contextmanager
def run_pgbouncer(database_url: str) -> Iterator[str]:
    """With three sessions for all of Duet's connections. Yields the address of the database through it."""
    url = make_url(database_url)
    host = url.query.get("host") or url.host
    with reserve_port() as port, tempfile.TemporaryDirectory(prefix="duet-pooler-") as folder:
        Path(folder).chmod(0o755)  # root's is read by nobody
        settings = Path(folder) / "pgbouncer.ini"
        settings.write_text(
            f"[databases]\n{url.database} = host={host} user={url.username or 'postgres'}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
            "pool_mode = transaction\ndefault_pool_size = 3\n"
        )
        assert PGBOUNCER is not None
        with subprocess.Popen([PGBOUNCER, "-q", *_choose_user(str(host)), str(settings)]) as process:
            try:
                _wait_for_port(port, process)
                yield f"postgresql://postgres@127.0.0.1:{port}/{url.database}?pooler=transaction"
            finally:
                process.terminate()


def _choose_user(host: str) -> list[str]:
    """It refuses to be root's; a socket is its owner's."""
    if os.geteuid() != 0:
        return []
    return ["-u", next((each.owner() for each in Path(host).glob(".s.PGSQL.*")), "nobody")]


def _wait_for_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            continue
        return
    raise AssertionError("pgbouncer does not listen")


@pytest.fixture
def pooled_url(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[str]:
    with postgres_server.new(tmp_path) as url, run_pgbouncer(url) as pooled:
        yield pooled


def test_each_transaction_has_its_limits(pooled_url: str) -> None:
    database = connect_database(pooled_url, busy_ms=700)
    for _ in range(10):  # more than a driver lets pass before it prepares a statement
        with transaction(database) as session:
            limits = session.execute(text("SELECT current_setting('lock_timeout'), current_setting('timezone')"))
            assert limits.one() == ("700ms", "UTC")
        with database.readers.connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1
    database.close()


def test_a_project_begins_behind_a_pooler(pooled_url: str, tmp_path: Path) -> None:
    with run_office(pooled_url, tmp_path) as duet:
        assert activate_project(duet) == "D-1"
        duet.settles()
        assert "D-1" in duet.person("ewa").types("/duet list").text
