"""Schedules and the clocks (product §8.1, §8.2)."""

import calendar
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.checkins.rules import (
    DEFAULT_SCHEDULE,
    LAST,
    Schedule,
    first_instant_at,
    list_schedule_days,
    next_schedule_days,
)
from tests.running import count_tries

ZONES = (
    "Europe/Warsaw",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Beirut",  # the clocks skip midnight
    "Pacific/Apia",  # 30 December 2011 was left out
    "UTC",
)

FROM, UNTIL = date(2009, 1, 1), date(2039, 1, 1)
WEEKDAYS = st.frozensets(st.integers(0, 6), min_size=1)  # clocks change on Sundays
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
ANCHORS = st.dates(date(2005, 1, 1), date(2012, 1, 1))
WEEKLY = st.builds(Schedule, WEEKDAYS, TIMES, every_weeks=st.integers(1, 12), anchor=ANCHORS)
MONTHLY = st.builds(Schedule, WEEKDAYS, TIMES, nth=st.sampled_from([1, 2, 3, 4, 5, LAST]), anchor=ANCHORS)
SCHEDULES = WEEKLY | MONTHLY
SKIPPED = date(2011, 12, 30)

few = settings(derandomize=True, max_examples=12)
many = settings(derandomize=True, max_examples=count_tries(150))


def list_days_by_calendar(schedule: Schedule) -> list[date]:
    """From FROM until UNTIL, by the calendar's weeks and months instead of day by day."""
    first = schedule.anchor - timedelta(days=schedule.anchor.weekday())
    if schedule.nth is None:
        weeks = (first + timedelta(weeks=n) for n in range(0, 3000, schedule.every_weeks))
        found = [week + timedelta(days=n) for week in weeks for n in schedule.weekdays]
    else:
        found = [
            date(year, month, of_month[schedule.nth - 1 if schedule.nth > 0 else -1])
            for year in range(FROM.year, UNTIL.year)
            for month in range(1, 13)
            for n in schedule.weekdays
            for of_month in [[week[n] for week in calendar.monthcalendar(year, month) if week[n]]]
            if schedule.nth <= len(of_month)
        ]
    return sorted(day for day in found if max(FROM, first) <= day < UNTIL)


def list_asked_days(schedule: Schedule, zone: str) -> list[date]:
    """Without a day that would be asked at the very instant of the one before it, which its zone left out."""
    days = list_days_by_calendar(schedule)
    instants = [first_instant_at(day, schedule.at, zone) for day in days]
    return [day for n, day in enumerate(days) if n == 0 or instants[n] != instants[n - 1]]


def list_days_one_by_one(schedule: Schedule, zone: str) -> list[date]:
    """As a bot does that always looks for the one after the last."""
    found: list[date] = []
    now = first_instant_at(FROM, time.min, zone) - timedelta(seconds=1)
    while days := next_schedule_days(schedule, after=now, zone=zone, count=1):
        if (day := days[0]) >= UNTIL:
            break
        found.append(day)
        now = first_instant_at(day, schedule.at, zone)
    return found


def by_minutes(day: date, at: time, zone: str) -> datetime:
    """The first minute at which a clock shows so much or more, from two days before, one after another."""
    wanted, tz = datetime.combine(day, at), ZoneInfo(zone)
    minute = datetime.combine(day, at, UTC) - timedelta(days=2)
    while minute.astimezone(tz).replace(tzinfo=None) < wanted:
        minute += timedelta(minutes=1)
    return minute


# --- every date once ----------------------------------------------------------------------------------------------


@many
@given(SCHEDULES)
def test_the_dates_of_a_schedule_for_thirty_years(schedule: Schedule) -> None:
    """§8.1"""
    found = []
    for day in list_schedule_days(schedule, since=FROM):
        if day >= UNTIL:
            break
        found.append(day)
    assert found == list_days_by_calendar(schedule)


def test_two_dates_of_one_instant_are_one_round() -> None:
    """§8.2: the 30th did not exist, so it is asked when the 31st begins; the 31st at midnight is not asked, too."""
    every_day = Schedule(frozenset(range(7)), time(0, 0))
    before = first_instant_at(date(2011, 12, 29), time.min, "Pacific/Apia")
    found = next_schedule_days(every_day, after=before, zone="Pacific/Apia", count=2)
    assert found == [date(2011, 12, 30), date(2012, 1, 1)]


@pytest.mark.one_of(2)
@pytest.mark.parametrize("zone", ZONES)
@few
@given(schedule=SCHEDULES)
def test_every_local_date_is_asked_once(zone: str, schedule: Schedule) -> None:
    """§8.2: each due time once, whatever the clocks do."""
    before, wanted = first_instant_at(FROM, time.min, zone) - timedelta(seconds=1), list_asked_days(schedule, zone)
    assert next_schedule_days(schedule, after=before, zone=zone, count=len(wanted)) == wanted


@pytest.mark.parametrize("zone", ZONES)
def test_one_after_the_other_finds_every_date(zone: str) -> None:
    schedule = Schedule(frozenset({4}), time(0, 0), every_weeks=2, anchor=SKIPPED)
    assert list_days_one_by_one(schedule, zone) == list_days_by_calendar(schedule)
    fifth = Schedule(frozenset({0, 4}), time(2, 30), nth=5, anchor=FROM)
    assert list_days_one_by_one(fifth, zone) == list_days_by_calendar(fifth)


@few
@given(SCHEDULES, st.sampled_from(ZONES))
def test_moments_increase_and_show_the_local_time(schedule: Schedule, zone: str) -> None:
    tz = ZoneInfo(zone)
    moments = [(day, first_instant_at(day, schedule.at, zone)) for day in list_asked_days(schedule, zone)]
    assert all(one < other for (_, one), (_, other) in pairwise(moments))
    for day, instant in moments:
        local, wanted = instant.astimezone(tz), datetime.combine(day, schedule.at)
        if local.replace(tzinfo=None) != wanted:
            earlier = instant - timedelta(minutes=1)
            assert earlier.astimezone(tz).replace(tzinfo=None) < wanted < local.replace(tzinfo=None)
        assert local.fold == 0


@many
@given(st.dates(FROM, UNTIL), TIMES, st.sampled_from(ZONES), SCHEDULES)
def test_the_next_day_is_the_first_that_is_later(day: date, at: time, zone: str, schedule: Schedule) -> None:
    after = first_instant_at(day, at, zone)
    found = next_schedule_days(schedule, after=after, zone=zone, count=1)
    around = list_schedule_days(schedule, since=day - timedelta(days=3))
    assert found == [next(one for one in around if first_instant_at(one, schedule.at, zone) > after)]


def test_the_leap_day() -> None:
    thursdays = Schedule(frozenset({3}), time(10, 0))
    assert date(2024, 2, 29) in islice(list_schedule_days(thursdays, since=date(2024, 2, 1)), 6)
    fifth = Schedule(frozenset({3}), time(10, 0), nth=5)
    assert next(list_schedule_days(fifth, since=date(2024, 2, 2))) == date(2024, 2, 29)
    last = Schedule(frozenset({3}), time(10, 0), nth=LAST)
    assert next(list_schedule_days(last, since=date(2023, 2, 2))) == date(2023, 2, 23)
    assert next(list_schedule_days(last, since=date(2024, 2, 2))) == date(2024, 2, 29)


def test_a_month_that_lacks_the_fifth_weekday_is_left_out() -> None:
    fifth = Schedule(frozenset({4}), time(9, 0), nth=5)
    found = list(islice(list_schedule_days(fifth, since=date(2026, 11, 1)), 3))
    assert found == [date(2027, 1, 29), date(2027, 4, 30), date(2027, 7, 30)]


@many
@given(WEEKLY)
def test_every_so_many_weeks(schedule: Schedule) -> None:
    """Also over the turn of a year with 53 weeks."""
    found = list(islice(list_schedule_days(schedule, since=FROM), 60))
    mondays = sorted({day - timedelta(days=day.weekday()) for day in found})
    gaps = {other - one for one, other in pairwise(mondays)}
    assert gaps == {timedelta(weeks=schedule.every_weeks)}


def test_nothing_before_the_first_week() -> None:
    schedule = Schedule(frozenset({0, 4}), time(9, 0), every_weeks=3, anchor=date(2026, 11, 26))
    assert list(islice(list_schedule_days(schedule, since=FROM), 3)) == [
        date(2026, 11, 23),
        date(2026, 11, 27),
        date(2026, 12, 14),
    ]


def test_holidays_are_skipped_and_do_not_shift_the_rhythm() -> None:
    christmas = {date(2026, 12, 24), date(2026, 12, 25)}
    schedule = Schedule(frozenset({3}), time(9, 0), every_weeks=2, anchor=date(2026, 12, 7))
    found = list_schedule_days(schedule, since=date(2026, 12, 7), is_free=christmas.__contains__)
    assert list(islice(found, 2)) == [date(2026, 12, 10), date(2027, 1, 7)]
    now = datetime(2026, 12, 10, 12, tzinfo=UTC)
    following = next_schedule_days(
        schedule, after=now, zone="Europe/Warsaw", count=1, is_free=christmas.__contains__
    )
    assert following == [date(2027, 1, 7)]


def test_a_schedule_that_never_comes_ends() -> None:
    assert list(list_schedule_days(DEFAULT_SCHEDULE, since=FROM, is_free=lambda _: True)) == []
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert next_schedule_days(DEFAULT_SCHEDULE, after=now, zone="UTC", count=1, is_free=lambda _: True) == []
    until = date(2026, 3, 1)
    some = next_schedule_days(DEFAULT_SCHEDULE, after=now, zone="UTC", count=99, is_free=lambda day: day > until)
    assert len(some) == 9
    assert next_schedule_days(DEFAULT_SCHEDULE, after=now, zone="UTC", count=0) == []
    assert list(list_schedule_days(DEFAULT_SCHEDULE, since=date(9999, 12, 20))) == [
        date(9999, 12, 23),
        date(9999, 12, 30),
    ]


# --- the clocks' oddities -----------------------------------------------------------------------------------------

ODD_DAYS = [
    ("Europe/Warsaw", date(2027, 3, 28)),
    ("Europe/Warsaw", date(2027, 10, 31)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Asia/Beirut", date(2026, 10, 24)),
    ("Asia/Beirut", date(2026, 10, 25)),
    ("Pacific/Apia", date(2011, 12, 29)),
    ("Pacific/Apia", SKIPPED),
    ("Pacific/Apia", date(2011, 12, 31)),
    ("Pacific/Kwajalein", date(1969, 9, 30)),  # lived through twice
    ("Africa/Monrovia", date(1972, 1, 7)),  # a gap of 44 minutes and 30 seconds
    ("UTC", date(2026, 2, 28)),
]


@pytest.mark.one_of(3)
@pytest.mark.parametrize(("zone", "day"), ODD_DAYS)
def test_a_skipped_time_is_the_first_instant_after_and_a_double_one_the_first(zone: str, day: date) -> None:
    """§8.2, against a search minute by minute."""
    for minutes in [*range(0, 240, 10), 600, 1410, 1430]:
        at = time(*divmod(minutes, 60))
        found = first_instant_at(day, at, zone)
        assert timedelta(0) <= by_minutes(day, at, zone) - found < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("zone", "day", "at", "instant"),
    [
        ("Europe/Warsaw", "2027-03-28", "02:30", "2027-03-28T01:00"),
        ("Europe/Warsaw", "2027-03-28", "02:00", "2027-03-28T01:00"),
        ("Europe/Warsaw", "2027-03-28", "03:00", "2027-03-28T01:00"),
        ("Europe/Warsaw", "2027-10-31", "02:30", "2027-10-31T00:30"),
        ("Europe/Warsaw", "2027-07-01", "10:00", "2027-07-01T08:00"),
        ("Europe/Warsaw", "2027-12-01", "10:00", "2027-12-01T09:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),
        ("Asia/Beirut", "2026-03-29", "00:00", "2026-03-28T22:00"),
        ("Asia/Beirut", "2026-03-29", "00:59", "2026-03-28T22:00"),
        ("Pacific/Apia", "2011-12-30", "00:00", "2011-12-30T10:00"),
        ("Pacific/Apia", "2011-12-30", "16:00", "2011-12-30T10:00"),
        ("Pacific/Apia", "2011-12-31", "00:00", "2011-12-30T10:00"),
    ],
)
def test_moments(zone: str, day: str, at: str, instant: str) -> None:
    found = first_instant_at(date.fromisoformat(day), time.fromisoformat(at), zone)
    assert found == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert found.utcoffset() == timedelta(0)


def test_a_day_that_was_left_out_is_not_asked_twice() -> None:
    """In Manila Tuesday, 31 December 1844 did not exist: its midnight is the next day's."""
    zone, monday = "Asia/Manila", date(1844, 12, 30)
    before = datetime(1844, 12, 29, tzinfo=UTC)
    at_midnight = Schedule(frozenset(range(5)), time(0, 0), anchor=monday)
    found = next_schedule_days(at_midnight, after=before, zone=zone, count=3)
    assert found == [monday, date(1844, 12, 31), date(1845, 1, 2)]
    once = first_instant_at(date(1844, 12, 31), time(0, 0), zone)
    assert next_schedule_days(at_midnight, after=once, zone=zone, count=1) == [date(1845, 1, 2)]
    at_ten = Schedule(frozenset(range(5)), time(10, 0), anchor=monday)
    found = next_schedule_days(at_ten, after=before, zone=zone, count=3)
    assert found == [monday, date(1844, 12, 31), date(1845, 1, 1)]


# --- what may be set ----------------------------------------------------------------------------------------------


@many
@given(SCHEDULES, st.booleans(), st.sampled_from([None, "PL"]))
def test_a_schedule_is_kept_as_json(schedule: Schedule, own_zone: bool, country: str | None) -> None:
    whole, kept = replace(schedule, own_zone=own_zone, country=country), TypeAdapter(Schedule)
    assert kept.validate_json(kept.dump_json(whole)) == whole
    assert (whole.at, whole.own_zone, whole.country) == (schedule.at, own_zone, country)
    assert not [each for each in schedule.errors() if each.key != "error.checkin.weekend"]


@pytest.mark.parametrize(
    ("schedule", "key", "field"),
    [
        (Schedule(frozenset(), time(9)), "error.checkin.no_weekday", "weekdays"),
        (Schedule(frozenset({4, 5}), time(9)), "error.checkin.weekend", "weekdays"),
        (Schedule(frozenset({1}), time(9), every_weeks=0), "error.checkin.rhythm", "every_weeks"),
        (Schedule(frozenset({1}), time(9), every_weeks=13), "error.checkin.rhythm", "every_weeks"),
        (Schedule(frozenset({1}), time(9), every_weeks=2, nth=1), "error.checkin.rhythm", "nth"),
        (Schedule(frozenset({1}), time(9), nth=6), "error.checkin.rhythm", "nth"),
        (Schedule(frozenset({1}), time(9), nth=0), "error.checkin.rhythm", "nth"),
    ],
)
def test_what_no_schedule_may_be(schedule: Schedule, key: str, field: str) -> None:
    assert [(one.key, one.field) for one in schedule.errors()] == [(key, field)]


@pytest.mark.parametrize("at", [time(9, 0, 1), time(9, 0, 0, 1), time(9, 0, tzinfo=UTC)])
def test_a_time_is_local_and_of_whole_minutes(at: time) -> None:
    with pytest.raises(ValueError, match="no local time in whole minutes"):
        Schedule(frozenset({1}), at)
