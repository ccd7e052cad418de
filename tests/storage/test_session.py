"""`transaction()`: all or nothing, and the ticket that says which."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from storage.engine import Database, connect_database
from storage.session import Ticket, TicketRefused, has_sent_writes, read_only_session, transaction
from storage.workspaces import Workspace, has_installation, load_workspace, next_project_number, record_installation
from tests.running import open_patient_database, open_spare_database

TEAM = "T0PIKUS"
CHANGES = 20


def count(database: Database) -> int:
    with read_only_session(database) as session:
        return len(session.exec(select(Workspace)).all())


def test_a_ticket_is_flipped_once() -> None:
    ticket = Ticket()
    assert ticket.commit()
    assert not ticket.refuse()
    refused = Ticket()
    assert refused.refuse()
    assert not refused.commit()


def test_a_refused_ticket_writes_nothing(database_url: str) -> None:
    """Architecture §3: the thread takes the ticket just before COMMIT, or rolls back."""
    database, ticket = open_spare_database(database_url), Ticket()
    with pytest.raises(TicketRefused), transaction(database, ticket) as session:
        record_installation(session, team_id=TEAM, enterprise_id=None, bot_user_id="U0BOT")
        assert ticket.refuse()
    assert count(database) == 0
    database.close()


def test_an_error_writes_nothing(database_url: str) -> None:
    database = open_spare_database(database_url)
    with pytest.raises(LookupError), transaction(database) as session:
        record_installation(session, team_id=TEAM, enterprise_id=None, bot_user_id="U0BOT")
        load_workspace(session, "T0NOWHERE")
    assert count(database) == 0
    database.close()


def test_only_writing_transactions_wake_the_workers(database_url: str) -> None:
    database = open_spare_database(database_url)
    woken: list[str] = []
    database.on_commit.append(lambda: woken.append("woken"))
    with transaction(database) as session:
        assert not has_installation(session, TEAM)
        assert not has_sent_writes(session)
    assert woken == []
    with transaction(database) as session:
        record_installation(session, team_id=TEAM, enterprise_id=None, bot_user_id="U0BOT")
    assert woken == ["woken"]
    database.close()


def test_a_server_that_swallows_all_is_given_up() -> None:
    """Else each thread waits for it for minutes; what the address says itself counts."""
    for query, expected in (("", ("5", "15000")), ("?connect_timeout=30", ("30", "15000"))):
        database = connect_database(f"postgresql://duet@db.invalid/duet{query}")
        engine = database.engine
        _, arguments = engine.dialect.create_connect_args(engine.url)
        assert (arguments["connect_timeout"], arguments["tcp_user_timeout"]) == expected
        database.close()


def test_no_number_is_given_twice(database_url: str) -> None:
    """Project keys are unique per workspace, however many ask at once."""
    database = open_patient_database(database_url)
    with transaction(database) as session:
        record_installation(session, team_id=TEAM, enterprise_id=None, bot_user_id="U0BOT")

    def ask(_: int) -> int:
        with transaction(database) as session:
            return next_project_number(session, TEAM)

    with ThreadPoolExecutor(4) as threads:
        numbers = list(threads.map(ask, range(CHANGES)))
    assert sorted(numbers) == list(range(1, CHANGES + 1))
    database.close()
