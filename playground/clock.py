"""The playground's clock: real time plus an offset that only grows."""

import time
from pathlib import Path


class Clock:
    """Tells the moved time. Message times, events, `response_url` ages and rate limits follow it; trigger ids do
    not, because the bot answers in real time.

    `file`, if given, holds the offset as a plain decimal number of seconds, replaced atomically, so that
    a bot in another process can follow. An offset found there at the start is kept.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self.offset_seconds = 0.0
        if file is not None and file.exists():
            self.offset_seconds = float(file.read_text() or 0)
        self._publish()

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self.offset_seconds

    def advance(self, seconds: float) -> None:
        """Raises `ValueError` for a negative number: nobody can un-send what has come due."""
        if seconds < 0:
            raise ValueError("the clock only moves forwards")
        self.offset_seconds += seconds
        self._publish()

    def _publish(self) -> None:
        if self._file is None:
            return
        draft = self._file.with_name(self._file.name + ".new")
        draft.write_text(f"{self.offset_seconds:.6f}")
        draft.replace(self._file)
