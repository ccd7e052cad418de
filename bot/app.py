"""The composition root: the only place that knows all the parts.

Settings → database → Slack → Bolt app → workers, with what the features declare of themselves.
"""

import asyncio
from collections.abc import Collection, Coroutine, Sequence
from datetime import UTC, timedelta
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.charter import channel_status
from bot.declarations import DELIVERIES, TIMERS
from bot.deliveries.installing import begin_installation
from bot.deliveries.worker import LONGEST_REST_SECONDS, REST_BESIDE_OTHERS_SECONDS, DeliveryWorker
from bot.home.keeper import HomeKeeper
from bot.people.directory import Directory
from bot.people.welcome import warn_installer
from bot.privacy.retention import apply_retention
from bot.runtime.clock import FileClock, Now, real_now
from bot.runtime.errors import OperatorError
from bot.runtime.settings import Settings
from bot.scheduling.health import Health
from bot.scheduling.monitor import Monitor
from bot.scheduling.watchdog import Progress, Watchdog
from bot.scheduling.worker import TimerWorker
from bot.slack.client import Slack, SlackError, wait_for_slack
from bot.slack.intake import Intake, OwnTokens, wait_until_idle
from bot.slack.socket_mode import SocketMode
from handlers import FEATURES
from handlers.bolt_adapter import BoltAdapter
from handlers.router import Router
from storage.engine import Database
from storage.session import DATABASE_TROUBLE, transaction

if TYPE_CHECKING:
    from starlette.routing import Route

    from bot.slack.http_mode import HttpMode
    from bot.slack.installations import InstallationStore
    from bot.slack.token_rotation import TokenRotator
    from bot.slack.token_vault import TokenVault

log = structlog.get_logger()

DRAIN_SECONDS = 8.0
LOOKUP_SHARE = 0.6  # of a request's budget, for asking Slack who somebody is
RETENTION = timedelta(hours=1)
ROTATION = timedelta(minutes=1)


def open_vault(settings: Settings) -> "TokenVault":
    """Raises: OperatorError."""
    from bot.slack.token_vault import TokenVault

    try:
        return TokenVault(settings.keys())
    except ValueError:
        raise OperatorError(
            "DUET_TOKEN_KEYS: not all of them are keys. `duet tokens new-key` prints one."
        ) from None


class ProcessKind(Enum):
    """What of Duet a process does: one may do all of it, or several share it on PostgreSQL (architecture §5)."""

    WHOLE = "run, serve"
    INTAKE = "run --no-workers, serve --no-workers"
    WORKERS = "work"

    @property
    def has_workers(self) -> bool:
        return self is not ProcessKind.INTAKE


class Duet:
    """Duet, running against one database and the workspaces of its tokens."""

    def __init__(
        self, settings: Settings, database: Database, slack: Slack, kind: ProcessKind = ProcessKind.WHOLE
    ) -> None:
        self._settings = settings
        self._kind = kind
        self._database = database
        self._slack = slack
        self.now: Now = real_now if settings.clock_file is None else FileClock(settings.clock_file)
        self.deliveries = DeliveryWorker(
            database,
            slack,
            DELIVERIES,
            now=self.now,
            pace=settings.pace,
            settle=settings.settle,
            rest_seconds=REST_BESIDE_OTHERS_SECONDS if kind is ProcessKind.WORKERS else LONGEST_REST_SECONDS,
            searches=settings.look_before_resending,
            on_readers_seen=channel_status.react_to_channel_readers,
        )
        self.timers = TimerWorker(database, TIMERS, now=self.now)
        self.health = Health(
            database,
            self.timers,
            tick_seconds=settings.tick_seconds,
            has_workers=kind.has_workers,
            faults=lambda: self.deliveries.faults,
        )
        budget_seconds = settings.budget_seconds
        self.adapter = BoltAdapter(
            database,
            slack,
            Router(FEATURES),
            Directory(database, slack, timeout_seconds=LOOKUP_SHARE * budget_seconds, now=self.now),
            now=self.now,
            budget_seconds=budget_seconds,
        )
        self._store = self._build_store()
        self._rotator = self._build_rotator()
        self._erasures = 0  # what retention has erased since the start
        self.monitor: Monitor | None = None  # once it runs, where it has one
        self.homes = HomeKeeper(database, now=self.now, rest_seconds=settings.pace.total_seconds())
        database.on_commit.append(self.deliveries.wake)
        database.on_change.append(self.homes.note_change)

    def _build_store(self) -> "InstallationStore | None":
        """Where Duet was installed over OAuth; None without a key to the tokens. Raises: OperatorError."""
        if not self._settings.keys():
            return None
        from bot.slack.installations import InstallationStore  # only for those who have installed it so

        self._slack.store = store = InstallationStore(
            self._database,
            self._slack,
            open_vault(self._settings),
            on_installed=lambda session, bot: begin_installation(session, bot, now=self.now()),
            greet=self.adapter.installations.greet,
        )
        return store

    def _build_rotator(self) -> "TokenRotator | None":
        settings = self._settings
        if not settings.can_be_installed:
            return None
        from bot.slack.token_rotation import TokenRotator

        return TokenRotator(
            self._database,
            self._slack,
            open_vault(settings),
            client_id=settings.client_id,
            client_secret=settings.client_secret.get_secret_value(),
            now=real_now,
            on_lost=warn_installer,
        )

    def socket_mode(self) -> SocketMode:
        return SocketMode(self._slack, self._settings.app_token.get_secret_value())

    def http_mode(self, host: str, port: int) -> "HttpMode":
        """Of workers alone, which nobody sends requests to: their health."""
        from bot.slack.http_mode import HttpMode  # an extra: only those who serve need it installed

        secret = None if self._kind is ProcessKind.WORKERS else self._settings.signing_secret.get_secret_value()
        pages = () if secret is None else self._list_install_pages()
        return HttpMode(host, port, signing_secret=secret, health=self.health, pages=pages)

    def _list_install_pages(self) -> "Sequence[Route]":
        if self._store is None or not self._settings.can_be_installed:
            return ()
        from bot.slack.oauth import InstallPages

        settings = self._settings
        secret = settings.client_secret.get_secret_value()
        return InstallPages(
            self._database,
            self._store,
            api_url=settings.slack_api_url,
            client_id=settings.client_id,
            client_secret=secret,
        ).list_routes()

    async def run(self, intake: Intake, stop: asyncio.Event, ready: asyncio.Event | None = None) -> None:
        """Until `stop` is set; then ends without losing what is in flight.

        Raises: SlackError, OperatorError, at the start.
        """
        if not await _finish_before_stop(self._sign_in(), stop):
            return
        monitor = self._monitor()
        scheduler, watchdog = self._scheduler(), self._build_watchdog()
        tasks = {asyncio.create_task(self.homes.run())}  # in each process, which knows what it has changed
        if self._kind.has_workers:
            delivering = asyncio.create_task(self.deliveries.run())
            tasks.add(delivering)
            self.health.watch(delivering)
        try:
            if not await _finish_before_stop(intake.open(self._bolt()), stop):
                return
            if self._kind.has_workers:
                scheduler.start()
            watchdog.start()
            log.info("duet.ready", workspaces=len(self._slack.bots), kind=self._kind.value)
            if ready is not None:
                ready.set()
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({stopping, *tasks}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
        finally:
            watchdog.stop()
            await self._shut_down(intake, scheduler, tasks)
            if monitor is not None:
                monitor.stop()
        for task in tasks:
            task.result()

    async def _shut_down(
        self, intake: Intake, scheduler: AsyncIOScheduler, tasks: Collection[asyncio.Task[None]]
    ) -> None:
        self.health.stopping = True
        intake.stop()
        if scheduler.running:
            scheduler.pause()  # its shutdown would cancel a tick under way
        self.timers.stop()
        self.deliveries.stop()
        self.homes.stop()
        in_time = await wait_until_idle(
            lambda: (
                intake.is_idle
                and self.adapter.is_idle
                and self.timers.is_idle
                and all(task.done() for task in tasks)
            ),
            at_most_seconds=DRAIN_SECONDS,
        )
        await intake.close()
        if scheduler.running:
            scheduler.shutdown(wait=False)
        for task in tasks:
            if not task.done():
                task.cancel()  # what was being sent is uncertain, and looked for after the start
                await asyncio.wait({task})
        log.info("duet.stopped", drained=in_time)

    def _monitor(self) -> Monitor | None:
        """Listening, if a port was given for it. Raises: OperatorError."""
        host, port = self._settings.monitor_host, self._settings.monitor_port
        if port is None:
            return None
        monitor = Monitor(host, port, database=self._database, health=self.health, now=self.now)
        monitor.start()
        self.monitor = monitor
        return monitor

    async def _sign_in(self) -> None:
        """A token that does not work any more stops its own workspace only; for a Slack that is away is waited.

        Raises: SlackError if no token works.
        """
        failure: SlackError | None = None
        for token in self._settings.tokens():
            try:
                bot = await wait_for_slack(partial(self._slack.sign_in, token))
            except SlackError as error:
                log.error("workspace.not_signed_in", error=error.code)
                failure = error
                continue
            with transaction(self._database) as session:
                begin_installation(session, bot, now=self.now())
        if failure is not None and not self._slack.bots and self._store is None:
            raise failure

    def _bolt(self) -> AsyncApp:
        app = AsyncApp(
            name="duet",  # Bolt would ask the whole stack for a file's name
            client=AsyncWebClient(base_url=self._settings.slack_api_url),
            authorize=OwnTokens(self._slack),
            request_verification_enabled=False,  # Socket Mode has no signatures; of HTTP the guard lets no other in
            attaching_function_token_enabled=False,  # of steps in other apps' workflows: Duet offers none
            process_before_response=True,
        )
        self.adapter.listen(app)
        return app

    def _scheduler(self) -> AsyncIOScheduler:
        """Ticks; what is due, and whether it is, stands in the database."""
        scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        )
        scheduler.add_job(self.timers.tick, "interval", seconds=self._settings.tick_seconds)
        scheduler.add_job(self._retain, "interval", seconds=RETENTION.total_seconds())
        if self._rotator is not None:
            scheduler.add_job(self._rotator.rotate_due, "interval", seconds=ROTATION.total_seconds())
        return scheduler

    async def _retain(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            erase = partial(apply_retention, self._database, self.now(), on_step=self._note_erasure)
            await loop.run_in_executor(self._database.writer_threads, erase)
        except DATABASE_TROUBLE as error:  # another process does the same just now, perhaps; an hour later, then
            log.warning("retention.postponed", error=type(error).__name__)
        await self.adapter.presence.look_at_lost()

    def _build_watchdog(self) -> Watchdog:
        """On SQLite, workers wait for what retention erases: what it has done counts as their work."""
        works: dict[str, Progress] = {}
        if self._kind.has_workers:
            works["timers"] = lambda: self.timers.turns + self._erasures
            works["deliveries"] = lambda: self.deliveries.turns + self._erasures
        return Watchdog(works, patience_seconds=self._settings.stalled_seconds)

    def _note_erasure(self) -> None:
        self._erasures += 1


async def _finish_before_stop(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> bool:
    """Whether it was done before `stop` was set: what waits for Slack at the start can be stopped, too."""
    doing, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not doing.done():
        doing.cancel()
        await asyncio.wait({doing})
        return False
    await doing
    return True
