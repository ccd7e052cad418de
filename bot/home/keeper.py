"""Sees to it that the Home tabs which people have open are true (product §13.1).

It hears of each commit by which something that people look at has changed, in this process, and looks at the Homes
of that workspace; at the start it looks at all: what a process that was killed had changed is seen then. Where
another one has died and stays away, the timer of each Home looks (`bot/home/publishing.py`).
"""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TypeVar

import structlog
from sqlmodel import Session

from bot.home.publishing import is_home_stale, refresh_home
from bot.runtime.clock import Now
from bot.runtime.outages import Outage
from storage import homes
from storage.engine import Database
from storage.session import DATABASE_TROUBLE, read_only_session, transaction

log = structlog.get_logger()

T = TypeVar("T")
SHARE = 10  # after a look, so many times as long as it took is nothing looked at: it costs a tenth of a processor


class HomeKeeper:
    """`run()` until `stop()`; `note_change` from any thread, after a commit."""

    def __init__(self, database: Database, *, now: Now, rest_seconds: float) -> None:
        """`rest_seconds`: between two looks, at least."""
        self._database = database
        self._now = now
        self._rest_seconds = rest_seconds
        self._changed: set[str] = set()  # workspaces
        self._knows_all = False  # every workspace has been looked at since the start
        self._is_looking = False
        self._outage = Outage("homes.look")
        self._stopped = asyncio.Event()
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def is_idle(self) -> bool:
        """Whether every Home that is kept true has been looked at since the last change."""
        return not (self._changed or self._is_looking)

    def note_change(self, team_ids: Collection[str]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._note, set(team_ids))

    def _note(self, team_ids: set[str]) -> None:
        self._changed |= team_ids
        self._woken.set()

    def stop(self) -> None:
        """From the loop's thread. What is not looked at is looked at after the next start."""
        self._stopped.set()
        self._woken.set()

    async def run(self) -> None:
        self._loop = asyncio.get_running_loop()
        while not self._stopped.is_set():
            began = monotonic()
            await self._look()
            await self._rest(max(self._rest_seconds, SHARE * (monotonic() - began)))
            await self._woken.wait()

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopped.wait()

    async def _look(self) -> None:
        """At the Homes of the workspaces that have changed, each in a session of its own: requests come between."""
        self._woken.clear()
        changed, self._changed, self._is_looking = self._changed, set(), True
        try:
            for team_id, user_id in await self._in_reader(partial(self._list_homes, changed)):
                if self._stopped.is_set():
                    return
                await self._refresh(team_id, user_id)
            self._knows_all = True
            self._outage.note_success()
        except DATABASE_TROUBLE as error:
            self._outage.note_failure(error)
            self._note(changed)
        finally:
            self._is_looking = False

    def _list_homes(self, changed: set[str], session: Session) -> Collection[tuple[str, str]]:
        if not self._knows_all:
            return homes.list_opened_homes(session, self._now())
        return homes.list_homes_opened_in(session, changed, self._now()) if changed else ()

    async def _refresh(self, team_id: str, user_id: str) -> None:
        """Most changes are about something else: only what shows is written. Raises: what the database raises."""
        which = {"team_id": team_id, "user_id": user_id}
        try:
            if await self._in_reader(lambda session: is_home_stale(session, **which, now=self._now())):
                await asyncio.get_running_loop().run_in_executor(
                    self._database.writer_threads, partial(self._publish, **which)
                )
        except DATABASE_TROUBLE:
            raise
        except Exception:  # of one Home: the others are to be true, too
            log.exception("home.not_refreshed", **which)

    def _publish(self, *, team_id: str, user_id: str) -> None:
        with transaction(self._database) as session:
            refresh_home(session, team_id=team_id, user_id=user_id, now=self._now())

    async def _in_reader(self, work: Callable[[Session], T]) -> T:
        def read() -> T:
            with read_only_session(self._database) as session:
                return work(session)

        return await asyncio.get_running_loop().run_in_executor(self._database.reader_threads, read)
