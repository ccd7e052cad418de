"""How a request for signatures looks to its readers (product §4.8)."""

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
