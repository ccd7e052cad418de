"""A schedule as a sentence (product §8.1)."""

from typing import Final

from bot.checkins.rules import LAST, WORKING_DAYS, Schedule
from bot.ui.texts import Mrkdwn, Texts

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")
NTH: Final = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", LAST: "last"}


def describe_schedule(t: Texts, schedule: Schedule, zone: str) -> Mrkdwn:
    """Every 2 weeks on Monday and Friday at 9:30 (Warsaw time). `zone` is the project's; without a full stop."""
    when = _describe_days_and_time(t, schedule)
    if schedule.own_zone:
        return t("checkin.schedule.own_zone", when=when)
    return t("checkin.schedule.zoned", when=when, city=t.city(zone))


def _describe_days_and_time(t: Texts, schedule: Schedule) -> Mrkdwn:
    at, weekdays = f"{schedule.at.hour}:{schedule.at:%M}", sorted(schedule.weekdays)
    if schedule.nth is not None:
        which = NTH[schedule.nth]
        return t(
            "checkin.schedule.monthly", days=t.list(_ordinal_weekday(t, which, day) for day in weekdays), at=at
        )
    if schedule.every_weeks > 1:
        named = [_weekday_with_preposition(t, weekdays[0]), *(_weekday_name(t, day) for day in weekdays[1:])]
        return t("checkin.schedule.weeks", n=schedule.every_weeks, days=t.list(named), at=at)
    if schedule.weekdays == WORKING_DAYS:
        return t("checkin.schedule.working_days", at=at)
    return t("checkin.schedule.weekly", days=t.list(_ordinal_weekday(t, "each", day) for day in weekdays), at=at)


def _weekday_name(t: Texts, weekday: int) -> Mrkdwn:
    return t(f"checkin.weekday.{_WEEKDAYS[weekday]}")


def _weekday_with_preposition(t: Texts, weekday: int) -> Mrkdwn:
    """Polish has "we wtorek"."""
    form = "tuesday" if _WEEKDAYS[weekday] == "tuesday" else "weekday"
    return t(f"checkin.weekday_on.{form}", weekday=_weekday_name(t, weekday))


def _ordinal_weekday(t: Texts, which: str, weekday: int) -> Mrkdwn:
    """The first Monday; in Polish Wednesday is feminine."""
    form = "wednesday" if _WEEKDAYS[weekday] == "wednesday" else "weekday"
    return t(f"checkin.weekday_of.{which}.{form}", weekday=_weekday_name(t, weekday))
