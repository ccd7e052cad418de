"""Two people add the same asset at the same instant."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlmodel import select

from bot.runtime.clock import real_now
from playground.seed import PIKUS
from storage.audit import AuditEntry
from storage.register import Asset, AssetLink
from storage.session import read_only_session, transaction
from storage.workspaces import pause_sending
from tests.driving import PersonDriver
from tests.running import Office, count_tries
from tests.seeding import send_projects

ROUNDS = count_tries(100)


def test_one_asset_and_one_friendly_refusal(duet: Office) -> None:
    """§5.1: the database holds names unique; whoever comes second is offered to link it to their project."""
    send_projects(duet.database, 2)
    with transaction(duet.database) as session:  # what is posted is not asked here
        pause_sending(session, PIKUS.id, real_now() + timedelta(hours=1))
    first, second = duet.person("ewa"), duet.person("anna")
    with ThreadPoolExecutor(2) as threads:
        for number in range(ROUNDS):
            tries = [(first, f'D-1 klienci "Baza {number}" @ewa'), (second, f'D-2 klienci "BAZA  {number}" @anna')]
            said = sorted(threads.map(lambda each: _own(*each), tries))
            assert said[0][0].startswith("To już jest w rejestrze: "), said
            assert said[0][1] == ["Połącz z tym projektem"]
            assert said[1][0].startswith("Zapisane w rejestrze. "), said
    with read_only_session(duet.database) as session:
        assets = session.exec(select(Asset)).all()
        links = session.exec(select(AssetLink)).all()
        added = session.exec(select(AuditEntry).where(AuditEntry.action == "asset.added")).all()
    assert sorted(asset.folded for asset in assets) == sorted(f"baza {number}" for number in range(ROUNDS))
    assert len(links) == len(added) == ROUNDS


def _own(person: PersonDriver, what: str) -> tuple[str, list[str]]:
    reply = person.types(f"/duet own {what}")
    return reply.text, reply.buttons
