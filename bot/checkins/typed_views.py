"""What Duet answers to words that may be an answer to a check-in (product §2.9). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.checkins.rules import MAX_ANSWER
from bot.ui import blocks as ui
from bot.ui.clipping import clip_text
from bot.ui.components import action_blocks, plain_heading, project_heading, quote_text
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts

QUOTED: Final = 2000  # characters of the words
IN_A_ROW: Final = 5  # buttons
MOST: Final = 40  # projects to choose from


@dataclass(frozen=True)
class DraftFacts:
    stamp: int
    words: str
    prompts: Sequence[tuple[int, str, str]]  # id, the project's key and name; several: one is to be chosen
    is_sent: bool
    is_more: bool = False  # they have answered already


def render_draft(t: Texts, facts: DraftFacts) -> ui.Message:
    if len(facts.prompts) > 1:
        return _render_choice(t, facts)
    prompt_id, key, name = facts.prompts[0]
    project, value = project_heading(key, name), f"{prompt_id}:{facts.stamp}"
    if facts.is_sent:
        change = ui.button_element(t.plain("checkin.change"), "checkin.answer", str(prompt_id))
        text = t("checkin.typed.sent", project=project)
        return ui.fit_message(text, [ui.section_block(text), ui.actions_block(change)])
    text = t("checkin.typed.more" if facts.is_more else "checkin.typed", project=project)
    blocks = [ui.section_block(text), _quote(facts)]
    buttons = []
    if len(facts.words) > MAX_ANSWER:
        blocks.append(ui.context_block(t("checkin.typed.too_long", limit=MAX_ANSWER)))
    else:
        label = t.plain("checkin.add_more" if facts.is_more else "checkin.typed.send")
        buttons.append(ui.button_element(label, "checkin.typed_send", value, style="primary"))
    buttons.append(ui.button_element(t.plain("checkin.typed.change"), "checkin.typed_change", value))
    buttons.append(ui.button_element(t.plain("help.open"), "help.open", "help"))
    return ui.fit_message(text, [*blocks, *action_blocks(buttons)])


def _render_choice(t: Texts, facts: DraftFacts) -> ui.Message:
    text = t("checkin.typed.which")
    buttons = [
        ui.button_element(plain_heading(key, name), f"checkin.typed_pick:{prompt_id}", f"{prompt_id}:{facts.stamp}")
        for prompt_id, key, name in facts.prompts[:MOST]
    ]
    rows = [ui.actions_block(*buttons[at : at + IN_A_ROW]) for at in range(0, len(buttons), IN_A_ROW)]
    return ui.fit_message(text, [ui.section_block(text), _quote(facts), *rows])


def _quote(facts: DraftFacts) -> ui.Block:
    return ui.section_block(Mrkdwn(quote_text(clip_text(facts.words, QUOTED))))
