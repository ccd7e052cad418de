"""The timetable as it is pasted, a milestone a line (product §9.4)."""

from datetime import date

import pytest

from bot.timetable.charter_lines import read_charter_lines

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("pasted", "titles"),
    [
        ("1. Makieta – 4.12\n2. Pilot – 11.12", ["Makieta", "Pilot"]),
        ("1. Makieta – 4.12\n\n2. Pilot – 11.12", ["Makieta", "Pilot"]),
        ("1. etap wdrożenia – 4.12", ["1. etap wdrożenia"]),
        ("1. etap – 4.12\nPilot – 11.12", ["1. etap", "Pilot"]),
        ("2. etap – 4.12\n3. etap – 11.12", ["2. etap", "3. etap"]),
    ],
)
def test_the_numbers_of_a_list_are_no_part_of_its_titles(pasted: str, titles: list[str]) -> None:
    """Only where each line has its own: what counts something in one title stays there."""
    lines, errors = read_charter_lines(pasted, today=TODAY)
    assert not errors
    assert [each.title for each in lines] == titles
