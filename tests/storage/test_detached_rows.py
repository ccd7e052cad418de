"""What a session that only reads is given: the same as any other, as objects that it does not hold (§6)."""

from datetime import date

import pytest
from sqlalchemy import event, inspect
from sqlmodel import Session

from playground.seed import PIKUS
from storage import people, projects, signing
from storage.engine import Database
from storage.projects_with_stays import find_project_with_stay
from storage.session import read_only_session, transaction
from storage.signing import Deputy
from tests.running import open_spare_database
from tests.seeding import add_people, draft_project


@pytest.fixture
def office(database_url: str) -> tuple[Database, int]:
    """A database with people and a draft."""
    database = open_spare_database(database_url)
    with transaction(database) as session:
        add_people(session)
        return database, draft_project(session)


def read_everything(session: Session, project_id: int) -> list[object]:
    """An outer join that finds nothing, objects with and without numbers, columns, single values."""
    found = find_project_with_stay(session, PIKUS.id, "U0EWA", project_id)
    assert found is not None
    *rows, stay = found
    colleagues = people.list_colleagues(session, PIKUS.id)
    return [
        *(each.model_dump() for each in (*rows, *colleagues)),
        stay,
        [*people.list_names_like(session, PIKUS.id, "%")],
        [*people.list_admins(session, PIKUS.id)],
    ]


@pytest.mark.both_databases
def test_who_only_reads_is_given_the_same(office: tuple[Database, int]) -> None:
    database, project_id = office
    with transaction(database) as session:
        expected = read_everything(session, project_id)
    with read_only_session(database) as session:
        kept = find_project_with_stay(session, PIKUS.id, "U0EWA", project_id)
        assert read_everything(session, project_id) == expected
        assert kept is not None
        assert not session.identity_map
    database.close()


@pytest.mark.both_databases
def test_what_was_read_is_the_same_object(office: tuple[Database, int]) -> None:
    """Whoever holds a project finds it without a statement; not under another workspace's name."""
    database, project_id = office
    statements: list[str] = []
    with read_only_session(database) as session:
        first = projects.find_project(session, PIKUS.id, project_id)
        assert first is not None
        assert projects.load_projects(session, PIKUS.id, [project_id])[project_id] is first
        event.listen(session.connection(), "before_cursor_execute", lambda *said: statements.append(said[2]))
        assert projects.find_project(session, PIKUS.id, project_id) is first
        assert statements == []
        assert projects.find_project(session, "T0OTHER", project_id) is None
    database.close()


@pytest.mark.both_databases
def test_what_is_asked_anew_is_read_anew(office: tuple[Database, int]) -> None:
    """A query with `populate_existing` does not answer by what was read before."""
    database, _ = office
    day = date(2027, 1, 11)
    with transaction(database) as session:
        named = Deputy(team_id=PIKUS.id, user_id="U0ADAM", deputy="U0ANNA", from_day=day, until_day=day)
        session.add(named)
    with read_only_session(database) as session:
        before, again = (signing.find_deputies(session, PIKUS.id, ["U0ADAM"])["U0ADAM"] for _ in range(2))
        assert before is not again
        assert before.model_dump() == again.model_dump() == named.model_dump()
    database.close()


@pytest.mark.both_databases
def test_a_row_that_is_changed_there_is_not_written(office: tuple[Database, int]) -> None:
    database, project_id = office
    with read_only_session(database) as session:
        project = projects.find_project(session, PIKUS.id, project_id)
        assert project is not None
        project.name = "Changed"
        assert inspect(project).session is None
        session.flush()
    with read_only_session(database) as session:
        stored = projects.find_project(session, PIKUS.id, project_id)
        assert stored is not None
        assert stored.name != "Changed"
    database.close()
