"""Somebody states a side while others change what touches the same projects: one lock order, no deadlock."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlmodel import Session

from bot.people.rules import Actor
from bot.register import transfers
from bot.register.rules import AssetKind
from bot.runtime.clock import real_now
from playground.seed import PIKUS
from storage import people, register
from storage.register import Asset
from storage.session import read_only_session, transaction
from tests.running import count_tries, open_patient_database
from tests.seeding import EWA, send_projects

ROUNDS = count_tries(25)
OLA = Actor(PIKUS.id, "U0OLA")


def _asset(session: Session, name: str, kind: AssetKind, *projects: int, owner: str | None) -> int:
    now = real_now()
    asset = Asset(
        team_id=PIKUS.id, kind=kind, name=name, folded=name, owner=owner, created_by="U0EWA", created_at=now
    )
    session.add(asset)
    session.flush()
    for project_id in projects:
        register.insert_asset_link(session, asset, project_id, by="U0EWA", now=now)
    return asset.pk


def test_a_side_is_stated_beside_changes_in_the_same_projects(database_url: str) -> None:
    """§5.1, §16: accepting in the first project says the side, which ends an offer in the second one; at that very
    instant somebody changes what both of them touch.
    """
    database = open_patient_database(database_url)
    first, second = send_projects(database, 2)
    with transaction(database) as session:
        mine = _asset(session, "mine", AssetKind.CUSTOMERS, first, owner=None)
        waits = _asset(session, "waits", AssetKind.DATA, second, owner="U0PIOTR")
        both = _asset(session, "both", AssetKind.CUSTOMERS, first, second, owner="U0EWA")
    for _ in range(ROUNDS):
        with transaction(database) as session:
            person = people.load_person_for_update(session, PIKUS.id, OLA.user_id)
            person.side = None
            for asset_id in (mine, waits):
                asset = register.find_asset_for_update(session, PIKUS.id, asset_id)
                assert asset is not None
                asset.owner = None if asset_id == mine else "U0PIOTR"
                asset.offered_to, asset.offered_by, asset.offered_at = OLA.user_id, "U0EWA", real_now()
        ready = Barrier(2)

        def accepts(ready: Barrier = ready) -> None:
            ready.wait()
            with transaction(database) as session:
                transfers.accept_offer(session, actor=OLA, asset_id=mine, now=real_now())

        def changes(ready: Barrier = ready) -> None:
            ready.wait()
            with transaction(database) as session:
                transfers.transfer_asset(session, actor=EWA, asset_id=both, to="U0EWA", now=real_now())

        with ThreadPoolExecutor(2) as threads:
            for done in [threads.submit(accepts), threads.submit(changes)]:
                done.result()
    with read_only_session(database) as session:
        found = {each.name: (each.owner, each.offered_to) for each in register.list_assets(session, PIKUS.id)}
    assert found == {"mine": ("U0OLA", None), "waits": ("U0PIOTR", None), "both": ("U0EWA", None)}
    database.close()
