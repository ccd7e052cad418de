"""What a Slack status says of somebody's absence, and how long that lasts (product §17)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.people.rules import read_holiday_end
from bot.team.rules import last_day_away

END = datetime(2026, 12, 4, 22, 59, tzinfo=UTC)
END_SECONDS = int(END.timestamp())


def describe_status(text: Any = "", emoji: Any = "", until: Any = END_SECONDS) -> dict[str, Any]:
    return {"profile": {"status_text": text, "status_emoji": emoji, "status_expiration": until}}


@pytest.mark.parametrize(
    ("text", "emoji"),
    [
        ("Vacationing", ":palm_tree:"),  # Slack's own
        ("En vacances", ":palm_tree:"),
        ("", ":beach_with_umbrella:"),
        ("Na urlopie", ""),
        ("  ON   holiday ", ":speech_balloon:"),
    ],
)
def test_on_holiday_until(text: str, emoji: str) -> None:
    assert read_holiday_end(describe_status(text, emoji)) == END


@pytest.mark.parametrize(
    ("text", "emoji"),
    [
        ("In a meeting", ":spiral_calendar_pad:"),
        ("Out sick", ":face_with_thermometer:"),  # nothing is concluded from somebody's health
        ("Working remotely", ":house_with_garden:"),
        ("Back from holiday", ""),
        ("", ""),
        (None, None),
    ],
)
def test_anything_else_is_no_absence(text: Any, emoji: Any) -> None:
    assert read_holiday_end(describe_status(text, emoji)) is None


@pytest.mark.parametrize("until", [0, None, -1, "soon", 10**20, "", float("inf"), []])
def test_without_an_end_nobody_knows_until_when(until: Any) -> None:
    assert read_holiday_end(describe_status("Vacationing", ":palm_tree:", until)) is None
    assert read_holiday_end({}) is None


@pytest.mark.parametrize(
    ("until", "last"),
    [
        (datetime(2026, 12, 4, 22, 59, tzinfo=UTC), date(2026, 12, 4)),  # 23:59 in Warsaw
        (datetime(2026, 12, 7, 7, 0, tzinfo=UTC), date(2026, 12, 6)),  # back at eight on Monday
        (datetime(2026, 12, 7, 11, 0, tzinfo=UTC), date(2026, 12, 6)),  # at noon
        (datetime(2026, 12, 7, 11, 1, tzinfo=UTC), date(2026, 12, 7)),
    ],
)
def test_whoever_is_back_by_noon_is_not_away_on_that_day(until: datetime, last: date) -> None:
    assert last_day_away(until, "Europe/Warsaw") == last
