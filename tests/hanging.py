"""`duet` with one kind of timer more, which never ends: `python -m tests.hanging run`, for `test_watchdog.py`."""

from datetime import datetime
from threading import Event
from typing import Final

from sqlmodel import Session

from bot import declarations
from bot.__main__ import cli
from storage.timers import Timer

HANGING: Final = "hanging"  # timer kind


def hang_forever(session: Session, timer: Timer, now: datetime) -> datetime | None:
    Event().wait()
    return None


if __name__ == "__main__":
    declarations.TIMERS = {**declarations.TIMERS, HANGING: hang_forever}
    cli()
