"""What the form of a charter shows once it is sent (product §4.1)."""

from datetime import date

import pytest

from bot.charter.form_parser import FirstStep, read_whole_charter
from bot.charter.form_views import build_draft_notice
from bot.charter.rules import Boundary, DayRemarks, Timetable
from bot.ui.texts import Texts
from tests.seeding import FIRST_STEP, SECOND_STEP

ABOVE_THE_FOLD = 4  # blocks: of the heading, what happens next, and the buttons


@pytest.mark.parametrize("language", ["pl", "en"])
def test_sending_stands_above_what_was_understood(language: str) -> None:
    """§4.1: whoever may send it need not scroll for it."""
    t = Texts.of(language)
    charter = read_whole_charter(FirstStep.read(FIRST_STEP), SECOND_STEP, today=date(2026, 11, 24))
    view = build_draft_notice(
        t,
        key="D-1",
        charter=charter,
        boundary=Boundary(),
        timetable=Timetable(),
        project_id=1,
        version=1,
        may_send=True,
        remarks=DayRemarks(has_started=True, is_goal_later=True),
    )
    for said in ("szkic", "draft"):
        assert said not in view["title"]["text"], "it stays above what is answered once it was sent"
    of_buttons = [at for at, block in enumerate(view["blocks"]) if block["type"] == "actions"]
    of_goal = next(at for at, block in enumerate(view["blocks"]) if charter.goal in str(block.get("text")))
    assert of_buttons[0] < min(of_goal, ABOVE_THE_FOLD)
    assert view["blocks"][of_buttons[0]]["elements"][0]["text"]["text"] == t.plain("charter.send")
