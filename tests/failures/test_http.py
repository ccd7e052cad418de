"""Over HTTP: what is not Slack's is turned away unread, and nothing of it stands in the log.

Source: architecture §3, "HTTP mode"; the cases that Bolt alone gets wrong.
"""

import asyncio
import json
import os
import resource
import signal
import socket
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode, urlsplit

import pytest
from sqlmodel import select

from bot.slack.guard import MOST_BYTES
from bot.slack.http_mode import FILES_BESIDE, REQUEST_PATH, LimitedConnection
from bot.slack.signatures import Flaw, sign_body
from playground.server import Playground
from storage.engine import connect_database
from storage.projects import Project
from storage.session import read_only_session
from tests.driving import PATIENCE_SECONDS, Driver
from tests.failures.test_locked_database import FIRST_STEP, hold_write_lock
from tests.plain_http import HttpAnswer, send_http
from tests.playground_thread import PlaygroundThread
from tests.processes import run_serving_process
from tests.running import IS_LONG, MANIFEST, PATIENT, SqliteFiles, run_office

MARKER = "Kasztanka"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
COMMAND = urlencode(
    {
        "command": "/duet",
        "text": MARKER,
        "team_id": "T0PIKUS",
        "user_id": "U0ANNA",
        "channel_id": "C0GENERAL",
        "trigger_id": "1.2.3",
    }
).encode()
FIVE_MEGABYTES = [MARKER.encode() * 100_000] * 6


@dataclass(frozen=True)
class Served:
    playground: Playground
    url: str
    log: Path
    pid: int

    def posts(
        self,
        body: bytes | list[bytes] = COMMAND,
        *,
        kind: str = FORM,
        at: str | bytes | None = None,
        signature: str | bytes | None = None,
        without: str = "",
        twice: str = "",
    ) -> HttpAnswer:
        """What Slack would post, but for what is asked for. The signature fits whatever the timestamp is."""
        timestamp = str(int(time.time())) if at is None else at
        timestamp = timestamp.encode() if isinstance(timestamp, str) else timestamp
        whole = body if isinstance(body, bytes) else b"".join(body)
        headers: list[tuple[str, str | bytes]] = [
            ("Content-Type", kind),
            ("X-Slack-Request-Timestamp", timestamp),
            ("X-Slack-Signature", signature or sign_body(self.secret, timestamp, whole)),
        ]
        sent = [header for header in headers if without not in header[0] or not without]
        sent += [header for header in headers if twice and twice in header[0]]
        return send_http(f"{self.url}{REQUEST_PATH}", "POST", body, sent)

    @property
    def secret(self) -> bytes:
        return self.playground.signing_secret.encode()


@pytest.fixture(scope="module")
def served(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder, settings = tmp_path_factory.mktemp("served"), {**PATIENT, "DUET_LOG_LEVEL": "DEBUG"}
    with (
        sqlite_files.new(folder) as database_url,
        PlaygroundThread(MANIFEST, pace_seconds=0, ack_seconds=PATIENCE_SECONDS) as playground,
        run_serving_process(playground, database_url, folder / "log", **settings) as (process, url),
    ):
        running = Served(playground, url, folder / "log", process.pid)
        yield running
    _check_log(running)  # all of it: what is still on its way when a test looks is seen here


@pytest.fixture(autouse=True)
def nothing_in_the_log(served: Served) -> Iterator[None]:
    yield
    _check_log(served)


def _check_log(served: Served) -> None:
    """No body, no secret, no signature, no trace."""
    logged = served.log.read_text("utf-8")
    for private in (MARKER, served.playground.signing_secret, "v0=", "xoxb-", "Traceback", "exception"):
        assert private not in logged


def seconds_from_now(seconds: int) -> str:
    return str(int(time.time()) + seconds)


def test_what_slack_has_signed_is_answered(served: Served) -> None:
    answer = served.posts()
    assert answer.status == 200
    assert "Nie znam słowa" in json.loads(answer.text)["text"]
    assert served.posts(at=seconds_from_now(-290)).status == 200
    assert served.posts(at=seconds_from_now(290)).status == 200


def test_nothing_is_signed(served: Served) -> None:
    assert send_http(f"{served.url}{REQUEST_PATH}", "POST", COMMAND, {"Content-Type": FORM}) == HttpAnswer(401, "")


@pytest.mark.parametrize("missing", ["Signature", "Timestamp"])
def test_half_of_it_is_missing_or_doubled(served: Served, missing: str) -> None:
    assert served.posts(without=missing) == HttpAnswer(401, "")
    assert served.posts(twice=missing) == HttpAnswer(401, "")


@pytest.mark.parametrize(
    "timestamp",
    [
        *("soon", "", "-1", "+1", "1e9", "0x7f", "1_700_000_000", "9" * 13, "9" * 5000, "nan", "inf"),
        *("１７０００００００００".encode(), "wczoraj o świcie".encode(), b"\xff\xfe", f"{MARKER}".encode()),
    ],
)
def test_the_timestamp_is_no_number(served: Served, timestamp: str | bytes) -> None:
    """Bolt answers 500 to these (seen)."""
    assert served.posts(at=timestamp) == HttpAnswer(401, "")


@pytest.mark.parametrize("seconds", [-301, 310, -86_400, 86_400])
def test_it_is_old_or_of_the_future(served: Served, seconds: int) -> None:
    assert served.posts(at=seconds_from_now(seconds)) == HttpAnswer(401, "")


@pytest.mark.parametrize(
    "signature",
    [
        "v0=" + "0" * 64,
        "v1=" + "0" * 64,
        "v0=",
        "0",
        MARKER,
        "v0=żółć".encode(),
        b"v0=\xff\xfe",
        "v0=" + "0" * 10_000,
    ],
)
def test_the_signature_is_wrong(served: Served, signature: str | bytes) -> None:
    """Non-ASCII is 500 with Bolt alone (seen)."""
    assert served.posts(signature=signature) == HttpAnswer(401, "")


def test_the_signature_is_of_another_body(served: Served) -> None:
    now = seconds_from_now(0)
    assert served.posts(at=now, signature=sign_body(served.secret, now.encode(), COMMAND + b"x")) == HttpAnswer(
        401, ""
    )


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", JSON),
        (b"", JSON),
        (b"[]", JSON),
        (b"null", JSON),
        (b"{}", JSON),
        (b'"Kasztanka"', JSON),
        (b'{"type": 7}', JSON),
        (b'{"type": "event_callback", "event": "Kasztanka"}', JSON),
        (b'{"type": "url_verification"}', JSON),
        (b"[" * 100_000, JSON),
        (b"9" * 5_000, JSON),
        (b'{"type": "Kasztanka\xff"}', JSON),
        (b"{", FORM),
        (b"", FORM),
        (b"Kasztanka", FORM),
        (b"payload={", FORM),
        (b"payload=", FORM),
        (b"payload=[]", FORM),
        (b"payload=%7B%22type%22%3A%22block_actions%22%7D", FORM),
        (b"payload=%7B%22type%22%3A%22view_submission%22%2C%22user%22%3A%7B%7D%7D", FORM),
        (b"command=/duet&text=Kasztanka", FORM),
        (COMMAND + b"&text=%FF%FE", FORM),
        (COMMAND + b"\xff", FORM),
        (COMMAND + b"&x=1" * 60, FORM),
        (b"{", "text/plain"),
        (COMMAND, "multipart/form-data; boundary=x"),
        (COMMAND, ""),
    ],
)
def test_the_body_is_malformed(served: Served, body: bytes, kind: str) -> None:
    """400 if it is signed; else nobody even looks at it."""
    assert served.posts(body, kind=kind) == HttpAnswer(400, "")
    assert served.posts(body, kind=kind, signature="v0=" + "0" * 64) == HttpAnswer(401, "")


@pytest.mark.parametrize("body", [b"".join(FIVE_MEGABYTES), FIVE_MEGABYTES], ids=["length said", "in chunks"])
def test_the_body_is_too_large(served: Served, body: bytes | list[bytes]) -> None:
    assert served.posts(body) == HttpAnswer(413, "")
    assert served.posts(body, without="Signature") == HttpAnswer(401, "")  # of which nothing is read


def test_the_largest_body_is_read(served: Served) -> None:
    padded = COMMAND + b"&api_app_id=" + b"x" * (MOST_BYTES - len(COMMAND) - len("&api_app_id="))
    assert len(padded) == MOST_BYTES
    assert served.posts(padded).status == 200
    assert served.posts(padded + b"x").status == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", REQUEST_PATH, 405),
        ("PUT", REQUEST_PATH, 405),
        ("OPTIONS", REQUEST_PATH, 405),
        ("POST", "/", 404),
        ("POST", f"/{MARKER}", 404),
        ("POST", "/healthz", 405),
        ("GET", "/healthz/", 404),  # no redirection to a host that the sender names
    ],
)
def test_nothing_else_is_there(served: Served, method: str, path: str, status: int) -> None:
    assert send_http(served.url + path, method, COMMAND).status == status


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00Kasztanka\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: Kasztanka\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nKasztanka\r\n",
    ],
)
def test_it_is_no_http(served: Served, sent: bytes) -> None:
    with socket.create_connection(
        (urlsplit(served.url).hostname, urlsplit(served.url).port), PATIENCE_SECONDS
    ) as connection:
        connection.sendall(sent)
        assert connection.recv(100).startswith((b"HTTP/1.1 400", b"HTTP/1.1 401"))  # nobody has signed it


IDLE = b""
DRIPPING = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-Nothing: "
OVERSIZED = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 999000\r\n\r\n" + b"x" * 20_000
OF_EACH = 500 if IS_LONG else 170
DRIP_SECONDS = 0.2


def test_many_connections_do_not_make_duet_deaf(served: Served) -> None:
    """More than it has descriptors for, idle, dripping and oversized at once: signed commands are answered all the
    while, and the log has a line for each request that was refused, and nothing else.
    """
    resource.prlimit(served.pid, resource.RLIMIT_NOFILE, (FILES_BESIDE + 150, FILES_BESIDE + 150))
    host = urlsplit(served.url)
    assert served.posts(at=seconds_from_now(-3600)).status == 401  # what is earlier stands before it in the log
    with ExitStack() as opened, _have_files(3 * OF_EACH + 500):
        many = defaultdict[bytes, list[socket.socket]](list)
        for n in range(OF_EACH):
            for begun in (IDLE, DRIPPING, OVERSIZED):
                connection = opened.enter_context(
                    socket.create_connection((host.hostname, host.port), PATIENCE_SECONDS)
                )
                with suppress(OSError):  # closed already, for those that came later
                    connection.sendall(begun)
                many[begun].append(connection)
            if n % 50 == 49:
                for connection in many[DRIPPING]:
                    with suppress(OSError):
                        connection.sendall(b"x")
                assert served.posts().status == 200
        assert _is_closed_however_it_drips(many[DRIPPING][-1])
        assert all(_is_closed_by_the_other_side(each) for kind in many.values() for each in kind)
        assert served.posts().status == 200
    lines = [json.loads(line) for line in served.log.read_bytes().splitlines()]
    begins = max(at for at, line in enumerate(lines) if line.get("reason") == Flaw.OLD.value)
    told = Counter(line["event"] for line in lines[begins + 1 :])
    del told["duet.ready"]  # where this test is the first
    assert {*told} == {"http.refused"}
    assert told.total() <= OF_EACH


@contextmanager
def _have_files(count: int) -> Iterator[None]:
    """For this process, which opens as many connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_burst_closes_as_many_connections_as_it_brings(served: Served) -> None:
    """Of those that come in one turn of the loop each makes room for itself, not the first alone."""
    resource.prlimit(served.pid, resource.RLIMIT_NOFILE, (FILES_BESIDE + 150, FILES_BESIDE + 150))
    host = urlsplit(served.url)
    with ExitStack() as opened:
        for _ in range(20):
            os.kill(served.pid, signal.SIGSTOP)
            try:
                for _ in range(30):
                    opened.enter_context(socket.create_connection((host.hostname, host.port), PATIENCE_SECONDS))
            finally:
                os.kill(served.pid, signal.SIGCONT)
            assert served.posts().status == 200
    assert "OSError" not in served.log.read_text("utf-8")


def _is_closed_by_the_other_side(connection: socket.socket) -> bool:
    try:
        while connection.recv(1000):  # an answer, perhaps
            pass
    except ConnectionError:
        return True
    return True  # a time-out would have been raised


def _is_closed_however_it_drips(connection: socket.socket) -> bool:
    """Something more of it comes all the while."""
    connection.settimeout(DRIP_SECONDS)
    with suppress(ConnectionError):
        for _ in range(round(PATIENCE_SECONDS / DRIP_SECONDS)):
            connection.sendall(b"x")
            with suppress(TimeoutError):
                return connection.recv(1000) == b""
        return False
    return True


def test_whoever_leaves_in_the_middle_is_let_go(served: Served) -> None:
    host = urlsplit(served.url)
    with socket.create_connection((host.hostname, host.port), PATIENCE_SECONDS) as connection:
        connection.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nKasztanka")
    assert served.posts().status == 200


def test_no_answer_waits_for_an_acknowledgement(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """§16: the body does not wait for the other side to confirm the head, which takes it 40 ms."""
    sent_at_once = []
    accept = LimitedConnection.connection_made

    def look(connection: LimitedConnection, transport: asyncio.Transport) -> None:
        accepted = transport.get_extra_info("socket")
        sent_at_once.append(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        accept(connection, transport)

    monkeypatch.setattr(LimitedConnection, "connection_made", look)
    with run_office(database_url, tmp_path, over_http=True) as duet:
        assert "/duet" in duet.person("ewa").types("/duet help").text
    assert sent_at_once and all(sent_at_once)


def test_a_command_may_say_payload(served: Served) -> None:
    """Bolt's own parser takes such a body for a broken interaction (seen)."""
    slack = Driver(served.playground.url)
    slack.sends_to(f"{served.url}{REQUEST_PATH}")
    assert "Nie znam słowa" in slack.person("piotr").types("/duet help payload").text


@pytest.mark.takes_turns
def test_sigterm_with_a_form_in_flight(database_url: str, tmp_path: Path) -> None:
    """Architecture §3: what has arrived is finished and acknowledged; exit 0."""
    log = tmp_path / "log"
    with PlaygroundThread(MANIFEST, pace_seconds=0, rate_scale=100, ack_seconds=PATIENCE_SECONDS) as playground:
        slack = Driver(playground.url)
        with run_serving_process(playground, database_url, log, **PATIENT) as (process, url):
            slack.sends_to(f"{url}{REQUEST_PATH}")
            anna = slack.person("anna")
            anna.types("/duet nowy")
            assert anna.form is not None
            second = anna.form.fill(FIRST_STEP).submit()
            assert second is not None
            second.fill(SECOND_STEP)
            known = len(slack.calls("users.info"))
            with hold_write_lock(database_url):
                submitting = Thread(target=second.submit)
                submitting.start()
                slack.waits_for_calls("users.info", known + 1)  # Duet has the form: it asks who is chosen there
                process.send_signal(signal.SIGTERM)
            submitting.join()
            assert process.wait(PATIENCE_SECONDS) == 0
        assert anna.form is not None
        assert not anna.form.trouble
        assert "D-1" in anna.form.title  # acknowledged: the draft is shown
    database = connect_database(database_url)
    with read_only_session(database) as session:
        assert len(session.exec(select(Project)).all()) == 1  # and committed
    database.close()
    logged = log.read_text("utf-8")
    assert '"drained": true' in logged
    for private in (playground.signing_secret, "v0=", "xoxb-", "/response/", FIRST_STEP["Cel"]):
        assert private not in logged


SECOND_STEP = {
    "Dyrektor ds. IT (CIO)": "@adam",
    "Dyrektor marketingu (CMO)": "@anna",
    "Lider strony IT": "@piotr",
    "Lider strony marketingu": "@ewa",
    "Początek": (datetime.now(UTC) + timedelta(days=30)).date().isoformat(),
    "Koniec": (datetime.now(UTC) + timedelta(days=180)).date().isoformat(),
    "Budżet łącznie": "120 000 zł",
}
