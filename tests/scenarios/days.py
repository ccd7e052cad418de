"""Time in the scenarios: it is moved, never slept."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.scheduling.workdays import WorkCalendar
from tests.running import WARSAW, Office

MONDAY, SATURDAY = 0, 5


def current_day(duet: Office, zone: ZoneInfo = WARSAW) -> date:
    return datetime.fromtimestamp(duet.slack.now, zone).date()


def move_to_day(duet: Office, day: date, clock: str = "09:01", zone: ZoneInfo = WARSAW) -> None:
    """Moves on to that moment, by way of the night before: what has come due by then is done, and delivered."""
    now = datetime.fromtimestamp(duet.slack.now, zone)
    for moment in (datetime.combine(day, time(0, 1), zone), datetime.combine(day, time.fromisoformat(clock), zone)):
        if moment > now:
            duet.slack.move_clock(moment.timestamp() - now.timestamp())  # clocks may change in between
            run_due_work(duet)
            now = moment
    assert moment == now, f"{moment} is past: it is {now}"


def run_due_work(duet: Office) -> None:
    """Waits until no timer is due and no delivery is left, also none that has to wait; then as `settles`."""

    def is_done() -> bool:
        work = duet.list_work()
        return not work.has_due_timers and not work.has_undelivered and duet.is_settled(work)

    duet.waits_until(is_done, at_rest=True)


def move_to_monday(duet: Office) -> date:
    """Ten in the morning in Warsaw of the next Monday: a quiet start of a working week."""
    day = next_weekday(current_day(duet), MONDAY)
    move_to_day(duet, day, "10:00")
    return day


def next_weekday(day: date, weekday: int) -> date:
    """After that day."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def working_days_after(day: date, count: int, *free: date) -> date:
    """Of Mondays to Fridays, besides those that are `free`."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY and day not in free
    return day


def polish_date(day: date) -> str:
    """As Duet writes it."""
    months = "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"
    return f"{day.day} {months.split()[day.month - 1]} {day.year}"


def move_to_next_morning(duet: Office, clock: str = "09:01") -> date:
    """Of the next working day: everybody's routine message is there (product §2.8)."""
    day = current_day(duet) + timedelta(days=1)
    while not WorkCalendar("PL").is_working_day(day):
        day += timedelta(days=1)
    move_to_day(duet, day, clock)
    return day
