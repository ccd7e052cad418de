"""Which days a stay may have, and what its form takes (product §7.1)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.projects.rules import FULL_TIME, Side
from bot.runtime.errors import FormErrors
from bot.scheduling.workdays import WorkCalendar
from bot.team.rules import (
    ASSIGNMENT_LIMITS,
    MAX_HOME_POST,
    WantedStay,
    check_stay_days,
    exceeds_limit,
    is_overlapping_or_adjacent,
    list_return_reminder_days,
    needs_new_confirmation,
    read_wanted_stay,
)

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
    wanted = want_stay(starts_on, ends_on)
    assert _errors_of_days(wanted, today) == errors


def want_stay(starts_on: date, ends_on: date, share: int = FULL_TIME) -> WantedStay:
    return WantedStay("U0JAN", Side.IT, "Analityk", "U0NADIA", share, starts_on, ends_on)


def test_what_has_begun_has_begun() -> None:
    """§7.2: of a stay that goes on the last day changes; of one that is still to come, the first one, too."""
    later = want_stay(START + DAY, END)
    for today, errors in ((START, ["error.stay.has_begun"]), (START - DAY, [])):
        assert _errors_of_days(later, today, starts_on=START) == errors
    assert _errors_of_days(want_stay(START - DAY, END), START, starts_on=START - DAY) == []  # as it was


@pytest.mark.parametrize(
    ("change", "is_asked"),
    [({}, False), ({"ends_on": END - DAY}, False), ({"ends_on": END + DAY}, True), ({"share": 50}, True)],
)
def test_what_is_confirmed_anew(change: dict[str, Any], is_asked: bool) -> None:
    """§7.2: a longer stay, and another share; whoever said yes to longer has said yes to shorter."""
    before = want_stay(START, END)
    assert needs_new_confirmation(before, replace(before, **change)) is is_asked


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (START, date(2027, 6, 30), [date(2027, 6, 16), date(2027, 6, 25)]),  # 27 June is a Sunday
        (date(2027, 6, 17), date(2027, 6, 30), [date(2027, 6, 25)]),  # it is shorter than that
        (date(2027, 6, 29), date(2027, 6, 30), []),
    ],
)
def test_when_a_return_is_reminded_of(starts_on: date, ends_on: date, expected: list[date]) -> None:
    """§7.2: 14 and 3 days before; instead of a free day, on the working day before."""
    calendar = WorkCalendar()
    assert list_return_reminder_days(starts_on, ends_on, is_working_day=calendar.is_working_day) == expected


@pytest.mark.parametrize(
    ("country", "starts_on", "ends_on", "others", "exceeds"),
    [
        ("PL", date(2027, 1, 1), date(2027, 3, 31), [], False),
        ("PL", date(2027, 1, 1), date(2027, 4, 1), [], True),
        ("PL", date(2027, 7, 1), date(2027, 9, 30), [], False),  # three months of 31, 31 and 30 days
        ("PL", date(2027, 11, 1), date(2028, 3, 31), [], False),  # two months of one year, three of the next
        ("PL", date(2027, 9, 1), date(2028, 1, 31), [], True),
        ("PL", date(2027, 4, 1), date(2027, 5, 31), [(date(2027, 1, 1), date(2027, 2, 28))], True),
        ("PL", date(2027, 4, 1), date(2027, 5, 31), [(date(2026, 1, 1), date(2026, 12, 31))], False),
        (
            "PL",
            date(2027, 1, 1),
            date(2027, 3, 31),
            [(date(2027, 1, 1), date(2027, 3, 31))],
            False,
        ),  # the same days
        ("DE", date(2027, 1, 1), date(2027, 1, 31), [(date(2027, 2, 1), date(2027, 2, 28))], False),
        ("DE", date(2027, 1, 1), date(2027, 2, 1), [], True),
    ],
)
def test_how_long_other_work_may_be_assigned(
    country: str, starts_on: date, ends_on: date, others: list[tuple[date, date]], exceeds: bool
) -> None:
    """§7.1: in Poland 3 months of a calendar year, all such work together; in Germany a month."""
    assert exceeds_limit(ASSIGNMENT_LIMITS[country], (starts_on, ends_on), others) is exceeds


def _errors_of_days(wanted: WantedStay, today: date, starts_on: date | None = None) -> list[str]:
    try:
        check_stay_days(wanted, start=START, end=END, today=today, starts_on=starts_on)
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
        *(
            ({"share": typed}, {})
            for typed in (None, "", "1", "50", " 50 % ", "100%", "50 proc.", "half", "Połowa")
        ),
        *(({"share": typed}, {"share": "error.stay.share"}) for typed in ("0", "101", "-5", "5²", "12,5", "٥٠")),
        *(({"share": typed}, {}) for typed in ("pół etatu", "Pol etatu", "cały etat", "half time")),
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
        read_wanted_stay({**FORM, **changed}, list_errors=lambda _: ())
    except FormErrors as refused:
        found = {each.field: each.key for each in refused.errors}
    assert found == errors


@pytest.mark.parametrize(("gap", "joined"), [(-1, True), (0, True), (1, True), (2, False)])
def test_periods_join_without_a_day_between(gap: int, joined: bool) -> None:
    """Days from the end of one to the beginning of the other, whichever comes first."""
    one, other = (START, END), (END + gap * DAY, END + 30 * DAY)
    assert is_overlapping_or_adjacent(one, other) is joined
    assert is_overlapping_or_adjacent(other, one) is joined
