"""What an alert says, from its facts (product §9.1)."""

from datetime import date
from typing import Any

import pytest

from bot.timetable.views import alert_line
from bot.ui.texts import Texts

ALERT = {"milestone": 1, "name": "Pilot", "owner": "U0EWA", "leads": [], "stage": "open", "project_id": 1}


@pytest.mark.parametrize(("told_on", "says_so"), [("2027-03-10", True), ("2027-03-11", False)])
def test_late_is_late_on_its_own_day_only(told_on: str, says_so: bool) -> None:
    """It may wait a day longer, for the channel has had its message: then it is that morning's."""
    facts: dict[str, Any] = {**ALERT, "due": date(2027, 3, 10).isoformat(), "late_on": "2027-03-10"}
    text = alert_line(Texts.of("en"), {**facts, "today": told_on}).text
    assert ("later than 9:00" in text) is says_so, text
