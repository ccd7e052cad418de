"""The schema: migrations and models are equal, and the database itself holds what must hold."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from bot.database import open_database, prepare_database
from bot.projects.rules import Side
from bot.runtime.clock import real_now
from storage import audit, copies, schema, tables
from storage.audit import AuditEntry
from storage.checkins import CheckinRound, RoundState
from storage.engine import connect_database
from storage.people import Person
from storage.session import read_only_session, transaction
from storage.workspaces import load_workspace, record_installation

TEAM = "T0PIKUS"


def test_each_migration_follows_another_one() -> None:
    """Two that follow the same one came from two branches: Alembic would upgrade to neither."""
    scripts = ScriptDirectory.from_config(schema.build_alembic_config())
    heads = [Path(each.path).name for each in scripts.get_revisions(scripts.get_heads())]
    assert len(heads) == 1, f"each is followed by none, so one has to follow the other: {sorted(heads)}"


def test_a_current_database_is_known_without_alembic() -> None:
    """§16: whoever starts Duet does not wait for it to be imported, nor for it to read all migrations."""
    scripts = ScriptDirectory.from_config(schema.build_alembic_config())
    assert schema.list_revisions() == tuple(each.revision for each in scripts.walk_revisions())[::-1]
    assert schema.list_revisions()[-1] == scripts.get_current_head()


def test_migrations_make_the_models(database_url: str) -> None:
    database = connect_database(database_url)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
        for table in tables.metadata.tables.values():  # these Alembic does not compare
            checks = {each.name for each in table.constraints if isinstance(each, CheckConstraint)}
            stored = sqlalchemy.inspect(connection).get_check_constraints(table.name)
            assert {each["name"] for each in stored} == checks, table.name
    database.close()


def test_a_round_goes_through_its_states_in_order() -> None:
    """Architecture §6."""
    now = real_now()
    round_ = CheckinRound(team_id=TEAM, project_id=1, number=1, slot="", day=date.max, questions=[])
    for state in (RoundState.OPEN, RoundState.ENDED, RoundState.POSTED):
        round_.enter_state(state, now)
    assert (round_.state, round_.opened_at, round_.ended_at, round_.posted_at) == (RoundState.POSTED, now, now, now)
    with pytest.raises(ValueError, match="is posted, and cannot become open"):
        round_.enter_state(RoundState.OPEN, now)


def test_a_column_of_states_takes_no_other_word(database_url: str) -> None:
    database = connect_database(database_url)
    with transaction(database) as session:
        record_installation(session, team_id=TEAM, enterprise_id=None, bot_user_id="U0BOT")
        session.add(Person(team_id=TEAM, user_id="U0ANNA", name="Anna", refreshed_at=real_now(), side=Side.IT))
    with pytest.raises(DBAPIError, match="known_side"), transaction(database) as session:
        session.execute(sqlalchemy.text("UPDATE people SET side = 'sales'"))
    database.close()


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET action = 'never'", "DELETE FROM audit_log"])
def test_the_audit_log_is_append_only(database_url: str, statement: str) -> None:
    database = connect_database(database_url)
    with transaction(database) as session:
        audit.record_audit_entry(session, team_id=TEAM, project_id=None, at=real_now(), actor=None, action="kept")
    with pytest.raises(DBAPIError, match="append-only"), transaction(database) as session:
        session.execute(sqlalchemy.text(statement))
    with read_only_session(database) as session:
        assert [entry.action for entry in session.exec(select(AuditEntry))] == ["kept"]
    database.close()


def test_a_naive_time_is_refused(database_url: str) -> None:
    database = connect_database(database_url)
    with pytest.raises(sqlalchemy.exc.StatementError, match="naive"), transaction(database) as session:
        naive = real_now().replace(tzinfo=None)
        session.add(Person(team_id=TEAM, user_id="U0ANNA", name="Anna", refreshed_at=naive))
    database.close()


def test_the_reader_cannot_write(database_url: str) -> None:
    database = connect_database(database_url)
    if database.is_sqlite:
        with pytest.raises(DBAPIError, match="readonly"), read_only_session(database) as session:
            record_installation(session, team_id=TEAM, enterprise_id=None, bot_user_id="U0BOT")
            session.flush()
    database.close()


def test_a_new_sqlite_file_is_made_ready_and_can_be_copied(tmp_path: Path) -> None:
    """Architecture §6."""
    database = open_database(f"sqlite:///{tmp_path / 'duet.db'}")
    prepare_database(database)
    assert not list(tmp_path.glob("*.backup"))
    with transaction(database) as session:
        record_installation(session, team_id=TEAM, enterprise_id=None, bot_user_id="U0BOT")
    copy = connect_database(f"sqlite:///{copies.copy_sqlite_file(database, real_now())}")
    with read_only_session(copy) as session:
        assert load_workspace(session, TEAM).bot_user_id == "U0BOT"
    copy.close()
    database.close()
