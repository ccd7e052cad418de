"""What a Slack admin types in the company's settings: a part of the country, days, a prefix. Pure."""

import re
from datetime import date
from typing import Final

from bot.parsing.dates.days import read_day
from bot.parsing.dates.readings import DayReading, Understood, value_of
from bot.parsing.dates.reckoning import WorkingDay
from bot.parsing.folding import fold_text
from bot.runtime.errors import FormErrors, Refusal
from bot.scheduling.workdays import name_part, parts_of_country
from bot.ui.mrkdwn import clean_text
from bot.ui.texts import Country

MOST_FREE_DAYS: Final = 100
MOST_GAP_PERCENT: Final = 100
MOST_GAP_DAYS: Final = 90
LONGEST_PREFIX: Final = 20
_PREFIX: Final = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")


def read_part(text: str, *, country: str | None) -> str:
    """`ENG`, `GB-ENG` and `England` are one: the code without the country. Raises: Refusal."""
    typed = clean_text(text).strip()
    if country is None:
        raise Refusal("error.country_part.no_country")
    parts = parts_of_country(country)
    if not parts:
        raise Refusal("error.country_part.whole", country=Country(country))
    wanted = fold_text(typed)
    for part, names in parts.items():
        if wanted in {fold_text(part), fold_text(f"{country}-{part}"), *map(fold_text, names)}:
            return part
    named = ", ".join(name_part(country, part) or part for part in parts)
    raise Refusal("error.country_part.unknown", country=Country(country), text=typed, parts=named)


def read_free_days(text: str, *, today: date, is_working: WorkingDay) -> list[date]:
    """Days in words, one a line or with commas between them; each once, in order.

    A comma may stand within a day: a line that is a day as a whole is one. Raises: FormErrors, an error a day that
    is none; Refusal.
    """
    days: set[date] = set()
    errors: list[Refusal] = []

    def read(words: str) -> DayReading:
        return read_day(words, today=today, is_working=is_working)

    for line in filter(None, map(str.strip, clean_text(text).splitlines())):
        whole = read(line)
        pieces = [whole] if isinstance(whole, Understood) else map(read, filter(str.strip, re.split("[,;]", line)))
        for piece in pieces:
            try:
                days.add(value_of(piece))
            except Refusal as error:
                errors.append(error)
    if errors:
        raise FormErrors(errors)
    if len(days) > MOST_FREE_DAYS:
        raise Refusal("error.free_days.too_many", most=MOST_FREE_DAYS)
    return sorted(days)


def read_prefix(text: str) -> str:
    """With which the names of channels begin. Raises: Refusal."""
    typed = clean_text(text).strip()
    if len(typed) > LONGEST_PREFIX or _PREFIX.fullmatch(typed) is None:
        raise Refusal("error.channel_prefix", most=LONGEST_PREFIX)
    return typed
