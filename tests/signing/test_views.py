"""How a request for signatures looks to its readers (product §4.8)."""

from datetime import date

import pytest

from bot.signing.deputy_views import render_deputy_period
from bot.signing.rules import RequestState
from bot.signing.views import Facts, Presentation, render_request_message
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts


def test_a_deputy_is_told_nothing_of_the_channel() -> None:
    """Also where they have signed second: what both signatures have done names a channel that they do not see."""
    shown = Presentation(
        what=lambda t, facts: Mrkdwn("what"),
        brief=lambda t, facts: [],
        whole=lambda t, facts: [],
        effect=lambda t, facts: Mrkdwn("effect"),
        outcome=lambda t, facts: Mrkdwn("in the channel"),
        lapsed=lambda t, facts: Mrkdwn("lapsed"),
        outcome_apart=lambda t, facts: Mrkdwn("apart"),
    )
    said = {
        reader: render_request_message(
            Texts.of("en"),
            presentation=shown,
            facts=Facts("D-1", "Pickles"),
            request_id=1,
            state=RequestState.AGREED,
            asked_by="U0ANNA",
            reader=reader,
            executive="U0ADAM",
            side_answer=None,
        ).text
        for reader in ("U0ADAM", "U0JAN")
    }
    assert said == {"U0ADAM": "in the channel", "U0JAN": "apart"}


@pytest.mark.parametrize(
    ("language", "day", "days"),
    [
        ("pl", "25 listopada 2026 (środa)", "od 25 listopada 2026 (środa) do 27 listopada 2026 (piątek)"),
        ("en", "on 25 November 2026 (Wednesday)", "from 25 November 2026 (Wednesday) to 27 November 2026 (Friday)"),
    ],
)
def test_a_period_of_one_day_is_that_day(language: str, day: str, days: str) -> None:
    """§4.8, §2.4: nobody signs from a day to the same day."""
    t, first = Texts.of(language), date(2026, 11, 25)
    assert render_deputy_period(t, first, first).replace("\u00a0", " ") == day
    assert render_deputy_period(t, first, date(2026, 11, 27)).replace("\u00a0", " ").endswith(days)
