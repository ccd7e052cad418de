"""The next version of Duet upgrades a database (architecture §6): it is this one, with a migration more."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import pytest
from alembic.script import ScriptDirectory
from sqlmodel import Session, select

from bot.runtime.clock import real_now
from storage import schema
from storage.deliveries import Lane
from storage.engine import Database, connect_database
from storage.session import read_only_session, transaction
from storage.workspaces import load_workspace, record_installation
from tests.running import ROOT

TEAM = "T0PIKUS"
BETTER = """
with op.batch_alter_table("workspaces") as workspaces:
    workspaces.alter_column("bot_user_id", type_=sa.Text())
"""
BROKEN = BETTER + 'op.execute("DELETE FROM workspaces")'
PREPARE = "duet.prepare_database(database)"
UPGRADE = "duet.schema.upgrade_schema(database)"


def run_next_version(folder: Path, database_url: str, migration: str, statement: str) -> str:
    """Returns what `statement` has printed in a Duet whose newest migration does `migration`."""
    for name in ("bot", "handlers"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "storage", folder / "storage")
    newest = ScriptDirectory.from_config(schema.build_alembic_config()).get_current_head()
    head = f"import sqlalchemy as sa\nfrom alembic import op\n\nrevision = 'next'\ndown_revision = {newest!r}\n"
    (folder / "storage" / "migrations" / "versions" / "0002_next.py").write_text(
        f"{head}\n\ndef upgrade():\n{indent(migration, '    ')}"
    )
    opened = f"from bot import database as duet; database = duet.open_database({database_url!r})"
    return subprocess.run(
        [sys.executable, "-c", f"{opened}; {statement}"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    ).stdout


def write_rows(session: Session) -> None:
    record_installation(session, team_id=TEAM, enterprise_id=None, bot_user_id="U0BOT")
    session.flush()
    session.add(Lane(team_id=TEAM, name="dm:U0ANNA", next_at=real_now()))


def read_rows(database_url: str) -> list[str]:
    """The names of the rows of a table whose parent the migration rebuilds."""
    database = connect_database(database_url)
    try:
        with read_only_session(database) as session:
            load_workspace(session, TEAM)
            return [lane.name for lane in session.exec(select(Lane))]
    finally:
        database.close()


def set_revision(database: Database, revision: str) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")


@pytest.fixture
def filled_url(database_url: str) -> str:
    database = connect_database(database_url)
    with transaction(database) as session:
        write_rows(session)
    database.close()
    return database_url


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_a_database_of_another_version_is_not_upgraded(database_url: str) -> None:
    """In one sentence, as whoever runs `duet db upgrade` reads it."""
    database = connect_database(database_url)
    known = schema.list_revisions()[-1]
    try:
        set_revision(database, "9999_of_the_future")
        with pytest.raises(schema.UnknownRevision, match="made by another version of Duet"):
            schema.upgrade_schema(database)
    finally:
        set_revision(database, known)  # the server's is used by the next test, too
        database.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_is_copied_and_upgraded(filled_url: str, tmp_path: Path) -> None:
    """A parent table is rebuilt, and its children stay; whoever runs the old version again is told so."""
    assert run_next_version(tmp_path, filled_url, BETTER, PREPARE) == ""
    assert read_rows(filled_url) == ["dm:U0ANNA"]
    database = connect_database(filled_url)
    path = Path(database.engine.url.database or "")
    with pytest.raises(schema.UnknownRevision):
        schema.is_schema_current(database)
    database.close()
    copies = list(path.parent.glob(f"{path.name}.*.backup"))
    assert len(copies) == 1
    assert read_rows(f"sqlite:///{copies[0]}") == ["dm:U0ANNA"]
    database = connect_database(f"sqlite:///{copies[0]}")
    assert schema.is_schema_current(database)
    database.close()


def test_nothing_stays_of_an_upgrade_that_breaks_references(filled_url: str, tmp_path: Path) -> None:
    said = run_next_version(tmp_path, filled_url, BROKEN, UPGRADE)
    assert "would break references" in said or "ForeignKeyViolation" in said
    assert read_rows(filled_url) == ["dm:U0ANNA"]
    database = connect_database(filled_url)
    assert schema.is_schema_current(database)
    database.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_is_upgraded_by_its_owner(filled_url: str, tmp_path: Path) -> None:
    assert "run `duet db upgrade`" in run_next_version(tmp_path, filled_url, BETTER, PREPARE)
    assert read_rows(filled_url) == ["dm:U0ANNA"]
