"""Copies of the SQLite file: whole or not there at all, and put back without what was left beside the old file."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.database import open_database, prepare_database
from bot.runtime.clock import real_now
from bot.runtime.errors import OperatorError
from storage import copies
from storage.engine import Database
from storage.session import read_only_session, transaction
from storage.workspaces import load_workspace, record_installation
from tests.running import ROOT

TEAM = "T0PIKUS"


@contextmanager
def open_copy(folder: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{folder / 'duet.db'}")
    try:
        yield database
    finally:
        database.close()


def write(database: Database, bot_user_id: str) -> None:
    with transaction(database) as session:
        record_installation(session, team_id=TEAM, enterprise_id=None, bot_user_id=bot_user_id)


def read_bot_user(database: Database) -> str:
    with read_only_session(database) as session:
        return load_workspace(session, TEAM).bot_user_id


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_copy_is_made_while_others_write(tmp_path: Path) -> None:
    with open_copy(tmp_path) as database:
        prepare_database(database)
        write(database, "U0OLD")
        copy = copies.copy_sqlite_file(database, real_now())
        write(database, "U0NEW")
        assert copies.restore_sqlite_file(database, copy, real_now()) is not None
    with open_copy(tmp_path) as database:
        assert read_bot_user(database) == "U0OLD"


def test_after_a_kill_a_copy_is_put_back_without_what_was_left_beside(tmp_path: Path) -> None:
    """`-wal` and `-shm` of a killed process hold changes of the old file: they go with it, and nothing is lost."""
    with open_copy(tmp_path) as database:
        prepare_database(database)
        write(database, "U0OLD")
        copy = copies.copy_sqlite_file(database, real_now())
    _write_and_be_killed(tmp_path)
    assert {"duet.db-wal", "duet.db-shm"} <= names(tmp_path)
    with open_copy(tmp_path) as database:
        aside = copies.restore_sqlite_file(database, copy, real_now())
    assert aside is not None
    with open_copy(tmp_path) as database:
        assert read_bot_user(database) == "U0OLD"
        write(database, "U0AFTER")
    with open_copy(tmp_path) as database:
        assert read_bot_user(database) == "U0AFTER"
    shutil.move(tmp_path / "duet.db", tmp_path / "restored.db")
    for suffix in ("", *copies.COMPANIONS):  # what was there before can be had again, whole
        if (left := Path(f"{aside}{suffix}")).exists():
            left.rename(f"{tmp_path / 'duet.db'}{suffix}")
    with open_copy(tmp_path) as database:
        assert read_bot_user(database) == "U0KILLED"


def _write_and_be_killed(folder: Path) -> None:
    lines = (
        "import os, signal",
        "from bot.database import open_database",
        "from storage.session import transaction",
        "from storage.workspaces import record_installation",
        "database = open_database('sqlite:///duet.db')",
        "with transaction(database) as session:",
        f"    record_installation(session, team_id='{TEAM}', enterprise_id=None, bot_user_id='U0KILLED')",
        "os.kill(os.getpid(), signal.SIGKILL)",
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], cwd=folder, env=environment, check=False)
    assert done.returncode == -9


def test_what_is_no_whole_database_of_duets_is_not_put_back(tmp_path: Path) -> None:
    with open_copy(tmp_path) as database:
        prepare_database(database)
        write(database, "U0KEPT")
        copy = copies.copy_sqlite_file(database, real_now())
        damaged, other, newer = (tmp_path / name for name in ("damaged", "other", "newer"))
        damaged.write_bytes(copy.read_bytes()[:8192] + os.urandom(8192) + copy.read_bytes()[16384:])
        (tmp_path / "empty").touch()
        (tmp_path / "text").write_text("not a database " * 500)
        with closing(sqlite3.connect(other)) as connection, connection:
            connection.execute("CREATE TABLE anything (id)")
        shutil.copy(copy, newer)
        with closing(sqlite3.connect(newer)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = 'of_the_future'")
        before = names(tmp_path)
        for name in ("damaged", "empty", "text", "other", "newer"):
            with pytest.raises(OperatorError, match="The file cannot be used"):
                copies.restore_sqlite_file(database, tmp_path / name, real_now())
        with pytest.raises(OperatorError, match="There is no file"):
            copies.restore_sqlite_file(database, tmp_path / "nowhere", real_now())
        assert names(tmp_path) == before
        assert read_bot_user(database) == "U0KEPT"


def test_in_the_wrong_folder_nothing_is_copied_and_nothing_made(tmp_path: Path) -> None:
    with open_copy(tmp_path) as database, pytest.raises(OperatorError, match="There is no file"):
        copies.copy_sqlite_file(database, real_now())
    assert names(tmp_path) == set()


def test_a_copy_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    """Written under another name until it is whole: a limit on the size of files stands for a full disk."""
    with open_copy(tmp_path) as database:
        prepare_database(database)
    before = names(tmp_path)
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 40; trap '' XFSZ; {sys.executable} -m bot db backup"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "That did not work" in done.stderr
    assert "Traceback" not in done.stderr
    assert names(tmp_path) == before


def test_a_restore_that_was_killed_is_finished_before_duet_starts(tmp_path: Path) -> None:
    with open_copy(tmp_path) as database:
        prepare_database(database)
        write(database, "U0COPY")
        copy = copies.copy_sqlite_file(database, real_now())
    (tmp_path / "duet.db").unlink()
    shutil.copy(copy, tmp_path / "duet.db.restoring")  # as it is between two of the renamings
    with open_copy(tmp_path) as database:
        with pytest.raises(OperatorError, match="restoring"):
            prepare_database(database)
        assert copies.restore_sqlite_file(database, tmp_path / "duet.db.restoring", real_now()) is None
    with open_copy(tmp_path) as database:
        prepare_database(database)
        assert read_bot_user(database) == "U0COPY"
    assert "duet.db.restoring" not in names(tmp_path)


def test_what_is_deleted_is_overwritten(tmp_path: Path) -> None:
    """§11.2: in the file; not only taken out of its tables."""
    with open_copy(tmp_path) as database:
        prepare_database(database)
        write(database, "U0KASZTANKA")
    assert b"U0KASZTANKA" in (tmp_path / "duet.db").read_bytes()
    with open_copy(tmp_path) as database, transaction(database) as session:
        session.execute(text("DELETE FROM workspaces"))
    assert b"U0KASZTANKA" not in (tmp_path / "duet.db").read_bytes()
