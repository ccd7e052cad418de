"""What a Slack admin may type in the company's settings (product §17): both neighbours of every limit."""

from datetime import date, timedelta

import pytest

from bot.parsing.dates.reckoning import is_weekday
from bot.people.company_settings import (
    LONGEST_PREFIX,
    MOST_FREE_DAYS,
    read_free_days,
    read_part,
    read_prefix,
)
from tests.refusals import raises_refusal

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("typed", ["ENG", "eng", "GB-ENG", "England", " england "])
def test_a_part_of_a_country_by_any_of_its_names(typed: str) -> None:
    assert read_part(typed, country="GB") == "ENG"


@pytest.mark.parametrize(
    ("typed", "country", "key"),
    [
        ("ENG", None, "error.country_part.no_country"),
        ("Tokyo", "JP", "error.country_part.whole"),
        ("14", "PL", "error.country_part.whole"),  # its parts have names, and the same holidays
        ("Bavaria", "GB", "error.country_part.unknown"),
        ("ENG", "XX", "error.country_part.whole"),  # of a country that is not known, no part is
    ],
)
def test_a_part_that_is_none_is_refused(typed: str, country: str | None, key: str) -> None:
    with raises_refusal(key):
        read_part(typed, country=country)


def test_there_is_room_for_a_hundred_days() -> None:
    def typed(count: int) -> str:
        return "\n".join((TODAY + timedelta(days=n)).isoformat() for n in range(1, count + 1))

    def read(text: str) -> list[date]:
        return read_free_days(text, today=TODAY, is_working=is_weekday)

    assert len(read(typed(MOST_FREE_DAYS))) == MOST_FREE_DAYS == 100
    assert len(read(f"{typed(MOST_FREE_DAYS)}\n{typed(1)}")) == MOST_FREE_DAYS  # the same day twice is one
    with raises_refusal("error.free_days.too_many"):
        read(typed(MOST_FREE_DAYS + 1))


def test_a_prefix_is_short_and_as_slack_writes_channels() -> None:
    assert read_prefix("x" * LONGEST_PREFIX) == "x" * LONGEST_PREFIX
    assert read_prefix("wspolny-2") == "wspolny-2"
    for typed in ("x" * (LONGEST_PREFIX + 1), "Duet", "-a", "a-", "a--b", "żubr", "a b"):
        with raises_refusal("error.channel_prefix"):
            read_prefix(typed)
