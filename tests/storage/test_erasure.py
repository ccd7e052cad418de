"""A person's word in every column that holds texts: what forgetting and retention leave of it (product §17)."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, Final

import pytest
from sqlalchemy import Table, text, update
from sqlalchemy import select as select_columns
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from bot.projects.rules import Side
from bot.ui.mrkdwn import ERASED
from playground.seed import KIOSK, PIKUS
from storage import erasure, people, person_erasure, project_erasure, tables
from storage.audit import AuditEntry, record_audit_entry
from storage.engine import Database, connect_database
from storage.erasure import ErasureReason
from storage.people import Person
from storage.person_erasure import ErasedPerson
from storage.personal import HOLDINGS, NAMING, OF_NOBODY
from storage.project_erasure import ANSWERED
from storage.session import NotingSession
from storage.shown_words import list_shown_deliveries
from storage.workspaces import record_installation
from tests.invented_rows import TABLES, Say, add_row, say_own
from tests.running import ROOT, START
from tests.storage.test_personal import has_words

TOMEK: Final = "U0TOMEK"
JAN: Final = "U0JAN"
NUMBERS: Final = {TOMEK: 1, JAN: 2}

QUOTING: Final = frozenset(
    {"closings.report", "deliveries.content", "notices.facts", "projects.pause_reason", "seen_requests.reply"}
)
"""Made of what somebody wrote elsewhere: nothing says whose a text of it is that stands nowhere else."""

NAMES: Final = {
    f"{table}.{column}"
    for table, holding in HOLDINGS.items()
    for column, why in holding.words.items()
    if isinstance(why, str) and why in NAMING
}
SIGNED: Final = {"decisions.facts"}
IDS: Final = {"checkin_schedules.people"}

OF_NO_PROJECT: Final = {
    *("absences", "assets", "deputies", "drafts", "erasures", "installations", "lanes", "opened_homes", "people"),
    *("pulse_respondents", "pulse_windows", "seen_requests", "steward_consents", "workspaces"),
}
"""Tables that end in a way of their own, as docs/privacy.md says of each."""

Stored = dict[str, list[dict[str, Any]]]


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """Nothing of it is committed. Its rows may be such as no project ever has: checks are lifted."""
    with closing(connect_database(database_url)) as database, NotingSession(database.engine) as session:
        lift_checks(session, database)
        yield session
        session.rollback()


def lift_checks(session: Session, database: Database) -> None:
    if database.is_sqlite:
        session.connection().exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        return
    checks = "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"
    for table, name in session.connection().exec_driver_sql(checks).all():
        session.connection().exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}"')


def seed_rows(session: Session, author: str, say: Say = say_own) -> dict[str, Any]:
    """A row of each table; of those that have one a workspace, the first person's. Returns all their keys."""
    keys: dict[str, Any] = {}
    for table in TABLES:
        if author == TOMEK or [*table.primary_key.columns.keys()] != ["team_id"]:
            keys |= add_row(session, table, author, number=NUMBERS[author], keys=keys, say=say)
    return keys


def read_stored(session: Session) -> Stored:
    """Every row of every table, as the driver has it."""
    connection = session.connection()
    return {
        table.name: [dict(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table.name}").mappings()]
        for table in TABLES
    }


def find_places(stored: Stored, said: Callable[[str], str]) -> set[str]:
    """The columns in which stands what `said` says of them."""
    return {
        f"{table}.{name}"
        for table, rows in stored.items()
        for row in rows
        for name, value in row.items()
        if said(f"{table}.{name}") in str(value)
    }


def find_words(stored: Stored, author: str) -> set[str]:
    return find_places(stored, lambda place: f"{place} by {author.lower()}")


def list_rows_of(stored: Stored, author: str) -> list[str]:
    return [f"{table}: {row}" for table, rows in stored.items() for row in rows if author in str(row)]


def list_lost_tables(before: Stored, after: Stored) -> set[str]:
    return {table for table in before if len(after[table]) < len(before[table])}


def list_text_columns(of: Callable[[Table], bool]) -> set[str]:
    return {str(column) for table in TABLES if of(table) for column in table.c if has_words(column)}


def forget(session: Session) -> ErasedPerson:
    with erasure.open_erasure(session, team_id=PIKUS.id, reason=ErasureReason.PERSON, number=1, now=START):
        return person_erasure.erase_person(session, team_id=PIKUS.id, user_id=TOMEK, number=1, now=START)


def test_what_is_left_of_a_persons_words_is_said_of_every_column(session: Session) -> None:
    """§17: whatever they have written is gone but for what has a reason to stay, their id stands in what was signed
    and booked alone, and nothing of anybody else has changed.
    """
    seed_rows(session, TOMEK)
    seed_rows(session, JAN)
    before = read_stored(session)
    forget(session)
    after = read_stored(session)
    told_of_nobody = list_text_columns(lambda table: table.name in OF_NOBODY)
    told_of_nobody |= {f"{name}.{each}" for name, holding in HOLDINGS.items() for each in holding.codes}
    told_of_nobody |= {f"{name}.{each}" for name, holding in HOLDINGS.items() for each in holding.withheld}
    profile = {"people.name", "people.full_name"}  # as long as what was signed
    left = find_words(after, TOMEK) - told_of_nobody
    assert left == {*NAMES, *profile, *SIGNED, *IDS, *QUOTING} - {*told_of_nobody, "seen_requests.reply"}
    keep_names = {name for name, holding in HOLDINGS.items() if holding.keeps_names}
    assert {place.partition(".")[0] for place in find_places(after, lambda _: TOMEK)} == {*keep_names, "people"}
    assert list_rows_of(after, JAN) == list_rows_of(before, JAN)


def test_what_quotes_them_goes_whoever_has_written_it(session: Session) -> None:
    """§17: wherever a text is made of theirs. A delivery that shows it is found, to be deleted."""
    said = "Palisander is in the asks.text"
    seed_rows(session, TOMEK, lambda place, _: f"Palisander is in the {place}")
    seed_rows(session, JAN, lambda place, author: say_own(place, author) if place in NAMES else said)
    wanted = {*QUOTING, "asks.text", "audit_log.before", "audit_log.after"}
    assert wanted <= find_places(read_stored(session), lambda _: said)
    erased = forget(session)
    assert find_places(read_stored(session), lambda _: said) & wanted == {"deliveries.content"}
    assert [each.key for each in list_shown_deliveries(session, PIKUS.id, erased)] == [JAN]


def test_where_they_came_from_goes_from_what_others_have_logged_of_them(session: Session) -> None:
    """Somebody else may come from the same place, and in another workspace nobody is forgotten."""
    record_installation(session, team_id=KIOSK.id, enterprise_id=None, bot_user_id="U1BOT")
    session.flush()
    for team_id, member in ((PIKUS.id, TOMEK), (PIKUS.id, JAN), (KIOSK.id, TOMEK)):
        after = {"member": member, "home_post": "Sklep w Pile"}
        record_audit_entry(
            session, team_id=team_id, project_id=None, at=START, actor=JAN, action="team.added", after=after
        )
    seed_rows(session, TOMEK, lambda place, _: "Sklep w Pile" if place == "members.home_post" else place)
    forget(session)
    logged = session.exec(select(AuditEntry).filter_by(action="team.added").order_by(col(AuditEntry.id))).all()
    assert [each.after["home_post"] for each in logged] == [ERASED, "Sklep w Pile", "Sklep w Pile"]
    assert logged[-1].after["member"] == TOMEK


def test_another_id_in_which_theirs_is_a_part_is_anothers(session: Session) -> None:
    longer = {"member": f"{TOMEK}9", "home_manager": f"W{TOMEK}"}
    record_audit_entry(
        session, team_id=PIKUS.id, project_id=None, at=START, actor=f"{TOMEK}9", action="team.added", after=longer
    )
    forget(session)
    assert session.exec(select(AuditEntry).filter_by(action="team.added")).one().after == longer


def test_the_side_that_they_have_proposed_for_somebody_is_proposed_no_more(session: Session) -> None:
    proposed = {"proposed_by": TOMEK, "proposed_side": Side.IT, "proposed_at": START}
    people.store_person(session, PIKUS.id, JAN, {"name": "Jan", "zone": "UTC", "refreshed_at": START, **proposed})
    forget(session)
    jan = people.find_person(session, PIKUS.id, JAN)
    assert jan is not None
    assert (jan.proposed_by, jan.proposed_side, jan.proposed_at) == (None, None, None)


def test_whoever_is_named_nowhere_is_kept_no_longer_than_they_are_there(session: Session) -> None:
    """Who has left Slack goes with the last row that names them, as does who was forgotten."""
    for user_id in ("U0HERE", "U0LEFT", "U0FORGOTTEN"):
        people.store_person(session, PIKUS.id, user_id, {"name": user_id, "zone": "UTC", "refreshed_at": START})
    session.get_one(Person, (PIKUS.id, "U0LEFT")).deleted = True
    session.get_one(Person, (PIKUS.id, "U0FORGOTTEN")).forgotten_at = START
    session.flush()
    person_erasure.forget_unnamed_people(session, PIKUS.id)
    kept = {each.user_id for each in session.exec(select(Person).filter_by(team_id=PIKUS.id))}
    assert {"U0HERE", "U0LEFT", "U0FORGOTTEN"} & kept == {"U0HERE"}


def erase_project_of_tomek(session: Session, reason: ErasureReason) -> tuple[Stored, Stored]:
    """What is stored before, and after. Nothing of Jan's project changes."""
    keys = seed_rows(session, TOMEK)
    seed_rows(session, JAN)
    before = read_stored(session)
    erase = project_erasure.erase_answers if reason is ErasureReason.ANSWERS else project_erasure.erase_project
    with erasure.open_erasure(session, team_id=PIKUS.id, reason=reason, number=1, now=START):
        erase(session, PIKUS.id, keys["projects.id"])
    after = read_stored(session)
    assert list_rows_of(after, JAN) == list_rows_of(before, JAN)
    return before, after


def list_tables_kept(how_long: str) -> set[str]:
    """Those of which docs/privacy.md says so."""
    rows = [line.split(" | ") for line in (ROOT / "docs" / "privacy.md").read_text("utf-8").splitlines()]
    return {
        name
        for row in rows
        if len(row) == 5 and row[3].startswith(how_long)
        for name in re.findall(r"`(\w+)`", row[4])
    }


def test_with_the_answers_goes_every_table_of_them(session: Session) -> None:
    """§17: and the texts of what was posted, and why somebody was not quite back."""
    before, after = erase_project_of_tomek(session, ErasureReason.ANSWERS)
    assert list_lost_tables(before, after) == {*ANSWERED, "checkin_messages"}
    assert {"asks", "executive_answers"} < list_tables_kept("12 months after closing") <= {*ANSWERED}
    gone = find_words(before, TOMEK) - find_words(after, TOMEK)
    of_answers = list_text_columns(lambda table: table.name in list_lost_tables(before, after))
    assert gone - of_answers == {"deliveries.content", "stay_confirmations.reason"}


def test_with_the_records_goes_every_table_that_points_at_a_project(session: Session) -> None:
    """§17: those that are left end in a way of their own."""
    before, after = erase_project_of_tomek(session, ErasureReason.RECORDS)
    assert {table.name for table in TABLES} - list_lost_tables(before, after) == OF_NO_PROJECT
    assert {"audit_log", "positions"} < list_tables_kept("5 years after closing")
    assert not list_tables_kept("5 years after closing") & OF_NO_PROJECT


@pytest.mark.one_of(3)
@pytest.mark.parametrize("table", ["audit_log", "in_kind_agreements", "ledger_entries"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET team_id = team_id", "DELETE FROM {}"])
def test_what_is_only_added_to_is_changed_by_an_erasure_alone(session: Session, table: str, statement: str) -> None:
    """§14, §6.2: only while it is open."""
    seed_rows(session, TOMEK)
    change = text(statement.format(table))

    def refuse() -> None:
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(change)

    refuse()
    with erasure.open_erasure(session, team_id=PIKUS.id, reason=ErasureReason.LOG, number=1, now=START):
        session.execute(text(f"UPDATE {table} SET team_id = team_id"))
    refuse()


def test_a_message_that_asks_for_another_project_too_stays(session: Session) -> None:
    """Some have theirs of several projects in one: it goes with the last of them."""
    theirs, others = seed_rows(session, TOMEK), seed_rows(session, JAN)
    parts, messages = (tables.metadata.tables[name] for name in ("checkin_message_parts", "checkin_messages"))
    shared = theirs["checkin_messages.id"]
    asks = parts.c.prompt_id == others["checkin_prompts.id"]
    session.execute(update(parts).where(asks).values(message_id=shared))
    for keys, is_left in ((theirs, True), (others, False)):
        with erasure.open_erasure(session, team_id=PIKUS.id, reason=ErasureReason.ANSWERS, number=1, now=START):
            project_erasure.erase_answers(session, PIKUS.id, keys["projects.id"])
        left = session.execute(select_columns(messages.c.id).where(messages.c.id == shared)).all()
        assert bool(left) == is_left
