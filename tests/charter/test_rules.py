"""What a charter may not be (product §4.1): both neighbours of every limit."""

from datetime import date

import pytest

from bot.charter.form_parser import FirstStep, read_whole_charter
from bot.charter.rules import MAX_GOAL, MAX_MEASURE_NAME, MAX_MEASURE_UNIT, MAX_NAME, suggest_days
from bot.runtime.errors import FormErrors
from tests.seeding import FIRST_STEP, SECOND_STEP

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        ("name", MAX_NAME),
        ("goal", MAX_GOAL),
        ("measure_name", MAX_MEASURE_NAME),
        ("measure_unit", MAX_MEASURE_UNIT),
    ],
)
def test_each_text_has_its_length(field: str, limit: int) -> None:
    assert _of_first(**{field: "x" * limit}) == {}
    assert _of_first(**{field: "x" * (limit + 1)}) == {field: "error.field.too_long"}
    assert _of_first(**{field: "\u200b"}) == {field: "error.field.empty"}


def test_the_limits_are_those_of_the_product() -> None:
    assert (MAX_NAME, MAX_GOAL) == (80, 500)


def test_a_target_changes_something() -> None:
    assert _of_first(measure_start="3,5", measure_target="3.50") == {
        "measure_target": "error.field.no_change_measured"
    }
    assert _of_first(measure_start="3,5", measure_target="3,51") == {}
    assert _of_first(measure_start="3,5", measure_target="3,49") == {}  # less may be better


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({}, {}),
        ({"cmo": "U0ADAM"}, {"cmo": "error.field.same_person"}),
        ({"lead_it": "U0ANNA"}, {"lead_it": "error.field.both_sides"}),
        ({"lead_it": "U0EWA"}, {"lead_it": "error.field.both_sides"}),
        ({"lead_marketing": "U0ADAM"}, {"lead_marketing": "error.field.both_sides"}),
        ({"lead_it": "U0ADAM", "lead_marketing": "U0ANNA"}, {}),  # executives may lead their own sides
        ({"ends_on": "2027-01-11"}, {"ends_on": "error.field.end_before_start"}),
        ({"ends_on": "2027-01-12"}, {}),
        ({"starts_on": "2026-11-01", "ends_on": "2026-11-23"}, {"ends_on": "error.field.end_in_past"}),
        ({"starts_on": "2026-11-01", "ends_on": "2026-11-24"}, {}),  # its last day is today
        ({"starts_on": "2027-05-31"}, {}),  # the measure is taken on 1 June
        ({"starts_on": "2027-06-01"}, {"starts_on": "error.field.measured_too_early"}),
        ({"cio": ""}, {"cio": "error.field.empty"}),
        ({"currency": "XYZ"}, {"currency": "error.field.unknown"}),
        ({"language": "tlh"}, {"language": "error.field.unknown"}),
    ],
)
def test_people_and_dates(changed: dict[str, str], errors: dict[str, str]) -> None:
    try:
        found: dict[str | None, str] = {}
        read_whole_charter(FirstStep.read(FIRST_STEP), {**SECOND_STEP, **changed}, today=TODAY)
    except FormErrors as refused:
        found = {each.field: each.key for each in refused.errors}
    assert found == errors


def _of_first(**changed: str) -> dict[str | None, str]:
    try:
        FirstStep.read({**FIRST_STEP, **changed})
    except FormErrors as refused:
        return {each.field: each.key for each in refused.errors}
    return {}


def test_the_last_day_that_is_suggested_is_no_weekend() -> None:
    """§4.1: next Monday, and six months on; from a Sunday back to Friday."""
    assert suggest_days(date(2026, 12, 30)) == (date(2027, 1, 4), date(2027, 7, 2))
    assert suggest_days(date(2026, 12, 2)) == (date(2026, 12, 7), date(2027, 6, 7))
    assert suggest_days(date(2026, 12, 7)) == (date(2026, 12, 14), date(2027, 6, 14))
