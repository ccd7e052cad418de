"""Which days a stay may have, and what its form takes (product §7.1)."""

from datetime import date, timedelta

import pytest

from bot.projects.rules import Side
from bot.runtime.errors import FormErrors
from bot.team.rules import MAX_HOME_POST, WantedStay, check_stay_days, is_overlapping_or_adjacent, read_wanted_stay

START, END = date(2027, 1, 11), date(2027, 6, 30)
DAY = timedelta(days=1)
FORM = {
    "member": "U0JAN",
    "member_side": "it",
    "home_post": "Analityk",
    "from_day": "2027-01-11",
    "until_day": "2027-06-30",
}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "today", "errors"),
    [
        (START, END, START, []),
        (START, START, START, []),  # a single day
        (START - DAY, END, START, ["error.stay.before_project"]),
        (START, END + DAY, START, ["error.stay.after_project"]),
        (START - DAY, END + DAY, START, ["error.stay.after_project", "error.stay.before_project"]),
        (START + DAY, START, START, ["error.stay.end_before_start"]),
        (START, START + DAY, START + DAY, []),  # its last day is today
        (START, START + DAY, START + 2 * DAY, ["error.stay.over"]),
    ],
)
def test_a_stay_lies_within_the_project(starts_on: date, ends_on: date, today: date, errors: list[str]) -> None:
    wanted = WantedStay("U0JAN", Side.IT, "Analityk", starts_on, ends_on)
    assert _errors_of_days(wanted, today) == errors


def _errors_of_days(wanted: WantedStay, today: date) -> list[str]:
    try:
        check_stay_days(wanted, start=START, end=END, today=today)
    except FormErrors as refused:
        return [each.key for each in refused.errors]
    return []


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({}, {}),
        ({"home_post": "x" * MAX_HOME_POST}, {}),
        ({"home_post": "x" * (MAX_HOME_POST + 1)}, {"home_post": "error.field.too_long"}),
        ({"home_post": " "}, {"home_post": "error.field.empty"}),
        ({"home_post": "\u200b"}, {"home_post": "error.field.empty"}),
        (
            {"member": None, "member_side": None},
            {"member": "error.field.empty", "member_side": "error.field.empty"},
        ),
        ({"member_side": "sales"}, {"member_side": "error.field.empty"}),
        (
            {"from_day": "", "until_day": "0001-01-01"},
            {"from_day": "error.field.empty", "until_day": "error.day.out_of_reach"},
        ),
    ],
)
def test_each_error_of_the_form_stands_at_its_field(changed: dict[str, str | None], errors: dict[str, str]) -> None:
    """§2.3"""
    try:
        found: dict[str | None, str] = {}
        read_wanted_stay({**FORM, **changed})
    except FormErrors as refused:
        found = {each.field: each.key for each in refused.errors}
    assert found == errors


@pytest.mark.parametrize(("gap", "joined"), [(-1, True), (0, True), (1, True), (2, False)])
def test_periods_join_without_a_day_between(gap: int, joined: bool) -> None:
    """Days from the end of one to the beginning of the other, whichever comes first."""
    one, other = (START, END), (END + gap * DAY, END + 30 * DAY)
    assert is_overlapping_or_adjacent(one, other) is joined
    assert is_overlapping_or_adjacent(other, one) is joined
