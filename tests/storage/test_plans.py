"""How both databases find what Duet asks them for: by an index, in every table that grows (product §16)."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import Column, Connection, PrimaryKeyConstraint, Table, UniqueConstraint, event, text

from bot.privacy import expiry
from bot.privacy.retention import apply_retention
from playground.seed import PIKUS
from storage import erasure, project_erasure, tables
from storage.backlog import load_backlog
from storage.session import read_only_session, transaction
from storage.workspaces import record_installation
from tests.running import Office
from tests.scenarios.checkin_steps import fill_answers, move_to_next_round, start_first_round
from tests.scenarios.days import move_to_next_morning
from tests.scenarios.register_steps import run_own_command
from tests.scenarios.steps import draft_charter, open_form, open_signing_form, send_charter
from tests.scenarios.timetable_steps import add_milestone, run_milestone_command, weekday_from_today

Statements = dict[str, tuple[str, Any]]
"""A statement, with its first values, by how it reads in one line."""

FEW = frozenset(
    {
        *("alembic_version", "workspaces", "deputies", "pulse_windows", "pulse_publications", "drafts"),
        "opened_homes",
    }
)
"""Tables of a row a company, an executive, a quarter, or a Home tab that was opened within the hour."""

OPEN_WORK = re.compile(
    "ix_deliveries_(open|parked)|ix_checkin_prompts_open|ix_timers_(due|parked)_at|ix_notices_failed"
)
"""Indexes that hold what is yet to be done, and nothing else: they may be read from one end to the other."""

WHOLE = {"assets": "whoever searches the register searches all of it"}
"""Tables of which everything in a workspace may be read, and why."""

_OF_LANE = "once for each project that is erased, years after its end, and nobody waits for it"
UNHURRIED = {
    "DELETE FROM pleas WHERE pleas.asked_at <": "nobody waits for it, and it leaves no more than thirty days",
    "DELETE FROM deliveries WHERE deliveries.id IN": _OF_LANE,
    "DELETE FROM lanes": _OF_LANE,
}
"""How statements begin that may read whole tables, and why."""

UNINDEXED = {
    "deliveries.lane_id": "a lane goes once, with its project; an index would be taken for what is open of a lane",
    "pulse_publications.window_id": "windows are not deleted",
}
"""References that no index answers, and why."""

ROWS = 1_000_000

ROOT = Path(__file__).parents[2]


@contextmanager
def record_all_statements(duet: Office) -> Iterator[Statements]:
    """Of requests, timers and sends alike."""
    found: Statements = {}

    def record(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        line = " ".join(statement.split())
        is_looked_at = line.startswith(("SELECT", "UPDATE", "DELETE")) and not line.startswith(tuple(UNHURRIED))
        if is_looked_at and line not in found and not _is_of_tests():
            found.setdefault(line, (statement, values[0] if many else values))

    engines = {duet.database.engine, *([duet.database.readers] if duet.database.is_sqlite else [])}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", record)
    try:
        yield found
        duet.settles()
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", record)


def _is_of_tests() -> bool:
    """Whether tests ask, as they do to see if anything is left to do: the nearest of our code says who does."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
            return path.is_relative_to(ROOT / "tests")
        frame = frame.f_back
    return False


def play_a_fortnight(duet: Office) -> None:
    """A charter is signed, a team works, and each of the everyday commands is typed by everybody."""
    key, thursday = start_first_round(duet)
    add_milestone(duet, "piotr", "Pilot", weekday_from_today(duet, 60), "ewa")
    for what in ("done 1", "reopen 1", "risk 1"):
        run_milestone_command(duet.person("piotr"), what)
    run_own_command(duet.person("piotr"), f'{key} system "CRM" @piotr')
    form = open_form(duet.person("ewa"), f"/duet checkin {key} answer")
    fill_answers(form, progress="Pierwszy raport", status="on_track").submit()
    other = send_charter(duet, name="Drugi")
    open_signing_form(duet, "anna", other)
    duet.person("jan").types("/duet away 2027-03-01 2027-03-05")
    about = ("show", "milestone", "team", "own", "checkin", "budget", "ask", "log")
    for person in ("ewa", "piotr"):
        for typed in ("", "list", "who CRM", "away", "help", *(f"{word} {key}" for word in about)):
            duet.person(person).types(f"/duet {typed}")
    for person in ("ewa", "adam"):
        duet.person(person).opens_home()
    for person in ("adam", "anna"):
        for typed in ("", "list", "sign", "deputy", f"show {key}"):
            duet.person(person).types(f"/duet {typed}")
    move_to_next_morning(duet)
    move_to_next_round(duet, thursday)
    apply_retention(duet.database, duet.bot.duet.now())
    with read_only_session(duet.database) as session:
        load_backlog(session, now=duet.bot.duet.now())
    erase_for_now(duet, 1)


def erase_for_now(duet: Office, project_id: int) -> None:
    """All of the project, which is there again afterwards."""
    reason, now = erasure.ErasureReason.RECORDS, duet.bot.duet.now()
    with transaction(duet.database) as session:
        with erasure.open_erasure(session, team_id=PIKUS.id, reason=reason, number=1, now=now):
            project_erasure.erase_answers(session, PIKUS.id, project_id)
            project_erasure.erase_project(session, PIKUS.id, project_id)
        session.rollback()


@pytest.mark.both_databases
def test_no_table_that_grows_is_read_as_a_whole(duet: Office) -> None:
    """§16: after years, and with thousands of projects, a command takes as long as on the first day."""
    with record_all_statements(duet) as statements:
        play_a_fortnight(duet)
    assert len(statements) > 150
    look = explain_in_sqlite if duet.database.is_sqlite else explain_in_postgres
    with prepare_to_explain(duet) as connection:
        slow = {line: steps for line, each in statements.items() if (steps := look(connection, *each))}
    assert not slow, "\n\n".join(f"{steps}\n  {line}" for line, steps in slow.items())


def explain_in_sqlite(connection: Connection, statement: str, values: Any) -> list[str]:
    """The steps that read a whole table, or all of a workspace."""
    cursor = connection.connection.cursor()
    steps = [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    return [step for step in steps if _reads_all(step)]


def _reads_all(step: str) -> bool:
    verb, name = (*step.split(maxsplit=2), "")[:2]
    if verb not in ("SCAN", "SEARCH") or _find_table(name) is None or OPEN_WORK.search(step):
        return False
    return verb == "SCAN" or bool(re.search(r"\((team_id=\?)?\)$", step)) or "AUTOMATIC" in step


def _find_table(name: str) -> str | None:
    """The table that is read under that name, an alias perhaps (`members_1`), if it is one that grows."""
    known = {each.name for each in tables.metadata.sorted_tables}
    table = name if name in known else re.sub(r"_\d+$", "", name)
    return table if table in known - FEW - WHOLE.keys() else None


@contextmanager
def prepare_to_explain(duet: Office) -> Iterator[Connection]:
    """PostgreSQL plans by what it thinks a table holds: in here as many rows as there are after years."""
    with duet.database.engine.connect() as connection:
        if not duet.database.is_sqlite:
            _pretend_to_be_large(connection)
            _look_for_indexes(connection)
        yield connection
        connection.rollback()


def _pretend_to_be_large(connection: Connection) -> None:
    """Their indexes, too: one that autovacuum has seen with a single open row would be read from end to end."""
    for name in {each.name for each in tables.metadata.sorted_tables} - FEW:
        connection.execute(
            text(
                f"UPDATE pg_class SET relpages = 1, reltuples = {ROWS} WHERE oid = '{name}'::regclass "
                f"OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = '{name}'::regclass)"
            )
        )
        connection.execute(text(f"DELETE FROM pg_statistic WHERE starelid = '{name}'::regclass"))


def _look_for_indexes(connection: Connection) -> None:
    """A table without rows is planned as one, whatever is said of it: it is read from one end to the other.

    What is left is a bitmap, for which an index has to fit a condition: without one, it is still read so.
    """
    for step in ("seqscan", "indexscan", "indexonlyscan", "hashjoin", "mergejoin"):
        connection.execute(text(f"SET LOCAL enable_{step} = off"))


def explain_in_postgres(connection: Connection, statement: str, values: Any) -> list[str]:
    cursor = connection.connection.cursor()
    cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
    [([plan],)] = cursor.fetchall()
    return [
        f"{node['Node Type']} {node['Relation Name']}: {node.get('Index Name')} {node.get('Index Cond')}"
        for node in _walk_plan(plan["Plan"])
        if "Relation Name" in node and _is_whole_read(node)
    ]


def _walk_plan(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for each in node.get("Plans", []):
        if node["Node Type"] == "Bitmap Heap Scan":  # its index says how
            each = {"Relation Name": node["Relation Name"], **each}
        yield from _walk_plan(each)


def _is_whole_read(node: dict[str, Any]) -> bool:
    if _find_table(node["Relation Name"]) is None or node["Node Type"] in (
        "Bitmap Heap Scan",
        "ModifyTable",
        "LockRows",
    ):
        return False
    if OPEN_WORK.search(node.get("Index Name", "")):
        return False
    if node["Node Type"] == "Seq Scan":
        return True
    return "Scan" in node["Node Type"] and bool(
        re.fullmatch(
            r"\((\w+\.)?team_id\)?(::text)? = '[^']*'(::\w+( \w+)?)?\)", node.get("Index Cond", "(team_id = '')")
        )
    )


def _is_answered_by_index(column: Column[Any]) -> bool:
    """Whether an index begins with it, of all rows or of those that have a value: no other one is looked at."""
    table, is_set = column.table, f"{column.name} IS NOT NULL"
    assert isinstance(table, Table)
    keys = [key for key in table.constraints if isinstance(key, PrimaryKeyConstraint | UniqueConstraint)]
    wheres = [(index, index.dialect_options["postgresql"].get("where")) for index in table.indexes]
    whole = [index for index, where in wheres if where is None or str(where) == is_set]
    return any([*each.columns][:1] == [column] for each in (*keys, *whole))


def test_who_points_at_a_row_is_found_by_an_index() -> None:
    """Both databases ask it for each row that is deleted, and no plan shows that."""
    references = [key.parent for table in tables.metadata.sorted_tables for key in table.foreign_keys]
    named = {f"{each.table.name}.{each.name}" for each in references if not _is_answered_by_index(each)}
    assert named == UNINDEXED.keys()


def count_erasing_statements(duet: Office) -> int:
    """Of erasing the only thing whose time is over in a year; it stays."""
    now = duet.bot.duet.now() + timedelta(days=365)
    statements: list[str] = []

    def record(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    with transaction(duet.database) as session:
        (expired,) = expiry.list_expired(session, now)
        event.listen(session.connection(), "before_cursor_execute", record)
        assert expiry.erase_expired(session, expired, now)
        session.rollback()
    return len(statements)


def test_erasing_a_project_asks_nothing_of_other_workspaces(duet: Office) -> None:
    draft_charter(duet)
    before = count_erasing_statements(duet)
    with transaction(duet.database) as session:
        for n in range(20):
            record_installation(session, team_id=f"T0{n}", enterprise_id=None, bot_user_id="U0BOT")
    assert count_erasing_statements(duet) == before


def test_the_plans_are_read(duet: Office) -> None:
    """A statement without an index is seen as one."""
    whole, found = "SELECT * FROM audit_log WHERE actor = 'U1'", "SELECT * FROM audit_log WHERE id = 1"
    look = explain_in_sqlite if duet.database.is_sqlite else explain_in_postgres
    with prepare_to_explain(duet) as connection:
        assert look(connection, whole, ())
        assert not look(connection, found, ())
