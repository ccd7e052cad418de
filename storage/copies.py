"""Copies of a SQLite database: made while others write, checked before they bear a good name, and put back."""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from bot.runtime.errors import OperatorError
from storage import schema
from storage.engine import Database, connect_database
from storage.pulse import PulseRespondent

COMPANIONS = ("-wal", "-shm")
"""What SQLite keeps beside a database that is open, or was when its process was killed."""


def sqlite_path(database: Database) -> Path:
    return Path(database.engine.url.database or "")


def copy_sqlite_file(database: Database, now: datetime) -> Path:
    """Copies the SQLite file beside itself, while others may be writing. Returns the copy.

    Raises: OperatorError; OSError or sqlite3.Error, which leave no copy.
    """
    refuse_missing_file(database)
    path = sqlite_path(database)
    copy = path.with_name(f"{path.name}.{now:%Y%m%dT%H%M%S%f}.backup")
    _copy_whole(path, copy)
    return copy


def restore_sqlite_file(database: Database, copy: Path, now: datetime) -> Path | None:
    """Puts `copy` in the place of the SQLite file. Returns where the old file is now, None if there was none.

    The caller holds the lock of the running process. What SQLite kept beside the old file goes with it: left
    behind, it would be read as part of the copy. Raises: OperatorError, OSError or sqlite3.Error, which
    change nothing.
    """
    path = sqlite_path(database)
    if not copy.is_file():
        raise OperatorError(f"There is no file {copy}. Nothing was changed.")
    incoming = _incoming_path(path)
    if copy.resolve() != incoming.resolve():  # else an interrupted restore goes on
        _remove_database(incoming)
        _copy_whole(copy, incoming)
    aside = path.with_name(f"{path.name}.{now:%Y%m%dT%H%M%S%f}.replaced")
    was_there = path.exists()
    if was_there:
        owner = path.stat()
        os.chown(incoming, owner.st_uid, owner.st_gid)  # an admin restores what a service's user must read
    for suffix in ("", *COMPANIONS):
        old = Path(f"{path}{suffix}")
        if old.exists():
            old.rename(f"{aside}{suffix}")
    incoming.rename(path)
    _write_through(path.parent)
    return aside if was_there else None


def refuse_half_restore(database: Database) -> None:
    """Raises: OperatorError, rather than letting Duet go on with half of the old database, or an empty one."""
    incoming = _incoming_path(sqlite_path(database))
    if incoming.exists():
        raise OperatorError(f"A restore was interrupted: finish it with `duet db restore {incoming}`.")


def refuse_missing_file(database: Database) -> None:
    """Raises: OperatorError, where connecting would make an empty one."""
    path = sqlite_path(database)
    if not path.is_file():
        raise OperatorError(f"There is no file {path}: run this where Duet runs, or set DATABASE_URL.")


def _unusable_file(reason: str) -> OperatorError:
    return OperatorError(f"The file cannot be used: {reason}. Nothing was changed.")


def _incoming_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.restoring")


def _copy_whole(source: Path, target: Path) -> None:
    """Under a name of its own until it is whole and on the disk."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as reader,
            closing(sqlite3.connect(unfinished)) as writer,
        ):
            reader.backup(writer)
        _check_copy(unfinished)
        _empty_respondents(unfinished)
        with closing(sqlite3.connect(unfinished)) as written:
            written.execute("PRAGMA journal_mode=DELETE")  # one file, which can be read from a read-only disk, too
        _write_through(unfinished)
        unfinished.rename(target)
        _write_through(target.parent)
    except sqlite3.OperationalError:  # a full disk, a folder that cannot be written
        raise
    except (sqlite3.DatabaseError, DBAPIError):
        raise _unusable_file("it is no whole SQLite database") from None
    finally:
        _remove_database(unfinished)


def _empty_respondents(copy: Path) -> None:
    """No copy says who has answered an open pulse (product §11.2); VACUUM leaves nothing of deleted rows either."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute(str(delete(PulseRespondent)))
        connection.execute("VACUUM")


def _write_through(path: Path) -> None:
    """To the disk: a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_copy(copy: Path) -> None:
    """Raises: OperatorError, if it is no whole database of Duet's."""
    with closing(sqlite3.connect(copy)) as connection:
        verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if verdict != "ok":
        raise _unusable_file(f"it is damaged: {verdict}")
    database = connect_database(f"sqlite:///{copy}")
    try:
        if schema.is_database_empty(database):
            raise _unusable_file("it is no database of Duet")
    except schema.UnknownRevision:
        raise _unusable_file("it was made by another version of Duet") from None
    finally:
        database.close()


def _remove_database(path: Path) -> None:
    for suffix in ("", *COMPANIONS):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
