"""What Duet answers to words that may be an answer to a check-in (product §2.9). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.checkins.answer_views import question_text
from bot.checkins.rules import MAX_ANSWER, Question
from bot.ui import blocks as ui
from bot.ui.clipping import clip_text
from bot.ui.components import action_blocks, plain_heading, project_heading, quote_text
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts

QUOTED: Final = 2000  # characters of the words
IN_A_ROW: Final = 5  # buttons
IN_A_BLOCK: Final = 25
MOST: Final = 40  # projects to choose from


@dataclass(frozen=True)
class DraftFacts:
    stamp: int
    words: str
    prompts: Sequence[tuple[int, str, str]]  # id, the project's key and name; several: one is to be chosen
    is_sent: bool
    question: Question | None = None  # the scale on which the words are a number
    is_more: bool = False  # they have answered already
    lacks_status: bool = False  # which is asked for


def render_draft(t: Texts, facts: DraftFacts) -> ui.Message:
    if len(facts.prompts) > 1:
        return _render_choice(t, facts)
    prompt_id, key, name = facts.prompts[0]
    project, value = project_heading(key, name), f"{prompt_id}:{facts.stamp}"
    if facts.is_sent:
        change = ui.button_element(t.plain("checkin.change"), "checkin.answer", str(prompt_id))
        text = t("checkin.typed.sent", project=project)
        if facts.lacks_status:
            text = text + Mrkdwn(" ") + t("checkin.typed.sent.status")
        return ui.fit_message(text, [ui.section_block(text), ui.actions_block(change)])
    text = t("checkin.typed.more" if facts.is_more else "checkin.typed", project=project)
    if facts.question is not None:
        text = t("checkin.typed.scale", question=question_text(t, facts.question), project=project)
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


@dataclass(frozen=True)
class NumberFacts:
    words: str
    prompts: Sequence[tuple[int, str, str]]  # id, the project's key and name
    question: Question | None = None  # the only one that is open
    scale: Sequence[str] = ()


def render_unclear_number(t: Texts, facts: NumberFacts) -> ui.Message:
    """What is wanted where a number alone is no answer."""
    if facts.question is None:
        text = t("checkin.typed.number", words=facts.words)
    else:
        text = t(
            "checkin.typed.off_scale",
            words=facts.words,
            question=question_text(t, facts.question),
            first=facts.scale[0],
            last=facts.scale[-1],
        )
    is_one = len(facts.prompts) == 1
    buttons = [
        ui.button_element(
            t.plain("checkin.answer") if is_one else plain_heading(key, name),
            f"checkin.answer:{prompt_id}",
            str(prompt_id),
        )
        for prompt_id, key, name in facts.prompts[:IN_A_BLOCK]
    ]
    return ui.fit_message(text, [ui.section_block(text), *action_blocks(buttons)])


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
