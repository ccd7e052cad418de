"""Check-ins when Duet was not there at the due time, and when the clocks change (product §8.2)."""

from datetime import date, datetime, time, timedelta

import pytest

from bot.scheduling.workdays import WorkCalendar
from tests.driving import SeenMessage
from tests.running import WARSAW, Office
from tests.scenarios.checkin_steps import (
    OVER,
    PROMPTED,
    REMINDED,
    answer_by_command,
    list_summaries,
    messages_saying,
    run_checkin_command,
    start_quiet_project,
)
from tests.scenarios.days import current_day, move_to_day, next_weekday, polish_date, run_due_work
from tests.scenarios.steps import activate_project

EVER_ASKED = (*PROMPTED, *OVER)  # what a message says, or comes to say
LEADS = ("ewa", "piotr")  # who is asked until there is a team
SKIPPED = "pominięty: nie udało się zapytać na czas"
SUNDAY = 6
NOON = time(12)


def start_monday_project(duet: Office) -> tuple[str, date]:
    """A project that runs since ten of this Monday, and its first Thursday."""
    key, monday = start_quiet_project(duet)
    return key, monday + timedelta(days=3)


def start_thursday_round(duet: Office) -> tuple[str, date]:
    """The same, on its first Thursday at ten: a round has begun."""
    key, thursday = start_monday_project(duet)
    move_to_day(duet, thursday, "10:00")
    return key, thursday


def sleeps_until(duet: Office, day: date, clock: str) -> None:
    """Duet is stopped, the clock moves on, Duet is started."""
    duet.bot.stop()
    then = datetime.combine(day, time.fromisoformat(clock), WARSAW)
    duet.slack.move_clock(then.timestamp() - duet.slack.now)
    duet.starts_again()
    run_due_work(duet)


def local_time(message: SeenMessage) -> datetime:
    return datetime.fromtimestamp(float(message.ts), WARSAW).replace(tzinfo=None)


def list_moments(duet: Office, what: tuple[str, ...], who: str = "ewa") -> list[str]:
    """When somebody was told so, to the minute, on the clocks of Warsaw."""
    return [f"{local_time(each):%Y-%m-%d %H:%M}" for each in messages_saying(duet, who, what)]


def read_log(duet: Office, key: str) -> str:
    return duet.person("ewa").types(f"/duet log {key}").text


def every_day(duet: Office, key: str, at: str = "10:00") -> None:
    _plan(duet, key, f"every working day {at}")


def _plan(duet: Office, key: str, words: str) -> None:
    said = run_checkin_command(duet.person("ewa"), f"{key} schedule {words}").text
    assert words.split()[-1] in said, said


def test_an_hour_late_is_asked(duet: Office) -> None:
    """§8.2: with the window as it would have been."""
    key, thursday = start_monday_project(duet)
    move_to_day(duet, thursday, "09:30")
    sleeps_until(duet, thursday, "11:00")
    for who in LEADS:
        assert list_moments(duet, EVER_ASKED, who) == [f"{thursday} 11:00"]
    friday = thursday + timedelta(days=1)
    assert "12:00" in messages_saying(duet, "ewa", PROMPTED)[0].text
    move_to_day(duet, friday, "12:01")
    assert len(list_summaries(duet, key)) == 1
    assert SKIPPED not in read_log(duet, key)


def test_three_hours_late_is_skipped_and_logged(duet: Office) -> None:
    """§8.2: nobody hears of it but the log; the next one is asked as ever."""
    key, thursday = start_monday_project(duet)
    move_to_day(duet, thursday, "09:30")
    sleeps_until(duet, thursday, "13:01")
    move_to_day(duet, thursday + timedelta(days=1), "13:00")
    assert [list_moments(duet, EVER_ASKED, who) for who in LEADS] == [[], []]
    assert list_summaries(duet, key) == []
    assert read_log(duet, key).count(SKIPPED) == 1
    assert polish_date(thursday) in next(line for line in read_log(duet, key).split("\n") if SKIPPED in line)
    move_to_day(duet, thursday + timedelta(days=7), "10:00")
    assert list_moments(duet, EVER_ASKED) == [f"{thursday + timedelta(days=7)} 10:00"]


@pytest.mark.parametrize(("starts_at", "asks"), [("15:00", False), ("10:30", True)])
def test_no_backlog_after_three_days(duet: Office, starts_at: str, asks: bool) -> None:
    """§8.2: of a daily check-in only what is still in time; the round that went on is summed up."""
    key, thursday = start_monday_project(duet)
    monday = thursday - timedelta(days=3)
    every_day(duet, key, "12:00" if asks else "10:30")
    move_to_day(duet, monday, "12:00")
    before = list_moments(duet, EVER_ASKED)
    assert len(before) == 1
    every_day(duet, key, "10:00")
    sleeps_until(duet, thursday, starts_at)
    now = [f"{thursday} {starts_at}"] if asks else []
    assert list_moments(duet, EVER_ASKED) == before + now
    assert list_moments(duet, REMINDED) == []
    assert read_log(duet, key).count(SKIPPED) == (2 if asks else 3)
    assert len(list_summaries(duet, key)) == 1
    friday = thursday + timedelta(days=1)
    move_to_day(duet, friday, "10:00")
    assert list_moments(duet, PROMPTED) == [f"{friday} 10:00"]


def test_restarted_within_the_minute_is_asked_once(duet: Office) -> None:
    """§8.2"""
    key, thursday = start_monday_project(duet)
    move_to_day(duet, thursday, "09:59:50")
    for second in (5, 20, 40):
        sleeps_until(duet, thursday, f"10:00:{second:02}")
    for who in LEADS:
        assert list_moments(duet, EVER_ASKED, who) == [f"{thursday} 10:00"]
    assert read_log(duet, key).count("Początek check-inu") == 1


@pytest.mark.parametrize("month", [3, 10])
def test_local_time_holds_over_the_change_of_the_clocks(duet: Office, month: int) -> None:
    """§8.2: last Sunday of March and of October; at the same hour by the wall on both Mondays."""
    sunday = change_of_clocks(duet, month)
    before, after = sunday - timedelta(days=6), sunday + timedelta(days=1)
    assert datetime.combine(before, NOON, WARSAW).utcoffset() != datetime.combine(after, NOON, WARSAW).utcoffset()
    friday = before - timedelta(days=3)
    move_to_day(duet, friday, "12:00")
    key = activate_project(duet, starts_on=friday.isoformat())
    _plan(duet, key, "every monday 10:00")
    move_to_day(duet, before, "09:59")
    assert list_moments(duet, EVER_ASKED) == []
    move_to_day(duet, before, "10:00")
    move_to_day(duet, before + timedelta(days=1), "09:00")
    assert list_moments(duet, REMINDED) == [f"{before + timedelta(days=1)} 09:00"]
    move_to_day(duet, after, "09:59")
    assert list_moments(duet, EVER_ASKED) == [f"{before} 10:00"]
    move_to_day(duet, after, "10:00")
    move_to_day(duet, after, "12:00")
    assert list_moments(duet, PROMPTED) == [f"{after} 10:00"]


def change_of_clocks(duet: Office, month: int) -> date:
    """The last Sunday of the month, in a year in which the Mondays around it are working days."""
    day = next_weekday(current_day(duet) + timedelta(days=14), SUNDAY)
    while (
        day.month != month
        or (day + timedelta(days=7)).month == month
        or not all(WorkCalendar("PL").is_working_day(day + timedelta(days=days)) for days in (-6, 1))
    ):
        day += timedelta(days=7)
    return day


def test_down_over_the_reminder(duet: Office) -> None:
    """§8.3: half an hour late it still is the morning for it, and it comes once."""
    key, thursday = start_thursday_round(duet)
    friday = thursday + timedelta(days=1)
    answer_by_command(duet, "piotr", key, progress="Dużo")
    sleeps_until(duet, friday, "09:30")
    sleeps_until(duet, friday, "09:31")
    assert list_moments(duet, REMINDED) == [f"{friday} 09:30"]
    assert list_moments(duet, REMINDED, "piotr") == []


def test_down_over_the_reminder_until_it_is_too_late_for_it(duet: Office) -> None:
    """§8.2, §8.3: twenty minutes before the end nobody is nagged; the summary comes on time."""
    key, thursday = start_thursday_round(duet)
    friday = thursday + timedelta(days=1)
    sleeps_until(duet, friday, "11:40")
    move_to_day(duet, friday, "12:00")
    assert list_moments(duet, REMINDED) == []
    assert len(list_summaries(duet, key)) == 1


@pytest.mark.parametrize(("starts_at", "days", "posted"), [("14:00", 0, "14:00"), ("20:00", 3, "08:00")])
def test_down_over_the_windows_end(duet: Office, starts_at: str, days: int, posted: str) -> None:
    """§8.6, §2.8: the summary comes at once, or when the next working day begins."""
    key, thursday = start_thursday_round(duet)
    friday = thursday + timedelta(days=1)
    answer_by_command(duet, "ewa", key, progress="Idzie")
    move_to_day(duet, friday, "11:00")
    sleeps_until(duet, friday, starts_at)
    if days:
        assert list_summaries(duet, key) == []
        move_to_day(duet, friday + timedelta(days=days), "07:59")
        assert list_summaries(duet, key) == []
        move_to_day(duet, friday + timedelta(days=days), posted)
    (summary,) = list_summaries(duet, key)
    assert f"{local_time(summary):%Y-%m-%d %H:%M}" == f"{friday + timedelta(days=days)} {posted}"
    assert "Idzie" in summary.text


def test_late_is_not_asked_in_the_evening(duet: Office) -> None:
    """§8.2, §2.8: an hour late, but outside working hours: as if it were too late."""
    key, thursday = start_monday_project(duet)
    every_day(duet, key, "17:30")
    monday = thursday - timedelta(days=3)
    sleeps_until(duet, monday, "18:30")
    assert list_moments(duet, EVER_ASKED) == []
    assert read_log(duet, key).count(SKIPPED) == 1
    move_to_day(duet, monday + timedelta(days=1), "17:30")
    assert list_moments(duet, EVER_ASKED) == [f"{monday + timedelta(days=1)} 17:30"]
