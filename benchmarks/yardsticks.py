"""What Duet is measured by, each a process of its own, with nothing of Duet in it.

`python -m benchmarks.yardsticks NAME …`
An empty Bolt listener over HTTP, by Bolt's defaults and with `process_before_response`; the same that commits one
row to a SQLite file; and APScheduler, which adds and fires jobs that do nothing from its SQLAlchemy store.
"""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
JOBS = 10_000


@contextmanager
def run_listener(
    name: str, folder: Path, secret: str, **settings: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`defaults`, `before_response` or `row`: the process, and where it listens. `settings` are its environment."""
    command = [sys.executable, "-m", "benchmarks.yardsticks", name, str(folder / f"{name}.db")]
    environment = os.environ | {"SLACK_SIGNING_SECRET": secret} | settings
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def add_and_fire_jobs(jobs: int = JOBS) -> float:
    """Seconds of processor time that a process of its own has needed for it."""
    command = [sys.executable, "-m", "benchmarks.yardsticks", "scheduler", str(jobs)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603
    return float(done.stdout)


async def _listen(name: str, path: str) -> None:
    import uvicorn
    from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_bolt.authorization import AuthorizeResult
    from sqlalchemy import create_engine, event
    from sqlmodel import Field, Session, SQLModel

    class Command(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        text: str

    async def authorize(**_: object) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token="xoxb-none")  # noqa: S106

    engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def set_up(connection: object, _: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    SQLModel.metadata.create_all(engine, tables=[SQLModel.metadata.tables["command"]])
    app = AsyncApp(authorize=authorize, process_before_response=name != "defaults")

    @app.command("/duet")
    async def at_once(ack: AsyncAck, body: dict[str, str]) -> None:
        if name == "row":
            with Session(engine) as session:
                session.add(Command(text=body["text"]))
                session.commit()
        await ack("Hello.")

    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(AsyncSlackRequestHandler(app), http="h11", log_level="error", lifespan="off")
    sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    await uvicorn.Server(config).serve(sockets=[listening])


def do_nothing() -> None:
    """A job."""
    global _fired
    _fired += 1
    if _fired == _wanted:
        _all_fired.set()


_fired, _wanted, _all_fired = 0, 0, threading.Event()


def _schedule(jobs: int) -> None:
    """APScheduler 3.11 with WAL, which makes it 2.6 times as fast as by its defaults."""
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from apscheduler.schedulers.background import BackgroundScheduler
    from sqlalchemy import create_engine, event

    import benchmarks.yardsticks as stored  # the module that the jobs name, which is not __main__

    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/jobs.db", connect_args={"check_same_thread": False})
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA journal_mode=WAL"))
        stored._wanted = jobs
        scheduler = BackgroundScheduler(
            jobstores={"default": SQLAlchemyJobStore(engine=engine)}, job_defaults={"misfire_grace_time": None}
        )
        scheduler.start(paused=True)
        began = time.process_time()
        for _ in range(jobs):
            scheduler.add_job(stored.do_nothing, "date", run_date=datetime.now(UTC))
        scheduler.resume()
        stored._all_fired.wait()
        sys.stdout.write(f"{time.process_time() - began}\n")
        scheduler.shutdown()
        engine.dispose()


if __name__ == "__main__":
    if sys.argv[1] == "scheduler":
        _schedule(int(sys.argv[2]))
    else:
        asyncio.run(_listen(sys.argv[1], sys.argv[2]))
