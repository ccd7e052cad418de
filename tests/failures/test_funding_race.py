"""Two leads record, reverse and dispute at the same instant (product §6.2, §6.3)."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session

from bot.funding import answers, decisions, service
from bot.funding.ledger import load_ledger
from bot.funding.rules import EntryKind
from bot.people.rules import Actor
from bot.projects.rules import Side
from bot.runtime.errors import Refusal
from bot.signing.rules import SigningAnswer
from bot.signing.service.answer_request import answer_request
from playground.seed import PIKUS
from storage import funding, projects, signing
from storage.engine import Database
from storage.projects import Project
from storage.session import read_only_session, transaction
from tests.funding.service_steps import EXECUTIVES, LEADS, NOON, record, start_project
from tests.running import count_tries, open_patient_database

ROUNDS = count_tries(50)
Act = Callable[[Session], object]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    connected = open_patient_database(database_url)
    yield connected
    connected.close()


def attempt(database: Database, act: Act) -> str | None:
    """The key of what it was refused with."""
    try:
        with transaction(database) as session:
            act(session)
    except Refusal as error:
        return error.key
    return None


@pytest.mark.both_databases
@pytest.mark.timeout(180)
def test_each_entry_is_numbered_reversed_and_disputed_once(database: Database) -> None:
    """§6.2, §6.3: whoever comes second is told so, and the sums are those of what stands."""
    project_id = start_project(database)
    ewa, piotr = LEADS.marketing, LEADS.it

    def reverse(actor: Actor, entry_id: int) -> Act:
        return lambda session: service.reverse_entry(
            session, actor=actor, entry_id=entry_id, reason="Pomyłka", now=NOON
        )

    def dispute(entry_id: int) -> Act:
        return lambda session: answers.dispute_entry(
            session, actor=piotr, entry_id=entry_id, reason="Nie nasze", now=NOON
        )

    def agree(entry_id: int) -> Act:
        return lambda session: answers.agree_in_kind(session, actor=piotr, entry_id=entry_id, now=NOON)

    with ThreadPoolExecutor(2) as threads:

        def race(*acts: Act) -> list[str | None]:
            return list(threads.map(lambda act: attempt(database, act), acts))

        for _ in range(ROUNDS):
            ids = list(threads.map(lambda side: _record(database, project_id, side), [*Side, *Side]))
            _, first, _, second = ids  # marketing's
            assert Counter(race(reverse(ewa, first), reverse(ewa, first))) == {None: 1, "error.ledger.reversed": 1}
            assert Counter(race(dispute(second), dispute(second))) == {None: 1, "error.ledger.disputed": 1}
            third = _record(database, project_id, Side.MARKETING)
            reversal, disputed = race(reverse(ewa, third), dispute(third))
            assert reversal is None
            assert disputed in (None, "error.ledger.reversed")
            annas = _record(database, project_id, Side.MARKETING, by=EXECUTIVES.marketing)
            both = race(reverse(EXECUTIVES.marketing, annas), reverse(ewa, annas))
            assert Counter(both) == {None: 1, "error.ledger.reversed": 1}
            analysts = _record(database, project_id, Side.MARKETING, EntryKind.IN_KIND)
            reversal, agreed = race(reverse(ewa, analysts), agree(analysts))
            assert reversal is None
            assert agreed in (None, "error.ledger.reversed")
    with read_only_session(database) as session:
        project = projects.find_project(session, PIKUS.id, project_id)
        assert project is not None
        ledger = load_ledger(session, project)
        disputes = funding.list_disputes(session, PIKUS.id, project_id)
    assert [each.row.number for each in ledger.entries] == list(range(1, 11 * ROUNDS + 1))
    assert ledger.sums.spent == 3 * ROUNDS
    assert [(each.in_kind, each.waiting) for each in ledger.sums.sides] == [(0, 0), (0, 0)]
    assert sum(each.ended_at is None for each in disputes) == ROUNDS


@pytest.mark.both_databases
@pytest.mark.timeout(180)
def test_a_second_yes_races_what_ends_its_subject(database: Database) -> None:
    """§6.3, §6.5: what is taken back as both decide it ends once; nothing is borne of what was reversed."""
    project_id = start_project(database, budget="10")
    with ThreadPoolExecutor(2) as threads:

        def race(*acts: Act) -> list[str | None]:
            return list(threads.map(lambda act: attempt(database, act), acts))

        for _ in range(ROUNDS):
            entry_id = _dispute_until_the_second_yes(database, project_id)
            decided, taken_back = race(_sign(database, EXECUTIVES.marketing), _take_back(entry_id))
            assert (decided is None) is (taken_back == "error.ledger.reversed"), (decided, taken_back)
            borne = _sum_up_borne(database, project_id)
            entry_id = _overspend_until_the_second_yes(database, project_id, 2000 + borne)
            decided, reversal = race(_sign(database, EXECUTIVES.marketing), _reverse(entry_id))
            assert reversal is None
            assert (_sum_up_borne(database, project_id) > borne) is (decided is None)


def _take_back(entry_id: int) -> Act:
    return lambda session: answers.take_back_dispute(session, actor=LEADS.it, entry_id=entry_id, now=NOON)


def _reverse(entry_id: int) -> Act:
    return lambda session: service.reverse_entry(
        session, actor=LEADS.marketing, entry_id=entry_id, reason="Pomyłka", now=NOON
    )


def _sign(database: Database, executive: Actor) -> Act:
    with read_only_session(database) as session:
        (request,) = signing.list_open_requests_to(session, PIKUS.id, [executive.user_id])
        number = request.pk
    return lambda session: answer_request(
        session, actor=executive, request_id=number, answer=SigningAnswer.SIGN, reason=None, now=NOON
    )


def _dispute_until_the_second_yes(database: Database, project_id: int) -> int:
    entry_id = _record(database, project_id, Side.MARKETING)
    with transaction(database) as session:
        disputed = answers.dispute_entry(session, actor=LEADS.it, entry_id=entry_id, reason="Nie", now=NOON)
        assert disputed.entry.dispute is not None
        number = disputed.entry.dispute.pk
        propose = decisions.propose_dispute_outcome
        propose(session, actor=EXECUTIVES.it, dispute_id=number, outcome="reversed", now=NOON)
    assert attempt(database, _sign(database, EXECUTIVES.it)) is None
    return entry_id


def _overspend_until_the_second_yes(database: Database, project_id: int, amount: int) -> int:
    with transaction(database) as session:
        entry_id = record(session, project_id, Side.MARKETING, EntryKind.SPENT, amount)
        seen = load_ledger(session, _find_project(session, project_id)).last_number
        propose, side = decisions.propose_bearing, Side.IT
        propose(session, actor=EXECUTIVES.it, project_id=project_id, side=side, seen=seen, now=NOON)
    assert attempt(database, _sign(database, EXECUTIVES.it)) is None
    return entry_id


def _sum_up_borne(database: Database, project_id: int) -> int:
    with read_only_session(database) as session:
        entries = load_ledger(session, _find_project(session, project_id)).entries
    return sum(each.row.amount_minor for each in entries if each.row.kind is EntryKind.BORNE)


def _find_project(session: Session, project_id: int) -> Project:
    project = projects.find_project(session, PIKUS.id, project_id)
    assert project is not None
    return project


def _record(
    database: Database, project_id: int, side: Side, kind: EntryKind = EntryKind.SPENT, *, by: Actor | None = None
) -> int:
    with transaction(database) as session:
        return record(session, project_id, side, kind, 1, by=by)
