"""A playground in a thread of its own, for tests, which are synchronous."""

import asyncio
import json
import marshal
import threading
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from playground.control import Args, answer_control
from playground.driver import MARGIN_SECONDS, Json
from playground.server import Playground
from tests.driving import RecordingWire

T = TypeVar("T")


class PlaygroundThread:
    """A playground in a thread of its own, beside the test; takes `Playground`'s arguments.

    `with PlaygroundThread(manifest) as playground: Driver(playground.url)`. The object yielded is the
    `Playground`: read from it, but change it only through the driver, or `in_loop`.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        self._build: Callable[[], Playground] = lambda: Playground(*args, **settings)
        self._playground: Playground | None = None
        self._runner = asyncio.Runner()
        self._loop = self._runner.get_loop()
        self._thread = threading.Thread(target=self._serve, name="playground")

    def start(self) -> Playground:
        """Raises what building or starting the playground raised."""
        self._thread.start()
        try:
            self._playground = self.in_loop(self._build)
            asyncio.run_coroutine_threadsafe(self._playground.start(), self._loop).result()
        except BaseException:
            self.stop()
            raise
        return self._playground

    def stop(self) -> None:
        if self._thread.is_alive():
            if self._playground is not None:
                asyncio.run_coroutine_threadsafe(self._playground.stop(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def in_loop(self, work: Callable[[], T]) -> T:
        """What `work` returns, done where the workspace's state may be touched."""

        async def run() -> T:
            return work()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    def answers(self, name: str, args: Args, *, is_read: bool, seconds: float) -> tuple[int, Json]:
        """What the control API answers; a copy of it, as it would be over HTTP."""
        assert self._playground is not None
        asked = answer_control(self._playground.control, name, args, is_read=is_read)
        status, told = asyncio.run_coroutine_threadsafe(asked, self._loop).result(seconds)
        return status, marshal.loads(marshal.dumps(told))

    def __enter__(self) -> Playground:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _serve(self) -> None:
        with self._runner:
            self._loop.run_forever()


class DirectWire(RecordingWire):
    """Asks the control API of a playground in this process without HTTP, which takes ten times as long."""

    def __init__(self, thread: PlaygroundThread, url: str, settle: Callable[[], None] | None) -> None:
        super().__init__(url, settle)
        self._thread = thread

    def _ask_to_read(self, name: str, query: str) -> tuple[int, Json]:
        args = dict(parse_qsl(query, keep_blank_values=True))
        return self._thread.answers(name, args, is_read=True, seconds=MARGIN_SECONDS)

    def _ask_to_write(self, name: str, body: str, waits: float) -> tuple[int, Json]:
        return self._thread.answers(name, json.loads(body), is_read=False, seconds=waits + MARGIN_SECONDS)
