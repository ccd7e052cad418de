"""When a routine message may come (product §2.8)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.workdays import ROUTINE_TIME, is_working_day, next_slot

ZONES = ("Europe/Warsaw", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def slot(text: str, *, zone: str = "Europe/Warsaw", per_week: int = 5, taken: tuple[str, ...] = ()) -> str:
    tz = ZoneInfo(zone)
    moments = [datetime.fromisoformat(one).replace(tzinfo=tz) for one in taken]
    now = datetime.fromisoformat(text).replace(tzinfo=tz)
    found = next_slot(now, zone=zone, country="PL", taken=moments, per_week=per_week)
    return f"{found:%Y-%m-%d %H:%M}"


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
    found = next_slot(now, zone=zone, country=country, taken=(), per_week=5)
    assert now <= found <= now + timedelta(days=14)
    assert found.time() == ROUTINE_TIME
    assert is_working_day(found.date(), country)
