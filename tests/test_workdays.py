"""When a routine message may come (product §2.8)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scheduling.workdays import (
    ROUTINE_TIME,
    WorkCalendar,
    after_working_days,
    is_quiet,
    next_common_working_moment,
    next_slot,
    next_working_moment,
)

ZONES = ("Europe/Warsaw", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
EVERYWHERE = pytest.mark.parametrize(
    "zone", ["Europe/Warsaw", "Asia/Tokyo", "Pacific/Auckland", "Pacific/Kiritimati", "Pacific/Honolulu"]
)
"""Where everybody of 2026 is: home, and on either side of the line at which the days begin."""
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def slot(text: str, *, zone: str = "Europe/Warsaw", per_week: int = 5, taken: tuple[str, ...] = ()) -> str:
    tz = ZoneInfo(zone)
    moments = [datetime.fromisoformat(one).replace(tzinfo=tz) for one in taken]
    now = datetime.fromisoformat(text).replace(tzinfo=tz)
    found = next_slot(now, zone=zone, calendar=WorkCalendar("PL"), taken=moments, per_week=per_week)
    return f"{found:%Y-%m-%d %H:%M}"


def at(text: str, zone: str) -> datetime:
    """That moment of that place, as Duet keeps it."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def there(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"


@EVERYWHERE
@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("2026-11-23 00:00", True),
        ("2026-11-23 07:59:59", True),
        ("2026-11-23 08:00", False),
        ("2026-11-23 17:59:59", False),
        ("2026-11-23 18:00", True),
        ("2026-11-23 23:59", True),
        ("2026-11-27 12:00", False),  # Friday
        ("2026-11-28 12:00", True),
        ("2026-11-29 12:00", True),
        ("2026-11-11 12:00", True),  # Independence Day
    ],
)
def test_quiet_is_whatever_is_outside_eight_to_six_of_a_working_day(zone: str, moment: str, quiet: bool) -> None:
    """§2.8: by the clocks and the calendar of the place."""
    assert is_quiet(at(moment, zone), zone=zone, calendar=WorkCalendar("PL")) is quiet


@EVERYWHERE
@pytest.mark.parametrize(
    ("moment", "then"),
    [
        ("2026-11-23 00:00:00", "2026-11-23 08:00:00"),
        ("2026-11-23 07:59:59", "2026-11-23 08:00:00"),
        ("2026-11-23 08:00:00", "2026-11-23 08:00:00"),
        ("2026-11-23 17:59:59", "2026-11-23 17:59:59"),
        ("2026-11-23 18:00:00", "2026-11-24 08:00:00"),
        ("2026-11-23 23:59:59", "2026-11-24 08:00:00"),
        ("2026-11-27 18:00:00", "2026-11-30 08:00:00"),  # Friday evening
        ("2026-11-28 07:00:00", "2026-11-30 08:00:00"),
        ("2026-11-29 23:00:00", "2026-11-30 08:00:00"),
        ("2026-11-10 18:00:00", "2026-11-12 08:00:00"),  # over Independence Day
    ],
)
def test_what_may_not_disturb_waits_for_the_next_eight_o_clock(zone: str, moment: str, then: str) -> None:
    """§2.8: never for one that is past."""
    found = next_working_moment(at(moment, zone), zone=zone, calendar=WorkCalendar("PL"))
    assert there(found, zone) == then
    assert found >= at(moment, zone)


@EVERYWHERE
@pytest.mark.parametrize(
    ("moment", "days", "then"),
    [
        ("2026-11-23 00:00", 0, "2026-11-23 09:00:00"),
        ("2026-11-23 00:00", 1, "2026-11-24 09:00:00"),
        ("2026-11-23 23:59", 1, "2026-11-24 09:00:00"),
        ("2026-11-27 12:00", 1, "2026-11-30 09:00:00"),
        ("2026-11-28 12:00", 1, "2026-11-30 09:00:00"),
        ("2026-11-23 12:00", 5, "2026-11-30 09:00:00"),
        ("2026-11-09 12:00", 2, "2026-11-12 09:00:00"),  # over Independence Day
    ],
)
def test_so_many_working_days_after_the_day_of_the_place(zone: str, moment: str, days: int, then: str) -> None:
    calendar = WorkCalendar("PL")
    assert there(after_working_days(at(moment, zone), days, zone=zone, calendar=calendar), zone) == then
    evening = after_working_days(at(moment, zone), days, zone=zone, calendar=calendar, at=time(18))
    assert there(evening, zone) == then.replace("09:00", "18:00")


@EVERYWHERE
@pytest.mark.parametrize(
    ("moment", "taken", "then"),
    [
        ("2026-11-23 08:59:59", (), "2026-11-23 09:00"),
        ("2026-11-23 09:00:00", (), "2026-11-23 09:00"),
        ("2026-11-23 09:00:01", (), "2026-11-24 09:00"),
        ("2026-11-23 00:00:00", (), "2026-11-23 09:00"),
        ("2026-11-23 23:59:59", (), "2026-11-24 09:00"),
        ("2026-11-23 06:00:00", ("2026-11-23 00:00",), "2026-11-24 09:00"),
        ("2026-11-23 06:00:00", ("2026-11-22 23:59",), "2026-11-23 09:00"),
        ("2026-11-27 06:00:00", ("2026-11-23 09:00", "2026-11-24 09:00"), "2026-11-30 09:00"),  # two this week
        ("2026-11-27 06:00:00", ("2026-11-22 23:59", "2026-11-24 09:00"), "2026-11-27 09:00"),
    ],
)
def test_the_morning_is_the_places_own(zone: str, moment: str, taken: tuple[str, ...], then: str) -> None:
    """§2.8: also where it is another day than in Greenwich, or in Warsaw."""
    moments = [at(each, zone) for each in taken]
    found = next_slot(at(moment, zone), zone=zone, calendar=WorkCalendar("PL"), taken=moments, per_week=2)
    assert there(found, zone) == f"{then}:00"


def test_the_next_nine_o_clock_of_a_working_day() -> None:
    """§2.8"""
    assert slot("2026-11-23 08:59") == "2026-11-23 09:00"
    assert slot("2026-11-23 09:01") == "2026-11-24 09:00"
    assert slot("2026-11-27 12:00") == "2026-11-30 09:00"  # Friday → Monday
    assert slot("2026-12-24 12:00") == "2026-12-28 09:00"  # over Christmas and a weekend
    assert slot("2026-11-10 12:00") == "2026-11-12 09:00"  # over Independence Day


def test_one_a_day_and_so_many_a_week() -> None:
    """§2.8: two routine direct messages a week per executive."""
    assert slot("2026-11-23 07:00", taken=("2026-11-23 09:00",)) == "2026-11-24 09:00"
    two = ("2026-11-23 09:00", "2026-11-24 09:00")
    assert slot("2026-11-24 12:00", per_week=2, taken=two) == "2026-11-30 09:00"
    assert slot("2026-11-24 12:00", per_week=5, taken=two) == "2026-11-25 09:00"


@given(now=MOMENTS, zone=st.sampled_from(ZONES), country=st.sampled_from([None, "PL", "US", "XX"]))
def test_always_a_working_morning_within_two_weeks(now: datetime, zone: str, country: str | None) -> None:
    found = next_slot(now, zone=zone, calendar=WorkCalendar(country), taken=(), per_week=5)
    assert now <= found <= now + timedelta(days=14)
    assert found.time() == ROUTINE_TIME
    assert WorkCalendar(country).is_working_day(found.date())


def is_free(day: str, calendar: WorkCalendar) -> bool:
    return not calendar.is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("country", "part", "day"),
    [
        ("GB", "ENG", "2027-03-29"),  # Easter Monday
        ("CH", "ZH", "2027-03-26"),  # Good Friday
        ("CA", "ON", "2026-10-12"),  # Thanksgiving
        ("AU", "NSW", "2027-06-14"),  # the King's birthday
        ("DE", "BY", "2027-01-06"),  # Epiphany
    ],
)
def test_what_is_a_holiday_in_a_part_of_a_country(country: str, part: str, day: str) -> None:
    """§17: it is one there, and not in the country as a whole; of a part that is not known the country's count."""
    assert is_free(day, WorkCalendar(country, part))
    assert not is_free(day, WorkCalendar(country))
    assert not is_free(day, WorkCalendar(country, "XXX"))
    assert is_free("2026-12-25", WorkCalendar(country, "XXX"))


def test_the_companys_own_free_days_are_no_working_days() -> None:
    """§17: whatever the country."""
    for country in ("PL", None):
        calendar = WorkCalendar(country, free_days=frozenset({date(2026, 12, 22)}))
        assert is_free("2026-12-22", calendar)
        assert not is_free("2026-12-23", calendar)


@pytest.mark.parametrize(
    ("zones", "moment", "common"),
    [
        (("Europe/Warsaw",), "2026-11-23 07:00", "2026-11-23 08:00:00"),
        (("Europe/Warsaw", "America/New_York"), "2026-11-23 10:00", "2026-11-23 14:00:00"),
        (("Europe/Warsaw", "America/New_York"), "2026-11-23 15:30", "2026-11-23 15:30:00"),
        (("Asia/Tokyo", "Europe/Warsaw"), "2026-11-23 10:30", "2026-11-24 08:00:00"),
        (("Asia/Tokyo", "Europe/Warsaw", "America/New_York"), "2026-11-23 17:00", "2026-11-23 17:00:00"),  # none
        (
            ("Europe/Warsaw", "Pacific/Auckland"),
            "2026-11-27 20:00",
            "2026-11-29 20:00:00",
        ),  # none: Auckland's Monday
    ],
)
def test_a_moment_is_within_the_working_hours_of_all_or_else_of_one(
    zones: tuple[str, ...], moment: str, common: str
) -> None:
    """§2.8, §4.7: given and found in Warsaw's time."""
    places = [(zone, WorkCalendar()) for zone in zones]
    found = next_common_working_moment(at(moment, "Europe/Warsaw"), places)
    assert there(found, "Europe/Warsaw") == common
