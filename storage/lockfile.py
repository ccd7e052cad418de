"""One Duet process per SQLite file. PostgreSQL arbitrates between several by itself."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.engine import Database


class AlreadyRunning(Exception):
    """Another process runs on this file."""


@contextmanager
def only_process(database: Database) -> Iterator[None]:
    """Held while Duet runs; the kernel lets go of it however the process ends. Raises: AlreadyRunning."""
    if not database.is_sqlite:
        yield
        return
    path = Path(f"{database.engine.url.database}.lock")
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(str(path)) from None
        yield
