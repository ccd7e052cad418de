"""Trouble that lasts: told once when it begins and once when it is over, however often is tried meanwhile."""

import structlog

log = structlog.get_logger()


class Outage:
    """Of the database, as one kind of work meets it over and over."""

    def __init__(self, work: str) -> None:
        self._work = work
        self._failures = 0

    def note_failure(self, error: Exception) -> None:
        if not self._failures:
            log.warning("database.away", work=self._work, error=type(error).__name__)
        self._failures += 1

    def note_success(self) -> None:
        if self._failures:
            log.warning("database.back", work=self._work, failures=self._failures)
        self._failures = 0
