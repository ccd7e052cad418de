"""What time it is, as aware UTC.

`now()` is business time: what is due, what is shown. Tests and the playground move it forwards.
`real_now()` is never moved: leases, pace and settling compare with what other machines do.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Now = Callable[[], datetime]


def real_now() -> datetime:
    return datetime.now(UTC)


class FileClock:
    """Business time moved by the seconds that a file holds; not moved while there is no such file.

    Re-read on each call: a playground in another process moves it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self) -> datetime:
        try:
            offset_seconds = float(self._path.read_bytes())
        except FileNotFoundError:
            offset_seconds = 0.0
        return real_now() + timedelta(seconds=offset_seconds)
