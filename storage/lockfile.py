"""One Duet process per SQLite file. PostgreSQL arbitrates between several by itself."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.runtime.errors import OperatorError
from storage.engine import Database


@contextmanager
def hold_process_lock(database: Database) -> Iterator[None]:
    """Held while Duet runs; the kernel lets go of it however the process ends.

    Raises: OperatorError.
    """
    if not database.is_sqlite:
        yield
        return
    path = Path(f"{database.engine.url.database}.lock")
    try:
        lock = path.open("w")
    except OSError as error:
        folder = f"{path.absolute().parent}: {error.strerror}"
        raise OperatorError(
            f"Duet cannot write beside its database, in {folder}. Let it write there, or set DATABASE_URL."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OperatorError("Another Duet is running on this database file: stop it first.") from None
        yield
