"""What closed projects advise, in the form of a new one. Pure: facts → Block Kit."""

from collections.abc import Sequence
from typing import Final

from bot.closing.rules import Advice
from bot.ui.clipping import clip_text
from bot.ui.components import project_heading
from bot.ui.texts import Mrkdwn, Texts

_LONGEST: Final = 160  # characters of a sentence


def render_advice(t: Texts, advice: Sequence[Advice]) -> list[Mrkdwn]:
    """Draws one section, or none where nothing was said yet."""
    if not advice:
        return []
    lines = [t("closing.advice")]
    for each in advice:
        lines.append(project_heading(each.key, each.name))
        lines += [t("closing.report.said", said=clip_text(said, _LONGEST)) for said in each.said]
    return [Mrkdwn("\n").join(lines)]
