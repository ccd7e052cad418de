"""A moment has a day only in a time zone."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.scheduling.zones import local_day

ROOT = Path(__file__).parents[1]
MAY_CUT = {"bot/scheduling/zones.py", "bot/ui/texts.py", "bot/export/calendar.py", "bot/demo/player.py"}
"""Where it is done; where a moment is written in its reader's zone; a wall clock without a zone; the clock of the
demo's office."""


def test_a_day_is_that_of_the_zone() -> None:
    """§2.8: half past midnight in Warsaw is still yesterday in UTC."""
    moment = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert local_day(moment, "Europe/Warsaw") == date(2026, 11, 25)
    assert local_day(moment, "America/New_York") == date(2026, 11, 24)
    with pytest.raises(ValueError, match="naive"):
        local_day(datetime(2026, 11, 24, 23, 30), "Europe/Warsaw")  # noqa: DTZ001


def test_there_is_one_way_from_a_moment_to_its_day() -> None:
    """Whoever writes `.date()` takes the day of whatever zone the moment happens to be in: UTC, mostly."""
    found = []
    for folder in ("bot", "handlers", "storage"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name not in MAY_CUT:
                found += [f"{name}:{line}" for line in days_cut_in(path.read_text(encoding="utf-8"))]
    assert not found, f"use bot.scheduling.zones.local_day: {found}"


def days_cut_in(source: str) -> list[int]:
    """The lines on which `.date()` or `.today()` is called, or a date is made of a timestamp."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        call.lineno
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and (call.func.attr == "today" or (call.func.attr == "date" and not call.args and not call.keywords))
    ]


def test_a_day_that_is_cut_is_found() -> None:
    assert days_cut_in("now.date()\nt.date(day)\ndate.today()") == [1, 3]
