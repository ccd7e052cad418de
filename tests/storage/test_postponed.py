"""What a transaction writes late, and what it reads once, is as if it had been written and read at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from bot.projects.rules import Side
from playground.seed import PIKUS
from storage import audit, deliveries, notices, projects, team, timers
from storage.postponed import savepoint
from storage.session import has_sent_writes, send_writes, transaction
from storage.team import Member
from tests.running import START, open_spare_database
from tests.seeding import add_people, draft_project

TEAM = PIKUS.id
NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def arm(session: Session, due_at: datetime, *, keep_earlier: bool = False, key: str = "x:1") -> None:
    timers.arm_timer(
        session, team_id=TEAM, key=key, kind="x", subject="1", due_at=due_at, keep_earlier=keep_earlier
    )


def due(session: Session, key: str = "x:1") -> datetime | None:
    return timers.find_due_moment(session, TEAM, key)


@pytest.mark.parametrize("is_there", [False, True])
def test_a_timer_is_what_was_last_decided_of_it(session: Session, is_there: bool) -> None:
    def decide(*steps: Any) -> datetime | None:
        timers.cancel_timers(session, TEAM, "x:1")
        if is_there:
            arm(session, NINE)
        due(session)  # all of it is written
        for step in steps:
            step()
        return due(session)

    def cancel() -> None:
        timers.cancel_timers(session, TEAM, "x:1")

    later, earlier = NINE + HOUR, NINE - HOUR
    assert decide(lambda: arm(session, later)) == later
    assert decide(lambda: arm(session, later, keep_earlier=True)) == (NINE if is_there else later)
    assert decide(lambda: arm(session, earlier, keep_earlier=True)) == earlier
    assert decide(lambda: arm(session, later), cancel) is None
    assert decide(cancel, lambda: arm(session, later)) == later
    assert decide(cancel, lambda: arm(session, later, keep_earlier=True)) == later
    assert decide(lambda: arm(session, earlier), lambda: arm(session, later, keep_earlier=True)) == earlier
    assert decide(lambda: arm(session, earlier, keep_earlier=True), lambda: arm(session, later)) == later


def test_what_was_forgotten_is_not_what_is_added_after_it(session: Session) -> None:
    def add() -> None:
        notices.add_notice(
            session,
            team_id=TEAM,
            audience="person:U0JAN",
            kind="news",
            subject="1",
            project_id=None,
            facts={},
            created_at=NINE,
        )

    add()
    notices.forget_waiting_notices(session, TEAM, ["news"], "1", "2")
    add()
    found = notices.list_waiting_notices(session, TEAM, "person:U0JAN")
    assert len(found) == 1
    notices.forget_waiting_notices(session, TEAM, ["news", "other"], "1")
    add()
    assert len(notices.list_waiting_notices(session, TEAM, "person:U0JAN")) == 1
    assert notices.withdraw_waiting_notices(session, TEAM, "other", "1") == 0
    assert notices.withdraw_waiting_notices(session, TEAM, "news", "1") == 1
    assert not notices.list_waiting_notices(session, TEAM, "person:U0JAN")


def test_what_is_undone_is_not_written(session: Session) -> None:
    arm(session, NINE)
    with pytest.raises(LookupError), savepoint(session):
        arm(session, NINE + HOUR)
        arm(session, NINE, key="x:2")
        audit.record_audit_entry(session, team_id=TEAM, project_id=None, at=NINE, actor=None, action="x")
        raise LookupError
    assert due(session) == NINE
    assert due(session, "x:2") is None
    assert audit.newest_entry_id(session, TEAM, [None], own_after=NINE - HOUR) == 0


def test_all_is_written_by_the_end(database_url: str) -> None:
    database = open_spare_database(database_url)
    with transaction(database) as session:
        add_people(session)
    with transaction(database) as session:
        arm(session, NINE)
        deliveries.enqueue_delivery(session, team_id=TEAM, lane="dm:U0JAN", key="said", kind="message", content={})
        assert deliveries.list_posted_keys(session, TEAM, ["said", "unsaid"]) == {"said"}
        send_writes(session)
        assert has_sent_writes(session)
    with transaction(database) as session:
        assert due(session) == NINE
        assert deliveries.has_delivery(session, TEAM, "said")
        send_writes(session)
        assert not has_sent_writes(session)
    database.close()


def test_rows_that_are_held_are_those_that_there_are(session: Session) -> None:
    project_id = draft_project(session)

    def list_people() -> list[str]:
        return [each.user_id for each in team.list_members(session, TEAM, project_id)]

    def add_stay(user_id: str, side: Side) -> Member:
        row = Member(
            team_id=TEAM,
            project_id=project_id,
            user_id=user_id,
            side=side,
            home_post="Analityk",
            starts_on=START.date(),
            ends_on=START.date(),
            added_by="U0EWA",
            added_at=START,
        )
        session.add(row)
        return row

    assert list_people() == []
    add_stay("U0JAN", Side.MARKETING)
    ola = add_stay("U0OLA", Side.IT)
    assert list_people() == ["U0OLA", "U0JAN"]
    ola.left_at = START
    assert list_people() == ["U0JAN"]
    with pytest.raises(LookupError), savepoint(session):
        add_stay("U0EWA", Side.MARKETING)
        assert list_people() == ["U0JAN", "U0EWA"]
        raise LookupError
    assert list_people() == ["U0JAN"]
    projects.find_project_for_update(session, TEAM, project_id)
    assert list_people() == ["U0JAN"]
