"""When an executive's news goes with their brief, where they are (product §2.8, §13.2)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from bot.brief.moments import (
    BRIEF,
    brief_message_key,
    find_brief_moment,
    find_brief_time,
    find_monday,
    rearm_for_other_hours,
)
from bot.deliveries.digests.queue import PER_WEEK_EXECUTIVE
from bot.runtime.domain_events import HoursChanged
from playground.seed import PIKUS
from storage import people, timers
from storage.deliveries import enqueue_delivery
from storage.notices import Notice
from storage.people import BRIEF_HOUR
from tests.running import START

DUE = {  # nine of the morning of Monday 8 March 2027
    "Europe/Warsaw": datetime(2027, 3, 8, 8, tzinfo=UTC),
    "Asia/Tokyo": datetime(2027, 3, 8, 0, tzinfo=UTC),
    "America/New_York": datetime(2027, 3, 8, 14, tzinfo=UTC),
}
SECOND = timedelta(seconds=1)


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


MONDAY = date(2027, 3, 8)


def moment_of(zone: str, day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZoneInfo(zone))


def find_rearmed(
    session: Session, *, armed_at: datetime, now: datetime, hour: int = BRIEF_HOUR, zone: str = "Europe/Warsaw"
) -> datetime | None:
    """When Adam's comes that was to come then, once he has chosen this hour, or is there now."""
    key, described = f"{BRIEF}:U0ADAM", {"name": "Adam", "zone": zone, "refreshed_at": now, "brief_hour": hour}
    people.store_person(session, PIKUS.id, "U0ADAM", described)
    timers.arm_timer(session, team_id=PIKUS.id, key=key, kind=BRIEF, subject="U0ADAM", due_at=armed_at)
    rearm_for_other_hours(session, HoursChanged(PIKUS.id, now, "U0ADAM"))
    return timers.find_due_moment(session, PIKUS.id, key)


@pytest.mark.parametrize("hour", [BRIEF_HOUR - 1, BRIEF_HOUR + 1, 15])
def test_another_hour_waits_for_the_monday_too(session: Session, hour: int) -> None:
    """Earlier or later: chosen in the middle of the week, it brings none in the middle of the week."""
    armed_at, wednesday = moment_of("Europe/Warsaw", MONDAY, BRIEF_HOUR), MONDAY - timedelta(days=5)
    chosen_at = moment_of("Europe/Warsaw", wednesday, 7)
    found = find_rearmed(session, armed_at=armed_at, now=chosen_at, hour=hour)
    assert found == moment_of("Europe/Warsaw", MONDAY, hour)


@pytest.mark.parametrize(
    ("before", "after"), [("Pacific/Kiritimati", "Pacific/Pago_Pago"), ("America/New_York", "Asia/Tokyo")]
)
def test_a_clock_that_goes_otherwise_waits_for_the_monday_too(session: Session, before: str, after: str) -> None:
    """West or east, round the world."""
    moved_at = moment_of(after, MONDAY - timedelta(days=5), 7)
    found = find_rearmed(session, armed_at=moment_of(before, MONDAY, BRIEF_HOUR), now=moved_at, zone=after)
    assert found == moment_of(after, MONDAY, BRIEF_HOUR)


@pytest.mark.parametrize(("days", "was", "is_"), [(0, BRIEF_HOUR, 15), (4, BRIEF_HOUR, 15), (4, 17, BRIEF_HOUR)])
def test_another_hour_is_that_of_this_weeks_if_it_is_yet_to_come(
    session: Session, days: int, was: int, is_: int
) -> None:
    """On the Monday itself, and on the days to which a free Monday may have put it off."""
    armed_at, now, expected = (
        moment_of("Europe/Warsaw", MONDAY + timedelta(days=days), hour) for hour in (was, BRIEF_HOUR - 1, is_)
    )
    assert find_rearmed(session, armed_at=armed_at, now=now, hour=is_) == expected


def test_another_hour_is_that_of_next_week_if_this_weeks_is_there(session: Session) -> None:
    enqueue_delivery(
        session,
        team_id=PIKUS.id,
        lane="dm:U0ADAM",
        key=brief_message_key("U0ADAM", MONDAY),
        kind="message",
        content={},
    )
    armed_at = moment_of("Europe/Warsaw", MONDAY, BRIEF_HOUR)  # as an older copy of the database has it
    now = moment_of("Europe/Warsaw", MONDAY, BRIEF_HOUR, 1)
    found = find_rearmed(session, armed_at=armed_at, now=now, hour=15)
    assert found == moment_of("Europe/Warsaw", MONDAY + timedelta(days=7), 15)


def test_a_brief_that_was_put_off_counts_what_came_that_week(session: Session) -> None:
    """§2.8: two routine messages a week, of which it is one."""
    people.store_person(
        session, PIKUS.id, "U0ADAM", {"name": "Adam", "zone": "Europe/Warsaw", "refreshed_at": START}
    )
    wednesday, next_monday = MONDAY + timedelta(days=2), MONDAY + timedelta(days=7)
    since = moment_of("Europe/Warsaw", wednesday, 7)
    for days in range(PER_WEEK_EXECUTIVE):
        assert find_brief_time(session, PIKUS.id, "U0ADAM", since).date() == wednesday
        sent_at = moment_of("Europe/Warsaw", MONDAY + timedelta(days=days), 9)
        session.add(
            Notice(team_id=PIKUS.id, audience="person:U0ADAM", kind="x", created_at=sent_at, sent_at=sent_at)
        )
        session.flush()
    assert find_brief_time(session, PIKUS.id, "U0ADAM", since).date() == next_monday
