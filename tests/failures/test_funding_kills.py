"""`kill -9` between an entry of the ledger and what follows from it: both are there, or neither (product §16)."""

import multiprocessing
import os
import signal

import pytest
from sqlmodel import select

from bot.funding.rules import EntryKind
from bot.projects.rules import Side
from storage.audit import AuditEntry
from storage.funding import LedgerEntry
from storage.notices import Notice
from storage.session import read_only_session, transaction
from tests.funding.service_steps import record, start_project
from tests.running import open_patient_database

PAST_THE_BUDGET = 12_000_001


def record_and_die(database_url: str, project_id: int, is_committed: bool) -> None:
    """Spends past the budget; killed just before the commit, or just after it."""
    database = open_patient_database(database_url)
    with transaction(database) as session:
        record(session, project_id, Side.IT, EntryKind.SPENT, PAST_THE_BUDGET)
        session.flush()
        if not is_committed:
            os.kill(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.timeout(180)
def test_an_entry_and_its_messages_survive_together(database_url: str) -> None:
    """§6.3, §6.5, §16: the entry, the other lead's news, the executives' message and the log, or nothing of it."""
    database = open_patient_database(database_url)
    project_id = start_project(database)
    if database.is_sqlite:
        database.close()
    spawn = multiprocessing.get_context("forkserver")
    spawn.set_forkserver_preload([__name__])
    found = []
    for is_committed in (False, True):
        process = spawn.Process(target=record_and_die, args=(database_url, project_id, is_committed))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        if database.is_sqlite:
            database = open_patient_database(database_url)
        with read_only_session(database) as session:
            entries = session.exec(select(LedgerEntry)).all()
            news = session.exec(select(Notice).where(Notice.kind == "ledger.news")).all()
            letters = session.exec(select(Notice.subject).where(Notice.kind == "digest.letter")).all()
            logged = session.exec(select(AuditEntry).where(AuditEntry.action == "ledger.spent")).all()
        asked = sum((key or "").startswith("ledger.uncovered:") for key in letters)
        found.append((len(entries), len(news), asked, len(logged)))
        if database.is_sqlite:
            database.close()
    assert found == [(0, 0, 0, 0), (1, 1, 2, 1)]
    if not database.is_sqlite:
        database.close()
