"""What waits for a person's signature, as a list and as what comes next. Pure: facts → Block Kit."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.signing.views import Facts, Presentation, SideAnswer, render_answered_request
from bot.ui import blocks as ui
from bot.ui.components import item_button
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts


@dataclass(frozen=True)
class RequestToSign:
    """What a side is asked to sign, for whom it waits, and what they have answered instead."""

    presentation: Presentation
    facts: Facts
    request_id: int
    reader: str
    side_answer: SideAnswer | None = None
    is_final: bool = False  # an executive has answered, and the reader is their deputy

    def say(self, t: Texts) -> Mrkdwn:
        if self.side_answer is None:
            return self.presentation.what(t, self.facts)
        return render_answered_request(t, self.presentation, self.facts, self.reader, self.side_answer)


def render_requests_to_sign(
    t: Texts, requests: Sequence[RequestToSign], *, left: int, all_button: ui.Element
) -> ui.Message:
    """Which of them is meant? `left`: how many more there are, behind `all_button`."""
    heading = t("signing.to_sign")
    blocks = [ui.section_block(heading), *(_request_block(t, each) for each in requests)]
    if left > 0:
        blocks.append(ui.section_block(t("boundary.more", count=left), accessory=all_button))
    return ui.fit_message(heading, blocks)


def _request_block(t: Texts, asked: RequestToSign) -> ui.Block:
    if asked.is_final:
        return ui.section_block(asked.say(t))
    if asked.side_answer is None:
        button = item_button(t, "signing.read_and_sign", "signing.read", asked.request_id, style="primary")
    else:
        button = item_button(t, "signing.change_answer", "signing.read", asked.request_id)
    return ui.section_block(asked.say(t), accessory=button)


def next_request_blocks(t: Texts, asked: RequestToSign) -> list[ui.Block]:
    """What waits besides, below the answer that was given; its form takes the place of that."""
    text = t("signing.answered.next", what=asked.say(t))
    button = item_button(t, "signing.read_and_sign", "signing.read_again", asked.request_id, style="primary")
    return [ui.divider_block(), ui.section_block(text, accessory=button)]
