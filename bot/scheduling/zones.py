"""Time zones: the day that it is in one, the country that it is in, and those offered in forms.

A select holds a hundred, so not all that exist are offered.
"""

from datetime import date, datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

ZONES: Final = (
    *("Europe/Warsaw", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Madrid", "Europe/Paris"),
    *("Europe/Brussels", "Europe/Amsterdam", "Europe/Berlin", "Europe/Zurich", "Europe/Rome", "Europe/Vienna"),
    *("Europe/Prague", "Europe/Bratislava", "Europe/Budapest", "Europe/Copenhagen", "Europe/Oslo"),
    *("Europe/Stockholm", "Europe/Helsinki", "Europe/Tallinn", "Europe/Riga", "Europe/Vilnius", "Europe/Kyiv"),
    *("Europe/Bucharest", "Europe/Sofia", "Europe/Athens", "Europe/Istanbul", "UTC", "America/New_York"),
    *("America/Chicago", "America/Denver", "America/Los_Angeles", "America/Toronto", "America/Mexico_City"),
    *("America/Sao_Paulo", "America/Buenos_Aires", "Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos"),
    *("Asia/Jerusalem", "Asia/Beirut", "Asia/Riyadh", "Asia/Kuwait", "Asia/Dubai", "Asia/Karachi"),
    *("Asia/Kolkata", "Asia/Dhaka", "Asia/Bangkok", "Asia/Singapore", "Asia/Hong_Kong", "Asia/Shanghai"),
    *("Asia/Manila", "Asia/Seoul", "Asia/Tokyo", "Australia/Perth", "Australia/Sydney", "Pacific/Auckland"),
)


PARTS: Final = {
    "Europe/London": "ENG",
    "Europe/Zurich": "ZH",
    "America/Toronto": "ON",
    "Australia/Sydney": "NSW",
}
"""By zone: the part of its country (ISO 3166-2) whose holidays most people there have.

The only zone of a country whose parts differ, as Berlin's, says nothing of the part.
"""


def local_day(moment: datetime, zone: str) -> date:
    """Which day it is in `zone` at that moment. The only way from a moment to its day. Raises: ValueError for a
    time without a zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a naive datetime is no moment")
    return moment.astimezone(ZoneInfo(zone)).date()


def country_of(zone: str) -> str | None:
    """The ISO 3166 code of the country that the zone is in; None where it is in no single one."""
    territory = get_global("zone_territories").get(zone)
    return territory if isinstance(territory, str) and territory.isalpha() and territory != "ZZ" else None


@cache
def list_known_zones() -> frozenset[str]:
    """All that are called after a place. Looking for them takes 4 ms."""
    return frozenset(available_timezones()) - {"Factory", "localtime"}


def list_offered_zones(*also: str | None) -> tuple[str, ...]:
    """ZONES, after those that are chosen already."""
    return tuple(dict.fromkeys([*(zone for zone in also if zone), *ZONES]))
