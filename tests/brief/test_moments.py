"""When an executive's news goes with their brief, where they are (product §2.8, §13.2)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session

from bot.brief.moments import BRIEF, find_brief_moment, find_monday
from playground.seed import PIKUS
from storage import people, timers
from storage.session import transaction
from tests.running import open_spare_database
from tests.seeding import add_people

DUE = {  # nine of the morning of Monday 8 March 2027
    "Europe/Warsaw": datetime(2027, 3, 8, 8, tzinfo=UTC),
    "Asia/Tokyo": datetime(2027, 3, 8, 0, tzinfo=UTC),
    "America/New_York": datetime(2027, 3, 8, 14, tzinfo=UTC),
}
SECOND = timedelta(seconds=1)


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    database = open_spare_database(database_url)
    with transaction(database) as session:
        add_people(session)
        yield session
    database.close()


@pytest.fixture(params=DUE)
def due(session: Session, request: pytest.FixtureRequest) -> datetime:
    """Of Adam's, who is there."""
    due: datetime = DUE[request.param]
    people.store_person(session, PIKUS.id, "U0ADAM", {"name": "Adam", "zone": request.param, "refreshed_at": due})
    timers.arm_timer(session, team_id=PIKUS.id, key=f"{BRIEF}:U0ADAM", kind=BRIEF, subject="U0ADAM", due_at=due)
    return due


def find_moment(session: Session, now: datetime) -> datetime | None:
    return find_brief_moment(session, PIKUS.id, "U0ADAM", now)


def test_news_waits_for_the_brief_of_its_day_where_its_reader_is(session: Session, due: datetime) -> None:
    midnight = due - timedelta(hours=9)
    assert find_moment(session, midnight) == due
    assert find_moment(session, midnight - SECOND) is None, "it is still the day before"
    assert find_moment(session, due) == due


def test_news_waits_no_longer_than_two_hours_for_a_brief_that_is_late(session: Session, due: datetime) -> None:
    late = due + timedelta(hours=2)
    assert find_moment(session, late) == late
    assert find_moment(session, late + SECOND) is None


def test_a_week_begins_on_the_monday_where_its_reader_is(session: Session, due: datetime) -> None:
    monday, midnight = date(2027, 3, 8), due - timedelta(hours=9)
    assert find_monday(session, PIKUS.id, "U0ADAM", midnight) == monday
    assert find_monday(session, PIKUS.id, "U0ADAM", midnight - SECOND) == monday - timedelta(days=7)
    assert find_monday(session, PIKUS.id, "U0ADAM", midnight + timedelta(days=6)) == monday
