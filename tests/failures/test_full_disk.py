"""The disk is full, and then it is not: the bot lives, goes on by itself, and loses nothing that was confirmed."""

import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from errno import ENOSPC
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from sqlmodel import select

from playground.seed import PIKUS
from storage import tables
from storage.deliveries import enqueue_delivery
from storage.drafts import Draft
from storage.engine import Database, connect_database
from storage.session import read_only_session, transaction
from tests.driving import PATIENCE_SECONDS, Driver, PersonDriver, SeenForm
from tests.failures.test_locked_database import FIRST_STEP
from tests.playground_thread import PlaygroundThread
from tests.processes import run_duet_process
from tests.running import MANIFEST, PATIENT, SqliteFiles

FULL = """
CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$
"""


@contextmanager
def fill_disk(database_url: str, pid: int) -> Iterator[None]:
    """Nothing can be written by that process, the log neither (SQLite); every change is refused (PostgreSQL).

    On SQLite a limit of the process's file size: a full disk of one's own needs rights that tests may not have.
    The kernel then says EFBIG where a full disk says ENOSPC; SQLite makes an I/O error of it, not SQLITE_FULL:
    `test_a_disk_that_is_really_full` has that.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        yield
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        return
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(FULL)
        for table in tables.metadata.sorted_tables:
            event = f"BEFORE INSERT OR UPDATE OR DELETE ON {table.name}"
            connection.execute(f"CREATE TRIGGER full_disk {event} EXECUTE FUNCTION no_space()".encode())
        yield
        connection.execute("DROP FUNCTION no_space CASCADE")


def test_a_full_disk_loses_nothing(database_url: str, tmp_path: Path) -> None:
    """A form is refused; a message on its way, whose arrival cannot be noted, is not sent twice."""
    settings = {**PATIENT, "DUET_SETTLE_SECONDS": 0.5, "DUET_TICK_SECONDS": 0.1}
    with (
        PlaygroundThread(MANIFEST, pace_seconds=0, ack_seconds=PATIENCE_SECONDS) as playground,
        run_duet_process(playground, database_url, tmp_path / "log", **settings) as process,
        closing(connect_database(database_url)) as database,
    ):
        slack = Driver(playground.url)
        slack.waits_until_connected()
        anna = slack.person("anna")
        submit_first_step(anna, "Ogórki")
        slack.fault("timeout", "chat.postMessage", times=1, commit=True, hold_seconds=1)
        enqueue_texts(database, "one", "two")
        anna.waits_for("one")
        with fill_disk(database_url, process.pid):
            slack.waits_until_idle(quiet=0)  # its answer is lost, and that cannot be noted
            refused = submit_first_step(anna, "Pomidory")
            assert "nic się nie zmieniło" in refused.text
            assert refused.text.count("`") == 2  # a reference
            assert name_in_draft(database) == "Ogórki"
            assert "wspólne projekty" in slack.person("ewa").types("/duet help").text  # she was never here
        form = refused.close()
        assert form is not None
        assert form.submit() is not None
        assert name_in_draft(database) == "Pomidory"
        anna.waits_for("two")
        assert [message.text for message in anna.reads("@duet")] == ["one", "two"]
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB, where this machine lets tests mount one."""
    folder, mount, umount = tmp_path / "disk", shutil.which("mount"), shutil.which("umount")
    folder.mkdir()
    if mount is None or umount is None:
        pytest.skip("there is no mount")
    mounting = subprocess.run([mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True)
    if mounting.returncode:
        pytest.skip(f"mounting is not allowed here: {mounting.stderr.decode().strip()}")
    yield folder
    subprocess.run([umount, folder], check=True)


def test_a_disk_that_is_really_full(small_disk: Path, sqlite_files: SqliteFiles, tmp_path: Path) -> None:
    """ENOSPC: the change is refused, nothing of what was confirmed is lost, and with room again it is well."""
    settings = {**PATIENT, "DUET_TICK_SECONDS": 0.1}
    with sqlite_files.new(tmp_path) as url:
        shutil.copy(str(make_url(url).database), small_disk / "duet.db")
    database_url = f"sqlite:///{small_disk / 'duet.db'}"
    with (
        PlaygroundThread(MANIFEST, pace_seconds=0, ack_seconds=PATIENCE_SECONDS) as playground,
        run_duet_process(playground, database_url, tmp_path / "log", **settings) as process,
        closing(connect_database(database_url)) as database,
    ):
        slack = Driver(playground.url)
        slack.waits_until_connected()
        anna = slack.person("anna")
        submit_first_step(anna, "Ogórki")
        ballast = small_disk / "ballast"
        with ballast.open("wb", buffering=0) as file, pytest.raises(OSError) as full_now:
            while True:
                file.write(b"x" * 512)
        assert full_now.value.errno == ENOSPC
        refused = written_until_full(anna)
        assert "nic się nie zmieniło" in refused.text
        assert name_in_draft(database).startswith("Ogórki")
        ballast.unlink()
        submit_first_step(anna, "Pomidory")
        assert name_in_draft(database) == "Pomidory"
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0


def written_until_full(anna: PersonDriver) -> SeenForm:
    """What is shown once the write-ahead log has no room left in the pages that it has."""
    for number in range(200):
        shown = submit_first_step(anna, f"Ogórki {number}")
        if "nic się nie zmieniło" in shown.text:
            return shown
    raise AssertionError("it is never full")


def submit_first_step(anna: PersonDriver, name: str) -> SeenForm:
    """What is shown after the first step of a new project."""
    while anna.form is not None:
        anna.form.close()
    anna.types("/duet nowy")
    assert anna.form is not None
    shown = anna.form.fill(FIRST_STEP | {"Nazwa projektu": name}).submit()
    assert shown is not None
    assert shown.trouble is None
    return shown


def enqueue_texts(database: Database, *texts: str) -> None:
    with transaction(database) as session:
        for text in texts:
            enqueue_delivery(
                session, team_id=PIKUS.id, lane="dm:U0ANNA", key=text, kind="message", content={"text": text}
            )


def name_in_draft(database: Database) -> str:
    with read_only_session(database) as session:
        return str(session.exec(select(Draft)).one().values["name"])
