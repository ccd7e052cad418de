"""The connection to PostgreSQL is lost at COMMIT: what has become of it is asked before anything is said (§16)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from sqlalchemy import Connection

from tests.handlers.test_any_input import build_click, send_to_bot
from tests.running import Office, PostgresServer, reopen_database, run_office
from tests.scenarios.steps import (
    click_button,
    close_forms,
    day_from_today,
    draft_charter,
    open_form,
    project_id,
    query_one,
)

UNTOUCHED = "nic się nie zmieniło"
IN_DOUBT = "nie wiadomo, czy zmiana się zapisała"
TERMINATE = b"SELECT pg_terminate_backend(pg_backend_pid())"


def before_it_takes_effect(connection: psycopg.Connection) -> None:
    connection.pgconn.exec_(TERMINATE)


def after_it_took_effect(connection: psycopg.Connection) -> None:
    connection.pgconn.exec_(b"COMMIT")
    connection.pgconn.exec_(TERMINATE)


@contextmanager
def cut_commit(duet: Office, how: Callable[[psycopg.Connection], None], *, of: str) -> Iterator[None]:
    """The next COMMIT of a transaction that has written to the table `of` ends so."""
    engine, writers = duet.database.engine, set[int]()

    def note(connection: Connection, cursor: object, statement: str, *more: object) -> None:
        if statement.startswith((f"INSERT INTO {of} ", f"UPDATE {of} ")):
            writers.add(id(connection.connection.dbapi_connection))

    def end(connection: Connection) -> None:
        lost = connection.connection.dbapi_connection
        if id(lost) in writers:
            writers.clear()
            sqlalchemy.event.remove(engine, "before_cursor_execute", note)
            assert isinstance(lost, psycopg.Connection)
            how(lost)

    sqlalchemy.event.listen(engine, "before_cursor_execute", note)
    sqlalchemy.event.listen(engine, "commit", end)
    try:
        yield
    finally:
        sqlalchemy.event.remove(engine, "commit", end)


@pytest.fixture
def on_postgres(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Office]:
    with postgres_server.new(tmp_path) as url, run_office(url, tmp_path) as duet:
        yield duet


def count_signing_requests(duet: Office) -> int:
    return int(query_one(duet, "SELECT count(*) FROM signing_requests"))


def test_what_took_effect_is_said(on_postgres: Office) -> None:
    """§16: the reply stands beside the change, and is found there."""
    draft_charter(on_postgres)
    anna = on_postgres.person("anna")
    card = anna.types("/duet show D-1")
    with cut_commit(on_postgres, after_it_took_effect, of="signing_requests"):
        assert "wysłana do podpisu" in click_button(card, "send").text
    assert count_signing_requests(on_postgres) == 1
    assert anna.repeats().ok
    assert count_signing_requests(on_postgres) == 1


def test_what_took_effect_in_an_open_form_is_said(on_postgres: Office) -> None:
    """§16: also where the reply is kept for nobody, since the form stays open."""
    ewa = on_postgres.person("ewa")
    open_form(ewa, "/duet away")
    assert ewa.form is not None
    form = ewa.form.fill({ewa.form.labels[0]: "2027-01-11"})
    with cut_commit(on_postgres, after_it_took_effect, of="absences"):
        shown = form.submit()
    assert shown is not None
    assert UNTOUCHED not in shown.text
    assert "11 stycznia 2027" in shown.text
    assert query_one(on_postgres, "SELECT count(*) FROM absences") == 1


def test_what_did_not_take_effect_is_said(on_postgres: Office) -> None:
    """§16: nothing was changed, and the next try works."""
    draft_charter(on_postgres)
    anna = on_postgres.person("anna")
    card = anna.types("/duet show D-1")
    with cut_commit(on_postgres, before_it_takes_effect, of="signing_requests"):
        assert UNTOUCHED in click_button(card, "send").text
    assert count_signing_requests(on_postgres) == 0
    close_forms(anna)
    assert "wysłana do podpisu" in click_button(card, "send").text


def test_a_command_again_and_again(on_postgres: Office) -> None:
    """§16: each time what is said is what stands there, whichever way it was cut."""
    ewa = on_postgres.person("ewa")
    for n in range(6):
        how = (after_it_took_effect, before_it_takes_effect)[n % 2]
        before = query_one(on_postgres, "SELECT count(*) FROM absences")
        with cut_commit(on_postgres, how, of="absences"):
            said = ewa.types(
                f"/duet away {day_from_today(on_postgres, 20 + 3 * n)} {day_from_today(on_postgres, 21 + 3 * n)}"
            ).text
        after = query_one(on_postgres, "SELECT count(*) FROM absences")
        assert after - before == (how is after_it_took_effect)
        assert (UNTOUCHED in said) is (how is before_it_takes_effect), said
        close_forms(ewa)


@pytest.mark.parametrize("how", [before_it_takes_effect, after_it_took_effect])
def test_what_cannot_be_asked_is_not_guessed(
    on_postgres: Office, how: Callable[[psycopg.Connection], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """§16: neither "done" nor "nothing was changed" while the database cannot be reached again."""
    draft_charter(on_postgres)
    engine = on_postgres.database.engine
    card = on_postgres.person("anna").types("/duet show D-1")

    def unreachable(*_: object) -> None:
        raise sqlalchemy.exc.OperationalError("connect", None, Exception("unreachable"))

    def lose(connection: psycopg.Connection) -> None:
        how(connection)
        sqlalchemy.event.listen(engine, "begin", unreachable)

    with cut_commit(on_postgres, lose, of="signing_requests"):
        try:
            said = click_button(card, "send").text
        finally:
            sqlalchemy.event.remove(engine, "begin", unreachable)
    assert IN_DOUBT in said
    assert UNTOUCHED not in said


def test_what_fails_after_commit_undoes_nothing(duet: Office) -> None:
    """§16: on any database, also where it is our own fault: what stands there is what is said."""
    key = draft_charter(duet)
    action, value = "charter.send", f"{project_id(duet, key)}:1"
    duet.settles()
    duet.bot.stop()
    duet.bot.database = reopen_database(duet.bot.settings.database_url)

    def fail() -> None:
        raise ZeroDivisionError

    duet.database.on_commit.append(fail)
    body = {"team": {"id": "T0PIKUS"}, "user": {"id": "U0ANNA"}, "response_url": "https://somewhere"}
    [said] = send_to_bot(duet, "action", body | build_click(action, value)).said
    assert "wysłana do podpisu" in said
    assert count_signing_requests(duet) == 1
    duet.database.close()
