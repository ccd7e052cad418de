"""Which lane may send next, by a clock that the tests move, with production's own settling and lease.

Source: architecture §4.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from bot.deliveries.destinations import ClosedDestination
from bot.deliveries.outcomes import MAX_ATTEMPTS, Broken, OutcomeRecorder, Result
from bot.deliveries.senders import SendResult
from bot.deliveries.worker import LEASE
from bot.runtime.settings import Settings
from bot.slack.client import NotSent, RateLimited, Refused, Revoked, Uncertain
from storage.deliveries import Delivery, Lane, drop_delivery, enqueue_delivery, revise_delivery
from storage.delivery_claims import LOOK_EVERY, Claim, Wait, claim_delivery, lock_lease
from storage.engine import Database
from storage.session import read_only_session, transaction
from storage.waiting_lanes import MOST_SEEN, SeenLanes
from storage.workspaces import has_installation, record_installation
from tests.running import open_spare_database

TEAM = "T0PIKUS"
PRODUCTION = Settings(_env_file=None)
MOMENT = timedelta(milliseconds=1)
BEGIN = datetime(2027, 3, 1, 9, tzinfo=UTC)


@dataclass
class Worker:
    """A worker of Duet's, as far as the database goes; `now` is moved by the test."""

    database: Database
    now: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(hours=1))
    seen: SeenLanes = field(default_factory=SeenLanes)

    def posts(self, *keys: str, lane: str = "", parent: str | None = None, team: str = TEAM) -> None:
        """Each in a lane of its own, unless one is given."""
        with transaction(self.database) as session:
            for key in keys:
                content = {"text": key}
                name = f"dm:{lane or key}"
                enqueue_delivery(
                    session, team_id=team, lane=name, key=key, kind="message", content=content, parent=parent
                )

    def edits(self, key: str, text: str) -> None:
        with transaction(self.database) as session:
            revise_delivery(session, team_id=TEAM, key=key, content={"text": text})

    def looks(self, *crowded: str) -> Claim | Wait:
        with transaction(self.database) as session:
            return claim_delivery(
                session,
                now=self.now,
                lease=LEASE,
                pace=PRODUCTION.pace,
                settle=PRODUCTION.settle,
                business_now=BEGIN,
                crowded=crowded,
                seen=self.seen,
            )

    def takes(self, key: str) -> Claim:
        found = self.looks()
        assert isinstance(found, Claim), found
        assert found.key == key
        return found

    def rests(self) -> datetime | None:
        """Until when, if nothing is to be done. It looks a second time after it has changed something."""
        found = self.looks()
        if isinstance(found, Wait) and found.until == self.now:
            found = self.looks()
        assert isinstance(found, Wait), found
        return found.until

    def marks(self, claimed: Claim, result: Result, *, opened: str | None = "D1") -> None:
        with transaction(self.database) as session:
            held = lock_lease(session, claimed)
            assert held is not None
            lane, row = held
            sent = replace(claimed, channel_id=opened)
            marking = OutcomeRecorder(lane, row, self.now, PRODUCTION.pace, PRODUCTION.settle, sent)
            marking.mark(session, result)

    def sends(self, key: str) -> None:
        claimed = self.takes(key)
        self.marks(claimed, SendResult("D1", claimed.ts or f"1.{claimed.delivery_id:06}", claimed.version))

    def moves(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def worker(database_url: str) -> Iterator[Worker]:
    database = open_spare_database(database_url)
    with transaction(database) as session:
        record_installation(session, team_id=TEAM, enterprise_id=None, bot_user_id="U0BOT")
    yield Worker(database)
    database.close()


def test_what_waits_is_looked_at_once_for_many(worker: Worker) -> None:
    """A message costs the same, however many wait."""
    worker.posts(*(f"{n}" for n in range(3 * MOST_SEEN)))
    looks: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM lanes" in statement and "lanes.id IN (SELECT" in " ".join(statement.split()):
            looks.append(statement)

    event.listen(worker.database.engine, "before_cursor_execute", note)
    for _ in range(2 * MOST_SEEN):
        assert isinstance(worker.looks(), Claim)
    event.remove(worker.database.engine, "before_cursor_execute", note)
    assert len(looks) == 3, len(looks)


def test_whoever_has_little_to_say_is_seen_among_those_who_have_much(worker: Worker) -> None:
    """The lane of another workspace, though many lanes have waited for their turn longer."""
    other = "T0KIOSK"
    with transaction(worker.database) as session:
        record_installation(session, team_id=other, enterprise_id=None, bot_user_id="U0BOT")
    worker.posts(*(f"{n}" for n in range(2 * MOST_SEEN)))
    worker.moves(1)
    worker.posts("small", team=other)
    assert isinstance(worker.looks(), Claim)
    found = worker.looks(TEAM)
    assert isinstance(found, Claim) and found.team_id == other


def test_what_was_seen_is_looked_at_anew_after_a_second(worker: Worker) -> None:
    """However slowly Slack takes one workspace's messages: another one's do not wait for all that were seen."""
    other = "T0KIOSK"
    with transaction(worker.database) as session:
        record_installation(session, team_id=other, enterprise_id=None, bot_user_id="U0BOT")
    worker.posts(*(f"{n}" for n in range(2 * MOST_SEEN)))
    for _ in range(2):  # the second claim sees many
        assert isinstance(worker.looks(), Claim)
    worker.posts("small", team=other)
    worker.moves(1)
    found = worker.looks(TEAM)
    assert isinstance(found, Claim) and found.team_id == other


def test_what_was_seen_waiting_and_is_gone_is_passed_over(worker: Worker) -> None:
    worker.posts("a", "b", "c")
    worker.takes("a")
    worker.takes("b")
    with transaction(worker.database) as session:
        drop_delivery(session, team_id=TEAM, key="c")
    worker.posts("d")
    worker.takes("d")
    assert not isinstance(worker.looks(), Claim)


def test_settling_is_longer_than_the_lease() -> None:
    """What these tests are about: a lane that is free again, and whose message may not be sent again yet."""
    assert PRODUCTION.settle > LEASE > PRODUCTION.pace


def test_what_was_cut_off_holds_up_no_other_lane(worker: Worker) -> None:
    """After a kill in a send: while it settles its lane is looked at once, and every other is served."""
    worker.posts("cut")
    cut = worker.takes("cut")
    for lane in ("a", "b"):  # so that theirs is the longer wait for a turn
        worker.moves(1)
        worker.posts(f"{lane} before", lane=lane)
        worker.sends(f"{lane} before")
    assert worker.rests() == cut.leased_until
    worker.now = cut.leased_until
    worker.posts("a", "b")
    settled_at = cut.leased_until - LEASE + PRODUCTION.settle
    assert worker.looks() == Wait(worker.now)  # it finds out, and has put the lane off
    worker.sends("a")
    worker.sends("b")
    assert worker.rests() == settled_at  # not in a moment, over and over
    worker.now = settled_at - MOMENT
    assert worker.looks() == Wait(settled_at)
    worker.now = settled_at
    assert worker.takes("cut").uncertain


def test_what_follows_an_unsettled_post_waits(worker: Worker) -> None:
    worker.posts("a", "b", lane="one")
    sent_at = worker.now
    worker.now = worker.takes("a").leased_until
    assert worker.rests() == sent_at + PRODUCTION.settle


def test_what_follows_an_unsettled_edit_does_not_wait(worker: Worker) -> None:
    worker.posts("a", lane="one")
    worker.sends("a")
    worker.edits("a", "otherwise")
    worker.moves(1)
    worker.takes("a")
    worker.posts("b", lane="one")
    worker.moves(LEASE.total_seconds())
    worker.takes("b")


def test_what_may_have_arrived_is_looked_for_however_late_it_is(worker: Worker) -> None:
    """Dropped, nobody would ever edit it or take it back."""
    worker.posts("a")
    worker.now = worker.takes("a").leased_until + PRODUCTION.settle
    with transaction(worker.database) as session:
        _row(session, "a").not_after = BEGIN - MOMENT
    assert worker.takes("a").uncertain


def test_a_lane_is_left_alone_until_its_lease_has_lapsed(worker: Worker) -> None:
    worker.posts("a")
    first = worker.takes("a")
    worker.moves(LEASE.total_seconds() - 0.001)
    assert worker.looks() == Wait(first.leased_until)
    worker.now = first.leased_until
    assert isinstance(worker.looks(), Wait)
    worker.now += PRODUCTION.settle
    worker.takes("a")
    with transaction(worker.database) as session:
        assert lock_lease(session, first) is None  # whoever comes too late marks nothing


def test_what_hangs_on_an_unsent_message_is_looked_at_once_a_second(worker: Worker) -> None:
    worker.posts("parent", lane="one")
    worker.takes("parent")
    worker.posts("reply", lane="two", parent="parent")
    assert worker.looks() == Wait(worker.now)
    worker.posts("other", lane="three")
    worker.sends("other")
    assert worker.rests() == worker.now + timedelta(seconds=1)


def test_what_is_uncertain_is_looked_for_when_it_has_settled(worker: Worker) -> None:
    worker.posts("a")
    claimed = worker.takes("a")
    sent_at = worker.now
    worker.moves(10)
    worker.marks(claimed, Uncertain("timeout"))
    assert worker.rests() == sent_at + PRODUCTION.settle


def test_a_short_fault_of_ours_parks_nothing(worker: Worker) -> None:
    """Each pause is twice the last, and none is shorter than what was sent needs to settle."""
    tries = _tries(worker, Broken("KeyError"))
    assert tries == [60, 60, 60, 60, 60, 64, 128]
    assert _parked(worker) == (8, "fault:KeyError")


def test_what_is_revised_while_it_is_sent_has_all_its_attempts_again(worker: Worker) -> None:
    """What has failed is what it was before."""
    _tries(worker, Broken("KeyError"), at_most=MAX_ATTEMPTS - 1)
    worker.now = worker.rests() or worker.now
    claimed = worker.takes("a")
    worker.edits("a", "better")
    worker.marks(claimed, Broken("KeyError"))
    assert worker.rests() is not None, "parked"


def test_a_conversation_that_is_not_there_is_opened_anew_once(worker: Worker) -> None:
    """It may be one with an earlier installation of Duet; a second time it is the person who is not there."""
    worker.posts("a")
    worker.marks(worker.takes("a"), Refused("channel_not_found"))
    worker.now = worker.rests() or worker.now
    again = worker.takes("a")
    assert again.channel_id is None
    worker.marks(again, Refused("channel_not_found"))
    assert _parked(worker) == (1, "channel_not_found")


def test_slacks_trouble_is_tried_again_ever_later_and_given_up_after_a_day(worker: Worker) -> None:
    """Architecture §4: no attempt is used up, and the longest pause is five minutes."""
    begun = worker.now
    assert _tries(worker, NotSent("reset"), at_most=12) == [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    for given_up, now in ((False, begun + timedelta(hours=24)), (True, begun + timedelta(hours=24, minutes=5))):
        worker.now = now
        worker.marks(worker.takes("a"), NotSent("reset"))
        assert (worker.rests() is None) is given_up
    assert _parked(worker) == (0, "gave_up:reset")


def test_what_is_given_up_leaves_the_next_one_of_its_lane_a_day_of_its_own(worker: Worker) -> None:
    worker.posts("a", "b", lane="x")
    worker.marks(worker.takes("a"), NotSent("reset"))
    worker.moves(timedelta(hours=24, minutes=5).total_seconds())
    worker.marks(worker.takes("a"), NotSent("reset"))
    assert _parked(worker) == (0, "gave_up:reset")
    worker.now = worker.rests() or worker.now
    worker.marks(worker.takes("b"), NotSent("reset"))
    assert worker.rests() is not None, "given up at once"


@pytest.mark.parametrize(("was_uncertain", "left"), [(False, ("pending", None)), (True, ("sending", BEGIN))])
def test_what_is_held_back_may_be_too_late_by_then_unless_it_may_have_arrived(
    worker: Worker, was_uncertain: bool, left: tuple[str, datetime | None]
) -> None:
    worker.posts("a")
    worker.marks(worker.takes("a"), ClosedDestination(was_uncertain, is_of_lane=True, looked_at=BEGIN))
    with read_only_session(worker.database) as session:
        row = _row(session, "a")
        assert (row.status, row.first_sent_at) == left


def _tries(worker: Worker, result: Result, *, at_most: int = 100) -> list[float]:
    """The pauses between one and the next, until it is given up."""
    worker.posts("a")
    tried: list[datetime] = []
    found = worker.looks()
    while isinstance(found, Claim):
        tried.append(worker.now)
        worker.marks(found, result)
        if len(tried) == at_most:
            break
        found = worker.looks()
        while isinstance(found, Wait) and found.until is not None:
            worker.now = found.until
            found = worker.looks()
    return [(later - earlier).total_seconds() for earlier, later in pairwise(tried)]


def _parked(worker: Worker) -> tuple[int, str | None]:
    with read_only_session(worker.database) as session:
        row = _row(session, "a")
        assert row.status == "parked"
        return row.attempts, row.last_error


@pytest.mark.parametrize(("said", "waits"), [(0.2, 1), (1, 1), (30, 30)])
def test_a_limit_is_kept_and_is_no_shorter_than_the_pace(worker: Worker, said: float, waits: float) -> None:
    """Of a channel: another one goes on meanwhile."""
    worker.posts("a")
    worker.marks(worker.takes("a"), RateLimited(said))
    limited_until = worker.now + timedelta(seconds=waits)
    worker.posts("b")
    worker.sends("b")
    assert worker.rests() == limited_until
    worker.now = limited_until
    worker.takes("a")


def test_a_limit_where_no_channel_is_open_is_the_workspaces(worker: Worker) -> None:
    worker.posts("a", "b")
    worker.marks(worker.takes("a"), RateLimited(30), opened=None)
    limited_until = worker.now + timedelta(seconds=30)
    assert worker.rests() == limited_until
    worker.now = limited_until - MOMENT
    assert worker.rests() == limited_until
    worker.now = limited_until
    worker.takes("b")


def test_a_token_that_is_refused_is_tried_once_an_hour_and_given_up_after_a_day(worker: Worker) -> None:
    worker.posts("a")
    begun = worker.now
    for hours in range(3):
        assert worker.now == begun + timedelta(hours=hours)
        worker.marks(worker.takes("a"), Revoked("invalid_auth"))
        until = worker.rests()
        assert until is not None
        worker.now = until
    for left, now in ((False, begun + timedelta(hours=24)), (True, begun + timedelta(hours=25))):
        worker.now = now
        worker.marks(worker.takes("a"), Revoked("invalid_auth"))
        with read_only_session(worker.database) as session:
            assert has_installation(session, TEAM) is not left


def test_a_channel_that_others_read_is_looked_at_once_a_day(worker: Worker) -> None:
    worker.posts("a")
    _close(worker, looked_at=BEGIN - LOOK_EVERY + MOMENT)
    assert worker.rests() is None
    _close(worker, looked_at=BEGIN - LOOK_EVERY)
    worker.takes("a")


def _close(worker: Worker, *, looked_at: datetime) -> None:
    with transaction(worker.database) as session:
        lane = session.exec(select(Lane)).one()
        lane.is_closed, lane.looked_at = True, looked_at


@pytest.mark.parametrize(("ahead", "status"), [(timedelta(0), "sending"), (MOMENT, "dropped")])
def test_what_is_too_late_is_dropped_and_what_is_just_in_time_is_not(
    worker: Worker, ahead: timedelta, status: str
) -> None:
    with transaction(worker.database) as session:
        enqueue_delivery(
            session,
            team_id=TEAM,
            lane="dm:one",
            key="a",
            kind="message",
            content={},
            not_after=BEGIN - ahead,
        )
    worker.looks()
    with read_only_session(worker.database) as session:
        assert _row(session, "a").status == status


def test_withdrawn_twice_is_withdrawn(worker: Worker) -> None:
    worker.posts("a")
    for _ in range(2):
        with transaction(worker.database) as session:
            drop_delivery(session, team_id=TEAM, key="a")
    assert worker.rests() is None
    with read_only_session(worker.database) as session:
        assert _row(session, "a").status == "dropped"


def _row(session: Session, key: str) -> Delivery:
    return session.exec(select(Delivery).where(Delivery.key == key)).one()
