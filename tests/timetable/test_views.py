"""What an alert says, from its facts (product §9.1)."""

from datetime import date
from typing import Any

import pytest

from bot.timetable.rules import Lateness, MilestoneSide, TimetableFilter
from bot.timetable.views import PAGE, MilestoneAlert, MilestoneView, alert_line, render_timetable
from bot.ui.texts import Texts

DUE = date(2027, 3, 10)


def build_alert(**more: Any) -> MilestoneAlert:
    return MilestoneAlert(
        milestone=1,
        name="Pilot",
        owner="U0EWA",
        leads=("U0EWA", "U0PIOTR"),
        side=MilestoneSide.MARKETING,
        due=DUE,
        **more,
    )


@pytest.mark.parametrize(
    ("told_on", "says"), [("2027-03-09", " is due tomorrow,"), ("2027-03-08", " is due in 2\u00a0days,")]
)
def test_the_day_before_is_called_tomorrow_whatever_the_risk(told_on: str, says: str) -> None:
    for stage in ("open", "at_risk"):
        facts = build_alert(stage=stage, told_on=date.fromisoformat(told_on))
        assert says in alert_line(Texts.of("en"), facts).text


@pytest.mark.parametrize(("told_on", "says_so"), [("2027-03-10", True), ("2027-03-11", False)])
def test_late_is_late_on_its_own_day_only(told_on: str, says_so: bool) -> None:
    """It may wait a day longer, for the channel has had its message: then it is that morning's."""
    facts = build_alert(stage="open", late_on=DUE, told_on=date.fromisoformat(told_on))
    note = alert_line(Texts.of("en"), facts).note
    assert ("later than 9:00" in (note or "")) is says_so, note


@pytest.mark.parametrize(
    ("side", "asks"), [(MilestoneSide.IT, "needs an owner"), (MilestoneSide.BOTH, "is it done")]
)
def test_both_leads_see_to_what_is_both_sides(side: str, asks: str) -> None:
    """§9.1: nobody by name is needed then."""
    told_on = date(2027, 3, 11)
    leads = ("U0PIOTR", "U0EWA")
    facts = MilestoneAlert(
        milestone=1,
        name="Pilot",
        owner=None,
        leads=leads,
        side=MilestoneSide(side),
        due=DUE,
        stage="open",
        told_on=told_on,
    )
    text = alert_line(Texts.of("en"), facts).text
    assert asks in text
    assert "<@U0PIOTR>, <@U0EWA>" in text


def test_a_milestone_of_a_timetable_has_one_menu() -> None:
    """§9.4: and no button of its own; a row in which the reader may do nothing has none."""
    rows = [
        (MilestoneView(number, number, f"Pilot {number}", "U0EWA", "it", "open", DUE, DUE, None), may)
        for number in range(1, 41)
        for may in ([] if number == 2 else ["done", "move", "at_risk", "change", "drop"],)
    ]
    message = render_timetable(
        Texts.of("en"),
        key="D-1",
        name="Fridays",
        project_id=1,
        milestones=rows,
        number=1,
        lateness=Lateness(),
        may_add=True,
        shown=TimetableFilter.ALL,
        counts=dict.fromkeys(TimetableFilter, 40),
    )
    beside = [block.get("accessory") for block in message.blocks if "Pilot" in str(block.get("text"))]
    assert [each and each["type"] for each in beside] == ["overflow", None, *["overflow"] * (PAGE - 2)]
    assert beside[0] and [each["value"] for each in beside[0]["options"]] == [f"{what}:1" for what in rows[0][1]]
    below = [each for block in message.blocks for each in block.get("elements", ()) if each.get("type") == "button"]
    assert not [each for each in below if each["action_id"].startswith("milestone.")]
