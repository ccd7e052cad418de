"""Databases and offices. `DUET_TEST_DATABASE_URL` names a PostgreSQL server; else one is started."""

import gc
import importlib
import logging
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings
from sqlmodel import Session

from bot.runtime import logs
from handlers import FEATURES
from handlers.guesses import WORDS_OF_OTHER_TOOLS
from handlers.router import Router
from storage.session import transaction
from tests.driving import WRITTEN
from tests.own_postgres import run_own_postgres
from tests.running import IS_LONG, Office, PostgresServer, SqliteFiles, count_tries, open_spare_database, run_office
from tests.sampling import choose_by_turn, take_one_of
from tests.seeding import add_people
from tests.snapshots import SHELF

TESTS = Path(__file__).parent
DATABASES = ("sqlite", "postgresql")
TURNS = ("sqlite", "sqlite", "sqlite", "postgresql")
ON_BOTH_DATABASES = {"failures", "storage"}
MEMORY = Path("/dev/shm")  # Linux's

# Without deadlines: what runs the tests may be busy.
settings.register_profile("ours", deadline=None, max_examples=count_tries(100))
settings.load_profile("ours")


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Of two that run all tests the second imports the last file first: the other half is compiled by the first."""
    if os.environ.get("PYTEST_XDIST_WORKER") != "gw1" or [
        Path(each).absolute() for each in session.config.args
    ] != [TESTS]:
        return
    for path in sorted(TESTS.rglob("test_*.py"), reverse=True):
        with suppress(Exception):  # is told when it is collected
            importlib.import_module(".".join(path.relative_to(TESTS.parent).with_suffix("").parts))


def pytest_collection_finish() -> None:
    """What is imported by now stays: looking for garbage in it, over and over, took 6 % of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """What is left now goes with the process: pytest looked for garbage in all of it, which took seconds."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def logs_tell_nothing_private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the whole run has logged, at its most talkative: no token, no `response_url`, nobody's words."""
    path = tmp_path_factory.mktemp("logs") / "run.log"
    with path.open("w", encoding="utf-8") as stream:
        logs.configure_logging("DEBUG", stream)
        yield
        logging.basicConfig(handlers=[logging.NullHandler()], force=True)  # others may log after us
    private = ["xoxb-", "xapp-", "xoxp-", "v0=", "/response/", *sorted(collect_typed_words())]
    told = [(text, line[:300]) for line in path.read_text("utf-8").splitlines() for text in private if text in line]
    assert not told, f"private in the log: {told[:10]}"


def collect_typed_words() -> set[str]:
    """What people typed in this run, long and varied enough not to be in the log by chance (as is "xxxxxxxx")."""
    arguments = {text.partition(" ")[2] if text.startswith("/duet") else text for text in WRITTEN}
    own_words = {*Router(FEATURES).commands, *WORDS_OF_OTHER_TOOLS}  # of which names in Duet's code are made, too
    return {
        text
        for text in arguments - own_words
        if len(text) >= 8 and len(set(text)) >= 4 and not text.startswith("20")
    }


@pytest.fixture(scope="session", autouse=True)
def beginnings_are_shared(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What one of several processes has played, the others find: in the folder that all of this run have."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        SHELF.folder = tmp_path_factory.getbasetemp().parent / "beginnings"
        SHELF.folder.mkdir(exist_ok=True)


@pytest.fixture(scope="session")
def sqlite_files() -> Iterator[SqliteFiles]:
    """In memory, where there is such a place: to wait for the disk took most of the time of a commit."""
    with tempfile.TemporaryDirectory(prefix="duet-sqlite-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield SqliteFiles(Path(folder))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    given = os.environ.get("DUET_TEST_DATABASE_URL")
    if given:
        server = PostgresServer(given)
        yield server
        server.close()
        return
    with run_own_postgres() as server:
        yield server


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrizes `database_url`, unless the test says itself on which database it runs."""
    if "database_url" in metafunc.fixturenames and not chooses_itself(metafunc.definition):
        metafunc.parametrize("database_url", databases_of(metafunc.definition), indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out the rows of tables marked `one_of` that are not this turn's, on whichever database."""
    tables: defaultdict[str, defaultdict[object, list[pytest.Item]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("one_of") is not None:
            row = tuple((name, at) for name, at in item.callspec.indices.items() if name != "database_url")
            tables[item.nodeid.partition("[")[0]][row].append(item)
    left_out: set[pytest.Item] = set()
    for name, rows in tables.items():
        mark = next(iter(rows.values()))[0].get_closest_marker("one_of")
        assert mark is not None
        kept = take_one_of(mark.args[0], [*rows], name)
        left_out.update(item for row, tried in rows.items() if row not in kept for item in tried)
    if left_out:
        config.hook.pytest_deselected(items=[*left_out])
        items[:] = [item for item in items if item not in left_out]


def chooses_itself(test: pytest.Item) -> bool:
    return any("database_url" in mark.args[0] for mark in test.iter_markers("parametrize"))


def databases_of(test: pytest.Item) -> Sequence[str]:
    """Both where locks and statements are what is tested; else one, by the file's name and `DUET_TEST_TURN`.

    In four turns each test has run on PostgreSQL once, which costs more; `DUET_TEST_LONG` runs all on both. The
    tests of one file begin alike, and what they begin with is played once for each database.
    """
    folder = test.path.relative_to(TESTS).parts[0]
    takes_turns = folder not in ON_BOTH_DATABASES or test.get_closest_marker("takes_turns")
    if IS_LONG or not takes_turns or test.get_closest_marker("both_databases"):
        return DATABASES
    return [choose_by_turn(TURNS, test.path.relative_to(TESTS).as_posix())]


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An upgraded, empty database."""
    which = "sqlite_files" if request.param == "sqlite" else "postgres_server"
    with request.getfixturevalue(which).new(tmp_path) as url:
        yield url


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """In which the workspace and its people are known. Its transaction ends with the test."""
    database = open_spare_database(database_url)
    with transaction(database) as opened:
        add_people(opened)
        yield opened
    database.close()


@pytest.fixture
def duet(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """Duet at work in the default workspace."""
    with run_office(database_url, tmp_path) as running:
        yield running
        assert not running.slack.violations, running.slack.violations
