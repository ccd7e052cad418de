"""One Duet process per SQLite file. PostgreSQL arbitrates between several by itself."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.engine import Database


class AlreadyRunning(Exception):
    """Another process runs on this file."""


class FolderNotWritable(Exception):
    """The folder of the database, beside which SQLite and Duet write files of their own; the message says why."""


@contextmanager
def hold_process_lock(database: Database) -> Iterator[None]:
    """Held while Duet runs; the kernel lets go of it however the process ends.

    Raises: AlreadyRunning, FolderNotWritable.
    """
    if not database.is_sqlite:
        yield
        return
    path = Path(f"{database.engine.url.database}.lock")
    try:
        lock = path.open("w")
    except OSError as error:
        raise FolderNotWritable(f"{path.absolute().parent}: {error.strerror}") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(str(path)) from None
        yield
