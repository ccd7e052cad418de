"""Working days and hours: when a routine message may reach people (product §2.8)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from bot.scheduling.zones import local_day

ROUTINE_TIME = time(9, 0)
DAY_BEGINS, DAY_ENDS = time(8, 0), time(18, 0)
SATURDAY = 5
_SAMPLE: Final = 2026  # a year like others, to see whether the parts of a country differ
_LONGEST_CODE: Final = 3  # letters: what is longer is a name
COMMON_HOURS_WITHIN = 20  # beginnings of working hours, which is two weeks of two people


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are free. Of no country, or one that is not known: weekends and the company's own."""

    country: str | None = None  # ISO 3166 alpha-2
    part: str | None = None  # of that country, ISO 3166-2 without the country: ENG, ZH
    free_days: frozenset[date] = frozenset()  # the company's own

    def is_working_day(self, day: date) -> bool:
        """Neither a weekend, nor a public holiday there, nor a free day of the company's own."""
        if day.weekday() >= SATURDAY or day in self.free_days:
            return False
        return day not in _list_holidays(self.country, self.part, day.year)


def is_quiet(now: datetime, *, zone: str, calendar: WorkCalendar) -> bool:
    """Whether a routine message would disturb: outside 08:00–18:00 of a working day in `zone`."""
    local = now.astimezone(ZoneInfo(zone))
    return not (DAY_BEGINS <= local.time() < DAY_ENDS and calendar.is_working_day(local_day(now, zone)))


def next_working_moment(moment: datetime, *, zone: str, calendar: WorkCalendar) -> datetime:
    """`moment` itself, or the first moment of working hours in `zone` after it."""
    if not is_quiet(moment, zone=zone, calendar=calendar):
        return moment
    tz = ZoneInfo(zone)
    local = moment.astimezone(tz)
    day = local_day(moment, zone) + timedelta(days=local.time() >= DAY_BEGINS)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, DAY_BEGINS, tz)


def next_common_working_moment(moment: datetime, places: Sequence[tuple[str, WorkCalendar]]) -> datetime:
    """`moment` itself, or the first after it that is within the working hours of all `places`, each a zone and its
    calendar; where these share none, the first within those of one."""
    first = [next_working_moment(moment, zone=zone, calendar=calendar) for zone, calendar in places]
    common = max(first)
    for _ in range(COMMON_HOURS_WITHIN):
        later = max(next_working_moment(common, zone=zone, calendar=calendar) for zone, calendar in places)
        if later == common:
            return common
        common = later
    return min(first)


def next_slot(
    now: datetime,
    *,
    zone: str,
    calendar: WorkCalendar,
    taken: Collection[datetime],
    per_week: int,
    at: time = ROUTINE_TIME,
) -> datetime:
    """The next `at` of a working day in `zone` that leaves at most one message a day, `per_week` a week.

    `taken` are the moments of earlier and planned routine messages.
    """
    tz = ZoneInfo(zone)
    taken_days = {local_day(moment, zone) for moment in taken}
    day = local_day(now, zone)
    while True:
        slot = datetime.combine(day, at, tz)
        of_week = sum(taken_day.isocalendar()[:2] == day.isocalendar()[:2] for taken_day in taken_days)
        free = day not in taken_days and of_week < per_week
        if slot >= now and free and calendar.is_working_day(day):
            return slot
        day += timedelta(days=1)


def after_working_days(
    moment: datetime, days: int, *, zone: str, calendar: WorkCalendar, at: time = ROUTINE_TIME
) -> datetime:
    """`at` in `zone`, `days` working days after the local day of `moment`."""
    tz = ZoneInfo(zone)
    day, left = local_day(moment, zone), days
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    return datetime.combine(day, at, tz)


@lru_cache(maxsize=128)
def _list_holidays(country: str | None, part: str | None, year: int) -> Collection[date]:
    """Raises nothing: of a country or a part that is not known nothing is known."""
    if country is None:
        return ()
    import holidays  # 4 MB that only a workspace with a country needs

    try:
        return holidays.country_holidays(country, subdiv=part, years=year)
    except NotImplementedError:
        return () if part is None else _list_holidays(country, None, year)


@lru_cache(maxsize=128)
def parts_of_country(country: str) -> dict[str, tuple[str, ...]]:
    """The parts of a country that have holidays of their own: their codes, each with the names it goes by."""
    import holidays

    try:
        known = holidays.country_holidays(country)
    except NotImplementedError:
        return {}
    names, whole = known.get_subdivision_aliases(), {*_list_holidays(country, None, _SAMPLE)}
    if all({*_list_holidays(country, part, _SAMPLE)} == whole for part in known.subdivisions):
        return {}
    return {part: tuple(names.get(part, ())) for part in known.subdivisions}


def name_part(country: str | None, part: str | None) -> str | None:
    """Names a part as people call it: `England` for `ENG`; None for what is no part with holidays of its own."""
    names = None if country is None or part is None else parts_of_country(country).get(part)
    if names is None:
        return None
    return next((name for name in names if len(name) > _LONGEST_CODE), part)
