"""`duet db move`: from a SQLite file to PostgreSQL, every row as it was (architecture §6)."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.app import open_database
from bot.runtime import logs
from bot.runtime.errors import OperatorError
from storage.engine import Database
from storage.moving import move_database
from storage.session import transaction
from tests.running import Office, PostgresServer, SqliteFiles, run_office
from tests.scenarios.steps import activate_project


@pytest.fixture
def target(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Database]:
    with postgres_server.new(tmp_path) as url, closing(open_database(url)) as opened:
        yield opened


@pytest.fixture
def duet(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[Office]:
    with sqlite_files.new(tmp_path) as url, run_office(url, tmp_path) as running:
        yield running


def count_rows(database: Database) -> dict[str, int]:
    with database.readers.connect() as connection:
        names = [table.name for table in SQLModel.metadata.sorted_tables]
        return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in names}


def test_a_company_goes_on_where_it_was_moved_to(
    duet: Office, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every row with its number, and the next project has the next one."""
    key = activate_project(duet)
    duet.settles()
    counted, url = count_rows(duet.database), target.engine.url.set(drivername="postgresql")
    duet.bot.stop()
    monkeypatch.setattr(logs, "configure_logging", lambda *_: None)
    monkeypatch.setenv("DATABASE_URL", duet.bot.settings.database_url)
    done = CliRunner().invoke(cli, ["db", "move", url.render_as_string(hide_password=False)])
    assert done.exit_code == 0, done.output
    assert f"{sum(counted.values())} rows of {len(counted)} tables" in done.output
    assert count_rows(target) == counted
    duet.starts_again(DATABASE_URL=url.render_as_string(hide_password=False))
    assert key in duet.person("ewa").types("/duet list").text
    assert activate_project(duet) == "D-2"


def test_what_is_there_already_is_not_touched(duet: Office, target: Database) -> None:
    with transaction(target) as session:
        session.execute(text("INSERT INTO install_states VALUES ('any', now())"))
    with pytest.raises(OperatorError, match="not empty"):
        move_database(duet.database, target)
    with pytest.raises(OperatorError, match="from a SQLite file"):
        move_database(target, duet.database)
    assert sum(count_rows(target).values()) == 1


SHOUT = """
    CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.name := NEW.name || '!'; RETURN NEW; END $$;
    CREATE TRIGGER shouts BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION shout()
    """


def test_a_copy_that_differs_is_not_kept(duet: Office, target: Database) -> None:
    """A trigger of the target changes what is written there."""
    duet.person("ewa").types("/duet")
    duet.settles()
    with target.engine.begin() as connection:
        connection.exec_driver_sql(SHOUT)
    try:
        with pytest.raises(OperatorError, match="copy of people differs"):
            move_database(duet.database, target)
        assert sum(count_rows(target).values()) == 0
    finally:
        with target.engine.begin() as connection:
            connection.execute(text("DROP FUNCTION shout CASCADE"))
