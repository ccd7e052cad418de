"""The same histories through the services: what is stored and shown agrees with what was done (product §6)."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.charter import drafting, first_step
from bot.charter.policy import EditedCharter
from bot.funding import answers, decisions, service
from bot.funding.gap import TOLD, find_next_telling
from bot.funding.ledger import LoadedLedger, load_ledger
from bot.funding.rules import DisputeOutcome, EntryKind
from bot.parsing.money import typed_amount
from bot.projects.rules import Side
from bot.projects.service import log_event
from bot.runtime.errors import Refusal
from bot.signing.rules import SigningAnswer
from bot.signing.service.answer_request import answer_request
from playground.seed import PIKUS
from storage import funding, projects, signing
from storage.engine import Database
from storage.projects import Project
from storage.session import read_only_session, transaction
from storage.workspaces import load_workspace
from tests.funding.histories import Step, Tally, draw_history
from tests.funding.service_steps import EXECUTIVES, LEADS, NOON, record, start_project
from tests.funding.test_rules import check_ledger, check_table
from tests.running import IS_LONG, open_patient_database
from tests.seeding import FIRST_STEP, SECOND_STEP

HISTORIES = 1_000 if IS_LONG else 15
LENGTH = 14


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    connected = open_patient_database(database_url)
    yield connected
    connected.close()


def find_project(session: Session, project_id: int) -> Project:
    found = projects.find_project(session, PIKUS.id, project_id)
    assert found is not None
    return found


def sign_newest_request(session: Session, now: datetime) -> None:
    """By both executives."""
    for executive in EXECUTIVES:
        (request,) = signing.list_open_requests_to(session, PIKUS.id, [executive.user_id])
        answer = SigningAnswer.SIGN
        answer_request(session, actor=executive, request_id=request.pk, answer=answer, reason=None, now=now)


def change_budget(session: Session, project: Project, step: Step, currency: str) -> None:
    edited = EditedCharter(project.pk, project.counting_version, project.revision)
    lead, now = LEADS.marketing, step.at
    first_step.keep_first_step(session, actor=lead, edited=edited, values=FIRST_STEP, now=now)
    values = SECOND_STEP | {"budget": typed_amount(step.amount, currency), "currency": currency}
    _, changed = drafting.revise_charter(session, actor=lead, edited=edited, values=values, now=now)
    if changed.budget is not None:
        sign_newest_request(session, now)


def take_step(session: Session, project_id: int, step: Step, currency: str) -> None:
    project = find_project(session, project_id)
    by_number = {each.row.number: each.row.pk for each in load_ledger(session, project).entries}
    entry_id, now = by_number.get(step.number, 0), step.at
    match step.what:
        case "budget":
            change_budget(session, project, step, currency)
        case "agree":
            answers.agree_in_kind(session, actor=LEADS[step.side.other], entry_id=entry_id, now=now)
        case "reverse":
            service.reverse_entry(session, actor=LEADS[step.side], entry_id=entry_id, reason="Pomyłka", now=now)
        case "dispute":
            lead = LEADS[step.side.other]
            answers.dispute_entry(session, actor=lead, entry_id=entry_id, reason="Nie widzę tego", now=now)
            answers.take_back_dispute(session, actor=lead, entry_id=entry_id, now=now)
        case "bear":
            executive, seen = EXECUTIVES.it, load_ledger(session, project).last_number
            decisions.propose_bearing(
                session, actor=executive, project_id=project_id, side=step.side, seen=seen, now=now
            )
            sign_newest_request(session, now)
        case _:
            kind = EntryKind(step.what)
            days_ago = step.amount % 40
            record(session, project_id, step.side, kind, step.amount, currency, now=now, days_ago=days_ago)


def read_ledger(database: Database, project_id: int) -> LoadedLedger:
    with read_only_session(database) as session:
        return load_ledger(session, find_project(session, project_id))


@pytest.mark.one_of(3)
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(HISTORIES))
def test_a_history_through_the_services_agrees(database: Database, seed: int) -> None:
    """§6.1–6.5: thirty of them; a thousand in `make test-long`."""
    budget, currency, steps = draw_history(random.Random(seed), length=LENGTH)
    project_id = start_project(database, budget=typed_amount(budget, currency), currency=currency)
    tally, shift = Tally(budget), NOON - steps[0].at if steps else timedelta(0)
    for step in steps:
        moved = Step(step.what, step.side, step.amount, step.at + shift, step.number)
        with transaction(database) as session:
            take_step(session, project_id, moved, currency)
        tally.count(step)
    ledger = read_ledger(database, project_id)
    check_ledger(ledger.sums, tally)
    check_table(ledger.sums, "pl")
    assert [each.row.number for each in ledger.entries] == list(range(1, len(ledger.entries) + 1))


@pytest.mark.parametrize(
    ("percent", "days", "due"),
    [(None, None, None), (0, None, 14), (None, 0, None), (4, 1, 1), (5, 0, None), (0, 0, 0)],
)
def test_a_threshold_of_nothing_is_one(
    database: Database, percent: int | None, days: int | None, due: int | None
) -> None:
    """§6.4: what is not set is five percent and a fortnight; nought is what it says."""
    project_id = start_project(database, budget="100")
    with transaction(database) as session:
        workspace = load_workspace(session, PIKUS.id)
        workspace.gap_percent, workspace.gap_days = percent, days
        record(session, project_id, Side.IT, EntryKind.PAID_IN, 500)
        project = find_project(session, project_id)
        told_at = find_next_telling(session, project, load_ledger(session, project))
    assert told_at == (None if due is None else NOON + timedelta(days=due))


def test_what_was_told_is_told_again_after_a_fortnight(database: Database) -> None:
    """§6.3, §6.4: to the second; what is uncovered a fortnight after it was first, as the gap is."""
    project_id = start_project(database, budget="100")
    with transaction(database) as session:
        record(session, project_id, Side.IT, EntryKind.SPENT, 10_001)
        project = find_project(session, project_id)
        told_at = find_next_telling(session, project, load_ledger(session, project))
        assert told_at == NOON + timedelta(days=14)
        log_event(session, project, TOLD, actor=None, now=told_at)
        assert find_next_telling(session, project, load_ledger(session, project)) == told_at + timedelta(days=14)


@pytest.mark.parametrize("statement", ["UPDATE ledger_entries SET amount_minor = 1", "DELETE FROM ledger_entries"])
def test_entries_are_never_changed_or_deleted(database: Database, statement: str) -> None:
    """§6.2: the database refuses it."""
    project_id = start_project(database)
    with transaction(database) as session:
        record(session, project_id, Side.IT, EntryKind.SPENT, 100)
    with pytest.raises(DBAPIError, match="append-only"), transaction(database) as session:
        session.execute(text(statement))
    assert read_ledger(database, project_id).sums.spent == 100


def test_a_decision_whose_subject_is_gone_is_asked_no_more(database: Database) -> None:
    """§6.3, §6.5: less is uncovered than a side would bear; the dispute was taken back."""
    project_id = start_project(database, budget="10")
    it, marketing = LEADS
    with transaction(database) as session:
        entry_id = record(session, project_id, Side.IT, EntryKind.SPENT, 1300)
        executive = EXECUTIVES.it
        side = Side.MARKETING
        decisions.propose_bearing(session, actor=executive, project_id=project_id, side=side, seen=1, now=NOON)
        disputed = answers.dispute_entry(session, actor=marketing, entry_id=entry_id, reason="Nie nasze", now=NOON)
        assert disputed.entry.dispute is not None
        dispute_id = disputed.entry.dispute.pk
        decisions.propose_dispute_outcome(session, actor=it, dispute_id=dispute_id, outcome="stands", now=NOON)
    assert count_open_requests(database, project_id) == 2
    with transaction(database) as session:
        answers.take_back_dispute(session, actor=marketing, entry_id=entry_id, now=NOON)
    assert count_open_requests(database, project_id) == 1
    with transaction(database) as session:
        done = service.reverse_entry(session, actor=it, entry_id=entry_id, reason="Pomyłka", now=NOON)
    assert count_open_requests(database, project_id) == 0
    reversal_id = done.entry.row.pk
    with transaction(database) as session:
        again = answers.dispute_entry(session, actor=marketing, entry_id=reversal_id, reason="Jednak", now=NOON)
        assert again.entry.dispute is not None
        dispute_id = again.entry.dispute.pk
        with pytest.raises(Refusal, match="empty"):  # it is recorded anew, not reversed back
            propose = decisions.propose_dispute_outcome
            propose(session, actor=it, dispute_id=dispute_id, outcome="reversed", now=NOON)
        decisions.propose_dispute_outcome(session, actor=it, dispute_id=dispute_id, outcome="stands", now=NOON)
        sign_newest_request(session, NOON)
    with read_only_session(database) as session:
        assert funding.list_disputes(session, PIKUS.id, project_id)[-1].outcome is DisputeOutcome.STANDS


def count_open_requests(database: Database, project_id: int) -> int:
    with read_only_session(database) as session:
        return len(signing.list_open_requests_of_project(session, PIKUS.id, project_id))
