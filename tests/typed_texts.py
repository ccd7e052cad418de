"""What people typed and filled in, kept for the tests that look for it in logs and on screens."""

from collections.abc import Callable
from typing import Any

from playground.driver import Driver, Wire

WRITTEN: set[str] = set()  # of this process; a command also without its first word


class RecordingWire(Wire):
    def write(self, name: str, /, **body: Any) -> Any:
        if name == "say":
            WRITTEN.add(body["text"])
        elif name == "type":
            WRITTEN.update((body["text"], body["text"].partition(" ")[2]))
        elif name == "fill":
            several = isinstance(body["value"], list | tuple)
            WRITTEN.update(
                each for each in (body["value"] if several else [body["value"]]) if isinstance(each, str)
            )
        WRITTEN.discard("")
        return super().write(name, **body)


class RecordingDriver(Driver):
    def __init__(self, url: str, settle: Callable[[], None] | None = None) -> None:
        super().__init__(url, settle)
        self._wire = RecordingWire(self.url, settle)
