"""What an alert says, from its facts (product §9.1)."""

from datetime import date

import pytest

from bot.timetable.rules import MilestoneSide
from bot.timetable.views import MilestoneAlert, alert_line
from bot.ui.texts import Texts

DUE = date(2027, 3, 10)


@pytest.mark.parametrize(("told_on", "says_so"), [("2027-03-10", True), ("2027-03-11", False)])
def test_late_is_late_on_its_own_day_only(told_on: str, says_so: bool) -> None:
    """It may wait a day longer, for the channel has had its message: then it is that morning's."""
    facts = MilestoneAlert(
        milestone=1,
        name="Pilot",
        owner="U0EWA",
        leads=("U0EWA", "U0PIOTR"),
        side=MilestoneSide.MARKETING,
        due=DUE,
        stage="open",
        late_on=DUE,
        told_on=date.fromisoformat(told_on),
    )
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
