"""`duet db move`: from a SQLite file to PostgreSQL, all or one workspace, every row as it was (architecture §6)."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlmodel import SQLModel
from sqlmodel import select as select_rows
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from bot.database import open_database
from bot.runtime import logs
from bot.runtime.errors import OperatorError
from playground.seed import KIOSK, PIKUS
from storage import installations, timers
from storage.backlog import load_backlog
from storage.engine import Database
from storage.lockfile import hold_process_lock
from storage.moving import move_database, move_workspace
from storage.session import read_only_session, transaction
from storage.timers import Timer, arm_timer
from storage.whole import OF_NO_WORKSPACE, is_of_workspace, list_workspace_tables
from storage.workspaces import has_installation, record_move
from tests.running import START, DuetThread, Office, PostgresServer, SqliteFiles, run_office
from tests.scenarios.checkin_steps import start_first_round
from tests.scenarios.steps import activate_project
from tests.seeding import add_people, draft_project


@pytest.fixture
def target(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Database]:
    with postgres_server.new(tmp_path) as url, closing(open_database(url)) as opened:
        yield opened


@pytest.fixture
def duet(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[Office]:
    with sqlite_files.new(tmp_path) as url, run_office(url, tmp_path) as running:
        yield running


END_OF_TIME = datetime(2100, 1, 1, tzinfo=UTC)


def count_rows(database: Database) -> dict[str, int]:
    with database.readers.connect() as connection:
        names = [table.name for table in SQLModel.metadata.sorted_tables]
        return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in names}


def count_workspace_rows(database: Database, team_id: str) -> dict[str, int]:
    """Of the tables that have any."""
    with database.readers.connect() as connection:
        counted = {
            table.name: connection.execute(
                select(func.count()).select_from(table).where(is_of_workspace(table, team_id))
            ).scalar_one()
            for table in list_workspace_tables()
        }
    return {name: count for name, count in counted.items() if count}


def address_of(target: Database) -> str:
    return target.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def move_by_command(source: str, target: Database, *options: str) -> Result:
    return CliRunner().invoke(cli, ["db", "move", *options, address_of(target)], env={"DATABASE_URL": source})


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands leave the log of the tests' process as it is."""
    monkeypatch.setattr(logs, "configure_logging", lambda *_: None)


def add_kiosk(database: Database) -> None:
    """Another company that has used Duet, with a timer of its own."""
    with transaction(database) as session:
        add_people(session, KIOSK)
        arm_timer(session, team_id=KIOSK.id, key="any:1", kind="any", subject="1", due_at=START)


@pytest.mark.usefixtures("quiet")
def test_a_company_goes_on_where_it_was_moved_to(duet: Office, target: Database) -> None:
    """Every row with its number, and the next project has the next one."""
    key = activate_project(duet)
    duet.settles()
    counted, source = count_rows(duet.database), duet.bot.settings.database_url
    duet.bot.stop()
    done = move_by_command(source, target)
    assert done.exit_code == 0, done.output
    assert f"{sum(counted.values())} rows of {len(counted)} tables" in done.output
    assert count_rows(target) == counted
    with pytest.raises(OperatorError, match=f"{PIKUS.id} was moved to another database"):
        DuetThread(duet.bot.settings).start().stop()
    duet.starts_again(DATABASE_URL=address_of(target))
    assert key in duet.person("ewa").types("/duet list").text
    assert activate_project(duet) == "D-2"


@pytest.mark.usefixtures("quiet")
def test_a_workspace_goes_on_beside_others(duet: Office, target: Database) -> None:
    """Every row of it with its number, and none of its neighbours', who are served where they were."""
    key, _ = start_first_round(duet)
    duet.settles()
    add_kiosk(duet.database)
    source = duet.bot.settings.database_url
    counted, of_kiosk = (count_workspace_rows(duet.database, each.id) for each in (PIKUS, KIOSK))
    assert {"checkin_message_parts", "checkin_prompts", "deliveries", "audit_log"} < counted.keys()
    duet.bot.stop()
    done = move_by_command(source, target, "--workspace", PIKUS.id)
    assert done.exit_code == 0, done.output
    for name, count in counted.items():
        assert f"{count:>9} {name} (" in done.output
    assert count_workspace_rows(target, PIKUS.id) == counted
    assert sum(count_rows(target).values()) == sum(counted.values())
    with pytest.raises(OperatorError, match=f"{PIKUS.id} was moved to another database"):
        DuetThread(duet.bot.settings).start().stop()
    file = open_database(source)
    assert count_workspace_rows(file, KIOSK.id) == of_kiosk
    with read_only_session(file) as session:
        assert has_installation(session, KIOSK.id)
        assert not has_installation(session, PIKUS.id)
        due = timers.list_due_timers(session, now=END_OF_TIME, real_now=END_OF_TIME, limit=1000)
        assert {each.team_id for each in due} == {KIOSK.id}
        assert load_backlog(session, now=START).due_lag_seconds == 0
    file.close()
    duet.starts_again(DATABASE_URL=address_of(target))
    assert key in duet.person("ewa").types("/duet list").text
    assert activate_project(duet) == "D-2"


def test_the_files_other_workspaces_follow(duet: Office, target: Database) -> None:
    """Though both go on meanwhile: what the target adds has numbers far beyond the file's."""
    activate_project(duet)
    duet.settles()
    add_kiosk(duet.database)
    move_workspace(duet.database, target, PIKUS.id)
    for database, team_id in ((target, PIKUS.id), (duet.database, KIOSK.id)):
        with transaction(database) as session:
            arm_timer(session, team_id=team_id, key="later:1", kind="any", subject="1", due_at=START)
    move_workspace(duet.database, target, KIOSK.id)
    with read_only_session(target) as session:
        assert {*session.exec(select_rows(Timer.team_id).filter_by(key="later:1"))} == {KIOSK.id, PIKUS.id}
    assert count_workspace_rows(target, KIOSK.id) == count_workspace_rows(duet.database, KIOSK.id)


def test_numbers_that_are_taken_are_never_changed(
    duet: Office, target: Database, sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    """The workspace of another file, which has counted from 1, too. Nothing of it is moved, its file goes on."""
    activate_project(duet)
    duet.settles()
    move_workspace(duet.database, target, PIKUS.id)
    before = count_rows(target)
    with sqlite_files.new(tmp_path) as url, closing(open_database(url)) as other:
        with transaction(other) as session:
            add_people(session)
            draft_project(session)
        rename_workspace(other, "T0OTHER")
        with pytest.raises(OperatorError, match=r"other rows with the same numbers \(projects\)"):
            move_workspace(other, target, "T0OTHER")
        with read_only_session(other) as session:
            assert has_installation(session, "T0OTHER")
    assert count_rows(target) == before


def rename_workspace(database: Database, team_id: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for table in list_workspace_tables():
            if "team_id" in table.c and table.name != "audit_log":
                connection.execute(table.update().values(team_id=team_id))


def test_a_workspace_that_is_there_or_nowhere_is_not_moved(duet: Office, target: Database) -> None:
    duet.person("ewa").types("/duet")
    duet.settles()
    with pytest.raises(OperatorError, match=rf"no workspace T0NOBODY. It has .*{PIKUS.id}"):
        move_workspace(duet.database, target, "T0NOBODY")
    move_workspace(duet.database, target, PIKUS.id)
    before = count_rows(target)
    with pytest.raises(OperatorError, match=f"has {PIKUS.id} already"):
        move_workspace(duet.database, target, PIKUS.id)
    assert count_rows(target) == before


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("options", [(), ("--workspace", PIKUS.id)])
def test_nothing_is_moved_from_under_a_running_duet(
    duet: Office, target: Database, options: tuple[str, ...]
) -> None:
    with hold_process_lock(duet.database):
        refused = move_by_command(duet.bot.settings.database_url, target, *options)
    assert refused.exit_code == 1
    assert "Another Duet is running on this database file: stop it first." in refused.output
    assert sum(count_rows(target).values()) == 0


def test_a_move_that_broke_off_at_its_end_is_done_again(duet: Office, target: Database) -> None:
    """The file serves the workspace no longer, and the target has nothing of it yet. Afterwards it is one like any
    other there, and has its tokens there alone.
    """
    duet.person("ewa").types("/duet")
    duet.settles()
    known = {"bot_id": "B0", "bot_user_id": "U0BOT", "scopes": "", "installed_by": "U0EWA", "installed_at": START}
    with transaction(duet.database) as session:
        installations.save_installation(session, PIKUS.id, bot_token="sealed", **known)
        record_move(session, [PIKUS.id])
    move_workspace(duet.database, target, PIKUS.id)
    for database, token in ((target, "sealed"), (duet.database, None)):
        with read_only_session(database) as session:
            assert has_installation(session, PIKUS.id) == (database is target)
            found = installations.find_installation(session, PIKUS.id)
            assert found is not None and found.bot_token == token


def test_the_file_changes_no_token_of_a_workspace_that_was_moved(duet: Office) -> None:
    """Also where the move was killed before it deleted them: the target's would work no more."""
    known = {"bot_id": "B0", "bot_user_id": "U0BOT", "scopes": "", "installed_by": "U0EWA", "installed_at": START}
    tokens = {"bot_token": "sealed", "refresh_token": "sealed", "expires_at": START}
    late = START + timedelta(hours=1)
    with transaction(duet.database) as session:
        add_people(session)
        installations.save_installation(session, PIKUS.id, **tokens, **known)
        assert installations.list_expiring(session, late, late, 1) == [PIKUS.id]
        record_move(session, [PIKUS.id])
        assert installations.list_expiring(session, late, late, 1) == []
        leased = installations.lease_rotation(session, PIKUS.id, before=late, now=late, until=END_OF_TIME)
        assert leased is None


def test_what_is_left_of_a_moved_workspace_is_not_moved_with_the_others(duet: Office, target: Database) -> None:
    """It is served from elsewhere, and never from two databases."""
    add_kiosk(duet.database)
    with transaction(duet.database) as session:
        record_move(session, [KIOSK.id])
    with pytest.raises(OperatorError, match=f"Moved already: {KIOSK.id}"):
        move_database(duet.database, target)
    assert sum(count_rows(target).values()) == 0
    with read_only_session(duet.database) as session:
        assert has_installation(session, PIKUS.id)


def test_each_table_says_of_which_workspace_its_rows_are() -> None:
    for table in list_workspace_tables():
        assert is_of_workspace(table, PIKUS.id) is not None
    for name in OF_NO_WORKSPACE:
        with pytest.raises(LookupError):
            is_of_workspace(SQLModel.metadata.tables[name], PIKUS.id)


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


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_copy_that_differs_is_not_kept(duet: Office, target: Database, is_whole: bool) -> None:
    """A trigger of the target changes what is written there."""
    duet.person("ewa").types("/duet")
    duet.settles()
    with target.engine.begin() as connection:
        connection.exec_driver_sql(SHOUT)
    try:
        with pytest.raises(OperatorError, match="copy of people differs"):
            if is_whole:
                move_database(duet.database, target)
            else:
                move_workspace(duet.database, target, PIKUS.id)
        assert sum(count_rows(target).values()) == 0
        with read_only_session(duet.database) as session:
            assert has_installation(session, PIKUS.id)
    finally:
        with target.engine.begin() as connection:
            connection.execute(text("DROP FUNCTION shout CASCADE"))
