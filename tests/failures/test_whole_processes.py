"""Whole processes of Duet on one PostgreSQL: two take signed commands, two work, of which one is killed, and the
database is stopped and started under fire (architecture §5, product §16).
"""

import json
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event
from urllib.parse import urlencode

from sqlmodel import col, select

from bot.parsing.folding import fold_text
from bot.projects.rules import Side
from bot.register.rules import AssetKind
from bot.runtime.clock import real_now
from playground.posts import build_signature_headers
from playground.seed import PIKUS
from storage import people
from storage.deliveries import enqueue_delivery
from storage.engine import Database, connect_database
from storage.register import Asset
from storage.session import read_only_session, transaction
from tests.driving import PATIENCE_SECONDS, Driver
from tests.plain_http import send_http
from tests.playground_thread import PlaygroundThread
from tests.processes import run_serving_process
from tests.running import IS_LONG, MANIFEST, PATIENT, START, PostgresServer
from tests.scenarios.register_steps import OFFERED
from tests.scenarios.steps import has_sentence

ASSETS = 3000  # more than are offered
SENTENCES = {
    "done": OFFERED,
    "refused": ("nothing was changed", "nic się nie zmieniło"),
    "doubtful": ("may have been saved or not", "nie wiadomo, czy zmiana się zapisała"),
}
SETTINGS = {"DUET_PACE_SECONDS": "0", "DUET_SETTLE_SECONDS": "0.5", "DUET_TICK_SECONDS": "0.5"}


@dataclass
class Commands:
    """Signed ones, each of which offers another asset to ola, to this process and that in turn."""

    secret: str
    urls: list[str]
    numbers: Iterator[int] = field(default_factory=count)
    answers: list[tuple[int, str, str]] = field(default_factory=list)  # number, process, how it was answered

    def send(self, url: str) -> str:
        number = next(self.numbers)
        body = urlencode(
            {
                "command": "/duet",
                "text": f'own klienci "{name_asset(number)}" <@U0OLA|ola>',
                "team_id": PIKUS.id,
                "user_id": "U0EWA",
                "channel_id": "C0GENERAL",
                "trigger_id": f"1.2.{number}",
            }
        ).encode()
        signed = {"Content-Type": "application/x-www-form-urlencoded", **build_signature_headers(self.secret, body)}
        answer = send_http(f"{url}/slack/events", "POST", body, signed)
        assert answer.status == 200
        said = json.loads(answer.text)["text"]
        [kind] = [kind for kind, either in SENTENCES.items() if has_sentence(said, either)]
        self.answers.append((number, url, kind))
        return kind

    def are_done_by_each(self) -> None:
        """Sooner or later: who has just lost the database may be refused."""
        for url in self.urls:
            while self.send(url) != "done":
                pass

    @contextmanager
    def coming(self) -> Iterator[Event]:
        """One after the other, all the while. Gives what is set once each process has refused one of them."""
        before, refused, stop = len(self.answers), Event(), Event()

        def send_all() -> None:
            while not stop.is_set():
                for url in self.urls:
                    self.send(url)
                if {url for _, url, kind in self.answers[before:] if kind != "done"} == {*self.urls}:
                    refused.set()

        with ThreadPoolExecutor(1) as threads:
            sending = threads.submit(send_all)
            try:
                yield refused
            finally:
                stop.set()
            sending.result()

    def list_numbers(self, kind: str) -> set[int]:
        return {number for number, _, found in self.answers if found == kind}


def name_asset(number: int) -> str:
    return f"Baza {number:04}."


def test_what_was_acknowledged_holds_whatever_goes_away(postgres_server: PostgresServer, tmp_path: Path) -> None:
    """Every command's effect is there once, with its message; what was refused is not; nobody's log is flooded."""
    clock, logs = tmp_path / "clock", [tmp_path / name for name in ("serve 1", "serve 2", "work 1", "work 2")]
    clock.write_text(str(START.timestamp() - time.time()))
    more = {**SETTINGS, **PATIENT, "DUET_CLOCK_FILE": clock}
    with (
        postgres_server.new(tmp_path) as url,
        PlaygroundThread(MANIFEST, pace_seconds=0, rate_scale=10_000) as playground,
        run_serving_process(playground, url, logs[0], "serve", "--no-workers", **more) as (first, first_url),
        run_serving_process(playground, url, logs[1], "serve", "--no-workers", **more) as (second, second_url),
        run_serving_process(playground, url, logs[2], "work", **more) as (killed, killed_url),
        run_serving_process(playground, url, logs[3], "work", **more) as (left, left_url),
    ):
        for each in (first_url, second_url, killed_url, left_url):
            assert send_http(f"{each}/healthz").status == send_http(f"{each}/readyz").status == 200
        assert send_http(f"{left_url}/slack/events").status == 404
        database = connect_database(url)
        _register_assets(database)
        commands = Commands(playground.signing_secret, [first_url, second_url])
        commands.are_done_by_each()
        # What it was sending is another's after half a minute, its lease: test_takeover has that without the wait.
        texts = _enqueue_texts(database, "before a worker is killed") if IS_LONG else []
        killed.send_signal(signal.SIGKILL)
        texts += _enqueue_texts(database, "after a worker was killed")
        commands.are_done_by_each()
        for how in ("fast", "immediate"):
            texts += _enqueue_texts(database, f"before a stop that is {how}")
            with commands.coming() as refused, postgres_server.away(how):
                database.engine.dispose()
                assert refused.wait(PATIENCE_SECONDS)
            commands.are_done_by_each()
        _check_effects(database, commands)
        _check_messages(Driver(playground.url), texts)
        for log, process_url in ((logs[0], first_url), (logs[1], second_url), (logs[3], left_url)):
            _wait_until_back(log, process_url)
        database.close()
        for process in (first, second, left):
            process.terminate()
        assert [process.wait(PATIENCE_SECONDS) for process in (first, second, left)] == [0, 0, 0]
    for log, process_url in zip(logs[:2], commands.urls, strict=True):
        failed = sum(url == process_url and kind != "done" for _, url, kind in commands.answers)
        _check_log(log, failed)
    _check_log(logs[3], failed=0)


def _register_assets(database: Database) -> None:
    """Ewa's, who works in marketing, as ola does; both have been here before."""
    now = real_now()
    with transaction(database) as session:
        for user_id, name in (("U0EWA", "Ewa Błysk"), ("U0OLA", "Aleksandra Plakat")):
            known = {"name": name, "zone": "Europe/Warsaw", "side": Side.MARKETING, "refreshed_at": now}
            people.store_person(session, PIKUS.id, user_id, known)
        for number in range(ASSETS):
            name = name_asset(number)
            asset = Asset(
                team_id=PIKUS.id,
                kind=AssetKind.CUSTOMERS,
                name=name,
                folded=fold_text(name),
                owner="U0EWA",
                created_by="U0EWA",
                created_at=now,
            )
            session.add(asset)


def _list_offered(database: Database) -> set[str]:
    with read_only_session(database) as session:
        return {*session.exec(select(Asset.name).where(col(Asset.offered_to) == "U0OLA"))}


def _check_effects(database: Database, commands: Commands) -> None:
    done, doubtful = ({name_asset(each) for each in commands.list_numbers(kind)} for kind in ("done", "doubtful"))
    assert done <= _list_offered(database) <= done | doubtful


def _enqueue_texts(database: Database, when: str) -> list[str]:
    """What workers are to send while something goes away."""
    texts = [f"{number}: {when}" for number in range(10)]
    with transaction(database) as session:
        for text in texts:
            enqueue_delivery(
                session, team_id=PIKUS.id, lane="dm:U0OLA", key=text, kind="message", content={"text": text}
            )
    return texts


def _check_messages(slack: Driver, texts: list[str]) -> None:
    """Each of them was posted once, in their order."""
    ola = slack.person("ola")
    ola.waits_for(texts[-1])
    assert [message.text for message in ola.reads("@duet")] == texts


def _wait_until_back(log: Path, url: str) -> None:
    """Each kind of work has its own rhythm: who sends has the database back before who looks for what is due, and
    who answers commands before who keeps the Homes true.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (events := _count_events(_read_log(log)))["database.away"] != events["database.back"]:
        assert send_http(f"{url}/healthz").status == 200
        assert time.monotonic() < deadline, events


def _check_log(log: Path, failed: int) -> None:
    """A line for each refused command, one when each kind of work lost the database, one when it had it back."""
    entries = _read_log(log)
    events = _count_events(entries)
    assert not [entry for entry in entries if "exception" in entry]
    assert events.pop("failed", 0) == failed
    assert events["database.away"] == events["database.back"]
    lost = Counter(entry["work"] for entry in entries if entry["event"] == "database.away")
    assert all(times <= 2 for times in lost.values()), lost
    assert events.total() < 30, events


def _read_log(log: Path) -> list[dict[str, str]]:
    """Whole lines: the last one may be on its way."""
    return [json.loads(line) for line in log.read_text("utf-8").splitlines(keepends=True) if line.endswith("\n")]


def _count_events(entries: list[dict[str, str]]) -> Counter[str]:
    return Counter(entry["event"] for entry in entries)
