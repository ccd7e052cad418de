"""Whose side stands in a database of before without a word of theirs is asked again (product §5.1)."""

from collections.abc import Callable
from importlib import import_module

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection

from bot.runtime.clock import real_now
from storage import audit, people
from storage.engine import connect_database
from storage.people import Person
from storage.session import read_only_session, transaction

TEAM, OTHER = "T0PIKUS", "T0KIOSK"


def upgrades(connection: Connection) -> None:
    run: Callable[[], None] = import_module("storage.migrations.versions.0019_sides_that_nobody_confirmed").upgrade
    with Operations.context(MigrationContext.configure(connection)):
        run()


def test_a_guess_does_not_become_a_fact(database_url: str) -> None:
    """§5.1: only the last of the person's own words keeps it, in their own workspace."""
    database, now = connect_database(database_url), real_now()
    words = (  # of whom, by whom, the side in the log
        ("U0OWN", "U0OWN", "it"),
        ("U0NAMED", "U0EWA", "it"),
        ("U0CHANGED", "U0CHANGED", "it"),
        ("U0CHANGED", "U0CHANGED", "marketing"),
    )
    with transaction(database) as session:
        for team_id in (TEAM, OTHER):
            people.record_installation(session, team_id=team_id, enterprise_id=None, bot_user_id="U0BOT")
            for user_id in ("U0OWN", "U0NAMED", "U0CHANGED", "U0SILENT"):
                session.add(Person(team_id=team_id, user_id=user_id, name=user_id, side="it", refreshed_at=now))
        for user_id, by, side in words:
            after = {"holder": user_id, "works_in": side}
            audit.record_audit_entry(
                session, team_id=TEAM, project_id=None, at=now, actor=by, action="person.side", after=after
            )
            session.flush()
    with transaction(database) as session:
        upgrades(session.connection())
    with read_only_session(database) as session:
        kept = {
            (team_id, user_id)
            for team_id in (TEAM, OTHER)
            for user_id in ("U0OWN", "U0NAMED", "U0CHANGED", "U0SILENT")
            if (found := people.find_person(session, team_id, user_id)) is not None and found.side is not None
        }
    assert kept == {(TEAM, "U0OWN")}
    database.close()
