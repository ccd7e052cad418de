"""For whoever runs Duet: `/metrics`, `/healthz` and `/readyz`, on a port of their own that Slack never reaches.

Threads of its own, so that it answers while the loop is busy, and says so. Source: decision 0146.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from socketserver import TCPServer, ThreadingMixIn
from threading import Thread
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import structlog
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bot.runtime.clock import Now
from bot.runtime.errors import OperatorError
from bot.runtime.logs import SKIPPED
from bot.runtime.metrics import REGISTRY
from bot.scheduling.health import OK, Health
from storage.backlog import Backlog, load_backlog
from storage.engine import Database
from storage.session import read_only_session

log = structlog.get_logger()

READY_SECONDS: Final = 5.0
PLAIN: Final = "text/plain; charset=utf-8"

Answer = tuple[int, str, bytes]  # status, content type, body
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class WorkCollector(Collector):
    """What is to be read at each scrape: how far the workers are behind, and what waits for an operator."""

    def __init__(self, database: Database, health: Health, now: Now) -> None:
        self._database = database
        self._health = health
        self._now = now

    def collect(self) -> Iterator[Metric]:
        if self._health.expects_ticks:
            age = self._health.tick_age_seconds()
            yield GaugeMetricFamily("duet_tick_age_seconds", "Since the last tick of the timers.", age)
        yield CounterMetricFamily("duet_faults", "What Slack refused by our own fault.", self._health.faults())
        skipped = CounterMetricFamily("duet_skipped_items", "What another version has stored.", labels=["event"])
        for event, count in sorted(SKIPPED.items()):
            skipped.add_metric([event], count)
        yield skipped
        backlog = self._load_backlog()
        yield GaugeMetricFamily("duet_database_up", "Whether the database answers.", int(backlog is not None))
        if backlog is not None:
            yield from _describe_backlog(backlog)

    def _load_backlog(self) -> Backlog | None:
        try:
            with read_only_session(self._database) as session:
                return load_backlog(session, now=self._now())
        except SQLAlchemyError:
            return None


def _describe_backlog(backlog: Backlog) -> Iterator[Metric]:
    lag = "By how much the oldest timer that is due is late; 0: none is."
    yield GaugeMetricFamily("duet_due_lag_seconds", lag, backlog.due_lag_seconds)
    yield GaugeMetricFamily("duet_parked_timers", "Timers that were given up.", backlog.parked_timers)
    open_ = "Deliveries that are not settled: pending, uncertain (sent, perhaps), parked (for an operator)."
    waiting = GaugeMetricFamily("duet_open_deliveries", open_, labels=["state"])
    for state, count in sorted(backlog.deliveries.items()):
        waiting.add_metric([state], count)
    yield waiting


class Monitor:
    """Listens from `start` to `stop`."""

    def __init__(self, host: str, port: int, *, database: Database, health: Health, now: Now) -> None:
        """`port` 0: any free one."""
        self._address = (host, port)
        self._health = health
        self._registry = CollectorRegistry()
        self._registry.register(WorkCollector(database, health, now))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: WSGIServer | None = None
        self.url = ""  # http://127.0.0.1:9464, known once it listens

    def start(self) -> None:
        """Raises: OperatorError."""
        self._loop = asyncio.get_running_loop()
        host, port = self._address
        try:
            self._server = make_server(host, port, self._serve, _ThreadingServer, _SilentHandler)
        except OSError as error:
            raise OperatorError(f"The monitor cannot listen on {host}:{port}: {error.strerror}.") from None
        self.url = f"http://{host}:{self._server.server_port}"
        Thread(target=self._server.serve_forever, name="monitor", daemon=True).start()
        log.info("monitor.listening", url=self.url)

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def _serve(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        status, kind, body = self._answer(environ["PATH_INFO"])
        headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        start_response({200: "200 OK", 404: "404 Not Found"}.get(status, "503 Service Unavailable"), headers)
        return [body]

    def _answer(self, path: str) -> Answer:
        match path:
            case "/metrics":
                return 200, CONTENT_TYPE_LATEST, generate_latest(REGISTRY) + generate_latest(self._registry)
            case "/healthz":
                return _say(self._health.alive())
            case "/readyz":
                return _say(self._ask_whether_ready())
        return 404, PLAIN, b"/metrics, /healthz and /readyz\n"

    def _ask_whether_ready(self) -> str:
        assert self._loop is not None
        asked = asyncio.run_coroutine_threadsafe(self._health.ready(), self._loop)
        try:
            return asked.result(READY_SECONDS)
        except TimeoutError:
            return "loop"  # so busy that it answers nobody


def _say(word: str) -> Answer:
    return 200 if word == OK else 503, PLAIN, word.encode()


class _ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Without asking DNS what the address is called, as the standard library does."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "monitor", self.server_address[1]
        self.setup_environ()


class _SilentHandler(WSGIRequestHandler):
    timeout = 10  # seconds, for a request to arrive

    def log_message(self, format: str, *args: Any) -> None:
        """Scrapes are no news."""
