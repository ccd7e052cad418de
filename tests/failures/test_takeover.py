"""What a process had claimed when it was killed is claimed by another one within 90 seconds (architecture §4).

By the database's clock, which alone decides: the test looks at what another process would be given then, with the
lease and the settling that `duet work` has. A timer has no lease: with its transaction it is free at once, and runs
elsewhere in the same minute of test_hour.
"""

from datetime import datetime, timedelta

import pytest

from bot.deliveries.worker import LEASE
from bot.runtime.clock import real_now
from bot.runtime.settings import Settings
from storage.deliveries import enqueue_delivery
from storage.delivery_claims import Claim, claim_delivery, database_now
from storage.engine import Database, connect_database
from storage.lanes import set_lane_channel
from storage.session import transaction
from storage.workspaces import record_installation
from tests.failures.test_hour import TEAM
from tests.failures.worker import PACE
from tests.failures.worker_processes import run_workers
from tests.playground_thread import PlaygroundThread
from tests.running import MANIFEST

WITHIN = timedelta(seconds=90)
SETTLE = timedelta(seconds=Settings.model_fields["settle_seconds"].default)


@pytest.mark.parametrize("step", ["claimed", "sent"])
def test_what_a_dead_process_had_claimed_is_claimed_by_another(database_url: str, step: str) -> None:
    with PlaygroundThread(MANIFEST, teams=(TEAM,), pace_seconds=0) as playground:
        database = connect_database(database_url)
        _enqueue_message(database)
        with run_workers(playground, TEAM.id, database_url, lease=LEASE, settle=SETTLE) as processes:
            processes.start_one(f"delivery.{step}")
            while not processes.forget_killed():
                processes.wait_for_news()
        with transaction(database) as session:
            died_by = database_now(session)
        assert _claim_at(database, died_by) is None
        found = _claim_at(database, died_by + WITHIN)
        assert found is not None
        assert (found.key, found.uncertain) == ("message", True)
        database.close()


def _enqueue_message(database: Database) -> None:
    with transaction(database) as session:
        record_installation(session, team_id=TEAM.id, enterprise_id=None, bot_user_id="U0BOT")
        set_lane_channel(session, team_id=TEAM.id, lane="lane:0", channel_id="C0LANE0")
        content = {"text": "message"}
        enqueue_delivery(
            session, team_id=TEAM.id, lane="lane:0", key="message", kind="message", content=content, parent=None
        )


def _claim_at(database: Database, now: datetime) -> Claim | None:
    with transaction(database) as session:
        found = claim_delivery(session, now=now, lease=LEASE, pace=PACE, settle=SETTLE, business_now=real_now())
    return found if isinstance(found, Claim) else None
