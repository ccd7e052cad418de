"""Logging: one JSON line an event. Never a token, a `response_url`, or anything that a person wrote."""

import logging
import sys
import traceback
from collections import Counter
from contextlib import suppress
from types import TracebackType
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

SKIPPED = Counter[str]()
"""How many items were skipped since the start, by the event that the log has of each."""


def configure_logging(level: str, stream: TextIO = sys.stderr) -> None:
    """For the whole process; the libraries' own logging goes the same way."""
    log = Unfailing(stream)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            without_messages,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, log)),
    )
    handler = logging.StreamHandler(log)
    handler.setFormatter(LibraryFormatter())
    handler.setLevel(logging.WARNING)  # of the handler: Bolt sets the levels of its loggers by itself
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def log_skipped_item(event: str, **facts: Any) -> None:
    """Logs what another version of Duet has stored, and is left out, with how many there were since the start."""
    SKIPPED[event] += 1
    structlog.get_logger().error(event, skipped_so_far=SKIPPED[event], **facts)


class Unfailing:
    """A log that cannot be written, on a full disk or into a closed pipe, must not stop what it tells of."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            return self._stream.write(text)
        return 0

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()


def without_messages(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Tracebacks without the exception's message: that may quote what a person wrote."""
    if event.pop("exc_info", None):
        error, trace = sys.exc_info()[1:]
        event["exception"] = _describe_traceback(error, trace)
    return event


class LibraryFormatter(logging.Formatter):
    """A library's record: its logger and place, without arguments, which may carry payloads."""

    def format(self, record: logging.LogRecord) -> str:
        exception: Any = _describe_traceback(*record.exc_info[1:]) if record.exc_info else None
        event = {"event": "library", "logger": record.name, "level": record.levelname.lower()}
        event |= {"at": f"{record.module}:{record.lineno}"} | ({"exception": exception} if exception else {})
        rendered = structlog.processors.JSONRenderer(ensure_ascii=False)(None, "", event)
        return str(rendered)


def _describe_traceback(error: BaseException | None, trace: TracebackType | None) -> list[str]:
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    return [*frames, type(error).__name__]
